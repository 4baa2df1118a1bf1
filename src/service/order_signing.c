/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/order_signing.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/act.h"
#include "service/restrictions.h"
#include "service/session_private.h"
#include "store/order_store.h"
#include "store/patient_store.h"

enum { SHOWN_MAX = 200 };

/* --- prescribers ----------------------------------------------------------------------------------------------------- */

void prescriber_list_release(struct prescriber_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].name);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

enum status prescriber_list_get(struct actor *actor, struct prescriber_list *out, struct error *err)
{
    struct staff_list staff = {0};
    struct prescriber_list list = {0};
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) { /* names of colleagues: no audit row */
        return error_set(err, STATUS_NOT_PERMITTED, _("Your role may not see orders."));
    }
    enum status status = staff_list_get(actor->site->store, &staff, err);
    for (size_t i = 0; status == STATUS_OK && i < staff.len; i++) {
        const struct staff *s = &staff.items[i];
        if (permission_allows(s->role, PERMISSION_ORDER_WRITE) && !s->is_disabled) {
            MEM_GROW(&list);
            list.items[list.len++] = (struct prescriber){s->user, mem_format("%s %s", s->first_name, s->last_name)};
        }
    }
    staff_list_release(&staff);
    if (status == STATUS_OK) {
        *out = list;
    }
    return status;
}

static bool is_title(const char *word, size_t len)
{
    static const char *const titles[] = {"dr", "prof", "md", "np", "pa", "do"};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        if (strlen(titles[i]) == len && strncmp(titles[i], word, len) == 0) {
            return true;
        }
    }
    return false;
}

/* A typed word stands for a name's word or, as one letter, for its beginning ("K. Osei"). */
static bool has_word(const char *name, const char *word, size_t len)
{
    for (const char *at = name; *at != '\0'; at += strcspn(at, " "), at += strspn(at, " ")) {
        size_t name_len = strcspn(at, " ");
        if (strncmp(at, word, len) == 0 && (name_len == len || len == 1)) {
            return true;
        }
    }
    return false;
}

static bool matches(const char *folded_name, const char *typed)
{
    int words = 0;
    for (const char *at = typed + strspn(typed, " "); *at != '\0'; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        if (!is_title(at, len)) {
            if (!has_word(folded_name, at, len)) {
                return false;
            }
            words += len > 1;
        }
        at += len;
    }
    return words > 0;
}

const struct prescriber *prescriber_find(const struct prescriber_list *list, const char *typed)
{
    const struct prescriber *found = NULL;
    char *folded = text_fold(typed);
    bool is_several = false;
    for (size_t i = 0; i < list->len; i++) {
        char *name = text_fold(list->items[i].name);
        if (matches(name, folded)) {
            is_several = found != NULL;
            found = &list->items[i];
        }
        mem_free(name);
        if (is_several) {
            break;
        }
    }
    mem_free(folded);
    return is_several ? NULL : found;
}

/* --- what is to be signed -------------------------------------------------------------------------------------------- */

void unsigned_list_release(struct unsigned_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        struct unsigned_order *o = &list->items[i];
        mem_free(o->patient_name);
        mem_free(o->mrn);
        mem_free(o->drug);
        mem_free(o->directions);
        mem_free(o->reason);
        mem_free(o->entered_by);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

static char *name_of(struct site *site, struct uid user)
{
    struct staff staff;
    if (staff_get(site->store, user, &staff, NULL) != STATUS_OK) {
        return mem_copy_text("");
    }
    char *name = session_short_name(&staff);
    staff_release(&staff);
    return name;
}

/* As it was said: the version that the signature is for, whatever came after. */
static enum status fill(struct site *site, const struct order_signature *s, struct unsigned_order *out, struct error *err)
{
    struct order order;
    struct patient patient;
    char words[SIG_TEXT_MAX];
    enum status status = order_get_version(site->store, s->version, &order, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = patient_get(site->store, s->patient, &patient, err);
    if (status == STATUS_OK) {
        const char *directions = sig_format(&order.sig, words);
        *out = (struct unsigned_order){
            .signature = *s,
            .action = order.action,
            .patient_name = patient_display_name(&patient),
            .mrn = mem_copy_text(patient.mrn),
            .drug = order_display_drug(&order),
            .directions = mem_copy_text(directions[0] != '\0' ? directions : order.directions),
            .reason = mem_copy_text(order.reason),
            .entered_by = name_of(site, s->entered_by),
            .is_overdue = s->due_us < clock_now_us(site->clock),
        };
        patient_release(&patient);
    }
    order_release(&order);
    return status;
}

enum status unsigned_list_refresh(struct actor *actor, struct unsigned_list *out, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_ORDER_WRITE, "order.unsigned_list", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct order_signature_list open = {0};
    struct unsigned_list list = {0};
    struct restriction_memo memo = {.is_known = false};
    enum status status = order_signature_list_open(actor->site->store, actor->user, SHOWN_MAX, &open, err);
    for (size_t i = 0; status == STATUS_OK && i < open.len; i++) {
        struct unsigned_order item;
        status = fill(actor->site, &open.items[i], &item, err);
        if (status == STATUS_OK) {
            MEM_GROW(&list);
            (void)restriction_cover(actor, item.signature.patient, &memo, (char **[]){&item.drug, &item.directions, &item.reason, NULL});
            list.items[list.len++] = item;
            list.overdue_count += item.is_overdue;
        }
    }
    order_signature_list_release(&open);
    if (status != STATUS_OK) {
        unsigned_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status unsigned_list_get(struct actor *actor, struct unsigned_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_ORDER_WRITE, "order.unsigned_list", "order_signatures", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? unsigned_list_refresh(actor, out, err) : status;
}

enum status order_sign(struct actor *actor, const struct order_signature *signature, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_ORDER_WRITE, "order.sign", "order_signatures", signature->patient);
    struct order_signature now;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = signature->id;
    act.risk = RISK_LEVEL_MEDIUM;
    status = order_signature_get(actor->site->store, signature->id, &now, err);
    if (status == STATUS_OK && uid_compare(now.relay.prescriber, actor->user) != 0) {
        status = error_set(err, STATUS_NOT_PERMITTED, _("Only the prescriber who gave the order signs it."));
    }
    if (status == STATUS_OK && now.signed_us != 0) {
        status = error_set(err, STATUS_STALE, _("This order is signed already."));
    }
    if (status == STATUS_OK) {
        now.ver = signature->ver; /* what was looked at */
        status = order_signature_set_signed(actor->site->store, &now, actor->user, clock_now_us(actor->site->clock),
                                            &act.old_values, &act.new_values, err);
    }
    return act_end(&act, status, err);
}
