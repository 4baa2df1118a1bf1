/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/central_link.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "service/act.h"
#include "store/change.h"
#include "store/conflict_store.h"

enum status central_link_begin(struct actor *actor, struct store **out_mirror, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SITE_ADMIN, "site.link", "", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? site_open_mirror(actor->site, out_mirror, err) : status;
}

void central_link_end(struct actor *actor, struct store *mirror, const char *action, enum status status)
{
    store_close(mirror);
    if (status == STATUS_OK) {
        struct act act = ACT(actor, PERMISSION_SITE_ADMIN, action, "", UID_NONE);
        act.risk = RISK_LEVEL_MEDIUM;
        if (act_read(&act, NULL) != STATUS_OK) {
            log_write(LOG_WARNING, "%s is done, but its audit record could not be written", action);
        }
    }
}

void central_link_info_release(struct central_link_info *info)
{
    mem_free(info->site_role);
    memset(info, 0, sizeof *info);
}

bool central_link_is_joined(const struct site *site)
{
    char *state = NULL;
    bool is_joined = store_meta_get(site->store, "central.state", &state, NULL) == STATUS_OK && state != NULL;
    mem_free(state);
    return is_joined;
}

enum status central_link_waiting_rows(struct actor *actor, struct uid patient, struct uid_list *out, struct error *err)
{
    return actor_may(actor, PERMISSION_CLINICAL_READ) ? outbox_rows_of(actor->site->store, patient, out, err) : actor_refuse(actor, err);
}

int64_t central_link_last_ok(const struct site *site)
{
    char *text = NULL;
    int64_t at_us = store_meta_get(site->store, "central.last_ok_us", &text, NULL) == STATUS_OK && text != NULL ? strtoll(text, NULL, 10) : 0;
    mem_free(text);
    return at_us;
}

#define SKEW_US (5 * US_PER_MINUTE)

int64_t central_link_skew_s(const struct site *site)
{
    char *text = NULL;
    int64_t offset_us = 0; /* the centre's minus ours */
    if (central_link_is_joined(site) && store_meta_get(site->store, "central.offset_us", &text, NULL) == STATUS_OK && text != NULL) {
        offset_us = strtoll(text, NULL, 10);
    }
    mem_free(text);
    return offset_us > SKEW_US || offset_us < -SKEW_US ? -offset_us / US_PER_SECOND : 0;
}

#define LEASE_US (30 * US_PER_MINUTE) /* data/server/006_lead.sql */

bool site_is_lead(const struct site *site)
{
    char *text = NULL;
    if (!central_link_is_joined(site)) {
        return true;
    }
    if (store_meta_get(site->store, "central.lead_until_us", &text, NULL) != STATUS_OK || text == NULL) {
        return false;
    }
    int64_t left_us = strtoll(text, NULL, 10) - clock_now_us(site->clock);
    mem_free(text);
    return left_us > 0 && left_us <= LEASE_US; /* a clock that was set back does not lengthen it */
}

static enum status read_state(struct store *store, struct central_link_info *info, struct error *err)
{
    char *state = NULL, *last = NULL;
    enum status status = store_meta_get(store, "central.state", &state, err);
    if (status == STATUS_OK) {
        info->state = state == NULL                    ? CENTRAL_LINK_ALONE
                      : strcmp(state, "joined") == 0 ? CENTRAL_LINK_JOINED
                                                     : CENTRAL_LINK_STOPPED;
        status = store_meta_get(store, "central.last_ok_us", &last, err);
    }
    if (status == STATUS_OK && last != NULL) {
        info->last_ok_us = strtoll(last, NULL, 10);
    }
    mem_free(state);
    mem_free(last);
    return status;
}

enum status central_link_read(struct actor *actor, struct central_link_info *out, struct error *err)
{
    struct store *store = actor->site->store;
    struct central_link_info info = {0};
    enum status status = read_state(store, &info, err);
    if (status == STATUS_OK) {
        status = outbox_count(store, &info.waiting, err);
    }
    if (status == STATUS_OK) {
        status = conflict_counts(store, &info.conflicts, &info.quarantined, err);
    }
    if (status != STATUS_OK) {
        central_link_info_release(&info);
        return status;
    }
    info.is_lead = site_is_lead(actor->site);
    *out = info;
    return STATUS_OK;
}
