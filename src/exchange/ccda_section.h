/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which sections of a document are kept, and the text that stands in one for people. Private to src/exchange/ccda*.c. */
#ifndef EXCHANGE_CCDA_SECTION_H
#define EXCHANGE_CCDA_SECTION_H

#include <libxml/tree.h>

enum ccda_section {
    CCDA_SECTION_OTHER, /* counted, shown as text */
    CCDA_SECTION_MEDICATIONS,
    CCDA_SECTION_ALLERGIES,
    CCDA_SECTION_PROBLEMS,
};

/* By its LOINC code, else by a translation of that, else by its template. */
enum ccda_section ccda_section_of(const xmlNode *section);
char *ccda_section_title(const xmlNode *section); /* caller frees; never "" */

/* Takes the text. */
typedef void (*ccda_row_fn)(void *context, char *text);
/* The narrative as rows: of a table (without its head), items of a list, paragraphs, and what stands between them. Nothing
 * of it is left out; a long row comes in parts. */
void ccda_narrative_rows(const xmlNode *text, ccda_row_fn each, void *context);

#endif
