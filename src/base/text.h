/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 text as the terminal sees it: cleaned once at the door and again before it is drawn, measured in cells, cut
 * between grapheme clusters, folded for search. Results are owned by the caller unless a buffer was given. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum text_flag {
    TEXT_LINE = 0,            /* one line: newlines and tabs become single spaces */
    TEXT_KEEP_NEWLINES = 1,   /* notes: \n stays, everything else as TEXT_LINE */
    TEXT_ASCII = 2,           /* doses and drug names: what is not printable ASCII becomes '?' */
};

/* Strict UTF-8 in, safe text out (security.md 5.3): control, format (bidi, zero width, BOM, tags), line separator,
 * private, surrogate and unassigned code points become U+FFFD; at most 2 combining marks a base; cut to max_bytes between
 * clusters. *out_changed (may be NULL) tells whether anything was replaced or cut. Caller frees. */
char *text_clean(const char *bytes, size_t len_bytes, size_t max_bytes, unsigned flags, bool *out_changed);
bool text_is_clean(const char *text); /* what text_clean(TEXT_KEEP_NEWLINES) would leave alone */

int text_width_cells(const char *text);
/* Byte length of the longest prefix, whole clusters, that fits in max_cells. *out_cells (may be NULL) its width. */
size_t text_prefix_bytes(const char *text, int max_cells, int *out_cells);
size_t text_next(const char *text, size_t at);     /* byte offset behind the cluster at `at` */
size_t text_previous(const char *text, size_t at); /* byte offset of the cluster that ends at `at` */
/* Exactly `cells` wide: cut with an ellipsis (ascii: '~') or padded with spaces. Returns buf (truncated to size). */
const char *text_fit(const char *text, int cells, bool ascii, char *buf, size_t size);

/* For search and matching: NFKD, marks dropped, lower case, everything but letters and digits becomes one space, no
 * space at either end; `ß` -> ss, `ø` -> o, `æ` -> ae, `ł` -> l. Caller frees. */
char *text_fold(const char *text);
/* Key of a sounding-alike name: "nguyen" and "nguien", "okafor" and "okafour" share one. ASCII, at most 8 bytes + NUL.
 * Works on folded text, one word. */
void text_phonetic(const char *folded_word, char out[9]);
char *text_upper(const char *text); /* as shown, letter by letter, whatever the locale; the caller frees */
bool text_equal_folded(const char *a, const char *b);
/* In place: removes an unfinished UTF-8 sequence that a byte limit (snprintf) left at the end. */
void text_drop_cut(char *text);
/* Unicode NFKC, for passwords: the same typed letters give the same bytes on every keyboard. NULL if not valid UTF-8.
 * Caller frees, after wiping where it is a secret. */
char *text_nfkc(const char *text);
char *text_nfkc_casefold(const char *text); /* the same without case, for sign-in names */
char *text_trim(char *text); /* in place; returns its argument advanced past leading spaces */

#endif
