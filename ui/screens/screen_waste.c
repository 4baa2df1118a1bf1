/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of a controlled drug that was taken out and not given: wasted or returned before a witness, or, when nobody
 * can account for it any more, explained by a supervisor. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/form_draft.h"
#include "service/controlled.h"
#include "service/step_up.h"

enum { CHOICES_MAX = 12, HEAD_ROWS = 3 };
enum { DEED_WASTE, DEED_RETURN, DEED_EXPLAIN };
static const char *const DEEDS[] = {N_("wasted"), N_("returned unopened"), N_("explained by a supervisor")};

struct waste_screen {
    struct workstation *ws;
    struct chart *chart;
    struct uid removal_id, order;
    struct removal removal; /* as it stands; nothing while nothing is taken out */
    struct form form;
    const char *methods[CHOICES_MAX], *reasons[CHOICES_MAX];
    struct witness witness; /* signed in, while the acting person proves who they are once more */
    struct area banner, head, form_area;
};

static void waste_close(void *state)
{
    struct waste_screen *s = state;
    removal_release(&s->removal);
    form_release(&s->form);
    chart_free(s->chart);
    mem_free(s);
}

static bool is_taken_out(const struct waste_screen *s)
{
    return !uid_is_none(s->removal_id);
}

static void fill(const char **items, enum enum_kind kind)
{
    const struct enum_list *list = enum_list(kind);
    items[0] = N_("choose with the right arrow");
    for (int i = 1; i <= list->count && i < CHOICES_MAX; i++) {
        items[i] = list->labels[i];
    }
}

static void arrange(struct waste_screen *s)
{
    int deed = form_choice(&s->form, "deed");
    form_show(&s->form, "method", deed == DEED_WASTE);
    form_show(&s->form, "reason", deed == DEED_WASTE);
    form_show(&s->form, "amount", deed != DEED_EXPLAIN);
}

static const struct order *order_of(const struct waste_screen *s)
{
    for (size_t i = 0; i < s->chart->orders.len; i++) {
        if (uid_compare(s->chart->orders.items[i].id, s->order) == 0) {
            return &s->chart->orders.items[i];
        }
    }
    return NULL;
}

static enum status waste_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct waste_argument *waste = argument;
    struct waste_screen *s = mem_alloc(sizeof *s);
    struct uid patient = waste->patient;
    char amount[DOSE_AMOUNT_TEXT_MAX] = "";
    s->ws = shell_app(sh);
    s->removal_id = waste->removal;
    s->order = waste->order;
    form_init(&s->form);
    enum status status = STATUS_OK;
    if (is_taken_out(s)) {
        status = removal_get(s->ws->actor, s->removal_id, &s->removal, err);
        patient = s->removal.patient;
        s->order = s->removal.order;
    }
    if (status == STATUS_OK) {
        status = chart_open(s->ws->actor, patient, 24, 1, &s->chart, err);
    }
    if (status != STATUS_OK) {
        waste_close(s);
        return status;
    }
    fill(s->methods, ENUM_WASTE_METHOD);
    fill(s->reasons, ENUM_WASTE_REASON);
    form_add_choice(&s->form, "deed", N_("What became of it"), DEEDS, actor_may(s->ws->actor, PERMISSION_DOSE_SUPERVISE) ? 3 : 2);
    form_add_text(&s->form, "amount", N_("Amount"), 40, 20, 0);
    form_add_choice(&s->form, "reason", N_("Why"), s->reasons, enum_list(ENUM_WASTE_REASON)->count + 1);
    form_add_choice(&s->form, "method", N_("How"), s->methods, enum_list(ENUM_WASTE_METHOD)->count + 1);
    form_add_text(&s->form, "note", N_("In words"), 200, 50, 0);
    form_set_text(&s->form, "amount", is_taken_out(s) ? dose_amount_format(s->removal.rest, s->removal.unit, amount) : "");
    form_set_choice(&s->form, "reason", is_taken_out(s) && s->removal.is_patch ? (int)WASTE_REASON_PATCH : 0);
    form_set_choice(&s->form, "method", is_taken_out(s) && s->removal.is_patch ? (int)WASTE_METHOD_FOLD : 0);
    arrange(s);
    form_focus(&s->form, is_taken_out(s) ? "reason" : "amount");
    form_mark_clean(&s->form);
    *out_state = s;
    return STATUS_OK;
}

static void waste_layout(void *state, struct area body)
{
    struct waste_screen *s = state;
    s->banner = area_rows(body, 0, BANNER_ROWS);
    s->head = area_part(body, BANNER_ROWS, 1, HEAD_ROWS, body.cols - 2);
    s->form_area = area_part(body, BANNER_ROWS + HEAD_ROWS + 1, 1, body.rows - BANNER_ROWS - HEAD_ROWS - 1, body.cols - 2);
    form_layout(&s->form, s->form_area.rows, s->form_area.cols);
}

static void draw_balance(const struct waste_screen *s)
{
    const struct removal *r = &s->removal;
    char out[DOSE_AMOUNT_TEXT_MAX], given[DOSE_AMOUNT_TEXT_MAX], wasted[DOSE_AMOUNT_TEXT_MAX], back[DOSE_AMOUNT_TEXT_MAX],
        rest[DOSE_AMOUNT_TEXT_MAX];
    struct local_time at = zone_local(s->ws->site->zone, r->removed_us);
    draw_format(s->head, 0, 0, STYLE_HEADING, _("%s: %s taken out at %02d:%02d by %s"), r->drug, dose_amount_format(r->removed, r->unit, out),
                at.hour, at.minute, r->owner_name);
    draw_format(s->head, 1, 0, STYLE_TEXT, _("given %s, wasted %s, returned %s; still open: %s"), dose_amount_format(r->given, r->unit, given),
                dose_amount_format(r->wasted, r->unit, wasted), dose_amount_format(r->returned, r->unit, back),
                dose_amount_format(r->rest, r->unit, rest));
    if (r->is_patch) {
        draw_text(s->head, 2, 0, STYLE_TEXT, _("The used patch is folded and discarded before a witness's eyes."));
    } else if (r->state == REMOVAL_OVERDUE || r->state == REMOVAL_DISCREPANCY) {
        draw_text(s->head, 2, 0, STYLE_ERROR, _("DISCREPANCY: a pharmacist or a prescriber has to be one of the two."));
    }
}

static void waste_draw(void *state, struct area body)
{
    struct waste_screen *s = state;
    (void)body;
    banner_draw(s->banner, s->chart, site_today(s->ws->site), s->ws->site->zone);
    if (is_taken_out(s)) {
        draw_balance(s);
    } else if (order_of(s) != NULL) {
        char *drug = order_display_drug(order_of(s));
        draw_format(s->head, 0, 0, STYLE_HEADING, _("%s: taken out and not given (dropped, refused ...)"), drug);
        draw_wrapped(s->head, 1, 0, STYLE_TEXT, _("F10 records that it was taken out, then a witness signs in. A new piece is a new dose record."));
        mem_free(drug);
    }
    form_draw(&s->form, s->form_area);
}

static unsigned waste_key(struct shell *sh, void *state, const struct event *event)
{
    struct waste_screen *s = state;
    (void)sh;
    unsigned stale = form_handle(&s->form, event);
    if ((stale & TEXT_CHANGED) != 0) {
        arrange(s);
    }
    return stale;
}

static bool waste_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct waste_screen *)state)->form);
}

static bool waste_unsaved(const void *state)
{
    return form_is_changed(&((const struct waste_screen *)state)->form);
}

static unsigned fail(struct shell *sh, struct waste_screen *s, const struct error *err)
{
    if (!form_show_error(&s->form, err)) {
        shell_fail(sh, err);
    }
    return STALE_LAYOUT;
}

static unsigned done(struct shell *sh, struct waste_screen *s, const char *by)
{
    char *name = patient_display_name(&s->chart->patient);
    shell_say(sh, MESSAGE_GOOD, by[0] != '\0' ? _("%s: accounted for, with %s. Saved here.") : _("%s: explained. Saved here.%s"), name, by);
    mem_free(name);
    form_mark_clean(&s->form);
    shell_close(sh, 1);
    return STALE_DATA;
}

static enum status read_form(const struct waste_screen *s, struct waste *out, struct error *err)
{
    *out = (struct waste){
        .removal = s->removal_id,
        .method = (enum waste_method)form_choice(&s->form, "method"),
        .reason = (enum waste_reason)form_choice(&s->form, "reason"),
        .note = form_text(&s->form, "note"),
    };
    return dose_amount_parse(form_text(&s->form, "amount"), &out->amount, &out->unit, err);
}

static unsigned put_away(struct shell *sh, void *state)
{
    struct waste_screen *s = state;
    const struct witness *who = &s->witness;
    struct error err = ERROR_INIT;
    struct waste waste;
    enum status status = read_form(s, &waste, &err);
    if (status == STATUS_OK) {
        status = form_choice(&s->form, "deed") == DEED_RETURN ? controlled_return(s->ws->actor, &waste, who, &err)
                                                              : controlled_waste(s->ws->actor, &waste, who, &err);
    }
    if (status == STATUS_STEP_UP) { /* the witness took longer to come than a proof lasts */
        return step_up_ask(sh, &err, put_away);
    }
    return status == STATUS_OK ? done(sh, s, who->name) : fail(sh, s, &err);
}

static unsigned witnessed(struct shell *sh, void *state, const struct witness *who, const struct double_check *check)
{
    struct waste_screen *s = state;
    (void)check;
    s->witness = *who;
    return put_away(sh, s);
}

/* What was never taken out for a dose is taken out first: from then on it is open, whoever comes. */
static enum status take_out(struct waste_screen *s, struct error *err)
{
    struct waste waste;
    enum status status = read_form(s, &waste, err);
    if (status == STATUS_OK) {
        status = controlled_take_out(s->ws->actor, s->order, waste.amount, waste.unit, &s->removal_id, err);
    }
    return status == STATUS_OK ? removal_get(s->ws->actor, s->removal_id, &s->removal, err) : status;
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct waste_screen *s = state;
    struct error err = ERROR_INIT;
    struct waste waste;
    form_clear_errors(&s->form);
    bool is_explained = form_choice(&s->form, "deed") == DEED_EXPLAIN;
    enum status status = is_explained ? controlled_explain(s->ws->actor, s->removal_id, form_text(&s->form, "note"), &err)
                                      : read_form(s, &waste, &err);
    if (status == STATUS_OK && !is_explained) { /* before anybody is called as a witness */
        status = step_up_require(s->ws->actor, STEP_UP_ACT_US, &err);
    }
    if (status == STATUS_OK && !is_explained && !is_taken_out(s)) {
        status = take_out(s, &err);
    }
    if (status == STATUS_STEP_UP) {
        return step_up_ask(sh, &err, run_save);
    }
    if (status != STATUS_OK) {
        return fail(sh, s, &err);
    }
    if (is_explained) {
        return done(sh, s, "");
    }
    const struct second_argument second = {
        .title = _("Witness"),
        .text = _("Somebody else who saw it signs in here: another nurse, a pharmacist or a prescriber. Without a witness Esc: it "
                  "stays open under your name."),
        .stands = witnessed,
    };
    shell_open_or_say(sh, &SCREEN_SECOND, &second);
    return STALE_LAYOUT;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_DOSE_RECORD, N_("save"), N_("Check, and have the witness sign in."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_WASTE = {
    .name = "waste",
    .title = N_("Controlled drug not given"),
    .open = waste_open,
    .layout = waste_layout,
    .draw = waste_draw,
    .key = waste_key,
    .close = waste_close,
    .actions = ACTIONS,
    .text_focus = waste_text_focus,
    .unsaved = waste_unsaved,
};
