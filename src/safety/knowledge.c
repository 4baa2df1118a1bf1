/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/knowledge.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "safety/knowledge_format.h"

/* Not cryptographic: it finds damage, it does not stop a forger. Any change of one word changes the
 * sum, because every step is a bijection of the word that is mixed in. */
uint64_t knowledge_hash(const void *bytes, size_t len_bytes)
{
    const unsigned char *p = bytes;
    uint64_t h = UINT64_C(0x9e3779b97f4a7c15) ^ len_bytes;
    while (len_bytes > 0) {
        uint64_t word = 0;
        size_t take = len_bytes < sizeof word ? len_bytes : sizeof word;
        memcpy(&word, p, take);
        h = (h ^ word) * UINT64_C(0xbf58476d1ce4e5b9);
        h ^= h >> 31;
        p += take;
        len_bytes -= take;
    }
    return h ^ (h >> 33);
}

const void *knowledge_section(const struct knowledge *k, enum knowledge_section section,
                              uint32_t *out_count)
{
    if (out_count) {
        *out_count = k->header->sections[section].count;
    }
    return k->base + k->header->sections[section].offset;
}

void knowledge_free(struct knowledge *k)
{
    if (k && k->mapping) {
        (void)munmap(k->mapping, k->len_bytes); /* nothing to do about a failure */
    }
    mem_free(k);
}

/* ---- names of things ---- */

const char *knowledge_version(const struct knowledge *k)
{
    return knowledge_text(k, k->header->version);
}

const char *knowledge_date(const struct knowledge *k)
{
    return knowledge_text(k, k->header->date);
}

uint64_t knowledge_checksum(const struct knowledge *k)
{
    return k->header->checksum;
}

static const struct stored_substance *substance_at(const struct knowledge *k, uint16_t substance)
{
    static const struct stored_substance none = {0}; /* offset 0 is the empty text */
    uint32_t count = 0;
    const struct stored_substance *all = knowledge_section(k, KNOWLEDGE_SUBSTANCES, &count);
    return substance < count ? &all[substance] : &none;
}

int knowledge_ingredient_count(const struct knowledge *k)
{
    return (int)k->header->curated;
}

bool knowledge_is_curated(const struct knowledge *k, uint16_t substance)
{
    return substance < k->header->curated;
}

bool knowledge_has_rules(const struct knowledge *k, uint16_t substance)
{
    const struct stored_substance *s = substance_at(k, substance);
    return s->is_spoken_of || (s->flags & INGREDIENT_NO_RULES);
}

const char *knowledge_key(const struct knowledge *k, uint16_t substance)
{
    return knowledge_text(k, substance_at(k, substance)->key);
}

const char *knowledge_name(const struct knowledge *k, uint16_t substance)
{
    return knowledge_text(k, substance_at(k, substance)->name);
}

const char *knowledge_tallman(const struct knowledge *k, uint16_t substance)
{
    return knowledge_text(k, substance_at(k, substance)->tallman);
}

const void *knowledge_bytes(const struct knowledge *k, size_t *out_len)
{
    *out_len = k->len_bytes;
    return k->base;
}

int knowledge_washout_days(const struct knowledge *k, uint16_t substance)
{
    return substance_at(k, substance)->washout_days;
}

int knowledge_washout_longest(const struct knowledge *k)
{
    int longest = 0;
    for (int i = 0; i < knowledge_ingredient_count(k); i++) {
        int days = knowledge_washout_days(k, (uint16_t)i);
        longest = days > longest ? days : longest;
    }
    return longest;
}

uint32_t knowledge_rxcui(const struct knowledge *k, uint16_t substance)
{
    return substance_at(k, substance)->rxcui;
}

const char *knowledge_atc(const struct knowledge *k, uint16_t substance)
{
    return knowledge_text(k, substance_at(k, substance)->atc);
}

unsigned knowledge_flags(const struct knowledge *k, uint16_t substance)
{
    return substance_at(k, substance)->flags;
}

enum route knowledge_usual_route(const struct knowledge *k, uint16_t substance)
{
    return (enum route)substance_at(k, substance)->usual_route;
}

uint32_t knowledge_routes(const struct knowledge *k, uint16_t substance)
{
    return substance_at(k, substance)->routes;
}

/* Records with their key first, sorted by it. */
static uint16_t find_key(const struct knowledge *k, enum knowledge_section section, size_t size,
                         uint32_t count, const char *key)
{
    const unsigned char *records = knowledge_section(k, section, NULL);
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t offset;
        memcpy(&offset, records + (size_t)middle * size, sizeof offset);
        int order = strcmp(knowledge_text(k, offset), key);
        if (order == 0) {
            return (uint16_t)middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return KNOWLEDGE_NO_ID;
}

uint16_t knowledge_find_key(const struct knowledge *k, const char *key)
{
    return find_key(k, KNOWLEDGE_SUBSTANCES, sizeof(struct stored_substance), k->header->curated,
                    key);
}

int knowledge_class_count(const struct knowledge *k)
{
    return (int)k->header->sections[KNOWLEDGE_CLASSES].count;
}

const char *knowledge_class_title(const struct knowledge *k, uint16_t class_id)
{
    return knowledge_text(k, KNOWLEDGE_RECORDS(k, CLASSES, struct stored_class)[class_id].title);
}

uint16_t knowledge_find_class(const struct knowledge *k, const char *key)
{
    return find_key(k, KNOWLEDGE_CLASSES, sizeof(struct stored_class),
                    k->header->sections[KNOWLEDGE_CLASSES].count, key);
}

bool knowledge_in_class(const struct knowledge *k, uint16_t substance, uint16_t class_id)
{
    return substance < k->header->curated && class_id < knowledge_class_count(k) &&
           knowledge_bit(knowledge_class_bits(k, class_id), substance);
}

bool knowledge_is_indication(const struct knowledge *k, uint16_t class_id)
{
    return KNOWLEDGE_RECORDS(k, CLASSES, struct stored_class)[class_id].offers != 0;
}

uint16_t knowledge_offers(const struct knowledge *k, uint16_t class_id)
{
    uint16_t offers = KNOWLEDGE_RECORDS(k, CLASSES, struct stored_class)[class_id].offers;
    if (offers == STORED_OFFERS_NOTHING) {
        return KNOWLEDGE_NO_ID;
    }
    return offers != 0 ? (uint16_t)(offers - 1) : class_id;
}

bool knowledge_is_therapeutic(const struct knowledge *k, uint16_t class_id)
{
    return KNOWLEDGE_RECORDS(k, CLASSES, struct stored_class)[class_id].is_therapeutic != 0;
}

int knowledge_group_count(const struct knowledge *k)
{
    return (int)k->header->sections[KNOWLEDGE_GROUPS].count;
}

const char *knowledge_group_key(const struct knowledge *k, uint16_t group)
{
    return knowledge_text(k, KNOWLEDGE_RECORDS(k, GROUPS, struct stored_group)[group].key);
}

const char *knowledge_group_title(const struct knowledge *k, uint16_t group)
{
    return knowledge_text(k, KNOWLEDGE_RECORDS(k, GROUPS, struct stored_group)[group].title);
}

bool knowledge_in_group(const struct knowledge *k, uint16_t substance, uint16_t group)
{
    return substance < k->header->curated && group < knowledge_group_count(k) &&
           knowledge_bit(knowledge_group_bits(k, group), substance);
}

int knowledge_condition_count(const struct knowledge *k)
{
    return (int)k->header->sections[KNOWLEDGE_CONDITIONS].count - KNOWLEDGE_STATES;
}

const char *knowledge_condition_key(const struct knowledge *k, uint16_t condition)
{
    return knowledge_text(k,
                          KNOWLEDGE_RECORDS(k, CONDITIONS, struct stored_condition)[condition].key);
}

const char *knowledge_condition_title(const struct knowledge *k, uint16_t condition)
{
    return knowledge_text(
        k, KNOWLEDGE_RECORDS(k, CONDITIONS, struct stored_condition)[condition].title);
}

int knowledge_food_count(const struct knowledge *k)
{
    return (int)k->header->sections[KNOWLEDGE_FOODS].count;
}

const char *knowledge_food_key(const struct knowledge *k, uint16_t food)
{
    return knowledge_text(k, KNOWLEDGE_RECORDS(k, FOODS, struct stored_food)[food].key);
}

const char *knowledge_food_title(const struct knowledge *k, uint16_t food)
{
    return knowledge_text(k, KNOWLEDGE_RECORDS(k, FOODS, struct stored_food)[food].title);
}

/* ---- rules ---- */

uint64_t knowledge_pair_count(const struct knowledge *k)
{
    return k->header->sections[KNOWLEDGE_PAIR_CELLS].count;
}

int knowledge_rule_count(const struct knowledge *k)
{
    return (int)k->header->sections[KNOWLEDGE_RULES].count;
}

struct knowledge_rule knowledge_rule_at(const struct knowledge *k, uint32_t rule)
{
    const struct stored_rule *r = &KNOWLEDGE_RECORDS(k, RULES, struct stored_rule)[rule];
    return (struct knowledge_rule){
        .id = knowledge_text(k, r->id),
        .severity = (enum interaction_type)r->severity,
        .evidence = (enum evidence_level)r->evidence,
        .onset = knowledge_text(k, r->onset),
        .effect = knowledge_text(k, r->effect),
        .mechanism = knowledge_text(k, r->mechanism),
        .management = knowledge_text(k, r->management),
        .source = knowledge_text(k, r->source),
        .reviewed = knowledge_text(k, r->reviewed),
        .a = knowledge_text(k, r->a),
        .b = knowledge_text(k, r->b),
        .separate_hours = r->separate_hours,
    };
}

const struct stored_cell *knowledge_find_cell(const uint32_t *rows, const struct stored_cell *cells,
                                              uint32_t row, uint16_t other)
{
    uint32_t low = rows[row];
    uint32_t high = rows[row + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (cells[middle].other == other) {
            return &cells[middle];
        }
        if (cells[middle].other < other) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}
