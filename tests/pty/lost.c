/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workstation runs in a child as ui/main.c runs it: its own loop, terminal and signals. Only the way to the screen is
 * ours: from the loop's poll, once somebody has signed in by keys. */
#include "pty/lost.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "pty/demo_site.h"
#include "screen/ways.h"
#include "screens/first_run.h"
#include "screens/form_draft.h"
#include "service/demo.h"
#include "service/drafts.h"
#include "store/audit_store.h"
#include "support/clinic_screen.h"

#define TYPED "zqtyped"
#define ORDER_LINE "simvastatin 80 mg tab 1 tab daily" /* more than the prescriber may order without being asked */
#define LIMIT_US (2 * INT64_C(1000000))

enum { SCREENS_MAX = 128, SETTLE_POLLS = 2 };

/* Where the program stands before the screen is opened. */
enum place { PLACE_SIGNED_IN, PLACE_AT_DOOR, PLACE_NO_SITE };

/* What the child tells once its screen is there and the letters were read. */
struct told {
    int screen; /* place in WORKSTATION_SCREENS; -1: none of those that were wanted opens for this person */
    bool takes_text, has_draft;
    char form[64];
    struct uid patient;
};

struct child {
    const char *site_folder, *device_key_path;
    enum place place;
    enum role role; /* of who signs in */
    struct ways ways;
    bool is_wanted[SCREENS_MAX];
    int report_fd, stage;
    struct told told;
    struct workstation ws;
    bool (*poll)(struct shell *sh, void *app);
};

static struct child *the_child; /* the loop's poll has no context of ours */
static const struct clock *wall_clock(void)
{
    static struct clock clock;
    clock = clock_system();
    return &clock;
}

static enum place place_of(const struct screen_ops *screen)
{
    return screen == &SCREEN_SIGN_IN                              ? PLACE_AT_DOOR
           : screen == &SCREEN_WELCOME || screen == &SCREEN_SETUP ? PLACE_NO_SITE
                                                                  : PLACE_SIGNED_IN;
}

static bool open_it(struct shell *sh, const struct screen_ops *screen)
{
    struct error err = ERROR_INIT;
    if (place_of(screen) != the_child->place) {
        return false;
    }
    if (screen == &SCREEN_HOME || screen == &SCREEN_SIGN_IN || screen == &SCREEN_WELCOME) { /* the first one of its place */
        return shell_top(sh) == screen;
    }
    if (screen == &SCREEN_SETUP) {
        return shell_open(sh, screen, NULL, &err) == STATUS_OK;
    }
    if (screen == &SCREEN_ALERT) { /* over the form of an order, once its line is typed and to be saved */
        return the_child->role == ROLE_PRESCRIBER && ways_open(sh, &the_child->ways, (struct way){&SCREEN_ORDER, -1}, NULL);
    }
    if (screen == &SCREEN_LOCK) {
        return shell_run_action(sh, "lock", &err) == STATUS_OK;
    }
    for (int id = -1; id < the_child->ways.id_count; id++) {
        if (ways_open(sh, &the_child->ways, (struct way){screen, id}, NULL)) {
            return shell_top(sh) == screen;
        }
    }
    return false;
}

static void open_any(struct shell *sh)
{
    struct told *told = &the_child->told;
    told->screen = -1;
    for (int i = 0; WORKSTATION_SCREENS[i] != NULL && told->screen < 0; i++) {
        if (the_child->is_wanted[i] && open_it(sh, WORKSTATION_SCREENS[i])) {
            const struct screen_ops *top = shell_top(sh);
            told->screen = i;
            told->takes_text = top->text_focus != NULL && top->text_focus(shell_top_state(sh));
        }
    }
}

static void tell(void)
{
    if (write(the_child->report_fd, &the_child->told, sizeof the_child->told) != (ssize_t)sizeof the_child->told) {
        _exit(99);
    }
}

static bool poll_and_open(struct shell *sh, void *app)
{
    struct workstation *ws = app;
    bool is_changed = the_child->poll(sh, app);
    if (ws->actor == NULL && the_child->place == PLACE_SIGNED_IN) {
        return is_changed;
    }
    bool wants_alert = the_child->told.screen >= 0 && WORKSTATION_SCREENS[the_child->told.screen] == &SCREEN_ALERT;
    if (the_child->stage == SETTLE_POLLS && wants_alert && shell_top(sh) != &SCREEN_ALERT) {
        return is_changed; /* not there yet */
    }
    the_child->stage++;
    if (the_child->stage == 1) {
        open_any(sh);
        tell();
    } else if (the_child->stage == 1 + SETTLE_POLLS) { /* what was typed has been read by now */
        const struct form_draft *d = ws->drafts;
        if (d != NULL && form_is_changed(d->form)) {
            the_child->told.has_draft = true;
            the_child->told.patient = d->patient;
            (void)snprintf(the_child->told.form, sizeof the_child->told.form, "%s", d->name); /* fits */
        }
        tell();
    }
    return is_changed;
}

/* The first start asks for it; nothing is made here. */
static int no_command(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return 2;
}

/* As main() and run_screens() of ui/main.c. */
static int run_workstation(void *context)
{
    struct child *c = the_child = context;
    struct error err = ERROR_INIT;
    struct term *term;
    struct shell *sh;
    c->ws = (struct workstation){.site_folder = c->site_folder, .device_key_path = c->device_key_path, .clock = wall_clock(),
                                .run_command = no_command};
    settings_init(&c->ws.settings);
    const struct term_options options = {.in_fd = 0, .out_fd = 1, .title = "PrescripCare"};
    if (term_start(&options, &term, &err) != STATUS_OK) {
        return 98;
    }
    struct shell_options shell = workstation_options(&c->ws);
    c->poll = shell.poll;
    shell.poll = poll_and_open;
    shell.term = term;
    if (shell_new(&shell, &sh, &err) != STATUS_OK || shell_open(sh, workstation_first_screen(&c->ws), NULL, &err) != STATUS_OK) {
        term_stop();
        return 97;
    }
    (void)shell_run(sh); /* however it ended: Home has ended the session */
    shell_free(sh);
    term_stop();
    workstation_close(&c->ws);
    return 0;
}

/* ---- the other end of the line ---- */

struct walk {
    struct demo_site *demo;
    char *nowhere; /* a folder that is not there */
    char *device_key_path;
    struct demo_user users[DEMO_USERS];
    struct lost_run *out;
    struct random *r;
    bool is_done[SCREENS_MAX], is_missed[SCREENS_MAX];
};

static void blame(struct lost_run *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void blame(struct lost_run *out, const char *format, ...)
{
    size_t at = strlen(out->why);
    va_list args;
    out->wrong++;
    if (at + 2 < sizeof out->why) {
        va_start(args, format);
        (void)vsnprintf(out->why + at, sizeof out->why - at - 1, format, args); /* cut is fine */
        va_end(args);
        (void)snprintf(out->why + strlen(out->why), 2, "\n");                   /* fits */
    }
}

static const char *how_words(enum lost_how how)
{
    static const char *const WORDS[] = {"line cut", "SIGHUP", "SIGTERM"};
    return WORDS[how];
}

static struct told hear(struct pty *p, int fd)
{
    struct told told = {.screen = -2};
    ssize_t n = -1;
    for (int64_t until_us = clock_monotonic_us() + PTY_DEADLINE_MS * INT64_C(1000); n < 0 && clock_monotonic_us() < until_us;) {
        pty_drain(p, 50);
        n = read(fd, &told, sizeof told);
    }
    cr_assert_eq(n, (ssize_t)sizeof told, "the child says nothing (%zd)", n);
    return told;
}

static int64_t end_it(struct pty *p, enum lost_how how)
{
    int64_t begun_us = clock_monotonic_us();
    switch (how) {
    case LOST_LINE_CUT:
        pty_hang_up(p);
        break;
    case LOST_HANGUP_SIGNAL:
        pty_signal(p, SIGHUP);
        break;
    case LOST_TERM_SIGNAL:
    case LOST_WAYS:
        pty_signal(p, SIGTERM);
        break;
    }
    int code = pty_wait_end(p);
    int64_t took_us = clock_monotonic_us() - begun_us;
    return code == 0 ? took_us : -code;
}

static struct actor *look_as(struct walk *w, struct site *site, const struct demo_user *who)
{
    struct error err = ERROR_INIT;
    struct actor *actor = NULL;
    cr_assert_eq(session_sign_in(site, who->login, who->password, &actor, &err), STATUS_OK, "%s: %s", who->login, error_text(&err));
    (void)w;
    return actor;
}

/* What Home and the form would offer to that person. */
static bool is_offered(struct actor *actor, const struct told *told, const char *typed)
{
    struct error err = ERROR_INIT;
    struct own_draft_list list = {0};
    struct draft found;
    bool is_listed = false, is_found = draft_find(actor, told->form, told->patient, &found, &err) == STATUS_OK;
    if (draft_list_own(actor, &list, &err) == STATUS_OK) {
        for (size_t i = 0; i < list.len; i++) {
            const struct draft *d = &list.items[i].draft;
            is_listed = is_listed || (strcmp(d->form, told->form) == 0 && uid_compare(d->patient, told->patient) == 0 &&
                                      strstr(d->content, typed) != NULL);
        }
    }
    own_draft_list_release(&list);
    if (is_found) {
        is_found = strstr(found.content, typed) != NULL;
        draft_release(&found);
    }
    return is_listed && is_found;
}

static void check_site(struct walk *w, const struct demo_user *who, const struct told *told, enum lost_how how, const char *where)
{
    struct error err = ERROR_INIT;
    struct audit_report report;
    struct actor *admin = demo_site_look(w->demo);
    struct site *site = admin->site;
    char *sql = mem_format("SELECT count(*) FROM (SELECT end_reason, is_active FROM session_management AS s JOIN staff_members AS m USING "
                           "(user_id) WHERE m.login_name = '%s' ORDER BY s.created_at DESC, s.rowid DESC LIMIT 1) WHERE is_active = 0 AND "
                           "end_reason = '%s'", who->login, how == LOST_TERM_SIGNAL ? "signed_out" : "lost");
    /* The administrator's own look is the newest one when it was the administrator: the one before it counts. */
    if (strcmp(who->login, w->users[0].login) == 0) {
        mem_free(sql);
        sql = mem_format("SELECT count(*) FROM session_management WHERE session_id <> '%s' AND is_active = 0 AND end_reason = '%s' AND "
                         "created_at = (SELECT max(created_at) FROM session_management WHERE session_id <> '%s')", admin->session_id,
                         how == LOST_TERM_SIGNAL ? "signed_out" : "lost", admin->session_id);
    }
    if (demo_site_count(admin, sql) != 1) {
        blame(w->out, "%s: the session is not ended as it should", where);
    }
    if (demo_site_count(admin, "SELECT count(*) FROM session_management WHERE is_active = 1") != 1) {
        blame(w->out, "%s: a session is left open", where);
    }
    if (audit_verify(site->store, &report, &err) != STATUS_OK) {
        blame(w->out, "%s: %s", where, error_text(&err));
    }
    mem_free(sql);
    const char *typed = WORKSTATION_SCREENS[told->screen] == &SCREEN_ALERT ? "simvastatin" : TYPED;
    if (WORKSTATION_SCREENS[told->screen] == &SCREEN_ALERT && !told->has_draft) {
        blame(w->out, "%s: the order is not kept as a draft", where);
    }
    if (told->has_draft) {
        struct actor *same = look_as(w, site, who), *other = look_as(w, site, &w->users[strcmp(who->login, w->users[1].login) == 0 ? 2 : 1]);
        if (!is_offered(same, told, typed)) {
            blame(w->out, "%s: the draft %s is not offered", where, told->form);
        } else {
            w->out->drafts++;
        }
        if (is_offered(other, told, typed)) {
            blame(w->out, "%s: somebody else is offered the draft", where);
        }
        if (draft_discard(same, told->form, told->patient, &err) != STATUS_OK) {
            blame(w->out, "%s: %s", where, error_text(&err));
        }
        session_sign_out(same, SESSION_END_SIGNED_OUT);
        session_sign_out(other, SESSION_END_SIGNED_OUT);
    }
    demo_site_look_away(admin);
}

/* Nobody was signed in: nothing of it is left. */
static void check_door(struct walk *w, int64_t sessions, const char *where)
{
    struct stat what;
    struct actor *admin = demo_site_look(w->demo);
    if (demo_site_count(admin, "SELECT count(*) FROM session_management") != sessions + 1) { /* our own look */
        blame(w->out, "%s: a session was opened", where);
    }
    if (demo_site_count(admin, "SELECT count(*) FROM drafts") != 0) {
        blame(w->out, "%s: a draft is left", where);
    }
    if (stat(w->nowhere, &what) == 0) {
        blame(w->out, "%s: half a site is left", where);
    }
    demo_site_look_away(admin);
}

static int64_t count_sessions(struct walk *w)
{
    struct actor *admin = demo_site_look(w->demo);
    int64_t count = demo_site_count(admin, "SELECT count(*) FROM session_management");
    demo_site_look_away(admin);
    return count;
}

static void type_at(struct pty *p, const struct told *told)
{
    if (WORKSTATION_SCREENS[told->screen] == &SCREEN_ALERT) {
        demo_site_type(p, ORDER_LINE);
        pty_press(p, "F10");
    } else if (told->takes_text) {
        pty_type(p, TYPED);
    }
}

/* One of the wanted screens of the child's place, as that person; false: none of them opens. */
static bool lose(struct walk *w, struct child *c, const struct demo_user *who, enum lost_how how)
{
    int report[2];
    int64_t sessions = c->place == PLACE_SIGNED_IN ? 0 : count_sessions(w);
    cr_assert_eq(pipe(report), 0);
    c->report_fd = report[1];
    c->stage = 0;
    c->role = who->role;
    c->site_folder = c->place == PLACE_NO_SITE ? w->nowhere : w->demo->site_folder;
    memset(&c->told, 0, sizeof c->told);
    struct pty *p = pty_start(&(struct pty_options){.run = run_workstation, .context = c});
    close(report[1]);
    cr_assert_neq(fcntl(report[0], F_SETFL, O_NONBLOCK), -1);
    if (c->place == PLACE_SIGNED_IN) {
        pty_expect(p, "Sign-in name");
        demo_site_type(p, who->login);
        pty_press(p, "Down");
        pty_type(p, who->password);
        pty_expect(p, "*******");
        pty_press(p, "End");
        pty_press(p, "Enter");
    }
    struct told told = hear(p, report[0]);
    if (told.screen >= 0) {
        type_at(p, &told);
    }
    told = hear(p, report[0]);
    int64_t took_us = end_it(p, how);
    pty_free(p);
    close(report[0]);
    if (told.screen < 0) {
        return false;
    }
    c->is_wanted[told.screen] = false;
    char *where = mem_format("%s, %s", WORKSTATION_SCREENS[told.screen]->name, how_words(how));
    if (took_us < 0 || took_us > LIMIT_US) {
        blame(w->out, "%s: %s %lld", where, took_us < 0 ? "ended with code" : "took too long, us:", (long long)(took_us < 0 ? -took_us : took_us));
    }
    w->out->longest_us = took_us > w->out->longest_us ? took_us : w->out->longest_us;
    w->out->ends++;
    w->out->screens += !w->is_done[told.screen];
    w->is_done[told.screen] = true;
    if (c->place == PLACE_SIGNED_IN) {
        check_site(w, who, &told, how, where);
    } else {
        check_door(w, sessions, where);
    }
    mem_free(where);
    return true;
}

static bool is_any_wanted(const struct child *c, enum place place)
{
    for (int i = 0; WORKSTATION_SCREENS[i] != NULL; i++) {
        if (c->is_wanted[i] && place_of(WORKSTATION_SCREENS[i]) == place) {
            return true;
        }
    }
    return false;
}

/* The screens that were wanted and that nobody could open. */
static void tell_missed(struct walk *w, const struct child *c)
{
    for (int i = 0; WORKSTATION_SCREENS[i] != NULL; i++) {
        size_t at = strlen(w->out->missed);
        if (c->is_wanted[i] && !w->is_missed[i] && at + 2 < sizeof w->out->missed) {
            w->is_missed[i] = true;
            (void)snprintf(w->out->missed + at, sizeof w->out->missed - at, "%s ", WORKSTATION_SCREENS[i]->name); /* cut is fine */
        }
    }
}

/* So many of the screens, whichever; 0: all. */
static void want(struct walk *w, struct child *c, int most)
{
    int count = 0;
    while (WORKSTATION_SCREENS[count] != NULL) {
        c->is_wanted[count++] = most == 0;
    }
    for (int i = 0; i < most; i++) { /* some of them twice the same */
        c->is_wanted[random_below(w->r, (uint64_t)count)] = true;
    }
}

static void walk_all(struct walk *w, struct child *c, enum lost_how how, int most)
{
    uint64_t first = random_below(w->r, DEMO_USERS);
    want(w, c, most);
    for (c->place = PLACE_SIGNED_IN; c->place <= PLACE_NO_SITE; c->place++) {
        int people = c->place == PLACE_SIGNED_IN ? DEMO_USERS : 1;
        for (int person = 0; person < people; person++) {
            const struct demo_user *who = &w->users[(first + (uint64_t)person) % DEMO_USERS];
            while (is_any_wanted(c, c->place) && lose(w, c, who, how)) {
            }
        }
    }
    tell_missed(w, c);
}

void lost_run(int most, struct random *r, struct lost_run *out)
{
    struct walk w = {.demo = demo_site_new(), .out = out, .r = r};
    struct child *c = mem_alloc(sizeof *c);
    memset(out, 0, sizeof *out);
    demo_users(DEMO_SITE_SEED, w.users);
    w.device_key_path = mem_format("%s/state/prescripcare/device.key", w.demo->folder);
    w.nowhere = mem_format("%s/nowhere", w.demo->folder);
    c->device_key_path = w.device_key_path;
    struct actor *admin = demo_site_look(w.demo);
    clinic_screen_settle(admin->site);
    ways_add_seldom(admin->site->store);
    ways_read(&c->ways, admin->site->store);
    demo_site_look_away(admin);
    if (most != 0) {
        walk_all(&w, c, (enum lost_how)random_below(r, LOST_WAYS), most);
    }
    for (int how = 0; most == 0 && how < LOST_WAYS; how++) {
        walk_all(&w, c, (enum lost_how)how, 0);
    }
    mem_free(c);
    mem_free(w.nowhere);
    mem_free(w.device_key_path);
    demo_site_free(w.demo);
}
