/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The daily incident report. Making it verifies the whole audit trail and is itself recorded; Left and Right choose the day. */
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/pager.h"
#include "screens/screens.h"
#include "service/access.h"
#include "service/incidents.h"

struct incidents {
    struct workstation *ws;
    struct date day;
    struct pager pager;
    struct area area;
};

static void write_report(const struct incidents *s, const struct incident_report *r, struct buffer *out)
{
    char day[DATE_TEXT_MAX];
    buffer_append_format(out, _("Incidents of %s"), date_format_human(s->day, day));
    buffer_append_text(out, "\n\n");
    if (r->is_chain_whole) {
        buffer_append_format(out, _("The audit trail is whole: %llu records verified."), (unsigned long long)r->chain.records);
    } else {
        buffer_append_format(out, _("THE AUDIT TRAIL IS DAMAGED at record %llu: %s"), (unsigned long long)r->chain.first_bad_seq,
                             r->chain.what);
    }
    buffer_append_byte(out, '\n');
    buffer_append_format(out, _("Emergency openings that wait for a review: %d, for more than 72 hours: %d"), r->reviews_open,
                         r->reviews_late);
    buffer_append_text(out, "\n\n");
    for (int i = 0; i < INCIDENT_KINDS; i++) {
        buffer_append_format(out, "%5d  %s\n", r->counts[i], incident_words((enum incident_kind)i));
    }
    buffer_append_byte(out, '\n');
    for (size_t i = 0; i < r->lines.len; i++) {
        const struct audit_line *line = &r->lines.items[i];
        struct local_time at = zone_local(s->ws->site->zone, line->at_us);
        const char *outcome = access_outcome(line->outcome);
        bool is_ok = outcome[0] == '\0';
        buffer_append_format(out, "%02d:%02d  %-8s %s: %s%s%s%s\n", at.hour, at.minute, enum_label(ENUM_RISK_LEVEL, (int)line->risk),
                             line->actor_name[0] != '\0' ? line->actor_name : _("(nobody signed in)"), access_words(line->action),
                             is_ok ? "" : " (", outcome, is_ok ? "" : ")");
    }
}

static enum status read(struct incidents *s, struct error *err)
{
    struct incident_report report = {0};
    struct buffer text = BUFFER_INIT;
    enum status status = incident_report_get(s->ws->actor, s->day, &report, err);
    if (status != STATUS_OK) {
        return status;
    }
    write_report(s, &report, &text);
    pager_release(&s->pager);
    pager_init(&s->pager, text.bytes);
    pager_layout(&s->pager, s->area.rows, s->area.cols);
    buffer_release(&text);
    incident_report_release(&report);
    return STATUS_OK;
}

static enum status incidents_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct incidents *s = mem_alloc(sizeof *s);
    (void)argument;
    s->ws = shell_app(sh);
    s->day = site_today(s->ws->site);
    pager_init(&s->pager, "");
    enum status status = read(s, err);
    if (status != STATUS_OK) {
        pager_release(&s->pager);
        mem_free(s);
        return status;
    }
    *out_state = s;
    return STATUS_OK;
}

static void incidents_close(void *state)
{
    struct incidents *s = state;
    pager_release(&s->pager);
    mem_free(s);
}

static void incidents_layout(void *state, struct area body)
{
    struct incidents *s = state;
    s->area = area_part(body, 1, 1, body.rows - 1, body.cols - 2);
    pager_layout(&s->pager, s->area.rows, s->area.cols);
}

static void incidents_draw(void *state, struct area body)
{
    const struct incidents *s = state;
    (void)body;
    pager_draw(&s->pager, s->area);
}

static unsigned incidents_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return pager_handle(&((struct incidents *)state)->pager, event);
}

static unsigned walk(struct shell *sh, struct incidents *s, int days)
{
    struct error err = ERROR_INIT;
    struct date before = s->day;
    s->day = date_add_days(s->day, days);
    if (date_compare(s->day, site_today(s->ws->site)) > 0 || read(s, &err) != STATUS_OK) {
        s->day = before;
        if (err.status != STATUS_OK) {
            shell_fail(sh, &err);
        }
    }
    return STALE_LAYOUT;
}

static unsigned run_next(struct shell *sh, void *state)
{
    return walk(sh, state, 1);
}

static unsigned run_previous(struct shell *sh, void *state)
{
    return walk(sh, state, -1);
}

static const struct action ACTIONS[] = {
    {"tab.previous", "Left", 0, N_("day before"), N_("Make the report of the day before."), run_previous, ACTION_IN_BAR, NULL},
    {"tab.next", "Right, n", 0, N_("next day"), N_("Make the report of the next day."), run_next, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_INCIDENTS = {
    .name = "incidents",
    .title = N_("Incidents"),
    .open = incidents_open,
    .layout = incidents_layout,
    .draw = incidents_draw,
    .key = incidents_key,
    .close = incidents_close,
    .actions = ACTIONS,
};
