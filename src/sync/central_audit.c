/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit trails of all devices as the centre holds them, verified from the first record on (security.md 3.4): nobody's word is
 * taken for what stands in its tables, but for the devices' public keys and the ends that sync.replica and sync.audit_fork name. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/hash_chain.h"
#include "sync/central.h"
#include "sync/link.h"

enum { PAGE = 2000, TIPS_MAX = 32 };

/* A place in a trail; after a fork there are several. */
struct tip {
    uint64_t seq;
    uint8_t hash[CHAIN_HASH_BYTES];
};
struct tips {
    struct tip items[TIPS_MAX];
    size_t len;
};

struct notes {
    struct checkpoint *items; /* by seq */
    size_t len, cap, next;
};

struct trail {
    struct link *link;
    struct uid device;
    uint8_t key[SIGNATURE_PUBLIC_BYTES];
    bool has_key;
    struct hash_chain *chain;
    struct tips tips;      /* as far as it was walked */
    struct tips ends;      /* where it has to end */
    struct tips parts;     /* where it is known to part */
    struct notes notes;
    struct central_trail *out;
};

static void bad(struct trail *t, uint64_t seq, const char *what)
{
    if (t->out->what == NULL) { /* the first one */
        t->out->what = mem_copy_text(what);
        t->out->first_bad = (int64_t)seq;
    }
}

static bool add_tip(struct tips *tips, uint64_t seq, const void *hash)
{
    if (tips->len == TIPS_MAX) {
        return false;
    }
    struct tip *tip = &tips->items[tips->len++];
    tip->seq = seq;
    memcpy(tip->hash, hash, CHAIN_HASH_BYTES);
    return true;
}

static bool has_tip(const struct tips *tips, const struct tip *tip)
{
    for (size_t i = 0; i < tips->len; i++) {
        if (tips->items[i].seq == tip->seq && memcmp(tips->items[i].hash, tip->hash, CHAIN_HASH_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_part(const struct trail *t, uint64_t seq)
{
    for (size_t i = 0; i < t->parts.len; i++) {
        if (t->parts.items[i].seq == seq) {
            return true;
        }
    }
    return false;
}

/* ---- what is known beforehand ---- */

static void add_note(struct trail *t, const char *note)
{
    struct checkpoint c;
    if (!t->has_key || checkpoint_open(note, t->device, t->key, &c, NULL) != STATUS_OK) {
        bad(t, 0, _("a checkpoint is not what this device signed"));
        return;
    }
    size_t at = t->notes.len;
    MEM_GROW(&t->notes);
    while (at > 0 && t->notes.items[at - 1].seq > c.seq) { /* they come nearly in order */
        t->notes.items[at] = t->notes.items[at - 1];
        at--;
    }
    t->notes.items[at] = c;
    t->notes.len++;
}

static enum status read_notes(struct trail *t, struct error *err)
{
    struct link_params params = {0};
    PGresult *result = NULL;
    link_params_uid(&params, &t->device);
    enum status status = link_query(t->link, "SELECT note FROM clin.audit_checkpoints WHERE device_id = $1 UNION ALL SELECT unnest(notes) FROM "
                                             "sync.audit_fork WHERE device_uuid = $1", &params, &result, err);
    link_params_release(&params);
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        add_note(t, result_text(result, i, 0));
    }
    t->out->checkpoints = status == STATUS_OK ? PQntuples(result) : 0;
    PQclear(result);
    return status;
}

static enum status read_forks(struct trail *t, struct error *err)
{
    struct link_params params = {0};
    PGresult *result = NULL;
    static const uint8_t nothing[CHAIN_HASH_BYTES];
    link_params_uid(&params, &t->device);
    enum status status = link_query(t->link, "SELECT fork_seq, head_seq, head_hash FROM sync.audit_fork WHERE device_uuid = $1", &params, &result,
                                    err);
    link_params_release(&params);
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        bool fits = PQgetlength(result, i, 2) == CHAIN_HASH_BYTES && add_tip(&t->parts, (uint64_t)result_int(result, i, 0), nothing) &&
                    add_tip(&t->ends, (uint64_t)result_int(result, i, 1), PQgetvalue(result, i, 2));
        if (!fits) {
            bad(t, 0, _("it parts too often to be followed"));
        }
    }
    t->out->forks = status == STATUS_OK ? PQntuples(result) : 0;
    PQclear(result);
    return status;
}

/* ---- the walk ---- */

/* The records of one number: what was reached, and how many follow each of the places before. */
struct number {
    uint64_t seq;
    struct tips reached;
    int followers[TIPS_MAX];
};

static void take_record(struct trail *t, struct number *n, const void *record, size_t len, const void *hash)
{
    uint8_t expected[CHAIN_HASH_BYTES];
    t->out->records++;
    for (size_t i = 0; i < t->tips.len; i++) {
        const struct tip *before = &t->tips.items[i];
        if (before->seq + 1 != n->seq) {
            continue;
        }
        hash_chain_link(t->chain, n->seq, before->hash, record, len, expected);
        if (memcmp(expected, hash, CHAIN_HASH_BYTES) == 0) {
            n->followers[i]++;
            if (!add_tip(&n->reached, n->seq, hash)) {
                bad(t, n->seq, _("it parts too often to be followed"));
            }
            return;
        }
    }
    bad(t, n->seq, _("the record or one before it was changed, or one is missing"));
}

static void check_notes(struct trail *t, const struct number *n)
{
    for (; t->notes.next < t->notes.len && t->notes.items[t->notes.next].seq <= n->seq; t->notes.next++) {
        const struct checkpoint *c = &t->notes.items[t->notes.next];
        struct tip tip = {.seq = c->seq};
        memcpy(tip.hash, c->hash, CHAIN_HASH_BYTES);
        if (!has_tip(&n->reached, &tip)) {
            bad(t, c->seq, _("a checkpoint speaks of another record"));
        }
    }
}

/* All records of the number were taken: the walk stands on them, and on the ends that nothing follows. */
static void end_number(struct trail *t, struct number *n)
{
    for (size_t i = 0; i < t->tips.len; i++) {
        const struct tip *tip = &t->tips.items[i];
        if (n->followers[i] > 1 && !has_part(t, tip->seq)) {
            bad(t, n->seq, _("there are two records of one number"));
        }
        if (n->followers[i] == 0 && !add_tip(&n->reached, tip->seq, tip->hash)) {
            bad(t, n->seq, _("it parts too often to be followed"));
        }
    }
    check_notes(t, n);
    t->tips = n->reached;
    *n = (struct number){.seq = n->seq + 1};
}

static void end_trail(struct trail *t)
{
    for (size_t i = 0; i < t->tips.len; i++) {
        if (!has_tip(&t->ends, &t->tips.items[i])) {
            bad(t, t->tips.items[i].seq, _("it ends where no end is known"));
        }
    }
    for (size_t i = 0; i < t->ends.len; i++) {
        if (!has_tip(&t->tips, &t->ends.items[i])) {
            bad(t, t->ends.items[i].seq, _("it does not reach the end that is known of it"));
        }
    }
    if (t->notes.next < t->notes.len) {
        bad(t, t->notes.items[t->notes.next].seq, _("a checkpoint speaks of records that are gone"));
    }
}

/* Page by page, by number and hash, over the partitions in use and those in the archive. */
static enum status walk(struct trail *t, const char *tables, struct error *err)
{
    char *sql = mem_format("SELECT seq, record, hash FROM (%s) l WHERE device_id = $1 AND seq >= $2 AND (seq, hash) > ($2, $3) ORDER BY seq, "
                           "hash LIMIT %d", tables, PAGE);
    struct number n = {.seq = 1};
    int64_t last = 0;
    uint8_t hash[CHAIN_HASH_BYTES] = {0};
    enum status status = STATUS_OK;
    for (int rows = PAGE; status == STATUS_OK && rows == PAGE;) {
        struct link_params params = {0};
        PGresult *result = NULL;
        link_params_uid(&params, &t->device);
        link_params_int(&params, last);
        link_params_bytes(&params, hash, sizeof hash);
        status = link_query(t->link, sql, &params, &result, err);
        link_params_release(&params);
        rows = status == STATUS_OK ? PQntuples(result) : 0;
        for (int i = 0; i < rows; i++) {
            last = result_int(result, i, 0);
            if (n.seq != (uint64_t)last) {
                end_number(t, &n);
                n.seq = (uint64_t)last; /* behind a gap nothing follows anything */
            }
            if (PQgetlength(result, i, 2) != CHAIN_HASH_BYTES) {
                bad(t, n.seq, _("the record or one before it was changed, or one is missing"));
                continue;
            }
            memcpy(hash, PQgetvalue(result, i, 2), sizeof hash);
            take_record(t, &n, PQgetvalue(result, i, 1), (size_t)PQgetlength(result, i, 1), hash);
        }
        PQclear(result);
    }
    end_number(t, &n);
    end_trail(t);
    mem_free(sql);
    return status;
}

static enum status verify(struct trail *t, const char *tables, struct error *err)
{
    static const uint8_t nothing[CHAIN_HASH_BYTES];
    t->chain = hash_chain_new(t->device);
    (void)add_tip(&t->tips, 0, nothing);
    enum status status = read_notes(t, err);
    if (status == STATUS_OK) {
        status = read_forks(t, err);
    }
    if (status == STATUS_OK) {
        status = walk(t, tables, err);
    }
    hash_chain_free(t->chain);
    mem_free(t->notes.items);
    return status;
}

/* ---- all devices ---- */

void central_trail_list_release(struct central_trail_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].device);
        mem_free(list->items[i].site);
        mem_free(list->items[i].what);
    }
    mem_free(list->items);
    *list = (struct central_trail_list){0};
}

/* The table in use, and what pg_partman took out of it and kept. */
static enum status tables_of(struct link *link, char **out, struct error *err)
{
    PGresult *result = NULL;
    enum status status = link_query(link, "SELECT 'SELECT device_id, seq, record, hash FROM clin.audit_logs' || coalesce((SELECT string_agg(format("
                                          "' UNION ALL SELECT device_id, seq, record, hash FROM archive.%I', c.relname), '') FROM pg_class c WHERE "
                                          "c.relnamespace = 'archive'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname LIKE 'audit\\_logs%'), '')",
                                    NULL, &result, err);
    *out = status == STATUS_OK ? mem_copy_text(result_text(result, 0, 0)) : NULL;
    PQclear(result);
    return status;
}

static const char DEVICES[] = "SELECT r.device_uuid, r.device_name, s.site_name, r.sign_key, r.audit_seq, r.audit_hash FROM sync.replica r JOIN "
                              "sync.site s USING (site_no) WHERE r.device_uuid IS NOT NULL ORDER BY s.site_name, r.device_name";

enum status central_audit(const char *conninfo, struct central_trail_list *out, struct error *err)
{
    struct central_trail_list list = {0};
    struct link *link = NULL;
    PGresult *devices = NULL;
    char *tables = NULL;
    enum status status = link_open_admin(conninfo, &link, err);
    if (status == STATUS_OK) { /* one view of all of it: devices go on sending */
        status = link_run(link, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err);
    }
    if (status == STATUS_OK) {
        status = tables_of(link, &tables, err);
    }
    if (status == STATUS_OK) {
        status = link_query(link, DEVICES, NULL, &devices, err);
    }
    for (int i = 0; status == STATUS_OK && i < PQntuples(devices); i++) {
        MEM_GROW(&list);
        struct central_trail *trail = &list.items[list.len++];
        *trail = (struct central_trail){.device = mem_copy_text(result_text(devices, i, 1)), .site = mem_copy_text(result_text(devices, i, 2))};
        struct trail t = {.link = link, .device = result_uid(devices, i, 0), .out = trail};
        t.has_key = PQgetlength(devices, i, 3) == SIGNATURE_PUBLIC_BYTES;
        if (t.has_key) {
            memcpy(t.key, PQgetvalue(devices, i, 3), SIGNATURE_PUBLIC_BYTES);
        }
        if (PQgetlength(devices, i, 5) != CHAIN_HASH_BYTES || !add_tip(&t.ends, (uint64_t)result_int(devices, i, 4), PQgetvalue(devices, i, 5))) {
            bad(&t, 0, _("it ends where no end is known"));
        }
        status = verify(&t, tables, err);
    }
    PQclear(devices);
    mem_free(tables);
    link_close(link);
    if (status != STATUS_OK) {
        central_trail_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}
