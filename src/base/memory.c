/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__ /* the headers above say so */
#include <malloc.h>
#endif

#include "base/fatal.h"

void *mem_alloc(size_t size)
{
    return mem_alloc_array(1, size);
}

void *mem_alloc_array(size_t count, size_t size)
{
    /* calloc checks the product; zero bytes may give NULL, which callers never expect */
    void *p = count && size ? calloc(count, size) : calloc(1, 1);
    if (!p) {
        fatal("out of memory (%zu x %zu bytes)", count, size);
    }
    return p;
}

void *mem_resize_array(void *p, size_t count, size_t size)
{
    if (size && count > PTRDIFF_MAX / size) {
        fatal("array too large (%zu x %zu bytes)", count, size);
    }
    size_t bytes = count * size;
    void *grown = realloc(p, bytes ? bytes : 1);
    if (!grown) {
        fatal("out of memory (%zu bytes)", bytes);
    }
    return grown;
}

char *mem_copy_text(const char *text)
{
    return text ? mem_copy_bytes(text, strlen(text)) : NULL;
}

char *mem_copy_bytes(const void *bytes, size_t len_bytes)
{
    if (len_bytes >= PTRDIFF_MAX) {
        fatal("copy too large (%zu bytes)", len_bytes);
    }
    char *copy = mem_alloc(len_bytes + 1);
    if (len_bytes) {
        memcpy(copy, bytes, len_bytes);
    }
    return copy;
}

char *mem_format(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        fatal("bad format");
    }
    char *text = mem_alloc((size_t)len + 1);
    (void)vsnprintf(text, (size_t)len + 1, format, again); /* measured just above */
    va_end(again);
    return text;
}

void mem_free(void *p)
{
    free(p);
}

void mem_trim(void)
{
#ifdef __GLIBC__
    (void)malloc_trim(0); /* whether anything was given back */
#endif
}

void mem_wipe(void *p, size_t len_bytes)
{
    if (p && len_bytes) {
        explicit_bzero(p, len_bytes);
    }
}
