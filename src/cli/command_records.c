/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `records`: the records of one person, joining two and parting them again. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "service/patients.h"
#include "service/person_links.h"

static void write_record(struct json_writer *w, const struct person_record *r, bool is_in_use)
{
    char text[UID_TEXT_MAX > DATE_TEXT_MAX ? UID_TEXT_MAX : DATE_TEXT_MAX];
    json_begin_object(w);
    json_write_member(w, "id", uid_format(r->id, text));
    json_write_member(w, "mrn", r->mrn);
    json_write_member(w, "name", r->name);
    json_write_member(w, "birth_date", date_is_none(r->birth_date) ? "" : date_format_iso(r->birth_date, text));
    json_write_key(w, "in_use");
    json_write_bool(w, is_in_use);
    if (r->has_counts) {
        json_write_key(w, "orders");
        json_write_int(w, r->order_count);
        json_write_key(w, "allergies");
        json_write_int(w, r->allergy_count);
        json_write_key(w, "problems");
        json_write_int(w, r->problem_count);
    }
    json_end_object(w);
}

static void write_link(struct json_writer *w, const struct patient_link *link)
{
    char text[UID_TEXT_MAX > INSTANT_TEXT_MAX ? UID_TEXT_MAX : INSTANT_TEXT_MAX];
    json_begin_object(w);
    json_write_member(w, "id", uid_format(link->id, text));
    json_write_member(w, "replaced", uid_format(link->replaced, text));
    json_write_member(w, "kept", uid_format(link->kept, text));
    json_write_member(w, "by", link->by_name);
    json_write_member(w, "at", instant_format_utc(link->at_us, text));
    json_write_member(w, "reason", link->reason);
    json_end_object(w);
}

static void print_view(const struct invocation *call, const struct person_view *view)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "records");
    json_begin_array(&w);
    for (size_t i = 0; i < view->records.len; i++) {
        const struct person_record *r = &view->records.items[i];
        char birth[DATE_TEXT_MAX];
        write_record(&w, r, i == 0);
        if (!call->is_json) {
            printf("MRN %s  %s  %s  %s\n", r->mrn, r->name, date_is_none(r->birth_date) ? "" : date_format_iso(r->birth_date, birth),
                   i == 0 ? _("in use") : _("leads to the record in use"));
        }
    }
    json_end_array(&w);
    json_write_key(&w, "links");
    json_begin_array(&w);
    for (size_t i = 0; i < view->links.len; i++) {
        write_link(&w, &view->links.items[i]);
    }
    json_end_array(&w);
    json_end_object(&w);
    command_end_json(call, &w);
}

static enum status show(const struct invocation *call, struct actor *actor, struct uid patient, struct error *err)
{
    struct person_view view;
    enum status status = person_view_get(actor, patient, &view, err);
    if (status == STATUS_OK) {
        print_view(call, &view);
        person_view_release(&view);
    }
    return status;
}

static enum status join(const struct invocation *call, struct actor *actor, struct uid kept, struct error *err)
{
    struct uid other;
    struct join_view look;
    char *reason = NULL;
    enum status status = patient_resolve(actor, call->words[2], &other, err);
    if (status == STATUS_OK) {
        status = person_join_look(actor, kept, other, &look, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    unsigned accepted = flag_given(call, "mistakes-known") ? look.differences : 0;
    join_view_release(&look);
    status = command_reason(call, &reason, err);
    if (status == STATUS_OK) {
        status = person_join(actor, kept, other, reason, accepted, err);
    }
    mem_free(reason);
    return status == STATUS_OK ? show(call, actor, kept, err) : status;
}

/* The link of the record with this MRN; the number itself leads to the record in use and cannot be looked up. */
static enum status find_link(const struct person_view *view, const char *mrn, struct uid *out, struct error *err)
{
    for (size_t i = 0; i < view->links.len; i++) {
        for (size_t n = 0; n < view->records.len; n++) {
            const struct person_record *r = &view->records.items[n];
            if (uid_compare(r->id, view->links.items[i].replaced) == 0 && text_equal_folded(r->mrn, mrn)) {
                *out = view->links.items[i].id;
                return STATUS_OK;
            }
        }
    }
    return error_set_field(err, STATUS_NOT_FOUND, "mrn", _("No record with the MRN %s is joined to this one."), mrn);
}

static enum status part(const struct invocation *call, struct actor *actor, struct uid patient, struct error *err)
{
    struct person_view view;
    struct uid link;
    char *reason = NULL;
    enum status status = person_view_get(actor, patient, &view, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = find_link(&view, call->words[2], &link, err);
    person_view_release(&view);
    if (status == STATUS_OK) {
        status = command_reason(call, &reason, err);
    }
    if (status == STATUS_OK) {
        status = person_part(actor, patient, link, reason, err);
    }
    mem_free(reason);
    return status == STATUS_OK ? show(call, actor, patient, err) : status;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct uid patient;
    const char *what = call->word_count > 0 ? call->words[0] : "";
    bool is_show = strcmp(what, "show") == 0, is_join = strcmp(what, "join") == 0, is_part = strcmp(what, "part") == 0;
    if (!(is_show || is_join || is_part) || call->word_count != (is_show ? 2 : 3)) {
        return command_usage(call, _("say show with a patient, join with the one that stays in use and the other, or part with a patient and the "
                                     "MRN of the other record"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    enum status status = patient_resolve(actor, call->words[1], &patient, &err);
    if (status == STATUS_OK) {
        status = is_show ? show(call, actor, patient, &err) : is_join ? join(call, actor, patient, &err) : part(call, actor, patient, &err);
    }
    command_leave(site, actor);
    return status == STATUS_OK ? 0 : command_fail(&err);
}

const struct command COMMAND_records = {
    .name = "records",
    .usage = "show PATIENT | join PATIENT OTHER | part PATIENT MRN",
    .help = N_("Records of one person: joining two that were registered twice, and parting them again."),
    .flags = {{"reason", "TEXT", N_("how it is known that they are one person, or why they are parted")},
              {"mistakes-known", NULL, N_("the differences between the two are known to be mistakes")}},
    .run = run,
};
