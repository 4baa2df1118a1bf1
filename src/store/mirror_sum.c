/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checksums of mirror.h. */
#include <string.h>

#include "base/memory.h"
#include "store/mirror_private.h"

static uint32_t rotate(uint32_t x, int k)
{
    return x << k | x >> (32 - k);
}

/* hash_bytes_extended() of PostgreSQL for 16 bytes (Bob Jenkins' lookup3): it cannot change there without breaking hash
 * partitions. */
static uint64_t uuid_hash(struct uid id, uint64_t seed)
{
    uint32_t k[4], a = 0x9e3779b9u + 16 + 3923095, b = a, c = a;
    memcpy(k, id.bytes, sizeof k);
#define MIX(x, y, z, r) x -= z, x ^= rotate(z, r), z += y
#define MIX_ALL MIX(a, b, c, 4), MIX(b, c, a, 6), MIX(c, a, b, 8), MIX(a, b, c, 16), MIX(b, c, a, 19), MIX(c, a, b, 4)
    if (seed != 0) {
        a += (uint32_t)(seed >> 32);
        b += (uint32_t)seed;
        MIX_ALL;
    }
    a += k[0];
    b += k[1];
    c += k[2];
    MIX_ALL;
    a += k[3];
#define FINAL(x, y, r) x ^= y, x -= rotate(y, r)
    FINAL(c, b, 14);
    FINAL(a, c, 11);
    FINAL(b, a, 25);
    FINAL(c, b, 16);
    FINAL(a, c, 4);
    FINAL(b, a, 14);
    FINAL(c, b, 24);
    return (uint64_t)b << 32 | c;
}

static enum status each_row(struct mirror *mirror, const struct table_info *table, mirror_version_fn *each, void *to, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    char *sql = mem_format("SELECT %s, ver FROM %s", table->key, table->name);
    int rc = sqlite3_prepare_v2(mirror->store->db.handle, sql, -1, &stmt, NULL);
    enum status status = sealed_result(&mirror->store->db, rc, err);
    while (status == STATUS_OK && (status = statement_step(mirror->store, stmt, &row, err)) == STATUS_OK && row) {
        each(to, column_id(stmt, 0), column_int(stmt, 1));
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    mem_free(sql);
    return status;
}

static void add_to_sum(void *to, struct uid id, int64_t ver)
{
    struct mirror_sum *sum = (struct mirror_sum *)to + id.bytes[15];
    sum->count++;
    sum->sum ^= uuid_hash(id, (uint64_t)ver);
}

enum status mirror_sums(struct mirror *mirror, const struct table_info *table, struct mirror_sum out[MIRROR_GROUPS], struct error *err)
{
    memset(out, 0, MIRROR_GROUPS * sizeof *out);
    return each_row(mirror, table, add_to_sum, out, err);
}

struct group_walk {
    int group;
    mirror_version_fn *each;
    void *to;
};

static void pick_group(void *to, struct uid id, int64_t ver)
{
    const struct group_walk *walk = to;
    if (id.bytes[15] == walk->group) {
        walk->each(walk->to, id, ver);
    }
}

enum status mirror_group_rows(struct mirror *mirror, const struct table_info *table, int group, mirror_version_fn *each, void *to,
                              struct error *err)
{
    struct group_walk walk = {group, each, to};
    return each_row(mirror, table, pick_group, &walk, err);
}
