/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "term/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

static const struct {
    const char *name; /* the first name of a key is the one that is shown */
    uint32_t key;
} NAMES[] = {
    {"Up", UI_KEY_UP},
    {"Down", UI_KEY_DOWN},
    {"Left", UI_KEY_LEFT},
    {"Right", UI_KEY_RIGHT},
    {"Home", UI_KEY_HOME},
    {"End", UI_KEY_END},
    {"PgUp", UI_KEY_PAGE_UP},
    {"PgDn", UI_KEY_PAGE_DOWN},
    {"PageUp", UI_KEY_PAGE_UP},
    {"Ins", UI_KEY_INSERT},
    {"Del", UI_KEY_DELETE},
    {"PageDown", UI_KEY_PAGE_DOWN},
    {"Insert", UI_KEY_INSERT},
    {"Delete", UI_KEY_DELETE},
    {"Backspace", UI_KEY_BACKSPACE},
    {"Enter", UI_KEY_ENTER},
    {"Tab", UI_KEY_TAB},
    {"Shift-Tab", UI_KEY_BACKTAB},
    {"Esc", UI_KEY_ESCAPE},
    {"Escape", UI_KEY_ESCAPE},
    {"Space", ' '},
    {"Comma", ','}, /* a list of keys is separated by commas */
    {"#", '#'},
    {"=", '='},
    {"Hash", '#'},
    {"Equals", '='},
    {"Unknown", UI_KEY_UNKNOWN},
    {"Paste", UI_KEY_PASTE_BEGIN},
};

static uint32_t parse_character(const char *text)
{
    int32_t c;
    size_t len = strlen(text);
    bool is_one = utf8_decode(text, len, &c) == len;
    return is_one && c != ' ' && key_is_text((uint32_t)c) ? key_fold((uint32_t)c) : UI_KEY_NONE;
}

uint32_t key_parse(const char *name)
{
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (strcasecmp(name, NAMES[i].name) == 0) {
            return NAMES[i].key;
        }
    }
    if (strncasecmp(name, "Ctrl-", 5) == 0 && name[5] && !name[6]) {
        unsigned char c = (unsigned char)name[5];
        c = c >= 'A' && c <= 'Z' ? c + 32 : c;
        return (c >= 'a' && c <= 'z') || c == '\\' || c == ']' || c == '_' ? UI_KEY_CTRL(c)
                                                                           : UI_KEY_NONE;
    }
    if ((name[0] == 'F' || name[0] == 'f') && name[1] >= '1' && name[1] <= '9') {
        char *end;
        long n = strtol(name + 1, &end, 10);
        return *end == 0 && n >= 1 && n <= 24 ? UI_KEY_F1 + (uint32_t)n - 1 : UI_KEY_NONE;
    }
    return name[0] ? parse_character(name) : UI_KEY_NONE;
}

const char *key_format(uint32_t key, char buf[KEY_NAME_MAX])
{
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (NAMES[i].key == key) {
            return memcpy(buf, NAMES[i].name, strlen(NAMES[i].name) + 1);
        }
    }
    if (key >= UI_KEY_F1 && key <= UI_KEY_F24) {
        snprintf(buf, KEY_NAME_MAX, "F%u", key - UI_KEY_F1 + 1);
    } else if (key > UI_KEY_CTRL_BASE && key < UI_KEY_CTRL_BASE + 0x80) {
        uint32_t c = key - UI_KEY_CTRL_BASE;
        snprintf(buf, KEY_NAME_MAX, "Ctrl-%c", (char)(c >= 'a' && c <= 'z' ? c - 32 : c));
    } else if (key_is_text(key)) {
        char utf8[5];
        key_to_utf8(key, utf8);
        snprintf(buf, KEY_NAME_MAX, "%s", utf8);
    } else {
        snprintf(buf, KEY_NAME_MAX, "Unknown");
    }
    return buf;
}

bool key_is_text(uint32_t key)
{
    return key >= 0x20 && key != 0x7F && !(key >= 0x80 && key < 0xA0) && key < UI_KEY_SPECIAL;
}

uint32_t key_fold(uint32_t key)
{
    return key >= 'A' && key <= 'Z' ? key + 32 : key;
}

int key_to_utf8(uint32_t character, char buf[5])
{
    size_t n = utf8_encode((int32_t)character, buf);
    buf[n] = 0;
    return (int)n;
}
