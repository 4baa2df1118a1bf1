/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "model/kidney.h"
#include "service/chart.h"
#include "service/checks.h"
#include "service/metrics.h"
#include "service/patients.h"
#include "service/problems.h"

enum { BEFORE_H = 12, AFTER_H = 24, METRICS_MAX = 200 };

static const char *or_null(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : NULL;
}

static void write_day(struct json_writer *w, const char *key, struct date date)
{
    char text[DATE_TEXT_MAX];
    json_write_member(w, key, or_null(date_format_iso(date, text)));
}

static void write_instant(struct json_writer *w, const char *key, int64_t at_us)
{
    char text[INSTANT_TEXT_MAX];
    json_write_member(w, key, at_us != 0 ? instant_format_utc(at_us, text) : NULL);
}

static void write_number(struct json_writer *w, const char *key, struct decimal value)
{
    char text[DECIMAL_TEXT_MAX];
    json_write_member(w, key, decimal_is_zero(value) ? NULL : decimal_format(value, text));
}

/* Creatinine clearance with what it was calculated from, or what lacks for it. */
static void write_kidney(struct json_writer *w, const struct patient *p, struct date today)
{
    struct kidney k = kidney_clearance(p, today);
    json_begin_object(w);
    json_write_key(w, "crcl_ml_min");
    if (k.gap == KIDNEY_KNOWN) {
        json_write_int(w, decimal_round(k.crcl, 0).mantissa);
    } else {
        json_write_null(w);
    }
    write_number(w, "creatinine_mg_dl", k.creatinine);
    write_instant(w, "creatinine_at", k.creatinine_at_us);
    json_write_member(w, "lacks", k.gap == KIDNEY_KNOWN ? NULL : kidney_gap_text(k.gap));
    json_end_object(w);
}

static void write_identifiers(struct json_writer *w, const struct identifier_list *list)
{
    json_begin_array(w);
    for (size_t i = 0; i < list->len; i++) {
        json_begin_object(w);
        json_write_member(w, "kind", enum_word(ENUM_IDENTIFIER_KIND, (int)list->items[i].kind));
        json_write_member(w, "system", list->items[i].system);
        json_write_member(w, "value", list->items[i].value);
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_patient(struct json_writer *w, const struct patient *p, struct date today)
{
    char id[UID_TEXT_MAX], birth[DATE_TEXT_MAX];
    char *name = patient_display_name(p);
    json_begin_object(w);
    json_write_member(w, "id", uid_format(p->id, id));
    json_write_member(w, "mrn", p->mrn);
    json_write_member(w, "name", name);
    json_write_member(w, "last_name", p->last_name);
    json_write_member(w, "first_name", p->first_name);
    json_write_member(w, "birth_date", date_format_iso(p->birth_date, birth));
    write_day(w, "death_date", p->death_date);
    json_write_member(w, "sex", enum_word(ENUM_GENDER, (int)p->gender));
    json_write_member(w, "phone", p->phone_number);
    json_write_member(w, "address", or_null(p->address));
    json_write_member(w, "language", or_null(p->language));
    json_write_member(w, "timezone", or_null(p->timezone));
    json_write_member(w, "blood_type", enum_word(ENUM_BLOOD_TYPE, (int)p->blood_type));
    json_write_key(w, "identifiers");
    write_identifiers(w, &p->identifiers);
    write_number(w, "weight_kg", p->weight_kg);
    write_instant(w, "weight_at", p->weight_at_us);
    write_number(w, "height_cm", decimal_from_int(p->height_cm));
    json_write_key(w, "kidney");
    write_kidney(w, p, today);
    json_write_member(w, "pregnancy", enum_word(ENUM_PREGNANCY, (int)p->pregnancy));
    write_day(w, "due_date", p->due_date);
    json_write_member(w, "lactation", enum_word(ENUM_LACTATION, (int)p->lactation));
    json_write_member(w, "allergy_status", enum_word(ENUM_ALLERGY_STATUS, (int)p->allergy_status));
    write_instant(w, "allergy_status_at", p->allergy_status_at_us);
    json_write_member(w, "allergy_status_by", or_null(p->allergy_status_by));
    json_write_member(w, "allergy_status_reason", or_null(p->allergy_status_reason));
    json_write_member(w, "source_system", or_null(p->source_system));
    json_end_object(w);
    mem_free(name);
}

static void write_allergies(struct json_writer *w, const struct allergy_list *list)
{
    char id[UID_TEXT_MAX];
    json_begin_array(w);
    for (size_t i = 0; i < list->len; i++) {
        const struct allergy *a = &list->items[i];
        json_begin_object(w);
        json_write_member(w, "id", uid_format(a->id, id));
        json_write_member(w, "name", a->allergen_name);
        json_write_key(w, "checked");
        json_write_bool(w, a->allergen_key[0] != '\0');
        json_write_member(w, "kind", enum_word(ENUM_ALLERGY_KIND, (int)a->kind));
        json_write_member(w, "state", enum_word(ENUM_ALLERGY_STATE, (int)a->state));
        json_write_member(w, "severity", enum_word(ENUM_REACTION_SEVERITY, (int)a->severity));
        json_write_member(w, "reaction", a->reaction);
        json_write_key(w, "verified");
        json_write_bool(w, a->is_verified);
        json_write_member(w, "code_system", or_null(a->code_system));
        json_write_member(w, "code", or_null(a->code));
        write_day(w, "onset", a->onset);
        json_write_member(w, "note", or_null(a->note));
        json_write_member(w, "original", or_null(a->original));
        write_instant(w, "recorded_at", a->recorded_at_us);
        json_write_member(w, "recorded_by", or_null(a->recorded_by));
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_conditions(struct json_writer *w, const struct site *site, const struct condition_list *list)
{
    char id[UID_TEXT_MAX], date[DATE_TEXT_MAX];
    const char *title = "";
    json_begin_array(w);
    for (size_t i = 0; i < list->len; i++) {
        const struct condition *c = &list->items[i];
        json_begin_object(w);
        json_write_member(w, "id", uid_format(c->id, id));
        json_write_member(w, "name", c->name);
        json_write_member(w, "code_system", or_null(c->code_system));
        json_write_member(w, "code", c->code);
        json_write_key(w, "checked");
        json_write_bool(w, condition_is_checked(site, c, &title));
        json_write_member(w, "group", or_null(title));
        json_write_member(w, "status", enum_word(ENUM_CONDITION_STATUS, (int)c->status));
        json_write_member(w, "severity", enum_word(ENUM_CONDITION_SEVERITY, (int)c->severity));
        json_write_member(w, "diagnosed", date_format_iso(c->diagnosed, date));
        write_day(w, "abated", c->abated);
        json_write_member(w, "note", or_null(c->notes));
        write_instant(w, "recorded_at", c->recorded_at_us);
        json_write_member(w, "recorded_by", or_null(c->recorded_by));
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_metrics(struct json_writer *w, const struct metric_list *list)
{
    char id[UID_TEXT_MAX], value[DECIMAL_TEXT_MAX];
    json_begin_array(w);
    for (size_t i = 0; i < list->len; i++) {
        const struct metric *m = &list->items[i];
        json_begin_object(w);
        json_write_member(w, "id", uid_format(m->id, id));
        json_write_member(w, "type", enum_word(ENUM_METRIC_TYPE, (int)m->type));
        json_write_member(w, "value", decimal_format(m->value, value));
        json_write_member(w, "unit", m->unit);
        write_instant(w, "measured_at", m->at_us);
        json_write_member(w, "original", or_null(m->original));
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_orders(struct json_writer *w, const struct order_list *list)
{
    char id[UID_TEXT_MAX], words[SIG_TEXT_MAX];
    json_begin_array(w);
    for (size_t i = 0; i < list->len; i++) {
        const struct order *o = &list->items[i];
        char *drug = order_display_drug(o);
        json_begin_object(w);
        json_write_member(w, "id", uid_format(o->id, id));
        json_write_member(w, "drug", drug);
        json_write_member(w, "text", o->drug_text);
        json_write_member(w, "ingredients", o->ingredients);
        json_write_key(w, "checked");
        json_write_bool(w, o->ingredients[0] != '\0');
        json_write_member(w, "status", enum_word(ENUM_MEDICATION_STATUS, (int)o->status));
        json_write_member(w, "directions", o->sig.kind == SCHEDULE_KIND_UNSTRUCTURED ? o->directions
                                                                                    : sig_format(&o->sig, words));
        json_write_member(w, "prescription_number", o->prescription_number);
        json_write_member(w, "prescriber", o->prescriber_name);
        json_end_object(w);
        mem_free(drug);
    }
    json_end_array(w);
}

static const char *slot_word(enum slot_state state)
{
    switch (state) {
    case SLOT_FUTURE:
        return "future";
    case SLOT_EARLY_OK:
        return "early_ok";
    case SLOT_DUE:
        return "due";
    case SLOT_LATE:
        return "late";
    case SLOT_OVERDUE:
        return "overdue";
    case SLOT_DONE:
        return "done";
    case SLOT_CONFLICT:
        return "conflict";
    }
    return "unknown";
}

static void write_slots(struct json_writer *w, const struct dose_slot_list *list)
{
    char id[UID_TEXT_MAX], at[INSTANT_TEXT_MAX];
    json_begin_array(w);
    for (size_t i = 0; i < list->len; i++) {
        const struct dose_slot *s = &list->items[i];
        json_begin_object(w);
        json_write_member(w, "slot", uid_format(s->id, id));
        json_write_member(w, "order", uid_format(s->order, id));
        json_write_member(w, "planned", instant_format_utc(s->planned_us, at));
        json_write_member(w, "state", slot_word(s->state));
        json_write_member(w, "status", enum_word(ENUM_DOSE_STATUS, (int)s->status));
        json_end_object(w);
    }
    json_end_array(w);
}

static void print(const struct site *site, const struct chart *chart, const struct metric_list *metrics)
{
    struct json_writer w = JSON_WRITER_INIT;
    struct json_writer check = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "patient");
    write_patient(&w, &chart->patient, site_today(site));
    json_write_key(&w, "allergies");
    write_allergies(&w, &chart->allergies);
    json_write_key(&w, "conditions");
    write_conditions(&w, site, &chart->conditions);
    json_write_key(&w, "medications");
    write_orders(&w, &chart->orders);
    json_write_key(&w, "metrics");
    write_metrics(&w, metrics);
    json_write_key(&w, "due");
    write_slots(&w, &chart->slots);
    /* The findings as `check` writes them, with status and what could not be checked beside them. */
    checks_write_chart(site, chart, &check);
    struct json_document *doc = NULL;
    if (json_parse(check.out.bytes, check.out.len, &JSON_LIMITS_DEFAULT, 1, &doc, NULL) == STATUS_OK) {
        json_write_key(&w, "screening");
        json_write_raw(&w, check.out.bytes);
        json_write_key(&w, "findings");
        json_write_node(&w, json_get(json_root(doc), "findings"));
    }
    json_free(doc);
    json_writer_release(&check);
    json_end_object(&w);
    command_print_json(&w);
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct chart *chart = NULL;
    struct metric_list metrics = {0};
    struct uid patient;
    if (call->word_count != 1) {
        return command_usage(call, _("one patient, by id or MRN"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    enum status status = patient_resolve(actor, call->words[0], &patient, &err);
    if (status == STATUS_OK) {
        status = chart_open(actor, patient, BEFORE_H, AFTER_H, &chart, &err);
    }
    if (status == STATUS_OK) {
        status = metric_list(actor, patient, METRIC_TYPE_NONE_GIVEN, INT64_MAX, METRICS_MAX, &metrics, &err);
    }
    if (status == STATUS_OK) {
        print(site, chart, &metrics);
    }
    metric_list_release(&metrics);
    chart_free(chart);
    command_leave(site, actor);
    return status == STATUS_OK ? 0 : command_fail(&err);
}

const struct command COMMAND_show = {
    .name = "show",
    .usage = "PATIENT",
    .help = N_("Prints a patient's chart as JSON."),
    .run = run,
};
