/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/cuts.h"

#include <stdio.h>
#include <string.h>

#include "sync/stage.h"

static const char *const directions[] = {"to the centre", "to the terminal"};

static void open_line(struct stage *s)
{
    proxy_cut_in_record(s->proxy, PROXY_TO_CENTRE, -1, PROXY_BEFORE);
    proxy_cut_in_record(s->proxy, PROXY_TO_TERMINAL, -1, PROXY_BEFORE);
}

static void prepare(struct stage *s)
{
    stage_prepare(s);
    terminal_reopen(s->near); /* a new connection, so that the count begins with hello */
    open_line(s);
}

static long try_cut(struct stage *s, const char *where, struct cuts_result *out)
{
    struct engine_report report;
    struct error err = ERROR_INIT;
    out->cuts++;
    out->broken += terminal_try(s->near, &report, &err) != STATUS_OK;
    open_line(s);
    return stage_settle(s, where);
}

static long cut_at_byte(struct stage *s, int direction, long at, struct cuts_result *out)
{
    char where[64];
    (void)snprintf(where, sizeof where, "cut %s after byte %ld", directions[direction], at);
    prepare(s);
    proxy_cut_after(s->proxy, (enum proxy_direction)direction, at);
    return try_cut(s, where, out);
}

static long cut_in_record(struct stage *s, int direction, long record, int place, struct cuts_result *out)
{
    char where[64];
    (void)snprintf(where, sizeof where, "cut %s in record %ld, place %d", directions[direction], record, place);
    prepare(s);
    proxy_cut_in_record(s->proxy, (enum proxy_direction)direction, record, (enum proxy_place)place);
    return try_cut(s, where, out);
}

static long measure(struct stage *s, struct cuts_result *out)
{
    memset(out, 0, sizeof *out);
    stage_init(s);
    prepare(s);
    struct engine_report report;
    long wrong = terminal_try(s->near, &report, NULL) != STATUS_OK; /* what try_cut() breaks off, without what settling asks afterwards */
    for (int direction = 0; direction < 2; direction++) {
        out->bytes[direction] = proxy_bytes(s->proxy, (enum proxy_direction)direction);
        out->records[direction] = proxy_records(s->proxy, (enum proxy_direction)direction);
    }
    return wrong + stage_settle(s, "without a cut");
}

long cuts_run(struct random *random, long count, struct cuts_result *out)
{
    struct stage s;
    long wrong = measure(&s, out);
    for (int direction = 0; direction < 2; direction++) {
        for (long i = 0; i < count; i++) {
            wrong += cut_at_byte(&s, direction, (long)random_below(random, (uint64_t)out->bytes[direction]), out);
        }
    }
    stage_release(&s);
    return wrong;
}

long cuts_run_bytes(long every, struct cuts_result *out)
{
    struct stage s;
    long wrong = measure(&s, out);
    for (int direction = 0; direction < 2; direction++) {
        for (long at = 0; at < out->bytes[direction]; at += every) {
            wrong += cut_at_byte(&s, direction, at, out);
        }
    }
    stage_release(&s);
    return wrong;
}

long cuts_run_records(struct cuts_result *out)
{
    struct stage s;
    long wrong = measure(&s, out);
    for (int direction = 0; direction < 2; direction++) {
        for (long record = 0; record < out->records[direction]; record++) {
            for (int place = 0; place < PROXY_PLACE_COUNT; place++) {
                wrong += cut_in_record(&s, direction, record, place, out);
            }
        }
    }
    stage_release(&s);
    return wrong;
}
