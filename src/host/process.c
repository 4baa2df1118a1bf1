/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/i18n.h"
#include "base/memory.h"

extern char **environ;

/* A path that begins at the root. */
static bool is_path(const char *value)
{
    return value[0] == '/' && strlen(value) < 4096;
}

/* Letters, digits and the marks that terminal and locale names have. */
static bool is_name(const char *value)
{
    static const char NAME[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+@:,";
    return strspn(value, NAME) == strlen(value) && strlen(value) <= 64;
}

/* "Europe/Paris", as the system names it; never a file that somebody chose. */
static bool is_zone(const char *value)
{
    static const char NAME[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";
    const char *name = value + (value[0] == ':');
    return name[0] != '/' && strspn(name, NAME) == strlen(name) && strlen(name) <= 64;
}

static bool is_number(const char *value)
{
    return value[0] != '\0' && strspn(value, "0123456789") == strlen(value) && strlen(value) <= 5;
}

/* Addresses and ports of the line, for the audit row. */
static bool is_connection(const char *value)
{
    return strspn(value, "0123456789abcdefABCDEF.:% ") == strlen(value) && strlen(value) <= 128;
}

static const struct {
    const char *name; /* with '*' at its end: a beginning */
    bool (*fits)(const char *value);
} KEPT[] = {
    {"HOME", is_path},
    {"XDG_CONFIG_HOME", is_path},
    {"XDG_DATA_HOME", is_path},
    {"XDG_STATE_HOME", is_path},
    {"XDG_RUNTIME_DIR", is_path},
    {"TMPDIR", is_path},
    {"CREDENTIALS_DIRECTORY", is_path}, /* of the service manager */
    {"PRESCRIPCARE_SITE", is_path},
    {"PRESCRIPCARE_CONFIG", is_path},
    {"TERM", is_name},
    {"LANG", is_name},
    {"LANGUAGE", is_name},
    {"LC_*", is_name},
    {"TZ", is_zone}, /* of who looks, not of the site */
    {"NO_COLOR", is_name},
    {"ESCDELAY", is_number},
    {"SSH_CONNECTION", is_connection},
};

bool process_keeps_variable(const char *name, const char *value)
{
    for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT; i++) {
        size_t len = strlen(KEPT[i].name);
        bool is_beginning = KEPT[i].name[len - 1] == '*';
        if (is_beginning ? strncmp(name, KEPT[i].name, len - 1) == 0 : strcmp(name, KEPT[i].name) == 0) {
            return KEPT[i].fits(value);
        }
    }
    return false;
}

/* A caller may have closed them, and the next file that is opened would take their place: what is printed would then go
 * into a lock or a log. Open for reading, so that who prints learns that nobody reads. */
static void fill_standard_files(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd) {
            fatal("the standard files cannot be opened");
        }
    }
}

void process_start(void)
{
    fill_standard_files();
    size_t count = 0;
    while (environ != NULL && environ[count] != NULL) {
        count++;
    }
    char **kept = mem_alloc_array(count + 1, sizeof *kept);
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        char *entry = mem_copy_text(environ[i]);
        char *equals = strchr(entry, '=');
        if (equals != NULL) {
            *equals = '\0';
            if (process_keeps_variable(entry, equals + 1)) {
                *equals = '=';
                kept[len++] = entry;
                continue;
            }
        }
        mem_free(entry);
    }
    if (clearenv() != 0) {
        fatal("the environment cannot be cleared");
    }
    for (size_t i = 0; i < len; i++) {
        char *equals = strchr(kept[i], '=');
        *equals = '\0';
        if (setenv(kept[i], equals + 1, 1) != 0) {
            fatal("the environment cannot be set");
        }
        mem_free(kept[i]);
    }
    mem_free(kept);
    (void)umask(077);
}

enum status process_check_private(const char *path, struct error *err)
{
    struct stat info;
    if (lstat(path, &info) != 0) {
        return errno == ENOENT || errno == ENOTDIR
                   ? STATUS_OK
                   : error_set(err, STATUS_IO, _("%s cannot be looked at: %s."), path, strerror(errno));
    }
    if (S_ISLNK(info.st_mode)) {
        return error_set(err, STATUS_REFUSED, _("%s is a link. Patient data is opened only where it really lies."), path);
    }
    if (info.st_uid != geteuid()) {
        return error_set(err, STATUS_REFUSED, _("%s belongs to another user. Run the program as its owner."), path);
    }
    if ((info.st_mode & 077) != 0) {
        return error_set(err, STATUS_REFUSED,
                         _("%s can be opened by other users of this computer. Close it first: chmod %s %s"), path,
                         S_ISDIR(info.st_mode) ? "700" : "600", path);
    }
    return STATUS_OK;
}
