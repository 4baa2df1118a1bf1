/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/uid.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/fatal.h"
#include "base/i18n.h"

const struct uid UID_NONE;

/* RFC 9562, method 1: after the millisecond a 12-bit counter, then 62 random bits. Fresh random
 * bits for each id keep forked processes apart. */
struct generator {
    int64_t last_ms;
    uint32_t counter;
    uint64_t test_next; /* 0: random bits from the system */
};
static struct generator generator;

#define COUNTER_LIMIT 0x1000u
#define COUNTER_START_MASK 0x7FFu /* half the range stays free for the same millisecond */
#define SET_BACK_MS 10000
#define MS_LIMIT (INT64_C(1) << 48)

static uint64_t random_bits(void)
{
    if (generator.test_next) {
        return generator.test_next++;
    }
    uint64_t bits;
    ssize_t got;
    do {
        got = getrandom(&bits, sizeof bits, 0);
    } while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof bits) {
        fatal("the system gives no random bytes");
    }
    return bits;
}

static void advance(int64_t now_ms)
{
    bool is_new_ms = now_ms > generator.last_ms || generator.last_ms - now_ms > SET_BACK_MS;
    if (!is_new_ms && ++generator.counter < COUNTER_LIMIT) {
        return;
    }
    generator.last_ms = is_new_ms
                            ? now_ms
                            : generator.last_ms + 1; /* counter used up: borrow from the future */
    generator.counter = generator.test_next ? 0 : (uint32_t)random_bits() & COUNTER_START_MASK;
}

struct uid uid_new(const struct clock *clock)
{
    int64_t now_ms = clock_now_us(clock) / 1000;
    advance(now_ms < 0 ? 0 : now_ms >= MS_LIMIT ? MS_LIMIT - 1 : now_ms);
    uint64_t tail = random_bits();
    struct uid id;
    for (int i = 0; i < 6; i++) {
        id.bytes[i] = (uint8_t)((uint64_t)generator.last_ms >> (40 - 8 * i));
    }
    id.bytes[6] = (uint8_t)(0x70u | generator.counter >> 8);
    id.bytes[7] = (uint8_t)generator.counter;
    for (int i = 0; i < 8; i++) {
        id.bytes[8 + i] = (uint8_t)(tail >> (56 - 8 * i));
    }
    id.bytes[8] = (uint8_t)(0x80u | (id.bytes[8] & 0x3Fu));
    return id;
}

int64_t uid_time_us(struct uid id)
{
    int64_t ms = 0;
    for (int i = 0; i < 6; i++) {
        ms = ms << 8 | id.bytes[i];
    }
    return ms * 1000;
}

static bool is_dash_place(int at)
{
    return at == 8 || at == 13 || at == 18 || at == 23;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

enum status uid_parse(const char *text, struct uid *out, struct error *err)
{
    struct uid id = {{0}};
    int digits = 0;
    bool is_good = text && strlen(text) == UID_TEXT_MAX - 1;
    for (int at = 0; is_good && at < UID_TEXT_MAX - 1; at++) {
        int value = hex_value(text[at]);
        if (is_dash_place(at)) {
            is_good = text[at] == '-';
        } else if (value < 0) {
            is_good = false;
        } else {
            id.bytes[digits / 2] = (uint8_t)(id.bytes[digits / 2] << 4 | value);
            digits++;
        }
    }
    if (!is_good) {
        return error_set(err, STATUS_INVALID,
                         _("That is not a record number (36 characters, such as 0192f0c1-...)."));
    }
    *out = id;
    return STATUS_OK;
}

const char *uid_format(struct uid id, char buf[UID_TEXT_MAX])
{
    static const char hex[] = "0123456789abcdef";
    int digits = 0;
    for (int at = 0; at < UID_TEXT_MAX - 1; at++) {
        if (is_dash_place(at)) {
            buf[at] = '-';
        } else {
            uint8_t byte = id.bytes[digits / 2];
            buf[at] = hex[digits % 2 ? byte & 15 : byte >> 4];
            digits++;
        }
    }
    buf[UID_TEXT_MAX - 1] = '\0';
    return buf;
}

int uid_compare(struct uid a, struct uid b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes);
}

bool uid_is_none(struct uid id)
{
    return uid_compare(id, UID_NONE) == 0;
}

void uid_set_test_seed(uint64_t seed)
{
    generator = (struct generator){.test_next = seed};
}
