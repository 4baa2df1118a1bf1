/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the FHIR reader makes of the many ways in which systems write the same thing: tables of
 * elements as they were seen from hospital systems, national profiles, other releases and servers.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "exchange/fhir_write.h"
#include "model/order_line.h"
#include "model/sig.h"
#include "support/fhir_fixture.h"

#define REQUEST(parts)                                                                       \
    "{\"resourceType\":\"MedicationRequest\",\"id\":\"r\",\"status\":\"active\",\"intent\":" \
    "\"order\",\"subject\":{\"reference\":\"Patient/p\"}," parts "}"
#define DRUG "\"medicationCodeableConcept\":{\"text\":\"metformin 500 mg tablet\"}"

static struct fhir_import read_one(const char *format, const char *part)
{
    const char *hole = strchr(format, '@');
    char *json = mem_format("%.*s%s%s", (int)(hole - format), format, part, hole + 1);
    struct fhir_import import = fixture_read_with_patient(json);
    mem_free(json);
    return import;
}

/* --- directions --- */

#define DAY2 "\"timing\":{\"repeat\":{\"frequency\":2,\"period\":1,\"periodUnit\":\"d\"}}"
#define TAB(n) "\"doseAndRate\":[{\"doseQuantity\":{\"value\":" n ",\"unit\":\"tablet\"}}]"

/* words: the structured sentence, or of the directions where nothing could be structured. */
static const struct {
    const char *what, *dosage;
    bool is_structured;
    const char *words;
} dosages[] = {
    {"twice daily", DAY2 "," TAB("1"), true, "1 tab twice daily at 08:00, 20:00"},
    {"STU3 dose", DAY2 ",\"doseQuantity\":{\"value\":1,\"unit\":\"tablet\"}", true,
     "1 tab twice daily at 08:00, 20:00"},
    {"dose of a text code", "\"timing\":{\"code\":{\"text\":\"BID\"}}," TAB("2"), true,
     "2 tab twice daily at 08:00, 20:00"},
    {"GTS code",
     "\"timing\":{\"code\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/"
     "CodeSystem/v3-GTSAbbreviation\",\"code\":\"Q8H\"}]}}," TAB("1"),
     true, "1 tab every 8 hours"},
    {"interval",
     "\"timing\":{\"repeat\":{\"frequency\":1,\"period\":6,\"periodUnit\":\"h\"}}," TAB("1"), true,
     "1 tab every 6 hours"},
    {"interval range",
     "\"timing\":{\"repeat\":{\"frequency\":1,\"period\":4,\"periodMax\":6,"
     "\"periodUnit\":\"h\"}},\"asNeededBoolean\":true," TAB("1"),
     true, "1 tab every 4 to 6 hours as needed"},
    {"weekly on a day",
     "\"timing\":{\"repeat\":{\"dayOfWeek\":[\"mon\"],\"frequency\":1,\"period\":1,"
     "\"periodUnit\":\"wk\"}}," TAB("4"),
     true, "4 tab every Monday at 08:00"},
    {"three times a week without days",
     "\"timing\":{\"repeat\":{\"frequency\":3,\"period\":1,\"periodUnit\":\"wk\"}}," TAB("1"),
     false, "3 per 1 wk"},
    {"monthly",
     "\"timing\":{\"repeat\":{\"frequency\":1,\"period\":1,\"periodUnit\":\"mo\"}}," TAB("1"),
     false, "1 per 1 mo"},
    {"times of day",
     "\"timing\":{\"repeat\":{\"timeOfDay\":[\"09:30:00\",\"21:00:00\"],\"frequency\":2,"
     "\"period\":1,\"periodUnit\":\"d\"}}," TAB("1"),
     true, "1 tab twice daily at 09:30, 21:00"},
    {"morning and evening", "\"timing\":{\"repeat\":{\"when\":[\"MORN\",\"EVE\"]}}," TAB("1"), true,
     "1 tab twice daily at 08:00, 18:00"},
    {"half an hour before meals",
     "\"timing\":{\"repeat\":{\"when\":[\"AC\"],\"offset\":30,\"frequency\":3,\"period\":1,"
     "\"periodUnit\":\"d\"}}," TAB("1"),
     false, "offset in minutes: 30"},
    {"count 1 per day says two things",
     "\"timing\":{\"repeat\":{\"count\":1,\"period\":1,\"periodUnit\":\"d\"}}," TAB("1"), false,
     "number of doses: 1 per 1 d"},
    {"as needed for a reason", "\"asNeededCodeableConcept\":{\"text\":\"pain\"}," TAB("1"), true,
     "1 tab as needed for pain"},
    {"as needed for two reasons (R5)",
     "\"asNeeded\":true,\"asNeededFor\":[{\"text\":\"pain\"},{\"text\":\"fever\"}]," TAB("1"), true,
     "1 tab as needed for pain"},
    {"daily limit",
     "\"asNeededBoolean\":true," TAB(
         "1") ",\"maxDosePerPeriod\":{\"numerator\":{\"value\":4,"
              "\"unit\":\"tablet\"},\"denominator\":{\"value\":24,\"unit\":\"h\"}}",
     true, "1 tab as needed, at most 4 tab in 24 hours"},
    {"daily limit (R5)",
     "\"asNeeded\":true," TAB(
         "1") ",\"maxDosePerPeriod\":[{\"numerator\":{\"value\":4,"
              "\"unit\":\"tablet\"},\"denominator\":{\"value\":1,\"code\":\"d\"}}]",
     true, "1 tab as needed, at most 4 tab in 24 hours"},
    {"dose range",
     DAY2 ",\"doseAndRate\":[{\"doseRange\":{\"low\":{\"value\":1,\"unit\":\"tablet\"},"
          "\"high\":{\"value\":2,\"unit\":\"tablet\"}}}]",
     true, "1-2 tab twice daily at 08:00, 20:00"},
    {"infusion",
     "\"doseAndRate\":[{\"rateRatio\":{\"numerator\":{\"value\":100,\"unit\":\"mL\"},"
     "\"denominator\":{\"value\":1,\"unit\":\"h\"}}}]",
     false, "rate: 100 mL / 1 h"},
    {"ordered beside calculated",
     DAY2 ",\"doseAndRate\":[{\"type\":{\"coding\":[{\"code\":\"calculated\"}]},\"doseQuantity\":{"
          "\"value\":"
          "500,\"unit\":\"mg\"}},{\"type\":{\"coding\":[{\"code\":\"ordered\"}]},\"doseQuantity\":{"
          "\"value\":"
          "1,\"unit\":\"tablet\"}}]",
     true, "1 tab twice daily at 08:00, 20:00"},
    {"German tablets",
     DAY2 ",\"doseAndRate\":[{\"doseQuantity\":{\"value\":1,\"unit\":\"Tablette(n)\","
          "\"code\":\"1\"}}]",
     true, "1 tab twice daily at 08:00, 20:00"},
    {"UCUM annotation",
     DAY2 ",\"doseAndRate\":[{\"doseQuantity\":{\"value\":2,\"code\":\"{puff}\"}}]", true,
     "2 puffs twice daily at 08:00, 20:00"},
    {"a dose without a unit is not a dose",
     DAY2 ",\"doseAndRate\":[{\"doseQuantity\":{\"value\":1}}]", true,
     "twice daily at 08:00, 20:00"},
    {"duration",
     "\"timing\":{\"repeat\":{\"boundsDuration\":{\"value\":7,\"code\":\"d\"},\"frequency\":2,"
     "\"period\":1,\"periodUnit\":\"d\"}}," TAB("1"),
     true, "1 tab twice daily at 08:00, 20:00 for 7 days"},
    {"text only", "\"text\":\"half a tablet every other day\"", false,
     "half a tablet every other day"},
    {"weight-based", DAY2 ",\"doseAndRate\":[{\"doseQuantity\":{\"value\":15,\"unit\":\"mg/kg\"}}]",
     true, "15 mg/kg per dose (dose not calculated) twice daily at 08:00, 20:00"},
};

Test(fhir_read, directions_in_many_spellings)
{
    for (size_t i = 0; i < sizeof dosages / sizeof *dosages; i++) {
        struct fhir_import import = read_one(REQUEST(DRUG ",\"dosageInstruction\":[{@}]"),
                                             dosages[i].dosage);
        struct fhir_chart *chart = fixture_chart(&import);
        cr_assert_eq(chart->orders.len, 1, "%s: %s", dosages[i].what,
                     import.files.items[0].skips.len ? import.files.items[0].skips.items[0].reason
                                                     : "");
        const struct order *order = &chart->orders.items[0];
        char text[SIG_TEXT_MAX];
        bool is_structured = order->sig.kind != SCHEDULE_KIND_UNSTRUCTURED;
        const char *words = is_structured ? sig_format(&order->sig, text) : order->directions;
        cr_expect_eq(is_structured, dosages[i].is_structured, "%s: %s", dosages[i].what, words);
        cr_expect(strstr(words, dosages[i].words), "%s: %s", dosages[i].what, words);
        cr_expect(is_structured || *order->original, "%s: the source's words are lost",
                  dosages[i].what);
        fhir_import_release(&import);
    }
}

Test(fhir_read, what_the_structure_cannot_hold_stays_in_words)
{
    struct fhir_import import = read_one(
        REQUEST(DRUG ",\"dosageInstruction\":[{@}]"), DAY2
        ",\"doseAndRate\":[{\"doseQuantity\":{\"value\":1}}],\"additionalInstruction\":[{\"text\":"
        "\"not with "
        "grapefruit\"}],\"maxDosePerLifetime\":{\"value\":3,\"unit\":\"g\"},\"site\":{\"text\":"
        "\"left arm\"}");
    const struct order *order = &fixture_chart(&import)->orders.items[0];
    cr_assert(strstr(order->directions, "not with grapefruit"), "%s", order->directions);
    cr_assert(strstr(order->directions, "dose 1 (no unit)"), "%s", order->directions);
    cr_assert(strstr(order->directions, "at most in a lifetime: 3 g"), "%s", order->directions);
    cr_assert(strstr(order->directions, "left arm"), "%s", order->directions);
    fhir_import_release(&import);
}

Test(fhir_read, several_dosages_are_not_made_one)
{
    struct fhir_import import = read_one(REQUEST(DRUG ",\"dosageInstruction\":[@]"),
                                         "{\"sequence\":1," DAY2
                                         "," TAB("2") "},{\"sequence\":2," DAY2 "," TAB("1") "}");
    const struct order *order = &fixture_chart(&import)->orders.items[0];
    cr_assert_eq(order->sig.kind, SCHEDULE_KIND_UNSTRUCTURED);
    cr_assert(strstr(order->directions, "2 tab") && strstr(order->directions, "1 tab"), "%s",
              order->directions);
    fhir_import_release(&import);
}

#define DAYS(n)                                                                                       \
    "\"timing\":{\"repeat\":{\"boundsDuration\":{\"value\":" n ",\"code\":\"d\"},\"frequency\":1," \
    "\"period\":1,\"periodUnit\":\"d\"}}"

Test(fhir_read, dosages_in_sequence_are_steps_of_one_order)
{
    struct fhir_import import = read_one(
        REQUEST(DRUG ",\"dosageInstruction\":[@]"),
        "{\"sequence\":1," DAYS("5") "," TAB("4") "},{\"sequence\":2," DAYS("5") "," TAB("2") "},{\"sequence\":3," DAYS("5") "," TAB("1") "}");
    const struct order *order = &fixture_chart(&import)->orders.items[0];
    char text[SIG_TEXT_MAX];
    cr_assert_str_eq(sig_format(&order->sig, text), "4 tab daily at 08:00 for 5 days, then 2 tab daily at 08:00 for 5 days, then 1 "
                                                    "tab daily at 08:00 for 5 days");
    fhir_import_release(&import);
}

Test(fhir_read, dosages_of_one_sequence_number_are_parts_of_a_day)
{
    struct fhir_import import = read_one(REQUEST(DRUG ",\"dosageInstruction\":[@]"),
                                         "{\"sequence\":1," DAYS("5") "," TAB("2") "},{\"sequence\":1," DAYS("5") "," TAB("1") "}");
    cr_assert_eq(fixture_chart(&import)->orders.items[0].sig.kind, SCHEDULE_KIND_UNSTRUCTURED);
    fhir_import_release(&import);
}

#define ON(days)                                                                                    \
    "\"timing\":{\"repeat\":{\"frequency\":1,\"period\":1,\"periodUnit\":\"d\",\"dayOfWeek\":[" days \
    "],\"timeOfDay\":[\"18:00:00\"]}}"

Test(fhir_read, dosages_of_one_sequence_number_on_other_days_are_one_order)
{
    static const struct {
        const char *dosages, *words; /* NULL: only the words hold it */
    } rows[] = {
        {"{\"sequence\":1," ON("\"mon\",\"wed\"") "," TAB("2") "},{\"sequence\":1," ON("\"sat\"") "," TAB("1") "}",
         "2 tab every Monday, Wednesday at 18:00, and 1 tab every Saturday at 18:00"},
        {"{" ON("\"mon\",\"wed\"") "," TAB("2") "},{" ON("\"sat\"") "," TAB("1") "}", NULL}, /* nobody says together */
        {"{\"sequence\":1," ON("\"mon\",\"sat\"") "," TAB("2") "},{\"sequence\":1," ON("\"sat\"") "," TAB("1") "}", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fhir_import import = read_one(REQUEST(DRUG ",\"dosageInstruction\":[@]"), rows[i].dosages);
        const struct sig *sig = &fixture_chart(&import)->orders.items[0].sig;
        char text[SIG_TEXT_MAX];
        cr_expect_eq(sig->kind != SCHEDULE_KIND_UNSTRUCTURED, rows[i].words != NULL, "%s", rows[i].dosages);
        cr_expect_str_eq(sig_format(sig, text), rows[i].words != NULL ? rows[i].words : "", "%s", rows[i].dosages);
        fhir_import_release(&import);
    }
}

Test(fhir_read, doses_that_differ_by_day_are_written_as_dosages_taken_together)
{
    struct order_line line;
    struct json_writer w = JSON_WRITER_INIT;
    cr_assert_eq(order_line_parse("warfarin 5 mg po mon 18:00 and 2.5 mg sat 18:00 for 7 days", NULL, &line, NULL), STATUS_OK);
    json_begin_object(&w);
    fhir_write_dosage(&w, "d", &line.sig, "the whole");
    json_end_object(&w);
    char *text = buffer_take(&w.out);
    const char *first = strstr(text, "{\"sequence\":1,\"text\":\"5 mg by mouth every Monday at 18:00 for 7 days\"");
    const char *second = strstr(text, "{\"sequence\":1,\"text\":\"2.5 mg by mouth every Saturday at 18:00 for 7 days\"");
    cr_assert(first != NULL && second != NULL && first < second, "%s", text);
    cr_expect_not_null(strstr(second, "\"dayOfWeek\":[\"sat\"]"), "%s", text);
    cr_expect_not_null(strstr(second, "\"value\":2.5"), "%s", text);
    mem_free(text);
}

/* A tube by any of its codes or names is a way by mouth; what is written by us reads back. */
Test(fhir_read, a_feeding_tube_is_known_by_code_and_by_name)
{
    static const struct {
        const char *route;
        bool is_tube;
    } rows[] = {
        {"{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"127492001\"}]}", true},
        {"{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration\",\"code\":\"EFT\"}],\"text\":\"feeding tube\"}",
         true},
        {"{\"text\":\"Nasogastric route\"}", true},
        {"{\"text\":\"by mouth\"}", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char dosage[400], text[SIG_TEXT_MAX];
        (void)snprintf(dosage, sizeof dosage, "%s,\"route\":%s,%s", DAY2, rows[i].route, TAB("1")); /* fits */
        struct fhir_import import = read_one(REQUEST(DRUG ",\"dosageInstruction\":[{@}]"), dosage);
        const struct sig *sig = &fixture_chart(&import)->orders.items[0].sig;
        cr_expect_eq(sig->route, ROUTE_ORAL, "row %zu", i);
        cr_expect_eq(sig->by_tube, rows[i].is_tube, "row %zu: %s", i, sig_format(sig, text));
        fhir_import_release(&import);
    }
}

/* --- statuses --- */

static const struct {
    const char *json;
    enum medication_status status;
} statuses[] = {
#define STATUS_OF(word)                                                       \
    "{\"resourceType\":\"MedicationRequest\",\"id\":\"r\",\"status\":\"" word \
    "\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/p\"}," DRUG "}"
#define TAKES(parts)                                                                               \
    "{\"resourceType\":\"MedicationStatement\",\"id\":\"s\",\"subject\":{\"reference\":\"Patient/" \
    "p\"}," parts "," DRUG "}"
    {STATUS_OF("active"), MEDICATION_STATUS_ACTIVE},
    {STATUS_OF("on-hold"), MEDICATION_STATUS_ON_HOLD},
    {STATUS_OF("cancelled"), MEDICATION_STATUS_CANCELLED},
    {STATUS_OF("completed"), MEDICATION_STATUS_COMPLETED},
    {STATUS_OF("ended"), MEDICATION_STATUS_COMPLETED},
    {STATUS_OF("stopped"), MEDICATION_STATUS_STOPPED},
    {STATUS_OF("draft"), MEDICATION_STATUS_DRAFT},
    {STATUS_OF("unknown"), MEDICATION_STATUS_UNKNOWN},
    {STATUS_OF("banana"), MEDICATION_STATUS_UNKNOWN},
    {STATUS_OF("entered-in-error"), MEDICATION_STATUS_IN_ERROR},
    {TAKES("\"status\":\"active\""), MEDICATION_STATUS_ACTIVE},
    {TAKES("\"status\":\"not-taken\""), MEDICATION_STATUS_STOPPED},
    {TAKES("\"status\":\"active\",\"taken\":\"n\""), MEDICATION_STATUS_STOPPED},
    {TAKES("\"status\":\"active\",\"taken\":\"y\""), MEDICATION_STATUS_ACTIVE},
    {TAKES("\"status\":\"recorded\""), MEDICATION_STATUS_UNKNOWN},
    {TAKES("\"status\":\"recorded\",\"adherence\":{\"code\":{\"coding\":[{\"code\":\"taking-as-"
           "directed\"}]}}"),
     MEDICATION_STATUS_ACTIVE},
    {TAKES("\"status\":\"recorded\",\"adherence\":{\"code\":{\"coding\":[{\"code\":\"not-taking\"}]"
           "}}"),
     MEDICATION_STATUS_STOPPED},
    {TAKES(
         "\"status\":\"recorded\",\"adherence\":{\"code\":{\"coding\":[{\"code\":\"on-hold\"}]}}"),
     MEDICATION_STATUS_ON_HOLD},
    {TAKES("\"status\":\"intended\""), MEDICATION_STATUS_DRAFT},
    {TAKES("\"status\":\"entered-in-error\""), MEDICATION_STATUS_IN_ERROR},
};

Test(fhir_read, every_status_of_an_order)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct fhir_import import = fixture_read_with_patient(statuses[i].json);
        const struct fhir_chart *chart = fixture_chart(&import);
        cr_assert_eq(chart->orders.len, 1, "%s", statuses[i].json);
        cr_expect_eq(chart->orders.items[0].status, statuses[i].status, "%s", statuses[i].json);
        fhir_import_release(&import);
    }
}

Test(fhir_read, a_plan_or_a_prohibition_is_no_order)
{
    static const char *const parts[] = {"\"intent\":\"proposal\"", "\"intent\":\"plan\"",
                                        "\"intent\":\"option\"",
                                        "\"intent\":\"order\",\"doNotPerform\":true"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct fhir_import import = read_one("{\"resourceType\":\"MedicationRequest\",\"id\":\"r\","
                                             "\"status\":\"active\",\"subject\":"
                                             "{\"reference\":\"Patient/p\"}," DRUG ",@}",
                                             parts[i]);
        cr_expect_eq(fixture_chart(&import)->orders.len, 0, "%s", parts[i]);
        cr_expect_eq(import.files.items[0].skipped, 1, "%s", parts[i]);
        fhir_import_release(&import);
    }
}

/* --- which drug --- */

static const struct {
    const char *what, *parts, *drug, *code;
} drugs[] = {
    {"contained",
     "\"medicationReference\":{\"reference\":\"#m\"},\"contained\":[{\"resourceType\":"
     "\"Medication\","
     "\"id\":\"m\",\"code\":{\"text\":\"warfarin 5 mg\"}}]",
     "warfarin 5 mg", ""},
    {"R5 concept", "\"medication\":{\"concept\":{\"text\":\"warfarin 5 mg\"}}", "warfarin 5 mg",
     ""},
    {"R5 reference",
     "\"medication\":{\"reference\":{\"reference\":\"#m\"}},\"contained\":[{\"resourceType\":"
     "\"Medication\",\"id\":\"m\",\"code\":{\"text\":\"warfarin 5 mg\"}}]",
     "warfarin 5 mg", ""},
    {"ingredients only",
     "\"medicationReference\":{\"reference\":\"#m\"},\"contained\":[{\"resourceType\":"
     "\"Medication\",\"id\":\"m\",\"ingredient\":[{\"itemCodeableConcept\":{\"text\":\"codeine\"},"
     "\"strength\":{\"numerator\":{\"value\":30,\"unit\":\"mg\"},\"denominator\":{\"value\":1,"
     "\"unit\":\"tablet\"}}},{\"itemCodeableConcept\":{\"text\":\"paracetamol\"}}]}]",
     "codeine 30 mg + paracetamol", ""},
    {"only a display",
     "\"medicationReference\":{\"reference\":\"Medication/404\",\"display\":\"warfarin 5 mg\"}",
     "warfarin 5 mg", ""},
    {"nothing to find", "\"medicationReference\":{\"reference\":\"Medication/404\"}",
     "(drug not in the file: Medication/404)", ""},
    {"RxNorm before SNOMED CT",
     "\"medicationCodeableConcept\":{\"coding\":[{\"system\":\"http://snomed.info/"
     "sct\",\"code\":\"1\"},{\"system\":"
     "\"http://www.nlm.nih.gov/research/umls/rxnorm\",\"code\":\"855332\",\"display\":\"warfarin "
     "sodium 5 MG\"}]}",
     "warfarin sodium 5 MG", "855332"},
    {"a code and no words",
     "\"medicationCodeableConcept\":{\"coding\":[{\"system\":\"http://snomed.info/sct\","
     "\"code\":\"372756006\"}]}",
     "snomed 372756006", "372756006"},
    {"an empty concept", "\"medicationCodeableConcept\":{}", "(drug not stated)", ""},
};

Test(fhir_read, the_drug_wherever_it_stands)
{
    for (size_t i = 0; i < sizeof drugs / sizeof *drugs; i++) {
        struct fhir_import import = read_one(REQUEST("@"), drugs[i].parts);
        const struct fhir_chart *chart = fixture_chart(&import);
        cr_assert_eq(chart->orders.len, 1, "%s", drugs[i].what);
        cr_expect_str_eq(chart->orders.items[0].drug_text, drugs[i].drug, "%s: %s", drugs[i].what,
                         chart->orders.items[0].drug_text);
        cr_expect_str_eq(chart->orders.items[0].code, drugs[i].code, "%s", drugs[i].what);
        fhir_import_release(&import);
    }
}

Test(fhir_read, a_drug_whose_ingredients_lead_back_to_itself_refuses_the_patient)
{
    struct fhir_import import =
        fixture_read_with_patient(REQUEST("\"medicationReference\":{\"reference\":\"Medication/"
                                          "a\"}") ",{\"resourceType\":\"Medication\",\"id\":\"a\","
                                                  "\"ingredient\":[{\"itemReference\":{"
                                                  "\"reference\":"
                                                  "\"Medication/"
                                                  "b\"}}]},{\"resourceType\":\"Medication\",\"id\":"
                                                  "\"b\",\"ingredient\":[{\"itemReference\":"
                                                  "{\"reference\":\"Medication/a\"}}]}");
    cr_assert_eq(import.charts.len, 0);
    cr_assert_eq(import.files.items[0].refusals.len, 1);
    cr_assert(strstr(import.files.items[0].refusals.items[0].error.message, "lead back to itself"));
    fhir_import_release(&import);
}

/* --- references --- */

static const char *const references[] = {
    "\"reference\":\"Patient/p\"",
    "\"reference\":\"Patient/p/_history/3\"",
    "\"reference\":\"Patient/p\",\"type\":\"Patient\",\"display\":\"Grace\"",
    "\"reference\":\"p\"",
};

Test(fhir_read, every_form_of_reference_to_the_patient)
{
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        struct fhir_import import = read_one("{\"resourceType\":\"MedicationRequest\",\"id\":\"r\","
                                             "\"status\":\"active\",\"intent\":\"order\","
                                             "\"subject\":{@}," DRUG "}",
                                             references[i]);
        cr_expect_eq(fixture_chart(&import)->orders.len, 1, "%s", references[i]);
        fhir_import_release(&import);
    }
}

#define AT(url, resource) "{\"fullUrl\":\"" url "\",\"resource\":" resource "}"
#define PERSON                                                                                     \
    "{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":[{\"family\":\"Okafor\"}],\"birthDate\":" \
    "\"1958-03-14\",\"identifier\":[{\"system\":\"urn:x\",\"value\":\"17\"}]}"
#define OF(subject)                                                                          \
    "{\"resourceType\":\"MedicationRequest\",\"id\":\"r\",\"status\":\"active\",\"intent\":" \
    "\"order\",\"subject\":" subject "," DRUG "}"

static const char *const bundles[] = {
    AT("urn:uuid:11111111-1111-4111-8111-111111111111", PERSON) "," AT(
        "urn:uuid:2", OF("{\"reference\":\"urn:uuid:11111111-1111-4111-8111-111111111111\"}")),
    AT("https://a.example/r4/Patient/p", PERSON) "," AT("https://a.example/r4/MedicationRequest/r",
                                                        OF("{\"reference\":\"Patient/p\"}")),
    AT("https://a.example/r4/Patient/p",
       PERSON) "," AT("https://a.example/r4/MedicationRequest/r",
                      OF("{\"reference\":\"https://a.example/r4/Patient/p\"}")),
    AT("https://a.example/r4/Patient/p",
       PERSON) "," AT("https://a.example/r4/MedicationRequest/r",
                      OF("{\"reference\":\"https://a.example/r4/Patient/p/_history/1\"}")),
    AT("https://a.example/r4/Patient/p",
       PERSON) "," AT("urn:uuid:2", OF("{\"identifier\":{\"system\":\"urn:x\",\"value\":\"17\"}}")),
    AT("urn:uuid:1", PERSON) "," AT("urn:uuid:2",
                                    OF("{\"reference\":\"Patient?identifier=urn:x|17\"}")),
    "{\"resource\":" PERSON "},{\"resource\":" OF("{\"reference\":\"Patient/p\"}") "}",
};

static struct fhir_import read_bundle(const char *type, const char *entries)
{
    char *json = mem_format("{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s]}", type,
                            entries);
    struct fhir_import import = fixture_read(json);
    mem_free(json);
    return import;
}

Test(fhir_read, bundles_of_every_type_and_addresses_of_every_kind)
{
    static const char *const types[] = {
        "searchset", "transaction", "batch",   "collection",
        "document",  "history",     "message", "transaction-response"};
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        for (size_t i = 0; i < sizeof bundles / sizeof *bundles; i++) {
            struct fhir_import import = read_bundle(types[t], bundles[i]);
            cr_assert_eq(import.charts.len, 1, "%s %zu: %s", types[t], i,
                         import.files.items[0].error.message);
            cr_expect_eq(import.charts.items[0].orders.len, 1, "%s %zu", types[t], i);
            cr_expect_eq(import.files.items[0].entries, 2);
            fhir_import_release(&import);
        }
    }
}

Test(fhir_read, a_history_keeps_the_newest_and_deletes_nothing)
{
    struct fhir_import import = read_bundle(
        "history",
        "{\"resource\":" PERSON "},"
        "{\"resource\":{\"resourceType\":\"MedicationRequest\",\"id\":\"r\",\"meta\":{"
        "\"versionId\":\"2\",\"lastUpdated\":\"2026-02-01T00:00:00Z\"},\"status\":\"stopped\","
        "\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/p\"}," DRUG "}},"
        "{\"resource\":{\"resourceType\":\"MedicationRequest\",\"id\":\"r\",\"meta\":{"
        "\"versionId\":\"1\",\"lastUpdated\":\"2026-01-01T00:00:00Z\"},\"status\":\"active\","
        "\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/p\"}," DRUG "}},"
        "{\"fullUrl\":\"MedicationRequest/"
        "gone\",\"request\":{\"method\":\"DELETE\",\"url\":\"MedicationRequest/gone\"}}");
    const struct fhir_chart *chart = fixture_chart(&import);
    cr_assert_eq(chart->orders.len, 1);
    cr_assert_eq(chart->orders.items[0].status, MEDICATION_STATUS_STOPPED);
    cr_assert_eq(import.files.items[0].entries, 4);
    cr_assert_eq(import.files.items[0].skipped, 2);
    fhir_import_release(&import);
}

/* --- allergies --- */

static const struct {
    const char *parts;
    int allergies; /* records */
    enum allergy_state state;
    enum allergy_status status;
} allergies[] = {
#define CLINICAL(word)                                                                     \
    "\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/" \
    "allergyintolerance-clinical\",\"code\":\"" word "\"}]}"
#define VERIFIED(word)                                                                         \
    "\"verificationStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/" \
    "allergyintolerance-verification\",\"code\":\"" word "\"}]}"
#define TO(text) "\"code\":{\"text\":\"" text "\"}"
#define SNOMED(code) \
    "\"code\":{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"" code "\"}]}"
    {CLINICAL("active") "," VERIFIED("confirmed") "," TO("penicillin"), 1, ALLERGY_STATE_ACTIVE,
     ALLERGY_STATUS_LISTED},
    {CLINICAL("active") "," VERIFIED("unconfirmed") "," TO("penicillin"), 1,
     ALLERGY_STATE_UNCONFIRMED, ALLERGY_STATUS_LISTED},
    {CLINICAL("inactive") "," TO("penicillin"), 1, ALLERGY_STATE_INACTIVE, ALLERGY_STATUS_LISTED},
    {CLINICAL("resolved") "," TO("penicillin"), 1, ALLERGY_STATE_RESOLVED, ALLERGY_STATUS_LISTED},
    {CLINICAL("active") "," VERIFIED("refuted") "," TO("penicillin"), 1, ALLERGY_STATE_REFUTED,
     ALLERGY_STATUS_NOT_ASKED},
    {VERIFIED("entered-in-error") "," TO("penicillin"), 1, ALLERGY_STATE_IN_ERROR,
     ALLERGY_STATUS_NOT_ASKED},
    {"\"clinicalStatus\":\"active\",\"verificationStatus\":\"confirmed\"," TO("penicillin"), 1,
     ALLERGY_STATE_ACTIVE, ALLERGY_STATUS_LISTED},
    {"\"status\":\"refuted\",\"substance\":{\"text\":\"penicillin\"}", 1, ALLERGY_STATE_REFUTED,
     ALLERGY_STATUS_NOT_ASKED},
    {"\"status\":\"active\",\"substance\":{\"text\":\"penicillin\"}", 1, ALLERGY_STATE_ACTIVE,
     ALLERGY_STATUS_LISTED},
    {TO("penicillin"), 1, ALLERGY_STATE_ACTIVE, ALLERGY_STATUS_LISTED},
    {CLINICAL("active") "," SNOMED("716186003"), 0, 0, ALLERGY_STATUS_NONE_KNOWN},
    {CLINICAL("active") "," SNOMED("409137002"), 0, 0, ALLERGY_STATUS_NONE_KNOWN},
    {TO("No known allergies"), 0, 0, ALLERGY_STATUS_NONE_KNOWN},
    {TO("NKDA"), 0, 0, ALLERGY_STATUS_NONE_KNOWN},
    {TO("No Known Drug Allergies"), 0, 0, ALLERGY_STATUS_NONE_KNOWN},
    {CLINICAL("active") "," VERIFIED("refuted") "," SNOMED("716186003"), 0, 0,
     ALLERGY_STATUS_NOT_ASKED},
    {CLINICAL("active") "," SNOMED("429625007"), 0, 0,
     ALLERGY_STATUS_NOT_ASKED}, /* of food: says nothing of drugs */
    {"\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/uv/ips/CodeSystem/"
     "absent-unknown-uv-ips\",\"code\":\"no-allergy-info\"}]}",
     0, 0, ALLERGY_STATUS_NOT_ASKED},
};

Test(fhir_read, allergies_in_every_state_and_statements_that_there_are_none)
{
    for (size_t i = 0; i < sizeof allergies / sizeof *allergies; i++) {
        struct fhir_import import = read_one("{\"resourceType\":\"AllergyIntolerance\",\"id\":"
                                             "\"a\",\"patient\":{\"reference\":\"Patient/p\"},@}",
                                             allergies[i].parts);
        const struct fhir_chart *chart = fixture_chart(&import);
        cr_assert_eq((int)chart->allergies.len, allergies[i].allergies, "%s", allergies[i].parts);
        if (allergies[i].allergies > 0) {
            cr_expect_eq(chart->allergies.items[0].state, allergies[i].state, "%s",
                         allergies[i].parts);
            cr_expect_str_eq(chart->allergies.items[0].allergen_name, "penicillin");
        }
        cr_expect_eq(chart->patient.allergy_status, allergies[i].status, "%s", allergies[i].parts);
        fhir_import_release(&import);
    }
}

/* --- measurements --- */

static const struct {
    const char *loinc, *value;
    enum metric_type type;   /* 0: skipped */
    const char *kept, *unit; /* unit: or part of the reason */
} values[] = {
    {"29463-7", "{\"value\":150,\"unit\":\"lbs\",\"code\":\"[lb_av]\"}", METRIC_TYPE_WEIGHT,
     "68.0388555", "kg"},
    {"29463-7", "{\"value\":3210,\"unit\":\"g\"}", METRIC_TYPE_WEIGHT, "3.21", "kg"},
    {"29463-7", "{\"value\":68.5,\"unit\":\"Kg\"}", METRIC_TYPE_WEIGHT, "68.5", "kg"},
    {"29463-7", "{\"value\":6850000,\"unit\":\"kg\"}", 0, NULL, "makes no sense"},
    {"29463-7", "{\"value\":70}", 0, NULL, "unit"},
    {"8302-2", "{\"value\":1.78,\"unit\":\"metres\",\"code\":\"m\"}", METRIC_TYPE_HEIGHT, "178",
     "cm"},
    {"8302-2", "{\"value\":70,\"code\":\"[in_i]\"}", METRIC_TYPE_HEIGHT, "177.8", "cm"},
    {"8867-4", "{\"value\":72,\"unit\":\"beats/min\",\"code\":\"/min\"}", METRIC_TYPE_PULSE, "72",
     "/min"},
    {"8867-4", "{\"value\":72,\"code\":\"{Beats}/min\"}", METRIC_TYPE_PULSE, "72", "/min"},
    {"8310-5",
     "{\"value\":98.6,\"unit\":\"\xC2\xB0"
     "F\"}",
     METRIC_TYPE_TEMPERATURE, "37", "Cel"},
    {"8310-5", "{\"value\":37.2,\"unit\":\"degC\",\"code\":\"Cel\"}", METRIC_TYPE_TEMPERATURE,
     "37.2", "Cel"},
    {"59408-5", "{\"value\":97,\"unit\":\"percent\"}", METRIC_TYPE_SPO2, "97", "%"},
    {"14749-6", "{\"value\":6.1,\"unit\":\"mmol/l\"}", METRIC_TYPE_GLUCOSE, "6.1", "mmol/L"},
    {"2339-0", "{\"value\":101,\"unit\":\"mg/dL\"}", METRIC_TYPE_GLUCOSE, "101", "mg/dL"},
    {"2160-0", "{\"value\":88,\"unit\":\"\xC2\xB5mol/L\"}", METRIC_TYPE_CREATININE, "88", "umol/L"},
    {"2160-0", "{\"value\":88,\"unit\":\"\xCE\xBCmol/l\"}", METRIC_TYPE_CREATININE, "88", "umol/L"},
    {"2823-3", "{\"value\":4.1,\"unit\":\"mEq/L\"}", METRIC_TYPE_POTASSIUM, "4.1", "mmol/L"},
    {"6301-6", "{\"value\":2.4,\"code\":\"{INR}\"}", METRIC_TYPE_INR, "2.4", ""},
    {"6301-6", "{\"value\":2.4}", METRIC_TYPE_INR, "2.4", ""},
    {"4548-4", "{\"value\":7.1,\"unit\":\"%\"}", METRIC_TYPE_HBA1C, "7.1", "%"},
    {"4548-4", "{\"value\":54,\"unit\":\"mmol/mol\"}", METRIC_TYPE_HBA1C, "54", "mmol/mol"},
    {"33914-3", "{\"value\":60,\"comparator\":\">\",\"unit\":\"mL/min/{1.73_m2}\"}", 0, NULL,
     "bound"},
    {"33914-3", "{\"value\":58,\"unit\":\"mL/min/1.73 m\xC2\xB2\"}", 0, NULL, "unit"},
    {"33914-3", "{\"value\":58,\"code\":\"mL/min/{1.73_m2}\"}", METRIC_TYPE_EGFR, "58",
     "mL/min/1.73 m2"},
    {"718-7", "{\"value\":13,\"unit\":\"g/dL\"}", 0, NULL, "not kept"},
};

Test(fhir_read, measurements_in_odd_spellings_are_converted_exactly)
{
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char *part = mem_format(
            "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"%s\"}]},"
            "\"valueQuantity\":%s",
            values[i].loinc, values[i].value);
        struct fhir_import import = read_one(
            "{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"final\",\"subject\":{"
            "\"reference\":"
            "\"Patient/p\"},\"effectiveDateTime\":\"2026-01-05T10:00:00Z\",@}",
            part);
        const struct metric_list *list = &fixture_chart(&import)->metrics;
        mem_free(part);
        cr_assert_eq(list->len, values[i].type ? 1 : 0, "%s %s", values[i].loinc, values[i].value);
        if (values[i].type) {
            struct decimal kept;
            cr_assert_eq(decimal_parse(values[i].kept, &kept, NULL), STATUS_OK);
            kept = decimal_round(kept, 6);
            cr_expect_eq(list->items[0].type, values[i].type, "%s", values[i].value);
            cr_expect_eq(decimal_compare(list->items[0].value, kept), 0, "%s", values[i].value);
            cr_expect_str_eq(list->items[0].unit, values[i].unit, "%s", values[i].value);
        } else {
            cr_expect_eq(fixture_skipped(&import.files.items[0], "Observation", values[i].unit), 1,
                         "%s: %s", values[i].value, import.files.items[0].skips.items[0].reason);
        }
        fhir_import_release(&import);
    }
}

Test(fhir_read, blood_pressure_with_one_half_missing)
{
#define COMPONENT(code, value) \
    "{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"" code "\"}]}," value "}"
    struct fhir_import import =
        fixture_read_with_patient(
            "{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"final\",\"subject\":{"
            "\"reference\":\"Patient/p\"},"
            "\"effectiveDateTime\":\"2026-01-05\",\"code\":{\"coding\":[{\"system\":\"http://"
            "loinc.org\",\"code\":\"85354-9\"}]},"
            "\"component\":[" COMPONENT("8480-6", "\"valueQuantity\":{\"value\":131,\"unit\":"
                                                  "\"mmHg\"}") "," COMPONENT(
                "8462-4", "\"dataAbsentReason\":{\"text\":\"unknown\"}") "]}");
    const struct metric_list *list = &fixture_chart(&import)->metrics;
    cr_assert_eq(list->len, 1);
    cr_assert_eq(list->items[0].type, METRIC_TYPE_SYSTOLIC);
    cr_assert_eq(import.files.items[0].read, 2);
    cr_assert_eq(import.files.items[0].skipped, 0);
    fhir_import_release(&import);
}

/* --- people and extensions --- */

static const struct {
    const char *parts, *last, *first, *birth;
} people[] = {
    {"\"name\":[{\"use\":\"official\",\"family\":\"Smith\",\"given\":[\"Ann\",\"Lee\"]},{\"use\":"
     "\"nickname\",\"given\":[\"Annie\"]}],\"birthDate\":\"1974-08-01\"",
     "Smith", "Ann Lee", "1974-08-01"},
    {"\"name\":[{\"use\":\"maiden\",\"family\":\"Old\"},{\"family\":\"New\",\"given\":[\"A\"]}],"
     "\"birthDate\":\"1974-08\"",
     "New", "A", "1974-08"},
    {"\"name\":[{\"text\":\"Only Text\"}],\"birthDate\":\"1974\"", "Only Text", "", "1974"},
    {"\"name\":[{\"family\":[\"van\",\"Dyke\"],\"given\":[\"D\"]}]", "van Dyke", "D",
     ""}, /* DSTU2 */
    {"\"name\":[{\"_family\":{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/"
     "data-absent-reason\",\"valueCode\":\"masked\"}]}}],\"_birthDate\":{\"extension\":[{\"url\":"
     "\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\",\"valueCode\":\"unknown\"}]}",
     "", "", ""},
    {"\"name\":[{\"family\":\"F\",\"given\":[null,\"B\"],\"_given\":[{\"extension\":[{\"url\":"
     "\"x\",\"valueCode\":\"IN\"}]},null]}],\"birthDate\":\"1950-02-03\",\"_birthDate\":{"
     "\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/"
     "patient-birthTime\",\"valueDateTime\":\"1950-02-03T08:15:00Z\"}]}",
     "F", "B", "1950-02-03"},
    {"\"name\":[{\"family\":\"\xE5\xB1\xB1\xE7\x94\xB0\",\"given\":[\"\xE5\xA4\xAA\xE9\x83\x8E\"]}"
     "]",
     "\xE5\xB1\xB1\xE7\x94\xB0", "\xE5\xA4\xAA\xE9\x83\x8E", ""},
};

Test(fhir_read, people_with_partial_dates_absent_names_and_primitive_extensions)
{
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        char *json = mem_format("{\"resourceType\":\"Patient\",\"id\":\"x\",%s}", people[i].parts);
        struct fhir_import import = fixture_read(json);
        mem_free(json);
        const struct patient *patient = &fixture_chart(&import)->patient;
        char day[DATE_TEXT_MAX];
        cr_expect_str_eq(patient->last_name, people[i].last, "%s", patient->last_name);
        cr_expect_str_eq(patient->first_name, people[i].first, "%s", patient->first_name);
        cr_expect_str_eq(date_format_iso(patient->birth_date, day), people[i].birth);
        fhir_import_release(&import);
    }
}

Test(fhir_read, an_unknown_modifier_is_never_acted_on)
{
    static const char *const parts[] = {
        "\"modifierExtension\":[{\"url\":\"https://x.example/not\",\"valueBoolean\":true}]",
        "\"implicitRules\":\"https://x.example/rules\"",
        "\"dosageInstruction\":[{\"modifierExtension\":[{\"url\":\"https://x.example/"
        "not\"}],\"text\":\"daily\"}]"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct fhir_import import = read_one(REQUEST(DRUG ",@"), parts[i]);
        const struct fhir_chart *chart = fixture_chart(&import);
        cr_expect_eq(chart->orders.len, 0, "%s", parts[i]);
        cr_expect(fixture_warns(&chart->warnings, "x.example"), "%s", parts[i]);
        fhir_import_release(&import);
    }
}

Test(fhir_read, conditions_with_words_only_and_vague_times)
{
    struct fhir_import import = fixture_read_with_patient(
        "{\"resourceType\":\"Condition\",\"id\":\"c\",\"subject\":{\"reference\":\"Patient/"
        "p\"},\"code\":{\"text\":"
        "\"bad knee\"},\"onsetAge\":{\"value\":45,\"unit\":\"a\"},\"abatementString\":\"last "
        "summer\"}");
    const struct condition *condition = &fixture_chart(&import)->conditions.items[0];
    cr_assert_str_eq(condition->name, "bad knee");
    cr_assert_str_eq(condition->original, "bad knee");
    cr_assert_eq(condition->status, CONDITION_STATUS_RESOLVED);
    cr_assert(strstr(condition->notes, "45 a") && strstr(condition->notes, "last summer"), "%s",
              condition->notes);
    fhir_import_release(&import);
}

/* --- lines --- */

Test(fhir_read, bulk_data_with_marks_returns_and_blank_lines)
{
    struct fhir_import import = fixture_read_named(
        "MedicationRequest.ndjson", "\xEF\xBB\xBF" PERSON "\r\n\r\n" REQUEST(DRUG) "\r\n   \r\n\n");
    cr_assert_eq(import.files.items[0].entries, 2, "%s", import.files.items[0].error.message);
    cr_assert_eq(import.charts.items[0].orders.len, 1);
    cr_assert_eq(import.charts.items[0].order_origins.items[0].line, 3);
    fhir_import_release(&import);
}

/* --- refusals say where --- */

static const struct {
    const char *json, *said;
} refusals[] = {
    {"{\"resourceType\":\"Bundle\",\"entry\":{}}",
     "test.json, line 1, Bundle.entry: a list is expected here."},
    {"{\"resourceType\":\"MedicationOrder\"}",
     "test.json, line 1, MedicationOrder: orders of this FHIR release"},
    {"[]", "test.json, line 1, resourceType"},
    {"\n\n<Bundle/>", "this is XML"},
    {"", "the file is empty"},
    {"{\"resourceType\":\"Bundle\",\"implicitRules\":\"https://x.example\"}",
     "Bundle.implicitRules"},
    {"{\"resourceType\":\"Bundle\",\n\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",}}]}",
     "test.json: line 2"},
};

Test(fhir_read, a_refused_file_says_where_and_why)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct fhir_import import = fixture_read(refusals[i].json);
        cr_expect(import.files.items[0].is_refused, "%s", refusals[i].json);
        cr_expect(strstr(import.files.items[0].error.message, refusals[i].said), "%s",
                  import.files.items[0].error.message);
        cr_expect_eq(import.files.items[0].entries, 0);
        fhir_import_release(&import);
    }
}

Test(fhir_read, a_broken_element_names_its_path)
{
    struct fhir_import import = fixture_read_with_patient(REQUEST(
        DRUG ",\"dosageInstruction\":[{\"timing\":{\"repeat\":{\"timeOfDay\":[\"25:00:00\"]}}}]"));
    cr_assert_eq(import.charts.len, 0);
    cr_assert(strstr(import.files.items[0].refusals.items[0].error.message,
                     "at entry[1].resource.dosageInstruction[0].timing.repeat.timeOfDay[0]"),
              "%s", import.files.items[0].refusals.items[0].error.message);
    fhir_import_release(&import);
}
