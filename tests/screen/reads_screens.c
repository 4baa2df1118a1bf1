/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every screen of WORKSTATION_SCREENS is opened alone, as a role, on the marked patient; every action of its table is tried.
 * Where a marker stands on the terminal, this session has a row that is younger than the opening of the screen. A new screen is
 * walked without anybody's doing; one that cannot be opened with a patient alone has a row in SKIPPED that says where it
 * is seen. */
#include "screen/reads.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "service/patients.h"
#include "store/store_private.h"
#include "support/bed.h"
#include "support/ward.h"

enum { ARGUMENT_BYTES = 512, DEPTH_ESC = 6, TABS_MAX = 12, WAYS_EACH = 3 };

const enum clinic_person READS_PEOPLE[READS_ROLES] = {CLINIC_NURSE,   CLINIC_FRONT_DESK, CLINIC_PHARMACIST,      CLINIC_TECHNICIAN,
                                                      CLINIC_STUDENT, CLINIC_PRESCRIBER, CLINIC_PRIVACY_OFFICER, CLINIC_AUDITOR,
                                                      CLINIC_ADMIN};

static const struct {
    const char *screen, *why;
} SKIPPED[] = {
    {"alert", "lies over an order form, whose chart is open; needs its proposal"},
    {"second", "a sign-in over another screen; needs its question"},
    {"text", "one field over another screen; needs its question"},
    {"task", "opened from Home's list with a whole task; opens the chart, with its row"},
    {"count", "takes the name of a drug and shows no patient"},
    {"print", "shows a document that another screen made and audited; needs it"},
    {"step_up", "a password over another screen; needs its question"},
    {"print", "over the screen whose document it prints; needs that document"},
    {"sign_in", "nobody is signed in"},
    {"home", "walked apart"},
    {"welcome", "there is no site yet"},
    {"setup", "there is no site yet"},
    {"staff.member", "about a colleague; needs a sign-in name"},
    {"staff.act", "about a colleague; needs a sign-in name"},
    {"lot", "takes a lot, which no id can stand for; walked in the day at the counter"},
    {"directory.entry", "about a pharmacy or a provider; shows no patient"},
    {"lock", "the screen is cleared; only the password leads back"},
};

/* These no way leads to either. */
static const char *const WAYLESS[] = {"alert", "sign_in", "home", "welcome", "setup", "lock"};

/* They end the session or stop the program. */
static const char *const LEFT_OUT[] = {"quit", "suspend", "session.sign_out", "session.switch", "session.lock", "lock"};

void reads_blame(struct reads *r, const char *format, ...)
{
    size_t at = strlen(r->why);
    va_list args;
    r->wrong++;
    if (at + 2 < sizeof r->why) {
        va_start(args, format);
        (void)vsnprintf(r->why + at, sizeof r->why - at - 1, format, args); /* cut is fine */
        va_end(args);
        (void)snprintf(r->why + strlen(r->why), 2, "\n");                  /* fits */
    }
}

int64_t reads_rows(struct reads *r, const char *session_id)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db = r->clinic->site->store->db.handle;
    cr_assert_eq(sqlite3_prepare_v2(db, "SELECT count(*) FROM audit_logs WHERE instr(record, CAST(?1 AS BLOB)) > 0 AND "
                                        "instr(record, CAST('not_permitted' AS BLOB)) = 0", -1, &stmt, NULL),
                 SQLITE_OK, "%s", sqlite3_errmsg(db));
    (void)sqlite3_bind_text(stmt, 1, session_id, -1, SQLITE_STATIC);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW, "%s", sqlite3_errmsg(db));
    int64_t value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return value;
}

bool reads_shows(const struct clinic_screen *s, const char *marker)
{
    return harness_shows(s->h, marker) || (strcmp(marker, READS_NAME) == 0 && harness_shows(s->h, "ZQPERSONMARK"));
}

void reads_judge(struct reads *r, enum role role, const char *text, bool has_row, const char *where)
{
    bool has_name = strstr(text, READS_NAME) != NULL || strstr(text, "ZQPERSONMARK") != NULL;
    bool is_clinical = strstr(text, READS_PROBLEM) != NULL || strstr(text, READS_ALLERGEN) != NULL || strstr(text, READS_REACTION) != NULL;
    r->looks++;
    if (!has_name && !is_clinical) {
        return;
    }
    r->seen++;
    if (is_clinical && !permission_allows(role, PERMISSION_CLINICAL_READ)) {
        reads_blame(r, "%s: the role %s sees the chart", where, enum_word(ENUM_ROLE, (int)role));
    }
    if (!permission_allows(role, PERMISSION_PATIENT_READ)) {
        reads_blame(r, "%s: the role %s sees who the patient is", where, enum_word(ENUM_ROLE, (int)role));
    }
    if (!has_row) {
        reads_blame(r, "%s: the role %s sees the patient and no row says so", where, enum_word(ENUM_ROLE, (int)role));
    }
}

void reads_look(struct reads *r, struct clinic_screen *s, int64_t before, const char *screen, const char *action)
{
    struct buffer all = BUFFER_INIT;
    if (s->ws.actor == NULL) {
        r->looks++;
        return; /* signed out: the emptiness of that screen is tested elsewhere */
    }
    for (int row = 0; row < s->h->rows; row++) {
        char *text = emulator_row(s->h->screen, row);
        buffer_append_format(&all, "%s\n", text);
        mem_free(text);
    }
    char *where = mem_format("%s, %s", screen, action);
    reads_judge(r, s->ws.actor->role, all.bytes, reads_rows(r, s->ws.actor->session_id) > before, where);
    mem_free(where);
    buffer_release(&all);
}

static bool is_left_out(const char *action)
{
    for (size_t i = 0; i < sizeof LEFT_OUT / sizeof *LEFT_OUT; i++) {
        if (strcmp(action, LEFT_OUT[i]) == 0) {
            return true;
        }
    }
    return false;
}

struct walk {
    struct reads *out;
    struct clinic_screen s;
};

/* How a screen is opened: by the patient and a row, or by a way. */
struct opening {
    const struct uid *second;
    bool is_way;
    int id;
};

static bool is_skipped(const char *screen)
{
    for (size_t i = 0; i < sizeof SKIPPED / sizeof *SKIPPED; i++) {
        if (strcmp(screen, SKIPPED[i].screen) == 0) {
            return true;
        }
    }
    return false;
}

/* Back to Home, whatever asks on the way; what was typed is thrown away. */
static void go_home(struct walk *w)
{
    for (int i = 0; i < DEPTH_ESC && shell_top(w->s.h->shell) != &SCREEN_HOME; i++) {
        harness_press(w->s.h, "Esc");
        if (shell_top(w->s.h->shell) != &SCREEN_HOME && i > 1) { /* a question: the other answer leaves */
            harness_press(w->s.h, "Tab");
            harness_press(w->s.h, "Enter");
        }
    }
}

static void note_on_top(struct walk *w, const struct screen_ops *screen)
{
    for (int i = 0; WORKSTATION_SCREENS[i] != NULL; i++) {
        w->out->was_open[i] = w->out->was_open[i] || (WORKSTATION_SCREENS[i] == screen && shell_top(w->s.h->shell) == screen);
    }
}

static bool open_plain(struct walk *w, const struct screen_ops *screen, const struct uid *second)
{
    union {
        unsigned char bytes[ARGUMENT_BYTES];
        struct uid ids[2];
        struct history_argument history;
        struct pass_argument pass;
    } argument;
    struct error err = ERROR_INIT;
    if (screen == &SCREEN_PRINT) { /* takes a document, which no id can stand for; its callers are walked */
        return false;
    }
    memset(&argument, 0, sizeof argument); /* arguments begin with the patient; the rest is nothing */
    if (screen == &SCREEN_HISTORY) {
        argument.history = (struct history_argument){w->out->patient, w->out->patient, HISTORY_PATIENT, READS_NAME};
    } else if (screen == &SCREEN_PASS) {
        argument.pass = (struct pass_argument){.patient = w->out->patient, .wristband = w->out->mrn};
    } else {
        argument.ids[0] = w->out->patient;
        argument.ids[1] = second != NULL ? *second : UID_NONE;
    }
    bool is_open = shell_open(w->s.h->shell, screen, &argument, &err) == STATUS_OK;
    shell_paint(w->s.h->shell);
    return is_open;
}

static bool open_screen(struct walk *w, const struct screen_ops *screen, const struct opening *how)
{
    bool is_open = how->is_way ? ways_open(w->s.h->shell, &w->out->ways, (struct way){screen, how->id}, NULL) : open_plain(w, screen, how->second);
    if (is_open) {
        note_on_top(w, screen);
    }
    return is_open;
}

/* Home is walked apart, and what lies over it leaves it seen: its lists have their rows of when it was opened. */
static void look(struct walk *w, int64_t before, const struct screen_ops *screen, const char *action)
{
    const struct screen_ops *top = w->s.ws.actor != NULL ? shell_top(w->s.h->shell) : NULL;
    bool is_home_seen = top == &SCREEN_HOME || (screen->flags & SCREEN_OVERLAY) != 0;
    reads_look(w->out, &w->s, is_home_seen ? 0 : before, screen->name, action);
}

static void try_actions(struct walk *w, const struct screen_ops *screen, const struct action *table, const struct opening *how)
{
    for (const struct action *a = table; a != NULL && a->name != NULL; a++) {
        if (is_left_out(a->name)) {
            continue;
        }
        int64_t before = reads_rows(w->out, w->s.ws.actor->session_id);
        if (!open_screen(w, screen, how)) {
            return;
        }
        harness_try(w->s.h, a->name);
        look(w, before, screen, a->name);
        harness_press(w->s.h, "Down");
        look(w, before, screen, a->name);
        go_home(w);
        if (shell_top(w->s.h->shell) != &SCREEN_HOME) {
            cr_assert_fail("%s, %s: there is no way back to Home", screen->name, a->name);
        }
    }
}

/* True when it opened. */
static bool walk_opening(struct walk *w, const struct screen_ops *screen, const struct opening *how, bool with_actions)
{
    int64_t before = reads_rows(w->out, w->s.ws.actor->session_id);
    bool is_open = open_screen(w, screen, how);
    look(w, before, screen, "opened");
    for (int tab = 0; is_open && screen->parts != NULL && tab < TABS_MAX; tab++) {
        harness_press(w->s.h, "Right");
        look(w, before, screen, "tab");
    }
    go_home(w);
    if (is_open && with_actions) {
        try_actions(w, screen, screen->actions, how);
        for (const struct screen_part *const *part = screen->parts; part != NULL && *part != NULL; part++) {
            try_actions(w, screen, (*part)->actions, how);
        }
    }
    return is_open;
}

static void walk_screen(struct walk *w, const struct screen_ops *screen, const struct uid *second)
{
    (void)walk_opening(w, screen, &(struct opening){.second = second}, true); /* one that does not open is looked at, too */
}

static bool is_wayless(const char *screen)
{
    for (size_t i = 0; i < sizeof WAYLESS / sizeof *WAYLESS; i++) {
        if (strcmp(WAYLESS[i], screen) == 0) {
            return true;
        }
    }
    return false;
}

/* Each of its ways, the first few that are open to this person. */
static void walk_ways(struct walk *w, const struct screen_ops *screen)
{
    int open = 0;
    for (int id = -1; id < w->out->ways.id_count && open < WAYS_EACH; id++) {
        const struct opening how = {.is_way = true, .id = id};
        if (!open_screen(w, screen, &how)) { /* most are ways of other screens */
            continue;
        }
        go_home(w);
        open += walk_opening(w, screen, &how, open == 0);
    }
}

/* Those whose argument is the patient and then a row of the chart. */
static bool has_row_argument(const struct screen_ops *screen)
{
    const struct screen_ops *const those[] = {&SCREEN_ORDER,   &SCREEN_ORDER_END, &SCREEN_DOSE, &SCREEN_DOSE_EFFECT, &SCREEN_SIGN,
                                              &SCREEN_ALLERGY, &SCREEN_PROBLEM,   &SCREEN_METRIC};
    for (size_t i = 0; i < sizeof those / sizeof *those; i++) {
        if (screen == those[i]) {
            return true;
        }
    }
    return false;
}

void reads_begin(struct reads *r)
{
    sqlite3_stmt *stmt = NULL;
    memset(r, 0, sizeof *r);
    struct clinic *c = r->clinic = clinic_new();
    r->patient = clinic_add_patient(c, &(struct clinic_patient){.first = "Ada", .last = READS_NAME, .weight_kg = "70"});
    clinic_add_allergy(c, r->patient, READS_ALLERGEN, READS_REACTION, REACTION_SEVERITY_LIFE_THREATENING);
    clinic_add_condition(c, r->patient, READS_PROBLEM, "I10");
    r->order = clinic_add_order(c, r->patient, "warfarin 5 mg tab 1 tab daily");
    struct patient patient;
    cr_assert_eq(patient_open(clinic_actor(c, CLINIC_NURSE), r->patient, &patient, NULL), STATUS_OK);
    (void)snprintf(r->mrn, sizeof r->mrn, "%s", patient.mrn); /* fits */
    patient_release(&patient);
    cr_assert_eq(sqlite3_prepare_v2(c->site->store->db.handle, "SELECT allergy_id FROM user_allergies LIMIT 1", -1, &stmt, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    memcpy(r->allergy.bytes, sqlite3_column_blob(stmt, 0), sizeof r->allergy.bytes);
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
}

void reads_add_seldom(struct reads *r)
{
    struct ward ward = {r->clinic, r->patient, r->order};
    struct bed bed = {.c = r->clinic, .patient = r->patient};
    (void)clinic_add_patient(r->clinic, &(struct clinic_patient){.first = "Zoe", .last = READS_NAME});
    (void)clinic_add_unverified_order(r->clinic, r->patient, "metformin 500 mg tab 1 tab bid #60 r2");
    clinic_pass(r->clinic, 24 * US_PER_HOUR);
    struct dose_event event = ward_due(&ward, r->order, ward_at(1, 8, 0));
    ward_must_record(&ward, &event, 0);
    bed_begin(&bed, CLINIC_NURSE, RECONCILE_TRANSITION_ADMISSION);
    bed_say(&bed, CLINIC_NURSE, HISTORY_SOURCE_PATIENT, "warfarin 5 mg tab 1 tab daily");
    ways_add_seldom(r->clinic->site->store);
    ways_read(&r->ways, r->clinic->site->store);
    r->has_ways = true;
}

char *reads_missed(const struct reads *r)
{
    struct buffer missed = BUFFER_INIT;
    for (int i = 0; WORKSTATION_SCREENS[i] != NULL; i++) {
        if (!r->was_open[i] && !is_wayless(WORKSTATION_SCREENS[i]->name)) {
            buffer_append_format(&missed, "%s ", WORKSTATION_SCREENS[i]->name);
        }
    }
    return missed.len > 0 ? buffer_take(&missed) : mem_copy_text("");
}

void reads_end(struct reads *r)
{
    clinic_free(r->clinic);
}

void reads_walk_screens(struct reads *r, enum clinic_person who)
{
    struct walk *w = mem_alloc(sizeof *w);
    w->out = r;
    clinic_screen_open(&w->s, r->clinic, who, 24, 80);
    for (const struct screen_ops *const *screen = WORKSTATION_SCREENS; *screen != NULL; screen++) {
        if (!is_skipped((*screen)->name)) {
            walk_screen(w, *screen, NULL);
            if (has_row_argument(*screen)) {
                walk_screen(w, *screen, &r->order);
                walk_screen(w, *screen, &r->allergy);
            }
        }
        if (r->has_ways && !is_wayless((*screen)->name)) {
            walk_ways(w, *screen);
        }
    }
    clinic_screen_close(&w->s);
    mem_free(w);
}
