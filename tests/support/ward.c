/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/ward.h"

#include <criterion/criterion.h>
#include <string.h>

#include "service/chart.h"
#include "service/products.h"

struct ward ward_new(const char *line)
{
    struct ward w = {.c = clinic_new()};
    w.patient = clinic_add_patient(w.c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14"});
    w.order = clinic_add_order(w.c, w.patient, line);
    return w;
}

/* Times of the site's day: New York, 24 Nov 2026 is EST. */
int64_t ward_at(int day, int hour, int minute)
{
    return CLINIC_START_US + (day * 24 * 60 + (hour * 60 + minute) - (8 * 60 + 30)) * US_PER_MINUTE;
}

void ward_set_time(struct ward *w, int day, int hour, int minute)
{
    w->c->clock.fixed_us = ward_at(day, hour, minute);
}

/* The slot of the ward's order at that time; the event is complete for "given", not scanned. */
struct dose_event ward_due(struct ward *w, struct uid order_id, int64_t planned_us)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    struct order order = clinic_get_order(w->c, order_id);
    struct dose_event event = {
        .patient = w->patient, .order = order.id, .order_version = order.version, .planned_us = planned_us,
        .occurred_us = clock_now_us(&w->c->clock), .status = DOSE_STATUS_GIVEN, .amount = order.sig.dose,
        .unit = order.sig.unit, .route = order.sig.route, .identified_by = IDENTIFIED_BY_WRISTBAND,
        .no_scan_reason = NO_SCAN_REASON_MISSING, .recorded_via = RECORDED_VIA_WORKSTATION,
        .score_before = planned_us == 0 ? (char *)"not possible" : NULL,
    };
    if (planned_us != 0) {
        cr_assert_eq(chart_open(clinic_actor(w->c, CLINIC_NURSE), w->patient, 72, 72, &chart, &err), STATUS_OK, "%s",
                     error_text(&err));
        for (size_t i = 0; i < chart->slots.len; i++) {
            if (uid_compare(chart->slots.items[i].order, order_id) == 0 && chart->slots.items[i].planned_us == planned_us) {
                struct sig step;
                event.slot = chart->slots.items[i].id;
                sig_step(&order.sig, chart->slots.items[i].step, &step);
                event.amount = step.dose;
            }
        }
        cr_assert_not(uid_is_none(event.slot), "no dose is planned at that time");
        chart_free(chart);
    }
    order_release(&order);
    return event;
}

enum status ward_record(struct ward *w, enum clinic_person who, const struct dose_event *event, unsigned accepted,
                          struct error *err)
{
    struct uid id;
    const struct dose_with with = {.removed = event->amount, .removed_unit = event->unit};
    *err = (struct error)ERROR_INIT;
    enum status status = dose_record_with(clinic_actor(w->c, who), event, accepted, &with, &id, err);
    if (status == STATUS_STEP_UP) {
        clinic_prove(w->c, who);
        status = dose_record_with(clinic_actor(w->c, who), event, accepted, &with, &id, err);
    }
    return status;
}

void ward_must_record(struct ward *w, const struct dose_event *event, unsigned accepted)
{
    struct error err;
    cr_assert_eq(ward_record(w, CLINIC_NURSE, event, accepted, &err), STATUS_OK, "%s: %s", err.field, error_text(&err));
}

enum slot_state ward_state(struct ward *w, struct uid slot, enum dose_status *out_status)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    enum slot_state state = SLOT_FUTURE;
    cr_assert_eq(chart_open(clinic_actor(w->c, CLINIC_NURSE), w->patient, 96, 72, &chart, &err), STATUS_OK);
    for (size_t i = 0; i < chart->slots.len; i++) {
        if (uid_compare(chart->slots.items[i].id, slot) == 0) {
            state = chart->slots.items[i].state;
            *out_status = chart->slots.items[i].status;
        }
    }
    chart_free(chart);
    return state;
}

struct dose_check ward_check(struct ward *w, const struct dose_event *event)
{
    struct error err = ERROR_INIT;
    struct dose_check check;
    cr_assert_eq(dose_prepare(clinic_actor(w->c, CLINIC_NURSE), event, &check, &err), STATUS_OK, "%s", error_text(&err));
    return check;
}

void ward_teach(struct ward *w, const char *code, const char *drug)
{
    struct scan scan;
    struct error err = ERROR_INIT;
    cr_assert_eq(product_read_scan(w->c->site, code, strlen(code), &scan, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(product_learn(clinic_actor(w->c, CLINIC_PHARMACIST), &scan, drug, "test", &err), STATUS_OK, "%s: %s", drug,
                 error_text(&err));
}
