/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/knowledge_review.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "safety/finding_text.h"
#include "service/screening.h"
#include "store/chart_store.h"
#include "store/knowledge_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

/* A chart as the engine needs it. */
struct picture {
    struct patient patient;
    struct allergy_list allergies;
    struct condition_list conditions;
    struct order_list orders;
};

static void picture_release(struct picture *p)
{
    patient_release(&p->patient);
    allergy_list_release(&p->allergies);
    condition_list_release(&p->conditions);
    order_list_release(&p->orders);
    *p = (struct picture){0};
}

static enum status picture_read(struct site *site, struct uid patient, struct picture *out, struct error *err)
{
    enum status status = patient_get(site->store, patient, &out->patient, err);
    if (status == STATUS_OK) {
        status = allergy_list_get(site->store, patient, false, &out->allergies, err);
    }
    if (status == STATUS_OK) {
        status = condition_list_get(site->store, patient, false, &out->conditions, err);
    }
    if (status == STATUS_OK) {
        status = order_list_get(site->store, patient, INT64_MAX, &out->orders, err);
    }
    return status;
}

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
    int interrupting;
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
    t->interrupting = 0;
    screen_request_free(t->request);
    t->request = NULL;
}

static void trace_chart(struct site *site, const struct knowledge *k, const struct picture *p, bool keeps, struct traces *t)
{
    traces_clear(t);
    t->request = screen_request_new(k, &p->patient, &p->orders, &p->allergies, &p->conditions, NULL, UID_NONE,
                                    site_today(site), clock_now_us(site->clock));
    screen(k, &t->request->input, t->result);
    for (int i = 0; i < t->result->finding_count; i++) {
        const struct screen_finding *f = &t->result->findings[i];
        t->interrupting += finding_interrupts(f);
        if (keeps && f->severity < INTERACTION_TYPE_MINOR) {
            MEM_GROW(t);
            t->items[t->len++] = (struct trace){name_of(&t->request->input, f), f->severity, i};
        }
    }
    if (t->len > 1) {
        qsort(t->items, t->len, sizeof *t->items, compare_traces);
    }
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

enum status knowledge_review(struct site *site, const struct knowledge *before, const struct knowledge *after,
                             review_fn *take, void *to, struct review_counts *out, struct error *err)
{
    struct uid_list panel = {0};
    struct traces old = {.result = mem_alloc(sizeof *old.result)}, new = {.result = mem_alloc(sizeof *new.result)};
    struct review_counts counts = {0};
    enum status status = store_read_begin(site->store, err); /* one view, and no lock for each statement */
    bool is_reading = status == STATUS_OK;
    if (status == STATUS_OK) {
        status = panel_list_get(site->store, &panel, err);
    }
    for (size_t i = 0; i < panel.len && status == STATUS_OK; i++) {
        struct picture p = {0};
        struct json_writer w = JSON_WRITER_INIT;
        enum interaction_type worst = INTERACTION_TYPE_NONE;
        status = picture_read(site, panel.items[i], &p, err);
        if (status == STATUS_OK) {
            trace_chart(site, before, &p, true, &old);
            trace_chart(site, after, &p, true, &new);
            counts.charts++;
            counts.interrupting_before += old.interrupting;
            counts.interrupting_after += new.interrupting;
            json_begin_object(&w);
            write_only_in(&w, "gained", after, &new, &old, &worst);
            write_only_in(&w, "lost", before, &old, &new, &worst);
            json_end_object(&w);
        }
        if (status == STATUS_OK && worst != INTERACTION_TYPE_NONE) {
            counts.affected++;
            status = take != NULL ? take(to, panel.items[i], worst, w.out.bytes, err) : STATUS_OK;
        }
        traces_clear(&old); /* their requests borrow from the picture */
        traces_clear(&new);
        json_writer_release(&w);
        picture_release(&p);
    }
    if (is_reading) {
        store_read_end(site->store);
    }
    mem_free(old.items);
    mem_free(new.items);
    mem_free(old.result);
    mem_free(new.result);
    mem_free(panel.items);
    if (status == STATUS_OK) {
        *out = counts;
    }
    return status;
}
