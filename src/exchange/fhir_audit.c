/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir_audit.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/zone.h"

/* Verbs of the service's actions. What is not listed reads as an execution, which hides nothing. */
static const struct {
    const char *verb;
    char action;
} VERBS[] = {
    {"add", 'C'},      {"register", 'C'}, {"record", 'C'},  {"save", 'C'},    {"patient", 'C'}, {"open", 'R'},   {"read", 'R'},
    {"list", 'R'},     {"find_end", 'R'}, {"find", 'R'},    {"change", 'U'},  {"correct", 'U'}, {"hold", 'U'},   {"resume", 'U'},
    {"stop", 'U'},     {"undo", 'U'},     {"role", 'U'},    {"reset", 'U'},   {"disable", 'U'}, {"enable", 'U'}, {"assess", 'U'},
    {"password", 'U'}, {"unlock", 'U'}, {"erase", 'D'},    {"discard", 'D'},
};

/* What kind of event it is, of R4's value set audit-event-type, by the beginning of the action: the first that fits. What is not
 * listed is the patient's record when it is about one, else the program at work. Subtypes are of audit-event-sub-type. */
#define DCM "http://dicom.nema.org/resources/ontology/DCM"
struct kind {
    const char *begin, *type, *type_words, *subtype, *subtype_words;
};
static const struct kind KINDS[] = {
    {"emergency.begin", "110113", "Security Alert", "110127", "Emergency Override Started"},
    {"emergency.end", "110113", "Security Alert", "110138", "Emergency Override Stopped"},
    {"session.start", "110114", "User Authentication", "110122", "Login"},
    {"session.end", "110114", "User Authentication", "110123", "Logout"},
    {"session.factor_add", "110113", "Security Alert", "110137", "User Security Attributes Changed"},
    {"session.password", "110113", "Security Alert", "110137", "User Security Attributes Changed"},
    {"session.pin", "110113", "Security Alert", "110137", "User Security Attributes Changed"},
    {"session.", "110114", "User Authentication", NULL, NULL},
    {"witness.", "110114", "User Authentication", NULL, NULL},
    {"staff.role", "110113", "Security Alert", "110136", "Security Roles Changed"},
    {"staff.list", "110100", "Application Activity", NULL, NULL},
    {"staff.look", "110100", "Application Activity", NULL, NULL},
    {"staff.sessions", "110100", "Application Activity", NULL, NULL},
    {"staff.", "110113", "Security Alert", "110137", "User Security Attributes Changed"},
    {"privacy.read", "110110", "Patient Record", NULL, NULL},
    {"privacy.", "110113", "Security Alert", "110129", "Security Configuration"},
    {"site.re", "110113", "Security Alert", "110129", "Security Configuration"}, /* rekey, recovery */
    {"settings.", "110113", "Security Alert", "110129", "Security Configuration"},
    {"audit.", "110101", "Audit Log Used", NULL, NULL},
    {"access.", "110101", "Audit Log Used", NULL, NULL},
    {"incident.", "110101", "Audit Log Used", NULL, NULL},
    {"patient.export", "110106", "Export", NULL, NULL},
    {"reconcile.export", "110106", "Export", NULL, NULL},
    {"list.export", "110106", "Export", NULL, NULL},
    {"site.backup", "110106", "Export", NULL, NULL},
    {"import.", "110107", "Import", NULL, NULL},
    {"patient.find", "110112", "Query", NULL, NULL},
    {"patient.alike", "110112", "Query", NULL, NULL},
    {"order.", "110109", "Order Record", NULL, NULL},
};
static const struct kind OF_A_PATIENT = {"", "110110", "Patient Record", NULL, NULL};
static const struct kind OF_THE_PROGRAM = {"", "110100", "Application Activity", NULL, NULL};

static const struct kind *kind_of(const struct fhir_audit_event *e)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (strncmp(e->action, KINDS[i].begin, strlen(KINDS[i].begin)) == 0) {
            return &KINDS[i];
        }
    }
    return uid_is_none(e->patient) ? &OF_THE_PROGRAM : &OF_A_PATIENT;
}

char fhir_audit_action(const char *action)
{
    const char *dot = strrchr(action, '.');
    for (size_t i = 0; dot != NULL && i < sizeof VERBS / sizeof *VERBS; i++) {
        if (strcmp(VERBS[i].verb, dot + 1) == 0) {
            return VERBS[i].action;
        }
    }
    return 'E';
}

static void write_coding(struct json_writer *w, const char *system, const char *code, const char *display)
{
    json_begin_object(w);
    json_write_member(w, "system", system);
    json_write_member(w, "code", code);
    json_write_member(w, "display", display);
    json_end_object(w);
}

static void write_reference(struct json_writer *w, const char *key, const char *type, struct uid id)
{
    char id_text[UID_TEXT_MAX], reference[64];
    (void)snprintf(reference, sizeof reference, "%s/%s", type, uid_format(id, id_text)); /* fits */
    json_write_key(w, key);
    json_begin_object(w);
    json_write_member(w, "reference", reference);
    json_end_object(w);
}

static void write_extension(struct json_writer *w, const char *url, const char *value)
{
    json_begin_object(w);
    json_write_member(w, "url", url);
    json_write_member(w, "valueString", value);
    json_end_object(w);
}

static void write_agent(struct json_writer *w, const struct fhir_audit_event *e)
{
    json_write_key(w, "agent");
    json_begin_array(w);
    json_begin_object(w);
    if (e->role[0] != '\0') {
        json_write_key(w, "role");
        json_begin_array(w);
        json_begin_object(w);
        json_write_member(w, "text", e->role);
        json_end_object(w);
        json_end_array(w);
    }
    if (!uid_is_none(e->agent)) {
        write_reference(w, "who", "Practitioner", e->agent);
    }
    if (e->agent_name[0] != '\0') {
        json_write_member(w, "name", e->agent_name);
    }
    json_write_key(w, "requestor");
    json_write_bool(w, true);
    if (e->address[0] != '\0') { /* 2: an IP address; 1: a machine, which is this one */
        json_write_key(w, "network");
        json_begin_object(w);
        json_write_member(w, "address", e->address);
        json_write_member(w, "type", strpbrk(e->address, ".:") != NULL ? "2" : "1");
        json_end_object(w);
    }
    json_end_object(w);
    json_end_array(w);
}

static void write_entity(struct json_writer *w, const struct fhir_audit_event *e)
{
    if (uid_is_none(e->patient) && e->table[0] == '\0') {
        return;
    }
    json_write_key(w, "entity");
    json_begin_array(w);
    json_begin_object(w);
    if (!uid_is_none(e->patient)) {
        write_reference(w, "what", "Patient", e->patient);
        json_write_key(w, "type");
        write_coding(w, "http://terminology.hl7.org/CodeSystem/audit-entity-type", "1", "Person");
        json_write_key(w, "role");
        write_coding(w, "http://terminology.hl7.org/CodeSystem/object-role", "1", "Patient");
    }
    json_write_member(w, "description", e->table[0] != '\0' ? e->table : e->action);
    json_end_object(w);
    json_end_array(w);
}

void fhir_audit_write(const struct fhir_audit_event *e, struct buffer *out)
{
    struct json_writer w = JSON_WRITER_INIT;
    char id[UID_TEXT_MAX], recorded[INSTANT_TEXT_MAX], action[2] = {e->is_read ? 'R' : fhir_audit_action(e->action), '\0'}, seq[32];
    (void)snprintf(seq, sizeof seq, "%lld", (long long)e->seq); /* fits */
    json_begin_object(&w);
    json_write_member(&w, "resourceType", "AuditEvent");
    json_write_member(&w, "id", uid_format(e->id, id));
    bool is_emergency = strcmp(e->action, "emergency.begin") == 0 || strcmp(e->action, "emergency.end") == 0;
    const struct kind *kind = kind_of(e);
    json_write_key(&w, "type");
    write_coding(&w, DCM, kind->type, kind->type_words);
    json_write_key(&w, "subtype");
    json_begin_array(&w);
    if (kind->subtype != NULL) {
        write_coding(&w, DCM, kind->subtype, kind->subtype_words);
    }
    write_coding(&w, "urn:prescripcare:action", e->action, e->action);
    json_end_array(&w);
    json_write_member(&w, "action", action);
    json_write_member(&w, "recorded", instant_format_utc(e->at_us, recorded));
    if (e->outcome != NULL && e->outcome[0] != '\0') { /* a refusal is a minor failure: the system did what it should */
        json_write_member(&w, "outcome", strcmp(e->outcome, "ok") == 0 ? "0" : "4");
        json_write_member(&w, "outcomeDesc", e->outcome);
    }
    if (is_emergency) { /* break the glass, as HL7's own example has it */
        json_write_key(&w, "purposeOfEvent");
        json_begin_array(&w);
        json_begin_object(&w);
        json_write_key(&w, "coding");
        json_begin_array(&w);
        write_coding(&w, "http://terminology.hl7.org/CodeSystem/v3-ActReason", "BTG", "break the glass");
        json_end_array(&w);
        json_end_object(&w);
        json_end_array(&w);
    }
    write_agent(&w, e);
    json_write_key(&w, "source");
    json_begin_object(&w);
    if (e->site_name[0] != '\0') {
        json_write_member(&w, "site", e->site_name);
    }
    write_reference(&w, "observer", "Device", e->device);
    json_end_object(&w);
    write_entity(&w, e);
    json_write_key(&w, "extension");
    json_begin_array(&w);
    write_extension(&w, "urn:prescripcare:audit-seq", seq);
    write_extension(&w, "urn:prescripcare:audit-risk", e->risk);
    json_end_array(&w);
    json_end_object(&w);
    buffer_append(out, w.out.bytes, w.out.len);
    buffer_append_text(out, "\n");
    json_writer_release(&w);
}
