/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may call what. roles.tsv is written by hand and says what is expected of each role and each service function; the
 * functions are found in the headers and, by tests/lint/roles.sh, in the symbol table. Each is called as each role:
 * first while every permission is refused, to see that it asks before it does anything and what the true answer would
 * have been, then in earnest by every role that must be refused. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "service/role_calls.h"
#include "store/store_private.h"
#include "support/clinic.h"

/* In the order of the columns of roles.tsv. */
static const enum clinic_person PEOPLE[] = {CLINIC_PHARMACIST, CLINIC_TECHNICIAN,      CLINIC_NURSE,   CLINIC_STUDENT, CLINIC_PRESCRIBER,
                                            CLINIC_FRONT_DESK, CLINIC_PRIVACY_OFFICER, CLINIC_AUDITOR, CLINIC_ADMIN};
enum { PEOPLE_COUNT = sizeof PEOPLE / sizeof *PEOPLE, ROWS_MAX = 600, NAME_MAX_BYTES = 64 };

/* ---- every question to the permission table goes through here (service_tests is linked with --wrap) ---- */

static struct {
    bool is_on;       /* every answer is no */
    int asked;
    bool would_allow; /* one of the true answers was yes */
} probe;

bool __real_permission_allows(enum role role, enum permission permission);
bool __wrap_permission_allows(enum role role, enum permission permission);
bool __wrap_permission_allows(enum role role, enum permission permission)
{
    bool answer = __real_permission_allows(role, permission);
    if (!probe.is_on) {
        return answer;
    }
    probe.asked++;
    probe.would_allow = probe.would_allow || answer;
    return false;
}

/* ---- roles.tsv ---- */

struct expected {
    char name[NAME_MAX_BYTES];
    char cells[PEOPLE_COUNT + 1]; /* '+' may, '-' may not; all '*': asks nothing of its own, and the last column says why */
    bool has_reason;
};

static struct expected rows[ROWS_MAX];
static int row_count;

static void read_rows(void)
{
    struct buffer text = BUFFER_INIT;
    struct error err = ERROR_INIT;
    cr_assert_eq(buffer_read_file(&text, PC_SRCDIR "/tests/service/roles.tsv", 1 << 18, &err), STATUS_OK, "%s", error_text(&err));
    for (char *line = text.bytes, *next; *line != '\0'; line = next) {
        size_t line_len = strcspn(line, "\n");
        next = line + line_len + (line[line_len] != '\0');
        line[line_len] = '\0';
        if (line[0] == '#' || strncmp(line, "function\t", 9) == 0) {
            continue;
        }
        struct expected *row = &rows[row_count++];
        size_t len = strcspn(line, "\t");
        cr_assert(row_count < ROWS_MAX && len < NAME_MAX_BYTES, "%s", line);
        memcpy(row->name, line, len);
        const char *at = line + len;
        for (int i = 0; i < PEOPLE_COUNT; i++, at += 2) {
            cr_assert(at[0] == '\t' && strchr("+-*", at[1]) != NULL && at[1] != '\0' && strchr("\t", at[2]) != NULL,
                      "roles.tsv, %s: column %d is +, - or *", row->name, i + 2);
            row->cells[i] = at[1];
        }
        row->has_reason = at[0] == '\t' && at[1] != '\0';
    }
    buffer_release(&text);
}

static const struct expected *row_of(const char *name)
{
    for (int i = 0; i < row_count; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

static bool is_open(const struct expected *row)
{
    return strchr(row->cells, '*') != NULL;
}

/* ---- the tests ---- */

Test(roles, table_says_something_definite_of_every_function)
{
    read_rows();
    for (int i = 0; i < row_count; i++) {
        size_t stars = 0;
        for (int k = 0; k < PEOPLE_COUNT; k++) {
            stars += rows[i].cells[k] == '*';
        }
        cr_expect(stars == 0 || stars == PEOPLE_COUNT, "%s: * for all roles or for none", rows[i].name);
        cr_expect(stars == 0 || rows[i].has_reason, "%s: what asks nothing says why", rows[i].name);
        cr_expect_eq(row_of(rows[i].name), &rows[i], "%s has two rows", rows[i].name);
    }
    for (const struct role_call *call = ROLE_CALLS; call->name != NULL; call++) {
        cr_expect_not_null(row_of(call->name), "%s has no row in tests/service/roles.tsv: say who may call it", call->name);
    }
}

Test(roles, every_function_asks_first_and_gets_the_expected_answer)
{
    struct clinic *c = clinic_new();
    read_rows();
    for (int who = 0; who < PEOPLE_COUNT; who++) {
        struct actor *actor = clinic_actor(c, PEOPLE[who]);
        const char *role = enum_word(ENUM_ROLE, (int)actor->role);
        for (const struct role_call *call = ROLE_CALLS; call->name != NULL; call++) {
            const struct expected *row = row_of(call->name);
            if (row == NULL || is_open(row)) {
                continue;
            }
            struct error err = ERROR_INIT;
            probe.asked = 0;
            probe.would_allow = false;
            probe.is_on = true;
            enum status status = call->call(actor, &err);
            probe.is_on = false;
            cr_expect_gt(probe.asked, 0, "%s asks nobody before it answers \"%s\"", call->name, error_text(&err));
            cr_expect_eq(status, STATUS_NOT_PERMITTED, "%s as %s: refused, it went on: %s %s", call->name, role,
                         status_text(status), error_text(&err));
            cr_expect_eq(probe.would_allow, row->cells[who] == '+', "%s as %s: the permission table says %s, roles.tsv says %c",
                         call->name, role, probe.would_allow ? "yes" : "no", row->cells[who]);
        }
    }
    clinic_free(c);
}

static int64_t count(struct clinic *c, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db = c->site->store->db.handle;
    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return value;
}

Test(roles, who_may_not_is_refused_and_nothing_is_written)
{
    struct clinic *c = clinic_new();
    read_rows();
    for (int who = 0; who < PEOPLE_COUNT; who++) {
        (void)clinic_actor(c, PEOPLE[who]);
    }
    int64_t outbox = count(c, "SELECT count(*) FROM outbox");
    int refused = 0;
    for (int who = 0; who < PEOPLE_COUNT; who++) {
        struct actor *actor = clinic_actor(c, PEOPLE[who]);
        for (const struct role_call *call = ROLE_CALLS; call->name != NULL; call++) {
            const struct expected *row = row_of(call->name);
            struct error err = ERROR_INIT;
            if (row != NULL && row->cells[who] == '-') {
                enum status status = call->call(actor, &err);
                cr_expect_eq(status, STATUS_NOT_PERMITTED, "%s as %s: %s", call->name, enum_word(ENUM_ROLE, (int)actor->role),
                             error_text(&err));
                refused++;
            }
        }
    }
    cr_expect_gt(refused, 100);
    cr_expect_eq(count(c, "SELECT count(*) FROM outbox"), outbox, "a refused call left something to send");
    clinic_free(c);
}
