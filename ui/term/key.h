/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One number for each key: a Unicode character for itself, UI_KEY_* for the rest, UI_KEY_CTRL('s')
 * for a Ctrl letter (upper and lower case are one key). Names are what keys.conf, the help page and
 * the tests write: "F2", "Ctrl-S", "Shift-Tab", "a", "?". Pure; no curses. */
#ifndef TERM_KEY_H
#define TERM_KEY_H

#include <stdbool.h>
#include <stdint.h>

#define UI_KEY_SPECIAL 0x110000u /* above every character */
#define UI_KEY_CTRL_BASE 0x120000u
#define UI_KEY_CTRL(letter) (UI_KEY_CTRL_BASE + (uint32_t)(letter))
#define KEY_NAME_MAX 16

enum ui_key {
    UI_KEY_NONE = 0,
    UI_KEY_UP = UI_KEY_SPECIAL + 1,
    UI_KEY_DOWN,
    UI_KEY_LEFT,
    UI_KEY_RIGHT,
    UI_KEY_HOME,
    UI_KEY_END,
    UI_KEY_PAGE_UP,
    UI_KEY_PAGE_DOWN,
    UI_KEY_INSERT,
    UI_KEY_DELETE,
    UI_KEY_BACKSPACE,
    UI_KEY_ENTER,
    UI_KEY_TAB,
    UI_KEY_BACKTAB,
    UI_KEY_ESCAPE,
    UI_KEY_UNKNOWN, /* a sequence nobody knows, or Alt with a key: never bound */
    UI_KEY_PASTE_BEGIN,
    UI_KEY_PASTE_END,
    UI_KEY_F1 = UI_KEY_SPECIAL + 0x101, /* F1..F24 follow each other */
    UI_KEY_F24 = UI_KEY_F1 + 23
};

/* UI_KEY_NONE when the name is not a key. Case does not matter for names longer than one character.
 */
uint32_t key_parse(const char *name);

/* The name in the form that key_parse() reads. Returns buf. */
const char *key_format(uint32_t key, char buf[KEY_NAME_MAX]);

/* A letter, digit, sign or space: text where a field has the focus, a command elsewhere. */
bool key_is_text(uint32_t key);

/* Upper case becomes lower case: the two never differ in meaning. */
uint32_t key_fold(uint32_t key);

/* Writes a character as UTF-8 (up to 4 bytes and a NUL); returns the number of bytes. */
int key_to_utf8(uint32_t character, char buf[5]);

#endif
