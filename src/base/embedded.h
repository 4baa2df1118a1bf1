/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that the build puts into the program (data/embed.sh): migrations, default keys, themes. Static storage. */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *path; /* "data/schema/001_base.sql"; NULL ends the list */
    const unsigned char *bytes; /* NUL-terminated behind size */
    size_t size;
};

extern const struct embedded_file EMBEDDED_FILES[]; /* in the order of their names */

const struct embedded_file *embedded_find(const char *path); /* NULL when there is none */

#endif
