/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell_work(): long work in small steps between keys, with a count, an estimate and a way to end
 * it. */
#include <inttypes.h>
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "shell/private.h"

enum { ROWS = 7, COLS = 60, BAR_CELLS = 40 };

struct work {
    struct shell_work what;
    struct shell_progress progress;
    int64_t started_us, painted_us, now_us;
    bool is_cancelled;
    struct area place;
};

static enum status work_open(struct shell *sh, const void *argument, void **out_state,
                             struct error *err)
{
    (void)err;
    struct work *work = mem_alloc(sizeof *work);
    work->what = *(const struct shell_work *)argument;
    work->started_us = work->painted_us = work->now_us = shell_now_us(sh);
    sh->work = work;
    *out_state = work;
    return STATUS_OK;
}

static void work_close(void *state)
{
    mem_free(state);
}

static void work_layout(void *state, struct area body)
{
    struct work *work = state;
    int cols = body.cols - 4 < COLS ? body.cols - 4 : COLS;
    work->place = area_part(body, (body.rows - ROWS) / 2, (body.cols - cols) / 2, ROWS, cols);
}

static void format_left(const struct work *work, char *buf, size_t size)
{
    int64_t elapsed_us = work->now_us - work->started_us;
    const struct shell_progress *p = &work->progress;
    buf[0] = 0;
    if (elapsed_us >= INT64_C(1000000) && p->total > 0 && p->done > 0 && p->done < p->total) {
        int seconds =
            (int)((double)elapsed_us * (double)(p->total - p->done) / (double)p->done / 1e6) + 1;
        snprintf(buf, size,
                 ngettext("about %d second left", "about %d seconds left", (unsigned long)seconds),
                 seconds);
    }
}

static void work_draw(void *state, struct area body)
{
    (void)body;
    const struct work *work = state;
    const struct shell_progress *p = &work->progress;
    struct area a = work->place;
    draw_clear(a);
    draw_fill(a, 0, 0, a.cols, STYLE_BAR, ' ');
    draw_text(a, 0, 1, STYLE_BAR, work->what.title);
    draw_text(a, 2, 2, STYLE_TEXT, p->what ? p->what : "");
    char left[64];
    format_left(work, left, sizeof left);
    if (p->total > 0) {
        int cells = (int)(p->done * BAR_CELLS / p->total);
        draw_text(a, 3, 2, STYLE_TEXT, "[");
        draw_fill(a, 3, 3, cells < BAR_CELLS ? cells : BAR_CELLS, STYLE_TEXT, '#');
        draw_text(a, 3, 3 + BAR_CELLS, STYLE_TEXT, "]");
        int col = draw_format(a, 4, 2, STYLE_TEXT, "%" PRId64 "/%" PRId64, p->done, p->total);
        draw_text(a, 4, col + 2, STYLE_TEXT, left);
    } else {
        draw_format(a, 3, 2, STYLE_TEXT, "%" PRId64, p->done);
    }
    draw_text(a, 5, 2, STYLE_DIM, work->is_cancelled ? _("Stopping...") : _("Esc stops it."));
    draw_focus(a, 3, 0);
}

static unsigned run_back(struct shell *sh, void *state)
{
    (void)sh;
    struct work *work = state;
    work->is_cancelled = true;
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"back", KEYS_BACK, 0, N_("stop"),
     N_("Stop the work; what is done so far is kept or taken back as its title says."), run_back,
     ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

static unsigned work_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    (void)state;
    (void)event;
    return STALE_NOTHING; /* keys typed meanwhile are not for the screen below */
}

const struct screen_ops WORK_SCREEN = {
    .name = "shell.work",
    .title = N_("Work"),
    .open = work_open,
    .layout = work_layout,
    .draw = work_draw,
    .key = work_key,
    .close = work_close,
    .actions = ACTIONS,
    .flags = SCREEN_OVERLAY,
};

enum status shell_work(struct shell *sh, const struct shell_work *work, struct error *err)
{
    if (sh->work) {
        return error_set(err, STATUS_BUSY,
                         _("Something else is still being done. Wait for it or stop it with Esc."));
    }
    return shell_open(sh, &WORK_SCREEN, work, err);
}

bool work_is_on(const struct shell *sh)
{
    return sh->work != NULL;
}

/* The level of the work's screen: a lock may lie above it, and the work goes on below. */
static int find_level(const struct shell *sh)
{
    for (int i = 0; i < sh->depth; i++) {
        if (sh->stack[i].state == sh->work) {
            return i;
        }
    }
    return -1;
}

static void finish(struct shell *sh)
{
    struct work *work = sh->work;
    int index = find_level(sh);
    sh->work = NULL;
    sh->stack[index].is_closing = true;
    unsigned stale = STALE_CELLS;
    if (work->what.done) {
        stale |= work->what.done(sh, index > 0 ? sh->stack[index - 1].state : NULL,
                                 work->what.context, work->is_cancelled);
    }
    if (index > 0) {
        sh->stack[index - 1].stale |= stale & (STALE_CELLS | STALE_DATA | STALE_LAYOUT);
    }
    sh->stale |= stale & (STALE_CELLS | STALE_DATA | STALE_LAYOUT);
    shell_sweep(sh);
}

void work_abandon(struct shell *sh)
{
    struct work *work = sh->work;
    if (work) {
        sh->work = NULL;
        if (work->what.done) {
            (void)work->what.done(sh, NULL, work->what.context,
                                  true); /* no screen is left that could be stale */
        }
    }
}

bool work_step(struct shell *sh)
{
    struct work *work = sh->work;
    if (!work) {
        return false;
    }
    int64_t until_us = shell_now_us(sh) + WORK_SLICE_US;
    bool has_more = true;
    while (has_more && !work->is_cancelled) {
        has_more = work->what.step(work->what.context, &work->progress);
        if (shell_now_us(sh) >= until_us ||
            sh->options.now_us) { /* a fixed clock: one step a turn */
            break;
        }
    }
    work->now_us = shell_now_us(sh);
    if (!has_more || work->is_cancelled) {
        finish(sh);
        return false;
    }
    if (work->now_us - work->painted_us >= PROGRESS_US) {
        work->painted_us = work->now_us;
        sh->stale |= STALE_CELLS;
    }
    return true;
}
