/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/news.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "model/measure.h"
#include "service/act.h"
#include "service/restrictions.h"

int64_t news_since_us(const struct actor *actor)
{
    return actor->last_sign_off_us > 0 ? actor->last_sign_off_us : actor->signed_in_us - 24 * US_PER_HOUR;
}

enum status news_refresh(struct actor *actor, struct news_list *out, struct error *err)
{
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) {
        return actor_refuse(actor, err);
    }
    struct news_list list = {0}, dropped = {0};
    struct restriction_memo memo = {.is_known = false};
    size_t kept = 0;
    enum status status = news_list_get(actor->site->store, news_since_us(actor), actor->user, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) { /* news of a closed record are for who is named for it */
        if (restriction_hides(actor, list.items[i].patient, &memo)) {
            MEM_GROW(&dropped);
            dropped.items[dropped.len++] = list.items[i];
        } else {
            list.items[kept++] = list.items[i];
        }
    }
    list.len = kept;
    news_list_release(&dropped);
    if (status == STATUS_OK) {
        *out = list;
    }
    return status;
}

enum status news_get(struct actor *actor, struct news_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "news.read", "", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? news_refresh(actor, out, err) : status;
}

static bool is_outside_band(const struct news *n)
{
    struct decimal low, high, value = n->value;
    if (!measure_band((enum metric_type)n->detail, &low, &high) ||
        (strcmp(n->what, "mL/min") != 0 &&
         !measure_in((enum metric_type)n->detail, n->value, n->what, measure_unit((enum metric_type)n->detail), &value))) {
        return false;
    }
    return decimal_compare(value, low) < 0 || decimal_compare(value, high) > 0;
}

char *news_text(const struct news *n, bool *out_is_grave)
{
    char value[DECIMAL_TEXT_MAX];
    *out_is_grave = false;
    switch (n->kind) {
    case NEWS_ORDER:
        return mem_format(_("order %s: %s"), enum_label(ENUM_ORDER_ACTION, n->detail), n->what);
    case NEWS_ALLERGY:
        *out_is_grave = n->severity >= REACTION_SEVERITY_SEVERE && n->detail == ALLERGY_STATE_ACTIVE;
        return mem_format(_("allergy: %s, %s"), n->what, enum_label(ENUM_ALLERGY_STATE, n->detail));
    case NEWS_PROBLEM:
        return mem_format(_("problem: %s, %s"), n->what, enum_label(ENUM_CONDITION_STATUS, n->detail));
    case NEWS_RESULT:
        *out_is_grave = is_outside_band(n);
        return mem_format(_("%s %s %s"), enum_label(ENUM_METRIC_TYPE, n->detail), decimal_format(n->value, value), n->what);
    case NEWS_DOSE:
        return mem_format(_("dose %s: %s"), enum_label(ENUM_DOSE_STATUS, n->detail), n->what);
    case NEWS_DOUBLE:
        *out_is_grave = true;
        return mem_format(_("POSSIBLE DOUBLE DOSE: %s"), n->what);
    case NEWS_ADMITTED:
        return mem_format(_("admitted: %s"), n->what);
    case NEWS_LEFT: /* no dose of before is due any more */
        return mem_format(_("leaves %s: %s"), n->what, enum_label(ENUM_LEFT_HOW, n->detail));
    case NEWS_KINDS:
        break;
    }
    return mem_copy_text("");
}
