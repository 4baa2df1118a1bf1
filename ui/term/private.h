/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of ui/term share and nobody else sees: the only place that includes curses.h. */
#ifndef TERM_PRIVATE_H
#define TERM_PRIVATE_H

#define NCURSES_NOMACROS 1 /* or clear(), move(), timeout() ... would capture names of ours */
#include <curses.h>

#include <signal.h>

#include "term/term.h"
#include "term/tty.h"

struct canvas {
    WINDOW *window;
    struct term *term;
    bool has_cursor, has_focus;
    int cursor_row, cursor_col;
    int focus_row, focus_col;
};

struct term {
    SCREEN *screen;
    FILE *keyboard; /* what curses reads from */
    WINDOW *keys; /* never drawn: wget_wch() on a touched window would refresh it behind our back */
    struct canvas main;
    struct canvas pad;
    int pad_row, pad_col; /* corner of the pad that is seen */
    struct frame *frame;
    struct input *input;
    struct tty *tty; /* NULL in tests */
    struct {
        attr_t attributes;
        short pair;
    } styles[STYLE_COUNT];
    bool has_color;
    bool is_default_colors;
    bool ascii_symbols;
    bool ascii_text;
    bool cursor_is_on;
    bool mouse_is_on;
    bool repaint;
    char *start_bytes; /* what is switched on besides curses' own: paste marks, title */
    char *stop_bytes;
};

#define KEY_OF_PASTE_BEGIN (KEY_MAX + 400)
#define KEY_OF_PASTE_END (KEY_MAX + 401)

void read_prepare(
    struct term *t); /* read.c: the window that keys come from, and sequences that terminfo lacks */

#endif
