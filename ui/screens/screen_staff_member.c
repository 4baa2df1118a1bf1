/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One person's account: what is kept of it, where it is signed in, and what can be done to it. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/picker.h"
#include "screens/facts.h"
#include "screens/staff_view.h"

enum { HEAD_ROWS = 2 };

struct member {
    struct workstation *ws;
    char *login;
    struct staff row;
    struct staff_session_list sessions;
    struct facts facts;
};

static void write_facts(struct member *s)
{
    const struct zone *zone = s->ws->site->zone;
    const struct staff_license *l = &s->row.license;
    char day[DATE_TEXT_MAX], words[96];
    enum style style;
    struct facts *f = &s->facts;
    f->count = 0;
    facts_add(f, _("Sign-in name"), "%s", s->row.login);
    facts_add(f, _("Last name"), "%s", s->row.last_name);
    facts_add(f, _("First names"), "%s", s->row.first_name);
    facts_add(f, _("Role"), "%s", enum_label(ENUM_ROLE, (int)s->row.role));
    facts_add(f, _("Account"), "%s", staff_state_words(&s->row, &style));
    facts_add(f, _("NPI"), "%s", l->npi);
    facts_add(f, _("License"), "%s  %s  %s", l->number, l->authority,
              staff_license_words(l, site_today(s->ws->site), words, sizeof words, &style));
    if (s->row.last_sign_off_us != 0) {
        struct local_time at = zone_local(zone, s->row.last_sign_off_us);
        facts_add(f, _("Last here"), "%s %02d:%02d", date_format_human(at.date, day), at.hour, at.minute);
    } else {
        facts_add(f, _("Last here"), "%s", _("never signed off"));
    }
    for (size_t i = 0; i < s->sessions.len; i++) {
        const struct staff_session *one = &s->sessions.items[i];
        struct local_time at = zone_local(zone, one->created_us), last = zone_local(zone, one->last_activity_us);
        facts_add(f, i == 0 ? _("Signed in") : "", _("since %s %02d:%02d from %s, last used %02d:%02d"), date_format_human(at.date, day),
                  at.hour, at.minute, one->address, last.hour, last.minute);
    }
    if (s->sessions.len == 0) {
        facts_add(f, _("Signed in"), "%s", _("nowhere at this site"));
    }
}

static enum status read(struct member *s, struct error *err)
{
    struct staff fresh = {0};
    struct staff_session_list sessions = {0};
    enum status status = staff_look(s->ws->actor, s->login, &fresh, err);
    if (status == STATUS_OK) {
        status = staff_sessions(s->ws->actor, s->login, &sessions, err);
    }
    if (status != STATUS_OK) {
        staff_release(&fresh);
        return status;
    }
    staff_release(&s->row);
    staff_session_list_release(&s->sessions);
    s->row = fresh;
    s->sessions = sessions;
    write_facts(s);
    return STATUS_OK;
}

static void member_close(void *state)
{
    struct member *s = state;
    staff_release(&s->row);
    staff_session_list_release(&s->sessions);
    mem_free(s->login);
    mem_free(s);
}

static enum status member_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct member *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    s->login = mem_copy_text(argument);
    enum status status = read(s, err);
    if (status != STATUS_OK) {
        member_close(s);
        return status;
    }
    *out_state = s;
    return STATUS_OK;
}

static void member_layout(void *state, struct area body)
{
    facts_layout(&((struct member *)state)->facts, area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS));
}

static void member_draw(void *state, struct area body)
{
    struct member *s = state;
    draw_format(body, 0, 1, STYLE_HEADING, _("Account of %s"), s->row.login);
    facts_draw(&s->facts);
}

static unsigned member_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return facts_key(&((struct member *)state)->facts, event);
}

static unsigned member_event(struct shell *sh, void *state, const struct event *event)
{
    struct error err = ERROR_INIT;
    if (event->kind != EVENT_CLOSED) { /* others' sign-ins are read when an act was done, not at each of them: each has its row */
        return EVENT_UNHANDLED;
    }
    if (strcmp(event->text, SCREEN_STAFF_ACT.name) == 0 && read(state, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_CELLS;
}

/* ---- what can be done: one list ---- */

static const struct {
    enum staff_act what;
    const char *label;
} ACTS[] = {
    {STAFF_ROLE, N_("Give another role")},
    {STAFF_RESET, N_("Give a new password, shown once")},
    {STAFF_UNLOCK, N_("Let try again after wrong passwords")},
    {STAFF_END_SESSIONS, N_("End the sessions")},
    {STAFF_LICENSE, N_("NPI and license")},
    {STAFF_CLOSE, N_("Close the account")},
};
enum { ACTS_COUNT = sizeof ACTS / sizeof *ACTS };

static int filter_acts(void *context, const char *text)
{
    (void)context;
    (void)text;
    return ACTS_COUNT;
}

static void draw_act(const void *context, int row, struct area line, bool is_selected)
{
    const struct member *s = context;
    bool is_reopening = ACTS[row].what == STAFF_CLOSE && s->row.is_disabled;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(line, 0, 2, STYLE_TEXT, is_reopening ? _("Open the account again") : _(ACTS[row].label));
}

static unsigned act_picked(struct shell *sh, void *state, int row)
{
    struct member *s = state;
    if (row >= 0) {
        enum staff_act what = ACTS[row].what == STAFF_CLOSE && s->row.is_disabled ? STAFF_OPEN : ACTS[row].what;
        shell_open_or_say(sh, &SCREEN_STAFF_ACT, &(struct staff_act_argument){what, s->login});
    }
    return STALE_CELLS;
}

static unsigned run_pick(struct shell *sh, void *state)
{
    struct picker_source source = {{state, NULL, draw_act, ""}, filter_acts, state};
    shell_pick(sh, _("What is to be done?"), N_("Enter takes"), &source, act_picked);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, PERMISSION_STAFF_ADMIN, N_("do something"), N_("Choose what is to be done to this account."), run_pick,
     ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_STAFF_MEMBER = {
    .name = "staff.member",
    .title = N_("Account"),
    .open = member_open,
    .layout = member_layout,
    .draw = member_draw,
    .key = member_key,
    .event = member_event,
    .close = member_close,
    .actions = ACTIONS,
};
