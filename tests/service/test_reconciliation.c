/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reconciliation: who decides, what each decision needs, what stands in the way of a signature, what signing does. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "model/order_line.h"
#include "service/chart.h"
#include "service/orders.h"
#include "service/reconciliation.h"
#include "service/step_up.h"
#include "service/controlled.h"
#include "service/doses_effect.h"
#include "support/bed.h"
#include "support/ward.h"

#define OK(call) cr_assert_eq((call), STATUS_OK, "%s", error_text(&err))

static enum medication_status status_of(struct bed *b, struct uid order)
{
    struct order now = clinic_get_order(b->c, order);
    enum medication_status status = now.status;
    order_release(&now);
    return status;
}

Test(reconciliation, decides_nothing_by_itself)
{
    struct bed b = bed_new();
    (void)clinic_add_order(b.c, b.patient, "metformin 500 mg tab 1 tab bid");
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_ADMISSION);
    bed_say(&b, CLINIC_NURSE, HISTORY_SOURCE_PATIENT, "metformin 500 mg tab 1 tab bid");
    struct reconcile_view *v = bed_view(&b, CLINIC_NURSE);
    cr_assert_eq(v->items.len, 1);
    cr_expect_eq(v->items.items[0].action, RECONCILE_ACTION_NONE_GIVEN);
    cr_expect_eq(v->items.items[0].tier, MATCH_TIER_CLINICAL);
    cr_expect_eq(v->undecided, 1);
    cr_expect_eq(v->guards[0].kind, RECONCILE_GUARD_UNREVIEWED);
    reconcile_view_free(v);
    clinic_free(b.c);
}

Test(reconciliation, signing_applies_every_decision_to_the_chart)
{
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    struct uid metformin = clinic_add_order(b.c, b.patient, "metformin 500 mg tab 1 tab bid");
    struct uid lisinopril = clinic_add_order(b.c, b.patient, "lisinopril 10 mg tab 1 tab daily");
    struct uid omeprazole = clinic_add_order(b.c, b.patient, "omeprazole 20 mg cap 1 cap daily");
    struct uid furosemide = clinic_add_order(b.c, b.patient, "furosemide 40 mg tab 1 tab daily");
    struct uid simvastatin = clinic_add_order(b.c, b.patient, "simvastatin 20 mg tab 1 tab daily");
    bed_begin(&b, CLINIC_PRESCRIBER, RECONCILE_TRANSITION_ADMISSION);
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "metformin 500 mg tab 1 tab bid");
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "lisinopril 20 mg tab 1 tab daily");
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "amlodipine 5 mg tab 1 tab daily");
    bed_decide(&b, CLINIC_PRESCRIBER, "metformin", BED_CONTINUE);
    char twenty[] = "20 mg daily", taken[] = "as_taken", gone[] = "no_indication", ill[] = "acute_illness", pressure[] = "blood pressure";
    char pravastatin[] = "pravastatin 20 mg tab 1 tab po daily", why[] = "fewer interactions", dry[] = "dry since yesterday";
    struct reconcile_item change = bed_action(RECONCILE_ACTION_CHANGE);
    change.new_text = twenty;
    change.reason = taken;
    bed_decide(&b, CLINIC_PRESCRIBER, "lisinopril", change);
    struct reconcile_item stop = bed_action(RECONCILE_ACTION_STOP);
    stop.reason = gone;
    bed_decide(&b, CLINIC_PRESCRIBER, "omeprazole", stop);
    struct reconcile_item hold = bed_action(RECONCILE_ACTION_HOLD);
    hold.reason = ill;
    hold.words = dry;
    hold.resume_rule = RESUME_RULE_REVIEW;
    hold.due_on = (struct date){2026, 12, 1};
    bed_decide(&b, CLINIC_PRESCRIBER, "furosemide", hold);
    struct reconcile_item other = bed_action(RECONCILE_ACTION_SUBSTITUTE);
    other.new_text = pravastatin;
    other.words = why;
    bed_decide(&b, CLINIC_PRESCRIBER, "simvastatin", other);
    struct reconcile_item add = bed_action(RECONCILE_ACTION_ADD);
    add.indication = pressure;
    bed_decide(&b, CLINIC_PRESCRIBER, "amlodipine", add);
    bed_facts(&b, CLINIC_PRESCRIBER);
    bed_clear(&b, CLINIC_PRESCRIBER);
    OK(bed_sign(&b, CLINIC_PRESCRIBER, &err));
    cr_expect_eq(status_of(&b, metformin), MEDICATION_STATUS_ACTIVE);
    cr_expect_eq(status_of(&b, omeprazole), MEDICATION_STATUS_STOPPED);
    cr_expect_eq(status_of(&b, furosemide), MEDICATION_STATUS_ON_HOLD);
    cr_expect_eq(status_of(&b, simvastatin), MEDICATION_STATUS_STOPPED);
    struct order changed = clinic_get_order(b.c, lisinopril);
    char words[SIG_TEXT_MAX];
    cr_expect(strstr(sig_format_dose(&changed.sig, words), "20 mg") != NULL, "%s", words);
    cr_expect_eq(changed.action, ORDER_ACTION_CHANGE);
    order_release(&changed);
    struct chart *chart = NULL;
    OK(chart_open(clinic_actor(b.c, CLINIC_PRESCRIBER), b.patient, 1, 1, &chart, &err));
    int fresh = 0;
    for (size_t i = 0; i < chart->orders.len; i++) {
        const struct order *o = &chart->orders.items[i];
        fresh += o->status == MEDICATION_STATUS_ACTIVE && (strstr(o->drug_text, "amlodipine") || strstr(o->drug_text, "pravastatin"));
    }
    cr_expect_eq(fresh, 2);
    chart_free(chart);
    struct reconcile_view *v = bed_view(&b, CLINIC_PRESCRIBER);
    cr_expect_eq(v->session.state, RECONCILE_STATE_SIGNED);
    cr_expect_eq(strlen(v->session.list_hash), 64);
    cr_expect(strstr(v->session.signed_list, "pravastatin") != NULL);
    char *copy = reconcile_copy_text(clinic_actor(b.c, CLINIC_PRESCRIBER), v, "es");
    cr_expect(strstr(copy, "Tome 500 mg") != NULL || strstr(copy, "Tome 1 tableta") != NULL, "%s", copy);
    cr_expect(strstr(copy, "YA NO TOME ESTAS") != NULL, "%s", copy);
    mem_free(copy);
    reconcile_view_free(v);
    clinic_free(b.c);
}

Test(reconciliation, a_nurses_list_waits_for_a_prescriber_and_changes_nothing_before)
{
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    struct uid omeprazole = clinic_add_order(b.c, b.patient, "omeprazole 20 mg cap 1 cap daily");
    char gone[] = "no_indication";
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_ADMISSION);
    bed_say(&b, CLINIC_NURSE, HISTORY_SOURCE_PATIENT, "omeprazole 20 mg cap 1 cap daily");
    struct reconcile_item stop = bed_action(RECONCILE_ACTION_STOP);
    stop.reason = gone;
    bed_decide(&b, CLINIC_NURSE, "omeprazole", stop);
    bed_facts(&b, CLINIC_NURSE);
    bed_clear(&b, CLINIC_NURSE);
    OK(bed_sign(&b, CLINIC_NURSE, &err));
    cr_expect_eq(status_of(&b, omeprazole), MEDICATION_STATUS_ACTIVE);
    cr_expect_eq(reconcile_cosign(clinic_actor(b.c, CLINIC_NURSE_2), b.id, NULL, &err), STATUS_NOT_PERMITTED);
    OK(reconcile_reject(clinic_actor(b.c, CLINIC_PRESCRIBER), b.id, "ask the daughter first", &err));
    OK(bed_sign(&b, CLINIC_NURSE, &err));
    OK(bed_sign(&b, CLINIC_PRESCRIBER, &err));
    cr_expect_eq(status_of(&b, omeprazole), MEDICATION_STATUS_STOPPED);
    struct reconcile_view *v = bed_view(&b, CLINIC_NURSE);
    cr_expect_eq(v->session.state, RECONCILE_STATE_SIGNED_FINAL);
    reconcile_view_free(v);
    OK(reconcile_tell(clinic_actor(b.c, CLINIC_NURSE), b.id, "printed and gone through", &err));
    clinic_free(b.c);
}

Test(reconciliation, a_list_that_changes_nothing_is_signed_by_a_nurse)
{
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    (void)clinic_add_order(b.c, b.patient, "metformin 500 mg tab 1 tab bid");
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_VISIT);
    bed_say(&b, CLINIC_NURSE, HISTORY_SOURCE_PATIENT, "metformin 500 mg tab 1 tab bid");
    bed_decide(&b, CLINIC_NURSE, "metformin", BED_CONTINUE);
    bed_facts(&b, CLINIC_NURSE);
    bed_clear(&b, CLINIC_NURSE);
    OK(bed_sign(&b, CLINIC_NURSE, &err));
    struct reconcile_view *v = bed_view(&b, CLINIC_NURSE);
    cr_expect_eq(v->session.state, RECONCILE_STATE_SIGNED);
    reconcile_view_free(v);
    clinic_free(b.c);
}

Test(reconciliation, only_what_changed_on_the_chart_is_opened_again)
{
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    (void)clinic_add_order(b.c, b.patient, "metformin 500 mg tab 1 tab bid");
    struct uid lisinopril = clinic_add_order(b.c, b.patient, "lisinopril 10 mg tab 1 tab daily");
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_ADMISSION);
    bed_say(&b, CLINIC_NURSE, HISTORY_SOURCE_PATIENT, "metformin 500 mg tab 1 tab bid");
    bed_say(&b, CLINIC_NURSE, HISTORY_SOURCE_PATIENT, "lisinopril 10 mg tab 1 tab daily");
    bed_decide(&b, CLINIC_NURSE, "metformin", BED_CONTINUE);
    bed_decide(&b, CLINIC_NURSE, "lisinopril", BED_CONTINUE);
    bed_facts(&b, CLINIC_NURSE);
    bed_clear(&b, CLINIC_NURSE);
    struct reconcile_view *shown = bed_view(&b, CLINIC_NURSE);
    struct order order = clinic_get_order(b.c, lisinopril);
    OK(order_hold(clinic_actor(b.c, CLINIC_PRESCRIBER), lisinopril, order.version, &(struct order_cause){.reason = "laboratory"}, &err));
    order_release(&order);
    OK(step_up_prove(clinic_actor(b.c, CLINIC_NURSE), clinic_password(CLINIC_NURSE), NULL, &err));
    cr_expect_eq(reconcile_sign(clinic_actor(b.c, CLINIC_NURSE), b.id, shown, &err), STATUS_STALE);
    OK(reconcile_refresh(clinic_actor(b.c, CLINIC_NURSE), &shown, &err));
    cr_expect_eq(bed_find(shown, "metformin")->action, RECONCILE_ACTION_CONTINUE);
    cr_expect_eq(bed_find(shown, "lisinopril")->action, RECONCILE_ACTION_NONE_GIVEN);
    cr_expect(bed_find(shown, "lisinopril")->reopened[0] != '\0');
    reconcile_view_free(shown);
    clinic_free(b.c);
}

Test(reconciliation, a_second_person_reads_and_takes_over_with_a_reason)
{
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    (void)clinic_add_order(b.c, b.patient, "metformin 500 mg tab 1 tab bid");
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_ADMISSION);
    struct uid other = UID_NONE;
    cr_expect_eq(reconcile_start(clinic_actor(b.c, CLINIC_NURSE_2),
                                 &(struct reconcile_begin){.patient = b.patient, .transition = RECONCILE_TRANSITION_ADMISSION}, &other, &err),
                 STATUS_EXISTS);
    cr_expect_eq(uid_compare(other, b.id), 0);
    struct reconcile_view *v = bed_view(&b, CLINIC_NURSE_2);
    cr_expect_not(v->may_write);
    reconcile_view_free(v);
    cr_expect_eq(bed_try(&b, CLINIC_NURSE_2, "metformin", BED_CONTINUE, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "holder");
    cr_expect_eq(reconcile_take_over(clinic_actor(b.c, CLINIC_NURSE_2), b.id, " ", &err), STATUS_INVALID);
    OK(reconcile_take_over(clinic_actor(b.c, CLINIC_NURSE_2), b.id, "shift ended", &err));
    bed_decide(&b, CLINIC_NURSE_2, "metformin", BED_CONTINUE);
    cr_expect_eq(bed_try(&b, CLINIC_NURSE, "metformin", BED_CONTINUE, &err), STATUS_REFUSED);
    clinic_free(b.c);
}

/* Each guard by itself. */
Test(reconciliation, what_stands_in_the_way_is_said_in_words)
{
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    struct uid not_asked = clinic_add_patient(b.c, &(struct clinic_patient){.first = "Nils", .last = "Halvorsen", .allergies = ALLERGY_STATUS_NOT_ASKED});
    b.patient = not_asked;
    (void)clinic_add_order(b.c, b.patient, "methotrexate 2.5 mg tab 6 tab weekly on monday");
    bed_begin(&b, CLINIC_PRESCRIBER, RECONCILE_TRANSITION_DISCHARGE);
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "methotrexate 2.5 mg tab 6 tab daily");
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "zzyzx drops");
    struct reconcile_view *v = bed_view(&b, CLINIC_PRESCRIBER);
    cr_expect(bed_find(v, "methotrexate")->has_weekly_trap);
    reconcile_view_free(v);
    char daily[] = "15 mg po daily", taken[] = "as_taken", tried[] = "called the pharmacy";
    struct reconcile_item change = bed_action(RECONCILE_ACTION_CHANGE);
    change.new_text = daily;
    change.reason = taken;
    bed_decide(&b, CLINIC_PRESCRIBER, "methotrexate", change);
    struct reconcile_item unable = bed_action(RECONCILE_ACTION_UNABLE);
    unable.words = tried;
    unable.owner = clinic_user(b.c, CLINIC_NURSE);
    bed_decide(&b, CLINIC_PRESCRIBER, "zzyzx", unable);
    v = bed_view(&b, CLINIC_PRESCRIBER);
    bool has[16] = {false};
    for (size_t i = 0; i < v->guard_count; i++) {
        has[v->guards[i].kind] = true;
    }
    cr_expect(has[RECONCILE_GUARD_WEEKLY]);
    cr_expect(has[RECONCILE_GUARD_DISCHARGE]);
    cr_expect(has[RECONCILE_GUARD_ALLERGIES]);
    cr_expect(has[RECONCILE_GUARD_SOURCES]);
    cr_expect(has[RECONCILE_GUARD_WITH]);
    reconcile_view_free(v);
    cr_expect_eq(bed_sign(&b, CLINIC_PRESCRIBER, &err), STATUS_REFUSED);
    clinic_free(b.c);
}

static int leaving(struct bed *b)
{
    struct reconcile_view *v = bed_view(b, CLINIC_PRESCRIBER);
    int count = 0;
    for (size_t i = 0; i < v->guard_count; i++) {
        count += v->guards[i].kind == RECONCILE_GUARD_LEAVING;
    }
    reconcile_view_free(v);
    return count;
}

/* Who goes home with a dose whose effect nobody asked, or with the rest of an ampoule open, is never asked again (4.B.14). What
 * is stopped then is not planned any more. */
Test(reconciliation, nobody_leaves_before_what_was_given_is_finished)
{
    static char gone[] = "no_indication";
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    struct uid dose, removal;
    struct ward w = {b.c, b.patient, clinic_add_order(b.c, b.patient, "acetaminophen 500 mg tab 1 tab q6h prn pain max 4")};
    struct uid stopped = clinic_add_order(b.c, b.patient, "lisinopril 10 mg tab 1 tab daily");
    struct uid morphine = clinic_add_order(b.c, b.patient, "morphine 5 mg iv once");
    struct dose_event event = ward_due(&w, w.order, 0);
    event.reason = (char *)"pain";
    OK(dose_record(clinic_actor(b.c, CLINIC_NURSE), &event, 0, &dose, &err));
    clinic_prove(b.c, CLINIC_NURSE);
    OK(controlled_take_out(clinic_actor(b.c, CLINIC_NURSE), morphine, (struct decimal){10, 0}, UNIT_MG, &removal, &err));
    bed_begin(&b, CLINIC_PRESCRIBER, RECONCILE_TRANSITION_DISCHARGE);
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "acetaminophen 500 mg tab 1 tab q6h prn pain max 4");
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "lisinopril 10 mg tab 1 tab daily");
    bed_decide(&b, CLINIC_PRESCRIBER, "acetaminophen", BED_CONTINUE);
    struct reconcile_item stop = bed_action(RECONCILE_ACTION_STOP);
    stop.reason = gone;
    bed_decide(&b, CLINIC_PRESCRIBER, "lisinopril", stop);
    bed_decide(&b, CLINIC_PRESCRIBER, "morphine", stop);
    bed_facts(&b, CLINIC_PRESCRIBER);
    bed_clear(&b, CLINIC_PRESCRIBER);
    cr_expect_eq(leaving(&b), 2, "the effect and the ampoule");
    cr_expect_eq(bed_sign(&b, CLINIC_PRESCRIBER, &err), STATUS_REFUSED);
    cr_expect(strstr(error_text(&err), "acetaminophen") != NULL, "%s", error_text(&err));
    OK(dose_assess(clinic_actor(b.c, CLINIC_NURSE), dose, DOSE_OUTCOME_EFFECTIVE, "", "", &err));
    cr_expect_eq(leaving(&b), 1);
    cr_expect_eq(bed_sign(&b, CLINIC_PRESCRIBER, &err), STATUS_REFUSED);
    cr_expect(strstr(error_text(&err), "morphine") != NULL, "%s", error_text(&err));
    struct witness second = {.user = UID_NONE};
    clinic_hire(b.c, CLINIC_NURSE_2);
    OK(witness_authenticate(clinic_actor(b.c, CLINIC_NURSE), clinic_login(CLINIC_NURSE_2), clinic_password(CLINIC_NURSE_2), NULL,
                            PERMISSION_DOSE_WITNESS, &second, &err));
    clinic_prove(b.c, CLINIC_NURSE);
    OK(controlled_waste(clinic_actor(b.c, CLINIC_NURSE),
                        &(struct waste){.removal = removal, .amount = {10, 0}, .unit = UNIT_MG, .method = WASTE_METHOD_SINK,
                                        .reason = WASTE_REASON_REFUSED, .note = ""},
                        &second, &err));
    cr_expect_eq(leaving(&b), 0);
    OK(bed_sign(&b, CLINIC_PRESCRIBER, &err));
    struct chart *chart = NULL;
    OK(chart_open(clinic_actor(b.c, CLINIC_NURSE), b.patient, 1, 72, &chart, &err));
    for (size_t i = 0; i < chart->slots.len; i++) {
        cr_expect(uid_compare(chart->slots.items[i].order, stopped) != 0 || chart->slots.items[i].planned_us < clock_now_us(&b.c->clock),
                  "a dose of what was stopped is still planned");
    }
    chart_free(chart);
    clinic_free(b.c);
}

Test(reconciliation, signing_needs_a_fresh_proof)
{
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_VISIT);
    struct reconcile_view *v = bed_view(&b, CLINIC_NURSE);
    cr_expect_eq(reconcile_sign(clinic_actor(b.c, CLINIC_NURSE), b.id, v, &err), STATUS_STEP_UP);
    reconcile_view_free(v);
    clinic_free(b.c);
}

Test(reconciliation, an_amendment_is_a_new_version_and_keeps_the_old_list)
{
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    (void)clinic_add_order(b.c, b.patient, "metformin 500 mg tab 1 tab bid");
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_VISIT);
    bed_say(&b, CLINIC_NURSE, HISTORY_SOURCE_PATIENT, "metformin 500 mg tab 1 tab bid");
    bed_decide(&b, CLINIC_NURSE, "metformin", BED_CONTINUE);
    bed_facts(&b, CLINIC_NURSE);
    bed_clear(&b, CLINIC_NURSE);
    OK(bed_sign(&b, CLINIC_NURSE, &err));
    struct uid old = b.id;
    OK(reconcile_amend(clinic_actor(b.c, CLINIC_NURSE), old, &b.id, &err));
    bed_decide(&b, CLINIC_NURSE, "metformin", BED_CONTINUE);
    bed_facts(&b, CLINIC_NURSE);
    bed_clear(&b, CLINIC_NURSE);
    OK(bed_sign(&b, CLINIC_NURSE, &err));
    struct reconcile_row_list rows = {0};
    OK(reconcile_list(clinic_actor(b.c, CLINIC_NURSE), b.patient, &rows, &err));
    cr_assert_eq(rows.len, 2);
    for (size_t i = 0; i < rows.len; i++) {
        bool is_old = uid_compare(rows.items[i].id, old) == 0;
        cr_expect_eq(rows.items[i].state, is_old ? RECONCILE_STATE_AMENDED : RECONCILE_STATE_SIGNED);
    }
    reconcile_row_list_release(&rows);
    clinic_free(b.c);
}

/* ---- a document ---- */

#define DOCUMENT(birth, entries)                                                                                      \
    "<ClinicalDocument xmlns=\"urn:hl7-org:v3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><recordTarget>"  \
    "<patientRole><id root=\"1.2.3\" extension=\"17\"/><patient><name><given>Grace</given><family>Okafor</family></name>"  \
    "<birthTime value=\"" birth "\"/></patient></patientRole></recordTarget><component><structuredBody><component><section>" \
    "<code code=\"10183-2\"/><title>Discharge medications</title>" entries                                            \
    "</section></component></structuredBody></component></ClinicalDocument>"
#define DRUG(negation, code, name, dose, hours)                                                                       \
    "<entry><substanceAdministration negationInd=\"" negation "\"><statusCode code=\"active\"/><effectiveTime "         \
    "xsi:type=\"PIVL_TS\" institutionSpecified=\"true\"><period value=\"" hours "\" unit=\"h\"/></effectiveTime>"       \
    "<routeCode code=\"C38288\" displayName=\"ORAL\"/><doseQuantity value=\"" dose "\" unit=\"mg\"/><consumable>"      \
    "<manufacturedProduct><manufacturedMaterial><code code=\"" code "\" codeSystem=\"2.16.840.1.113883.6.88\" "         \
    "displayName=\"" name "\"/></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry>"

static enum status read_document(struct bed *b, const char *text, bool is_confirmed, struct reconcile_account *out, struct error *err)
{
    char *path = mem_format("%s/discharge.xml", b->c->folder);
    FILE *file = fopen(path, "we");
    cr_assert_not_null(file);
    cr_assert_geq(fputs(text, file), 0);
    cr_assert_eq(fclose(file), 0);
    enum status status = reconcile_add_file(clinic_actor(b->c, CLINIC_NURSE), b->id,
                                            &(struct reconcile_new_source){.kind = HISTORY_SOURCE_LETTER}, path, is_confirmed, out, err);
    mem_free(path);
    return status;
}

Test(reconciliation, a_discharge_document_is_compared_and_everything_of_it_is_there)
{
    static const char text[] = DOCUMENT("19600517", DRUG("false", "861007", "metformin hydrochloride 500 MG Oral Tablet", "500", "12")
                                                        DRUG("false", "314076", "lisinopril 10 MG Oral Tablet", "20", "24")
                                                            DRUG("true", "197361", "amlodipine 5 MG Oral Tablet", "5", "24"));
    struct error err = ERROR_INIT;
    struct reconcile_account account = {0};
    struct bed b = bed_new();
    (void)clinic_add_order(b.c, b.patient, "metformin 500 mg tab 1 tab bid");
    (void)clinic_add_order(b.c, b.patient, "lisinopril 10 mg tab 1 tab daily");
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_ADMISSION);
    OK(read_document(&b, text, false, &account, &err));
    cr_expect_eq(account.lines, 2);
    cr_expect_eq(account.shown, 3, "two and the patient");
    cr_expect_eq(account.listed, 1);
    cr_expect_eq(account.entries, 4, "three and the patient");
    cr_expect_eq(read_document(&b, text, false, &account, &err), STATUS_EXISTS);
    struct reconcile_view *v = bed_view(&b, CLINIC_NURSE);
    cr_assert_eq(v->items.len, 2);
    cr_expect_eq(bed_find(v, "metformin")->tier, MATCH_TIER_CLINICAL, "%s", bed_find(v, "metformin")->differences);
    cr_expect_eq(bed_find(v, "lisinopril")->tier, MATCH_TIER_CHANGED);
    cr_expect_str_eq(bed_find(v, "lisinopril")->differences, "dose");
    char *sources = reconcile_sources_text(clinic_actor(b.c, CLINIC_NURSE), v);
    cr_expect(strstr(sources, "amlodipine") != NULL, "%s", sources);
    mem_free(sources);
    reconcile_view_free(v);
    clinic_free(b.c);
}

Test(reconciliation, a_document_of_another_person_is_not_read)
{
    static const char text[] = DOCUMENT("19710101", DRUG("false", "861007", "metformin hydrochloride 500 MG Oral Tablet", "500", "12"));
    struct error err = ERROR_INIT;
    struct reconcile_account account = {0};
    struct bed b = bed_new();
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_ADMISSION);
    cr_expect_eq(read_document(&b, text, false, &account, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "person");
    struct reconcile_view *v = bed_view(&b, CLINIC_NURSE);
    cr_expect_eq(v->sources.len, 0);
    reconcile_view_free(v);
    OK(read_document(&b, text, true, &account, &err));
    cr_expect_eq(read_document(&b, "<ClinicalDocument", true, &account, &err), STATUS_INVALID);
    clinic_free(b.c);
}
