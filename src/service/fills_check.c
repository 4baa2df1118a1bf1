/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The final check and the hand-over. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/finding_text.h"
#include "service/doses.h"
#include "service/fills_private.h"
#include "service/products.h"
#include "service/screening.h"
#include "service/step_up.h"

bool fill_needs_second(const struct actor *actor, const struct fill *fill)
{
    const char *which = settings_text(&actor->site->settings, SETTING_FILL_SECOND);
    bool is_asked = strcmp(which, "always") == 0 || (strcmp(which, "controlled") == 0 && fill->is_controlled);
    return is_asked && uid_compare(fill->filled_by, actor->user) == 0;
}

static bool is_answered(const struct fill_check_word *w, int finding)
{
    for (size_t i = 0; i < w->answer_count; i++) {
        if (w->answers[i].finding == finding) {
            return true;
        }
    }
    return false;
}

/* Every finding that interrupts was decided on by somebody, whose word travelled with the order, or is decided on now. */
static enum status check_findings(const struct actor *actor, const struct proposal *p, const struct fill_check_word *w, struct error *err)
{
    for (int i = 0; i < p->result->finding_count; i++) {
        const struct screen_finding *f = &p->result->findings[i];
        if (proposal_needs_decision(p, i) && p->travelled[i] == NULL && !is_answered(w, i)) {
            char effect[FINDING_TEXT_MAX];
            return error_set_field(err, STATUS_REFUSED, "findings", _("There is a %s finding that nobody has decided on: %.200s"),
                                   enum_label(ENUM_INTERACTION_TYPE, (int)f->severity),
                                   finding_effect(actor->site->knowledge, &p->screening->input, f, effect));
        }
    }
    return w->answer_count == 0 ? STATUS_OK : proposal_check_answers(actor, p, w->answers, w->answer_count, w->second, err);
}

static enum status check_people(const struct fill_act *a, const struct fill_check_word *w, struct error *err)
{
    const struct actor *actor = a->act.actor;
    char text[DECIMAL_TEXT_MAX];
    if (a->fill.is_controlled && decimal_compare(w->recounted, a->fill.filled) != 0) {
        return error_set_field(err, STATUS_REFUSED, "recounted",
                               _("COUNT DIFFERS: you counted %s. Count again; if it stays so, send the fill back."),
                               decimal_format(w->recounted, text));
    }
    if (fill_needs_second(actor, &a->fill)) {
        if (w->second == NULL) {
            return error_set_field(err, STATUS_REFUSED, "witness",
                                   _("You filled this yourself: somebody else checks it, or signs in here beside you."));
        }
        return witness_check(actor, w->second, PERMISSION_FILL_PREPARE, err);
    }
    return STATUS_OK;
}

static enum status check_bag_again(struct fill_act *a, struct error *err)
{
    struct site *site = a->act.actor->site;
    struct fill_pack_list packs = {0};
    enum status status = fill_pack_list_of(site->store, a->fill.id, &packs, err);
    for (size_t i = 0; status == STATUS_OK && i < packs.len; i++) {
        char day[DATE_TEXT_MAX];
        const struct fill_pack *p = &packs.items[i];
        if (!date_is_none(p->expiry) && date_compare(p->expiry, site_today(site)) < 0) {
            status = error_set(err, STATUS_REFUSED, _("EXPIRED: %s in this bag was good until %s. Take it out."), p->product,
                               date_format_human(p->expiry, day));
        } else {
            status = product_check_lot(site, p->lot, p->product, clock_now_us(site->clock), err);
        }
    }
    fill_pack_list_release(&packs);
    return status;
}

static enum status check_verified(const struct order *order, struct error *err)
{
    return order->verification == VERIFICATION_VERIFIED
               ? STATUS_OK
               : error_set_field(err, STATUS_REFUSED, "verification", _("This order is %s. Verify it first (Home, To verify)."),
                                 enum_label(ENUM_VERIFICATION, (int)order->verification));
}

enum status fill_check(struct actor *actor, struct uid fill, int32_t ver, const struct proposal *p, const struct fill_check_word *w,
                       struct error *err)
{
    struct fill_act a;
    int return_days = settings_number(&actor->site->settings, SETTING_FILL_RETURN);
    enum status status = act_permit(actor, PERMISSION_FILL_CHECK, "fill.check", err);
    if (status == STATUS_OK) {
        status = check_findings(actor, p, w, err);
    }
    if (status == STATUS_OK) {
        status = fill_act_begin(&a, actor, PERMISSION_FILL_CHECK, fill, ver, FILL_STATE_CHECKED, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (uid_compare(a.order.version, p->order.version) != 0) {
        status = error_set(err, STATUS_STALE, _("The order was changed meanwhile. Look at it again."));
    }
    if (status == STATUS_OK) {
        status = fill_check_order(actor->site, &a.order, a.fill.version, err);
    }
    if (status == STATUS_OK) {
        status = check_verified(&a.order, err);
    }
    if (status == STATUS_OK) {
        status = proposal_recheck(actor, p, err);
    }
    if (status == STATUS_OK) {
        status = check_bag_again(&a, err);
    }
    if (status == STATUS_OK) {
        status = check_people(&a, w, err);
    }
    if (status == STATUS_OK && a.fill.is_controlled) {
        status = step_up_require(actor, STEP_UP_ACT_US, err);
    }
    if (status == STATUS_OK && w->answer_count > 0) {
        status = proposal_decide(actor, p, w->answers, w->answer_count, w->second, a.order.id, err);
    }
    a.quantity = a.fill.filled;
    a.witness = w->second != NULL ? w->second->user : UID_NONE;
    a.fill.checked_by = actor->user;
    a.fill.checked_us = clock_now_us(actor->site->clock);
    a.fill.second_by = fill_needs_second(actor, &a.fill) && w->second != NULL ? w->second->user : UID_NONE;
    a.fill.recounted = a.fill.is_controlled ? w->recounted : (struct decimal){0, 0};
    a.fill.return_us = a.fill.checked_us + return_days * 24 * US_PER_HOUR;
    return fill_act_end(&a, status, err);
}

/* ---- at the window ---- */

static enum status check_window(const struct actor *actor, const struct fill_hand_over *how, struct error *err)
{
    if (how->counselling == COUNSELLING_NONE_GIVEN) {
        return error_set_field(err, STATUS_REFUSED, "counselling", _("Offer counselling and say what became of it."));
    }
    if (how->counselling == COUNSELLING_ACCEPTED && !actor_may(actor, PERMISSION_FILL_CHECK)) {
        return error_set_field(err, STATUS_REFUSED, "counselling", _("A pharmacist counsels: ask one to hand this over."));
    }
    bool is_other = how->collected_by != NULL && how->collected_by[0] != '\0';
    if (how->counselling == COUNSELLING_NOT_THERE && !is_other) {
        return error_set_field(err, STATUS_REFUSED, "collected_by", _("Say who collects it for the patient."));
    }
    return STATUS_OK;
}

/* The first part is over when nothing is owed of it any more. */
static enum status close_root(struct fill_act *a, struct error *err)
{
    struct store *store = a->act.actor->site->store;
    struct fill root = {0};
    struct decimal owed = {0, 0};
    struct uid open;
    enum status status = fill_get(store, a->fill.root, &root, err);
    if (status == STATUS_OK) {
        status = fill_owed(store, &root, &owed, &open, err);
    }
    if (status == STATUS_OK && root.state == FILL_STATE_PARTIAL && decimal_compare(owed, a->fill.filled) <= 0) {
        const struct fill_step step = {.id = uid_new(a->act.actor->site->clock), .patient = root.patient, .fill = root.id,
                                       .from = root.state, .to = FILL_STATE_HANDED_OVER, .quantity = a->fill.filled,
                                       .done_by = a->act.actor->user, .done_us = clock_now_us(a->act.actor->site->clock)};
        root.state = FILL_STATE_HANDED_OVER;
        status = fill_update(store, &root, NULL, NULL, err);
        if (status == STATUS_OK) {
            status = fill_step_insert(store, &step, err);
        }
    }
    fill_release(&root);
    return status;
}

static enum status peek(struct actor *actor, struct uid fill, struct uid *out_patient, enum fill_state *out_to, struct error *err)
{
    struct fill f = {0};
    enum status status = fill_get(actor->site->store, fill, &f, err);
    if (status == STATUS_OK) {
        bool is_root = uid_compare(f.id, f.root) == 0;
        *out_patient = f.patient;
        *out_to = is_root && decimal_compare(f.filled, f.wanted) < 0 ? FILL_STATE_PARTIAL : FILL_STATE_HANDED_OVER;
    }
    fill_release(&f);
    return status;
}

enum status fill_hand_over(struct actor *actor, struct uid fill, int32_t ver, const struct fill_hand_over *how, struct error *err)
{
    struct fill_act a;
    struct uid patient;
    enum fill_state to = FILL_STATE_HANDED_OVER;
    enum identified_by identified = IDENTIFIED_BY_NONE_GIVEN;
    enum status status = act_permit(actor, PERMISSION_FILL_HAND_OVER, "fill.hand_over", err);
    if (status == STATUS_OK) {
        status = check_window(actor, how, err);
    }
    if (status == STATUS_OK) {
        status = peek(actor, fill, &patient, &to, err);
    }
    if (status == STATUS_OK) {
        status = patient_identify(actor, patient, how->is_scan, how->first, how->second, &identified, err);
        if (status != STATUS_OK && err != NULL && err->field[0] == '\0') {
            memcpy(err->field, "identifiers", sizeof "identifiers");
        }
    }
    if (status == STATUS_OK) {
        status = fill_act_begin(&a, actor, PERMISSION_FILL_HAND_OVER, fill, ver, to, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = fill_check_order(actor->site, &a.order, a.fill.version, err);
    if (status == STATUS_OK) {
        status = check_verified(&a.order, err);
    }
    if (status == STATUS_OK) {
        status = check_bag_again(&a, err);
    }
    if (status == STATUS_OK && a.fill.is_controlled) {
        status = step_up_require(actor, STEP_UP_ACT_US, err);
    }
    if (status == STATUS_OK && uid_compare(a.fill.root, a.fill.id) != 0) {
        status = close_root(&a, err);
    }
    mem_free(a.fill.collected_by);
    a.fill.collected_by = fill_clean(how->collected_by);
    a.fill.identified_by = identified;
    a.fill.counselling = how->counselling;
    a.fill.handed_by = actor->user;
    a.fill.handed_us = clock_now_us(actor->site->clock);
    a.fill.return_us = 0;
    a.quantity = a.fill.filled;
    return fill_act_end(&a, status, err);
}
