/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vocabulary of signs (ui.md): each says the same by symbol, by ASCII, by word and by style,
 * and is never shown by colour alone. No symbol has the Emoji property: their width differs between
 * terminals. */
#ifndef KIT_MARK_H
#define KIT_MARK_H

#include <stdbool.h>

#include "term/draw.h"

/* name, symbol, ASCII, word for people, style */
#define MARK_LIST(X)                                                                  \
    X(MARK_NONE, "", "", "", STYLE_TEXT)                                              \
    X(MARK_CONTRAINDICATED, "!!", "!!", N_("CONTRAINDICATED"), STYLE_CONTRAINDICATED) \
    X(MARK_MAJOR, "!", "!", N_("MAJOR"), STYLE_MAJOR)                                 \
    X(MARK_MODERATE, "\u25B2", "^", N_("moderate"), STYLE_MODERATE)                   \
    X(MARK_MINOR, "\u00B7", ".", N_("minor"), STYLE_MINOR)                            \
    X(MARK_GIVEN, "\u221A", "G", N_("given"), STYLE_GOOD)                             \
    X(MARK_PARTIAL, "\u25D0", "P", N_("partial"), STYLE_WARNING)                      \
    X(MARK_HELD, "\u2016", "H", N_("held"), STYLE_WARNING)                            \
    X(MARK_REFUSED, "\u00D7", "R", N_("refused"), STYLE_WARNING)                      \
    X(MARK_MISSED, "\u2205", "M", N_("missed"), STYLE_OVERDUE)                        \
    X(MARK_DUE, "\u25CB", "D", N_("due"), STYLE_TEXT)                                 \
    X(MARK_OVERDUE, "\u25CF", "O", N_("overdue"), STYLE_OVERDUE)                      \
    X(MARK_PRN, "+", "+", N_("PRN"), STYLE_TEXT)                                      \
    X(MARK_CORRECTED, "\u2248", "C", N_("corrected"), STYLE_DIM)                      \
    X(MARK_ONLINE, "\u25CF", "[on]", N_("online"), STYLE_ONLINE)                      \
    X(MARK_OFFLINE, "\u25CC", "[off]", N_("offline"), STYLE_OFFLINE)                  \
    X(MARK_SYNCING, "\u25CD", "[..]", N_("syncing"), STYLE_ONLINE)                    \
    X(MARK_NAME_ALERT, "\u2248", "~~", N_("name alert"), STYLE_WARNING)               \
    X(MARK_SOUNDS_LIKE, "~", "~", N_("sounds like"), STYLE_DIM)

#define MARK_ENUM(name, symbol, ascii, word, style) name,
enum mark { MARK_LIST(MARK_ENUM) MARK_COUNT };
#undef MARK_ENUM

const char *mark_symbol(enum mark mark, bool ascii);
const char *mark_word(enum mark mark); /* translated */
enum style mark_style(enum mark mark);

/* Symbol and word, a space between. Returns the column behind it. */
int mark_draw(struct area a, int row, int col, enum mark mark);
int mark_draw_symbol(struct area a, int row, int col, enum mark mark);

#endif
