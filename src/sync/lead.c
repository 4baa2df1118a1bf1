/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lease of the device that leads its site (decisions.md 3). What is noted here ends a minute before the centre lets another
 * device have it. The same question finds out how far this device's clock is from the centre's, as it is now: a connection lasts
 * for days, and a clock may be set right meanwhile. */
#include "sync/engine_private.h"

#define RENEW_US (10 * US_PER_MINUTE)
#define MARGIN_US US_PER_MINUTE

enum status renew_lead(struct engine *engine, struct error *err)
{
    PGresult *result = NULL;
    int64_t began_us = clock_monotonic_us(), until_us = 0, offset_us = 0;
    if (engine->lead_asked_us != 0 && began_us - engine->lead_asked_us < RENEW_US) {
        return STATUS_OK;
    }
    enum status status = link_query(engine->link, "SELECT is_lead, left_us, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM sync.lead_renew()", NULL, &result, err);
    if (status == STATUS_OK) {
        int64_t left_us = result_int(result, 0, 1) - MARGIN_US, now_us = clock_now_us(store_clock(engine->store));
        until_us = result_int(result, 0, 0) != 0 && left_us > 0 ? now_us + left_us : 0;
        offset_us = result_int(result, 0, 2) - now_us; /* who signs in is told of a clock that is off */
        PQclear(result);
        status = turn_begin(engine, err);
    }
    if (status == STATUS_OK) {
        status = meta_set_int(engine->store, META_LEAD_UNTIL, until_us, err);
        if (status == STATUS_OK) {
            status = meta_set_int(engine->store, META_OFFSET, offset_us, err);
        }
        status = turn_end(engine, status, err);
    }
    if (status == STATUS_OK) {
        engine->lead_asked_us = began_us;
    }
    return status;
}
