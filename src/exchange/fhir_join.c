/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From staged items to charts: what orders refer to is put into them, items are gathered a patient,
 * refusals spread to the whole patient, and every entry is counted once. */
#include <inttypes.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/fhir_item.h"
#include "exchange/fhir_link.h"

#define UNIQUE_ID_MIN 20 /* letters of an id that nobody else gave by chance */

struct join {
    struct fhir_stage *stage;
    struct fhir_links links;
    struct text_index members; /* patient's key -> item */
};

static struct fhir_item *item_at(const struct join *j, size_t at)
{
    return fhir_links_item(&j->links, at);
}

static struct fhir_file *file_of(const struct join *j, const struct fhir_item *item)
{
    return &j->stage->import.files.items[item->file];
}

static char *what_of(const struct fhir_item *item)
{
    return mem_format("%s%s%s", item->type, *item->id ? "/" : "", item->id);
}

/* --- whose --- */

static bool belongs_to_patient(const struct fhir_item *item)
{
    return !item->is_contained &&
           (item->kind == FHIR_ITEM_ALLERGY || item->kind == FHIR_ITEM_CONDITION ||
            item->kind == FHIR_ITEM_ORDER || item->kind == FHIR_ITEM_METRICS ||
            item->kind == FHIR_ITEM_COVERAGE);
}

static bool
is_out(const struct fhir_item *item) /* only counted: nothing of it belongs in a chart */
{
    return item->is_repetition || (item->outcome == FHIR_SKIPPED && item->warnings.len == 0);
}

static void gather_one(struct join *j, size_t at)
{
    struct fhir_item *item = item_at(j, at);
    size_t patient = 0;
    enum fhir_found found = fhir_links_find(&j->links, at, &item->subject, "Patient", &patient);
    if (found == FHIR_FOUND_NONE) {
        char *type = fhir_reference_type(&item->subject);
        bool is_other = type && strcmp(type, "Patient") != 0;
        mem_free(type);
        if (is_other) {
            fhir_item_skip(item, _("It is not about one patient."));
        } else if (item->subject.target && *item->subject.target == '#') {
            fhir_links_refuse(&j->links, at, "subject",
                              _("the contained patient that it names is not there."));
        }
        if (!is_other) {
            text_index_add(&j->members, fhir_links_key(&j->links, at, &item->subject, "Patient"),
                           at);
        }
        return;
    }
    if (item_at(j, patient)->kind != FHIR_ITEM_PATIENT) {
        fhir_item_skip(item, _("It is not about one patient."));
        return;
    }
    if (found == FHIR_FOUND_SEVERAL) { /* any of them could be the one */
        fhir_links_refuse(&j->links, at, "subject",
                          _("several patients answer to this reference."));
        fhir_item_refuse(item_at(j, patient), item->error);
    }
    text_index_add(&j->members, mem_copy_text(j->links.keys[patient]), at);
    if (item_at(j, patient)->is_contained) {
        text_index_add(&j->members, mem_copy_text(j->links.keys[patient]), patient);
    }
}

static void gather(struct join *j)
{
    for (size_t i = 0; i < j->stage->items.len; i++) {
        struct fhir_item *item = item_at(j, i);
        if (item->kind == FHIR_ITEM_PATIENT && !item->is_contained && !is_out(item)) {
            text_index_add(&j->members, mem_copy_text(j->links.keys[i]), i);
        } else if (belongs_to_patient(item) && !is_out(item)) {
            gather_one(j, i);
        }
    }
    text_index_sort(&j->members);
}

/* --- charts --- */

static struct uid derive(const struct join *j, const char *name)
{
    return j->stage->options->derive(j->stage->options->derive_context, name);
}

/* Two systems may both have a patient and an order called 1: a record is named behind its patient.
 */
static struct uid derive_record(const struct join *j, const char *person, const char *key)
{
    char *name = mem_format("%s > %s", person, key);
    struct uid id = derive(j, name);
    mem_free(name);
    return id;
}

static struct fhir_origin take_origin(const struct join *j, size_t at)
{
    struct fhir_item *item = item_at(j, at);
    struct fhir_origin origin = {.source_id = mem_copy_text(j->links.keys[at]),
                                 .codings = item->codings ? item->codings : mem_copy_text(""),
                                 .type = item->type,
                                 .entry = at,
                                 .file = item->file,
                                 .line = item->line};
    item->codings = NULL;
    return origin;
}

/* The version is named by what the order says, so that an unchanged order is the same version in
 * every import. */
static struct uid derive_version(const struct join *j, const char *person, const char *key,
                                 const struct order *order)
{
    struct buffer name = BUFFER_INIT;
    char *sig = sig_to_json(&order->sig);
    const char *const parts[] = {order->drug_text,  order->code_system, order->code,
                                 order->strength,   order->dosage_form, sig,
                                 order->directions, order->indication,  order->prescriber_name,
                                 order->reason,     order->original};
    buffer_append_format(&name, "%s|version|%d|%d|%d|%" PRId64 "|%" PRId64, key, (int)order->status,
                         order->quantity, order->refills, order->start_us, order->stop_us);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buffer_append_format(&name, "|%zu:%s", strlen(parts[i]), parts[i]);
    }
    struct uid id = derive_record(j, person, name.bytes);
    mem_free(sig);
    buffer_release(&name);
    return id;
}

static void put_origin(struct fhir_origin_list *list, struct fhir_origin origin)
{
    MEM_GROW(list);
    list->items[list->len++] = origin;
}

static void put_metrics(struct join *j, const char *person, struct fhir_chart *chart, size_t at)
{
    struct metric_list *from = item_at(j, at)->of.metrics;
    struct fhir_origin whole = take_origin(j, at);
    for (size_t i = 0; i < from->len; i++) {
        struct metric *metric = &from->items[i];
        struct fhir_origin origin = whole;
        origin.source_id = mem_format("%s|%s", whole.source_id,
                                      enum_word(ENUM_METRIC_TYPE, (int)metric->type));
        origin.codings = mem_copy_text(whole.codings);
        metric->id = derive_record(j, person, origin.source_id);
        metric->patient = chart->patient.id;
        MEM_GROW(&chart->metrics);
        chart->metrics.items[chart->metrics.len++] = *metric;
        put_origin(&chart->metric_origins, origin);
    }
    from->len = 0; /* moved */
    mem_free(whole.source_id);
    mem_free(whole.codings);
}

static void put_carer(struct join *j, const char *person, struct fhir_chart *chart, size_t from,
                      const struct fhir_reference *reference, bool is_primary_care)
{
    size_t at;
    if (!fhir_links_find_provider(&j->links, from, reference, &at)) {
        return;
    }
    size_t provider = item_at(j, at)->of.name->number;
    for (size_t i = 0; i < chart->carers.len; i++) {
        if (chart->carers.items[i].provider == provider) {
            chart->carers.items[i].is_primary_care |= is_primary_care;
            return;
        }
    }
    char *key = mem_format("%s|carer", j->links.keys[at]);
    MEM_GROW(&chart->carers);
    chart->carers.items[chart->carers.len++] = (struct fhir_carer){
        .id = derive_record(j, person, key),
        .provider = provider,
        .is_primary_care = is_primary_care};
    mem_free(key);
}

static void put_record(struct join *j, const char *person, struct fhir_chart *chart, size_t at)
{
    struct fhir_item *item = item_at(j, at);
    struct uid id = derive_record(j, person, j->links.keys[at]);
    if (item->kind == FHIR_ITEM_ALLERGY) {
        struct allergy *allergy = &item->of.allergy->allergy;
        if (item->of.allergy->assessment != ALLERGY_STATUS_NONE_GIVEN) {
            chart->patient.allergy_status = item->of.allergy->assessment;
            chart->patient.allergy_status_at_us = allergy->recorded_at_us;
            return;
        }
        allergy->id = id;
        allergy->patient = chart->patient.id;
        MEM_GROW(&chart->allergies);
        chart->allergies.items[chart->allergies.len++] = *allergy;
        *allergy = (struct allergy){0};
        put_origin(&chart->allergy_origins, take_origin(j, at));
    } else if (item->kind == FHIR_ITEM_CONDITION) {
        item->of.condition->id = id;
        item->of.condition->patient = chart->patient.id;
        MEM_GROW(&chart->conditions);
        chart->conditions.items[chart->conditions.len++] = *item->of.condition;
        *item->of.condition = (struct condition){0};
        put_origin(&chart->condition_origins, take_origin(j, at));
    } else if (item->kind == FHIR_ITEM_ORDER) {
        item->of.order->id = id;
        item->of.order->patient = chart->patient.id;
        item->of.order->version = derive_version(j, person, j->links.keys[at], item->of.order);
        MEM_GROW(&chart->orders);
        chart->orders.items[chart->orders.len++] = *item->of.order;
        *item->of.order = (struct order){0};
        put_origin(&chart->order_origins, take_origin(j, at));
    } else if (item->kind == FHIR_ITEM_METRICS) {
        put_metrics(j, person, chart, at);
    } else if (item->kind == FHIR_ITEM_COVERAGE) {
        item->of.coverage->id = id;
        item->of.coverage->patient = chart->patient.id;
        MEM_GROW(&chart->coverages);
        chart->coverages.items[chart->coverages.len++] = *item->of.coverage;
        *item->of.coverage = (struct coverage){0};
        put_origin(&chart->coverage_origins, take_origin(j, at));
    }
    if (item->kind == FHIR_ITEM_ORDER) {
        put_carer(j, person, chart, at, &item->prescriber, false);
    }
}

static void put_patient(struct join *j, struct fhir_chart *chart, size_t at)
{
    struct fhir_item *item = item_at(j, at);
    const char *system = *item->base                 ? item->base
                         : j->stage->options->source ? j->stage->options->source
                                                     : "";
    struct uid id = chart->patient.id;
    chart->has_patient = true;
    chart->is_deceased = item->of.patient->is_deceased;
    chart->patient = item->of.patient->patient;
    item->of.patient->patient = (struct patient){0};
    chart->patient.id = id;
    if (*item->id && !item->is_contained) {
        identifier_list_add(&chart->patient.identifiers, IDENTIFIER_KIND_SOURCE, system, item->id);
    }
    chart->patient.allergy_status = ALLERGY_STATUS_NOT_ASKED;
    mem_free(chart->origin.source_id);
    mem_free(chart->origin.codings);
    chart->origin = take_origin(j, at);
    file_of(j, item)->patients += item->is_contained ? 0 : 1;
}

/* An allergy on the list outweighs the statement that there are none. */
static void assess_allergies(struct fhir_chart *chart)
{
    for (size_t i = 0; i < chart->allergies.len; i++) {
        const struct allergy *allergy = &chart->allergies.items[i];
        if (allergy->state == ALLERGY_STATE_IN_ERROR || allergy->state == ALLERGY_STATE_REFUTED) {
            continue;
        }
        bool stands = allergy->state == ALLERGY_STATE_ACTIVE ||
                      allergy->state == ALLERGY_STATE_UNCONFIRMED;
        if (chart->patient.allergy_status == ALLERGY_STATUS_NONE_KNOWN && stands) {
            fhir_warning_add(&chart->warnings, chart->allergy_origins.items[i].file,
                             chart->allergy_origins.items[i].line, "AllergyIntolerance",
                             _("The source says both that no allergies are known and that there "
                               "are some; the list counts."));
        }
        if (stands || chart->patient.allergy_status != ALLERGY_STATUS_NONE_KNOWN) {
            chart->patient.allergy_status = ALLERGY_STATUS_LISTED;
            chart->patient.allergy_status_at_us = allergy->recorded_at_us;
        }
    }
}

static void put_measures(struct fhir_chart *chart)
{
    int64_t height_at_us = 0;
    for (size_t i = 0; i < chart->metrics.len; i++) {
        const struct metric *metric = &chart->metrics.items[i];
        if (metric->type == METRIC_TYPE_WEIGHT && metric->at_us >= chart->patient.weight_at_us) {
            chart->patient.weight_kg = metric->value;
            chart->patient.weight_at_us = metric->at_us;
        }
        if (metric->type == METRIC_TYPE_HEIGHT && metric->at_us >= height_at_us) {
            chart->patient.height_cm = (int)decimal_round(metric->value, 0).mantissa;
            height_at_us = metric->at_us;
        }
    }
}

static void move_warnings(struct fhir_chart *chart, struct fhir_item *item)
{
    char *what = what_of(item);
    for (size_t i = 0; i < item->warnings.len; i++) {
        const struct fhir_warning *warning = &item->warnings.items[i];
        fhir_warning_add(&chart->warnings, item->file, warning->line, what, warning->message);
    }
    mem_free(what);
}

/* --- accounts --- */

static void count(struct join *j, struct fhir_item *item)
{
    if (item->is_contained) {
        return;
    }
    if (item->outcome == FHIR_READ) {
        fhir_file_count(file_of(j, item), item->type, true);
    } else {
        fhir_file_skip(file_of(j, item), item->type,
                       item->reason ? item->reason : item->error->message, item->line);
    }
}

struct member_run {
    const struct text_entry *entries;
    size_t len;
};

/* The patient's own fault first, else the first record's. NULL: nothing is wrong. */
static const struct fhir_item *culprit_of(const struct join *j, struct member_run run)
{
    const struct fhir_item *first = NULL;
    for (size_t i = 0; i < run.len; i++) {
        const struct fhir_item *item = item_at(j, run.entries[i].value);
        if (item->outcome == FHIR_REFUSED && (!first || item->kind == FHIR_ITEM_PATIENT)) {
            first = item;
            if (item->kind == FHIR_ITEM_PATIENT) {
                break;
            }
        }
    }
    return first;
}

/* The patient of several records who is contained in them stands in the run once for each. */
static bool is_first(struct member_run run, size_t i)
{
    return i == 0 || run.entries[i].value != run.entries[i - 1].value;
}

static void refuse_run(struct join *j, struct member_run run, const struct fhir_item *culprit)
{
    struct error error = *culprit->error;
    const char *key = run.entries[0].text;
    const char *id = strrchr(key, '|');
    char *what = mem_format("Patient/%s", id ? id + 1 : key);
    char *reason = mem_format(_("Nothing of the patient was taken over: %s"), error.message);
    fhir_file_refuse_patient(file_of(j, culprit), what, &error);
    for (size_t i = 0; i < run.len; i++) {
        struct fhir_item *item = item_at(j, run.entries[i].value);
        if (!is_first(run, i)) {
            continue;
        }
        if (item->outcome != FHIR_SKIPPED) {
            item->outcome = FHIR_SKIPPED;
            mem_free(item->owned_reason);
            item->owned_reason = mem_copy_text(reason);
            item->reason = item->owned_reason;
        }
    }
    mem_free(reason);
    mem_free(what);
}

static void skip_run(struct join *j, struct member_run run, const char *reason)
{
    for (size_t i = 0; i < run.len; i++) {
        fhir_item_skip(item_at(j, run.entries[i].value), reason);
    }
}

/* What the run's patient is called for good. An id that is neither a UUID nor has an address may
 * stand for anybody ("Patient/1"): then name and birth date belong to it, so that another source's
 * patient 1 is another person. NULL: such an id and nothing that says whose it is. Caller frees. */
static char *name_person(struct join *j, struct member_run run)
{
    const char *key = run.entries[0].text;
    const char *id = strrchr(key, '|') + 1; /* keys are "system|Type|id" */
    if (*key != '|' || *id == '~' || strlen(id) >= UNIQUE_ID_MIN) {
        return mem_copy_text(key);
    }
    for (size_t i = 0; i < run.len; i++) {
        const struct fhir_item *item = item_at(j, run.entries[i].value);
        if (item->kind == FHIR_ITEM_PATIENT && item->outcome == FHIR_READ) {
            const struct patient *patient = &item->of.patient->patient;
            char day[DATE_TEXT_MAX];
            char *words = mem_format("%s %s", patient->last_name, patient->first_name);
            char *folded = text_fold(words);
            char *name = mem_format("%s|%s|%s", key, folded,
                                    date_format_iso(patient->birth_date, day));
            mem_free(folded);
            mem_free(words);
            return name;
        }
    }
    return NULL;
}

static struct fhir_chart begin_chart(struct join *j, struct member_run run, const char *person)
{
    const struct fhir_item *first = item_at(j, run.entries[0].value);
    struct fhir_chart chart = {.origin = {.source_id = mem_copy_text(run.entries[0].text),
                                          .codings = mem_copy_text(""),
                                          .type = "Patient",
                                          .entry = run.entries[0].value,
                                          .file = first->file,
                                          .line = first->line}};
    chart.patient.id = derive(j, person ? person : run.entries[0].text);
    chart.patient.allergy_status = ALLERGY_STATUS_NOT_ASKED;
    for (size_t i = 0; i < run.len; i++) {
        size_t at = run.entries[i].value;
        if (is_first(run, i) && item_at(j, at)->kind == FHIR_ITEM_PATIENT &&
            item_at(j, at)->outcome == FHIR_READ) {
            put_patient(j, &chart, at);
            put_carer(j, run.entries[i].text, &chart, at, &item_at(j, at)->prescriber, true);
        }
    }
    return chart;
}

static const char *name_of_record(const struct fhir_item *item)
{
    switch (item->kind) {
    case FHIR_ITEM_ORDER:
        return item->of.order->drug_text;
    case FHIR_ITEM_ALLERGY:
        return item->of.allergy->allergy.allergen_name;
    case FHIR_ITEM_CONDITION:
        return item->of.condition->name;
    case FHIR_ITEM_NONE:
    case FHIR_ITEM_PATIENT:
    case FHIR_ITEM_METRICS:
    case FHIR_ITEM_DRUG:
    case FHIR_ITEM_NAME:
    case FHIR_ITEM_COVERAGE:
        break;
    }
    return NULL;
}

/* "Do not give", "no known allergy", a plan: nobody has to decide it, somebody has to see it. */
static void put_note(struct fhir_chart *chart, const struct fhir_item *item)
{
    bool is_clinical = item->kind == FHIR_ITEM_ORDER || item->kind == FHIR_ITEM_ALLERGY || item->kind == FHIR_ITEM_CONDITION;
    if (item->outcome != FHIR_SKIPPED || !is_clinical || item->is_contained || item->is_repetition || !item->reason) {
        return;
    }
    const char *name = name_of_record(item);
    MEM_GROW(&chart->notes);
    chart->notes.items[chart->notes.len++] = (struct fhir_note){.what = mem_copy_text(item->type),
                                                                .text = mem_copy_text(name && *name ? name : item->id),
                                                                .reason = mem_copy_text(item->reason),
                                                                .entries = 1};
}

static void build_chart(struct join *j, struct member_run run)
{
    struct fhir_import *import = &j->stage->import;
    const struct fhir_item *culprit = culprit_of(j, run);
    if (culprit) {
        refuse_run(j, run, culprit);
        return;
    }
    char *person = name_person(j, run);
    struct fhir_chart chart = begin_chart(j, run, person);
    if (!chart.has_patient && j->stage->options->knows &&
        (!person ||
         !j->stage->options->knows(j->stage->options->knows_context, chart.patient.id))) {
        skip_run(j, run, _("The patient it is about is in no file and not known here."));
    }
    if (!person) {
        person = mem_copy_text(run.entries[0].text);
    }
    bool has_record = chart.has_patient;
    for (size_t i = 0; i < run.len; i++) {
        size_t at = run.entries[i].value;
        if (!is_first(run, i)) {
            continue;
        }
        move_warnings(&chart, item_at(j, at));
        put_note(&chart, item_at(j, at));
        if (item_at(j, at)->outcome == FHIR_READ && item_at(j, at)->kind != FHIR_ITEM_PATIENT) {
            put_record(j, person, &chart, at);
            has_record = true;
        }
    }
    mem_free(person);
    if (!has_record) { /* all of it was skipped */
        fhir_chart_release(&chart);
        return;
    }
    assess_allergies(&chart);
    put_measures(&chart);
    MEM_GROW(&import->charts);
    import->charts.items[import->charts.len++] = chart;
}

static void build_charts(struct join *j)
{
    for (size_t i = 0; i < j->members.len;) {
        size_t end = i + 1;
        while (end < j->members.len &&
               strcmp(j->members.items[end].text, j->members.items[i].text) == 0) {
            end++;
        }
        build_chart(j, (struct member_run){&j->members.items[i], end - i});
        i = end;
    }
}

/* An NPI names a person whatever the system. */
static void put_provider(struct join *j, size_t at)
{
    struct fhir_import *import = &j->stage->import;
    struct fhir_name_record *record = item_at(j, at)->of.name;
    char *name = *record->provider.npi ? mem_format("npi|%s", record->provider.npi)
                                       : mem_copy_text(j->links.keys[at]);
    record->provider.id = derive(j, name);
    record->number = import->providers.len;
    MEM_GROW(&import->providers);
    import->providers.items[import->providers.len++] = record->provider;
    record->provider = (struct provider){0};
    put_origin(&import->provider_origins, take_origin(j, at));
    mem_free(name);
}

static void settle_supporters(struct join *j)
{
    for (size_t i = 0; i < j->stage->items.len; i++) {
        struct fhir_item *item = item_at(j, i);
        if (item->kind == FHIR_ITEM_NAME && item->of.name->is_provider && !item->is_contained &&
            item->outcome == FHIR_READ) {
            put_provider(j, i);
        } else if (item->kind == FHIR_ITEM_NAME) {
            fhir_item_skip(item, _("Only its name is used, where other records refer to it."));
        } else if (item->kind == FHIR_ITEM_DRUG && !item->is_used) {
            fhir_item_skip(item, _("No order names this drug."));
        }
    }
}

void fhir_stage_join(struct fhir_stage *stage)
{
    struct join j = {.stage = stage};
    fhir_links_init(&j.links, stage);
    for (size_t i = 0; i < stage->items.len; i++) {
        const struct fhir_item *item = item_at(&j, i);
        if (item->kind == FHIR_ITEM_ORDER && item->outcome == FHIR_READ) {
            fhir_order_link(&j.links, i);
        } else if (item->kind == FHIR_ITEM_COVERAGE && item->outcome == FHIR_READ) {
            fhir_coverage_link(&j.links, i);
        }
    }
    settle_supporters(&j);
    gather(&j);
    build_charts(&j);
    for (size_t i = 0; i < stage->items.len; i++) {
        count(&j, item_at(&j, i));
    }
    text_index_release(&j.members);
    fhir_links_release(&j.links);
}
