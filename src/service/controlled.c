/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/controlled.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/derived_id.h"
#include "service/central_link.h"
#include "service/controlled_private.h"
#include "service/drug_lists.h"
#include "service/restrictions.h"
#include "service/step_up.h"
#include "store/order_store.h"
#include "store/patient_store.h"

#define LOOK_BACK_US (30 * 24 * US_PER_HOUR)

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " ")] == '\0';
}

void removal_release(struct removal *r)
{
    mem_free(r->patient_name);
    mem_free(r->drug);
    mem_free(r->owner_name);
    *r = (struct removal){0};
}

void removal_list_release(struct removal_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        removal_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct removal_list){0};
}

/* --- the balance ----------------------------------------------------------------------------------------------------- */

static void add(struct decimal *sum, struct decimal amount)
{
    if (decimal_add(*sum, amount, sum) != STATUS_OK) { /* beyond 18 digits: no dose is */
        *sum = decimal_from_int(-1);
    }
}

static struct decimal minus(struct decimal a, struct decimal b)
{
    struct decimal out = decimal_from_int(-1);
    return decimal_subtract(a, b, &out) == STATUS_OK ? out : decimal_from_int(-1);
}

void removal_fold(const struct controlled_entry_list *entries, int64_t now_us, int open_hours, struct removal *out)
{
    struct removal r = {.state = REMOVAL_OPEN};
    bool is_settled = false;
    for (size_t i = 0; i < entries->len; i++) {
        const struct controlled_entry *e = &entries->items[i];
        is_settled = e->kind == CONTROLLED_KIND_SETTLED; /* whatever is written behind it opens it again */
        switch (e->kind) {
        case CONTROLLED_KIND_REMOVED:
            r.id = e->removal;
            r.patient = e->patient;
            r.order = e->order;
            r.owner = e->actor;
            r.removed_us = e->occurred_us;
            r.unit = e->unit;
            r.is_patch = e->reason == WASTE_REASON_PATCH;
            add(&r.removed, e->amount);
            break;
        case CONTROLLED_KIND_GIVEN:
            add(&r.given, e->amount);
            break;
        case CONTROLLED_KIND_WASTED:
        case CONTROLLED_KIND_DISCARDED:
            add(&r.wasted, e->amount);
            break;
        case CONTROLLED_KIND_RETURNED:
            add(&r.returned, e->amount);
            break;
        case CONTROLLED_KIND_SETTLED:
        case CONTROLLED_KIND_NONE_GIVEN:
        case CONTROLLED_KIND_COUNT:
            break;
        }
    }
    r.rest = minus(minus(minus(r.removed, r.given), r.wasted), r.returned);
    if (is_settled) {
        r.state = REMOVAL_SETTLED;
    } else if (r.rest.mantissa < 0) {
        r.state = REMOVAL_DISCREPANCY;
    } else if (now_us - r.removed_us > open_hours * US_PER_HOUR) {
        r.state = REMOVAL_OVERDUE;
    }
    *out = r;
}

static int open_hours(const struct site *site)
{
    return settings_number(&site->settings, SETTING_WASTE_OPEN);
}

/* The removal as it stands, with its names. */
static enum status read_removal(struct site *site, struct uid id, struct removal *out, struct error *err)
{
    struct controlled_entry_list entries = {0};
    struct patient patient;
    enum status status = controlled_list_removal(site->store, id, &entries, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (entries.len == 0) {
        return error_set(err, STATUS_NOT_FOUND, _("This removal is not in this site's records."));
    }
    removal_fold(&entries, clock_now_us(site->clock), open_hours(site), out);
    out->drug = mem_copy_text(entries.items[0].drug);
    out->owner_name = mem_copy_text(entries.items[0].actor_name);
    controlled_entry_list_release(&entries);
    status = patient_get(site->store, out->patient, &patient, err);
    if (status == STATUS_OK) {
        out->patient_name = patient_display_name(&patient);
        patient_release(&patient);
    } else {
        removal_release(out);
    }
    return status;
}

enum status removal_get(struct actor *actor, struct uid removal, struct removal *out, struct error *err)
{
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) { /* no audit row: the open list has its own */
        return actor_refuse(actor, err);
    }
    return read_removal(actor->site, removal, out, err);
}

enum status removal_list_refresh(struct actor *actor, struct removal_list *out, struct error *err)
{
    struct site *site = actor->site;
    struct controlled_entry_list open = {0};
    struct removal_list list = {0};
    struct restriction_memo memo = {.is_known = false};
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) {
        return actor_refuse(actor, err);
    }
    enum status status = store_read_begin(site->store, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = controlled_list_open(site->store, clock_now_us(site->clock) - LOOK_BACK_US, &open, err);
    for (size_t i = 0; status == STATUS_OK && i < open.len; i++) {
        struct removal removal;
        status = read_removal(site, open.items[i].removal, &removal, err);
        if (status == STATUS_OK) {
            MEM_GROW(&list);
            (void)restriction_cover(actor, removal.patient, &memo, (char **[]){&removal.drug, NULL});
            list.items[list.len++] = removal;
        }
    }
    store_read_end(site->store);
    controlled_entry_list_release(&open);
    if (status != STATUS_OK) {
        removal_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status removal_list_get(struct actor *actor, struct removal_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "controlled.list", "controlled_entries", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? removal_list_refresh(actor, out, err) : status;
}

enum status controlled_rest_of(struct actor *actor, struct uid dose_event, struct uid *out_removal, struct error *err)
{
    struct controlled_entry_list entries = {0};
    struct removal removal;
    *out_removal = UID_NONE;
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) {
        return actor_refuse(actor, err);
    }
    enum status status = controlled_list_dose(actor->site->store, dose_event, &entries, err);
    if (status == STATUS_OK && entries.len > 0) {
        status = removal_get(actor, entries.items[0].removal, &removal, err);
        if (status == STATUS_OK) {
            *out_removal = removal.state == REMOVAL_SETTLED ? UID_NONE : removal.id;
            removal_release(&removal);
        }
    }
    controlled_entry_list_release(&entries);
    return status;
}

/* --- writing --------------------------------------------------------------------------------------------------------- */

static enum status append(struct site *site, const struct controlled_entry *like, enum controlled_kind kind,
                          struct decimal amount, struct error *err)
{
    struct controlled_entry entry = *like; /* borrows the strings */
    entry.id = uid_new(site->clock);
    entry.kind = kind;
    entry.amount = amount;
    if (kind == CONTROLLED_KIND_REMOVED) {
        entry.removal = entry.id;
    }
    return controlled_entry_insert(site->store, &entry, NULL, err);
}

/* Nothing is left: said in a row of its own, so that lists need not add up again. */
static enum status settle_if_even(struct site *site, const struct controlled_entry *like, struct error *err)
{
    struct controlled_entry_list entries = {0};
    struct removal now;
    enum status status = controlled_list_removal(site->store, like->removal, &entries, err);
    if (status != STATUS_OK) {
        return status;
    }
    removal_fold(&entries, clock_now_us(site->clock), open_hours(site), &now);
    controlled_entry_list_release(&entries);
    return decimal_is_zero(now.rest) && now.state != REMOVAL_SETTLED
               ? append(site, like, CONTROLLED_KIND_SETTLED, decimal_from_int(0), err)
               : STATUS_OK;
}

static enum status write_removal(struct site *site, struct controlled_entry *entry, struct decimal amount, struct error *err)
{
    struct controlled_entry removed = *entry;
    removed.id = removed.removal = entry->removal = uid_new(site->clock);
    removed.kind = CONTROLLED_KIND_REMOVED;
    removed.amount = amount;
    return controlled_entry_insert(site->store, &removed, NULL, err);
}

enum status controlled_give(struct site *site, const struct order *order, const struct dose_event *event, const char *drug,
                            struct uid removal, struct decimal removed, enum unit removed_unit, struct error *err)
{
    struct decimal given;
    struct controlled_entry entry = {.patient = event->patient, .order = order->id, .removal = removal, .drug = (char *)drug,
                                     .unit = removed_unit, .dose = event->id, .actor = event->recorded_by,
                                     .occurred_us = event->occurred_us};
    if (unit_convert(event->amount, event->unit, removed_unit, &given) != STATUS_OK) {
        return error_set_field(err, STATUS_INVALID, "removed",
                               _("Say what was taken out in a unit that the dose can be compared with, such as %s."),
                               unit_word(event->unit));
    }
    if (uid_is_none(removal) && decimal_compare(removed, given) < 0) {
        return error_set_field(err, STATUS_REFUSED, "removed", _("More is given than was taken out. Nothing was saved."));
    }
    enum status status = STATUS_OK;
    if (uid_is_none(removal)) {
        status = write_removal(site, &entry, removed, err);
    }
    if (status == STATUS_OK) {
        status = append(site, &entry, CONTROLLED_KIND_GIVEN, given, err);
    }
    return status == STATUS_OK ? settle_if_even(site, &entry, err) : status;
}

enum status controlled_take_back(struct site *site, const struct dose_event *event, struct uid by, struct error *err)
{
    struct controlled_entry_list entries = {0};
    enum status status = controlled_list_dose(site->store, event->id, &entries, err);
    for (size_t i = 0; status == STATUS_OK && i < entries.len; i++) {
        struct controlled_entry *entry = &entries.items[i];
        if (entry->kind == CONTROLLED_KIND_GIVEN && entry->amount.mantissa > 0) {
            struct controlled_entry opposite = *entry; /* borrows the strings */
            opposite.actor = by;
            opposite.occurred_us = clock_now_us(site->clock);
            status = append(site, &opposite, CONTROLLED_KIND_GIVEN, minus(decimal_from_int(0), entry->amount), err);
        }
    }
    controlled_entry_list_release(&entries);
    return status;
}

enum status controlled_patch_off(struct site *site, const struct order *order, const struct dose_event *event, struct error *err)
{
    char *drug = order_display_drug(order);
    struct controlled_entry entry = {.patient = event->patient, .order = order->id, .drug = drug, .unit = UNIT_PATCH,
                                     .dose = event->id, .actor = event->recorded_by, .occurred_us = event->occurred_us,
                                     .reason = WASTE_REASON_PATCH};
    enum status status = write_removal(site, &entry, decimal_from_int(1), err);
    mem_free(drug);
    return status;
}

enum status controlled_take_out(struct actor *actor, struct uid order_id, struct decimal amount, enum unit unit,
                                struct uid *out_removal, struct error *err)
{
    struct site *site = actor->site;
    struct order order;
    enum status may = act_permit(actor, PERMISSION_DOSE_RECORD, "controlled.take_out", err);
    if (may != STATUS_OK) {
        return may;
    }
    if (decimal_is_zero(amount) || amount.mantissa < 0 || unit == UNIT_NONE) {
        return error_set_field(err, STATUS_INVALID, "amount", _("Type the amount that was taken out, with its unit."));
    }
    enum status status = step_up_require(actor, STEP_UP_ACT_US, err);
    if (status == STATUS_OK) {
        status = order_get(site->store, order_id, &order, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct act act = ACT(actor, PERMISSION_DOSE_RECORD, "controlled.take_out", "controlled_entries", order.patient);
    if ((drug_lists_of(site->knowledge, NULL, &order, -1) & DRUG_LIST_CONTROLLED) == 0) {
        status = error_set(err, STATUS_REFUSED, _("This is no controlled drug."));
    } else {
        status = act_begin(&act, err);
    }
    if (status == STATUS_OK) {
        char *drug = order_display_drug(&order);
        struct controlled_entry entry = {.patient = order.patient, .order = order.id, .drug = drug, .unit = unit,
                                         .actor = actor->user, .occurred_us = clock_now_us(site->clock)};
        status = write_removal(site, &entry, amount, err);
        act.record = entry.removal;
        *out_removal = entry.removal;
        mem_free(drug);
        status = act_end(&act, status, err);
    }
    order_release(&order);
    return status;
}

/* --- waste and return ------------------------------------------------------------------------------------------------ */

static bool is_supervisor(const struct actor *actor, const struct witness *witness)
{
    return actor_may(actor, PERMISSION_DOSE_SUPERVISE) || permission_allows(witness->role, PERMISSION_DOSE_SUPERVISE);
}

static enum status check_waste(const struct actor *actor, const struct waste *w, const struct removal *r,
                               const struct witness *witness, bool is_return, struct decimal *out_amount, struct error *err)
{
    int64_t age_us = clock_now_us(actor->site->clock) - r->removed_us;
    int within_min = settings_number(&actor->site->settings, SETTING_WASTE_WITHIN);
    if (decimal_is_zero(w->amount) || w->amount.mantissa < 0 || unit_convert(w->amount, w->unit, r->unit, out_amount) != STATUS_OK) {
        return error_set_field(err, STATUS_INVALID, "amount", _("Type an amount in %s, as it was taken out."), unit_word(r->unit));
    }
    if (!is_return && w->method == WASTE_METHOD_NONE_GIVEN) {
        return error_set_field(err, STATUS_INVALID, "method", _("Choose how it was destroyed."));
    }
    if (!is_return && w->reason == WASTE_REASON_NONE_GIVEN) {
        return error_set_field(err, STATUS_INVALID, "reason", _("Choose why."));
    }
    bool is_other = !is_return && (w->method == WASTE_METHOD_OTHER || w->reason == WASTE_REASON_OTHER);
    if (is_other && is_blank(w->note)) {
        return error_set_field(err, STATUS_INVALID, "note", _("\"Other\" needs a few words."));
    }
    if (age_us > within_min * US_PER_MINUTE && is_blank(w->note)) {
        return error_set_field(err, STATUS_INVALID, "note", _("More than %d minutes after it was taken out: say why only now."),
                               within_min);
    }
    if (r->state == REMOVAL_SETTLED || decimal_compare(*out_amount, r->rest) > 0) {
        char left[DOSE_AMOUNT_TEXT_MAX];
        return error_set_field(err, STATUS_REFUSED, "amount", _("Only %s of it is not accounted for. Nothing was saved."),
                               dose_amount_format(r->rest, r->unit, left));
    }
    if (r->state == REMOVAL_OVERDUE && !is_supervisor(actor, witness)) {
        return error_set_field(err, STATUS_REFUSED, "witness",
                               _("Open for longer than %d hours: a pharmacist or a prescriber has to be one of the two."),
                               open_hours(actor->site));
    }
    return STATUS_OK;
}

static enum status put_away(struct actor *actor, const struct waste *w, const struct witness *witness, enum controlled_kind kind,
                            struct error *err)
{
    struct site *site = actor->site;
    struct removal r = {0};
    struct decimal amount;
    enum status status = act_permit(actor, PERMISSION_DOSE_RECORD, "controlled.waste", err);
    if (status != STATUS_OK) {
        return status;
    }
    status = witness_check(actor, witness, PERMISSION_DOSE_WITNESS, err);
    if (status == STATUS_OK) {
        status = step_up_require(actor, STEP_UP_ACT_US, err);
    }
    if (status == STATUS_OK) {
        status = read_removal(site, w->removal, &r, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct act act = ACT(actor, PERMISSION_DOSE_RECORD, kind == CONTROLLED_KIND_RETURNED ? "controlled.return" : "controlled.waste",
                         "controlled_entries", r.patient);
    removal_release(&r);
    status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = read_removal(site, w->removal, &r, err); /* as it stands inside the transaction */
    if (status == STATUS_OK) {
        status = check_waste(actor, w, &r, witness, kind == CONTROLLED_KIND_RETURNED, &amount, err);
    }
    if (status == STATUS_OK) {
        const struct controlled_entry entry = {
            .patient = r.patient, .order = r.order, .removal = r.id, .drug = r.drug, .unit = r.unit, .method = w->method,
            .reason = w->reason, .note = (char *)w->note, .actor = actor->user, .witness = witness->user,
            .is_witness_local = central_link_is_joined(site), .occurred_us = clock_now_us(site->clock),
        };
        act.record = r.id;
        act.risk = RISK_LEVEL_HIGH;
        status = append(site, &entry, r.is_patch && kind == CONTROLLED_KIND_WASTED ? CONTROLLED_KIND_DISCARDED : kind, amount, err);
        if (status == STATUS_OK) {
            status = settle_if_even(site, &entry, err);
        }
    }
    removal_release(&r);
    return act_end(&act, status, err);
}

enum status controlled_waste(struct actor *actor, const struct waste *waste, const struct witness *witness, struct error *err)
{
    return put_away(actor, waste, witness, CONTROLLED_KIND_WASTED, err);
}

enum status controlled_return(struct actor *actor, const struct waste *what, const struct witness *witness, struct error *err)
{
    return put_away(actor, what, witness, CONTROLLED_KIND_RETURNED, err);
}

enum status controlled_explain(struct actor *actor, struct uid removal, const char *words, struct error *err)
{
    struct site *site = actor->site;
    struct removal r = {0};
    enum status may = act_permit(actor, PERMISSION_DOSE_SUPERVISE, "controlled.explain", err);
    if (may != STATUS_OK) {
        return may;
    }
    if (is_blank(words)) {
        return error_set_field(err, STATUS_INVALID, "note", _("Say what was found out, and who was asked."));
    }
    enum status status = step_up_require(actor, STEP_UP_ACT_US, err);
    if (status == STATUS_OK) {
        status = read_removal(site, removal, &r, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct act act = ACT(actor, PERMISSION_DOSE_SUPERVISE, "controlled.explain", "controlled_entries", r.patient);
    status = act_begin(&act, err);
    if (status == STATUS_OK) {
        if (uid_compare(r.owner, actor->user) == 0) {
            status = error_set(err, STATUS_REFUSED, _("What you took out yourself has to be explained by another supervisor."));
        } else if (r.state == REMOVAL_SETTLED) {
            status = error_set(err, STATUS_STALE, _("This is settled already."));
        }
        const struct controlled_entry entry = {.patient = r.patient, .order = r.order, .removal = r.id, .drug = r.drug,
                                               .unit = r.unit, .note = (char *)words, .actor = actor->user,
                                               .occurred_us = clock_now_us(site->clock)};
        act.record = r.id;
        act.risk = RISK_LEVEL_HIGH;
        if (status == STATUS_OK) {
            status = append(site, &entry, CONTROLLED_KIND_SETTLED, decimal_from_int(0), err);
        }
        status = act_end(&act, status, err);
    }
    removal_release(&r);
    return status;
}

/* --- witnesses that only this device had checked ------------------------------------------------------------------------- */

static enum status take_back(struct actor *actor, const struct controlled_entry *witnessed, struct error *err)
{
    struct site *site = actor->site;
    struct act act = ACT(actor, PERMISSION_SESSION_OWN, "controlled.recheck", "controlled_entries", witnessed->patient);
    struct controlled_entry entry = *witnessed; /* borrows the strings */
    char hex[2 * sizeof entry.id.bytes + 1];
    for (size_t i = 0; i < sizeof entry.id.bytes; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02X", entry.id.bytes[i]); /* fits */
    }
    entry.id = derived_event_id("prescripcare.unwitnessed.1", witnessed->id, witnessed->recorded_us);
    entry.amount = minus(decimal_from_int(0), witnessed->amount);
    entry.note = mem_format("%s%s", CONTROLLED_NO_WITNESS, hex);
    entry.witness = UID_NONE;
    entry.is_witness_local = false;
    entry.occurred_us = clock_now_us(site->clock);
    act.record = entry.id;
    act.risk = RISK_LEVEL_HIGH;
    (void)snprintf(act.details, sizeof act.details, "%s", _("the witness's account was closed by then: open again")); /* cut is fine */
    enum status status = act_begin(&act, err);
    if (status == STATUS_OK) {
        status = act_end(&act, controlled_entry_insert(site->store, &entry, &act.new_values, err), err);
    }
    mem_free(entry.note);
    return status == STATUS_EXISTS ? STATUS_OK : status; /* another session was quicker */
}

enum status controlled_recheck_witnesses(struct actor *actor, int *out_reopened, struct error *err)
{
    struct site *site = actor->site;
    struct controlled_entry_list list = {0};
    *out_reopened = 0;
    if (!site_is_lead(site)) {
        return STATUS_OK;
    }
    enum status status = controlled_list_unwitnessed(site->store, clock_now_us(site->clock) - LOOK_BACK_US, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        status = take_back(actor, &list.items[i], err);
        *out_reopened += status == STATUS_OK;
    }
    controlled_entry_list_release(&list);
    return status;
}
