/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart's tab of who the patient is. */
#include "base/i18n.h"
#include "base/memory.h"
#include "model/measure.h"
#include "screens/chart_tab.h"
#include "screens/facts.h"
#include "service/patients.h"

static const char *day_of(const struct chart_view *v, int64_t at_us, char buf[DATE_TEXT_MAX])
{
    return at_us == 0 ? "" : date_format_human(zone_local(v->ws->site->zone, at_us).date, buf);
}

static void add_stay(const struct chart_view *v, struct facts *f)
{
    const struct stay *stay = v->chart->stays.len > 0 ? &v->chart->stays.items[0] : NULL;
    const struct zone *zone = v->ws->site->zone;
    char day[DATE_TEXT_MAX], at[ZONE_CLOCK_MAX], left[DATE_TEXT_MAX], left_at[ZONE_CLOCK_MAX];
    if (stay == NULL) {
        return;
    }
    if (stay->left_us == 0) {
        facts_add(f, _("Stay"), _("%s, since %s %s"), stay->place, day_of(v, stay->admitted_us, day), zone_clock(zone, stay->admitted_us, at));
        return;
    }
    bool is_ahead = stay->left_us > v->chart->read_us;
    facts_add(f, _("Stay"), is_ahead ? _("%s, leaves %s %s: %s") : _("%s, left %s %s: %s"), stay->place, day_of(v, stay->left_us, left),
              zone_clock(zone, stay->left_us, left_at), enum_label(ENUM_LEFT_HOW, (int)stay->left_how));
}

static void collect(const struct chart_view *v, struct facts *f)
{
    const struct patient *p = &v->chart->patient;
    struct date today = site_today(v->ws->site);
    char day[DATE_TEXT_MAX], other[DATE_TEXT_MAX], weight[DECIMAL_TEXT_MAX];
    facts_of_person(f, p, today);
    add_stay(v, f);
    facts_add(f, _("Blood type"), "%s", enum_label(ENUM_BLOOD_TYPE, (int)p->blood_type));
    if (decimal_is_zero(p->weight_kg)) {
        facts_add(f, _("Weight"), "%s", "");
    } else {
        facts_add(f, _("Weight"), "%s kg  %s", weight_format(p->weight_kg, weight), day_of(v, p->weight_at_us, day));
    }
    if (p->height_cm > 0) {
        facts_add(f, _("Height"), "%d cm", p->height_cm);
    } else {
        facts_add(f, _("Height"), "%s", "");
    }
    facts_add(f, _("Allergies"), "%s  %s  %s  %s", enum_label(ENUM_ALLERGY_STATUS, (int)p->allergy_status), day_of(v, p->allergy_status_at_us, day),
         p->allergy_status_by, p->allergy_status_reason);
    if (p->gender != GENDER_MALE) {
        facts_add(f, _("Pregnancy"), "%s  %s%s%s", enum_label(ENUM_PREGNANCY, (int)p->pregnancy), day_of(v, p->pregnancy_at_us, day),
             date_is_none(p->due_date) ? "" : _("  due "), date_is_none(p->due_date) ? "" : date_format_human(p->due_date, other));
        facts_add(f, _("Breastfeeding"), "%s  %s", enum_label(ENUM_LACTATION, (int)p->lactation), day_of(v, p->lactation_at_us, day));
    }
    if (p->source_system[0] != '\0') {
        facts_add(f, _("Imported from"), "%s", p->source_system);
    }
}

static enum status tab_open(struct chart_view *v, void **out_state, struct error *err)
{
    struct facts *m = mem_alloc(sizeof *m);
    (void)err;
    collect(v, m);
    *out_state = m;
    return STATUS_OK;
}

static enum status tab_refresh(struct chart_view *v, void *state, struct error *err)
{
    (void)err;
    collect(v, state);
    return STATUS_OK;
}

static void tab_close(void *state)
{
    mem_free(state);
}

static void tab_layout(struct chart_view *v, void *state, struct area a)
{
    (void)v;
    facts_layout(state, a);
}

static void tab_draw(const struct chart_view *v, void *state, struct area a)
{
    (void)v;
    (void)a;
    facts_draw(state);
}

static unsigned tab_key(struct shell *sh, struct chart_view *v, void *state, const struct event *event)
{
    (void)sh;
    (void)v;
    return facts_key(state, event);
}

static unsigned run_change(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_PATIENT, &v->chart->patient.id);
    return STALE_CELLS;
}

static unsigned run_history(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    char *name = patient_display_name(&v->chart->patient);
    shell_open_or_say(sh, &SCREEN_HISTORY,
                      &(struct history_argument){v->chart->patient.id, v->chart->patient.id, HISTORY_PATIENT, name});
    mem_free(name);
    return STALE_CELLS;
}

static unsigned run_records(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_RECORDS, &v->chart->patient.id);
    return STALE_CELLS;
}

static unsigned run_stay(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_STAY, &v->chart->patient.id);
    return STALE_CELLS;
}

static unsigned run_open(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_CARE, &v->chart->patient.id);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, PERMISSION_PATIENT_READ, N_("providers, insurance"), N_("See who cares for the patient, what they may, and who pays."),
     run_open, ACTION_IN_BAR, NULL},
    {"change", KEYS_CHANGE, PERMISSION_PATIENT_WRITE, N_("correct"), N_("Correct who this patient is."), run_change, ACTION_IN_BAR, NULL},
    {"patient.records", KEYS_RECORDS, PERMISSION_PATIENT_READ, N_("records"), N_("See, join or part the records of this person."), run_records,
     ACTION_IN_BAR, NULL},
    {"add", KEYS_ADD, PERMISSION_PATIENT_WRITE, N_("stay"), N_("Admit the patient to a bed, move them, or record that they leave."),
     run_stay, ACTION_IN_BAR, NULL},
    {"history", KEYS_HISTORY, 0, N_("history"), N_("Show who changed this, when and how."), run_history, ACTION_IN_BAR, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct chart_tab CHART_TAB_PROFILE = {
    .part = {N_("Profile"), ACTIONS},
    .name = "profile",
    .fresh_min = FRESH_PROFILE,
    .permission = PERMISSION_PATIENT_READ,
    .open = tab_open,
    .refresh = tab_refresh,
    .close = tab_close,
    .layout = tab_layout,
    .draw = tab_draw,
    .key = tab_key,
};
