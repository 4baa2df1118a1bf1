/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The medication administration record of one patient: drugs down, times across, a line between what was and what comes.
 * Arrows choose the dose, Enter records it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/screens.h"

enum { BEFORE_H = 24, AFTER_H = 24, TIMES_MAX = 256, CELL_COLS = 9, DRUG_COLS_MIN = 24, DRUG_COLS_MAX = 48 };

struct mar {
    struct workstation *ws;
    struct chart *chart;
    int64_t times[TIMES_MAX]; /* planned moments that any drug has, ascending */
    int time_count;
    int time;                 /* chosen */
    int order;                /* chosen: index into the rows */
    int *rows;                /* indexes of chart->orders that have planned doses */
    int row_count;
    int top;                  /* first drug that is seen */
    struct area banner, grid;
};

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static const struct dose_slot *slot_at(const struct mar *m, int row, int time)
{
    const struct chart *chart = m->chart;
    if (row >= m->row_count || time >= m->time_count) {
        return NULL;
    }
    for (size_t i = 0; i < chart->slots.len; i++) {
        const struct dose_slot *slot = &chart->slots.items[i];
        if (slot->planned_us == m->times[time] && uid_compare(slot->order, chart->orders.items[m->rows[row]].id) == 0) {
            return slot;
        }
    }
    return NULL;
}

static bool has_slots(const struct chart *chart, struct uid order)
{
    for (size_t i = 0; i < chart->slots.len; i++) {
        if (uid_compare(chart->slots.items[i].order, order) == 0) {
            return true;
        }
    }
    return false;
}

/* Rows and columns of the grid, from the chart as it is now. */
static void collect(struct mar *m)
{
    const struct chart *chart = m->chart;
    int count = 0;
    mem_free(m->rows);
    m->rows = mem_alloc_array(chart->orders.len + 1, sizeof *m->rows);
    m->row_count = 0;
    for (size_t i = 0; i < chart->orders.len; i++) {
        if (has_slots(chart, chart->orders.items[i].id)) {
            m->rows[m->row_count++] = (int)i;
        }
    }
    for (size_t i = 0; i < chart->slots.len && count < TIMES_MAX; i++) { /* by planned time */
        if (count == 0 || m->times[count - 1] != chart->slots.items[i].planned_us) {
            m->times[count++] = chart->slots.items[i].planned_us;
        }
    }
    qsort(m->times, (size_t)count, sizeof m->times[0], by_time);
    m->time_count = count;
    m->time = m->time < count ? m->time : count > 0 ? count - 1 : 0;
    m->order = m->order < m->row_count ? m->order : m->row_count > 0 ? m->row_count - 1 : 0;
}

static int first_ahead(const struct mar *m)
{
    int64_t now_us = clock_now_us(m->ws->clock);
    int i = 0;
    while (i < m->time_count && m->times[i] <= now_us) {
        i++;
    }
    return i;
}

/* The chosen cell starts on the open dose that is nearest to now. */
static void choose_open(struct mar *m)
{
    int64_t now_us = clock_now_us(m->ws->clock), best_us = INT64_MAX;
    for (int time = 0; time < m->time_count; time++) {
        for (int row = 0; row < m->row_count; row++) {
            const struct dose_slot *slot = slot_at(m, row, time);
            int64_t distance_us = llabs(m->times[time] - now_us);
            if (slot != NULL && slot->state != SLOT_DONE && distance_us < best_us) {
                best_us = distance_us;
                m->time = time;
                m->order = row;
            }
        }
    }
}

static enum status mar_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct workstation *ws = shell_app(sh);
    struct chart *chart = NULL;
    enum status status = chart_open(ws->actor, *(const struct uid *)argument, BEFORE_H, AFTER_H, &chart, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct mar *m = mem_alloc(sizeof *m);
    m->ws = ws;
    m->chart = chart;
    collect(m);
    choose_open(m);
    *out_state = m;
    return STATUS_OK;
}

static void mar_close(void *state)
{
    struct mar *m = state;
    chart_free(m->chart);
    mem_free(m->rows);
    mem_free(m);
}

static void mar_layout(void *state, struct area body)
{
    struct mar *m = state;
    m->banner = area_rows(body, 0, BANNER_ROWS);
    m->grid = area_rows(body, BANNER_ROWS, body.rows - BANNER_ROWS);
}

/* ---- drawing ---- */

/* The record that stands for a dose; NULL: none does. */
static const struct dose_event *record_of(const struct mar *m, const struct dose_slot *slot)
{
    for (size_t i = 0; i < m->chart->events.len && slot->state == SLOT_DONE; i++) {
        if (uid_compare(m->chart->events.items[i].id, slot->event) == 0) {
            return &m->chart->events.items[i];
        }
    }
    return NULL;
}

/* Sign and time of what was done, else the sign alone. */
static void draw_cell(const struct mar *m, struct area a, int row, int col, const struct dose_slot *slot, bool is_chosen)
{
    draw_text(a, row, col, is_chosen ? STYLE_SELECTED : STYLE_TEXT, is_chosen ? ">" : " ");
    if (slot == NULL) {
        return;
    }
    int at = mark_draw_symbol(a, row, col + 1, slot_mark(slot));
    const struct dose_event *event = record_of(m, slot);
    if (slot->claimed_by[0] != '\0') {
        draw_fit(a, row, at, CELL_COLS - 3, STYLE_DIM, slot->claimed_by); /* a line may follow; whole below the grid */
    } else if (event != NULL) {
        struct local_time done = zone_local(m->ws->site->zone, event->occurred_us);
        bool is_back_entry = event->recorded_via == RECORDED_VIA_BACK_ENTRY;
        /* TRANSLATORS: BE: back entry, entered from paper after a downtime; two letters */
        draw_format(a, row, at, slot_style(slot), is_back_entry ? "%02d%02d%s" : "%02d:%02d", done.hour, done.minute, _("BE"));
    }
}

static int first_column(const struct mar *m, int columns)
{
    int ahead = first_ahead(m), first = ahead - (columns * 2) / 3;
    first = m->time < first ? m->time : m->time >= first + columns ? m->time - columns + 1 : first;
    first = first + columns > m->time_count ? m->time_count - columns : first;
    return first < 0 ? 0 : first;
}

static void draw_head(const struct mar *m, struct area a, int drug_cols, int first, int columns)
{
    int32_t last_day = 0;
    for (int i = 0; i < columns && first + i < m->time_count; i++) {
        struct local_time at = zone_local(m->ws->site->zone, m->times[first + i]);
        int col = drug_cols + i * CELL_COLS;
        char day[DATE_TEXT_MAX];
        if (date_to_days(at.date) != last_day) {
            char *year = strrchr(date_format_human(at.date, day), ' ');
            if (year != NULL) { /* a grid is of these days, and a column has no room for it */
                *year = '\0';
            }
            draw_fit(a, 0, col + 1, CELL_COLS - 1, STYLE_DIM, day);
            last_day = date_to_days(at.date);
        }
        bool is_change = zone_is_change_day(m->ws->site->zone, at.date);
        draw_format(a, 1, col + 1, STYLE_HEADING, "%02d:%02d%.3s", at.hour, at.minute, is_change ? at.abbreviation : "");
    }
}

/* The moment: a line between the columns of what was and of what comes. */
static void draw_now(const struct mar *m, struct area a, int drug_cols, int first, int columns)
{
    int ahead = first_ahead(m) - first;
    if (ahead < 0 || ahead > columns) {
        return;
    }
    int col = drug_cols + ahead * CELL_COLS - (ahead > 0 ? 1 : 0);
    bool is_change = zone_is_change_day(m->ws->site->zone, site_today(m->ws->site)); /* "01:30EDT" fills its column */
    for (int row = is_change ? 2 : 1; row < a.rows && row < m->row_count + 2; row++) {
        draw_text(a, row, col, STYLE_WARNING, area_is_ascii(a) ? "|" : "\u2502");
    }
}

/* The chosen dose in words: what is ordered, what became of it, what was measured before. */
static void draw_chosen(const struct mar *m, struct area line)
{
    const struct dose_slot *slot = slot_at(m, m->order, m->time);
    char words[SLOT_WORDS_MAX], dose[SIG_TEXT_MAX];
    if (slot == NULL) {
        draw_text(line, 0, 1, STYLE_DIM, _("Nothing is planned here."));
        return;
    }
    const struct order *order = chart_slot_order(m->chart, slot);
    const struct dose_event *event = record_of(m, slot);
    struct sig step;
    sig_step(&order->sig, slot->step, &step);
    char *record = event != NULL ? dose_record_words(event, m->ws->site->zone) : mem_copy_text("");
    char here[HERE_WORDS_MAX], at[ZONE_CLOCK_MAX];
    bool is_elsewhere = here_words(m->ws, slot->planned_us, here)[0] != '\0';
    char *both = is_elsewhere ? mem_format(_(", planned %s, %s here"), zone_clock(m->ws->site->zone, slot->planned_us, at), here)
                              : mem_copy_text("");
    char *claim = slot->claimed_by[0] != '\0' ? mem_format(_(", being recorded by %s"), slot->claimed_by) : mem_copy_text("");
    char *text = mem_format("%s %s: %s%s%s%s%s", order->drug_text, sig_format_dose(&step, dose),
                            slot_plain_words(slot, clock_now_us(m->ws->clock), m->ws->site->zone, words), both, claim,
                            record[0] != '\0' ? ", " : "", record);
    draw_fit(line, 0, 1, line.cols - 2, slot_style(slot), text);
    mem_free(text);
    mem_free(claim);
    mem_free(both);
    mem_free(record);
}

/* Why a discharged patient's grid has nothing ahead. */
static char *left_words(const struct mar *m)
{
    const struct stay *left = chart_left(m->chart);
    const struct zone *zone = m->ws->site->zone;
    char day[DATE_TEXT_MAX], at[ZONE_CLOCK_MAX];
    return left == NULL ? NULL
                        : mem_format(_("Left %s %s: earlier orders are not due here. (%s)"),
                                     date_format_human(zone_local(zone, left->left_us).date, day), zone_clock(zone, left->left_us, at),
                                     left->place);
}

static void draw_grid(struct mar *m, struct area a)
{
    char *left = left_words(m);
    if (left != NULL) {
        draw_fit(a, 0, 1, a.cols - 2, STYLE_WARNING, left);
        mem_free(left);
        a = area_rows(a, 1, a.rows - 1);
    }
    char *note = here_note(m->ws, 0);
    if (note != NULL) {
        draw_fit(a, 0, 1, a.cols - 2, STYLE_WARNING, note);
        mem_free(note);
        a = area_rows(a, 1, a.rows - 1);
    }
    int drug_cols = a.cols / 3 < DRUG_COLS_MIN ? DRUG_COLS_MIN : a.cols / 3 > DRUG_COLS_MAX ? DRUG_COLS_MAX : a.cols / 3;
    int columns = (a.cols - drug_cols) / CELL_COLS, shown = a.rows - 3;
    if (m->row_count == 0) {
        draw_wrapped(a, 0, 2, STYLE_TEXT, _("No dose is planned for these days. As-needed doses are recorded from Meds with F6."));
        return;
    }
    int first = first_column(m, columns);
    m->top = m->order < m->top ? m->order : m->order >= m->top + shown ? m->order - shown + 1 : m->top;
    draw_head(m, a, drug_cols, first, columns);
    for (int i = 0; i < shown && m->top + i < m->row_count; i++) {
        const struct order *order = &m->chart->orders.items[m->rows[m->top + i]];
        char sig[SIG_TEXT_MAX];
        bool is_chosen = m->top + i == m->order;
        bool has_steps = order->sig.later_count > 0; /* the dose stands with the chosen cell */
        char *drug = mem_format("%s %s", order->drug_text, order->sig.is_parallel ? _("by day") : has_steps ? _("in steps") : sig_format_dose(&order->sig, sig));
        draw_fit(a, 2 + i, 1, drug_cols - 2, is_chosen ? STYLE_LABEL_FOCUS : STYLE_TEXT, drug);
        mem_free(drug);
        for (int column = 0; column < columns && first + column < m->time_count; column++) {
            draw_cell(m, a, 2 + i, drug_cols + column * CELL_COLS, slot_at(m, m->top + i, first + column),
                      is_chosen && first + column == m->time);
        }
    }
    draw_now(m, a, drug_cols, first, columns);
    draw_chosen(m, area_rows(a, a.rows - 1, 1));
}

static void mar_draw(void *state, struct area body)
{
    struct mar *m = state;
    (void)body;
    banner_draw(m->banner, m->chart, site_today(m->ws->site), m->ws->site->zone);
    draw_grid(m, m->grid);
}

/* ---- events ---- */

static unsigned mar_key(struct shell *sh, void *state, const struct event *event)
{
    struct mar *m = state;
    (void)sh;
    if (event->kind != EVENT_KEY) {
        return EVENT_UNHANDLED;
    }
    switch (event->key) {
    case UI_KEY_UP:
        m->order -= m->order > 0;
        return STALE_CELLS;
    case UI_KEY_DOWN:
        m->order += m->order + 1 < m->row_count;
        return STALE_CELLS;
    case UI_KEY_LEFT:
        m->time -= m->time > 0;
        return STALE_CELLS;
    case UI_KEY_RIGHT:
        m->time += m->time + 1 < m->time_count;
        return STALE_CELLS;
    default:
        return EVENT_UNHANDLED;
    }
}

static unsigned mar_event(struct shell *sh, void *state, const struct event *event)
{
    struct mar *m = state;
    struct error err = ERROR_INIT;
    if (event->kind == EVENT_CLOSED) {
        return STALE_DATA;
    }
    bool is_tick = event->kind == EVENT_TICK;
    if (event->kind != EVENT_DATA && !is_tick) {
        return EVENT_UNHANDLED;
    }
    if (is_tick && clock_now_us(m->ws->clock) - m->chart->read_us < US_PER_MINUTE) {
        return STALE_NOTHING;
    }
    if (chart_refresh(m->ws->actor, &m->chart, &err) != STATUS_OK) {
        shell_fail(sh, &err); /* the picture of before stays */
    } else {
        collect(m);
    }
    return STALE_CELLS;
}

static bool has_dose(const void *state)
{
    const struct mar *m = state;
    return slot_at(m, m->order, m->time) != NULL;
}

static unsigned run_record(struct shell *sh, void *state)
{
    const struct mar *m = state;
    const struct dose_slot *slot = slot_at(m, m->order, m->time);
    const struct dose_argument dose = {.patient = m->chart->patient.id, .order = slot->order,
                                       .slot = slot->is_unplanned ? UID_NONE : slot->id};
    shell_open_or_say(sh, &SCREEN_DOSE, &dose);
    return STALE_CELLS;
}

static unsigned run_take_out(struct shell *sh, void *state)
{
    const struct mar *m = state;
    const struct waste_argument waste = {.patient = m->chart->patient.id, .order = slot_at(m, m->order, m->time)->order};
    shell_open_or_say(sh, &SCREEN_WASTE, &waste);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, PERMISSION_DOSE_RECORD, N_("record"), N_("Record the chosen dose."), run_record, ACTION_IN_BAR, has_dose},
    {"dose.record", KEYS_RECORD, PERMISSION_DOSE_RECORD, N_("record dose"), N_("Record the chosen dose."), run_record,
     ACTION_IN_BAR, has_dose},
    {"controlled.take_out", "d", PERMISSION_DOSE_RECORD, N_("dropped"),
     N_("A piece of this controlled drug was taken out and not given: dropped, refused, spoiled."), run_take_out, 0, has_dose},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back to the chart."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_MAR = {
    .name = "mar",
    .title = N_("Medication administration record"),
    .open = mar_open,
    .layout = mar_layout,
    .draw = mar_draw,
    .key = mar_key,
    .event = mar_event,
    .close = mar_close,
    .actions = ACTIONS,
    .flags = SCREEN_TICKS,
};
