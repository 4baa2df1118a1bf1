/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "term/input.h"

#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

enum {
    GROUP_SEPARATOR = 0x1D,
    RECORD_SEPARATOR = 0x1E,
    FILE_SEPARATOR = 0x1C,
    END_OF_TRANSMISSION = 0x04
};

/* Escape sequences that curses did not know: they are swallowed, or their letters would fire
 * commands. */
enum sequence_state {
    SEQUENCE_NONE,
    SEQUENCE_ESCAPE,
    SEQUENCE_CSI,
    SEQUENCE_SS3,
    SEQUENCE_STRING,
    SEQUENCE_STRING_ESCAPE
};

struct queued {
    struct event event;
    char *text; /* owned */
};

struct input {
    struct {
        struct queued *items;
        size_t len, cap;
    } queue;
    size_t head;
    char *last_text; /* of the event given out last */
    char *prefix;
    bool has_text_focus;

    /* the run: characters that follow each other quickly; a scan until something shows that it is
     * not */
    struct {
        uint32_t *items;
        size_t len, cap;
    } run;
    size_t run_given; /* how many of them were given out as TEXT */
    int64_t run_last_us;
    bool skip_newline; /* the LF of a scanner that ends with CR LF */

    enum sequence_state sequence;
    int64_t sequence_us;
    struct {
        char bytes[32];
        size_t len;
    } parameters;

    bool is_pasting;
    bool paste_was_cut;
    int64_t paste_last_us;
    struct buffer paste;
};

struct input *input_new(const char *scan_prefix)
{
    struct input *in = mem_alloc(sizeof *in);
    in->prefix = mem_copy_text(scan_prefix && *scan_prefix ? scan_prefix : NULL);
    return in;
}

static void drop_text(char *text)
{
    if (text) {
        mem_wipe(text, strlen(text)); /* what is pasted may be a password */
        mem_free(text);
    }
}

void input_free(struct input *in)
{
    if (!in) {
        return;
    }
    for (size_t i = in->head; i < in->queue.len; i++) {
        drop_text(in->queue.items[i].text);
    }
    mem_free(in->queue.items);
    mem_free(in->run.items);
    drop_text(in->last_text);
    mem_free(in->prefix);
    buffer_release(&in->paste);
    mem_free(in);
}

void input_set_text_focus(struct input *in, bool has_text_focus)
{
    in->has_text_focus = has_text_focus;
}

static struct queued *push(struct input *in, enum event_kind kind)
{
    if (in->head == in->queue.len) {
        in->head = in->queue.len = 0;
    }
    MEM_GROW(&in->queue);
    struct queued *q = &in->queue.items[in->queue.len++];
    *q = (struct queued){.event = {.kind = kind}};
    return q;
}

static void push_text(struct input *in, enum event_kind kind, char *owned_text, size_t len_bytes)
{
    struct queued *q = push(in, kind);
    q->text = owned_text;
    q->event.text = owned_text;
    q->event.len_bytes = len_bytes;
}

static void push_key(struct input *in, uint32_t key)
{
    push(in, EVENT_KEY)->event.key = key;
}

/* ---- the run ---- */

static void append_character(struct buffer *b, uint32_t c)
{
    char utf8[5];
    buffer_append(b, utf8, (size_t)key_to_utf8(c, utf8));
}

static char *copy_run(const struct input *in, size_t *out_len)
{
    struct buffer b = BUFFER_INIT;
    for (size_t i = 0; i < in->run.len; i++) {
        append_character(&b, in->run.items[i]);
    }
    *out_len = b.len;
    return buffer_take(&b);
}

static void forget_run(struct input *in)
{
    mem_wipe(in->run.items, in->run.len * sizeof *in->run.items); /* it may have been a password */
    in->run.len = in->run_given = 0;
}

/* How much of the configured prefix the run begins with: 0 none or no prefix, 1 a part, 2 all. */
static int match_prefix(const struct input *in)
{
    if (!in->prefix || in->run.len == 0) {
        return 0;
    }
    size_t len;
    char *text = copy_run(in, &len);
    size_t want = strlen(in->prefix);
    int match = len < want ? (memcmp(text, in->prefix, len) == 0 ? 1 : 0)
                           : (memcmp(text, in->prefix, want) == 0 ? 2 : 0);
    mem_wipe(text, len);
    mem_free(text);
    return match;
}

static void give_run(struct input *in)
{
    for (; in->run_given < in->run.len; in->run_given++) {
        uint32_t c = in->run.items[in->run_given];
        if (!key_is_text(c)) {
            continue; /* a separator outside a scan means nothing */
        }
        struct event *e = &push(in, EVENT_TEXT)->event;
        e->key = c;
        e->starts_burst = in->run_given == 0;
    }
}

/* The run is over and was no scan. Where letters are commands, a burst is a paste without marks:
 * never commands. */
static void end_run(struct input *in)
{
    if (!in->has_text_focus && in->run_given == 0 && in->run.len >= INPUT_BURST_MIN) {
        size_t len;
        char *text = copy_run(in, &len);
        push_text(in, EVENT_PASTE, text, len);
    } else {
        give_run(in);
    }
    forget_run(in);
}

static bool run_is_over(const struct input *in, int64_t now_us)
{
    return in->run.len > 0 && now_us - in->run_last_us > INPUT_BURST_GAP_US;
}

static bool continues_run(struct input *in, uint32_t c)
{
    if (key_is_text(c) || (c >= FILE_SEPARATOR && c <= RECORD_SEPARATOR)) {
        return true;
    }
    if (c == END_OF_TRANSMISSION) { /* ends an ISO 15434 envelope; elsewhere it is Ctrl-D */
        for (size_t i = 0; i < in->run.len; i++) {
            if (in->run.items[i] == RECORD_SEPARATOR) {
                return true;
            }
        }
    }
    return false;
}

static void put_run(struct input *in, uint32_t c, int64_t now_us)
{
    if (run_is_over(in, now_us) && match_prefix(in) != 2) {
        end_run(in);
    }
    if (in->run.len >= INPUT_SCAN_MAX) { /* nothing that is scanned is that long */
        end_run(in);
    }
    MEM_GROW(&in->run);
    in->run.items[in->run.len++] = c;
    in->run_last_us = now_us;
}

/* Enter or Tab behind a run. True when run and key together were a scan. */
static bool end_scan(struct input *in, int64_t now_us)
{
    bool has_prefix = match_prefix(in) == 2;
    if (!has_prefix && (in->run.len < INPUT_BURST_MIN || run_is_over(in, now_us))) {
        return false;
    }
    size_t len;
    char *text = copy_run(in, &len);
    size_t skip = has_prefix ? strlen(in->prefix) : 0;
    memmove(text, text + skip, len - skip + 1);
    bool retract = in->run_given > 0;
    forget_run(in);
    push_text(in, EVENT_SCAN, text, len - skip);
    in->queue.items[in->queue.len - 1].event.retract = retract;
    in->skip_newline = true;
    in->run_last_us = now_us;
    return true;
}

/* ---- paste ---- */

static void end_paste(struct input *in)
{
    in->is_pasting = false;
    size_t len = in->paste.len;
    push_text(in, EVENT_PASTE, buffer_take(&in->paste), len);
    in->queue.items[in->queue.len - 1].event.was_cut = in->paste_was_cut;
}

static void put_paste(struct input *in, uint32_t c, int64_t now_us)
{
    in->paste_last_us = now_us;
    if (c == '\r' || c == '\n' || c == '\t') {
        c = ' ';
    }
    if (!key_is_text(c) && !(c >= FILE_SEPARATOR && c <= RECORD_SEPARATOR)) {
        return; /* control characters in a clipboard are never wanted; separators belong to pasted
                   codes */
    }
    if (in->paste.len + 4 > INPUT_PASTE_MAX) {
        in->paste_was_cut = true;
        return;
    }
    append_character(&in->paste, c);
}

/* ---- sequences ---- */

static uint32_t key_of_sequence(char final, const char *parameters)
{
    static const struct {
        char final;
        const char *parameters;
        uint32_t key;
    } KNOWN[] = {
        {'A', "", UI_KEY_UP},
        {'B', "", UI_KEY_DOWN},
        {'C', "", UI_KEY_RIGHT},
        {'D', "", UI_KEY_LEFT},
        {'H', "", UI_KEY_HOME},
        {'F', "", UI_KEY_END},
        {'Z', "", UI_KEY_BACKTAB},
        {'~', "1", UI_KEY_HOME},
        {'~', "2", UI_KEY_INSERT},
        {'~', "3", UI_KEY_DELETE},
        {'~', "4", UI_KEY_END},
        {'~', "5", UI_KEY_PAGE_UP},
        {'~', "6", UI_KEY_PAGE_DOWN},
        {'~', "7", UI_KEY_HOME},
        {'~', "8", UI_KEY_END},
        {'P', "", UI_KEY_F1},
        {'Q', "", UI_KEY_F1 + 1},
        {'R', "", UI_KEY_F1 + 2},
        {'S', "", UI_KEY_F1 + 3},
        {'M', "", UI_KEY_ENTER},
        {'~', "11", UI_KEY_F1},
        {'~', "12", UI_KEY_F1 + 1},
        {'~', "13", UI_KEY_F1 + 2},
        {'~', "14", UI_KEY_F1 + 3},
        {'~', "15", UI_KEY_F1 + 4},
        {'~', "17", UI_KEY_F1 + 5},
        {'~', "18", UI_KEY_F1 + 6},
        {'~', "19", UI_KEY_F1 + 7},
        {'~', "20", UI_KEY_F1 + 8},
        {'~', "21", UI_KEY_F1 + 9},
        {'~', "23", UI_KEY_F1 + 10},
        {'~', "24", UI_KEY_F1 + 11},
        {'~', "200", UI_KEY_PASTE_BEGIN},
        {'~', "201", UI_KEY_PASTE_END},
    };
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        if (KNOWN[i].final == final && strcmp(KNOWN[i].parameters, parameters) == 0) {
            return KNOWN[i].key;
        }
    }
    return UI_KEY_UNKNOWN;
}

static void end_sequence(struct input *in, char final, int64_t now_us)
{
    in->sequence = SEQUENCE_NONE;
    in->parameters.bytes[in->parameters.len] = 0;
    input_put_key(in, key_of_sequence(final, in->parameters.bytes), now_us);
}

/* True when the character belongs to a sequence and is dealt with. */
static bool put_sequence(struct input *in, uint32_t c, int64_t now_us)
{
    in->sequence_us = now_us;
    switch (in->sequence) {
    case SEQUENCE_NONE:
        return false;
    case SEQUENCE_ESCAPE:
        in->parameters.len = 0;
        if (c == '[') {
            in->sequence = SEQUENCE_CSI;
        } else if (c == 'O') {
            in->sequence = SEQUENCE_SS3;
        } else if (c == ']' || c == 'P' || c == '_' || c == '^') {
            in->sequence = SEQUENCE_STRING;
        } else if (c == 27) {
            push_key(in, UI_KEY_ESCAPE);
        } else if (c < 0x20 || c == 0x7F) {
            in->sequence = SEQUENCE_NONE;
            push_key(in, UI_KEY_ESCAPE);
            return false;
        } else {
            in->sequence =
                SEQUENCE_NONE; /* Alt and a letter: neither Esc nor the letter was meant */
            push_key(in, UI_KEY_UNKNOWN);
        }
        return true;
    case SEQUENCE_CSI:
        if (c >= 0x20 && c <= 0x3F) {
            if (in->parameters.len + 1 < sizeof in->parameters.bytes) {
                in->parameters.bytes[in->parameters.len++] = (char)c;
            }
        } else if (c >= 0x40 && c <= 0x7E) {
            end_sequence(in, (char)c, now_us);
        } else {
            in->sequence = SEQUENCE_NONE;
            return false;
        }
        return true;
    case SEQUENCE_SS3:
        end_sequence(in, c < 0x80 ? (char)c : 0, now_us);
        return true;
    case SEQUENCE_STRING:
        in->sequence = c == 7 ? SEQUENCE_NONE : c == 27 ? SEQUENCE_STRING_ESCAPE : SEQUENCE_STRING;
        return true;
    case SEQUENCE_STRING_ESCAPE:
        in->sequence = c == '\\' ? SEQUENCE_NONE : SEQUENCE_STRING;
        return true;
    }
    return false;
}

static uint32_t key_of_control(uint32_t c)
{
    switch (c) {
    case 8:
    case 0x7F:
        return UI_KEY_BACKSPACE;
    case 9:
        return UI_KEY_TAB;
    case 10:
    case 13:
        return UI_KEY_ENTER;
    default:
        return c == 0 || (c >= 0x80 && c < 0xA0) ? UI_KEY_UNKNOWN
               : c <= 26                         ? UI_KEY_CTRL('a' + c - 1)
                                                 : UI_KEY_CTRL(c + 0x40);
    }
}

void input_put_character(struct input *in, uint32_t c, int64_t now_us)
{
    if (c > 0x10FFFF) {
        return; /* no character; curses never gives one */
    }
    if (put_sequence(in, c, now_us)) {
        return;
    }
    if (c == 27) { /* in a paste too: what ends it may be a sequence that curses did not know */
        if (!in->is_pasting) {
            end_run(in);
        }
        in->sequence = SEQUENCE_ESCAPE;
        in->sequence_us = now_us;
        return;
    }
    if (in->is_pasting) {
        put_paste(in, c, now_us);
        return;
    }
    if (in->skip_newline) {
        in->skip_newline = false;
        if (c == '\n' && now_us - in->run_last_us <= INPUT_BURST_GAP_US) {
            return;
        }
    }
    if (continues_run(in, c)) {
        put_run(in, c, now_us);
        return;
    }
    if ((c == '\r' || c == '\n' || c == '\t') && end_scan(in, now_us)) {
        return;
    }
    end_run(in);
    push_key(in, key_of_control(c));
}

void input_put_key(struct input *in, uint32_t key, int64_t now_us)
{
    if (in->sequence == SEQUENCE_ESCAPE) {
        push_key(in, UI_KEY_ESCAPE);
    }
    in->sequence = SEQUENCE_NONE;
    if (key == UI_KEY_PASTE_BEGIN) {
        if (!in->is_pasting) {
            end_run(in);
        }
        in->is_pasting = true;
        in->paste_was_cut = false;
        in->paste_last_us = now_us;
    } else if (key == UI_KEY_PASTE_END) {
        if (in->is_pasting) {
            end_paste(in);
        }
    } else if (!in->is_pasting && !(key == UI_KEY_ENTER && end_scan(in, now_us))) {
        end_run(in);
        push_key(in, key);
    }
}

void input_put_mouse(struct input *in, enum mouse_what what, int row, int col)
{
    if (in->is_pasting) {
        return;
    }
    end_run(in);
    struct event *e = &push(in, EVENT_MOUSE)->event;
    e->mouse = what;
    e->row = row;
    e->col = col;
}

void input_put_resize(struct input *in, int rows, int cols)
{
    struct event *e = &push(in, EVENT_RESIZE)->event;
    e->row = rows;
    e->col = cols;
}

/* When the run has to be let go though nothing follows; INT64_MAX when it may go now or there is
 * none. */
static int64_t run_deadline(const struct input *in)
{
    if (in->run.len == 0) {
        return INT64_MAX;
    }
    int prefix = match_prefix(in);
    if (prefix == 2) {
        return in->run_last_us + INPUT_PREFIX_WAIT_US;
    }
    return in->run_last_us + INPUT_BURST_GAP_US;
}

void input_settle(struct input *in, int64_t now_us)
{
    if (in->sequence ==
        SEQUENCE_ESCAPE) { /* curses has waited ESCDELAY already: nothing belongs to it */
        in->sequence = SEQUENCE_NONE;
        if (!in->is_pasting) {
            push_key(in, UI_KEY_ESCAPE);
        }
    } else if (in->sequence != SEQUENCE_NONE &&
               now_us - in->sequence_us >= INPUT_SEQUENCE_WAIT_US) {
        in->sequence = SEQUENCE_NONE;
        push_key(in, UI_KEY_UNKNOWN);
    }
    if (in->is_pasting && now_us - in->paste_last_us >= INPUT_PASTE_WAIT_US) {
        end_paste(in);
    }
    if (in->run.len == 0) {
        return;
    }
    if (now_us > run_deadline(in)) {
        end_run(in);
    } else if (in->has_text_focus && match_prefix(in) == 0) {
        give_run(in);
    }
}

int64_t input_deadline_us(const struct input *in)
{
    int64_t deadline = INT64_MAX;
    if (in->run_given < in->run.len) {
        deadline = run_deadline(in) + 1;
    }
    if (in->sequence != SEQUENCE_NONE && in->sequence_us + INPUT_SEQUENCE_WAIT_US < deadline) {
        deadline = in->sequence_us + INPUT_SEQUENCE_WAIT_US;
    }
    if (in->is_pasting && in->paste_last_us + INPUT_PASTE_WAIT_US < deadline) {
        deadline = in->paste_last_us + INPUT_PASTE_WAIT_US;
    }
    return deadline;
}

bool input_next(struct input *in, struct event *out)
{
    if (in->head == in->queue.len) {
        return false;
    }
    struct queued *q = &in->queue.items[in->head++];
    drop_text(in->last_text);
    in->last_text = q->text;
    *out = q->event;
    mem_wipe(q, sizeof *q);
    return true;
}
