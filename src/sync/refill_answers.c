/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answering other devices that ask this one for refills it holds (decisions.md 20). What is given is gone here in the same
 * transaction, so that a right is never in two places, however the line is cut. */
#include "base/memory.h"
#include "store/audit_store.h"
#include "store/refill_store.h"
#include "sync/engine_private.h"

enum { ANSWERS_AT_ONCE = 50 };
#define ASKED_WITHIN_US (24 * US_PER_HOUR) /* who asked longer ago has gone on, or asks again */

static enum status give(struct engine *engine, const struct refill_move *asked, int n, struct error *err)
{
    const struct refill_move move = {.id = refill_given_id(asked->id),
                                     .patient = asked->patient,
                                     .order = asked->order,
                                     .kind = REFILL_MOVE_GIVEN,
                                     .from = asked->from,
                                     .to = asked->to,
                                     .n = n,
                                     .at_us = clock_now_us(store_clock(engine->store))};
    char *row = NULL;
    enum status status = refill_move_insert(engine->store, &move, &row, err);
    if (status == STATUS_EXISTS) { /* answered, before the other device's clock says so */
        return STATUS_OK;
    }
    const struct audit_entry entry = {.role = "",
                                      .session = "",
                                      .action = "refill.give",
                                      .table = "refill_rights",
                                      .record = move.id,
                                      .subject = move.patient,
                                      .new_values = row,
                                      .outcome = "ok",
                                      .details = "",
                                      .risk = RISK_LEVEL_LOW,
                                      .address = "agent"};
    if (status == STATUS_OK) {
        status = audit_append(engine->store, &entry, err);
    }
    mem_free(row);
    return status;
}

static enum status answer(struct engine *engine, const struct refill_move *asked, struct error *err)
{
    struct refill_facts facts;
    enum status status = turn_begin(engine, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = refill_facts_get(engine->store, asked->order, &facts, err);
    if (status == STATUS_OK) {
        int here = refill_balance_of(&facts, store_device(engine->store)).here;
        refill_facts_release(&facts);
        status = here > 0 ? give(engine, asked, here < asked->n ? here : asked->n, err) : STATUS_OK;
    } else if (status == STATUS_NOT_FOUND) { /* the order has not arrived yet, or its patient left */
        status = STATUS_OK;
    }
    return turn_end(engine, status, err);
}

enum status answer_refills(struct engine *engine, struct error *err)
{
    struct refill_move_list list = {0};
    int64_t since_us = clock_now_us(store_clock(engine->store)) - ASKED_WITHIN_US;
    enum status status = refill_asked_list(engine->store, since_us, ANSWERS_AT_ONCE, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        status = answer(engine, &list.items[i], err);
    }
    refill_move_list_release(&list);
    return status;
}
