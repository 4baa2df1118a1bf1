/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The palette: every permitted action of the screen below, found by its name or by what it does. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "kit/picker.h"
#include "shell/private.h"

enum { FILTER_MAX_BYTES = 64, ROWS = 16, COLS = 76, NAME_CELLS = 18, KEYS_CELLS = 16 };

struct palette {
    struct picker picker;
    struct shell *sh;
    struct {
        const struct action **items;
        size_t len, cap;
    } all, shown;
    struct area place, inner;
};

static int filter(void *context, const char *text)
{
    struct palette *p = context;
    char *wanted = text_fold(text);
    p->shown.len = 0;
    for (size_t i = 0; i < p->all.len; i++) {
        const struct action *a = p->all.items[i];
        char *both = mem_format("%s %s", a->name, _(a->help));
        char *folded = text_fold(both);
        if (strstr(folded, wanted)) {
            MEM_GROW(&p->shown);
            p->shown.items[p->shown.len++] = a;
        }
        mem_free(folded);
        mem_free(both);
    }
    mem_free(wanted);
    return (int)p->shown.len;
}

static void draw_row(const void *context, int row, struct area line, bool is_selected)
{
    const struct palette *p = context;
    const struct action *a = p->shown.items[row];
    char keys[96];
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(area_part(line, 0, 2, 1, NAME_CELLS), 0, 0, STYLE_TEXT, a->name);
    draw_text(area_part(line, 0, 3 + NAME_CELLS, 1, KEYS_CELLS), 0, 0, STYLE_KEY,
              keymap_keys(&p->sh->keymap, a->name, keys, sizeof keys));
    int left = 4 + NAME_CELLS + KEYS_CELLS;
    draw_text(area_part(line, 0, left, 1, line.cols - left), 0, 0, STYLE_TEXT, _(a->help));
}

static struct picker_source source_of(struct palette *p)
{
    return (struct picker_source){
        .list = {p, NULL, draw_row, _("No action has this in its name or its description.")},
        .filter = filter,
        .filter_context = p,
    };
}

static void collect(struct palette *p, const struct action *table, const void *state)
{
    for (const struct action *a = table; a && a->name; a++) {
        if (!(a->flags & ACTION_UNLISTED) && shell_may(p->sh, a) &&
            (!a->applies || a->applies(state))) {
            MEM_GROW(&p->all);
            p->all.items[p->all.len++] = a;
        }
    }
}

static enum status palette_open(struct shell *sh, const void *argument, void **out_state,
                                struct error *err)
{
    (void)argument;
    (void)err;
    struct palette *p = mem_alloc(sizeof *p);
    p->sh = sh;
    const struct screen_ops *top = shell_top(sh);
    const void *state = shell_top_state(sh);
    const struct screen_part *part = shell_top_part(sh);
    collect(p, part ? part->actions : NULL, state);
    collect(p, top ? top->actions : NULL, state);
    collect(p, sh->options.actions, state);
    collect(p, SHELL_ACTIONS, state);
    picker_init(&p->picker, ":", FILTER_MAX_BYTES);
    struct picker_source source = source_of(p);
    picker_refresh(&p->picker, &source);
    *out_state = p;
    return STATUS_OK;
}

static void palette_close(void *state)
{
    struct palette *p = state;
    picker_release(&p->picker);
    mem_free(p->all.items);
    mem_free(p->shown.items);
    mem_free(p);
}

static void palette_layout(void *state, struct area body)
{
    struct palette *p = state;
    int rows = body.rows - 2 < ROWS ? body.rows - 2 : ROWS;
    int cols = body.cols - 4 < COLS ? body.cols - 4 : COLS;
    p->place = area_part(body, 1, (body.cols - cols) / 2, rows, cols);
    p->inner = area_part(p->place, 1, 1, rows - 2, cols - 2);
    picker_layout(&p->picker, p->inner.rows);
}

static void palette_draw(void *state, struct area body)
{
    struct palette *p = state;
    struct picker_source source = source_of(p);
    draw_clear_rows(body, p->place);
    draw_fill(p->place, 0, 0, p->place.cols, STYLE_BAR, ' ');
    draw_text(p->place, 0, 1, STYLE_BAR, _("Commands"));
    picker_draw(&p->picker, &source, p->inner);
}

static unsigned palette_key(struct shell *sh, void *state, const struct event *event)
{
    struct palette *p = state;
    struct picker_source source = source_of(p);
    unsigned stale = picker_handle(&p->picker, &source, event);
    if (stale & CHOICE_MADE) {
        const struct action *a = p->shown.items[p->picker.list.selected];
        shell_close(sh, 0); /* the action belongs to the screen below */
        shell_run_found(sh, a);
        return STALE_CELLS;
    }
    return stale;
}

static bool palette_text_focus(const void *state)
{
    (void)state;
    return true;
}

const struct screen_ops PALETTE_SCREEN = {
    .name = "shell.palette",
    .title = N_("Commands"),
    .open = palette_open,
    .layout = palette_layout,
    .draw = palette_draw,
    .key = palette_key,
    .close = palette_close,
    .text_focus = palette_text_focus,
    .flags = SCREEN_OVERLAY,
};
