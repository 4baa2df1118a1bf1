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
    *out = info;
    return STATUS_OK;
}
