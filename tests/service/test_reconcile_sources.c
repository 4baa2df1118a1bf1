/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the lists of a reconciliation come from: the counter, the ward, the last signed list, FHIR, pasted text. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/doses.h"
#include "support/bed.h"
#include "support/counter.h"
#include "support/folder.h"
#include "support/ward.h"

#define OK(call) cr_assert_eq((call), STATUS_OK, "%s", error_text(&err))

static size_t count_notes(const struct reconcile_view *v, const char *part)
{
    size_t count = 0;
    for (size_t i = 0; i < v->lines.len; i++) {
        const struct reconcile_line *line = &v->lines.items[i];
        bool says = strstr(line->text, part) != NULL || strstr(line->note, part) != NULL;
        count += line->kind == RECONCILE_KIND_NOTE && says;
    }
    return count;
}

static size_t count_of_kind(const struct reconcile_view *v, enum reconcile_kind kind, bool is_chart)
{
    size_t count = 0;
    for (size_t i = 0; i < v->lines.len; i++) {
        count += v->lines.items[i].kind == kind && uid_is_none(v->lines.items[i].source) == is_chart;
    }
    return count;
}

/* ---- the counter ---- */

Test(reconcile_sources, what_was_handed_over_here_is_a_source_and_what_came_back_is_none)
{
    struct error err = ERROR_INIT;
    struct counter k = counter_new();
    struct uid metformin = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 refill 2");
    struct uid oxycodone = counter_order(&k, "oxycodone 5 mg tab 1 tab q6h #20");
    (void)counter_dispense(&k, metformin, COUNTER_METFORMIN, 60);
    struct uid waiting = counter_start(&k, oxycodone, 0); /* never leaves */
    counter_take(&k, waiting);
    struct bed b = {.c = k.c, .patient = k.patient};
    bed_begin(&b, CLINIC_PHARMACIST, RECONCILE_TRANSITION_PHARMACY);
    OK(reconcile_add_own(clinic_actor(k.c, CLINIC_PHARMACIST), b.id, HISTORY_SOURCE_DISPENSING, &err));
    cr_expect_eq(reconcile_add_own(clinic_actor(k.c, CLINIC_PHARMACIST), b.id, HISTORY_SOURCE_DISPENSING, &err), STATUS_EXISTS);
    struct reconcile_view *v = bed_view(&b, CLINIC_PHARMACIST);
    cr_assert_eq(count_of_kind(v, RECONCILE_KIND_MEDICATION, false), 1, "the bag that waits is no source");
    const struct reconcile_item *item = bed_find(v, "metformin");
    const struct reconcile_line *line = reconcile_line_of(v, item, false, 0);
    cr_assert_not_null(line);
    cr_expect_eq(item->tier, MATCH_TIER_CLINICAL, "it is what was ordered");
    cr_expect(strstr(line->status_text, "handed over 24 Nov 2026: 60 tab for 30 days") != NULL, "%s", line->status_text);
    cr_expect_eq(line->taking, TAKING_NONE_GIVEN, "whether it is taken, nobody said");
    cr_expect_eq(item->action, RECONCILE_ACTION_NONE_GIVEN);
    reconcile_view_free(v);
    clinic_free(k.c);
}

Test(reconcile_sources, a_year_without_a_bag_is_no_source)
{
    struct error err = ERROR_INIT;
    struct counter k = counter_new();
    struct uid metformin = counter_order(&k, "metformin 500 mg tab 1 tab bid #60");
    (void)counter_dispense(&k, metformin, COUNTER_METFORMIN, 60);
    clinic_pass(k.c, 366 * 24 * US_PER_HOUR);
    struct bed b = {.c = k.c, .patient = k.patient};
    bed_begin(&b, CLINIC_PHARMACIST, RECONCILE_TRANSITION_PHARMACY);
    cr_expect_eq(reconcile_add_own(clinic_actor(k.c, CLINIC_PHARMACIST), b.id, HISTORY_SOURCE_DISPENSING, &err), STATUS_NOT_FOUND);
    cr_expect(strstr(error_text(&err), "within a year") != NULL, "%s", error_text(&err));
    clinic_free(k.c);
}

/* ---- the ward ---- */

Test(reconcile_sources, doses_given_here_are_a_source_with_the_last_time)
{
    struct error err = ERROR_INIT;
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    (void)clinic_add_order(w.c, w.patient, "lisinopril 10 mg tab 1 tab daily"); /* ordered, never given */
    ward_set_time(&w, 0, 20, 5);
    struct dose_event dose = ward_due(&w, w.order, ward_at(0, 20, 0));
    ward_must_record(&w, &dose, 0);
    struct bed b = {.c = w.c, .patient = w.patient};
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_TRANSFER);
    OK(reconcile_add_own(clinic_actor(w.c, CLINIC_NURSE), b.id, HISTORY_SOURCE_MAR, &err));
    struct reconcile_view *v = bed_view(&b, CLINIC_NURSE);
    cr_expect_eq(count_of_kind(v, RECONCILE_KIND_MEDICATION, false), 1);
    const struct reconcile_line *line = reconcile_line_of(v, bed_find(v, "metformin"), false, 0);
    cr_assert_not_null(line);
    cr_expect_str_eq(line->last_taken, "2026-11-24 20:05");
    cr_expect_null(reconcile_line_of(v, bed_find(v, "lisinopril"), false, 0));
    reconcile_view_free(v);
    clinic_free(w.c);
}

/* ---- the last signed list ---- */

Test(reconcile_sources, the_last_signed_list_is_a_source_without_what_was_stopped)
{
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    char gone[] = "no_indication";
    (void)clinic_add_order(b.c, b.patient, "metformin 500 mg tab 1 tab bid");
    (void)clinic_add_order(b.c, b.patient, "omeprazole 20 mg cap 1 cap daily");
    bed_begin(&b, CLINIC_PRESCRIBER, RECONCILE_TRANSITION_VISIT);
    cr_expect_eq(reconcile_add_own(clinic_actor(b.c, CLINIC_PRESCRIBER), b.id, HISTORY_SOURCE_PREVIOUS, &err), STATUS_NOT_FOUND);
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "metformin 500 mg tab 1 tab bid");
    bed_decide(&b, CLINIC_PRESCRIBER, "metformin", BED_CONTINUE);
    struct reconcile_item stop = bed_action(RECONCILE_ACTION_STOP);
    stop.reason = gone;
    bed_decide(&b, CLINIC_PRESCRIBER, "omeprazole", stop);
    bed_facts(&b, CLINIC_PRESCRIBER);
    bed_clear(&b, CLINIC_PRESCRIBER);
    OK(bed_sign(&b, CLINIC_PRESCRIBER, &err));
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_VISIT);
    OK(reconcile_add_own(clinic_actor(b.c, CLINIC_NURSE), b.id, HISTORY_SOURCE_PREVIOUS, &err));
    struct reconcile_view *v = bed_view(&b, CLINIC_NURSE);
    cr_expect_eq(count_of_kind(v, RECONCILE_KIND_MEDICATION, false), 1);
    cr_expect_eq(bed_find(v, "metformin")->tier, MATCH_TIER_CLINICAL);
    cr_assert_eq(v->sources.len, 1);
    cr_expect_eq(v->sources.items[0].as_of.day, 24);
    reconcile_view_free(v);
    clinic_free(b.c);
}

/* ---- pasted text ---- */

Test(reconcile_sources, pasted_lines_lose_their_bullets_and_nothing_else)
{
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    int count = 0;
    const struct reconcile_new_source clinic = {.kind = HISTORY_SOURCE_CLINIC, .reference = "Dr. Hale"};
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_ADMISSION);
    cr_expect_eq(reconcile_add_text(clinic_actor(b.c, CLINIC_NURSE), b.id, &clinic, "\r\n \n", &count, &err), STATUS_INVALID);
    OK(reconcile_add_text(clinic_actor(b.c, CLINIC_NURSE), b.id, &clinic,
                          "1. metformin 500 mg tab 1 tab bid\r\n - lisinopril 10 mg daily\n\n\xE2\x80\xA2 the small white one in the morning", &count, &err));
    cr_expect_eq(count, 3);
    struct reconcile_view *v = bed_view(&b, CLINIC_NURSE);
    cr_expect_eq(count_of_kind(v, RECONCILE_KIND_MEDICATION, false), 3);
    const struct reconcile_line *white = reconcile_line_of(v, bed_find(v, "the small white"), false, 0);
    cr_assert_not_null(white);
    cr_expect_str_eq(white->directions, "the small white one in the morning");
    cr_expect_eq(bed_find(v, "metformin")->action, RECONCILE_ACTION_NONE_GIVEN);
    cr_expect_str_eq(v->sources.items[0].reference, "Dr. Hale");
    reconcile_view_free(v);
    clinic_free(b.c);
}

/* ---- FHIR ---- */

#define PATIENT                                                                                                       \
    "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\",\"birthDate\":\"1960-05-17\",\"name\":[{\"family\":\"Okafor\","   \
    "\"given\":[\"Grace\"]}]}}"
#define ENTRY(text) ",{\"resource\":{" text ",\"subject\":{\"reference\":\"Patient/p\"}}}"
#define RXNORM(code, name)                                                                                            \
    "\"medicationCodeableConcept\":{\"coding\":[{\"system\":\"http://www.nlm.nih.gov/research/umls/rxnorm\",\"code\":\"" code  \
    "\",\"display\":\"" name "\"}]}"
#define TWICE                                                                                                         \
    "\"dosageInstruction\":[{\"timing\":{\"repeat\":{\"frequency\":2,\"period\":1,\"periodUnit\":\"d\"}},"             \
    "\"doseAndRate\":[{\"doseQuantity\":{\"value\":500,\"unit\":\"mg\"}}],\"route\":{\"text\":\"oral\"}}]"

static const char BUNDLE[] =
    "{\"resourceType\":\"Bundle\",\"type\":\"document\",\"entry\":[" PATIENT
    /* a request whose drug is contained, and the bag of it */
    ENTRY("\"resourceType\":\"MedicationRequest\",\"id\":\"r1\",\"status\":\"active\",\"intent\":\"order\",\"contained\":[{"
          "\"resourceType\":\"Medication\",\"id\":\"m\",\"code\":{\"coding\":[{\"system\":\"http://www.nlm.nih.gov/research/umls/rxnorm\","
          "\"code\":\"861007\",\"display\":\"metformin hydrochloride 500 MG Oral Tablet\"}]}}],\"medicationReference\":{\"reference\":"
          "\"#m\"}," TWICE)
    ENTRY("\"resourceType\":\"MedicationDispense\",\"id\":\"d1\",\"status\":\"completed\"," RXNORM("861007", "metformin hydrochloride 500 MG Oral Tablet")
          ",\"quantity\":{\"value\":60,\"unit\":\"tablets\"},\"daysSupply\":{\"value\":30,\"unit\":\"d\"},\"whenHandedOver\":\"2026-11-01T10:00:00Z\"")
    /* an older bag of it, and one of a drug that nothing else names */
    ENTRY("\"resourceType\":\"MedicationDispense\",\"id\":\"d0\",\"status\":\"completed\"," RXNORM("861007", "metformin hydrochloride 500 MG Oral Tablet")
          ",\"whenHandedOver\":\"2026-08-01\"")
    ENTRY("\"resourceType\":\"MedicationDispense\",\"id\":\"d2\",\"status\":\"completed\"," RXNORM("197361", "amlodipine 5 MG Oral Tablet")
          ",\"quantity\":{\"value\":90},\"whenHandedOver\":\"2026-10-15\"")
    ENTRY("\"resourceType\":\"MedicationDispense\",\"id\":\"d3\",\"status\":\"entered-in-error\"," RXNORM("312961", "simvastatin 20 MG Oral Tablet"))
    /* a statement whose drug stands beside it; one that is not taken */
    ",{\"fullUrl\":\"urn:uuid:11111111-1111-4111-8111-111111111111\",\"resource\":{\"resourceType\":\"Medication\",\"code\":{\"text\":\"aspirin 81 mg tablet\"}}}"
    ENTRY("\"resourceType\":\"MedicationStatement\",\"id\":\"s1\",\"status\":\"active\",\"medicationReference\":{\"reference\":"
          "\"urn:uuid:11111111-1111-4111-8111-111111111111\"},\"dosage\":[{\"text\":\"1 daily\"}]")
    ENTRY("\"resourceType\":\"MedicationStatement\",\"id\":\"s2\",\"status\":\"not-taken\",\"medicationCodeableConcept\":{\"text\":\"atorvastatin 20 mg tablet\"}")
    /* what says that something is not so */
    ENTRY("\"resourceType\":\"MedicationRequest\",\"id\":\"r2\",\"status\":\"active\",\"intent\":\"order\",\"doNotPerform\":true," RXNORM("1191", "aspirin"))
    ENTRY("\"resourceType\":\"List\",\"status\":\"current\",\"mode\":\"snapshot\",\"entry\":[{\"item\":{\"display\":\"ramipril 5 mg\"},\"deleted\":true},"
          "{\"item\":{\"reference\":\"MedicationStatement/s1\"}}]")
    ENTRY("\"resourceType\":\"List\",\"status\":\"current\",\"mode\":\"working\",\"emptyReason\":{\"coding\":[{\"code\":\"nilknown\"}]}")
    ",{\"resource\":{\"resourceType\":\"AllergyIntolerance\",\"id\":\"a\",\"code\":{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":"
    "\"716186003\"}]},\"patient\":{\"reference\":\"Patient/p\"}}}"
    "]}";

static enum status read_bundle(struct bed *b, const char *text, struct reconcile_account *out, struct error *err)
{
    char *path = folder_path(b->c->folder, "bundle.json");
    file_write(path, text, strlen(text));
    enum status status = reconcile_add_file(clinic_actor(b->c, CLINIC_NURSE), b->id,
                                            &(struct reconcile_new_source){.kind = HISTORY_SOURCE_DOCUMENT}, path, false, out, err);
    mem_free(path);
    return status;
}

Test(reconcile_sources, a_fhir_bundle_is_lines_notes_and_nothing_lost)
{
    struct error err = ERROR_INIT;
    struct reconcile_account account = {0};
    struct bed b = bed_new();
    (void)clinic_add_order(b.c, b.patient, "metformin 500 mg tab 1 tab bid");
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_ADMISSION);
    OK(read_bundle(&b, BUNDLE, &account, &err));
    cr_expect_eq(account.shown + account.listed, account.entries, "%d + %d of %d", account.shown, account.listed, account.entries);
    cr_expect_eq(account.entries, 13);
    struct reconcile_view *v = bed_view(&b, CLINIC_NURSE);
    cr_expect_eq(count_of_kind(v, RECONCILE_KIND_MEDICATION, false), 4, "metformin, amlodipine, aspirin, atorvastatin");
    const struct reconcile_line *metformin = reconcile_line_of(v, bed_find(v, "metformin"), false, 0);
    cr_assert_not_null(metformin);
    cr_expect_eq(bed_find(v, "metformin")->tier, MATCH_TIER_CLINICAL, "%s", bed_find(v, "metformin")->differences);
    cr_expect_str_eq(metformin->status_text, "handed over 2026-11-01: 60 tablets for 30 d");
    const struct reconcile_line *amlodipine = reconcile_line_of(v, bed_find(v, "amlodipine"), false, 0);
    cr_assert_not_null(amlodipine);
    cr_expect_str_eq(amlodipine->status_text, "handed over 2026-10-15: 90");
    cr_expect_eq(amlodipine->taking, TAKING_NONE_GIVEN);
    cr_assert_not_null(reconcile_line_of(v, bed_find(v, "aspirin 81"), false, 0));
    cr_expect_eq(reconcile_line_of(v, bed_find(v, "atorvastatin"), false, 0)->taking, TAKING_NOT);
    cr_expect_eq(count_notes(v, "2026-08-01"), 1, "the older bag");
    cr_expect_eq(count_notes(v, "simvastatin"), 1, "entered in error");
    cr_expect_eq(count_notes(v, "asks not to give"), 1);
    cr_expect_eq(count_notes(v, "taken off the list: ramipril 5 mg"), 1);
    cr_expect_eq(count_notes(v, "none known"), 1);
    cr_expect_eq(count_notes(v, "no known allergies"), 1);
    for (size_t i = 0; i < v->items.len; i++) {
        cr_expect_eq(v->items.items[i].action, RECONCILE_ACTION_NONE_GIVEN);
    }
    reconcile_view_free(v);
    cr_expect_eq(read_bundle(&b, "{\"resourceType\":\"Bundle\",\"entry\":[", &account, &err), STATUS_INVALID);
    clinic_free(b.c);
}
