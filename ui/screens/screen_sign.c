/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One order that was given by word of mouth: who entered what, when, for whom; the prescriber signs it, or looks at the chart
 * and changes what was misheard there. */
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/dialog.h"
#include "screens/screens.h"
#include "service/order_signing.h"

enum { BUTTON_LATER, BUTTON_CHART, BUTTON_SIGN, BUTTON_ROWS = 2 };

struct sign {
    struct workstation *ws;
    struct chart *chart;
    struct unsigned_list list; /* what this prescriber has to sign */
    size_t at;
    struct dialog buttons;
};

static void sign_close(void *state)
{
    struct sign *s = state;
    unsigned_list_release(&s->list);
    chart_free(s->chart);
    mem_free(s);
}

static enum status sign_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct sign_argument *a = argument;
    struct sign *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    enum status status = chart_open(s->ws->actor, a->patient, 1, 1, &s->chart, err);
    if (status == STATUS_OK) {
        status = unsigned_list_refresh(s->ws->actor, &s->list, err);
    }
    while (status == STATUS_OK && s->at < s->list.len && uid_compare(s->list.items[s->at].signature.id, a->signature) != 0) {
        s->at++;
    }
    if (status == STATUS_OK && s->at == s->list.len) {
        status = error_set(err, STATUS_STALE, _("This order is signed already."));
    }
    if (status != STATUS_OK) {
        sign_close(s);
        return status;
    }
    s->buttons.answers[BUTTON_LATER] = _("Not now");
    s->buttons.answers[BUTTON_CHART] = _("Open the chart");
    s->buttons.answers[BUTTON_SIGN] = _("Sign");
    s->buttons.answer_count = 3;
    *out_state = s;
    return STATUS_OK;
}

static int draw_row(struct area a, int row, const char *label, const char *text)
{
    draw_fit(a, row, 1, 12, STYLE_LABEL, label);
    return draw_wrapped(area_part(a, row, 14, a.rows - row, a.cols - 15), 0, 0, STYLE_TEXT, text);
}

static void sign_draw(void *state, struct area body)
{
    struct sign *s = state;
    const struct unsigned_order *o = &s->list.items[s->at];
    struct local_time told = zone_local(s->ws->site->zone, o->signature.relay.told_us);
    char day[DATE_TEXT_MAX];
    banner_draw(area_rows(body, 0, BANNER_ROWS), s->chart, site_today(s->ws->site), s->ws->site->zone);
    struct area a = area_rows(body, BANNER_ROWS, body.rows - BANNER_ROWS);
    char *what = mem_format("%s: %s", enum_label(ENUM_ORDER_ACTION, (int)o->action), o->drug);
    char *when = mem_format(_("%s, %s %02d:%02d; %s"), enum_label(ENUM_ORDER_SOURCE, (int)o->signature.source),
                            date_format_human(told.date, day), told.hour, told.minute,
                            o->signature.relay.is_read_back ? _("read back") : _("NOT read back"));
    draw_text(a, 0, 1, STYLE_HEADING, _("An order that you gave by word of mouth"));
    int row = 2;
    row += draw_row(a, row, _("Order"), what);
    row += draw_row(a, row, _("Directions"), o->directions);
    row += draw_row(a, row, _("Given"), when);
    row += draw_row(a, row, _("Entered by"), o->entered_by);
    if (o->is_overdue) {
        mark_draw(a, row, 14, MARK_OVERDUE);
    }
    dialog_draw_answers(&s->buttons, a, a.rows - BUTTON_ROWS, 1);
    mem_free(when);
    mem_free(what);
}

static unsigned sign_now(struct shell *sh, struct sign *s)
{
    const struct unsigned_order *o = &s->list.items[s->at];
    struct error err = ERROR_INIT;
    enum status status = order_sign(s->ws->actor, &o->signature, &err);
    if (status != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    shell_say(sh, MESSAGE_GOOD, _("%s: %s signed. Saved here."), o->patient_name, o->drug);
    shell_close(sh, 1);
    return STALE_CELLS;
}

static unsigned sign_key(struct shell *sh, void *state, const struct event *event)
{
    struct sign *s = state;
    unsigned stale = dialog_handle(&s->buttons, event);
    if (!(stale & CHOICE_MADE)) {
        return stale;
    }
    if (s->buttons.focus == BUTTON_SIGN) {
        return sign_now(sh, s);
    }
    struct uid patient = s->chart->patient.id;
    bool wants_chart = s->buttons.focus == BUTTON_CHART;
    shell_close(sh, 0);
    if (wants_chart) {
        shell_open_or_say(sh, &SCREEN_CHART, &patient);
    }
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back without signing."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_SIGN = {
    .name = "order.sign",
    .title = N_("Sign an order"),
    .open = sign_open,
    .draw = sign_draw,
    .key = sign_key,
    .close = sign_close,
    .actions = ACTIONS,
};
