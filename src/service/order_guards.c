/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/order_guards.h"

#include <stddef.h>

#include "base/i18n.h"

#define CLOCKS_DIFFER_US (2 * US_PER_MINUTE) /* between two machines, as for doses (4.B.5) */

static bool is_blank(const char *text)
{
    return text == NULL || text[0] == '\0';
}

static bool is_by_mouth(enum order_source source)
{
    return source == ORDER_SOURCE_VERBAL || source == ORDER_SOURCE_TELEPHONE;
}

bool order_is_relayed(const struct order *order)
{
    return is_by_mouth(order->source);
}

static enum status check_relay(const struct actor *actor, const struct order_relay *relay, struct error *err)
{
    if (uid_compare(relay->prescriber, actor->user) == 0) {
        return error_set_field(err, STATUS_REFUSED, "prescriber",
                               _("You are that prescriber: enter it as a written order of your own."));
    }
    if (relay->told_us == 0) {
        return error_set_field(err, STATUS_INVALID, "told_at", _("Say when the prescriber gave the order."));
    }
    if (relay->told_us > clock_now_us(actor->site->clock) + CLOCKS_DIFFER_US) {
        return error_set_field(err, STATUS_INVALID, "told_at", _("The order cannot have been given in the future."));
    }
    if (!relay->is_read_back) {
        return error_set_field(err, STATUS_INVALID, "read_back",
                               _("Read the order back to the prescriber and mark it, before it is saved."));
    }
    return STATUS_OK;
}

enum status order_check_source(const struct actor *actor, enum order_source source, const char *prescriber_name,
                               const struct order_relay *relay, struct error *err)
{
    bool is_written = source == ORDER_SOURCE_WRITTEN || source == ORDER_SOURCE_NONE_GIVEN;
    if (is_written && !actor_may(actor, PERMISSION_ORDER_WRITE)) {
        return error_set_field(err, STATUS_NOT_PERMITTED, "source",
                               _("Your role (%s) enters what a prescriber said, or a protocol; a written order is the "
                                 "prescriber's own."),
                               enum_label(ENUM_ROLE, (int)actor->role));
    }
    if ((is_by_mouth(source) || source == ORDER_SOURCE_PROTOCOL) && is_blank(prescriber_name)) {
        return error_set_field(err, STATUS_INVALID, "prescriber",
                               source == ORDER_SOURCE_PROTOCOL ? _("Say who answers for the protocol.")
                                                               : _("A verbal or telephone order needs the prescriber's name."));
    }
    return is_by_mouth(source) ? check_relay(actor, relay, err) : STATUS_OK;
}

static enum status check_directions(const struct order *order, struct error *err)
{
    const struct sig *sig = &order->sig;
    bool has_structure = sig->kind != SCHEDULE_KIND_UNSTRUCTURED && sig->kind != SCHEDULE_KIND_NONE_GIVEN;
    bool has_dose = sig->unit != UNIT_NONE && (!decimal_is_zero(sig->dose) || sig->scale.count > 0);
    if (has_structure && !has_dose && sig->weight_basis == WEIGHT_BASIS_NONE) {
        return error_set_field(err, STATUS_INVALID, "dose", _("Type the dose with its unit, such as 500 mg."));
    }
    if (!has_structure && is_blank(order->directions)) {
        return error_set_field(err, STATUS_INVALID, "directions", _("Type how the drug is taken."));
    }
    return sig_check(sig, err);
}

enum status order_check(const struct actor *actor, const struct order *order, struct error *err)
{
    if (is_blank(order->drug_text)) {
        return error_set_field(err, STATUS_INVALID, "drug", _("Type the drug."));
    }
    enum status status = check_directions(order, err);
    if (status == STATUS_OK) {
        status = order_check_source(actor, order->source, order->prescriber_name, &order->relay, err);
    }
    if (status == STATUS_OK && order->stop_us != 0 && order->stop_us <= order->start_us) {
        status = error_set_field(err, STATUS_INVALID, "end", _("The order ends before it starts."));
    }
    return status;
}

enum status order_check_patient(const struct patient *patient, struct error *err)
{
    return date_is_none(patient->death_date)
               ? STATUS_OK
               : error_set(err, STATUS_REFUSED, _("This patient has died: nothing can be ordered. Correct the profile if that is "
                                                  "wrong."));
}
