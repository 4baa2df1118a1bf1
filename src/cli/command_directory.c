/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `directory`: pharmacies and their hours, providers, what a provider may see of a patient, and who pays. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/directory.h"
#include "service/patients.h"

enum { WIDTH_CELLS = 100 };

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static int end_list(const struct invocation *call, struct json_writer *w)
{
    json_end_array(w);
    json_end_object(w);
    if (call->is_json) {
        command_print_json(w);
    } else {
        json_writer_release(w);
    }
    return 0;
}

static void begin_list(struct json_writer *w, const char *name)
{
    json_begin_object(w);
    json_write_key(w, name);
    json_begin_array(w);
}

/* ---- pharmacies and providers ---- */

static enum status list_pharmacies(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct pharmacy_list list = {0};
    struct json_writer w = JSON_WRITER_INIT;
    enum status status = pharmacies_find(actor, call->word_count > 1 ? call->words[1] : "", &list, err);
    if (status != STATUS_OK) {
        return status;
    }
    begin_list(&w, "pharmacies");
    for (size_t i = 0; i < list.len; i++) {
        const struct pharmacy *p = &list.items[i];
        char id[UID_TEXT_MAX];
        int until = 0;
        bool is_open = pharmacy_is_open(actor->site, p, &until);
        struct buffer hours = BUFFER_INIT;
        if (flag_given(call, "open-now") && !is_open) {
            continue;
        }
        hours_write(&p->hours, &hours);
        json_begin_object(&w);
        json_write_member(&w, "id", uid_format(p->id, id));
        json_write_member(&w, "name", p->name);
        json_write_member(&w, "phone", p->phone);
        json_write_member(&w, "address", p->address);
        json_write_member(&w, "city", p->city);
        json_write_member(&w, "hours", or_empty(hours.bytes));
        json_write_member(&w, "services", p->services);
        json_write_key(&w, "open_now");
        json_write_bool(&w, is_open);
        json_end_object(&w);
        if (!call->is_json) {
            printf(is_open ? _("%s  %s  %s  OPEN, closes in %d min  %s\n") : _("%s  %s  %s  closed (%d)  %s\n"), p->name, p->phone, p->city, until,
                   or_empty(hours.bytes));
        }
        buffer_release(&hours);
    }
    (void)end_list(call, &w);
    pharmacy_list_release(&list);
    return STATUS_OK;
}

static enum status list_providers(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct provider_list list = {0};
    struct json_writer w = JSON_WRITER_INIT;
    enum status status = providers_find(actor, call->word_count > 1 ? call->words[1] : "", &list, err);
    if (status != STATUS_OK) {
        return status;
    }
    begin_list(&w, "providers");
    for (size_t i = 0; i < list.len; i++) {
        const struct provider *p = &list.items[i];
        char id[UID_TEXT_MAX];
        json_begin_object(&w);
        json_write_member(&w, "id", uid_format(p->id, id));
        json_write_member(&w, "last_name", p->last_name);
        json_write_member(&w, "first_name", p->first_name);
        json_write_member(&w, "npi", p->npi);
        json_write_member(&w, "specialty", p->specialty);
        json_write_member(&w, "phone", p->phone);
        json_end_object(&w);
        if (!call->is_json) {
            printf("%s  %s, %s  NPI %s  %s\n", uid_format(p->id, id), p->last_name, p->first_name, p->npi, p->phone);
        }
    }
    (void)end_list(call, &w);
    provider_list_release(&list);
    return STATUS_OK;
}

/* Texts of a call are only read; the structs own what they hold elsewhere. */
static char *borrowed(const struct invocation *call, const char *flag)
{
    return (char *)or_empty(flag_value(call, flag));
}

static enum status add_pharmacy(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct pharmacy p = {.name = (char *)call->words[1], .chain = borrowed(call, "chain"), .phone = borrowed(call, "phone"),
                         .address = borrowed(call, "address"), .city = borrowed(call, "city"), .state = borrowed(call, "state"),
                         .postal_code = borrowed(call, "postal-code"), .type = PHARMACY_TYPE_RETAIL};
    struct uid id;
    struct json_writer services = JSON_WRITER_INIT;
    char text[UID_TEXT_MAX];
    enum status status = hours_parse(or_empty(flag_value(call, "hours")), &p.hours, err);
    json_begin_array(&services);
    for (int i = 0; i < call->given_count; i++) {
        if (strcmp(call->given[i].name, "service") == 0) {
            json_write_string(&services, call->given[i].value);
        }
    }
    json_end_array(&services);
    p.services = services.out.bytes;
    if (status == STATUS_OK) {
        status = pharmacy_add(actor, &p, &id, err);
    }
    json_writer_release(&services);
    if (status == STATUS_OK) {
        puts(uid_format(id, text));
    }
    return status;
}

static enum status add_provider(const struct invocation *call, struct actor *actor, struct error *err)
{
    const struct provider p = {.last_name = (char *)call->words[1], .first_name = borrowed(call, "first-name"), .title = borrowed(call, "title"),
                               .specialty = borrowed(call, "specialty"), .npi = borrowed(call, "npi"), .phone = borrowed(call, "phone"),
                               .email = borrowed(call, "email")};
    struct uid id;
    char text[UID_TEXT_MAX];
    enum status status = provider_add(actor, &p, &id, err);
    if (status == STATUS_OK) {
        puts(uid_format(id, text));
    }
    return status;
}

/* ---- a patient's people and insurance ---- */

static enum status two_ids(const struct invocation *call, struct actor *actor, struct uid *patient, struct uid *provider, struct error *err)
{
    enum status status = patient_resolve(actor, call->words[1], patient, err);
    return status == STATUS_OK ? uid_parse(call->words[2], provider, err) : status;
}

static enum status relate(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct care_relation r = {.may_view = flag_given(call, "may-view"), .may_prescribe = flag_given(call, "may-prescribe"),
                              .is_primary = flag_given(call, "primary"),
                              .type = (enum relationship_type)enum_value(ENUM_RELATIONSHIP_TYPE, flag_value(call, "type"))};
    enum status status = two_ids(call, actor, &r.patient, &r.provider, err);
    r.type = r.type == RELATIONSHIP_TYPE_NONE_GIVEN ? RELATIONSHIP_TYPE_OTHER : r.type;
    if (status == STATUS_OK && flag_given(call, "until")) {
        status = date_parse_iso(flag_value(call, "until"), &r.end, err);
    }
    return status == STATUS_OK ? care_relation_set(actor, &r, err) : status;
}

static enum status unrelate(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct uid patient, provider;
    enum status status = two_ids(call, actor, &patient, &provider, err);
    return status == STATUS_OK ? care_relation_revoke(actor, patient, provider, err) : status;
}

static enum status share(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct uid patient, provider;
    struct document *d = NULL;
    struct buffer text = BUFFER_INIT;
    enum status status = two_ids(call, actor, &patient, &provider, err);
    if (status == STATUS_OK) {
        status = medication_list_for(actor, patient, provider, &d, err);
    }
    if (status == STATUS_OK) {
        document_to_text(d, WIDTH_CELLS, 0, &text);
        fputs(text.bytes, stdout);
    }
    buffer_release(&text);
    document_free(d);
    return status;
}

static enum status list_people(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct uid patient;
    struct care_relation_list list = {0};
    struct json_writer w = JSON_WRITER_INIT;
    enum status status = patient_resolve(actor, call->words[1], &patient, err);
    if (status == STATUS_OK) {
        status = care_relations_get(actor, patient, &list, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    begin_list(&w, "relationships");
    for (size_t i = 0; i < list.len; i++) {
        const struct care_relation *r = &list.items[i];
        char id[UID_TEXT_MAX];
        json_begin_object(&w);
        json_write_member(&w, "provider", uid_format(r->provider, id));
        json_write_member(&w, "name", r->provider_name);
        json_write_member(&w, "type", enum_word(ENUM_RELATIONSHIP_TYPE, (int)r->type));
        json_write_member(&w, "status", enum_word(ENUM_RELATIONSHIP_STATUS, (int)r->status));
        json_write_key(&w, "may_view");
        json_write_bool(&w, care_relation_allows(r, site_today(actor->site), true, false));
        json_write_key(&w, "may_prescribe");
        json_write_bool(&w, care_relation_allows(r, site_today(actor->site), false, true));
        json_write_key(&w, "primary");
        json_write_bool(&w, r->is_primary);
        json_end_object(&w);
        if (!call->is_json) {
            printf("%s  %s  %s  %s%s%s\n", uid_format(r->provider, id), r->provider_name, enum_label(ENUM_RELATIONSHIP_STATUS, (int)r->status),
                   r->is_primary ? _("primary ") : "", r->may_view ? _("sees medicines ") : "", r->may_prescribe ? _("prescribes") : "");
        }
    }
    (void)end_list(call, &w);
    care_relation_list_release(&list);
    return STATUS_OK;
}

static enum status read_date(const struct invocation *call, const char *flag, struct date *out, struct error *err)
{
    *out = (struct date){0};
    return flag_given(call, flag) ? date_parse_iso(flag_value(call, flag), out, err) : STATUS_OK;
}

static enum status change_insurance(const struct invocation *call, struct actor *actor, struct uid patient, struct error *err)
{
    struct coverage c = {.patient = patient, .company = borrowed(call, "add"), .plan = borrowed(call, "plan"),
                         .policy_number = borrowed(call, "policy"), .is_primary = flag_given(call, "primary")};
    struct uid id;
    enum status status = read_date(call, "from", &c.effective, err);
    if (status == STATUS_OK) {
        status = read_date(call, "until", &c.expiration, err);
    }
    if (status == STATUS_OK && flag_given(call, "end")) {
        status = uid_parse(flag_value(call, "end"), &id, err);
        return status == STATUS_OK ? coverage_stop(actor, patient, id, c.expiration, err) : status;
    }
    return status == STATUS_OK ? coverage_add(actor, &c, err) : status;
}

static enum status insurance(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct uid patient;
    struct coverage_row_list list = {0};
    struct json_writer w = JSON_WRITER_INIT;
    enum status status = patient_resolve(actor, call->words[1], &patient, err);
    if (status == STATUS_OK && (flag_given(call, "add") || flag_given(call, "end"))) {
        return change_insurance(call, actor, patient, err);
    }
    if (status == STATUS_OK) {
        status = coverages_get(actor, patient, &list, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    begin_list(&w, "insurance");
    for (size_t i = 0; i < list.len; i++) {
        const struct coverage *c = &list.items[i].coverage;
        char id[UID_TEXT_MAX], from[DATE_TEXT_MAX], until[DATE_TEXT_MAX];
        json_begin_object(&w);
        json_write_member(&w, "id", uid_format(c->id, id));
        json_write_member(&w, "company", c->company);
        json_write_member(&w, "plan", c->plan);
        json_write_member(&w, "policy", c->policy_number);
        json_write_member(&w, "from", date_format_iso(c->effective, from));
        json_write_member(&w, "until", date_format_iso(c->expiration, until));
        json_write_key(&w, "primary");
        json_write_bool(&w, c->is_primary);
        json_write_key(&w, "active");
        json_write_bool(&w, c->is_active);
        json_end_object(&w);
        if (!call->is_json) {
            printf("%s  %s %s  %s  %s..%s%s\n", uid_format(c->id, id), c->company, c->plan, c->policy_number, date_format_iso(c->effective, from),
                   date_format_iso(c->expiration, until), c->is_primary ? _("  primary") : "");
        }
    }
    (void)end_list(call, &w);
    coverage_row_list_release(&list);
    return STATUS_OK;
}

static const struct {
    const char *word;
    int least, most; /* words, with itself */
    enum status (*run)(const struct invocation *call, struct actor *actor, struct error *err);
} WORDS[] = {{"pharmacies", 1, 2, list_pharmacies}, {"providers", 1, 2, list_providers}, {"add-pharmacy", 2, 2, add_pharmacy},
             {"add-provider", 2, 2, add_provider},  {"people", 2, 2, list_people},       {"relate", 3, 3, relate},
             {"unrelate", 3, 3, unrelate},          {"share", 3, 3, share},              {"insurance", 2, 2, insurance}};

static int run_directory(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    size_t i = 0, count = sizeof WORDS / sizeof *WORDS;
    while (i < count && (call->word_count == 0 || strcmp(call->words[0], WORDS[i].word) != 0)) {
        i++;
    }
    if (i == count || call->word_count < WORDS[i].least || call->word_count > WORDS[i].most) {
        return command_usage(call, _("pharmacies, providers, add-pharmacy, add-provider, people, relate, unrelate, share or insurance"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    int code = WORDS[i].run(call, actor, &err) == STATUS_OK ? 0 : command_fail(&err);
    command_leave(site, actor);
    return code;
}

const struct command COMMAND_directory = {
    .name = "directory",
    .usage = "pharmacies|providers [TEXT] | add-pharmacy NAME | add-provider NAME | people|insurance PATIENT | relate|unrelate|share PATIENT PROVIDER",
    .help = N_("Keep pharmacies, providers, what a provider may see of a patient, and who pays."),
    .flags = {{"open-now", NULL, N_("Only pharmacies that are open")},
              {"hours", "TEXT", N_("mon-fri 08:00-18:00; sat 09:00-12:00")},
              {"service", "WORD", N_("A service of the pharmacy; may be repeated")},
              {"phone", "NUMBER", N_("Telephone")},
              {"chain", "NAME", N_("Chain")},
              {"address", "TEXT", N_("Street and number")},
              {"city", "NAME", N_("City")},
              {"state", "NAME", N_("State or province")},
              {"postal-code", "CODE", N_("Postal code")},
              {"first-name", "NAME", N_("Of a provider")},
              {"title", "WORD", N_("Of a provider")},
              {"specialty", "WORD", N_("Of a provider")},
              {"npi", "NUMBER", N_("National Provider Identifier; its check digit is checked")},
              {"email", "ADDRESS", N_("Of a provider")},
              {"type", "WORD", N_("primary_care, specialist, pharmacist, nurse or other")},
              {"may-view", NULL, N_("The provider may see the patient's medicines")},
              {"may-prescribe", NULL, N_("The provider may prescribe for the patient")},
              {"primary", NULL, N_("The primary provider of that type, or the primary insurance")},
              {"until", "DATE", N_("Last day of a right or of an insurance")},
              {"from", "DATE", N_("First day of an insurance")},
              {"add", "COMPANY", N_("A new insurance")},
              {"plan", "NAME", N_("Plan of the insurance")},
              {"policy", "NUMBER", N_("Policy number")},
              {"end", "ID", N_("End this insurance")}},
    .run = run_directory,
};
