/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

Test(buffer, appends_and_stays_terminated)
{
    struct buffer b = BUFFER_INIT;
    buffer_append_text(&b, "dose");
    buffer_append_byte(&b, ' ');
    buffer_append_format(&b, "%d %s", 20, "mg");
    buffer_append(&b, "", 0);
    cr_assert_str_eq(b.bytes, "dose 20 mg");
    cr_assert_eq(b.len, strlen(b.bytes));
    size_t cap = b.cap;
    buffer_clear(&b);
    cr_assert_str_eq(b.bytes, "");
    cr_assert_eq(b.cap, cap, "clear keeps the memory");
    for (int i = 0; i < 5000; i++) {
        buffer_append_format(&b, "%d,", i);
        cr_assert_eq(b.bytes[b.len], '\0');
    }
    buffer_release(&b);
    cr_assert_null(b.bytes);
    buffer_release(&b);
}

Test(buffer, writes_big_endian)
{
    struct buffer b = BUFFER_INIT;
    buffer_append_u32be(&b, 0x01020304);
    buffer_append_u64be(&b, UINT64_C(0xF1F2F3F4F5F6F7F8));
    cr_assert_eq(b.len, 12);
    cr_assert_eq(memcmp(b.bytes, "\x01\x02\x03\x04\xF1\xF2\xF3\xF4\xF5\xF6\xF7\xF8", 12), 0);
    buffer_release(&b);
}

Test(buffer, gives_its_bytes_away)
{
    struct buffer b = BUFFER_INIT;
    char *empty = buffer_take(&b);
    cr_assert_str_eq(empty, "");
    mem_free(empty);
    buffer_append_text(&b, "x");
    char *text = buffer_take(&b);
    cr_assert_str_eq(text, "x");
    cr_assert_null(b.bytes);
    cr_assert_eq(b.len, 0);
    mem_free(text);
}

Test(buffer, stops_the_program_past_its_limit, .signal = SIGABRT)
{
    struct buffer b = {.bytes = NULL, .len = BUFFER_MAX - 1, .cap = BUFFER_MAX};
    buffer_append(&b, "ab", 2);
}

static void write_file(const char *path, const char *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, len, file), len);
    cr_assert_eq(fclose(file), 0);
}

Test(buffer, reads_a_file_up_to_its_limit)
{
    char folder[] = "buffer-test-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    char *path = mem_format("%s/file", folder);
    struct buffer b = BUFFER_INIT;
    struct error err = ERROR_INIT;
    cr_assert_eq(buffer_read_file(&b, path, 10, &err), STATUS_NOT_FOUND);
    cr_assert(strstr(err.message, path));

    write_file(path, "", 0);
    cr_assert_eq(buffer_read_file(&b, path, 0, NULL), STATUS_OK);
    cr_assert_str_eq(b.bytes, "");

    char big[40000];
    memset(big, 'z', sizeof big);
    big[7] = '\0';
    write_file(path, big, sizeof big);
    cr_assert_eq(buffer_read_file(&b, path, sizeof big, NULL), STATUS_OK);
    cr_assert_eq(b.len, sizeof big);
    cr_assert_eq(memcmp(b.bytes, big, sizeof big), 0);
    buffer_clear(&b);
    buffer_append_text(&b, "kept");
    cr_assert_eq(buffer_read_file(&b, path, sizeof big - 1, NULL), STATUS_LIMIT);
    cr_assert_str_eq(b.bytes, "kept", "a refused file leaves nothing behind");
    cr_assert_eq(b.len, 4);
    cr_assert_eq(buffer_read_file(&b, folder, 100, &err), STATUS_IO, "a folder is not a file");
    cr_assert_str_eq(b.bytes, "kept");

    buffer_release(&b);
    cr_assert_eq(unlink(path), 0);
    cr_assert_eq(rmdir(folder), 0);
    mem_free(path);
}
