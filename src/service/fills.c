/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/fills.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/fills_private.h"
#include "service/order_guards.h"
#include "service/refills.h"
#include "service/screening.h"
#include "store/conflict_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

enum { NOTE_MAX_BYTES = 300, DAYS_MAX = 365, WEEKLY_DAYS_MAX = 28, QUANTITY_MAX = 100000 };

char *fill_clean(const char *text)
{
    return text != NULL ? text_clean(text, strlen(text), NOTE_MAX_BYTES, TEXT_LINE, NULL) : mem_copy_text("");
}

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " ")] == '\0';
}

/* ---- what an order is ---- */

struct fill_strength fill_strength_of(const struct drug_identity *identity)
{
    const struct drug_strength *s = &identity->strengths[identity->primary];
    struct fill_strength out = {s->amount, {0, 0}, s->unit};
    if (!decimal_is_zero(s->per)) {
        struct decimal ml;
        out.per_ml = unit_convert(s->per, s->per_unit, UNIT_ML, &ml) == STATUS_OK ? ml : (struct decimal){0, 0};
        if (decimal_is_zero(out.per_ml)) {
            out.unit = UNIT_NONE; /* per hour, per patch: no pieces can be counted */
        }
    }
    return out;
}

static bool has_flag(const struct site *site, const struct drug_identity *identity, unsigned flags)
{
    for (int i = 0; i < identity->ingredient_count; i++) {
        if ((knowledge_flags(site->knowledge, identity->ingredients[i]) & flags) != 0) {
            return true;
        }
    }
    return false;
}

#define CONTROLLED (INGREDIENT_CONTROLLED_2 | INGREDIENT_CONTROLLED_3 | INGREDIENT_CONTROLLED_4 | INGREDIENT_CONTROLLED_5)

/* Steps of a taper have ends; the last one may stay open. */
static int days_of_steps(const struct sig *sig)
{
    int days = 0;
    for (size_t i = 0; i < sig_step_count(sig); i++) {
        struct sig step;
        sig_step(sig, i, &step);
        if (step.duration_days == 0) {
            return 0;
        }
        days += step.duration_days;
    }
    return days;
}

/* Doses that differ by day: by the pieces of a whole week. */
static int days_of_parallel(const struct sig *sig, struct fill_strength s, struct decimal quantity)
{
    struct decimal week = decimal_from_int(0), one, sevenfold, days;
    for (size_t i = 0; i < sig_step_count(sig); i++) {
        struct sig part;
        enum unit unit;
        sig_step(sig, i, &part);
        if (!fill_pieces_per_dose(&part, s.amount, s.unit, s.per_ml, &one, &unit) ||
            decimal_multiply(one, decimal_from_int(sig_week_of(&part).doses), &one) != STATUS_OK ||
            decimal_add(week, one, &week) != STATUS_OK) {
            return sig->duration_days;
        }
    }
    if (decimal_is_zero(week) || decimal_multiply(quantity, decimal_from_int(7), &sevenfold) != STATUS_OK ||
        decimal_divide(sevenfold, week, 2, &days) != STATUS_OK) {
        return sig->duration_days;
    }
    int64_t whole = days.mantissa;
    for (int i = 0; i < days.scale; i++) { /* cut off: a day without all its doses is none */
        whole /= 10;
    }
    whole = whole > DAYS_MAX ? DAYS_MAX : whole;
    return sig->duration_days > 0 && whole > sig->duration_days ? sig->duration_days : (int)whole;
}

int fill_days_of(const struct site *site, const struct order *order, struct decimal quantity)
{
    struct drug_identity identity;
    struct decimal per_dose;
    enum unit unit;
    if (order->sig.later_count > 0 && !order->sig.is_parallel) {
        return days_of_steps(&order->sig);
    }
    (void)order_identify(site->knowledge, order, &identity); /* the match is in the identity */
    struct fill_strength s = fill_strength_of(&identity);
    if (order->sig.is_parallel) {
        return days_of_parallel(&order->sig, s, quantity);
    }
    if (fill_pieces_per_dose(&order->sig, s.amount, s.unit, s.per_ml, &per_dose, &unit)) {
        int days = fill_days_supply(&order->sig, quantity, per_dose);
        return order->sig.duration_days > 0 && days > order->sig.duration_days ? order->sig.duration_days : days;
    }
    return order->sig.duration_days;
}

static enum unit unit_of(const struct site *site, const struct order *order)
{
    struct drug_identity identity;
    struct decimal per_dose;
    enum unit unit = UNIT_NONE;
    (void)order_identify(site->knowledge, order, &identity); /* the match is in the identity */
    struct fill_strength s = fill_strength_of(&identity);
    if (fill_pieces_per_dose(&order->sig, s.amount, s.unit, s.per_ml, &per_dose, &unit) && unit != UNIT_NONE) {
        return unit;
    }
    switch (identity.form) {
    case DRUG_FORM_TABLET:
        return UNIT_TABLET;
    case DRUG_FORM_CAPSULE:
        return UNIT_CAPSULE;
    case DRUG_FORM_LIQUID:
        return UNIT_ML;
    case DRUG_FORM_PATCH:
        return UNIT_PATCH;
    case DRUG_FORM_SUPPOSITORY:
        return UNIT_SUPPOSITORY;
    case DRUG_FORM_NONE:
    case DRUG_FORM_INJECTION:
    case DRUG_FORM_CREAM:
    case DRUG_FORM_DROPS:
    case DRUG_FORM_INHALER:
    case DRUG_FORM_SPRAY:
    case DRUG_FORM_POWDER:
    case DRUG_FORM_RING:
    case DRUG_FORM_IMPLANT:
    case DRUG_FORM_OTHER:
    case DRUG_FORM_COUNT:
        break;
    }
    return UNIT_NONE;
}

/* ---- may it be dispensed at all ---- */

static enum status check_version(struct site *site, const struct order *now, struct uid version, struct error *err)
{
    struct order then = {0};
    if (uid_is_none(version) || uid_compare(now->version, version) == 0) {
        return STATUS_OK;
    }
    enum status status = order_get_version(site->store, version, &then, err);
    if (status == STATUS_OK && !order_reads_same(&then, now)) {
        status = error_set(err, STATUS_REFUSED, _("The order of %s was changed after this was asked for. Cancel this one and fill the "
                                                  "order as it is now."),
                           now->drug_text);
    }
    order_release(&then);
    return status;
}

static enum status check_state(const struct site *site, const struct order *o, struct error *err)
{
    struct local_time at = zone_local(site->zone, o->recorded_at_us);
    char day[DATE_TEXT_MAX];
    if (o->status == MEDICATION_STATUS_ACTIVE && (o->stop_us == 0 || o->stop_us > clock_now_us(site->clock))) {
        return STATUS_OK;
    }
    if (o->status == MEDICATION_STATUS_ACTIVE) {
        return error_set(err, STATUS_REFUSED, _("The order of %s has ended. It is not dispensed."), o->drug_text);
    }
    return error_set(err, STATUS_REFUSED, _("The order of %s is %s since %s %02d:%02d%s%s. It is not dispensed."), o->drug_text,
                     enum_label(ENUM_MEDICATION_STATUS, (int)o->status), date_format_human(at.date, day), at.hour, at.minute,
                     o->reason != NULL && o->reason[0] != '\0' ? ": " : "", o->reason != NULL ? o->reason : "");
}

enum status fill_check_order(struct site *site, const struct order *order, struct uid version, struct error *err)
{
    struct patient patient = {0};
    bool is_open = false;
    int valid_days = settings_number(&site->settings, SETTING_FILL_VALID);
    enum status status = check_state(site, order, err);
    if (status == STATUS_OK) {
        status = check_version(site, order, version, err);
    }
    if (status == STATUS_OK && order->verification == VERIFICATION_REJECTED) {
        status = error_set_field(err, STATUS_REFUSED, "verification", _("A pharmacist rejected this order. It is not dispensed."));
    }
    if (status == STATUS_OK && clock_now_us(site->clock) - order->start_us > valid_days * 24 * US_PER_HOUR) {
        status = error_set(err, STATUS_REFUSED, _("This prescription is older than %d days. It needs a new one."), valid_days);
    }
    if (status == STATUS_OK) {
        status = conflict_is_open(site->store, "user_medications", order->id, &is_open, err);
    }
    if (status == STATUS_OK && is_open) {
        status = error_set(err, STATUS_REFUSED, _("Two workstations changed this order without knowing of each other. A prescriber "
                                                  "has to pick before it is dispensed."));
    }
    if (status == STATUS_OK) {
        status = patient_get(site->store, order->patient, &patient, err);
    }
    if (status == STATUS_OK) {
        status = order_check_patient(&patient, err);
    }
    patient_release(&patient);
    return status;
}

enum status fill_owed(struct store *store, const struct fill *root, struct decimal *out, struct uid *out_open, struct error *err)
{
    struct fill_list parts = {0};
    struct decimal owed = root->wanted;
    *out_open = UID_NONE;
    enum status status = fill_list_of_root(store, root->id, &parts, err);
    for (size_t i = 0; status == STATUS_OK && i < parts.len; i++) {
        const struct fill *f = &parts.items[i];
        bool is_out = f->state == FILL_STATE_PARTIAL || f->state == FILL_STATE_HANDED_OVER;
        if (is_out && decimal_subtract(owed, f->filled, &owed) != STATUS_OK) {
            status = error_set(err, STATUS_LIMIT, "%s", status_text(STATUS_LIMIT));
        }
        if (!is_out && !fill_state_is_final(f->state)) {
            *out_open = f->id;
        }
    }
    fill_list_release(&parts);
    *out = decimal_compare(owed, decimal_from_int(0)) > 0 ? owed : decimal_from_int(0);
    return status;
}

/* ---- the offer ---- */

static bool shares_ingredient(const char *a, const char *b)
{
    for (const char *at = a; *at != '\0';) {
        size_t len = strcspn(at, ";");
        for (const char *other = b; len > 0 && *other != '\0';) {
            size_t other_len = strcspn(other, ";");
            if (len == other_len && strncmp(at, other, len) == 0) {
                return true;
            }
            other += other_len + (other[other_len] == ';');
        }
        at += len + (at[len] == ';');
    }
    return false;
}

/* Fills of the same drug, whatever order they were of: a second order does not make a supply vanish. */
static void keep_same_drug(struct fill_list *list, const struct order *order)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->len; i++) {
        bool is_same = uid_compare(list->items[i].order, order->id) == 0 ||
                       shares_ingredient(list->items[i].ingredients, order->ingredients);
        if (is_same) {
            struct fill swap = list->items[kept];
            list->items[kept++] = list->items[i];
            list->items[i] = swap;
        }
    }
    for (size_t i = kept; i < list->len; i++) {
        fill_release(&list->items[i]);
    }
    list->len = kept;
}

static enum status read_fills(struct site *site, struct fill_offer *offer, struct error *err)
{
    enum { LOOKED_AT = 400 };
    struct fill_list fills = {0};
    int last_days = 0;
    struct date last_from = {0};
    int percent = settings_number(&site->settings, offer->is_controlled ? SETTING_FILL_USED_CONTROLLED : SETTING_FILL_USED);
    enum status status = fill_list_of_patient(site->store, offer->order.patient, LOOKED_AT, &fills, err);
    if (status != STATUS_OK) {
        return status;
    }
    keep_same_drug(&fills, &offer->order);
    for (size_t i = 0; status == STATUS_OK && i < fills.len; i++) {
        const struct fill *f = &fills.items[i];
        bool is_root = uid_compare(f->id, f->root) == 0, is_own = uid_compare(f->order, offer->order.id) == 0;
        bool stands = f->state != FILL_STATE_CANCELLED && f->state != FILL_STATE_RETURNED;
        offer->number += is_own && is_root && stands;
        if (is_root && stands && date_compare(f->supply_from, last_from) > 0) {
            last_from = f->supply_from;
            last_days = f->days_supply;
        }
        if (is_own && f->state == FILL_STATE_PARTIAL) {
            offer->owed_fill = f->id;
            status = fill_owed(site->store, f, &offer->owed, &offer->open_fill, err);
        } else if (is_own && !fill_state_is_final(f->state)) {
            offer->open_fill = f->id;
        }
    }
    offer->supply_until = fill_supply_until(fills.items, fills.len);
    offer->not_early_from = fill_not_early_from(offer->supply_until, last_days, percent);
    offer->is_early = !date_is_none(offer->not_early_from) && date_compare(site_today(site), offer->not_early_from) < 0;
    fill_list_release(&fills);
    return status;
}

static enum status look(struct actor *actor, struct uid patient, struct uid order, struct fill_offer *offer, struct error *err)
{
    struct site *site = actor->site;
    struct refill_balance balance = {0};
    struct drug_identity identity;
    bool is_same = false;
    enum status status = order_get(site->store, order, &offer->order, err);
    if (status == STATUS_OK) {
        status = person_is_same(site->store, offer->order.patient, patient, &is_same, err);
    }
    if (status == STATUS_OK && !is_same) {
        return error_set(err, STATUS_NOT_FOUND, _("This patient has no such order."));
    }
    if (status == STATUS_OK) {
        (void)order_identify(site->knowledge, &offer->order, &identity); /* the match is in the identity */
        offer->is_controlled = has_flag(site, &identity, CONTROLLED);
        offer->quantity = decimal_from_int(offer->order.quantity);
        offer->unit = unit_of(site, &offer->order);
        status = read_fills(site, offer, err);
    }
    if (status == STATUS_OK) {
        status = refills_left(actor, order, &balance, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    offer->refills_left = balance.refills_left;
    offer->has_right = balance.here > 0;
    if (!uid_is_none(offer->owed_fill)) {
        offer->quantity = offer->owed;
    }
    offer->days_supply = decimal_is_zero(offer->quantity) ? 0 : fill_days_of(site, &offer->order, offer->quantity);
    if (has_flag(site, &identity, INGREDIENT_WEEKLY) && offer->days_supply > WEEKLY_DAYS_MAX) {
        offer->days_supply = WEEKLY_DAYS_MAX;
    }
    offer->refusal = (struct error)ERROR_INIT;
    enum status refused = fill_check_order(site, &offer->order, UID_NONE, &offer->refusal);
    if (refused == STATUS_OK && balance.left == 0 && uid_is_none(offer->owed_fill)) {
        (void)error_set(&offer->refusal, STATUS_REFUSED, _("No refill is left: %d of %d were filled. Ask the prescriber for a new "
                                                           "prescription."),
                        balance.filled, balance.allowed);
    }
    return STATUS_OK;
}

enum status fill_offer_get(struct actor *actor, struct uid patient, struct uid order, struct fill_offer *out, struct error *err)
{
    struct fill_offer offer = {0};
    enum status status = act_permit(actor, PERMISSION_FILL_PREPARE, "fill.offer", err);
    if (status == STATUS_OK) {
        status = look(actor, patient, order, &offer, err);
    }
    if (status != STATUS_OK) {
        fill_offer_release(&offer);
        return status;
    }
    *out = offer;
    return STATUS_OK;
}

void fill_offer_release(struct fill_offer *offer)
{
    order_release(&offer->order);
    *offer = (struct fill_offer){0};
}

/* ---- starting ---- */

static enum status check_amounts(const struct site *site, const struct fill_offer *o, const struct fill_request *r, struct error *err)
{
    char text[DECIMAL_TEXT_MAX];
    struct drug_identity identity;
    bool is_rest = !uid_is_none(r->rest_of);
    struct decimal most = is_rest ? o->owed : decimal_from_int(o->order.quantity > 0 ? o->order.quantity : QUANTITY_MAX);
    if (decimal_compare(r->quantity, decimal_from_int(0)) <= 0) {
        return error_set_field(err, STATUS_INVALID, "quantity", _("Say how much is dispensed."));
    }
    if (decimal_compare(r->quantity, most) > 0) {
        return error_set_field(err, STATUS_REFUSED, "quantity", is_rest ? _("Only %s are owed.") : _("The order is for %s. More is not dispensed."),
                               decimal_format(most, text));
    }
    if (is_rest) {
        return STATUS_OK;
    }
    if (r->days_supply < 1 || r->days_supply > DAYS_MAX) {
        return error_set_field(err, STATUS_INVALID, "days_supply", _("Say for how many days it is, 1 to %d."), DAYS_MAX);
    }
    (void)order_identify(site->knowledge, &o->order, &identity); /* the match is in the identity */
    if (has_flag(site, &identity, INGREDIENT_WEEKLY) && r->days_supply > WEEKLY_DAYS_MAX) {
        return error_set_field(err, STATUS_REFUSED, "days_supply",
                               _("%s is taken weekly: no more than %d days are dispensed at a time."), o->order.drug_text, WEEKLY_DAYS_MAX);
    }
    return STATUS_OK;
}

static enum status check_early(const struct fill_offer *o, const struct fill_request *r, struct error *err)
{
    char until[DATE_TEXT_MAX], from[DATE_TEXT_MAX];
    if (!o->is_early || !uid_is_none(r->rest_of)) {
        return STATUS_OK;
    }
    if (r->early_reason == EARLY_REASON_NONE_GIVEN) {
        return error_set_field(err, STATUS_REFUSED, "early_reason",
                               _("TOO EARLY: the last supply lasts until %s; the next one is due from %s. Say why it is filled now."),
                               date_format_human(o->supply_until, until), date_format_human(o->not_early_from, from));
    }
    if (r->early_reason == EARLY_REASON_OTHER && is_blank(r->reason_text)) {
        return error_set_field(err, STATUS_INVALID, "reason", _("\"Other\" needs a few words."));
    }
    return STATUS_OK;
}

static enum status check_request(const struct site *site, const struct fill_offer *o, const struct fill_request *r, struct error *err)
{
    bool is_rest = !uid_is_none(r->rest_of);
    if (o->refusal.status != STATUS_OK && (!is_rest || o->refusal.field[0] != '\0')) {
        if (err != NULL) {
            *err = o->refusal;
        }
        return o->refusal.status;
    }
    if (!uid_is_none(o->open_fill)) {
        return error_set(err, STATUS_REFUSED, _("A fill of this order is in the queue already. Finish or cancel that one first."));
    }
    if (!is_rest && !uid_is_none(o->owed_fill)) {
        return error_set(err, STATUS_REFUSED, _("A rest of the last fill is still owed. Hand it over, or say that it is not wanted."));
    }
    if (is_rest && uid_compare(o->owed_fill, r->rest_of) != 0) {
        return error_set(err, STATUS_STALE, _("Nothing is owed of that fill any more."));
    }
    enum status status = check_amounts(site, o, r, err);
    return status == STATUS_OK ? check_early(o, r, err) : status;
}

static enum status insert(struct act *act, const struct fill_offer *o, const struct fill_request *r, struct fill *f, struct error *err)
{
    struct actor *actor = act->actor;
    bool is_rest = !uid_is_none(r->rest_of);
    *f = (struct fill){
        .id = uid_new(actor->site->clock),
        .patient = r->patient,
        .order = r->order,
        .version = o->order.version,
        .number = is_rest ? o->number - 1 : o->number,
        .state = FILL_STATE_NEW,
        .ingredients = mem_copy_text(o->order.ingredients),
        .unit = o->unit,
        .wanted = r->quantity,
        .days_supply = is_rest ? 0 : r->days_supply,
        .supply_from = site_today(actor->site),
        .early_reason = o->is_early && !is_rest ? r->early_reason : EARLY_REASON_NONE_GIVEN,
        .reason_text = fill_clean(r->reason_text),
        .had_right = true,
        .is_controlled = o->is_controlled,
        .requested_by = actor->user,
        .requested_us = clock_now_us(actor->site->clock),
    };
    f->root = is_rest ? r->rest_of : f->id;
    act->record = f->id;
    if (!is_rest) {
        const struct refill_use use = {r->patient, r->order, o->order.version, f->id, r->is_knowing, f->reason_text};
        enum status status = refills_spend(act, &use, &f->had_right, err);
        if (status != STATUS_OK) {
            return status;
        }
        mem_free(act->new_values); /* the fill's own row says more */
        act->new_values = NULL;
    }
    enum status status = fill_insert(actor->site->store, f, &act->new_values, err);
    const struct fill_step step = {.id = uid_new(actor->site->clock), .patient = f->patient, .fill = f->id, .to = FILL_STATE_NEW,
                                   .quantity = f->wanted, .done_by = actor->user, .done_us = f->requested_us};
    return status == STATUS_OK ? fill_step_insert(actor->site->store, &step, err) : status;
}

enum status fill_start(struct actor *actor, const struct fill_request *r, struct uid *out_fill, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_FILL_PREPARE, "fill.start", "fills", r->patient);
    struct fill_offer offer = {0};
    struct fill fill = {0};
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = look(actor, r->patient, r->order, &offer, err);
    if (status == STATUS_OK) {
        status = check_request(actor->site, &offer, r, err);
    }
    if (status == STATUS_OK) {
        status = insert(&act, &offer, r, &fill, err);
        act.risk = offer.is_early || !fill.had_right ? RISK_LEVEL_MEDIUM : RISK_LEVEL_LOW;
    }
    status = act_end(&act, status, err);
    if (status == STATUS_OK) {
        *out_fill = fill.id;
    }
    fill_release(&fill);
    fill_offer_release(&offer);
    return status;
}
