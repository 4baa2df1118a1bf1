/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pty/demo_site.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "service/demo.h"
#include "store/store_private.h"
#include "support/folder.h"

/* Where the pristine one is: in the environment, because each test is a process that starts afresh. */
#define VARIABLE "PRESCRIPCARE_TEST_DEMO"

static struct clock wall;

static void must(bool ok, const char *what)
{
    if (!ok) {
        fatal("demo_site: %s", what);
    }
}

static char *key_path(const char *folder)
{
    return mem_format("%s/state/prescripcare/device.key", folder);
}

static void make_folders(const char *folder)
{
    static const char *const below[] = {"site", "state", "state/prescripcare"};
    for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
        char *path = folder_path(folder, below[i]);
        must(mkdir(path, 0700) == 0, path);
        mem_free(path);
    }
}

void demo_site_make(void)
{
    struct error err = ERROR_INIT;
    struct demo_user users[DEMO_USERS];
    wall = clock_system();
    char *pristine = folder_new();
    make_folders(pristine);
    char *site = folder_path(pristine, "site"), *key = key_path(pristine);
    enum status status = demo_create(site, key, DEMO_SITE_PATIENTS, DEMO_SITE_SEED, PASSWORD_COST_TEST, &wall, users, &err);
    must(status == STATUS_OK, error_text(&err));
    must(setenv(VARIABLE, pristine, 1) == 0, "no environment");
    mem_free(site);
    mem_free(key);
    mem_free(pristine);
}

void demo_site_remove(void)
{
    folder_remove(mem_copy_text(getenv(VARIABLE)));
}

struct demo_site *demo_site_new(void)
{
    static const char *const files[] = {"site/site.db", "site/keys", "site/audit.key", "state/prescripcare/device.key"};
    const char *pristine = getenv(VARIABLE);
    struct demo_site *d = mem_alloc(sizeof *d);
    must(pristine != NULL, "the demo was not made");
    wall = clock_system();
    d->folder = folder_new();
    make_folders(d->folder);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *from = folder_path(pristine, files[i]), *to = folder_path(d->folder, files[i]);
        file_copy(from, to);
        mem_free(from);
        mem_free(to);
    }
    d->site_folder = folder_path(d->folder, "site");
    d->variables[0] = mem_format("PRESCRIPCARE_SITE=%s", d->site_folder);
    d->variables[1] = mem_format("XDG_STATE_HOME=%s/state", d->folder);
    d->variables[2] = mem_format("HOME=%s", d->folder);
    return d;
}

void demo_site_free(struct demo_site *d)
{
    for (size_t i = 0; i < sizeof d->variables / sizeof *d->variables; i++) {
        mem_free(d->variables[i]);
    }
    mem_free(d->site_folder);
    folder_remove(d->folder);
    mem_free(d);
}

struct pty *demo_site_start(struct demo_site *d, const char *terminal, int rows, int cols, const char *const more[3])
{
    struct pty_options options = {.arguments = {"prescripcare"},
                                  .terminal = terminal,
                                  .environment = {d->variables[0], d->variables[1], d->variables[2]},
                                  .rows = rows,
                                  .cols = cols};
    for (int i = 0; more != NULL && i < 3; i++) {
        options.environment[3 + i] = more[i];
    }
    return pty_start(&options);
}

void demo_site_type(struct pty *p, const char *text)
{
    pty_type(p, text);
    pty_expect(p, text);
    pty_press(p, "End");
}

void demo_site_sign_in(struct pty *p, enum role role)
{
    struct demo_user users[DEMO_USERS];
    demo_users(DEMO_SITE_SEED, users);
    for (int i = 0; i < DEMO_USERS; i++) {
        if (users[i].role == role) {
            pty_expect(p, "Sign-in name");
            demo_site_type(p, users[i].login);
            pty_press(p, "Down");
            pty_type(p, users[i].password);
            pty_expect(p, "*******");
            pty_press(p, "End");
            pty_press(p, "Enter");
            pty_expect(p, "Find or scan");
            return;
        }
    }
    cr_assert_fail("the demo has nobody with role %d", (int)role);
}

void demo_site_open_chart(struct pty *p)
{
    demo_site_type(p, "okafo");
    pty_expect(p, "OKAFOR, Grace Adaeze");
    pty_expect(p, "Patients");
    pty_press(p, "Enter");
    pty_expect(p, "ALLERGIES");
}

struct actor *demo_site_enter(struct demo_site *d, const struct demo_user *who)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    char *key = key_path(d->folder);
    enum status status = site_open(d->site_folder, key, &wall, &site, &err);
    must(status == STATUS_OK, error_text(&err));
    status = session_sign_in(site, who->login, who->password, &actor, &err);
    must(status == STATUS_OK, error_text(&err));
    mem_free(key);
    return actor;
}

struct actor *demo_site_look(struct demo_site *d)
{
    struct demo_user users[DEMO_USERS];
    demo_users(DEMO_SITE_SEED, users);
    return demo_site_enter(d, &users[0]);
}

void demo_site_look_away(struct actor *actor)
{
    struct site *site = actor->site;
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(site);
}

int64_t demo_site_count(struct actor *actor, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db = actor->site->store->db.handle;
    must(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW, sqlite3_errmsg(db));
    int64_t value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return value;
}
