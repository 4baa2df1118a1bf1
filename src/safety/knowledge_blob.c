/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The compiled knowledge inside the program, in the read-only part that the loader maps and all
 * sessions share. */
#include "safety/knowledge_format.h"

/* The path is relative to the top of the build folder, where make runs the compiler. */
__asm__(".section .rodata\n"
        ".balign 16\n"
        "knowledge_blob_start:\n"
        ".incbin \"src/safety/knowledge.bin\"\n"
        "knowledge_blob_end:\n"
        ".byte 0\n"
        ".previous\n");

extern const unsigned char knowledge_blob_start[] __attribute__((visibility("hidden")));
extern const unsigned char knowledge_blob_end[] __attribute__((visibility("hidden")));

enum status knowledge_open(struct knowledge **out, struct error *err)
{
    enum status status = knowledge_open_bytes(knowledge_blob_start,
                                              (size_t)(knowledge_blob_end - knowledge_blob_start), out, err);
    if (status == STATUS_OK) {
        (*out)->is_of_file = true;
        knowledge_let_go(*out);
    }
    return status;
}
