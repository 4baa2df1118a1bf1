/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/cuts.h"

#include <stdio.h>
#include <string.h>

#include "sync/stage.h"

static void open_line(struct stage *s)
{
    proxy_cut_after(s->proxy, PROXY_TO_CENTRE, -1);
    proxy_cut_after(s->proxy, PROXY_TO_TERMINAL, -1);
}

static long cut_once(struct stage *s, enum proxy_direction direction, long at, struct cuts_result *out)
{
    struct engine_report report;
    struct error err = ERROR_INIT;
    char where[64];
    (void)snprintf(where, sizeof where, "cut %s after byte %ld", direction == PROXY_TO_CENTRE ? "to the centre" : "to the terminal", at);
    stage_prepare(s);
    terminal_reopen(s->near); /* a new connection, so that the count begins with hello */
    open_line(s);
    proxy_cut_after(s->proxy, direction, at);
    out->cuts++;
    out->broken += terminal_try(s->near, &report, &err) != STATUS_OK;
    open_line(s);
    return stage_settle(s, where);
}

long cuts_run(struct random *random, long count, long every, struct cuts_result *out)
{
    struct stage s;
    long wrong = 0;
    memset(out, 0, sizeof *out);
    stage_init(&s);
    stage_prepare(&s);
    terminal_reopen(s.near);
    open_line(&s);
    wrong += stage_settle(&s, "without a cut");
    out->bytes[0] = proxy_bytes(s.proxy, PROXY_TO_CENTRE);
    out->bytes[1] = proxy_bytes(s.proxy, PROXY_TO_TERMINAL);
    for (int direction = 0; direction < 2; direction++) {
        for (long i = 0; every > 0 ? i * every < out->bytes[direction] : i < count; i++) {
            long at = every > 0 ? i * every : (long)random_below(random, (uint64_t)out->bytes[direction]);
            wrong += cut_once(&s, direction == 0 ? PROXY_TO_CENTRE : PROXY_TO_TERMINAL, at, out);
        }
    }
    stage_release(&s);
    return wrong;
}
