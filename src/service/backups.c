/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/backups.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/blob.h"
#include "service/act.h"
#include "service/site_making.h"
#include "store/backup_store.h"

#define PREFIX "prescripcare-"
#define UNFINISHED ".unfinished"
enum { COPY_BYTES = 1 << 16 };

static const char *const FILES[] = {"site.db", "audit.key", "keys", "device.recovery"};
enum { FILES_COUNT = sizeof FILES / sizeof *FILES, FILES_NEEDED = 3 };

static char *in_folder(const char *folder, const char *name)
{
    return mem_format("%s/%s", folder, name);
}

static enum status cannot(const char *path, struct error *err)
{
    return error_set(err, errno == ENOENT ? STATUS_NOT_FOUND : errno == ENOSPC ? STATUS_DISK_FULL : STATUS_IO, "%s: %s", path, strerror(errno));
}

static enum status copy_file(const char *from, const char *to, struct error *err)
{
    FILE *in = fopen(from, "rbe"), *out = in != NULL ? fopen(to, "wbxe") : NULL;
    char *bytes = mem_alloc(COPY_BYTES);
    bool is_good = out != NULL && fchmod(fileno(out), S_IRUSR | S_IWUSR) == 0;
    size_t len;
    while (is_good && (len = fread(bytes, 1, COPY_BYTES, in)) > 0) {
        is_good = fwrite(bytes, 1, len, out) == len;
    }
    is_good = is_good && ferror(in) == 0 && fflush(out) == 0 && fsync(fileno(out)) == 0;
    enum status status = is_good ? STATUS_OK : cannot(in == NULL ? from : to, err);
    if (in != NULL) {
        (void)fclose(in); /* was read only */
    }
    if (out != NULL && fclose(out) != 0 && status == STATUS_OK) {
        status = cannot(to, err);
    }
    mem_free(bytes);
    return status;
}

static int64_t bytes_of(const char *folder, int64_t *out_made_us)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < FILES_COUNT; i++) {
        char *path = in_folder(folder, FILES[i]);
        struct stat there;
        bool is_there = stat(path, &there) == 0 && S_ISREG(there.st_mode);
        mem_free(path);
        if (is_there) {
            bytes += (int64_t)there.st_size;
            *out_made_us = (int64_t)there.st_mtime * US_PER_SECOND;
        } else if (i < FILES_NEEDED) {
            return 0;
        }
    }
    return bytes;
}

void backup_remove(const char *folder)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        (void)unlinkat(dirfd(dir), entry->d_name, 0); /* what stays makes rmdir() fail, and is seen */
    }
    if (dir != NULL) {
        (void)closedir(dir); /* was read only */
        (void)rmdir(folder); /* as above */
    }
}

/* Everything into a folder of its own that gets its name when it is whole. */
static enum status fill(struct actor *actor, const char *folder, struct error *err)
{
    char *db = in_folder(folder, FILES[0]), *audit = in_folder(folder, FILES[1]);
    enum status status = store_backup(actor->site->store, db, audit, err);
    for (size_t i = 2; i < FILES_COUNT && status == STATUS_OK; i++) {
        char *from = in_folder(actor->site->folder, FILES[i]), *to = in_folder(folder, FILES[i]);
        if (i < FILES_NEEDED || access(from, F_OK) == 0) {
            status = copy_file(from, to, err);
        }
        mem_free(from);
        mem_free(to);
    }
    mem_free(db);
    mem_free(audit);
    return status;
}

/* The folder gets its name when everything is in it; a failure leaves nothing. */
static enum status make_folder(struct actor *actor, const char *folder, struct error *err)
{
    char *unfinished = mem_format("%s" UNFINISHED, folder);
    enum status status = STATUS_OK;
    if (access(folder, F_OK) == 0 || mkdir(unfinished, 0700) != 0) {
        status = access(folder, F_OK) == 0 ? error_set(err, STATUS_EXISTS, _("%s is there already."), folder) : cannot(unfinished, err);
    } else {
        status = fill(actor, unfinished, err);
        if (status == STATUS_OK && (rename(unfinished, folder) != 0 || !blob_sync_folder_of(folder))) {
            status = cannot(folder, err);
        }
        if (status != STATUS_OK) {
            backup_remove(unfinished);
        }
    }
    mem_free(unfinished);
    return status;
}

/* What became of it: a copy that failed must not read as one that was made. The answer of the copy stays, unless the copy is
 * there and only this row could not be written. */
static enum status record_end(struct actor *actor, const char *folder, enum status answer, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SITE_ADMIN, "site.backup", "", UID_NONE);
    struct error second = ERROR_INIT;
    act.risk = RISK_LEVEL_MEDIUM;
    act.outcome = answer == STATUS_OK ? NULL : status_name(answer);
    char *place = answer == STATUS_OK ? realpath(folder, NULL) : NULL; /* to be found again when somebody is erased */
    if (place != NULL && strlen(place) < sizeof act.details) {
        (void)snprintf(act.details, sizeof act.details, "%s", place); /* fits */
    }
    free(place); /* the C library's */
    enum status status = act_read(&act, &second);
    if (answer == STATUS_OK && status != STATUS_OK) {
        return error_set(err, status, _("The copy in %s is whole, but the trail could not be told: %s"), folder, error_text(&second));
    }
    return answer;
}

enum status backup_create(struct actor *actor, const char *into, struct backup *out, struct error *err)
{
    struct act begin = ACT(actor, PERMISSION_SITE_ADMIN, "site.backup_begin", "", UID_NONE);
    begin.risk = RISK_LEVEL_MEDIUM;
    enum status status = act_read(&begin, err); /* the copy holds the record of its own beginning */
    if (status != STATUS_OK) {
        return status;
    }
    int64_t now_us = clock_now_us(actor->site->clock);
    char t[INSTANT_TEXT_MAX]; /* 2026-11-24T19:05:00... */
    (void)instant_format_utc(now_us, t); /* it is t */
    char *folder = mem_format("%s/" PREFIX "%.4s%.2s%.2s-%.2s%.2s%.2sZ", into, t, t + 5, t + 8, t + 11, t + 14, t + 17);
    status = record_end(actor, folder, make_folder(actor, folder, err), err);
    if (status == STATUS_OK) {
        *out = (struct backup){.folder = mem_copy_text(folder)};
        out->bytes = bytes_of(folder, &out->made_us);
        out->made_us = now_us;
    }
    mem_free(folder);
    return status;
}

void backup_release(struct backup *b)
{
    mem_free(b->folder);
    *b = (struct backup){0};
}

static int by_name_backwards(const void *a, const void *b)
{
    return strcmp(((const struct backup *)b)->folder, ((const struct backup *)a)->folder);
}

enum status backup_list(const char *in, struct backup_list *out, struct error *err)
{
    struct backup_list list = {0};
    DIR *dir = opendir(in);
    if (dir == NULL) {
        return cannot(in, err);
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        struct backup b = {0};
        size_t len = strlen(entry->d_name);
        bool is_ours = strncmp(entry->d_name, PREFIX, sizeof PREFIX - 1) == 0 &&
                       !(len > sizeof UNFINISHED && strcmp(entry->d_name + len - sizeof UNFINISHED + 1, UNFINISHED) == 0);
        b.folder = in_folder(in, entry->d_name);
        b.bytes = is_ours ? bytes_of(b.folder, &b.made_us) : 0;
        if (b.bytes > 0) {
            MEM_GROW(&list);
            list.items[list.len++] = b;
        } else {
            backup_release(&b);
        }
    }
    (void)closedir(dir); /* was read only */
    if (list.len > 1) {
        qsort(list.items, list.len, sizeof *list.items, by_name_backwards);
    }
    *out = list;
    return STATUS_OK;
}

void backup_list_release(struct backup_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        backup_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct backup_list){0};
}

enum status backup_restore(const char *from, const char *folder, struct error *err)
{
    int64_t made_us = 0;
    int fd = -1;
    if (bytes_of(from, &made_us) == 0) {
        return error_set(err, STATUS_NOT_FOUND, _("%s is no whole backup."), from);
    }
    enum status status = site_making_begin(folder, &fd, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < FILES_COUNT && status == STATUS_OK; i++) {
        char *there = in_folder(from, FILES[i]), *here = in_folder(folder, FILES[i]);
        if (i < FILES_NEEDED || access(there, F_OK) == 0) {
            status = copy_file(there, here, err);
        }
        mem_free(there);
        mem_free(here);
    }
    site_making_end(folder, fd, status == STATUS_OK);
    return status;
}
