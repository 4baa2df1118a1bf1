/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"

#define STACKED_MAX 2 /* marks on one base: more of them would cover the lines around it */
#define ELLIPSIS "\xE2\x80\xA6"

enum kind { KIND_PLAIN, KIND_STACKED, KIND_SPACING, KIND_REFUSED };

/* Letters by category, yet drawn as nothing: a name made of them would look empty. */
static bool is_hangul_filler(int32_t code)
{
    return code == 0x115F || code == 0x1160 || code == 0x3164 || code == 0xFFA0;
}

/* Vowels and finals that join the syllable before them: letters by category, marks by their look.
 */
static bool is_joining_jamo(int32_t code)
{
    return (code >= 0x1161 && code <= 0x11FF) || (code >= 0xD7B0 && code <= 0xD7FF);
}

static enum kind kind_of(int32_t code)
{
    if (code >= 0x20 && code < 0x7F) {
        return KIND_PLAIN;
    }
    if (is_joining_jamo(code) && utf8proc_category(code) != UTF8PROC_CATEGORY_CN) {
        return KIND_STACKED;
    }
    switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return KIND_REFUSED;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
        return KIND_STACKED;
    case UTF8PROC_CATEGORY_MC:
        return KIND_SPACING;
    default:
        return is_hangul_filler(code) ? KIND_REFUSED : KIND_PLAIN;
    }
}

static bool is_plain_ascii(const char *bytes, size_t len, bool keeps_newlines)
{
    for (size_t i = 0; i < len; i++) {
        bool is_fine = (bytes[i] >= 0x20 && bytes[i] < 0x7F) ||
                       (keeps_newlines && bytes[i] == '\n');
        if (!is_fine) {
            return false;
        }
    }
    return true;
}

/* What the cleaner has seen since the last base character. */
struct cleaner {
    struct buffer out;
    bool is_ascii;
    bool keeps_newlines;
    bool has_base;   /* a mark may follow */
    bool is_overrun; /* marks beyond the limit are one replacement together */
    bool is_blank;   /* the last character was a line break or tab that became a space */
    int stacked, spacing;
};

static void put_code(struct cleaner *c, int32_t code)
{
    char bytes[4];
    buffer_append(&c->out, bytes, utf8_encode(code, bytes));
    c->is_blank = false;
}

static void put_base(struct cleaner *c, int32_t code)
{
    put_code(c, code);
    c->has_base = code != '\n';
    c->is_overrun = false;
    c->stacked = c->spacing = 0;
}

static void put_replacement(struct cleaner *c)
{
    put_base(c, c->is_ascii ? '?' : UTF8_REPLACEMENT);
}

static void put_blank(struct cleaner *c)
{
    if (!c->is_blank) {
        put_base(c, ' ');
        c->is_blank = true;
    }
}

/* A mark without a base would land on whatever the screen shows to its left. */
static void put_mark(struct cleaner *c, int32_t code, int *count)
{
    if (c->is_overrun) {
        return;
    }
    if (!c->has_base || *count == STACKED_MAX) {
        put_replacement(c);
        c->is_overrun = true;
        return;
    }
    *count += 1;
    put_code(c, code);
}

static void put_character(struct cleaner *c, int32_t code)
{
    enum kind kind = kind_of(code);
    if (code == '\n' && c->keeps_newlines) {
        put_base(c, code);
    } else if (code == '\n' || code == '\r' || code == '\t') {
        put_blank(c);
    } else if (kind == KIND_REFUSED || (c->is_ascii && (code < 0x20 || code > 0x7E))) {
        put_replacement(c);
    } else if (kind == KIND_STACKED) {
        put_mark(c, code, &c->stacked);
    } else if (kind == KIND_SPACING) {
        put_mark(c, code, &c->spacing);
    } else {
        put_base(c, code);
    }
}

char *text_clean(const char *bytes, size_t len, size_t max_bytes, unsigned flags, bool *out_changed)
{
    struct cleaner c = {.out = BUFFER_INIT,
                        .is_ascii = (flags & TEXT_ASCII) != 0,
                        .keeps_newlines = (flags & TEXT_KEEP_NEWLINES) != 0};
    if (len <= max_bytes && is_plain_ascii(bytes, len, c.keeps_newlines)) {
        if (out_changed) {
            *out_changed = false;
        }
        return mem_copy_bytes(bytes, len);
    }
    for (size_t at = 0; at < len && c.out.len <= max_bytes;) {
        int32_t code;
        size_t step = utf8_decode(bytes + at, len - at, &code);
        if (step == 0) {
            put_replacement(&c);
            step = 1;
        } else if (!(c.keeps_newlines && code == '\r' && at + 1 < len && bytes[at + 1] == '\n')) {
            put_character(&c, code);
        }
        at += step;
    }
    size_t kept = c.out.len;
    char *text = buffer_take(&c.out);
    if (kept > max_bytes) {
        kept = 0;
        for (size_t next = text_next(text, 0); next <= max_bytes; next = text_next(text, kept)) {
            kept = next;
        }
        text[kept] = '\0';
    }
    if (out_changed) {
        *out_changed = kept != len || memcmp(text, bytes, len) != 0;
    }
    return text;
}

bool text_is_clean(const char *text)
{
    size_t len = strlen(text);
    if (is_plain_ascii(text, len, true)) {
        return true;
    }
    bool is_changed = false;
    mem_free(text_clean(text, len, SIZE_MAX, TEXT_KEEP_NEWLINES, &is_changed));
    return !is_changed;
}

/* A byte that is no UTF-8 counts as one character of one cell: measuring never fails. */
static size_t next_code(const char *at, int32_t *out)
{
    size_t step = utf8_decode(at, strnlen(at, 4), out);
    if (step == 0) {
        *out = UTF8_REPLACEMENT;
        step = 1;
    }
    return step;
}

/* The C library measures for curses, so this follows wcwidth() where utf8proc differs from it
 * (tests compare both); wcwidth() itself answers -1 for everything when the locale is not UTF-8. */
static int width_of(int32_t code)
{
    if (code < 0x7F) {
        return 1; /* control characters do not get here from text_clean(); whoever draws them owns a
                     cell */
    }
    switch (kind_of(code)) {
    case KIND_STACKED:
        return 0;
    case KIND_SPACING:
    case KIND_REFUSED:
        return 1;
    case KIND_PLAIN:
        break;
    }
    bool is_wide_sign = (code >= 0x3248 && code <= 0x324F) || (code >= 0x4DC0 && code <= 0x4DFF);
    return is_wide_sign ? 2 : utf8proc_charwidth(code);
}

/* Length in bytes of the cluster at `at` (not at the end), and its width. */
static size_t cluster(const char *at, int *out_cells)
{
    int32_t code;
    utf8proc_int32_t state = 0;
    size_t len = next_code(at, &code);
    int cells = width_of(code);
    while (at[len]) {
        int32_t next;
        size_t step = next_code(at + len, &next);
        if ((code < 0x7F && next < 0x7F && (code != '\r' || next != '\n')) ||
            utf8proc_grapheme_break_stateful(code, next, &state)) {
            break;
        }
        cells += width_of(next);
        len += step;
        code = next;
    }
    *out_cells = cells;
    return len;
}

int text_width_cells(const char *text)
{
    int cells = 0;
    while (*text) {
        int32_t code;
        text += next_code(text, &code);
        cells += width_of(code);
    }
    return cells;
}

size_t text_prefix_bytes(const char *text, int max_cells, int *out_cells)
{
    size_t len = 0;
    int cells = 0;
    while (text[len]) {
        int more;
        size_t step = cluster(text + len, &more);
        if (cells + more > max_cells) {
            break;
        }
        cells += more;
        len += step;
    }
    if (out_cells) {
        *out_cells = cells;
    }
    return len;
}

size_t text_next(const char *text, size_t at)
{
    int cells;
    return text[at] ? at + cluster(text + at, &cells) : at;
}

size_t text_previous(const char *text, size_t at)
{
    /* Clusters can only be found forwards; a line break always ends one. */
    size_t from = at > 0 ? at - 1 : 0;
    while (from > 0 && text[from - 1] != '\n') {
        from--;
    }
    size_t previous = from;
    for (size_t next = from; next < at; next = text_next(text, next)) {
        previous = next;
    }
    return previous;
}

static size_t put(char *buf, size_t size, size_t at, const char *bytes, size_t len)
{
    if (at + len < size) {
        memcpy(buf + at, bytes, len);
        at += len;
    }
    buf[at] = '\0';
    return at;
}

const char *text_fit(const char *text, int cells, bool is_ascii, char *buf, size_t size)
{
    if (size == 0) {
        return "";
    }
    int used;
    size_t len = text_prefix_bytes(text, cells, &used);
    bool is_cut = text[len] != '\0' && cells > 0;
    if (is_cut) {
        len = text_prefix_bytes(text, cells - 1, &used);
    }
    size_t at = 0;
    buf[0] = '\0';
    for (size_t from = 0; from < len;) {
        size_t next = text_next(text, from);
        at = put(buf, size, at, text + from, next - from);
        from = next;
    }
    if (is_cut) {
        at = is_ascii ? put(buf, size, at, "~", 1) : put(buf, size, at, ELLIPSIS, strlen(ELLIPSIS));
        used++;
    }
    for (; used < cells; used++) {
        at = put(buf, size, at, " ", 1);
    }
    return buf;
}

void text_drop_cut(char *text)
{
    size_t len = strlen(text);
    size_t start = len;
    while (start > 0 && len - start < 3 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) {
        start--;
    }
    int32_t code;
    if (start > 0 && (unsigned char)text[start - 1] >= 0xC0 &&
        !utf8_decode(text + start - 1, len - start + 1, &code)) {
        text[start - 1] = '\0';
    }
}

char *text_trim(char *text)
{
    while (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r') {
        text++;
    }
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\n\r", text[len - 1])) {
        len--;
    }
    text[len] = '\0';
    return text;
}
