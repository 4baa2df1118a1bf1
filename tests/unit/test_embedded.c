/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "base/buffer.h"
#include "base/embedded.h"

Test(embedded, holds_each_file_byte_for_byte)
{
    size_t count = 0;
    for (const struct embedded_file *file = EMBEDDED_FILES; file->path; file++, count++) {
        struct buffer path = BUFFER_INIT;
        struct buffer bytes = BUFFER_INIT;
        buffer_append_format(&path, "%s/%s", PC_SRCDIR, file->path);
        enum status status = buffer_read_file(&bytes, path.bytes, 64 << 20, NULL);
        if (status == STATUS_NOT_FOUND) { /* made by the build */
            buffer_clear(&path);
            buffer_append_format(&path, "%s/%s", PC_BUILDDIR, file->path);
            status = buffer_read_file(&bytes, path.bytes, 64 << 20, NULL);
        }
        cr_assert_eq(status, STATUS_OK, "%s", file->path);
        cr_assert_eq(bytes.len, file->size, "%s", file->path);
        cr_assert_eq(memcmp(bytes.bytes, file->bytes, bytes.len + 1), 0, "%s, with a NUL behind",
                     file->path);
        cr_assert_eq(embedded_find(file->path), file, "%s", file->path);
        buffer_release(&bytes);
        buffer_release(&path);
    }
    cr_assert_gt(count, 0);
}

Test(embedded, knows_what_it_does_not_hold)
{
    cr_assert_null(embedded_find("data/none"));
    cr_assert_null(embedded_find(""));
}
