/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "model/order_line.h"
#include "safety/check_text.h"
#include "safety/dose_text.h"

static struct knowledge *k;
static struct screen_result *result;

static void set_up(void)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(knowledge_open(&k, &err), STATUS_OK, "%s", error_text(&err));
    result = malloc(sizeof *result);
    cr_assert_not_null(result);
}

static void tear_down(void)
{
    free(result);
    knowledge_free(k);
}

TestSuite(screen, .init = set_up, .fini = tear_down);

struct claim {
    const char *line;    /* of a batch */
    const char *has;     /* must be in the answer */
    const char *has_not; /* must not; NULL: nothing */
};

static void claim_all(const struct claim *claims, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buffer out = BUFFER_INIT;
        (void)check_batch_line(k, claims[i].line, strlen(claims[i].line), (int)i + 1, result, &out);
        cr_expect_not_null(strstr(out.bytes, claims[i].has), "%s\n  lacks %s\n  %s", claims[i].line, claims[i].has,
                           out.bytes);
        cr_expect(claims[i].has_not == NULL || strstr(out.bytes, claims[i].has_not) == NULL, "%s\n  has %s\n  %s",
                  claims[i].line, claims[i].has_not, out.bytes);
        buffer_release(&out);
    }
}
#define CLAIM(claims) claim_all(claims, sizeof(claims) / sizeof *(claims))

Test(screen, reads_conditions_as_charts_say_them)
{
    static const struct claim claims[] = {
        {"{\"drugs\":[\"ibuprofen\"],\"conditions\":[\"32 weeks pregnant\"],\"sex\":\"f\"}", "nonselective.pregnancy", NULL},
        {"{\"drugs\":[\"ibuprofen\"],\"conditions\":[\"pregnancy, third trimester\"]}", "nonselective.pregnancy", NULL},
        {"{\"drugs\":[\"ibuprofen\"],\"conditions\":[\"not pregnant\"]}", "INCOMPLETE", "nonselective.pregnancy"},
        {"{\"drugs\":[\"codeine\"],\"conditions\":[\"postpartum, breastfeeding\"]}", "cond.codeine.lactation", NULL},
        {"{\"drugs\":[\"metformin\"],\"conditions\":[\"ESRD on dialysis\"]}", "cond.metformin.dialysis", NULL},
        {"{\"drugs\":[\"metformin\"],\"conditions\":[\"eGFR 22 mL/min/1.73 m2\"]}", "cond.metformin.renal", "uncoded"},
        {"{\"drugs\":[\"metformin\"],\"conditions\":[\"CrCl 20\"],\"age\":50}", "cond.metformin.renal", NULL},
        {"{\"drugs\":[\"metformin\"],\"conditions\":[\"eGFR <30\"],\"age\":50}", "INCOMPLETE", NULL},
        {"{\"drugs\":[\"metformin\"],\"conditions\":[\"asthma, purple\"],\"age\":50}", "INCOMPLETE", NULL},
    };
    CLAIM(claims);
}

Test(screen, reads_frequencies_that_an_order_refuses)
{
    static const struct claim claims[] = {
        {"{\"doses\":[\"ibandronate: 150 mg monthly\"],\"age\":60}", "\"status\":\"CLEAR\"", NULL},
        {"{\"doses\":[\"ibandronate: 150 mg once a month\"],\"age\":60}", "\"status\":\"CLEAR\"", NULL},
        {"{\"doses\":[\"ibandronate: 150 mg weekly\"],\"age\":60}", "dose.ibandronate.oral.adult.average", NULL},
        {"{\"doses\":[\"denosumab: 60 mg subcut every 6 months\"],\"age\":60}", "\"incomplete\":[]", NULL},
        {"{\"doses\":[\"denosumab: 60 mg subcut once a year\"],\"age\":60}", "\"incomplete\":[]", NULL},
        {"{\"doses\":[\"cabergoline: 0.5 mg twice weekly\"],\"age\":40}", "\"status\":\"CLEAR\"", NULL},
        {"{\"doses\":[\"cabergoline: 4 mg twice a week\"],\"age\":40}", "dose.cabergoline", NULL},
        {"{\"doses\":[\"alendronate: 70 mg 2x/week\"],\"age\":60}", "dose.alendronate.oral.adult.average", "needed"},
        {"{\"doses\":[\"acetaminophen: 1 g 8-hourly\"],\"age\":50}", "\"status\":\"CLEAR\"", NULL},
        {"{\"doses\":[\"acetaminophen: 1 g 4 hourly\"],\"age\":50}", "6000 mg a day", NULL},
        {"{\"doses\":[\"acetaminophen: 1 g up to 4 times a day\"],\"age\":50}", "\"status\":\"CLEAR\"", NULL},
        {"{\"doses\":[\"metformin: 1000 mg 1-0-1\"],\"age\":50}", "\"incomplete\":[]", NULL},
        {"{\"doses\":[\"metformin: 1000 mg 1-1-1\"],\"age\":50}", "3000 mg a day", NULL},
        {"{\"doses\":[\"cyanocobalamin: 1 mg IM monthly on day 15\"],\"age\":50}", "\"incomplete\":[]", NULL},
        {"{\"doses\":[\"lisinopril: 10 mg daily at 8:00\"],\"age\":50}", "\"incomplete\":[]", NULL},
        {"{\"doses\":[\"amoxicillin: 10 mL of 250 mg/5 mL tid\"],\"age\":50}", "\"status\":\"CLEAR\"", NULL},
        {"{\"doses\":[\"amoxicillin: 100 mL of 250 mg/5 mL tid\"],\"age\":50}", "5000 mg", NULL},
        {"{\"doses\":[\"ibuprofen 100 mg/5 mL: 2 tsp q6h\"],\"age\":2,\"weight\":12}", "16.67 mg/kg", NULL},
        {"{\"doses\":[\"acetaminophen: 3000 mg/day divided tid\"],\"age\":50}", "\"status\":\"CLEAR\"", NULL},
        {"{\"doses\":[\"acetaminophen: 6000 mg daily in 3 divided doses\"],\"age\":50}", "6000 mg a day", NULL},
        {"{\"doses\":[\"acetaminophen: 500 mg/dose six times a day\"],\"age\":50}", "\"status\":\"CLEAR\"", NULL},
        {"{\"doses\":[\"acetaminophen 325 mg: two (2) tablets every four hours\"],\"age\":50}", "\"status\":\"CLEAR\"", NULL},
        {"{\"doses\":[\"acetaminophen 325 mg: two (3) tablets q4h\"],\"age\":50}", "INCOMPLETE", NULL},
        {"{\"doses\":[\"estradiol patch: 0.1 mg/day twice weekly\"],\"age\":55}", "\"incomplete\":[]", "\"dose\""},
    };
    CLAIM(claims);
}

Test(screen, reads_doses_as_people_write_them)
{
    static const struct claim claims[] = {
        {"{\"doses\":[\"acetaminophen: .5 g q6h\"],\"age\":50}", "\"status\":\"CLEAR\"", NULL},
        {"{\"doses\":[\"acetaminophen: 0,5 g q6h\"],\"age\":50}", "\"status\":\"CLEAR\"", NULL},
        {"{\"doses\":[\"acetaminophen: 1,5 g q6h\"],\"age\":50}", "6000 mg a day", NULL},
        {"{\"doses\":[\"acetaminophen: 1 g every 4 h\"],\"age\":50}", "6000 mg a day", NULL},
        {"{\"doses\":[\"levothyroxine: 100 mg daily\"],\"age\":50}", "ten times the maximum", NULL},
        /* one dose a day is the day: one line; small amounts keep their third digit; the ceiling of the old is advice */
        {"{\"doses\":[\"simvastatin: 80 mg daily\"],\"age\":50}", "80 mg a day in all", "one dose is"},
        {"{\"doses\":[\"simvastatin: 80 mg twice a day\"],\"age\":50}", "one dose is 80 mg", NULL},
        {"{\"doses\":[\"digoxin: 0.25 mg daily\"],\"age\":79}", "the maximum is 0.125 mg a day", "contraindicated"},
        {"{\"doses\":[\"levothyroxine: 100 mcg/day\"],\"age\":50}", "\"status\":\"CLEAR\"", NULL},
        {"{\"doses\":[\"methotrexate: 15 mg daily\"],\"age\":50}", "dose.not_daily", NULL},
        {"{\"doses\":[\"methotrexate: 15 mg every Monday\"],\"age\":50}", "\"findings\":[]", NULL},
        {"{\"doses\":[\"amoxicillin: 90 mg/kg/day divided bid\"],\"age\":3,\"weight\":14}", "\"status\":\"CLEAR\"", NULL},
        {"{\"doses\":[\"amoxicillin: 500 mg/kg/day divided bid\"],\"age\":3,\"weight\":14}", "\"kind\":\"dose\"", NULL},
        {"{\"doses\":[\"ibuprofen: 40 mg/kg q6h\"],\"age\":3,\"weight\":14}", "40 mg/kg", NULL},
        {"{\"doses\":[\"naltrexone: 380 mg im every 2 weeks\"],\"age\":50,\"egfr\":90}", "every 336 h", "333.33"},
        {"{\"doses\":[\"denosumab: 60 mg subcut weekly\"],\"age\":60}", "\"severity\":\"major\"", "moderate"},
        /* what is not understood is never silent */
        {"{\"doses\":[\"lisinopril: 1e3 mg daily\"]}", "dose_missing", NULL},
        {"{\"doses\":[\"lisinopril: -10 mg daily\"]}", "dose_missing", NULL},
        {"{\"doses\":[\"lisinopril: 0 mg daily\"]}", "dose_missing", NULL},
        {"{\"doses\":[\"azithromycin: 500 mg once unless 250 mg daily\"]}", "dose_words", NULL},
        {"{\"doses\":[\"fentanyl: 25 mg/h every 72 h\"]}", "ten times the maximum", "CLEAR"},
        {"{\"doses\":[\"vincristine: 2 mg intrathecal weekly\"]}", "dose.vincristine.intrathecal.never", NULL},
    };
    CLAIM(claims);
}

Test(screen, notes_a_kidney_to_which_the_dose_was_fitted)
{
    static const struct claim claims[] = {
        {"{\"doses\":[\"gabapentin: 300 mg daily\"],\"egfr\":25,\"age\":60}", "cond.gabapentin.renal", "\"major\""},
        {"{\"doses\":[\"gabapentin: 600 mg tid\"],\"egfr\":25,\"age\":60}", "dose.gabapentin.oral.renal", "\"minor\""},
        {"{\"drugs\":[\"gabapentin\"],\"egfr\":25,\"age\":60}", "\"major\"", "\"minor\""},
        {"{\"doses\":[\"digoxin: 0.125 mg daily\"],\"egfr\":25,\"age\":60}", "cond.digoxin.renal", "\"minor\""},
        {"{\"doses\":[\"gabapentin: 300 mg\"],\"egfr\":25,\"age\":60}", "\"major\"", "\"minor\""},
        {"{\"doses\":[\"metformin: 500 mg daily\"],\"egfr\":25,\"age\":60}", "\"contraindicated\"", NULL},
    };
    CLAIM(claims);
}

Test(screen, takes_an_age_and_a_weight_with_their_units)
{
    static const struct claim claims[] = {
        {"{\"drugs\":[\"codeine\"],\"age\":\"18 months\"}", "cond.codeine.age", NULL},
        {"{\"drugs\":[\"codeine\"],\"age\":\"3w\"}", "cond.codeine.age", NULL},
        {"{\"drugs\":[\"codeine\"],\"age\":\"40 years\"}", "\"findings\":[]", NULL},
        {"{\"drugs\":[\"codeine\"],\"age\":\"6 m\"}", "age is a number", NULL},
        {"{\"drugs\":[\"codeine\"],\"age\":\"200 years\"}", "age is a number", NULL},
        {"{\"doses\":[\"acetaminophen: 200 mg q6h\"],\"age\":\"10 mo\",\"weight\":\"20 lb\"}", "22.05 mg/kg", NULL},
        {"{\"doses\":[\"acetaminophen: 120 mg q6h\"],\"age\":\"10 mo\",\"weight\":\"9 kg\"}", "CLEAR", NULL},
        {"{\"drugs\":[\"metformin\"],\"egfr\":\"22 mL/min/1.73 m2\",\"age\":50}", "cond.metformin.renal", NULL},
        {"{\"drugs\":[\"metformin\"],\"egfr\":\"22 mg/dL\",\"age\":50}", "egfr is a number", NULL},
        {"{\"drugs\":[\"ibuprofen\"],\"weight\":\"12 stone\"}", "weight is a number", NULL},
    };
    CLAIM(claims);
}

Test(screen, takes_the_one_strength_of_a_brand)
{
    static const struct claim claims[] = {
        {"{\"doses\":[\"Plaquenil: 1 tab bid\"],\"age\":50}", "\"status\":\"CLEAR\"", NULL},
        {"{\"doses\":[\"Plaquenil: 2 tabs bid\"],\"age\":50}", "800 mg a day", "strength_missing"},
        {"{\"doses\":[\"Tylenol #3: 3 tabs q4h\"],\"age\":50}", "5400 mg a day", NULL},
        /* the brands of this row are from general knowledge: too much is said, enough is not */
        {"{\"doses\":[\"Tylenol #3: 1 tab bid\"],\"age\":50}", "strength_missing", "CLEAR"},
        {"{\"doses\":[\"Percocet: 1 tab bid\"],\"age\":50}", "strength_missing", NULL},
        {"{\"doses\":[\"Nuedexta: 1 cap bid\"],\"age\":50}", "\"findings\":[]", "a tenth"},
    };
    CLAIM(claims);
}

Test(screen, adds_two_doses_of_one_ingredient)
{
    static const struct claim claims[] = {
        {"{\"drugs\":[\"Tylenol\",\"Percocet\"],\"doses\":[\"Tylenol: 1000 mg oral every 6 hours\",\"acetaminophen: 650 mg "
         "oral every 6 hours\"],\"age\":50}",
         "6600 mg a day in all", NULL},
        {"{\"drugs\":[\"acetaminophen\"],\"doses\":[\"acetaminophen: 1 g tid\",\"acetaminophen: 1 g bid\"],\"age\":50}",
         "5000 mg a day in all", NULL},
    };
    CLAIM(claims);
}

Test(screen, takes_a_strength_for_the_least_that_is_taken)
{
    static const struct claim claims[] = {
        {"{\"drugs\":[\"simvastatin 80 mg\",\"ticagrelor\"]}", "ddi.simvastatin.ticagrelor", "dose_missing"},
        {"{\"drugs\":[\"simvastatin 10 mg\",\"ticagrelor\"]}", "dose_missing", NULL}, /* two of them would be too much */
    };
    CLAIM(claims);
}

Test(screen, lets_a_stage_of_kidney_disease_stand_for_its_band)
{
    static const struct claim claims[] = {
        {"{\"drugs\":[\"metformin\"],\"conditions\":[\"CKD stage 5\"]}", "\"severity\":\"contraindicated\"", NULL},
        {"{\"drugs\":[\"metformin\"],\"conditions\":[\"N18.4\"]}", "\"severity\":\"contraindicated\"", NULL},
        {"{\"drugs\":[\"metformin\"],\"conditions\":[\"CKD stage 2\"]}", "\"findings\":[]", NULL},
        {"{\"drugs\":[\"metformin\"],\"conditions\":[\"CKD stage 4\"],\"egfr\":70}", "\"findings\":[", "\"kind\":\"renal\""},
        {"{\"drugs\":[\"dofetilide\"],\"conditions\":[\"CKD stage 4\"]}", "egfr_missing", NULL}, /* 15 to 30: is it below 20? */
        {"{\"drugs\":[\"ibuprofen\"],\"conditions\":[\"431857002\"]}", "\"kind\":\"condition\"", NULL},
        {"{\"drugs\":[\"ibuprofen\"],\"conditions\":[\"999999999\"]}", "uncoded_condition", NULL},
        {"{\"drugs\":[\"ibuprofen\"],\"conditions\":[\"Z88.0\"]}", "uncoded_condition", NULL}, /* a code that nobody placed */
        {"{\"drugs\":[\"ibuprofen\"],\"conditions\":[\"M25.561\"]}", "\"status\":\"CLEAR\"", "uncoded_condition"},
        /* how bad, how sure, and two in one text */
        {"{\"drugs\":[\"propranolol\"],\"conditions\":[\"asthma, severe\"]}", "\"kind\":\"condition\"", NULL},
        {"{\"drugs\":[\"propranolol\"],\"conditions\":[\"suspected asthma\"]}", "\"kind\":\"condition\"", NULL},
        {"{\"drugs\":[\"pyrazinamide\"],\"conditions\":[\"hepatic impairment, severe\"]}", "severe_liver_disease", NULL},
        {"{\"drugs\":[\"ibuprofen\"],\"conditions\":[\"gout due to heart failure\"]}", "cond.ibuprofen.heart_failure", "uncoded_condition"},
        {"{\"drugs\":[\"ethinyl estradiol\"],\"conditions\":[\"migraine w/ aura\"]}", "migraine_with_aura", NULL},
        {"{\"drugs\":[\"propranolol\"],\"conditions\":[\"family history of asthma\"]}", "uncoded_condition", "\"kind\":\"condition\""},
        {"{\"drugs\":[\"propranolol\"],\"conditions\":[\"asthma with zorblax\"]}", "uncoded_condition", "\"kind\":\"condition\""},
        {"{\"drugs\":[\"ibuprofen\"],\"conditions\":[\"http://snomed.info/sct|44054006\"]}", "\"as\":[\"Diabetes", NULL},
    };
    CLAIM(claims);
}

Test(screen, reads_what_an_allergy_did_and_never_a_second_allergen)
{
    static const struct claim claims[] = {
        {"{\"drugs\":[\"codeine\"],\"allergies\":[\"codeine - nausea\"]}", "\"severity\":\"moderate\"", "\"interrupts\":true"},
        {"{\"drugs\":[\"amoxicillin\"],\"allergies\":[\"anaphylaxis to penicillin\"]}", "\"severity\":\"contraindicated\"", NULL},
        {"{\"drugs\":[\"amoxicillin\"],\"allergies\":[\"penicillin: hives\"]}", "\"severity\":\"major\"", NULL},
        /* a second allergen is one more allergy; what nobody understands is told, and the first is screened all the same */
        {"{\"drugs\":[\"Bactrim\"],\"allergies\":[\"penicillin, sulfa\"]}", "\"kind\":\"allergy\"", "uncoded_allergy"},
        {"{\"drugs\":[\"amoxicillin\"],\"allergies\":[\"penicillin, sulfa\"]}", "\"kind\":\"allergy\"", "uncoded_allergy"},
        {"{\"drugs\":[\"amoxicillin\"],\"allergies\":[\"penicillin - felt odd\"]}", "\"severity\":\"contraindicated\"", NULL},
        {"{\"drugs\":[\"amoxicillin\"],\"allergies\":[\"penicillin - felt odd\"]}", "uncoded_allergy", NULL},
        {"{\"drugs\":[\"aspirin\"],\"allergies\":[\"penicillin - rash, aspirin\"]}", "\"kind\":\"allergy\"", "uncoded_allergy"},
        {"{\"drugs\":[\"amoxicillin\"],\"allergies\":[\"codeine (nausea), penicillin (hives)\"]}", "\"severity\":\"major\"", NULL},
        {"{\"drugs\":[\"lamotrigine\"],\"allergies\":[\"lamotrigine rash\"]}", "\"severity\":\"major\"", "uncoded_allergy"},
        {"{\"drugs\":[\"lisinopril\"],\"allergies\":[\"ACE inhibitors - cough\"]}", "\"severity\":\"moderate\"", "\"interrupts\":true"},
        {"{\"drugs\":[\"penicillamine\"],\"allergies\":[\"penicillin\"]}", "\"status\":\"CLEAR\"", NULL},
        {"{\"drugs\":[\"ferrous sulfate\"],\"allergies\":[\"sulfa\"]}", "\"status\":\"CLEAR\"", NULL},
        {"{\"drugs\":[\"amoxicillin\"],\"allergies\":[\"penicillin (refuted)\"]}", "\"status\":\"CLEAR\"", NULL},
        {"{\"drugs\":[\"amoxicillin\"],\"allergies\":null}", "allergies_not_asked", NULL},
        /* tolerated lowers what is crossed, never what is exact */
        {"{\"drugs\":[\"cephalexin\"],\"allergies\":[\"amoxicillin (anaphylaxis)\",\"cephalexin (tolerated)\"]}",
         "\"severity\":\"moderate\"", "\"interrupts\":true"},
        {"{\"drugs\":[\"amoxicillin\"],\"allergies\":[\"amoxicillin (anaphylaxis)\",\"amoxicillin (tolerated)\"]}",
         "\"severity\":\"contraindicated\"", NULL},
    };
    CLAIM(claims);
}

Test(screen, resolves_names_and_never_half_of_one)
{
    static const struct claim claims[] = {
        {"{\"drugs\":[\"warfarin\xe2\x84\xa2 5mg\"]}", "\"as\":[\"warfarin\"]", NULL},
        {"{\"drugs\":[\"chalk + vitamin D\"]}", "partly_recognised", NULL},
        {"{\"drugs\":[\"losartan potassium\"]}", "\"as\":[\"losartan\"]", "partly"},
        {"{\"drugs\":[\"Bactrim DS\"]}", "\"as\":[\"sulfamethoxazole\",\"trimethoprim\"]", NULL},
        {"{\"drugs\":[\"metformina\",\"Furosemid 40 mg\",\"hidroclorotiazida\"]}",
         "\"as\":[\"hydrochlorothiazide\"]", "unknown_drug"},
        {"{\"drugs\":[\"ethanol\",\"metronidazole\"]}", "ddi.ethanol.metronidazole", "topical"},
        {"{\"drugs\":[\"grapefruit juice\",\"simvastatin\"]}", "\"kind\":\"food\"", "unknown_drug"},
        {"{\"drugs\":[\"simvastatin\",{\"text\":\"grapefruit\",\"state\":\"stopped\"}]}", "\"kind\":\"food\"", NULL},
        {"{\"drugs\":[\"warfarin\"],\"foods\":[\"ginkgo\"]}", "ddi.warfarin.bleeding_risk_herb", "unknown_food"},
        {"{\"drugs\":[\"warfarin\"],\"foods\":[\"zorblax\"]}", "unknown_food", "\"kind\":\"interaction\""},
        /* a word for many drugs is asked for, and screened as any of them */
        {"{\"drugs\":[\"penicillin\"],\"allergies\":[\"amoxicillin\"]}", "ambiguous_drug", "unknown_drug"},
        {"{\"drugs\":[\"penicillin\"],\"allergies\":[\"amoxicillin\"]}", "\"kind\":\"allergy\"", NULL},
        {"{\"drugs\":[\"NSAID\",\"lithium\"]}", "\"kind\":\"interaction\"", "unknown_drug"},
        {"{\"drugs\":[\"ibuprofen\"],\"allergies\":[\"NSAID\"]}", "\"kind\":\"allergy\"", NULL},
        {"{\"drugs\":[\"RxCUI 161\"]}", "\"as\":[\"acetaminophen\"]", NULL},
        {"{\"drugs\":[\"rxcui:99999999\"]}", "unknown_drug", NULL},
        {"{\"drugs\":[\"tofersen\"]}", "no_rules_known", "unknown_drug"},
        {"{\"drugs\":[\"mupirocin\"]}", "\"status\":\"CLEAR\"", "no_rules_known"}, /* looked at: none to be expected */
        {"{\"drugs\":[\"hydroxazine\"]}", "unknown_drug", NULL},
        {"{\"drugs\":[\"amlodipine or lisinopril\"]}", "partly_recognised", NULL},
    };
    CLAIM(claims);
}

/* Of two equals the word of the pack stays, of others the worse; a booster of another product speaks for itself. */
Test(screen, tells_once_what_a_drug_and_its_booster_do)
{
    static const struct claim claims[] = {
        {"{\"drugs\":[\"Paxlovid\",\"amiodarone\"]}", "ddi.nirmatrelvir.amiodarone", "ddi.ritonavir.amiodarone"},
        {"{\"drugs\":[\"sildenafil\",\"Paxlovid\"]}", "ddi.sildenafil.ritonavir", "ddi.sildenafil.cyp3a4"},
        {"{\"drugs\":[\"nirmatrelvir\",\"ritonavir\",\"amiodarone\"]}", "ddi.ritonavir.amiodarone", NULL},
    };
    CLAIM(claims);
}

/* Two SSRIs are a duplicate and an interaction: who orders is stopped once, and both are listed. */
Test(screen, stops_once_for_what_two_findings_say)
{
    static const struct {
        const char *line, *listed;
        int stops;
    } cases[] = {
        {"{\"drugs\":[\"sertraline\",\"paroxetine\"]}", "\"rule\":\"ddi.ssri.ssri\"", 1},
        {"{\"drugs\":[\"sertraline\",\"paroxetine\"]}", "\"rule\":\"dup.ssri.systemic\"", 1},
        {"{\"drugs\":[\"warfarin\",\"ibuprofen\"]}", "\"kind\":\"interaction\"", 1},
        {"{\"drugs\":[\"sertraline\",\"paroxetine\",\"pimozide\"]}", "\"with\":\"\"", 3},
        {"{\"drugs\":[\"apixaban\",\"rivaroxaban\"]}", "\"rule\":\"dup.doac.systemic\"", 1},
        {"{\"drugs\":[\"apixaban\",\"rivaroxaban\"]}", "\"rule\":\"ddi.doac.doac\"", 1},
        {"{\"drugs\":[\"apixaban\",\"rivaroxaban\",\"warfarin\"]}", "\"rule\":\"dup.doac.systemic\"", 1},
        {"{\"drugs\":[\"sparsentan\",\"losartan\"]}", "\"rule\":\"dup.arb.systemic\"", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer out = BUFFER_INIT;
        int stops = 0;
        (void)check_batch_line(k, cases[i].line, strlen(cases[i].line), 1, result, &out);
        for (const char *p = out.bytes; (p = strstr(p, "\"interrupts\":true")) != NULL; p++) {
            stops++;
        }
        cr_expect_not_null(strstr(out.bytes, cases[i].listed), "%s", out.bytes);
        cr_expect_eq(stops, cases[i].stops, "%s: stops %d times", cases[i].line, stops);
        buffer_release(&out);
    }
}

Test(screen, counts_a_stopped_drug_while_it_acts)
{
    static const struct claim claims[] = {
        {"{\"drugs\":[{\"text\":\"phenelzine\",\"stopped_days_ago\":5},\"sertraline\"]}", "still acts for 9 days", NULL},
        {"{\"drugs\":[{\"text\":\"phenelzine\",\"stopped_days_ago\":15},\"sertraline\"]}", "\"status\":\"CLEAR\"", NULL},
        {"{\"drugs\":[{\"text\":\"fluoxetine\",\"stopped_days_ago\":30},\"phenelzine\"]}", "\"severity\":\"contraindicated\"", NULL},
        {"{\"drugs\":[{\"text\":\"fluoxetine\",\"stopped_days_ago\":36},\"phenelzine\"]}", "\"status\":\"CLEAR\"", NULL},
        {"{\"drugs\":[{\"text\":\"phenelzine\",\"state\":\"stopped\"},\"sertraline\"]}", "stop_date_missing", NULL},
        {"{\"drugs\":[{\"text\":\"ibuprofen\",\"stopped_days_ago\":1},\"naproxen\"]}", "\"status\":\"CLEAR\"", NULL},
    };
    CLAIM(claims);
}

/* Two drugs in one text are no combination product. */
Test(screen, looks_between_the_drugs_of_one_text)
{
    static const struct claim claims[] = {
        {"{\"drugs\":[\"warfarin, aspirin\"]}", "\"drugs\":[\"warfarin, aspirin\"],\"ingredients\":[\"warfarin\",\"aspirin\"]", "CLEAR"},
        {"{\"drugs\":[\"warfarin/aspirin\"]}", "\"rule\":\"ddi.warfarin.aspirin\"", NULL},
        {"{\"drugs\":[\"warfarin and aspirin\"]}", "\"interrupts\":true", NULL},
        {"{\"drugs\":[\"acetaminophen / oxycodone\"]}", "\"findings\":[]", NULL},
        {"{\"drugs\":[\"lisinopril/hydrochlorothiazide\"]}", "\"findings\":[]", NULL},
        {"{\"drugs\":[\"neomycin, polymyxin B, gramicidin\"]}", "\"findings\":[]", NULL},
        {"{\"drugs\":[\"Duavee\"]}", "\"findings\":[]", NULL},
    };
    CLAIM(claims);
}

Test(screen, shows_only_what_is_new_when_asked)
{
    static const struct claim claims[] = {
        {"{\"scope\":\"new\",\"drugs\":[\"warfarin\",\"aspirin\",{\"text\":\"loratadine\",\"state\":\"new\"}]}", "\"findings\":[]", NULL},
        {"{\"scope\":\"new\",\"drugs\":[\"warfarin\",{\"text\":\"aspirin\",\"state\":\"new\"}]}", "\"kind\":\"interaction\"", NULL},
        {"{\"scope\":\"new\",\"drugs\":[{\"text\":\"warfarin\",\"state\":\"new\"},{\"text\":\"aspirin\",\"state\":\"new\"}]}",
         "\"kind\":\"interaction\"", NULL},
    };
    CLAIM(claims);
}

Test(screen, refuses_a_bad_line_and_names_what_is_wrong)
{
    static const struct claim claims[] = {
        {"{\"id\":7,\"drugs\":\"warfarin\"}", "{\"id\":7,\"error\":\"drugs is a list of texts.\"", NULL},
        {"{\"id\":\"a\",\"drugs\":[]}", "drugs is empty", NULL},
        {"{\"id\":\"a\"", "\"error\"", NULL},
        {"", "\"error\"", NULL},
        {"[1]", "\"error\"", NULL},
        {"{\"id\":\"a\",\"drugs\":[1]}", "\"error\"", NULL},
        {"{\"id\":\"a\",\"drugs\":[\"warfarin\"],\"age\":\"old\"}", "age is a number", NULL},
        {"{\"id\":\"a\",\"drugs\":[\"warfarin\"],\"weight\":-1}", "weight is a number", NULL},
        {"{\"id\":\"a\",\"drugs\":[\"warfarin\"],\"alergies\":[\"x\"]}", "\"item\":\"alergies\"", NULL}, /* misspelt: not silent */
        {"{\"id\":\"a\",\"drugs\":[\"warfarin\"],\"drugs\":[\"aspirin\"]}", "the name drugs stands twice", NULL},
        {"{\"id\":\"a\",\"drugs\":[\"\"]}", "drugs: an empty text", NULL},
        {"{\"id\":\"a\",\"drugs\":[\"warfarin\"],\"foods\":[\"\"]}", "foods: an empty text", NULL},
        {"{\"id\":\"a\",\"drugs\":[\"warfarin\"],\"\":1}", "unknown_input", NULL},
    };
    CLAIM(claims);
}

/* ---- no allocation while screening ---- */

static unsigned long allocations;

static void count_allocation(const volatile void *p, size_t size)
{
    (void)p;
    (void)size;
    allocations++;
}
static void ignore_free(const volatile void *p)
{
    (void)p;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#endif

#ifdef WITH_ASAN
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
                                              void (*on_free)(const volatile void *));
#endif

Test(screen, allocates_nothing_while_it_screens)
{
    static const char line[] =
        "{\"drugs\":[\"warfarin\",\"amiodarone\",\"simvastatin 40 mg\",\"Percocet\",\"sertraline\",\"tramadol\",\"digoxin\"],"
        "\"allergies\":[\"penicillin (anaphylaxis)\",\"sulfa\"],\"conditions\":[\"heart failure\",\"CKD stage 4\"],"
        "\"doses\":[\"acetaminophen: 650 mg every 4 h\"],\"foods\":[\"grapefruit\"],\"age\":80,\"weight\":60}";
    static const struct json_limits limits = {.max_bytes = 1 << 16, .max_depth = 8, .max_nodes = 1000};
    struct check_request r;
    struct json_document *doc = NULL;
    check_request_init(&r);
    cr_assert_eq(json_parse(line, sizeof line - 1, &limits, 1, &doc, NULL), STATUS_OK);
    cr_assert_eq(check_read_json(&r, k, json_root(doc), NULL), STATUS_OK);
#ifdef WITH_ASAN
    cr_assert_neq(__sanitizer_install_malloc_and_free_hooks(count_allocation, ignore_free), 0);
    void *volatile probe = malloc(17); /* volatile: the compiler would leave the pair out */
    cr_assert_gt(allocations, 0UL, "the counter counts nothing");
    free(probe);
    allocations = 0;
    screen(k, &r.input, result);
    cr_assert_eq(allocations, 0UL, "%lu allocations", allocations);
#else
    (void)count_allocation;
    (void)ignore_free;
    screen(k, &r.input, result);
#endif
    cr_expect_gt(result->finding_count, 5);
    json_free(doc);
    check_request_release(&r);
}

Test(screen, does_not_depend_on_the_order_of_the_input)
{
    static const char *const drugs[] = {"warfarin", "Percocet", "ibuprofen", "sertraline", "Tylenol", "naproxen"};
    struct buffer first = BUFFER_INIT;
    for (int turn = 0; turn < 6; turn++) {
        struct check_request r;
        struct json_writer w = JSON_WRITER_INIT;
        check_request_init(&r);
        for (int i = 0; i < 6; i++) {
            cr_assert_eq(check_add_drug(&r, k, drugs[(i + turn) % 6], NULL), STATUS_OK);
        }
        screen(k, &r.input, result);
        for (int i = 0; i < result->finding_count; i++) {
            json_begin_object(&w);
            json_write_member(&w, "rule", result->findings[i].rule_id);
            for (int d = 0; d < result->findings[i].drug_count; d++) {
                json_write_member(&w, "drug", r.input.drugs[result->findings[i].drugs[d]].text);
            }
            json_end_object(&w);
        }
        if (turn == 0) {
            buffer_append(&first, w.out.bytes, w.out.len);
        }
        cr_expect_str_eq(w.out.bytes, first.bytes, "turn %d", turn);
        json_writer_release(&w);
        check_request_release(&r);
    }
    buffer_release(&first);
}

Test(screen, says_which_form_a_bare_name_was_taken_for)
{
    static const struct claim claims[] = {
        {"{\"drugs\":[\"metoprolol\"]}", "\"assumed\":\"Taken as metoprolol tartrate", NULL},
        {"{\"drugs\":[\"metoprolol 50 mg tablet\"]}", "\"assumed\"", NULL},
        {"{\"drugs\":[\"metoprolol succinate\"]}", "\"status\":\"CLEAR\"", "\"assumed\""},
        {"{\"drugs\":[\"metoprolol ER\"]}", "\"status\":\"CLEAR\"", "\"assumed\""},
        {"{\"drugs\":[\"Toprol-XL\"]}", "\"status\":\"CLEAR\"", "\"assumed\""},
        {"{\"drugs\":[\"bupropion\"]}", "\"assumed\":\"Taken as bupropion, immediate", NULL},
        {"{\"drugs\":[\"bupropion hydrochloride\"]}", "\"assumed\"", NULL},
        {"{\"drugs\":[\"bupropion XL 300 mg\"]}", "\"status\":\"CLEAR\"", "\"assumed\""},
        {"{\"drugs\":[\"diltiazem\"]}", "\"assumed\"", NULL},
        {"{\"drugs\":[\"diltiazem CD\"]}", "\"status\":\"CLEAR\"", "\"assumed\""},
        {"{\"drugs\":[\"morphine sulfate\"]}", "\"assumed\"", NULL},
        {"{\"drugs\":[\"morphine IV\"]}", "\"status\":\"CLEAR\"", "\"assumed\""},
        {"{\"drugs\":[\"morphine oral solution\"]}", "\"status\":\"CLEAR\"", "\"assumed\""},
        {"{\"drugs\":[\"oxybutynin\"]}", "\"assumed\"", NULL},
        {"{\"drugs\":[\"lisinopril\"]}", "\"status\":\"CLEAR\"", "\"assumed\""},
        {"{\"drugs\":[\"amoxicillin + zorblax\"]}", "\\\"zorblax\\\" was not understood", NULL},
    };
    CLAIM(claims);
}

Test(screen, takes_a_brand_of_one_use_for_that_use_and_a_route_for_said_only_where_it_is)
{
    static const struct claim claims[] = {
        {"{\"drugs\":[\"Revatio\",\"Norvir\"]}", "ddi.sildenafil_pah.ritonavir", NULL},
        {"{\"drugs\":[\"Viagra\",\"Norvir\"]}", "ddi.sildenafil.ritonavir", "sildenafil_pah"},
        {"{\"drugs\":[\"sildenafil\",\"Norvir\"],\"conditions\":[\"I27.0\"]}", "ddi.sildenafil_pah.ritonavir", NULL},
        {"{\"drugs\":[\"lidocaine\",\"amiodarone\"]}", "ddi.lidocaine.amiodarone", NULL},
        {"{\"drugs\":[\"lidocaine infusion\",\"amiodarone\"]}", "ddi.lidocaine.amiodarone", NULL},
        {"{\"drugs\":[\"lidocaine gel\",\"amiodarone\"]}", "\"findings\":[]", "ddi.lidocaine.amiodarone"},
        /* a dose that is too much once is too much however often */
        {"{\"doses\":[\"haloperidol: 200 mg IM\"],\"age\":50}", "dose.haloperidol.im.adult", NULL},
        {"{\"doses\":[\"haloperidol: 5 mg IM\"],\"age\":50}", "\"findings\":[]", NULL},
        /* the kidneys of the old */
        {"{\"drugs\":[\"metformin\"],\"age\":65}", "egfr_missing", NULL},
        {"{\"drugs\":[\"metformin\"],\"age\":64}", "\"status\":\"CLEAR\"", NULL},
        {"{\"drugs\":[\"metformin\"],\"age\":80,\"egfr\":75}", "\"incomplete\":[]", NULL},
        {"{\"drugs\":[\"loratadine\"],\"age\":80}", "\"incomplete\":[]", NULL},
    };
    CLAIM(claims);
}

/* What the engine sees of doses that differ by day: a weekly dose in parts as one of their sum; else the fullest day. */
Test(screen, sees_doses_that_differ_by_day)
{
    static const struct {
        const char *line, *amount, *per_day;
        bool is_weekly;
    } rows[] = {
        {"methotrexate 5 mg mon 20:00 and 5 mg tue 08:00 20:00", "15", "0.142857", true},
        {"warfarin 5 mg mon-fri and 2.5 mg sat sun", "5", "1", false},
        {"levodopa 100 mg 07:00 11:00 and 50 mg 15:00", "100", "2.5", false},
        {"drug 100 mg mon 07:00 and 300 mg fri 07:00 11:00", "300", "2", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct order_line line;
        struct decimal amount, per_day;
        cr_assert_eq(order_line_parse(rows[i].line, NULL, &line, NULL), STATUS_OK);
        struct screen_dose dose = screen_dose_of_sig(&line.sig);
        cr_assert_eq(decimal_parse(rows[i].amount, &amount, NULL), STATUS_OK);
        cr_assert_eq(decimal_parse(rows[i].per_day, &per_day, NULL), STATUS_OK);
        cr_expect_eq(dose.presence, SCREEN_PRESENT, "%s", rows[i].line);
        cr_expect_eq(decimal_compare(dose.amount, amount), 0, "%s", rows[i].line);
        cr_expect_eq(decimal_compare(dose.doses_per_day, per_day), 0, "%s", rows[i].line);
        cr_expect_eq(dose.is_weekly, rows[i].is_weekly, "%s", rows[i].line);
    }
}
