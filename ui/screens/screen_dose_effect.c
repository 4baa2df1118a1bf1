/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an as-needed dose did: outcome, score, a few words. */
#include "base/i18n.h"
#include "base/memory.h"
#include "model/dose_score.h"
#include "screens/form_draft.h"
#include "service/doses_effect.h"

enum { CHOICES_MAX = 8 };

struct effect_screen {
    struct workstation *ws;
    struct chart *chart;
    struct uid event;
    struct form form;
    const char *outcomes[CHOICES_MAX];
    struct area banner, head, form_area;
};

static enum status effect_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct effect_argument *effect = argument;
    const struct enum_list *list = enum_list(ENUM_DOSE_OUTCOME);
    struct workstation *ws = shell_app(sh);
    struct chart *chart = NULL;
    enum status status = chart_open(ws->actor, effect->patient, 24, 1, &chart, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct effect_screen *s = mem_alloc(sizeof *s);
    s->ws = ws;
    s->chart = chart;
    s->event = effect->event;
    s->outcomes[0] = N_("choose with the right arrow");
    for (int i = 1; i <= list->count && i < CHOICES_MAX; i++) {
        s->outcomes[i] = list->labels[i];
    }
    form_init(&s->form);
    form_add_choice(&s->form, "outcome", N_("The dose was"), s->outcomes, list->count + 1);
    form_add_text(&s->form, "score", N_("Score now"), 8, 8, 0);
    form_set_hint(&s->form, "score", N_("0 to 10, where there is one"));
    form_add_text(&s->form, "note", N_("In words"), 200, 50, 0);
    form_mark_clean(&s->form);
    *out_state = s;
    return STATUS_OK;
}

static void effect_close(void *state)
{
    struct effect_screen *s = state;
    form_release(&s->form);
    chart_free(s->chart);
    mem_free(s);
}

static void effect_layout(void *state, struct area body)
{
    struct effect_screen *s = state;
    s->banner = area_rows(body, 0, BANNER_ROWS);
    s->head = area_part(body, BANNER_ROWS, 1, 2, body.cols - 2);
    s->form_area = area_part(body, BANNER_ROWS + 3, 1, body.rows - BANNER_ROWS - 3, body.cols - 2);
    form_layout(&s->form, s->form_area.rows, s->form_area.cols);
}

static const struct dose_event *event_of(const struct effect_screen *s)
{
    for (size_t i = 0; i < s->chart->events.len; i++) {
        if (uid_compare(s->chart->events.items[i].id, s->event) == 0) {
            return &s->chart->events.items[i];
        }
    }
    return NULL;
}

static void draw_dose(const struct effect_screen *s)
{
    const struct dose_event *event = event_of(s);
    char amount[DOSE_AMOUNT_TEXT_MAX], score[DOSE_SCORE_TEXT_MAX];
    if (event == NULL) {
        return;
    }
    struct local_time at = zone_local(s->ws->site->zone, event->occurred_us);
    for (size_t i = 0; i < s->chart->orders.len; i++) {
        const struct order *order = &s->chart->orders.items[i];
        if (uid_compare(order->id, event->order) == 0) {
            draw_format(s->head, 0, 0, STYLE_HEADING, _("%s %s at %02d:%02d by %s, for %s"), order->drug_text,
                        dose_amount_format(event->amount, event->unit, amount), at.hour, at.minute, event->recorded_by_name,
                        enum_label(ENUM_PRN_REASON, enum_value(ENUM_PRN_REASON, event->reason)));
            draw_text(s->head, 1, 0, STYLE_TEXT, dose_score_words((enum prn_reason)enum_value(ENUM_PRN_REASON, event->reason), event->score_before, score));
        }
    }
}

static void effect_draw(void *state, struct area body)
{
    struct effect_screen *s = state;
    (void)body;
    banner_draw(s->banner, s->chart, site_today(s->ws->site), s->ws->site->zone);
    draw_dose(s);
    form_draw(&s->form, s->form_area);
}

static unsigned effect_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return form_handle(&((struct effect_screen *)state)->form, event);
}

static bool effect_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct effect_screen *)state)->form);
}

static bool effect_unsaved(const void *state)
{
    return form_is_changed(&((const struct effect_screen *)state)->form);
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct effect_screen *s = state;
    struct error err = ERROR_INIT;
    form_clear_errors(&s->form);
    if (dose_assess(s->ws->actor, s->event, (enum dose_outcome)form_choice(&s->form, "outcome"), form_text(&s->form, "score"),
                    form_text(&s->form, "note"), &err) != STATUS_OK) {
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_LAYOUT;
    }
    char *name = patient_display_name(&s->chart->patient);
    shell_say(sh, MESSAGE_GOOD, _("%s: effect recorded. Saved here."), name);
    mem_free(name);
    form_mark_clean(&s->form);
    shell_close(sh, 1);
    return STALE_DATA;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_DOSE_RECORD, N_("save"), N_("Check and save."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), NULL, ACTION_IN_BAR | ACTION_UNLISTED,
     NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_DOSE_EFFECT = {
    .name = "dose_effect",
    .title = N_("Effect of a dose"),
    .open = effect_open,
    .layout = effect_layout,
    .draw = effect_draw,
    .key = effect_key,
    .close = effect_close,
    .actions = ACTIONS,
    .text_focus = effect_text_focus,
    .unsaved = effect_unsaved,
};
