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
#include "exchange/ccda_section.h"
#include "exchange/ccda_text.h"
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
    return ccda_text_is_xml(bytes, len_bytes);
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

/* Entities are how small XML becomes large or reads files: a document type is refused unread. */
static enum status check_text(const struct reading *r, const char *text, size_t len, struct error *err)
{
    if (ccda_text_has_document_type(text, len)) {
        return refuse(r, STATUS_INVALID, 1, "DOCTYPE",
                      _("a document type or an entity is not read here."), err);
    }
    return ccda_text_depth(text, len) > DEPTH_MAX
               ? refuse(r, STATUS_LIMIT, 1, "ClinicalDocument", _("it is nested too deep."), err)
               : STATUS_OK;
}

static enum status parse(const struct reading *r, const char *bytes, size_t len_bytes, xmlDoc **out,
                         struct error *err)
{
    size_t len = 0;
    const char *why = NULL;
    if (len_bytes > BYTES_MAX) {
        return refuse(r, STATUS_LIMIT, 1, "ClinicalDocument", _("the document is too large."), err);
    }
    char *text = ccda_text_decode(bytes, len_bytes, &len, &why);
    if (!text) {
        return refuse(r, STATUS_INVALID, 1, "ClinicalDocument", why, err);
    }
    enum status status = check_text(r, text, len, err);
    if (status == STATUS_OK) {
        xmlSetGenericErrorFunc(NULL, be_silent);
        xmlResetLastError();
        /* whatever the declaration says: it is UTF-8 now. Depth and size are limited above, an embedded picture is long. */
        *out = xmlReadMemory(text, (int)len, NULL, "UTF-8",
                             XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                 XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES | XML_PARSE_HUGE);
        const xmlError *error = *out ? NULL : xmlGetLastError();
        if (!*out) {
            status = refuse(r, STATUS_INVALID, error ? error->line : 1, "ClinicalDocument",
                            _("this is not well-formed XML."), err);
        }
    }
    mem_free(text);
    return status;
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

static void read_order(struct reading *r, const xmlNode *node, struct ccda_outcome *out)
{
    struct order order = {0};
    char *codings = NULL;
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

/* Kept as text, so that a person can read what is no record. Takes the text. */
static void add_note(struct reading *r, const char *what, char *text, const char *reason, size_t entries)
{
    struct fhir_note_list *notes = &r->chart.notes;
    MEM_GROW(notes);
    notes->items[notes->len++] = (struct fhir_note){mem_copy_text(what), text, mem_copy_text(reason), entries};
}

/* What the statements of one entry came to. */
struct statements {
    enum ccda_section kind;
    size_t read;
    struct {
        struct skipped {
            const xmlNode *node;
            const char *reason;
        } *items;
        size_t len, cap;
    } skipped;
};

static void settle(struct statements *s, const xmlNode *node, const struct ccda_outcome *outcome)
{
    if (outcome->skipped) {
        MEM_GROW(&s->skipped);
        s->skipped.items[s->skipped.len++] = (struct skipped){node, outcome->skipped};
    } else {
        s->read++;
    }
}

/* A concern may hold several. */
static void read_concern(struct reading *r, const xmlNode *act, struct statements *s)
{
    for (const xmlNode *o = ccda_observation_next(act, NULL); o; o = ccda_observation_next(act, o)) {
        struct ccda_outcome outcome;
        if (s->kind == CCDA_SECTION_ALLERGIES) {
            read_allergy(r, act, o, &outcome);
        } else {
            read_problem(r, act, o, &outcome);
        }
        settle(s, o, &outcome);
    }
}

static void read_statements(struct reading *r, const xmlNode *parent, struct statements *s);

/* A medication may stand in an act that says when it is taken (admission, discharge), a problem without the act around it,
 * and anything in an organizer. */
static void read_statement(struct reading *r, const xmlNode *node, struct statements *s)
{
    bool is_medication = ccda_is(node, "substanceAdministration") || ccda_is(node, "supply");
    bool is_concern = ccda_is(node, "act") || ccda_is(node, "observation");
    if (s->kind == CCDA_SECTION_MEDICATIONS && is_medication) {
        struct ccda_outcome outcome;
        read_order(r, node, &outcome);
        settle(s, node, &outcome);
    } else if (s->kind != CCDA_SECTION_MEDICATIONS && is_concern) {
        read_concern(r, node, s);
    } else if (ccda_is(node, "organizer") || ccda_is(node, "act")) {
        for (const xmlNode *n = node->children; n; n = n->next) {
            if (ccda_is(n, "component") || ccda_is(n, "entryRelationship")) {
                read_statements(r, n, s);
            }
        }
    }
}

static void read_statements(struct reading *r, const xmlNode *parent, struct statements *s)
{
    for (const xmlNode *n = parent->children; n; n = n->next) {
        read_statement(r, n, s);
    }
}

static const char *type_of(enum ccda_section kind)
{
    return kind == CCDA_SECTION_MEDICATIONS ? "medication" : kind == CCDA_SECTION_ALLERGIES ? "allergy" : "problem";
}

/* The entry is counted once; what of it is no record is listed part by part. */
static void read_entry(struct reading *r, const xmlNode *entry, enum ccda_section kind, const char *title)
{
    int line = (int)xmlGetLineNo(entry);
    struct statements s = {.kind = kind};
    read_statements(r, entry, &s);
    const char *reason = s.skipped.len > 0 ? s.skipped.items[0].reason : _("Its form is not known; read it in the document.");
    if (s.read > 0) {
        fhir_file_count(file_of(r), type_of(kind), true);
        for (size_t i = 0; i < s.skipped.len; i++) {
            add_note(r, title, ccda_entry_words(s.skipped.items[i].node), s.skipped.items[i].reason, 0);
        }
    } else {
        fhir_file_skip(file_of(r), type_of(kind), reason, line);
        add_note(r, title, ccda_entry_words(entry), reason, 1);
    }
    mem_free(s.skipped.items);
}

struct narrative {
    struct reading *r;
    const char *title, *reason;
    size_t entries; /* what the first row stands for; the others are counted no more */
};

static void add_row(void *context, char *text)
{
    struct narrative *n = context;
    add_note(n->r, n->title, text, n->reason, n->entries);
    n->entries = 0;
}

/* Entries that are not kept, and a text that no entry stands for, row by row. */
static void add_narrative(struct reading *r, const xmlNode *section, const char *title, const char *reason, size_t entries)
{
    struct narrative n = {r, title, reason, entries};
    ccda_narrative_rows(ccda_child(section, "text"), add_row, &n);
    for (const xmlNode *entry = ccda_child(section, "entry"); entry && n.entries > 0; entry = ccda_next(entry)) {
        add_note(r, title, ccda_entry_words(entry), reason, 1); /* there is no text at all */
        n.entries--;
    }
}

static void read_section(struct reading *r, const xmlNode *section)
{
    char *named = ccda_section_title(section);
    enum ccda_section kind = ccda_section_of(section);
    size_t entries = 0;
    for (const xmlNode *entry = ccda_child(section, "entry"); entry; entry = ccda_next(entry)) {
        entries++;
        if (kind == CCDA_SECTION_OTHER) {
            fhir_file_skip(file_of(r), named, _("This section is not kept."), (int)xmlGetLineNo(entry));
        } else {
            read_entry(r, entry, kind, named);
        }
    }
    if (kind == CCDA_SECTION_OTHER && entries > 0) {
        add_narrative(r, section, named, _("This section is not kept."), entries);
    } else if (kind != CCDA_SECTION_OTHER && entries == 0) {
        add_narrative(r, section, named, _("This section is text only: type in what is missing."), 0);
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

/* A scan or a letter in place of sections. */
static void read_unstructured(struct reading *r, const xmlNode *root)
{
    const xmlNode *text = ccda_path(root, "component/nonXMLBody/text");
    struct narrative n = {r, _("(document without sections)"), _("The document is a letter or a picture: type in what is in it."), 0};
    if (!text) {
        return;
    }
    char *kind = ccda_attribute(text, "mediaType"), *form = ccda_attribute(text, "representation");
    if (*form == '\0' && (strncmp(kind, "text/", 5) == 0 || *kind == '\0')) {
        ccda_narrative_rows(text, add_row, &n);
    } else {
        add_row(&n, mem_format(_("%s: open it in another program."), *kind ? kind : _("of unknown kind")));
    }
    mem_free(kind);
    mem_free(form);
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
    if (ccda_next(ccda_child(root, "recordTarget"))) {
        return refuse(r, STATUS_INVALID, (int)xmlGetLineNo(root), "recordTarget",
                      _("the document is about several patients."), err);
    }
    read_patient(r, role);
    name_person(r, role);
    fhir_file_count(file_of(r), "Patient", true);
    read_sections(r, root);
    read_unstructured(r, root);
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
        ccda_ids_open(document);
        status = read_document(&r, document, &why);
    }
    ccda_ids_close(document);
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
