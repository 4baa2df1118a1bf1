/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/server_schema.h"

#include <string.h>

#include "base/memory.h"
#include "model/registry.h"
#include "store/schema_info.h"
#include "sync/synced.h"

#define PINNED "SET search_path = pg_catalog, pg_temp"
enum { OBJECT_COLUMNS_MAX = 40 }; /* a function takes 100 arguments, two for each column */

static const char *pg_type(const struct column_info *column)
{
    switch (column->type) {
    case COLUMN_ID:
        return "uuid";
    case COLUMN_TEXT:
    case COLUMN_ENUM:
        return "text";
    case COLUMN_INTEGER:
        return "bigint";
    case COLUMN_BOOL:
        return "boolean";
    case COLUMN_INSTANT:
        return "timestamptz";
    case COLUMN_DATE:
        return "clin.partial_date";
    case COLUMN_TIME:
        return "clin.wall_time";
    case COLUMN_DECIMAL:
        return "numeric";
    case COLUMN_JSON:
        return "json";
    case COLUMN_BYTES:
        return "bytea";
    }
    return "text";
}

static void quote(struct buffer *out, const char *text)
{
    buffer_append_byte(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            buffer_append_byte(out, '\'');
        }
        buffer_append_byte(out, *text);
    }
    buffer_append_byte(out, '\'');
}

/* A member of the JSON object `o` as a value of the column's type. */
static void from_json(struct buffer *out, const struct column_info *column, const char *o)
{
    const char *name = column->name;
    switch (column->type) {
    case COLUMN_INSTANT:
        /* Written out: a function with a pinned search path is a call for each value. Exact below 2^53 microseconds. */
        buffer_append_format(out, "timestamptz 'epoch' + (%s->>'%s')::bigint * interval '1 microsecond'", o, name);
        break;
    case COLUMN_BYTES:
        buffer_append_format(out, "decode(%s->>'%s', 'hex')", o, name);
        break;
    default:
        buffer_append_format(out, "(%s->>'%s')::%s", o, name, pg_type(column));
        break;
    }
}

/* The column of row x as devices write it in JSON. */
static void to_json(struct buffer *out, const struct column_info *column)
{
    const char *name = column->name;
    switch (column->type) {
    case COLUMN_INSTANT:
        buffer_append_format(out, "(extract(epoch FROM x.%s) * 1000000)::bigint", name);
        break;
    case COLUMN_BYTES:
        buffer_append_format(out, "encode(x.%s, 'hex')", name);
        break;
    case COLUMN_INTEGER:
    case COLUMN_BOOL:
        buffer_append_format(out, "x.%s", name);
        break;
    default:
        buffer_append_format(out, "x.%s::text", name);
        break;
    }
}

/* The site's default as a literal of the centre's type; false when there is none. */
static bool write_default(struct buffer *out, const struct column_info *column, const struct schema_column *info)
{
    if (info == NULL || info->fallback == NULL) {
        return false;
    }
    if (column->type == COLUMN_BOOL) {
        buffer_append_text(out, strcmp(info->fallback, "0") == 0 ? "false" : "true");
    } else {
        buffer_append_text(out, info->fallback);
    }
    return true;
}

/* Conflicts are about a person, or about something of the site that nobody in particular owns. */
static bool is_of_site_too(const struct table_info *table)
{
    return strcmp(table->name, "sync_conflicts") == 0;
}

static bool is_key(const struct table_info *table, const char *column)
{
    return strcmp(table->key, column) == 0;
}

/* A column of a table that is there already may be added, never changed. */
static void write_columns(struct buffer *out, const struct table_info *table, const struct schema_table *info)
{
    const char *partition = table_partition_column(table);
    buffer_append_format(out, "CREATE TABLE IF NOT EXISTS clin.%s (", table->name);
    for (int i = 0; i < table->column_count; i++) {
        const struct column_info *column = &table->columns[i];
        const struct schema_column *known = schema_table_column(info, column->name);
        buffer_append_format(out, "\n    %s %s", column->name, pg_type(column));
        struct buffer fallback = BUFFER_INIT;
        if (write_default(&fallback, column, known)) {
            buffer_append_format(out, " DEFAULT %s", fallback.bytes);
        }
        buffer_release(&fallback);
        buffer_append_format(out, "%s,", (known != NULL && known->not_null) || is_key(table, column->name) ? " NOT NULL" : "");
    }
    if (table_owner(table) == OWNER_SITE || table->scope == SCOPE_DEVICE || is_of_site_too(table)) {
        buffer_append_text(out, "\n    home_site int DEFAULT sync.my_site(),");
    }
    if (partition != NULL) {
        buffer_append_format(out, "\n    PRIMARY KEY (%s, %s)) PARTITION BY RANGE (%s);\n", table->key, partition, partition);
    } else if (strcmp(table->name, "audit_checkpoints") == 0) {
        buffer_append_text(out, "\n    PRIMARY KEY (device_id, seq));\n");
    } else {
        buffer_append_format(out, "\n    PRIMARY KEY (%s));\n", table->key);
    }
    for (int i = 0; i < table->column_count; i++) {
        buffer_append_format(out, "ALTER TABLE clin.%s ADD COLUMN IF NOT EXISTS %s %s;\n", table->name, table->columns[i].name,
                             pg_type(&table->columns[i]));
    }
}

static void write_comments(struct buffer *out, const struct table_info *table)
{
    static const char *const classes[] = {"no personal data", "identity of a person", "clinical data of a person",
                                          "contact with a person", "data of staff"};
    char *comment = schema_table_comment(table->name);
    struct buffer text = BUFFER_INIT;
    buffer_append_format(&text, "%s%s%s.", comment != NULL ? comment : "", comment != NULL ? " Class: " : "Class: ",
                         classes[table->personal]);
    buffer_append_format(out, "COMMENT ON TABLE clin.%s IS ", table->name);
    quote(out, text.bytes);
    buffer_append_text(out, ";\n");
    mem_free(comment);
    buffer_release(&text);
    for (int i = 0; i < table->column_count; i++) {
        comment = schema_column_comment(table->name, table->columns[i].name);
        if (comment == NULL) {
            comment = mem_format("%s%s", table->columns[i].is_blueprint ? "Blueprint column" : "Added by the design",
                                 is_key(table, table->columns[i].name) ? "; key" : "");
        }
        buffer_append_format(out, "COMMENT ON COLUMN clin.%s.%s IS ", table->name, table->columns[i].name);
        quote(out, comment);
        buffer_append_text(out, ";\n");
        mem_free(comment);
    }
}

/* Words of enums; the count is in the name, because lists only grow. */
static void write_words(struct buffer *out, const struct table_info *table)
{
    for (int i = 0; i < table->column_count; i++) {
        const struct column_info *column = &table->columns[i];
        if (column->type != COLUMN_ENUM) {
            continue;
        }
        const struct enum_list *list = enum_list(column->enum_kind);
        struct buffer check = BUFFER_INIT;
        buffer_append_format(&check, "CHECK (%s IN (", column->name);
        for (int k = 1; k <= list->count; k++) {
            buffer_append_format(&check, "%s'%s'", k == 1 ? "" : ", ", list->words[k]);
        }
        buffer_append_text(&check, "))");
        buffer_append_format(out, "SELECT sync.ensure_constraint('%s', '%s_words_', %d, ", table->name, column->name, list->count);
        quote(out, check.bytes);
        buffer_append_text(out, ");\n");
        buffer_release(&check);
    }
}

/* The large tables carry only the indexes that the centre uses: deleting what they refer to, and two records of one slot. What
 * screens look up is looked up at the sites. */
static bool is_of_use(const struct table_info *table, const struct schema_table *info, const struct schema_index *index)
{
    size_t len = strcspn(index->columns, ", ");
    if (table_partition_column(table) == NULL || strcmp(table->name, "audit_logs") == 0 || strncmp(index->columns, "slot_id", len) == 0) {
        return true;
    }
    for (size_t i = 0; i < info->references.len; i++) {
        const char *column = info->references.items[i].column;
        if (strlen(column) == len && strncmp(column, index->columns, len) == 0 && strcmp(column, "user_id") != 0) {
            return true;
        }
    }
    return false;
}

static void write_references(struct buffer *out, const struct table_info *table, const struct schema_table *info)
{
    for (size_t i = 0; info != NULL && i < info->references.len; i++) {
        const struct schema_reference *r = &info->references.items[i];
        const struct table_info *to = table_find(r->table);
        if (to == NULL || !table_is_pushed(to) || table_partition_column(to) != NULL) { /* what devices do not bring may be absent */
            continue;
        }
        buffer_append_format(out, "SELECT sync.ensure_constraint('%s', '%s_ref_', 1, 'FOREIGN KEY (%s) REFERENCES clin.%s (%s) DEFERRABLE INITIALLY IMMEDIATE');\n",
                             table->name, r->column, r->column, r->table, r->to != NULL ? r->to : to->key);
    }
    for (size_t i = 0; info != NULL && i < info->indexes.len; i++) {
        if (!is_of_use(table, info, &info->indexes.items[i])) {
            buffer_append_format(out, "DROP INDEX IF EXISTS clin.%s;\n", info->indexes.items[i].name); /* of an earlier version */
            continue;
        }
        buffer_append_format(out, "CREATE INDEX IF NOT EXISTS %s ON clin.%s (%s);\n", info->indexes.items[i].name, table->name,
                             info->indexes.items[i].columns);
    }
    if (strcmp(table->name, "user_profiles") == 0) {
        buffer_append_text(out, "CREATE INDEX IF NOT EXISTS user_profiles_born ON clin.user_profiles (date_of_birth);\n");
    }
    if (table_owner(table) == OWNER_PERSON && !is_key(table, "user_id")) {
        buffer_append_format(out, "CREATE INDEX IF NOT EXISTS %s_person ON clin.%s (user_id, %s);\n", table->name, table->name,
                             table->key);
    }
}

/* What the search beyond a site's own patients may read (data/server/005_find.sql). */
static const struct {
    const char *table, *columns;
} FOUND_BY[] = {
    {"users", "user_id, account_status, deleted_at"},
    {"user_profiles", "user_id, first_name, last_name, date_of_birth, gender"},
    {"patient_identifiers", "user_id, kind, value, deleted_at"},
    {"patient_links", "user_id, other_id, undone_at, deleted_at"},
};

static void write_policy(struct buffer *out, const struct table_info *table)
{
    const char *name = table->name;
    buffer_append_format(out,
                         "ALTER TABLE clin.%s ENABLE ROW LEVEL SECURITY;\nALTER TABLE clin.%s FORCE ROW LEVEL SECURITY;\n"
                         "DROP POLICY IF EXISTS own_site ON clin.%s;\n"
                         "CREATE POLICY own_site ON clin.%s USING ((SELECT sync.no_device())",
                         name, name, name, name);
    if (table->scope == SCOPE_DEVICE || table_owner(table) == OWNER_SITE) {
        buffer_append_text(out, table_column(table, "user_id") != NULL && table->scope == SCOPE_DEVICE &&
                                        strcmp(name, "audit_logs") != 0
                                    ? " OR false"
                                    : " OR home_site = (SELECT sync.my_site())");
    } else if (table_owner(table) == OWNER_PERSON) {
        buffer_append_format(out, " OR EXISTS (SELECT FROM sync.scope s WHERE s.user_id = %s.user_id AND "
                                  "s.site_no = (SELECT sync.my_site()))", name);
        if (is_of_site_too(table)) {
            buffer_append_text(out, " OR (user_id IS NULL AND home_site = (SELECT sync.my_site()))");
        }
    } else {
        buffer_append_text(out, " OR true");
    }
    buffer_append_text(out, ");\n");
    for (size_t i = 0; i < sizeof FOUND_BY / sizeof *FOUND_BY; i++) {
        if (strcmp(FOUND_BY[i].table, name) == 0) {
            buffer_append_format(out,
                                 "GRANT SELECT (%s) ON clin.%s TO prescripcare_finder;\nDROP POLICY IF EXISTS finder ON clin.%s;\n"
                                 "CREATE POLICY finder ON clin.%s FOR SELECT TO prescripcare_finder USING (true);\n",
                                 FOUND_BY[i].columns, name, name, name);
        }
    }
}

/* Change log: one row for each site that holds the row, written set by set. */
static void write_fan_out(struct buffer *out, const struct table_info *table)
{
    const char *name = table->name;
    buffer_append_format(out, "INSERT INTO sync.tbl (name, key_column, policy, by_person, pushable) VALUES ('%s', '%s', '%s', %s, %s) "
                              "ON CONFLICT (name) DO UPDATE SET policy = excluded.policy, pushable = excluded.pushable;\n",
                         name, table->key, table->merge == MERGE_APPEND_ONLY ? "append_only" : table->merge == MERGE_ATOMIC_GROUP ? "atomic" : "merged",
                         table_owner(table) == OWNER_PERSON ? "true" : "false", table_is_pushed(table) ? "true" : "false");
    buffer_append_format(out,
                         "DO $do$ BEGIN EXECUTE format($f$CREATE OR REPLACE FUNCTION sync.fan_%s() RETURNS trigger LANGUAGE plpgsql "
                         "SECURITY DEFINER " PINNED " AS $$ BEGIN\n    PERFORM sync.must_be_read_committed();\n    INSERT INTO "
                         "sync.change (site_no, tbl, pk, user_id) SELECT ", name);
    switch (table_owner(table)) {
    case OWNER_PERSON:
        buffer_append_format(out, "s.site_no, %%s, c.%s, c.user_id FROM changed c JOIN sync.scope s ON s.user_id = c.user_id",
                             table->key);
        if (is_of_site_too(table)) {
            buffer_append_format(out, " UNION ALL SELECT c.home_site, %%1$s, c.%s, NULL FROM changed c WHERE c.user_id IS NULL AND c.home_site IS "
                                      "NOT NULL", table->key);
        }
        break;
    case OWNER_SITE:
        buffer_append_format(out, "c.home_site, %%s, c.%s, NULL FROM changed c WHERE c.home_site IS NOT NULL", table->key);
        break;
    case OWNER_ALL:
        buffer_append_format(out, "0, %%s, c.%s, NULL FROM changed c", table->key);
        break;
    }
    buffer_append_format(out, ";\n    RETURN NULL; END $$$f$, (SELECT tbl FROM sync.tbl WHERE name = '%s')); END $do$;\n", name);
    static const char *const events[][2] = {{"INSERT", "NEW"}, {"UPDATE", "NEW"}, {"DELETE", "OLD"}};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        buffer_append_format(out, "CREATE OR REPLACE TRIGGER fan_%c AFTER %s ON clin.%s REFERENCING %s TABLE AS changed "
                                  "FOR EACH STATEMENT EXECUTE FUNCTION sync.fan_%s();\n",
                             events[i][0][0], events[i][0], name, events[i][1], name);
    }
}

/* Joined records (data/server/007_links.sql). */
static void write_joining(struct buffer *out, const struct table_info *table)
{
    if (strcmp(table->name, "patient_links") == 0) {
        buffer_append_text(out, "CREATE OR REPLACE TRIGGER records_joined AFTER INSERT OR UPDATE ON clin.patient_links FOR EACH ROW "
                                "EXECUTE FUNCTION sync.records_joined();\n");
    }
}

/* Rows by id, by id in order, by person. The policies limit them to the caller's site. */
static void write_readers(struct buffer *out, const struct table_info *table)
{
    const char *name = table->name, *key = table->key, *partition = table_partition_column(table);
    if (partition != NULL) { /* the id says which partition, so each look-up prunes; ids of another kind are looked for in all */
        buffer_append_format(out,
                             "CREATE OR REPLACE FUNCTION sync.fetch_%s(p_ids uuid[]) RETURNS SETOF clin.%s LANGUAGE sql STABLE SECURITY "
                             "DEFINER " PINNED " SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$\n"
                             "    SELECT t.* FROM (SELECT i, CASE WHEN substr(i::text, 15, 1) = '7' THEN timestamptz 'epoch' + ('x0000' || "
                             "substr(replace(i::text, '-', ''), 1, 12))::bit(64)::bigint * interval '1 millisecond' END AS at FROM "
                             "unnest(p_ids) i) q JOIN clin.%s t ON t.%s = q.i AND t.%s = q.at\n    UNION ALL SELECT t.* FROM clin.%s t "
                             "WHERE t.%s = ANY (ARRAY(SELECT i FROM unnest(p_ids) i WHERE substr(i::text, 15, 1) <> '7')) $$;\n",
                             name, name, name, key, partition, name, key);
    } else {
        buffer_append_format(out, "CREATE OR REPLACE FUNCTION sync.fetch_%s(p_ids uuid[]) RETURNS SETOF clin.%s LANGUAGE sql STABLE "
                                  "SECURITY DEFINER " PINNED " AS $$\n    SELECT t.* FROM clin.%s t WHERE t.%s = ANY (p_ids) $$;\n",
                             name, name, name, key);
    }
    buffer_append_format(out, "CREATE OR REPLACE FUNCTION sync.snap_%s(p_after uuid, p_limit int) RETURNS SETOF clin.%s LANGUAGE sql "
                              "STABLE SECURITY DEFINER " PINNED " AS $$\n    SELECT t.* FROM clin.%s t WHERE t.%s > p_after "
                              "ORDER BY t.%s LIMIT p_limit $$;\n", name, name, name, key, key);
    buffer_append_format(out, "CREATE OR REPLACE FUNCTION sync.sums_%s() RETURNS TABLE (grp int, n bigint, x bigint) LANGUAGE sql STABLE "
                              "SECURITY DEFINER " PINNED " AS $$\n    SELECT get_byte(uuid_send(t.%s), 15), count(*), "
                              "bit_xor(uuid_hash_extended(t.%s, t.ver)) FROM clin.%s t GROUP BY 1 $$;\n"
                              "CREATE OR REPLACE FUNCTION sync.ids_%s(p_group int) RETURNS TABLE (id uuid, ver bigint) LANGUAGE sql STABLE "
                              "SECURITY DEFINER " PINNED " AS $$\n    SELECT t.%s, t.ver FROM clin.%s t WHERE "
                              "get_byte(uuid_send(t.%s), 15) = p_group $$;\n", name, key, key, name, name, key, name, key);
    buffer_append_format(out, "GRANT EXECUTE ON FUNCTION sync.fetch_%s, sync.snap_%s, sync.sums_%s, sync.ids_%s TO prescripcare_device;\n",
                         name, name, name, name);
    if (table_owner(table) == OWNER_PERSON) {
        buffer_append_format(out, "CREATE OR REPLACE FUNCTION sync.of_%s(p_users uuid[]) RETURNS SETOF clin.%s LANGUAGE sql STABLE "
                                  "SECURITY DEFINER " PINNED " AS $$\n    SELECT t.* FROM clin.%s t WHERE t.user_id = ANY (p_users) $$;\n"
                                  "GRANT EXECUTE ON FUNCTION sync.of_%s TO prescripcare_device;\n", name, name, name, name);
    }
}

/* Called by sync.push only. */
static void write_writers(struct buffer *out, const struct table_info *table, const struct schema_table *info)
{
    const char *name = table->name, *key = table->key, *partition = table_partition_column(table);
    bool has_home = table_owner(table) == OWNER_SITE || is_of_site_too(table);
    buffer_append_format(out, "CREATE OR REPLACE FUNCTION sync.insert_%s(p_ops jsonb[], p_site int) RETURNS uuid[] LANGUAGE plpgsql " PINNED
                              " AS $$\nDECLARE p_done uuid[];\nBEGIN\n    WITH added AS (INSERT INTO clin.%s (", name, name);
    for (int i = 0; i < table->column_count; i++) {
        buffer_append_format(out, "%s%s", i == 0 ? "" : ", ", table->columns[i].name);
    }
    buffer_append_text(out, has_home ? ", home_site) SELECT " : ") SELECT ");
    for (int i = 0; i < table->column_count; i++) {
        const struct column_info *column = &table->columns[i];
        struct buffer fallback = BUFFER_INIT;
        buffer_append_text(out, i == 0 ? "" : ", ");
        if (strcmp(column->name, "ver") == 0) {
            buffer_append_text(out, "1");
        } else if (write_default(&fallback, column, schema_table_column(info, column->name))) {
            buffer_append_text(out, "coalesce(");
            from_json(out, column, "o");
            buffer_append_format(out, ", %s)", fallback.bytes);
        } else {
            from_json(out, column, "o");
        }
        buffer_release(&fallback);
    }
    buffer_append_format(out, "%s\n    FROM unnest(p_ops) q (op), LATERAL (SELECT q.op->'new' AS o) n ON CONFLICT (%s%s%s) DO NOTHING "
                              "RETURNING %s) SELECT coalesce(array_agg(%s), '{}') INTO p_done FROM added;\n    RETURN p_done;\nEND $$;\n",
                         has_home ? ", p_site" : "", key, partition != NULL ? ", " : "", partition != NULL ? partition : "", key, key);
    buffer_append_format(out, "CREATE OR REPLACE FUNCTION sync.update_%s(p_id uuid, o jsonb) RETURNS void LANGUAGE plpgsql " PINNED
                              " AS $$\nBEGIN\n    UPDATE clin.%s t SET ver = t.ver + 1", name, name);
    for (int i = 0; i < table->column_count; i++) {
        const struct column_info *column = &table->columns[i];
        if (!is_key(table, column->name) && strcmp(column->name, "ver") != 0 &&
            (partition == NULL || strcmp(column->name, partition) != 0)) {
            buffer_append_format(out, ", %s = CASE WHEN o ? '%s' THEN ", column->name, column->name);
            from_json(out, column, "o");
            buffer_append_format(out, " ELSE t.%s END", column->name);
        }
    }
    buffer_append_format(out, " WHERE t.%s = p_id;\nEND $$;\n", key);
    buffer_append_format(out, "CREATE OR REPLACE FUNCTION sync.wire_%s(x clin.%s) RETURNS jsonb LANGUAGE sql STABLE " PINNED
                              " AS $$\n    SELECT ", name, name);
    for (int i = 0; i < table->column_count; i++) {
        buffer_append_text(out, i % OBJECT_COLUMNS_MAX != 0 ? ", " : i == 0 ? "jsonb_build_object(" : ") || jsonb_build_object(");
        buffer_append_format(out, "'%s', ", table->columns[i].name);
        to_json(out, &table->columns[i]);
    }
    buffer_append_text(out, ") $$;\n");
}

/* Monthly, the audit quarterly; maintained by pg_partman, which moves what is too old into the schema archive. */
static void write_partitions(struct buffer *out, const struct table_info *table)
{
    bool is_audit = strcmp(table->name, "audit_logs") == 0;
    buffer_append_format(
        out,
        "DO $do$ BEGIN\n    IF NOT EXISTS (SELECT FROM partman.part_config WHERE parent_table = 'clin.%s') THEN\n"
        "        PERFORM partman.create_parent('clin.%s', '%s', 'native', '%s', p_premake => 4, p_start_partition => "
        "to_char(now() - interval '%s', 'YYYY-MM-DD'));\n        UPDATE partman.part_config SET infinite_time_partitions = true, "
        "retention = '%d days', retention_schema = 'archive', retention_keep_table = true WHERE parent_table = 'clin.%s';\n    END IF;\n"
        "END $do$;\n",
        table->name, table->name, table_partition_column(table), is_audit ? "quarterly" : "monthly", is_audit ? "6 months" : "3 months",
        table->retention_days, table->name);
    if (!is_audit) {
        buffer_append_format(out, "SELECT sync.ensure_constraint('%s', 'id_time_', 2, 'CHECK (substr(%s::text, 15, 1) <> ''7'' OR %s = "
                                  "timestamptz ''epoch'' + (''x0000'' || substr(replace(%s::text, ''-'', ''''), 1, 12))::bit(64)::bigint * "
                                  "interval ''1 millisecond'')');\n",
                             table->name, table->key, table_partition_column(table), table->key);
    }
}

/* The audit: appended by sync.audit_append, changed by nobody. */
static void write_audit(struct buffer *out, const struct table_info *table)
{
    static const char *const given[][2] = {{"device_id", "p_device"}, {"seq", "p_first + k - 1"}, {"record", "rec"}, {"hash", "h"}, {"mac", "m"}};
    buffer_append_text(out, "CREATE OR REPLACE FUNCTION sync.insert_audit(p_device uuid, p_site int, p_first bigint, p_rows jsonb[], "
                            "p_records bytea[], p_hashes bytea[], p_macs bytea[]) RETURNS void LANGUAGE sql " PINNED
                            " AS $$\n    INSERT INTO clin.audit_logs (");
    for (int i = 0; i < table->column_count; i++) {
        buffer_append_format(out, "%s, ", table->columns[i].name);
    }
    buffer_append_text(out, "home_site) SELECT ");
    for (int i = 0; i < table->column_count; i++) {
        const char *value = NULL;
        for (size_t k = 0; k < sizeof given / sizeof *given; k++) {
            value = strcmp(given[k][0], table->columns[i].name) == 0 ? given[k][1] : value;
        }
        if (value != NULL) {
            buffer_append_text(out, value);
        } else {
            from_json(out, &table->columns[i], "o");
        }
        buffer_append_text(out, ", ");
    }
    buffer_append_text(out, "p_site FROM unnest(p_rows, p_records, p_hashes, p_macs) WITH ORDINALITY q (o, rec, h, m, k) $$;\n"
                            "CREATE OR REPLACE FUNCTION sync.audit_is_final() RETURNS trigger LANGUAGE plpgsql " PINNED
                            " AS $$ BEGIN RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'SY016'; END $$;\n"
                            "CREATE OR REPLACE TRIGGER final_row BEFORE UPDATE OR DELETE ON clin.audit_logs FOR EACH ROW EXECUTE "
                            "FUNCTION sync.audit_is_final();\nCREATE OR REPLACE TRIGGER final_table BEFORE TRUNCATE ON clin.audit_logs "
                            "FOR EACH STATEMENT EXECUTE FUNCTION sync.audit_is_final();\n");
}

static const char HELPERS[] =
    "CREATE OR REPLACE FUNCTION sync.ensure_constraint(p_table text, p_prefix text, p_edition int, p_definition text) RETURNS void "
    "LANGUAGE plpgsql " PINNED " AS $$\n"
    "DECLARE wanted text := p_table || '_' || p_prefix || p_edition; old text;\nBEGIN\n"
    "    IF EXISTS (SELECT FROM pg_constraint WHERE conname = left(wanted, 63) AND conrelid = ('clin.' || p_table)::regclass) THEN RETURN; END IF;\n"
    "    FOR old IN SELECT conname FROM pg_constraint WHERE conrelid = ('clin.' || p_table)::regclass AND "
    "starts_with(conname, p_table || '_' || p_prefix) LOOP\n"
    "        EXECUTE format('ALTER TABLE clin.%I DROP CONSTRAINT %I', p_table, old);\n    END LOOP;\n"
    "    EXECUTE format('ALTER TABLE clin.%I ADD CONSTRAINT %I %s', p_table, left(wanted, 63), p_definition);\nEND $$;\n";

enum status server_schema_write(struct buffer *out, int *out_version, struct error *err)
{
    struct schema_info info;
    enum status status = schema_info_read(&info, err);
    if (status != STATUS_OK) {
        return status;
    }
    buffer_append_text(out, HELPERS);
    for (int i = 0; i < TABLES_COUNT; i++) {
        if (table_is_at_centre(TABLES[i])) {
            write_columns(out, TABLES[i], schema_info_table(&info, TABLES[i]->name));
        }
    }
    for (int i = 0; i < TABLES_COUNT; i++) {
        const struct table_info *table = TABLES[i];
        const struct schema_table *known = schema_info_table(&info, table->name);
        if (!table_is_at_centre(table)) {
            continue;
        }
        write_comments(out, table);
        write_words(out, table);
        write_references(out, table, known);
        write_policy(out, table);
        if (table_is_synced(table)) {
            write_fan_out(out, table);
            write_joining(out, table);
            write_readers(out, table);
            write_writers(out, table, known);
        }
        if (strcmp(table->name, "audit_logs") == 0) {
            write_audit(out, table);
        }
        if (table_partition_column(table) != NULL) {
            write_partitions(out, table);
        }
    }
    *out_version = info.version;
    buffer_append_format(out, "UPDATE sync.server SET schema_version = greatest(schema_version, %d);\n", info.version);
    schema_info_release(&info);
    return STATUS_OK;
}
