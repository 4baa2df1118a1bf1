/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bed of a patient: a stay begins, moves, ends, or was written by mistake. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/patient_form.h"
#include "service/stays.h"

/* What is said of the stay, in the order of the choice. */
enum what { BEGINS, GOES_ON, LEAVES, MISTAKE };

struct stay_screen {
    struct patient_form base; /* first: patient_form.h */
    const struct stay *last;  /* of the chart; NULL: there was none */
    bool is_open;
    enum what whats[LEFT_HOW_COUNT + 2];
    const char *words[LEFT_HOW_COUNT + 2];
    int count;
};

static void add(struct stay_screen *s, enum what what, const char *words)
{
    s->whats[s->count] = what;
    s->words[s->count++] = words;
}

static const char *const ENDS[LEFT_HOW_COUNT] = {
    [LEFT_HOW_HOME] = N_("ends: home"),
    [LEFT_HOW_FACILITY] = N_("ends: to another place of care"),
    [LEFT_HOW_AGAINST_ADVICE] = N_("ends: against advice"),
    [LEFT_HOW_DIED] = N_("ends: died"),
};

static void offer(struct stay_screen *s)
{
    int64_t now_us = clock_now_us(s->base.ws->clock);
    const struct stay_list *stays = &s->base.chart->stays;
    s->last = stays->len > 0 ? &stays->items[0] : NULL;
    s->is_open = stay_at(stays, now_us) != NULL;
    add(s, s->is_open ? GOES_ON : BEGINS, s->is_open ? N_("goes on") : N_("begins"));
    for (int i = 1; s->is_open && i < LEFT_HOW_COUNT; i++) {
        add(s, LEAVES, ENDS[i]);
    }
    if (s->last != NULL && !s->is_open) {
        add(s, GOES_ON, N_("did not leave: the last one goes on"));
    }
    if (s->last != NULL) {
        add(s, MISTAKE, N_("was written by mistake"));
    }
}

static enum what chosen(const struct stay_screen *s)
{
    return s->whats[form_choice(&s->base.form, "stay")];
}

static void show_fields(struct stay_screen *s)
{
    struct form *f = &s->base.form;
    enum what what = chosen(s);
    form_show(f, "place", what == BEGINS || (what == GOES_ON && s->is_open));
    form_show(f, "at", what == BEGINS || what == LEAVES);
    form_show(f, "reason", what == MISTAKE);
}

static enum status stay_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct stay_screen *s = mem_alloc(sizeof *s);
    enum status status = patient_form_open(&s->base, sh, *(const struct uid *)argument, err);
    if (status == STATUS_OK && s->base.chart == NULL) {
        status = error_set(err, STATUS_NOT_PERMITTED, _("Your role may not see this."));
    }
    if (status != STATUS_OK) {
        patient_form_close(&s->base);
        mem_free(s);
        return status;
    }
    struct form *f = &s->base.form;
    offer(s);
    form_add_choice(f, "stay", s->is_open ? N_("The stay") : N_("A stay"), s->words, s->count);
    form_add_text(f, "place", N_("Ward and bed"), STAY_PLACE_MAX, 30, 0);
    form_add_text(f, "at", N_("When"), 30, 16, 0);
    form_set_hint(f, "at", N_("now; else 14:30, or 29 Nov 08:00"));
    form_add_text(f, "reason", N_("Why"), 200, 40, 0);
    form_set_text(f, "place", s->is_open ? s->last->place : "");
    if (s->is_open && s->last->left_us != 0) { /* is to leave: what was said stands until it is changed */
        form_set_choice(f, "stay", (int)s->last->left_how);
        char at[ZONE_CLOCK_MAX], day[DATE_TEXT_MAX];
        char *text = mem_format("%s %s", date_format_human(zone_local(s->base.ws->site->zone, s->last->left_us).date, day),
                                zone_clock(s->base.ws->site->zone, s->last->left_us, at));
        form_set_text(f, "at", text);
        mem_free(text);
    }
    patient_form_ready(&s->base, "stay");
    show_fields(s);
    if (s->count == 1) { /* nothing to choose */
        form_focus(f, "place");
    }
    *out_state = s;
    return STATUS_OK;
}

static void stay_close(void *state)
{
    struct stay_screen *s = state;
    patient_form_close(&s->base);
    mem_free(s);
}

static void stay_draw(void *state, struct area body)
{
    struct stay_screen *s = state;
    patient_form_draw(&s->base, body, _("Stay on the ward"));
}

static unsigned stay_key(struct shell *sh, void *state, const struct event *event)
{
    unsigned stale = patient_form_key(sh, state, event);
    show_fields(state);
    return stale;
}

/* A clock time without a date is the one nearest to now: who leaves "at 15:00" does so today, who left "at 23:30" last night. */
static enum status read_time(const struct stay_screen *s, int64_t *out_us, struct error *err)
{
    const struct zone *zone = s->base.ws->site->zone;
    int64_t now_us = clock_now_us(s->base.ws->clock);
    const char *text = form_text(&s->base.form, "at");
    enum status status = dose_time_parse(text, zone, now_us, out_us, err);
    if (status != STATUS_OK) {
        return error_set_field(err, STATUS_INVALID, "at", _("Type the time: 14:30, or 29 Nov 08:00."));
    }
    if (strchr(text, ' ') == NULL && now_us - *out_us > 12 * US_PER_HOUR) {
        struct local_time at = zone_local(zone, *out_us);
        *out_us = zone_instant(zone, date_add_days(at.date, 1), at.hour, at.minute, NULL);
    }
    return STATUS_OK;
}

static enum status save(struct stay_screen *s, struct error *err)
{
    struct actor *actor = s->base.ws->actor;
    const struct form *f = &s->base.form;
    enum what what = chosen(s);
    int64_t at_us = 0;
    enum status status = what == BEGINS || what == LEAVES ? read_time(s, &at_us, err) : STATUS_OK;
    if (status != STATUS_OK) {
        return status;
    }
    switch (what) {
    case BEGINS:
        return stay_admit(actor, s->base.patient, form_text(f, "place"), at_us, err);
    case LEAVES: /* the choice has the ways of leaving behind "goes on" */
        return stay_leave(actor, s->last, at_us, (enum left_how)form_choice(f, "stay"), err);
    case MISTAKE:
        return stay_strike(actor, s->last, form_text(f, "reason"), err);
    case GOES_ON:
        break;
    }
    return s->last->left_us != 0 ? stay_go_on(actor, s->last, err) : stay_move(actor, s->last, form_text(f, "place"), err);
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct stay_screen *s = state;
    struct error err = ERROR_INIT;
    form_clear_errors(&s->base.form);
    if (save(s, &err) != STATUS_OK) {
        if (strcmp(err.field, "left_at") == 0 || strcmp(err.field, "left_how") == 0) {
            (void)snprintf(err.field, sizeof err.field, "at"); /* fits: the field of this screen */
        }
        patient_form_refuse(&s->base, sh, &err);
    } else {
        patient_form_saved(&s->base, sh, _("stay recorded"));
    }
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_PATIENT_WRITE, N_("save"), N_("Save the stay."), run_save, ACTION_IN_BAR, NULL},
    PATIENT_FORM_ROWS,
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

static void resume(struct shell *sh, struct uid patient, const char *detail)
{
    (void)detail;
    shell_open_or_say(sh, &SCREEN_STAY, &patient);
}

const struct draft_form DRAFT_STAY = {"stay", N_("Stay on the ward"), resume};

const struct screen_ops SCREEN_STAY = {
    .name = "stay",
    .title = N_("Stay"),
    .open = stay_open,
    .layout = patient_form_layout,
    .draw = stay_draw,
    .key = stay_key,
    .close = stay_close,
    .actions = ACTIONS,
    .text_focus = patient_form_text_focus,
    .unsaved = patient_form_unsaved,
};
