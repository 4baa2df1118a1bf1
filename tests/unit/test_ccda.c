/* SPDX-License-Identifier: GPL-3.0-or-later */
/* C-CDA documents: entries of the shared examples, counted once more by XPath, what negation and
 * "none known" mean, and documents that want to break the reader. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "exchange/ccda.h"
#include "support/fhir_fixture.h"
#include "support/folder.h"

#define HEAD                                                                                      \
    "<ClinicalDocument xmlns=\"urn:hl7-org:v3\" xmlns:xsi=\"http://www.w3.org/2001/"              \
    "XMLSchema-instance\" xmlns:sdtc=\"urn:hl7-org:sdtc\"><recordTarget><patientRole><id "        \
    "root=\"1.2.3\" extension=\"17\"/><patient><name><given>Grace</given><family>Okafor</family>" \
    "</name><administrativeGenderCode code=\"F\"/><birthTime value=\"19580314\"/></patient>"      \
    "</patientRole></recordTarget><component><structuredBody><component>"
#define TAIL "</component></structuredBody></component></ClinicalDocument>"

static struct fhir_import read_text(const char *name, const char *text, size_t len)
{
    struct fhir_import import;
    struct error err = ERROR_INIT;
    enum status status = ccda_read_text(name, text, len, &FIXTURE_OPTIONS, &import, &err);
    cr_assert_eq(status != STATUS_OK, import.files.items[0].is_refused);
    cr_assert_str_eq(err.message, import.files.items[0].error.message);
    return import;
}

static size_t count_nodes(const char *text, size_t len, const char *path)
{
    xmlDoc *document = xmlReadMemory(text, (int)len, NULL, NULL, XML_PARSE_NONET);
    xmlXPathContext *context = xmlXPathNewContext(document);
    xmlXPathObject *found = xmlXPathEvalExpression(BAD_CAST path, context);
    size_t count = found && found->nodesetval ? (size_t)found->nodesetval->nodeNr : 0;
    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    xmlFreeDoc(document);
    return count;
}

/* A fragment is wrapped; its own declaration goes. */
static char *whole(const char *text)
{
    if (strstr(text, "<ClinicalDocument")) {
        return mem_copy_text(text);
    }
    const char *body = strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text;
    const char *declared = strstr(body, "?>");
    return mem_format("%s%s%s", HEAD, declared ? declared + 2 : body, TAIL);
}

static size_t read_folder(const char *name, const char *suffix)
{
    const char *shared = getenv("PRESCRIPCARE_SHARED");
    char *path = shared ? mem_format("%s/data/%s", shared, name)
                        : mem_format("%s/../shared/data/%s", PC_SRCDIR, name);
    size_t count = 0;
    DIR *dir = opendir(path);
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        if (!strstr(entry->d_name, suffix)) {
            continue;
        }
        size_t len = 0;
        char *file = folder_path(path, entry->d_name);
        char *bytes = (char *)file_read(file, &len);
        char *raw = mem_copy_bytes(bytes, len);
        char *text = whole(raw);
        struct fhir_import import = read_text(entry->d_name, text, strlen(text));
        const struct fhir_file *account = &import.files.items[0];
        cr_expect(!account->is_refused, "%s", account->error.message);
        size_t entries = count_nodes(text, strlen(text),
                                     "//*[local-name()='section']/*[local-name()='entry']");
        cr_expect_eq(account->entries, entries + 1, "%s: %zu counted, %zu there", entry->d_name,
                     account->entries, entries + 1);
        cr_expect_eq(account->read + account->skipped, account->entries);
        size_t listed = 0;
        for (size_t i = 0; i < import.charts.len; i++) {
            for (size_t n = 0; n < import.charts.items[i].notes.len; n++) {
                listed += import.charts.items[i].notes.items[n].entries;
                cr_expect_str_neq(import.charts.items[i].notes.items[n].what, "");
            }
        }
        cr_expect_eq(listed, account->skipped, "%s: %zu listed as text, %zu skipped", entry->d_name, listed, account->skipped);
        fhir_import_release(&import);
        mem_free(text);
        mem_free(raw);
        mem_free(bytes);
        mem_free(file);
        count++;
    }
    if (dir) {
        (void)closedir(dir); /* only read */
    }
    mem_free(path);
    return count;
}

Test(ccda, every_shared_document_is_accounted_for)
{
    size_t count = read_folder("ccda_emerge", ".xml") + read_folder("ccda_hl7_examples", ".xml");
    if (count == 0) {
        cr_skip_test("the shared data are not here");
    }
    cr_assert_gt(count, 40);
}

/* --- what entries mean --- */

#define SECTION(code, entries) \
    HEAD "<section><code code=\"" code "\"/><title>T</title>" entries "</section>" TAIL
#define ALLERGY(act, negation, value, participant, more)                                    \
    "<entry><act><statusCode code=\"" act                                                   \
    "\"/><entryRelationship><observation negationInd=\"" negation "\"><value code=\"" value \
    "\"/>" participant more "</observation></entryRelationship></act></entry>"
#define TO(code, name)                                                \
    "<participant><participantRole><playingEntity><code code=\"" code \
    "\" codeSystem=\"2.16.840.1.113883.6.88\" displayName=\"" name    \
    "\"/></playingEntity></participantRole></participant>"

static const struct {
    const char *text;
    int records;
    enum allergy_state state;
    enum allergy_status status;
} allergies[] = {
    {SECTION("48765-2", ALLERGY("active", "false", "416098002", TO("7980", "penicillin"), "")), 1,
     ALLERGY_STATE_ACTIVE, ALLERGY_STATUS_LISTED},
    {SECTION("48765-2", ALLERGY("completed", "false", "416098002", TO("7980", "penicillin"), "")),
     1, ALLERGY_STATE_RESOLVED, ALLERGY_STATUS_NOT_ASKED},
    {SECTION("48765-2", ALLERGY("active", "true", "416098002", TO("7980", "penicillin"), "")), 1,
     ALLERGY_STATE_REFUTED, ALLERGY_STATUS_NOT_ASKED},
    {SECTION("48765-2", ALLERGY("active", "true", "416098002", "", "")), 0, 0,
     ALLERGY_STATUS_NONE_KNOWN},
    {SECTION("48765-2", ALLERGY("active", "true", "419199007", "", "")), 0, 0,
     ALLERGY_STATUS_NONE_KNOWN},
    {SECTION("48765-2", ALLERGY("active", "true", "414285001", "", "")), 0, 0,
     ALLERGY_STATUS_NOT_ASKED},
    {SECTION("48765-2", ""), 0, 0, ALLERGY_STATUS_NOT_ASKED},
};

Test(ccda, negated_and_none_known_allergies_mean_what_they_say)
{
    for (size_t i = 0; i < sizeof allergies / sizeof *allergies; i++) {
        struct fhir_import import = read_text("a.xml", allergies[i].text,
                                              strlen(allergies[i].text));
        const struct fhir_chart *chart = fixture_chart(&import);
        cr_assert_eq((int)chart->allergies.len, allergies[i].records, "%zu", i);
        if (allergies[i].records) {
            cr_expect_eq(chart->allergies.items[0].state, allergies[i].state, "%zu", i);
            cr_expect_str_eq(chart->allergies.items[0].allergen_name, "penicillin");
        }
        cr_expect_eq(chart->patient.allergy_status, allergies[i].status, "%zu", i);
        fhir_import_release(&import);
    }
}

#define MEDICATION(attributes, status, times)                                                    \
    "<entry><substanceAdministration" attributes "><statusCode code=\"" status "\"/>" times      \
    "<routeCode code=\"C38288\" displayName=\"ORAL\"/>"                                          \
    "<doseQuantity value=\"20\" "                                                                \
    "unit=\"mg\"/><consumable><manufacturedProduct><manufacturedMaterial><code code=\"617314\" " \
    "codeSystem=\"2.16.840.1.113883.6.88\" displayName=\"atorvastatin 20 "                       \
    "MG\"/></manufacturedMaterial></manufacturedProduct>"                                        \
    "</consumable></substanceAdministration></entry>"
#define SINCE(low, high) \
    "<effectiveTime xsi:type=\"IVL_TS\"><low value=\"" low "\"/><high " high "/></effectiveTime>"

static const struct {
    const char *text;
    int records;
    enum medication_status status;
} orders[] = {
    {SECTION("10160-0", MEDICATION("", "active", "")), 1, MEDICATION_STATUS_ACTIVE},
    {SECTION("10160-0", MEDICATION("", "completed", SINCE("2012", "value=\"20130101\""))), 1,
     MEDICATION_STATUS_COMPLETED},
    {SECTION("10160-0", MEDICATION("", "completed", SINCE("2012", "nullFlavor=\"UNK\""))), 1,
     MEDICATION_STATUS_UNKNOWN},
    {SECTION("10183-2", MEDICATION("", "suspended", "")), 1, MEDICATION_STATUS_ON_HOLD},
    {SECTION("10160-0", MEDICATION("", "aborted", "")), 1, MEDICATION_STATUS_STOPPED},
    {SECTION("10160-0", MEDICATION(" negationInd=\"true\"", "active", "")), 0, 0},
};

Test(ccda, medications_in_every_state)
{
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct fhir_import import = read_text("a.xml", orders[i].text, strlen(orders[i].text));
        const struct fhir_chart *chart = fixture_chart(&import);
        cr_assert_eq((int)chart->orders.len, orders[i].records, "%zu", i);
        if (orders[i].records) {
            const struct order *order = &chart->orders.items[0];
            cr_expect_eq(order->status, orders[i].status, "%zu", i);
            cr_expect_str_eq(order->code, "617314");
            cr_expect_eq(order->sig.route, ROUTE_ORAL);
            cr_expect_eq(order->sig.unit, UNIT_MG);
            cr_expect(strstr(order->directions, "dose 20 mg"), "%s", order->directions);
        }
        fhir_import_release(&import);
    }
}

#define UNCODED(words)                                                                          \
    SECTION("10160-0",                                                                          \
            "<entry><substanceAdministration><statusCode code=\"completed\"/><consumable>"      \
            "<manufacturedProduct><manufacturedMaterial><code nullFlavor=\"NI\"><originalText>" \
            "\n " words "\n <reference value=\"#m1\"/></originalText></code></manufacturedMaterial>" \
            "</manufacturedProduct></consumable></substanceAdministration></entry>")

Test(ccda, a_sentence_is_no_drug_and_other_words_may_be_one)
{
    static const struct {
        const char *text;
        size_t records;
    } cases[] = {{UNCODED("No data"), 0},
                 {UNCODED("NONE"), 0},
                 {UNCODED("None of the above cream"), 1},
                 {UNCODED("aspirin 81 mg"), 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fhir_import import = read_text("a.xml", cases[i].text, strlen(cases[i].text));
        cr_expect_eq(fixture_chart(&import)->orders.len, cases[i].records, "%zu", i);
        fhir_import_release(&import);
    }
}

#define PROBLEM(negation, value, more)                                                            \
    "<entry><act><statusCode code=\"active\"/><entryRelationship><observation "                   \
    "negationInd=\"" negation "\">" more value                                                    \
    "</observation></entryRelationship><entryRelationship><observation><value code=\"44054006\" " \
    "codeSystem="                                                                                 \
    "\"2.16.840.1.113883.6.96\" "                                                                 \
    "displayName=\"Diabetes\"/></observation></entryRelationship></act></entry>"
#define ASTHMA \
    "<value code=\"195967001\" codeSystem=\"2.16.840.1.113883.6.96\" displayName=\"Asthma\"/>"

Test(ccda, a_concern_with_two_problems_gives_two)
{
    static const char text[] = SECTION(
        "11450-4",
        PROBLEM("false", ASTHMA,
                "<effectiveTime><low value=\"2008\"/><high value=\"2012\"/></effectiveTime>"));
    struct fhir_import import = read_text("a.xml", text, strlen(text));
    const struct fhir_chart *chart = fixture_chart(&import);
    cr_assert_eq(chart->conditions.len, 2);
    cr_assert_eq(chart->conditions.items[0].status, CONDITION_STATUS_RESOLVED);
    cr_assert_eq(chart->conditions.items[1].status, CONDITION_STATUS_ACTIVE);
    fhir_import_release(&import);
}

Test(ccda, a_negated_problem_is_refuted)
{
    static const char text[] = SECTION("11450-4", PROBLEM("true", ASTHMA, ""));
    struct fhir_import import = read_text("a.xml", text, strlen(text));
    cr_assert_eq(fixture_chart(&import)->conditions.items[0].status, CONDITION_STATUS_REFUTED);
    fhir_import_release(&import);
}

/* --- hostile --- */

static const struct {
    const char *text, *said;
} hostile[] = {
    {"<!DOCTYPE a [<!ENTITY x \"y\">]><ClinicalDocument/>", "document type"},
    {"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><ClinicalDocument/>", "document type"},
    {"<ClinicalDocument xmlns=\"urn:hl7-org:v3\">", "not well-formed"},
    {"<ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>", "recordTarget"},
    {"<html/>", "no clinical document"},
    {"<ClinicalDocument>&undefined;</ClinicalDocument>", "not well-formed"},
    {"<ClinicalDocument>\xFF</ClinicalDocument>", "not well-formed"},
};

Test(ccda, refuses_hostile_documents_by_file_and_line)
{
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        struct fhir_import import = read_text("evil.xml", hostile[i].text, strlen(hostile[i].text));
        cr_expect(import.files.items[0].is_refused, "%s", hostile[i].text);
        cr_expect(strstr(import.files.items[0].error.message, "evil.xml, line") &&
                      strstr(import.files.items[0].error.message, hostile[i].said),
                  "%s", import.files.items[0].error.message);
        cr_expect_eq(import.charts.len, 0);
        fhir_import_release(&import);
    }
}

Test(ccda, refuses_depth)
{
    struct buffer text = BUFFER_INIT;
    for (int i = 0; i < 100000; i++) {
        buffer_append_text(&text, "<a>");
    }
    struct fhir_import import = read_text("deep.xml", text.bytes, text.len);
    cr_assert(strstr(import.files.items[0].error.message, "nested too deep"));
    fhir_import_release(&import);
    buffer_release(&text);
}

/* --- schedules --- */

#define PIVL(attributes, period) \
    "<effectiveTime xsi:type=\"PIVL_TS\" operator=\"A\"" attributes "><period " period "/></effectiveTime>"
#define EIVL(code) "<effectiveTime xsi:type=\"EIVL_TS\" operator=\"A\"><event code=\"" code "\"/></effectiveTime>"

static const struct {
    const char *text;
    enum schedule_kind kind;
    int times, every_n_days;
    unsigned interval_min;
} schedules[] = {
    {SECTION("10160-0", MEDICATION("", "active", PIVL(" institutionSpecified=\"true\"", "value=\"12\" unit=\"h\""))),
     SCHEDULE_KIND_WALL, 2, 0, 0},
    {SECTION("10160-0", MEDICATION("", "active", PIVL("", "value=\"6\" unit=\"h\""))), SCHEDULE_KIND_ELAPSED, 0, 0, 360},
    {SECTION("10160-0", MEDICATION("", "active", PIVL("", "value=\"24\" unit=\"h\""))), SCHEDULE_KIND_WALL, 1, 1, 0},
    {SECTION("10160-0", MEDICATION("", "active", PIVL("", "value=\"1\" unit=\"wk\""))), SCHEDULE_KIND_WALL, 1, 7, 0},
    {SECTION("10160-0", MEDICATION("", "active", PIVL("", "nullFlavor=\"UNK\""))), SCHEDULE_KIND_UNSTRUCTURED, 0, 0, 0},
    {SECTION("10160-0", MEDICATION("", "active", PIVL("", "value=\"1\" unit=\"mo\""))), SCHEDULE_KIND_UNSTRUCTURED, 0, 0, 0},
    {SECTION("10160-0", MEDICATION("", "active", EIVL("HS"))), SCHEDULE_KIND_WALL, 1, 0, 0},
    {SECTION("10160-0", MEDICATION("", "active", EIVL("ACM") EIVL("ACV"))), SCHEDULE_KIND_WALL, 2, 0, 0},
    {SECTION("10160-0", MEDICATION("", "active", EIVL("XYZ"))), SCHEDULE_KIND_UNSTRUCTURED, 0, 0, 0},
    {SECTION("10160-0", MEDICATION("", "active", PIVL("", "value=\"6\" unit=\"h\"") PIVL("", "value=\"8\" unit=\"h\""))),
     SCHEDULE_KIND_UNSTRUCTURED, 0, 0, 0},
    /* words that say something else than the numbers win nothing: both are shown */
    {SECTION("10160-0", MEDICATION("", "active", "<text>1 tab tid</text>" PIVL("", "value=\"24\" unit=\"h\""))),
     SCHEDULE_KIND_UNSTRUCTURED, 0, 0, 0},
};

Test(ccda, schedules_are_structured_only_where_all_of_it_is_understood)
{
    for (size_t i = 0; i < sizeof schedules / sizeof *schedules; i++) {
        struct fhir_import import = read_text("a.xml", schedules[i].text, strlen(schedules[i].text));
        const struct sig *sig = &fixture_chart(&import)->orders.items[0].sig;
        cr_expect_eq(sig->kind, schedules[i].kind, "%zu: %d", i, (int)sig->kind);
        cr_expect_eq(sig->times_count, schedules[i].times, "%zu: %d times", i, sig->times_count);
        cr_expect_eq(sig->every_n_days, schedules[i].every_n_days, "%zu: %d days", i, sig->every_n_days);
        cr_expect_eq(sig->interval_min, schedules[i].interval_min, "%zu: %u min", i, sig->interval_min);
        fhir_import_release(&import);
    }
}

Test(ccda, a_section_without_code_is_known_by_its_template_and_text_only_is_listed)
{
    static const char text[] =
        HEAD "<section><templateId root=\"2.16.840.1.113883.10.20.22.2.1.1\"/><title>Meds</title>" MEDICATION("", "active", "")
            "</section></component><component><section><code code=\"10160-0\"/><title>More</title><text>aspirin 81 mg "
            "daily</text></section>" TAIL;
    struct fhir_import import = read_text("a.xml", text, strlen(text));
    const struct fhir_chart *chart = fixture_chart(&import);
    cr_expect_eq(chart->orders.len, 1);
    cr_assert_eq(chart->notes.len, 1);
    cr_expect_str_eq(chart->notes.items[0].text, "aspirin 81 mg daily");
    cr_expect_eq(chart->notes.items[0].entries, 0);
    fhir_import_release(&import);
}
