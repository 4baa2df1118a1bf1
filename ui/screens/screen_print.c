/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is about to be printed, as it will read, and where it goes. Anything that prints comes through here. */
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/pager.h"
#include "screens/screens.h"
#include "service/list_out.h"

enum { HEAD_ROWS = 3, LABEL_CELLS = 40, SHEET_CELLS_MAX = 100, STEP_MS = 15 };

struct print_screen {
    struct workstation *ws;
    struct document *document;
    struct print_request request;
    struct list_out *list; /* NULL: none */
    struct pager preview;
    struct print_run *run;
    struct area body;
    int cells; /* the preview was made for */
};

static enum status print_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct print_argument *what = argument;
    (void)err;
    struct print_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    s->document = what->document;
    s->request = what->request;
    s->list = what->list;
    pager_init(&s->preview, "");
    *out_state = s;
    return STATUS_OK;
}

void screen_print_open(struct shell *sh, struct document *document, const struct print_request *request)
{
    struct error err = ERROR_INIT;
    if (shell_open(sh, &SCREEN_PRINT, &(struct print_argument){.document = document, .request = *request}, &err) != STATUS_OK) {
        document_free(document);
        shell_fail(sh, &err);
    }
}

void screen_print_list(struct shell *sh, struct list_out *list)
{
    const struct workstation *ws = shell_app(sh);
    struct print_argument what = {.list = list, .request = {.what = "list", .permission = list->permission, .patient = UID_NONE,
                                                            .table = "", .target = PRINT_TO_DOCUMENTS, .copies = 1}};
    struct error err = ERROR_INIT;
    enum status status = list_out_document(ws->actor, list, &what.document, &err);
    if (status == STATUS_OK) {
        status = shell_open(sh, &SCREEN_PRINT, &what, &err);
    }
    if (status != STATUS_OK) {
        document_free(what.document);
        list_out_free(list);
        shell_fail(sh, &err);
    }
}

static void print_close(void *state)
{
    struct print_screen *s = state;
    list_out_free(s->list);
    document_free(s->document);
    pager_release(&s->preview);
    mem_free(s);
}

static void print_layout(void *state, struct area body)
{
    struct print_screen *s = state;
    int wanted = s->request.target == PRINT_TO_LABELS ? LABEL_CELLS : SHEET_CELLS_MAX;
    int cells = body.cols - 4 < wanted ? body.cols - 4 : wanted;
    s->body = area_part(body, HEAD_ROWS, 2, body.rows - HEAD_ROWS, cells);
    if (cells != s->cells) {
        struct buffer text = BUFFER_INIT;
        document_to_text(s->document, cells, 0, &text);
        pager_release(&s->preview);
        pager_init(&s->preview, text.bytes);
        buffer_release(&text);
        s->cells = cells;
    }
    pager_layout(&s->preview, s->body.rows, s->body.cols);
}

static void print_draw(void *state, struct area body)
{
    struct print_screen *s = state;
    const char *where = print_destination(s->ws->actor, s->request.target);
    draw_format(body, 0, 1, STYLE_HEADING, s->request.is_reprint ? _("Print again") : _("Print"));
    if (where[0] != '\0') {
        draw_format(body, 1, 1, STYLE_TEXT, ngettext("%d copy to %s", "%d copies to %s", (unsigned long)s->request.copies),
                    s->request.copies, where);
    } else {
        draw_text(body, 1, 1, STYLE_WARNING, _("No printer is set: an administrator sets one with prescripcare config --set."));
    }
    pager_draw(&s->preview, s->body);
}

static unsigned print_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return pager_handle(&((struct print_screen *)state)->preview, event);
}

/* ---- printing ---- */

static bool step(void *context, struct shell_progress *progress)
{
    struct print_screen *s = context;
    progress->done = 0;
    return print_wait(s->run, STEP_MS);
}

static unsigned done(struct shell *sh, void *state, void *context, bool was_cancelled)
{
    struct print_screen *s = context;
    struct error err = ERROR_INIT;
    int missing = 0;
    (void)was_cancelled; /* print_finish() stops what still runs */
    enum status status = print_finish(s->run, &missing, &err);
    s->run = NULL;
    if (state == NULL) { /* signed out meanwhile */
        return STALE_NOTHING;
    }
    if (status != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    if (missing > 0) {
        shell_say(sh, MESSAGE_WARNING,
                  ngettext("Printed, but %d letter is in no font here and came out as a box. Read the sheet before it is used.",
                           "Printed, but %d letters are in no font here and came out as boxes. Read the sheet before it is used.",
                           (unsigned long)missing),
                  missing);
    } else {
        shell_say(sh, MESSAGE_GOOD, _("Sent to the printer."));
    }
    shell_close(sh, 1);
    return STALE_CELLS | STALE_DATA;
}

static unsigned run_print(struct shell *sh, void *state)
{
    struct print_screen *s = state;
    struct error err = ERROR_INIT;
    if (print_start(s->ws->actor, &s->request, s->document, &s->run, &err) == STATUS_OK) {
        const struct shell_work work = {.title = _("Printing; Esc stops it"), .context = s, .step = step, .done = done};
        if (shell_work(sh, &work, &err) == STATUS_OK) {
            return STALE_CELLS;
        }
        enum status stopped = print_finish(s->run, NULL, NULL);
        (void)stopped; /* the reason why it was stopped is what counts */
        s->run = NULL;
    }
    shell_fail(sh, &err);
    return STALE_CELLS;
}

static unsigned run_copies(struct shell *sh, void *state)
{
    struct print_screen *s = state;
    (void)sh;
    s->request.copies = s->request.copies % PRINT_COPIES_MAX + 1;
    return STALE_CELLS;
}

static unsigned run_file(struct shell *sh, void *state)
{
    struct print_screen *s = state;
    struct error err = ERROR_INIT;
    char *path = NULL;
    if (list_out_save(s->ws->actor, s->list, &path, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    shell_say(sh, MESSAGE_GOOD, _("Saved, readable by anybody who has the file: %s"), path);
    mem_free(path);
    return STALE_CELLS;
}

static bool is_list(const void *state)
{
    return ((const struct print_screen *)state)->list != NULL;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, 0, N_("print"), N_("Print it; who printed what and where is recorded."), run_print, ACTION_IN_BAR, NULL},
    {"print.copies", "+", 0, N_("copies"), N_("One copy more; after the last possible number it is one again."), run_copies,
     ACTION_IN_BAR, NULL},
    {"list.file", "_", 0, N_("CSV file"), N_("Save the list as a CSV file in the site's folder; who did and how many rows is recorded."), run_file,
     ACTION_IN_BAR, is_list},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back without printing."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_PRINT = {
    .name = "print",
    .title = N_("Print"),
    .open = print_open,
    .layout = print_layout,
    .draw = print_draw,
    .key = print_key,
    .close = print_close,
    .actions = ACTIONS,
};
