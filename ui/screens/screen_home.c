/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What needs doing now, and the field that finds a patient. The session ends when this screen closes. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "kit/field.h"
#include "screens/screens.h"
#include "service/patients.h"

enum { HITS_MAX = 50, BEFORE_H = 12, AFTER_H = 1, HEAD_ROWS = 3 };

struct home {
    struct workstation *ws;
    struct field typed;
    struct find_session *find;
    struct patient_hit_list hits;
    struct due_list due;
    struct list list;
    int64_t now_us; /* when the lists were read */
    char due_error[256];
    struct area field_area, list_area;
};

static bool is_finding(const struct home *h)
{
    return field_text(&h->typed)[0] != '\0';
}

/* ---- the two lists ---- */

static struct uid hit_id(const void *context, int row)
{
    return ((const struct home *)context)->hits.items[row].id;
}

static void draw_marker(struct area line, bool is_selected)
{
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
}

static void draw_hit(const void *context, int row, struct area line, bool is_selected)
{
    const struct home *h = context;
    const struct patient_hit *hit = &h->hits.items[row];
    char age[DATE_TEXT_MAX], birth[DATE_TEXT_MAX];
    draw_marker(line, is_selected);
    int col = draw_fit(line, 0, 2, 30, STYLE_TEXT, hit->name);
    col = draw_fit(line, 0, col + 1, 12, STYLE_TEXT, date_format_human(hit->birth_date, birth));
    col = draw_fit(line, 0, col + 1, 8, STYLE_DIM, date_format_age(hit->birth_date, site_today(h->ws->site), age));
    col = draw_fit(line, 0, col + 1, 10, STYLE_TEXT, hit->mrn);
    if (hit->has_name_alike) {
        mark_draw(line, 0, col + 1, MARK_NAME_ALERT);
    } else if (hit->match == '~') {
        mark_draw(line, 0, col + 1, MARK_SOUNDS_LIKE);
    }
}

static struct uid due_id(const void *context, int row)
{
    return ((const struct home *)context)->due.items[row].slot.id;
}

static void format_late(int64_t minutes, char *buf, size_t size)
{
    if (minutes >= 1) {
        (void)snprintf(buf, size, ngettext("%lld min late", "%lld min late", (unsigned long)minutes), (long long)minutes);
    } else if (minutes <= -1) {
        (void)snprintf(buf, size, ngettext("in %lld min", "in %lld min", (unsigned long)-minutes), (long long)-minutes);
    } else {
        (void)snprintf(buf, size, "%s", _("now"));
    }
}

static void draw_due(const void *context, int row, struct area line, bool is_selected)
{
    const struct home *h = context;
    const struct due_dose *due = &h->due.items[row];
    bool is_late = due->slot.state == SLOT_OVERDUE || due->slot.state == SLOT_LATE;
    struct local_time at = zone_local(h->ws->site->zone, due->slot.planned_us);
    char late[64];
    draw_marker(line, is_selected);
    mark_draw_symbol(line, 0, 2, is_late ? MARK_OVERDUE : MARK_DUE);
    draw_format(line, 0, 4, STYLE_TEXT, "%02d:%02d", at.hour, at.minute);
    int name_cells = line.cols / 3 - 2;
    draw_fit(line, 0, 11, name_cells, STYLE_TEXT, due->patient_name);
    char *what = mem_format("%s %s", due->drug, due->dose);
    draw_fit(line, 0, 12 + name_cells, line.cols - name_cells - 28, STYLE_TEXT, what);
    mem_free(what);
    format_late((h->now_us - due->slot.planned_us) / US_PER_MINUTE, late, sizeof late);
    draw_fit_right(line, 0, line.cols - 14, 14, is_late ? STYLE_OVERDUE : STYLE_TEXT, late);
}

static struct list_source source_of(const struct home *h)
{
    if (is_finding(h)) {
        return (struct list_source){h, hit_id, draw_hit, _("Nobody matches. Try fewer letters, a birth date or the MRN.")};
    }
    return (struct list_source){h, due_id, draw_due, _("No dose is due. Type a name to find a patient.")};
}

static void refresh_list(struct home *h)
{
    struct list_source source = source_of(h);
    list_refresh(&h->list, &source, (int)(is_finding(h) ? h->hits.len : h->due.len));
}

/* Staff without clinical rights have a Home without the list of doses; the reason stands in its place. */
static void read_due(struct home *h)
{
    struct error err = ERROR_INIT;
    struct due_list fresh = {0};
    h->now_us = clock_now_us(h->ws->clock);
    h->due_error[0] = '\0';
    enum status status = due_list_get(h->ws->actor, BEFORE_H, AFTER_H, &fresh, &err);
    if (status != STATUS_OK) {
        err.status = status;
        (void)snprintf(h->due_error, sizeof h->due_error, "%s", error_text(&err));
    }
    due_list_release(&h->due);
    h->due = fresh;
    refresh_list(h);
}

static void end_find(struct home *h, struct uid chosen)
{
    if (h->find != NULL) {
        find_end(h->find, chosen);
        h->find = NULL;
    }
    patient_hit_list_release(&h->hits);
    h->hits = (struct patient_hit_list){0};
}

static void find(struct shell *sh, struct home *h)
{
    struct error err = ERROR_INIT;
    enum status status = STATUS_OK;
    patient_hit_list_release(&h->hits);
    h->hits = (struct patient_hit_list){0};
    if (is_finding(h)) {
        if (h->find == NULL) {
            status = find_begin(h->ws->actor, &h->find, &err);
        }
        if (status == STATUS_OK) {
            status = find_type(h->find, field_text(&h->typed), HITS_MAX, &h->hits, &err);
        }
        if (status != STATUS_OK) {
            shell_fail(sh, &err);
        }
    }
    h->list.selected = h->list.top = 0;
    h->list.selected_id = UID_NONE;
    refresh_list(h);
}

/* ---- the screen ---- */

static enum status home_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    (void)argument;
    (void)err;
    struct home *h = mem_alloc(sizeof *h);
    h->ws = shell_app(sh);
    field_init(&h->typed, 128, 0);
    list_init(&h->list);
    read_due(h);
    *out_state = h;
    return STATUS_OK;
}

static void home_close(void *state)
{
    struct home *h = state;
    end_find(h, UID_NONE);
    due_list_release(&h->due);
    field_release(&h->typed);
    session_sign_out(h->ws->actor, h->ws->end_reason);
    h->ws->actor = NULL;
    mem_free(h);
}

static void home_layout(void *state, struct area body)
{
    struct home *h = state;
    int label = text_width_cells(_("Find or scan:")) + 2;
    h->field_area = area_part(body, 0, label, 1, body.cols - label - 1);
    h->list_area = area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS);
    list_layout(&h->list, h->list_area.rows);
}

static void home_draw(void *state, struct area body)
{
    struct home *h = state;
    struct list_source source = source_of(h);
    char position[32];
    draw_text(body, 0, 1, STYLE_LABEL_FOCUS, _("Find or scan:"));
    if (is_finding(h)) {
        draw_text(body, 2, 1, STYLE_HEADING, _("Patients"));
    } else {
        int col = draw_format(body, 2, 1, STYLE_HEADING, _("Due and overdue doses  %d"),
                              (int)h->due.len);
        if (h->due.overdue_count > 0) {
            draw_format(body, 2, col + 3, STYLE_OVERDUE, ngettext("%d overdue", "%d overdue", (unsigned long)h->due.overdue_count),
                        h->due.overdue_count);
        }
    }
    draw_fit_right(body, 2, body.cols - 20, 19, STYLE_DIM, list_position(&h->list, position, sizeof position));
    if (!is_finding(h) && h->due_error[0] != '\0') {
        draw_wrapped(h->list_area, 0, 2, STYLE_TEXT, h->due_error);
    } else {
        list_draw(&h->list, &source, h->list_area);
    }
    field_draw(&h->typed, h->field_area, true); /* last: the cursor is the focus */
}

static unsigned home_key(struct shell *sh, void *state, const struct event *event)
{
    struct home *h = state;
    unsigned stale = field_handle(&h->typed, event);
    if (stale & TEXT_CHANGED) {
        find(sh, h);
        return STALE_CELLS;
    }
    struct list_source source = source_of(h);
    return stale & EVENT_UNHANDLED ? list_handle(&h->list, &source, event) : stale;
}

static unsigned open_patient(struct shell *sh, struct home *h, struct uid patient)
{
    end_find(h, patient);
    field_clear(&h->typed);
    refresh_list(h);
    shell_open_or_say(sh, &SCREEN_CHART, &patient);
    return STALE_CELLS;
}

/* A wristband opens the chart. */
static unsigned scanned(struct shell *sh, struct home *h, const char *code)
{
    struct error err = ERROR_INIT;
    struct uid patient;
    if (patient_resolve(h->ws->actor, code, &patient, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    return open_patient(sh, h, patient);
}

static unsigned home_event(struct shell *sh, void *state, const struct event *event)
{
    struct home *h = state;
    switch (event->kind) {
    case EVENT_DATA:
        read_due(h);
        return STALE_CELLS;
    case EVENT_TICK:
        if (clock_now_us(h->ws->clock) - h->now_us < US_PER_MINUTE) {
            return STALE_NOTHING;
        }
        read_due(h); /* minutes late have gone on */
        return STALE_CELLS;
    case EVENT_SCAN:
        return scanned(sh, h, event->text);
    case EVENT_CLOSED:
        return STALE_DATA;
    default:
        return EVENT_UNHANDLED;
    }
}

static bool always(const void *state)
{
    (void)state;
    return true;
}

static bool has_row(const void *state)
{
    return ((const struct home *)state)->list.count > 0;
}

static unsigned run_open(struct shell *sh, void *state)
{
    struct home *h = state;
    int row = h->list.selected;
    return open_patient(sh, h, is_finding(h) ? h->hits.items[row].id : h->due.items[row].patient);
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, PERMISSION_CLINICAL_READ, N_("open"), N_("Open the chosen patient's chart."), run_open, ACTION_IN_BAR,
     has_row},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_HOME = {
    .name = "home",
    .title = N_("Home"),
    .open = home_open,
    .layout = home_layout,
    .draw = home_draw,
    .key = home_key,
    .event = home_event,
    .close = home_close,
    .actions = ACTIONS,
    .text_focus = always,
    .flags = SCREEN_TICKS,
};
