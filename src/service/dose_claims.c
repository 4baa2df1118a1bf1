/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/dose_claims.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/dose_states.h"
#include "model/order.h"
#include "service/act.h"
#include "service/restrictions.h"
#include "service/session_private.h"
#include "store/dose_claim_store.h"
#include "store/dose_store.h"
#include "store/order_store.h"

/* ---- holding ---- */

/* The table of states says whether it may be claimed as it stands. */
static enum status check_slot(struct actor *actor, const struct order *order, struct uid slot_id, struct error *err)
{
    struct dose_event_list events = {0};
    struct dose_slot slot = {.id = slot_id};
    enum status status = dose_list_slot(actor->site->store, slot_id, &events, err);
    if (status == STATUS_OK) {
        dose_slot_fold(&slot, events.items, events.len);
        enum dose_status from = slot.state == SLOT_CONFLICT ? (enum dose_status)DOSE_STATE_CONFLICT : slot.status;
        if (dose_transition_find(from, DOSE_STATE_CLAIMED, order->sig.kind) == NULL) {
            status = error_set(err, STATUS_REFUSED, _("Nothing is left to be recorded of this dose."));
        }
    }
    dose_event_list_release(&events);
    return status;
}

/* Whose it is, if it may be claimed. */
static enum status check_dose(struct actor *actor, struct uid order_id, struct uid slot, struct uid *out_patient, struct error *err)
{
    struct order order;
    enum status status = order_get(actor->site->store, order_id, &order, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = restriction_gate(actor, order.patient, PERMISSION_DOSE_RECORD, err); /* who assists records in an emergency, too */
    if (status == STATUS_OK && order.status != MEDICATION_STATUS_ACTIVE) {
        status = error_set(err, STATUS_REFUSED, _("The order of this dose is not active."));
    }
    if (status == STATUS_OK) {
        status = check_slot(actor, &order, slot, err);
    }
    *out_patient = order.patient;
    order_release(&order);
    return status;
}

static enum status put(struct actor *actor, struct uid patient, struct uid slot, int64_t now_us, struct error *err)
{
    struct store *store = actor->site->store;
    struct dose_claim_row row = {.slot = slot, .patient = patient, .staff_user = actor->user, .expires_us = now_us + DOSE_CLAIM_US};
    memcpy(row.session, actor->session_id, sizeof row.session);
    enum status status = store_begin(store, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = dose_claim_put(store, &row, now_us, err);
    if (status == STATUS_OK) {
        return store_commit(store, err);
    }
    store_rollback(store);
    return status;
}

enum status dose_claim_hold(struct actor *actor, struct uid order, struct uid slot, struct error *err)
{
    struct uid patient = UID_NONE;
    int64_t now_us = clock_now_us(actor->site->clock), until_us = 0;
    const enum permission permission = actor->role == ROLE_STUDENT ? PERMISSION_DOSE_ASSIST : PERMISSION_DOSE_RECORD;
    enum status status = act_permit(actor, permission, "dose.claim", err);
    if (status == STATUS_OK) {
        status = session_check(actor, err);
    }
    if (status == STATUS_OK) {
        status = dose_claim_until(actor->site->store, slot, actor->session_id, &until_us, err);
    }
    if (status != STATUS_OK || (until_us > now_us + DOSE_CLAIM_US / 2 && until_us <= now_us + DOSE_CLAIM_US)) {
        return status;
    }
    status = check_dose(actor, order, slot, &patient, err);
    return status == STATUS_OK ? put(actor, patient, slot, now_us, err) : status;
}

enum status dose_claim_release(struct actor *actor, struct uid slot, struct error *err)
{
    struct store *store = actor->site->store;
    int64_t until_us = 0;
    enum status status = dose_claim_until(store, slot, actor->session_id, &until_us, err);
    if (status != STATUS_OK || until_us == 0) {
        return status;
    }
    status = store_begin(store, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = dose_claim_remove(store, slot, actor->session_id, err);
    if (status == STATUS_OK) {
        return store_commit(store, err);
    }
    store_rollback(store);
    return status;
}

/* ---- telling ---- */

void dose_claim_list_release(struct dose_claim_list *list)
{
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

static enum status append(struct actor *actor, const struct dose_claim_row *row, struct dose_claim_list *list, struct error *err)
{
    struct staff staff;
    enum status status = staff_get(actor->site->store, row->staff_user, &staff, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct dose_claim claim = {.slot = row->slot};
    char *name = session_short_name(&staff);
    (void)snprintf(claim.by, sizeof claim.by, "%s", name); /* cut is fine */
    text_drop_cut(claim.by);
    mem_free(name);
    staff_release(&staff);
    MEM_GROW(list);
    list->items[list->len++] = claim;
    return STATUS_OK;
}

enum status dose_claims_get(struct actor *actor, struct dose_claim_list *out, struct error *err)
{
    struct dose_claim_row_list rows = {0};
    struct dose_claim_list list = {0};
    int64_t now_us = clock_now_us(actor->site->clock);
    enum status status = act_permit(actor, PERMISSION_CLINICAL_READ, "dose.due_list", err);
    if (status == STATUS_OK) { /* what runs out later than a lease can was made by a clock that was put back */
        status = dose_claim_rows_get(actor->site->store, now_us, now_us + DOSE_CLAIM_US, &rows, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < rows.len; i++) {
        if (strcmp(rows.items[i].session, actor->session_id) != 0) {
            status = append(actor, &rows.items[i], &list, err);
        }
    }
    dose_claim_row_list_release(&rows);
    if (status != STATUS_OK) {
        dose_claim_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

void dose_claim_mark(const struct dose_claim_list *list, struct dose_slot *slot)
{
    slot->claimed_by[0] = '\0';
    for (size_t i = 0; i < list->len; i++) {
        if (uid_compare(list->items[i].slot, slot->id) == 0) {
            memcpy(slot->claimed_by, list->items[i].by, sizeof slot->claimed_by);
            return;
        }
    }
}
