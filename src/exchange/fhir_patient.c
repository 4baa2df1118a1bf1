/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir_item.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/fhir_code.h"

#define EXTENSION_CORE "http://hl7.org/fhir/StructureDefinition/"
#define PHONES_MAX 1000 /* ranks */

static const struct fhir_word genders[] = {{"female", GENDER_FEMALE},
                                           {"male", GENDER_MALE},
                                           {"other", GENDER_OTHER},
                                           {"unknown", GENDER_UNKNOWN},
                                           {NULL, 0}};

/* --- names --- */

static char *text_of_extension(struct fhir_input *in, const struct json *element, const char *url)
{
    for (const struct json *e = fhir_first(in, element, "extension"); e; e = fhir_next(in, e)) {
        const char *found = fhir_code(in, e, "url");
        if (found && strcmp(found, url) == 0) {
            return fhir_text(in, e, "valueString", FHIR_NAME_MAX);
        }
    }
    return mem_copy_text("");
}

static char *join_texts(struct fhir_input *in, const struct json *object, const char *key,
                        const char *separator)
{
    struct buffer made = BUFFER_INIT;
    const struct json *list = fhir_get(in, object, key, FHIR_ARRAY);
    for (const struct json *node = json_first(list); node; node = json_next(node)) {
        if (json_is_string(node)) {
            char *text = text_clean(json_string(node), strlen(json_string(node)), FHIR_NAME_MAX,
                                    TEXT_LINE, NULL);
            fhir_append(&made, separator, text_trim(text));
            mem_free(text);
        } else if (!json_is_null(node)) {
            fhir_refuse(in, node, key, _("the members of this list must be texts."));
        }
    }
    return buffer_take(&made);
}

/* Some producers write a family name only as its parts ("van", "der Berg"). */
static char *family_of(struct fhir_input *in, const struct json *name)
{
    char *family = json_is_array(json_get(name, "family")) /* DSTU2 */
                       ? join_texts(in, name, "family", " ")
                       : fhir_text(in, name, "family", FHIR_NAME_MAX);
    const struct json *parts = fhir_get(in, name, "_family", FHIR_OBJECT);
    if (!*family && parts) {
        static const char *const urls[] = {
            EXTENSION_CORE "humanname-own-prefix", EXTENSION_CORE "humanname-own-name",
            EXTENSION_CORE "humanname-partner-prefix", EXTENSION_CORE "humanname-partner-name"};
        struct buffer made = BUFFER_INIT;
        for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
            char *part = text_of_extension(in, parts, urls[i]);
            fhir_append(&made, " ", part);
            mem_free(part);
        }
        mem_free(family);
        family = buffer_take(&made);
    }
    return family;
}

/* "Jr" keeps father and son apart; a degree does not. */
static bool is_generation(const char *suffix)
{
    static const char *const words[] = {"jr", "sr", "ii", "iii", "iv", "junior", "senior"};
    char *folded = text_fold(suffix);
    bool found = false;
    for (size_t i = 0; i < sizeof words / sizeof *words && !found; i++) {
        found = strcmp(folded, words[i]) == 0;
    }
    mem_free(folded);
    return found;
}

void fhir_human_name_read(struct fhir_input *in, const struct json *name, char **out_first,
                          char **out_last)
{
    char *family = family_of(in, name);
    char *given = join_texts(in, name, "given", " ");
    char *suffix = join_texts(in, name, "suffix", " ");
    if (*family && is_generation(suffix)) {
        char *whole = mem_format("%s %s", family, suffix);
        mem_free(family);
        family = whole;
    }
    if (!*family && !*given) { /* which part of a text is the family name cannot be told */
        mem_free(family);
        family = fhir_text(in, name, "text", FHIR_NAME_MAX);
    }
    mem_free(suffix);
    *out_first = given;
    *out_last = family;
}

/* Lower is better. A name whose period has ended is an old one, whatever its use says. */
static int name_rank(struct fhir_input *in, const struct json *name)
{
    static const struct fhir_word uses[] = {{"official", 1}, {"usual", 2},     {"temp", 4},
                                            {"nickname", 5}, {"anonymous", 6}, {"maiden", 7},
                                            {"old", 8},      {NULL, 0}};
    int rank = fhir_word_value(uses, fhir_code(in, name, "use"));
    rank = rank ? rank : 3;
    const struct json *period = fhir_get(in, name, "period", FHIR_OBJECT);
    return rank + (fhir_code(in, period, "end") ? 10 : 0);
}

static void read_name(struct fhir_input *in, struct patient *patient)
{
    int best = 0;
    for (const struct json *name = fhir_first(in, in->resource, "name"); name;
         name = fhir_next(in, name)) {
        int rank = name_rank(in, name);
        char *first, *last;
        fhir_human_name_read(in, name, &first, &last);
        if ((*first || *last) && (best == 0 || rank < best)) {
            best = rank;
            mem_free(patient->first_name);
            mem_free(patient->last_name);
            patient->first_name = first;
            patient->last_name = last;
        } else {
            mem_free(first);
            mem_free(last);
        }
    }
    if (best == 0) {
        fhir_warn(in, NULL, _("The patient has no name in the source."));
    }
}

/* --- identifiers --- */

static bool says_mrn(const char *text)
{
    char *folded = text_fold(text);
    bool found = strcmp(folded, "mrn") == 0 || strcmp(folded, "mr") == 0 ||
                 strstr(folded, "medical record num");
    mem_free(folded);
    return found;
}

static enum identifier_kind identifier_kind_of(struct fhir_input *in, const struct json *identifier,
                                               const char *system)
{
    static const char *const national_systems[] = {
        "http://hl7.org/fhir/sid/us-ssn", "http://hl7.org/fhir/sid/us-medicare",
        "https://fhir.nhs.uk/Id/nhs-number", "urn:oid:2.16.840.1.113883.4.1"};
    const struct json *type = fhir_get(in, identifier, "type", FHIR_OBJECT);
    const char *code = fhir_concept_code(in, type, "v2-0203");
    const char *use = fhir_code(in, identifier, "use");
    if (use && strcmp(use, "old") == 0) {
        return IDENTIFIER_KIND_OTHER;
    }
    for (size_t i = 0; i < sizeof national_systems / sizeof *national_systems; i++) {
        if (strcmp(system, national_systems[i]) == 0) {
            return IDENTIFIER_KIND_NATIONAL;
        }
    }
    if (code) {
        bool is_national = strcmp(code, "SS") == 0 || strcmp(code, "SB") == 0 ||
                           strncmp(code, "NI", 2) == 0 || strncmp(code, "NN", 2) == 0;
        return strcmp(code, "MR") == 0 ? IDENTIFIER_KIND_MRN
               : is_national           ? IDENTIFIER_KIND_NATIONAL
                                       : IDENTIFIER_KIND_OTHER;
    }
    char *text = fhir_text(in, type, "text", FHIR_CODE_MAX);
    enum identifier_kind kind = says_mrn(text) ? IDENTIFIER_KIND_MRN : IDENTIFIER_KIND_OTHER;
    mem_free(text);
    return kind;
}

static bool has_identifier(const struct identifier_list *list, const char *system,
                           const char *value)
{
    for (size_t i = 0; i < list->len; i++) {
        if (strcmp(list->items[i].system, system) == 0 &&
            strcmp(list->items[i].value, value) == 0) {
            return true;
        }
    }
    return false;
}

static void read_identifiers(struct fhir_input *in, struct patient *patient)
{
    for (const struct json *node = fhir_first(in, in->resource, "identifier"); node;
         node = fhir_next(in, node)) {
        char *system = fhir_text(in, node, "system", FHIR_CODE_MAX);
        char *value = fhir_text(in, node, "value", FHIR_CODE_MAX);
        enum identifier_kind kind = identifier_kind_of(in, node, system);
        const struct json *period = fhir_get(in, node, "period", FHIR_OBJECT);
        if (kind == IDENTIFIER_KIND_MRN && fhir_code(in, period, "end")) {
            kind = IDENTIFIER_KIND_OTHER; /* it may be somebody else's by now */
        }
        if (*value && !has_identifier(&patient->identifiers, system, value)) {
            identifier_list_add(&patient->identifiers, kind, system, value);
            if (kind == IDENTIFIER_KIND_MRN && !patient->mrn) {
                patient->mrn = mem_copy_text(value);
            }
        }
        mem_free(system);
        mem_free(value);
    }
}

/* --- contact --- */

static void read_phone(struct fhir_input *in, struct patient *patient)
{
    static const struct fhir_word uses[] = {{"mobile", 1}, {"home", 2}, {"work", 4},
                                            {"temp", 5},   {"old", 6},  {NULL, 0}};
    int best = 0;
    for (const struct json *node = fhir_first(in, in->resource, "telecom"); node;
         node = fhir_next(in, node)) {
        const char *system = fhir_code(in, node, "system");
        char *value = fhir_text(in, node, "value", FHIR_CODE_MAX);
        int use = fhir_word_value(uses, fhir_code(in, node, "use"));
        int order = fhir_count(in, node, "rank", PHONES_MAX - 1);
        int rank = (order > 0 ? order : PHONES_MAX) * 10 + (use ? use : 3);
        bool is_phone = system && (strcmp(system, "phone") == 0 || strcmp(system, "sms") == 0);
        if (is_phone && *value && (best == 0 || rank < best)) {
            best = rank;
            mem_free(patient->phone_number);
            patient->phone_number = mem_copy_text(value);
        }
        mem_free(value);
    }
}

static char *address_of(struct fhir_input *in, const struct json *address)
{
    static const char *const keys[] = {"city", "district", "state", "postalCode", "country"};
    struct buffer made = BUFFER_INIT;
    char *lines = join_texts(in, address, "line", ", ");
    fhir_append(&made, ", ", lines);
    mem_free(lines);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char *part = fhir_text(in, address, keys[i], FHIR_NAME_MAX);
        fhir_append(&made, ", ", part);
        mem_free(part);
    }
    char *text = made.len == 0 ? fhir_text(in, address, "text", FHIR_NAME_MAX) : mem_copy_text("");
    fhir_append(&made, ", ", text);
    mem_free(text);
    return buffer_take(&made);
}

static void read_address(struct fhir_input *in, struct patient *patient)
{
    static const struct fhir_word uses[] = {{"home", 1},    {"temp", 3}, {"work", 4},
                                            {"billing", 5}, {"old", 6},  {NULL, 0}};
    int best = 0;
    for (const struct json *node = fhir_first(in, in->resource, "address"); node;
         node = fhir_next(in, node)) {
        int use = fhir_word_value(uses, fhir_code(in, node, "use"));
        int rank = (use ? use : 2) +
                   (fhir_code(in, fhir_get(in, node, "period", FHIR_OBJECT), "end") ? 10 : 0);
        char *address = address_of(in, node);
        if (*address && (best == 0 || rank < best)) {
            best = rank;
            mem_free(patient->address);
            patient->address = address;
        } else {
            mem_free(address);
        }
    }
}

static void read_language(struct fhir_input *in, struct patient *patient)
{
    for (const struct json *node = fhir_first(in, in->resource, "communication"); node;
         node = fhir_next(in, node)) {
        const char *code = fhir_concept_code(in, fhir_get(in, node, "language", FHIR_OBJECT),
                                             "bcp:47");
        bool is_preferred = fhir_is_true(in, node, "preferred");
        if (code && strlen(code) < 36 && (is_preferred || !patient->language)) {
            mem_free(patient->language);
            patient->language = text_clean(code, strlen(code), 35, TEXT_ASCII, NULL);
        }
    }
}

/* --- life --- */

static void read_death(struct fhir_input *in, struct fhir_patient_record *record)
{
    record->patient.death_date = fhir_date(in, in->resource, "deceasedDateTime");
    record->is_deceased = !date_is_none(record->patient.death_date) ||
                          fhir_is_true(in, in->resource, "deceasedBoolean");
    if (record->is_deceased && date_is_none(record->patient.death_date)) {
        fhir_warn(in, NULL, _("The source says that the patient has died, but not when."));
    }
}

static void read_gender(struct fhir_input *in, struct patient *patient)
{
    const char *code = fhir_code(in, in->resource, "gender");
    patient->gender = (enum gender)fhir_word_value(genders, code);
    if (code && patient->gender == GENDER_NONE_GIVEN) {
        patient->gender = GENDER_UNKNOWN;
        fhir_warn(in, NULL, _("The gender is not one of FHIR's words; it was set to unknown."));
    }
}

/* Doses and rules are for people. */
static void refuse_animals(struct fhir_input *in)
{
    for (const struct json *e = fhir_first(in, in->resource, "extension"); e;
         e = fhir_next(in, e)) {
        const char *url = fhir_code(in, e, "url");
        if (url && strcmp(url, EXTENSION_CORE "patient-animal") == 0) {
            fhir_refuse(in, e, "extension", _("this patient is an animal."));
        }
    }
}

static void read_standing(struct fhir_input *in)
{
    const struct json *active = fhir_get(in, in->resource, "active", FHIR_BOOLEAN);
    if (active && !json_is_true(active)) {
        fhir_warn(in, active, _("The source marks this patient's record as no longer in use."));
    }
    for (const struct json *link = fhir_first(in, in->resource, "link"); link;
         link = fhir_next(in, link)) {
        const char *type = fhir_code(in, link, "type");
        if (type && strcmp(type, "replaced-by") == 0) {
            fhir_warn(in, link, _("The source says that another record replaces this patient's."));
        }
    }
}

static void fill(char **member)
{
    if (!*member) {
        *member = mem_copy_text("");
    }
}

void fhir_patient_read(struct fhir_input *in, struct fhir_item *item)
{
    struct fhir_patient_record *record = mem_alloc(sizeof *record);
    struct patient *patient = &record->patient;
    item->kind = FHIR_ITEM_PATIENT;
    item->of.patient = record;
    read_name(in, patient);
    read_identifiers(in, patient);
    read_phone(in, patient);
    read_address(in, patient);
    read_language(in, patient);
    read_gender(in, patient);
    patient->birth_date = fhir_date(in, in->resource, "birthDate");
    if (date_is_none(patient->birth_date)) {
        fhir_warn(in, NULL, _("The patient has no birth date in the source."));
    }
    read_death(in, record);
    fhir_reference_read(in, fhir_first(in, in->resource, "generalPractitioner"), &item->prescriber);
    read_standing(in);
    refuse_animals(in);
    patient->source_system = text_clean(in->options->source ? in->options->source : "",
                                        in->options->source ? strlen(in->options->source) : 0,
                                        FHIR_NAME_MAX, TEXT_LINE, NULL);
    char **members[] = {&patient->first_name, &patient->last_name, &patient->phone_number,
                        &patient->address,    &patient->language,  &patient->mrn,
                        &patient->timezone};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        fill(members[i]);
    }
}
