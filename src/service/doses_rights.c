/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/doses_rights.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/doses_total.h"
#include "service/products.h"
#include "service/screening.h"

const char *right_label(enum right right)
{
    static const char *const LABELS[RIGHT_COUNT] = {N_("patient"), N_("drug"), N_("dose"), N_("route"), N_("time")};
    return _(LABELS[right]);
}

/* Routes that a form can be given by, as bits; 0: says nothing. */
static uint32_t routes_of_form(enum drug_form form)
{
#define BIT(route) (1u << (route))
    static const uint32_t ROUTES[DRUG_FORM_COUNT] = {
        [DRUG_FORM_TABLET] = BIT(ROUTE_ORAL) | BIT(ROUTE_SUBLINGUAL) | BIT(ROUTE_BUCCAL) | BIT(ROUTE_VAGINAL),
        [DRUG_FORM_CAPSULE] = BIT(ROUTE_ORAL) | BIT(ROUTE_INHALED),
        [DRUG_FORM_LIQUID] = BIT(ROUTE_ORAL) | BIT(ROUTE_INHALED) | BIT(ROUTE_RECTAL),
        [DRUG_FORM_INJECTION] = BIT(ROUTE_IV) | BIT(ROUTE_IM) | BIT(ROUTE_SUBCUT) | BIT(ROUTE_INTRATHECAL),
        [DRUG_FORM_CREAM] = BIT(ROUTE_TOPICAL) | BIT(ROUTE_OPHTHALMIC) | BIT(ROUTE_RECTAL) | BIT(ROUTE_VAGINAL) |
                            BIT(ROUTE_NASAL) | BIT(ROUTE_TRANSDERMAL),
        [DRUG_FORM_DROPS] = BIT(ROUTE_OPHTHALMIC) | BIT(ROUTE_OTIC) | BIT(ROUTE_NASAL) | BIT(ROUTE_ORAL),
        [DRUG_FORM_INHALER] = BIT(ROUTE_INHALED),
        [DRUG_FORM_SPRAY] = BIT(ROUTE_NASAL) | BIT(ROUTE_SUBLINGUAL) | BIT(ROUTE_TOPICAL) | BIT(ROUTE_INHALED) |
                            BIT(ROUTE_ORAL),
        [DRUG_FORM_PATCH] = BIT(ROUTE_TRANSDERMAL) | BIT(ROUTE_TOPICAL),
        [DRUG_FORM_SUPPOSITORY] = BIT(ROUTE_RECTAL) | BIT(ROUTE_VAGINAL),
        [DRUG_FORM_RING] = BIT(ROUTE_VAGINAL),
    };
#undef BIT
    return ROUTES[form];
}

static void fail(struct dose_rights *r, enum right right, const char *words)
{
    r->state[right] = RIGHT_FAIL;
    if (r->words[0] == '\0') {
        (void)snprintf(r->words, sizeof r->words, "%s", words); /* cut is fine */
    }
}

static bool is_same_drug(const struct drug_identity *a, const struct drug_identity *b)
{
    return a->ingredient_count == b->ingredient_count && a->ingredient_count > 0 &&
           memcmp(a->ingredients, b->ingredients, a->ingredient_count * sizeof a->ingredients[0]) == 0;
}

static void check_drug(const struct order *order, const struct drug_identity *ordered, const struct product *product,
                       struct dose_rights *r)
{
    char *words = NULL;
    bool is_other_form = ordered->form != DRUG_FORM_NONE && product->identity.form != DRUG_FORM_NONE &&
                         ordered->form != product->identity.form;
    if (!is_same_drug(ordered, &product->identity)) {
        words = mem_format(_("WRONG DRUG: this is %s, ordered is %s."), product->drug, order->drug_text);
    } else if (ordered->form != DRUG_FORM_NONE && ordered->is_extended_release != product->identity.is_extended_release) {
        words = mem_format(_("WRONG DRUG: this is %s; extended release is no other form of the same drug (ordered %s)."),
                           product->drug, order->drug_text);
    } else if (is_other_form) {
        words = mem_format(_("WRONG DRUG: this is %s (%s), ordered is %s (%s)."), product->drug,
                           drug_form_label(product->identity.form), order->drug_text, drug_form_label(ordered->form));
    }
    if (words != NULL) {
        fail(r, RIGHT_DRUG, words);
        mem_free(words);
    }
}

static void check_route(const struct dose_event *event, const struct product *product, struct dose_rights *r)
{
    uint32_t routes = routes_of_form(product->identity.form);
    if (routes != 0 && event->route != ROUTE_NONE_GIVEN && event->route != ROUTE_OTHER && (routes & (1u << event->route)) == 0) {
        char *words = mem_format(_("WRONG ROUTE: %s cannot be given %s."), product->drug, enum_label(ENUM_ROUTE, (int)event->route));
        fail(r, RIGHT_ROUTE, words);
        mem_free(words);
    }
}

/* On the day of the dose: what is written down later was good when it was given, or was not. */
static void check_expiry(const struct site *site, const struct scan *scan, int64_t at_us, struct dose_rights *r)
{
    char day[DATE_TEXT_MAX];
    if (!date_is_none(scan->expiry) && date_compare(scan->expiry, zone_local(site->zone, at_us).date) < 0) {
        char *words = mem_format(_("EXPIRED: this product was good until %s. Take another one."),
                                 date_format_human(scan->expiry, day));
        r->is_unusable = true;
        fail(r, RIGHT_DRUG, words);
        mem_free(words);
    }
}

static enum status check_recall(struct site *site, const struct scan *scan, const char *drug, int64_t at_us, struct dose_rights *r,
                                struct error *err)
{
    struct error own = ERROR_INIT;
    enum status status = product_check_lot(site, scan->lot, drug, at_us, &own);
    if (status == STATUS_REFUSED) {
        r->is_unusable = true;
        fail(r, RIGHT_DRUG, error_text(&own));
        return STATUS_OK;
    }
    return status == STATUS_OK ? status : error_set(err, status, "%s", error_text(&own));
}

/* What the scanned pieces hold together, against the amount of the record. A bottle or a vial does not say how much of it
 * was taken: then the typed amount stands. */
struct pieces {
    struct decimal sum;
    enum unit unit;
    bool is_countable;
};

static void add_piece(const struct product *product, struct pieces *pieces)
{
    const struct drug_strength *s = &product->identity.strengths[product->identity.primary];
    struct decimal amount = {0, 0}, sum;
    if (s->unit == UNIT_NONE || !decimal_is_zero(s->per) || product->identity.form == DRUG_FORM_INHALER) {
        pieces->is_countable = false;
        return;
    }
    pieces->unit = pieces->unit == UNIT_NONE ? s->unit : pieces->unit;
    if (unit_convert(s->amount, s->unit, pieces->unit, &amount) != STATUS_OK ||
        decimal_add(pieces->sum, amount, &sum) != STATUS_OK) {
        pieces->is_countable = false;
        return;
    }
    pieces->sum = sum;
}

static void check_dose(const struct knowledge *k, const struct order *order, const struct drug_identity *ordered,
                       const struct dose_event *event, const struct pieces *pieces, struct dose_rights *r)
{
    struct prn_dose wanted;
    struct decimal target;
    char scanned[DOSE_AMOUNT_TEXT_MAX], needed[DOSE_AMOUNT_TEXT_MAX];
    if (!pieces->is_countable || r->state[RIGHT_DRUG] == RIGHT_FAIL) {
        return;
    }
    bool is_told = dose_total_entry(k, order, order, event, ordered->primary, &wanted) &&
                   unit_convert(wanted.amount, wanted.unit, pieces->unit, &target) == STATUS_OK;
    if (!is_told) { /* "1 tab" of an order without a strength: pieces are counted */
        if (unit_dimension(event->unit) != UNIT_DIMENSION_COUNT) {
            return;
        }
        struct decimal count = decimal_from_int(r->scans);
        int order_of = decimal_compare(count, event->amount);
        r->is_too_much = order_of > 0;
        if (order_of != 0) {
            fail(r, RIGHT_DOSE, order_of < 0 ? _("DOSE: scan every piece that is given.") : _("WRONG DOSE: more pieces than recorded."));
        }
        return;
    }
    int order_of = decimal_compare(pieces->sum, target);
    r->is_too_much = order_of > 0;
    if (order_of == 0) {
        return;
    }
    (void)dose_amount_format(pieces->sum, pieces->unit, scanned);
    (void)dose_amount_format(target, pieces->unit, needed);
    char *words = mem_format(order_of < 0 ? _("DOSE: %s of %s scanned. Scan the rest, or record a partial dose.")
                                          : _("WRONG DOSE: %s scanned, %s is recorded. Take a smaller piece, or record the waste."),
                             scanned, needed);
    fail(r, RIGHT_DOSE, words);
    mem_free(words);
}

/* One code out of several. */
static enum status read_one(struct site *site, const struct order *order, const struct drug_identity *ordered,
                            const struct dose_event *event, const char *code, size_t len, struct pieces *pieces,
                            struct dose_rights *r, struct error *err)
{
    struct scan scan;
    struct product product;
    enum status status = product_read_scan(site, code, len, &scan, err);
    if (status != STATUS_OK) {
        return error_set_field(err, STATUS_REFUSED, "product", "%s", err != NULL ? err->message : "");
    }
    if (scan.lot[0] != '\0') {
        memcpy(r->lot, scan.lot, sizeof r->lot);
    }
    r->expiry = date_is_none(scan.expiry) ? r->expiry : scan.expiry;
    int64_t at_us = event->occurred_us != 0 ? event->occurred_us : clock_now_us(site->clock);
    check_expiry(site, &scan, at_us, r);
    if (scan_is_lot_only(&scan)) { /* the second code of a pack that has two */
        return check_recall(site, &scan, order->drug_text, at_us, r, err);
    }
    r->scans++;
    status = product_find(site, &scan, &product, err);
    if (status == STATUS_NOT_FOUND) { /* counted as not known */
        return check_recall(site, &scan, order->drug_text, at_us, r, err);
    }
    if (status != STATUS_OK) {
        return error_set_field(err, STATUS_REFUSED, "product", "%s", err != NULL ? err->message : "");
    }
    r->known++;
    (void)snprintf(r->product, sizeof r->product, "%s", product.drug); /* cut is fine */
    check_drug(order, ordered, &product, r);
    check_route(event, &product, r);
    status = check_recall(site, &scan, product.drug, at_us, r, err);
    add_piece(&product, pieces);
    product_release(&product);
    return status;
}

enum status dose_rights_by_scan(struct site *site, const struct order *order, const struct dose_event *event,
                                struct dose_rights *out, struct error *err)
{
    struct dose_rights r = {.scans = 0};
    struct drug_identity ordered = {0};
    struct pieces pieces = {.is_countable = true};
    const char *codes = event->product_code != NULL ? event->product_code : "";
    enum status status = STATUS_OK;
    (void)order_identify(site->knowledge, order, &ordered); /* the match is in the identity */
    while (status == STATUS_OK && *codes != '\0') {
        size_t len = strcspn(codes, " ");
        if (len > 0) {
            status = read_one(site, order, &ordered, event, codes, len, &pieces, &r, err);
        }
        codes += len + (codes[len] == ' ');
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (r.scans > 0 && r.known == r.scans) {
        for (int right = RIGHT_DRUG; right <= RIGHT_ROUTE; right++) {
            r.state[right] = r.state[right] == RIGHT_FAIL ? RIGHT_FAIL : RIGHT_PASS;
        }
        check_dose(site->knowledge, order, &ordered, event, &pieces, &r);
    } else if (r.scans > 0 && r.words[0] == '\0') {
        (void)snprintf(r.words, sizeof r.words, "%s", _("A scanned code is not known here: it says nothing about the drug."));
    }
    *out = r;
    return STATUS_OK;
}
