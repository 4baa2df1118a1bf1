/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The picture: status bar, the visible screens of the stack, message, key bar. Below 80x24 the
 * screens paint on a larger picture of which the part with the focus is shown; below 40x12 nothing
 * is shown and nothing is lost. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "shell/private.h"

/* A message that is longer than its row covers the last rows of the screen until the next key. */
enum { BAR_ITEMS_MAX = 32, MESSAGE_ROWS_MAX = 4 };

static void draw_too_small(struct area all)
{
    draw_wrapped(all, 0, 0, STYLE_TEXT,
                 _("The window is too small. Make it at least 40 by 12. Nothing is lost."));
}

static int first_visible(const struct shell *sh)
{
    int i = sh->depth - 1;
    while (i > 0 && sh->stack[i].ops->flags & SCREEN_OVERLAY) {
        i--;
    }
    return i;
}

/* "i, F3" where letters are text: F3. */
static bool bar_key(struct shell *sh, const struct action *a, bool letters_are_text, char key[KEY_NAME_MAX])
{
    char all[128];
    keymap_first_key(&sh->keymap, a->name, key, KEY_NAME_MAX);
    if (!letters_are_text || key[0] == '\0' || key[1] != '\0' || (a->flags & ACTION_OVER_TEXT) != 0) {
        return key[0] != '\0';
    }
    for (const char *at = keymap_keys(&sh->keymap, a->name, all, sizeof all); *at != '\0'; at += strspn(at, ", ")) {
        size_t len = strcspn(at, ",");
        if (len > 1 && len < KEY_NAME_MAX) {
            memcpy(key, at, len);
            key[len] = '\0';
            return true;
        }
        at += len;
    }
    return false; /* only a letter: it would be typed */
}

static int add_items(struct shell *sh, const struct action *table, struct key_label *items,
                     char (*keys)[KEY_NAME_MAX], int count)
{
    const struct level *level = shell_level(sh);
    for (const struct action *a = table; a && a->name && count < BAR_ITEMS_MAX; a++) {
        if (!(a->flags & ACTION_IN_BAR) || !shell_may(sh, a) ||
            (a->applies && !a->applies(level->state))) {
            continue;
        }
        if (bar_key(sh, a, shell_has_text_focus(sh), keys[count])) {
            items[count] = (struct key_label){keys[count], _(a->label ? a->label : a->help)};
            count++;
        }
    }
    return count;
}

static void draw_keybar(struct shell *sh, struct area a)
{
    struct key_label items[BAR_ITEMS_MAX];
    char keys[BAR_ITEMS_MAX][KEY_NAME_MAX];
    const struct level *level = shell_level(sh);
    const struct screen_part *part = shell_top_part(sh);
    int count = add_items(sh, part ? part->actions : NULL, items, keys, 0);
    count = add_items(sh, level->ops->actions, items, keys, count);
    if (!(level->ops->flags & (SCREEN_OVERLAY | SCREEN_SECRET))) {
        count = add_items(sh, sh->options.actions, items, keys, count);
    }
    count = add_items(sh, SHELL_ACTIONS, items, keys, count);
    keybar_draw(a, items, count);
}

/* What cannot be seen of a picture that is larger than the screen. */
static void draw_cut(struct area a, int rows, int cols, int seen_rows, int seen_cols, int row,
                     int col)
{
    draw_format(a, 0, 1, STYLE_DIM, _("Rows %d-%d of %d, columns %d-%d of %d"), row + 1,
                row + seen_rows, rows, col + 1, col + seen_cols, cols);
}

static bool is_same_place(struct area a, struct area b)
{
    return a.canvas == b.canvas && a.top == b.top && a.left == b.left && a.rows == b.rows &&
           a.cols == b.cols;
}

static void draw_screens(struct shell *sh, int first, struct area body)
{
    for (int i = first; i < sh->depth; i++) {
        struct level *level = &sh->stack[i];
        if (level->stale & STALE_LAYOUT || !is_same_place(level->body, body)) {
            level->body = body;
            if (level->ops->layout) {
                level->ops->layout(level->state, body);
            }
        }
        level->stale = STALE_NOTHING;
        draw_forget_focus(body);
        level->ops->draw(level->state, body);
    }
}

static void draw_message(struct shell *sh, struct area all)
{
    int rows = message_rows(sh->message_kind, sh->message, all.cols);
    rows = rows < MESSAGE_ROWS_MAX ? rows : MESSAGE_ROWS_MAX;
    message_draw(area_rows(all, all.rows - 1 - rows, rows), sh->message_kind, sh->message);
}

static void draw_status(struct shell *sh, struct area a)
{
    const struct shell_status *s = &sh->status;
    const char *symbol = mark_symbol(s->middle_mark, area_is_ascii(a));
    char middle[sizeof s->middle + 16];
    snprintf(middle, sizeof middle, "%s%s%s", symbol, *symbol ? " " : "", s->middle);
    statusbar_draw(a, (struct status_part){s->left, STYLE_TEXT},
                   (struct status_part){middle, s->middle_style},
                   (struct status_part){s->right, STYLE_TEXT});
}

static void draw_all(struct shell *sh, struct area all)
{
    int first = first_visible(sh);
    int head = sh->options.status && !(sh->stack[first].ops->flags & SCREEN_NO_STATUS) ? 1 : 0;
    struct area seen = area_rows(all, head, all.rows - head - 2);
    int want_rows = BODY_ROWS_FULL + 1 - head;
    int rows = seen.rows > want_rows ? seen.rows : want_rows;
    int cols = seen.cols > COLS_FULL ? seen.cols : COLS_FULL;
    struct area bottom = area_rows(all, all.rows - 2, 1);
    bool is_on_pad = seen.rows < want_rows || seen.cols < COLS_FULL;
    struct area body = is_on_pad ? term_pad(sh->term, rows, cols) : seen;
    draw_screens(sh, first, body);
    sh->body_top = sh->body_left = 0;
    if (is_on_pad) {
        int row, col;
        term_show_pad(sh->term, seen, &row, &col);
        sh->body_top = seen.top - row;
        sh->body_left = -col;
        if (sh->message_kind == MESSAGE_NONE) {
            draw_cut(bottom, rows, cols, seen.rows < rows ? seen.rows : rows,
                     seen.cols < cols ? seen.cols : cols, row, col);
        }
    }
    if (head) {
        draw_status(sh, area_rows(all, 0, 1));
    }
    draw_message(sh, all);
    draw_keybar(sh, area_rows(all, all.rows - 1, 1));
}

void shell_view(struct shell *sh)
{
    struct area all = term_begin(sh->term);
    if (sh->is_small) {
        draw_too_small(all);
    } else if (sh->depth > 0) {
        draw_all(sh, all);
    }
    term_present(sh->term);
}
