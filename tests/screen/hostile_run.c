/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "screen/hostile.h"
#include "store/store_private.h"
#include "support/clinic_screen.h"

enum { ROWS = 24, COLS = 80, TABS = 8 };

/* Columns that a screen shows and that hold what somebody else wrote. */
static const struct {
    const char *table, *column;
} SHOWN[] = {
    {"user_profiles", "first_name"},       {"user_profiles", "last_name"},     {"user_profiles", "phone_number"},
    {"user_profiles", "address"},          {"user_profiles", "language"},      {"user_allergies", "allergen_name"},
    {"user_allergies", "reaction_symptoms"}, {"user_allergies", "note"},       {"user_allergies", "original"},
    {"user_medical_conditions", "condition_name"}, {"user_medical_conditions", "notes"}, {"user_medications", "drug_text"},
    {"order_versions", "drug_text"},       {"order_versions", "directions"},   {"order_versions", "indication"},
    {"order_versions", "prescriber_name"}, {"order_versions", "strength"},     {"patient_identifiers", "value"},
    {"dose_events", "notes"},              {"dose_events", "reason_text"},     {"health_metrics", "notes"},
    {"sites", "site_name"},
};
enum { SHOWN_COUNT = sizeof SHOWN / sizeof *SHOWN };

struct scene {
    struct clinic *clinic;
    struct clinic_screen s;
    struct stream_check check;
    struct hostile_run *out;
};

static void tap(void *context, const char *bytes, size_t len)
{
    struct scene *scene = context;
    stream_check_bytes(&scene->check, bytes, len);
}

static void exec(struct store *store, const char *sql)
{
    cr_assert_eq(sqlite3_exec(store->db.handle, sql, NULL, NULL, NULL), SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(store->db.handle));
}

/* Letters for which the emulator's tables, older than the C library's, have another width: nothing can be said about
 * where they stand, so they are left out. That ours are the C library's is tested in tests/unit/test_text.c. */
enum { CODES = 0x20000 };
static unsigned char is_disputed[CODES];

static size_t encode(uint32_t code, char out[5])
{
    size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = len; i-- > 1; code >>= 6) {
        out[i] = (char)(0x80 | (code & 0x3f));
    }
    out[0] = (char)(first[len] | code);
    out[len] = '\0';
    return len;
}

static void find_disputed(void)
{
    struct emulator *e = emulator_new(2, 10);
    for (uint32_t code = 0xa0; code < CODES; code++) {
        char text[8] = "a";
        int row, col;
        (void)encode(code, text + 1);
        if ((code < 0xd800 || code > 0xdfff) && text_is_clean(text)) {
            emulator_write(e, "\r", 1);
            emulator_write(e, text, strlen(text));
            emulator_cursor(e, &row, &col);
            is_disputed[code] = col != text_width_cells(text);
        }
    }
    emulator_free(e);
}

static void leave_out_disputed(char *text)
{
    for (char *at = text; *at != '\0'; at++) {
        for (size_t len = 2; len <= 4; len++) {
            char letter[5];
            uint32_t code = len == 2 ? (unsigned char)at[0] & 0x1fu : (unsigned char)at[0] & (len == 3 ? 0xfu : 7u);
            for (size_t i = 1; i < len && (at[i] & 0xc0) == 0x80; i++) {
                code = code << 6 | ((unsigned char)at[i] & 0x3fu);
            }
            if (code < CODES && is_disputed[code] && encode(code, letter) == len && strncmp(at, letter, len) == 0) {
                memset(at, 'x', len);
            }
        }
    }
}

static void plant(struct scene *scene, struct random *r)
{
    sqlite3 *db = scene->s.ws.site->store->db.handle;
    for (int i = 0; i < SHOWN_COUNT; i++) {
        char *sql = mem_format("UPDATE %s SET %s = ?1", SHOWN[i].table, SHOWN[i].column);
        char text[HOSTILE_MAX];
        sqlite3_stmt *stmt = NULL;
        hostile_make(r, text);
        leave_out_disputed(text);
        cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
        (void)sqlite3_bind_text(stmt, 1, text, -1, SQLITE_STATIC);
        cr_assert_eq(sqlite3_step(stmt), SQLITE_DONE, "%s: %s", sql, sqlite3_errmsg(db));
        (void)sqlite3_finalize(stmt); /* repeats the last step's result */
        mem_free(sql);
        scene->out->strings++;
    }
}

static void blame(struct scene *scene, const char *where, const char *what)
{
    if (scene->out->why[0] == '\0') {
        (void)snprintf(scene->out->why, sizeof scene->out->why, "%s: %.560s", where, what); /* cut is fine */
    }
}

/* The rows of messages, which a key clears. */
static bool is_message_row(int row)
{
    return row == ROWS - 2 || row == ROWS - 3;
}

/* What the program believes to be on the screen against what is there: painted afresh it has to be the same picture. */
static void look(struct scene *scene, const char *where)
{
    struct harness *h = scene->s.h;
    char *before[ROWS];
    scene->out->frames++;
    if (scene->check.why[0] != '\0') {
        blame(scene, where, scene->check.why);
    }
    for (int row = 0; row < ROWS; row++) {
        before[row] = emulator_row(h->screen, row);
    }
    harness_press(h, "Ctrl-L");
    for (int row = 0; row < ROWS; row++) {
        char *after = emulator_row(h->screen, row);
        if (strcmp(before[row], after) != 0 && !is_message_row(row)) {
            char *both = mem_format("painted afresh, row %d is another one\n|%s|\n|%s|", row, before[row], after);
            blame(scene, where, both);
            mem_free(both);
        }
        mem_free(before[row]);
        mem_free(after);
    }
    if (strcmp(emulator_title(h->screen), "PrescripCare") != 0) {
        blame(scene, where, "the title was changed");
    }
    if (!emulator_is_alternate(h->screen)) {
        blame(scene, where, "the alternate screen was left");
    }
}

static void open_scene(struct scene *scene)
{
    struct clinic *c = scene->clinic = clinic_new();
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .weight_kg = "70"});
    clinic_add_allergy(c, patient, "penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
    clinic_add_condition(c, patient, "Hypertension", "I10");
    clinic_add_order(c, patient, "warfarin 5 mg tab 1 tab daily");
    clinic_add_order(c, patient, "amiodarone 200 mg tab 1 tab daily");
    clinic_pass(c, 23 * US_PER_HOUR);
    clinic_screen_open(&scene->s, c, CLINIC_NURSE, ROWS, COLS);
    struct store *store = scene->s.ws.site->store;
    exec(store, "DROP TRIGGER order_versions_append_only");
    exec(store, "DROP TRIGGER dose_events_append_only");
    scene->s.h->tap = tap;
    scene->s.h->tap_context = scene;
}

/* Home, found by name, every tab of the chart, findings, help, the forms that carry the patient's banner. */
static void walk(struct scene *scene)
{
    struct harness *h = scene->s.h;
    harness_advance(h, 60 * 1000);
    look(scene, "Home");
    harness_type(h, "okafo");
    look(scene, "find");
    harness_press(h, "Enter");
    for (int tab = 0; tab < TABS; tab++) {
        char where[24];
        (void)snprintf(where, sizeof where, "chart, tab %d", tab); /* fits */
        look(scene, where);
        harness_press(h, tab == 0 ? "i" : "Down");
        look(scene, where);
        harness_press(h, "Right");
    }
    for (int i = 0; i < TABS; i++) { /* back to the first one */
        harness_press(h, "Left");
    }
    harness_press(h, "F6");
    look(scene, "dose");
    harness_press(h, "Esc");
    harness_press(h, "F5");
    look(scene, "order");
    harness_press(h, "Esc");
    harness_press(h, "Esc");
    harness_press(h, "Esc");
}

void hostile_run(unsigned strings, struct random *r, struct hostile_run *out)
{
    struct scene *scene = mem_alloc(sizeof *scene);
    memset(out, 0, sizeof *out);
    scene->out = out;
    find_disputed();
    open_scene(scene);
    while (out->strings < strings && out->why[0] == '\0') {
        plant(scene, r);
        walk(scene);
    }
    scene->s.h->tap = NULL;
    clinic_screen_close(&scene->s);
    clinic_free(scene->clinic);
    mem_free(scene);
}

/* --- the monkey ------------------------------------------------------------------------------------------------------ */

/* Leaving and stopping are other tests' business; the screen would be gone. */
static bool is_left_out(const char *action)
{
    static const char *const names[] = {"quit", "suspend", "session.sign_out", "session.switch"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(action, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static const char *const KEYS[] = {"Enter", "Esc", "Tab", "Shift-Tab", "Up", "Down", "Left", "Right", "PgUp", "PgDn", "Home", "End",
                                   "F2", "F4", "F5", "F6", "F9", "F10", "F11", "Backspace", "Delete", "a", "o", "1", "/", "?"};
enum { KEYS_COUNT = sizeof KEYS / sizeof *KEYS };

static const struct action *any_action(struct random *r)
{
    const struct action *rows[400];
    size_t count = 0;
    for (const struct screen_ops *const *screen = WORKSTATION_SCREENS; *screen != NULL; screen++) {
        for (const struct action *a = (*screen)->actions; a != NULL && a->name != NULL && count < 400; a++) {
            rows[count++] = a;
        }
        for (const struct screen_part *const *part = (*screen)->parts; part != NULL && *part != NULL; part++) {
            for (const struct action *a = (*part)->actions; a != NULL && a->name != NULL && count < 400; a++) {
                rows[count++] = a;
            }
        }
    }
    return rows[random_below(r, count)];
}

void monkey_run(unsigned steps, struct random *r)
{
    struct scene *scene = mem_alloc(sizeof *scene);
    struct hostile_run out;
    scene->out = &out;
    memset(&out, 0, sizeof out);
    open_scene(scene);
    struct harness *h = scene->s.h;
    for (unsigned i = 0; i < steps; i++) {
        if (random_below(r, 3) == 0) {
            const struct action *action = any_action(r);
            if (!is_left_out(action->name)) {
                harness_try(h, action->name);
            }
        } else if (random_below(r, 12) == 0) {
            char text[HOSTILE_MAX];
            hostile_make(r, text);
            harness_paste(h, text);
        } else {
            harness_press(h, KEYS[random_below(r, KEYS_COUNT)]);
        }
        if (scene->s.ws.actor == NULL || random_below(r, 150) == 0) {
            harness_resize(h, 12 + (int)random_below(r, 40), 40 + (int)random_below(r, 160));
        }
        cr_assert_str_empty(scene->check.why, "step %u: %s (seed %llu)", i, scene->check.why, (unsigned long long)r->seed);
    }
    h->tap = NULL;
    clinic_screen_close(&scene->s);
    clinic_free(scene->clinic);
    mem_free(scene);
}
