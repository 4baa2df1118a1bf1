/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/counter.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/products.h"
#include "store/fill_store.h"

#define MUST(call, err) cr_assert_eq((call), STATUS_OK, "%s: %s", #call, error_text(&(err)))

void counter_teach(struct counter *k, const char *code, const char *drug)
{
    struct scan scan;
    struct error err = ERROR_INIT;
    MUST(product_read_scan(k->c->site, code, strlen(code), &scan, &err), err);
    MUST(product_learn(clinic_actor(k->c, CLINIC_PHARMACIST), &scan, drug, "test", &err), err);
}

struct counter counter_new(void)
{
    struct counter k = {.c = clinic_new()};
    k.patient = clinic_add_patient(k.c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14", .weight_kg = "62"});
    counter_teach(&k, COUNTER_METFORMIN, "metformin 500 mg tab");
    counter_teach(&k, COUNTER_OXYCODONE, "oxycodone 5 mg tab");
    return k;
}

void counter_verify(struct counter *k, struct uid order)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    struct verification_view view = {0};
    struct actor *pharmacist = clinic_actor(k->c, CLINIC_PHARMACIST);
    MUST(chart_open(pharmacist, k->patient, 1, 1, &chart, &err), err);
    MUST(verification_look(pharmacist, chart, order, &view, &err), err);
    const struct verification_word word = {.outcome = VERIFICATION_VERIFIED, .is_unchecked_seen = true};
    MUST(order_verify(pharmacist, view.proposal, &word, &err), err);
    verification_view_release(&view);
    chart_free(chart);
}

struct uid counter_order(struct counter *k, const char *line)
{
    struct uid order = clinic_add_order(k->c, k->patient, line);
    counter_verify(k, order);
    return order;
}

struct fill counter_get(struct counter *k, struct uid fill)
{
    struct error err = ERROR_INIT;
    struct fill f = {0};
    MUST(fill_get(k->c->site->store, fill, &f, &err), err);
    return f;
}

enum fill_state counter_state(struct counter *k, struct uid fill)
{
    struct fill f = counter_get(k, fill);
    enum fill_state state = f.state;
    fill_release(&f);
    return state;
}

static int32_t ver_of(struct counter *k, struct uid fill)
{
    struct fill f = counter_get(k, fill);
    int32_t ver = f.ver;
    fill_release(&f);
    return ver;
}

int counter_refills(struct counter *k, struct uid order)
{
    struct order o = clinic_get_order(k->c, order);
    struct fill_offer offer = {0};
    struct error err = ERROR_INIT;
    MUST(fill_offer_get(clinic_actor(k->c, CLINIC_TECHNICIAN), o.patient, order, &offer, &err), err);
    int left = offer.refills_left;
    fill_offer_release(&offer);
    order_release(&o);
    return left;
}

struct uid counter_start(struct counter *k, struct uid order, int quantity)
{
    struct error err = ERROR_INIT;
    struct fill_offer offer = {0};
    struct uid fill = UID_NONE;
    struct actor *technician = clinic_actor(k->c, CLINIC_TECHNICIAN);
    MUST(fill_offer_get(technician, k->patient, order, &offer, &err), err);
    struct decimal amount = quantity > 0 ? decimal_from_int(quantity) : offer.quantity;
    int days = fill_days_of(k->c->site, &offer.order, amount);
    const struct fill_request request = {.patient = k->patient, .order = order, .quantity = amount,
                                         .days_supply = days > 0 ? days : 7 /* as typed */, .rest_of = offer.owed_fill};
    MUST(fill_start(technician, &request, &fill, &err), err);
    fill_offer_release(&offer);
    return fill;
}

void counter_take(struct counter *k, struct uid fill)
{
    struct error err = ERROR_INIT;
    MUST(fill_take(clinic_actor(k->c, CLINIC_TECHNICIAN), fill, ver_of(k, fill), &err), err);
}

enum status counter_try_fill(struct counter *k, struct uid fill, const char *code, int quantity, struct error *err)
{
    struct fill_scan scan = {0};
    struct fill f = counter_get(k, fill);
    struct order order = clinic_get_order(k->c, f.order);
    struct actor *technician = clinic_actor(k->c, CLINIC_TECHNICIAN);
    enum status status = fill_scan_read(technician, &f, &order, code, strlen(code), &scan, err);
    if (status == STATUS_OK) {
        const struct fill_pack_entry pack = {.code = code, .product = scan.product, .lot = scan.lot, .expiry = scan.expiry,
                                             .quantity = decimal_from_int(quantity)};
        const struct fill_bag bag = {.packs = &pack, .count = 1, .counted = decimal_from_int(quantity),
                                     .substitution = scan.is_other_name ? SUBSTITUTION_GENERIC : SUBSTITUTION_NONE_GIVEN};
        status = fill_fill(technician, fill, f.ver, &bag, err);
        fill_scan_release(&scan);
    }
    order_release(&order);
    fill_release(&f);
    return status;
}

void counter_fill(struct counter *k, struct uid fill, const char *code, int quantity)
{
    struct error err = ERROR_INIT;
    MUST(counter_try_fill(k, fill, code, quantity, &err), err);
}

enum status counter_try_check(struct counter *k, struct uid fill, enum clinic_person who, const struct fill_check_word *word,
                              struct error *err)
{
    struct chart *chart = NULL;
    struct fill_view view = {0};
    enum status status = chart_open(clinic_actor(k->c, who), k->patient, 1, 1, &chart, err);
    if (status == STATUS_OK) {
        status = fill_look(clinic_actor(k->c, who), chart, fill, &view, err);
    }
    if (status == STATUS_OK) {
        status = fill_check(clinic_actor(k->c, who), fill, view.fill.ver, view.proposal, word, err);
        fill_view_release(&view);
    }
    chart_free(chart);
    return status;
}

void counter_check(struct counter *k, struct uid fill)
{
    struct error err = ERROR_INIT;
    struct fill f = counter_get(k, fill);
    const struct fill_check_word word = {.recounted = f.filled};
    if (f.is_controlled) {
        clinic_prove(k->c, CLINIC_PHARMACIST);
    }
    MUST(counter_try_check(k, fill, CLINIC_PHARMACIST, &word, &err), err);
    fill_release(&f);
}

enum status counter_try_hand_over(struct counter *k, struct uid fill, enum clinic_person who, const struct fill_hand_over *how,
                                  struct error *err)
{
    return fill_hand_over(clinic_actor(k->c, who), fill, ver_of(k, fill), how, err);
}

void counter_hand_over(struct counter *k, struct uid fill)
{
    struct error err = ERROR_INIT;
    const struct fill_hand_over how = {.first = "Okafor", .second = "14 Mar 1958", .counselling = COUNSELLING_REFUSED};
    clinic_prove(k->c, CLINIC_TECHNICIAN);
    MUST(counter_try_hand_over(k, fill, CLINIC_TECHNICIAN, &how, &err), err);
}

struct uid counter_dispense(struct counter *k, struct uid order, const char *code, int quantity)
{
    struct uid fill = counter_start(k, order, quantity);
    counter_take(k, fill);
    counter_fill(k, fill, code, quantity);
    counter_check(k, fill);
    counter_hand_over(k, fill);
    return fill;
}
