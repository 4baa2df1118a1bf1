/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One decision that needs more than a key: only the fields that this action needs are there, none of them filled in. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "model/order_line.h"
#include "screens/reconcile_parts.h"

enum { WORDS_BYTES = 200, REASONS_MAX = 24, CHOICES_MAX = 128, HEAD_ROWS = 5, LINE_BYTES = ORDER_LINE_MAX };

struct item_form {
    struct workstation *ws;
    struct chart *chart;
    struct reconcile_view *view;
    size_t item;
    enum reconcile_action action;
    unsigned needs;
    struct form form;
    const char *reasons[REASONS_MAX];   /* [0]: none yet */
    const char *survivors[CHOICES_MAX]; /* [0]: none yet; borrowed from the view */
    struct uid survivor_ids[CHOICES_MAX];
    struct reconcile_owner_list owners;
    const char *owner_names[CHOICES_MAX];
    struct area banner, head, form_area;
};

static const char *const RESUMES[] = {N_("choose when"), N_("on a date"), N_("after an event"), N_("review by a date")};
static const char *const TOLD[] = {N_("choose"), N_("no"), N_("yes")};
static const char *const CLASSES[] = {N_("choose"), N_("meant, documented"), N_("meant, not documented"), N_("not meant"), N_("not known")};
static const char *const HARMS[] = {N_("not judged"), N_("no harm"), N_("little harm"), N_("moderate harm"), N_("severe harm")};

static const struct reconcile_item *item_of(const struct item_form *f)
{
    return &f->view->items.items[f->item];
}

static bool needs(const struct item_form *f, unsigned what)
{
    return (f->needs & what) != 0;
}

static void add_choices(struct item_form *f)
{
    const struct reconcile_view *v = f->view;
    int count = 1;
    f->reasons[0] = N_("choose a reason");
    for (const struct reconcile_reason *r; (r = reconcile_reason_for(f->action, count - 1)) != NULL && count < REASONS_MAX; count++) {
        f->reasons[count] = r->label;
    }
    if (needs(f, NEED_REASON)) {
        form_add_choice(&f->form, "reason", N_("Why"), f->reasons, count);
    }
    count = 1;
    f->survivors[0] = N_("choose the line that stays");
    for (size_t i = 0; i < v->items.len && count < CHOICES_MAX; i++) {
        const struct reconcile_item *other = &v->items.items[i];
        const struct reconcile_line *line = reconcile_line_of(v, other, true, 0);
        line = line != NULL ? line : reconcile_line_of(v, other, false, 0);
        if (i != f->item && other->kind == item_of(f)->kind && line != NULL) {
            f->survivor_ids[count] = other->id;
            f->survivors[count++] = line->text;
        }
    }
    if (needs(f, NEED_SURVIVOR)) {
        form_add_choice(&f->form, "survivor", N_("Stays"), f->survivors, count);
        for (int i = 1; i < count; i++) { /* the one that it resembles is offered, not chosen by itself */
            if (uid_compare(f->survivor_ids[i], item_of(f)->hint) == 0) {
                const char *text = f->survivors[1];
                struct uid id = f->survivor_ids[1];
                f->survivors[1] = f->survivors[i];
                f->survivor_ids[1] = f->survivor_ids[i];
                f->survivors[i] = text;
                f->survivor_ids[i] = id;
            }
        }
    }
}

static void add_owner(struct item_form *f)
{
    int count = 1;
    f->owner_names[0] = N_("choose who");
    for (size_t i = 0; i < f->owners.len && count < CHOICES_MAX; i++) {
        f->owner_names[count++] = f->owners.items[i].name;
    }
    form_add_choice(&f->form, "owner", N_("Goes on"), f->owner_names, count);
}

static void add_fields(struct item_form *f)
{
    form_init(&f->form);
    bool takes_new = f->action == RECONCILE_ACTION_ADD && item_of(f)->kind == RECONCILE_KIND_MEDICATION;
    if (needs(f, NEED_NEW_DRUG)) {
        form_add_text(&f->form, "new", N_("New drug"), LINE_BYTES, 0, 0);
        form_set_hint(&f->form, "new", N_("drug and directions: losartan 50 mg tab 1 tab daily"));
    } else if (needs(f, NEED_NEW_VALUE) || takes_new) {
        form_add_text(&f->form, "new", N_("Directions"), LINE_BYTES, 0, 0);
        form_set_hint(&f->form, "new", takes_new ? N_("empty: as said at home; else 1 tab po bid") : N_("1 tab po bid"));
    }
    add_choices(f);
    if (needs(f, NEED_INDICATION)) {
        form_add_text(&f->form, "indication", N_("For"), WORDS_BYTES, 0, 0);
    }
    if (needs(f, NEED_RESUME)) {
        form_add_choice(&f->form, "resume", N_("Resumed"), RESUMES, sizeof RESUMES / sizeof *RESUMES);
        form_add_text(&f->form, "event", N_("After"), WORDS_BYTES, 0, 0);
    }
    if (needs(f, NEED_OWNER)) {
        add_owner(f);
    }
    if (needs(f, NEED_RESUME | NEED_DUE | NEED_OWNER)) {
        form_add_text(&f->form, "due", N_("Date"), 20, 20, 0);
        form_set_hint(&f->form, "due", N_("2026-12-14, 14/12, +14d"));
    }
    if (needs(f, NEED_SINCE)) {
        form_add_text(&f->form, "since", N_("Since"), 60, 0, 0);
        form_set_hint(&f->form, "since", N_("October, three weeks, never taken"));
        form_add_choice(&f->form, "told", N_("Prescriber knows"), TOLD, sizeof TOLD / sizeof *TOLD);
    }
    if (needs(f, NEED_CLASS)) {
        form_add_choice(&f->form, "class", N_("The difference was"), CLASSES, sizeof CLASSES / sizeof *CLASSES);
        form_add_choice(&f->form, "harm", N_("It could do"), HARMS, sizeof HARMS / sizeof *HARMS);
        form_add_text(&f->form, "contact", N_("Prescriber asked"), WORDS_BYTES, 0, 0);
        form_set_hint(&f->form, "contact", N_("who and how: Dr Osei by telephone; empty: nobody"));
        form_add_check(&f->form, "read_back", N_("Read back"));
    }
    form_add_text(&f->form, "words", f->action == RECONCILE_ACTION_UNABLE ? N_("What was tried") : N_("In words"), WORDS_BYTES, 0, 0);
}

static bool has(const struct item_form *f, const char *name)
{
    for (int i = 0; i < f->form.len; i++) {
        if (strcmp(f->form.items[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void set(struct item_form *f, const char *name, const char *text)
{
    if (has(f, name) && text != NULL) {
        form_set_text(&f->form, name, text);
    }
}

/* What was decided before, to be corrected. */
static void fill(struct item_form *f)
{
    const struct reconcile_item *item = item_of(f);
    char day[DATE_TEXT_MAX];
    const struct reconcile_line *line = reconcile_line_of(f->view, item, false, 0);
    if (item->action == f->action) {
        set(f, "new", item->new_text);
        set(f, "words", item->words);
        set(f, "indication", item->indication);
        set(f, "event", item->resume_event);
        set(f, "since", item->since);
        set(f, "due", date_format_iso(item->due_on, day));
    } else if (line != NULL) {
        set(f, "indication", line->indication); /* as the source said: to be looked at */
    }
    form_mark_clean(&f->form);
}

static void show_notes(struct item_form *f)
{
    if (needs(f, NEED_RESUME)) {
        form_show(&f->form, "event", form_choice(&f->form, "resume") == (int)RESUME_RULE_EVENT);
        form_show(&f->form, "due", form_choice(&f->form, "resume") != (int)RESUME_RULE_EVENT);
    }
    if (!has(f, "new")) {
        return;
    }
    char *note = reconcile_value_note(f->ws->actor, f->view, item_of(f), f->action, form_text(&f->form, "new"));
    form_set_note(&f->form, "new", STYLE_DIM, note);
    mem_free(note);
}

static void close_form(void *state)
{
    struct item_form *f = state;
    form_release(&f->form);
    reconcile_owner_list_release(&f->owners);
    reconcile_view_free(f->view);
    chart_free(f->chart);
    mem_free(f);
}

static enum status find_item(struct item_form *f, struct uid id, struct error *err)
{
    for (size_t i = 0; i < f->view->items.len; i++) {
        if (uid_compare(f->view->items.items[i].id, id) == 0) {
            f->item = i;
            return STATUS_OK;
        }
    }
    return error_set(err, STATUS_NOT_FOUND, _("This line is gone: the lists changed meanwhile."));
}

static enum status open_form(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct reconcile_item_argument *a = argument;
    struct item_form *f = mem_alloc(sizeof *f);
    f->ws = shell_app(sh);
    f->action = a->action;
    enum status status = chart_open(f->ws->actor, a->patient, 1, 1, &f->chart, err);
    if (status == STATUS_OK) {
        status = reconcile_look(f->ws->actor, a->reconciliation, &f->view, err);
    }
    if (status == STATUS_OK) {
        status = find_item(f, a->item, err);
    }
    if (status == STATUS_OK) {
        status = reconcile_owner_list(f->ws->actor, &f->owners, err);
    }
    if (status != STATUS_OK) {
        close_form(f);
        return status;
    }
    f->needs = reconcile_action_needs(f->action, item_of(f)->kind, reconcile_item_differs(item_of(f)));
    add_fields(f);
    fill(f);
    show_notes(f);
    *out_state = f;
    return STATUS_OK;
}

static void layout(void *state, struct area body)
{
    struct item_form *f = state;
    f->banner = area_rows(body, 0, BANNER_ROWS);
    f->head = area_part(body, BANNER_ROWS, 1, HEAD_ROWS, body.cols - 2);
    f->form_area = area_part(body, BANNER_ROWS + HEAD_ROWS, 1, body.rows - BANNER_ROWS - HEAD_ROWS, body.cols - 2);
    form_layout(&f->form, f->form_area.rows, f->form_area.cols);
}

static int draw_side(const struct item_form *f, bool is_chart, int row)
{
    const struct reconcile_line *line;
    for (int n = 0; (line = reconcile_line_of(f->view, item_of(f), is_chart, n)) != NULL && row < f->head.rows; n++) {
        const struct reconcile_source *source = reconcile_source_of(f->view, line->source);
        char *text = reconcile_line_text(line);
        draw_format(f->head, row++, 2, STYLE_TEXT, "%s: %s", source != NULL ? enum_label(ENUM_HISTORY_SOURCE, (int)source->kind) : _("chart"),
                    text);
        mem_free(text);
    }
    return row;
}

static void draw(void *state, struct area body)
{
    struct item_form *f = state;
    (void)body;
    banner_draw(f->banner, f->chart, site_today(f->ws->site), f->ws->site->zone);
    char *differences = reconcile_differences_text(item_of(f));
    int col = draw_format(f->head, 0, 0, STYLE_HEADING, _("Decide: %s"), enum_label(ENUM_RECONCILE_ACTION, (int)f->action));
    if (differences[0] != '\0') {
        draw_format(f->head, 0, col, STYLE_WARNING, _("   the lists differ in: %s"), differences);
    }
    mem_free(differences);
    (void)draw_side(f, true, draw_side(f, false, 1)); /* what does not fit is on the screen below */
    form_draw(&f->form, f->form_area);
}

static unsigned key(struct shell *sh, void *state, const struct event *event)
{
    struct item_form *f = state;
    (void)sh;
    unsigned stale = form_handle(&f->form, event);
    show_notes(f);
    return stale;
}

static unsigned event(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    (void)state;
    return event->kind == EVENT_DATA || event->kind == EVENT_CLOSED ? (unsigned)STALE_CELLS : (unsigned)EVENT_UNHANDLED;
}

static char *text_of(const struct item_form *f, const char *name)
{
    return mem_copy_text(has(f, name) ? form_text(&f->form, name) : "");
}

static int choice_of(const struct item_form *f, const char *name)
{
    return has(f, name) ? form_choice(&f->form, name) : 0;
}

static enum status read_date(const struct item_form *f, struct date *out, struct error *err)
{
    bool is_ambiguous = false;
    char *typed = text_of(f, "due");
    enum status status = STATUS_OK;
    if (typed[0] != '\0' && has(f, "due") && form_is_shown(&f->form, "due")) {
        status = date_parse_human(typed, site_today(f->ws->site), false, out, &is_ambiguous, NULL);
        if (status != STATUS_OK || is_ambiguous) {
            status = error_set_field(err, STATUS_INVALID, "due", _("Type the date with its month in letters or as 2026-12-14, or +14d."));
        }
    }
    mem_free(typed);
    return status;
}

static enum status read_form(struct item_form *f, struct reconcile_item *out, struct error *err)
{
    *out = (struct reconcile_item){.id = item_of(f)->id, .ver = item_of(f)->ver, .kind = item_of(f)->kind, .action = f->action};
    int reason = choice_of(f, "reason"), owner = choice_of(f, "owner"), told = choice_of(f, "told");
    out->reason = mem_copy_text(reason > 0 ? reconcile_reason_for(f->action, reason - 1)->word : "");
    out->words = text_of(f, "words");
    out->resume_rule = (enum resume_rule)choice_of(f, "resume");
    out->resume_event = text_of(f, "event");
    out->owner = owner > 0 ? f->owners.items[owner - 1].id : UID_NONE;
    out->new_text = text_of(f, "new");
    out->indication = text_of(f, "indication");
    out->survivor = choice_of(f, "survivor") > 0 ? f->survivor_ids[choice_of(f, "survivor")] : UID_NONE;
    out->since = text_of(f, "since");
    out->prescriber_told = told - 1;
    enum status status = read_date(f, &out->due_on, err);
    return status == STATUS_OK ? reconcile_read_value(f->ws->actor, f->view, item_of(f), out, err) : status;
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct item_form *f = state;
    struct error err = ERROR_INIT;
    struct reconcile_item decision;
    char *contact = text_of(f, "contact");
    struct reconcile_difference difference = {.class_of = (enum discrepancy_class)choice_of(f, "class"),
                                              .harm = (enum harm_level)choice_of(f, "harm"),
                                              .contact_name = contact,
                                              .contact_us = contact[0] != '\0' ? clock_now_us(f->ws->clock) : 0,
                                              .is_read_back = choice_of(f, "read_back") == 1};
    form_clear_errors(&f->form);
    enum status status = read_form(f, &decision, &err);
    if (status == STATUS_OK) {
        status = reconcile_decide(f->ws->actor, f->view->session.id, &decision, &difference, &err);
    }
    reconcile_item_release(&decision);
    mem_free(contact);
    if (status != STATUS_OK) {
        if (!form_show_error(&f->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_CELLS;
    }
    form_mark_clean(&f->form);
    shell_close(sh, RECONCILE_DECIDED);
    return STALE_CELLS;
}

static bool text_focus(const void *state)
{
    return form_has_text_focus(&((const struct item_form *)state)->form);
}

static bool unsaved(const void *state)
{
    return form_is_changed(&((const struct item_form *)state)->form);
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, 0, N_("save"), N_("Keep this decision and go on to the next line."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_RECONCILE_ITEM = {
    .name = "reconcile.item",
    .title = N_("Decide a line"),
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
