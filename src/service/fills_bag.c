/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes into the bag: products by scan against the order, lots, quantities, counts. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/fills_private.h"
#include "service/products.h"
#include "service/screening.h"

enum { PACKS_MAX = 40 };

/* ---- a scanned product against the order ---- */

static bool is_same_amount(const struct drug_strength *a, const struct drug_strength *b)
{
    struct decimal left, right, converted;
    if (a->unit == UNIT_NONE || b->unit == UNIT_NONE) {
        return true; /* one of them does not say: looked at with the dose */
    }
    if (unit_convert(b->amount, b->unit, a->unit, &converted) != STATUS_OK) {
        return false;
    }
    bool has_per = !decimal_is_zero(a->per), other_has_per = !decimal_is_zero(b->per);
    if (has_per != other_has_per) {
        return false;
    }
    if (!has_per) {
        return decimal_compare(a->amount, converted) == 0;
    }
    /* 250 mg / 5 mL is 50 mg / mL */
    struct decimal per;
    return unit_convert(b->per, b->per_unit, a->per_unit, &per) == STATUS_OK &&
           decimal_multiply(a->amount, per, &left) == STATUS_OK && decimal_multiply(converted, a->per, &right) == STATUS_OK &&
           decimal_compare(left, right) == 0;
}

static enum status wrong(struct error *err, const char *what, const char *is, const char *ordered)
{
    return error_set_field(err, STATUS_REFUSED, "product", _("%s: this is %s, ordered is %s."), what, is, ordered);
}

/* The order says no strength ("amoxicillin 500 mg three times daily"): the product has to make the dose out of whole or half
 * pieces. */
static bool makes_the_dose(const struct sig *sig, const struct drug_identity *product)
{
    struct fill_strength s = fill_strength_of(product);
    struct decimal pieces, halves;
    enum unit unit;
    if (!decimal_is_zero(s.per_ml) || !fill_pieces_per_dose(sig, s.amount, s.unit, s.per_ml, &pieces, &unit)) {
        return true; /* a liquid is measured; what cannot be counted is the pharmacist's to see */
    }
    if (decimal_multiply(pieces, decimal_from_int(2), &halves) != STATUS_OK) {
        return false;
    }
    return decimal_compare(halves, decimal_round(halves, 0)) == 0 && decimal_compare(pieces, decimal_from_int(8)) <= 0;
}

static enum status check_product(const struct order *order, const struct drug_identity *ordered, const struct product *product,
                                 struct error *err)
{
    const struct drug_identity *got = &product->identity;
    char *name = order_display_drug(order);
    enum status status = STATUS_OK;
    bool is_same = ordered->ingredient_count > 0 && ordered->ingredient_count == got->ingredient_count &&
                   memcmp(ordered->ingredients, got->ingredients, ordered->ingredient_count * sizeof ordered->ingredients[0]) == 0;
    if (!is_same) {
        status = wrong(err, _("WRONG DRUG"), product->drug, name);
    } else if (ordered->form != DRUG_FORM_NONE && got->form != DRUG_FORM_NONE && ordered->form != got->form) {
        status = wrong(err, _("WRONG FORM"), product->drug, name);
    } else if (ordered->is_extended_release != got->is_extended_release) {
        status = wrong(err, _("WRONG FORM, extended release is another drug at the counter"), product->drug, name);
    }
    bool has_strength = ordered->strengths[ordered->primary].unit != UNIT_NONE;
    for (int i = 0; status == STATUS_OK && i < ordered->ingredient_count; i++) {
        if (!is_same_amount(&ordered->strengths[i], &got->strengths[i])) {
            status = wrong(err, _("WRONG STRENGTH"), product->drug, name);
        }
    }
    if (status == STATUS_OK && !has_strength && !makes_the_dose(&order->sig, got)) {
        char words[SIG_TEXT_MAX];
        status = error_set_field(err, STATUS_REFUSED, "product", _("WRONG STRENGTH: whole or half pieces of %s do not make %s."),
                                 product->drug, sig_format_dose(&order->sig, words));
    }
    mem_free(name);
    return status;
}

static enum status check_expiry(const struct site *site, struct date expiry, struct error *err)
{
    char day[DATE_TEXT_MAX];
    if (date_is_none(expiry) || date_compare(expiry, site_today(site)) >= 0) {
        return STATUS_OK;
    }
    return error_set_field(err, STATUS_REFUSED, "expiry", _("EXPIRED: this pack was good until %s. Take another one."),
                           date_format_human(expiry, day));
}

static bool is_other_name(const struct order *order, const char *product)
{
    char *name = order_display_drug(order);
    char *folded = text_fold(product), *ordered = text_fold(order->drug_text);
    size_t len = strcspn(ordered, " ");
    bool is_other = strncmp(folded, ordered, len) != 0 || (folded[len] != '\0' && folded[len] != ' ');
    mem_free(folded);
    mem_free(ordered);
    mem_free(name);
    return is_other;
}

enum status fill_scan_read(struct actor *actor, const struct fill *fill, const struct order *order, const char *code, size_t len,
                           struct fill_scan *out, struct error *err)
{
    struct site *site = actor->site;
    struct scan scan;
    struct product product = {0};
    struct drug_identity ordered;
    struct fill_scan result = {0};
    enum status status = act_permit(actor, PERMISSION_FILL_PREPARE, "fill.scan", err);
    if (status == STATUS_OK) {
        status = product_read_scan(site, code, len, &scan, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    (void)lot_normal(scan.lot, result.lot);
    result.expiry = scan.expiry;
    result.is_lot_only = scan.gtin[0] == '\0' && scan.reading_count == 0 && (scan.lot[0] != '\0' || !date_is_none(scan.expiry));
    status = check_expiry(site, scan.expiry, err);
    if (status == STATUS_OK && !result.is_lot_only) {
        status = product_find(site, &scan, &product, err);
    }
    if (status == STATUS_OK && !result.is_lot_only) {
        (void)order_identify(site->knowledge, order, &ordered); /* the match is in the identity */
        status = check_product(order, &ordered, &product, err);
        result.is_other_name = status == STATUS_OK && is_other_name(order, product.drug);
        result.product = mem_copy_text(product.drug);
        result.ends_in_supply = !date_is_none(scan.expiry) &&
                                date_compare(scan.expiry, date_add_days(site_today(site), fill->days_supply)) < 0;
    }
    if (status == STATUS_OK) {
        status = product_check_lot(site, result.lot, result.product != NULL ? result.product : order->drug_text,
                                   clock_now_us(site->clock), err);
    }
    product_release(&product);
    if (status != STATUS_OK) {
        fill_scan_release(&result);
        if (err != NULL && err->field[0] == '\0') {
            memcpy(err->field, "product", sizeof "product");
        }
        return status;
    }
    *out = result;
    return STATUS_OK;
}

void fill_scan_release(struct fill_scan *scan)
{
    mem_free(scan->product);
    *scan = (struct fill_scan){0};
}

/* ---- the bag ---- */

static enum status check_pack(struct fill_act *a, const struct fill_pack_entry *p, bool *out_other, struct error *err)
{
    struct actor *actor = a->act.actor;
    char lot[LOT_TEXT_MAX];
    bool is_scanned = p->code != NULL && p->code[0] != '\0';
    if (decimal_compare(p->quantity, decimal_from_int(0)) <= 0) {
        return error_set_field(err, STATUS_INVALID, "quantity", _("Say how much of this pack goes into the bag."));
    }
    if (p->product == NULL || p->product[0] == '\0') {
        return error_set_field(err, STATUS_INVALID, "product", _("Scan the pack, or say what it is and why there is no scan."));
    }
    if (!is_scanned && p->no_scan_reason == NO_SCAN_REASON_NONE_GIVEN) {
        return error_set_field(err, STATUS_REFUSED, "no_scan_reason", _("Scan the pack, or choose why it cannot be scanned."));
    }
    if (lot_normal(p->lot != NULL ? p->lot : "", lot)[0] == '\0') {
        return error_set_field(err, STATUS_REFUSED, "lot", _("Type the lot that is printed on the pack: without it nobody can be "
                                                             "called back."));
    }
    if (date_is_none(p->expiry)) {
        return error_set_field(err, STATUS_REFUSED, "expiry", _("Type the date that is printed on the pack."));
    }
    enum status status = check_expiry(actor->site, p->expiry, err);
    if (status == STATUS_OK) {
        status = product_check_lot(actor->site, lot, p->product, clock_now_us(actor->site->clock), err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (is_scanned) {
        struct fill_scan again = {0};
        status = fill_scan_read(actor, &a->fill, &a->order, p->code, strlen(p->code), &again, err);
        *out_other = *out_other || again.is_other_name;
        fill_scan_release(&again);
        return status;
    }
    /* typed: the words have to mean the ordered drug */
    struct product typed = {.drug = (char *)p->product}; /* not written to */
    struct drug_identity ordered;
    (void)order_identify(actor->site->knowledge, &a->order, &ordered); /* the match is in the identity */
    (void)resolve_drug(actor->site->knowledge, p->product, &typed.identity);
    *out_other = *out_other || is_other_name(&a->order, p->product);
    return check_product(&a->order, &ordered, &typed, err);
}

static enum status check_bag(struct fill_act *a, const struct fill_bag *bag, struct decimal *out_sum, struct error *err)
{
    struct decimal sum = {0, 0};
    char text[DECIMAL_TEXT_MAX], wanted[DECIMAL_TEXT_MAX];
    bool is_other = false;
    if (bag->count == 0 || bag->count > PACKS_MAX) {
        return error_set_field(err, STATUS_REFUSED, "packs", _("Scan what goes into the bag: 1 to %d packs."), PACKS_MAX);
    }
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < bag->count; i++) {
        status = check_pack(a, &bag->packs[i], &is_other, err);
        if (status == STATUS_OK && decimal_add(sum, bag->packs[i].quantity, &sum) != STATUS_OK) {
            status = error_set_field(err, STATUS_LIMIT, "quantity", "%s", status_text(STATUS_LIMIT));
        }
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (decimal_compare(sum, a->fill.wanted) > 0) {
        return error_set_field(err, STATUS_REFUSED, "quantity", _("%s are in the bag, %s are wanted. Take the rest out."),
                               decimal_format(sum, text), decimal_format(a->fill.wanted, wanted));
    }
    if (is_other && bag->substitution == SUBSTITUTION_NONE_GIVEN) {
        return error_set_field(err, STATUS_REFUSED, "substitution", _("This is %s, ordered is %s. Say why another name is given."),
                               bag->packs[0].product, a->order.drug_text);
    }
    if (a->fill.is_controlled && decimal_compare(bag->counted, sum) != 0) {
        return error_set_field(err, STATUS_REFUSED, "counted",
                               _("Controlled drug: count it by hand. %s were counted, %s are in the bag."),
                               decimal_format(bag->counted, text), decimal_format(sum, wanted));
    }
    *out_sum = sum;
    return STATUS_OK;
}

/* What was in the bag before is taken out; its rows stay. */
static enum status empty_bag(struct fill_act *a, int64_t now_us, struct error *err)
{
    struct fill_pack_list packs = {0};
    enum status status = fill_pack_list_of(a->act.actor->site->store, a->fill.id, &packs, err);
    for (size_t i = 0; status == STATUS_OK && i < packs.len; i++) {
        status = fill_pack_remove(a->act.actor->site->store, &packs.items[i], now_us, err);
    }
    fill_pack_list_release(&packs);
    return status;
}

static enum status put_in(struct fill_act *a, const struct fill_pack_entry *p, int64_t now_us, struct error *err)
{
    struct actor *actor = a->act.actor;
    char lot[LOT_TEXT_MAX];
    (void)lot_normal(p->lot, lot);
    char *code = fill_clean(p->code), *product = fill_clean(p->product);
    const struct fill_pack pack = {.id = uid_new(actor->site->clock), .patient = a->fill.patient, .fill = a->fill.id, .code = code,
                                   .product = product, .no_scan_reason = code[0] == '\0' ? p->no_scan_reason : NO_SCAN_REASON_NONE_GIVEN,
                                   .lot = lot, .expiry = p->expiry, .quantity = p->quantity, .added_by = actor->user, .added_us = now_us};
    enum status status = fill_pack_insert(actor->site->store, &pack, err);
    mem_free(code);
    mem_free(product);
    return status;
}

enum status fill_fill(struct actor *actor, struct uid fill, int32_t ver, const struct fill_bag *bag, struct error *err)
{
    struct fill_act a;
    struct decimal sum = {0, 0};
    int64_t now_us = clock_now_us(actor->site->clock);
    enum status status = fill_act_begin(&a, actor, PERMISSION_FILL_PREPARE, fill, ver, FILL_STATE_FILLED, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = fill_check_order(actor->site, &a.order, a.fill.version, err);
    if (status == STATUS_OK) {
        status = check_bag(&a, bag, &sum, err);
    }
    if (status == STATUS_OK) {
        status = empty_bag(&a, now_us, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < bag->count; i++) {
        status = put_in(&a, &bag->packs[i], now_us, err);
    }
    if (status == STATUS_OK) {
        mem_free(a.fill.product);
        a.fill.product = fill_clean(bag->packs[0].product);
        a.fill.substitution = bag->substitution;
        a.fill.filled = a.quantity = sum;
        a.fill.counted = a.fill.is_controlled ? bag->counted : (struct decimal){0, 0};
        a.fill.filled_by = actor->user;
        a.fill.filled_us = now_us;
    }
    return fill_act_end(&a, status, err);
}
