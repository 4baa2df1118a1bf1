/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit trail for those who may read it: a period, narrowed by risk, by person, by kind of action. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/picker.h"
#include "kit/table.h"
#include "screens/screens.h"
#include "service/access.h"
#include "service/audits.h"

enum { ROWS_MAX = 1000, HEAD_ROWS = 2 };

static const struct {
    int days; /* 0: all there is */
    const char *words;
} PERIODS[] = {{1, N_("today")}, {7, N_("7 days")}, {31, N_("31 days")}, {0, N_("all")}};
enum { PERIODS_COUNT = sizeof PERIODS / sizeof *PERIODS };

struct audit_screen {
    struct workstation *ws;
    struct audit_line_list list;
    struct table table;
    int period;
    enum risk_level least_risk;
    struct uid only; /* one person; UID_NONE: everybody */
    char *only_name; /* NULL: everybody */
    int64_t before_us, before_seq; /* of the last row of the page before this one; seq INT64_MAX: the newest are shown */
    struct uid subject;  /* what was done about this patient; UID_NONE: about anybody */
    bool refused_only;
    char action[48]; /* "order.": actions that begin so; "" all */
    struct area table_area, foot;
};

static const struct table_column COLUMNS[] = {
    {N_("When"), 20, 0, 0, false}, {N_("Risk"), 8, 0, 0, false},  {N_("Who"), 20, 1, 0, false},
    {N_("What"), 24, 2, 0, false}, {N_("Role"), 16, 0, 100, false}, {N_("From"), 16, 1, 110, false},
};

static struct uid row_id(const void *context, int row)
{
    return ((const struct audit_screen *)context)->list.items[row].id;
}

static bool is_refused(const struct audit_line *line)
{
    return line->outcome != NULL && strcmp(line->outcome, "ok") != 0;
}

static const char *cell(const void *context, int row, int column, char *buf, enum style *style)
{
    const struct audit_screen *s = context;
    const struct audit_line *line = &s->list.items[row];
    struct local_time at = zone_local(s->ws->site->zone, line->at_us);
    char day[DATE_TEXT_MAX];
    switch (column) {
    case 0:
        (void)snprintf(buf, TABLE_CELL_MAX, "%s %02d:%02d:%02d", date_format_human(at.date, day), at.hour, at.minute, at.second);
        return buf; /* fits */
    case 1:
        *style = line->risk >= RISK_LEVEL_HIGH || is_refused(line) ? STYLE_WARNING : STYLE_TEXT;
        return is_refused(line) ? _("refused") : enum_label(ENUM_RISK_LEVEL, (int)line->risk);
    case 2:
        return line->actor_name[0] != '\0' ? line->actor_name : _("(not known here)");
    case 3:
        return access_words(line->action);
    case 4:
        return enum_label(ENUM_ROLE, (int)line->actor_role);
    default:
        return line->address;
    }
}

static struct table_source source_of(const struct audit_screen *s)
{
    return (struct table_source){.context = s, .id = row_id, .cell = cell, .empty_text = _("Nothing of this kind in this period.")};
}

static struct audit_period period_of(const struct audit_screen *s)
{
    int days = PERIODS[s->period].days;
    struct date first = date_from_days(date_to_days(site_today(s->ws->site)) - (days - 1));
    return (struct audit_period){.from_us = days > 0 ? zone_day_start(s->ws->site->zone, first) : 0,
                                 .to_us = INT64_MAX,
                                 .actor = s->only,
                                 .subject = s->subject,
                                 .outcome = s->refused_only ? AUDIT_NOT_OK : "",
                                 .action_begin = s->action,
                                 .least_risk = s->least_risk,
                                 .before_us = s->before_us,
                                 .before_seq = s->before_seq,
                                 .limit = ROWS_MAX};
}

static enum status read(struct audit_screen *s, bool is_first, struct error *err)
{
    struct audit_line_list fresh = {0};
    struct audit_period period = period_of(s);
    enum status status = is_first ? audit_show(s->ws->actor, &period, &fresh, err) : audit_show_again(s->ws->actor, &period, &fresh, err);
    if (status == STATUS_OK) {
        struct table_source source = source_of(s);
        audit_line_list_release(&s->list);
        s->list = fresh;
        table_refresh(&s->table, &source, (int)s->list.len);
    }
    return status;
}

static enum status audit_screen_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct audit_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    s->before_seq = INT64_MAX;
    if (argument != NULL) { /* of one patient: all of it */
        s->subject = *(const struct uid *)argument;
        s->period = PERIODS_COUNT - 1;
    }
    table_init(&s->table, COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
    enum status status = read(s, true, err);
    if (status != STATUS_OK) {
        mem_free(s);
        return status;
    }
    *out_state = s;
    return STATUS_OK;
}

static void audit_screen_close(void *state)
{
    struct audit_screen *s = state;
    audit_line_list_release(&s->list);
    mem_free(s->only_name);
    mem_free(s);
}

static void audit_screen_layout(void *state, struct area body)
{
    struct audit_screen *s = state;
    s->table_area = area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS - 1);
    s->foot = area_rows(body, body.rows - 1, 1);
    table_layout(&s->table, s->table_area.rows, s->table_area.cols);
}

static const struct audit_line *chosen(const struct audit_screen *s)
{
    int row = s->table.list.selected;
    return row >= 0 && row < (int)s->list.len ? &s->list.items[row] : NULL;
}

static void audit_screen_draw(void *state, struct area body)
{
    struct audit_screen *s = state;
    struct table_source source = source_of(s);
    const struct audit_line *line = chosen(s);
    draw_text(body, 0, 1, STYLE_HEADING, uid_is_none(s->subject) ? _("Audit trail") : _("Who saw or changed this patient's record"));
    draw_format(body, 1, 1, STYLE_DIM, _("%s  risk: %s  by: %s  about: %s  what: %s%s  rows: %zu%s"), _(PERIODS[s->period].words),
                s->least_risk != 0 ? enum_label(ENUM_RISK_LEVEL, (int)s->least_risk) : _("all"),
                s->only_name == NULL ? _("everybody") : s->only_name,
                uid_is_none(s->subject) ? _("all") : _("one patient"), s->action[0] != '\0' ? s->action : _("all"),
                s->refused_only ? _(", refused") : "", s->list.len, s->list.is_cut ? "+" : "");
    table_draw(&s->table, &source, s->table_area);
    if (line != NULL) {
        draw_format(s->foot, 0, 1, STYLE_BAR, _("record %lld   %s %s %s   from %s"), (long long)line->seq, line->action,
                    is_refused(line) ? access_outcome(line->outcome) : line->table, line->details != NULL ? line->details : "",
                    line->address[0] != '\0' ? line->address : _("not known"));
    }
}

static unsigned audit_screen_key(struct shell *sh, void *state, const struct event *event)
{
    struct audit_screen *s = state;
    struct table_source source = source_of(s);
    (void)sh;
    return table_handle(&s->table, &source, event);
}

static unsigned read_again(struct shell *sh, struct audit_screen *s)
{
    struct error err = ERROR_INIT;
    if (read(s, false, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_CELLS;
}

/* Other rows: the list is read anew and begins at its newest. */
static unsigned narrowed(struct shell *sh, struct audit_screen *s)
{
    s->before_seq = INT64_MAX;
    return read_again(sh, s);
}

static unsigned audit_screen_event(struct shell *sh, void *state, const struct event *event)
{
    return event->kind == EVENT_DATA ? read_again(sh, state) : (unsigned)EVENT_UNHANDLED;
}

static unsigned run_period(struct shell *sh, void *state)
{
    struct audit_screen *s = state;
    s->period = (s->period + 1) % PERIODS_COUNT;
    return narrowed(sh, s);
}

static unsigned run_risk(struct shell *sh, void *state)
{
    struct audit_screen *s = state;
    s->least_risk = (enum risk_level)((s->least_risk + 1) % (RISK_LEVEL_CRITICAL + 1));
    return narrowed(sh, s);
}

static bool has_row(const void *state)
{
    const struct audit_screen *s = state;
    return chosen(s) != NULL || !uid_is_none(s->only) || s->action[0] != '\0';
}

static void set_person(struct audit_screen *s, const struct audit_line *line)
{
    mem_free(s->only_name);
    s->only = line != NULL ? line->actor : UID_NONE;
    s->only_name = uid_is_none(s->only) ? NULL : mem_copy_text(line->actor_name[0] != '\0' ? line->actor_name : _("(not known here)"));
}

/* This row's person, then everybody again. */
static unsigned run_person(struct shell *sh, void *state)
{
    struct audit_screen *s = state;
    const struct audit_line *line = chosen(s);
    if (uid_is_none(s->only) && line != NULL && uid_is_none(line->actor)) {
        shell_say(sh, MESSAGE_INFO, "%s", _("Nobody was signed in when this was done."));
        return STALE_CELLS;
    }
    set_person(s, uid_is_none(s->only) ? line : NULL);
    return narrowed(sh, s);
}

static unsigned turn_page(struct shell *sh, struct audit_screen *s)
{
    s->table.list.selected = s->table.list.top = 0;
    s->table.list.selected_id = UID_NONE;
    return read_again(sh, s);
}

static unsigned run_older(struct shell *sh, void *state)
{
    struct audit_screen *s = state;
    s->before_us = s->list.items[s->list.len - 1].at_us;
    s->before_seq = s->list.items[s->list.len - 1].seq;
    return turn_page(sh, s);
}

static unsigned run_newest(struct shell *sh, void *state)
{
    ((struct audit_screen *)state)->before_seq = INT64_MAX;
    return turn_page(sh, state);
}

static bool has_older(const void *state)
{
    const struct audit_screen *s = state;
    return s->list.is_cut && s->list.len > 0;
}

static bool is_behind(const void *state)
{
    return ((const struct audit_screen *)state)->before_seq != INT64_MAX;
}

/* Actions of this row's subject ("order."), then all again. */
static unsigned run_kind(struct shell *sh, void *state)
{
    struct audit_screen *s = state;
    const struct audit_line *line = chosen(s);
    if (s->action[0] != '\0' || line == NULL) {
        s->action[0] = '\0';
    } else {
        (void)snprintf(s->action, sizeof s->action, "%.*s.", (int)strcspn(line->action, "."), line->action); /* cut is fine */
    }
    return narrowed(sh, s);
}

/* ---- the same and more from one list: F4 ---- */

enum filter { FILTER_PERSON, FILTER_PATIENT, FILTER_KIND, FILTER_REFUSED, FILTER_NONE, FILTER_COUNT };
static const char *const FILTERS[FILTER_COUNT] = {
    [FILTER_PERSON] = N_("Only the person of this row"),
    [FILTER_PATIENT] = N_("Only the patient of this row: who saw or changed the record"),
    [FILTER_KIND] = N_("Only actions of this kind"),
    [FILTER_REFUSED] = N_("Only what was refused or failed"),
    [FILTER_NONE] = N_("Everything again"),
};

static int filter_filters(void *context, const char *text)
{
    (void)context;
    (void)text;
    return FILTER_COUNT;
}

static void draw_filter(const void *context, int row, struct area line, bool is_selected)
{
    (void)context;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(line, 0, 2, STYLE_TEXT, _(FILTERS[row]));
}

static unsigned filter_picked(struct shell *sh, void *state, int row)
{
    struct audit_screen *s = state;
    const struct audit_line *line = chosen(s);
    if (row < 0) {
        return STALE_CELLS;
    }
    if (row == FILTER_PATIENT && (line == NULL || uid_is_none(line->subject))) {
        shell_say(sh, MESSAGE_INFO, "%s", _("This row is about no patient, or about one whose record was erased."));
        return STALE_CELLS;
    }
    if (row == FILTER_KIND) {
        s->action[0] = '\0';
        return run_kind(sh, s);
    }
    if (row == FILTER_NONE) {
        set_person(s, NULL);
        s->subject = UID_NONE;
        s->action[0] = '\0';
        s->refused_only = false;
        s->least_risk = (enum risk_level)0;
    } else if (row == FILTER_REFUSED) {
        s->refused_only = true;
    } else if (row == FILTER_PATIENT) {
        s->subject = line->subject;
    } else {
        set_person(s, NULL);
        return run_person(sh, s);
    }
    return narrowed(sh, s);
}

static unsigned run_filter(struct shell *sh, void *state)
{
    struct picker_source source = {{state, NULL, draw_filter, ""}, filter_filters, state};
    shell_pick(sh, _("What is shown"), N_("Enter takes"), &source, filter_picked);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"audit.period", "t", 0, N_("period"), N_("Show today, 7 days, 31 days, or all."), run_period, ACTION_IN_BAR, NULL},
    {"audit.risk", "!", 0, N_("risk"), N_("Show only records of at least this risk."), run_risk, ACTION_IN_BAR, NULL},
    {"access.person", "m", 0, N_("this person"), N_("Show only the chosen row's person, or everybody again."), run_person,
     ACTION_IN_BAR, has_row},
    {"audit.kind", "j", 0, N_("this kind"), N_("Show only actions like the chosen row's, or all again."), run_kind, ACTION_IN_BAR,
     has_row},
    {"tab.previous", "Left", 0, N_("newest"), N_("Show the newest records again."), run_newest, ACTION_IN_BAR, is_behind},
    {"tab.next", "Right, n", 0, N_("older"), N_("Show the records before these."), run_older, ACTION_IN_BAR, has_older},
    {"pick", "F4, Ctrl-Y", 0, N_("filter"), N_("Choose what is shown: a person, a patient, a kind, what was refused."), run_filter,
     ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_AUDIT = {
    .name = "audit",
    .title = N_("Audit trail"),
    .open = audit_screen_open,
    .layout = audit_screen_layout,
    .draw = audit_screen_draw,
    .key = audit_screen_key,
    .event = audit_screen_event,
    .close = audit_screen_close,
    .actions = ACTIONS,
};
