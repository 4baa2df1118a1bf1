/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/doses_private.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/zone.h"
#include "service/session_private.h"
#include "store/decision_store.h"
#include "store/staff_store.h"

static bool is_acknowledged(const struct actor *actor, struct uid decision)
{
    for (size_t i = 0; i < actor->acknowledged_count; i++) {
        if (uid_compare(actor->acknowledged[i], decision) == 0) {
            return true;
        }
    }
    return false;
}

/* "methotrexate x trimethoprim: ... Reason: benefit outweighs the risk. Plan: blood count on Friday. (A. Osei, 14 Nov 2026)" */
static void add_words(const struct site *site, const struct decision *d, struct dose_check *check)
{
    struct staff staff = {0};
    char day[DATE_TEXT_MAX];
    size_t len = strlen(check->override_words);
    char *name = staff_get(site->store, d->decided_by, &staff, NULL) == STATUS_OK ? session_short_name(&staff) : NULL;
    bool has_words = d->reason_text != NULL && d->reason_text[0] != '\0';
    (void)date_format_iso(zone_local(site->zone, d->decided_us).date, day);
    /* TRANSLATORS: the finding, the reason in a word and in words, the plan, who decided, the day */
    (void)snprintf(check->override_words + len, sizeof check->override_words - len,
                   _("%s%s Reason: %s%s%s. Plan: %s. (%s, %s)"), len > 0 ? "\n" : "", d->shown != NULL ? d->shown : "",
                   enum_label(ENUM_OVERRIDE_REASON, (int)d->reason), has_words ? ", " : "", has_words ? d->reason_text : "",
                   d->plan != NULL && d->plan[0] != '\0' ? d->plan : _("none written"), name != NULL ? name : "", day);
    staff_release(&staff);
    mem_free(name);
}

enum status dose_override_ask(const struct actor *actor, struct uid patient, struct uid order, struct dose_check *check,
                              struct error *err)
{
    struct decision_list list = {0};
    enum status status = decision_list_get(actor->site->store, patient, clock_now_us(actor->site->clock), &list, err);
    for (size_t i = 0; i < list.len && status == STATUS_OK && check->override_count < DOSE_OVERRIDES_MAX; i++) {
        const struct decision *d = &list.items[i];
        if (d->severity == INTERACTION_TYPE_CONTRAINDICATED && uid_compare(d->order, order) == 0 &&
            !is_acknowledged(actor, d->id)) {
            check->overrides[check->override_count++] = d->id;
            check->questions |= DOSE_ASK_OVERRIDE;
            add_words(actor->site, d, check);
        }
    }
    decision_list_release(&list);
    return status;
}

void dose_override_acknowledge(struct actor *actor, const struct dose_check *check)
{
    for (int i = 0; i < check->override_count; i++) {
        if (!is_acknowledged(actor, check->overrides[i])) {
            actor->acknowledged = mem_resize_array(actor->acknowledged, actor->acknowledged_count + 1, sizeof *actor->acknowledged);
            actor->acknowledged[actor->acknowledged_count++] = check->overrides[i];
        }
    }
}
