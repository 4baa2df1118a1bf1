/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/knowledge_settle.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "crypt/content_hash.h"
#include "safety/knowledge_rows.h"
#include "service/act.h"
#include "service/knowledge_review.h"
#include "service/knowledge_site.h"
#include "store/drug_table_store.h"
#include "store/knowledge_store.h"

#define LAST_FILE "knowledge.last"
/* Milder pairs are not rows: the engine has them all, and nine tenths of a hundred thousand rows would be pairs that no
 * screen ever lists. */
#define LEAST_PAIR INTERACTION_TYPE_MAJOR

/* ---- the charts that a change touches ---- */

struct worklist {
    struct site *site;
    const char *from, *to;
};

static enum status put_affected(void *to, struct uid patient, enum interaction_type worst, const char *changes,
                                struct error *err)
{
    struct worklist *list = to;
    const struct affected row = {.patient = patient,
                                 .from_version = (char *)(uintptr_t)list->from, /* only read */
                                 .to_version = (char *)(uintptr_t)list->to,
                                 .worst = worst,
                                 .changes = (char *)(uintptr_t)changes,
                                 .found_us = clock_now_us(list->site->clock)};
    return affected_put(list->site->store, &row, err);
}

enum status knowledge_note_affected(struct site *site, const struct knowledge *before, const struct knowledge *after,
                                    int64_t *out_affected, struct error *err)
{
    struct worklist list = {site, knowledge_version(before), knowledge_version(after)};
    struct review_counts counts = {0};
    enum status status = knowledge_review(site, before, after, put_affected, &list, &counts, err);
    *out_affected = counts.affected;
    return status;
}

/* ---- the drug tables ---- */

struct filling {
    struct store *store;
    const char *version;
};

static enum status put_drug(void *to, const struct knowledge_drug *drug, struct error *err)
{
    const struct filling *f = to;
    char rxcui[16] = "";
    if (drug->rxcui != 0) {
        (void)snprintf(rxcui, sizeof rxcui, "%u", (unsigned)drug->rxcui); /* fits */
    }
    const struct drug_row row = {.key = drug->key,
                                 .name = drug->name,
                                 .generic_name = drug->generic_name,
                                 .brands = drug->brands,
                                 .ingredients = drug->ingredients,
                                 .strengths = drug->strengths,
                                 .forms = drug->forms,
                                 .drug_class = drug->classes,
                                 .category = drug->category,
                                 .contraindications = drug->contraindications,
                                 .rxcui = rxcui};
    return drug_row_put(f->store, &row, f->version, err);
}

static enum status put_pair(void *to, const char *key_a, const char *key_b, const struct knowledge_rule *rule, struct error *err)
{
    const struct filling *f = to;
    const struct drug_pair_row row = {.key_a = key_a,
                                      .key_b = key_b,
                                      .severity = rule->severity,
                                      .evidence = rule->evidence,
                                      .mechanism = rule->mechanism,
                                      .effect = rule->effect,
                                      .management = rule->management,
                                      .rule = rule->id,
                                      .source = rule->source};
    return drug_pair_row_put(f->store, &row, f->version, err);
}

static enum status put_food(void *to, const char *key, const char *food, const struct knowledge_rule *rule, struct error *err)
{
    const struct filling *f = to;
    const struct drug_food_row row = {.key = key,
                                      .food = food,
                                      .severity = rule->severity,
                                      .effect = rule->effect,
                                      .management = rule->management,
                                      .rule = rule->id,
                                      .source = rule->source};
    return drug_food_row_put(f->store, &row, f->version, err);
}

static enum status fill_tables(struct site *site, const struct knowledge *k, struct error *err)
{
    struct filling f = {site->store, knowledge_version(k)};
    enum status status = drug_tables_begin(site->store, clock_now_us(site->clock), err);
    if (status == STATUS_OK) {
        status = knowledge_each_drug(k, put_drug, &f, err);
    }
    if (status == STATUS_OK) {
        status = knowledge_each_pair(k, LEAST_PAIR, put_pair, &f, err);
    }
    return status == STATUS_OK ? knowledge_each_food(k, put_food, &f, err) : status;
}

/* ---- the state that was last in force ---- */

/* Caller frees. */
static char *fact_of(const struct knowledge *k)
{
    char hash[CONTENT_HASH_TEXT];
    size_t len = 0;
    const void *bytes = knowledge_bytes(k, &len);
    return mem_format("%s %s", knowledge_version(k), content_hash(bytes, len, hash));
}

/* NULL when there is none, or when it is not the one that the database names. */
static struct knowledge *open_last(const struct site *site, const char *settled)
{
    struct knowledge *k = NULL;
    char *path = mem_format("%s/%s", site->folder, LAST_FILE);
    if (settled != NULL && knowledge_open_file(path, &k, NULL) == STATUS_OK) {
        char *fact = fact_of(k);
        if (strcmp(fact, settled) != 0) {
            knowledge_free(k);
            k = NULL;
        }
        mem_free(fact);
    }
    mem_free(path);
    return k;
}

enum status knowledge_note_settled(struct site *site, const struct knowledge *k, struct error *err)
{
    size_t len = 0;
    const void *bytes = knowledge_bytes(k, &len);
    char *fact = fact_of(k);
    enum status status = fill_tables(site, k, err);
    if (status == STATUS_OK) {
        status = knowledge_site_write(site, LAST_FILE, bytes, len, err);
    }
    if (status == STATUS_OK) {
        status = store_meta_set(site->store, KNOWLEDGE_META_SETTLED, fact, err);
    }
    mem_free(fact);
    return status;
}

/* *out is owned by the caller. The version stands in front, so that most sign-ins hash nothing. */
static enum status is_settled(struct site *site, char **out, bool *is_done, struct error *err)
{
    const char *version = knowledge_version(site->knowledge);
    size_t len = strlen(version);
    enum status status = store_meta_get(site->store, KNOWLEDGE_META_SETTLED, out, err);
    *is_done = status == STATUS_OK && *out != NULL && strncmp(*out, version, len) == 0 && (*out)[len] == ' ';
    return status;
}

enum status knowledge_settle(struct actor *actor, int64_t *out_affected, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SESSION_OWN, "knowledge.settle", "drugs_master", UID_NONE);
    struct site *site = actor->site;
    char *settled = NULL;
    bool is_done = false;
    *out_affected = 0;
    enum status status = is_settled(site, &settled, &is_done, err);
    mem_free(settled);
    if (status != STATUS_OK || is_done) {
        return status;
    }
    status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = is_settled(site, &settled, &is_done, err); /* another session may have been quicker */
    if (status == STATUS_OK && !is_done) {
        struct knowledge *before = open_last(site, settled);
        if (before != NULL) {
            status = knowledge_note_affected(site, before, site->knowledge, out_affected, err);
        } else if (settled != NULL) {
            log_write(LOG_WARNING, "the former drug knowledge is gone; no chart can be named that the new one touches");
        }
        act.new_values = mem_format("{\"version\":\"%s\",\"charts\":%lld}", knowledge_version(site->knowledge),
                                    (long long)*out_affected);
        knowledge_free(before);
        status = status == STATUS_OK ? knowledge_note_settled(site, site->knowledge, err) : status;
    }
    mem_free(settled);
    status = act_end(&act, status, err);
    store_let_go(site->store); /* the session goes on for a day */
    knowledge_let_go(site->knowledge);
    return status;
}
