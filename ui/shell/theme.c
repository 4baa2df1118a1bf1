/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/theme.h"

#include <string.h>

#include "base/i18n.h"

#define D STYLE_DEFAULT
#define PLAIN 0
#define BOLD STYLE_BOLD
#define FAINT STYLE_FAINT
#define REVERSE STYLE_REVERSE
#define UNDER STYLE_UNDERLINE
#define LOUD (STYLE_BOLD | STYLE_REVERSE)

/* A row: 256 colours | 8 or 16 colours | none. Each as foreground, background, attributes. */
#define LOOK(style, fg256, bg256, a256, fg16, bg16, a16, mono) \
    [style] = {{fg256, bg256, a256}, {fg16, bg16, a16}, {D, D, mono}}

/* What is typed and read is always the terminal's own colour: any other costs eleven bytes for each
 * letter typed. Bars of the sixteen-colour column are reverse video, which reads well whatever the
 * terminal's colours are. */
#define THEME_ROWS(dim, bar_fg, bar_bg, head, sel_fg, sel_bg, good, warn, bad, loud_fg, loud_bg) \
    LOOK(STYLE_TEXT, D, D, PLAIN, D, D, PLAIN, PLAIN),                                           \
        LOOK(STYLE_DIM, dim, D, PLAIN, D, D, FAINT, FAINT),                                      \
        LOOK(STYLE_BAR, bar_fg, bar_bg, PLAIN, D, D, REVERSE, REVERSE),                          \
        LOOK(STYLE_HEADING, head, D, BOLD, D, D, BOLD, UNDER),                                   \
        LOOK(STYLE_LABEL, D, D, PLAIN, D, D, PLAIN, PLAIN),                                      \
        LOOK(STYLE_LABEL_FOCUS, head, D, BOLD, D, D, BOLD, BOLD),                                \
        LOOK(STYLE_SELECTED, D, D, REVERSE, D, D, REVERSE, REVERSE),                             \
        LOOK(STYLE_KEY, head, D, BOLD, D, D, BOLD, BOLD),                                        \
        LOOK(STYLE_BUTTON, D, D, PLAIN, D, D, PLAIN, PLAIN),                                     \
        LOOK(STYLE_BUTTON_FOCUS, sel_fg, sel_bg, BOLD, D, D, REVERSE, REVERSE),                  \
        LOOK(STYLE_TAB, D, D, PLAIN, D, D, PLAIN, PLAIN),                                        \
        LOOK(STYLE_TAB_CURRENT, head, D, BOLD, D, D, BOLD, BOLD),                                \
        LOOK(STYLE_GOOD, good, D, PLAIN, 2, D, PLAIN, PLAIN),                                    \
        LOOK(STYLE_WARNING, warn, D, BOLD, 3, D, BOLD, BOLD),                                    \
        LOOK(STYLE_ERROR, bad, D, BOLD, 1, D, BOLD, BOLD),                                       \
        LOOK(STYLE_CONTRAINDICATED, loud_fg, loud_bg, BOLD, 7, 1, BOLD, LOUD),                   \
        LOOK(STYLE_MAJOR, bad, D, BOLD, 1, D, BOLD, BOLD),                                       \
        LOOK(STYLE_MODERATE, warn, D, PLAIN, 3, D, PLAIN, PLAIN),                                \
        LOOK(STYLE_MINOR, dim, D, PLAIN, D, D, FAINT, FAINT),                                    \
        LOOK(STYLE_PATIENT, D, D, BOLD, D, D, BOLD, BOLD),                                       \
        LOOK(STYLE_ALLERGY, loud_fg, loud_bg, BOLD, 7, 1, BOLD, LOUD),                           \
        LOOK(STYLE_OVERDUE, bad, D, BOLD, 1, D, BOLD, BOLD),                                     \
        LOOK(STYLE_ONLINE, bar_fg, bar_bg, PLAIN, D, D, REVERSE, REVERSE),                       \
        LOOK(STYLE_OFFLINE, loud_fg, loud_bg, BOLD, 7, 1, BOLD, LOUD),                           \
        LOOK(STYLE_QR, 16, 231, PLAIN, 0, 7, PLAIN, REVERSE),                                    \
        LOOK(STYLE_STALE, warn, D, PLAIN, 3, D, PLAIN, UNDER)

const struct theme THEMES[] = {
    {"dark", N_("dark"), true, {THEME_ROWS(245, 255, 24, 117, 255, 25, 114, 221, 210, 255, 160)}},
    {"light", N_("light"), true, {THEME_ROWS(242, 255, 24, 24, 255, 25, 22, 94, 124, 255, 160)}},
    {"night", N_("night"), true, {THEME_ROWS(95, 173, 52, 131, 216, 52, 137, 172, 167, 223, 88)}},
    {"contrast",
     N_("high contrast"),
     true,
     {THEME_ROWS(D, 16, 231, D, 16, 231, D, 226, 226, 231, 196)}},
    {"mono", N_("monochrome"), false, {THEME_ROWS(D, D, D, D, D, D, D, D, D, D, D)}},
};
const int THEME_COUNT = sizeof THEMES / sizeof THEMES[0];

const struct theme *theme_find(const char *name)
{
    for (int i = 0; i < THEME_COUNT; i++) {
        if (strcmp(THEMES[i].name, name) == 0) {
            return &THEMES[i];
        }
    }
    return NULL;
}
