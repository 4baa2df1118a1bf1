/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/copies.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/zone.h"
#include "store/audit_read.h"

enum { LINES_MAX = 500, LIST_BYTES_MAX = 16 << 20 };

void record_copy_list_release(struct record_copy_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].by);
        mem_free(list->items[i].where);
    }
    mem_free(list->items);
    *list = (struct record_copy_list){0};
}

static void append(struct record_copy_list *out, enum copy_kind kind, enum copy_place place, int64_t at_us, const char *by, const char *where)
{
    MEM_GROW(out);
    out->items[out->len++] = (struct record_copy){
        .kind = kind, .place = place, .at_us = at_us, .by = mem_copy_text(by != NULL ? by : ""), .where = mem_copy_text(where != NULL ? where : "")};
}

static enum copy_place place_of(const char *path)
{
    struct stat there;
    return path == NULL || path[0] != '/' ? COPY_NOT_KNOWN : stat(path, &there) == 0 ? COPY_IS_THERE : COPY_NOT_SEEN;
}

/* "to=office" of what was printed. */
static const char *printer_of(const char *details)
{
    const char *to = details != NULL ? strstr(details, " to=") : NULL;
    return to != NULL ? to + 4 : "";
}

/* What the trail says was done and went well: `action` and nothing that only begins so. */
static enum status append_acts(struct site *site, const char *action, enum copy_kind kind, struct uid subject, int64_t since_us,
                               struct record_copy_list *out, struct error *err)
{
    const struct audit_period period = {.from_us = since_us, .to_us = INT64_MAX, .subject = subject, .outcome = "ok", .action_begin = action,
                                        .before_us = INT64_MAX, .before_seq = INT64_MAX, .limit = LINES_MAX};
    struct audit_line_list lines = {0};
    enum status status = audit_list_period(site->store, &period, &lines, err);
    for (size_t i = 0; status == STATUS_OK && i < lines.len; i++) {
        const struct audit_line *line = &lines.items[i];
        if (strcmp(line->action, action) != 0) {
            continue;
        }
        const char *where = kind == COPY_BACKUP ? line->details : kind == COPY_PAPER ? printer_of(line->details) : "";
        append(out, kind, kind == COPY_BACKUP ? place_of(line->details) : COPY_NOT_KNOWN, line->at_us, line->actor_name, where);
    }
    audit_line_list_release(&lines);
    return status;
}

static bool names_somebody(const char *text, const char *name, const char *mrn)
{
    char *cell = mem_format(",%s,", mrn);
    bool is_named = (name[0] != '\0' && strstr(text, name) != NULL) || (mrn[0] != '\0' && strstr(text, cell) != NULL);
    mem_free(cell);
    return is_named;
}

/* Lists that were saved as files stand in the clear, and are looked into. */
static void append_lists(const struct site *site, const char *name, const char *mrn, struct record_copy_list *out)
{
    char *folder = mem_format("%s/exports", site->folder);
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        struct buffer text = BUFFER_INIT;
        struct stat there;
        char *path = mem_format("%s/%s", folder, entry->d_name);
        if (stat(path, &there) == 0 && S_ISREG(there.st_mode) && buffer_read_file(&text, path, LIST_BYTES_MAX, NULL) == STATUS_OK &&
            text.len > 0 && names_somebody(text.bytes, name, mrn)) {
            append(out, COPY_LIST, COPY_IS_THERE, (int64_t)there.st_mtime * US_PER_SECOND, "", path);
        }
        buffer_release(&text);
        mem_free(path);
    }
    if (dir != NULL) {
        (void)closedir(dir); /* was read only */
    }
    mem_free(folder);
}

static int newest_first(const void *a, const void *b)
{
    const struct record_copy *x = a, *y = b;
    return x->kind != y->kind ? (int)x->kind - (int)y->kind : (x->at_us < y->at_us) - (x->at_us > y->at_us);
}

enum status copies_of(struct site *site, struct uid record, int64_t since_us, const char *name, const char *mrn, struct record_copy_list *out,
                      struct error *err)
{
    struct record_copy_list list = {0};
    enum status status = append_acts(site, "site.backup", COPY_BACKUP, UID_NONE, since_us, &list, err);
    if (status == STATUS_OK) {
        status = append_acts(site, "patient.export", COPY_EXPORT, record, 0, &list, err);
    }
    if (status == STATUS_OK) {
        status = append_acts(site, "print", COPY_PAPER, record, 0, &list, err);
    }
    if (status != STATUS_OK) {
        record_copy_list_release(&list);
        return status;
    }
    append_lists(site, name, mrn, &list);
    if (list.len > 1) {
        qsort(list.items, list.len, sizeof *list.items, newest_first);
    }
    *out = list;
    return STATUS_OK;
}

enum status copies_of_erased(struct site *site, struct record_copy_list *out, struct error *err)
{
    const struct audit_period period = {.to_us = INT64_MAX, .outcome = "ok", .action_begin = "patient.erase", .before_us = INT64_MAX,
                                        .before_seq = INT64_MAX, .limit = LINES_MAX};
    struct audit_line_list lines = {0};
    struct record_copy_list list = {0};
    size_t kept = 0;
    enum status status = audit_list_period(site->store, &period, &lines, err);
    if (status == STATUS_OK) {
        status = append_acts(site, "site.backup", COPY_BACKUP, UID_NONE, 0, &list, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        struct record_copy *copy = &list.items[i];
        for (size_t n = 0; n < lines.len; n++) {
            copy->erased += strcmp(lines.items[n].action, "patient.erase") == 0 && lines.items[n].at_us >= copy->at_us;
        }
        if (copy->erased > 0) {
            list.items[kept++] = *copy;
        } else {
            mem_free(copy->by);
            mem_free(copy->where);
        }
    }
    audit_line_list_release(&lines);
    if (status != STATUS_OK) {
        record_copy_list_release(&list);
        return status;
    }
    list.len = kept;
    *out = list;
    return STATUS_OK;
}

char *record_copy_text(const struct site *site, const struct record_copy *copy)
{
    static const char *const KINDS[COPY_KINDS] = {[COPY_BACKUP] = N_("Backup"), [COPY_EXPORT] = N_("Whole record given out"),
                                                  [COPY_LIST] = N_("List saved as a file"), [COPY_PAPER] = N_("Printed")};
    static const char *const PLACES[] = {[COPY_NOT_KNOWN] = "", [COPY_IS_THERE] = N_("there"), [COPY_NOT_SEEN] = N_("not seen from here")};
    char day[DATE_TEXT_MAX];
    struct buffer out = BUFFER_INIT;
    buffer_append_format(&out, "%s  %s", date_format_human(zone_local(site->zone, copy->at_us).date, day), _(KINDS[copy->kind]));
    const char *parts[] = {copy->where, copy->place != COPY_NOT_KNOWN ? _(PLACES[copy->place]) : "", copy->by};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i][0] != '\0') {
            buffer_append_format(&out, "  %s", parts[i]);
        }
    }
    return buffer_take(&out);
}
