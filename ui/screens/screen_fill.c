/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One prescription at the counter: asked for, filled by scan, checked, handed over. What is shown and asked follows the state
 * of the fill; F10 takes the next step. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/fill_form.h"
#include "screens/second_code.h"
#include "service/doses.h"
#include "service/labels.h"
#include "service/verification.h"

enum { FORM_ROWS = 8 };

static bool is_new(const struct fill_screen *s)
{
    return uid_is_none(s->fill);
}

static void forget_packs(struct fill_screen *s)
{
    for (int i = 0; i < s->pack_count; i++) {
        mem_free(s->packs[i].code);
        mem_free(s->packs[i].product);
        mem_free(s->packs[i].lot);
    }
    s->pack_count = 0;
}

static void fill_screen_close(void *state)
{
    struct fill_screen *s = state;
    forget_packs(s);
    fill_view_release(&s->view);
    fill_offer_release(&s->offer);
    form_release(&s->form);
    pager_release(&s->pager);
    chart_free(s->chart);
    mem_free(s);
}

/* ---- reading ---- */

/* Chart, and the fill or the offer on it. On failure nothing is borrowed from the chart any more. */
static enum status look(struct fill_screen *s, struct error *err)
{
    if (is_new(s)) {
        fill_offer_release(&s->offer);
        return fill_offer_get(s->ws->actor, s->patient, s->order, &s->offer, err);
    }
    fill_view_release(&s->view);
    enum status status = fill_look(s->ws->actor, s->chart, s->fill, &s->view, err);
    s->order = status == STATUS_OK ? s->view.order.id : s->order;
    return status;
}

static void renew(struct fill_screen *s)
{
    forget_packs(s);
    s->has_wristband = false;
    s->second = (struct witness){0};
    s->formed = fill_form_state(s);
    fill_form_fields(s);
    fill_form_update(s);
    form_mark_clean(&s->form);
    s->cells = 0; /* layout makes the text */
}

/* A fresh picture; what was typed stays unless the state is another. */
static unsigned look_again(struct shell *sh, struct fill_screen *s)
{
    struct error err = ERROR_INIT;
    fill_view_release(&s->view);
    enum status status = chart_refresh(s->ws->actor, &s->chart, &err);
    if (status == STATUS_OK) {
        status = look(s, &err);
    }
    if (status != STATUS_OK) {
        shell_fail(sh, &err);
        shell_close(sh, 0);
        return STALE_CELLS;
    }
    if (fill_form_state(s) != s->formed) {
        renew(s);
    } else {
        fill_form_update(s);
        s->cells = 0;
    }
    return STALE_LAYOUT;
}

static enum status fill_screen_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct fill_argument *a = argument;
    struct fill_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    s->patient = a->patient;
    s->order = a->order;
    s->fill = a->fill;
    form_init(&s->form);
    pager_init(&s->pager, "");
    enum status status = chart_open(s->ws->actor, a->patient, 1, 1, &s->chart, err);
    if (status == STATUS_OK) {
        status = look(s, err);
    }
    if (status == STATUS_OK && is_new(s) && !uid_is_none(s->offer.open_fill)) { /* one is in the queue: that is meant */
        s->fill = s->offer.open_fill;
        status = look(s, err);
    }
    if (status != STATUS_OK) {
        fill_screen_close(s);
        return status;
    }
    renew(s);
    *out_state = s;
    return STATUS_OK;
}

static void fill_screen_layout(void *state, struct area body)
{
    struct fill_screen *s = state;
    int form = form_height(&s->form) < FORM_ROWS ? form_height(&s->form) : FORM_ROWS;
    s->banner = area_rows(body, 0, BANNER_ROWS);
    s->text = area_part(body, BANNER_ROWS + 1, 1, body.rows - BANNER_ROWS - form - 2, body.cols - 2);
    s->form_area = area_part(body, body.rows - form, 1, form, body.cols - 2);
    if (s->cells != s->text.cols) {
        s->cells = s->text.cols;
        fill_form_text(s);
    }
    pager_layout(&s->pager, s->text.rows, s->text.cols);
    form_layout(&s->form, s->form_area.rows, s->form_area.cols);
}

static void fill_screen_draw(void *state, struct area body)
{
    struct fill_screen *s = state;
    const struct order *order = is_new(s) ? &s->offer.order : &s->view.order;
    char *drug = order_display_drug(order), *tall = label_tallman(s->ws->site, drug);
    char *heading = mem_format("Rx %s  %s", order->prescription_number != NULL ? order->prescription_number : "", tall);
    banner_draw(s->banner, s->chart, site_today(s->ws->site), s->ws->site->zone);
    int col = draw_text(body, BANNER_ROWS, 1, STYLE_HEADING, heading);
    draw_text(body, BANNER_ROWS, col + 2, is_new(s) ? STYLE_TEXT : STYLE_WARNING,
              is_new(s) ? _("to be filled") : enum_label(ENUM_FILL_STATE, (int)fill_form_state(s)));
    pager_draw(&s->pager, s->text);
    form_draw(&s->form, s->form_area); /* last: the cursor is the focus */
    mem_free(heading);
    mem_free(tall);
    mem_free(drug);
}

static unsigned fill_screen_key(struct shell *sh, void *state, const struct event *event)
{
    struct fill_screen *s = state;
    (void)sh;
    unsigned stale = s->form.len > 0 ? form_handle(&s->form, event) : (unsigned)EVENT_UNHANDLED;
    if (stale & EVENT_UNHANDLED) {
        return pager_handle(&s->pager, event);
    }
    fill_form_update(s);
    return stale | STALE_LAYOUT;
}

/* ---- scans ---- */

static unsigned scan_pack(struct shell *sh, struct fill_screen *s, const struct event *event)
{
    struct fill_scan scan = {0};
    struct error err = ERROR_INIT;
    if (fill_scan_read(s->ws->actor, &s->view.fill, &s->view.order, event->text, event->len_bytes, &scan, &err) != STATUS_OK) {
        shell_bell(sh);
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    struct scanned *last = s->pack_count > 0 ? &s->packs[s->pack_count - 1] : NULL;
    if (scan.is_lot_only && last != NULL) { /* the second code of a pack that has two */
        mem_free(last->lot);
        last->lot = mem_copy_text(scan.lot);
        last->expiry = scan.expiry;
    } else if (!scan.is_lot_only && s->pack_count < PACKS_MAX) {
        struct decimal left = s->view.fill.wanted, quantity;
        for (int i = 0; i < s->pack_count; i++) {
            (void)(decimal_subtract(left, s->packs[i].quantity, &left) == STATUS_OK); /* amounts of one unit */
        }
        quantity = decimal_compare(left, decimal_from_int(0)) > 0 ? left : decimal_from_int(0);
        s->packs[s->pack_count++] = (struct scanned){mem_copy_bytes(event->text, event->len_bytes), mem_copy_text(scan.product),
                                                     mem_copy_text(scan.lot), scan.expiry, quantity, scan.is_other_name};
        if (scan.ends_in_supply) {
            shell_say(sh, MESSAGE_WARNING, _("This pack ends before the supply is used up."));
        }
    }
    fill_scan_release(&scan);
    fill_form_update(s);
    s->cells = 0;
    return STALE_LAYOUT;
}

static unsigned scan_patient(struct shell *sh, struct fill_screen *s, const struct event *event)
{
    struct error err = ERROR_INIT;
    enum identified_by by;
    char code[64];
    (void)snprintf(code, sizeof code, "%.*s", (int)event->len_bytes, event->text);
    if (patient_identify(s->ws->actor, s->patient, true, code, NULL, &by, &err) != STATUS_OK) {
        shell_bell(sh);
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    memcpy(s->wristband, code, sizeof code);
    s->has_wristband = true;
    shell_say(sh, MESSAGE_GOOD, _("The right patient."));
    fill_form_update(s);
    return STALE_LAYOUT;
}

static unsigned fill_screen_event(struct shell *sh, void *state, const struct event *event)
{
    struct fill_screen *s = state;
    switch (event->kind) {
    case EVENT_SCAN:
        return fill_form_state(s) == FILL_STATE_IN_PROGRESS ? scan_pack(sh, s, event)
               : fill_form_state(s) == FILL_STATE_CHECKED   ? scan_patient(sh, s, event)
                                                     : (unsigned)EVENT_UNHANDLED;
    case EVENT_DATA:
        return look_again(sh, s);
    case EVENT_CLOSED:
        if (event->text != NULL && strcmp(event->text, "print") == 0 && event->key == 1 && !is_new(s)) {
            struct error err = ERROR_INIT;
            if (fill_count_label(s->ws->actor, s->fill, &err) != STATUS_OK) {
                shell_fail(sh, &err);
            }
        }
        return look_again(sh, s);
    default:
        return EVENT_UNHANDLED;
    }
}

static bool fill_screen_text_focus(const void *state)
{
    const struct fill_screen *s = state;
    return s->form.len > 0 && form_has_text_focus(&s->form);
}

static bool fill_screen_unsaved(const void *state)
{
    const struct fill_screen *s = state;
    return s->pack_count > 0 || form_is_changed(&s->form);
}

/* ---- labels ---- */

static unsigned print_document(struct shell *sh, struct fill_screen *s, struct document *d, const char *what, bool is_again)
{
    screen_print_open(sh, d, &(struct print_request){.what = what, .permission = PERMISSION_FILL_PREPARE, .patient = s->patient, .table = "fills",
                                                     .record = s->fill, .target = PRINT_TO_LABELS, .copies = 1, .is_reprint = is_again});
    return STALE_CELLS;
}

static unsigned run_print(struct shell *sh, void *state)
{
    struct fill_screen *s = state;
    struct error err = ERROR_INIT;
    struct label label = {0};
    struct document *slip;
    if (fill_form_state(s) == FILL_STATE_PARTIAL) {
        if (owed_slip_make(s->ws->actor, &s->chart->patient, &s->view, &slip, &err) == STATUS_OK) {
            return print_document(sh, s, slip, "owed_slip", false);
        }
    } else if (label_make(s->ws->actor, &s->chart->patient, &s->view, NULL, &label, &err) == STATUS_OK) {
        if (label.refusal[0] != '\0') {
            shell_say(sh, MESSAGE_WARNING, "%s", label.refusal);
        }
        return print_document(sh, s, label.document, "label", s->view.fill.labels > 0);
    }
    shell_fail(sh, &err);
    return STALE_CELLS;
}

static bool has_label(const void *state)
{
    const struct fill_screen *s = state;
    return !is_new(s) && s->view.packs.len > 0 && fill_form_state(s) != FILL_STATE_CANCELLED && fill_form_state(s) != FILL_STATE_RETURNED;
}

/* ---- steps ---- */

static unsigned run_save(struct shell *sh, void *state);

static enum status read_number(struct fill_screen *s, const char *field, struct decimal *out, struct error *err)
{
    const char *text = form_text(&s->form, field);
    if (text[0] == '\0') {
        *out = (struct decimal){0, 0};
        return STATUS_OK;
    }
    return decimal_parse(text, out, NULL) == STATUS_OK && decimal_compare(*out, decimal_from_int(0)) >= 0
               ? STATUS_OK
               : error_set_field(err, STATUS_INVALID, field, _("Type a number."));
}

static enum status ask_for(struct fill_screen *s, struct error *err)
{
    struct fill_request r = {.patient = s->patient, .order = s->order, .early_reason = (enum early_reason)form_choice(&s->form, "early_reason"),
                             .reason_text = form_text(&s->form, "words"), .is_knowing = form_choice(&s->form, "knowing") == 1,
                             .rest_of = s->offer.owed_fill};
    struct decimal days;
    struct uid fill;
    enum status status = read_number(s, "quantity", &r.quantity, err);
    if (status == STATUS_OK) {
        status = read_number(s, "days_supply", &days, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    r.days_supply = (int)decimal_round(days, 0).mantissa;
    status = fill_start(s->ws->actor, &r, &fill, err);
    if (status == STATUS_OK) {
        s->fill = fill;
        /* who asks for it fills it: one key less at a counter with one person */
        enum status taken = fill_take(s->ws->actor, fill, 1, NULL);
        (void)taken; /* it waits in the queue then */
    }
    return status;
}

static enum status read_expiry(struct fill_screen *s, struct date *out, struct error *err)
{
    bool is_ambiguous = false;
    const char *text = form_text(&s->form, "expiry");
    *out = (struct date){0};
    if (text[0] == '\0') {
        return STATUS_OK;
    }
    enum status status = date_parse_human(text, site_today(s->ws->site), false, out, &is_ambiguous, NULL);
    if (status != STATUS_OK || is_ambiguous) {
        return error_set_field(err, STATUS_INVALID, "expiry", _("Type the date with the month in letters: 30 Jun 2028."));
    }
    return STATUS_OK;
}

static enum status fill_now(struct fill_screen *s, struct error *err)
{
    struct fill_pack_entry packs[PACKS_MAX];
    struct fill_bag bag = {.packs = packs, .substitution = (enum substitution)form_choice(&s->form, "substitution")};
    struct date expiry;
    struct decimal quantity, rest;
    enum status status = read_number(s, "quantity", &quantity, err);
    if (status == STATUS_OK) {
        status = read_number(s, "counted", &bag.counted, err);
    }
    if (status == STATUS_OK) {
        status = read_expiry(s, &expiry, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    const char *lot = form_text(&s->form, "lot");
    rest = quantity; /* what is typed is the whole bag; the packs take it in the order of their scans */
    for (int i = 0; i < s->pack_count; i++) {
        const struct scanned *p = &s->packs[i];
        bool is_last = i + 1 == s->pack_count;
        struct decimal part = is_last || decimal_compare(rest, p->quantity) < 0 ? rest : p->quantity;
        packs[bag.count++] = (struct fill_pack_entry){.code = p->code, .product = p->product, .lot = p->lot[0] != '\0' ? p->lot : lot,
                                                      .expiry = date_is_none(p->expiry) ? expiry : p->expiry, .quantity = part};
        if (decimal_subtract(rest, part, &rest) != STATUS_OK) {
            rest = (struct decimal){0, 0};
        }
    }
    if (s->pack_count == 0 && form_choice(&s->form, "no_scan_reason") > 0) {
        packs[bag.count++] = (struct fill_pack_entry){.no_scan_reason = (enum no_scan_reason)form_choice(&s->form, "no_scan_reason"),
                                                      .product = form_text(&s->form, "product"), .lot = lot, .expiry = expiry, .quantity = quantity};
    }
    return fill_fill(s->ws->actor, s->fill, s->view.fill.ver, &bag, err);
}

static enum status check_now(struct fill_screen *s, const struct alert_decision *decision, struct error *err)
{
    struct fill_check_word word = {.answers = decision != NULL ? decision->answers : NULL,
                                   .answer_count = decision != NULL ? decision->answer_count : 0,
                                   .second = decision != NULL ? decision->second : NULL};
    enum status status = read_number(s, "recounted", &word.recounted, err);
    if (status == STATUS_OK && s->view.needs_second && uid_is_none(s->second.user)) {
        status = witness_authenticate(s->ws->actor, form_text(&s->form, "witness"), form_text(&s->form, "password"), second_code(&s->form),
                                      PERMISSION_FILL_PREPARE, &s->second, err);
        s->wants_code = (status == STATUS_STEP_UP || status == STATUS_BAD_SECRET) && strcmp(err->field, "code") == 0;
        form_set_text(&s->form, "code", "");
        if (s->wants_code) { /* the password was right and stays; STATUS_STEP_UP is said of the acting person only */
            form_show(&s->form, "code", true);
            return status == STATUS_STEP_UP ? STATUS_REFUSED : status;
        }
        second_code_forget(&s->form);
        if (status != STATUS_OK && err->field[0] == '\0') {
            memcpy(err->field, "witness", sizeof "witness");
        }
    }
    if (status != STATUS_OK) {
        return status;
    }
    word.second = s->view.needs_second ? &s->second : word.second;
    return fill_check(s->ws->actor, s->fill, s->view.fill.ver, s->view.proposal, &word, err);
}

static enum status hand_over_now(struct fill_screen *s, struct error *err)
{
    const struct fill_hand_over how = {.is_scan = s->has_wristband,
                                       .first = s->has_wristband ? s->wristband : form_text(&s->form, "identifiers"),
                                       .second = form_text(&s->form, "second_identifier"),
                                       .collected_by = form_text(&s->form, "collected_by"),
                                       .counselling = (enum counselling)form_choice(&s->form, "counselling")};
    return fill_hand_over(s->ws->actor, s->fill, s->view.fill.ver, &how, err);
}

static enum status do_step(struct fill_screen *s, const struct alert_decision *decision, struct error *err)
{
    struct actor *actor = s->ws->actor;
    int step = fill_form_has(s, "step") ? form_choice(&s->form, "step") : STEP_GO_ON;
    int32_t ver = s->view.fill.ver;
    enum fill_end_reason reason = fill_form_has(s, "reason") ? (enum fill_end_reason)form_choice(&s->form, "reason") : FILL_END_REASON_NONE_GIVEN;
    const char *note = fill_form_has(s, "note") ? form_text(&s->form, "note") : "";
    switch (fill_form_state(s)) {
    case FILL_STATE_NONE_GIVEN:
        return ask_for(s, err);
    case FILL_STATE_NEW:
        return step == STEP_GO_ON ? fill_take(actor, s->fill, ver, err) : fill_cancel(actor, s->fill, ver, reason, note, err);
    case FILL_STATE_IN_PROGRESS:
        return step == STEP_GO_ON ? fill_now(s, err)
               : step == STEP_END ? fill_cancel(actor, s->fill, ver, reason, note, err)
                                  : fill_put_back(actor, s->fill, ver, err);
    case FILL_STATE_FILLED:
        return step == STEP_GO_ON ? check_now(s, decision, err)
               : step == STEP_END ? fill_cancel(actor, s->fill, ver, reason, note, err)
                                  : fill_send_back(actor, s->fill, ver, note, err);
    case FILL_STATE_CHECKED:
        return step == STEP_GO_ON ? hand_over_now(s, err)
               : step == STEP_END ? fill_return(actor, s->fill, ver, reason, note, err)
                                  : fill_send_back(actor, s->fill, ver, note, err);
    case FILL_STATE_PARTIAL:
        if (step == STEP_END) {
            return fill_forget_rest(actor, s->fill, ver, reason, note, err);
        }
        s->fill = UID_NONE; /* the offer of the rest */
        return STATUS_OK;
    case FILL_STATE_HANDED_OVER:
    case FILL_STATE_RETURNED:
    case FILL_STATE_CANCELLED:
    case FILL_STATE_COUNT:
        break;
    }
    return error_set(err, STATUS_REFUSED, _("This fill is over; nothing more becomes of it."));
}

static unsigned step(struct shell *sh, struct fill_screen *s, const struct alert_decision *decision)
{
    struct error err = ERROR_INIT;
    enum fill_state before = fill_form_state(s);
    enum status status = do_step(s, decision, &err);
    if (status == STATUS_STEP_UP) {
        return step_up_ask(sh, &err, run_save);
    }
    if (status != STATUS_OK) {
        unsigned stale = status == STATUS_STALE ? look_again(sh, s) : (unsigned)STALE_LAYOUT;
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return stale;
    }
    unsigned stale = look_again(sh, s);
    enum fill_state after = fill_form_state(s);
    char *name = patient_display_name(&s->chart->patient);
    if (after != FILL_STATE_NONE_GIVEN) {
        shell_say(sh, MESSAGE_GOOD, _("%s: %s. Saved here."), name, enum_label(ENUM_FILL_STATE, (int)after));
    }
    mem_free(name);
    if (before == FILL_STATE_IN_PROGRESS && after == FILL_STATE_FILLED) {
        return stale | run_print(sh, s); /* the label goes on now */
    }
    if (after == FILL_STATE_PARTIAL) {
        return stale | run_print(sh, s); /* the slip for what is owed */
    }
    return stale;
}

static unsigned decided(struct shell *sh, void *state, enum alert_outcome outcome, const struct alert_decision *decision)
{
    struct fill_screen *s = state;
    if (outcome == ALERT_GO_ON) {
        return step(sh, s, decision);
    }
    form_set_choice(&s->form, "step", STEP_BACK);
    fill_form_update(s);
    return STALE_LAYOUT;
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct fill_screen *s = state;
    form_clear_errors(&s->form);
    bool is_check = fill_form_state(s) == FILL_STATE_FILLED && form_choice(&s->form, "step") == STEP_GO_ON;
    if (is_check && verification_open_findings(s->view.proposal) > 0 && actor_may(s->ws->actor, PERMISSION_FILL_CHECK)) {
        const struct alert_argument argument = {s->view.proposal, s->chart, decided};
        shell_open_or_say(sh, &SCREEN_ALERT, &argument);
        return STALE_CELLS;
    }
    return step(sh, s, NULL);
}

static bool goes_on(const void *state)
{
    const struct fill_screen *s = state;
    return s->form.len > 0;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_FILL_PREPARE, N_("next step"), N_("Take the next step with this fill."), run_save, ACTION_IN_BAR, goes_on},
    {"print", KEYS_PRINT, PERMISSION_FILL_PREPARE, N_("label"), N_("Print its label, or the slip for what is owed."), run_print, ACTION_IN_BAR,
     has_label},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_FILL = {
    .name = "fill",
    .title = N_("Fill a prescription"),
    .open = fill_screen_open,
    .layout = fill_screen_layout,
    .draw = fill_screen_draw,
    .key = fill_screen_key,
    .event = fill_screen_event,
    .close = fill_screen_close,
    .actions = ACTIONS,
    .text_focus = fill_screen_text_focus,
    .unsaved = fill_screen_unsaved,
};
