/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The demo clinic with hostile text in every column of free text that the registry knows, looked at on every screen. */
#include <criterion/criterion.h>
#include <curses.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/registry.h"
#include "screen/hostile.h"
#include "screen/ways.h"
#include "service/demo.h"
#include "store/store_private.h"
#include "support/clinic_screen.h"
#include "support/folder.h"

enum { HIGH = 24, WIDE = 80, PATIENTS = 6, SEED = 20260101, TABS = 9, ROWS_OF_A_TABLE = 40, ACTIONS_A_ROUND = 60, DEPTH_ESC = 12,
       READS_OF_A_SCREEN = 24, NOTHING_NEW_MAX = 2, SHARES = 4, SHARE_MIN = 200, PLANTED_PARTS = 10 };

/* Texts of the program's own: keys and versions by which rows find each other, and what is parsed when the site is opened.
 * Nobody types them, and a row that cannot be found is not on any screen. */
static const char *const OWN_COLUMNS[] = {
    "zone",       "timezone",  "session_id",   "holder_session", "ingredients", "knowledge_key", "allergen_key",  "knowledge_version",
    "list_hash",  "content_hash", "sha256",    "password_hash",  "salt",        "login_name",    "table_name",    "column_group",
    "fingerprint", "form",     "key",          "term",           "rule",
};
static const char *const OWN_TABLES[] = {"site_settings"};

struct table_plan {
    const char *table, *columns[64];
    char *keep, *update; /* SQL */
    int column_count;
};

struct scene {
    char *folder, *site_folder, *device_key_path;
    struct clock clock;
    struct demo_user users[DEMO_USERS];
    struct clinic_screen s;
    const struct demo_user *who;
    struct ways ways;
    struct stream_check check;
    struct hostile_run *out;
    struct random *r;
    struct table_plan plans[128];
    int plan_count;
    bool is_large; /* always */
    unsigned char is_seen[HOSTILE_SERIALS / 8 + 1]; /* a bit for each number: once on the terminal */
    bool is_looked_at[HOSTILE_SCREENS_MAX];         /* by place in WORKSTATION_SCREENS */
};

static void tap(void *context, const char *bytes, size_t len)
{
    struct scene *scene = context;
    static const char MARK[] = "\033[?2026h";
    size_t at = len >= sizeof MARK - 1 && memcmp(bytes, MARK, sizeof MARK - 1) == 0 ? sizeof MARK - 1 : 0;
    at += at < len && bytes[at] == '\a'; /* the program's own bell stands in front of a frame, and nowhere else */
    stream_check_bytes(&scene->check, bytes + at, len - at);
}

static sqlite3 *handle(struct scene *scene)
{
    return scene->s.ws.site->store->db.handle;
}

static void exec(struct scene *scene, const char *sql)
{
    cr_assert_eq(sqlite3_exec(handle(scene), sql, NULL, NULL, NULL), SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(handle(scene)));
}

static void blame(struct scene *scene, const char *where, const char *what)
{
    if (scene->out->why[0] == '\0') {
        (void)snprintf(scene->out->why, sizeof scene->out->why, "%s: %.900s", where, what); /* cut is fine */
    }
}

/* ---- planting ----------------------------------------------------------------------------------------------------- */

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

void hostile_prepare(void)
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

void hostile_leave_out_disputed(char *text)
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

/* "@" and five of 36 letters in front of most, so that what was seen can be counted. */
static void mark(char text[HOSTILE_MAX], unsigned serial)
{
    static const char LETTERS[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    char number[HOSTILE_MARK + 1] = "@";
    for (int i = HOSTILE_MARK - 1; i > 0; i--, serial /= 36) {
        number[i] = LETTERS[serial % 36];
    }
    size_t len = strnlen(text, HOSTILE_MAX - HOSTILE_MARK - 1);
    memmove(text + HOSTILE_MARK, text, len);
    memcpy(text, number, HOSTILE_MARK);
    text[HOSTILE_MARK + len] = '\0';
}

/* hostile(x): another string each time; seldom what stood there in the beginning, so that orders stay orders. */
static void hostile_of(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct scene *scene = sqlite3_user_data(context);
    char text[HOSTILE_MAX];
    (void)count;
    if (sqlite3_value_type(values[0]) != SQLITE_NULL && random_below(scene->r, 6) == 0) {
        sqlite3_result_value(context, values[0]);
        return;
    }
    hostile_make(scene->r, text);
    hostile_leave_out_disputed(text);
    if (random_below(scene->r, 4) != 0) {
        mark(text, scene->out->strings % HOSTILE_SERIALS);
    }
    scene->out->strings++;
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static bool is_own(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Columns that a CHECK keeps to a few words are no free text; those of rows that must have none stay as they are. */
static bool takes_text(struct scene *scene, const char *table, const char *column)
{
    char *sql = mem_format("UPDATE %s SET %s = 'free text' WHERE %s IS NOT NULL", table, column, column);
    exec(scene, "SAVEPOINT probe");
    int code = sqlite3_exec(handle(scene), sql, NULL, NULL, NULL);
    exec(scene, "ROLLBACK TO probe; RELEASE probe");
    mem_free(sql);
    return code == SQLITE_OK;
}

static void make_plans(struct scene *scene)
{
    for (int t = 0; t < TABLES_COUNT && scene->plan_count < 128; t++) {
        const struct table_info *table = TABLES[t];
        struct buffer sets = BUFFER_INIT, columns = BUFFER_INIT;
        int count = 0;
        for (int i = 0; i < table->column_count; i++) {
            const struct column_info *c = &table->columns[i];
            if (c->type == COLUMN_TEXT && !is_own(c->name, OWN_COLUMNS, sizeof OWN_COLUMNS / sizeof *OWN_COLUMNS) &&
                !is_own(table->name, OWN_TABLES, sizeof OWN_TABLES / sizeof *OWN_TABLES) && takes_text(scene, table->name, c->name)) {
                buffer_append_format(&sets, "%s%s = CASE WHEN %s IS NULL THEN NULL ELSE hostile((SELECT k.%s FROM keep_%s AS k WHERE "
                                            "k.%s = %s.%s)) END", count > 0 ? ", " : "", c->name, c->name, c->name, table->name,
                                     table->key, table->name, table->key);
                buffer_append_format(&columns, ", %s", c->name);
                cr_assert_lt(count, 64);
                scene->plans[scene->plan_count].columns[count++] = c->name;
            }
        }
        if (count > 0) {
            struct table_plan *plan = &scene->plans[scene->plan_count++];
            plan->table = table->name;
            plan->column_count = count;
            plan->keep = mem_format("CREATE TABLE keep_%s AS SELECT %s%s FROM %s; CREATE INDEX keep_%s_key ON keep_%s (%s)",
                                    table->name, table->key, columns.bytes, table->name, table->name, table->name, table->key);
            plan->update = mem_format("UPDATE %s SET %s WHERE %s IN (SELECT %s FROM %s ORDER BY %s DESC LIMIT %d)", table->name, sets.bytes,
                                      table->key, table->key, table->name, table->key, ROWS_OF_A_TABLE);
            scene->out->columns += (unsigned)count;
        }
        buffer_release(&sets);
        buffer_release(&columns);
    }
}

static void drop_triggers(struct scene *scene)
{
    for (;;) {
        sqlite3_stmt *stmt = NULL;
        char *sql = NULL;
        cr_assert_eq(sqlite3_prepare_v2(handle(scene), "SELECT name FROM main.sqlite_schema WHERE type = 'trigger' LIMIT 1", -1, &stmt, NULL),
                     SQLITE_OK);
        if (sqlite3_step(stmt) == SQLITE_ROW) {
            sql = mem_format("DROP TRIGGER %s", (const char *)sqlite3_column_text(stmt, 0));
        }
        (void)sqlite3_finalize(stmt); /* repeats the last step's result */
        if (sql == NULL) {
            return;
        }
        exec(scene, sql);
        mem_free(sql);
    }
}

static void plant(struct scene *scene)
{
    exec(scene, "BEGIN IMMEDIATE");
    for (int i = 0; i < scene->plan_count; i++) {
        exec(scene, scene->plans[i].update);
    }
    exec(scene, "COMMIT");
}

/* ---- looking ------------------------------------------------------------------------------------------------------ */

static unsigned count_seen(struct scene *scene, const char *row, unsigned *shown)
{
    unsigned new_ones = 0;
    for (const char *at = row; (at = strchr(at, '@')) != NULL; at++) {
        unsigned serial = 0;
        int i = 1;
        for (; i < HOSTILE_MARK; i++) {
            char c = at[i];
            int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'z' ? c - 'a' + 10 : c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
            if (digit < 0) {
                break;
            }
            serial = serial * 36 + (unsigned)digit;
        }
        unsigned char bit = (unsigned char)(1u << serial % 8);
        *shown += i == HOSTILE_MARK;
        if (i == HOSTILE_MARK && (scene->is_seen[serial / 8] & bit) == 0) {
            scene->is_seen[serial / 8] |= bit;
            scene->out->seen++;
            new_ones++;
        }
    }
    return new_ones;
}

/* A row as the program believes it to be: what curses keeps of the screen, cell by cell. */
static char *believed_row(int row, int cols)
{
    struct buffer out = BUFFER_INIT;
    for (int col = 0; col < cols;) {
        cchar_t cell;
        wchar_t letters[CCHARW_MAX + 1] = {0};
        attr_t attributes;
        short pair;
        if (mvwin_wch(curscr, row, col, &cell) == ERR || getcchar(&cell, letters, &attributes, &pair, NULL) == ERR || letters[0] == 0) {
            buffer_append_byte(&out, ' ');
            col++;
            continue;
        }
        for (int i = 0; letters[i] != 0; i++) {
            char utf8[5];
            (void)encode((uint32_t)letters[i], utf8);
            buffer_append_text(&out, utf8);
        }
        int cells = wcwidth(letters[0]);
        col += cells > 1 ? cells : 1;
    }
    while (out.len > 0 && out.bytes[out.len - 1] == ' ') {
        out.bytes[--out.len] = '\0';
    }
    return out.bytes != NULL ? buffer_take(&out) : mem_copy_text("");
}

static char *difference_of_row(const struct emulator *screen, int row, int cols, char **out_text)
{
    char *believed = believed_row(row, cols), *both = NULL;
    *out_text = emulator_row(screen, row);
    if (strcmp(*out_text, believed) != 0) {
        both = mem_format("row %d is not what the program painted\n|%s|\n|%s|", row, *out_text, believed);
    }
    mem_free(believed);
    return both;
}

char *hostile_difference(const struct emulator *screen, int rows, int cols)
{
    char *both = NULL;
    for (int row = 0; row < rows && both == NULL; row++) {
        char *text;
        both = difference_of_row(screen, row, cols, &text);
        mem_free(text);
    }
    return both;
}

/* Every cell of the picture, and every byte that made it; the number of strings that were not seen before. */
static unsigned look(struct scene *scene, const char *where)
{
    struct harness *h = scene->s.h;
    unsigned new_ones = 0, shown = 0;
    scene->out->frames++;
    if (scene->check.why[0] != '\0') {
        blame(scene, where, scene->check.why);
    }
    for (int row = 0; row < h->rows; row++) {
        char *text = NULL, *both = difference_of_row(h->screen, row, h->cols, &text);
        if (both != NULL) {
            blame(scene, where, both);
        }
        new_ones += count_seen(scene, text, &shown);
        mem_free(both);
        mem_free(text);
    }
    if (strcmp(emulator_title(h->screen), "PrescripCare") != 0) {
        blame(scene, where, "the title was changed");
    }
    if (emulator_unknown(h->screen)[0] != '\0' || !emulator_is_alternate(h->screen)) {
        blame(scene, where, "the terminal got an unknown sequence, or was left");
    }
    for (int i = 0; WORKSTATION_SCREENS[i] != NULL; i++) {
        if (WORKSTATION_SCREENS[i] == shell_top(h->shell)) {
            scene->is_looked_at[i] = true;
            scene->out->shown_on[i] += shown;
        }
    }
    return new_ones;
}

/* Back to Home, whatever asks on the way; what was typed is thrown away. */
static void go_home(struct scene *scene)
{
    struct harness *h = scene->s.h;
    for (int i = 0; i < DEPTH_ESC && scene->s.ws.actor != NULL && shell_top(h->shell) != &SCREEN_HOME; i++) {
        bool is_question = strcmp(shell_top(h->shell)->name, "shell.ask") == 0;
        if (!is_question) {
            harness_press(h, "Esc");
            continue;
        }
        for (int tabs = harness_shows(h, "Throw it away") ? 2 : 1; tabs > 0; tabs--) { /* the answer that leaves */
            harness_press(h, "Tab");
        }
        harness_press(h, "Enter");
    }
}

static void close_scene(struct scene *scene)
{
    if (scene->s.h != NULL) {
        scene->s.h->tap = NULL;
        clinic_screen_close(&scene->s);
        scene->s.h = NULL;
    }
}

static void open_scene(struct scene *scene);

/* The site as it is made, with room for what stood there in the beginning. */
static void prepare_site(struct scene *scene)
{
    drop_triggers(scene);
    ways_add_seldom(scene->s.ws.site->store);
    if (scene->plan_count == 0) {
        make_plans(scene);
    }
    for (int i = 0; i < scene->plan_count; i++) {
        exec(scene, scene->plans[i].keep);
    }
}

static bool try_sign_in(struct scene *scene, const struct demo_user *who)
{
    bool is_large = scene->is_large || random_below(scene->r, 3) == 0;
    close_scene(scene);
    scene->who = who;
    scene->clock.fixed_us += 10 * US_PER_MINUTE; /* no wait for wrong passwords is as long */
    clinic_screen_sign_in(&scene->s, &(struct clinic_screen_at){.site_folder = scene->site_folder,
                                                                .device_key_path = scene->device_key_path,
                                                                .clock = &scene->clock,
                                                                .login = who->login,
                                                                .password = who->password,
                                                                .rows = is_large ? 60 : HIGH,
                                                                .cols = is_large ? 200 : WIDE});
    return scene->s.ws.actor != NULL;
}

/* What was tried may have closed an account or changed its password: then the clinic is made anew. */
static void sign_in(struct scene *scene, const struct demo_user *who)
{
    if (!try_sign_in(scene, who)) {
        close_scene(scene);
        open_scene(scene);
        cr_assert(try_sign_in(scene, &scene->users[0]), "the administrator of a new site is not let in");
        prepare_site(scene);
        cr_assert(try_sign_in(scene, who), "%s of a new site is not let in", who->login);
    }
    cr_assert_eq(sqlite3_create_function(handle(scene), "hostile", 1, SQLITE_UTF8, scene, hostile_of, NULL, NULL), SQLITE_OK);
    scene->s.h->tap = tap;
    scene->s.h->tap_context = scene;
    memset(&scene->check, 0, sizeof scene->check);
}

/* Something that was tried may have ended the session, or left no way back. */
static bool is_at_home(struct scene *scene, const char *where)
{
    go_home(scene);
    if (scene->s.ws.actor != NULL && shell_top(scene->s.h->shell) == &SCREEN_HOME) {
        return true;
    }
    if (scene->s.ws.actor != NULL) {
        char *words = mem_format("no way back to Home from %s", shell_top(scene->s.h->shell)->name);
        blame(scene, where, words);
        mem_free(words);
    }
    sign_in(scene, scene->who);
    return false;
}

static void hostile_text(struct scene *scene, char text[HOSTILE_MAX])
{
    hostile_make(scene->r, text);
    hostile_leave_out_disputed(text);
    mark(text, scene->out->strings++ % HOSTILE_SERIALS);
}

static bool open_way(struct scene *scene, int i)
{
    char text[HOSTILE_MAX];
    hostile_text(scene, text);
    bool is_open = ways_open(scene->s.h->shell, &scene->ways, scene->ways.found[i], text);
    scene->out->openings++;
    scene->out->refused += !is_open;
    return is_open;
}

/* Which ways are open to this person, before anything is planted. */
static void find_ways(struct scene *scene)
{
    struct ways *w = &scene->ways;
    ways_read(w, scene->s.ws.site->store);
    for (const struct screen_ops *const *screen = WORKSTATION_SCREENS; *screen != NULL; screen++) {
        for (int id = -1; id < w->id_count && w->found_count < WAYS_MAX; id++) {
            const struct way way = {*screen, id};
            if (ways_open(scene->s.h->shell, w, way, NULL)) {
                w->found[w->found_count++] = way;
                go_home(scene);
            }
        }
    }
}

static void look_around(struct scene *scene, const struct screen_ops *screen)
{
    struct harness *h = scene->s.h;
    (void)look(scene, screen->name);
    for (int tab = 0; screen->parts != NULL && screen->parts[0] != NULL && tab < TABS; tab++) {
        harness_press(h, "Right");
        (void)look(scene, screen->name);
        harness_press(h, "Down");
        (void)look(scene, screen->name);
    }
    harness_press(h, "Down");
    (void)look(scene, screen->name);
}

static void look_at_home(struct scene *scene)
{
    struct harness *h = scene->s.h;
    harness_advance(h, 60 * 1000);
    (void)look(scene, "home");
    harness_type(h, "okafo");
    (void)look(scene, "home: find");
    for (int i = 0; i < 5; i++) {
        harness_press(h, "Backspace");
    }
    for (int i = 0; i < 8; i++) { /* what its lists lead to */
        harness_press(h, "Tab");
        (void)look(scene, "home: lists");
        harness_press(h, "Enter");
        (void)look(scene, "from home");
        (void)is_at_home(scene, "home: lists");
    }
    harness_try(h, "lock");
    (void)look(scene, "lock");
    harness_type(scene->s.h, scene->who->password);
    harness_press(scene->s.h, "Enter");
    (void)look(scene, "unlocked");
    (void)is_at_home(scene, "lock");
}

/* What this order would do beside the others is asked by a screen of its own. */
static void look_at_alert(struct scene *scene)
{
    static const char *const LINES[] = {"warfarin 5 mg tab 1 tab daily", "ibuprofen 400 mg tab 1 tab tid", "simvastatin 80 mg tab 1 tab daily",
                                        "amiodarone 200 mg tab 1 tab daily", "methotrexate 15 mg tab 1 tab daily"};
    struct harness *h = scene->s.h;
    if (!ways_open(h->shell, &scene->ways, (struct way){&SCREEN_ORDER, -1}, NULL)) {
        return;
    }
    harness_type(h, LINES[random_below(scene->r, sizeof LINES / sizeof *LINES)]);
    (void)look(scene, "order, typed");
    harness_press(h, "F10");
    (void)look(scene, "alert");
    harness_press(h, "Down");
    (void)look(scene, "alert");
    (void)is_at_home(scene, "alert");
}

static const struct action *any_row(struct scene *scene, const struct screen_ops *screen)
{
    const struct action *rows[200];
    size_t count = 0;
    for (const struct action *a = screen->actions; a != NULL && a->name != NULL && count < 200; a++) {
        rows[count++] = a;
    }
    for (const struct screen_part *const *part = screen->parts; part != NULL && *part != NULL; part++) {
        for (const struct action *a = (*part)->actions; a != NULL && a->name != NULL && count < 200; a++) {
            rows[count++] = a;
        }
    }
    return count > 0 ? rows[random_below(scene->r, count)] : NULL;
}

/* Any action of any screen: what it opens, asks and answers. */
static void look_at_action(struct scene *scene)
{
    int i = (int)random_below(scene->r, (uint64_t)scene->ways.found_count);
    const struct screen_ops *screen = scene->ways.found[i].screen;
    const struct action *a = any_row(scene, screen);
    if (a == NULL || ways_ends_session(a->name) || !open_way(scene, i)) {
        (void)is_at_home(scene, screen->name);
        return;
    }
    char *where = mem_format("%s, %s", screen->name, a->name);
    for (uint64_t tab = screen->parts != NULL ? random_below(scene->r, TABS) : 0; tab > 0; tab--) {
        harness_press(scene->s.h, "Right");
    }
    harness_try(scene->s.h, a->name);
    (void)look(scene, where);
    harness_press(scene->s.h, "Down");
    (void)look(scene, where);
    (void)is_at_home(scene, where);
    mem_free(where);
}

static void open_scene(struct scene *scene)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    if (scene->folder != NULL) {
        folder_remove(scene->folder);
        mem_free(scene->site_folder);
        mem_free(scene->device_key_path);
    }
    scene->folder = folder_new();
    scene->site_folder = folder_path(scene->folder, "site");
    scene->device_key_path = folder_path(scene->folder, "device.key");
    scene->clock = clock_fixed(CLINIC_START_US);
    cr_assert_eq(demo_create(scene->site_folder, scene->device_key_path, PATIENTS, SEED, PASSWORD_COST_TEST, &scene->clock, scene->users,
                             &err), STATUS_OK, "%s", error_text(&err));
    struct actor *actor = NULL;
    cr_assert_eq(site_open(scene->site_folder, scene->device_key_path, &scene->clock, &site, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(session_sign_in(site, scene->users[0].login, scene->users[0].password, &actor, &err), STATUS_OK, "%s", error_text(&err));
    clinic_screen_settle(site);
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(site);
}

static void end_scene(struct scene *scene)
{
    close_scene(scene);
    for (int i = 0; i < scene->plan_count; i++) {
        mem_free(scene->plans[i].keep);
        mem_free(scene->plans[i].update);
    }
    folder_remove(scene->folder);
    mem_free(scene->site_folder);
    mem_free(scene->device_key_path);
    mem_free(scene);
}

static void paste_into_form(struct scene *scene, const char *where)
{
    enum { FIELDS = 8 };
    for (int i = 0; i < FIELDS; i++) {
        char text[HOSTILE_MAX];
        hostile_text(scene, text);
        harness_paste(scene->s.h, text);
        (void)look(scene, where);
        harness_press(scene->s.h, "Down");
    }
    harness_press(scene->s.h, "F10");
    (void)look(scene, where);
}

/* In front of the site: its door, and the first start where there is none. Nothing of the database is seen there, so that what is
 * hostile comes from the keyboard. Signs in again behind it. */
static void look_at_doors(struct scene *scene)
{
    char *nowhere = folder_path(scene->folder, "nowhere");
    const char *const folders[] = {scene->site_folder, nowhere};
    for (int i = 0; i < 2; i++) {
        close_scene(scene);
        struct clinic_screen *s = &scene->s;
        s->ws = (struct workstation){.site_folder = folders[i], .device_key_path = scene->device_key_path, .clock = &scene->clock};
        s->options = workstation_options(&s->ws);
        s->h = harness_new(&(struct harness_options){.rows = HIGH, .cols = WIDE}, &s->options);
        harness_open(s->h, i == 0 ? &SCREEN_SIGN_IN : &SCREEN_WELCOME, NULL);
        s->h->tap = tap; /* from here on: the title is the program's own, once */
        s->h->tap_context = scene;
        memset(&scene->check, 0, sizeof scene->check);
        (void)look(scene, "door");
        if (i == 1) {
            harness_press(s->h, "Down");
            harness_press(s->h, "Enter"); /* a clinic on this computer */
            (void)look(scene, "setup");
        }
        paste_into_form(scene, i == 0 ? "sign_in" : "setup");
        harness_press(s->h, "Enter");
        (void)look(scene, "door");
    }
    mem_free(nowhere);
    sign_in(scene, scene->who);
}

static void walk(struct scene *scene)
{
    look_at_doors(scene);
    look_at_home(scene);
    for (int i = 0; i < scene->ways.found_count && scene->out->why[0] == '\0'; i++) {
        if (open_way(scene, i)) {
            look_around(scene, scene->ways.found[i].screen);
        }
        (void)is_at_home(scene, scene->ways.found[i].screen->name);
    }
    look_at_alert(scene);
    for (int i = 0; i < ACTIONS_A_ROUND && scene->out->why[0] == '\0'; i++) {
        look_at_action(scene);
    }
}

/* ---- another string at each read -------------------------------------------------------------------------------------- */

static bool is_planned(void *context, const char *table, const char *column)
{
    const struct scene *scene = context;
    for (int i = 0; i < scene->plan_count; i++) {
        const struct table_plan *plan = &scene->plans[i];
        for (int k = 0; strcmp(plan->table, table) == 0 && k < plan->column_count; k++) {
            if (strcmp(plan->columns[k], column) == 0) {
                return true;
            }
        }
    }
    return false;
}

static char *string_of_a_read(void *context)
{
    struct scene *scene = context;
    char text[HOSTILE_MAX];
    if (random_below(scene->r, 12) == 0) { /* as it stands there: orders stay orders */
        return NULL;
    }
    hostile_text(scene, text);
    return mem_copy_text(text);
}

/* Screens full of text leave the others their share. */
static bool had_its_share(const struct scene *scene)
{
    for (int i = 0; WORKSTATION_SCREENS[i] != NULL; i++) {
        if (WORKSTATION_SCREENS[i] == shell_top(scene->s.h->shell)) {
            return scene->out->shown_on[i] > SHARE_MIN + scene->out->seen / SHARES;
        }
    }
    return false;
}

/* As long as something new comes of it. */
static void read_again(struct scene *scene, const char *where)
{
    struct harness *h = scene->s.h;
    int nothing_new = had_its_share(scene) ? NOTHING_NEW_MAX : 0;
    for (int i = 0; i < READS_OF_A_SCREEN && nothing_new < NOTHING_NEW_MAX && scene->out->why[0] == '\0'; i++) {
        shell_data_changed(h->shell);
        harness_advance(h, 1);
        nothing_new = look(scene, where) > 0 ? 0 : nothing_new + 1;
    }
}

static void read_way(struct scene *scene, int i)
{
    struct harness *h = scene->s.h;
    const struct screen_ops *screen = scene->ways.found[i].screen;
    if (open_way(scene, i)) {
        (void)look(scene, screen->name);
        read_again(scene, screen->name);
        for (int tab = 0; screen->parts != NULL && screen->parts[0] != NULL && tab < TABS; tab++) {
            harness_press(h, "Right");
            read_again(scene, screen->name);
        }
        harness_press(h, "Down");
        (void)look(scene, screen->name);
    }
    (void)is_at_home(scene, screen->name);
}

/* All that this person can open, and Home itself. */
static void read_all(struct scene *scene)
{
    const struct hostile_reads reads = {.is_free_text = is_planned, .make = string_of_a_read, .context = scene};
    hostile_reads_set(&reads);
    for (int i = 0; i < scene->ways.found_count && scene->out->why[0] == '\0'; i++) {
        read_way(scene, i);
        harness_press(scene->s.h, "Tab");
        read_again(scene, "home");
    }
    hostile_reads_set(NULL);
}

/* The screens that nobody got to see. */
static void tell_missed(struct scene *scene)
{
    for (int i = 0; WORKSTATION_SCREENS[i] != NULL; i++) {
        size_t at = strlen(scene->out->missed);
        if (!scene->is_looked_at[i] && at + 2 < sizeof scene->out->missed) {
            (void)snprintf(scene->out->missed + at, sizeof scene->out->missed - at, "%s ", WORKSTATION_SCREENS[i]->name); /* cut is fine */
        }
        scene->out->screens += scene->is_looked_at[i];
    }
}

void hostile_run(unsigned seen, int people, struct random *r, struct hostile_run *out)
{
    struct scene *scene = mem_alloc(sizeof *scene);
    memset(out, 0, sizeof *out);
    scene->out = out;
    scene->r = r;
    hostile_prepare();
    open_scene(scene);
    sign_in(scene, &scene->users[0]);
    prepare_site(scene);
    struct ways *ways = mem_alloc(DEMO_USERS * sizeof *ways);
    uint64_t first = random_below(r, DEMO_USERS);
    for (int i = 0; i < people; i++) { /* before the first string is planted */
        sign_in(scene, &scene->users[(first + (uint64_t)i) % DEMO_USERS]);
        find_ways(scene);
        ways[i] = scene->ways;
    }
    for (int i = 0; (i < people || out->strings < seen / PLANTED_PARTS) && out->why[0] == '\0'; i++) {
        sign_in(scene, &scene->users[(first + (uint64_t)(i % people)) % DEMO_USERS]);
        scene->ways = ways[i % people];
        plant(scene);
        walk(scene);
    }
    scene->is_large = true; /* more is seen of each read; the small ones were looked at above */
    for (int round = 0; out->seen < seen && out->why[0] == '\0'; round++) {
        sign_in(scene, &scene->users[(first + (uint64_t)(round % people)) % DEMO_USERS]);
        scene->ways = ways[round % people];
        read_all(scene);
    }
    tell_missed(scene);
    mem_free(ways);
    end_scene(scene);
}

/* --- the monkey ------------------------------------------------------------------------------------------------------ */

static const char *const KEYS[] = {"Enter", "Esc", "Tab", "Shift-Tab", "Up", "Down", "Left", "Right", "PgUp", "PgDn", "Home", "End",
                                   "F2", "F4", "F5", "F6", "F9", "F10", "F11", "Backspace", "Delete", "a", "o", "1", "/", "?"};
enum { KEYS_COUNT = sizeof KEYS / sizeof *KEYS };

static const struct action *any_action(struct scene *scene)
{
    size_t count = 0;
    while (WORKSTATION_SCREENS[count] != NULL) {
        count++;
    }
    return any_row(scene, WORKSTATION_SCREENS[random_below(scene->r, count)]);
}

void monkey_run(unsigned steps, struct random *r)
{
    struct scene *scene = mem_alloc(sizeof *scene);
    struct hostile_run out;
    scene->out = &out;
    scene->r = r;
    memset(&out, 0, sizeof out);
    open_scene(scene);
    sign_in(scene, &scene->users[1]);
    for (unsigned i = 0; i < steps; i++) {
        struct harness *h = scene->s.h;
        if (random_below(r, 3) == 0) {
            const struct action *action = any_action(scene);
            if (action != NULL && !ways_ends_session(action->name)) {
                harness_try(h, action->name);
            }
        } else if (random_below(r, 12) == 0) {
            char text[HOSTILE_MAX];
            hostile_make(r, text);
            harness_paste(h, text);
        } else {
            harness_press(h, KEYS[random_below(r, KEYS_COUNT)]);
        }
        if (scene->s.ws.actor == NULL || random_below(r, 600) == 0) { /* signed out by something: the next one's turn */
            sign_in(scene, &scene->users[random_below(r, DEMO_USERS)]);
        } else if (random_below(r, 150) == 0) {
            harness_resize(h, 12 + (int)random_below(r, 40), 40 + (int)random_below(r, 160));
        }
        cr_assert_str_empty(scene->check.why, "step %u: %s (seed %llu)", i, scene->check.why, (unsigned long long)r->seed);
    }
    end_scene(scene);
}
