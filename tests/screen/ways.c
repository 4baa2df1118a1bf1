/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screen/ways.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "model/registry.h"
#include "screens/directory_view.h"
#include "screens/reconcile_parts.h"
#include "screens/staff_view.h"
#include "service/doses_tasks.h"
#include "service/step_up.h"
#include "store/store_private.h"

#define ORDINARY "nurse" /* somebody signs in so, on every site of the tests */
enum { ARGUMENT_BYTES = 512, IDS_EACH = 3 };

enum takes { TAKES_PATIENT, TAKES_PATIENT_AND_ROW, TAKES_ID, TAKES_TEXT, TAKES_MORE };
static const struct {
    const struct screen_ops *screen;
    enum takes takes;
    const char *words; /* the table whose rows it takes; why it is left out */
} KINDS[] = {
    {&SCREEN_ORDER, TAKES_PATIENT_AND_ROW, "user_medications"},
    {&SCREEN_ORDER_END, TAKES_PATIENT_AND_ROW, "user_medications"},
    {&SCREEN_DOSE, TAKES_PATIENT_AND_ROW, "user_medications"},
    {&SCREEN_DOSE_EFFECT, TAKES_PATIENT_AND_ROW, "dose_events"},
    {&SCREEN_SIGN, TAKES_PATIENT_AND_ROW, "order_signatures"},
    {&SCREEN_ALLERGY, TAKES_PATIENT_AND_ROW, "user_allergies"},
    {&SCREEN_PROBLEM, TAKES_PATIENT_AND_ROW, "user_medical_conditions"},
    {&SCREEN_METRIC, TAKES_PATIENT_AND_ROW, "health_metrics"},
    {&SCREEN_VERIFY, TAKES_PATIENT_AND_ROW, "user_medications"},
    {&SCREEN_FILL, TAKES_PATIENT_AND_ROW, "user_medications"},
    {&SCREEN_WASTE, TAKES_PATIENT_AND_ROW, "user_medications"},
    {&SCREEN_RECONCILE, TAKES_PATIENT_AND_ROW, "reconciliations"},
    {&SCREEN_RECONCILE_ITEM, TAKES_PATIENT_AND_ROW, "reconciliations"},
    {&SCREEN_RECONCILE_SOURCE, TAKES_PATIENT_AND_ROW, "reconciliations"},
    {&SCREEN_RECONCILE_FACTS, TAKES_PATIENT_AND_ROW, "reconciliations"},
    {&SCREEN_RECONCILE_WORDS, TAKES_PATIENT_AND_ROW, "reconciliations"},
    {&SCREEN_RECONCILE_TEXT, TAKES_PATIENT_AND_ROW, "reconciliations"},
    {&SCREEN_HISTORY, TAKES_PATIENT_AND_ROW, "user_medications"},
    {&SCREEN_REVIEW, TAKES_ID, "emergency_accesses"},
    {&SCREEN_SOLO, TAKES_ID, "finding_decisions"},
    {&SCREEN_DIRECTORY_ENTRY, TAKES_ID, "pharmacies"},
    {&SCREEN_BREAK_GLASS, TAKES_PATIENT, NULL},
    {&SCREEN_DOSE_DOUBLE, TAKES_ID, "medication_schedules"},
    {&SCREEN_DRUG, TAKES_TEXT, NULL},
    {&SCREEN_CENTRAL, TAKES_TEXT, NULL},
    {&SCREEN_COUNT, TAKES_TEXT, NULL},
    {&SCREEN_TEXT, TAKES_TEXT, NULL},
    {&SCREEN_SECOND, TAKES_TEXT, NULL},
    {&SCREEN_PRINT, TAKES_TEXT, NULL},
    {&SCREEN_STAFF_MEMBER, TAKES_TEXT, NULL},
    {&SCREEN_STAFF_ACT, TAKES_TEXT, NULL},
    {&SCREEN_HOME, TAKES_MORE, "it is where every walk begins"},
    {&SCREEN_SIGN_IN, TAKES_MORE, "nobody is signed in"},
    {&SCREEN_WELCOME, TAKES_MORE, "there is no site yet"},
    {&SCREEN_LOCK, TAKES_MORE, "only the password leads back; the walks lock by its key"},
    {&SCREEN_ALERT, TAKES_MORE, "lies over an order form and needs its proposal; the walks type an order"},
    {&SCREEN_STEP_UP, TAKES_TEXT, NULL},
    {&SCREEN_TASK, TAKES_TEXT, NULL},
    {&SCREEN_CARE_ENTRY, TAKES_PATIENT_AND_ROW, "patient_providers"},
};

static enum takes kind_of(const struct screen_ops *screen, const char **out_words)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (KINDS[i].screen == screen) {
            *out_words = KINDS[i].words;
            return KINDS[i].takes;
        }
    }
    *out_words = "there is no site yet";
    return strcmp(screen->name, "setup") == 0 ? TAKES_MORE : TAKES_PATIENT; /* also where nothing is taken */
}

const char *ways_left_out(const struct screen_ops *screen)
{
    const char *words;
    return kind_of(screen, &words) == TAKES_MORE ? words : NULL;
}

bool ways_ends_session(const char *action)
{
    static const char *const ENDS[] = {"quit", "suspend", "session.sign_out", "session.switch", "session.lock", "lock"};
    for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++) {
        if (strcmp(action, ENDS[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- ids ---- */

static sqlite3_stmt *prepare(struct store *store, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    cr_assert_eq(sqlite3_prepare_v2(store->db.handle, sql, -1, &stmt, NULL), SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(store->db.handle));
    return stmt;
}

static bool take_id(sqlite3_stmt *stmt, struct uid *out)
{
    if (sqlite3_step(stmt) != SQLITE_ROW || sqlite3_column_bytes(stmt, 0) != (int)sizeof out->bytes) {
        return false;
    }
    memcpy(out->bytes, sqlite3_column_blob(stmt, 0), sizeof out->bytes);
    return true;
}

void ways_read(struct ways *w, struct store *store)
{
    memset(w, 0, sizeof *w);
    sqlite3_stmt *stmt = prepare(store, "SELECT user_id FROM user_medications GROUP BY user_id ORDER BY count(*) DESC LIMIT 1");
    cr_assert(take_id(stmt, &w->patient), "nobody has an order");
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    stmt = prepare(store, "SELECT value FROM patient_identifiers WHERE user_id = ?1 LIMIT 1");
    (void)sqlite3_bind_blob(stmt, 1, w->patient.bytes, sizeof w->patient.bytes, SQLITE_STATIC);
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        (void)snprintf(w->wristband, sizeof w->wristband, "%s", (const char *)sqlite3_column_text(stmt, 0)); /* fits */
    }
    (void)sqlite3_finalize(stmt); /* as above */
    stmt = prepare(store, "SELECT user_id FROM patient_restrictions WHERE lifted_at IS NULL AND deleted_at IS NULL LIMIT 1");
    if (!take_id(stmt, &w->closed)) {
        w->closed = UID_NONE;
    }
    (void)sqlite3_finalize(stmt); /* as above */
    for (int t = 0; t < TABLES_COUNT; t++) {
        const struct column_info *key = table_column(TABLES[t], TABLES[t]->key);
        if (key == NULL || key->type != COLUMN_ID) {
            continue;
        }
        bool has_user = table_column(TABLES[t], "user_id") != NULL;
        char *sql = mem_format("SELECT %s FROM %s ORDER BY %s, %s DESC LIMIT %d", key->name, TABLES[t]->name,
                               has_user ? "user_id = ?1 DESC" : "?1", key->name, IDS_EACH);
        stmt = prepare(store, sql);
        (void)sqlite3_bind_blob(stmt, 1, w->patient.bytes, sizeof w->patient.bytes, SQLITE_STATIC);
        while (w->id_count < WAYS_IDS_MAX && take_id(stmt, &w->ids[w->id_count])) {
            w->tables[w->id_count++] = TABLES[t]->name;
        }
        (void)sqlite3_finalize(stmt); /* as above */
        mem_free(sql);
    }
}

/* ---- opening ---- */

static unsigned nothing_given(struct shell *sh, void *state, const char *text)
{
    (void)sh;
    (void)state;
    (void)text;
    return STALE_CELLS;
}

static unsigned nothing_stands(struct shell *sh, void *state, const struct witness *who, const struct double_check *check)
{
    (void)sh;
    (void)state;
    (void)who;
    (void)check;
    return STALE_CELLS;
}

static struct document *sheet_of(const char *text)
{
    static const struct document_column COLUMNS[] = {{"Medicine", 3, DOCUMENT_LEFT}, {"Qty", 1, DOCUMENT_RIGHT}};
    struct document *d = document_new(&(struct document_info){.title = text, .form = "PC-1", .header = text, .footer = text});
    document_heading(d, text);
    document_paragraph(d, text);
    document_pair(d, text, text);
    document_table(d, COLUMNS, 2);
    document_row(d, (const char *const[]){text, text});
    return d;
}

static unsigned nothing_proved(struct shell *sh, void *state)
{
    (void)sh;
    (void)state;
    return STALE_CELLS;
}

static bool open_text(struct shell *sh, const struct ways *w, const struct screen_ops *screen, const char *text)
{
    struct error err = ERROR_INIT;
    if (screen == &SCREEN_STEP_UP) {
        struct error why = ERROR_INIT;
        (void)error_set(&why, STATUS_STEP_UP, "%s", text); /* is what it says */
        (void)step_up_ask(sh, &why, nothing_proved);
        return shell_top(sh) == screen;
    }
    if (screen == &SCREEN_TASK) {
        char *words = mem_copy_text(text);
        const struct dose_task a = {.patient = w->patient, .patient_name = words, .drug = words, .words = words, .form_number = words, .count = 1};
        bool is_open = shell_open(sh, screen, &a, &err) == STATUS_OK;
        mem_free(words);
        return is_open;
    }
    if (screen == &SCREEN_DRUG) { /* what no list knows opens nothing */
        return shell_open(sh, screen, "warfarin", &err) == STATUS_OK;
    }
    if (screen == &SCREEN_TEXT) {
        const struct text_argument a = {.title = text, .label = "Reason", .max_bytes = 80, .given = nothing_given};
        return shell_open(sh, screen, &a, &err) == STATUS_OK;
    }
    if (screen == &SCREEN_SECOND) {
        const struct second_argument a = {.title = text, .text = text, .stands = nothing_stands};
        return shell_open(sh, screen, &a, &err) == STATUS_OK;
    }
    if (screen == &SCREEN_STAFF_ACT) {
        const struct staff_act_argument a = {.what = STAFF_CLOSE, .login = ORDINARY};
        return shell_open(sh, screen, &a, &err) == STATUS_OK;
    }
    if (screen == &SCREEN_STAFF_MEMBER) { /* a name that is nobody's opens nothing */
        return shell_open(sh, screen, ORDINARY, &err) == STATUS_OK;
    }
    if (screen == &SCREEN_PRINT) {
        const struct print_request request = {.what = "medication_list", .permission = PERMISSION_PATIENT_FIND, .table = "", .copies = 1};
        screen_print_open(sh, sheet_of(text), &request);
        return shell_top(sh) == &SCREEN_PRINT;
    }
    return shell_open(sh, screen, text, &err) == STATUS_OK;
}

bool ways_open(struct shell *sh, const struct ways *w, struct way way, const char *text)
{
    union {
        unsigned char bytes[ARGUMENT_BYTES];
        struct uid ids[2];
        struct history_argument history;
        struct pass_argument pass;
        struct care_argument care;
        struct directory_argument directory;
    } argument;
    struct error err = ERROR_INIT;
    const char *words;
    enum takes takes = kind_of(way.screen, &words);
    bool takes_row = takes == TAKES_PATIENT_AND_ROW || takes == TAKES_ID;
    text = text != NULL ? text : ORDINARY;
    memset(&argument, 0, sizeof argument); /* arguments begin with the patient; the rest is nothing */
    argument.ids[0] = w->patient;
    if (takes == TAKES_MORE || (way.id >= 0 && !(takes_row && strcmp(words, w->tables[way.id]) == 0))) {
        return false;
    }
    if (takes == TAKES_TEXT) {
        bool is_open = open_text(sh, w, way.screen, text);
        shell_paint(sh);
        return is_open;
    }
    if (way.screen == &SCREEN_HISTORY) {
        argument.history = (struct history_argument){w->patient, way.id < 0 ? w->patient : w->ids[way.id],
                                                     way.id < 0 ? HISTORY_PATIENT : HISTORY_ORDER, text};
    } else if (way.screen == &SCREEN_CARE_ENTRY) {
        argument.care = (struct care_argument){w->patient, way.id < 0 ? UID_NONE : w->ids[way.id],
                                               way.id < 0 ? CARE_INSURANCE : CARE_PROVIDERS, text};
    } else if (way.screen == &SCREEN_BREAK_GLASS) {
        argument.ids[0] = w->closed;
    } else if (way.screen == &SCREEN_DIRECTORY_ENTRY) {
        argument.directory = (struct directory_argument){way.id < 0 ? UID_NONE : w->ids[way.id],
                                                         way.id < 0 ? DIRECTORY_PROVIDERS : DIRECTORY_PHARMACIES};
    } else if (way.screen == &SCREEN_PASS) {
        argument.pass = (struct pass_argument){.patient = w->patient, .wristband = w->wristband};
    } else if (way.id >= 0) {
        argument.ids[takes == TAKES_ID ? 0 : 1] = w->ids[way.id];
    }
    if (way.screen == &SCREEN_FACTOR) { /* opens for who has just proved who it is */
        step_up_count_sign_in(((struct workstation *)shell_app(sh))->actor);
    }
    bool is_open = shell_open(sh, way.screen, &argument, &err) == STATUS_OK;
    shell_paint(sh);
    return is_open;
}
