/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts into an order what it only refers to: its drug, its prescriber, its reason. */
#include "exchange/fhir_link.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"

#define DEPTH_MAX 8
#define PARTS_MAX 100

static void warn(const struct fhir_links *links, size_t at, const char *message)
{
    struct fhir_item *item = fhir_links_item(links, at);
    fhir_warning_add(&item->warnings, item->file, item->line, "", message);
}

static void replace(char **member, char *text)
{
    mem_free(*member);
    *member = text;
}

/* --- drugs --- */

/* A medication whose ingredients lead back to itself has no end. Each is looked at once. */
static bool is_cyclic(const struct fhir_links *links, size_t at, int depth)
{
    struct fhir_item *item = fhir_links_item(links, at);
    if (item->kind != FHIR_ITEM_DRUG || item->walk == FHIR_WALK_DONE) {
        return false;
    }
    if (item->walk == FHIR_WALK_OPEN || depth > DEPTH_MAX) {
        return true;
    }
    bool found = false;
    item->walk = FHIR_WALK_OPEN;
    for (size_t i = 0; i < item->of.drug->parts.len && !found; i++) {
        size_t next;
        const struct fhir_reference *reference = &item->of.drug->parts.items[i].reference;
        found = !fhir_reference_is_empty(reference) &&
                fhir_links_find(links, at, reference, "Medication", &next) != FHIR_FOUND_NONE &&
                is_cyclic(links, next, depth + 1);
    }
    item->walk = found ? FHIR_WALK_NONE : FHIR_WALK_DONE;
    return found;
}

static char *drug_words(const struct fhir_links *links, size_t at, int *left);

static char *part_words(const struct fhir_links *links, size_t at, const struct fhir_part *part,
                        int *left)
{
    size_t next;
    char *words;
    if (*part->concept.words) {
        words = mem_copy_text(part->concept.words);
    } else if (!fhir_reference_is_empty(&part->reference) &&
               fhir_links_find(links, at, &part->reference, "Medication", &next) !=
                   FHIR_FOUND_NONE &&
               fhir_links_item(links, next)->kind == FHIR_ITEM_DRUG) {
        words = drug_words(links, next, left);
    } else {
        words = mem_copy_text(part->reference.display ? part->reference.display : "");
    }
    if (*words && *part->strength) {
        replace(&words, mem_format("%s %s", words, part->strength));
    }
    return words;
}

/* Only after is_cyclic() said no. `left`: parts that may still be named; parts of parts of parts
 * could be more than a machine can count. */
static char *drug_words(const struct fhir_links *links, size_t at, int *left)
{
    const struct fhir_drug *drug = fhir_links_item(links, at)->of.drug;
    struct buffer words = BUFFER_INIT;
    if (*drug->concept.words) {
        return mem_copy_text(drug->concept.words);
    }
    for (size_t i = 0; i<drug->parts.len && * left> 0; i++) {
        *left -= 1;
        char *part = part_words(links, at, &drug->parts.items[i], left);
        fhir_append(&words, " + ", part);
        mem_free(part);
    }
    return buffer_take(&words);
}

static void put_drug(const struct fhir_links *links, size_t order_at, size_t drug_at)
{
    struct fhir_item *item = fhir_links_item(links, order_at);
    struct order *order = item->of.order;
    const struct fhir_drug *drug = fhir_links_item(links, drug_at)->of.drug;
    const struct fhir_part *single = drug->parts.len == 1 ? &drug->parts.items[0] : NULL;
    const struct fhir_concept *coded = *drug->concept.code || !single ? &drug->concept
                                                                      : &single->concept;
    struct buffer codings = BUFFER_INIT;
    int left = PARTS_MAX;
    char *words = drug_words(links, drug_at, &left);
    if (left == 0) {
        warn(links, order_at, _("The drug has too many ingredients; not all are named."));
    }
    if (*words) {
        replace(&order->drug_text, words);
    } else {
        mem_free(words);
    }
    replace(&order->code_system, mem_copy_text(coded->system ? coded->system : ""));
    replace(&order->code, mem_copy_text(coded->code ? coded->code : ""));
    replace(&order->dosage_form, mem_copy_text(drug->form));
    bool is_in_words = strpbrk(drug->concept.words, "0123456789") != NULL;
    if (single && !is_in_words) { /* "3-0.02 mg" in the name says it better than one ingredient's */
        replace(&order->strength, mem_copy_text(single->strength));
    }
    buffer_append_text(&codings, drug->concept.codings);
    for (size_t i = 0; i < drug->parts.len; i++) {
        buffer_append_text(&codings, drug->parts.items[i].concept.codings);
    }
    replace(&item->codings, buffer_take(&codings));
}

static void link_drug(const struct fhir_links *links, size_t at)
{
    struct fhir_item *item = fhir_links_item(links, at);
    size_t drug_at = 0;
    enum fhir_found found = fhir_links_find(links, at, &item->drug, "Medication", &drug_at);
    if (found == FHIR_FOUND_SEVERAL) {
        fhir_links_refuse(links, at, "medicationReference",
                          _("several records answer to this reference."));
        return;
    }
    if (found == FHIR_FOUND_ONE && fhir_links_item(links, drug_at)->kind == FHIR_ITEM_DRUG) {
        const struct fhir_item *drug = fhir_links_item(links, drug_at);
        fhir_links_item(links, drug_at)->is_used = true;
        if (is_cyclic(links, drug_at, 0)) {
            fhir_links_refuse(links, at, "medicationReference",
                              _("the drug's ingredients lead back to itself."));
        } else if (drug->outcome == FHIR_REFUSED) {
            fhir_item_refuse(item, drug->error);
        } else if (drug->outcome == FHIR_SKIPPED) {
            char *why = mem_format(_("Its drug cannot be read: %s"), drug->reason);
            warn(links, at, why);
            fhir_item_skip_owned(item, why);
        } else {
            put_drug(links, at, drug_at);
        }
    } else {
        warn(links, at, _("The record of the drug is in no file; only its name here was kept."));
    }
}

/* An order must name its drug, come what may: what has no name cannot be seen to be unchecked. */
static void name_drug(const struct fhir_links *links, size_t at)
{
    struct fhir_item *item = fhir_links_item(links, at);
    struct order *order = item->of.order;
    if (!fhir_reference_is_empty(&item->drug) && !*order->code && !*item->codings) {
        link_drug(links, at);
    }
    if (!*order->drug_text) {
        const char *target = item->drug.target ? item->drug.target : item->drug.identifier;
        replace(&order->drug_text, target ? mem_format(_("(drug not in the file: %s)"), target)
                                          : mem_copy_text(_("(drug not stated)")));
    }
    if (!*order->code) {
        char *original = *order->original ? mem_format("%s; %s", order->drug_text, order->original)
                                          : mem_copy_text(order->drug_text);
        replace(&order->original, original);
    }
}

/* --- people and reasons --- */

static const char *name_at(const struct fhir_links *links, size_t from,
                           const struct fhir_reference *reference, int depth)
{
    size_t at;
    if (fhir_reference_is_empty(reference) || depth > 2) {
        return NULL;
    }
    if (fhir_links_find(links, from, reference, "Practitioner", &at) != FHIR_FOUND_ONE) {
        return reference->display;
    }
    const struct fhir_item *item = fhir_links_item(links, at);
    if (item->kind != FHIR_ITEM_NAME) {
        return reference->display;
    }
    const char *next = *item->of.name->words ? item->of.name->words
                                             : name_at(links, at, &item->of.name->next, depth + 1);
    return next ? next : reference->display;
}

void fhir_order_link(const struct fhir_links *links, size_t at)
{
    struct fhir_item *item = fhir_links_item(links, at);
    struct order *order = item->of.order;
    size_t reason;
    name_drug(links, at);
    if (!*order->prescriber_name) {
        const char *name = name_at(links, at, &item->prescriber, 0);
        replace(&order->prescriber_name, mem_copy_text(name ? name : ""));
    }
    if (!*order->indication && !fhir_reference_is_empty(&item->reason_reference) &&
        fhir_links_find(links, at, &item->reason_reference, "Condition", &reason) ==
            FHIR_FOUND_ONE &&
        fhir_links_item(links, reason)->kind == FHIR_ITEM_CONDITION) {
        replace(&order->indication,
                mem_copy_text(fhir_links_item(links, reason)->of.condition->name));
    }
}

bool fhir_links_find_provider(const struct fhir_links *links, size_t from,
                              const struct fhir_reference *reference, size_t *out)
{
    for (int depth = 0; depth < 3 && !fhir_reference_is_empty(reference); depth++) {
        if (fhir_links_find(links, from, reference, "Practitioner", out) != FHIR_FOUND_ONE ||
            fhir_links_item(links, *out)->kind != FHIR_ITEM_NAME) {
            return false;
        }
        const struct fhir_item *item = fhir_links_item(links, *out);
        if (item->of.name->is_provider) {
            return !item->is_contained && item->outcome == FHIR_READ;
        }
        from = *out;
        reference = &item->of.name->next;
    }
    return false;
}

void fhir_coverage_link(const struct fhir_links *links, size_t at)
{
    struct fhir_item *item = fhir_links_item(links, at);
    struct coverage *coverage = item->of.coverage;
    if (!*coverage->company) {
        const char *name = name_at(links, at, &item->prescriber, 0);
        replace(&coverage->company, mem_copy_text(name && *name ? name : _("(payer not stated)")));
    }
}
