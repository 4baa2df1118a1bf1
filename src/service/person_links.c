/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/person_links.h"

#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"
#include "service/act.h"
#include "store/chart_store.h"
#include "store/dose_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"
#include "store/staff_store.h"

enum { DOSES_LOOKED_AT = 1000 };
#define DOSES_BACK_US (24 * US_PER_HOUR)

/* ---- one record ---- */

static void record_release(struct person_record *record)
{
    mem_free(record->name);
    mem_free(record->mrn);
    mem_free(record->phone);
    mem_free(record->address);
    *record = (struct person_record){.order_count = 0};
}

void person_record_list_release(struct person_record_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        record_release(&list->items[i]);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

/* The lists are the person's; what stands in this record is counted. */
static enum status count_rows(struct site *site, struct person_record *record, struct error *err)
{
    struct order_list orders = {0};
    struct allergy_list allergies = {0};
    struct condition_list problems = {0};
    struct dose_event_list doses = {0};
    int64_t now_us = clock_now_us(site->clock);
    enum status status = order_list_get(site->store, record->id, INT64_MAX, &orders, err);
    if (status == STATUS_OK) {
        status = allergy_list_get(site->store, record->id, false, &allergies, err);
    }
    if (status == STATUS_OK) {
        status = condition_list_get(site->store, record->id, false, &problems, err);
    }
    if (status == STATUS_OK) {
        status = dose_list_get(site->store, record->id, now_us - DOSES_BACK_US, now_us + 1, DOSES_LOOKED_AT, &doses, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < orders.len; i++) {
        record->order_count += order_is_current(&orders.items[i]) && uid_compare(orders.items[i].patient, record->id) == 0;
    }
    for (size_t i = 0; status == STATUS_OK && i < allergies.len; i++) {
        record->allergy_count += uid_compare(allergies.items[i].patient, record->id) == 0;
    }
    for (size_t i = 0; status == STATUS_OK && i < problems.len; i++) {
        record->problem_count += uid_compare(problems.items[i].patient, record->id) == 0;
    }
    for (size_t i = 0; status == STATUS_OK && i < doses.len; i++) {
        if (uid_compare(doses.items[i].patient, record->id) == 0) {
            record->dose_count++;
            record->last_dose_us = record->last_dose_us != 0 ? record->last_dose_us : doses.items[i].occurred_us; /* newest first */
        }
    }
    order_list_release(&orders);
    allergy_list_release(&allergies);
    condition_list_release(&problems);
    dose_event_list_release(&doses);
    return status;
}

static enum status read_record(const struct actor *actor, struct uid id, struct person_record *out, struct error *err)
{
    struct site *site = actor->site;
    struct patient patient;
    struct staff staff;
    if (staff_get(site->store, id, &staff, NULL) == STATUS_OK) {
        staff_release(&staff);
        return error_set_field(err, STATUS_NOT_FOUND, "other", _("This is somebody of the staff, not a patient."));
    }
    enum status status = patient_get(site->store, id, &patient, err);
    if (status != STATUS_OK) {
        return status;
    }
    *out = (struct person_record){
        .id = id,
        .name = patient_display_name(&patient),
        .mrn = mem_copy_text(patient.mrn),
        .phone = mem_copy_text(patient.phone_number != NULL ? patient.phone_number : ""),
        .address = mem_copy_text(patient.address != NULL ? patient.address : ""),
        .birth_date = patient.birth_date,
        .death_date = patient.death_date,
        .gender = patient.gender,
    };
    patient_release(&patient);
    out->has_counts = actor_may(actor, PERMISSION_CLINICAL_READ);
    status = out->has_counts ? count_rows(site, out, err) : STATUS_OK;
    if (status != STATUS_OK) {
        record_release(out);
    }
    return status;
}

/* ---- looking ---- */

void person_view_release(struct person_view *view)
{
    person_record_list_release(&view->records);
    patient_link_list_release(&view->links);
}

enum status person_view_get(struct actor *actor, struct uid patient, struct person_view *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_READ, "patient.records", "patient_links", patient);
    struct person_view view = {.records = {0}};
    struct person_records records;
    enum status status = act_read(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = person_records_get(actor->site->store, patient, &records, err);
    for (int i = 0; status == STATUS_OK && i < records.count; i++) {
        MEM_GROW(&view.records);
        status = read_record(actor, records.ids[i], &view.records.items[view.records.len], err);
        view.records.len += status == STATUS_OK;
    }
    if (status == STATUS_OK) {
        status = patient_link_list_get(actor->site->store, &records, &view.links, err);
    }
    if (status != STATUS_OK) {
        person_view_release(&view);
        return status;
    }
    *out = view;
    return STATUS_OK;
}

void join_view_release(struct join_view *view)
{
    record_release(&view->kept);
    record_release(&view->replaced);
}

static unsigned differences_of(const struct person_record *a, const struct person_record *b)
{
    bool has_births = !date_is_none(a->birth_date) && !date_is_none(b->birth_date);
    bool has_sexes = a->gender != GENDER_NONE_GIVEN && b->gender != GENDER_NONE_GIVEN;
    unsigned found = 0;
    found |= has_births && date_compare(a->birth_date, b->birth_date) != 0 ? PERSON_BIRTH_DIFFERS : 0u;
    found |= has_sexes && a->gender != b->gender ? PERSON_SEX_DIFFERS : 0u;
    found |= !text_equal_folded(a->name, b->name) ? PERSON_NAME_DIFFERS : 0u;
    found |= date_is_none(a->death_date) != date_is_none(b->death_date) ? PERSON_ONE_DIED : 0u;
    return found;
}

char *person_difference_text(unsigned differences)
{
    static const struct {
        enum person_difference difference;
        const char *text;
    } words[] = {
        {PERSON_BIRTH_DIFFERS, N_("birth date differs")},
        {PERSON_SEX_DIFFERS, N_("sex differs")},
        {PERSON_NAME_DIFFERS, N_("name differs")},
        {PERSON_ONE_DIED, N_("one of them died")},
    };
    struct buffer out = BUFFER_INIT;
    buffer_append_text(&out, "");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if ((differences & words[i].difference) != 0) {
            buffer_append_format(&out, "%s%s", out.len > 0 ? ", " : "", _(words[i].text));
        }
    }
    return buffer_take(&out);
}

static enum status read_both(const struct actor *actor, struct uid kept, struct uid replaced, struct join_view *out, struct error *err)
{
    struct join_view view = {.differences = 0};
    bool is_same = false;
    enum status status = read_record(actor, kept, &view.kept, err);
    if (status == STATUS_OK) {
        status = read_record(actor, replaced, &view.replaced, err);
    }
    if (status == STATUS_OK) {
        status = person_is_same(actor->site->store, kept, replaced, &is_same, err);
    }
    if (status == STATUS_OK && is_same) {
        status = error_set_field(err, STATUS_EXISTS, "other", _("These two records are joined already."));
    }
    if (status != STATUS_OK) {
        join_view_release(&view);
        return status;
    }
    view.differences = differences_of(&view.kept, &view.replaced);
    *out = view;
    return STATUS_OK;
}

static enum status check_two(struct uid kept, struct uid replaced, struct error *err)
{
    return uid_compare(kept, replaced) == 0
               ? error_set_field(err, STATUS_INVALID, "other", _("This is the record that is open. Choose another one."))
               : STATUS_OK;
}

enum status person_join_look(struct actor *actor, struct uid kept, struct uid replaced, struct join_view *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_JOIN, "patient.join_look", "user_profiles", kept);
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK) {
        status = check_two(kept, replaced, err);
    }
    act.also = replaced;
    if (status == STATUS_OK) {
        status = act_read(&act, err);
    }
    return status == STATUS_OK ? read_both(actor, kept, replaced, out, err) : status;
}

/* ---- joining and parting ---- */

static enum status check_differences(unsigned differences, unsigned accepted, struct error *err)
{
    if ((differences & ~accepted) == 0) {
        return STATUS_OK;
    }
    char *words = person_difference_text(differences & ~accepted);
    enum status status = error_set_field(err, STATUS_REFUSED, "differences",
                                         _("These may be two people: %s. Correct the record that is wrong, or say that it is known."),
                                         words);
    mem_free(words);
    return status;
}

enum status person_join(struct actor *actor, struct uid kept, struct uid replaced, const char *reason, unsigned accepted,
                        struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_JOIN, "patient.join", "patient_links", replaced);
    struct site *site = actor->site;
    struct join_view view;
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK) {
        status = check_two(kept, replaced, err);
    }
    if (status == STATUS_OK) {
        status = act_reason_check(reason, err);
    }
    act.also = kept;
    act.risk = RISK_LEVEL_HIGH;
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    char *words = text_clean(reason, strlen(reason), 400, 0, NULL);
    const struct patient_link link = {.id = uid_new(site->clock), .replaced = replaced, .kept = kept, .reason = words,
                                      .by = actor->user, .at_us = clock_now_us(site->clock)};
    act.record = link.id;
    status = read_both(actor, kept, replaced, &view, err);
    if (status == STATUS_OK) {
        status = check_differences(view.differences, accepted, err);
        join_view_release(&view);
    }
    if (status == STATUS_OK) {
        status = patient_link_insert(site->store, &link, &act.new_values, err);
    }
    mem_free(words);
    return act_end(&act, status, err);
}

/* The link in force among those of the person. */
static enum status find_link(struct store *store, struct uid patient, struct uid id, struct patient_link *out, struct error *err)
{
    struct person_records records;
    struct patient_link_list list = {0};
    bool is_found = false;
    enum status status = person_records_get(store, patient, &records, err);
    if (status == STATUS_OK) {
        status = patient_link_list_get(store, &records, &list, err);
    }
    for (size_t i = 0; status == STATUS_OK && !is_found && i < list.len; i++) {
        is_found = uid_compare(list.items[i].id, id) == 0;
        if (is_found) {
            *out = list.items[i]; /* the strings go over */
            list.items[i] = (struct patient_link){.ver = 0};
        }
    }
    patient_link_list_release(&list);
    return status == STATUS_OK && !is_found
               ? error_set(err, STATUS_NOT_FOUND, _("These records are not joined, or somebody has parted them meanwhile."))
               : status;
}

enum status person_part(struct actor *actor, struct uid patient, struct uid link_id, const char *reason, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_JOIN, "patient.part", "patient_links", patient);
    struct site *site = actor->site;
    struct patient_link link = {.ver = 0};
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK) {
        status = act_reason_check(reason, err);
    }
    if (status == STATUS_OK) {
        status = find_link(site->store, patient, link_id, &link, err);
    }
    act.subject = link.replaced;
    act.also = link.kept;
    act.record = link_id;
    act.risk = RISK_LEVEL_HIGH;
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        patient_link_release(&link);
        return status;
    }
    char *words = text_clean(reason, strlen(reason), 400, 0, NULL);
    status = patient_link_undo(site->store, &link, actor->user, clock_now_us(site->clock), words, &act.old_values, &act.new_values, err);
    mem_free(words);
    patient_link_release(&link);
    return act_end(&act, status, err);
}
