/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents in the manners of different producers (tests/unit/ccda): the entries of each, counted once more by XPath, are all
 * records or listed as text, and what was read is what somebody has read in the golden beside the document. */
#include <criterion/criterion.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "exchange/ccda.h"
#include "model/sig.h"
#include "support/fhir_fixture.h"
#include "support/folder.h"

#define FOLDER PC_SRCDIR "/tests/unit/ccda"

static const char *const DOCUMENTS[] = {
    "hospital_references", /* all words by reference, discharge medications inside an act, priority beside a problem */
    "admission_and_discharge", /* two lists, ranges, maxima, as needed, negated, "no known drug allergies" as a value */
    "prefixed_names", "organizers_with_mark", "sixteen_bits", "says_sixteen_is_eight", "tables_only", "latin_taper",
    "windows_quotes", "huge_narrative", "first_ccd", /* CCD 1.0: every status is "completed" */
    "weekly_and_eyes", "sections_in_sections", "letter_in_place_of_sections"};
enum { DOCUMENT_COUNT = sizeof DOCUMENTS / sizeof *DOCUMENTS };

static size_t count_entries(const char *path)
{
    xmlDoc *document = xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOERROR | XML_PARSE_IGNORE_ENC);
    document = document ? document : xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOERROR);
    cr_assert_not_null(document, "%s", path);
    xmlXPathContext *context = xmlXPathNewContext(document);
    xmlXPathObject *found = xmlXPathEvalExpression(BAD_CAST "//*[local-name()='section']/*[local-name()='entry']", context);
    size_t count = found && found->nodesetval ? (size_t)found->nodesetval->nodeNr : 0;
    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    xmlFreeDoc(document);
    return count;
}

static struct fhir_import read_document(const char *name, char **out_path)
{
    struct fhir_import import;
    struct error err = ERROR_INIT;
    *out_path = mem_format("%s/%s.xml", FOLDER, name);
    cr_assert_eq(ccda_read_file(*out_path, &FIXTURE_OPTIONS, &import, &err), STATUS_OK, "%s", error_text(&err));
    return import;
}

Test(ccda_producers, every_entry_is_a_record_or_listed_as_text)
{
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        char *path;
        struct fhir_import import = read_document(DOCUMENTS[i], &path);
        const struct fhir_file *account = &import.files.items[0];
        const struct fhir_chart *chart = fixture_chart(&import);
        size_t entries = count_entries(path), listed = 0;
        for (size_t n = 0; n < chart->notes.len; n++) {
            listed += chart->notes.items[n].entries;
        }
        cr_expect_eq(account->entries, entries + 1, "%s: %zu counted, %zu there", DOCUMENTS[i], account->entries, entries + 1);
        cr_expect_eq(account->read + listed, account->entries, "%s: %zu read, %zu listed", DOCUMENTS[i], account->read, listed);
        fhir_import_release(&import);
        mem_free(path);
    }
}

/* --- what was read, for people --- */

static void say_time(struct buffer *out, const char *label, int64_t at_us)
{
    char text[INSTANT_TEXT_MAX];
    if (at_us != 0) {
        buffer_append_format(out, "    %s %s\n", label, instant_format_utc(at_us, text));
    }
}

static const char *word(enum enum_kind kind, int value)
{
    const char *text = enum_word(kind, value);
    return text != NULL ? text : "-";
}

static void say_if(struct buffer *out, const char *label, const char *text)
{
    if (*text) {
        buffer_append_format(out, "    %s %s\n", label, text);
    }
}

static void say_order(struct buffer *out, const struct order *o)
{
    char words[SIG_TEXT_MAX];
    buffer_append_format(out, "medication: %s\n    %s, %s %s\n", o->drug_text, word(ENUM_MEDICATION_STATUS, (int)o->status),
                         o->code_system, o->code);
    say_if(out, "schedule:", sig_format(&o->sig, words));
    say_if(out, "dose:", sig_format_dose(&o->sig, words));
    say_if(out, "route:", word(ENUM_ROUTE, (int)o->sig.route));
    say_if(out, "directions:", o->directions);
    say_if(out, "for:", o->indication);
    say_if(out, "by:", o->prescriber_name);
    say_time(out, "from", o->start_us);
    say_time(out, "to", o->stop_us);
}

static char *say(const struct fhir_chart *chart)
{
    struct buffer out = BUFFER_INIT;
    buffer_append_format(&out, "patient: %s, %s; allergies %s\n", chart->patient.last_name, chart->patient.first_name,
                         word(ENUM_ALLERGY_STATUS, (int)chart->patient.allergy_status));
    for (size_t i = 0; i < chart->orders.len; i++) {
        say_order(&out, &chart->orders.items[i]);
    }
    for (size_t i = 0; i < chart->allergies.len; i++) {
        const struct allergy *a = &chart->allergies.items[i];
        buffer_append_format(&out, "allergy: %s\n    %s, %s, %s, %s %s\n", a->allergen_name, word(ENUM_ALLERGY_STATE, (int)a->state),
                             word(ENUM_REACTION_SEVERITY, (int)a->severity), a->reaction, a->code_system, a->code);
        say_if(&out, "note:", a->note);
    }
    for (size_t i = 0; i < chart->conditions.len; i++) {
        const struct condition *c = &chart->conditions.items[i];
        buffer_append_format(&out, "problem: %s\n    %s, %s %s\n", c->name, word(ENUM_CONDITION_STATUS, (int)c->status), c->code_system,
                             c->code);
    }
    for (size_t i = 0; i < chart->notes.len; i++) {
        const struct fhir_note *n = &chart->notes.items[i];
        buffer_append_format(&out, "text of %s (%zu): %s\n    %s\n", n->what, n->entries, n->text, n->reason);
    }
    return buffer_take(&out);
}

Test(ccda_producers, every_document_says_what_was_read_in_its_golden)
{
    const char *update = getenv("UPDATE_GOLDENS");
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        char *path;
        struct fhir_import import = read_document(DOCUMENTS[i], &path);
        char *said = say(fixture_chart(&import));
        char *golden = mem_format("%s/%s.txt", FOLDER, DOCUMENTS[i]);
        if (update != NULL && *update != '\0') {
            file_write(golden, said, strlen(said));
        }
        size_t len = 0;
        char *wanted = (char *)file_read(golden, &len);
        cr_assert_not_null(wanted, "%s is not there", golden);
        char *text = mem_copy_bytes(wanted, len);
        cr_expect_str_eq(said, text, "%s:\n%s", DOCUMENTS[i], said);
        mem_free(text);
        mem_free(wanted);
        mem_free(golden);
        mem_free(said);
        fhir_import_release(&import);
        mem_free(path);
    }
}

/* --- the bytes --- */

static const char *refusal_of(const char *bytes, size_t len, struct fhir_import *import)
{
    struct error err = ERROR_INIT;
    enum status status = ccda_read_text("d.xml", bytes, len, &FIXTURE_OPTIONS, import, &err);
    cr_assert_eq(status != STATUS_OK, import->files.items[0].is_refused);
    return status != STATUS_OK ? import->files.items[0].error.message : "";
}

Test(ccda_producers, refuses_other_encodings_and_hidden_document_types)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *said;
    } cases[] = {
#define CASE(text, said) {text, sizeof text - 1, said}
        CASE("<?xml version=\"1.0\" encoding=\"UTF-7\"?>+ADwAIQ-DOCTYPE a+AD4-<ClinicalDocument/>", "its encoding is not read"),
        CASE("<?xml version=\"1.0\" encoding=\"EBCDIC-CP-US\"?><ClinicalDocument/>", "its encoding is not read"),
        CASE("\xFF\xFE<\0!\0D\0O\0C\0T\0Y\0P\0E\0 \0a\0>\0", "document type"),
        CASE("\xFF\xFE<\0\x00\xD8", "well-formed UTF-16"),
        CASE("<!-- c --><?p i?>\n<!DOCTYPE a><ClinicalDocument/>", "document type"),
        CASE("<ClinicalDocument>a\0b</ClinicalDocument>", "NUL"),
        CASE("<ClinicalDocument><!DOCTYPE a></ClinicalDocument>", "not well-formed"),
        CASE("<ClinicalDocument><recordTarget><patientRole/></recordTarget><recordTarget/></ClinicalDocument>", "several patients"),
#undef CASE
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fhir_import import;
        const char *said = refusal_of(cases[i].bytes, cases[i].len, &import);
        cr_expect(strstr(said, cases[i].said) != NULL, "%zu: %s", i, said);
        fhir_import_release(&import);
    }
}

/* A value that holds '>', a comment full of tags and a long embedded picture are neither deep nor large. */
Test(ccda_producers, tags_that_are_none_do_not_count_as_depth)
{
    struct buffer text = BUFFER_INIT;
    struct fhir_import import;
    buffer_append_text(&text, "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><recordTarget><patientRole><patient><name>A B</name></patient>"
                              "</patientRole></recordTarget><component><structuredBody>");
    for (int i = 0; i < 300; i++) {
        buffer_append_text(&text, "<a v=\"1 > 0\"/><!-- <b> --><![CDATA[<c>]]>");
    }
    buffer_append_text(&text, "<d>");
    for (int i = 0; i < 12 * 16 * 1024; i++) {
        buffer_append_text(&text, "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2");
    }
    buffer_append_text(&text, "</d></structuredBody></component></ClinicalDocument>");
    cr_expect_str_eq(refusal_of(text.bytes, text.len, &import), "");
    fhir_import_release(&import);
    buffer_release(&text);
}

/* A narrative is never cut: each row of it is there, a long one in parts. */
Test(ccda_producers, a_long_text_without_entries_is_listed_row_by_row)
{
    enum { ROWS = 400 };
    struct buffer text = BUFFER_INIT;
    struct fhir_import import;
    char row[32];
    size_t found = 0, long_bytes = 0;
    buffer_append_text(&text, "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><recordTarget><patientRole><patient><name>A B</name></patient>"
                              "</patientRole></recordTarget><component><structuredBody><component><section><code code=\"10160-0\"/><text><table>");
    for (int i = 0; i < ROWS; i++) {
        buffer_append_format(&text, "<tr><td>drug %d</td><td>10 mg daily</td></tr>", i);
    }
    buffer_append_text(&text, "</table><paragraph>");
    for (int i = 0; i < 2000; i++) {
        buffer_append_text(&text, "\xC3\xA9t\xC3\xA9 ");
    }
    buffer_append_text(&text, "</paragraph></text></section></component></structuredBody></component></ClinicalDocument>");
    cr_assert_str_eq(refusal_of(text.bytes, text.len, &import), "");
    const struct fhir_note_list *notes = &fixture_chart(&import)->notes;
    for (size_t i = 0; i < notes->len; i++) {
        (void)snprintf(row, sizeof row, "drug %zu | 10 mg daily", found); /* fits */
        if (strcmp(notes->items[i].text, row) == 0) {
            found++;
        } else {
            long_bytes += strlen(notes->items[i].text) + 1;
        }
    }
    cr_expect_eq(found, (size_t)ROWS);
    cr_expect_eq(long_bytes, (size_t)2000 * 6, "%zu bytes", long_bytes);
    fhir_import_release(&import);
    buffer_release(&text);
}
