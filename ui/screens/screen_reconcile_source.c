/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adding what is taken at home: line after line as it is said, a pasted list, a file, or what this site knows itself. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "kit/form.h"
#include "kit/picker.h"
#include "screens/order_entry.h"
#include "screens/reconcile_parts.h"

enum { LINE_BYTES = ORDER_LINE_MAX, PATH_BYTES = 1000, REFERENCE_BYTES = 120, HEAD_ROWS = 1, ENTRY_ROWS = 6 };

struct source_form {
    struct workstation *ws;
    struct chart *chart;
    struct uid reconciliation;
    struct form form;
    struct order_entry entry;
    const char *kinds[HISTORY_SOURCE_COUNT], *reliabilities[RELIABILITY_COUNT], *takings[TAKING_COUNT];
    int added;
    bool is_confirming; /* the file is about another name: the next save says that it is this patient */
    struct area banner, head, form_area, entry_area;
};

static void fill_labels(const char **out, enum enum_kind kind, const char *first)
{
    const struct enum_list *list = enum_list(kind);
    out[0] = first;
    for (int i = 1; i <= list->count; i++) {
        out[i] = list->labels[i];
    }
}

static enum history_source kind_of(const struct source_form *f)
{
    return (enum history_source)form_choice(&f->form, "source");
}

/* A file for documents and letters, a line for what is said; nothing to type for what this site knows. */
static void show_fields(struct source_form *f)
{
    enum history_source kind = kind_of(f);
    bool has_file = kind == HISTORY_SOURCE_DOCUMENT || kind == HISTORY_SOURCE_LETTER;
    form_show(&f->form, "file", has_file);
    form_show(&f->form, "line", !reconcile_source_is_own(kind) && kind != HISTORY_SOURCE_DOCUMENT);
    form_show(&f->form, "taking", !reconcile_source_is_own(kind) && kind != HISTORY_SOURCE_DOCUMENT);
    form_show(&f->form, "last", !reconcile_source_is_own(kind) && kind != HISTORY_SOURCE_DOCUMENT);
    form_show(&f->form, "reference", !reconcile_source_is_own(kind));
    form_show(&f->form, "reliability", !reconcile_source_is_own(kind));
}

static void close_form(void *state)
{
    struct source_form *f = state;
    form_release(&f->form);
    chart_free(f->chart);
    mem_free(f);
}

static enum status open_form(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct row_argument *a = argument;
    struct source_form *f = mem_alloc(sizeof *f);
    f->ws = shell_app(sh);
    f->reconciliation = a->row;
    form_init(&f->form);
    enum status status = chart_open(f->ws->actor, a->patient, 1, 1, &f->chart, err);
    if (status != STATUS_OK) {
        close_form(f);
        return status;
    }
    fill_labels(f->kinds, ENUM_HISTORY_SOURCE, N_("choose who or what told it"));
    fill_labels(f->reliabilities, ENUM_RELIABILITY, N_("not judged"));
    fill_labels(f->takings, ENUM_TAKING, N_("not asked"));
    form_add_choice(&f->form, "source", N_("Source"), f->kinds, HISTORY_SOURCE_COUNT);
    form_add_text(&f->form, "line", N_("Taken"), LINE_BYTES, 0, 0);
    form_set_hint(&f->form, "line", N_("metf 500 bid; a list, or a file's path, may be pasted"));
    form_add_choice(&f->form, "taking", N_("How"), f->takings, TAKING_COUNT);
    form_add_text(&f->form, "last", N_("Last taken"), 60, 0, 0);
    form_add_text(&f->form, "file", N_("File"), PATH_BYTES, 0, 0);
    form_set_hint(&f->form, "file", N_("a C-CDA or FHIR R4 file of this patient"));
    form_add_text(&f->form, "reference", N_("Who, where"), REFERENCE_BYTES, 0, 0);
    form_add_choice(&f->form, "reliability", N_("How sure"), f->reliabilities, RELIABILITY_COUNT);
    form_set_choice(&f->form, "source", HISTORY_SOURCE_PATIENT);
    show_fields(f);
    form_focus(&f->form, "line");
    form_mark_clean(&f->form);
    order_entry_init(&f->entry, f->ws->site);
    order_entry_read(&f->entry, "", &f->chart->patient);
    *out_state = f;
    return STATUS_OK;
}

static void layout(void *state, struct area body)
{
    struct source_form *f = state;
    f->banner = area_rows(body, 0, BANNER_ROWS);
    f->head = area_part(body, BANNER_ROWS, 1, HEAD_ROWS, body.cols - 2);
    f->form_area = area_part(body, BANNER_ROWS + HEAD_ROWS, 1, body.rows - BANNER_ROWS - HEAD_ROWS - ENTRY_ROWS, body.cols - 2);
    f->entry_area = area_part(body, body.rows - ENTRY_ROWS, 1, ENTRY_ROWS, body.cols - 2);
    form_layout(&f->form, f->form_area.rows, f->form_area.cols);
}

static void draw(void *state, struct area body)
{
    struct source_form *f = state;
    (void)body;
    banner_draw(f->banner, f->chart, site_today(f->ws->site), f->ws->site->zone);
    int col = draw_text(f->head, 0, 0, STYLE_HEADING, _("What is taken at home"));
    if (f->added > 0) {
        draw_format(f->head, 0, col + 2, STYLE_GOOD, ngettext("%d line added", "%d lines added", (unsigned long)f->added), f->added);
    }
    form_draw(&f->form, f->form_area);
    if (form_is_shown(&f->form, "line")) {
        order_entry_draw(&f->entry, &f->chart->patient, f->entry_area);
    }
}

static void read_line(struct source_form *f)
{
    order_entry_read(&f->entry, form_text(&f->form, "line"), &f->chart->patient);
}

static struct reconcile_new_source source_of(const struct source_form *f)
{
    return (struct reconcile_new_source){.kind = kind_of(f),
                                         .reliability = (enum reliability)form_choice(&f->form, "reliability"),
                                         .reference = form_text(&f->form, "reference"),
                                         .as_of = site_today(f->ws->site)};
}

static void say(struct shell *sh, struct source_form *f, int count)
{
    char *name = patient_display_name(&f->chart->patient);
    f->added += count;
    shell_say(sh, MESSAGE_GOOD, ngettext("%s: %d line added. Saved here.", "%s: %d lines added. Saved here.", (unsigned long)count), name,
              count);
    mem_free(name);
}

static unsigned fail(struct shell *sh, struct source_form *f, const struct error *err)
{
    if (!form_show_error(&f->form, err)) {
        shell_fail(sh, err);
    }
    return STALE_CELLS;
}

/* A list that is pasted goes in at once, a line each. */
static unsigned paste_list(struct shell *sh, struct source_form *f, const char *text)
{
    struct error err = ERROR_INIT;
    struct reconcile_new_source source = source_of(f);
    int count = 0;
    if (reconcile_add_text(f->ws->actor, f->reconciliation, &source, text, &count, &err) != STATUS_OK) {
        return fail(sh, f, &err);
    }
    say(sh, f, count);
    return STALE_CELLS;
}

/* A path, or a file dropped on the terminal, which pastes its path, some in quotes. */
static bool is_path(const char *text)
{
    return (text[0] == '/' || (text[0] == '\'' && text[1] == '/')) && strchr(text, '\n') == NULL && strlen(text) < PATH_BYTES;
}

static unsigned paste_path(struct source_form *f, const char *text)
{
    const char *from = text[0] == '\'' ? text + 1 : text;
    char *copy = mem_copy_bytes(from, strcspn(from, "'"));
    form_set_choice(&f->form, "source", HISTORY_SOURCE_DOCUMENT);
    show_fields(f);
    form_set_text(&f->form, "file", text_trim(copy));
    form_focus(&f->form, "file");
    f->is_confirming = false;
    mem_free(copy);
    return STALE_LAYOUT;
}

static unsigned key(struct shell *sh, void *state, const struct event *event)
{
    struct source_form *f = state;
    bool is_line = strcmp(form_focus_name(&f->form), "line") == 0;
    if (is_line && event->kind == EVENT_PASTE && event->text != NULL && is_path(event->text)) {
        return paste_path(f, event->text);
    }
    bool is_list = event->kind == EVENT_PASTE && event->text != NULL && strchr(event->text, '\n') != NULL;
    if (is_list && is_line) {
        return paste_list(sh, f, event->text);
    }
    unsigned stale = form_handle(&f->form, event);
    f->is_confirming = f->is_confirming && (stale & TEXT_CHANGED) == 0;
    show_fields(f);
    read_line(f);
    return stale;
}

static unsigned event(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    (void)state;
    return event->kind == EVENT_DATA || event->kind == EVENT_CLOSED ? (unsigned)STALE_CELLS : (unsigned)EVENT_UNHANDLED;
}

static unsigned add_file(struct shell *sh, struct source_form *f)
{
    struct error err = ERROR_INIT;
    struct reconcile_new_source source = source_of(f);
    struct reconcile_account account;
    enum status status = reconcile_add_file(f->ws->actor, f->reconciliation, &source, form_text(&f->form, "file"), f->is_confirming, &account,
                                            &err);
    if (status != STATUS_OK) {
        f->is_confirming = strcmp(err.field, "person") == 0;
        if (f->is_confirming) {
            shell_say(sh, MESSAGE_WARNING, _("%s Save again if it is."), error_text(&err));
            return STALE_CELLS;
        }
        return fail(sh, f, &err);
    }
    form_set_text(&f->form, "file", "");
    form_mark_clean(&f->form);
    f->is_confirming = false;
    say(sh, f, account.lines);
    shell_close(sh, RECONCILE_DECIDED);
    return STALE_CELLS;
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct source_form *f = state;
    struct error err = ERROR_INIT;
    struct reconcile_new_source source = source_of(f);
    form_clear_errors(&f->form);
    if (reconcile_source_is_own(kind_of(f))) {
        if (reconcile_add_own(f->ws->actor, f->reconciliation, kind_of(f), &err) != STATUS_OK) {
            return fail(sh, f, &err);
        }
        form_mark_clean(&f->form);
        shell_close(sh, RECONCILE_DECIDED);
        return STALE_CELLS;
    }
    if (form_is_shown(&f->form, "file") && form_text(&f->form, "file")[0] != '\0') {
        return add_file(sh, f);
    }
    bool has_line = form_text(&f->form, "line")[0] != '\0';
    if (!has_line && f->added > 0) { /* nothing more to say */
        form_mark_clean(&f->form);
        shell_close(sh, RECONCILE_DECIDED);
        return STALE_CELLS;
    }
    struct reconcile_said said = {.text = form_text(&f->form, "line"),
                                  .taking = (enum taking)form_choice(&f->form, "taking"),
                                  .last_taken = form_text(&f->form, "last")};
    if (reconcile_add_line(f->ws->actor, f->reconciliation, &source, &said, &err) != STATUS_OK) {
        return fail(sh, f, &err);
    }
    form_set_text(&f->form, "line", "");
    form_set_text(&f->form, "last", "");
    form_set_choice(&f->form, "taking", 0);
    form_focus(&f->form, "line");
    form_mark_clean(&f->form);
    read_line(f);
    say(sh, f, 1);
    return STALE_CELLS;
}

/* ---- drugs by their first letters ---- */

static int filter_drugs(void *context, const char *text)
{
    struct source_form *f = context;
    order_entry_suggest(&f->entry, text);
    return f->entry.suggestion_count;
}

static void draw_drug(const void *context, int row, struct area line, bool is_selected)
{
    const struct source_form *f = context;
    const char *partner = order_entry_lookalike_of(&f->entry, row);
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    int col = draw_text(line, 0, 2, STYLE_TEXT, f->entry.suggestions[row].name);
    if (partner != NULL) {
        draw_format(line, 0, col, STYLE_WARNING, _("  looks like %s"), partner);
    }
}

static unsigned drug_picked(struct shell *sh, void *state, int row)
{
    struct source_form *f = state;
    char line[LINE_BYTES + 1];
    (void)sh;
    if (row >= 0) {
        char name[LINE_BYTES + 1];
        size_t len = strlen(f->entry.suggestions[row].name);
        len = len < LINE_BYTES ? len : LINE_BYTES;
        memcpy(name, f->entry.suggestions[row].name, len);
        name[len] = '\0';
        read_line(f);
        order_entry_with_drug(&f->entry, name, line, sizeof line);
        form_set_text(&f->form, "line", line);
        read_line(f);
    }
    return STALE_CELLS;
}

static unsigned run_pick(struct shell *sh, void *state)
{
    struct source_form *f = state;
    struct picker_source source = {{f, NULL, draw_drug, _("No drug begins like this.")}, filter_drugs, f};
    shell_pick(sh, _("Drugs"), N_("Name"), &source, drug_picked);
    return STALE_CELLS;
}

static bool can_pick(const void *state)
{
    return form_is_shown(&((const struct source_form *)state)->form, "line");
}

static bool text_focus(const void *state)
{
    return form_has_text_focus(&((const struct source_form *)state)->form);
}

static bool unsaved(const void *state)
{
    return form_text(&((const struct source_form *)state)->form, "line")[0] != '\0';
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, 0, N_("add"), N_("Add the line, the file or the list; with nothing typed, go back."), run_save, ACTION_IN_BAR, NULL},
    {"pick", "F4, Ctrl-Y", 0, N_("from list"), N_("Choose the drug from a list."), run_pick, ACTION_IN_BAR, can_pick},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_RECONCILE_SOURCE = {
    .name = "reconcile.source",
    .title = N_("Add a source"),
    .open = open_form,
    .layout = layout,
    .draw = draw,
    .key = key,
    .event = event,
    .close = close_form,
    .actions = ACTIONS,
    .text_focus = text_focus,
    .unsaved = unsaved,
};
