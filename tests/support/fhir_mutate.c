/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/fhir_mutate.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/fhir_fixture.h"

#define REF "\"subject\":{\"reference\":\"Patient/p\"}"
static const char sample[] =
    "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"link\":[{\"relation\":\"next\",\"url\":"
    "\"u\"}],\"entry\":[\n"
    "{\"fullUrl\":\"https://a.example/Patient/"
    "p\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\",\"meta\":{\"lastUpdated\":"
    "\"2026-01-01T00:00:00Z\"},\"identifier\":[{\"use\":\"usual\",\"type\":{\"coding\":[{"
    "\"system\":\"http://terminology.hl7.org/"
    "CodeSystem/"
    "v2-0203\",\"code\":\"MR\"}]},\"system\":\"urn:x\",\"value\":\"17\"}],\"active\":true,\"name\":"
    "[{\"use\":\"official\","
    "\"family\":\"Okafor\",\"_family\":{\"extension\":[{\"url\":\"http://hl7.org/fhir/"
    "StructureDefinition/humanname-own-name\","
    "\"valueString\":\"Okafor\"}]},\"given\":[\"Grace\",null],\"suffix\":[\"Jr\"]}],\"telecom\":[{"
    "\"system\":\"phone\",\"value\":\"555\","
    "\"rank\":1}],\"gender\":\"female\",\"birthDate\":\"1958-03-14\",\"deceasedBoolean\":false,"
    "\"address\":[{\"line\":[\"1 Way\"],\"city\":"
    "\"X\"}],\"communication\":[{\"language\":{\"coding\":[{\"system\":\"urn:ietf:bcp:47\","
    "\"code\":\"en\"}]},\"preferred\":true}],\"link\":"
    "[{\"type\":\"seealso\"}]}},\n"
    "{\"resource\":{\"resourceType\":\"MedicationRequest\",\"id\":\"a\",\"status\":\"active\","
    "\"intent\":\"order\"," REF ",\"contained\":[{"
    "\"resourceType\":\"Medication\",\"id\":\"m\",\"code\":{\"coding\":[{\"system\":\"http://"
    "www.nlm.nih.gov/research/umls/rxnorm\",\"code\":"
    "\"855332\",\"display\":\"warfarin\"}]},\"form\":{\"text\":\"tablet\"},\"ingredient\":[{"
    "\"itemReference\":{\"reference\":\"#n\"},\"strength\":"
    "{\"numerator\":{\"value\":5,\"unit\":\"mg\"},\"denominator\":{\"value\":1}}}]}],"
    "\"medicationReference\":{\"reference\":\"#m\"},\"authoredOn\":"
    "\"2026-01-05T10:00:00+01:00\",\"requester\":{\"reference\":\"Practitioner/"
    "d\"},\"reasonReference\":[{\"reference\":\"Condition/c\"}],"
    "\"dosageInstruction\":[{\"sequence\":1,\"text\":\"daily\",\"timing\":{\"event\":[\"2026-01-"
    "05T10:00:00Z\"],\"repeat\":{\"boundsPeriod\":"
    "{\"start\":\"2026-01-05\",\"end\":\"2026-02\"},\"count\":2,\"frequency\":1,\"period\":1.5,"
    "\"periodMax\":2,\"periodUnit\":\"d\",\"dayOfWeek\":"
    "[\"mon\"],\"timeOfDay\":[\"08:00:00\"],\"when\":[\"HS\"],\"offset\":30},\"code\":{\"text\":"
    "\"BID\"}},\"asNeededCodeableConcept\":{\"text\":"
    "\"pain\"},\"route\":{\"coding\":[{\"system\":\"http://snomed.info/"
    "sct\",\"code\":\"26643006\"}]},\"doseAndRate\":[{\"doseRange\":{\"low\":"
    "{\"value\":1,\"unit\":\"mg\"},\"high\":{\"value\":2.5e0,\"unit\":\"mg\"}},\"rateRatio\":{"
    "\"numerator\":{\"value\":1},\"denominator\":{\"value\":"
    "2}}}],\"maxDosePerPeriod\":{\"numerator\":{\"value\":4,\"unit\":\"mg\"},\"denominator\":{"
    "\"value\":24,\"unit\":\"h\"}}}],\"dispenseRequest\":{"
    "\"numberOfRepeatsAllowed\":3,\"quantity\":{\"value\":30.5,\"unit\":\"tab\"}},\"note\":[{"
    "\"text\":\"a note\\nin lines\"}]}},\n"
    "{\"resource\":{\"resourceType\":\"MedicationStatement\",\"id\":\"b\",\"status\":\"recorded\","
    "\"adherence\":{\"code\":{\"coding\":[{\"code\":"
    "\"taking\"}]}},\"medication\":{\"concept\":{\"text\":\"aspirin\"}}," REF
    ",\"effectivePeriod\":{\"start\":\"2015-03\"},\"dosage\":[{\"timing\":"
    "{\"repeat\":{\"frequency\":2,\"period\":1,\"periodUnit\":\"d\"}},\"doseQuantity\":{\"value\":"
    "1,\"unit\":\"tablet\"}},{\"asNeeded\":true}]}},\n"
    "{\"resource\":{\"resourceType\":\"AllergyIntolerance\",\"id\":\"e\",\"clinicalStatus\":{"
    "\"coding\":[{\"system\":\"http://terminology.hl7.org/"
    "CodeSystem/"
    "allergyintolerance-clinical\",\"code\":\"active\"}]},\"type\":\"allergy\",\"category\":["
    "\"medication\"],\"code\":{\"text\":"
    "\"penicillin\"},\"patient\":{\"reference\":\"https://a.example/Patient/p/_history/"
    "2\"},\"onsetAge\":{\"value\":4,\"unit\":\"a\"},\"reaction\":"
    "[{\"manifestation\":[{\"coding\":[{\"system\":\"http://snomed.info/"
    "sct\",\"code\":\"39579001\"}]}],\"severity\":\"severe\"}]}},\n"
    "{\"resource\":{\"resourceType\":\"Condition\",\"id\":\"c\"," REF
    ",\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10\","
    "\"code\":\"I10\"}]},\"onsetRange\":{\"low\":{\"value\":40,\"unit\":\"a\"}},"
    "\"abatementString\":\"now\",\"verificationStatus\":\"confirmed\"}},\n"
    "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"final\"," REF
    ",\"effectiveDateTime\":\"2026-01-05\",\"code\":{"
    "\"coding\":[{\"system\":\"http://"
    "loinc.org\",\"code\":\"85354-9\"}]},\"component\":[{\"code\":{\"coding\":[{\"system\":\"http:/"
    "/loinc.org\","
    "\"code\":\"8480-6\"}]},\"valueQuantity\":{\"value\":131.123456789012345678,\"unit\":\"mmHg\"}}"
    "]}},\n"
    "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"d\",\"name\":[{\"text\":\"Dr "
    "Who\"}]}},\n"
    "{\"request\":{\"method\":\"DELETE\",\"url\":\"x\"}},\n"
    "{\"resource\":{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\","
    "\"diagnostics\":\"no\"}]}}]}";

const char *fhir_mutate_sample(void)
{
    return sample;
}

/* --- damage --- */

static void cut(struct buffer *b, size_t at, size_t len)
{
    len = at + len > b->len ? b->len - at : len;
    memmove(b->bytes + at, b->bytes + at + len, b->len - at - len);
    b->len -= len;
}

static void insert(struct buffer *b, size_t at, const char *bytes, size_t len)
{
    struct buffer made = BUFFER_INIT;
    buffer_append(&made, b->bytes, at);
    buffer_append(&made, bytes, len);
    buffer_append(&made, b->bytes + at, b->len - at);
    buffer_release(b);
    *b = made;
}

/* A value, from its colon to what ends it, becomes another one. */
static void replace_value(struct buffer *b, struct random *r)
{
    static const char *const values[] = {
        "null",
        "true",
        "0",
        "-1",
        "1e400",
        "1e-400",
        "99999999999999999999",
        "\"\"",
        "[]",
        "{}",
        "[{}]",
        "[null]",
        "\"\\ud83d\\ude00\"",
        "\"\\u202e\"",
        "\"2026-02-31\"",
        "\"0000-00-00\"",
        "\"Patient/p\"",
        "\"#m\"",
        "\"#\"",
        "{\"reference\":\"#p\"}",
        "{\"value\":1e15,\"unit\":\"mg\"}",
        "{\"coding\":[{}]}",
        "0.0000000000001",
        "\"|\\n|\"",
    };
    size_t at = random_below(r, b->len);
    while (at < b->len && b->bytes[at] != ':') {
        at++;
    }
    if (at + 1 >= b->len) {
        return;
    }
    size_t end = ++at;
    int depth = 0;
    for (bool in_text = false; end < b->len; end++) {
        char c = b->bytes[end];
        in_text = c == '"' && b->bytes[end - 1] != '\\' ? !in_text : in_text;
        depth += in_text ? 0 : c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        if (!in_text && (depth < 0 || (depth == 0 && c == ','))) {
            break;
        }
    }
    const char *value = values[random_below(r, sizeof values / sizeof *values)];
    cut(b, at, end - at);
    insert(b, at, value, strlen(value));
}

static void damage(struct buffer *b, struct random *r)
{
    static const char *const pieces[] = {"[", "{", "\"", "\\",    "\xFF",    "\0",
                                         "}", "]", ",",  "1e999", "\\u0000", "\xED\xA0\x80"};
    if (b->len < 2) {
        return;
    }
    size_t at = random_below(r, b->len - 1), len = 1 + random_below(r, 40);
    switch (random_below(r, 8)) {
    case 0:
        b->bytes[at] = (char)random_below(r, 256);
        break;
    case 1:
        cut(b, at, len);
        break;
    case 2: {
        char copy[64];
        len = at + len > b->len ? b->len - at : len;
        memcpy(copy, b->bytes + at, len);
        insert(b, random_below(r, b->len), copy, len);
        break;
    }
    case 3: {
        const char *piece = pieces[random_below(r, sizeof pieces / sizeof *pieces)];
        insert(b, at, piece, *piece ? strlen(piece) : 1);
        break;
    }
    default:
        replace_value(b, r); /* most often: what still is JSON gets furthest */
        break;
    }
}

/* --- rules --- */

static bool fail(struct fhir_mutate_result *out, const char *why)
{
    if (out->broken++ == 0) {
        (void)snprintf(out->why, sizeof out->why, "%s", why);
    }
    return false;
}

static bool check_chart(const struct fhir_chart *chart, struct fhir_mutate_result *out)
{
    for (size_t i = 0; i < chart->orders.len; i++) {
        const struct order *order = &chart->orders.items[i];
        const char *const texts[] = {order->drug_text, order->directions, order->original,
                                     order->indication, order->prescriber_name};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            if (!texts[k] || !text_is_clean(texts[k])) {
                return fail(out, "an order holds text that is not clean");
            }
        }
        if (!*order->drug_text || sig_check(&order->sig, NULL) != STATUS_OK) {
            return fail(out, "an order without a drug, or with directions that cannot be");
        }
        if (order->sig.kind == SCHEDULE_KIND_UNSTRUCTURED && *order->directions &&
            !*order->original) {
            return fail(out, "directions that could not be structured are not kept as they were");
        }
    }
    for (size_t i = 0; i < chart->allergies.len; i++) {
        if (!*chart->allergies.items[i].allergen_name ||
            !text_is_clean(chart->allergies.items[i].allergen_name)) {
            return fail(out, "an allergy without a name");
        }
    }
    bool is_parallel = chart->orders.len == chart->order_origins.len &&
                       chart->allergies.len == chart->allergy_origins.len &&
                       chart->conditions.len == chart->condition_origins.len &&
                       chart->metrics.len == chart->metric_origins.len;
    return is_parallel || fail(out, "records and origins are not parallel");
}

static void check_import(const struct fhir_import *import, struct fhir_mutate_result *out)
{
    const struct fhir_file *file = &import->files.items[0];
    size_t skips = 0, read = 0, skipped = 0;
    for (size_t i = 0; i < file->skips.len; i++) {
        skips += file->skips.items[i].count;
    }
    for (size_t i = 0; i < file->counts.len; i++) {
        read += file->counts.items[i].read;
        skipped += file->counts.items[i].skipped;
    }
    if (file->is_refused &&
        (!strstr(file->error.message, "line") || import->charts.len > 0 || file->entries > 0)) {
        (void)fail(out, "a refused file without a line, or with something left of it");
    } else if (file->entries != read + skipped || read != file->read || skipped != file->skipped ||
               skips != skipped) {
        (void)fail(out, "the account does not add up");
    }
    for (size_t i = 0; i < file->refusals.len; i++) {
        if (!strstr(file->refusals.items[i].error.message, "line") ||
            !*file->refusals.items[i].error.field) {
            (void)fail(out, "a refused patient without a line or a field");
        }
    }
    for (size_t i = 0; i < import->charts.len && check_chart(&import->charts.items[i], out); i++) {
        out->charts++;
    }
    out->refused += file->is_refused;
}

void fhir_mutate_run(const char *text, size_t len, struct random *r, uint64_t turns,
                     struct fhir_mutate_result *out)
{
    for (uint64_t turn = 0; turn < turns; turn++) {
        struct buffer b = BUFFER_INIT;
        struct fhir_import import;
        buffer_append(&b, text, len);
        for (uint64_t n = 1 + random_below(r, 4); n > 0; n--) {
            damage(&b, r);
        }
        struct fhir_reader *reader = fhir_reader_new(&FIXTURE_OPTIONS);
        enum status status = fhir_reader_add_text(reader, "damaged.json", b.bytes, b.len, NULL);
        fhir_reader_finish(reader, &import);
        fhir_reader_free(reader);
        if ((status != STATUS_OK) != import.files.items[0].is_refused) {
            (void)fail(out, "status and account differ");
        }
        check_import(&import, out);
        fhir_import_release(&import);
        buffer_release(&b);
        out->turns++;
    }
}
