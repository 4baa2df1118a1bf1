/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How things stand with the centre, and what waits for a person: values that two terminals changed at once, side by side,
 * and changes that the centre could not take. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/table.h"
#include "screens/screens.h"
#include "service/conflicts.h"

enum { HEAD_ROWS = 3, DETAIL_ROWS = 9 };

struct sync_screen {
    struct workstation *ws;
    struct conflict_list conflicts;
    struct outbox_problem_list problems;
    struct table table;
    struct area head, list, detail;
    char *text; /* of the chosen row */
};

static int row_count(const struct sync_screen *s)
{
    return (int)(s->conflicts.len + s->problems.len);
}

/* The chosen row as a conflict; NULL when it is a change in quarantine or nothing. */
static const struct conflict *chosen(const struct sync_screen *s)
{
    size_t at = (size_t)s->table.list.selected;
    return at < s->conflicts.len ? &s->conflicts.items[at] : NULL;
}

static struct uid row_id(const void *context, int row)
{
    const struct sync_screen *s = context;
    return (size_t)row < s->conflicts.len ? s->conflicts.items[row].id : s->problems.items[(size_t)row - s->conflicts.len].row;
}

static const char *when(const struct sync_screen *s, int64_t at_us, char *buf)
{
    char day[DATE_TEXT_MAX];
    struct local_time at = zone_local(s->ws->site->zone, at_us);
    (void)snprintf(buf, TABLE_CELL_MAX, "%s %02d:%02d", date_format_human(at.date, day), at.hour, at.minute);
    return buf;
}

static const char *cell(const void *context, int row, int column, char *buf, enum style *style)
{
    const struct sync_screen *s = context;
    if ((size_t)row < s->conflicts.len) {
        const struct conflict *c = &s->conflicts.items[row];
        return column == 0 ? c->patient_name : column == 1 ? conflict_subject(c) : column == 2 ? conflict_rule(c) : when(s, c->found_us, buf);
    }
    const struct outbox_problem *p = &s->problems.items[(size_t)row - s->conflicts.len];
    *style = STYLE_WARNING;
    return column == 0   ? _("not at central")
           : column == 1 ? p->table
           : column == 2 ? quarantine_reason(p->problem)
                         : when(s, p->created_us, buf);
}

static const struct table_column COLUMNS[] = {
    {N_("Patient"), 20, 1, 0, false},
    {N_("What"), 20, 1, 0, false},
    {N_("How it was decided"), 30, 3, 0, false},
    {N_("When"), 18, 0, 100, false},
};

static struct table_source source_of(const struct sync_screen *s)
{
    return (struct table_source){s, row_id, cell, _("Nothing waits for a decision."), NULL};
}

static void describe(struct sync_screen *s)
{
    struct buffer text = BUFFER_INIT;
    const struct conflict *c = chosen(s);
    size_t at = (size_t)s->table.list.selected;
    mem_free(s->text);
    if (c != NULL) {
        buffer_append_format(&text, _("Decided at once: %s. "), conflict_rule(c));
        if (strcmp(c->table, "dose_events") == 0) {
            buffer_append_text(&text, _("One dose has two records. Look at the patient, correct the wrong one in the chart, then settle this."));
        } else if (!conflict_has_other(c)) {
            buffer_append_text(&text, _("Change it in the chart if the other is right, then settle this."));
        }
        buffer_append_text(&text, "\n");
        conflict_describe(c, &text);
    } else if (at - s->conflicts.len < s->problems.len && row_count(s) > 0) {
        const struct outbox_problem *p = &s->problems.items[at - s->conflicts.len];
        buffer_append_format(&text, _("It is saved here and not at the centre: %s.\nThe administrator sends it again or gives it up with:\n"
                                      "prescripcare quarantine %lld --again, or --drop."),
                             quarantine_reason(p->problem), (long long)p->seq);
    }
    s->text = buffer_take(&text);
}

static enum status load(struct sync_screen *s, struct error *err)
{
    struct conflict_list conflicts = {0};
    struct outbox_problem_list problems = {0};
    enum status status = conflicts_list(s->ws->actor, false, &conflicts, err);
    if (status == STATUS_OK) {
        status = quarantine_list(s->ws->actor, &problems, err);
    }
    if (status != STATUS_OK) {
        conflict_list_release(&conflicts);
        return status;
    }
    conflict_list_release(&s->conflicts);
    outbox_problem_list_release(&s->problems);
    s->conflicts = conflicts;
    s->problems = problems;
    struct table_source source = source_of(s);
    table_refresh(&s->table, &source, row_count(s));
    describe(s);
    return STATUS_OK;
}

static enum status sync_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct sync_screen *s = mem_alloc(sizeof *s);
    (void)argument;
    s->ws = shell_app(sh);
    table_init(&s->table, COLUMNS, (int)(sizeof COLUMNS / sizeof *COLUMNS));
    enum status status = load(s, err);
    if (status != STATUS_OK) {
        mem_free(s);
        return status;
    }
    *out_state = s;
    return STATUS_OK;
}

static void sync_close(void *state)
{
    struct sync_screen *s = state;
    conflict_list_release(&s->conflicts);
    outbox_problem_list_release(&s->problems);
    mem_free(s->text);
    mem_free(s);
}

static void sync_layout(void *state, struct area body)
{
    struct sync_screen *s = state;
    s->head = area_rows(body, 0, HEAD_ROWS);
    s->list = area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS - DETAIL_ROWS);
    s->detail = area_part(body, body.rows - DETAIL_ROWS + 1, 1, DETAIL_ROWS - 1, body.cols - 2);
    table_layout(&s->table, s->list.rows, s->list.cols);
}

static const char *link_words(const struct workstation *ws)
{
    switch ((enum agent_state)ws->live.state) {
    case AGENT_NONE:
        return _("No sync agent answers: it starts with the next sign-in.");
    case AGENT_ALONE:
        return _("This site works alone; an administrator joins it to a centre with: prescripcare join FILE.");
    case AGENT_SYNCING:
        return _("Exchanging with the centre.");
    case AGENT_ONLINE:
        return _("In step with the centre.");
    case AGENT_OFFLINE:
        return _("The centre cannot be reached. Work goes on; it is tried again and again.");
    case AGENT_STOPPED:
        return _("This device was stopped by the centre. Work goes on here, nothing is sent: tell the administrator.");
    }
    return "";
}

static void sync_draw(void *state, struct area body)
{
    struct sync_screen *s = state;
    const struct workstation *ws = s->ws;
    char line[200], at[TABLE_CELL_MAX];
    (void)body;
    if (ws->live.state == AGENT_ONLINE && ws->live.last_ok_us > 0) {
        (void)snprintf(line, sizeof line, _("%s Last exchange: %s."), link_words(ws), when(s, ws->live.last_ok_us, at));
    } else {
        (void)snprintf(line, sizeof line, "%s", link_words(ws));
    }
    draw_text(s->head, 0, 1, STYLE_HEADING, line);
    (void)snprintf(line, sizeof line, _("%lld to send   %zu in quarantine   %zu to settle"), (long long)(ws->unsent > 0 ? ws->unsent : 0),
                   s->problems.len, s->conflicts.len);
    draw_text(s->head, 1, 1, STYLE_TEXT, line);
    struct table_source source = source_of(s);
    table_draw(&s->table, &source, s->list);
    const char *text = s->text;
    for (int row = 0; row < s->detail.rows && *text != '\0'; row++) {
        size_t len = strcspn(text, "\n");
        char *part = mem_copy_bytes(text, len);
        draw_text(s->detail, row, 0, STYLE_TEXT, part);
        mem_free(part);
        text += len + (text[len] == '\n');
    }
}

static unsigned sync_key(struct shell *sh, void *state, const struct event *event)
{
    struct sync_screen *s = state;
    struct table_source source = source_of(s);
    (void)sh;
    unsigned stale = table_handle(&s->table, &source, event);
    if (stale != (unsigned)EVENT_UNHANDLED) {
        describe(s);
    }
    return stale;
}

static unsigned sync_event(struct shell *sh, void *state, const struct event *event)
{
    struct error err = ERROR_INIT;
    if (event->kind == EVENT_TICK) {
        return STALE_CELLS;
    }
    if (event->kind != EVENT_DATA) {
        return (unsigned)EVENT_UNHANDLED;
    }
    if (load(state, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_CELLS;
}

static unsigned settle(struct shell *sh, struct sync_screen *s, enum conflict_choice choice)
{
    struct error err = ERROR_INIT;
    const struct conflict *c = chosen(s);
    if (c == NULL) {
        return STALE_CELLS;
    }
    if (conflict_settle(s->ws->actor, c->id, choice, "", &err) != STATUS_OK || load(s, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    shell_say(sh, MESSAGE_GOOD, "%s", choice == CONFLICT_OTHER ? _("The other value is in force now. Saved here.") : _("Settled. Saved here."));
    shell_data_changed(sh);
    return STALE_DATA;
}

static unsigned answered(struct shell *sh, void *state, int answer)
{
    return answer == 1 ? settle(sh, state, CONFLICT_LEAVE) : answer == 2 ? settle(sh, state, CONFLICT_OTHER) : (unsigned)STALE_CELLS;
}

static unsigned run_settle(struct shell *sh, void *state)
{
    struct sync_screen *s = state;
    const struct conflict *c = chosen(s);
    bool has_other = c != NULL && conflict_has_other(c);
    shell_ask(sh, &(struct shell_question){.title = _("Settle this conflict"),
                                           .text = s->text,
                                           .answers = {_("Not now"), _("Leave it so"), has_other ? _("Take the other") : NULL},
                                           .answered = answered});
    return STALE_CELLS;
}

static unsigned run_chart(struct shell *sh, void *state)
{
    const struct conflict *c = chosen(state);
    if (c != NULL) {
        shell_open_or_say(sh, &SCREEN_CHART, &c->user);
    }
    return STALE_CELLS;
}

static bool has_conflict(const void *state)
{
    return chosen(state) != NULL;
}

static bool has_patient(const void *state)
{
    const struct conflict *c = chosen(state);
    return c != NULL && !uid_is_none(c->user) && c->patient_name[0] != '\0';
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, 0, N_("settle"), N_("Settle the chosen conflict: leave it so, or take the other value."), run_settle, ACTION_IN_BAR,
     has_conflict},
    {"chart.open", KEYS_CHART, PERMISSION_CLINICAL_READ, N_("chart"), N_("Open the chart of the chosen row's patient."), run_chart,
     ACTION_IN_BAR, has_patient},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_SYNC = {
    .name = "sync",
    .title = N_("Sync and conflicts"),
    .open = sync_open,
    .layout = sync_layout,
    .draw = sync_draw,
    .key = sync_key,
    .event = sync_event,
    .close = sync_close,
    .actions = ACTIONS,
    .flags = SCREEN_TICKS,
};
