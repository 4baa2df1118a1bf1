/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that want to break the reader: refused by a sentence with file and line, or read as far as
 * they make sense, in bounded time and memory. And a sample of random damage to a real bundle:
 * whatever it does, the account adds up and nothing is read past an end (the sanitizers look). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "support/fhir_fixture.h"
#include "support/fhir_mutate.h"
#include "support/random.h"

static void repeat(struct buffer *out, const char *text, int times)
{
    for (int i = 0; i < times; i++) {
        buffer_append_text(out, text);
    }
}

static struct fhir_import read_bytes(const char *name, const void *bytes, size_t len)
{
    struct fhir_reader *reader = fhir_reader_new(&FIXTURE_OPTIONS);
    struct fhir_import import;
    enum status status = fhir_reader_add_text(reader, name, bytes, len, NULL);
    fhir_reader_finish(reader, &import);
    fhir_reader_free(reader);
    cr_assert_eq(status != STATUS_OK, import.files.items[0].is_refused);
    return import;
}

/* --- refused as a whole --- */

#define NAMED(text) \
    "{\"resourceType\":\"Patient\",\"id\":\"1\",\"name\":[{\"family\":\"" text "\"}]}"

static const struct {
    const char *what, *bytes;
    size_t len;
    const char *said;
} broken[] = {
#define CASE(what, bytes, said)              \
    {                                        \
        what, bytes, sizeof(bytes) - 1, said \
    }
    CASE("a byte that is no UTF-8", NAMED("\xFF"), "line 1: a text is not UTF-8"),
    CASE("an overlong form", NAMED("\xC0\x80"), "line 1: a text is not UTF-8"),
    CASE("a surrogate in UTF-8", NAMED("\xED\xA0\x80"), "line 1: a text is not UTF-8"),
    CASE("a NUL byte", NAMED("a\0b"), "NUL"),
    CASE("a NUL escape", NAMED("a\\u0000b"), "NUL"),
    CASE("half a surrogate", NAMED("\\ud800x"), "half of a character"),
    CASE("a name twice", "{\"resourceType\":\"Patient\",\"id\":\"1\",\"id\":\"2\"}",
         "stands twice"),
    CASE("cut short", "{\"resourceType\":\"Bundle\",\"entry\":[\n{", "line 2"),
    CASE("more behind it", "{\"resourceType\":\"Patient\"} {}", "line 1"),
    CASE("gzip", "\x1F\x8B\x08", "compressed"),
    CASE("zip", "PK\x03\x04", "archive"),
    CASE("UTF-16", "\xFF\xFE{\0", "UTF-16"),
    CASE("a number alone", "17", "resourceType"),
    CASE("null alone", "null", "resourceType"),
    CASE("single quotes", "{'resourceType':'Patient'}", "line 1"),
    CASE("infinity", "{\"resourceType\":\"Patient\",\"x\":Infinity}", "line 1"),
    CASE("a comment", "{\"resourceType\":\"Patient\"/* */}", "line 1"),
};

Test(fhir_hostile, refuses_broken_text_by_file_and_line)
{
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct fhir_import import = read_bytes("evil.json", broken[i].bytes, broken[i].len);
        cr_expect(import.files.items[0].is_refused, "%s", broken[i].what);
        cr_expect(strncmp(import.files.items[0].error.message, "evil.json", 9) == 0 &&
                      strstr(import.files.items[0].error.message, broken[i].said),
                  "%s: %s", broken[i].what, import.files.items[0].error.message);
        cr_expect_eq(import.charts.len, 0, "%s", broken[i].what);
        fhir_import_release(&import);
    }
}

Test(fhir_hostile, refuses_depth_before_the_stack_feels_it)
{
    static const char *const levels[] = {
        "[", "{\"a\":", "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":"};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        struct buffer text = BUFFER_INIT;
        repeat(&text, levels[i], 100000);
        struct fhir_import import = read_bytes("deep.json", text.bytes, text.len);
        cr_expect(strstr(import.files.items[0].error.message, "nested too deep"), "%s",
                  import.files.items[0].error.message);
        fhir_import_release(&import);
        buffer_release(&text);
    }
}

Test(fhir_hostile, refuses_more_than_its_limits)
{
    static const struct fhir_limits small = {
        .json = {.max_bytes = 100000, .max_depth = 64, .max_nodes = 5000},
        .max_entries = 100,
        .max_kept = 50};
    struct fhir_options options = FIXTURE_OPTIONS;
    options.limits = &small;
    static const struct {
        const char *entry;
        int count;
        bool is_refused;
    } cases[] = {{"{}", 100, false},
                 {"{}", 101, true},
                 {"{\"resource\":{\"resourceType\":\"Patient\"}}", 50, false},
                 {"{\"resource\":{\"resourceType\":\"Patient\"}}", 51, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = BUFFER_INIT;
        buffer_append_text(&text, "{\"resourceType\":\"Bundle\",\"entry\":[");
        for (int k = 0; k < cases[i].count; k++) {
            buffer_append_format(&text, "%s%s", k ? "," : "", cases[i].entry);
        }
        buffer_append_text(&text, "]}");
        struct fhir_reader *reader = fhir_reader_new(&options);
        struct fhir_import import;
        enum status status = fhir_reader_add_text(reader, "many.json", text.bytes, text.len, NULL);
        fhir_reader_finish(reader, &import);
        fhir_reader_free(reader);
        cr_expect_eq(status, cases[i].is_refused ? STATUS_LIMIT : STATUS_OK, "%s x %d",
                     cases[i].entry, cases[i].count);
        fhir_import_release(&import);
        buffer_release(&text);
    }
}

/* --- read, in bounded time --- */

Test(fhir_hostile, names_a_drug_of_drugs_of_drugs_without_counting_to_30_to_the_7)
{
    struct buffer text = BUFFER_INIT;
    for (int level = 0; level < 7; level++) {
        buffer_append_format(&text,
                             "%s{\"resourceType\":\"Medication\",\"id\":\"m%d\",\"ingredient\":[",
                             level ? "," : "", level);
        for (int i = 0; i < 30; i++) {
            buffer_append_format(&text, "%s{\"itemReference\":{\"reference\":\"Medication/m%d\"}}",
                                 i ? "," : "", level + 1);
        }
        buffer_append_text(&text, "]}");
    }
    buffer_append_text(
        &text,
        ",{\"resourceType\":\"Medication\",\"id\":\"m7\",\"code\":{\"text\":\"salt\"}},"
        "{\"resourceType\":\"MedicationRequest\",\"id\":\"r\",\"status\":\"active\",\"intent\":"
        "\"order\",\"subject\":{\"reference\":\"Patient/p\"},\"medicationReference\":{"
        "\"reference\":\"Medication/m0\"}}");
    clock_t before = clock();
    struct fhir_import import = fixture_read_with_patient(text.bytes);
    cr_assert_lt((clock() - before) / CLOCKS_PER_SEC, 5);
    cr_assert(strstr(fixture_chart(&import)->orders.items[0].drug_text, "salt + salt"));
    cr_assert(fixture_warns(&fixture_chart(&import)->warnings, "too many ingredients"));
    fhir_import_release(&import);
    buffer_release(&text);
}

Test(fhir_hostile, people_who_lead_in_circles_have_no_name)
{
    struct fhir_import import = fixture_read_with_patient(
        "{\"resourceType\":\"PractitionerRole\",\"id\":\"a\",\"practitioner\":{\"reference\":"
        "\"PractitionerRole/b\"}},"
        "{\"resourceType\":\"PractitionerRole\",\"id\":\"b\",\"practitioner\":{\"reference\":"
        "\"PractitionerRole/a\"}},"
        "{\"resourceType\":\"MedicationRequest\",\"id\":\"r\",\"status\":\"active\",\"intent\":"
        "\"order\",\"subject\":"
        "{\"reference\":\"Patient/p\"},\"requester\":{\"reference\":\"PractitionerRole/a\"},"
        "\"medicationCodeableConcept\":{\"text\":\"x\"}}");
    cr_assert_str_eq(fixture_chart(&import)->orders.items[0].prescriber_name, "");
    fhir_import_release(&import);
}

Test(fhir_hostile, entries_of_every_wrong_shape_are_counted)
{
    struct fhir_import import = fixture_read(
        "{\"resourceType\":\"Bundle\",\"entry\":[1,null,\"x\",[],true,{\"resource\":5},{"
        "\"resource\":[]},"
        "{\"resource\":{\"resourceType\":7}},{\"resource\":{\"resourceType\":\"Nonsense\"}},{}]}");
    cr_assert_eq(import.files.items[0].entries, 10);
    cr_assert_eq(import.files.items[0].skipped, 10);
    fhir_import_release(&import);
}

Test(fhir_hostile, wrong_shapes_of_every_element_refuse_the_patient_only)
{
    static const char *const keys[] = {"status",
                                       "intent",
                                       "subject",
                                       "medicationCodeableConcept",
                                       "medicationReference",
                                       "authoredOn",
                                       "requester",
                                       "reasonCode",
                                       "dosageInstruction",
                                       "dispenseRequest",
                                       "note",
                                       "contained",
                                       "meta",
                                       "id"};
    static const char *const values[] = {"17",   "true", "\"x\"", "[]",    "{}",
                                         "[[]]", "[1]",  "null",  "1e400", "-0"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            char *json = mem_format(
                "{\"resourceType\":\"MedicationRequest\",\"%s\":%s%s}", keys[k], values[v],
                strcmp(keys[k], "subject") != 0 ? ",\"subject\":{\"reference\":\"Patient/p\"}"
                                                : "");
            struct fhir_import import = fixture_read_with_patient(json);
            const struct fhir_file *file = &import.files.items[0];
            cr_expect(file->is_refused || file->read + file->skipped == 2, "%s: %s", keys[k],
                      values[v]);
            cr_expect(!file->is_refused || strstr(file->error.message, "line"), "%s",
                      file->error.message);
            fhir_import_release(&import);
            mem_free(json);
        }
    }
}

/* --- damage --- */

Test(fhir_hostile, random_damage_never_breaks_a_rule)
{
    enum { TURNS = 3000 };
    struct random r = random_start("fhir_hostile");
    struct fhir_mutate_result result = {0};
    fhir_mutate_run(fhir_mutate_sample(), strlen(fhir_mutate_sample()), &r, TURNS, &result);
    cr_assert_eq(result.broken, 0, "seed %llu: %s", (unsigned long long)r.seed, result.why);
    cr_assert(result.refused > TURNS / 10 && result.charts > TURNS / 10,
              "%d refused, %d charts: too dull", (int)result.refused, (int)result.charts);
}
