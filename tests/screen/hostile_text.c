/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "screen/hostile.h"

static const char *const PIECES[] = {
    "\x1b[7777m", "\x1b[7777;7777H", "\x1b[2J", "\x1b]52;c;Nzc3Nw==\x07", "\x1b]0;7777\x07", "\x1b]8;;http://7777\x1b\\",
    "\x1bP7777$q\x1b\\", "\x1b_7777\x1b\\", "\x1b^7777\x1b\\", "\x1b" "c", "\x1b#8", "\x1b[?1049l", "\x1b[6n", "\x1b[>c", "\x1b[21t",
    "\x1b(0", "\x0e", "\x0f", "\x9b" "7777m", "\x9d" "0;7777\x07", "\x90" "7777\x9c", "\xc2\x9b" "7777m", "\xc2\x9d" "7777\xc2\x9c",
    "\xc2\x85", "\x07", "\x08\x08\x08", "\r", "\n", "\r\n", "\t", "\x0b", "\x0c", "\x7f", "\x1b", "\x1b[", "\x18", "\x1a",
    "\xe2\x80\xae" "desrever", "\xe2\x80\xaa", "\xe2\x81\xa6", "\xe2\x81\xa9", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xd8\x9c",
    "\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xef\xbb\xbf", "\xc2\xad", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xb8\x8f",
    "\xef\xb8\x8e", "\xf3\xa0\x81\x81", "\xf3\xa0\x84\x80", "Z\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87\xcc\x88\xcc\x89\xcc\x8a",
    "\xcc\x81", "\xd2\x89", "\xe2\x83\x9d", "\xe6\xbc\xa2\xe5\xad\x97", "\xed\x95\x9c\xea\xb8\x80", "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", "\xf0\x9f\x92\x8a", "\xe2\x9d\xa4\xef\xb8\x8f",
    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7", "\xe0\xb8\x81\xe0\xb8\xb3", "\xe0\xa4\x95\xe0\xa5\x8d\xe0\xa4\xb7",
    "\xef\xbd\x81\xef\xbc\xa1", "\xef\xbd\xb6", "\xe2\x84\xab", "\xef\xac\x83", "\xee\x80\x80", "\xef\xbf\xbe", "\xef\xbf\xbf", "\xef\xbf\xbd",
    "\xed\xa0\x80", "\xed\xb0\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xf8\x88\x80\x80\x80", "\xf4\x90\x80\x80", "\xff", "\xfe", "\x80", "\xe2\x82",
    "\xf0\x9f\x92", "\xc3", "%s%n%x", "$(7777)", "`7777`", "';--", "\\033[7777m", "^[[7777m", "\xe2\x94\x80\xe2\x94\x82", "\xe2\x96\x88",
    "warfarin", "Okafor", " ", "  ", "x", "...", "0", "-1", "1e999",
};
enum { PIECES_COUNT = sizeof PIECES / sizeof *PIECES };

void hostile_make(struct random *r, char out[HOSTILE_MAX])
{
    size_t at = 0;
    int pieces = 1 + (int)random_below(r, random_below(r, 8) == 0 ? 40 : 6);
    for (int i = 0; i < pieces; i++) {
        char raw[8] = "";
        const char *piece = PIECES[random_below(r, PIECES_COUNT)];
        if (random_below(r, 6) == 0) { /* any bytes at all */
            for (int k = 0; k < 6; k++) {
                raw[k] = (char)(1 + random_below(r, 255));
            }
            piece = raw;
        }
        size_t len = strlen(piece);
        if (at + len + 1 > HOSTILE_MAX) {
            break;
        }
        memcpy(out + at, piece, len);
        at += len;
    }
    out[at] = '\0';
}

/* --- what comes out -------------------------------------------------------------------------------------------------- */

static void blame(struct stream_check *c, const char *what)
{
    if (c->why[0] == '\0') {
        size_t at = (size_t)snprintf(c->why, sizeof c->why, "%s:", what);
        for (size_t i = 0; i < c->len && at + 4 < sizeof c->why; i++) {
            at += (size_t)snprintf(c->why + at, sizeof c->why - at, " %02x", (unsigned char)c->pending[i]);
        }
    }
}

/* Complete, and one that curses or term.c sends? A sequence that is not complete yet is left. */
static bool take_escape(struct stream_check *c)
{
    const char *p = c->pending;
    if (c->len < 2) {
        return false;
    }
    if (p[1] == '[') {
        char last = p[c->len - 1];
        if (c->len < 3 || last < 0x40 || last > 0x7e) {
            return false;
        }
        if (memchr(p, '7', c->len) != NULL && c->len > 6) {
            char text[65];
            memcpy(text, p, c->len);
            text[c->len] = '\0';
            if (strstr(text, "7777") != NULL) {
                blame(c, "a sequence from outside");
            }
        }
        return true;
    }
    if (p[1] == ']' || p[1] == 'P' || p[1] == '_' || p[1] == '^') {
        blame(c, "a string sequence");
        return true;
    }
    if (strchr("()*+#% ", p[1]) != NULL) {
        return c->len == 3;
    }
    return true; /* ESC = and the like */
}

static uint32_t decode(const char *p, size_t len)
{
    uint32_t code = len == 1 ? (unsigned char)p[0] : (unsigned char)p[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        code = code << 6 | ((unsigned char)p[i] & 0x3fu);
    }
    return code;
}

/* Letters that a terminal would obey or that turn the direction of what is around them. */
static bool is_stray(uint32_t code)
{
    return code < 0x20 || code == 0x7f || (code >= 0x80 && code < 0xa0) || code == 0x61c || (code >= 0x200b && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || code == 0xfffe ||
           code == 0xffff || (code >= 0xd800 && code < 0xe000) || (code >= 0xe0000 && code < 0xe0100) || (code >= 0xe01f0 && code <= 0xe0fff) || code > 0x10ffff;
}

static size_t letter_length(unsigned char first)
{
    return first < 0x80 ? 1 : first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
}

static bool take_letter(struct stream_check *c)
{
    size_t need = letter_length((unsigned char)c->pending[0]);
    if (need == 0) {
        blame(c, "broken UTF-8");
        return true;
    }
    if (c->len < need) {
        return false;
    }
    for (size_t i = 1; i < need; i++) {
        if (((unsigned char)c->pending[i] & 0xc0) != 0x80) {
            blame(c, "broken UTF-8");
        }
    }
    if (is_stray(decode(c->pending, need))) {
        blame(c, "a stray letter");
    }
    return true;
}

void stream_check_bytes(struct stream_check *c, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len && c->why[0] == '\0'; i++) {
        if (c->len == 0 && (bytes[i] == '\r' || bytes[i] == '\n' || bytes[i] == '\b')) {
            continue; /* how curses moves */
        }
        if (c->len + 1 >= sizeof c->pending) {
            blame(c, "an endless sequence");
            return;
        }
        c->pending[c->len++] = bytes[i];
        bool is_done = c->pending[0] == '\x1b' ? take_escape(c) : take_letter(c);
        if (is_done) {
            c->len = 0;
        }
    }
}
