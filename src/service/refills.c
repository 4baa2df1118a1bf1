/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/refills.h"

#include "base/i18n.h"
#include "service/act.h"
#include "store/refill_store.h"

static enum status balance_of(struct site *site, struct uid order, struct refill_balance *out, struct error *err)
{
    struct refill_facts facts;
    enum status status = refill_facts_get(site->store, order, &facts, err);
    if (status == STATUS_OK) {
        *out = refill_balance_of(&facts, store_device(site->store));
        refill_facts_release(&facts);
    }
    return status;
}

enum status refills_left(struct actor *actor, struct uid order, struct refill_balance *out, struct error *err)
{
    enum status status = session_check(actor, err);
    if (status != STATUS_OK) {
        return status;
    }
    return actor_may(actor, PERMISSION_CLINICAL_READ) ? balance_of(actor->site, order, out, err) : actor_refuse(actor, err);
}

enum status refills_ask(struct actor *actor, struct uid patient, struct uid order, int n, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_REFILL_ASK, "refill.ask", "refill_rights", patient);
    struct store *store = actor->site->store;
    struct refill_balance balance;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = balance_of(actor->site, order, &balance, err);
    if (status == STATUS_OK && (balance.here > 0 || uid_is_none(balance.holder))) {
        status = error_set(err, STATUS_NOT_FOUND, balance.here > 0 ? _("This workstation may fill the order already.")
                                                                   : _("No workstation has a fill of this order left."));
    }
    if (status == STATUS_OK) {
        const struct refill_move move = {.id = uid_new(actor->site->clock),
                                         .patient = patient,
                                         .order = order,
                                         .kind = REFILL_MOVE_ASKED,
                                         .from = balance.holder,
                                         .to = store_device(store),
                                         .n = n < 1 ? 1 : n,
                                         .by = actor->user,
                                         .at_us = clock_now_us(actor->site->clock)};
        act.record = move.id;
        status = refill_move_insert(store, &move, &act.new_values, err);
    }
    return act_end(&act, status, err);
}

/* No right here: may the fill go on? */
static enum status check_without_right(const struct refill_balance *balance, const struct refill_use *use, struct error *err)
{
    if (!use->is_knowing) {
        return balance->left == 0 ? error_set(err, STATUS_REFUSED, _("This order has no refill left: %d of %d fills are made."),
                                              balance->filled, balance->allowed)
                                  : error_set(err, STATUS_REFUSED, _("Another workstation holds the refills of this order. Ask it for one, "
                                                                     "or go on with a reason."));
    }
    return use->reason == NULL || use->reason[0] == '\0' ? error_set_field(err, STATUS_INVALID, "reason", _("Say why the order is filled without a refill."))
                                      : STATUS_OK;
}

enum status refills_spend(struct act *act, const struct refill_use *use, bool *out_had_right, struct error *err)
{
    struct site *site = act->actor->site;
    struct refill_balance balance;
    struct refill_line line;
    struct uid id = refill_spent_id(use->fill);
    enum status status = refill_line_get(site->store, id, &line, err);
    if (status == STATUS_OK && out_had_right != NULL) {
        *out_had_right = line.had_right;
    }
    if (status != STATUS_NOT_FOUND) {
        return status;
    }
    status = balance_of(site, use->order, &balance, err);
    if (status == STATUS_OK && balance.here == 0) {
        status = check_without_right(&balance, use, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    line = (struct refill_line){.id = id,
                                .patient = use->patient,
                                .order = use->order,
                                .version = use->version,
                                .fill = use->fill,
                                .kind = REFILL_ENTRY_SPENT,
                                .device = store_device(site->store),
                                .had_right = balance.here > 0,
                                .reason = balance.here > 0 ? NULL : use->reason,
                                .by = act->actor->user,
                                .at_us = clock_now_us(site->clock)};
    if (balance.here == 0) {
        act->risk = RISK_LEVEL_HIGH;
    }
    if (out_had_right != NULL) {
        *out_had_right = line.had_right;
    }
    return refill_line_insert(site->store, &line, NULL, err);
}

enum status refills_reverse(struct act *act, struct uid fill, const char *reason, struct error *err)
{
    struct site *site = act->actor->site;
    struct refill_line line;
    enum status status = refill_line_get(site->store, refill_returned_id(fill), &line, err);
    if (status != STATUS_NOT_FOUND) {
        return status;
    }
    status = refill_line_get(site->store, refill_spent_id(fill), &line, err);
    if (status != STATUS_OK) {
        return status;
    }
    line.id = refill_returned_id(fill);
    line.kind = REFILL_ENTRY_RETURNED;
    line.device = store_device(site->store);
    line.reason = reason;
    line.by = act->actor->user;
    line.at_us = clock_now_us(site->clock);
    return refill_line_insert(site->store, &line, NULL, err);
}
