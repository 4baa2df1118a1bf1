/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The roles that text can have on the screen. Code names a role; a theme (ui/shell/theme.c) gives
 * each role its colours. What a colour says is always said by a word or a symbol too. */
#ifndef TERM_STYLE_H
#define TERM_STYLE_H

#define STYLE_LIST(X)                                                                   \
    X(STYLE_TEXT, "text")               /* what is read; also what is typed */          \
    X(STYLE_DIM, "dim")                 /* of little weight, or not to be chosen now */ \
    X(STYLE_BAR, "bar")                 /* status bar, title of an overlay */           \
    X(STYLE_HEADING, "heading")         /* column heads, section titles */              \
    X(STYLE_LABEL, "label")             /* name of a field */                           \
    X(STYLE_LABEL_FOCUS, "label.focus") /* name of the field that is typed into */      \
    X(STYLE_SELECTED, "selected")       /* the mark of the chosen row    */             \
    X(STYLE_KEY, "key")                 /* a key in the key bar and in help */          \
    X(STYLE_BUTTON, "button")                                                           \
    X(STYLE_BUTTON_FOCUS, "button.focus")                                               \
    X(STYLE_TAB, "tab")                                                                 \
    X(STYLE_TAB_CURRENT, "tab.current")                                                 \
    X(STYLE_GOOD, "good")                                                               \
    X(STYLE_WARNING, "warning")                                                         \
    X(STYLE_ERROR, "error")                                                             \
    X(STYLE_CONTRAINDICATED, "contraindicated")                                         \
    X(STYLE_MAJOR, "major")                                                             \
    X(STYLE_MODERATE, "moderate")                                                       \
    X(STYLE_MINOR, "minor")                                                             \
    X(STYLE_PATIENT, "patient") /* the banner of the open chart */                      \
    X(STYLE_ALLERGY, "allergy")                                                         \
    X(STYLE_OVERDUE, "overdue")                                                         \
    X(STYLE_ONLINE, "online")                                                           \
    X(STYLE_OFFLINE, "offline")                                                         \
    X(STYLE_QR, "qr")       /* a picture for a camera: black on white whatever the theme */ \
    X(STYLE_STALE, "stale") /* data older than its time to live */

#define STYLE_ENUM(name, word) name,
enum style { STYLE_LIST(STYLE_ENUM) STYLE_COUNT };
#undef STYLE_ENUM

enum style_attribute { STYLE_BOLD = 1, STYLE_FAINT = 2, STYLE_REVERSE = 4, STYLE_UNDERLINE = 8 };

#define STYLE_DEFAULT (-1) /* the terminal's own colour */

/* How a role looks: with 256 colours, with 8 or 16, and without any. */
struct style_look {
    short fg, bg;
    unsigned char attributes;
};

struct style_spec {
    struct style_look many, few, mono; /* the colours of `mono` are not looked at */
};

/* Word of a role for goldens and docs ("warning"). Static storage. */
const char *style_name(enum style style);

#endif
