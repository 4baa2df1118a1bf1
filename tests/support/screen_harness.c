/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h" /* pipe2() */

#include "support/screen_harness.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "shell/theme.h"

enum { KEY_GAP_US = 100000, GOLDEN_MAX = 1 << 20 };

static int64_t now_us = INT64_C(1000000000);

int64_t harness_now_us(void)
{
    return now_us;
}

/* curses has set the scroll region for the size of before; a terminal forgets it when its size changes, libvterm does not, and
 * then deletes no letters below it. */
static void forget_region(struct harness *h)
{
    static const char SAVE_RESET_RESTORE[] = "\0337\033[r\0338";
    emulator_write(h->screen, SAVE_RESET_RESTORE, sizeof SAVE_RESET_RESTORE - 1);
}

static ssize_t take_frame(void *context, const void *bytes, size_t len)
{
    struct harness *h = context;
    emulator_write(h->screen, bytes, len);
    if (h->tap != NULL) {
        h->tap(h->tap_context, bytes, len);
    }
    return (ssize_t)len;
}

static void fix_environment(const struct harness_options *options)
{
    if (options->tz != NULL) {
        setenv("TZ", options->tz, 1);
    } else {
        unsetenv("TZ"); /* nobody looks from another zone than the site's */
    }
    unsetenv("LANGUAGE");
    unsetenv("LINES");
    unsetenv("COLUMNS");
    unsetenv("ESCDELAY");
    unsetenv("NO_COLOR");
    cr_assert_not_null(setlocale(LC_ALL, options->locale ? options->locale : "C.UTF-8"));
}

struct harness *harness_new(const struct harness_options *options,
                            const struct shell_options *shell)
{
    struct harness *h = mem_alloc(sizeof *h);
    int keys[2];
    fix_environment(options);
    cr_assert_eq(pipe2(keys, O_CLOEXEC), 0);
    h->keys_fd = keys[1];
    h->rows = options->rows ? options->rows : 24;
    h->cols = options->cols ? options->cols : 80;
    h->screen = emulator_new(h->rows, h->cols);
    struct term_options term = {
        .in_fd = keys[0],
        .out_fd = -1,
        .terminal = options->terminal ? options->terminal : "xterm-256color",
        .title = "PrescripCare",
        .scan_prefix = options->scan_prefix,
        .escdelay_ms = 1,
        .no_color = options->no_color,
        .in_process = true,
        .rows = h->rows,
        .cols = h->cols,
        .write = take_frame,
        .write_context = h,
    };
    struct error err = ERROR_INIT;
    cr_assert_eq(term_start(&term, &h->term, &err), STATUS_OK, "%s", error_text(&err));
    close(keys[0]); /* curses has its own copy */
    struct shell_options wanted = *shell;
    wanted.term = h->term;
    wanted.now_us = harness_now_us;
    cr_assert_eq(shell_new(&wanted, &h->shell, &err), STATUS_OK, "%s", error_text(&err));
    return h;
}

void harness_free(struct harness *h)
{
    shell_free(h->shell);
    term_stop();
    cr_assert_str_empty(emulator_unknown(h->screen), "unknown sequence: %s",
                        emulator_unknown(h->screen));
    cr_assert_not(emulator_is_alternate(h->screen), "the alternate screen was not left");
    emulator_free(h->screen);
    close(h->keys_fd);
    mem_free(h);
}

static void step(struct harness *h)
{
    struct frame_counts before = term_counts(h->term);
    shell_process(h->shell);
    shell_paint(h->shell);
    struct frame_counts after = term_counts(h->term);
    h->step_bytes = after.bytes - before.bytes;
    h->step_frames = after.frames - before.frames;
    cr_assert_str_empty(emulator_unknown(h->screen), "unknown sequence: %s",
                        emulator_unknown(h->screen));
}

void harness_open(struct harness *h, const struct screen_ops *ops, const void *argument)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(shell_open(h->shell, ops, argument, &err), STATUS_OK, "%s", error_text(&err));
    step(h);
}

static void send(struct harness *h, const char *bytes, size_t len)
{
    cr_assert_eq(write(h->keys_fd, bytes, len), (ssize_t)len);
}

void harness_send(struct harness *h, const char *bytes)
{
    harness_send_more(h, bytes, KEY_GAP_US);
}

/* Letters that might be a scan wait a moment; the step is over when they have gone through. */
static void step_and_settle(struct harness *h)
{
    step(h);
    uint64_t bytes = h->step_bytes, frames = h->step_frames;
    if (input_deadline_us(term_input(h->term)) != INT64_MAX) {
        now_us += INPUT_BURST_GAP_US + 1000;
        step(h);
        h->step_bytes += bytes;
        h->step_frames += frames;
    }
}

void harness_send_more(struct harness *h, const char *bytes, int64_t after_us)
{
    now_us += after_us;
    send(h, bytes, strlen(bytes));
    step(h);
}

static void send_apart(struct harness *h, const struct buffer *bytes)
{
    now_us += KEY_GAP_US;
    send(h, bytes->bytes, bytes->len);
    step_and_settle(h);
}

void harness_press(struct harness *h, const char *key)
{
    struct buffer bytes = BUFFER_INIT;
    cr_assert(emulator_key(h->screen, key, &bytes), "no such key: %s", key);
    send_apart(h, &bytes);
    buffer_release(&bytes);
}

void harness_type(struct harness *h, const char *text)
{
    for (size_t at = 0; text[at];) {
        size_t next = at + 1;
        while (((unsigned char)text[next] & 0xC0) == 0x80) {
            next++;
        }
        struct buffer bytes = BUFFER_INIT;
        buffer_append(&bytes, text + at, next - at);
        send_apart(h, &bytes);
        buffer_release(&bytes);
        at = next;
    }
}

void harness_scan(struct harness *h, const char *code)
{
    char *bytes = mem_format("%s\r", code);
    harness_send(h, bytes);
    mem_free(bytes);
}

void harness_paste(struct harness *h, const char *text)
{
    struct buffer bytes = BUFFER_INIT;
    emulator_paste(h->screen, text, &bytes);
    send_apart(h, &bytes);
    buffer_release(&bytes);
}

void harness_act(struct harness *h, const char *action)
{
    struct error err = ERROR_INIT;
    now_us += KEY_GAP_US;
    cr_assert_eq(shell_run_action(h->shell, action, &err), STATUS_OK, "%s: %s", action,
                 error_text(&err));
    step(h);
}

void harness_try(struct harness *h, const char *action)
{
    now_us += KEY_GAP_US;
    enum status status = shell_run_action(h->shell, action, NULL);
    (void)status; /* refused: the screen says why */
    step(h);
}

void harness_resize(struct harness *h, int rows, int cols)
{
    h->rows = rows;
    h->cols = cols;
    emulator_resize(h->screen, rows, cols);
    forget_region(h);
    term_set_size(h->term, rows, cols);
    step(h);
}

void harness_advance(struct harness *h, int64_t ms)
{
    now_us += ms * 1000;
    step(h);
}

bool harness_shows(const struct harness *h, const char *text)
{
    return emulator_shows(h->screen, text);
}

void harness_expect(const struct harness *h, const char *text)
{
    char *picture = emulator_dump(h->screen, NULL);
    cr_assert(emulator_shows(h->screen, text), "\"%s\" is not seen in:\n%s", text, picture);
    mem_free(picture);
}

void harness_expect_not(const struct harness *h, const char *text)
{
    char *picture = emulator_dump(h->screen, NULL);
    cr_assert_not(emulator_shows(h->screen, text), "\"%s\" is seen in:\n%s", text, picture);
    mem_free(picture);
}

static void write_golden(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file, "%s: %s", path, strerror(errno));
    cr_assert(fputs(text, file) >= 0);
    cr_assert_eq(fclose(file), 0);
}

void harness_golden(struct harness *h, const char *screen, const char *name)
{
    const struct theme *theme = theme_find(shell_theme(h->shell));
    char *picture = emulator_dump(h->screen, theme->specs);
    char *path = mem_format("%s/tests/screen/goldens/%s.%s.%dx%d.txt", PC_SRCDIR, screen, name,
                            h->cols, h->rows);
    const char *update = getenv("UPDATE_GOLDENS");
    if (update && *update) {
        write_golden(path, picture);
    }
    struct buffer wanted = BUFFER_INIT;
    struct error err = ERROR_INIT;
    cr_assert_eq(buffer_read_file(&wanted, path, GOLDEN_MAX, &err), STATUS_OK,
                 "%s: no golden (make update-goldens, then read it). The picture is:\n%s", path,
                 picture);
    cr_assert_str_eq(picture, wanted.bytes, "%s differs. The picture is:\n%s", path, picture);
    buffer_release(&wanted);
    mem_free(path);
    mem_free(picture);
}

void harness_budget(const struct harness *h, const char *screen, const char *action)
{
    char *path = mem_format("%s/tests/screen/budget.txt", PC_SRCDIR);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s: %s", path, strerror(errno));
    char line[256], s[64], a[64];
    unsigned long most = 0;
    bool is_found = false;
    while (!is_found && fgets(line, sizeof line, file)) {
        is_found = sscanf(line, "%63s %63s %lu", s, a, &most) == 3 && strcmp(s, screen) == 0 &&
                   strcmp(a, action) == 0;
    }
    fclose(file);
    mem_free(path);
    cr_assert(is_found, "budget.txt has no line \"%s %s\"; this step took %lu bytes", screen,
              action, (unsigned long)h->step_bytes);
    cr_assert_leq(h->step_bytes, most, "%s %s took %lu bytes, its budget is %lu", screen, action,
                  (unsigned long)h->step_bytes, most);
}
