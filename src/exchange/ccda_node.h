/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking into a CDA tree, whatever its prefixes. Texts are cleaned and owned by the caller; nodes
 * are borrowed and may be NULL everywhere. Private to src/exchange/ccda*.c. */
#ifndef EXCHANGE_CCDA_NODE_H
#define EXCHANGE_CCDA_NODE_H

#include <libxml/tree.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "exchange/fhir.h"

/* So that texts find what they refer to: after parsing, and before xmlFreeDoc(). */
void ccda_ids_open(xmlDoc *document);
void ccda_ids_close(xmlDoc *document); /* accepts NULL */

xmlNode *ccda_child(const xmlNode *parent, const char *name); /* the first */
xmlNode *ccda_next(const xmlNode *node);                      /* the next of the same name */
xmlNode *ccda_path(const xmlNode *node, const char *path);    /* "code/originalText" */
bool ccda_is(const xmlNode *node, const char *name);
char *ccda_attribute(const xmlNode *node, const char *name); /* "" when absent */
bool ccda_attribute_is(const xmlNode *node, const char *name, const char *value);
/* All text inside, blanks run together; what it refers to by reference/@value where it is empty. */
char *ccda_words(const xmlNode *node);
/* Cleaned, blanks run together, none at the ends. */
char *ccda_one_line(const struct buffer *raw, size_t max_bytes);
/* What an entry says, for people: its text, what that refers to, and the names of its codes. */
char *ccda_entry_words(const xmlNode *entry);
bool ccda_has_template(const xmlNode *node, const char *root);

/* A coded value: words (its display name, the original text, a translation's name), the best code by
 * order of systems, every code as "system|code|display" lines. */
struct ccda_code {
    char *words, *system, *code, *codings;
};
void ccda_code_read(const xmlNode *node, const char *const *systems, struct ccda_code *out);
void ccda_code_release(struct ccda_code *code);

/* "20140104", "201401", "2014", "20140104103000-0500". */
struct date ccda_date(const xmlNode *node);
int64_t ccda_instant(const xmlNode *node, const struct zone *zone, bool is_end); /* 0: none */
uint64_t ccda_print(const xmlNode *node); /* equal content, equal print */

#endif
