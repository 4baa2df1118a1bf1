/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/ccda_section.h"

#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/ccda_node.h"

enum { TITLE_BYTES = 64, ROW_BYTES = 2000 };

static const struct {
    const char *loinc;
    enum ccda_section kind;
} codes[] = {
    {"10160-0", CCDA_SECTION_MEDICATIONS}, /* history of medication use */
    {"10183-2", CCDA_SECTION_MEDICATIONS}, /* hospital discharge medications */
    {"75311-1", CCDA_SECTION_MEDICATIONS}, /* discharge medications, of 2.1 */
    {"42346-7", CCDA_SECTION_MEDICATIONS}, /* medications on admission */
    {"48765-2", CCDA_SECTION_ALLERGIES},
    {"11450-4", CCDA_SECTION_PROBLEMS},
    {"11348-0", CCDA_SECTION_PROBLEMS}, /* history of past illness: resolved problems */
    {"11535-2", CCDA_SECTION_PROBLEMS}, /* discharge diagnosis */
    {"46241-6", CCDA_SECTION_PROBLEMS}, /* admission diagnosis */
};

/* Where the code is missing or a producer's own. C-CDA 1.1 and 2.1 with and without required entries, CCD 1.0, HITSP C83,
 * IHE PCC. */
static const struct {
    const char *root;
    enum ccda_section kind;
} templates[] = {
    {"2.16.840.1.113883.10.20.22.2.1", CCDA_SECTION_MEDICATIONS},
    {"2.16.840.1.113883.10.20.22.2.1.1", CCDA_SECTION_MEDICATIONS},
    {"2.16.840.1.113883.10.20.22.2.11", CCDA_SECTION_MEDICATIONS},
    {"2.16.840.1.113883.10.20.22.2.11.1", CCDA_SECTION_MEDICATIONS},
    {"2.16.840.1.113883.10.20.22.2.44", CCDA_SECTION_MEDICATIONS},
    {"2.16.840.1.113883.10.20.1.8", CCDA_SECTION_MEDICATIONS},
    {"2.16.840.1.113883.3.88.11.83.112", CCDA_SECTION_MEDICATIONS},
    {"2.16.840.1.113883.3.88.11.83.113", CCDA_SECTION_MEDICATIONS},
    {"2.16.840.1.113883.3.88.11.83.114", CCDA_SECTION_MEDICATIONS},
    {"1.3.6.1.4.1.19376.1.5.3.1.3.19", CCDA_SECTION_MEDICATIONS},
    {"1.3.6.1.4.1.19376.1.5.3.1.3.20", CCDA_SECTION_MEDICATIONS},
    {"1.3.6.1.4.1.19376.1.5.3.1.3.22", CCDA_SECTION_MEDICATIONS},
    {"2.16.840.1.113883.10.20.22.2.6", CCDA_SECTION_ALLERGIES},
    {"2.16.840.1.113883.10.20.22.2.6.1", CCDA_SECTION_ALLERGIES},
    {"2.16.840.1.113883.10.20.1.2", CCDA_SECTION_ALLERGIES},
    {"2.16.840.1.113883.3.88.11.83.102", CCDA_SECTION_ALLERGIES},
    {"1.3.6.1.4.1.19376.1.5.3.1.3.13", CCDA_SECTION_ALLERGIES},
    {"2.16.840.1.113883.10.20.22.2.5", CCDA_SECTION_PROBLEMS},
    {"2.16.840.1.113883.10.20.22.2.5.1", CCDA_SECTION_PROBLEMS},
    {"2.16.840.1.113883.10.20.22.2.20", CCDA_SECTION_PROBLEMS},
    {"2.16.840.1.113883.10.20.22.2.24", CCDA_SECTION_PROBLEMS},
    {"2.16.840.1.113883.10.20.22.2.43", CCDA_SECTION_PROBLEMS},
    {"2.16.840.1.113883.10.20.1.11", CCDA_SECTION_PROBLEMS},
    {"2.16.840.1.113883.3.88.11.83.103", CCDA_SECTION_PROBLEMS},
    {"1.3.6.1.4.1.19376.1.5.3.1.3.6", CCDA_SECTION_PROBLEMS},
    {"1.3.6.1.4.1.19376.1.5.3.1.3.8", CCDA_SECTION_PROBLEMS},
};

static enum ccda_section by_code(const xmlNode *coded)
{
    enum ccda_section kind = CCDA_SECTION_OTHER;
    char *code = ccda_attribute(coded, "code");
    for (size_t i = 0; i < sizeof codes / sizeof *codes && kind == CCDA_SECTION_OTHER; i++) {
        kind = strcmp(codes[i].loinc, code) == 0 ? codes[i].kind : CCDA_SECTION_OTHER;
    }
    mem_free(code);
    return kind;
}

enum ccda_section ccda_section_of(const xmlNode *section)
{
    const xmlNode *coded = ccda_child(section, "code");
    enum ccda_section kind = by_code(coded);
    for (const xmlNode *t = ccda_child(coded, "translation"); t && kind == CCDA_SECTION_OTHER; t = ccda_next(t)) {
        kind = by_code(t);
    }
    for (size_t i = 0; i < sizeof templates / sizeof *templates && kind == CCDA_SECTION_OTHER; i++) {
        kind = ccda_has_template(section, templates[i].root) ? templates[i].kind : CCDA_SECTION_OTHER;
    }
    return kind;
}

char *ccda_section_title(const xmlNode *section)
{
    char *title = ccda_words(ccda_child(section, "title"));
    if (!*title) {
        mem_free(title);
        title = ccda_attribute(ccda_child(section, "code"), "displayName");
    }
    char *named = *title ? text_clean(title, strlen(title), TITLE_BYTES, TEXT_LINE, NULL) : mem_copy_text(_("(section without a title)"));
    mem_free(title);
    return named;
}

/* --- narrative --- */

struct rows {
    ccda_row_fn each;
    void *context;
    struct buffer between; /* text that stands in no row yet */
};

static void hand_over(struct rows *rows, struct buffer *raw)
{
    char *text = ccda_one_line(raw, raw->len + 1);
    const char *at = text;
    buffer_clear(raw);
    while (strlen(at) > ROW_BYTES) { /* at a blank, else between characters */
        size_t len = ROW_BYTES;
        while (len > ROW_BYTES / 2 && at[len] != ' ') {
            len--;
        }
        len = at[len] == ' ' ? len : ROW_BYTES;
        while ((at[len] & 0xC0) == 0x80) {
            len--;
        }
        rows->each(rows->context, mem_copy_bytes(at, len));
        at += len + (at[len] == ' ' ? 1 : 0);
    }
    if (*at) {
        rows->each(rows->context, mem_copy_text(at));
    }
    mem_free(text);
}

static void gather(const xmlNode *node, struct buffer *out)
{
    for (const xmlNode *n = node->children; n; n = n->next) {
        if (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) {
            buffer_append_text(out, (const char *)n->content);
        } else if (n->type == XML_ELEMENT_NODE) {
            bool is_cell = ccda_is(n, "td") || ccda_is(n, "th");
            buffer_append_text(out, is_cell && out->len > 0 ? " | " : " ");
            gather(n, out);
            buffer_append_text(out, " ");
        }
    }
}

/* A row of headings says nothing of the patient. */
static bool is_heading(const xmlNode *row)
{
    return ccda_is(row, "tr") && ccda_child(row, "th") && !ccda_child(row, "td");
}

static void walk(const xmlNode *node, struct rows *rows)
{
    for (const xmlNode *n = node->children; n; n = n->next) {
        if (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) {
            buffer_append_text(&rows->between, (const char *)n->content);
        } else if (ccda_is(n, "tr") || ccda_is(n, "item") || ccda_is(n, "paragraph")) {
            struct buffer row = BUFFER_INIT;
            hand_over(rows, &rows->between);
            if (!is_heading(n)) {
                gather(n, &row);
            }
            hand_over(rows, &row);
            buffer_release(&row);
        } else if (n->type == XML_ELEMENT_NODE && !ccda_is(n, "thead")) {
            bool is_block = ccda_is(n, "table") || ccda_is(n, "list") || ccda_is(n, "br");
            if (is_block) {
                hand_over(rows, &rows->between);
            }
            buffer_append_text(&rows->between, " ");
            walk(n, rows);
            buffer_append_text(&rows->between, " ");
        }
    }
}

void ccda_narrative_rows(const xmlNode *text, ccda_row_fn each, void *context)
{
    struct rows rows = {each, context, BUFFER_INIT};
    if (text) {
        walk(text, &rows);
        hand_over(&rows, &rows.between);
    }
    buffer_release(&rows.between);
}
