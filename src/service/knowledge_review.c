/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/knowledge_review.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "safety/finding_text.h"
#include "safety/knowledge_change.h"
#include "service/screening.h"
#include "store/chart_store.h"
#include "store/order_store.h"
#include "store/patient_link_store.h"
#include "store/patient_store.h"

/* A finding reduced to what makes it the same one: rule, drugs, the other side. */
struct trace {
    char *name;
    enum interaction_type severity;
    int finding; /* index into the result */
};
struct traces {
    struct trace *items;
    size_t len, cap;
    struct screen_request *request;
    struct screen_result *result;
};

static int compare_traces(const void *a, const void *b)
{
    const struct trace *left = a;
    const struct trace *right = b;
    int order = strcmp(left->name, right->name);
    return order ? order : (int)left->severity - (int)right->severity;
}

static char *name_of(const struct screen_input *input, const struct screen_finding *f)
{
    struct buffer name = BUFFER_INIT;
    buffer_append_format(&name, "%s|%s", f->rule_id, f->with);
    for (int i = 0; i < f->drug_count; i++) {
        buffer_append_format(&name, "|%s", input->drugs[f->drugs[i]].text);
    }
    return buffer_take(&name);
}

static void traces_clear(struct traces *t)
{
    for (size_t i = 0; i < t->len; i++) {
        mem_free(t->items[i].name);
    }
    t->len = 0;
    screen_request_free(t->request);
    t->request = NULL;
}

/* ---- orders that are alike ---- */

/* What the texts and directions of an order mean under both states. Sites order the same few thousand things again and
 * again: read once, used for every chart. */
struct shape {
    char *key; /* all texts of the order, the drug's first; NULL: a free slot */
    struct screen_drug before, after;
    bool is_changed;
};

enum { SHAPES = 16384, SHAPES_FULL = SHAPES / 4 * 3 }; /* beyond this the cache starts anew */

struct review {
    struct site *site;
    const struct knowledge *before, *after;
    const struct knowledge_change *change;
    review_fn *take;
    void *to;
    struct review_counts counts;
    struct shape *shapes; /* open addressing */
    int shape_count;
    struct buffer key;
    struct uid patient; /* whose drugs are gathered */
    bool is_joined; /* read over all records of the person */
    struct uid_list joined; /* records that are joined with another one, by id: read person by person at the end */
    struct {
        struct screen_drug *items;
        size_t len, cap;
    } old_drugs, new_drugs;
    bool is_touched; /* a drug of the chart changed */
    struct traces old, new;
};

static void shapes_clear(struct review *r)
{
    for (int i = 0; i < SHAPES; i++) {
        mem_free(r->shapes[i].key);
        r->shapes[i].key = NULL;
    }
    r->shape_count = 0;
}

static uint64_t hash_of(const char *bytes, size_t len)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
    }
    return hash ^ hash >> 29;
}

static enum status shape_of(struct review *r, const struct order *order, const char *sig, const struct shape **out,
                            struct error *err)
{
    const char *const texts[] = {order->drug_text, order->ingredients, order->code_system, order->code,
                                 order->strength,  order->dosage_form, sig};
    r->key.len = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        buffer_append_text(&r->key, texts[i] != NULL ? texts[i] : "");
        buffer_append_byte(&r->key, i == 0 ? '\0' : '\n'); /* the drug's text stands by itself: findings borrow it */
    }
    size_t at = hash_of(r->key.bytes, r->key.len) % SHAPES;
    size_t text_len = strlen(r->key.bytes) + 1;
    while (r->shapes[at].key != NULL && (strcmp(r->shapes[at].key, r->key.bytes) != 0 ||
                                         strcmp(r->shapes[at].key + text_len, r->key.bytes + text_len) != 0)) {
        at = (at + 1) % SHAPES;
    }
    struct shape *shape = &r->shapes[at];
    if (shape->key == NULL) {
        struct order read = *order;
        enum status status = sig_from_json(sig, &read.sig, err);
        if (status != STATUS_OK) {
            return status;
        }
        shape->key = mem_copy_bytes(r->key.bytes, r->key.len);
        read.drug_text = shape->key;
        screen_drug_of_order(r->before, &read, &shape->before);
        screen_drug_of_order(r->after, &read, &shape->after);
        shape->is_changed = knowledge_change_of_drug(r->change, &shape->before.identity, &shape->after.identity);
        r->shape_count++;
    }
    *out = shape;
    return STATUS_OK;
}

static void write_finding(struct json_writer *w, const struct knowledge *k, const struct traces *t, const struct trace *trace)
{
    char text[FINDING_TEXT_MAX];
    const struct screen_finding *f = &t->result->findings[trace->finding];
    json_begin_object(w);
    json_write_member(w, "severity", enum_word(ENUM_INTERACTION_TYPE, (int)f->severity));
    json_write_member(w, "rule", f->rule_id);
    json_write_key(w, "drugs");
    json_begin_array(w);
    for (int i = 0; i < f->drug_count; i++) {
        json_write_string(w, t->request->input.drugs[f->drugs[i]].text);
    }
    json_end_array(w);
    json_write_member(w, "with", f->with);
    json_write_member(w, "effect", finding_effect(k, &t->request->input, f, text));
    json_end_object(w);
}

/* Findings of `one` that `other` has not. */
static void write_only_in(struct json_writer *w, const char *key, const struct knowledge *k, const struct traces *one,
                          const struct traces *other, enum interaction_type *worst)
{
    size_t j = 0;
    json_write_key(w, key);
    json_begin_array(w);
    for (size_t i = 0; i < one->len; i++) {
        while (j < other->len && compare_traces(&other->items[j], &one->items[i]) < 0) {
            j++;
        }
        if (j == other->len || compare_traces(&other->items[j], &one->items[i]) != 0) {
            *worst = one->items[i].severity < *worst ? one->items[i].severity : *worst;
            write_finding(w, k, one, &one->items[i]);
        }
    }
    json_end_array(w);
}

/* ---- one chart ---- */

static void trace_findings(struct traces *t)
{
    for (int i = 0; i < t->result->finding_count; i++) {
        const struct screen_finding *f = &t->result->findings[i];
        if (f->severity < INTERACTION_TYPE_MINOR) {
            MEM_GROW(t);
            t->items[t->len++] = (struct trace){name_of(&t->request->input, f), f->severity, i};
        }
    }
    if (t->len > 1) {
        qsort(t->items, t->len, sizeof *t->items, compare_traces);
    }
}

/* The drugs of both have the same places, so that most charts are settled without a text being made. */
static bool is_same_result(const struct screen_result *a, const struct screen_result *b)
{
    bool is_same = a->finding_count == b->finding_count;
    for (int i = 0; is_same && i < a->finding_count; i++) {
        const struct screen_finding *f = &a->findings[i], *g = &b->findings[i];
        is_same = f->severity == g->severity && f->drug_count == g->drug_count &&
                  memcmp(f->drugs, g->drugs, f->drug_count) == 0 && strcmp(f->rule_id, g->rule_id) == 0 &&
                  strcmp(f->with, g->with) == 0;
    }
    return is_same;
}

static bool can_change(const struct review *r)
{
    bool can = r->is_touched || knowledge_change_is_general(r->change);
    for (size_t i = 0; i < r->new_drugs.len && !can; i++) {
        for (size_t j = i + 1; j < r->new_drugs.len && !can; j++) {
            can = knowledge_change_of_pair(r->change, &r->new_drugs.items[i].identity, &r->new_drugs.items[j].identity);
        }
    }
    return can;
}

static int screen_chart(const struct review *r, const struct knowledge *k, const struct screen_drug *drugs, size_t count,
                        const struct patient *patient, const struct allergy_list *allergies,
                        const struct condition_list *conditions, struct traces *t)
{
    int interrupting = 0;
    t->request = screen_request_of_drugs(k, patient, drugs, (int)count, allergies, conditions, site_today(r->site));
    screen(k, &t->request->input, t->result);
    for (int i = 0; i < t->result->finding_count; i++) {
        interrupting += finding_interrupts(&t->result->findings[i]);
    }
    return interrupting;
}

static enum status tell(struct review *r, struct error *err)
{
    struct json_writer w = JSON_WRITER_INIT;
    enum interaction_type worst = INTERACTION_TYPE_NONE;
    enum status status = STATUS_OK;
    trace_findings(&r->old);
    trace_findings(&r->new);
    json_begin_object(&w);
    write_only_in(&w, "gained", r->after, &r->new, &r->old, &worst);
    write_only_in(&w, "lost", r->before, &r->old, &r->new, &worst);
    json_end_object(&w);
    if (worst != INTERACTION_TYPE_NONE) {
        r->counts.affected++;
        status = r->take != NULL ? r->take(r->to, r->patient, worst, w.out.bytes, err) : STATUS_OK;
    }
    json_writer_release(&w);
    return status;
}

/* Most people have one record: who has more is known before, and asking for each would be half of all statements. */
static enum status read_person(const struct review *r, struct patient *patient, struct allergy_list *allergies,
                               struct condition_list *conditions, struct error *err)
{
    struct store *store = r->site->store;
    enum status status = (r->is_joined ? person_get : patient_get)(store, r->patient, patient, err);
    if (status == STATUS_OK) {
        status = (r->is_joined ? allergy_list_get : allergy_list_of_record)(store, r->patient, false, allergies, err);
    }
    if (status == STATUS_OK) {
        status = (r->is_joined ? condition_list_get : condition_list_of_record)(store, r->patient, false, conditions, err);
    }
    return status;
}

/* The chart whose drugs were gathered. Who only wants to know what changed needs no chart that cannot change. */
static enum status review_chart(struct review *r, struct error *err)
{
    struct patient patient = {0};
    struct allergy_list allergies = {0};
    struct condition_list conditions = {0};
    bool can = r->new_drugs.len > 0 && can_change(r);
    enum status status = STATUS_OK;
    r->counts.charts += r->new_drugs.len > 0;
    if (r->new_drugs.len > 0 && (can || r->take == NULL)) {
        status = read_person(r, &patient, &allergies, &conditions, err);
        if (status == STATUS_OK) {
            int before = screen_chart(r, r->before, r->old_drugs.items, r->old_drugs.len, &patient, &allergies, &conditions,
                                      &r->old);
            int after = can ? screen_chart(r, r->after, r->new_drugs.items, r->new_drugs.len, &patient, &allergies, &conditions,
                                           &r->new)
                            : before;
            r->counts.interrupting_before += before;
            r->counts.interrupting_after += after;
            status = can && !is_same_result(r->old.result, r->new.result) ? tell(r, err) : STATUS_OK;
        }
        traces_clear(&r->old); /* their requests borrow from the lists */
        traces_clear(&r->new);
    }
    patient_release(&patient);
    allergy_list_release(&allergies);
    condition_list_release(&conditions);
    r->old_drugs.len = r->new_drugs.len = 0;
    r->is_touched = false;
    if (r->shape_count > SHAPES_FULL) {
        shapes_clear(r);
    }
    return status;
}

/* One drug more on the chart that is gathered. */
static enum status add_drug(void *to, const struct order *order, const char *sig, struct error *err)
{
    struct review *r = to;
    const struct shape *shape = NULL;
    enum status status = shape_of(r, order, sig, &shape, err);
    if (status == STATUS_OK) {
        struct screen_drug old = shape->before, new = shape->after;
        int64_t now_us = clock_now_us(r->site->clock);
        if (screen_drug_settle(&old, order->status, order->stop_us, now_us) &&
            screen_drug_settle(&new, order->status, order->stop_us, now_us)) {
            MEM_GROW(&r->old_drugs);
            r->old_drugs.items[r->old_drugs.len++] = old;
            MEM_GROW(&r->new_drugs);
            r->new_drugs.items[r->new_drugs.len++] = new;
            r->is_touched = r->is_touched || shape->is_changed;
        }
    }
    return status;
}

static int compare_ids(const void *a, const void *b)
{
    return uid_compare(*(const struct uid *)a, *(const struct uid *)b);
}

static const struct uid *joined_record(const struct review *r, struct uid record)
{
    return r->joined.len > 0 ? bsearch(&record, r->joined.items, r->joined.len, sizeof record, compare_ids) : NULL;
}

static enum status gather(void *to, const struct order *order, const char *sig, struct error *err)
{
    struct review *r = to;
    enum status status = STATUS_OK;
    if (uid_compare(order->patient, r->patient) != 0) {
        status = review_chart(r, err);
        r->patient = order->patient;
    }
    return status == STATUS_OK && joined_record(r, order->patient) == NULL ? add_drug(r, order, sig, err) : status;
}

/* A person with several records has one chart: what they hold only together is found too, and is told of the record in use. */
static enum status review_persons(struct review *r, int64_t since_us, struct error *err)
{
    enum status status = STATUS_OK;
    bool *is_read = mem_alloc_array(r->joined.len + 1, sizeof *is_read);
    r->is_joined = true;
    for (size_t i = 0; status == STATUS_OK && i < r->joined.len; i++) {
        struct person_records person = {0};
        if (is_read[i]) {
            continue;
        }
        status = person_records_get(r->site->store, r->joined.items[i], &person, err);
        r->patient = person.ids[0];
        for (int n = 0; status == STATUS_OK && n < person.count; n++) {
            const struct uid *record = joined_record(r, person.ids[n]);
            if (record != NULL) {
                is_read[record - r->joined.items] = true;
            }
            status = order_glance_of(r->site->store, person.ids[n], since_us, add_drug, r, err);
        }
        status = status == STATUS_OK ? review_chart(r, err) : status;
    }
    mem_free(is_read);
    return status;
}

enum status knowledge_review(struct site *site, const struct knowledge *before, const struct knowledge *after,
                             review_fn *take, void *to, struct review_counts *out, struct error *err)
{
    struct knowledge_change *change = knowledge_change_new(before, after);
    struct review r = {.site = site,
                       .before = before,
                       .after = after,
                       .change = change,
                       .take = take,
                       .to = to,
                       .shapes = mem_alloc_array(SHAPES, sizeof *r.shapes),
                       .old = {.result = mem_alloc(sizeof *r.old.result)},
                       .new = {.result = mem_alloc(sizeof *r.new.result)}};
    int64_t now_us = clock_now_us(site->clock), since_us = screen_orders_since_us(before, now_us);
    int64_t since_new_us = screen_orders_since_us(after, now_us);
    since_us = since_us < since_new_us ? since_us : since_new_us;
    enum status status = store_read_begin(site->store, err); /* one view, and no lock for each statement */
    bool is_reading = status == STATUS_OK;
    if (status == STATUS_OK) {
        status = person_joined_list(site->store, &r.joined, err);
    }
    if (status == STATUS_OK) {
        status = order_glance_each(site->store, since_us, gather, &r, err);
    }
    if (status == STATUS_OK) {
        status = review_chart(&r, err); /* the last one */
    }
    if (status == STATUS_OK) {
        status = review_persons(&r, since_us, err);
    }
    if (is_reading) {
        store_read_end(site->store);
    }
    shapes_clear(&r);
    mem_free(r.shapes);
    mem_free(r.joined.items);
    buffer_release(&r.key);
    mem_free(r.old_drugs.items);
    mem_free(r.new_drugs.items);
    mem_free(r.old.items);
    mem_free(r.new.items);
    mem_free(r.old.result);
    mem_free(r.new.result);
    knowledge_change_free(change);
    if (status == STATUS_OK) {
        *out = r.counts;
    }
    return status;
}
