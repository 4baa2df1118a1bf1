/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/fills_list.h"

#include <stdio.h>
#include <string.h>

#include "base/csv_cell.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "service/fills_private.h"
#include "service/refills.h"
#include "service/restrictions.h"
#include "store/order_store.h"
#include "store/patient_store.h"

enum { SHOWN_MAX = 200, LOT_MAX = 2000, SUPPLY_AHEAD_DAYS = 7, SUPPLY_PAST_DAYS = 31 };
#define SUPPLY_LOOK_US (200 * 24 * US_PER_HOUR) /* a supply of half a year and what is late with it */

void fill_rows_release(struct fill_rows *rows)
{
    for (size_t i = 0; i < rows->len; i++) {
        struct fill_row *r = &rows->items[i];
        mem_free(r->patient_name);
        mem_free(r->mrn);
        mem_free(r->number);
        mem_free(r->drug);
        mem_free(r->quantity);
        mem_free(r->lot);
    }
    mem_free(rows->items);
    *rows = (struct fill_rows){0};
}

const char *fill_quantity_text(struct decimal quantity, enum unit unit, char buf[64])
{
    char number[DECIMAL_TEXT_MAX];
    (void)snprintf(buf, 64, "%s%s%s", decimal_format(quantity, number), unit != UNIT_NONE ? " " : "", unit_word(unit));
    return buf;
}

static enum status make_row(struct site *site, const struct fill *f, struct fill_row *out, struct error *err)
{
    struct patient patient = {0};
    struct order order = {0};
    char quantity[64];
    enum status status = order_get(site->store, f->order, &order, err);
    if (status == STATUS_OK) {
        status = patient_get(site->store, f->patient, &patient, err);
    }
    if (status == STATUS_OK) {
        struct decimal amount = f->wanted;
        struct uid open = UID_NONE;
        if (f->state == FILL_STATE_PARTIAL) {
            status = fill_owed(site->store, f, &amount, &open, err);
        }
        *out = (struct fill_row){
            .fill = f->id,
            .patient = f->patient,
            .order = f->order,
            .state = f->state,
            .patient_name = patient_display_name(&patient),
            .mrn = mem_copy_text(patient.mrn),
            .number = mem_copy_text(order.prescription_number != NULL ? order.prescription_number : ""),
            .drug = order_display_drug(&order),
            .quantity = mem_copy_text(fill_quantity_text(amount, f->unit, quantity)),
            .since_us = f->requested_us,
            .supply_until = date_is_none(f->supply_from) || f->days_supply == 0 ? (struct date){0} : date_add_days(f->supply_from, f->days_supply),
            .refills_left = order.refills,
            .is_waiting_rest = !uid_is_none(open),
            .is_refused = !fill_state_is_final(f->state) && fill_check_order(site, &order, f->version, NULL) != STATUS_OK,
        };
    }
    order_release(&order);
    patient_release(&patient);
    return status;
}

static enum status make_rows(struct actor *actor, const struct fill_list *fills, struct fill_rows *out, struct error *err)
{
    struct site *site = actor->site;
    struct restriction_memo memo = {0};
    struct fill_rows rows = {0};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < fills->len && i < SHOWN_MAX; i++) {
        MEM_GROW(&rows);
        status = make_row(site, &fills->items[i], &rows.items[rows.len], err);
        if (status == STATUS_OK) {
            struct fill_row *row = &rows.items[rows.len++];
            rows.urgent_count += row->is_refused;
            (void)restriction_cover(actor, row->patient, &memo, (char **[]){&row->drug, NULL});
        }
    }
    rows.is_cut = fills->len > SHOWN_MAX;
    if (status != STATUS_OK) {
        fill_rows_release(&rows);
        return status;
    }
    *out = rows;
    return STATUS_OK;
}

enum status fill_rows_refresh(struct actor *actor, enum fill_rows_kind kind, struct fill_rows *out, struct error *err)
{
    struct store *store = actor->site->store;
    struct fill_list fills = {0};
    enum status status = act_permit(actor, PERMISSION_FILL_PREPARE, "fill.list", err);
    if (status != STATUS_OK) {
        return status;
    }
    status = kind == FILL_ROWS_REFILLS
                 ? fill_list_supplies(store, clock_now_us(actor->site->clock) - SUPPLY_LOOK_US, date_add_days(site_today(actor->site), -SUPPLY_PAST_DAYS),
                                      date_add_days(site_today(actor->site), SUPPLY_AHEAD_DAYS), SHOWN_MAX + 1, &fills, err)
             : kind == FILL_ROWS_UNCLAIMED ? fill_list_unclaimed(store, clock_now_us(actor->site->clock), SHOWN_MAX + 1, &fills, err)
                                         : fill_list_queue(store, kind == FILL_ROWS_QUEUE ? FILL_QUEUE_WORK : FILL_QUEUE_OWED,
                                                           SHOWN_MAX + 1, &fills, err);
    if (status == STATUS_OK) {
        status = make_rows(actor, &fills, out, err);
    }
    for (size_t i = 0; status == STATUS_OK && kind == FILL_ROWS_UNCLAIMED && i < out->len; i++) {
        out->items[i].since_us = fills.items[i].return_us;
    }
    for (size_t i = 0; status == STATUS_OK && kind == FILL_ROWS_REFILLS && i < out->len; i++) {
        out->urgent_count += out->items[i].refills_left == 0;
    }
    fill_list_release(&fills);
    return status;
}

enum status fill_rows_get(struct actor *actor, enum fill_rows_kind kind, struct fill_rows *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_FILL_PREPARE, "fill.list", "fills", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? fill_rows_refresh(actor, kind, out, err) : status;
}

enum status fill_rows_of_order(struct actor *actor, struct uid patient, struct uid order, struct fill_rows *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "fill.history", "fills", patient);
    struct fill_list fills = {0};
    enum status status = act_read(&act, err);
    if (status == STATUS_OK) {
        status = fill_list_of_order(actor->site->store, order, &fills, err);
    }
    if (status == STATUS_OK) {
        status = make_rows(actor, &fills, out, err);
    }
    fill_list_release(&fills);
    return status;
}

enum status fill_find_number(struct actor *actor, const char *number, struct uid *out_patient, struct uid *out_order, struct error *err)
{
    const char *prefix = settings_text(&actor->site->settings, SETTING_SCAN_RX_PREFIX);
    size_t len = strlen(prefix);
    enum status status = act_permit(actor, PERMISSION_CLINICAL_READ, "fill.find", err);
    if (status != STATUS_OK) {
        return status;
    }
    if (len > 0 && strncasecmp(number, prefix, len) == 0) {
        number += len;
    }
    return order_by_number(actor->site->store, number, out_order, out_patient, err);
}

/* ---- one fill ---- */

static enum status read_view(struct actor *actor, struct uid fill, struct fill_view *v, struct error *err)
{
    struct store *store = actor->site->store;
    struct fill root = {0};
    enum status status = fill_get(store, fill, &v->fill, err);
    if (status == STATUS_OK) {
        status = order_get(store, v->fill.order, &v->order, err);
    }
    if (status == STATUS_OK) {
        status = fill_pack_list_of(store, fill, &v->packs, err);
    }
    if (status == STATUS_OK) {
        status = fill_step_list_of(store, fill, &v->steps, err);
    }
    v->step_names = mem_alloc_array(v->steps.len + 1, sizeof *v->step_names);
    for (size_t i = 0; status == STATUS_OK && i < v->steps.len; i++) {
        status = person_name(store, v->steps.items[i].done_by, &v->step_names[i], err);
    }
    if (status == STATUS_OK) {
        status = fill_get(store, v->fill.root, &root, err);
    }
    if (status == STATUS_OK) {
        status = fill_owed(store, &root, &v->owed, &v->open_rest, err);
    }
    fill_release(&root);
    return status;
}

enum status fill_look(struct actor *actor, const struct chart *chart, struct uid fill, struct fill_view *out, struct error *err)
{
    struct fill_view v = {0};
    enum status status = act_permit(actor, PERMISSION_CLINICAL_READ, "fill.look", err);
    if (status != STATUS_OK) {
        return status;
    }
    status = read_view(actor, fill, &v, err);
    if (status == STATUS_OK && !person_records_hold(&chart->records, v.fill.patient)) {
        status = error_set(err, STATUS_NOT_FOUND, _("This patient has no such fill."));
    }
    if (status != STATUS_OK) {
        fill_view_release(&v);
        return status;
    }
    v.proposal = order_preview(actor, chart, &v.order);
    struct refill_balance balance = {0};
    status = refills_left(actor, v.fill.order, &balance, err);
    if (status != STATUS_OK) {
        fill_view_release(&v);
        return status;
    }
    v.refills_left = balance.refills_left;
    v.needs_second = fill_needs_second(actor, &v.fill);
    v.refusal = (struct error)ERROR_INIT;
    if (!fill_state_is_final(v.fill.state)) {
        enum status refused = fill_check_order(actor->site, &v.order, v.fill.version, &v.refusal);
        (void)refused; /* kept in v.refusal */
    }
    *out = v;
    return STATUS_OK;
}

void fill_view_release(struct fill_view *v)
{
    proposal_free(v->proposal);
    for (size_t i = 0; v->step_names != NULL && i < v->steps.len; i++) {
        mem_free(v->step_names[i]);
    }
    mem_free(v->step_names);
    fill_pack_list_release(&v->packs);
    fill_step_list_release(&v->steps);
    order_release(&v->order);
    fill_release(&v->fill);
    *v = (struct fill_view){0};
}

static void write_packs(const struct fill_view *v, struct document *out)
{
    const struct document_column columns[] = {{_("In the bag"), 6, DOCUMENT_LEFT}, {_("Lot"), 3, DOCUMENT_LEFT},
                                              {_("Good until"), 3, DOCUMENT_LEFT}, {_("Quantity"), 2, DOCUMENT_RIGHT}};
    if (v->packs.len == 0) {
        return;
    }
    document_table(out, columns, 4);
    for (size_t i = 0; i < v->packs.len; i++) {
        const struct fill_pack *p = &v->packs.items[i];
        char day[DATE_TEXT_MAX], quantity[64];
        char *product = p->code[0] != '\0' ? mem_copy_text(p->product)
                                           : mem_format(_("%s (not scanned: %s)"), p->product,
                                                        enum_label(ENUM_NO_SCAN_REASON, (int)p->no_scan_reason));
        document_row(out, (const char *const[]){product, p->lot, date_format_human(p->expiry, day),
                                                fill_quantity_text(p->quantity, v->fill.unit, quantity)});
        mem_free(product);
    }
}

static void write_steps(const struct actor *actor, const struct fill_view *v, struct document *out)
{
    document_heading(out, _("Steps"));
    for (size_t i = 0; i < v->steps.len; i++) {
        const struct fill_step *s = &v->steps.items[i];
        struct local_time at = zone_local(actor->site->zone, s->done_us);
        char day[DATE_TEXT_MAX];
        const char *word = s->reason;
        int reason = enum_value(ENUM_FILL_END_REASON, s->reason);
        char *line = mem_format("%s %02d:%02d  %s  %s%s%s%s%s", date_format_human(at.date, day), at.hour, at.minute,
                                enum_label(ENUM_FILL_STATE, (int)s->to), v->step_names[i], word[0] != '\0' ? ": " : "",
                                reason != 0 ? enum_label(ENUM_FILL_END_REASON, reason) : word, s->note[0] != '\0' ? "; " : "", s->note);
        document_paragraph(out, line);
        mem_free(line);
    }
}

void fill_write(const struct actor *actor, const struct fill_view *v, struct document *out)
{
    const struct fill *f = &v->fill;
    char words[SIG_TEXT_MAX], quantity[64], day[DATE_TEXT_MAX];
    const char *directions = sig_format(&v->order.sig, words);
    document_pair(out, _("Directions"), directions[0] != '\0' ? directions : v->order.directions);
    char *text = mem_format(_("%s of Rx %s, for %d days; refills left %d"), fill_quantity_text(f->wanted, f->unit, quantity),
                            v->order.prescription_number != NULL ? v->order.prescription_number : "", f->days_supply, v->refills_left);
    document_pair(out, f->number == 0 ? _("First fill") : _("Refill"), text);
    mem_free(text);
    if (f->early_reason != EARLY_REASON_NONE_GIVEN) {
        text = mem_format("%s%s%s", enum_label(ENUM_EARLY_REASON, (int)f->early_reason), f->reason_text[0] != '\0' ? ", " : "", f->reason_text);
        document_pair(out, _("Early, because"), text);
        mem_free(text);
    } else if (!f->had_right) {
        document_pair(out, _("Without a refill right here, because"), f->reason_text);
    }
    if (f->substitution != SUBSTITUTION_NONE_GIVEN) {
        text = mem_format(_("%s for %s"), enum_label(ENUM_SUBSTITUTION, (int)f->substitution), v->order.drug_text);
        document_pair(out, _("Other name"), text);
        mem_free(text);
    }
    if (f->state == FILL_STATE_PARTIAL || (uid_compare(f->root, f->id) != 0 && !decimal_is_zero(v->owed))) {
        document_pair(out, _("OWED"), fill_quantity_text(v->owed, f->unit, quantity));
    }
    if (f->return_us != 0) {
        document_pair(out, _("Back to stock"), date_format_human(zone_local(actor->site->zone, f->return_us).date, day));
    }
    if (f->handed_us != 0) {
        text = mem_format(_("to %s; counselling %s"), f->collected_by[0] != '\0' ? f->collected_by : _("the patient"),
                          enum_label(ENUM_COUNSELLING, (int)f->counselling));
        document_pair(out, _("Handed over"), text);
        mem_free(text);
    }
    write_packs(v, out);
    write_steps(actor, v, out);
}

/* ---- lots ---- */

enum status lot_holders(struct actor *actor, const char *typed, struct fill_rows *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_FILL_PREPARE, "recall.holders", "fill_packs", UID_NONE);
    struct fill_pack_list packs = {0};
    struct fill_rows rows = {0};
    struct restriction_memo memo = {.is_known = false};
    char lot[LOT_TEXT_MAX];
    enum status status = act_read(&act, err);
    if (status == STATUS_OK && lot_normal(typed, lot)[0] == '\0') {
        status = error_set_field(err, STATUS_INVALID, "lot", _("Type the lot."));
    }
    if (status == STATUS_OK) {
        status = fill_pack_list_of_lot(actor->site->store, lot, LOT_MAX + 1, &packs, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < packs.len && i < LOT_MAX; i++) {
        struct fill fill = {0};
        char quantity[64];
        status = fill_get(actor->site->store, packs.items[i].fill, &fill, err);
        MEM_GROW(&rows);
        if (status == STATUS_OK) {
            status = make_row(actor->site, &fill, &rows.items[rows.len], err);
        }
        if (status == STATUS_OK) {
            struct fill_row *row = &rows.items[rows.len++];
            row->lot = mem_copy_text(packs.items[i].lot);
            row->since_us = fill.handed_us;
            mem_free(row->quantity);
            row->quantity = mem_copy_text(fill_quantity_text(packs.items[i].quantity, fill.unit, quantity));
            mem_free(row->drug);
            row->drug = mem_copy_text(packs.items[i].product);
            /* whom to call, not what they take */
            (void)restriction_cover(actor, row->patient, &memo, (char **[]){&row->drug, &row->number, NULL});
        }
        fill_release(&fill);
    }
    rows.is_cut = packs.len > LOT_MAX;
    fill_pack_list_release(&packs);
    if (status != STATUS_OK) {
        fill_rows_release(&rows);
        return status;
    }
    *out = rows;
    return STATUS_OK;
}

void recall_rows_release(struct recall_rows *rows)
{
    for (size_t i = 0; i < rows->len; i++) {
        mem_free(rows->items[i].lot);
        mem_free(rows->items[i].product);
        mem_free(rows->items[i].reason);
        mem_free(rows->items[i].by);
    }
    mem_free(rows->items);
    *rows = (struct recall_rows){0};
}

enum status recall_rows_get(struct actor *actor, struct recall_rows *out, struct error *err)
{
    struct lot_recall_list recalls = {0};
    struct recall_rows rows = {0};
    enum status status = act_permit(actor, PERMISSION_FILL_PREPARE, "recall.list", err);
    if (status == STATUS_OK) {
        status = lot_recall_list_get(actor->site->store, NULL, &recalls, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < recalls.len; i++) {
        const struct lot_recall *r = &recalls.items[i];
        char *by = NULL;
        status = person_name(actor->site->store, r->by, &by, err);
        MEM_GROW(&rows);
        rows.items[rows.len++] = (struct recall_row){r->id, r->ver, mem_copy_text(r->lot), mem_copy_text(r->product),
                                                     mem_copy_text(r->reason), by, r->at_us};
    }
    lot_recall_list_release(&recalls);
    if (status != STATUS_OK) {
        recall_rows_release(&rows);
        return status;
    }
    *out = rows;
    return STATUS_OK;
}

enum status recall_add(struct actor *actor, const char *typed, const char *product, const char *reason, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_FILL_CHECK, "recall.add", "lot_recalls", UID_NONE);
    char lot[LOT_TEXT_MAX];
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct lot_recall recall = {.id = uid_new(actor->site->clock), .lot = mem_copy_text(lot_normal(typed, lot)), .product = fill_clean(product),
                                .reason = fill_clean(reason), .by = actor->user, .at_us = clock_now_us(actor->site->clock)};
    if (recall.lot[0] == '\0') {
        status = error_set_field(err, STATUS_INVALID, "lot", _("Type the lot that is recalled."));
    } else if (recall.reason[0] == '\0') {
        status = error_set_field(err, STATUS_INVALID, "reason", _("Say why, and who says so."));
    } else {
        act.record = recall.id;
        act.risk = RISK_LEVEL_MEDIUM;
        status = lot_recall_insert(actor->site->store, &recall, &act.new_values, err);
    }
    lot_recall_release(&recall);
    return act_end(&act, status, err);
}

enum status recall_end(struct actor *actor, struct uid recall, int32_t ver, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_FILL_CHECK, "recall.end", "lot_recalls", UID_NONE);
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    const struct lot_recall what = {.id = recall, .ver = ver};
    act.record = recall;
    act.risk = RISK_LEVEL_MEDIUM;
    return act_end(&act, lot_recall_end(actor->site->store, &what, clock_now_us(actor->site->clock), &act.old_values, &act.new_values, err),
                   err);
}

/* ---- a list for elsewhere ---- */

static char *when(const struct site *site, int64_t at_us)
{
    char day[DATE_TEXT_MAX];
    if (at_us == 0) {
        return mem_copy_text("");
    }
    struct local_time at = zone_local(site->zone, at_us);
    return mem_format("%s %02d:%02d", date_format_iso(at.date, day), at.hour, at.minute);
}

void fill_rows_write_csv(const struct site *site, const struct fill_rows *rows, struct buffer *out)
{
    csv_write_line(out, (const char *const[]){"patient", "mrn", "rx", "drug", "quantity", "lot", "state", "since"}, 8);
    for (size_t i = 0; i < rows->len; i++) {
        const struct fill_row *r = &rows->items[i];
        char *at = when(site, r->since_us);
        csv_write_line(out, (const char *const[]){r->patient_name, r->mrn, r->number, r->drug, r->quantity, r->lot,
                                                  enum_word(ENUM_FILL_STATE, (int)r->state), at},
                       8);
        mem_free(at);
    }
}

void fill_rows_write(const struct site *site, const struct fill_rows *rows, struct document *out)
{
    const struct document_column columns[] = {{_("Patient"), 6, DOCUMENT_LEFT}, {_("MRN"), 3, DOCUMENT_LEFT},  {_("Rx"), 3, DOCUMENT_LEFT},
                                              {_("Drug"), 7, DOCUMENT_LEFT},    {_("Quantity"), 3, DOCUMENT_LEFT}, {_("State"), 3, DOCUMENT_LEFT},
                                              {_("Since"), 5, DOCUMENT_LEFT}};
    document_table(out, columns, 7);
    for (size_t i = 0; i < rows->len; i++) {
        const struct fill_row *r = &rows->items[i];
        char *at = when(site, r->since_us);
        document_row(out, (const char *const[]){r->patient_name, r->mrn, r->number, r->drug, r->quantity,
                                                enum_label(ENUM_FILL_STATE, (int)r->state), at});
        mem_free(at);
    }
    if (rows->is_cut) {
        document_paragraph(out, _("There are more; these are the first."));
    }
}
