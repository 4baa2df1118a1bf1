/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/list_out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/csv_cell.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "service/act.h"
#include "service/printing.h"

struct list_out *list_out_new(const char *name, const char *title, enum permission permission, const char *const *heads, int columns)
{
    struct list_out *list = mem_alloc(sizeof *list);
    *list = (struct list_out){.name = mem_copy_text(name), .title = mem_copy_text(title), .permission = permission, .heads = heads,
                              .columns = columns < LIST_OUT_COLUMNS_MAX ? columns : LIST_OUT_COLUMNS_MAX};
    return list;
}

void list_out_free(struct list_out *list)
{
    if (list == NULL) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        mem_free(list->cells[i]);
    }
    mem_free(list->cells);
    mem_free(list->name);
    mem_free(list->title);
    mem_free(list);
}

void list_out_row(struct list_out *list, const char *const *cells)
{
    for (int i = 0; i < list->columns; i++) {
        if (list->count == list->cap) {
            list->cap = list->cap == 0 ? 64 : 2 * list->cap;
            list->cells = mem_resize_array(list->cells, list->cap, sizeof *list->cells);
        }
        list->cells[list->count++] = mem_copy_text(cells[i] != NULL ? cells[i] : "");
    }
    list->rows++;
}

const char *list_out_when(const struct site *site, int64_t at_us, char buf[LIST_OUT_WHEN_MAX])
{
    char day[DATE_TEXT_MAX];
    struct local_time at = zone_local(site->zone, at_us);
    buf[0] = '\0';
    if (at_us != 0) {
        (void)snprintf(buf, LIST_OUT_WHEN_MAX, "%.12s %02d:%02d", date_format_iso(at.date, day), at.hour, at.minute); /* fits */
    }
    return buf;
}

/* ---- on paper ---- */

enum { SHARE_LEAST = 2, SHARE_MOST = 9, CELLS_PER_SHARE = 4 };

/* By its widest text, so that what is read in full has the room. */
static int share_of(const struct list_out *list, int column)
{
    size_t widest = strlen(_(list->heads[column]));
    for (int row = 0; row < list->rows; row++) {
        size_t len = strlen(list->cells[(size_t)row * (size_t)list->columns + (size_t)column]);
        widest = len > widest ? len : widest;
    }
    int share = (int)(widest / CELLS_PER_SHARE) + 1;
    return share < SHARE_LEAST ? SHARE_LEAST : share > SHARE_MOST ? SHARE_MOST : share;
}

enum status list_out_document(struct actor *actor, const struct list_out *list, struct document **out, struct error *err)
{
    struct document_column columns[LIST_OUT_COLUMNS_MAX];
    struct document *d = NULL;
    enum status status = act_permit(actor, list->permission, "list.print", err);
    if (status == STATUS_OK) {
        status = print_document_new(actor, list->title, "PC-120", UID_NONE, NULL, &d, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    for (int i = 0; i < list->columns; i++) {
        columns[i] = (struct document_column){_(list->heads[i]), share_of(list, i), DOCUMENT_LEFT};
    }
    document_table(d, columns, list->columns);
    for (int row = 0; row < list->rows; row++) {
        document_row(d, (const char *const *)list->cells + (size_t)row * (size_t)list->columns);
    }
    if (list->rows == 0) {
        document_paragraph(d, _("Nothing is on this list."));
    }
    if (list->is_cut) {
        document_paragraph(d, _("There are more; these are the first."));
    }
    *out = d;
    return STATUS_OK;
}

/* ---- as a file ---- */

void list_out_csv(const struct list_out *list, struct buffer *out)
{
    const char *heads[LIST_OUT_COLUMNS_MAX];
    for (int i = 0; i < list->columns; i++) {
        heads[i] = _(list->heads[i]);
    }
    csv_write_line(out, heads, list->columns);
    for (int row = 0; row < list->rows; row++) {
        csv_write_line(out, (const char *const *)list->cells + (size_t)row * (size_t)list->columns, list->columns);
    }
}

static enum status write_file(const char *path, const struct buffer *text, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    size_t done = 0;
    while (fd >= 0 && done < text->len) {
        ssize_t n = write(fd, text->bytes + done, text->len - done);
        if (n < 0 && errno != EINTR) {
            break;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    bool is_whole = fd >= 0 && done == text->len && fsync(fd) == 0;
    int why = errno;
    if (fd >= 0 && close(fd) != 0) {
        is_whole = false;
    }
    if (!is_whole && fd >= 0) {
        (void)unlink(path); /* half a list is none */
    }
    return is_whole ? STATUS_OK
           : why == EEXIST ? error_set(err, STATUS_EXISTS, _("This list was saved in this second already."))
                           : error_set(err, STATUS_IO, _("The list could not be saved: %s."), strerror(why));
}

enum status list_out_save(struct actor *actor, const struct list_out *list, char **out_path, struct error *err)
{
    struct act act = ACT(actor, list->permission, "list.export", "", UID_NONE);
    struct local_time now = site_now(actor->site);
    act.risk = RISK_LEVEL_MEDIUM; /* it leaves what is sealed */
    (void)snprintf(act.details, sizeof act.details, "%.40s as csv, %d rows", list->name, list->rows); /* fits; not shown */
    enum status status = act_read(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    char *folder = mem_format("%s/exports", actor->site->folder);
    char *path = mem_format("%s/%s-%04d%02d%02d-%02d%02d%02d.csv", folder, list->name, now.date.year, now.date.month, now.date.day, now.hour,
                            now.minute, now.second);
    struct buffer text = BUFFER_INIT;
    list_out_csv(list, &text);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        status = error_set(err, STATUS_IO, _("The list could not be saved: %s."), strerror(errno));
    } else {
        status = write_file(path, &text, err);
    }
    buffer_release(&text);
    mem_free(folder);
    if (status == STATUS_OK) {
        *out_path = path;
    } else {
        mem_free(path);
    }
    return status;
}
