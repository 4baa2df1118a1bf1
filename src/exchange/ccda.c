/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/ccda.h"

#include <inttypes.h>
#include <libxml/parser.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/ccda_entry.h"
#include "exchange/ccda_node.h"
#include "exchange/fhir_item.h"

#define BYTES_MAX ((size_t)32 << 20)
#define DEPTH_MAX 120
#define NAME_MAX_BYTES 200

/* One document while it is read. */
struct reading {
    const struct fhir_options *options;
    struct fhir_import *import;
    struct fhir_chart chart;
    char *person; /* what ids are derived behind */
    size_t entries;
};

static struct fhir_file *file_of(const struct reading *r)
{
    return &r->import->files.items[0];
}

/* --- the text --- */

bool ccda_is_document(const char *bytes, size_t len_bytes)
{
    size_t at = len_bytes >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < len_bytes && strchr(" \t\r\n", bytes[at]) && bytes[at]) {
        at++;
    }
    char *head = mem_copy_bytes(bytes + at, len_bytes - at < 4000 ? len_bytes - at : 4000);
    bool is_one = *head == '<' &&
                  (strstr(head, "ClinicalDocument") || strstr(head, "urn:hl7-org:v3"));
    mem_free(head);
    return is_one;
}

/* Entities are how small XML becomes large or reads files: a document type is refused unread. */
static bool has_document_type(const char *bytes, size_t len_bytes)
{
    for (size_t i = 0; i + 9 < len_bytes; i++) {
        if (bytes[i] == '<' && bytes[i + 1] == '!' &&
            (memcmp(bytes + i + 2, "DOCTYPE", 7) == 0 || memcmp(bytes + i + 2, "ENTITY", 6) == 0)) {
            return true;
        }
    }
    return false;
}

/* Counted before a tree is made of it. */
static bool is_too_deep(const char *bytes, size_t len_bytes)
{
    int depth = 0, deepest = 0;
    for (size_t i = 0; i + 1 < len_bytes; i++) {
        if (bytes[i] == '<' && bytes[i + 1] == '/') {
            depth--;
        } else if (bytes[i] == '<' && bytes[i + 1] != '!' && bytes[i + 1] != '?') {
            const char *end = memchr(bytes + i, '>', len_bytes - i);
            depth += end && end[-1] != '/' ? 1 : 0;
            deepest = depth > deepest ? depth : deepest;
        }
    }
    return deepest > DEPTH_MAX;
}

static void be_silent(void *context, const char *format, ...)
{
    (void)context; /* the error is asked for afterwards */
    (void)format;
}

static enum status refuse(const struct reading *r, enum status status, int line, const char *field,
                          const char *why, struct error *err)
{
    return fhir_say_where(err, status, file_of(r)->name, line, field, "", why);
}

static enum status parse(const struct reading *r, const char *bytes, size_t len_bytes, xmlDoc **out,
                         struct error *err)
{
    if (len_bytes > BYTES_MAX) {
        return refuse(r, STATUS_LIMIT, 1, "ClinicalDocument", _("the document is too large."), err);
    }
    if (memchr(bytes, '\0', len_bytes)) {
        return refuse(r, STATUS_INVALID, 1, "ClinicalDocument", _("there is a NUL byte."), err);
    }
    if (has_document_type(bytes, len_bytes)) {
        return refuse(r, STATUS_INVALID, 1, "DOCTYPE",
                      _("a document type or an entity is not read here."), err);
    }
    if (is_too_deep(bytes, len_bytes)) {
        return refuse(r, STATUS_LIMIT, 1, "ClinicalDocument", _("it is nested too deep."), err);
    }
    xmlSetGenericErrorFunc(NULL, be_silent);
    xmlResetLastError();
    xmlDoc *document = xmlReadMemory(bytes, (int)len_bytes, NULL, NULL,
                                     XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                         XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES);
    if (!document) {
        const xmlError *error = xmlGetLastError();
        return refuse(r, STATUS_INVALID, error ? error->line : 1, "ClinicalDocument",
                      _("this is not well-formed XML."), err);
    }
    *out = document;
    return STATUS_OK;
}

/* --- the patient --- */

static char *join_parts(const xmlNode *name, const char *part)
{
    struct buffer made = BUFFER_INIT;
    for (const xmlNode *n = ccda_child(name, part); n; n = ccda_next(n)) {
        char *words = ccda_words(n);
        buffer_append_text(&made, made.len > 0 && *words ? " " : "");
        buffer_append_text(&made, words);
        mem_free(words);
    }
    return buffer_take(&made);
}

static char *read_address(const xmlNode *role)
{
    static const char *const parts[] = {"streetAddressLine", "city", "state", "postalCode",
                                        "country"};
    struct buffer made = BUFFER_INIT;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *words = join_parts(ccda_child(role, "addr"), parts[i]);
        buffer_append_text(&made, made.len > 0 && *words ? ", " : "");
        buffer_append_text(&made, words);
        mem_free(words);
    }
    return buffer_take(&made);
}

static void read_identifiers(const xmlNode *role, struct patient *patient)
{
    for (const xmlNode *id = ccda_child(role, "id"); id; id = ccda_next(id)) {
        char *root = ccda_attribute(id, "root"), *value = ccda_attribute(id, "extension");
        char *system = mem_format("urn:oid:%s", root);
        bool is_national = strcmp(root, "2.16.840.1.113883.4.1") == 0;
        bool is_first = !patient->mrn && !is_national && *value;
        if (*value) {
            identifier_list_add(&patient->identifiers,
                                is_national ? IDENTIFIER_KIND_NATIONAL
                                : is_first  ? IDENTIFIER_KIND_MRN
                                            : IDENTIFIER_KIND_OTHER,
                                system, value);
        }
        if (is_first) {
            patient->mrn = mem_copy_text(value);
        }
        mem_free(system);
        mem_free(root);
        mem_free(value);
    }
}

static void read_patient(struct reading *r, const xmlNode *role)
{
    static const struct {
        const char *code;
        enum gender gender;
    } genders[] = {{"F", GENDER_FEMALE}, {"M", GENDER_MALE}, {"UN", GENDER_OTHER}};
    struct patient *patient = &r->chart.patient;
    const xmlNode *person = ccda_child(role, "patient");
    const xmlNode *name = ccda_child(person, "name");
    char *phone = ccda_attribute(ccda_child(role, "telecom"), "value");
    patient->first_name = join_parts(name, "given");
    patient->last_name = join_parts(name, "family");
    if (!*patient->first_name && !*patient->last_name) {
        mem_free(patient->last_name);
        patient->last_name = ccda_words(name);
    }
    patient->birth_date = ccda_date(ccda_child(person, "birthTime"));
    for (size_t i = 0; i < sizeof genders / sizeof *genders; i++) {
        if (ccda_attribute_is(ccda_child(person, "administrativeGenderCode"), "code",
                              genders[i].code)) {
            patient->gender = genders[i].gender;
        }
    }
    patient->phone_number = mem_copy_text(strncmp(phone, "tel:", 4) == 0 ? phone + 4 : phone);
    patient->address = read_address(role);
    patient->language = ccda_attribute(ccda_path(person, "languageCommunication/languageCode"),
                                       "code");
    read_identifiers(role, patient);
    patient->mrn = patient->mrn ? patient->mrn : mem_copy_text("");
    patient->timezone = mem_copy_text("");
    patient->source_system = mem_copy_text("");
    patient->allergy_status = ALLERGY_STATUS_NOT_ASKED;
    mem_free(phone);
}

/* Where the document gives no number, the name and the birth date are the person. */
static void name_person(struct reading *r, const xmlNode *role)
{
    const struct patient *patient = &r->chart.patient;
    char *root = ccda_attribute(ccda_child(role, "id"), "root");
    char *value = ccda_attribute(ccda_child(role, "id"), "extension");
    char day[DATE_TEXT_MAX];
    char *words = mem_format("%s %s", patient->last_name, patient->first_name);
    char *folded = text_fold(words);
    r->person = mem_format("urn:oid:%s|Patient|%s|%s|%s", root, value, folded,
                           date_format_iso(patient->birth_date, day));
    r->chart.patient.id = r->options->derive(r->options->derive_context, r->person);
    r->chart.has_patient = true;
    r->chart.origin = (struct fhir_origin){
        .source_id = mem_format("urn:oid:%s|Patient|%s", root, value),
        .codings = mem_copy_text(""),
        .type = "Patient",
        .line = (int)xmlGetLineNo(role)};
    mem_free(folded);
    mem_free(words);
    mem_free(root);
    mem_free(value);
}

/* --- entries --- */

static struct uid derive(const struct reading *r, const xmlNode *node, const char *type)
{
    char *root = ccda_attribute(ccda_child(node, "id"), "root");
    char *value = ccda_attribute(ccda_child(node, "id"), "extension");
    char *name = mem_format("%s > %s^%s|%s|%016" PRIx64, r->person, root, value, type,
                            ccda_print(node)); /* some give all entries one id */
    struct uid id = r->options->derive(r->options->derive_context, name);
    mem_free(name);
    mem_free(root);
    mem_free(value);
    return id;
}

static void put_origin(struct reading *r, struct fhir_origin_list *list, const xmlNode *node,
                       const char *type, char *codings)
{
    MEM_GROW(list);
    list->items[list->len++] = (struct fhir_origin){.source_id = mem_format("%s", type),
                                                    .codings = codings,
                                                    .type = type,
                                                    .entry = r->entries++,
                                                    .line = (int)xmlGetLineNo(node)};
}

static void read_order(struct reading *r, const xmlNode *entry, const xmlNode *node,
                       struct ccda_outcome *out)

{
    struct order order = {0};
    char *codings = NULL;
    (void)entry; /* the administration is all of it */
    *out = ccda_order_read(node, r->options->zone, &order, &codings);
    if (out->skipped) {
        return;
    }
    order.id = derive(r, node, "medication");
    order.version = derive(r, node, "medication version");
    order.patient = r->chart.patient.id;
    MEM_GROW(&r->chart.orders);
    r->chart.orders.items[r->chart.orders.len++] = order;
    put_origin(r, &r->chart.order_origins, node, "medication", codings);
}

static void read_allergy(struct reading *r, const xmlNode *act, const xmlNode *node,
                         struct ccda_outcome *out)
{
    struct allergy allergy = {0};
    char *codings = NULL;
    *out = ccda_allergy_read(act, node, r->options->zone, &allergy, &codings);
    if (out->skipped) {
        return;
    }
    if (out->statement != ALLERGY_STATUS_NONE_GIVEN) {
        r->chart.patient.allergy_status = out->statement;
        return;
    }
    allergy.id = derive(r, node, "allergy");
    allergy.patient = r->chart.patient.id;
    MEM_GROW(&r->chart.allergies);
    r->chart.allergies.items[r->chart.allergies.len++] = allergy;
    put_origin(r, &r->chart.allergy_origins, node, "allergy", codings);
}

static void read_problem(struct reading *r, const xmlNode *act, const xmlNode *node,
                         struct ccda_outcome *out)
{
    struct condition condition = {0};
    char *codings = NULL;
    *out = ccda_problem_read(act, node, r->options->zone, &condition, &codings);
    if (out->skipped) {
        return;
    }
    condition.id = derive(r, node, "problem");
    condition.patient = r->chart.patient.id;
    MEM_GROW(&r->chart.conditions);
    r->chart.conditions.items[r->chart.conditions.len++] = condition;
    put_origin(r, &r->chart.condition_origins, node, "problem", codings);
}

/* --- sections --- */

static const struct {
    const char *loinc, *type, *element;
    void (*read)(struct reading *r, const xmlNode *act, const xmlNode *node,
                 struct ccda_outcome *out);
} sections[] = {
    {"10160-0", "medication", "substanceAdministration", read_order}, /* medications */
    {"10183-2", "medication", "substanceAdministration", read_order}, /* at discharge */
    {"75311-1", "medication", "substanceAdministration", read_order}, /* at discharge, 2.1 */
    {"42346-7", "medication", "substanceAdministration", read_order}, /* at admission */
    {"48765-2", "allergy", "act", read_allergy},
    {"11450-4", "problem", "act", read_problem},
    {"11535-2", "problem", "act", read_problem}, /* discharge diagnosis */
    {"46241-6", "problem", "act", read_problem}, /* admission diagnosis */
};
#define SECTIONS (sizeof sections / sizeof *sections)

/* Where the code is missing or a producer's own: the section's template says what it is. */
static const struct {
    const char *template, *loinc;
} templates[] = {
    {"2.16.840.1.113883.10.20.22.2.1", "10160-0"},   {"2.16.840.1.113883.10.20.22.2.1.1", "10160-0"},
    {"2.16.840.1.113883.10.20.22.2.11", "10183-2"},  {"2.16.840.1.113883.10.20.22.2.11.1", "10183-2"},
    {"2.16.840.1.113883.10.20.22.2.44", "42346-7"},  {"2.16.840.1.113883.10.20.1.8", "10160-0"},
    {"2.16.840.1.113883.10.20.22.2.6", "48765-2"},   {"2.16.840.1.113883.10.20.22.2.6.1", "48765-2"},
    {"2.16.840.1.113883.10.20.1.2", "48765-2"},      {"2.16.840.1.113883.10.20.22.2.5", "11450-4"},
    {"2.16.840.1.113883.10.20.22.2.5.1", "11450-4"}, {"2.16.840.1.113883.10.20.1.11", "11450-4"},
    {"2.16.840.1.113883.10.20.22.2.24", "11535-2"},  {"2.16.840.1.113883.10.20.22.2.43", "46241-6"},
};

static size_t kind_of_loinc(const char *code)
{
    size_t at = 0;
    while (at < SECTIONS && strcmp(sections[at].loinc, code) != 0) {
        at++;
    }
    return at;
}

static size_t kind_of(const xmlNode *section)
{
    const xmlNode *coded = ccda_child(section, "code");
    char *code = ccda_attribute(coded, "code");
    size_t at = kind_of_loinc(code);
    mem_free(code);
    for (const xmlNode *t = ccda_child(coded, "translation"); t && at == SECTIONS; t = ccda_next(t)) {
        char *other = ccda_attribute(t, "code");
        at = kind_of_loinc(other);
        mem_free(other);
    }
    for (size_t i = 0; i < sizeof templates / sizeof *templates && at == SECTIONS; i++) {
        at = ccda_has_template(section, templates[i].template) ? kind_of_loinc(templates[i].loinc) : SECTIONS;
    }
    return at;
}

/* Kept as text, so that a person can read what is no record. */
static void add_note(struct reading *r, const char *what, char *text, const char *reason, size_t entries)
{
    struct fhir_note_list *notes = &r->chart.notes;
    MEM_GROW(notes);
    notes->items[notes->len++] = (struct fhir_note){mem_copy_text(what), text, reason, entries};
}

/* Reads one statement and, for acts, each observation in it. True when it gave a record or an answer. */
static bool read_statement(struct reading *r, const xmlNode *node, size_t kind, const char **skipped)
{
    bool is_read = false, has_acts = strcmp(sections[kind].element, "act") == 0;
    const xmlNode *part = has_acts ? ccda_observation_next(node, NULL) : node;
    while (part) { /* a concern may hold several */
        struct ccda_outcome outcome;
        sections[kind].read(r, node, part, &outcome);
        *skipped = outcome.skipped ? outcome.skipped : *skipped;
        is_read = is_read || !outcome.skipped;
        part = has_acts ? ccda_observation_next(node, part) : NULL;
    }
    return is_read;
}

/* The statements of an entry: itself, or what an organizer holds. A problem may stand without the act around it. */
static bool read_statements(struct reading *r, const xmlNode *entry, size_t kind, const char **skipped)
{
    const xmlNode *node = ccda_child(entry, sections[kind].element);
    node = node ? node : ccda_child(entry, "observation");
    bool is_read = node && read_statement(r, node, kind, skipped);
    for (const xmlNode *c = ccda_path(entry, "organizer/component"); !node && c; c = ccda_next(c)) {
        const xmlNode *inside = ccda_child(c, sections[kind].element);
        inside = inside ? inside : ccda_child(c, "observation");
        is_read = (inside && read_statement(r, inside, kind, skipped)) || is_read;
    }
    return is_read;
}

static void read_entry(struct reading *r, const xmlNode *entry, size_t kind, const char *title)
{
    int line = (int)xmlGetLineNo(entry);
    const char *skipped = _("Its form is not known; read it in the document.");
    if (read_statements(r, entry, kind, &skipped)) {
        fhir_file_count(file_of(r), sections[kind].type, true);
    } else {
        fhir_file_skip(file_of(r), sections[kind].type, skipped, line);
        add_note(r, title, ccda_entry_words(entry), skipped, 1);
    }
}

static char *section_title(const xmlNode *section)
{
    char *title = ccda_words(ccda_child(section, "title"));
    char *named = *title ? text_clean(title, strlen(title), 64, TEXT_LINE, NULL)
                         : mem_copy_text(_("(section without a title)"));
    mem_free(title);
    return named;
}

static void read_section(struct reading *r, const xmlNode *section)
{
    char *named = section_title(section);
    size_t kind = kind_of(section), entries = 0;
    for (const xmlNode *entry = ccda_child(section, "entry"); entry; entry = ccda_next(entry)) {
        entries++;
        if (kind == SECTIONS) {
            fhir_file_skip(file_of(r), named, _("This section is not kept."), (int)xmlGetLineNo(entry));
        } else {
            read_entry(r, entry, kind, named);
        }
    }
    char *narrative = ccda_words(ccda_child(section, "text"));
    if (kind == SECTIONS && entries > 0) {
        add_note(r, named, narrative, _("This section is not kept."), entries);
    } else if (kind != SECTIONS && entries == 0 && *narrative) {
        add_note(r, named, narrative, _("This section is text only: type in what is missing."), 0);
    } else {
        mem_free(narrative);
    }
    mem_free(named);
}

/* Sections stand in components, also inside one another. */
static void read_sections(struct reading *r, const xmlNode *node)
{
    for (const xmlNode *n = node ? node->children : NULL; n; n = n->next) {
        if (ccda_is(n, "section")) {
            read_section(r, n);
        }
        if (n->type == XML_ELEMENT_NODE && !ccda_is(n, "entry") && !ccda_is(n, "text")) {
            read_sections(r, n);
        }
    }
}

static void assess_allergies(struct reading *r)
{
    struct fhir_chart *chart = &r->chart;
    for (size_t i = 0; i < chart->allergies.len; i++) {
        enum allergy_state state = chart->allergies.items[i].state;
        if (state == ALLERGY_STATE_ACTIVE || state == ALLERGY_STATE_UNCONFIRMED) {
            if (chart->patient.allergy_status == ALLERGY_STATUS_NONE_KNOWN) {
                fhir_warning_add(
                    &chart->warnings, 0, chart->allergy_origins.items[i].line, "allergy",
                    _("The source says both that no allergies are known and that there "
                      "are some; the list counts."));
            }
            chart->patient.allergy_status = ALLERGY_STATUS_LISTED;
        }
    }
}

static enum status read_document(struct reading *r, const xmlDoc *document, struct error *err)
{
    const xmlNode *root = xmlDocGetRootElement(document);
    const xmlNode *role = ccda_path(root, "recordTarget/patientRole");
    if (!ccda_is(root, "ClinicalDocument")) {
        return refuse(r, STATUS_INVALID, root ? (int)xmlGetLineNo(root) : 1, "ClinicalDocument",
                      _("this is XML, but no clinical document (C-CDA)."), err);
    }
    if (!role) {
        return refuse(r, STATUS_INVALID, (int)xmlGetLineNo(root), "recordTarget/patientRole",
                      _("it is missing, so that nobody can tell whose document this is."), err);
    }
    read_patient(r, role);
    name_person(r, role);
    fhir_file_count(file_of(r), "Patient", true);
    read_sections(r, root);
    assess_allergies(r);
    file_of(r)->patients = 1;
    MEM_GROW(&r->import->charts);
    r->import->charts.items[r->import->charts.len++] = r->chart;
    r->chart = (struct fhir_chart){0};
    return STATUS_OK;
}

/* --- public --- */

enum status ccda_read_text(const char *name, const char *bytes, size_t len_bytes,
                           const struct fhir_options *options, struct fhir_import *out,
                           struct error *err)
{
    struct reading r = {.options = options, .import = out};
    struct error why = ERROR_INIT;
    xmlDoc *document = NULL;
    *out = (struct fhir_import){0};
    MEM_GROW(&out->files);
    out->files.items[out->files.len++] = (struct fhir_file){
        .name = text_clean(name, strlen(name), NAME_MAX_BYTES, TEXT_LINE, NULL)};
    enum status status = parse(&r, bytes, len_bytes, &document, &why);
    if (status == STATUS_OK) {
        status = read_document(&r, document, &why);
    }
    xmlFreeDoc(document);
    fhir_chart_release(&r.chart);
    mem_free(r.person);
    if (status != STATUS_OK) {
        fhir_file_clear_account(file_of(&r));
        file_of(&r)->is_refused = true;
        file_of(&r)->error = why;
        return error_set_field(err, status, why.field, "%s", why.message);
    }
    return STATUS_OK;
}

enum status ccda_read_file(const char *path, const struct fhir_options *options,
                           struct fhir_import *out, struct error *err)
{
    struct buffer text = BUFFER_INIT;
    enum status status = buffer_read_file(&text, path, BYTES_MAX, err);
    if (status == STATUS_OK) {
        status = ccda_read_text(path, text.bytes ? text.bytes : "", text.len, options, out, err);
    }
    buffer_release(&text);
    return status;
}
