/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A temporary folder of a test (TMPDIR or /tmp), mode 0700, and small things to do with the files
 * in it. */
#ifndef SUPPORT_FOLDER_H
#define SUPPORT_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

char *folder_new(void); /* the caller frees with folder_remove() */
char *folder_new_in(const char *parent);
void folder_remove(char *folder); /* with everything in it; frees the name; accepts NULL */
char *folder_path(const char *folder, const char *name); /* the caller frees with mem_free() */

/* Whole files; a failure aborts the test program, because it is the test that is broken. */
uint8_t *file_read(const char *path,
                   size_t *out_len); /* the caller frees with mem_free(); NULL: no such file */
void file_write(const char *path, const void *bytes, size_t len); /* mode 0600 */
void file_copy(const char *from, const char *to);
bool file_is_there(const char *path);
/* Paths of the files in a folder, by name; caller frees each and the array. 0: no such folder. */
size_t folder_list(const char *folder, char ***out);

size_t bytes_count(const uint8_t *bytes, size_t len,
                   const char *text); /* how often the text occurs */

#endif
