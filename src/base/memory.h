/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that is there or the program stops: out of memory is fatal (fatal.h), so no caller checks for NULL.
 * Whoever gets a pointer here frees it with mem_free(), which accepts NULL. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

void *mem_alloc(size_t size) __attribute__((malloc, returns_nonnull));              /* zeroed */
void *mem_alloc_array(size_t count, size_t size) __attribute__((malloc));           /* zeroed, overflow is fatal */
void *mem_resize_array(void *p, size_t count, size_t size) __attribute__((returns_nonnull));
char *mem_copy_text(const char *text);                                              /* NULL gives NULL */
char *mem_copy_bytes(const void *bytes, size_t len_bytes);                          /* adds a NUL behind */
char *mem_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
void mem_free(void *p);
void mem_trim(void); /* what was freed goes back to the system, where the C library can */
void mem_wipe(void *p, size_t len_bytes);                                           /* never optimised away */

/* Grows `items` of any { items, len, cap } array so that one more fits. */
#define MEM_GROW(array)                                                                                              \
    do {                                                                                                             \
        if ((array)->len == (array)->cap) {                                                                          \
            (array)->cap = (array)->cap ? (array)->cap * 2 : 8;                                                      \
            (array)->items = mem_resize_array((array)->items, (array)->cap, sizeof *(array)->items);                 \
        }                                                                                                            \
    } while (0)

#endif
