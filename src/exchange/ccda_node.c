/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/ccda_node.h"

#include <libxml/hash.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/fhir_code.h"

#define WORDS_MAX 4000
#define ATTRIBUTE_MAX 400

static const char *chars(const xmlChar *text)
{
    return (const char *)text;
}

bool ccda_is(const xmlNode *node, const char *name)
{
    return node && node->type == XML_ELEMENT_NODE && strcmp(chars(node->name), name) == 0;
}

static xmlNode *named(xmlNode *node, const char *name)
{
    while (node && !ccda_is(node, name)) {
        node = node->next;
    }
    return node;
}

xmlNode *ccda_child(const xmlNode *parent, const char *name)
{
    return parent ? named(parent->children, name) : NULL;
}

xmlNode *ccda_next(const xmlNode *node)
{
    return node ? named(node->next, chars(node->name)) : NULL;
}

xmlNode *ccda_path(const xmlNode *node, const char *path)
{
    char name[64];
    xmlNode *found = NULL;
    while (node && *path) {
        size_t len = strcspn(path, "/");
        (void)snprintf(name, sizeof name, "%.*s", (int)len, path); /* ours, all shorter */
        found = ccda_child(node, name);
        node = found;
        path += len + (path[len] ? 1 : 0);
    }
    return found;
}

static char *clean(const char *raw, size_t max_bytes)
{
    char *text = text_clean(raw, strlen(raw), max_bytes, TEXT_LINE, NULL);
    char *trimmed = mem_copy_text(text_trim(text));
    mem_free(text);
    return trimmed;
}

char *ccda_attribute(const xmlNode *node, const char *name)
{
    xmlChar *raw = node ? xmlGetNoNsProp(node, BAD_CAST name) : NULL;
    char *text = clean(raw ? chars(raw) : "", ATTRIBUTE_MAX);
    xmlFree(raw);
    return text;
}

bool ccda_attribute_is(const xmlNode *node, const char *name, const char *value)
{
    char *text = ccda_attribute(node, name);
    bool is_same = strcmp(text, value) == 0;
    mem_free(text);
    return is_same;
}

bool ccda_has_template(const xmlNode *node, const char *root)
{
    bool found = false;
    for (const xmlNode *t = ccda_child(node, "templateId"); t && !found; t = ccda_next(t)) {
        found = ccda_attribute_is(t, "root", root);
    }
    return found;
}

/* --- words --- */

static void append_words(const xmlNode *node, struct buffer *out)
{
    for (const xmlNode *n = node ? node->children : NULL; n && out->len < WORDS_MAX; n = n->next) {
        if (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) {
            buffer_append_text(out, chars(n->content));
        } else if (n->type == XML_ELEMENT_NODE) {
            buffer_append_text(out, " ");
            append_words(n, out);
            buffer_append_text(out, " ");
        }
    }
}

/* --- what texts refer to --- */

/* Ids are looked up in their section first: some number each section from 1. */
static const char *section_key(const xmlNode *node, char buf[32])
{
    while (node && !ccda_is(node, "section")) {
        node = node->parent && node->parent->type == XML_ELEMENT_NODE ? node->parent : NULL;
    }
    (void)snprintf(buf, 32, "%p", (const void *)node); /* fits */
    return buf;
}

static void index_ids(xmlHashTable *ids, xmlNode *node, const char *section)
{
    for (xmlNode *n = node; n; n = n->next) {
        char own[32];
        if (n->type != XML_ELEMENT_NODE) {
            continue;
        }
        const char *key = ccda_is(n, "section") ? section_key(n, own) : section;
        xmlChar *id = xmlGetNoNsProp(n, BAD_CAST "ID");
        id = id ? id : xmlGetNoNsProp(n, BAD_CAST "id");
        if (id) { /* the first of each counts */
            (void)xmlHashAddEntry2(ids, id, BAD_CAST key, n);
            (void)xmlHashAddEntry2(ids, id, NULL, n);
            xmlFree(id);
        }
        index_ids(ids, n->children, key);
    }
}

void ccda_ids_open(xmlDoc *document)
{
    char none[32];
    document->_private = xmlHashCreate(256);
    index_ids(document->_private, xmlDocGetRootElement(document), section_key(NULL, none));
}

void ccda_ids_close(xmlDoc *document)
{
    if (document) {
        xmlHashFree(document->_private, NULL);
        document->_private = NULL;
    }
}

char *ccda_one_line(const struct buffer *raw, size_t max_bytes)
{
    char *text = text_clean(raw->bytes ? raw->bytes : "", raw->len, max_bytes, TEXT_LINE, NULL);
    char *to = text;
    for (const char *from = text; *from; from++) {
        bool is_double = *from == ' ' && (to == text || to[-1] == ' ');
        *to = *from;
        to += is_double ? 0 : 1;
    }
    *to = '\0';
    char *trimmed = mem_copy_text(text_trim(text));
    mem_free(text);
    return trimmed;
}

/* In the same section, else anywhere. Some write no '#'. */
static char *referred_words(const xmlNode *node)
{
    char key[32];
    char *target = ccda_attribute(ccda_child(node, "reference"), "value");
    const char *id = *target == '#' ? target + 1 : target;
    xmlHashTable *ids = node->doc ? node->doc->_private : NULL;
    struct buffer raw = BUFFER_INIT;
    if (*id && ids) {
        const xmlNode *found = xmlHashLookup2(ids, BAD_CAST id, BAD_CAST section_key(node, key));
        append_words(found ? found : xmlHashLookup2(ids, BAD_CAST id, NULL), &raw);
    }
    char *words = ccda_one_line(&raw, WORDS_MAX);
    buffer_release(&raw);
    mem_free(target);
    return words;
}

char *ccda_words(const xmlNode *node)
{
    struct buffer raw = BUFFER_INIT;
    append_words(node, &raw);
    char *words = ccda_one_line(&raw, WORDS_MAX);
    buffer_release(&raw);
    if (!*words && node) {
        mem_free(words);
        words = referred_words(node);
    }
    return words;
}

/* --- codes --- */

static void put(char **member, char *text)
{
    mem_free(*member);
    *member = text;
}

static void flatten(char *text)
{
    for (; *text; text++) {
        *text = *text == '|' || *text == '\n' ? ' ' : *text;
    }
}

static size_t rank_of(const char *system, const char *const *systems)
{
    size_t rank = 0;
    while (systems[rank] && strcmp(systems[rank], system) != 0) {
        rank++;
    }
    return rank;
}

static void read_coding(const xmlNode *node, const char *const *systems, struct ccda_code *out,
                        struct buffer *codings, size_t *best)
{
    char *code = ccda_attribute(node, "code");
    char *oid = ccda_attribute(node, "codeSystem");
    char *display = ccda_attribute(node, "displayName");
    char *uri = mem_format("urn:oid:%s", oid);
    const char *system = *oid ? fhir_system_word(uri) : "";
    size_t rank = rank_of(system, systems);
    flatten(code);
    flatten(display);
    if (*code || *display) {
        buffer_append_format(codings, "%s|%s|%s\n", system, code, display);
    }
    if (*code && rank < *best) {
        *best = rank;
        put(&out->code, mem_copy_text(code));
        put(&out->system, mem_copy_text(system));
    }
    if (*display && !*out->words) {
        put(&out->words, mem_copy_text(display));
    }
    mem_free(code);
    mem_free(oid);
    mem_free(display);
    mem_free(uri);
}

void ccda_code_read(const xmlNode *node, const char *const *systems, struct ccda_code *out)
{
    struct buffer codings = BUFFER_INIT;
    size_t best = SIZE_MAX;
    *out = (struct ccda_code){mem_copy_text(""), mem_copy_text(""), mem_copy_text(""), NULL};
    read_coding(node, systems, out, &codings, &best);
    if (!*out->words) { /* as it was written, before what a table made of it */
        put(&out->words, ccda_words(ccda_child(node, "originalText")));
    }
    for (const xmlNode *t = ccda_child(node, "translation"); t; t = ccda_next(t)) {
        read_coding(t, systems, out, &codings, &best);
    }
    if (!*out->words && *out->code) {
        put(&out->words, mem_format("%s %s", out->system, out->code));
    }
    out->codings = buffer_take(&codings);
}

void ccda_code_release(struct ccda_code *code)
{
    mem_free(code->words);
    mem_free(code->system);
    mem_free(code->code);
    mem_free(code->codings);
    *code = (struct ccda_code){0};
}

/* --- time --- */

struct date ccda_date(const xmlNode *node)
{
    struct date date = {0, 0, 0};
    char *value = ccda_attribute(node, "value");
    size_t digits = strspn(value, "0123456789");
    char iso[16] = "";
    if (digits >= 8) {
        (void)snprintf(iso, sizeof iso, "%.4s-%.2s-%.2s", value, value + 4, value + 6); /* fits */
    } else if (digits >= 6) {
        (void)snprintf(iso, sizeof iso, "%.4s-%.2s", value, value + 4); /* fits */
    } else if (digits >= 4) {
        (void)snprintf(iso, sizeof iso, "%.4s", value); /* fits */
    }
    mem_free(value);
    return *iso && date_parse_iso(iso, &date, NULL) == STATUS_OK ? date : (struct date){0, 0, 0};
}

int64_t ccda_instant(const xmlNode *node, const struct zone *zone, bool is_end)
{
    struct date date = ccda_date(node);
    char *value = ccda_attribute(node, "value");
    size_t digits = strspn(value, "0123456789");
    int64_t at_us = 0;
    if (!date_is_none(date) && digits >= 12) {
        const char *offset = strpbrk(value, "+-");
        char iso[40], day[DATE_TEXT_MAX];
        (void)snprintf(iso, sizeof iso, "%sT%.2s:%.2s:%.2s%.3s%s%.2s", date_format_iso(date, day),
                       value + 8, value + 10, digits >= 14 ? value + 12 : "00",
                       offset && strlen(offset) >= 5 ? offset : "Z",
                       offset && strlen(offset) >= 5 ? ":" : "",
                       offset && strlen(offset) >= 5 ? offset + 3 : ""); /* fits */
        if (instant_parse_iso(iso, &at_us, NULL) != STATUS_OK) {
            at_us = 0;
        }
    }
    mem_free(value);
    if (at_us == 0 && !date_is_none(date)) {
        bool is_whole = date.month && date.day;
        date.month = date.month ? date.month : 1;
        date.day = date.day ? date.day : 1;
        date = is_end && is_whole ? date_add_days(date, 1) : date;
        at_us = zone ? zone_day_start(zone, date) : (int64_t)date_to_days(date) * 24 * US_PER_HOUR;
    }
    return at_us;
}

static uint64_t mix(uint64_t hash, const char *text)
{
    for (; *text; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
    return (hash ^ 0xff) * UINT64_C(0x100000001b3);
}

static uint64_t print_tree(uint64_t hash, const xmlNode *node)
{
    for (const xmlNode *n = node; n; n = n->next) {
        if (n->type == XML_TEXT_NODE) {
            hash = mix(hash, chars(n->content));
        } else if (n->type == XML_ELEMENT_NODE) {
            hash = mix(hash, chars(n->name));
            for (const xmlAttr *a = n->properties; a; a = a->next) {
                hash = mix(hash, chars(a->name));
                hash = print_tree(hash, a->children);
            }
            hash = mix(print_tree(hash, n->children), "/");
        }
    }
    return hash;
}

uint64_t ccda_print(const xmlNode *node)
{
    return print_tree(UINT64_C(0xcbf29ce484222325), node ? node->children : NULL);
}

/* --- an entry in words --- */

static void append_names(const xmlNode *node, struct buffer *out)
{
    for (const xmlNode *n = node ? node->children : NULL; n && out->len < WORDS_MAX; n = n->next) {
        if (n->type != XML_ELEMENT_NODE) {
            continue;
        }
        char *name = ccda_attribute(n, "displayName");
        char *words = ccda_is(n, "originalText") || ccda_is(n, "name") || ccda_is(n, "text")
                          ? ccda_words(n)
                          : mem_copy_text("");
        if (*name && !strstr(out->bytes ? out->bytes : "", name)) {
            buffer_append_format(out, "%s%s", out->len > 0 ? "; " : "", name);
        }
        if (*words && !strstr(out->bytes ? out->bytes : "", words)) {
            buffer_append_format(out, "%s%s", out->len > 0 ? "; " : "", words);
        }
        mem_free(name);
        mem_free(words);
        append_names(n, out);
    }
}

char *ccda_entry_words(const xmlNode *entry)
{
    struct buffer out = BUFFER_INIT;
    append_names(entry, &out);
    char *text = clean(out.bytes ? out.bytes : "", WORDS_MAX);
    buffer_release(&out);
    return text;
}
