/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of a document before a parser sees them: made UTF-8, without a document type, not nested too deep. Pure.
 * Private to src/exchange/ccda*.c. */
#ifndef EXCHANGE_CCDA_TEXT_H
#define EXCHANGE_CCDA_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* The text as UTF-8 without a byte order mark; the caller frees. NULL: *out_why says why not (static, translated). Reads
 * UTF-8, UTF-16 with or without a mark, ISO-8859-1, ISO-8859-15 and Windows-1252 as declared. */
char *ccda_text_decode(const char *bytes, size_t len_bytes, size_t *out_len, const char **out_why);
/* Whether the bytes begin as XML does, in any of these encodings. */
bool ccda_text_is_xml(const char *bytes, size_t len_bytes);
/* Of decoded text: a document type in front of the root element. */
bool ccda_text_has_document_type(const char *text, size_t len);
int ccda_text_depth(const char *text, size_t len); /* of elements; comments and CDATA are none */

#endif
