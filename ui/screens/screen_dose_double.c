/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two records of one dose: both beside each other, who, when, what; a person says what happened. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/form_draft.h"
#include "service/doses_double.h"

enum { CHOICES_MAX = 8, RECORD_ROWS = 4 };

static const char *const STANDS[] = {N_("the first record"), N_("the second record")};

struct double_screen {
    struct workstation *ws;
    struct chart *chart;
    struct double_dose_list list; /* the one that is judged is items[at] */
    size_t at;
    struct form form;
    const char *classes[CHOICES_MAX], *next[CHOICES_MAX];
    struct area banner, head, form_area;
};

static void double_close(void *state)
{
    struct double_screen *s = state;
    double_dose_list_release(&s->list);
    form_release(&s->form);
    chart_free(s->chart);
    mem_free(s);
}

static enum status find_double(struct double_screen *s, struct uid slot, struct error *err)
{
    enum status status = double_dose_list_get(s->ws->actor, &s->list, err);
    if (status != STATUS_OK) {
        return status;
    }
    while (s->at < s->list.len && uid_compare(s->list.items[s->at].slot, slot) != 0) {
        s->at++;
    }
    if (s->at == s->list.len) {
        return error_set(err, STATUS_NOT_FOUND, _("Somebody has judged this meanwhile."));
    }
    return chart_open(s->ws->actor, s->list.items[s->at].patient, 24, 1, &s->chart, err);
}

/* What a class asks for. */
static void arrange(struct double_screen *s)
{
    enum double_class class_of = (enum double_class)form_choice(&s->form, "class");
    bool is_twice = class_of == DOUBLE_CLASS_GIVEN_TWICE;
    form_show(&s->form, "notified", is_twice);
    form_show(&s->form, "monitoring", is_twice);
    form_show(&s->form, "next_dose", is_twice);
    form_show(&s->form, "moved_to", class_of == DOUBLE_CLASS_WRONG_PATIENT);
}

static enum status double_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct enum_list *classes = enum_list(ENUM_DOUBLE_CLASS);
    struct double_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    form_init(&s->form);
    enum status status = find_double(s, *(const struct uid *)argument, err);
    if (status != STATUS_OK) {
        double_close(s);
        return status;
    }
    s->classes[0] = N_("choose with the right arrow");
    for (int i = 1; i <= classes->count && i < CHOICES_MAX; i++) {
        s->classes[i] = classes->labels[i];
    }
    form_add_choice(&s->form, "class", N_("What happened"), s->classes, classes->count + 1);
    form_add_choice(&s->form, "kept", N_("What stands"), STANDS, 2);
    form_add_text(&s->form, "reason", N_("How that is known"), 200, 50, 0);
    form_add_text(&s->form, "people_asked", N_("Who was asked"), 200, 50, 0);
    form_add_text(&s->form, "notified", N_("Prescriber told"), 200, 50, 0);
    form_set_hint(&s->form, "notified", N_("given twice: who, when"));
    const struct enum_list *next = enum_list(ENUM_NEXT_DOSE);
    s->next[0] = N_("choose with the right arrow");
    for (int i = 1; i <= next->count && i < CHOICES_MAX; i++) {
        s->next[i] = next->labels[i];
    }
    form_add_text(&s->form, "monitoring", N_("What is watched"), 200, 50, 0);
    form_add_choice(&s->form, "next_dose", N_("The next dose"), s->next, next->count + 1);
    form_add_text(&s->form, "moved_to", N_("Whose it is (MRN)"), 40, 20, 0);
    arrange(s);
    form_mark_clean(&s->form);
    *out_state = s;
    return STATUS_OK;
}

static void double_layout(void *state, struct area body)
{
    struct double_screen *s = state;
    s->banner = area_rows(body, 0, BANNER_ROWS);
    s->head = area_part(body, BANNER_ROWS, 1, RECORD_ROWS, body.cols - 2);
    s->form_area = area_part(body, BANNER_ROWS + RECORD_ROWS + 1, 1, body.rows - BANNER_ROWS - RECORD_ROWS - 1, body.cols - 2);
    form_layout(&s->form, s->form_area.rows, s->form_area.cols);
}

static void draw_record(const struct double_screen *s, int row, const char *label, const struct dose_event *event)
{
    char amount[DOSE_AMOUNT_TEXT_MAX], day[DATE_TEXT_MAX];
    const struct zone *zone = s->ws->site->zone;
    struct local_time at = zone_local(zone, event->occurred_us), kept = zone_local(zone, event->recorded_us);
    draw_format(s->head, row, 0, STYLE_ERROR, _("%s: %s %s at %02d:%02d %s, recorded %02d:%02d by %s"), label,
                dose_status_is_taken(event->status) ? dose_amount_format(event->amount, event->unit, amount) : "",
                enum_label(ENUM_DOSE_STATUS, (int)event->status), at.hour, at.minute, date_format_human(at.date, day), kept.hour,
                kept.minute, event->recorded_by_name);
}

static void double_draw(void *state, struct area body)
{
    struct double_screen *s = state;
    const struct double_dose *d = &s->list.items[s->at];
    struct local_time at = zone_local(s->ws->site->zone, d->planned_us);
    char day[DATE_TEXT_MAX];
    (void)body;
    banner_draw(s->banner, s->chart, site_today(s->ws->site), s->ws->site->zone);
    draw_format(s->head, 0, 0, STYLE_HEADING, _("Possible double dose: %s, planned %02d:%02d %s"), d->drug, at.hour, at.minute,
                date_format_human(at.date, day));
    draw_record(s, 1, _("First record"), &d->first);
    draw_record(s, 2, _("Second record"), &d->second);
    form_draw(&s->form, s->form_area);
}

static unsigned double_key(struct shell *sh, void *state, const struct event *event)
{
    struct double_screen *s = state;
    (void)sh;
    unsigned stale = form_handle(&s->form, event);
    if ((stale & TEXT_CHANGED) != 0) {
        arrange(s);
        stale |= STALE_LAYOUT;
    }
    return stale;
}

static bool double_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct double_screen *)state)->form);
}

static bool double_unsaved(const void *state)
{
    return form_is_changed(&((const struct double_screen *)state)->form);
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct double_screen *s = state;
    const struct double_dose *d = &s->list.items[s->at];
    bool is_second = form_choice(&s->form, "kept") == 1;
    struct error err = ERROR_INIT;
    const struct double_judgement judgement = {
        .slot = d->slot,
        .kept = is_second ? d->second.id : d->first.id,
        .other = is_second ? d->first.id : d->second.id,
        .class_of = (enum double_class)form_choice(&s->form, "class"),
        .reason = form_text(&s->form, "reason"),
        .people_asked = form_text(&s->form, "people_asked"),
        .notified = form_text(&s->form, "notified"),
        .monitoring = form_text(&s->form, "monitoring"),
        .next_dose = (enum next_dose)form_choice(&s->form, "next_dose"),
        .moved_to = form_text(&s->form, "moved_to"),
    };
    form_clear_errors(&s->form);
    if (dose_judge(s->ws->actor, &judgement, &err) != STATUS_OK) {
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_LAYOUT;
    }
    shell_say(sh, MESSAGE_GOOD, _("%s: judged, both records remain to be seen. Saved here."), d->patient_name);
    form_mark_clean(&s->form);
    shell_close(sh, 1);
    return STALE_DATA;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_DOSE_CORRECT, N_("save"), N_("Check and save."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), NULL, ACTION_IN_BAR | ACTION_UNLISTED,
     NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_DOSE_DOUBLE = {
    .name = "dose_double",
    .title = N_("Possible double dose"),
    .open = double_open,
    .layout = double_layout,
    .draw = double_draw,
    .key = double_key,
    .close = double_close,
    .actions = ACTIONS,
    .text_focus = double_text_focus,
    .unsaved = double_unsaved,
};
