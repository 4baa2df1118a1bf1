/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Importing files at the workstation: a path, the work with progress and a way to stop between two
 * patients, and the account of every file. */
#include <inttypes.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "kit/pager.h"
#include "screens/screens.h"
#include "service/imports.h"

enum { PATH_BYTES_MAX = 1000, HEAD_ROWS = 2, FORM_ROWS = 3 };

struct import_screen {
    struct workstation *ws;
    struct form form;
    struct pager account;
    bool has_account;
    struct import_run *run;
    struct error failed; /* of the run as a whole */
    struct area form_area, account_area;
};

static enum status import_open(struct shell *sh, const void *argument, void **out_state,
                               struct error *err)
{
    (void)argument;
    (void)err;
    struct import_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    form_init(&s->form);
    (void)form_add_text(&s->form, "path", N_("File or folder"), PATH_BYTES_MAX, 0, 0);
    form_set_hint(&s->form, "path", N_("FHIR R4: bundles, resources, NDJSON"));
    form_mark_clean(&s->form);
    pager_init(&s->account, "");
    *out_state = s;
    return STATUS_OK;
}

static void import_close(void *state)
{
    struct import_screen *s = state;
    import_end(s->run);
    form_release(&s->form);
    pager_release(&s->account);
    mem_free(s);
}

static void import_layout(void *state, struct area body)
{
    struct import_screen *s = state;
    s->form_area = area_part(body, HEAD_ROWS, 1, FORM_ROWS, body.cols - 2);
    s->account_area = area_part(body, HEAD_ROWS + FORM_ROWS + 1, 1,
                                body.rows - HEAD_ROWS - FORM_ROWS - 1, body.cols - 2);
    form_layout(&s->form, s->form_area.rows, s->form_area.cols);
    pager_layout(&s->account, s->account_area.rows, s->account_area.cols);
}

static void import_draw(void *state, struct area body)
{
    struct import_screen *s = state;
    draw_text(body, 0, 1, STYLE_HEADING, _("Import patients"));
    if (s->has_account) {
        pager_draw(&s->account, s->account_area);
    } else {
        draw_text(
            s->account_area, 0, 0, STYLE_DIM,
            _("Every patient comes in whole or not at all; the same file twice adds nothing."));
    }
    form_draw(&s->form, s->form_area); /* last: the cursor is the focus */
}

/* --- the account in words --- */

static void add_lines(struct buffer *out, const char *label, const struct import_counts *counts)
{
    for (size_t i = 0; i < counts->len; i++) {
        const struct import_count *count = &counts->items[i];
        buffer_append_format(out, "  %s %" PRId64 " %s%s%s\n", label, count->count, count->what,
                             *count->reason ? ": " : "", count->reason);
    }
}

/* All of it for a file that was asked for or went wrong; a line for one of many. */
static void add_file(struct buffer *out, const struct import_report *report, bool is_whole)
{
    if (report->error) {
        buffer_append_format(out, _("%s was refused; nothing of it was written: %s\n"),
                             report->file, report->error);
        return;
    }
    buffer_append_format(out, _("%s: new patients %d, changed %d, already here %d\n"), report->file,
                         report->patients, report->patients_changed, report->patients_unchanged);
    add_lines(out, _("REFUSED"), &report->refused);
    if (is_whole) {
        add_lines(out, _("written"), &report->written);
        add_lines(out, _("note on"), &report->warnings);
        add_lines(out, _("skipped"), &report->skipped);
    }
}

struct totals {
    int patients, refused_patients, refused_files, unfinished;
};

/* Refused files first: they need somebody. */
static struct totals write_account(struct import_screen *s)
{
    struct buffer out = BUFFER_INIT;
    struct totals totals = {0};
    for (int turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < import_report_count(s->run); i++) {
            const struct import_report *report = import_report_at(s->run, i);
            bool is_bad = report->error || report->refused.len > 0;
            if (report->is_done && is_bad == (turn == 0)) {
                add_file(&out, report, is_bad || import_report_count(s->run) == 1);
                totals.patients += report->patients;
                totals.refused_patients += (int)report->refused.len;
                totals.refused_files += report->error != NULL;
            }
            totals.unfinished += turn == 0 && !report->is_done;
        }
    }
    pager_release(&s->account);
    pager_init(&s->account, out.bytes ? out.bytes : "");
    pager_layout(&s->account, s->account_area.rows, s->account_area.cols);
    buffer_release(&out);
    s->has_account = true;
    return totals;
}

/* --- the work --- */

static bool step(void *context, struct shell_progress *progress)
{
    struct import_screen *s = context;
    bool has_more = true;
    if (import_step(s->run, &has_more, &s->failed) != STATUS_OK) {
        return false;
    }
    struct import_progress now = import_progress(s->run);
    progress->done = (int64_t)now.files_done;
    progress->total = (int64_t)now.files;
    if (now.files == 1) { /* one large file: its patients say more */
        progress->done = (int64_t)now.patients_done;
        progress->total = (int64_t)now.patients;
    }
    progress->what = now.file;
    return has_more;
}

static unsigned done(struct shell *sh, void *state, void *context, bool was_cancelled)
{
    if (!state) { /* signed out meanwhile: import_close() ends the run */
        return STALE_NOTHING;
    }
    struct import_screen *s = context;
    struct totals totals = write_account(s);
    if (s->failed.status != STATUS_OK) {
        shell_fail(sh, &s->failed);
    } else if (was_cancelled) {
        shell_say(sh, MESSAGE_WARNING, "%s",
                  _("Stopped between two patients; those that were written are whole and stay."));
    } else if (totals.refused_files + totals.refused_patients > 0) {
        shell_say(sh, MESSAGE_WARNING,
                  _("%d new patients; %d files and %d patients were refused, see below."),
                  totals.patients, totals.refused_files, totals.refused_patients);
    } else {
        shell_say(sh, MESSAGE_GOOD,
                  ngettext("Saved here: %d new patient.", "Saved here: %d new patients.",
                           (unsigned long)totals.patients),
                  totals.patients);
    }
    form_mark_clean(&s->form);
    import_end(s->run);
    s->run = NULL;
    shell_data_changed(sh);
    return STALE_CELLS | STALE_DATA;
}

static unsigned run_start(struct shell *sh, void *state)
{
    struct import_screen *s = state;
    const char *path = form_text(&s->form, "path");
    struct error err = ERROR_INIT;
    form_clear_errors(&s->form);
    if (!*path) {
        (void)error_set_field(&err, STATUS_INVALID, "path", "%s",
                              _("Type the name of a file or a folder."));
    } else if (import_begin(s->ws->actor, &path, 1, IMPORT_FORMAT_AUTO, &s->run, &err) ==
               STATUS_OK) {
        const struct shell_work work = {.title = _("Importing; Esc stops between two patients"),
                                        .context = s,
                                        .step = step,
                                        .done = done};
        s->failed = (struct error)ERROR_INIT;
        if (shell_work(sh, &work, &err) == STATUS_OK) {
            return STALE_CELLS;
        }
        import_end(s->run);
        s->run = NULL;
    } else if (err.status == STATUS_IO) { /* host/sandbox.h */
        (void)error_set_field(
            &err, STATUS_IO, "path", "%s",
            _("It cannot be read from here: the workstation reads your home folder, "
              "/tmp, /media, /mnt and /srv. Copy it there."));
    }
    if (!form_show_error(&s->form, &err)) {
        shell_fail(sh, &err);
    }
    return STALE_CELLS;
}

static unsigned import_key(struct shell *sh, void *state, const struct event *event)
{
    struct import_screen *s = state;
    unsigned stale = form_handle(&s->form, event);
    if (stale & EVENT_UNHANDLED && event->kind == EVENT_KEY && event->key == UI_KEY_ENTER) {
        return run_start(sh, state);
    }
    return stale & EVENT_UNHANDLED && s->has_account ? pager_handle(&s->account, event) : stale;
}

static bool import_text_focus(const void *state)
{
    (void)state;
    return true;
}

static bool import_unsaved(const void *state)
{
    return form_is_changed(&((const struct import_screen *)state)->form);
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_IMPORT_RUN, N_("import"),
     N_("Read the file or folder and save its patients."), run_start, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_IMPORT = {
    .name = "import",
    .title = N_("Import patients"),
    .open = import_open,
    .layout = import_layout,
    .draw = import_draw,
    .key = import_key,
    .close = import_close,
    .actions = ACTIONS,
    .text_focus = import_text_focus,
    .unsaved = import_unsaved,
};
