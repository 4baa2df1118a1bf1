/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/erasing.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/zone.h"
#include "service/act.h"
#include "service/central_link.h"
#include "service/erasure_ledger.h"
#include "service/site_settings.h"
#include "store/audit_read.h"
#include "store/audit_store.h"
#include "store/controlled_store.h"
#include "store/dose_store.h"
#include "store/order_store.h"
#include "store/outbox_store.h"
#include "store/patient_link_store.h"
#include "store/patient_store.h"
#include "store/person_erase.h"
#include "store/staff_store.h"

enum { CONTROLLED_YEARS = 2 };

void erasure_view_release(struct erasure_view *view)
{
    mem_free(view->name);
    mem_free(view->mrn);
    record_copy_list_release(&view->copies);
    *view = (struct erasure_view){0};
}

static struct date years_after(struct date day, int years)
{
    day.year = (int16_t)(day.year + years);
    return date_is_valid(day) ? day : date_add_days((struct date){day.year, day.month, 28}, 1); /* the 29th of February */
}

/* ---- what is there ---- */

static enum status require_alone(const struct site *site, struct error *err)
{
    return central_link_is_joined(site)
               ? error_set(err, STATUS_REFUSED,
                           _("This site has a centre, from which the record would come back. The centre's administrator erases it "
                             "(central erase), and it goes at every site."))
               : STATUS_OK;
}

static enum status read_clinical(const struct site *site, struct uid patient, struct erasure_view *view, struct error *err)
{
    struct order_list orders = {0};
    struct dose_event_list doses = {0};
    enum status status = order_list_get(site->store, patient, 0, &orders, err);
    if (status == STATUS_OK) {
        status = dose_list_get(site->store, patient, 0, INT64_MAX, 1, &doses, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < orders.len; i++) {
        view->current_orders += order_is_current(&orders.items[i]);
    }
    view->was_treated = doses.len > 0;
    order_list_release(&orders);
    dose_event_list_release(&doses);
    return status;
}

static enum status read_record(const struct site *site, struct uid record, struct erasure_view *view, struct error *err)
{
    struct audit_line_list lines = {0};
    const struct audit_query changes = {.subject = record, .action_begin = "", .writes_only = true, .before_us = INT64_MAX, .limit = 1};
    int64_t rows = 0, newest_us = 0, controlled_us = 0;
    enum status status = person_erase_count(site->store, record, &rows, err);
    if (status == STATUS_OK) {
        status = person_erase_newest(site->store, record, &newest_us, err);
    }
    if (status == STATUS_OK) {
        status = audit_list_subject(site->store, &changes, &lines, err);
    }
    if (status == STATUS_OK) {
        status = controlled_last_of(site->store, record, &controlled_us, err);
    }
    view->row_count += rows;
    if (lines.len > 0 && lines.items[0].at_us > newest_us) { /* what was changed has an older id */
        newest_us = lines.items[0].at_us;
    }
    if (newest_us != 0) {
        struct date day = zone_local(site->zone, newest_us).date;
        view->last_change = date_compare(day, view->last_change) > 0 ? day : view->last_change;
    }
    if (controlled_us != 0) {
        struct date until = years_after(zone_local(site->zone, controlled_us).date, CONTROLLED_YEARS);
        view->was_treated = true;
        view->controlled_until = date_compare(until, view->controlled_until) > 0 ? until : view->controlled_until;
    }
    audit_line_list_release(&lines);
    return status;
}

/* Of each of their records; backups are the same for all, from the oldest one on. */
static enum status read_copies(struct site *site, const struct person_records *records, struct erasure_view *view, struct error *err)
{
    int64_t since_us = INT64_MAX;
    for (int i = 0; i < records->count; i++) { /* an id that came from elsewhere or was derived tells no time */
        int64_t begun_us = records->ids[i].bytes[6] >> 4 == 7 ? uid_time_us(records->ids[i]) : 0;
        since_us = begun_us < since_us ? begun_us : since_us;
    }
    enum status status = copies_of(site, records->ids[0], since_us, view->name, view->mrn, &view->copies, err);
    for (int i = 1; status == STATUS_OK && i < records->count; i++) {
        struct record_copy_list more = {0};
        status = copies_of(site, records->ids[i], INT64_MAX, "", "", &more, err);
        for (size_t n = 0; status == STATUS_OK && n < more.len; n++) {
            MEM_GROW(&view->copies);
            view->copies.items[view->copies.len++] = more.items[n]; /* its strings go over */
        }
        mem_free(more.items);
    }
    return status;
}

static enum status read_all(struct site *site, struct uid patient, struct person_records *records, struct erasure_view *out,
                            struct error *err)
{
    struct erasure_view view = {0};
    struct patient who = {0};
    struct staff staff;
    if (staff_get(site->store, patient, &staff, NULL) == STATUS_OK) {
        staff_release(&staff);
        return error_set_field(err, STATUS_INVALID, "patient", _("This is somebody of the staff: their entries stay. Close the account."));
    }
    enum status status = require_alone(site, err);
    if (status == STATUS_OK) {
        status = patient_get(site->store, patient, &who, err);
    }
    if (status == STATUS_OK) {
        status = person_records_get(site->store, patient, records, err);
    }
    if (status == STATUS_OK) {
        view.name = patient_display_name(&who);
        view.mrn = mem_copy_text(who.mrn);
        view.birth_date = who.birth_date;
        view.record_count = records->count;
        status = read_clinical(site, patient, &view, err);
    }
    patient_release(&who);
    for (int i = 0; status == STATUS_OK && i < records->count; i++) {
        status = read_record(site, records->ids[i], &view, err);
    }
    if (status == STATUS_OK) {
        status = read_copies(site, records, &view, err);
    }
    if (status != STATUS_OK) {
        erasure_view_release(&view);
        return status;
    }
    if (!date_is_none(view.last_change)) {
        view.kept_until = years_after(view.last_change, settings_number(&site->settings, SETTING_RECORD_YEARS));
    }
    *out = view;
    return STATUS_OK;
}

enum status erasure_look(struct actor *actor, struct uid patient, struct erasure_view *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_ERASE_PATIENT, "patient.erase_look", "users", patient);
    struct person_records records;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct erasure_view view = {0};
    status = act_end(&act, read_all(actor->site, patient, &records, &view, err), err);
    if (status == STATUS_OK) {
        *out = view;
    } else {
        erasure_view_release(&view);
    }
    return status;
}

const char *erasure_objection(const struct erasure_view *view, enum erasure_ground ground, struct date today)
{
    if (view->current_orders > 0) {
        return _("There are orders in force. Stop them first: nobody is treated without a record.");
    }
    if (date_compare(today, view->controlled_until) < 0) {
        return _("Entries of controlled drugs are younger than two years, for which they have to be kept.");
    }
    switch (ground) {
    case ERASURE_GROUND_MISTAKE:
        return view->was_treated ? _("This person was treated: doses are recorded. It is no mistake, or belongs to another record; join them.") : NULL;
    case ERASURE_GROUND_RETENTION:
        return date_is_none(view->kept_until) || date_compare(today, view->kept_until) < 0 ? _("The time for which it has to be kept is not over. Restrict the record until then.") : NULL;
    case ERASURE_GROUND_ORDER:
        return NULL;
    default:
        return _("Choose on what ground.");
    }
}

/* ---- erasing ---- */

/* Under which names the trail knows the records, from now on its only word about them. */
static enum status name_in_trail(struct store *store, const struct person_records *records, struct act *act, struct error *err)
{
    struct json_writer w = JSON_WRITER_INIT;
    char text[UID_TEXT_MAX];
    enum status status = STATUS_OK;
    json_begin_object(&w);
    json_write_key(&w, "erased");
    json_begin_array(&w);
    for (int i = 0; status == STATUS_OK && i < records->count; i++) {
        struct uid pseudonym;
        status = audit_pseudonym(store, records->ids[i], &pseudonym, err);
        if (status == STATUS_OK && !uid_is_none(pseudonym)) {
            json_write_string(&w, uid_format(pseudonym, text));
            act->record = uid_is_none(act->record) ? pseudonym : act->record;
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    mem_free(act->new_values);
    act->new_values = mem_copy_bytes(w.out.bytes, w.out.len);
    json_writer_release(&w);
    return status;
}

static enum status erase_all(struct store *store, const struct person_records *records, int64_t *out_rows, struct error *err)
{
    enum status status = STATUS_OK;
    *out_rows = 0;
    for (int i = records->count; status == STATUS_OK && i-- > 0;) {
        int64_t rows = 0;
        status = person_erase(store, records->ids[i], &rows, err);
        if (status == STATUS_OK) {
            status = outbox_blank_person(store, records->ids[i], err);
        }
        *out_rows += rows;
    }
    return status;
}

static enum status check_words(const struct erasure_view *view, const char *mrn, enum erasure_ground ground, const char *reason,
                               struct date today, struct error *err)
{
    const char *objection = erasure_objection(view, ground, today);
    if (strlen(reason) > ERASURE_REASON_BYTES) { /* the trail's line is all that is left of it */
        return error_set_field(err, STATUS_INVALID, "reason", _("At most %d bytes: it has to fit into a line of the trail."), ERASURE_REASON_BYTES);
    }
    if (mrn == NULL || strcmp(mrn, view->mrn) != 0) {
        return error_set_field(err, STATUS_INVALID, "mrn", _("Type the MRN of the record that is to be erased."));
    }
    return objection == NULL ? STATUS_OK : error_set_field(err, STATUS_INVALID, "ground", "%s", objection);
}

enum status patient_erase(struct actor *actor, struct uid patient, const char *mrn, enum erasure_ground ground, const char *reason,
                          bool *out_whole, struct error *err)
{
    struct site *site = actor->site;
    struct act act = ACT(actor, PERMISSION_ERASE_PATIENT, "patient.erase", "users", patient);
    struct erasure_view view = {0};
    struct person_records records;
    int64_t rows = 0;
    *out_whole = false;
    enum status status = act_begin_proved(&act, reason, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = read_all(site, patient, &records, &view, err);
    if (status == STATUS_OK) {
        status = check_words(&view, mrn, ground, reason, site_today(site), err);
    }
    if (status == STATUS_OK) {
        status = name_in_trail(site->store, &records, &act, err);
    }
    if (status == STATUS_OK) {
        status = erase_all(site->store, &records, &rows, err);
    }
    if (status == STATUS_OK) {
        status = store_log_mark(site->store, err);
    }
    if (status == STATUS_OK) { /* from here on nobody is the subject: naming one would make a new key for them */
        act.subject = UID_NONE;
        act.risk = RISK_LEVEL_CRITICAL;
        char *because = mem_format("%s, %lld rows: %s", enum_word(ENUM_ERASURE_GROUND, (int)ground), (long long)rows, reason);
        act_because(&act, because);
        mem_free(because);
    }
    erasure_view_release(&view);
    status = act_end(&act, status, err);
    if (status == STATUS_OK && erasure_ledger_add(site, records.ids, records.count, clock_now_us(site->clock), NULL) != STATUS_OK) {
        log_write(LOG_ERROR, "erased: not on the list beside the device's key; an older copy that is put back brings the person back");
    }
    if (status == STATUS_OK && store_log_settle(site->store, out_whole, NULL) != STATUS_OK) {
        *out_whole = false; /* the rows are gone all the same, and the log is emptied by who comes next */
    }
    return status;
}

enum status erasure_settle(struct actor *actor, struct error *err)
{
    bool is_whole = false;
    return store_log_settle(actor->site->store, &is_whole, err);
}

enum status erasure_copies(struct actor *actor, struct record_copy_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_ERASE_PATIENT, "patient.erase_copies", "", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? copies_of_erased(actor->site, out, err) : status;
}
