/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"

Test(memory, gives_zeroed_memory_even_of_no_size)
{
    unsigned char *bytes = mem_alloc_array(100, 7);
    for (size_t i = 0; i < 700; i++) {
        cr_assert_eq(bytes[i], 0, "byte %zu", i);
    }
    mem_free(bytes);
    void *nothing = mem_alloc(0);
    cr_assert_not_null(nothing);
    nothing = mem_resize_array(nothing, 0, 8);
    cr_assert_not_null(nothing);
    mem_free(nothing);
    mem_free(NULL);
}

Test(memory, copies_text_and_bytes)
{
    cr_assert_null(mem_copy_text(NULL));
    char *text = mem_copy_text("Ünal");
    cr_assert_str_eq(text, "Ünal");
    char *bytes = mem_copy_bytes("a\0b", 3);
    cr_assert_eq(memcmp(bytes, "a\0b", 4), 0, "a NUL stands behind");
    char *made = mem_format("%s-%d-%0*d", text, 7, 300, 1);
    cr_assert_eq(strlen(made), strlen("Ünal-7-") + 300);
    mem_free(made);
    mem_free(bytes);
    mem_free(text);
}

Test(memory, grows_an_array_item_by_item)
{
    struct {
        int *items;
        size_t len, cap;
    } array = {0};
    for (int i = 0; i < 1000; i++) {
        MEM_GROW(&array);
        array.items[array.len++] = i;
    }
    for (int i = 0; i < 1000; i++) {
        cr_assert_eq(array.items[i], i);
    }
    mem_free(array.items);
}

Test(memory, wipes)
{
    char secret[] = "hunter2";
    mem_wipe(secret, sizeof secret);
    for (size_t i = 0; i < sizeof secret; i++) {
        cr_assert_eq(secret[i], 0);
    }
    mem_wipe(NULL, 0);
}

static size_t huge(void)
{
    volatile size_t size = SIZE_MAX; /* hidden from the compiler, which would refuse it */
    return size;
}

Test(memory, stops_the_program_when_a_product_overflows, .signal = SIGABRT)
{
    (void)mem_resize_array(NULL, huge() / 2, 16);
}

Test(memory, stops_the_program_when_a_copy_is_absurd, .signal = SIGABRT)
{
    (void)mem_copy_bytes("x", huge());
}
