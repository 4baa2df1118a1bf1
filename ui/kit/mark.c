/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mark.h"

#include "base/i18n.h"

static const struct {
    const char *symbol, *ascii, *word;
    enum style style;
} MARKS[MARK_COUNT] = {
#define MARK_ROW(name, symbol, ascii, word, style) [name] = {symbol, ascii, word, style},
    MARK_LIST(MARK_ROW)
#undef MARK_ROW
};

const char *mark_symbol(enum mark mark, bool ascii)
{
    return ascii ? MARKS[mark].ascii : MARKS[mark].symbol;
}

const char *mark_word(enum mark mark)
{
    return *MARKS[mark].word ? _(MARKS[mark].word) : "";
}

enum style mark_style(enum mark mark)
{
    return MARKS[mark].style;
}

int mark_draw_symbol(struct area a, int row, int col, enum mark mark)
{
    return draw_text(a, row, col, mark_style(mark), mark_symbol(mark, area_is_ascii(a)));
}

int mark_draw(struct area a, int row, int col, enum mark mark)
{
    return draw_format(a, row, col, mark_style(mark), "%s %s", mark_symbol(mark, area_is_ascii(a)),
                       mark_word(mark));
}
