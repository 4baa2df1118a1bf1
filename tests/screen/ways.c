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
#include "store/drug_table_store.h"
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
    {&SCREEN_RECONCILE_ITEM, TAKES_PATIENT, NULL},
    {&SCREEN_RECONCILE_SOURCE, TAKES_PATIENT_AND_ROW, "reconciliations"},
    {&SCREEN_RECONCILE_FACTS, TAKES_PATIENT_AND_ROW, "reconciliations"},
    {&SCREEN_RECONCILE_WORDS, TAKES_PATIENT_AND_ROW, "reconciliations"},
    {&SCREEN_RECONCILE_TEXT, TAKES_PATIENT_AND_ROW, "reconciliations"},
    {&SCREEN_HISTORY, TAKES_PATIENT_AND_ROW, "user_medications"},
    {&SCREEN_REVIEW, TAKES_ID, "emergency_accesses"},
    {&SCREEN_SOLO, TAKES_ID, "finding_decisions"},
    {&SCREEN_DIRECTORY_ENTRY, TAKES_ID, "pharmacies"},
    {&SCREEN_BREAK_GLASS, TAKES_PATIENT, NULL},
    {&SCREEN_DOSE_DOUBLE, TAKES_PATIENT, NULL},
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

static bool take_id(sqlite3_stmt *stmt, int column, struct uid *out)
{
    if (sqlite3_column_bytes(stmt, column) != (int)sizeof out->bytes) {
        return false;
    }
    memcpy(out->bytes, sqlite3_column_blob(stmt, column), sizeof out->bytes);
    return true;
}

/* The ids of the first row; false and UID_NONE each: there is none. */
static bool take_row(struct store *store, const char *sql, struct uid *const *out, int count)
{
    sqlite3_stmt *stmt = prepare(store, sql);
    bool is_there = sqlite3_step(stmt) == SQLITE_ROW;
    for (int i = 0; i < count; i++) {
        *out[i] = UID_NONE;
        is_there = is_there && take_id(stmt, i, out[i]);
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return is_there;
}

static bool take_one(struct store *store, const char *sql, struct uid *out)
{
    return take_row(store, sql, (struct uid *const[]){out}, 1);
}

#define BUSIEST "(SELECT user_id FROM user_medications GROUP BY user_id ORDER BY count(*) DESC LIMIT 1)"
#define DOCTOR "(SELECT user_id FROM staff_members WHERE role = 'prescriber' LIMIT 1)"

static void exec(struct store *store, const char *sql)
{
    cr_assert_eq(sqlite3_exec(store->db.handle, sql, NULL, NULL, NULL), SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(store->db.handle));
}

/* The last dose that was given at a planned time, once more: all but its id. */
static void give_twice(struct store *store)
{
    const struct table_info *table = table_find("dose_events");
    struct buffer columns = BUFFER_INIT;
    struct uid again;
    cr_assert(take_one(store, "SELECT event_id FROM dose_events WHERE status = 'given' AND slot_id IS NOT NULL AND supersedes_id IS NULL "
                              "ORDER BY scheduled_datetime DESC LIMIT 1", &again), "nobody was given a dose");
    for (int i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, table->key) != 0) {
            buffer_append_format(&columns, ", %s", table->columns[i].name);
        }
    }
    char *sql = mem_format("INSERT INTO dose_events (event_id%s) SELECT ?2%s FROM dose_events WHERE event_id = ?1", columns.bytes, columns.bytes);
    sqlite3_stmt *stmt = prepare(store, sql);
    (void)sqlite3_bind_blob(stmt, 1, again.bytes, sizeof again.bytes, SQLITE_TRANSIENT);
    again.bytes[sizeof again.bytes - 1] ^= 1; /* its millisecond stays */
    (void)sqlite3_bind_blob(stmt, 2, again.bytes, sizeof again.bytes, SQLITE_TRANSIENT);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_DONE, "%s", sqlite3_errmsg(store->db.handle));
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    mem_free(sql);
    buffer_release(&columns);
}

/* Two drugs and what they do to each other: settling all of them takes seconds. */
static void know_drugs(struct store *store)
{
    struct error err = ERROR_INIT;
    const struct drug_row drugs[] = {
        {.key = "warfarin", .name = "warfarin", .generic_name = "warfarin", .brands = "[\"Coumadin\"]", .strengths = "[\"5 mg\"]",
         .forms = "[\"tablet\"]", .drug_class = "vitamin K antagonist", .category = "anticoagulant", .contraindications = "bleeding"},
        {.key = "aspirin", .name = "aspirin", .generic_name = "aspirin"},
    };
    const struct drug_pair_row pair = {.key_a = "aspirin", .key_b = "warfarin", .severity = INTERACTION_TYPE_MAJOR,
                                       .evidence = EVIDENCE_LEVEL_ESTABLISHED, .mechanism = "both thin the blood", .effect = "bleeding",
                                       .management = "avoid", .rule = "test", .source = "test"};
    const struct drug_food_row food = {.key = "warfarin", .food = "spinach", .severity = INTERACTION_TYPE_MODERATE, .effect = "less effect",
                                       .management = "eat alike every day", .rule = "test", .source = "test"};
    cr_assert_eq(store_begin(store, &err), STATUS_OK, "%s", error_text(&err));
    for (size_t i = 0; i < sizeof drugs / sizeof *drugs; i++) {
        cr_assert_eq(drug_row_put(store, &drugs[i], "test", &err), STATUS_OK, "%s", error_text(&err));
    }
    cr_assert_eq(drug_pair_row_put(store, &pair, "test", &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(drug_food_row_put(store, &food, "test", &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(store_commit(store, &err), STATUS_OK, "%s", error_text(&err));
}

void ways_add_seldom(struct store *store)
{
    exec(store, "INSERT INTO patient_restrictions (restriction_id, user_id, rule, set_by, set_at) SELECT randomblob(16), user_id, 'vip', "
                "user_id, 1 FROM patient_identifiers WHERE user_id <> " BUSIEST " ORDER BY user_id LIMIT 1");
    exec(store, "INSERT INTO emergency_accesses (access_id, user_id, accessed_by, role, session_id, rule, reason, reason_text, begun_at, "
                "expires_at, ended_at, review_due_at) VALUES (randomblob(16), " BUSIEST ", " DOCTOR ", 'prescriber', 'none', 'vip', "
                "'covering', 'asked on the telephone', 1, 2, 2, 3)");
    exec(store, "INSERT INTO order_signatures (signature_id, user_id, medication_id, order_version_id, source, prescriber_id, told_at, "
                "read_back, entered_by, due_at) SELECT randomblob(16), user_id, medication_id, current_version_id, 'telephone', " DOCTOR
                ", 1, 1, " DOCTOR ", 2 FROM user_medications WHERE user_id = " BUSIEST " AND current_version_id IS NOT NULL LIMIT 1");
    exec(store, "INSERT INTO finding_decisions (decision_id, user_id, medication_id, fingerprint, rule, severity, shown, accepted, reason, "
                "reason_text, plan, decided_by, role, knowledge_version, decided_at, review_due_at) SELECT randomblob(16), user_id, "
                "medication_id, 'none', 'none', 'contraindicated', 'bleeding', 1, 'other', 'asked for', 'watched', " DOCTOR ", 'prescriber', "
                "'none', 1, 3 FROM user_medications WHERE user_id = " BUSIEST " LIMIT 1");
    exec(store, "INSERT INTO pharmacies (pharmacy_id, pharmacy_name) VALUES (randomblob(16), 'Corner')");
    give_twice(store);
    know_drugs(store);
}

/* What names the patient on a wristband, as it stands now; "" nothing. */
static void read_wristband(struct store *store, struct uid patient, char *out, size_t size)
{
    sqlite3_stmt *stmt = prepare(store, "SELECT value FROM patient_identifiers WHERE user_id = ?1 AND kind = 'mrn' LIMIT 1");
    (void)sqlite3_bind_blob(stmt, 1, patient.bytes, sizeof patient.bytes, SQLITE_STATIC);
    bool is_there = sqlite3_step(stmt) == SQLITE_ROW;
    (void)snprintf(out, size, "%s", is_there ? (const char *)sqlite3_column_text(stmt, 0) : ""); /* cut is nobody's */
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
}

void ways_read(struct ways *w, struct store *store)
{
    memset(w, 0, sizeof *w);
    cr_assert(take_one(store, "SELECT " BUSIEST, &w->patient), "nobody has an order");
    (void)take_one(store, "SELECT user_id FROM patient_restrictions WHERE lifted_at IS NULL AND deleted_at IS NULL LIMIT 1", &w->closed);
    (void)take_one(store, "SELECT slot_id FROM dose_events WHERE slot_id IS NOT NULL AND status = 'given' AND supersedes_id IS NULL "
                          "GROUP BY slot_id HAVING count(*) > 1 LIMIT 1", &w->doubled);
    (void)take_row(store, "SELECT i.user_id, i.reconciliation_id, i.item_id FROM reconciliation_items AS i JOIN reconciliations AS r USING "
                          "(reconciliation_id) WHERE r.state IN ('collecting', 'comparing', 'checking', 'ready') AND i.deleted_at IS NULL "
                          "ORDER BY i.item_id LIMIT 1", (struct uid *const[]){&w->line_patient, &w->line_session, &w->line}, 3);
    for (int t = 0; t < TABLES_COUNT; t++) {
        const struct column_info *key = table_column(TABLES[t], TABLES[t]->key);
        if (key == NULL || key->type != COLUMN_ID) {
            continue;
        }
        bool has_user = table_column(TABLES[t], "user_id") != NULL;
        char *sql = mem_format("SELECT %s FROM %s ORDER BY %s, %s DESC LIMIT %d", key->name, TABLES[t]->name,
                               has_user ? "user_id = ?1 DESC" : "?1", key->name, IDS_EACH);
        sqlite3_stmt *stmt = prepare(store, sql);
        (void)sqlite3_bind_blob(stmt, 1, w->patient.bytes, sizeof w->patient.bytes, SQLITE_STATIC);
        while (w->id_count < WAYS_IDS_MAX && sqlite3_step(stmt) == SQLITE_ROW && take_id(stmt, 0, &w->ids[w->id_count])) {
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
        struct reconcile_item_argument line;
    } argument;
    struct workstation *ws = shell_app(sh);
    char wristband[64] = "";
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
    } else if (way.screen == &SCREEN_DOSE_DOUBLE) {
        argument.ids[0] = w->doubled;
    } else if (way.screen == &SCREEN_RECONCILE_ITEM) {
        argument.line = (struct reconcile_item_argument){w->line_patient, w->line_session, w->line, RECONCILE_ACTION_DEFER};
    } else if (way.screen == &SCREEN_PASS) {
        read_wristband(ws->site->store, w->patient, wristband, sizeof wristband);
        argument.pass = (struct pass_argument){.patient = w->patient, .wristband = wristband};
    } else if (way.id >= 0) {
        argument.ids[takes == TAKES_ID ? 0 : 1] = w->ids[way.id];
    }
    if (way.screen == &SCREEN_FACTOR) { /* opens for who has just proved who it is */
        step_up_count_sign_in(ws->actor);
    }
    bool is_open = shell_open(sh, way.screen, &argument, &err) == STATUS_OK;
    if (!is_open && way.screen == &SCREEN_PASS) { /* the wristband is hostile: still to be identified */
        argument.pass.wristband = NULL;
        is_open = shell_open(sh, way.screen, &argument, &err) == STATUS_OK;
    }
    shell_paint(sh);
    return is_open;
}
