/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking for a patient at the centre, beyond this site's own, and bringing one here with a reason (decisions.md 15). The agent
 * asks; nothing here waits. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "kit/field.h"
#include "kit/table.h"
#include "screens/screens.h"
#include "service/central_find.h"

enum { HEAD_ROWS = 5 };
#define ANSWER_WITHIN_US (30 * US_PER_SECOND)

enum asked { ASKED_NOTHING, ASKED_FIND, ASKED_OPEN };

struct central_screen {
    struct workstation *ws;
    struct field typed, reason;
    bool is_in_reason;       /* the focus */
    char *answered;          /* what the list is the answer to; NULL: nothing yet */
    struct central_hit_list hits;
    struct table table;
    enum asked asked;        /* an answer is waited for */
    int64_t asked_us;
    struct uid opened;       /* of ASKED_OPEN */
    struct area typed_area, reason_area, words_area, list;
};

static struct uid row_id(const void *context, int row)
{
    return ((const struct central_screen *)context)->hits.items[row].id;
}

static const char *cell(const void *context, int row, int column, char *buf, enum style *style)
{
    const struct central_hit *hit = &((const struct central_screen *)context)->hits.items[row];
    (void)style;
    switch (column) {
    case 0:
        return hit->name;
    case 1:
        return date_format_human(hit->birth_date, buf);
    case 2:
        return hit->mrn;
    default:
        return hit->is_here ? _("here") : hit->sites;
    }
}

static const struct table_column COLUMNS[] = {
    {N_("Patient"), 24, 2, 0, false},
    {N_("Born"), 12, 0, 0, false},
    {N_("Number"), 12, 1, 0, false},
    {N_("Where"), 16, 2, 0, false},
};

static struct table_source source_of(const struct central_screen *s)
{
    return (struct table_source){s, row_id, cell, "", NULL};
}

static bool is_answered(const struct central_screen *s)
{
    return s->answered != NULL && strcmp(s->answered, field_text(&s->typed)) == 0;
}

static const struct central_hit *chosen(const struct central_screen *s)
{
    size_t at = (size_t)s->table.list.selected;
    return is_answered(s) && at < s->hits.len ? &s->hits.items[at] : NULL;
}

static void show(struct central_screen *s)
{
    struct table_source source = source_of(s);
    table_refresh(&s->table, &source, (int)s->hits.len);
}

static enum status central_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct central_screen *s = mem_alloc(sizeof *s);
    (void)err;
    s->ws = shell_app(sh);
    field_init(&s->typed, 128, 0);
    field_init(&s->reason, 128, 0);
    field_set_text(&s->typed, argument);
    table_init(&s->table, COLUMNS, (int)(sizeof COLUMNS / sizeof *COLUMNS));
    show(s);
    *out_state = s;
    return STATUS_OK;
}

static void central_close(void *state)
{
    struct central_screen *s = state;
    field_release(&s->typed);
    field_release(&s->reason);
    central_hit_list_release(&s->hits);
    mem_free(s->answered);
    mem_free(s);
}

static void central_layout(void *state, struct area body)
{
    struct central_screen *s = state;
    int find = text_width_cells(_("Find at the centre:")), why = text_width_cells(_("Reason to open:"));
    int label = (find > why ? find : why) + 2;
    s->typed_area = area_part(body, 0, label, 1, body.cols - label - 1);
    s->reason_area = area_part(body, 1, label, 1, body.cols - label - 1);
    s->words_area = area_part(body, 3, 1, 1, body.cols - 2);
    s->list = area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS);
    table_layout(&s->table, s->list.rows, s->list.cols);
}

static void state_words(const struct central_screen *s, char *buf, size_t size)
{
    if (s->asked != ASKED_NOTHING) {
        (void)snprintf(buf, size, "%s", s->asked == ASKED_FIND ? _("Asking the centre ...") : _("Bringing the patient's records here ..."));
    } else if (!is_answered(s)) {
        (void)snprintf(buf, size, "%s", _("A patient number, or a name and the birth date; then Enter. Every search is recorded."));
    } else if (s->hits.len == 0) {
        (void)snprintf(buf, size, "%s", _("The centre knows nobody like this."));
    } else {
        (void)snprintf(buf, size, ngettext("%zu patient. Enter opens the chosen one; it needs a reason.",
                                           "%zu patients. Enter opens the chosen one; it needs a reason.", (unsigned long)s->hits.len),
                       s->hits.len);
    }
}

static void central_draw(void *state, struct area body)
{
    struct central_screen *s = state;
    struct table_source source = source_of(s);
    char words[200];
    draw_text(body, 0, 1, s->is_in_reason ? STYLE_LABEL : STYLE_LABEL_FOCUS, _("Find at the centre:"));
    draw_text(body, 1, 1, s->is_in_reason ? STYLE_LABEL_FOCUS : STYLE_LABEL, _("Reason to open:"));
    state_words(s, words, sizeof words);
    draw_text(s->words_area, 0, 0, STYLE_TEXT, words);
    if (is_answered(s) && s->hits.len > 0) {
        table_draw(&s->table, &source, s->list);
    }
    field_draw(&s->typed, s->typed_area, !s->is_in_reason);
    field_draw(&s->reason, s->reason_area, s->is_in_reason);
}

static unsigned central_key(struct shell *sh, void *state, const struct event *event)
{
    struct central_screen *s = state;
    struct table_source source = source_of(s);
    (void)sh;
    if (event->kind == EVENT_KEY && (event->key == UI_KEY_TAB || event->key == UI_KEY_BACKTAB)) { /* as in every form */
        s->is_in_reason = !s->is_in_reason;
        return STALE_CELLS;
    }
    unsigned stale = field_handle(s->is_in_reason ? &s->reason : &s->typed, event);
    return stale & EVENT_UNHANDLED ? table_handle(&s->table, &source, event) : stale & ~(unsigned)TEXT_CHANGED;
}

/* --- asking --------------------------------------------------------------------------------------------------------- */

static void ask(struct shell *sh, struct central_screen *s, enum asked what, const char *question)
{
    if (s->ws->line == NULL || !agent_client_ask(s->ws->line, question)) {
        shell_say(sh, MESSAGE_ERROR, "%s", _("No sync agent answers. It starts with the next sign-in; try again in a moment."));
        return;
    }
    s->asked = what;
    s->asked_us = clock_monotonic_us();
}

static void find(struct shell *sh, struct central_screen *s)
{
    struct error err = ERROR_INIT;
    char *question = NULL;
    if (central_find_question(s->ws->actor, field_text(&s->typed), &question, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return;
    }
    mem_free(s->answered);
    s->answered = mem_copy_text(field_text(&s->typed));
    central_hit_list_release(&s->hits);
    show(s);
    ask(sh, s, ASKED_FIND, question);
    if (s->asked == ASKED_NOTHING) {
        mem_free(s->answered);
        s->answered = NULL;
    }
    mem_free(question);
}

static void open_chart(struct shell *sh, struct central_screen *s, struct uid patient)
{
    shell_data_changed(sh); /* the records that came */
    shell_close(sh, 0);
    shell_open_or_say(sh, actor_may(s->ws->actor, PERMISSION_CLINICAL_READ) ? &SCREEN_CHART : &SCREEN_PATIENT, &patient);
}

static void open_hit(struct shell *sh, struct central_screen *s, const struct central_hit *hit)
{
    struct error err = ERROR_INIT;
    char *question = NULL;
    if (central_open_question(s->ws->actor, hit->id, field_text(&s->reason), &question, &err) != STATUS_OK) {
        s->is_in_reason = true; /* where the reason is missing */
        shell_fail(sh, &err);
        return;
    }
    s->opened = hit->id;
    ask(sh, s, ASKED_OPEN, question);
    mem_free(question);
}

static void take(struct shell *sh, struct central_screen *s, const char *answer)
{
    struct error err = ERROR_INIT;
    enum asked asked = s->asked;
    s->asked = ASKED_NOTHING;
    enum status status = asked == ASKED_FIND ? central_find_answer(answer, &s->hits, &err) : central_open_answer(answer, &err);
    if (status != STATUS_OK) {
        if (asked == ASKED_FIND) {
            mem_free(s->answered);
            s->answered = NULL;
        }
        shell_fail(sh, &err);
    } else if (asked == ASKED_OPEN) {
        open_chart(sh, s, s->opened);
        return;
    }
    show(s);
}

static unsigned central_event(struct shell *sh, void *state, const struct event *event)
{
    struct central_screen *s = state;
    if (event->kind != EVENT_TICK) {
        return (unsigned)EVENT_UNHANDLED;
    }
    if (s->asked == ASKED_NOTHING || s->ws->line == NULL) {
        return STALE_NOTHING;
    }
    (void)agent_client_poll(s->ws->line, &s->ws->live); /* receives the answer, if it is there */
    char *answer = agent_client_take_answer(s->ws->line);
    if (answer != NULL) {
        take(sh, s, answer);
        mem_free(answer);
    } else if (clock_monotonic_us() - s->asked_us > ANSWER_WITHIN_US || s->ws->live.state == AGENT_NONE) {
        s->asked = ASKED_NOTHING;
        mem_free(s->answered);
        s->answered = NULL;
        shell_say(sh, MESSAGE_ERROR, "%s", _("The centre did not answer. Try again later; this site's own patients are found as always."));
    }
    return STALE_CELLS;
}

static bool is_idle(const void *state)
{
    return ((const struct central_screen *)state)->asked == ASKED_NOTHING;
}

static unsigned run_open(struct shell *sh, void *state)
{
    struct central_screen *s = state;
    const struct central_hit *hit = chosen(s);
    if (hit == NULL) {
        find(sh, s);
    } else if (hit->is_here) {
        open_chart(sh, s, hit->id);
    } else {
        open_hit(sh, s, hit);
    }
    return STALE_CELLS;
}

static bool always(const void *state)
{
    (void)state;
    return true;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, 0, N_("ask, open"), N_("Ask the centre; then bring the chosen patient here and open the chart."), run_open,
     ACTION_IN_BAR, is_idle},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_CENTRAL = {
    .name = "central",
    .title = N_("Find at the centre"),
    .open = central_open,
    .layout = central_layout,
    .draw = central_draw,
    .key = central_key,
    .event = central_event,
    .close = central_close,
    .actions = ACTIONS,
    .text_focus = always,
    .flags = SCREEN_TICKS,
};
