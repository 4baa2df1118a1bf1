/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/emulator.h"

#include <stdio.h>
#include <string.h>
#include <vterm.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "term/key.h"

struct emulator {
    VTerm *vt;
    VTermScreen *screen;
    VTermState *state;
    int rows, cols;
    bool is_alternate, cursor_is_on, takes_paste;
    char title[128];
    char unknown[128];
    struct buffer scrollback;
    struct buffer keys;
    char tail[16]; /* the end of the last write: marks may be cut there */
    size_t tail_len;
};

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct emulator *e = user;
    if (property == VTERM_PROP_ALTSCREEN) {
        e->is_alternate = value->boolean;
    } else if (property == VTERM_PROP_CURSORVISIBLE) {
        e->cursor_is_on = value->boolean;
    } else if (property == VTERM_PROP_TITLE) {
        snprintf(e->title, sizeof e->title, "%s", value->string);
    }
    return 1;
}

static void append_cell(struct buffer *out, const VTermScreenCell *cell)
{
    if (cell->chars[0] == 0) {
        buffer_append_byte(out, ' ');
        return;
    }
    if (cell->chars[0] == (uint32_t)-1) {
        return; /* second half of a wide one */
    }
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++) {
        char utf8[5];
        key_to_utf8(cell->chars[i], utf8);
        buffer_append_text(out, utf8);
    }
}

static int on_scrolled_out(int cols, const VTermScreenCell *cells, void *user)
{
    struct emulator *e = user;
    for (int i = 0; i < cols; i++) {
        append_cell(&e->scrollback, &cells[i]);
    }
    buffer_append_byte(&e->scrollback, '\n');
    return 1;
}

static void note_unknown(struct emulator *e, const char *what)
{
    if (!e->unknown[0]) {
        snprintf(e->unknown, sizeof e->unknown, "%s", what);
    }
}

static int on_csi(const char *leader, const long args[], int count, const char *intermediate,
                  char command, void *user)
{
    if (command == 't' && count > 0 && (CSI_ARG(args[0]) == 22 || CSI_ARG(args[0]) == 23)) {
        return 1; /* the stack of titles, which libvterm lacks */
    }
    if (command == 'c' && leader && leader[0] == '?') {
        return 1; /* the Linux console's shape of the cursor */
    }
    char text[64];
    snprintf(text, sizeof text, "CSI %s%ld..(%d)%s%c", leader ? leader : "",
             count ? (long)CSI_ARG(args[0]) : 0L, count, intermediate ? intermediate : "", command);
    note_unknown(user, text);
    return 1;
}

static int on_control(unsigned char control, void *user)
{
    char text[32];
    snprintf(text, sizeof text, "control 0x%02x", control);
    note_unknown(user, text);
    return 1;
}

static int on_osc(const char *command, size_t len, void *user)
{
    if (len >= 3 && strncmp(command, "104", 3) == 0) {
        return 1; /* terminfo's "oc": the palette as it was; curses sends it when it comes back */
    }
    char text[64];
    snprintf(text, sizeof text, "OSC %.*s", (int)(len < 40 ? len : 40), command);
    note_unknown(user, text);
    return 1;
}

static int on_dcs(const char *command, size_t len, void *user)
{
    char text[64];
    snprintf(text, sizeof text, "DCS %.*s", (int)(len < 40 ? len : 40), command);
    note_unknown(user, text);
    return 1;
}

static void on_output(const char *bytes, size_t len, void *user)
{
    struct emulator *e = user;
    buffer_append(&e->keys, bytes, len);
}

struct emulator *emulator_new(int rows, int cols)
{
    static const VTermScreenCallbacks SCREEN = {.settermprop = on_property,
                                                .sb_pushline = on_scrolled_out};
    static const VTermParserCallbacks UNKNOWN = {
        .control = on_control, .csi = on_csi, .osc = on_osc, .dcs = on_dcs};
    struct emulator *e = mem_alloc(sizeof *e);
    e->vt = vterm_new(rows, cols);
    e->rows = rows;
    e->cols = cols;
    e->cursor_is_on = true;
    vterm_set_utf8(e->vt, 1);
    e->screen = vterm_obtain_screen(e->vt);
    e->state = vterm_obtain_state(e->vt);
    vterm_screen_enable_altscreen(e->screen, 1);
    vterm_screen_set_callbacks(e->screen, &SCREEN, e);
    vterm_screen_set_unrecognised_fallbacks(e->screen, &UNKNOWN, e);
    vterm_output_set_callback(e->vt, on_output, e);
    vterm_screen_reset(e->screen, 1);
    return e;
}

void emulator_free(struct emulator *e)
{
    if (e) {
        vterm_free(e->vt);
        buffer_release(&e->scrollback);
        buffer_release(&e->keys);
        mem_free(e);
    }
}

void emulator_resize(struct emulator *e, int rows, int cols)
{
    e->rows = rows;
    e->cols = cols;
    vterm_set_size(e->vt, rows, cols);
}

/* libvterm swallows private modes that it does not know: look at them here, and keep the paste
 * mode. */
static void watch_modes(struct emulator *e, const char *bytes, size_t len)
{
    static const int KNOWN[] = {1,    7,    12,   25,   47,   1000, 1002, 1003,
                                1005, 1006, 1015, 1047, 1048, 1049, 2004, 2026};
    char all[sizeof e->tail + 1];
    for (size_t i = 0; i + 4 < len; i++) {
        if (bytes[i] != 27 || bytes[i + 1] != '[' || bytes[i + 2] != '?') {
            continue;
        }
        size_t at = i + 3;
        int mode = 0;
        bool is_known = false;
        while (at < len && bytes[at] >= '0' && bytes[at] <= '9') {
            mode = mode * 10 + (bytes[at++] - '0');
        }
        if (at >= len || (bytes[at] != 'h' && bytes[at] != 'l')) {
            continue;
        }
        for (size_t k = 0; k < sizeof KNOWN / sizeof KNOWN[0]; k++) {
            is_known = is_known || KNOWN[k] == mode;
        }
        if (!is_known) {
            snprintf(all, sizeof all, "mode ?%d", mode);
            note_unknown(e, all);
        }
        e->takes_paste = mode == 2004 ? bytes[at] == 'h' : e->takes_paste;
    }
}

void emulator_write(struct emulator *e, const char *bytes, size_t len)
{
    struct buffer joined = BUFFER_INIT; /* a mark may be cut between two reads of a pty */
    buffer_append(&joined, e->tail, e->tail_len);
    buffer_append(&joined, bytes, len);
    watch_modes(e, joined.bytes ? joined.bytes : "", joined.len);
    e->tail_len = joined.len < sizeof e->tail ? joined.len : sizeof e->tail - 1;
    memcpy(e->tail, joined.bytes + joined.len - e->tail_len, e->tail_len);
    buffer_release(&joined);
    vterm_input_write(e->vt, bytes, len);
    vterm_screen_flush_damage(e->screen);
}

const char *emulator_unknown(const struct emulator *e)
{
    return e->unknown;
}

bool emulator_is_alternate(const struct emulator *e)
{
    return e->is_alternate;
}

bool emulator_cursor_is_on(const struct emulator *e)
{
    return e->cursor_is_on;
}

void emulator_cursor(const struct emulator *e, int *row, int *col)
{
    VTermPos at;
    vterm_state_get_cursorpos(e->state, &at);
    *row = at.row;
    *col = at.col;
}

const char *emulator_title(const struct emulator *e)
{
    return e->title;
}

bool emulator_takes_paste(const struct emulator *e)
{
    return e->takes_paste;
}

int emulator_rows(const struct emulator *e)
{
    return e->rows;
}

int emulator_cols(const struct emulator *e)
{
    return e->cols;
}

static VTermScreenCell cell_at(const struct emulator *e, int row, int col)
{
    VTermScreenCell cell = {0};
    vterm_screen_get_cell(e->screen, (VTermPos){row, col}, &cell);
    return cell;
}

char *emulator_row(const struct emulator *e, int row)
{
    struct buffer out = BUFFER_INIT;
    for (int col = 0; col < e->cols; col++) {
        VTermScreenCell cell = cell_at(e, row, col);
        append_cell(&out, &cell);
    }
    while (out.len > 0 && out.bytes[out.len - 1] == ' ') {
        out.bytes[--out.len] = 0;
    }
    return buffer_take(&out);
}

bool emulator_shows(const struct emulator *e, const char *text)
{
    bool shows = false;
    for (int row = 0; row < e->rows && !shows; row++) {
        char *line = emulator_row(e, row);
        shows = strstr(line, text) != NULL;
        mem_free(line);
    }
    return shows;
}

char *emulator_scrollback(const struct emulator *e)
{
    return mem_copy_text(e->scrollback.bytes ? e->scrollback.bytes : "");
}

/* ---- golden text ---- */

static int color_of(const VTermColor *c, bool is_foreground)
{
    if (is_foreground ? VTERM_COLOR_IS_DEFAULT_FG(c) : VTERM_COLOR_IS_DEFAULT_BG(c)) {
        return STYLE_DEFAULT;
    }
    return VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx
                                     : 1000 + c->rgb.red + c->rgb.green + c->rgb.blue;
}

static bool has_look(const VTermScreenCell *cell, const struct style_look *look)
{
    unsigned attributes = (cell->attrs.bold ? STYLE_BOLD : 0u) |
                          (cell->attrs.reverse ? STYLE_REVERSE : 0u) |
                          (cell->attrs.underline ? STYLE_UNDERLINE : 0u);
    return color_of(&cell->fg, true) == look->fg && color_of(&cell->bg, false) == look->bg &&
           attributes ==
               (look->attributes & ~(unsigned)STYLE_FAINT); /* libvterm does not keep faint */
}

static void describe_cell(const VTermScreenCell *cell, const struct style_spec *specs, char *buf,
                          size_t size)
{
    bool is_blank = cell->chars[0] == 0 || cell->chars[0] == ' ';
    bool shows_blank = color_of(&cell->bg, false) != STYLE_DEFAULT || cell->attrs.reverse ||
                       cell->attrs.underline;
    buf[0] = 0;
    if (is_blank && !shows_blank) {
        return;
    }
    for (int i = 0; specs && i < STYLE_COUNT; i++) {
        if (has_look(cell, &specs[i].many)) {
            snprintf(buf, size, "%s", i == STYLE_TEXT ? "" : style_name((enum style)i));
            return;
        }
    }
    int fg = color_of(&cell->fg, true), bg = color_of(&cell->bg, false);
    snprintf(buf, size, "%s%s%s", cell->attrs.bold ? "+bold" : "",
             cell->attrs.underline ? "+underline" : "", cell->attrs.reverse ? "+reverse" : "");
    if (fg != STYLE_DEFAULT || bg != STYLE_DEFAULT) {
        size_t used = strlen(buf);
        snprintf(buf + used, size - used, "+%d/%d", fg, bg);
    }
}

static void append_runs(const struct emulator *e, int row, const struct style_spec *specs,
                        struct buffer *out)
{
    char open[64] = "";
    int start = 0;
    for (int col = 0; col <= e->cols; col++) {
        char now[64] = "";
        if (col < e->cols) {
            VTermScreenCell cell = cell_at(e, row, col);
            if (cell.chars[0] == (uint32_t)-1) {
                continue;
            }
            describe_cell(&cell, specs, now, sizeof now);
        }
        if (strcmp(now, open) != 0) {
            if (open[0]) {
                buffer_append_format(out, "%d:%d-%d %s\n", row, start, col - 1, open);
            }
            snprintf(open, sizeof open, "%s", now);
            start = col;
        }
    }
}

char *emulator_dump(const struct emulator *e, const struct style_spec *specs)
{
    struct buffer out = BUFFER_INIT;
    for (int row = 0; row < e->rows; row++) {
        char *line = emulator_row(e, row);
        buffer_append_text(&out, line);
        buffer_append_byte(&out, '\n');
        mem_free(line);
    }
    int row, col;
    emulator_cursor(e, &row, &col);
    if (e->cursor_is_on) {
        buffer_append_format(&out, "-- cursor %d:%d\n", row, col);
    } else {
        buffer_append_text(&out, "-- cursor off\n");
    }
    for (row = 0; row < e->rows; row++) {
        append_runs(e, row, specs, &out);
    }
    return buffer_take(&out);
}

/* ---- keys ---- */

static bool send_special(struct emulator *e, uint32_t key)
{
    static const struct {
        uint32_t ours;
        VTermKey theirs;
    } KEYS[] = {
        {UI_KEY_UP, VTERM_KEY_UP},
        {UI_KEY_DOWN, VTERM_KEY_DOWN},
        {UI_KEY_LEFT, VTERM_KEY_LEFT},
        {UI_KEY_RIGHT, VTERM_KEY_RIGHT},
        {UI_KEY_HOME, VTERM_KEY_HOME},
        {UI_KEY_END, VTERM_KEY_END},
        {UI_KEY_INSERT, VTERM_KEY_INS},
        {UI_KEY_DELETE, VTERM_KEY_DEL},
        {UI_KEY_ENTER, VTERM_KEY_ENTER},
        {UI_KEY_PAGE_UP, VTERM_KEY_PAGEUP},
        {UI_KEY_PAGE_DOWN, VTERM_KEY_PAGEDOWN},
        {UI_KEY_TAB, VTERM_KEY_TAB},
        {UI_KEY_ESCAPE, VTERM_KEY_ESCAPE},
        {UI_KEY_BACKSPACE, VTERM_KEY_BACKSPACE},
    };
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        if (KEYS[i].ours == key) {
            vterm_keyboard_key(e->vt, KEYS[i].theirs, VTERM_MOD_NONE);
            return true;
        }
    }
    if (key == UI_KEY_BACKTAB) {
        vterm_keyboard_key(e->vt, VTERM_KEY_TAB, VTERM_MOD_SHIFT);
        return true;
    }
    if (key >= UI_KEY_F1 && key <= UI_KEY_F1 + 11) {
        vterm_keyboard_key(e->vt, (VTermKey)VTERM_KEY_FUNCTION((int)(key - UI_KEY_F1 + 1)),
                           VTERM_MOD_NONE);
        return true;
    }
    return false;
}

static void take_keys(struct emulator *e, struct buffer *out)
{
    buffer_append(out, e->keys.bytes ? e->keys.bytes : "", e->keys.len);
    buffer_clear(&e->keys);
}

bool emulator_key(struct emulator *e, const char *name, struct buffer *out)
{
    uint32_t key = key_parse(name);
    buffer_clear(&e->keys);
    bool is_key = true;
    if (key >= UI_KEY_CTRL_BASE && key < UI_KEY_CTRL_BASE + 0x80) {
        char control = (char)((key - UI_KEY_CTRL_BASE) & 0x1F);
        buffer_append_byte(&e->keys, control);
    } else if (key_is_text(key)) {
        int32_t c;
        /* key_parse() folds the case; a terminal does not */
        c = utf8_decode(name, strlen(name), &c) == strlen(name) ? c : (int32_t)key;
        vterm_keyboard_unichar(e->vt, strlen(name) > 4 ? key : (uint32_t)c, VTERM_MOD_NONE);
    } else {
        is_key = send_special(e, key);
    }
    take_keys(e, out);
    return is_key;
}

void emulator_paste(struct emulator *e, const char *text, struct buffer *out)
{
    buffer_clear(&e->keys);
    if (e->takes_paste) {
        buffer_append_text(&e->keys, "\033[200~");
    }
    buffer_append_text(&e->keys, text);
    if (e->takes_paste) {
        buffer_append_text(&e->keys, "\033[201~");
    }
    take_keys(e, out);
}
