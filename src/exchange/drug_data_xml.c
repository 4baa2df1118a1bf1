/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ANSM thesaurus as WorldVista wrote it down: a file of interactions and a file of classes. A
 * file that is not well-formed is refused by the line that libxml2 names. */
#include <libxml/xmlreader.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/drug_data_format.h"

#define DEPTH_MAX 8

enum interaction_type drug_data_ansm_severity(const char *text)
{
    /* beginnings after folding, misspellings of the files among them */
    static const struct {
        const char *front;
        enum interaction_type severity;
    } words[] = {
        {"contra", INTERACTION_TYPE_CONTRAINDICATED}, {"c0ntra", INTERACTION_TYPE_CONTRAINDICATED},
        {"not recom", INTERACTION_TYPE_MAJOR},        {"nor recom", INTERACTION_TYPE_MAJOR},
        {"precaution", INTERACTION_TYPE_MODERATE},    {"take into", INTERACTION_TYPE_MINOR},
        {"tale into", INTERACTION_TYPE_MINOR}};
    char *folded = text_fold(text);
    enum interaction_type severity = INTERACTION_TYPE_NONE_GIVEN;
    for (size_t i = 0; i < sizeof words / sizeof *words && severity == INTERACTION_TYPE_NONE_GIVEN;
         i++) {
        if (strncmp(folded, words[i].front, strlen(words[i].front)) == 0) {
            severity = words[i].severity;
        }
    }
    mem_free(folded);
    return severity;
}

/* What is known of the element that is being read. */
struct thesaurus {
    struct drug_reader *r;
    xmlTextReader *xml;
    char *element[DEPTH_MAX]; /* names down to here */
    char *names[2], *rxcuis[2];
    bool is_class[2];
    char *class_name; /* of a file of classes */
    struct buffer effect, severity, management;
    int line;
    char *fault; /* what libxml2 said first, with its line */
};

/* Where the element that is being read begins; the parser itself is further on. */
static int line_of(const struct thesaurus *t)
{
    return (int)xmlGetLineNo(xmlTextReaderCurrentNode(t->xml));
}

static char *attribute(struct thesaurus *t, const char *name)
{
    xmlChar *value = xmlTextReaderGetAttribute(t->xml, (const xmlChar *)name);
    char *out = mem_copy_text(value ? (const char *)value : "");
    xmlFree(value);
    char *clean = mem_copy_text(text_trim(out));
    mem_free(out);
    return clean;
}

static void put(char **slot, char *value)
{
    mem_free(*slot);
    *slot = value;
}

static void clear_interaction(struct thesaurus *t)
{
    for (int i = 0; i < 2; i++) {
        put(&t->names[i], NULL);
        put(&t->rxcuis[i], NULL);
        t->is_class[i] = false;
    }
    buffer_clear(&t->effect);
    buffer_clear(&t->severity);
    buffer_clear(&t->management);
}

static const char *text_of(struct buffer *b)
{
    buffer_append_byte(b, '\0');
    b->len--;
    for (size_t i = 0; i < b->len; i++) {
        b->bytes[i] = strchr("\t\r\n", b->bytes[i]) ? ' ' : b->bytes[i];
    }
    return text_trim(b->bytes);
}

static bool is_at(const struct thesaurus *t, int depth, const char *name)
{
    return depth >= 0 && depth < DEPTH_MAX && t->element[depth] &&
           strcmp(t->element[depth], name) == 0;
}

static enum status begin_drug(struct thesaurus *t, int depth, bool is_class)
{
    if (is_at(t, 0, "INTERACTIONS")) {
        int side = is_at(t, depth - 1, "DRUG1") ? 0 : is_at(t, depth - 1, "DRUG2") ? 1 : -1;
        if (side >= 0) {
            put(&t->names[side], attribute(t, "name"));
            put(&t->rxcuis[side], is_class ? mem_copy_text("") : attribute(t, "rxcui"));
            t->is_class[side] = is_class;
        }
        return STATUS_OK;
    }
    if (is_class) {
        put(&t->class_name, attribute(t, "name"));
        return STATUS_OK;
    }
    struct drug_reader *r = t->r;
    char *name = attribute(t, "name"), *rxcui = attribute(t, "rxnorm");
    struct drug_fact fact = {.kind = DRUG_FACT_MEMBER,
                             .line = line_of(t),
                             .a = {t->class_name ? t->class_name : "", "", true},
                             .b = {name, rxcui, false},
                             .effect = "",
                             .management = "",
                             .code = "",
                             .name = "",
                             .ingredients = "",
                             .strength = "",
                             .form = "",
                             .route = ""};
    enum status status = STATUS_OK;
    r->account->rows++;
    if (name[0] && fact.a.name[0]) {
        status = r->take(r->to, &fact, r->err);
    } else {
        drug_data_skip(r->account, N_("a member without a name"));
    }
    mem_free(name);
    mem_free(rxcui);
    return status;
}

static enum status end_interaction(struct thesaurus *t)
{
    struct drug_reader *r = t->r;
    enum status status = STATUS_OK;
    struct drug_fact fact = {.kind = DRUG_FACT_PAIR,
                             .line = t->line,
                             .severity = drug_data_ansm_severity(text_of(&t->severity)),
                             .effect = text_of(&t->effect),
                             .management = text_of(&t->management),
                             .code = "",
                             .name = "",
                             .ingredients = "",
                             .strength = "",
                             .form = "",
                             .route = ""};
    r->account->rows++;
    if (!t->names[0] || !t->names[1] || !t->names[0][0] || !t->names[1][0]) {
        drug_data_skip(r->account, N_("a side without a name"));
    } else if (fact.severity == INTERACTION_TYPE_NONE_GIVEN) {
        drug_data_skip(r->account, N_("no severity was assigned"));
    } else {
        fact.a = (struct drug_side){t->names[0], t->rxcuis[0], t->is_class[0]};
        fact.b = (struct drug_side){t->names[1], t->rxcuis[1], t->is_class[1]};
        status = r->take(r->to, &fact, r->err);
    }
    clear_interaction(t);
    return status;
}

static enum status begin_element(struct thesaurus *t, int depth)
{
    const char *name = (const char *)xmlTextReaderConstLocalName(t->xml);
    if (depth >= DEPTH_MAX) {
        return drug_data_fail(t->r, line_of(t), _("elements lie too deep"));
    }
    put(&t->element[depth], mem_copy_text(name));
    if (depth == 0) {
        bool is_known = strcmp(name, "INTERACTIONS") == 0 || strcmp(name, "CLASSES") == 0;
        t->r->account->format = strcmp(name, "CLASSES") == 0 ? "ANSM classes" : "ANSM interactions";
        return is_known ? STATUS_OK
                        : drug_data_fail(t->r, line_of(t),
                                         _("this is none of the drug data files that are known"));
    }
    if (strcmp(name, "INTERACTION") == 0) {
        clear_interaction(t);
        t->line = line_of(t);
    }
    if (strcmp(name, "DRUG") == 0 || strcmp(name, "CLASS") == 0) {
        return begin_drug(t, depth, name[0] == 'C');
    }
    return STATUS_OK;
}

static void take_text(struct thesaurus *t, int depth)
{
    const char *text = (const char *)xmlTextReaderConstValue(t->xml);
    struct buffer *to = is_at(t, depth - 1, "DESCRIPTION") ? &t->effect
                        : is_at(t, depth - 1, "SEVERITY")  ? &t->severity
                        : is_at(t, depth - 1, "COMMENT")   ? &t->management
                                                           : NULL;
    if (to && text) {
        buffer_append_text(to, text);
    }
}

static enum status read_node(struct thesaurus *t)
{
    int depth = xmlTextReaderDepth(t->xml);
    switch (xmlTextReaderNodeType(t->xml)) {
    case XML_READER_TYPE_ELEMENT:
        return begin_element(t, depth);
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
        take_text(t, depth);
        return STATUS_OK;
    case XML_READER_TYPE_END_ELEMENT:
        return is_at(t, depth, "INTERACTION") ? end_interaction(t) : STATUS_OK;
    case XML_READER_TYPE_DOCUMENT_TYPE:
        return drug_data_fail(t->r, line_of(t), _("a document type is not taken"));
    default:
        return STATUS_OK;
    }
}

static void note_fault(void *to, const char *message, xmlParserSeverities severity,
                       xmlTextReaderLocatorPtr locator)
{
    struct thesaurus *t = to;
    (void)severity;
    if (!t->fault) {
        char *clean = text_clean(message, strlen(message), 200, TEXT_LINE, NULL);
        t->fault = mem_format(_("line %d: not well-formed: %s"),
                              xmlTextReaderLocatorLineNumber(locator), text_trim(clean));
        mem_free(clean);
    }
}

enum status drug_data_read_xml(struct drug_reader *r, const char *bytes, size_t len)
{
    struct thesaurus t = {
        .r = r, .effect = BUFFER_INIT, .severity = BUFFER_INIT, .management = BUFFER_INIT};
    enum status status = STATUS_OK;
    int more = 1;
    t.xml = len <= INT32_MAX ? xmlReaderForMemory(bytes, (int)len, NULL, NULL,
                                                  XML_PARSE_NONET | XML_PARSE_COMPACT)
                             : NULL;
    if (!t.xml) {
        return drug_data_fail(r, 1, _("too long, or not text"));
    }
    xmlTextReaderSetErrorHandler(t.xml, note_fault, &t);
    while (status == STATUS_OK && (more = xmlTextReaderRead(t.xml)) == 1) {
        status = read_node(&t);
    }
    if (status == STATUS_OK && more != 0) {
        status = error_set(r->err, STATUS_INVALID, "%s",
                           t.fault ? t.fault : _("line 1: not well-formed"));
    }
    xmlFreeTextReader(t.xml);
    clear_interaction(&t);
    for (int i = 0; i < DEPTH_MAX; i++) {
        mem_free(t.element[i]);
    }
    mem_free(t.class_name);
    mem_free(t.fault);
    buffer_release(&t.effect);
    buffer_release(&t.severity);
    buffer_release(&t.management);
    return status;
}
