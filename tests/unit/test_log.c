/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/zone.h"

static char folder[] = "log-test-XXXXXX";
static char *path;

static void set_up(void)
{
    cr_assert_not_null(mkdtemp(folder));
    path = mem_format("%s/program.log", folder);
}

static char *name(int number)
{
    return number ? mem_format("%s.%d", path, number) : mem_copy_text(path);
}

static void tear_down(void)
{
    log_close();
    for (int i = 0; i < 6; i++) {
        char *file = name(i);
        (void)unlink(file); /* not all exist */
        mem_free(file);
    }
    cr_assert_eq(rmdir(folder), 0, "nothing else was left in the folder");
    mem_free(path);
}

TestSuite(log, .init = set_up, .fini = tear_down);

static struct buffer read_log(int number)
{
    struct buffer b = BUFFER_INIT;
    char *file = name(number);
    cr_assert_eq(buffer_read_file(&b, file, 4 << 20, NULL), STATUS_OK, "%s", file);
    mem_free(file);
    return b;
}

Test(log, writes_nothing_before_it_is_open_and_after_it_is_closed)
{
    log_write(LOG_ERROR, "early");
    cr_assert_eq(log_open(path, LOG_INFO), STATUS_OK);
    log_close();
    log_write(LOG_ERROR, "late");
    log_close();
    struct buffer b = read_log(0);
    cr_assert_str_eq(b.bytes, "");
    buffer_release(&b);
}

Test(log, writes_one_line_with_time_process_and_level)
{
    cr_assert_eq(log_open(path, LOG_INFO), STATUS_OK);
    log_write(LOG_INFO, "op %d %s", 7, "saved");
    log_write(LOG_DEBUG, "not at this level");
    log_write(LOG_WARNING, "evil\nname\x1B[2J\xC3\xA9");
    log_write(LOG_ERROR, "%s", "");
    struct buffer b = read_log(0);
    char *expected = mem_format(" %ld info op 7 saved\n", (long)getpid());
    char when[28] = "";
    memcpy(when, b.bytes, 27);
    int64_t at_us;
    cr_assert_eq(instant_parse_iso(when, &at_us, NULL), STATUS_OK, "%s", when);
    cr_assert_eq(strncmp(b.bytes + 27, expected, strlen(expected)), 0, "%s", b.bytes);
    cr_assert_null(strstr(b.bytes, "not at"));
    cr_assert_not_null(strstr(b.bytes, " warning evil?name?[2J??\n"));
    int lines = 0;
    for (const char *at = b.bytes; *at; at++) {
        lines += *at == '\n';
    }
    cr_assert_eq(lines, 3);
    mem_free(expected);
    buffer_release(&b);
}

Test(log, cuts_a_long_line_and_ends_it)
{
    cr_assert_eq(log_open(path, LOG_DEBUG), STATUS_OK);
    char text[5000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_write(LOG_DEBUG, "%s", text);
    log_write(LOG_DEBUG, "next");
    struct buffer b = read_log(0);
    char *end = strchr(b.bytes, '\n');
    cr_assert(end && end - b.bytes > 900 && end - b.bytes < 1100);
    cr_assert_not_null(strstr(end, " debug next\n"));
    buffer_release(&b);
}

Test(log, is_for_its_owner_only_and_never_follows_a_link)
{
    cr_assert_eq(log_open(path, LOG_INFO), STATUS_OK);
    struct stat info;
    cr_assert_eq(stat(path, &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0600);
    log_close();
    cr_assert_eq(chmod(path, 0644), 0);
    cr_assert_eq(log_open(path, LOG_INFO), STATUS_OK);
    cr_assert_eq(stat(path, &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0600, "an older file is closed to others");
    char *link = name(5);
    cr_assert_eq(symlink("program.log", link), 0);
    cr_assert_eq(log_open(link, LOG_INFO), STATUS_IO);
    cr_assert_eq(log_open(folder, LOG_INFO), STATUS_IO);
    mem_free(link);
    log_write(LOG_INFO, "still open");
    struct buffer b = read_log(0);
    cr_assert_not_null(strstr(b.bytes, "still open"),
                       "a refused open keeps the log that was there");
    buffer_release(&b);
}

static void write_lines(int writer, int count)
{
    char text[900];
    memset(text, 'y', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (int i = 0; i < count; i++) {
        log_write(LOG_INFO, "writer %d line %d %s", writer, i, text);
    }
}

Test(log, keeps_three_old_files_of_a_mebibyte)
{
    cr_assert_eq(log_open(path, LOG_INFO), STATUS_OK);
    write_lines(1, 6500); /* about 6 MiB */
    for (int i = 0; i <= 3; i++) {
        struct buffer b = read_log(i);
        cr_assert(b.len <= (1 << 20) + 1024, "file %d has %zu bytes", i, b.len);
        cr_assert(i == 0 || b.len >= 1 << 20, "file %d has %zu bytes", i, b.len);
        cr_assert_eq(b.bytes[b.len - 1], '\n');
        buffer_release(&b);
    }
    char *fourth = name(4);
    cr_assert_eq(access(fourth, F_OK), -1);
    mem_free(fourth);
    struct buffer newest = read_log(0);
    cr_assert_not_null(strstr(newest.bytes, "line 6499 "));
    buffer_release(&newest);
}

/* Three sessions of a site rotate the same file: every line is whole and none is lost. */
Test(log, is_shared_by_processes)
{
    enum { WRITERS = 3, LINES = 1000 };
    pid_t children[WRITERS];
    for (int w = 0; w < WRITERS; w++) {
        children[w] = fork();
        cr_assert_geq(children[w], 0);
        if (children[w] == 0) {
            if (log_open(path, LOG_INFO) != STATUS_OK) {
                _exit(1);
            }
            write_lines(w, LINES);
            _exit(0);
        }
    }
    for (int w = 0; w < WRITERS; w++) {
        int state;
        cr_assert_eq(waitpid(children[w], &state, 0), children[w]);
        cr_assert_eq(state, 0);
    }
    static bool seen[WRITERS][LINES];
    int lines = 0;
    for (int i = 0; i <= 3; i++) {
        char *file = name(i);
        if (access(file, F_OK) == 0) {
            struct buffer b = read_log(i);
            for (char *at = b.bytes; *at; at = strchr(at, '\n') + 1, lines++) {
                int writer, line;
                const char *message = strstr(at, "writer ");
                cr_assert(message && message - at < 64, "a broken line: %.80s", at);
                cr_assert_eq(sscanf(message, "writer %d line %d yyy", &writer, &line), 2);
                cr_assert(!seen[writer][line], "twice: %d %d", writer, line);
                seen[writer][line] = true;
            }
            buffer_release(&b);
        }
        mem_free(file);
    }
    cr_assert_eq(lines, WRITERS * LINES);
}
