/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flags, drain all keys, timers, one frame, wait: nothing else ever waits, and nothing waits inside
 * it. */
#include <string.h>

#include "shell/private.h"

static void drain_input(struct shell *sh, int64_t now_us)
{
    struct input *in = term_input(sh->term);
    struct event event;
    input_set_text_focus(in, shell_has_text_focus(sh));
    term_read(sh->term, now_us);
    while (sh->end == SHELL_RUNNING && input_next(in, &event)) {
        shell_dispatch(sh, &event);
        input_set_text_focus(in, shell_has_text_focus(sh));
    }
}

static void update_status(struct shell *sh)
{
    if (!sh->options.status) {
        return;
    }
    struct shell_status now = {.middle_style = STYLE_TEXT};
    sh->options.status(sh->options.app, &now);
    if (memcmp(&now, &sh->status, sizeof now) != 0) {
        sh->status = now;
        sh->stale |= STALE_CELLS;
    }
}

static void tick(struct shell *sh)
{
    update_status(sh);
    struct level *level = shell_level(sh);
    if (level && level->ops->flags & SCREEN_TICKS && level->ops->event) {
        struct event event = {.kind = EVENT_TICK};
        shell_note(sh, level->ops->event(sh, level->state, &event));
        shell_sweep(sh);
    }
}

static int64_t idle_deadline_us(struct shell *sh)
{
    bool may_lock = sh->options.lock && sh->options.idle_seconds > 0 && !shell_is_locked(sh);
    return may_lock ? sh->last_input_us + sh->options.idle_seconds * INT64_C(1000000) : INT64_MAX;
}

static void run_timers(struct shell *sh, int64_t now_us)
{
    if (now_us >= idle_deadline_us(sh)) {
        shell_lock(sh);
    }
    if (sh->options.poll && now_us - sh->last_poll_us >= POLL_US) {
        sh->last_poll_us = now_us;
        if (sh->options.poll(sh, sh->options.app)) {
            shell_data_changed(sh);
        }
    }
    if (now_us - sh->last_tick_us >= TICK_US) {
        sh->last_tick_us = now_us;
        tick(sh);
    }
}

void shell_process(struct shell *sh)
{
    int64_t now_us = shell_now_us(sh);
    drain_input(sh, now_us);
    if (sh->end == SHELL_RUNNING) {
        run_timers(sh, now_us);
        work_step(sh);
        shell_sweep(sh);
    }
}

/* Screens that are seen read again; the others when their turn comes. */
static void refresh_data(struct shell *sh)
{
    for (int i = 0; i < sh->depth; i++) {
        struct level *level = &sh->stack[i];
        if (level->stale & STALE_DATA) {
            struct event event = {.kind = EVENT_DATA};
            level->stale &= ~(unsigned)STALE_DATA;
            unsigned stale = level->ops->event ? level->ops->event(sh, level->state, &event) : 0;
            sh->stack[i].stale |= stale & (STALE_CELLS | STALE_LAYOUT);
        }
    }
    shell_sweep(sh);
}

void shell_paint(struct shell *sh)
{
    if (sh->stale == STALE_NOTHING || term_is_blocked(sh->term) || sh->end != SHELL_RUNNING) {
        return;
    }
    update_status(sh);
    refresh_data(sh);
    sh->stale = STALE_NOTHING;
    shell_view(sh);
}

static int timeout_ms(struct shell *sh)
{
    if (work_is_on(sh)) {
        return 0;
    }
    const struct level *level = shell_level(sh);
    int64_t until = input_deadline_us(term_input(sh->term));
    int64_t idle = idle_deadline_us(sh);
    until = idle < until ? idle : until;
    if (sh->options.poll && sh->last_poll_us + POLL_US < until) {
        until = sh->last_poll_us + POLL_US;
    }
    bool needs_tick = sh->options.status || (level && level->ops->flags & SCREEN_TICKS);
    if (needs_tick && sh->last_tick_us + TICK_US < until) {
        until = sh->last_tick_us + TICK_US;
    }
    if (until == INT64_MAX) {
        return -1;
    }
    int64_t left_us = until - shell_now_us(sh);
    return left_us <= 0 ? 0 : (int)((left_us + 999) / 1000);
}

static void serve(struct shell *sh, unsigned reasons)
{
    if (reasons & TERM_TERMINATE) {
        sh->end = SHELL_TERMINATED;
    }
    if (reasons & TERM_HANGUP) {
        sh->end = SHELL_HUNG_UP;
    }
    if (reasons & TERM_STOP_ASKED) {
        term_suspend(sh->term);
        sh->stale |= STALE_CELLS;
    } else if (reasons & TERM_CONTINUED) {
        term_resume(sh->term);
        sh->stale |= STALE_CELLS;
    }
    if (reasons & TERM_RESIZED) {
        term_update_size(sh->term);
    }
    if (reasons & TERM_WRITABLE) {
        term_flush(sh->term);
    }
}

enum shell_end shell_run(struct shell *sh)
{
    for (;;) {
        shell_process(sh);
        shell_paint(sh);
        if (sh->end != SHELL_RUNNING) {
            break;
        }
        serve(sh, term_wait(sh->term, timeout_ms(sh)));
    }
    if (sh->options.stop) {
        sh->options.stop(sh, sh->options.app, sh->end);
    }
    return sh->end;
}
