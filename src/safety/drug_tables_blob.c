/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of data/drugs inside the program, for the census, for lint and for compiling what a site adds beside them.
 * One text: a line "NAME BYTES" before each file's bytes. */
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "safety/compile.h"

/* The path is relative to the top of the build folder, where make runs the compiler. */
__asm__(".section .rodata\n"
        "drug_tables_start:\n"
        ".incbin \"src/safety/drug_tables.pack\"\n"
        "drug_tables_end:\n"
        ".byte 0\n"
        ".previous\n");

extern const char drug_tables_start[] __attribute__((visibility("hidden")));
extern const char drug_tables_end[] __attribute__((visibility("hidden")));

void compile_files_built_in(struct compile_files *files)
{
    const char *p = drug_tables_start;
    while (p < drug_tables_end) {
        const char *space = strchr(p, ' ');
        char *bytes = NULL;
        unsigned long len = space ? strtoul(space + 1, &bytes, 10) : 0;
        if (!space || !bytes || *bytes != '\n' || len > (size_t)(drug_tables_end - bytes)) {
            fatal("the program's own drug tables are cut");
        }
        char *name = mem_copy_bytes(p, (size_t)(space - p));
        compile_files_add(files, name, bytes + 1, len, INTERACTION_TYPE_NONE_GIVEN);
        mem_free(name);
        p = bytes + 1 + len;
    }
}
