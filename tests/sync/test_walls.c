/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a device's login can do at the centre: nothing but call functions about its own site. And who gets in at all. */
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "crypt/certificate.h"
#include "model/registry.h"
#include "store/schema_info.h"
#include "support/folder.h"
#include "support/terminal.h"
#include "sync/central.h"
#include "sync/join.h"
#include "sync/link.h"
#include "sync/sync_test.h"
#include "sync/synced.h"

static struct centre *centre;
static struct terminal *t;

static void start(void)
{
    if (postgres_is_up()) {
        centre = centre_new();
        t = terminal_new(centre, "desk", "Eastside", 0);
    }
}

static void stop(void)
{
    if (postgres_is_up()) {
        terminal_free(t);
        centre_free(centre);
    }
}

TestSuite(walls, .init = start, .fini = stop);

static struct link *sign_in(void)
{
    struct error err = ERROR_INIT;
    struct link_address address = {0};
    struct link *link = NULL;
    char *next = NULL;
    cr_assert_eq(address_load(t->mirror, t->clinic->site_folder, &address, &next, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(link_open(&address, &link, &err), STATUS_OK, "%s", error_text(&err));
    link_address_release(&address);
    mem_free(next);
    return link;
}

/* Each is refused by the server. $ROLE stands for the device's own role. */
static const char *const HOSTILE[] = {
    "SELECT * FROM clin.user_profiles",
    "SELECT * FROM clin.users",
    "SELECT * FROM clin.audit_logs",
    "SELECT * FROM clin.dose_events_default",
    "SELECT * FROM sync.replica",
    "SELECT * FROM sync.op",
    "SELECT * FROM sync.scope",
    "SELECT * FROM sync.change",
    "SELECT * FROM sync.quarantine",
    "SELECT * FROM sync.server",
    "INSERT INTO sync.scope SELECT user_id, 1, 'mine' FROM clin.users",
    "INSERT INTO clin.users (user_id, created_at, updated_at) VALUES (gen_random_uuid(), now(), now())",
    "UPDATE clin.user_profiles SET last_name = 'x'",
    "UPDATE sync.replica SET last_op_seq = 0",
    "DELETE FROM clin.audit_logs",
    "TRUNCATE clin.audit_logs",
    "TRUNCATE sync.change",
    "DROP TABLE clin.users",
    "ALTER TABLE clin.users DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE clin.audit_logs DISABLE TRIGGER ALL",
    "CREATE TABLE public.t (a int)",
    "CREATE TABLE clin.t (a int)",
    "CREATE TEMP TABLE t (a int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION dblink SCHEMA sync",
    "CREATE ROLE mine SUPERUSER",
    "ALTER ROLE $ROLE SUPERUSER",
    "ALTER ROLE $ROLE BYPASSRLS",
    "ALTER ROLE postgres PASSWORD 'x'",
    "SET ROLE prescripcare_owner",
    "SET SESSION AUTHORIZATION postgres",
    "GRANT prescripcare_owner TO $ROLE",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "COPY (SELECT 1) TO '/tmp/prescripcare_hostile'",
    "CREATE TEMP VIEW v AS SELECT 1",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
    "SELECT pg_reload_conf()",
    "ALTER SYSTEM SET fsync = off",
    "SELECT sync.erase(gen_random_uuid())",
    "SELECT sync.maintain()",
    "SELECT sync.me()",
    "SELECT sync.conflict(1, 1, 'users', gen_random_uuid(), NULL, 'x', NULL, NULL, NULL, 'x', true)",
    "SELECT sync.merge(1, 1, 'users', gen_random_uuid(), NULL, 0, '{}')",
    "SELECT sync.insert_users(ARRAY['{}'::jsonb], 1)",
    "SELECT sync.update_user_profiles(gen_random_uuid(), '{}')",
    "SELECT sync.insert_audit(gen_random_uuid(), 1, 1, '{}', '{}', '{}', '{}')",
    "SELECT sync.ensure_constraint('users', 'x', 1, 'CHECK (true)')",
    "SELECT partman.run_maintenance()",
    "DO $$ BEGIN EXECUTE 'SELECT 1 FROM clin.users'; END $$",
    "SECURITY LABEL ON TABLE clin.users IS 'x'",
    "SELECT nextval('sync.site_site_no_seq')",
    "CREATE PUBLICATION p FOR ALL TABLES",
    "CREATE DATABASE mine",
};
enum { HOSTILE_COUNT = sizeof HOSTILE / sizeof *HOSTILE };

Test(walls, refuse_every_hostile_statement_of_a_device)
{
    NEEDS_POSTGRES();
    struct link *link = sign_in();
    cr_assert_geq(HOSTILE_COUNT, 40);
    for (int i = 0; i < HOSTILE_COUNT; i++) {
        const char *place = strstr(HOSTILE[i], "$ROLE");
        char *sql = place == NULL ? mem_copy_text(HOSTILE[i])
                                  : mem_format("%.*s%s%s", (int)(place - HOSTILE[i]), HOSTILE[i], t->role, place + 5);
        PGresult *result = PQexec(link->pg, sql);
        ExecStatusType state = PQresultStatus(result);
        cr_expect_eq(state, PGRES_FATAL_ERROR, "succeeded: %s", sql);
        const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        cr_expect(code != NULL && (strcmp(code, "42501") == 0 || strcmp(code, "42704") == 0 || strcmp(code, "0A000") == 0 ||
                                   strcmp(code, "25001") == 0 || strcmp(code, "22023") == 0),
                  "%s failed, but by %s: %s", sql, code, PQresultErrorMessage(result));
        PQclear(result);
        mem_free(sql);
    }
    link_close(link);
}

/* A claim about the catalogue: the query lists what breaks it. */
static const struct {
    const char *claim, *sql;
} GATE[] = {
    {"no device role has a grant on a table",
     "SELECT string_agg(table_schema || '.' || table_name || ' ' || privilege_type, ', ') FROM information_schema.role_table_grants "
     "WHERE (grantee LIKE 'prescripcare_%' AND grantee NOT IN ('prescripcare_owner', 'prescripcare_finder') OR grantee = 'PUBLIC') AND table_schema IN ('clin', 'sync', 'app', 'archive', 'partman')"},
    {"every SECURITY DEFINER function pins its search_path",
     "SELECT string_agg(p.proname, ', ') FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('clin', 'sync', "
     "'app') AND p.prosecdef AND NOT coalesce(p.proconfig::text LIKE '%search_path=pg_catalog, pg_temp%', false)"},
    {"every function pins its search_path",
     "SELECT string_agg(p.proname, ', ') FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('clin', 'sync', "
     "'app') AND NOT coalesce(p.proconfig::text LIKE '%search_path=pg_catalog, pg_temp%', false)"},
    {"no function of ours may be called by PUBLIC",
     "SELECT string_agg(p.proname, ', ') FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('clin', 'sync', "
     "'app') AND has_function_privilege('public', p.oid, 'EXECUTE')"},
    {"every table of clin has row level security, forced",
     "SELECT string_agg(c.relname, ', ') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'clin' AND "
     "c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"},
    {"everything is owned by the owner, who cannot sign in and bypasses nothing",
     "SELECT string_agg(c.relname, ', ') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = "
     "c.relowner WHERE n.nspname IN ('clin', 'sync') AND c.relkind IN ('r', 'p') AND (r.rolname <> 'prescripcare_owner' OR r.rolcanlogin OR "
     "r.rolsuper OR r.rolbypassrls)"},
    {"devices may not make temporary tables or schemas",
     "SELECT string_agg(rolname, ', ') FROM pg_roles WHERE rolname = 'prescripcare_device' AND (has_database_privilege(oid, "
     "current_database(), 'TEMP') OR has_database_privilege(oid, current_database(), 'CREATE'))"},
    {"every table and column of clin has a comment",
     "SELECT string_agg(c.relname || coalesce('.' || a.attname, ''), ', ') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
     "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> 'home_site' WHERE n.nspname "
     "= 'clin' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND col_description(c.oid, a.attnum) IS NULL"},
};

Test(walls, keep_the_catalogue_as_it_must_be)
{
    NEEDS_POSTGRES();
    for (size_t i = 0; i < sizeof GATE / sizeof *GATE; i++) {
        char *breach = centre_value(centre, GATE[i].sql);
        cr_expect_str_eq(breach, "", "%s, but: %s", GATE[i].claim, breach);
        mem_free(breach);
    }
}

/* --- who gets in ---------------------------------------------------------------------------------------------------- */

static enum status try_with(const struct link_address *address, const char *extra, char *why, size_t size)
{
    char info[2048];
    (void)snprintf(info, sizeof info,
                   "host=%s port=%s dbname=%s user=%s password=%s sslmode=verify-full sslrootcert=%s sslcert=%s sslkey=%s sslpassword=%s %s",
                   address->hosts, address->ports, address->database, address->role, address->secret, address->ca_file,
                   address->certificate_file, address->key_file, address->key_password, extra);
    PGconn *pg = PQconnectdb(info);
    bool in = PQstatus(pg) == CONNECTION_OK;
    (void)snprintf(why, size, "%s", PQerrorMessage(pg));
    PQfinish(pg);
    return in ? STATUS_OK : STATUS_NOT_PERMITTED;
}

/* A certificate of the centre's own authority, or of a foreign one, as files in the test's folder. */
static void write_certificate(const char *name, const char *common_name, bool is_foreign, int64_t from_us, int64_t until_us)
{
    struct error err = ERROR_INIT;
    struct certificate_pair authority = {0}, own = {0};
    char *certificate = mem_format("%s/ca/ca.crt", postgres_folder()), *key = mem_format("%s/ca/ca.key", postgres_folder());
    struct buffer c = BUFFER_INIT, k = BUFFER_INIT;
    if (is_foreign) {
        cr_assert_eq(certificate_authority("Somebody else", from_us, until_us, &authority, &err), STATUS_OK);
    } else {
        cr_assert_eq(buffer_read_file(&c, certificate, 65536, &err), STATUS_OK);
        cr_assert_eq(buffer_read_file(&k, key, 65536, &err), STATUS_OK);
        authority = (struct certificate_pair){buffer_take(&c), buffer_take(&k)};
    }
    const struct certificate_request request = {common_name, CERTIFICATE_CLIENT, NULL, from_us, until_us, "x"};
    cr_assert_eq(certificate_issue(&authority, &request, &own, &err), STATUS_OK);
    char *crt = mem_format("%s/%s.crt", t->clinic->folder, name), *pem = mem_format("%s/%s.key", t->clinic->folder, name);
    file_write(crt, own.certificate, strlen(own.certificate));
    file_write(pem, own.key, strlen(own.key));
    certificate_pair_release(&authority);
    certificate_pair_release(&own);
    mem_free(certificate);
    mem_free(key);
    mem_free(crt);
    mem_free(pem);
}

Test(walls, let_in_only_the_right_certificate_with_the_right_secret_over_tls_1_3)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct link_address address = {0};
    struct clock clock = clock_system();
    int64_t now_us = clock_now_us(&clock), day = 24 * US_PER_HOUR;
    char *next = NULL, why[512];
    cr_assert_eq(address_load(t->mirror, t->clinic->site_folder, &address, &next, &err), STATUS_OK);
    write_certificate("other", "prescripcare_other", false, now_us - day, now_us + day);
    write_certificate("old", address.role, false, now_us - 10 * day, now_us - day);
    write_certificate("foreign", address.role, true, now_us - day, now_us + day);
    const struct {
        const char *claim, *extra, *certificate;
        bool in;
    } cases[] = {
        {"the device itself", "ssl_min_protocol_version=TLSv1.3 channel_binding=require", NULL, true},
        {"TLS 1.2", "ssl_max_protocol_version=TLSv1.2", NULL, false},
        {"no TLS", "sslmode=disable", NULL, false},
        {"no certificate", "sslcert=/nowhere sslkey=/nowhere", NULL, false},
        {"another name's certificate", "", "other", false},
        {"an expired certificate", "", "old", false},
        {"a foreign authority's certificate", "", "foreign", false},
        {"a wrong secret", "password=wrong", NULL, false},
        {"another role", "user=prescripcare_owner", NULL, false},
        {"a host that the server's certificate does not name", "host=127.0.0.2 hostaddr=127.0.0.1", NULL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *extra = cases[i].certificate == NULL
                          ? mem_copy_text(cases[i].extra)
                          : mem_format("sslcert=%s/%s.crt sslkey=%s/%s.key sslpassword=x", t->clinic->folder, cases[i].certificate,
                                       t->clinic->folder, cases[i].certificate);
        enum status status = try_with(&address, extra, why, sizeof why);
        cr_expect_eq(status == STATUS_OK, cases[i].in, "%s: %s", cases[i].claim, status == STATUS_OK ? "got in" : why);
        mem_free(extra);
    }
    link_address_release(&address);
    mem_free(next);
}

Test(walls, shut_a_revoked_device_out_at_once)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct engine_report report;
    struct clock clock = clock_system();
    clinic_add_patient(t->clinic, &(struct clinic_patient){.last = "Okafor"});
    terminal_sync(t);
    cr_assert_eq(central_revoke(centre->admin, "desk", NULL, &clock, &err), STATUS_OK, "%s", error_text(&err));
    clinic_add_patient(t->clinic, &(struct clinic_patient){.last = "Mensah"});
    enum status status = terminal_try(t, &report, &err);
    if (status == STATUS_OFFLINE) { /* its connection was cut; the next one is refused */
        status = terminal_try(t, &report, &err);
    }
    cr_expect_eq(status, STATUS_NOT_PERMITTED, "%s", error_text(&err));
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE last_name = 'Mensah'"), 0);
    cr_expect_gt(terminal_number(t, "SELECT count(*) FROM outbox WHERE state = 0"), 0, "what was not sent is kept");
}

/* --- the same tables on both sides ----------------------------------------------------------------------------------- */

static const char *expected_type(const struct column_info *column)
{
    static const char *const types[] = {
        [COLUMN_ID] = "uuid", [COLUMN_TEXT] = "text", [COLUMN_INTEGER] = "bigint", [COLUMN_BOOL] = "boolean",
        [COLUMN_INSTANT] = "timestamp with time zone", [COLUMN_DATE] = "clin.partial_date", [COLUMN_TIME] = "clin.wall_time",
        [COLUMN_DECIMAL] = "numeric", [COLUMN_JSON] = "json", [COLUMN_ENUM] = "text", [COLUMN_BYTES] = "bytea"};
    return types[column->type];
}

Test(walls, centre_and_sites_have_the_same_tables_column_by_column)
{
    NEEDS_POSTGRES();
    struct schema_info info;
    struct error err = ERROR_INIT;
    int blueprint = 0;
    /* One question for all: a connection takes longer than reading every column. */
    char *all = centre_value(centre, "SELECT chr(10) || string_agg(format('%s.%s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), "
                                     "a.attnotnull::text), chr(10)) || chr(10) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE "
                                     "c.relnamespace = 'clin'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped");
    cr_assert_eq(schema_info_read(&info, &err), STATUS_OK, "%s", error_text(&err));
    for (int i = 0; i < TABLES_COUNT; i++) {
        const struct table_info *table = TABLES[i];
        const struct schema_table *local = schema_info_table(&info, table->name);
        blueprint += table->is_blueprint;
        if (!table_is_at_centre(table)) {
            cr_expect(!table->is_blueprint, "%s is the blueprint's and not at the centre", table->name);
            continue;
        }
        cr_assert_not_null(local, "%s is not in the sites' schema", table->name);
        for (int c = 0; c < table->column_count; c++) {
            const struct schema_column *here = schema_table_column(local, table->columns[c].name);
            char *expected = mem_format("\n%s.%s %s %s\n", table->name, table->columns[c].name, expected_type(&table->columns[c]),
                                        (here != NULL && here->not_null) || strcmp(table->columns[c].name, table->key) == 0 ? "true" : "false");
            cr_expect_not_null(strstr(all, expected), "the centre has no%s", expected);
            mem_free(expected);
        }
    }
    cr_expect_eq(blueprint, 22);
    mem_free(all);
    schema_info_release(&info);
}

Test(walls, an_upgrade_of_an_upgraded_centre_changes_nothing)
{
    NEEDS_POSTGRES();
    static const char sql[] = "SELECT md5(string_agg(c.relname || coalesce(pg_get_constraintdef(k.oid), '') , ',' ORDER BY c.relname, k.conname)) "
                              "FROM pg_class c LEFT JOIN pg_constraint k ON k.conrelid = c.oid WHERE c.relnamespace = 'clin'::regnamespace";
    struct central_version version;
    struct error err = ERROR_INIT;
    char *before = centre_value(centre, sql);
    cr_assert_eq(central_upgrade(centre->admin, &version, &err), STATUS_OK, "%s", error_text(&err));
    char *after = centre_value(centre, sql);
    cr_expect_str_eq(before, after);
    mem_free(before);
    mem_free(after);
    cr_expect_eq(central_init(centre->admin, &version, &err), STATUS_EXISTS);
}
