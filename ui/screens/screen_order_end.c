/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hold, resume or stop an order: the order as it stands, why, and on whose word. */
#include "base/i18n.h"
#include "base/memory.h"
#include "model/order_reason.h"
#include "screens/form_draft.h"
#include "screens/relay_fields.h"
#include "service/orders.h"

enum { WORDS_BYTES = 200, REASONS_MAX = 24, HEAD_ROWS = 5 };

struct order_end {
    struct workstation *ws;
    struct chart *chart;
    struct order order; /* as it was looked at */
    enum order_action action;
    struct form form;
    struct form_draft draft;
    struct relay_fields relay;
    const char *reasons[REASONS_MAX]; /* [0]: none yet */
    struct area banner, form_area;
};

static const char *const HEADINGS[ORDER_ACTION_COUNT] = {
    [ORDER_ACTION_HOLD] = N_("Hold this order"),
    [ORDER_ACTION_RESUME] = N_("Resume this order"),
    [ORDER_ACTION_STOP] = N_("Stop this order"),
};
static const char *const SAVED[ORDER_ACTION_COUNT] = {
    [ORDER_ACTION_HOLD] = N_("on hold"),
    [ORDER_ACTION_RESUME] = N_("resumed"),
    [ORDER_ACTION_STOP] = N_("stopped"),
};

typedef enum status (*door_fn)(struct actor *actor, struct uid order, struct uid base, const struct order_cause *cause,
                               struct error *err);
static const door_fn DOORS[ORDER_ACTION_COUNT] = {
    [ORDER_ACTION_HOLD] = order_hold,
    [ORDER_ACTION_RESUME] = order_resume,
    [ORDER_ACTION_STOP] = order_stop,
};

static const struct order *find_order(const struct chart *chart, struct uid id)
{
    for (size_t i = 0; i < chart->orders.len; i++) {
        if (uid_compare(chart->orders.items[i].id, id) == 0) {
            return &chart->orders.items[i];
        }
    }
    return NULL;
}

static enum status add_fields(struct order_end *e, struct error *err)
{
    int count = 1;
    e->reasons[0] = N_("choose a reason");
    for (const struct order_reason *r; (r = order_reason_for(e->action, count - 1)) != NULL && count < REASONS_MAX; count++) {
        e->reasons[count] = r->label;
    }
    form_init(&e->form);
    form_add_choice(&e->form, "reason", N_("Why"), e->reasons, count);
    form_add_text(&e->form, "words", N_("In words"), WORDS_BYTES, 0, 0);
    return relay_fields_add(&e->relay, e->ws, &e->form, err);
}

static void order_end_close(void *state)
{
    struct order_end *e = state;
    if (e->draft.ws != NULL) {
        form_draft_end(&e->draft);
    }
    form_release(&e->form);
    relay_fields_release(&e->relay);
    order_release(&e->order);
    chart_free(e->chart);
    mem_free(e);
}

static char *draft_name(const struct order_end *e)
{
    char id[UID_TEXT_MAX];
    return mem_format("order.%s:%s", enum_word(ENUM_ORDER_ACTION, (int)e->action), uid_format(e->order.id, id));
}

static enum status order_end_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct order_end_argument *a = argument;
    struct order_end *e = mem_alloc(sizeof *e);
    e->ws = shell_app(sh);
    e->action = a->action;
    enum status status = chart_open(e->ws->actor, a->patient, 1, 1, &e->chart, err);
    if (status == STATUS_OK) {
        const struct order *order = find_order(e->chart, a->order);
        status = order != NULL ? STATUS_OK : error_set(err, STATUS_NOT_FOUND, _("This order is no longer on the chart."));
        if (order != NULL) {
            order_copy(order, &e->order);
            status = add_fields(e, err);
        }
    }
    if (status != STATUS_OK) {
        order_end_close(e);
        return status;
    }
    form_set_text(&e->form, "prescriber", e->order.prescriber_name != NULL ? e->order.prescriber_name : "");
    form_mark_clean(&e->form);
    char *name = draft_name(e);
    (void)form_draft_begin(&e->draft, e->ws, name, a->patient, &e->form); /* draw() says so */
    relay_fields_update(&e->relay);
    mem_free(name);
    *out_state = e;
    return STATUS_OK;
}

static void order_end_layout(void *state, struct area body)
{
    struct order_end *e = state;
    e->banner = area_rows(body, 0, BANNER_ROWS);
    e->form_area = area_part(body, BANNER_ROWS + HEAD_ROWS, 1, body.rows - BANNER_ROWS - HEAD_ROWS - 1, body.cols - 2);
    form_layout(&e->form, e->form_area.rows, e->form_area.cols);
}

static void order_end_draw(void *state, struct area body)
{
    struct order_end *e = state;
    char words[SIG_TEXT_MAX];
    const char *directions = sig_format(&e->order.sig, words);
    char *drug = order_display_drug(&e->order);
    char *text = mem_format("%s   %s   %s", drug, directions[0] != '\0' ? directions : e->order.directions,
                            enum_label(ENUM_MEDICATION_STATUS, (int)e->order.status));
    banner_draw(e->banner, e->chart, site_today(e->ws->site), e->ws->site->zone);
    draw_text(body, BANNER_ROWS, 1, STYLE_HEADING, _(HEADINGS[e->action]));
    form_draft_draw(&e->draft, area_rows(body, BANNER_ROWS, 1));
    draw_wrapped(area_part(body, BANNER_ROWS + 1, 3, 3, body.cols - 4), 0, 0, STYLE_TEXT, text);
    form_draw(&e->form, e->form_area);
    relay_fields_draw_note(&e->relay, area_rows(body, body.rows - 1, 1));
    mem_free(text);
    mem_free(drug);
}

static unsigned order_end_key(struct shell *sh, void *state, const struct event *event)
{
    struct order_end *e = state;
    (void)sh;
    unsigned stale = form_handle(&e->form, event);
    relay_fields_update(&e->relay);
    return stale;
}

static unsigned order_end_event(struct shell *sh, void *state, const struct event *event)
{
    struct order_end *e = state;
    struct error err = ERROR_INIT;
    if (event->kind != EVENT_DATA) {
        return event->kind == EVENT_CLOSED ? (unsigned)STALE_CELLS : (unsigned)EVENT_UNHANDLED;
    }
    if (chart_refresh(e->ws->actor, &e->chart, &err) != STATUS_OK) {
        shell_fail(sh, &err); /* the banner of before stays */
    }
    return STALE_CELLS;
}

static bool order_end_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct order_end *)state)->form);
}

static bool order_end_unsaved(const void *state)
{
    return form_is_changed(&((const struct order_end *)state)->form);
}

static enum status save(struct order_end *e, struct error *err)
{
    struct order_cause cause = {0};
    int chosen = form_choice(&e->form, "reason");
    if (chosen == 0) {
        return error_set_field(err, STATUS_INVALID, "reason", _("Choose why."));
    }
    enum status status = relay_fields_read(&e->relay, &cause.source, &cause.prescriber_name, &cause.relay, err);
    if (status != STATUS_OK) {
        return status;
    }
    char *reason = order_reason_join(order_reason_for(e->action, chosen - 1)->word, form_text(&e->form, "words"));
    cause.reason = reason;
    status = DOORS[e->action](e->ws->actor, e->order.id, e->order.version, &cause, err);
    mem_free(reason);
    return status;
}

/* Somebody was quicker, which the message says: from here on the order is looked at as it is now. */
static void look_again(struct order_end *e)
{
    struct order now;
    struct error err = ERROR_INIT;
    if (chart_refresh(e->ws->actor, &e->chart, &err) == STATUS_OK && order_look(e->ws->actor, e->order.id, &now, &err) == STATUS_OK) {
        order_release(&e->order);
        e->order = now;
    }
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct order_end *e = state;
    struct error err = ERROR_INIT;
    form_clear_errors(&e->form);
    enum status status = save(e, &err);
    if (status != STATUS_OK) {
        if (status == STATUS_STALE) {
            look_again(e);
        }
        if (!form_show_error(&e->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_CELLS;
    }
    char *name = patient_display_name(&e->chart->patient), *drug = order_display_drug(&e->order);
    shell_say(sh, MESSAGE_GOOD, _("%s: %s %s. Saved here."), name, drug, _(SAVED[e->action]));
    mem_free(name);
    mem_free(drug);
    form_draft_saved(&e->draft);
    shell_close(sh, 1);
    return STALE_CELLS;
}

static unsigned run_back(struct shell *sh, void *state)
{
    struct order_end *e = state;
    return form_draft_back(&e->draft, sh, order_end_unsaved(e));
}

static unsigned run_discard(struct shell *sh, void *state)
{
    struct order_end *e = state;
    (void)sh;
    form_draft_discard(&e->draft);
    relay_fields_update(&e->relay);
    return STALE_CELLS;
}

static unsigned prescriber_picked(struct shell *sh, void *state, int row)
{
    (void)sh;
    relay_fields_choose(&((struct order_end *)state)->relay, row);
    return STALE_CELLS;
}

static unsigned run_pick(struct shell *sh, void *state)
{
    struct order_end *e = state;
    struct picker_source source = relay_fields_source(&e->relay);
    shell_pick(sh, _("Prescribers of this site"), N_("Name"), &source, prescriber_picked);
    return STALE_CELLS;
}

static bool has_prescriber(const void *state)
{
    return form_is_shown(&((const struct order_end *)state)->form, "prescriber");
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, 0, N_("save"), N_("Check and save."), run_save, ACTION_IN_BAR, NULL},
    {"pick", "F4, Ctrl-Y", 0, N_("from list"), N_("Choose for the field from a list: drugs, prescribers."), run_pick, ACTION_IN_BAR,
     has_prescriber},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), run_back,
     ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    FORM_DRAFT_DISCARD_ROW(run_discard, order_end_unsaved),
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

/* ---- drafts ---- */

static void resume(struct shell *sh, struct uid patient, const char *detail, enum order_action action)
{
    struct order_end_argument argument = {.patient = patient, .action = action};
    if (uid_parse(detail, &argument.order, NULL) == STATUS_OK) {
        shell_open_or_say(sh, &SCREEN_ORDER_END, &argument);
    }
}

static void resume_hold(struct shell *sh, struct uid patient, const char *detail)
{
    resume(sh, patient, detail, ORDER_ACTION_HOLD);
}

static void resume_resume(struct shell *sh, struct uid patient, const char *detail)
{
    resume(sh, patient, detail, ORDER_ACTION_RESUME);
}

static void resume_stop(struct shell *sh, struct uid patient, const char *detail)
{
    resume(sh, patient, detail, ORDER_ACTION_STOP);
}

const struct draft_form DRAFT_ORDER_HOLD = {"order.hold", N_("Hold an order"), resume_hold};
const struct draft_form DRAFT_ORDER_RESUME = {"order.resume", N_("Resume an order"), resume_resume};
const struct draft_form DRAFT_ORDER_STOP = {"order.stop", N_("Stop an order"), resume_stop};

const struct screen_ops SCREEN_ORDER_END = {
    .name = "order.end",
    .title = N_("Hold, resume or stop"),
    .open = order_end_open,
    .layout = order_end_layout,
    .draw = order_end_draw,
    .key = order_end_key,
    .event = order_end_event,
    .close = order_end_close,
    .actions = ACTIONS,
    .text_focus = order_end_text_focus,
    .unsaved = order_end_unsaved,
};
