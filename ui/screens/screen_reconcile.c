/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reconciling: what is taken at home on the left, the chart on the right, like a diff. One key decides a line; what needs
 * more words opens a form. Nothing is decided by itself. The confirm key goes through what still stands in the way of the
 * signature, one thing after the other, and then signs. */
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/picker.h"
#include "screens/chart_tab.h"
#include "screens/reconcile_parts.h"

enum { HEAD_ROWS = 2, PANE_ROWS = 6, ACKNOWLEDGE_MAX = 6 };

struct reconcile_screen {
    struct workstation *ws;
    struct chart *chart; /* for the banner */
    struct reconcile_view *view;
    struct list list;
    struct proposal *asked;    /* while findings are decided */
    char *acknowledging[ACKNOWLEDGE_MAX]; /* what is asked about just now */
    int acknowledging_count;
    enum reconcile_action actions[RECONCILE_ACTION_COUNT]; /* of the chosen line, while one is picked */
    int action_count;
    struct area banner, head, body, pane;
};

/* ---- rows ---- */

static const struct reconcile_item *item_at(const struct reconcile_screen *s, int row)
{
    return row >= 0 && row < (int)s->view->items.len ? &s->view->items.items[row] : NULL;
}

static const struct reconcile_item *chosen(const struct reconcile_screen *s)
{
    return item_at(s, s->list.selected);
}

static struct uid row_id(const void *context, int row)
{
    return item_at(context, row)->id;
}

static void row_draw(const void *context, int row, struct area line, bool is_selected)
{
    const struct reconcile_screen *s = context;
    reconcile_draw_row(s->view, item_at(s, row), line, is_selected);
}

static struct list_source source_of(const struct reconcile_screen *s)
{
    return (struct list_source){.context = s,
                                .id = row_id,
                                .draw = row_draw,
                                .empty_text = _("Nothing to compare yet. 0 adds a source: the patient, a file, a pasted list.")};
}

/* The next line that nobody has decided, below first. */
static void go_on(struct reconcile_screen *s)
{
    struct list_source source = source_of(s);
    int count = (int)s->view->items.len;
    for (int i = 1; i <= count; i++) {
        int row = (s->list.selected + i) % count;
        if (item_at(s, row)->action == RECONCILE_ACTION_NONE_GIVEN) {
            list_select(&s->list, &source, row);
            return;
        }
    }
}

/* ---- reading ---- */

static void refresh_list(struct reconcile_screen *s)
{
    struct list_source source = source_of(s);
    list_refresh(&s->list, &source, (int)s->view->items.len);
}

static unsigned read_again(struct shell *sh, struct reconcile_screen *s)
{
    struct error err = ERROR_INIT;
    if (reconcile_refresh(s->ws->actor, &s->view, &err) != STATUS_OK || chart_refresh(s->ws->actor, &s->chart, &err) != STATUS_OK) {
        shell_fail(sh, &err); /* the picture of before stays */
    }
    refresh_list(s);
    return STALE_CELLS;
}

static void forget_names(struct reconcile_screen *s)
{
    for (int i = 0; i < s->acknowledging_count; i++) {
        mem_free(s->acknowledging[i]);
    }
    s->acknowledging_count = 0;
}

static void close_screen(void *state)
{
    struct reconcile_screen *s = state;
    reconcile_proposal_free(s->asked);
    forget_names(s);
    reconcile_view_free(s->view);
    chart_free(s->chart);
    mem_free(s);
}

static enum status open_screen(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct row_argument *a = argument;
    struct reconcile_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    list_init(&s->list);
    enum status status = chart_open(s->ws->actor, a->patient, 1, 1, &s->chart, err);
    if (status == STATUS_OK) {
        status = reconcile_open(s->ws->actor, a->row, &s->view, err);
    }
    if (status != STATUS_OK) {
        close_screen(s);
        return status;
    }
    refresh_list(s);
    *out_state = s;
    return STATUS_OK;
}

/* ---- the picture ---- */

static void layout(void *state, struct area body)
{
    struct reconcile_screen *s = state;
    int pane = body.rows >= 40 ? PANE_ROWS * 2 : PANE_ROWS;
    s->banner = area_rows(body, 0, BANNER_ROWS);
    s->head = area_rows(body, BANNER_ROWS, HEAD_ROWS);
    s->body = area_rows(body, BANNER_ROWS + HEAD_ROWS, body.rows - BANNER_ROWS - HEAD_ROWS - pane);
    s->pane = area_rows(body, body.rows - pane, pane);
    list_layout(&s->list, s->body.rows);
}

static void draw(void *state, struct area body)
{
    struct reconcile_screen *s = state;
    struct list_source source = source_of(s);
    (void)body;
    banner_draw(s->banner, s->chart, site_today(s->ws->site), s->ws->site->zone);
    reconcile_draw_head(s->ws, s->view, s->head);
    list_draw(&s->list, &source, s->body);
    reconcile_draw_pane(s->view, s->list.selected, s->pane);
}

/* ---- events ---- */

static unsigned key(struct shell *sh, void *state, const struct event *event)
{
    struct reconcile_screen *s = state;
    struct list_source source = source_of(s);
    (void)sh;
    return list_handle(&s->list, &source, event);
}

static unsigned event(struct shell *sh, void *state, const struct event *event)
{
    struct reconcile_screen *s = state;
    if (event->kind == EVENT_DATA) {
        return read_again(sh, s);
    }
    if (event->kind == EVENT_CLOSED) {
        if (event->key == RECONCILE_DECIDED) {
            (void)read_again(sh, s);
            go_on(s);
        }
        return STALE_DATA;
    }
    return EVENT_UNHANDLED;
}

/* ---- decisions ---- */

static bool may_write(const void *state)
{
    return ((const struct reconcile_screen *)state)->view->may_write;
}

static bool fits(const struct reconcile_screen *s, enum reconcile_action action)
{
    const struct reconcile_item *item = chosen(s);
    return item != NULL && s->view->may_write && reconcile_action_fits(action, reconcile_shape_of(s->view, item), item->kind);
}

static unsigned decide(struct shell *sh, struct reconcile_screen *s, enum reconcile_action action)
{
    const struct reconcile_item *item = chosen(s);
    struct error err = ERROR_INIT;
    if (item == NULL) {
        return 0;
    }
    if (action != RECONCILE_ACTION_NONE_GIVEN && reconcile_action_needs(action, item->kind, reconcile_item_differs(item)) != 0) {
        shell_open_or_say(sh, &SCREEN_RECONCILE_ITEM,
                          &(struct reconcile_item_argument){s->view->patient.id, s->view->session.id, item->id, action});
        return STALE_CELLS;
    }
    struct reconcile_item decision = {.id = item->id, .ver = item->ver, .kind = item->kind, .action = action, .prescriber_told = -1};
    if (reconcile_decide(s->ws->actor, s->view->session.id, &decision, NULL, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_DATA;
    }
    unsigned stale = read_again(sh, s);
    if (action != RECONCILE_ACTION_NONE_GIVEN) {
        go_on(s);
    }
    return stale;
}

#define DECISION(name, action)                                                                                       \
    static unsigned run_##name(struct shell *sh, void *state)                                                       \
    {                                                                                                                \
        return decide(sh, state, action);                                                                            \
    }                                                                                                                \
    static bool can_##name(const void *state)                                                                       \
    {                                                                                                                \
        return fits(state, action);                                                                                  \
    }
DECISION(continue, RECONCILE_ACTION_CONTINUE)
DECISION(change, RECONCILE_ACTION_CHANGE)
DECISION(hold, RECONCILE_ACTION_HOLD)
DECISION(stop, RECONCILE_ACTION_STOP)
DECISION(substitute, RECONCILE_ACTION_SUBSTITUTE)
DECISION(add, RECONCILE_ACTION_ADD)
DECISION(duplicate, RECONCILE_ACTION_DUPLICATE)
DECISION(not_taking, RECONCILE_ACTION_NOT_TAKING)
DECISION(unable, RECONCILE_ACTION_UNABLE)
DECISION(defer, RECONCILE_ACTION_DEFER)

/* Enter: all that can be done with the line, and taking a decision back. */
static int filter_actions(void *context, const char *text)
{
    struct reconcile_screen *s = context;
    s->action_count = 0;
    for (int action = RECONCILE_ACTION_CONTINUE; action < RECONCILE_ACTION_COUNT; action++) {
        if (fits(s, (enum reconcile_action)action) && strstr(enum_label(ENUM_RECONCILE_ACTION, action), text) != NULL) {
            s->actions[s->action_count++] = (enum reconcile_action)action;
        }
    }
    const struct reconcile_item *item = chosen(s);
    if (item != NULL && item->action != RECONCILE_ACTION_NONE_GIVEN && text[0] == '\0') {
        s->actions[s->action_count++] = RECONCILE_ACTION_NONE_GIVEN;
    }
    return s->action_count;
}

static void draw_action(const void *context, int row, struct area line, bool is_selected)
{
    const struct reconcile_screen *s = context;
    enum reconcile_action action = s->actions[row];
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(line, 0, 2, STYLE_TEXT, action == RECONCILE_ACTION_NONE_GIVEN ? _("take the decision back")
                                                                            : enum_label(ENUM_RECONCILE_ACTION, (int)action));
}

static unsigned action_picked(struct shell *sh, void *state, int row)
{
    struct reconcile_screen *s = state;
    return row >= 0 ? decide(sh, s, s->actions[row]) : (unsigned)STALE_CELLS;
}

static unsigned run_open(struct shell *sh, void *state)
{
    struct reconcile_screen *s = state;
    struct picker_source source = {{s, NULL, draw_action, _("Nothing fits that.")}, filter_actions, s};
    shell_pick(sh, _("What is done with this line?"), N_("Decision"), &source, action_picked);
    return STALE_CELLS;
}

static bool can_open(const void *state)
{
    const struct reconcile_screen *s = state;
    return s->view->may_write && chosen(s) != NULL;
}

static unsigned run_accept(struct shell *sh, void *state)
{
    struct reconcile_screen *s = state;
    struct error err = ERROR_INIT;
    int count = 0;
    if (reconcile_accept_plain(s->ws->actor, s->view->session.id, &count, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_DATA;
    }
    shell_say(sh, count > 0 ? MESSAGE_GOOD : MESSAGE_INFO,
              ngettext("%d line that is the same on all lists continues.", "%d lines that are the same on all lists continue.",
                       (unsigned long)count),
              count);
    unsigned stale = read_again(sh, s);
    go_on(s);
    return stale;
}

static unsigned run_split(struct shell *sh, void *state)
{
    struct reconcile_screen *s = state;
    struct error err = ERROR_INIT;
    if (reconcile_split(s->ws->actor, s->view->session.id, chosen(s)->id, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return read_again(sh, s);
}

static bool can_split(const void *state)
{
    const struct reconcile_screen *s = state;
    return can_open(state) && reconcile_line_of(s->view, chosen(s), true, 1) != NULL;
}

static unsigned run_source(struct shell *sh, void *state)
{
    struct reconcile_screen *s = state;
    shell_open_or_say(sh, &SCREEN_RECONCILE_SOURCE, &(struct row_argument){s->view->patient.id, s->view->session.id});
    return STALE_CELLS;
}

/* ---- findings, signing ---- */

static unsigned findings_decided(struct shell *sh, void *state, enum alert_outcome outcome, const struct alert_decision *decision)
{
    struct reconcile_screen *s = state;
    struct error err = ERROR_INIT;
    if (outcome == ALERT_GO_ON && reconcile_override(s->ws->actor, s->view->session.id, s->asked, decision->answers, decision->answer_count,
                                                     decision->second, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    reconcile_proposal_free(s->asked);
    s->asked = NULL;
    return STALE_DATA;
}

/* All that were named in the question. */
static unsigned acknowledged(struct shell *sh, void *state, int answer)
{
    struct reconcile_screen *s = state;
    struct error err = ERROR_INIT;
    for (int i = 0; answer == 1 && i < s->acknowledging_count; i++) {
        if (reconcile_acknowledge(s->ws->actor, s->view->session.id, s->acknowledging[i], &err) != STATUS_OK) {
            shell_fail(sh, &err);
            break;
        }
    }
    return STALE_DATA;
}

/* Each by name, as many as a question can show. */
static void ask_acknowledge(struct shell *sh, struct reconcile_screen *s)
{
    struct buffer text = BUFFER_INIT;
    forget_names(s);
    for (size_t i = 0; i < s->view->guard_count && s->acknowledging_count < ACKNOWLEDGE_MAX; i++) {
        const struct reconcile_guard *guard = &s->view->guards[i];
        if (guard->kind == RECONCILE_GUARD_INCOMPLETE) {
            s->acknowledging[s->acknowledging_count++] = mem_copy_text(guard->name);
            buffer_append_format(&text, "%s%s", text.len > 0 ? "\n" : "", guard->text);
        }
    }
    shell_ask(sh, &(struct shell_question){.title = _("This could not be checked"),
                                           .text = text.bytes,
                                           .answers = {_("Back"), _("I know: it is not checked")},
                                           .answered = acknowledged});
    buffer_release(&text);
}

static void go_to_item(struct reconcile_screen *s, size_t item)
{
    struct list_source source = source_of(s);
    if (item != SIZE_MAX) {
        list_select(&s->list, &source, (int)item);
    }
}

/* What stands in the way first; false: nothing does. */
static bool clear_the_way(struct shell *sh, struct reconcile_screen *s)
{
    if (s->view->guard_count == 0) {
        return false;
    }
    const struct reconcile_guard *guard = &s->view->guards[0];
    switch (guard->kind) {
    case RECONCILE_GUARD_FINDING: {
        reconcile_proposal_free(s->asked);
        s->asked = reconcile_proposal_new(s->ws->actor, s->view);
        shell_open_or_say(sh, &SCREEN_ALERT, &(struct alert_argument){s->asked, s->chart, findings_decided});
        return true;
    }
    case RECONCILE_GUARD_INCOMPLETE:
        ask_acknowledge(sh, s);
        return true;
    case RECONCILE_GUARD_SOURCES:
    case RECONCILE_GUARD_WITH:
        shell_open_or_say(sh, &SCREEN_RECONCILE_FACTS, &(struct row_argument){s->view->patient.id, s->view->session.id});
        return true;
    case RECONCILE_GUARD_UNREVIEWED:
        if (chosen(s) == NULL || chosen(s)->action != RECONCILE_ACTION_NONE_GIVEN) {
            go_on(s);
        }
        break;
    case RECONCILE_GUARD_DIFFERENCE:
    case RECONCILE_GUARD_DISCHARGE:
    case RECONCILE_GUARD_MINIMUM:
    case RECONCILE_GUARD_WEEKLY:
        go_to_item(s, guard->item);
        break;
    case RECONCILE_GUARD_ALLERGIES:
    case RECONCILE_GUARD_RIVAL:
    case RECONCILE_GUARD_DECEASED:
    case RECONCILE_GUARD_LEAVING:
        break;
    }
    shell_say(sh, MESSAGE_WARNING, "%s", guard->text);
    return true;
}

static unsigned run_sign(struct shell *sh, void *state)
{
    struct reconcile_screen *s = state;
    struct error err = ERROR_INIT;
    bool is_cosign = s->view->session.state == RECONCILE_STATE_COSIGN;
    if (clear_the_way(sh, s)) {
        return STALE_CELLS;
    }
    enum status status = is_cosign ? reconcile_cosign(s->ws->actor, s->view->session.id, s->view, &err)
                                   : reconcile_sign(s->ws->actor, s->view->session.id, s->view, &err);
    if (status == STATUS_STEP_UP) {
        return step_up_ask(sh, &err, run_sign);
    }
    if (status != STATUS_OK) {
        shell_fail(sh, &err);
        return read_again(sh, s);
    }
    unsigned stale = read_again(sh, s);
    char *name = patient_display_name(&s->view->patient);
    shell_say(sh, MESSAGE_GOOD, _("%s: the list is %s. Saved here."), name,
              enum_label(ENUM_RECONCILE_STATE, (int)s->view->session.state));
    mem_free(name);
    return stale;
}

static bool can_sign(const void *state)
{
    const struct reconcile_screen *s = state;
    return s->view->may_write ||
           (s->view->session.state == RECONCILE_STATE_COSIGN && actor_may(s->ws->actor, PERMISSION_ORDER_WRITE));
}

static unsigned run_words(struct shell *sh, void *state, enum reconcile_words_for what)
{
    struct reconcile_screen *s = state;
    shell_open_or_say(sh, &SCREEN_RECONCILE_WORDS,
                      &(struct reconcile_words_argument){s->view->patient.id, s->view->session.id, what});
    return STALE_CELLS;
}

static unsigned run_take(struct shell *sh, void *state)
{
    return run_words(sh, state, RECONCILE_WORDS_TAKE);
}

static bool can_take(const void *state)
{
    const struct reconcile_screen *s = state;
    return reconcile_state_is_open(s->view->session.state) && !s->view->may_write;
}

static unsigned run_abandon(struct shell *sh, void *state)
{
    return run_words(sh, state, RECONCILE_WORDS_ABANDON);
}

static bool can_abandon(const void *state)
{
    const struct reconcile_screen *s = state;
    return reconcile_state_may(s->view->session.state, RECONCILE_STATE_ABANDONED);
}

static unsigned run_reject(struct shell *sh, void *state)
{
    return run_words(sh, state, RECONCILE_WORDS_REJECT);
}

static bool is_waiting(const void *state)
{
    return ((const struct reconcile_screen *)state)->view->session.state == RECONCILE_STATE_COSIGN;
}

static bool is_signed(const void *state)
{
    return reconcile_state_is_signed(((const struct reconcile_screen *)state)->view->session.state);
}

static unsigned run_tell(struct shell *sh, void *state)
{
    return run_words(sh, state, RECONCILE_WORDS_TELL);
}

static unsigned run_amend(struct shell *sh, void *state)
{
    struct reconcile_screen *s = state;
    struct error err = ERROR_INIT;
    struct uid now = UID_NONE;
    if (reconcile_amend(s->ws->actor, s->view->session.id, &now, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_DATA;
    }
    struct row_argument argument = {s->view->patient.id, now};
    shell_close(sh, 0);
    shell_open_or_say(sh, &SCREEN_RECONCILE, &argument);
    return STALE_CELLS;
}

static unsigned run_settle(struct shell *sh, void *state)
{
    struct reconcile_screen *s = state;
    struct error err = ERROR_INIT;
    bool is_settled = false;
    if (reconcile_settle(s->ws->actor, s->view->session.id, &is_settled, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    } else if (is_settled) {
        shell_say(sh, MESSAGE_GOOD, "%s", _("The list at the centre is the one that was signed."));
    } else {
        shell_say(sh, MESSAGE_WARNING, "%s", _("The centre brought orders that were not seen when it was signed: amend the list."));
    }
    return read_again(sh, s);
}

static bool is_provisional(const void *state)
{
    return ((const struct reconcile_screen *)state)->view->session.state == RECONCILE_STATE_PROVISIONAL;
}

static unsigned run_notes(struct shell *sh, void *state)
{
    struct reconcile_screen *s = state;
    shell_open_or_say(sh, &SCREEN_RECONCILE_TEXT,
                      &(struct reconcile_text_argument){s->view->patient.id, s->view->session.id, RECONCILE_TEXT_SOURCES});
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"reconcile.continue", "c", PERMISSION_RECONCILE, N_("continue"), N_("The chosen line goes on as it is on the chart."), run_continue,
     ACTION_IN_BAR, can_continue},
    {"change", KEYS_CHANGE, PERMISSION_RECONCILE, N_("change"), N_("The chosen line gets new directions, with a reason."), run_change,
     ACTION_IN_BAR, can_change},
    {"order.stop", "s, F8, Ctrl-R", PERMISSION_RECONCILE, N_("stop"), N_("The chosen line ends, with a reason."), run_stop, ACTION_IN_BAR,
     can_stop},
    {"order.hold", "h", PERMISSION_RECONCILE, N_("hold"), N_("The chosen line pauses, with a reason and when it is looked at again."),
     run_hold, 0, can_hold},
    {"add", "F5, a, Ctrl-N", PERMISSION_RECONCILE, N_("add"), N_("What is taken at home is put on the chart."), run_add, 0,
     can_add},
    {"reconcile.not_taking", "-", PERMISSION_RECONCILE, N_("not taking"), N_("The patient does not take it: since when, and why."),
     run_not_taking, 0, can_not_taking},
    {"reconcile.substitute", "9", PERMISSION_RECONCILE, N_("substitute"), N_("Another drug takes its place."), run_substitute, 0,
     can_substitute},
    {"reconcile.duplicate", "5", PERMISSION_RECONCILE, N_("duplicate"), N_("The chosen line says the same as another, which stays."),
     run_duplicate, 0, can_duplicate},
    {"reconcile.unable", ".", PERMISSION_RECONCILE, N_("cannot verify"), N_("The chosen line cannot be verified: what was tried, who goes on."),
     run_unable, 0, can_unable},
    {"reconcile.defer", ">", PERMISSION_RECONCILE, N_("defer"), N_("Somebody decides the chosen line later."), run_defer, 0, can_defer},
    {"open", KEYS_OPEN, PERMISSION_RECONCILE, N_("decide"), N_("Choose what is done with the line, or take a decision back."), run_open,
     ACTION_IN_BAR, can_open},
    {"reconcile.accept", "8", PERMISSION_RECONCILE, N_("all same"),
     N_("Continue all lines that are the same on all lists and take part in no serious finding."), run_accept, 0, may_write},
    {"reconcile.source", "0", PERMISSION_RECONCILE, N_("source"), N_("Add what the patient says, a file, a pasted list."), run_source,
     ACTION_IN_BAR, may_write},
    {"reconcile.text", "\"", 0, N_("sources"), N_("Read the sources, with what is no line of the list, and the patient's copy."), run_notes,
     0, NULL},
    {"reconcile.split", "|", PERMISSION_RECONCILE, N_("part"), N_("Decide each of several orders of one dose by itself."), run_split, 0,
     can_split},
    {"save", KEYS_SAVE, PERMISSION_RECONCILE_SIGN, N_("sign"), N_("Go through what stands in the way, then sign; a prescriber accepts."),
     run_sign, ACTION_IN_BAR, can_sign},
    {"reconcile.tell", "^", PERMISSION_RECONCILE, N_("hand over"), N_("Record how the patient got the signed list."), run_tell,
     ACTION_IN_BAR, is_signed},
    {"reconcile.amend", "&", PERMISSION_RECONCILE, N_("amend"), N_("Begin a new version of the signed list; the old one is kept."),
     run_amend, ACTION_IN_BAR, is_signed},
    {"reconcile.reject", "<", PERMISSION_ORDER_WRITE, N_("give back"), N_("Give a signed list back, with a reason."), run_reject,
     ACTION_IN_BAR, is_waiting},
    {"reconcile.settle", "6", PERMISSION_RECONCILE, N_("compare"), N_("Compare what was signed offline with what the centre brought."),
     run_settle, ACTION_IN_BAR, is_provisional},
    {"reconcile.take", "#", PERMISSION_RECONCILE, N_("take over"), N_("Take the session over from who holds it, with a reason."), run_take,
     ACTION_IN_BAR, can_take},
    {"reconcile.abandon", "$", PERMISSION_RECONCILE, N_("close"), N_("Close it without a signature, with a reason."), run_abandon, 0,
     can_abandon},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; every decision is kept."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_RECONCILE = {
    .name = "reconcile",
    .title = N_("Reconcile"),
    .open = open_screen,
    .layout = layout,
    .draw = draw,
    .key = key,
    .event = event,
    .close = close_screen,
    .actions = ACTIONS,
};
