/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart's tab of who the patient is. */
#include <stdarg.h>
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/chart_tab.h"
#include "service/patients.h"

enum { LABEL_CELLS = 24, FACTS_MAX = 40, TEXT_MAX = 320 };

/* One line each; a fact that is not known is shown as such, so that it can be asked. */
struct facts {
    struct {
        const char *label;
        char text[TEXT_MAX];
    } items[FACTS_MAX];
    int count;
};

struct profile {
    struct facts facts;
    struct area area;
    int top;
};

static void fact(struct facts *f, const char *label, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void fact(struct facts *f, const char *label, const char *format, ...)
{
    va_list args;
    if (f->count == FACTS_MAX) {
        return;
    }
    va_start(args, format);
    (void)vsnprintf(f->items[f->count].text, TEXT_MAX, format, args); /* cut is fine */
    va_end(args);
    f->items[f->count++].label = label;
}

static const char *day_of(const struct chart_view *v, int64_t at_us, char buf[DATE_TEXT_MAX])
{
    return at_us == 0 ? "" : date_format_human(zone_local(v->ws->site->zone, at_us).date, buf);
}

static void collect(const struct chart_view *v, struct facts *f)
{
    const struct patient *p = &v->chart->patient;
    struct date today = site_today(v->ws->site);
    char day[DATE_TEXT_MAX], other[DATE_TEXT_MAX], weight[DECIMAL_TEXT_MAX];
    f->count = 0;
    fact(f, _("Last name"), "%s", p->last_name);
    fact(f, _("First names"), "%s", p->first_name);
    fact(f, _("Birth date"), "%s  %s", date_format_human(p->birth_date, day), date_format_age(p->birth_date, today, other));
    fact(f, _("Sex"), "%s", enum_label(ENUM_GENDER, (int)p->gender));
    fact(f, _("MRN"), "%s", p->mrn);
    for (size_t i = 0; i < p->identifiers.len; i++) {
        const struct identifier *n = &p->identifiers.items[i];
        if (n->kind != IDENTIFIER_KIND_MRN || n->system[0] != '\0') {
            fact(f, enum_label(ENUM_IDENTIFIER_KIND, (int)n->kind), "%s  %s", n->value, n->system);
        }
    }
    fact(f, _("Phone"), "%s", p->phone_number);
    fact(f, _("Address"), "%s", p->address);
    fact(f, _("Language"), "%s", p->language);
    fact(f, _("Time zone"), "%s", p->timezone);
    fact(f, _("Blood type"), "%s", enum_label(ENUM_BLOOD_TYPE, (int)p->blood_type));
    if (!date_is_none(p->death_date)) {
        fact(f, _("Died"), "%s", date_format_human(p->death_date, day));
    }
    if (decimal_is_zero(p->weight_kg)) {
        fact(f, _("Weight"), "%s", "");
    } else {
        fact(f, _("Weight"), "%s kg  %s", decimal_format(p->weight_kg, weight), day_of(v, p->weight_at_us, day));
    }
    if (p->height_cm > 0) {
        fact(f, _("Height"), "%d cm", p->height_cm);
    } else {
        fact(f, _("Height"), "%s", "");
    }
    fact(f, _("Allergies"), "%s  %s  %s  %s", enum_label(ENUM_ALLERGY_STATUS, (int)p->allergy_status), day_of(v, p->allergy_status_at_us, day),
         p->allergy_status_by, p->allergy_status_reason);
    if (p->gender != GENDER_MALE) {
        fact(f, _("Pregnancy"), "%s  %s%s%s", enum_label(ENUM_PREGNANCY, (int)p->pregnancy), day_of(v, p->pregnancy_at_us, day),
             date_is_none(p->due_date) ? "" : _("  due "), date_is_none(p->due_date) ? "" : date_format_human(p->due_date, other));
        fact(f, _("Breastfeeding"), "%s  %s", enum_label(ENUM_LACTATION, (int)p->lactation), day_of(v, p->lactation_at_us, day));
    }
    if (p->source_system[0] != '\0') {
        fact(f, _("Imported from"), "%s", p->source_system);
    }
}

static enum status tab_open(struct chart_view *v, void **out_state, struct error *err)
{
    struct profile *m = mem_alloc(sizeof *m);
    (void)err;
    collect(v, &m->facts);
    *out_state = m;
    return STATUS_OK;
}

static enum status tab_refresh(struct chart_view *v, void *state, struct error *err)
{
    (void)err;
    collect(v, &((struct profile *)state)->facts);
    return STATUS_OK;
}

static void tab_close(void *state)
{
    mem_free(state);
}

static void tab_layout(struct chart_view *v, void *state, struct area a)
{
    struct profile *m = state;
    (void)v;
    m->area = a;
    m->top = 0;
}

static void tab_draw(const struct chart_view *v, void *state, struct area a)
{
    const struct profile *m = state;
    (void)v;
    (void)a;
    for (int i = m->top; i < m->facts.count && i - m->top < m->area.rows; i++) {
        int row = i - m->top;
        const char *text = m->facts.items[i].text;
        while (*text == ' ') {
            text++;
        }
        draw_fit(m->area, row, 2, LABEL_CELLS - 3, STYLE_LABEL, m->facts.items[i].label);
        draw_text(m->area, row, LABEL_CELLS, *text != '\0' ? STYLE_TEXT : STYLE_DIM, *text != '\0' ? text : _("not known"));
    }
}

static unsigned tab_key(struct shell *sh, struct chart_view *v, void *state, const struct event *event)
{
    struct profile *m = state;
    int last = m->facts.count - m->area.rows, was = m->top;
    (void)sh;
    (void)v;
    if (event->kind != EVENT_KEY) {
        return EVENT_UNHANDLED;
    }
    m->top += event->key == UI_KEY_DOWN ? 1 : event->key == UI_KEY_UP ? -1 : event->key == UI_KEY_PAGE_DOWN ? m->area.rows : event->key == UI_KEY_PAGE_UP ? -m->area.rows : 0;
    m->top = m->top > last ? last : m->top;
    m->top = m->top < 0 ? 0 : m->top;
    return m->top == was ? (unsigned)EVENT_UNHANDLED : STALE_CELLS;
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

static const struct action ACTIONS[] = {
    {"change", KEYS_CHANGE, PERMISSION_PATIENT_WRITE, N_("correct"), N_("Correct who this patient is."), run_change, ACTION_IN_BAR, NULL},
    {"history", KEYS_HISTORY, 0, N_("history"), N_("Show who changed this, when and how."), run_history, ACTION_IN_BAR, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct chart_tab CHART_TAB_PROFILE = {
    .part = {N_("Profile"), ACTIONS},
    .name = "profile",
    .permission = PERMISSION_PATIENT_READ,
    .open = tab_open,
    .refresh = tab_refresh,
    .close = tab_close,
    .layout = tab_layout,
    .draw = tab_draw,
    .key = tab_key,
};
