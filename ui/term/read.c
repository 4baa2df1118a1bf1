/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys as curses names them -> the input machine. */
#include "term/private.h"

static uint32_t key_of_code(wint_t code)
{
    static const struct {
        int code;
        uint32_t key;
    } CODES[] = {
        {KEY_UP, UI_KEY_UP},
        {KEY_DOWN, UI_KEY_DOWN},
        {KEY_LEFT, UI_KEY_LEFT},
        {KEY_RIGHT, UI_KEY_RIGHT},
        {KEY_HOME, UI_KEY_HOME},
        {KEY_END, UI_KEY_END},
        {KEY_FIND, UI_KEY_HOME},
        {KEY_SELECT, UI_KEY_END},
        {KEY_PPAGE, UI_KEY_PAGE_UP},
        {KEY_NPAGE, UI_KEY_PAGE_DOWN},
        {KEY_IC, UI_KEY_INSERT},
        {KEY_DC, UI_KEY_DELETE},
        {KEY_BACKSPACE, UI_KEY_BACKSPACE},
        {KEY_ENTER, UI_KEY_ENTER},
        {KEY_BTAB, UI_KEY_BACKTAB},
        {KEY_OF_PASTE_BEGIN, UI_KEY_PASTE_BEGIN},
        {KEY_OF_PASTE_END, UI_KEY_PASTE_END},
    };
    for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++) {
        if ((wint_t)CODES[i].code == code) {
            return CODES[i].key;
        }
    }
    if (code >= (wint_t)KEY_F(1) && code <= (wint_t)KEY_F(24)) {
        return UI_KEY_F1 + (uint32_t)(code - (wint_t)KEY_F(1));
    }
    return UI_KEY_UNKNOWN;
}

void read_prepare(struct term *t)
{
    t->keys = newpad(1, 1);
    keypad(t->keys, TRUE);
    nodelay(t->keys, TRUE);
    /* terminfo knows these as PS and PE, but curses only loads names that begin with k */
    define_key("\033[200~", KEY_OF_PASTE_BEGIN);
    define_key("\033[201~", KEY_OF_PASTE_END);
}

static void put_mouse(struct term *t)
{
    MEVENT mouse;
    if (getmouse(&mouse) != OK) {
        return;
    }
    if (mouse.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED)) {
        input_put_mouse(t->input, MOUSE_CLICK, mouse.y, mouse.x);
    } else if (mouse.bstate & BUTTON4_PRESSED) {
        input_put_mouse(t->input, MOUSE_WHEEL_UP, mouse.y, mouse.x);
    } else if (mouse.bstate & BUTTON5_PRESSED) {
        input_put_mouse(t->input, MOUSE_WHEEL_DOWN, mouse.y, mouse.x);
    }
}

void term_read(struct term *t, int64_t now_us)
{
    wint_t c;
    int kind;
    while ((kind = wget_wch(t->keys, &c)) != ERR) {
        if (kind != KEY_CODE_YES) {
            input_put_character(t->input, (uint32_t)c, now_us);
        } else if (c == KEY_MOUSE && !t->mouse_is_on) {
            /* curses has taken only the head of the report; the rest must not become letters */
            input_put_character(t->input, 27, now_us);
            input_put_character(t->input, '[', now_us);
        } else if (c == KEY_MOUSE) {
            put_mouse(t);
        } else if (c != KEY_RESIZE) { /* resizeterm() queues one; EVENT_RESIZE is ours */
            input_put_key(t->input, key_of_code(c), now_us);
        }
    }
    input_settle(t->input, now_us);
}

struct input *term_input(struct term *t)
{
    return t->input;
}

void term_set_mouse(struct term *t, bool on)
{
    if (on != t->mouse_is_on) {
        t->mouse_is_on = on;
        mouseinterval(0); /* or each click waits a sixth of a second for a second one */
        mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
    }
}
