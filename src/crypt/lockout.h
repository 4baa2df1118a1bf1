/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong passwords in a row (security.md 2.3): waits of 0, 0, 0, 5, 15, 60, 300 s, and a lock at ten
 * until online or a supervisor. The counters are in one file, authenticated under the device key,
 * changed under a lock of their own. They hold back a person at the keyboard; a thief of the disk
 * ignores them, which is what the device key is for. */
#ifndef CRYPT_LOCKOUT_H
#define CRYPT_LOCKOUT_H

#include <stdint.h>

#include "crypt/device_key.h"
#include "crypt/key_file.h"

#define LOCKOUT_AT 10

struct lockout {
    uint32_t failures; /* in a row */
    int64_t last_us;   /* of the last one */
    int64_t step;      /* of the last code from a phone that was taken; 0: none */
};

/* How long until the next try counts from the last failure; -1: locked. */
int lockout_delay_s(uint32_t failures);

/* Seconds still to wait at now_us, 0 none, -1 locked. A clock set back makes nobody wait longer
 * than the delay. */
int lockout_wait_s(struct lockout l, int64_t now_us);

/* Tries on one account stand in line: several right passwords at the same moment must not look like guessing to each other. Waits
 * at most LOCKOUT_TURN_US for those before it, less when a signal comes. The caller gives it back by _end(), as the kernel does
 * for who dies; -1, which _end() takes too: it goes on out of line, and only the count holds it back. */
#define LOCKOUT_TURN_US INT64_C(10000000)
int lockout_turn_begin(const char *path, const uint8_t tag[LOGIN_TAG_BYTES]) MUST_USE;
void lockout_turn_end(int turn);

/* A password takes 128 MiB to look at: at most LOCKOUT_HASHES of a site's people have that at once, the others of a shift's change
 * wait. Behind lockout_turn_begin(), never before it; waits, fails and ends as that does. */
enum { LOCKOUT_HASHES = 2 };
int lockout_hash_begin(const char *path) MUST_USE;

/* A try begins: it is counted as a failure, durable, before anything is looked at, so that tries at the same time gain nothing
 * over tries in a row. STATUS_LOCKED_OUT, and not counted, with a sentence that names the wait. STATUS_DAMAGED for a changed
 * file: a supervisor must look at it. An unknown name has counters like any other, by its tag. *out_before: what stood there. */
enum status lockout_begin(const char *path, const struct device_key *device,
                          const uint8_t tag[LOGIN_TAG_BYTES], int64_t now_us, struct lockout *out_before,
                          struct error *err) MUST_USE;

/* It was no try after all (half of what is needed, a disk that failed): everything but a step is as it was before it. */
enum status lockout_take_back(const char *path, const struct device_key *device,
                              const uint8_t tag[LOGIN_TAG_BYTES], const struct lockout *before,
                              struct error *err) MUST_USE;

/* After the right password, or by a supervisor. */
enum status lockout_clear(const char *path, const struct device_key *device,
                          const uint8_t tag[LOGIN_TAG_BYTES], struct error *err) MUST_USE;

/* A code from a phone is good once: STATUS_BAD_SECRET, field "code", unless its step lies behind the last one that was
 * taken. Durable before it returns. */
enum status lockout_take_step(const char *path, const struct device_key *device,
                              const uint8_t tag[LOGIN_TAG_BYTES], int64_t step, int64_t now_us,
                              struct error *err) MUST_USE;

#endif
