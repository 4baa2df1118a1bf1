/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a start keeps of the environment, and that a site's files are closed to others. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "host/process.h"
#include "support/folder.h"

Test(process, keeps_a_few_variables_and_only_sane_values)
{
    static const struct {
        const char *name, *value;
        bool is_kept;
    } CASES[] = {
        {"HOME", "/home/anna", true},
        {"HOME", "anna", false},
        {"HOME", "", false},
        {"TERM", "xterm-256color", true},
        {"TERM", "../../tmp/evil", false},
        {"TERM", "xterm\033[2J", false},
        {"LANG", "C.UTF-8", true},
        {"LANG", "de_DE.UTF-8@euro", true},
        {"LC_ALL", "en_US.UTF-8", true},
        {"LC_TIME", "../x", false},
        {"NO_COLOR", "1", true},
        {"NO_COLOR", "", true},
        {"ESCDELAY", "100", true},
        {"ESCDELAY", "-1", false},
        {"SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22", true},
        {"SSH_CONNECTION", "192.0.2.1\n", false},
        {"PRESCRIPCARE_SITE", "/srv/clinic", true},
        {"TERMINFO", "/tmp/terminfo", false},
        {"TERMCAP", "x", false},
        {"LD_PRELOAD", "/tmp/evil.so", false},
        {"PGPASSWORD", "secret", false},
        {"PGHOST", "evil", false},
        {"OPENSSL_CONF", "/tmp/openssl.cnf", false},
        {"SSLKEYLOGFILE", "/tmp/keys", false},
        {"MALLOC_CHECK_", "3", false},
        {"NCURSES_NO_UTF8_ACS", "1", false},
        {"TZ", "Europe/Paris", true},
        {"TZ", ":America/Argentina/Buenos_Aires", true},
        {"TZ", ":/etc/passwd", false},
        {"TZ", "/usr/share/zoneinfo/UTC", false},
        {"TZ", "../zone", false},
        {"TZ", "EST5EDT,M3.2.0,M11.1.0", false},
        {"LOCPATH", "/tmp", false},
        {"NLSPATH", "/tmp/%N", false},
        {"PATH", "/usr/bin", false},
        {"HOMER", "/x", false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        cr_expect_eq(process_keeps_variable(CASES[i].name, CASES[i].value), CASES[i].is_kept, "%s=%s", CASES[i].name,
                     CASES[i].value);
    }
}

Test(process, starts_without_the_rest)
{
    cr_assert_eq(setenv("LD_PRELOAD_NOT", "x", 1), 0);
    cr_assert_eq(setenv("HOME", "/home/anna", 1), 0);
    cr_assert_eq(setenv("TERM", "xterm", 1), 0);
    process_start();
    cr_expect_null(getenv("LD_PRELOAD_NOT"));
    cr_expect_null(getenv("PATH"));
    cr_expect_str_eq(getenv("HOME"), "/home/anna");
    cr_expect_str_eq(getenv("TERM"), "xterm");
    cr_expect_eq(umask(077), 077);
}

/* "show ... >&-" printed a chart into the file that was opened first: the site's lock. */
Test(process, no_file_takes_the_place_of_a_closed_output)
{
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        (void)close(STDOUT_FILENO);
        (void)close(STDERR_FILENO);
        process_start();
        int next = open("/dev/null", O_WRONLY);
        _exit(next > STDERR_FILENO && write(STDOUT_FILENO, "x", 1) < 0 ? 0 : 1);
    }
    int how = -1;
    cr_assert_eq(waitpid(child, &how, 0), child);
    cr_expect(WIFEXITED(how) && WEXITSTATUS(how) == 0);
}

Test(process, wants_a_sites_files_closed_to_others)
{
    char *folder = folder_new(), *path = folder_path(folder, "site.db"), *link_path = folder_path(folder, "keys");
    file_write(path, "x", 1);
    static const struct {
        mode_t mode;
        enum status status;
    } CASES[] = {{0600, STATUS_OK}, {0400, STATUS_OK}, {0640, STATUS_REFUSED}, {0604, STATUS_REFUSED}, {0666, STATUS_REFUSED}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error err = ERROR_INIT;
        cr_assert_eq(chmod(path, CASES[i].mode), 0);
        cr_expect_eq(process_check_private(path, &err), CASES[i].status, "%o", CASES[i].mode);
        if (CASES[i].status != STATUS_OK) {
            cr_expect_not_null(strstr(err.message, "chmod 600"), "%s", err.message);
            cr_expect_not_null(strstr(err.message, path), "%s", err.message);
        }
    }
    cr_assert_eq(symlink(path, link_path), 0);
    cr_expect_eq(process_check_private(link_path, NULL), STATUS_REFUSED, "a link");
    cr_expect_eq(process_check_private("/no/such/file", NULL), STATUS_OK, "what is not there is fine");
    cr_assert_eq(chmod(folder, 0755), 0);
    cr_expect_eq(process_check_private(folder, NULL), STATUS_REFUSED, "a folder");
    if (geteuid() == 0) {
        cr_assert_eq(chmod(path, 0600), 0);
        cr_assert_eq(chown(path, 65534, 65534), 0);
        cr_expect_eq(process_check_private(path, NULL), STATUS_REFUSED, "somebody else's");
    }
    mem_free(path);
    mem_free(link_path);
    folder_remove(folder);
}
