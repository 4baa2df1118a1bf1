/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart's tab of measurements, newest first, with what is outside its reference band. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "model/kidney.h"
#include "model/measure.h"
#include "screens/chart_tab.h"
#include "service/metrics.h"

enum { LIST_MAX = 500, PLACES_SHOWN = 2 };

struct metrics {
    struct metric_list list;
    enum metric_type only; /* METRIC_TYPE_NONE_GIVEN: all */
};

static const struct table_column COLUMNS[] = {
    {N_("Measured"), 17, 0, 0, false}, {N_("What"), 24, 1, 0, false},         {N_("Value"), 18, 0, 0, true},
    {N_("Band"), 10, 0, 0, false},     {N_("As given"), 16, 1, 120, false}, {N_("Recorded by"), 18, 1, 120, false},
};

static struct metrics *of(const struct chart_view *v)
{
    return chart_tab_state(v);
}

/* The tab of a view may be asked about while another one is shown: its state is found by the list itself. */
static const struct metric *at(const struct chart_view *v, int row)
{
    return &of(v)->list.items[row];
}

static int count(const struct chart_view *v)
{
    return (int)of(v)->list.len;
}

static struct uid id(const struct chart_view *v, int row)
{
    return at(v, row)->id;
}

static const char *band_word(const struct metric *m, enum style *style)
{
    struct decimal low, high, value = m->value;
    if (!measure_band(m->type, &low, &high) ||
        (strcmp(m->unit, "mL/min") != 0 && !measure_in(m->type, m->value, m->unit, measure_unit(m->type), &value))) {
        return "";
    }
    bool is_low = decimal_compare(value, low) < 0, is_high = decimal_compare(value, high) > 0;
    *style = is_low || is_high ? STYLE_WARNING : STYLE_DIM;
    return is_low ? _("L low") : is_high ? _("H high") : _("in band");
}

static const char *cell(const struct chart_view *v, int row, int column, char *buf, enum style *style)
{
    const struct metric *m = at(v, row);
    char day[DATE_TEXT_MAX];
    struct local_time when = zone_local(v->ws->site->zone, m->at_us);
    switch (column) {
    case 0:
        (void)snprintf(buf, TABLE_CELL_MAX, "%s %02d:%02d", date_format_human(when.date, day), when.hour, when.minute);
        return buf;
    case 1:
        return enum_label(ENUM_METRIC_TYPE, (int)m->type);
    case 2: {
        struct metric shown = *m; /* borrows the strings; the pane has all places */
        shown.value = decimal_round(m->value, PLACES_SHOWN);
        return metric_format(&shown, buf, TABLE_CELL_MAX);
    }
    case 3:
        return band_word(m, style);
    case 4:
        return m->original != NULL ? m->original : "";
    default:
        return m->recorded_by != NULL && m->recorded_by[0] != '\0' ? m->recorded_by : enum_label(ENUM_RECORDED_VIA, (int)m->recorded_via);
    }
}

static const char *empty(const struct chart_view *v)
{
    return of(v)->only == METRIC_TYPE_NONE_GIVEN ? _("Nothing was ever measured. F5 records weight, pressure, laboratory values.")
                                                 : _("This was never measured. Tab shows the next kind.");
}

/* Clearance with what it was calculated from, or what lacks. */
static void draw_kidney(const struct chart_view *v, int row, struct area a)
{
    struct kidney k = kidney_clearance(&v->chart->patient, site_today(v->ws->site));
    char crcl[DECIMAL_TEXT_MAX], creatinine[DECIMAL_TEXT_MAX], weight[DECIMAL_TEXT_MAX], day[DATE_TEXT_MAX];
    if (k.gap != KIDNEY_KNOWN) {
        char *why = mem_format(_("Creatinine clearance is not known: %s."), kidney_gap_text(k.gap));
        (void)draw_wrapped(area_part(a, row, 1, a.rows - row, a.cols - 2), 0, 0, STYLE_DIM, why);
        mem_free(why);
        return;
    }
    char *text = mem_format(_("CrCl %s mL/min (Cockcroft-Gault): creatinine %s mg/dL of %s, %d y, %s kg, %s"),
                            decimal_format(k.crcl, crcl), decimal_format(k.creatinine, creatinine),
                            date_format_human(zone_local(v->ws->site->zone, k.creatinine_at_us).date, day), k.age_years,
                            weight_format(k.weight_kg, weight), enum_label(ENUM_GENDER, (int)v->chart->patient.gender));
    (void)draw_wrapped(area_part(a, row, 1, a.rows - row, a.cols - 2), 0, 0, STYLE_TEXT, text);
    mem_free(text);
}

static void details(const struct chart_view *v, int row, struct area a)
{
    const struct metric *m = at(v, row);
    char value[64];
    draw_format(a, 0, 1, STYLE_BAR, "%s  %s", enum_label(ENUM_METRIC_TYPE, (int)m->type), metric_format(m, value, sizeof value));
    draw_format(a, 1, 1, STYLE_TEXT, "%s%s%s%s", m->original != NULL && m->original[0] != '\0' ? _("as given: ") : "",
                m->original != NULL ? m->original : "", m->notes != NULL && m->notes[0] != '\0' ? "  " : "",
                m->notes != NULL ? m->notes : "");
    draw_kidney(v, 2, a);
}

static const struct chart_rows ROWS = {COLUMNS, sizeof COLUMNS / sizeof *COLUMNS, count, id, cell, NULL, empty, details, NULL};

static enum status read(struct chart_view *v, struct metrics *m, struct error *err)
{
    struct metric_list fresh = {0};
    enum status status = metric_list(v->ws->actor, v->chart->patient.id, m->only, INT64_MAX, LIST_MAX, &fresh, err);
    if (status == STATUS_OK) {
        metric_list_release(&m->list);
        m->list = fresh;
    }
    return status;
}

static enum status tab_open(struct chart_view *v, void **out_state, struct error *err)
{
    struct metrics *m = mem_alloc(sizeof *m);
    enum status status = read(v, m, err);
    if (status != STATUS_OK) {
        mem_free(m);
        return status;
    }
    *out_state = m;
    return STATUS_OK;
}

static enum status tab_refresh(struct chart_view *v, void *state, struct error *err)
{
    return read(v, state, err);
}

static void tab_close(void *state)
{
    struct metrics *m = state;
    metric_list_release(&m->list);
    mem_free(m);
}

/* ---- actions ---- */

static unsigned run_add(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_METRIC, &(struct row_argument){v->chart->patient.id, UID_NONE});
    return STALE_CELLS;
}

static bool has_row(const void *state)
{
    return chart_row(state) >= 0;
}

static unsigned run_change(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_METRIC, &(struct row_argument){v->chart->patient.id, at(v, chart_row(v))->id});
    return STALE_CELLS;
}

static unsigned run_history(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    const struct metric *m = at(v, chart_row(v));
    shell_open_or_say(sh, &SCREEN_HISTORY,
                      &(struct history_argument){v->chart->patient.id, m->id, HISTORY_METRIC, enum_label(ENUM_METRIC_TYPE, (int)m->type)});
    return STALE_CELLS;
}

/* All kinds, then each by itself. */
static unsigned run_kind(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    struct metrics *m = of(v);
    struct error err = ERROR_INIT;
    enum metric_type was = m->only;
    m->only = (enum metric_type)((m->only + 1) % METRIC_TYPE_OTHER);
    if (read(v, m, &err) != STATUS_OK) {
        m->only = was;
        shell_fail(sh, &err);
    } else {
        shell_say(sh, MESSAGE_INFO, "%s", m->only == METRIC_TYPE_NONE_GIVEN ? _("All measurements") : enum_label(ENUM_METRIC_TYPE, (int)m->only));
    }
    return STALE_DATA;
}

static unsigned run_pregnancy(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_PREGNANCY, &v->chart->patient.id);
    return STALE_CELLS;
}

static bool may_be_pregnant(const void *state)
{
    return ((const struct chart_view *)state)->chart->patient.gender != GENDER_MALE;
}

static const struct action ACTIONS[] = {
    {"add", KEYS_ADD, PERMISSION_METRIC_WRITE, N_("add"), N_("Record what was measured."), run_add, ACTION_IN_BAR, NULL},
    {"change", KEYS_CHANGE, PERMISSION_METRIC_WRITE, N_("correct"), N_("Correct the chosen measurement, or say that it was none."),
     run_change, ACTION_IN_BAR, has_row},
    {"history", KEYS_HISTORY, 0, N_("history"), N_("Show who changed the chosen row, when and how."), run_history, ACTION_IN_BAR, has_row},
    {"metric.kind", "k", 0, N_("kind"), N_("Show one kind of measurement only, then the next."), run_kind, ACTION_IN_BAR, NULL},
    {"pregnancy", "b", PERMISSION_METRIC_WRITE, N_("pregnancy"), N_("Record pregnancy, due date and breastfeeding."), run_pregnancy,
     ACTION_IN_BAR, may_be_pregnant},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct chart_tab CHART_TAB_METRICS = {
    .part = {N_("Metrics"), ACTIONS},
    .name = "metrics",
    .fresh_min = FRESH_PROFILE,
    .permission = PERMISSION_CLINICAL_READ,
    .rows = &ROWS,
    .open = tab_open,
    .refresh = tab_refresh,
    .close = tab_close,
};
