/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "crypt/chain_state.h"
#include "crypt/chain_walk.h"
#include "support/folder.h"
#include "support/random.h"

#define RECORDS 600
#define EVERY 50 /* records a checkpoint */
#define CHECKPOINTS (RECORDS / EVERY)
#define EDITED_BYTES 512

static struct device_key device;
static struct device_key other_device;
static struct secret first_key;
static char *folder;

/* A log as it is stored, changeable. */
struct log_row {
    uint64_t seq;
    uint8_t record[64];
    size_t len_record;
    uint8_t hash[CHAIN_HASH_BYTES];
    uint8_t mac[CHAIN_HASH_BYTES];
    const char *checkpoint; /* behind the record, or NULL; borrowed from the genuine log */
};

struct log {
    struct log_row rows[RECORDS + 1];
    size_t len;
    char *checkpoints[CHECKPOINTS];
};

static void make_device(struct device_key *out, const char *name, uint8_t id)
{
    char *path = folder_path(folder, name);
    cr_assert_eq(device_key_create(path, (struct uid){{id}}, out, NULL), STATUS_OK);
    mem_free(path);
}

static void start(void)
{
    cr_assert_eq(crypt_init(NULL), STATUS_OK);
    folder = folder_new();
    make_device(&device, "a.key", 1);
    make_device(&other_device, "b.key", 2);
    secret_init_random(&first_key, SECRET_KEY_BYTES);
}

static void stop(void)
{
    device_key_release(&device);
    device_key_release(&other_device);
    secret_release(&first_key);
    folder_remove(folder);
}

TestSuite(hash_chain, .init = start, .fini = stop);

static void add_row(struct log *log, struct hash_chain *chain, struct secret *epoch_key,
                    uint64_t epoch, const struct device_key *by)
{
    static const uint8_t ZERO[CHAIN_HASH_BYTES];
    struct log_row *row = &log->rows[log->len];
    const uint8_t *previous = log->len > 0 ? log->rows[log->len - 1].hash : ZERO;
    struct buffer record = BUFFER_INIT;
    char text[40];
    row->seq = ++log->len;
    (void)snprintf(text, sizeof text, "record %llu of %d", (unsigned long long)row->seq,
                   by->device_id.bytes[0]);
    chain_put_int(&record, (int64_t)row->seq * 1000);
    chain_put_text(&record, text);
    chain_put_text(&record, NULL);
    cr_assert_leq(record.len, sizeof row->record);
    memcpy(row->record, record.bytes, record.len);
    row->len_record = record.len;
    buffer_release(&record);
    hash_chain_link(chain, row->seq, previous, row->record, row->len_record, row->hash);
    chain_mac(epoch_key, row->hash, row->mac);
    if (row->seq % EVERY == 0) {
        struct checkpoint c = {.device_id = by->device_id,
                               .seq = row->seq,
                               .epoch = epoch,
                               .time_us = (int64_t)row->seq * 1000000,
                               .boot_id = {{5}},
                               .clock = CHAIN_CLOCK_SYNCED};
        memcpy(c.hash, row->hash, sizeof c.hash);
        row->checkpoint = log->checkpoints[row->seq / EVERY - 1] = checkpoint_sign(&c,
                                                                                   &by->signing);
        chain_evolve(epoch_key);
    }
}

static void fill(struct log *log, const struct device_key *by)
{
    struct hash_chain *chain = hash_chain_new(by->device_id);
    struct secret epoch_key = SECRET_INIT;
    secret_init_copy(&epoch_key, &first_key);
    memset(log, 0, sizeof *log);
    for (int i = 0; i < RECORDS; i++) {
        add_row(log, chain, &epoch_key, (uint64_t)i / EVERY, by);
    }
    secret_release(&epoch_key);
    hash_chain_free(chain);
}

static void empty(struct log *log)
{
    for (size_t i = 0; i < CHECKPOINTS; i++) {
        mem_free(log->checkpoints[i]);
    }
}

/* What the verifier finds; *out_seq (may be NULL) is the first bad record, *out_unanchored what
 * lies behind the last checkpoint. */
static enum chain_fault verify(const struct log *log, const struct secret *key, uint64_t *out_seq,
                               uint64_t *out_unanchored)
{
    struct chain_walk w;
    chain_walk_init(&w, device.device_id, device.signing.public_key, key, 0);
    for (size_t i = 0; i < log->len; i++) {
        const struct log_row *row = &log->rows[i];
        if (!chain_walk_record(&w, row->seq, row->record, row->len_record, row->hash, row->mac) ||
            (row->checkpoint != NULL && !chain_walk_checkpoint(&w, row->checkpoint))) {
            break;
        }
    }
    enum chain_fault fault = w.fault;
    if (out_seq != NULL) {
        *out_seq = w.fault_seq;
    }
    if (out_unanchored != NULL) {
        *out_unanchored = chain_walk_unanchored(&w);
    }
    chain_walk_release(&w);
    return fault;
}

/* Written out by hand from the definition. */
Test(hash_chain, links_by_the_written_rule)
{
    uint8_t message[20 + 16 + 8 + 32 + 3];
    uint8_t expected[32];
    uint8_t made[32];
    uint8_t previous[32];
    memset(previous, 0xcd, sizeof previous);
    memcpy(message, "prescripcare.audit.1", 20);
    memcpy(message + 20, device.device_id.bytes, 16);
    memcpy(message + 36, "\0\0\0\0\0\0\1\2", 8);
    memcpy(message + 44, previous, 32);
    memcpy(message + 76, "rec", 3);
    crypto_hash_sha256(expected, message, sizeof message);
    struct hash_chain *chain = hash_chain_new(device.device_id);
    hash_chain_link(chain, 258, previous, "rec", 3, made);
    cr_assert_eq(memcmp(made, expected, 32), 0);
    hash_chain_free(chain);
}

Test(hash_chain, fields_cannot_be_shifted)
{
    struct buffer a = BUFFER_INIT;
    struct buffer b = BUFFER_INIT;
    chain_put_text(&a, "ab");
    chain_put_text(&a, "c");
    chain_put_text(&b, "a");
    chain_put_text(&b, "bc");
    cr_assert(a.len != b.len || memcmp(a.bytes, b.bytes, a.len) != 0);
    buffer_clear(&a);
    buffer_clear(&b);
    chain_put_text(&a, "");
    chain_put_text(&b, NULL);
    cr_assert(a.len != b.len || memcmp(a.bytes, b.bytes, a.len) != 0, "empty is not NULL");
    buffer_release(&a);
    buffer_release(&b);
}

Test(hash_chain, checkpoint_says_what_it_signs)
{
    struct checkpoint c = {.device_id = device.device_id,
                           .seq = 512,
                           .epoch = 2,
                           .time_us = 1764000000000000,
                           .boot_id = {{8}},
                           .clock = CHAIN_CLOCK_UNSYNCED};
    struct checkpoint back;
    memset(c.hash, 0xab, sizeof c.hash);
    char *note = checkpoint_sign(&c, &device.signing);
    cr_assert_eq(
        strncmp(note, "prescripcare.audit/01000000-0000-0000-0000-000000000000\n512\nq6urq", 65), 0,
        "%s", note);
    cr_assert_eq(checkpoint_open(note, device.device_id, device.signing.public_key, &back, NULL),
                 STATUS_OK);
    cr_assert_eq(back.seq, 512);
    cr_assert_eq(back.epoch, 2);
    cr_assert_eq(back.time_us, c.time_us);
    cr_assert_eq(back.clock, CHAIN_CLOCK_UNSYNCED);
    cr_assert_eq(memcmp(back.hash, c.hash, sizeof c.hash), 0);
    cr_assert_eq(uid_compare(back.boot_id, c.boot_id), 0);
    cr_assert_eq(
        checkpoint_open(note, other_device.device_id, device.signing.public_key, &back, NULL),
        STATUS_DAMAGED);
    cr_assert_eq(
        checkpoint_open(note, device.device_id, other_device.signing.public_key, &back, NULL),
        STATUS_DAMAGED);
    mem_free(note);
}

enum mutation {
    EDIT_RECORD,
    EDIT_HASH,
    EDIT_MAC,
    EDIT_SEQ,
    DELETE_ROW,
    DUPLICATE_ROW,
    SWAP_ROWS,
    INSERT_ROW,
    SPLICE_OTHER_DEVICE,
    REHASH_FROM_HERE,
    FORGE_WITH_LATER_KEY,
    EDIT_CHECKPOINT,
    DROP_CHECKPOINT,
    REPLAY_CHECKPOINT,
    CUT_TAIL,
    MUTATIONS
};

static const char *const MUTATION_NAMES[] = {
    "edit a record",
    "edit a hash",
    "edit a MAC",
    "edit a number",
    "delete a row",
    "repeat a row",
    "swap two rows",
    "insert a row",
    "take a row of another device",
    "rehash everything from here",
    "forge with a later epoch's key",
    "edit a checkpoint",
    "drop a checkpoint",
    "replay an old checkpoint",
    "cut the tail",
};

/* Recomputes hashes from row `at` on, and MACs with the given key: what a forger can do who has
 * everything but the old epoch keys and the device's signature. */
static void forge(struct log *log, size_t at, const struct secret *key)
{
    static const uint8_t ZERO[CHAIN_HASH_BYTES];
    struct hash_chain *chain = hash_chain_new(device.device_id);
    for (size_t i = at; i < log->len; i++) {
        struct log_row *row = &log->rows[i];
        hash_chain_link(chain, row->seq, i > 0 ? log->rows[i - 1].hash : ZERO, row->record,
                        row->len_record, row->hash);
        if (key != NULL) {
            chain_mac(key, row->hash, row->mac);
        }
    }
    hash_chain_free(chain);
}

static void delete_row(struct log *log, size_t at)
{
    log->len--;
    memmove(&log->rows[at], &log->rows[at + 1], (log->len - at) * sizeof log->rows[at]);
}

static void insert_row(struct log *log, size_t at, struct log_row row)
{
    memmove(&log->rows[at + 1], &log->rows[at], (log->len - at) * sizeof row);
    log->rows[at] = row;
    log->len++;
}

static void forge_later(struct log *log, size_t at)
{
    struct secret later = SECRET_INIT;
    secret_init_copy(&later, &first_key);
    for (size_t i = 0; i < at / EVERY + 1; i++) {
        chain_evolve(&later);
    }
    forge(log, at, &later);
    secret_release(&later);
}

static void edit_checkpoint(struct log_row *row, struct random *r, char edited[EDITED_BYTES])
{
    size_t letter = (size_t)random_below(r, strlen(row->checkpoint));
    (void)snprintf(edited, EDITED_BYTES, "%s", row->checkpoint);
    edited[letter] = edited[letter] == 'z' ? 'y' : 'z';
    row->checkpoint = edited;
}

static void mutate(struct log *log, const struct log *other, enum mutation what, size_t at,
                   struct random *r, char edited[EDITED_BYTES])
{
    struct log_row *row = &log->rows[at];
    size_t checkpoint = (at / EVERY) * EVERY + EVERY - 1;
    switch (what) {
    case EDIT_RECORD:
        row->record[random_below(r, row->len_record)] ^= (uint8_t)(1 + random_below(r, 255));
        break;
    case EDIT_HASH:
        row->hash[random_below(r, 32)] ^= (uint8_t)(1 + random_below(r, 255));
        break;
    case EDIT_MAC:
        row->mac[random_below(r, 32)] ^= (uint8_t)(1 + random_below(r, 255));
        break;
    case EDIT_SEQ:
        row->seq += 1 + random_below(r, 5);
        break;
    case DELETE_ROW:
        delete_row(log, at);
        break;
    case DUPLICATE_ROW:
    case INSERT_ROW: {
        struct log_row copy = *row;
        copy.checkpoint = NULL;
        copy.seq = what == INSERT_ROW ? copy.seq + 1 : copy.seq;
        insert_row(log, at + 1, copy);
        break;
    }
    case SWAP_ROWS: {
        struct log_row first = *row;
        *row = log->rows[at + 1];
        log->rows[at + 1] = first;
        break;
    }
    case SPLICE_OTHER_DEVICE:
        *row = other->rows[at];
        break;
    case REHASH_FROM_HERE:
        row->record[5] ^= 1;
        forge(log, at, NULL);
        break;
    case FORGE_WITH_LATER_KEY:
        row->record[5] ^= 1;
        forge_later(log, at);
        break;
    case EDIT_CHECKPOINT:
        edit_checkpoint(&log->rows[checkpoint], r, edited);
        break;
    case DROP_CHECKPOINT:
        log->rows[checkpoint].checkpoint = NULL;
        break;
    case REPLAY_CHECKPOINT:
        log->rows[checkpoint].checkpoint = log->rows[(checkpoint + EVERY) % RECORDS].checkpoint;
        break;
    case CUT_TAIL:
        log->len = at + 1;
        log->rows[at].checkpoint = NULL;
        break;
    case MUTATIONS:
        break;
    }
}

/* As security.md 3.4 asks. */
Test(hash_chain, finds_ten_thousand_mutations)
{
    enum { ROUNDS = 10000 };
    struct random r = random_start("hash_chain");
    struct log *genuine = mem_alloc(sizeof *genuine);
    struct log *other = mem_alloc(sizeof *other);
    struct log *log = mem_alloc(sizeof *log);
    int count[MUTATIONS] = {0};
    fill(genuine, &device);
    fill(other, &other_device);
    uint64_t unanchored = 1;
    cr_assert_eq(verify(genuine, &first_key, NULL, &unanchored), CHAIN_SOUND);
    cr_assert_eq(unanchored, 0);
    cr_assert_eq(verify(genuine, NULL, NULL, NULL), CHAIN_SOUND,
                 "without the first key the links are still checked");
    struct checkpoint external = {.seq = RECORDS};
    memcpy(external.hash, genuine->rows[RECORDS - 1].hash, CHAIN_HASH_BYTES);
    for (int i = 0; i < ROUNDS; i++) {
        enum mutation what = (enum mutation)random_below(&r, MUTATIONS);
        size_t at = (size_t)random_below(&r, RECORDS - 2);
        char edited[EDITED_BYTES];
        *log = *genuine;
        uint64_t tail = 0;
        mutate(log, other, what, at, &r, edited);
        enum chain_fault fault = verify(log, &first_key, NULL, &tail);
        count[what]++;
        if (what == CUT_TAIL) {
            /* Undetectable from inside; told as an unanchored tail or by the checkpoint that is
             * kept elsewhere. */
            cr_assert_eq(fault, CHAIN_SOUND);
            cr_assert_eq(tail, (at + 1) % EVERY == 0 ? EVERY : (at + 1) % EVERY);
            cr_assert_lt(log->len, external.seq, "the external checkpoint is not reached");
        } else if (what == DROP_CHECKPOINT && at >= RECORDS - EVERY) {
            cr_assert_eq(fault, CHAIN_SOUND, "nothing follows that shows it");
            cr_assert_eq(tail, EVERY);
        } else {
            cr_assert_neq(fault, CHAIN_SOUND, "%s at %zu, seed %llu", MUTATION_NAMES[what], at,
                          (unsigned long long)r.seed);
        }
    }
    for (int m = 0; m < MUTATIONS; m++) {
        cr_assert_gt(count[m], 100, "%s was hardly tried", MUTATION_NAMES[m]);
    }
    empty(genuine);
    empty(other);
    mem_free(genuine);
    mem_free(other);
    mem_free(log);
}

Test(hash_chain, epoch_key_moves_on_and_leaves_nothing_behind)
{
    char *path = folder_path(folder, "audit.state");
    struct chain_state state = CHAIN_STATE_INIT;
    struct secret expected = SECRET_INIT;
    secret_init_copy(&expected, &first_key);
    cr_assert_eq(chain_state_lock(path, &device, &state, NULL), STATUS_NOT_FOUND);
    cr_assert_eq(chain_state_create(path, &device, &first_key, NULL), STATUS_OK);
    cr_assert_eq(chain_state_create(path, &device, &first_key, NULL), STATUS_EXISTS);
    for (uint64_t epoch = 0; epoch < 9; epoch++) {
        size_t len = 0;
        cr_assert_eq(chain_state_lock(path, &device, &state, NULL), STATUS_OK);
        cr_assert_eq(state.epoch, epoch);
        cr_assert(secret_equal(&state.key, &expected), "epoch %llu", (unsigned long long)epoch);
        uint8_t *before = file_read(path, &len);
        size_t old_slot = (size_t)state.slot * 4096;
        cr_assert_eq(chain_state_advance(&state, &device, NULL), STATUS_OK);
        uint8_t *after = file_read(path, &len);
        cr_assert_neq(memcmp(before + old_slot + 24, after + old_slot + 24, 72), 0,
                      "the old slot is still there");
        mem_free(before);
        mem_free(after);
        chain_evolve(&expected);
        chain_state_unlock(&state);
    }
    cr_assert_eq(chain_state_lock(path, &other_device, &state, NULL), STATUS_DAMAGED,
                 "another device's key");
    secret_release(&expected);
    mem_free(path);
}

Test(hash_chain, a_crash_between_commit_and_evolution_is_repaired)
{
    char *path = folder_path(folder, "audit.state");
    struct chain_state state = CHAIN_STATE_INIT;
    cr_assert_eq(chain_state_create(path, &device, &first_key, NULL), STATUS_OK);
    cr_assert_eq(chain_state_lock(path, &device, &state, NULL), STATUS_OK);
    cr_assert_eq(chain_state_align(&state, &device, 0, NULL), STATUS_OK);
    cr_assert_eq(chain_state_align(&state, &device, 1, NULL), STATUS_OK,
                 "the checkpoint was committed");
    cr_assert_eq(state.epoch, 1);
    cr_assert_eq(chain_state_align(&state, &device, 3, NULL), STATUS_STALE,
                 "the state was put back");
    cr_assert_eq(chain_state_align(&state, &device, 0, NULL), STATUS_STALE,
                 "the database was put back");
    chain_state_unlock(&state);
    mem_free(path);
}

/* Every place where a crash can stop an advance: the new slot torn at any byte, and both slots
 * whole. */
Test(hash_chain, state_file_survives_torn_writes)
{
    char *path = folder_path(folder, "audit.state");
    struct chain_state state = CHAIN_STATE_INIT;
    size_t len = 0;
    size_t len_after = 0;
    cr_assert_eq(chain_state_create(path, &device, &first_key, NULL), STATUS_OK);
    uint8_t *before = file_read(path, &len);
    cr_assert_eq(chain_state_lock(path, &device, &state, NULL), STATUS_OK);
    cr_assert_eq(chain_state_advance(&state, &device, NULL), STATUS_OK);
    chain_state_unlock(&state);
    uint8_t *after = file_read(path, &len_after);
    cr_assert_eq(len, len_after);
    for (size_t torn = 0; torn <= 96; torn++) {
        uint8_t *disk = (uint8_t *)mem_copy_bytes(before, len);
        memcpy(disk + 4096, after + 4096, torn);
        file_write(path, disk, len);
        cr_assert_eq(chain_state_lock(path, &device, &state, NULL), STATUS_OK, "torn at %zu", torn);
        cr_assert_eq(state.epoch, torn == 96 ? 1 : 0, "torn at %zu", torn);
        chain_state_unlock(&state);
        mem_free(disk);
    }
    for (size_t torn = 0; torn <= 96; torn++) { /* while the old slot is wiped */
        uint8_t *disk = (uint8_t *)mem_copy_bytes(before, len);
        memcpy(disk + 4096, after + 4096, 96);
        memcpy(disk, after, torn);
        file_write(path, disk, len);
        cr_assert_eq(chain_state_lock(path, &device, &state, NULL), STATUS_OK, "wiped up to %zu",
                     torn);
        cr_assert_eq(state.epoch, 1);
        chain_state_unlock(&state);
        mem_free(disk);
    }
    memset(before, 0, len);
    file_write(path, before, len);
    cr_assert_eq(chain_state_lock(path, &device, &state, NULL), STATUS_DAMAGED);
    mem_free(before);
    mem_free(after);
    mem_free(path);
}
