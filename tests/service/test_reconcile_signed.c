/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes after a signature: the copies in three languages, the FHIR bundle, allergies and problems, a signature while
 * offline, sessions that are closed without one, and what the reports count. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "service/chart.h"
#include "service/reconciliation_report.h"
#include "service/step_up.h"
#include "support/bed.h"
#include "support/fhir_fixture.h"
#include "support/folder.h"

#define OK(call) cr_assert_eq((call), STATUS_OK, "%s", error_text(&err))

/* Metformin goes on, furosemide is held, omeprazole stopped, amlodipine added, something nobody could verify. Signed. */
static struct bed signed_bed(void)
{
    static char gone[] = "no_indication", ill[] = "acute_illness", dry[] = "dry since yesterday", pressure[] = "blood pressure",
                asked[] = "asked the son and the pharmacy";
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    (void)clinic_add_order(b.c, b.patient, "metformin 500 mg tab 1 tab bid");
    (void)clinic_add_order(b.c, b.patient, "furosemide 40 mg tab 1 tab daily");
    (void)clinic_add_order(b.c, b.patient, "omeprazole 20 mg cap 1 cap daily");
    bed_begin(&b, CLINIC_PRESCRIBER, RECONCILE_TRANSITION_VISIT);
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "metformin 500 mg tab 1 tab bid");
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "furosemide 40 mg tab 1 tab daily");
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "amlodipine 5 mg tab 1 tab daily");
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "zzyzx drops 2 drops daily");
    bed_decide(&b, CLINIC_PRESCRIBER, "metformin", BED_CONTINUE);
    struct reconcile_item hold = bed_action(RECONCILE_ACTION_HOLD);
    hold.reason = ill;
    hold.words = dry;
    hold.resume_rule = RESUME_RULE_REVIEW;
    hold.due_on = (struct date){2026, 12, 1};
    bed_decide(&b, CLINIC_PRESCRIBER, "furosemide", hold);
    struct reconcile_item stop = bed_action(RECONCILE_ACTION_STOP);
    stop.reason = gone;
    bed_decide(&b, CLINIC_PRESCRIBER, "omeprazole", stop);
    struct reconcile_item add = bed_action(RECONCILE_ACTION_ADD);
    add.indication = pressure;
    bed_decide(&b, CLINIC_PRESCRIBER, "amlodipine", add);
    struct reconcile_item unable = bed_action(RECONCILE_ACTION_UNABLE);
    unable.words = asked;
    unable.owner = clinic_user(b.c, CLINIC_NURSE);
    bed_decide(&b, CLINIC_PRESCRIBER, "zzyzx", unable);
    bed_facts(&b, CLINIC_PRESCRIBER);
    bed_clear(&b, CLINIC_PRESCRIBER);
    OK(bed_sign(&b, CLINIC_PRESCRIBER, &err));
    return b;
}

/* ---- copies ---- */

static const struct {
    const char *language, *says[6];
} COPIES[] = {
    {"en", {"metformin 500 mg", "by mouth", "omeprazole 20 mg", "furosemide 40 mg", "blood pressure", "zzyzx"}},
    {"es", {"metformin 500 mg", "por la boca", "omeprazole 20 mg", "YA NO TOME ESTAS", "blood pressure", "zzyzx"}},
    {"fr", {"metformin 500 mg", "par la bouche", "omeprazole 20 mg", "furosemide 40 mg", "blood pressure", "zzyzx"}},
};

Test(reconcile_signed, the_copy_names_every_entry_in_three_languages)
{
    struct bed b = signed_bed();
    struct reconcile_view *v = bed_view(&b, CLINIC_NURSE);
    char *before = NULL;
    for (size_t i = 0; i < sizeof COPIES / sizeof *COPIES; i++) {
        cr_assert_str_eq(reconcile_language((int)i), COPIES[i].language);
        char *copy = reconcile_copy_text(clinic_actor(b.c, CLINIC_NURSE), v, COPIES[i].language);
        for (int n = 0; n < 6; n++) {
            cr_expect(strstr(copy, COPIES[i].says[n]) != NULL, "%s: %s is not in\n%s", COPIES[i].language, COPIES[i].says[n], copy);
        }
        cr_expect(before == NULL || strcmp(before, copy) != 0);
        mem_free(before);
        before = copy;
    }
    mem_free(before);
    cr_expect_null(reconcile_language(3));
    reconcile_view_free(v);
    clinic_free(b.c);
}

Test(reconcile_signed, the_copy_is_a_document_in_large_type)
{
    struct error err = ERROR_INIT;
    struct bed b = signed_bed();
    struct reconcile_view *v = bed_view(&b, CLINIC_NURSE);
    for (int i = 0; reconcile_language(i) != NULL; i++) {
        struct document *document = NULL;
        struct buffer pdf = BUFFER_INIT;
        OK(reconcile_copy_document(clinic_actor(b.c, CLINIC_NURSE), v, reconcile_language(i), &document, &err));
        struct buffer text = BUFFER_INIT;
        int missing = -1;
        document_to_text(document, 72, 0, &text);
        for (int n = 0; n < 6; n++) {
            cr_expect(strstr(text.bytes, COPIES[i].says[n]) != NULL, "%s: %s is not in\n%s", COPIES[i].language, COPIES[i].says[n], text.bytes);
        }
        OK(document_to_pdf(document, DOCUMENT_LETTER, &pdf, &missing, &err));
        cr_expect_eq(missing, 0, "%d characters have no glyph", missing);
        cr_assert_gt(pdf.len, 1000);
        cr_expect_eq(memcmp(pdf.bytes, "%PDF-", 5), 0);
        buffer_release(&text);
        document_free(document);
        buffer_release(&pdf);
    }
    reconcile_view_free(v);
    clinic_free(b.c);
}

/* ---- FHIR ---- */

static const struct json *resource_at(const struct json *bundle, int at)
{
    char path[40];
    (void)snprintf(path, sizeof path, "entry.%d.resource", at); /* fits */
    return json_path(bundle, path);
}

Test(reconcile_signed, the_list_leaves_as_fhir_with_every_entry_and_is_read_again)
{
    static const char *const DRUGS[] = {"metformin", "furosemide", "omeprazole", "amlodipine", "zzyzx"};
    static const char *const STATES[] = {"active", "on-hold", "stopped", "active", "unknown"};
    struct error err = ERROR_INIT;
    struct bed b = signed_bed();
    struct buffer out = BUFFER_INIT;
    struct json_document *doc = NULL;
    clinic_sign_out(b.c, CLINIC_PRESCRIBER);
    cr_expect_eq(reconcile_export(clinic_actor(b.c, CLINIC_PRESCRIBER), b.id, &out, &err), STATUS_STEP_UP);
    clinic_prove(b.c, CLINIC_PRESCRIBER);
    OK(reconcile_export(clinic_actor(b.c, CLINIC_PRESCRIBER), b.id, &out, &err));
    OK(json_parse(out.bytes, out.len, &JSON_LIMITS_DEFAULT, 1, &doc, &err));
    const struct json *bundle = json_root(doc), *list = resource_at(bundle, 0);
    cr_assert_str_eq(json_get_string(list, "resourceType"), "List");
    cr_assert_eq(json_count(json_get(list, "entry")), 5, "%s", out.bytes);
    cr_assert_eq(json_count(json_get(bundle, "entry")), 6);
    for (int d = 0; d < 5; d++) {
        bool is_there = false;
        for (int i = 1; i < 6; i++) {
            const struct json *statement = resource_at(bundle, i);
            const char *drug = json_string(json_path(statement, "medicationCodeableConcept.text"));
            cr_assert_str_eq(json_get_string(statement, "resourceType"), "MedicationStatement");
            if (drug != NULL && strncmp(drug, DRUGS[d], strlen(DRUGS[d])) == 0) {
                is_there = true;
                cr_expect_str_eq(json_get_string(statement, "status"), STATES[d]);
                char *url = mem_format("urn:uuid:%s", json_get_string(statement, "id"));
                cr_expect(strstr(out.bytes, url) != NULL);
                cr_expect(json_string(json_path(statement, "subject.reference")) != NULL);
                mem_free(url);
            }
        }
        cr_expect(is_there, "%s is not in\n%s", DRUGS[d], out.bytes);
    }
    /* by our own reader, with the patient beside it */
    char id[UID_TEXT_MAX];
    char *whole = mem_format("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":"
                             "\"%s\",\"name\":[{\"family\":\"Okafor\"}]}},%s",
                             uid_format(b.patient, id), strstr(out.bytes, "\"entry\":[") + 9);
    struct fhir_import import = fixture_read(whole);
    const struct fhir_chart *chart = fixture_chart(&import);
    cr_assert_eq(chart->orders.len, 5);
    for (size_t i = 0; i < chart->orders.len; i++) {
        const struct order *o = &chart->orders.items[i];
        bool is_metformin = strncmp(o->drug_text, "metformin", 9) == 0;
        cr_expect(!is_metformin || (o->status == MEDICATION_STATUS_ACTIVE && o->sig.kind == SCHEDULE_KIND_WALL && o->sig.times_count == 2 &&
                                    o->sig.route == ROUTE_ORAL),
                  "%s: %s", o->drug_text, o->directions);
    }
    fhir_import_release(&import);
    mem_free(whole);
    json_free(doc);
    buffer_release(&out);
    clinic_free(b.c);
}

Test(reconcile_signed, what_is_not_signed_does_not_leave)
{
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    struct buffer out = BUFFER_INIT;
    struct document *document = NULL;
    bed_begin(&b, CLINIC_PRESCRIBER, RECONCILE_TRANSITION_VISIT);
    clinic_prove(b.c, CLINIC_PRESCRIBER);
    cr_expect_eq(reconcile_export(clinic_actor(b.c, CLINIC_PRESCRIBER), b.id, &out, &err), STATUS_REFUSED);
    cr_expect_eq(out.len, 0);
    struct reconcile_view *v = bed_view(&b, CLINIC_PRESCRIBER);
    cr_expect_eq(reconcile_copy_document(clinic_actor(b.c, CLINIC_PRESCRIBER), v, "en", &document, &err), STATUS_REFUSED);
    reconcile_view_free(v);
    buffer_release(&out);
    clinic_free(b.c);
}

/* ---- allergies and problems ---- */

#define BUNDLE                                                                                                        \
    "{\"resourceType\":\"Bundle\",\"type\":\"document\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\"," \
    "\"birthDate\":\"1960-05-17\",\"name\":[{\"family\":\"Okafor\",\"given\":[\"Grace\"]}]}},{\"resource\":{\"resourceType\":" \
    "\"AllergyIntolerance\",\"id\":\"a\",\"code\":{\"text\":\"penicillin\"},\"reaction\":[{\"manifestation\":[{\"text\":\"hives\"}]," \
    "\"severity\":\"moderate\"}],\"patient\":{\"reference\":\"Patient/p\"}}},{\"resource\":{\"resourceType\":\"Condition\",\"id\":\"c\"," \
    "\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10-cm\",\"code\":\"M10.9\",\"display\":\"Gout, unspecified\"}]}," \
    "\"subject\":{\"reference\":\"Patient/p\"}}}]}"

Test(reconcile_signed, allergies_and_problems_are_decided_and_signed_with_the_list)
{
    static char refuted[] = "refuted", over[] = "completed";
    struct error err = ERROR_INIT;
    struct reconcile_account account = {0};
    struct bed b = bed_new();
    (void)clinic_add_order(b.c, b.patient, "metformin 500 mg tab 1 tab bid");
    clinic_add_allergy(b.c, b.patient, "codeine", "nausea", REACTION_SEVERITY_MILD);
    clinic_add_condition(b.c, b.patient, "Pneumonia", "J18.9");
    bed_begin(&b, CLINIC_PRESCRIBER, RECONCILE_TRANSITION_VISIT);
    char *path = folder_path(b.c->folder, "b.json");
    file_write(path, BUNDLE, strlen(BUNDLE));
    OK(reconcile_add_file(clinic_actor(b.c, CLINIC_PRESCRIBER), b.id, &(struct reconcile_new_source){.kind = HISTORY_SOURCE_DOCUMENT}, path,
                          false, &account, &err));
    bed_decide(&b, CLINIC_PRESCRIBER, "metformin", BED_CONTINUE);
    bed_decide(&b, CLINIC_PRESCRIBER, "penicillin", bed_action(RECONCILE_ACTION_ADD));
    bed_decide(&b, CLINIC_PRESCRIBER, "Gout", bed_action(RECONCILE_ACTION_ADD));
    struct reconcile_item stop = bed_action(RECONCILE_ACTION_STOP);
    stop.reason = refuted;
    bed_decide(&b, CLINIC_PRESCRIBER, "codeine", stop);
    stop.reason = over;
    bed_decide(&b, CLINIC_PRESCRIBER, "Pneumonia", stop);
    bed_facts(&b, CLINIC_PRESCRIBER);
    bed_clear(&b, CLINIC_PRESCRIBER);
    struct chart *chart = NULL;
    OK(chart_open(clinic_actor(b.c, CLINIC_PRESCRIBER), b.patient, 1, 1, &chart, &err));
    for (size_t i = 0; i < chart->allergies.len; i++) {
        cr_expect_str_neq(chart->allergies.items[i].allergen_name, "penicillin", "nothing before the signature");
    }
    chart_free(chart);
    OK(bed_sign(&b, CLINIC_PRESCRIBER, &err));
    OK(chart_open(clinic_actor(b.c, CLINIC_PRESCRIBER), b.patient, 1, 1, &chart, &err));
    int seen = 0;
    for (size_t i = 0; i < chart->allergies.len; i++) {
        const struct allergy *a = &chart->allergies.items[i];
        bool is_new = strcmp(a->allergen_name, "penicillin") == 0;
        seen += is_new && a->state == ALLERGY_STATE_ACTIVE && a->severity == REACTION_SEVERITY_MODERATE && strcmp(a->reaction, "hives") == 0;
        cr_expect(strcmp(a->allergen_name, "codeine") != 0 || a->state == ALLERGY_STATE_REFUTED);
    }
    for (size_t i = 0; i < chart->conditions.len; i++) {
        const struct condition *c = &chart->conditions.items[i];
        seen += strstr(c->name, "Gout") != NULL && c->status == CONDITION_STATUS_ACTIVE && strcmp(c->code, "M10.9") == 0;
        cr_expect(strcmp(c->name, "Pneumonia") != 0 || c->status == CONDITION_STATUS_RESOLVED);
    }
    cr_expect_eq(seen, 2);
    cr_expect_eq(chart->patient.allergy_status, ALLERGY_STATUS_LISTED);
    chart_free(chart);
    mem_free(path);
    clinic_free(b.c);
}

/* ---- closed without a signature ---- */

Test(reconcile_signed, a_session_is_closed_with_a_reason_and_changes_nothing)
{
    static char gone[] = "no_indication";
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    struct uid omeprazole = clinic_add_order(b.c, b.patient, "omeprazole 20 mg cap 1 cap daily");
    bed_begin(&b, CLINIC_PRESCRIBER, RECONCILE_TRANSITION_ADMISSION);
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "omeprazole 20 mg cap 1 cap daily");
    struct reconcile_item stop = bed_action(RECONCILE_ACTION_STOP);
    stop.reason = gone;
    bed_decide(&b, CLINIC_PRESCRIBER, "omeprazole", stop);
    cr_expect_eq(reconcile_abandon(clinic_actor(b.c, CLINIC_PRESCRIBER), b.id, "  ", &err), STATUS_INVALID);
    OK(reconcile_abandon(clinic_actor(b.c, CLINIC_PRESCRIBER), b.id, "went home before rounds", &err));
    cr_expect_eq(reconcile_abandon(clinic_actor(b.c, CLINIC_PRESCRIBER), b.id, "once more", &err), STATUS_REFUSED);
    struct reconcile_view *v = bed_view(&b, CLINIC_PRESCRIBER);
    cr_expect_eq(v->session.state, RECONCILE_STATE_ABANDONED);
    cr_expect_str_eq(v->session.closed_reason, "went home before rounds");
    cr_expect_not(v->may_write);
    reconcile_view_free(v);
    cr_expect_eq(bed_try(&b, CLINIC_PRESCRIBER, "omeprazole", BED_CONTINUE, &err), STATUS_REFUSED);
    cr_expect_neq(bed_sign(&b, CLINIC_PRESCRIBER, &err), STATUS_OK);
    struct order order = clinic_get_order(b.c, omeprazole);
    cr_expect_eq(order.status, MEDICATION_STATUS_ACTIVE);
    order_release(&order);
    struct uid again = UID_NONE;
    OK(reconcile_start(clinic_actor(b.c, CLINIC_NURSE), &(struct reconcile_begin){.patient = b.patient, .transition = RECONCILE_TRANSITION_ADMISSION},
                       &again, &err));
    cr_expect_neq(uid_compare(again, b.id), 0);
    clinic_free(b.c);
}

/* ---- reports ---- */

static void one_session(struct bed *b, enum discrepancy_class class_of, int64_t later_us)
{
    static char words[] = "asked", told[] = "October";
    struct error err = ERROR_INIT;
    (void)clinic_add_order(b->c, b->patient, "metformin 500 mg tab 1 tab bid");
    bed_begin(b, CLINIC_PRESCRIBER, RECONCILE_TRANSITION_ADMISSION);
    bed_say(b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "metformin 500 mg tab 1 tab daily");
    bed_say(b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "lisinopril 10 mg tab 1 tab daily");
    clinic_pass(b->c, later_us);
    struct reconcile_view *v = bed_view(b, CLINIC_PRESCRIBER);
    const struct reconcile_item *item = bed_find(v, "metformin");
    struct reconcile_item keep = BED_CONTINUE;
    struct reconcile_difference difference = {.class_of = class_of};
    keep.words = words;
    keep.id = item->id;
    keep.ver = item->ver;
    keep.kind = item->kind;
    OK(reconcile_decide(clinic_actor(b->c, CLINIC_PRESCRIBER), b->id, &keep, &difference, &err));
    reconcile_view_free(v);
    struct reconcile_item off = bed_action(RECONCILE_ACTION_NOT_TAKING);
    off.words = words;
    off.since = told;
    off.prescriber_told = 1;
    bed_decide(b, CLINIC_PRESCRIBER, "lisinopril", off);
    bed_facts(b, CLINIC_PRESCRIBER);
    bed_clear(b, CLINIC_PRESCRIBER);
    OK(bed_sign(b, CLINIC_PRESCRIBER, &err));
}

Test(reconcile_signed, the_report_counts_what_was_signed_in_time_and_what_was_not_meant)
{
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    one_session(&b, DISCREPANCY_CLASS_UNINTENTIONAL, US_PER_HOUR);
    b.patient = clinic_add_patient(b.c, &(struct clinic_patient){.first = "Ada", .last = "Late"});
    one_session(&b, DISCREPANCY_CLASS_DOCUMENTED, 25 * US_PER_HOUR);
    b.patient = clinic_add_patient(b.c, &(struct clinic_patient){.first = "Never", .last = "Signed"});
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_ADMISSION);
    struct reconcile_report report;
    OK(reconcile_report_get(clinic_actor(b.c, CLINIC_PRESCRIBER), (struct date){2026, 11, 24}, (struct date){2026, 11, 30}, &report, &err));
    cr_expect_eq(report.sessions, 3);
    cr_expect_eq(report.patients, 3);
    cr_expect_eq(report.signed_in_24h, 1);
    cr_expect_eq(report.signed_later, 1);
    cr_expect_eq(report.not_signed, 1);
    cr_expect_geq(report.discrepancies[DISCREPANCY_CLASS_UNINTENTIONAL], 1);
    cr_expect_geq(report.discrepancies[DISCREPANCY_CLASS_DOCUMENTED], 1);
    cr_expect_geq(report.patients_with_unintentional, 1);
    cr_expect_leq(report.patients_with_unintentional, report.patients);
    struct reconcile_report other;
    OK(reconcile_report_get(clinic_actor(b.c, CLINIC_PRESCRIBER), (struct date){2026, 10, 1}, (struct date){2026, 10, 31}, &other, &err));
    cr_expect_eq(other.sessions, 0);
    clinic_free(b.c);
}

Test(reconcile_signed, what_was_put_off_is_listed_by_owner_and_due_date)
{
    struct error err = ERROR_INIT;
    struct bed b = signed_bed();
    struct reconcile_open_lines open = {0};
    OK(reconcile_open_lines_get(clinic_actor(b.c, CLINIC_NURSE), &open, &err));
    cr_assert_eq(open.len, 1);
    cr_expect_eq(open.items[0].action, RECONCILE_ACTION_UNABLE);
    cr_expect(strstr(open.items[0].text, "zzyzx") != NULL, "%s", open.items[0].text);
    cr_expect(strstr(open.items[0].patient_name, "OKAFOR") != NULL || strstr(open.items[0].patient_name, "Okafor") != NULL);
    cr_expect_str_neq(open.items[0].owner, "");
    reconcile_open_lines_release(&open);
    clinic_free(b.c);
}
