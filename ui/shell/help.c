/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The help page, made from the action tables that are in force where it was asked for. */
#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "kit/pager.h"
#include "shell/private.h"

enum { KEYS_CELLS = 22 };

struct help {
    struct pager pager;
    struct area place, inner;
};

static void append_table(struct shell *sh, struct buffer *out, const char *title,
                         const struct action *table)
{
    if (!table || !table->name) {
        return;
    }
    buffer_append_format(out, "%s%s\n", out->len ? "\n" : "", title);
    for (const struct action *a = table; a->name; a++) {
        char keys[96];
        keymap_keys(&sh->keymap, a->name, keys, sizeof keys);
        char padded[128];
        buffer_append_format(out, "  %s %s%s\n",
                             text_fit(*keys ? keys : "-", KEYS_CELLS, true, padded, sizeof padded),
                             a->name, shell_may(sh, a) ? "" : _(" (not for your role)"));
        buffer_append_format(out, "      %s\n", _(a->help));
    }
}

static enum status help_open(struct shell *sh, const void *argument, void **out_state,
                             struct error *err)
{
    (void)argument;
    (void)err;
    struct help *help = mem_alloc(sizeof *help);
    struct buffer text = BUFFER_INIT;
    const struct screen_ops *top = shell_top(sh);
    const struct screen_part *part = shell_top_part(sh);
    if (part) {
        append_table(sh, &text, _(part->title), part->actions);
    }
    if (top) {
        append_table(sh, &text, _(top->title), top->actions);
    }
    if (!top || !(top->flags & (SCREEN_OVERLAY | SCREEN_SECRET))) {
        append_table(sh, &text, _("In the program"), sh->options.actions);
    }
    append_table(sh, &text, _("Everywhere"), SHELL_ACTIONS);
    buffer_append_text(
        &text,
        _("\nIn lists: Up, Down, PgUp, PgDn, Home, End. In fields: Left, Right, Home, End, "
          "Backspace, "
          "Del, Ctrl-U empties, Ctrl-W deletes a word. In forms: Tab and Shift-Tab walk.\n"));
    char *made = buffer_take(&text);
    pager_init(&help->pager, made);
    mem_free(made);
    *out_state = help;
    return STATUS_OK;
}

static void help_close(void *state)
{
    struct help *help = state;
    pager_release(&help->pager);
    mem_free(help);
}

static void help_layout(void *state, struct area body)
{
    struct help *help = state;
    help->place = body;
    help->inner = area_part(body, 1, 1, body.rows - 1, body.cols - 2);
    pager_layout(&help->pager, help->inner.rows, help->inner.cols);
}

static void help_draw(void *state, struct area body)
{
    const struct help *help = state;
    draw_clear(body);
    draw_fill(body, 0, 0, body.cols, STYLE_BAR, ' ');
    draw_text(body, 0, 1, STYLE_BAR, _("Help"));
    pager_draw(&help->pager, help->inner);
}

static unsigned help_key(struct shell *sh, void *state, const struct event *event)
{
    struct help *help = state;
    (void)sh;
    return pager_handle(&help->pager, event);
}

const struct screen_ops HELP_SCREEN = {
    .name = "shell.help",
    .title = N_("Help"),
    .open = help_open,
    .layout = help_layout,
    .draw = help_draw,
    .key = help_key,
    .close = help_close,
    .flags = SCREEN_OVERLAY,
};
