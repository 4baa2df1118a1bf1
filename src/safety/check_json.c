/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON of `check`: one object of a batch to a request, a result to its object. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/check_text.h"
#include "safety/finding_text.h"

/* ---- reading ---- */

typedef enum status (*add_fn)(struct check_request *r, const struct knowledge *k, const char *text,
                              struct error *err);

/* A string, or an object with a text; a drug's object may bring its dose and that it was stopped.
 */
static enum status add_entry(struct check_request *r, const struct knowledge *k, const char *field,
                             add_fn add, const struct json *entry, struct error *err)
{
    const char *text = json_is_object(entry) ? json_get_string(entry, "text") : json_string(entry);
    if (!text) {
        return error_set_field(err, STATUS_INVALID, field, _("%s is a list of texts."), field);
    }
    int drugs_before = r->input.drug_count;
    enum status status = add(r, k, text, err);
    const struct json *stopped = json_get(entry, "stopped_days_ago");
    const char *state = json_get_string(entry, "state");
    if (status != STATUS_OK || add != check_add_drug || r->input.drug_count == drugs_before || !json_is_object(entry)) {
        return status;
    }
    struct screen_drug *drug = &r->drugs[r->input.drug_count - 1];
    struct decimal days = {0, 0};
    if (state && strcmp(state, "new") == 0) {
        drug->state = SCREEN_NEW;
    } else if (stopped || (state && strcmp(state, "stopped") == 0)) {
        drug->state = SCREEN_STOPPED;
    } else if (state && strcmp(state, "on_hold") == 0) {
        drug->state = SCREEN_ON_HOLD;
    } else if (state && strcmp(state, "active") != 0) {
        return error_set_field(err, STATUS_INVALID, "state",
                               _("state is active, new, on_hold or stopped."));
    }
    if (json_is_number(stopped)) {
        status = json_decimal(stopped, &days, err);
        if (status == STATUS_OK &&
            (days.scale != 0 || days.mantissa < 0 || days.mantissa > 36500)) {
            status = error_set_field(err, STATUS_INVALID, "stopped_days_ago",
                                     _("stopped_days_ago is a whole number of days."));
        }
        drug->stopped_days_ago = (int32_t)days.mantissa;
    }
    return status;
}

static enum status add_list(struct check_request *r, const struct knowledge *k,
                            const struct json *object, const char *field, add_fn add,
                            enum screen_presence *out_presence, struct error *err)
{
    const struct json *list = json_get(object, field);
    enum screen_presence ignored;
    enum screen_presence *presence = out_presence ? out_presence : &ignored;
    if (!list) {
        return STATUS_OK;
    }
    if (json_is_null(list)) {
        *presence = SCREEN_MISSING;
        return STATUS_OK;
    }
    if (!json_is_array(list)) {
        return error_set_field(err, STATUS_INVALID, field, _("%s is a list of texts."), field);
    }
    *presence = SCREEN_PRESENT;
    for (const struct json *e = json_first(list); e; e = json_next(e)) {
        enum status status = add_entry(r, k, field, add, e, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

typedef enum status (*set_fn)(struct check_request *r, const char *text, struct error *err);

/* A number or a string that holds one. */
static enum status set_value(struct check_request *r, const struct json *object, const char *field,
                             set_fn set, enum screen_presence *out_presence, struct error *err)
{
    const struct json *value = json_get(object, field);
    char text[DECIMAL_TEXT_MAX];
    struct decimal number;
    if (!value) {
        return STATUS_OK;
    }
    if (json_is_null(value)) {
        if (out_presence) {
            *out_presence = SCREEN_MISSING;
        }
        return STATUS_OK;
    }
    if (json_is_string(value)) {
        return set(r, json_string(value), err);
    }
    if (!json_is_number(value)) {
        return error_set_field(err, STATUS_INVALID, field, _("%s is a number or a text."), field);
    }
    enum status status = json_decimal(value, &number, err);
    return status == STATUS_OK ? set(r, decimal_format(number, text), err) : status;
}

static enum status set_flag(const struct json *object, const char *field,
                            enum screen_presence *out_presence, bool *out, struct error *err)
{
    const struct json *value = json_get(object, field);
    if (!value) {
        return STATUS_OK;
    }
    if (json_is_null(value)) {
        *out_presence = SCREEN_MISSING;
        return STATUS_OK;
    }
    if (!json_get_bool(value, out)) {
        return error_set_field(err, STATUS_INVALID, field, _("%s is true or false."), field);
    }
    *out_presence = SCREEN_PRESENT;
    return STATUS_OK;
}

/* A misspelt input would otherwise look checked. */
static enum status note_unread(struct check_request *r, const struct json *object,
                               struct error *err)
{
    static const char *const keys[] = {"id",       "drugs",     "allergies", "conditions", "doses",
                                       "foods",    "age",       "sex",       "weight",     "egfr",
                                       "pregnant", "trimester", "lactating", "population", "scope"};
    for (const struct json *m = json_first(object); m; m = json_next(m)) {
        bool is_known = false;
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            is_known = is_known || strcmp(keys[i], json_key(m)) == 0;
        }
        if (!is_known && r->input.unread_count < CHECK_UNREAD_MAX) {
            enum status status = check_keep_text(r, "input", json_key(m)[0] ? json_key(m) : "\"\"",
                                                 &r->unread[r->input.unread_count], err);
            if (status != STATUS_OK) {
                return status;
            }
            r->input.unread_count++;
        }
    }
    r->input.unread = r->unread;
    return STATUS_OK;
}

static enum status set_scope(struct check_request *r, const char *text, struct error *err)
{
    bool is_new = strcmp(text, "new") == 0;
    if (!is_new && strcmp(text, "chart") != 0) {
        return error_set_field(err, STATUS_INVALID, "scope", _("scope is chart or new."));
    }
    r->input.scope = is_new ? SCREEN_NEW_ONLY : SCREEN_WHOLE_CHART;
    return STATUS_OK;
}

enum status check_read_json(struct check_request *r, const struct knowledge *k,
                            const struct json *object, struct error *err)
{
    struct screen_input *in = &r->input;
    if (!json_is_object(object)) {
        return error_set(err, STATUS_INVALID, _("A check is one JSON object."));
    }
    enum status status = note_unread(r, object, err);
    const struct {
        const char *field;
        add_fn add;
        enum screen_presence *presence;
    } lists[] = {{"drugs", check_add_drug, NULL},
                 {"allergies", check_add_allergy, &in->allergies_presence},
                 {"conditions", check_add_condition, &in->conditions_presence},
                 {"doses", check_add_dose, NULL},
                 {"foods", check_add_food, &in->foods_presence}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists && status == STATUS_OK; i++) {
        status = add_list(r, k, object, lists[i].field, lists[i].add, lists[i].presence, err);
    }
    const struct {
        const char *field;
        set_fn set;
        enum screen_presence *presence;
    } values[] = {{"age", check_set_age, &in->age_presence},
                  {"sex", check_set_sex, NULL},
                  {"weight", check_set_weight, &in->weight_presence},
                  {"egfr", check_set_egfr, &in->egfr_presence},
                  {"population", check_set_population, NULL},
                  {"trimester", check_set_trimester, NULL},
                  {"scope", set_scope, NULL}};
    for (size_t i = 0; i < sizeof values / sizeof *values && status == STATUS_OK; i++) {
        status = set_value(r, object, values[i].field, values[i].set, values[i].presence, err);
    }
    if (status == STATUS_OK) {
        status = set_flag(object, "pregnant", &in->pregnancy_presence, &in->is_pregnant, err);
    }
    if (status == STATUS_OK) {
        status = set_flag(object, "lactating", &in->lactation_presence, &in->is_lactating, err);
    }
    return status;
}

/* ---- writing ---- */

static void write_drugs(struct json_writer *w, const struct knowledge *k,
                        const struct screen_input *input, const struct screen_finding *f)
{
    json_write_key(w, "drugs");
    json_begin_array(w);
    for (int i = 0; i < f->drug_count; i++) {
        if (i == 0 || f->drugs[i] != f->drugs[0]) { /* two drugs in one text are one entry */
            json_write_string(w, input->drugs[f->drugs[i]].text);
        }
    }
    json_end_array(w);
    json_write_key(w, "ingredients");
    json_begin_array(w);
    for (int i = 0; i < 2; i++) {
        if (f->ingredients[i] != KNOWLEDGE_NO_ID) {
            json_write_string(w, knowledge_name(k, f->ingredients[i]));
        }
    }
    json_end_array(w);
}

static void write_finding(struct json_writer *w, const struct knowledge *k,
                          const struct screen_input *input, const struct screen_finding *f)
{
    char text[FINDING_TEXT_MAX];
    json_begin_object(w);
    json_write_member(w, "kind", finding_kind_word(f->kind));
    json_write_member(w, "severity", enum_word(ENUM_INTERACTION_TYPE, (int)f->severity));
    json_write_member(w, "evidence", enum_word(ENUM_EVIDENCE_LEVEL, (int)f->evidence));
    json_write_member(w, "rule", f->rule_id);
    write_drugs(w, k, input, f);
    json_write_member(w, "with", f->with);
    json_write_member(w, "relation", finding_relation_word(f->relation));
    json_write_member(w, "effect", finding_effect(k, input, f, text));
    json_write_member(w, "mechanism", f->mechanism);
    json_write_member(w, "management", finding_management(k, input, f, text));
    json_write_member(w, "source", finding_source(f));
    if (f->separate_hours) {
        json_write_key(w, "separate_hours");
        json_write_int(w, f->separate_hours);
    }
    json_write_key(w, "interrupts");
    json_write_bool(w, finding_interrupts(f));
    json_end_object(w);
}

static void write_not_assessed(struct json_writer *w, const struct screen_input *input,
                               const struct screen_result *result)
{
    const struct {
        const char *what;
        bool is_unasked;
    } parts[] = {{"allergies", input->allergies_presence == SCREEN_NOT_ASSESSED},
                 {"conditions", input->conditions_presence == SCREEN_NOT_ASSESSED},
                 {"foods", input->foods_presence == SCREEN_NOT_ASSESSED},
                 {"age", input->age_presence == SCREEN_NOT_ASSESSED},
                 {"weight", input->weight_presence == SCREEN_NOT_ASSESSED},
                 {"egfr", input->egfr_presence == SCREEN_NOT_ASSESSED},
                 {"pregnancy", input->pregnancy_presence == SCREEN_NOT_ASSESSED},
                 {"lactation", input->lactation_presence == SCREEN_NOT_ASSESSED}};
    json_write_key(w, "not_assessed");
    json_begin_array(w);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].is_unasked) {
            json_write_string(w, parts[i].what);
        }
    }
    json_end_array(w);
    json_write_key(w, "dose_not_checked");
    json_begin_array(w);
    for (int i = 0; i < input->drug_count && i < SCREEN_DRUGS_MAX; i++) {
        if (result->is_dose_unchecked[i]) {
            json_write_string(w, input->drugs[i].text);
        }
    }
    json_end_array(w);
}

bool check_is_drug_name(const struct screen_incomplete *item)
{
    return item->reason == INCOMPLETE_DRUG_UNKNOWN || item->reason == INCOMPLETE_DRUG_PARTIAL ||
           item->reason == INCOMPLETE_DRUG_AMBIGUOUS;
}

/* Names that a misspelt drug may have meant. */
static void write_meant(struct json_writer *w, const struct knowledge *k, const struct screen_incomplete *item)
{
    struct drug_suggestion meant[DRUG_MEANT_MAX];
    if (!check_is_drug_name(item)) {
        return;
    }
    int count = drug_did_you_mean(k, item->item, meant, DRUG_MEANT_MAX);
    json_write_key(w, "did_you_mean");
    json_begin_array(w);
    for (int i = 0; i < count; i++) {
        json_write_string(w, meant[i].name);
    }
    json_end_array(w);
}

/* ---- how the texts were understood ---- */

static void begin_reading(struct json_writer *w, const char *text)
{
    json_begin_object(w);
    json_write_member(w, "text", text);
    json_write_key(w, "as");
    json_begin_array(w);
}

static void end_reading(struct json_writer *w)
{
    json_end_array(w);
    json_end_object(w);
}

static void write_drugs_read(struct json_writer *w, const struct knowledge *k,
                             const struct screen_input *input)
{
    json_write_key(w, "drugs");
    json_begin_array(w);
    for (int i = 0; i < input->drug_count; i++) {
        const struct screen_drug *drug = &input->drugs[i];
        enum route route = drug->route != ROUTE_NONE_GIVEN ? drug->route : drug->identity.route;
        begin_reading(w, drug->text);
        for (int p = 0; p < drug->identity.ingredient_count; p++) {
            json_write_string(w, knowledge_name(k, drug->identity.ingredients[p]));
        }
        json_end_array(w);
        json_write_member(w, "route",
                          route != ROUTE_NONE_GIVEN ? enum_word(ENUM_ROUTE, (int)route) : NULL);
        if (drug_assumed_form(k, &drug->identity)[0]) {
            json_write_member(w, "assumed", drug_assumed_form(k, &drug->identity));
        }
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_allergies_read(struct json_writer *w, const struct knowledge *k,
                                 const struct screen_input *input)
{
    json_write_key(w, "allergies");
    json_begin_array(w);
    for (int i = 0; i < input->allergy_count; i++) {
        const struct allergen_identity *a = &input->allergies[i].identity;
        begin_reading(w, input->allergies[i].text);
        for (int j = 0; j < a->count; j++) {
            json_write_string(w, a->kind == ALLERGEN_SUBSTANCE ? knowledge_name(k, a->ids[j])
                                 : a->kind == ALLERGEN_GROUP
                                     ? knowledge_group_title(k, a->ids[j])
                                     : knowledge_class_title(k, a->ids[j]));
        }
        end_reading(w);
    }
    json_end_array(w);
}

static void write_read(struct json_writer *w, const struct knowledge *k,
                       const struct screen_input *input)
{
    json_write_key(w, "read");
    json_begin_object(w);
    write_drugs_read(w, k, input);
    write_allergies_read(w, k, input);
    json_write_key(w, "conditions");
    json_begin_array(w);
    for (int i = 0; i < input->condition_count; i++) {
        const struct condition_identity *c = &input->conditions[i].identity;
        begin_reading(w, input->conditions[i].text);
        for (int j = 0; j < c->count; j++) {
            json_write_string(w, knowledge_condition_title(k, c->groups[j]));
        }
        end_reading(w);
    }
    json_end_array(w);
    json_write_key(w, "foods");
    json_begin_array(w);
    for (int i = 0; i < input->food_count; i++) {
        begin_reading(w, input->foods[i].text);
        if (input->foods[i].food != KNOWLEDGE_NO_ID) {
            json_write_string(w, knowledge_food_title(k, input->foods[i].food));
        }
        end_reading(w);
    }
    json_end_array(w);
    json_end_object(w);
}

void check_write_json(struct json_writer *w, const struct knowledge *k,
                      const struct screen_input *input, const struct screen_result *result,
                      const char *id_json)
{
    char text[FINDING_TEXT_MAX];
    json_begin_object(w);
    if (id_json) {
        json_write_key(w, "id");
        json_write_raw(w, id_json);
    }
    json_write_member(w, "status", screen_status_word(result->status));
    json_write_key(w, "findings");
    json_begin_array(w);
    for (int i = 0; i < result->finding_count; i++) {
        write_finding(w, k, input, &result->findings[i]);
    }
    json_end_array(w);
    json_write_key(w, "incomplete");
    json_begin_array(w);
    for (int i = 0; i < result->incomplete_count; i++) {
        const struct screen_incomplete *item = &result->incomplete[i];
        json_begin_object(w);
        json_write_member(w, "item", item->item);
        json_write_member(w, "reason", incomplete_text(item, text));
        json_write_member(w, "code", incomplete_word(item->reason));
        json_write_member(w, "rule", item->rule_id[0] ? item->rule_id : NULL);
        write_meant(w, k, item);
        json_end_object(w);
    }
    json_end_array(w);
    write_not_assessed(w, input, result);
    write_read(w, k, input);
    json_write_key(w, "knowledge");
    json_begin_object(w);
    json_write_member(w, "version", knowledge_version(k));
    json_write_member(w, "date", knowledge_date(k));
    json_end_object(w);
    json_end_object(w);
}

/* ---- one line of a batch ---- */

/* The id as it came: a string or a number; null otherwise. */
static char *id_json(const struct json *object)
{
    const struct json *id = json_get(object, "id");
    struct json_writer w = JSON_WRITER_INIT;
    struct decimal number;
    char text[DECIMAL_TEXT_MAX];
    if (json_is_string(id)) {
        json_write_string(&w, json_string(id));
    } else if (json_is_number(id) && json_decimal(id, &number, NULL) == STATUS_OK) {
        json_write_raw(&w, decimal_format(number, text));
    } else {
        json_write_null(&w);
    }
    char *out = buffer_take(&w.out);
    json_writer_release(&w);
    return out;
}

bool check_batch_line(const struct knowledge *k, const char *line, size_t len_bytes,
                      int line_number, struct screen_result *scratch, struct buffer *out)
{
    static const struct json_limits limits = {
        .max_bytes = 1 << 20, .max_depth = 8, .max_nodes = 20000};
    struct json_document *doc = NULL;
    struct error err = ERROR_INIT;
    struct check_request r;
    check_request_init(&r);
    enum status status = json_parse(line, len_bytes, &limits, line_number, &doc, &err);
    const struct json *object = status == STATUS_OK ? json_root(doc) : NULL;
    char *id = id_json(object);
    struct json_writer w = JSON_WRITER_INIT;
    if (status == STATUS_OK) {
        status = check_read_json(&r, k, object, &err);
    }
    if (status == STATUS_OK && r.input.drug_count == 0) {
        status = error_set_field(&err, STATUS_INVALID, "drugs",
                                 _("drugs is empty; name at least one."));
    }
    if (status == STATUS_OK) {
        screen(k, &r.input, scratch);
        check_write_json(&w, k, &r.input, scratch, id);
    } else {
        json_begin_object(&w);
        json_write_key(&w, "id");
        json_write_raw(&w, id);
        json_write_member(&w, "error", error_text(&err));
        json_write_key(&w, "line");
        json_write_int(&w, line_number);
        json_end_object(&w);
    }
    buffer_append(out, w.out.bytes, w.out.len);
    buffer_append_byte(out, '\n');
    json_writer_release(&w);
    mem_free(id);
    json_free(doc);
    check_request_release(&r);
    return status == STATUS_OK;
}
