/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is typed, pasted and scanned, as a pure machine with a clock in the hand. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "term/input.h"

#define MS INT64_C(1000)

/* Everything that waits, in one line: "T:a K:Enter S:code P:text". */
static const char *events(struct input *in, char buf[1024])
{
    struct event e;
    size_t used = 0;
    buf[0] = 0;
    while (input_next(in, &e)) {
        char key[KEY_NAME_MAX];
        const char *space = used ? " " : "";
        switch (e.kind) {
        case EVENT_TEXT:
            used += (size_t)snprintf(buf + used, 1024 - used, "%s%s%s", space,
                                     e.starts_burst ? "*" : "", key_format(e.key, key));
            break;
        case EVENT_KEY:
            used += (size_t)snprintf(buf + used, 1024 - used, "%sK:%s", space,
                                     key_format(e.key, key));
            break;
        case EVENT_SCAN:
            used += (size_t)snprintf(buf + used, 1024 - used, "%sS%s:%s", space,
                                     e.retract ? "!" : "", e.text);
            break;
        case EVENT_PASTE:
            used += (size_t)snprintf(buf + used, 1024 - used, "%sP:%s", space, e.text);
            break;
        default:
            used += (size_t)snprintf(buf + used, 1024 - used, "%s?%d", space, (int)e.kind);
        }
    }
    return buf;
}

static void put(struct input *in, const char *bytes, int64_t now_us)
{
    for (const char *p = bytes; *p; p++) {
        input_put_character(in, (unsigned char)*p, now_us);
    }
    input_settle(in, now_us);
}

/* Reads, each a time apart; what comes out of all of them and of half a second of silence. */
static const struct {
    const char *what;
    bool has_focus;
    const char *prefix;
    struct {
        int after_ms;
        const char *bytes;
    } reads[16];
    const char *expected;
} CASES[] = {
    {"a letter in a field is given at once", true, NULL, {{0, "a"}}, "*a"},
    {"letters typed by hand", true, NULL, {{0, "o"}, {90, "k"}, {90, "\r"}}, "*o *k K:Enter"},
    {"a scan in one read", true, NULL, {{0, "0109876\r"}}, "S:0109876"},
    {"a scan that ends with Tab", false, NULL, {{0, "0109876\t"}}, "S:0109876"},
    {"CR LF behind a scan is one end", false, NULL, {{0, "0109876\r\n"}}, "S:0109876"},
    {"a later Enter is a key", false, NULL, {{0, "0109876\r"}, {90, "\r"}}, "S:0109876 K:Enter"},
    {"a scan in two reads", false, NULL, {{0, "010"}, {10, "9876\r"}}, "S:0109876"},
    {"a scan letter by letter takes back what was given",
     true,
     NULL,
     {{0, "0"}, {9, "1"}, {9, "0"}, {9, "9"}, {9, "8"}, {9, "7"}, {9, "\r"}},
     "*0 1 0 9 8 7 S!:010987"},
    {"five letters are too few", true, NULL, {{0, "12345\r"}}, "*1 2 3 4 5 K:Enter"},
    {"a slow Enter is a key", true, NULL, {{0, "123456"}, {40, "\r"}}, "*1 2 3 4 5 6 K:Enter"},
    {"a pause begins another run",
     false,
     NULL,
     {{0, "99"}, {90, "123456\r"}},
     "*9 9 S:123456"},
    {"separators stay in the code",
     false,
     NULL,
     {{0, "]d2010987\03517260301\r"}},
     "S:]d2010987\03517260301"},
    {"an ISO 15434 envelope",
     false,
     NULL,
     {{0, "[)>\03606\0359N123\036\004\r"}},
     "S:[)>\03606\0359N123\036\004"},
    {"a separator alone is nothing", true, NULL, {{0, "\035"}}, ""},
    {"letters elsewhere wait and are given", false, NULL, {{0, "a"}}, "*a"},
    {"a burst without an end elsewhere is a paste", false, NULL, {{0, "aaaaaaaa"}}, "P:aaaaaaaa"},
    {"a prefix needs no speed and no length",
     true,
     "~",
     {{0, "~"}, {90, "1"}, {90, "2"}, {90, "\r"}},
     "S:12"},
    {"a prefix typed by hand is given after a while", true, "~", {{0, "~"}}, "*~"},
    {"a prefix of two", false, "\001\002", {{0, "x"}}, "*x"},
    {"a paste", true, NULL, {{0, "\033[200~two\nlines\033[201~"}}, "P:two lines"},
    {"a paste holds no keys",
     false,
     NULL,
     {{0, "\033[200~a\033[15~\033[Ab\003\r\033[201~"}},
     "P:ab "},
    {"a paste without an end comes after all",
     true,
     NULL,
     {{0, "\033[200~lost"}, {2500, ""}},
     "P:lost"},
    {"a paste in pieces", true, NULL, {{0, "\033[200~a"}, {50, "b"}, {50, "\033[201~"}}, "P:ab"},
    {"an end without a beginning", true, NULL, {{0, "\033[201~"}}, ""},
    {"Esc alone", false, NULL, {{0, "\033"}}, "K:Esc"},
    {"Esc twice", false, NULL, {{0, "\033\033"}}, "K:Esc K:Esc"},
    {"Alt with a letter is neither", false, NULL, {{0, "\033a"}}, "K:Unknown"},
    {"an unknown sequence is one key", false, NULL, {{0, "\033[1;5A"}}, "K:Unknown"},
    {"an arrow in the other mode", false, NULL, {{0, "\033[A\033OB"}}, "K:Up K:Down"},
    {"a sequence in two reads", false, NULL, {{0, "\033[1"}, {20, ";5Ax"}}, "K:Unknown *x"},
    {"half a sequence", false, NULL, {{0, "\033["}, {200, "x"}}, "K:Unknown *x"},
    {"an answer of the terminal",
     false,
     NULL,
     {{0, "\033]11;rgb:0/0/0\033\\\033P1$r\033\\y"}},
     "*y"},
    {"control keys",
     true,
     NULL,
     {{0, "\023\030\177\b\n"}},
     "K:Ctrl-S K:Ctrl-X K:Backspace K:Backspace K:Enter"},
    {"keys end a run", true, NULL, {{0, "12\0233456\r"}}, "*1 2 K:Ctrl-S *3 4 5 6 K:Enter"},
};

Test(input, makes_events_of_what_comes)
{
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct input *in = input_new(CASES[i].prefix);
        struct buffer all = BUFFER_INIT;
        char got[1024];
        int64_t now_us = 1000 * MS;
        input_set_text_focus(in, CASES[i].has_focus);
        for (int r = 0; r < 16 && CASES[i].reads[r].bytes; r++) {
            int64_t at_us = now_us + CASES[i].reads[r].after_ms * MS;
            int64_t wake_us = input_deadline_us(in);
            if (wake_us < at_us) { /* the loop would have come by */
                input_settle(in, wake_us);
            }
            now_us = at_us;
            put(in, CASES[i].reads[r].bytes, now_us);
            events(in, got);
            buffer_append_format(&all, "%s%s", all.len && *got ? " " : "", got);
        }
        input_settle(in, now_us + 600 * MS);
        events(in, got);
        buffer_append_format(&all, "%s%s", all.len && *got ? " " : "", got);
        cr_expect_str_eq(all.bytes ? all.bytes : "", CASES[i].expected, "%s: %s", CASES[i].what,
                         all.bytes ? all.bytes : "");
        buffer_release(&all);
        input_free(in);
    }
}

Test(input, cuts_an_endless_paste)
{
    struct input *in = input_new(NULL);
    input_put_key(in, UI_KEY_PASTE_BEGIN, 0);
    for (int i = 0; i < INPUT_PASTE_MAX * 2; i++) {
        input_put_character(in, 'x', 0);
    }
    input_put_key(in, UI_KEY_PASTE_END, 0);
    struct event e;
    cr_assert(input_next(in, &e));
    cr_assert_eq(e.kind, EVENT_PASTE);
    cr_assert(e.was_cut);
    cr_assert_leq(e.len_bytes, (size_t)INPUT_PASTE_MAX);
    cr_assert_not(input_next(in, &e));
    input_free(in);
}

/* Whatever comes: events are well formed, nothing is kept for ever. */
Test(input, survives_noise)
{
    uint32_t seed = 20261124;
    char got[1024];
    for (int round = 0; round < 200; round++) {
        struct input *in = input_new(round % 3 ? NULL : "]");
        int64_t now_us = 0;
        for (int i = 0; i < 500; i++) {
            seed = seed * 1664525 + 1013904223;
            uint32_t r = seed >> 8;
            input_set_text_focus(in, r & 1);
            now_us += r % 5 ? 100 : (r >> 4) % 60000;
            switch (r >> 3 & 7) {
            case 0:
                input_put_key(in, UI_KEY_SPECIAL + r % 24, now_us);
                break;
            case 1:
                input_put_character(in, 27, now_us);
                break;
            case 2:
                input_put_character(in, r % 0x110000, now_us);
                break;
            default:
                input_put_character(in, r >> 6 & 0x7F, now_us);
            }
            if (r % 7 == 0) {
                input_settle(in, now_us);
            }
            events(in, got);
        }
        input_settle(in, now_us + 3000 * MS);
        input_settle(in, now_us + 6000 * MS);
        events(in, got);
        cr_assert_eq(input_deadline_us(in), INT64_MAX, "round %d", round);
        input_free(in);
    }
}
