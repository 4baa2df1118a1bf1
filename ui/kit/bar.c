/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/bar.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/text.h"

static int item_width(const struct key_label *item)
{
    return text_width_cells(item->key) + 1 + text_width_cells(item->label) + 2;
}

static int draw_item(struct area a, int col, const struct key_label *item)
{
    col = draw_text(a, 0, col, STYLE_KEY, item->key);
    return draw_text(a, 0, col + 1, STYLE_TEXT, item->label) + 2;
}

void keybar_draw(struct area a, const struct key_label *items, int count)
{
    if (count == 0) {
        return;
    }
    const struct key_label *last = &items[count - 1];
    int room = a.cols - 1 - item_width(last) + 2;
    int col = 1;
    for (int i = 0; i < count - 1; i++) {
        if (item_width(&items[i]) <=
            room) { /* a longer one is left out, a shorter one behind it may still fit */
            room -= item_width(&items[i]);
            col = draw_item(a, col, &items[i]);
        }
    }
    draw_item(a, col, last);
}

/* Whether the line to the centre works matters more than who is signed in, and that more than the
 * name of the program. */
void statusbar_draw(struct area a, struct status_part left, struct status_part middle,
                    struct status_part right)
{
    enum { LEFT_LEAST = 8, GAP = 2 };
    draw_fill(a, 0, 0, a.cols, STYLE_BAR, ' ');
    int middle_cells = text_width_cells(middle.text);
    int right_cells = text_width_cells(right.text);
    bool has_right = 1 + LEFT_LEAST + GAP + middle_cells + GAP + right_cells + 1 <= a.cols;
    int end = has_right ? a.cols - 1 - right_cells : a.cols - 1;
    int middle_end = has_right && right_cells > 0 ? end - GAP : end;
    int left_room = middle_end - middle_cells - GAP - 1;
    int left_end = draw_text(area_part(a, 0, 1, 1, left_room), 0, 0,
                             left.style == STYLE_TEXT ? STYLE_BAR : left.style, left.text) +
                   1;
    int middle_col = left_end + (middle_end - left_end - middle_cells + 1) / 2;
    draw_text(a, 0, middle_col, middle.style == STYLE_TEXT ? STYLE_BAR : middle.style, middle.text);
    if (has_right) {
        draw_text(a, 0, end, right.style == STYLE_TEXT ? STYLE_BAR : right.style, right.text);
    }
}

static const struct {
    const char *word;
    enum style style;
} MESSAGES[] = {
    [MESSAGE_NONE] = {"", STYLE_TEXT},
    [MESSAGE_INFO] = {"", STYLE_TEXT},
    [MESSAGE_GOOD] = {N_("Done"), STYLE_GOOD},
    [MESSAGE_WARNING] = {N_("Note"), STYLE_WARNING},
    [MESSAGE_ERROR] = {N_("Error"), STYLE_ERROR},
};

/* Where the text begins: a cell of margin, the kind's word with its colon. */
static int message_col(enum message_kind kind)
{
    const char *word = MESSAGES[kind].word;
    return *word ? text_width_cells(_(word)) + 3 : 1;
}

int message_rows(enum message_kind kind, const char *text, int cols)
{
    return kind == MESSAGE_NONE ? 1 : draw_wrapped_rows(text, cols - message_col(kind));
}

void message_draw(struct area a, enum message_kind kind, const char *text)
{
    if (kind == MESSAGE_NONE) {
        return;
    }
    for (int row = 0; a.rows > 1 && row < a.rows; row++) {
        draw_fill(a, row, 0, a.cols, STYLE_TEXT, ' ');
    }
    if (*MESSAGES[kind].word) {
        draw_format(a, 0, 1, MESSAGES[kind].style, "%s:", _(MESSAGES[kind].word));
    }
    draw_wrapped(a, 0, message_col(kind), STYLE_TEXT, text);
}

void tabs_draw(struct area a, const char *const *names, int count, int current)
{
    int to_current = 1;
    for (int i = 0; i <= current && i < count; i++) {
        to_current += text_width_cells(_(names[i])) + 2;
    }
    int first = 0;
    while (first < current && to_current > a.cols) {
        to_current -= text_width_cells(_(names[first++])) + 2;
    }
    int col = 0;
    for (int i = first; i < count && col < a.cols; i++) {
        bool is_current = i == current;
        col = draw_format(a, 0, col, is_current ? STYLE_TAB_CURRENT : STYLE_TAB,
                          is_current ? "[%s]" : " %s ", _(names[i]));
    }
}
