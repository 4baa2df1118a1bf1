/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/care_rights.h"

#include "base/i18n.h"
#include "service/directory.h"
#include "service/order_guards.h"

enum right { RIGHT_UNDECIDED, RIGHT_GIVEN, RIGHT_WITHHELD };

static enum status right_of(const struct site *site, struct uid patient, struct uid staff_user, bool to_view, enum right *out,
                            struct error *err)
{
    struct care_relation_list list = {0};
    struct date today = site_today(site);
    *out = RIGHT_UNDECIDED;
    enum status status = care_relation_list_of_staff(site->store, patient, staff_user, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        const struct care_relation *r = &list.items[i];
        bool is_decided = !date_is_none(r->start) || r->status != RELATIONSHIP_STATUS_ACTIVE || r->may_view || r->may_prescribe;
        if (care_relation_allows(r, today, to_view, !to_view)) {
            *out = RIGHT_GIVEN;
        } else if (is_decided && *out == RIGHT_UNDECIDED) {
            *out = RIGHT_WITHHELD;
        }
    }
    care_relation_list_release(&list);
    return status;
}

enum status care_right_to_view(const struct actor *actor, struct uid patient, bool *out_may, struct error *err)
{
    enum right right = RIGHT_UNDECIDED;
    enum status status = right_of(actor->site, patient, actor->user, true, &right, err);
    *out_may = status == STATUS_OK && right != RIGHT_WITHHELD;
    return status;
}

enum status care_right_to_prescribe(const struct actor *actor, struct uid patient, const struct order *order, struct error *err)
{
    enum right right = RIGHT_UNDECIDED;
    bool is_relayed = order_is_relayed(order);
    bool is_own = !is_relayed && order->source != ORDER_SOURCE_PROTOCOL && order->source != ORDER_SOURCE_REPORTED;
    struct uid prescriber = is_relayed ? order->relay.prescriber : is_own ? actor->user : UID_NONE;
    if (uid_is_none(prescriber)) {
        return STATUS_OK; /* a protocol, what the patient takes anyway, a prescriber of elsewhere: not of this site's staff */
    }
    enum status status = right_of(actor->site, patient, prescriber, false, &right, err);
    if (status != STATUS_OK || right == RIGHT_GIVEN) {
        return status;
    }
    if (right == RIGHT_WITHHELD) {
        return error_set(err, STATUS_REFUSED, is_own ? _("The directory does not let you prescribe for this patient. Whoever keeps it gives "
                                                         "that right with the patient (chart, Profile, Enter).")
                                                     : _("The directory does not let that prescriber prescribe for this patient. Whoever "
                                                         "keeps it gives that right with the patient (chart, Profile, Enter)."));
    }
    return settings_switch(&actor->site->settings, SETTING_PRESCRIBE_RELATED)
               ? error_set(err, STATUS_REFUSED, _("At this site a prescriber has a relationship with the patient first (chart, Profile, "
                                                  "Enter), and there is none."))
               : STATUS_OK;
}
