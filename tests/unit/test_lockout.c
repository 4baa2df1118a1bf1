/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <poll.h>
#include <sodium.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "crypt/lockout.h"
#include "support/folder.h"

#define S INT64_C(1000000)

static char *folder;
static char *path;
static struct device_key device;
static const uint8_t TAG[LOGIN_TAG_BYTES] = {1, 2, 3};
static const uint8_t OTHER[LOGIN_TAG_BYTES] = {4};

static void start(void)
{
    cr_assert_eq(crypt_init(NULL), STATUS_OK);
    folder = folder_new();
    path = folder_path(folder, "lockout");
    char *key = folder_path(folder, "device.key");
    cr_assert_eq(device_key_create(key, (struct uid){{7}}, &device, NULL), STATUS_OK);
    mem_free(key);
}

static void stop(void)
{
    device_key_release(&device);
    mem_free(path);
    folder_remove(folder);
}

TestSuite(lockout, .init = start, .fini = stop);

Test(lockout, delays_follow_the_table)
{
    static const int EXPECTED[] = {0, 0, 0, 0, 5, 15, 60, 300, 300, 300, -1, -1};
    for (uint32_t n = 0; n < sizeof EXPECTED / sizeof *EXPECTED; n++) {
        cr_assert_eq(lockout_delay_s(n), EXPECTED[n], "%u failures", n);
    }
    cr_assert_eq(lockout_delay_s(UINT32_MAX), -1);
}

Test(lockout, waits_run_out_and_never_grow_with_a_clock_set_back)
{
    static const struct {
        uint32_t failures;
        int64_t later_us;
        int expected;
    } rows[] = {
        {0, 0, 0},     {3, 0, 0},          {4, 0, 5},           {4, 1, 5},
        {4, 4 * S, 1}, {4, 5 * S, 0},      {7, 299 * S, 1},     {7, 300 * S, 0},
        {9, 0, 300},   {10, 3600 * S, -1}, {4, -100000 * S, 5}, {7, -1, 300},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct lockout l = {.failures = rows[i].failures, .last_us = 1000 * S};
        cr_assert_eq(lockout_wait_s(l, 1000 * S + rows[i].later_us), rows[i].expected, "row %zu",
                     i);
    }
}

/* A wrong try that began at that second; what it was told. */
static enum status wrong(const uint8_t tag[LOGIN_TAG_BYTES], int64_t second)
{
    struct lockout before;
    return lockout_begin(path, &device, tag, second * S, &before, NULL);
}

/* What stands there: looked at by a try that is taken back. */
static enum status look(const uint8_t tag[LOGIN_TAG_BYTES], int64_t second, struct lockout *out)
{
    enum status status = lockout_begin(path, &device, tag, second * S, out, NULL);
    return status == STATUS_OK ? lockout_take_back(path, &device, tag, out, NULL) : status;
}

Test(lockout, counts_in_its_file_until_cleared)
{
    struct lockout l;
    for (uint32_t n = 1; n <= LOCKOUT_AT; n++) {
        cr_assert_eq(wrong(TAG, n * 1000), STATUS_OK);
        enum status status = look(TAG, n * 1000, &l);
        cr_assert_eq(l.failures, n);
        cr_assert_eq(status, n < 4 ? STATUS_OK : STATUS_LOCKED_OUT, "after %u", n);
    }
    cr_assert_eq(look(TAG, 1000000, &l), STATUS_LOCKED_OUT, "time does not open it");
    cr_assert_eq(look(OTHER, 0, &l), STATUS_OK, "others are not held up");
    cr_assert_eq(lockout_clear(path, &device, TAG, NULL), STATUS_OK);
    cr_assert_eq(look(TAG, 0, &l), STATUS_OK);
    cr_assert_eq(l.failures, 0);
}

/* Who guesses in thirty windows at once has no more tries than who guesses in one. */
Test(lockout, counts_a_try_before_it_is_looked_at)
{
    int begun = 0;
    for (int window = 0; window < 30; window++) {
        begun += wrong(TAG, 1000) == STATUS_OK;
    }
    cr_expect_eq(begun, 4, "%d tries at the same time", begun);
}

/* The right password of one person in several windows is no guessing: each waits until the one before it was looked at. */
Test(lockout, tries_of_one_account_stand_in_line)
{
    int told[2];
    char byte = 0;
    cr_assert_eq(pipe(told), 0);
    int turn = lockout_turn_begin(path, TAG);
    cr_assert_geq(turn, 0);
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        struct lockout before;
        (void)close(turn); /* what was inherited is the parent's turn */
        int mine = lockout_turn_begin(path, TAG);
        bool ok = mine >= 0 && lockout_begin(path, &device, TAG, 1000 * S, &before, NULL) == STATUS_OK && before.failures == 0;
        _exit(write(told[1], ok ? "+" : "-", 1) == 1 ? 0 : 1); /* its turn ends with it */
    }
    int others = lockout_turn_begin(path, OTHER);
    cr_expect_geq(others, 0, "another account waits for this one");
    lockout_turn_end(others);
    for (int n = 0; n < 4; n++) { /* as many as make the next one wait */
        cr_assert_eq(wrong(TAG, 1000), STATUS_OK);
    }
    struct pollfd early = {.fd = told[0], .events = POLLIN};
    cr_expect_eq(poll(&early, 1, 100), 0, "it did not wait for its turn");
    cr_assert_eq(lockout_clear(path, &device, TAG, NULL), STATUS_OK);
    lockout_turn_end(turn);
    cr_assert_eq(read(told[0], &byte, 1), 1);
    cr_expect_eq(byte, '+');
    cr_assert_eq(waitpid(child, NULL, 0), child);
    turn = lockout_turn_begin(path, TAG);
    cr_expect_geq(turn, 0, "who died keeps the turn");
    lockout_turn_end(turn);
}

/* A shift's change is thirty people at one host, and each password takes 128 MiB. */
Test(lockout, two_passwords_are_looked_at_at_once_and_no_third)
{
    int told[2], held[LOCKOUT_HASHES], turn = lockout_turn_begin(path, TAG);
    char byte = 0;
    cr_assert_eq(pipe(told), 0);
    for (int i = 0; i < LOCKOUT_HASHES; i++) {
        held[i] = lockout_hash_begin(path);
        cr_assert_geq(held[i], 0, "number %d", i);
    }
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        for (int i = 0; i < LOCKOUT_HASHES; i++) {
            (void)close(held[i]); /* what was inherited is the parent's */
        }
        _exit(lockout_hash_begin(path) >= 0 && write(told[1], "+", 1) == 1 ? 0 : 1);
    }
    struct pollfd early = {.fd = told[0], .events = POLLIN};
    cr_expect_eq(poll(&early, 1, 100), 0, "a third one did not wait");
    lockout_turn_end(held[1]);
    cr_assert_eq(read(told[0], &byte, 1), 1);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    lockout_turn_end(held[0]);
    lockout_turn_end(turn);
}

Test(lockout, takes_back_what_was_no_try)
{
    struct lockout before, l;
    for (int n = 1; n <= 4; n++) {
        cr_assert_eq(wrong(TAG, 1000 * n), STATUS_OK);
    }
    cr_assert_eq(lockout_begin(path, &device, TAG, 5000 * S, &before, NULL), STATUS_OK);
    cr_assert_eq(before.failures, 4);
    cr_assert_eq(lockout_take_back(path, &device, TAG, &before, NULL), STATUS_OK);
    cr_assert_eq(look(TAG, 5000, &l), STATUS_OK, "it waits for the fourth one, which is long ago");
    cr_expect_eq(l.failures, 4);
    cr_expect_eq(l.last_us, 4000 * S);
}

Test(lockout, a_changed_file_is_refused)
{
    struct lockout l;
    size_t len = 0;
    cr_assert_eq(wrong(TAG, 1), STATUS_OK);
    uint8_t *bytes = file_read(path, &len);
    for (size_t at = 0; at < len; at++) {
        bytes[at] ^= 0x10;
        file_write(path, bytes, len);
        enum status status = lockout_begin(path, &device, TAG, S, &l, NULL);
        cr_assert(status == STATUS_DAMAGED || (at >= 8 && at < 12 && status == STATUS_NEWER),
                  "byte %zu", at);
        bytes[at] ^= 0x10;
    }
    mem_free(bytes);
}

Test(lockout, no_failure_of_five_processes_is_lost)
{
    enum { PROCESSES = 5, EACH = 20 };
    struct lockout l;
    for (int p = 0; p < PROCESSES; p++) {
        pid_t child = fork();
        cr_assert_geq(child, 0);
        if (child == 0) {
            int bad = 0;
            const uint8_t own[LOGIN_TAG_BYTES] = {100, (uint8_t)p};
            for (int i = 0; i < EACH; i++) { /* names of their own between, in the same file */
                bad += i < 2 ? wrong(own, 1) != STATUS_OK : 0;
                enum status status = wrong(TAG, 1);
                bad += status != STATUS_OK && status != STATUS_LOCKED_OUT;
            }
            _exit(bad);
        }
    }
    for (int p = 0; p < PROCESSES; p++) {
        int result = 0;
        cr_assert_gt(wait(&result), 0);
        cr_assert(WIFEXITED(result) && WEXITSTATUS(result) == 0);
    }
    cr_assert_eq(look(TAG, 1, &l), STATUS_LOCKED_OUT);
    cr_assert_eq(l.failures, 4);
    for (int p = 0; p < PROCESSES; p++) {
        const uint8_t own[LOGIN_TAG_BYTES] = {100, (uint8_t)p};
        cr_assert_eq(look(own, 1, &l), STATUS_OK);
        cr_assert_eq(l.failures, 2, "process %d", p);
    }
}

/* Names that nobody has must not fill the disk. */
Test(lockout, keeps_a_bounded_number_of_names)
{
    uint8_t tag[LOGIN_TAG_BYTES] = {0};
    size_t len = 0;
    struct lockout l;
    uint8_t *bytes = NULL;
    for (int i = 0; i < 300; i++) {
        tag[0] = (uint8_t)i;
        tag[1] = (uint8_t)(i >> 8);
        cr_assert_eq(wrong(tag, i + 1), STATUS_OK);
    }
    bytes = file_read(path, &len);
    cr_assert_leq(len, 300 * 36 + 100);
    mem_free(bytes);
    cr_assert_eq(look(tag, 1000, &l), STATUS_OK);
    cr_assert_eq(l.failures, 1);
}

/* A full file as the program writes it: one name with nine failures long ago, one whose code is still on the phone, and
 * made-up names with one each. */
static void fill_file(int64_t now_us)
{
    enum { FULL = 4096, ENTRY = LOGIN_TAG_BYTES + 4 + 8 + 8 };
    struct buffer out = BUFFER_INIT;
    struct secret key = SECRET_INIT;
    uint8_t mac[32];
    buffer_append(&out, "PrLocked", 8);
    buffer_append_u32be(&out, 2);
    buffer_append_u32be(&out, FULL);
    for (int i = 0; i < FULL; i++) {
        uint8_t tag[LOGIN_TAG_BYTES] = {9, (uint8_t)i, (uint8_t)(i >> 8)};
        buffer_append(&out, i == 0 ? TAG : i == 1 ? OTHER : tag, LOGIN_TAG_BYTES);
        buffer_append_u32be(&out, i == 0 ? 9 : i == 1 ? 0 : 1);
        buffer_append_u64be(&out, (uint64_t)(i == 0 ? 1 : i == 1 ? now_us - S : now_us / 2 + i));
        buffer_append_u64be(&out, i == 1 ? 55 : 0);
    }
    secret_init_derived(&key, &device.seal, "prescripcare.lockout.1", NULL, 0);
    crypto_generichash(mac, sizeof mac, (const unsigned char *)out.bytes, out.len, secret_open(&key), key.len);
    secret_close(&key);
    secret_release(&key);
    buffer_append(&out, mac, sizeof mac);
    file_write(path, out.bytes, out.len);
    buffer_release(&out);
}

Test(lockout, made_up_names_do_not_push_out_real_ones)
{
    struct lockout l;
    const int64_t now_s = 1000000;
    fill_file(now_s * S);
    for (int i = 0; i < 40; i++) {
        uint8_t tag[LOGIN_TAG_BYTES] = {200, (uint8_t)i};
        cr_assert_eq(wrong(tag, now_s + i), STATUS_OK);
    }
    cr_assert_eq(look(TAG, now_s, &l), STATUS_OK);
    cr_expect_eq(l.failures, 9, "nine failures were forgotten: %u", (unsigned)l.failures);
    cr_expect_eq(lockout_take_step(path, &device, OTHER, 55, now_s * S, NULL), STATUS_BAD_SECRET, "a code is good twice");
}

Test(lockout, takes_each_step_of_a_phone_once_and_remembers_it)
{
    struct lockout l;
    struct error err = ERROR_INIT;
    cr_assert_eq(lockout_take_step(path, &device, TAG, 100, 1000 * S, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(lockout_take_step(path, &device, TAG, 100, 1000 * S, &err), STATUS_BAD_SECRET);
    cr_assert_str_eq(err.field, "code");
    cr_assert_eq(lockout_take_step(path, &device, TAG, 99, 1000 * S, &err), STATUS_BAD_SECRET, "a step behind it");
    cr_assert_eq(lockout_take_step(path, &device, OTHER, 100, 1000 * S, &err), STATUS_OK, "another person's phone");
    cr_assert_eq(wrong(TAG, 1001), STATUS_OK);
    cr_assert_eq(lockout_clear(path, &device, TAG, &err), STATUS_OK);
    cr_assert_eq(look(TAG, 1001, &l), STATUS_OK);
    cr_assert_eq(l.failures, 0);
    cr_assert_eq(lockout_take_step(path, &device, TAG, 100, 1001 * S, &err), STATUS_BAD_SECRET, "clearing forgot the step");
    cr_assert_eq(lockout_take_step(path, &device, TAG, 101, 1002 * S, &err), STATUS_OK);
}
