/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "term/term.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "term/private.h"

enum { STOP_WAIT_MS = 500 };

/* There is one terminal, and exit() has no argument. */
static struct term *live;

static const char PASTE_ON[] = "\033[?2004h";
static const char PASTE_OFF[] = "\033[?2004l";
static const char SYNC_OFF[] = "\033[?2026l";
static const char MOUSE_OFF[] = "\033[?1000l\033[?1006l";
static const char TITLE_SAVE[] = "\033[22;0t";
static const char TITLE_RESTORE[] = "\033[23;0t";

/* A terminal that ignores private modes it does not know: all that describe themselves as xterm's
 * family. */
static bool is_modern(const char *terminal)
{
    static const char *const FAMILIES[] = {"xterm", "tmux",    "screen", "rxvt",  "alacritty",
                                           "foot",  "kitty",   "vte",    "gnome", "konsole",
                                           "st-",   "wezterm", "mlterm", "putty"};
    for (size_t i = 0; i < sizeof FAMILIES / sizeof FAMILIES[0]; i++) {
        if (strncmp(terminal, FAMILIES[i], strlen(FAMILIES[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* A terminfo string without its padding marks ("$<5>"); "" when the terminal has none. */
static void append_capability(struct buffer *b, const char *name)
{
    char variable[8];
    snprintf(variable, sizeof variable, "%s", name);
    const char *s = tigetstr(variable);
    if (!s || s == (const char *)-1) {
        return;
    }
    while (*s) {
        const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;
        if (end) {
            s = end + 1;
        } else {
            buffer_append_byte(b, *s++);
        }
    }
}

static bool has_capability(const char *name)
{
    struct buffer b = BUFFER_INIT;
    append_capability(&b, name);
    bool has = b.len > 0;
    buffer_release(&b);
    return has;
}

/* What curses does not switch on and off itself. */
static void make_own_bytes(struct term *t, const struct term_options *options, const char *terminal)
{
    struct buffer on = BUFFER_INIT, off = BUFFER_INIT;
    if (is_modern(terminal)) {
        struct buffer enter = BUFFER_INIT;
        append_capability(&enter, "smcup");
        bool saves_title = enter.bytes && strstr(enter.bytes, "\033[22;");
        buffer_release(&enter);
        buffer_append_text(&off, SYNC_OFF);
        buffer_append_text(&off, PASTE_OFF);
        buffer_append_text(&off, MOUSE_OFF);
        if (options->title) {
            buffer_append_text(&on, saves_title ? "" : TITLE_SAVE);
            buffer_append_format(&on, "\033]2;%s\033\\", options->title);
            buffer_append_text(&off, saves_title ? "" : TITLE_RESTORE);
        }
        buffer_append_text(&on, PASTE_ON);
    }
    if (!has_capability("rmcup")) {
        append_capability(&off, "clear"); /* no second screen: what was on this one must not stay */
    }
    t->start_bytes = buffer_take(&on);
    t->stop_bytes = buffer_take(&off);
    if (t->tty) {
        struct buffer crash = BUFFER_INIT;
        buffer_append_text(&crash, t->stop_bytes);
        append_capability(&crash, "sgr0");
        append_capability(&crash, "cnorm");
        append_capability(&crash, "rmkx");
        append_capability(&crash, "rmcup");
        tty_set_emergency(t->tty, crash.bytes ? crash.bytes : "");
        buffer_release(&crash);
    }
}

static int choose_escdelay(const struct term_options *options)
{
    const char *text = getenv("ESCDELAY");
    int ms = options->escdelay_ms > 0 ? options->escdelay_ms
             : text                   ? (int)strtol(text, NULL, 10)
                                      : 0;
    return ms > 0 && ms <= 1000 ? ms : 25;
}

static void prepare_colors(struct term *t, const struct term_options *options)
{
    const char *no_color = getenv("NO_COLOR");
    t->has_color = has_colors() && !options->no_color && !(no_color && *no_color);
    if (t->has_color) {
        start_color();
        t->is_default_colors = use_default_colors() == OK;
    }
}

static void drop(struct term *t)
{
    if (t->keys) {
        delwin(t->keys);
    }
    if (t->pad.window) {
        delwin(t->pad.window);
    }
    if (t->screen) {
        delscreen(t->screen);
    }
    if (t->keyboard) {
        fclose(t->keyboard);
    }
    frame_free(t->frame);
    input_free(t->input);
    tty_close(t->tty);
    mem_free(t->start_bytes);
    mem_free(t->stop_bytes);
    mem_free(t);
}

static void get_size(const struct term *t, const struct term_options *options, int *rows, int *cols)
{
    if (options->in_process) {
        *rows = options->rows;
        *cols = options->cols;
    } else {
        tty_get_size(t->tty, rows, cols);
    }
}

static void set_number(const char *name, int number)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%d", number); /* fits */
    (void)setenv(name, text, 1); /* without it curses begins with 80x24 */
}

/* newterm() writes into memory and cannot ask a terminal for its size: it is told by LINES and COLUMNS, which would freeze it
 * if they stayed. Begun with another size, it would set a scroll region of 24 rows on a terminal of 60. */
static SCREEN *new_screen(struct term *t, const struct term_options *options, const char *name)
{
    int rows, cols;
    get_size(t, options, &rows, &cols);
    set_number("LINES", rows);
    set_number("COLUMNS", cols);
    use_env(TRUE);
    use_tioctl(FALSE);
    SCREEN *screen = newterm(name, frame_stream(t->frame), t->keyboard);
    use_env(FALSE);
    (void)unsetenv("LINES");   /* cannot fail */
    (void)unsetenv("COLUMNS"); /* as above */
    return screen;
}

/* curses on its memory file. The name is checked first: newterm() would leave half a screen behind.
 */
static enum status open_curses(struct term *t, const struct term_options *options,
                               const char *terminal, struct error *err)
{
    int keyboard_fd = dup(options->in_fd);
    t->keyboard = keyboard_fd < 0 ? NULL : fdopen(keyboard_fd, "r");
    if (!t->keyboard) {
        return error_set(err, STATUS_IO,
                         _("The keyboard cannot be read. Open another terminal and try again."));
    }
    char name[64];
    snprintf(name, sizeof name, "%s", terminal);
    t->screen = new_screen(t, options, name);
    if (!t->screen) {
        return error_set(
            err, STATUS_REFUSED,
            _("The terminal type \"%s\" is not known here. Set TERM to xterm-256color or vt220."),
            terminal);
    }
    if (!has_capability("cup")) {
        endwin();
        return error_set(err, STATUS_REFUSED,
                         _("A terminal of type \"%s\" cannot place text. Set TERM to "
                           "xterm-256color or vt220, or use "
                           "a sub-command (prescripcare --help)."),
                         terminal);
    }
    return STATUS_OK;
}

static void prepare_curses(struct term *t, const struct term_options *options)
{
    set_escdelay(choose_escdelay(options));
    noecho();
    nonl();
    typeahead(-1); /* it never skips anything, it only costs a poll */
    read_prepare(t);
    prepare_colors(t, options);
    curs_set(0);
    t->main.window = stdscr;
    t->main.term = t->pad.term = t;
    leaveok(stdscr, TRUE);
}

enum status term_start(const struct term_options *options, struct term **out, struct error *err)
{
    static bool is_at_exit;
    const char *terminal = options->terminal ? options->terminal : getenv("TERM");
    if (!terminal || !*terminal) {
        return error_set(err, STATUS_REFUSED,
                         _("TERM is not set. Set it to the type of this terminal, such as vt220."));
    }
    struct term *t = mem_alloc(sizeof *t);
    enum status status = STATUS_OK;
    frame_write_fn write = options->write;
    void *context = options->write_context;
    if (!options->in_process) {
        status = tty_open(options->in_fd, options->out_fd, &t->tty, err);
        write = tty_write;
        context = t->tty;
    }
    if (status == STATUS_OK) {
        status = frame_new(write, context, is_modern(terminal), &t->frame, err);
    }
    if (status == STATUS_OK) {
        status = open_curses(t, options, terminal, err);
    }
    if (status != STATUS_OK) {
        drop(t);
        return status;
    }
    bool is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    t->ascii_text = !is_utf8;
    t->ascii_symbols = !is_utf8 || options->ascii || strncmp(terminal, "linux", 5) == 0 ||
                       strncmp(terminal, "vt", 2) == 0;
    t->input = input_new(options->scan_prefix);
    prepare_curses(t, options);
    make_own_bytes(t, options, terminal);
    if (t->tty) {
        tty_set_raw(t->tty);
    }
    frame_add(t->frame, t->start_bytes);
    live = t;
    if (!is_at_exit) {
        is_at_exit = atexit(term_stop) == 0;
    }
    int rows, cols;
    get_size(t, options, &rows, &cols); /* it may have changed meanwhile */
    resizeterm(rows, cols);
    *out = t;
    return STATUS_OK;
}

/* Leaves curses' screen and sends the last bytes, waiting a little for a slow line. */
static void leave_screen(struct term *t)
{
    endwin();
    frame_add(t->frame, t->stop_bytes);
    frame_send(t->frame);
    int64_t until_us = clock_monotonic_us() + STOP_WAIT_MS * INT64_C(1000);
    while (t->tty && frame_is_blocked(t->frame) && clock_monotonic_us() < until_us) {
        if (tty_wait(t->tty, STOP_WAIT_MS, true) & TERM_HANGUP) {
            frame_give_up(t->frame);
        }
        frame_send(t->frame);
    }
    t->cursor_is_on = false;
}

void term_stop(void)
{
    struct term *t = live;
    if (t) {
        live = NULL;
        leave_screen(t);
        drop(t);
    }
}

int term_rows(const struct term *t)
{
    return getmaxy(t->main.window);
}

int term_cols(const struct term *t)
{
    return getmaxx(t->main.window);
}

static struct area begin(struct canvas *canvas)
{
    werase(canvas->window);
    canvas->has_cursor = canvas->has_focus = false;
    return (struct area){canvas, 0, 0, getmaxy(canvas->window), getmaxx(canvas->window)};
}

struct area term_begin(struct term *t)
{
    return begin(&t->main);
}

void term_present(struct term *t)
{
    if (frame_is_blocked(t->frame)) {
        return;
    }
    struct canvas *c = &t->main;
    if (c->has_cursor != t->cursor_is_on) {
        t->cursor_is_on = c->has_cursor;
        curs_set(c->has_cursor ? 1 : 0);
        leaveok(c->window, !c->has_cursor);
    }
    if (c->has_cursor) {
        wmove(c->window, c->cursor_row, c->cursor_col);
    }
    if (t->repaint) {
        t->repaint = false;
        clearok(curscr, TRUE);
    }
    wnoutrefresh(c->window);
    doupdate();
    frame_send(t->frame);
}

bool term_is_blocked(const struct term *t)
{
    return frame_is_blocked(t->frame);
}

void term_flush(struct term *t)
{
    frame_send(t->frame);
}

void term_redraw(struct term *t)
{
    t->repaint = true;
}

void term_add_bytes(struct term *t, const char *bytes)
{
    frame_add(t->frame, bytes);
}

struct area term_pad(struct term *t, int rows, int cols)
{
    WINDOW *w = t->pad.window;
    if (!w || getmaxy(w) != rows || getmaxx(w) != cols) {
        if (w) {
            delwin(w);
        }
        t->pad.window = newpad(rows, cols);
        t->pad_row = t->pad_col = 0;
    }
    return begin(&t->pad);
}

/* Moves the seen part [start, start + seen) so that `at` is in it: as little as possible, but with
 * `ahead` cells to read behind it. */
static int follow(int start, int seen, int at, int total, int ahead)
{
    start = at < start ? at : at >= start + seen ? at - seen + 1 + ahead : start;
    start = start > total - seen ? total - seen : start;
    return start < 0 ? 0 : start;
}

/* A wide character of which only half is in the seen part: curses would send it whole, and the
 * terminal would wrap it. */
static void mend_edges(struct canvas *pad, int pad_row, int pad_col, struct area target, int row,
                       int seen_cols)
{
    for (int col = 0; col < pad_col + seen_cols;) {
        cchar_t cell;
        wchar_t characters[CCHARW_MAX + 1] = {0};
        attr_t attributes;
        short pair;
        bool is_known = mvwin_wch(pad->window, pad_row + row, col, &cell) == OK &&
                        getcchar(&cell, characters, &attributes, &pair, NULL) == OK;
        int width = is_known && wcwidth(characters[0]) == 2 ? 2 : 1;
        if (width == 2 && col == pad_col - 1) {
            draw_fill(target, row, 0, 1, STYLE_TEXT, ' ');
        } else if (width == 2 && col == pad_col + seen_cols - 1) {
            draw_fill(target, row, seen_cols - 1, 1, STYLE_TEXT, ' ');
        }
        col += width;
    }
}

void term_show_pad(struct term *t, struct area target, int *out_row, int *out_col)
{
    struct canvas *pad = &t->pad;
    int rows = getmaxy(pad->window), cols = getmaxx(pad->window);
    int seen_rows = target.rows < rows ? target.rows : rows;
    int seen_cols = target.cols < cols ? target.cols : cols;
    t->pad_row = follow(t->pad_row, seen_rows, pad->has_focus ? pad->focus_row : 0, rows, 0);
    t->pad_col = follow(t->pad_col, seen_cols, pad->has_focus ? pad->focus_col : 0, cols,
                        seen_cols / 4);
    if (seen_rows > 0 && seen_cols > 0) {
        copywin(pad->window, target.canvas->window, t->pad_row, t->pad_col, target.top, target.left,
                target.top + seen_rows - 1, target.left + seen_cols - 1, FALSE);
        for (int row = 0; row < seen_rows; row++) {
            mend_edges(pad, t->pad_row, t->pad_col, target, row, seen_cols);
        }
    }
    if (pad->has_cursor) {
        draw_cursor(target, pad->cursor_row - t->pad_row, pad->cursor_col - t->pad_col);
    }
    if (out_row) {
        *out_row = t->pad_row;
    }
    if (out_col) {
        *out_col = t->pad_col;
    }
}

unsigned term_wait(struct term *t, int timeout_ms)
{
    return tty_wait(t->tty, timeout_ms, frame_is_blocked(t->frame));
}

void term_set_size(struct term *t, int rows, int cols)
{
    rows = rows < 1 ? 1 : rows;
    cols = cols < 1 ? 1 : cols;
    if (rows != term_rows(t) || cols != term_cols(t)) {
        resizeterm(rows, cols);
        t->main.window = stdscr;
    }
    input_put_resize(t->input, rows, cols);
}

void term_update_size(struct term *t)
{
    int rows, cols;
    tty_get_size(t->tty, &rows, &cols);
    term_set_size(t, rows, cols);
}

void term_resume(struct term *t)
{
    if (t->tty) {
        tty_set_raw(t->tty);
        term_update_size(t);
    }
    frame_add(t->frame, t->start_bytes);
    t->repaint = true;
}

void term_suspend(struct term *t)
{
    bool mouse = t->mouse_is_on;
    term_set_mouse(t, false);
    leave_screen(t);
    if (t->tty) {
        tty_suspend(t->tty);
    }
    wrefresh(stdscr); /* after endwin() this enters full-screen mode again; the frame is sent with
                         the next picture */
    term_set_mouse(t, mouse);
    term_resume(t);
}

struct frame_counts term_counts(const struct term *t)
{
    return frame_counts(t->frame);
}
