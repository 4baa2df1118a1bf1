/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/ccda_text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"

enum encoding { UTF_8, UTF_16_LITTLE, UTF_16_BIG, LATIN_1, LATIN_9, ENCODING_UNKNOWN };

static const struct {
    const char *name;
    enum encoding encoding;
} encodings[] = {
    {"UTF-8", UTF_8},          {"UTF8", UTF_8},          {"US-ASCII", UTF_8},       {"ASCII", UTF_8},
    {"UTF-16", UTF_8}, /* said of one-byte text: written from a string that was UTF-16 in memory */
    {"ISO-8859-1", LATIN_1},   {"ISO_8859-1", LATIN_1},  {"ISO8859-1", LATIN_1},    {"LATIN1", LATIN_1},
    {"WINDOWS-1252", LATIN_1}, {"CP1252", LATIN_1},      {"ISO-8859-15", LATIN_9},
};

static bool begins(const char *bytes, size_t len, const char *with, size_t with_len)
{
    return len >= with_len && memcmp(bytes, with, with_len) == 0;
}

/* The encoding="..." of the declaration. */
static enum encoding declared(const char *bytes, size_t len)
{
    char head[200];
    if (!begins(bytes, len, "<?xml", 5)) {
        return UTF_8;
    }
    (void)snprintf(head, sizeof head, "%.*s", (int)(len < sizeof head - 1 ? len : sizeof head - 1), bytes); /* cut is fine */
    char *end = strstr(head, "?>");
    char *at = strstr(head, "encoding");
    if (end == NULL || at == NULL || at > end) {
        return UTF_8;
    }
    at += strcspn(at, "\"'?");
    size_t name_len = strcspn(at + 1, "\"'?");
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        if (strlen(encodings[i].name) == name_len && strncasecmp(encodings[i].name, at + 1, name_len) == 0) {
            return encodings[i].encoding;
        }
    }
    return ENCODING_UNKNOWN;
}

static enum encoding encoding_of(const char *bytes, size_t len, size_t *out_mark)
{
    *out_mark = 0;
    if (begins(bytes, len, "\xEF\xBB\xBF", 3)) {
        *out_mark = 3;
        return UTF_8;
    }
    if (begins(bytes, len, "\xFF\xFE", 2) || begins(bytes, len, "\xFE\xFF", 2)) {
        *out_mark = 2;
        return bytes[0] == '\xFF' ? UTF_16_LITTLE : UTF_16_BIG;
    }
    if (begins(bytes, len, "<\0", 2) || begins(bytes, len, "\0<", 2)) {
        return bytes[0] == '<' ? UTF_16_LITTLE : UTF_16_BIG;
    }
    return declared(bytes, len);
}

static void append_code_point(struct buffer *out, uint32_t c)
{
    char utf8[4];
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    for (size_t i = len; i-- > 1;) {
        utf8[i] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    utf8[0] = (char)(first[len] | c);
    buffer_append(out, utf8, len);
}

/* What Windows-1252 has where ISO-8859-1 has control characters, which no document means; 0: nothing. */
static uint32_t of_windows(unsigned char byte)
{
    static const uint16_t points[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                        0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
    return byte >= 0x80 && byte < 0xA0 ? points[byte - 0x80] : byte;
}

static uint32_t of_latin_9(unsigned char byte)
{
    static const struct {
        unsigned char byte;
        uint16_t point;
    } others[] = {{0xA4, 0x20AC}, {0xA6, 0x0160}, {0xA8, 0x0161}, {0xB4, 0x017D}, {0xB8, 0x017E}, {0xBC, 0x0152}, {0xBD, 0x0153}, {0xBE, 0x0178}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (others[i].byte == byte) {
            return others[i].point;
        }
    }
    return byte;
}

static void decode_bytes(const char *bytes, size_t len, enum encoding encoding, struct buffer *out)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        uint32_t c = encoding == LATIN_9 ? of_latin_9(byte) : of_windows(byte);
        append_code_point(out, c != 0 || byte == 0 ? c : 0xFFFD);
    }
}

/* False: a half pair, or half a unit at the end. */
static bool decode_pairs(const char *bytes, size_t len, bool is_little, struct buffer *out)
{
    uint32_t high = 0;
    for (size_t i = 0; i + 1 < len; i += 2) {
        unsigned char first = (unsigned char)bytes[i], second = (unsigned char)bytes[i + 1];
        uint32_t unit = is_little ? (uint32_t)(second << 8 | first) : (uint32_t)(first << 8 | second);
        bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
        if (is_low != (high != 0)) {
            return false;
        }
        if (unit >= 0xD800 && unit <= 0xDBFF) {
            high = unit;
            continue;
        }
        append_code_point(out, is_low ? 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00) : unit);
        high = 0;
    }
    return len % 2 == 0 && high == 0;
}

char *ccda_text_decode(const char *bytes, size_t len_bytes, size_t *out_len, const char **out_why)
{
    size_t mark;
    struct buffer out = BUFFER_INIT;
    enum encoding encoding = encoding_of(bytes, len_bytes, &mark);
    bool is_whole = true;
    switch (encoding) {
    case UTF_8:
        buffer_append(&out, bytes + mark, len_bytes - mark);
        break;
    case UTF_16_LITTLE:
    case UTF_16_BIG:
        is_whole = decode_pairs(bytes + mark, len_bytes - mark, encoding == UTF_16_LITTLE, &out);
        break;
    case LATIN_1:
    case LATIN_9:
        decode_bytes(bytes, len_bytes, encoding, &out);
        break;
    case ENCODING_UNKNOWN:
        *out_why = _("its encoding is not read: UTF-8, UTF-16, ISO-8859-1, ISO-8859-15 and Windows-1252 are.");
        return NULL;
    }
    if (!is_whole || (out.len > 0 && memchr(out.bytes, '\0', out.len) != NULL)) {
        *out_why = is_whole ? _("there is a NUL byte.") : _("this is not well-formed UTF-16.");
        buffer_release(&out);
        return NULL;
    }
    *out_len = out.len;
    return buffer_take(&out);
}

bool ccda_text_is_xml(const char *bytes, size_t len_bytes)
{
    size_t at;
    (void)encoding_of(bytes, len_bytes, &at);
    while (at < len_bytes && (strchr(" \t\r\n", bytes[at]) != NULL)) { /* and the zeros of UTF-16 */
        at++;
    }
    return at < len_bytes && bytes[at] == '<';
}

/* --- markup --- */

/* Behind `until`, or the end. */
static size_t skip_to(const char *text, size_t len, size_t at, const char *until)
{
    size_t until_len = strlen(until);
    for (; at + until_len <= len; at++) {
        const char *next = memchr(text + at, until[0], len - at);
        if (next == NULL) {
            return len;
        }
        at = (size_t)(next - text);
        if (begins(text + at, len - at, until, until_len)) {
            return at + until_len;
        }
    }
    return len;
}

/* Behind a comment, a CDATA section or an instruction that begins here; `at` itself where none does. */
static size_t skip_other(const char *text, size_t len, size_t at)
{
    static const struct {
        const char *from, *to;
    } kinds[] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t from = strlen(kinds[i].from);
        if (begins(text + at, len - at, kinds[i].from, from)) {
            return skip_to(text, len, at + from, kinds[i].to);
        }
    }
    return at;
}

/* Only in front of the root may one stand: elsewhere the parser refuses it by itself. */
bool ccda_text_has_document_type(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        size_t next = text[at] == '<' ? skip_other(text, len, at) : at + 1;
        if (next == at) {
            return begins(text + at, len - at, "<!", 2);
        }
        at = next;
    }
    return false;
}

/* Behind the '>' of a tag; one inside a quoted value is none. */
static size_t skip_tag(const char *text, size_t len, size_t at)
{
    char quote = '\0';
    for (; at < len; at++) {
        if (quote != '\0') {
            quote = text[at] == quote ? '\0' : quote;
        } else if (text[at] == '"' || text[at] == '\'') {
            quote = text[at];
        } else if (text[at] == '>') {
            return at + 1;
        }
    }
    return len;
}

int ccda_text_depth(const char *text, size_t len)
{
    int depth = 0, deepest = 0;
    for (size_t at = 0; at < len;) {
        const char *open = memchr(text + at, '<', len - at);
        if (open == NULL) {
            break;
        }
        at = (size_t)(open - text);
        size_t next = skip_other(text, len, at);
        if (next == at) {
            next = skip_tag(text, len, at);
            bool is_end = at + 1 < len && text[at + 1] == '/';
            bool is_empty = text[next - 1] == '>' && text[next - 2] == '/';
            depth += is_end ? -1 : is_empty ? 0 : 1;
            deepest = depth > deepest ? depth : deepest;
        }
        at = next;
    }
    return deepest;
}
