/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cabinet: what should be in it, what two people counted, what was delivered. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/act.h"
#include "service/controlled.h"
#include "service/step_up.h"

#define LOOK_BACK_US (30 * 24 * US_PER_HOUR)
enum { COUNTS_LOOKED_AT = 200 };

void stock_list_release(struct stock_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].drug);
    }
    mem_free(list->items);
    *list = (struct stock_list){0};
}

static void shift(struct stock *stock, struct decimal amount, enum unit unit, bool is_out)
{
    struct decimal same;
    if (unit_convert(amount, unit, stock->unit, &same) != STATUS_OK ||
        (is_out ? decimal_subtract(stock->expected, same, &stock->expected) : decimal_add(stock->expected, same, &stock->expected)) !=
            STATUS_OK) {
        stock->is_counted = false; /* what cannot be added up is counted anew */
    }
}

/* From the last count on: deliveries in, removals out, returns in. */
static enum status read_one(struct site *site, const char *drug, struct stock *out, struct error *err)
{
    struct controlled_count_list counts = {0};
    struct controlled_entry_list entries = {0};
    struct stock stock = {0};
    size_t last = 0;
    enum status status = controlled_count_list_get(site->store, drug, COUNTS_LOOKED_AT, &counts, err);
    if (status != STATUS_OK) {
        return status;
    }
    while (last < counts.len && counts.items[last].kind != COUNT_KIND_COUNTED) {
        last++;
    }
    if (last < counts.len) {
        const struct controlled_count *count = &counts.items[last];
        bool is_explained = false;
        stock.unit = count->unit;
        stock.expected = count->amount;
        stock.is_counted = true;
        stock.counted_us = count->recorded_us;
        stock.counted = count->id;
        for (size_t i = last; i-- > 0;) { /* newer ones */
            is_explained = is_explained || (counts.items[i].kind == COUNT_KIND_EXPLAINED && uid_compare(counts.items[i].explains, count->id) == 0);
            if (counts.items[i].kind == COUNT_KIND_RECEIVED) {
                shift(&stock, counts.items[i].amount, counts.items[i].unit, false);
            }
        }
        if (count->has_expected && !is_explained && decimal_subtract(count->amount, count->expected, &stock.difference) != STATUS_OK) {
            stock.difference = decimal_from_int(0);
        }
    }
    controlled_count_list_release(&counts);
    status = controlled_list_drug(site->store, drug, stock.counted_us, &entries, err);
    for (size_t i = 0; status == STATUS_OK && i < entries.len; i++) {
        const struct controlled_entry *e = &entries.items[i];
        bool is_out = e->kind == CONTROLLED_KIND_REMOVED && e->reason != WASTE_REASON_PATCH;
        stock.unit = stock.unit == UNIT_NONE ? e->unit : stock.unit;
        if (is_out || e->kind == CONTROLLED_KIND_RETURNED) {
            shift(&stock, e->amount, e->unit, is_out);
        }
    }
    controlled_entry_list_release(&entries);
    *out = stock;
    return status;
}

static int open_of(const struct controlled_entry_list *open, const char *drug)
{
    int count = 0;
    for (size_t i = 0; i < open->len; i++) {
        count += strcmp(open->items[i].drug, drug) == 0;
    }
    return count;
}

static enum status read_all(struct site *site, struct stock_list *list, struct error *err)
{
    struct controlled_entry_list open = {0};
    char **names = NULL;
    size_t count = 0;
    enum status status = controlled_list_open(site->store, clock_now_us(site->clock) - LOOK_BACK_US, &open, err);
    if (status == STATUS_OK) {
        status = controlled_drugs(site->store, &names, &count, err);
    }
    for (size_t i = 0; i < count; i++) {
        struct stock stock = {0};
        if (status == STATUS_OK) {
            status = read_one(site, names[i], &stock, err);
        }
        if (status == STATUS_OK) {
            stock.drug = mem_copy_text(names[i]);
            stock.open_count = open_of(&open, names[i]);
            MEM_GROW(list);
            list->items[list->len++] = stock;
        }
        mem_free(names[i]);
    }
    mem_free(names);
    controlled_entry_list_release(&open);
    return status;
}

enum status stock_list_refresh(struct actor *actor, struct stock_list *out, struct error *err)
{
    struct stock_list list = {0};
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) {
        return actor_refuse(actor, err);
    }
    enum status status = store_read_begin(actor->site->store, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = read_all(actor->site, &list, err);
    store_read_end(actor->site->store);
    if (status != STATUS_OK) {
        stock_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status stock_list_get(struct actor *actor, struct stock_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "controlled.stock", "controlled_counts", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? stock_list_refresh(actor, out, err) : status;
}

/* --- counting -------------------------------------------------------------------------------------------------------- */

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " ")] == '\0';
}

static enum status check_count(struct site *site, const struct controlled_count *c, const struct stock *now, bool has_note,
                               struct error *err)
{
    struct controlled_entry_list open = {0};
    struct decimal same;
    if (now->unit != UNIT_NONE && unit_convert(c->amount, c->unit, now->unit, &same) != STATUS_OK) {
        return error_set_field(err, STATUS_INVALID, "amount", _("This drug is counted in %s."), unit_word(now->unit));
    }
    enum status status = controlled_list_open(site->store, clock_now_us(site->clock) - LOOK_BACK_US, &open, err);
    if (status != STATUS_OK) {
        return status;
    }
    int waiting = open_of(&open, c->drug);
    controlled_entry_list_release(&open);
    if (c->kind == COUNT_KIND_COUNTED && waiting > 0) {
        return error_set(err, STATUS_REFUSED, ngettext("%d removal of this drug is not accounted for: settle it first, then count.",
                                                       "%d removals of this drug are not accounted for: settle them first, then count.",
                                                       (unsigned long)waiting),
                         waiting);
    }
    if (c->kind == COUNT_KIND_COUNTED && !decimal_is_zero(now->difference)) {
        return error_set(err, STATUS_REFUSED, _("The last count differed and nobody has explained it yet. A pharmacist or a prescriber "
                                                "explains it first."));
    }
    if (c->kind == COUNT_KIND_COUNTED && c->has_expected && decimal_compare(c->amount, c->expected) != 0 && !has_note) {
        char want[DOSE_AMOUNT_TEXT_MAX];
        return error_set_field(err, STATUS_REFUSED, "note",
                               _("DISCREPANCY: %s should be there. Count again; if it stays, write what you looked at."),
                               dose_amount_format(c->expected, now->unit, want));
    }
    if (c->kind == COUNT_KIND_EXPLAINED && (decimal_is_zero(now->difference) || !has_note)) {
        return decimal_is_zero(now->difference) ? error_set(err, STATUS_STALE, _("There is no difference to explain."))
                                                : error_set_field(err, STATUS_INVALID, "note", _("Say what was found out."));
    }
    return STATUS_OK;
}

enum status stock_record(struct actor *actor, enum count_kind kind, const char *drug, struct decimal amount, enum unit unit,
                         const char *note, const struct witness *witness, struct error *err)
{
    struct act act = ACT(actor, kind == COUNT_KIND_EXPLAINED ? PERMISSION_DOSE_SUPERVISE : PERMISSION_DOSE_RECORD,
                         "controlled.count", "controlled_counts", UID_NONE);
    struct site *site = actor->site;
    struct stock now;
    enum status may = act_permit(actor, act.permission, "controlled.count", err);
    if (may != STATUS_OK) {
        return may;
    }
    if (is_blank(drug)) {
        return error_set_field(err, STATUS_INVALID, "drug", _("Type the drug with strength and form, as it stands on the package."));
    }
    if (kind != COUNT_KIND_EXPLAINED && (unit == UNIT_NONE || amount.mantissa < 0)) {
        return error_set_field(err, STATUS_INVALID, "amount", _("Type the number with its unit, such as 24 tab."));
    }
    enum status status = witness_check(actor, witness, PERMISSION_DOSE_WITNESS, err);
    if (status == STATUS_OK) {
        status = step_up_require(actor, STEP_UP_ACT_US, err);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = read_one(site, drug, &now, err);
    if (status == STATUS_OK) {
        const struct controlled_count count = {
            .id = uid_new(site->clock), .kind = kind, .drug = (char *)drug,
            .amount = kind == COUNT_KIND_EXPLAINED ? now.difference : amount,
            .unit = kind == COUNT_KIND_EXPLAINED ? now.unit : unit,
            .expected = now.expected, .has_expected = kind == COUNT_KIND_COUNTED && now.is_counted,
            .explains = kind == COUNT_KIND_EXPLAINED ? now.counted : UID_NONE,
            .note = (char *)note, .actor = actor->user, .witness = witness->user,
        };
        act.record = count.id;
        act.risk = RISK_LEVEL_HIGH;
        status = check_count(site, &count, &now, !is_blank(note), err);
        if (status == STATUS_OK) {
            status = controlled_count_insert(site->store, &count, &act.new_values, err);
        }
    }
    return act_end(&act, status, err);
}
