/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing CSV (RFC 4180). A cell that a spreadsheet would take for a formula (behind spaces it begins with = + - @) gets an
 * apostrophe in front, so that a name out of another system computes nothing on somebody's desk. Cells are cleaned (base/text.h). */
#ifndef BASE_CSV_CELL_H
#define BASE_CSV_CELL_H

#include "base/buffer.h"

/* One line with its "\r\n". NULL is an empty cell. */
void csv_write_line(struct buffer *out, const char *const *cells, int count);

#endif
