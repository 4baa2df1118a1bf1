/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "term/style.h"

#include "term/private.h"

const char *style_name(enum style style)
{
#define STYLE_WORD(name, word) [name] = word,
    static const char *const NAMES[STYLE_COUNT] = {STYLE_LIST(STYLE_WORD)};
#undef STYLE_WORD
    return style >= 0 && style < STYLE_COUNT ? NAMES[style] : "text";
}

static attr_t attributes_of(unsigned attributes)
{
    return (attributes & STYLE_BOLD ? A_BOLD : 0) | (attributes & STYLE_FAINT ? A_DIM : 0) |
           (attributes & STYLE_REVERSE ? A_REVERSE : 0) |
           (attributes & STYLE_UNDERLINE ? A_UNDERLINE : 0);
}

/* Colours 8..15 on a terminal with eight: the dark one and bold. */
static short fit_color(short color, bool is_foreground, attr_t *attributes)
{
    if (color >= COLORS) {
        *attributes |= is_foreground ? A_BOLD : 0;
        color = (short)(color % 8);
    }
    return color;
}

void term_set_styles(struct term *t, const struct style_spec *specs, bool use_color)
{
    use_color = use_color && t->has_color;
    for (int i = 0; i < STYLE_COUNT; i++) {
        const struct style_look *look = !use_color      ? &specs[i].mono
                                        : COLORS >= 256 ? &specs[i].many
                                                        : &specs[i].few;
        attr_t attributes = attributes_of(look->attributes);
        t->styles[i].pair = 0;
        if (use_color) {
            short fg = fit_color(look->fg, true, &attributes);
            short bg = fit_color(look->bg, false, &attributes);
            if (!t->is_default_colors) { /* no "as the terminal is": name them */
                fg = fg < 0 ? COLOR_WHITE : fg;
                bg = bg < 0 ? COLOR_BLACK : bg;
            }
            if ((fg >= 0 || bg >= 0) && init_pair((short)(i + 1), fg, bg) == OK) {
                t->styles[i].pair = (short)(i + 1);
            }
        }
        t->styles[i].attributes = attributes;
    }
    t->repaint = true;
}
