/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell_pick(): a picker over the screen that asked. */
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/picker.h"
#include "shell/private.h"

enum { FILTER_MAX_BYTES = 128, ROWS = 18, COLS = 76 };

struct pick {
    struct picker picker;
    struct picker_source source;
    char *title;
    shell_pick_fn picked;
    struct area place, inner;
};

struct pick_argument {
    const char *title, *label;
    const struct picker_source *source;
    shell_pick_fn picked;
};

static enum status pick_open(struct shell *sh, const void *argument, void **out_state,
                             struct error *err)
{
    (void)sh;
    (void)err;
    const struct pick_argument *wanted = argument;
    struct pick *pick = mem_alloc(sizeof *pick);
    picker_init(&pick->picker, wanted->label, FILTER_MAX_BYTES);
    pick->source = *wanted->source;
    pick->title = mem_copy_text(wanted->title);
    pick->picked = wanted->picked;
    picker_refresh(&pick->picker, &pick->source);
    *out_state = pick;
    return STATUS_OK;
}

static void pick_close(void *state)
{
    struct pick *pick = state;
    picker_release(&pick->picker);
    mem_free(pick->title);
    mem_free(pick);
}

static void pick_layout(void *state, struct area body)
{
    struct pick *pick = state;
    int rows = body.rows - 2 < ROWS ? body.rows - 2 : ROWS;
    int cols = body.cols - 4 < COLS ? body.cols - 4 : COLS;
    pick->place = area_part(body, 1, (body.cols - cols) / 2, rows, cols);
    pick->inner = area_part(pick->place, 1, 1, rows - 2, cols - 2);
    picker_layout(&pick->picker, pick->inner.rows);
}

static void pick_draw(void *state, struct area body)
{
    struct pick *pick = state;
    draw_clear_rows(body, pick->place);
    draw_fill(pick->place, 0, 0, pick->place.cols, STYLE_BAR, ' ');
    draw_text(pick->place, 0, 1, STYLE_BAR, pick->title);
    picker_draw(&pick->picker, &pick->source, pick->inner);
}

static unsigned answer(struct shell *sh, struct pick *pick, int row)
{
    shell_close(sh, 0);
    return STALE_CELLS | pick->picked(sh, shell_top_state(sh), row);
}

static unsigned pick_key(struct shell *sh, void *state, const struct event *event)
{
    struct pick *pick = state;
    unsigned stale = picker_handle(&pick->picker, &pick->source, event);
    return stale & CHOICE_MADE ? answer(sh, pick, pick->picker.list.selected) : stale;
}

static unsigned run_back(struct shell *sh, void *state)
{
    return answer(sh, state, -1);
}

static bool pick_text_focus(const void *state)
{
    (void)state;
    return true;
}

static const struct action ACTIONS[] = {
    {"back", KEYS_BACK, 0, N_("back"), N_("Close without choosing."), run_back,
     ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops PICK_SCREEN = {
    .name = "shell.pick",
    .title = N_("Choose"),
    .open = pick_open,
    .layout = pick_layout,
    .draw = pick_draw,
    .key = pick_key,
    .close = pick_close,
    .actions = ACTIONS,
    .text_focus = pick_text_focus,
    .flags = SCREEN_OVERLAY,
};

void shell_pick(struct shell *sh, const char *title, const char *label,
                const struct picker_source *source, shell_pick_fn picked)
{
    shell_open_or_say(sh, &PICK_SCREEN, &(struct pick_argument){title, label, source, picked});
}
