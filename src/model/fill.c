/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/fill.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void fill_release(struct fill *f)
{
    mem_free(f->ingredients);
    mem_free(f->product);
    mem_free(f->reason_text);
    mem_free(f->collected_by);
}

void fill_list_release(struct fill_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        fill_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct fill_list){0};
}

void fill_pack_release(struct fill_pack *p)
{
    mem_free(p->code);
    mem_free(p->product);
    mem_free(p->lot);
}

void fill_pack_list_release(struct fill_pack_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        fill_pack_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct fill_pack_list){0};
}

void fill_step_list_release(struct fill_step_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].reason);
        mem_free(list->items[i].note);
    }
    mem_free(list->items);
    *list = (struct fill_step_list){0};
}

const char *lot_normal(const char *text, char buf[LOT_TEXT_MAX])
{
    size_t len = 0;
    for (; *text != '\0' && len + 1 < LOT_TEXT_MAX; text++) {
        if (*text > ' ' && *text < 127) {
            buf[len++] = (char)toupper((unsigned char)*text);
        }
    }
    buf[len] = '\0';
    return buf;
}

bool fill_pieces_per_dose(const struct sig *sig, struct decimal strength, enum unit strength_unit, struct decimal per_ml,
                          struct decimal *out, enum unit *out_unit)
{
    struct decimal dose = decimal_is_zero(sig->dose_high) ? sig->dose : sig->dose_high, amount, pieces;
    if (sig->unit == UNIT_NONE || decimal_is_zero(dose)) {
        return false;
    }
    if (unit_dimension(sig->unit) == UNIT_DIMENSION_COUNT || unit_dimension(sig->unit) == UNIT_DIMENSION_VOLUME) {
        *out = dose;
        *out_unit = sig->unit;
        return true;
    }
    bool is_liquid = !decimal_is_zero(per_ml);
    if (strength_unit == UNIT_NONE || decimal_is_zero(strength) ||
        unit_convert(dose, sig->unit, strength_unit, &amount) != STATUS_OK ||
        (is_liquid && decimal_multiply(amount, per_ml, &amount) != STATUS_OK) ||
        decimal_divide(amount, strength, 4, &pieces) != STATUS_OK || decimal_is_zero(pieces)) {
        return false;
    }
    *out = pieces;
    *out_unit = is_liquid ? UNIT_ML : UNIT_NONE; /* pieces of whatever form the product has */
    return true;
}

int fill_days_supply(const struct sig *sig, struct decimal pieces, struct decimal per_dose)
{
    int per_day = sig_doses_per_day_thousandths(sig);
    struct decimal used, thousand, days;
    if (per_day <= 0 || decimal_multiply(per_dose, decimal_from_int(per_day), &used) != STATUS_OK ||
        decimal_multiply(pieces, decimal_from_int(1000), &thousand) != STATUS_OK || decimal_is_zero(used) ||
        decimal_divide(thousand, used, 2, &days) != STATUS_OK) {
        return 0;
    }
    /* Weekly is 143 thousandths, not a seventh: 4 tablets are 27.97 days, which are 28. */
    struct decimal rounded = decimal_round(days, 0), shortfall;
    if (decimal_subtract(rounded, days, &shortfall) != STATUS_OK) {
        return 0;
    }
    int64_t whole = rounded.mantissa;
    for (int i = 0; i < rounded.scale; i++) {
        whole /= 10;
    }
    const struct decimal slack = {5, 2};
    if (decimal_compare(shortfall, slack) > 0) {
        whole--;
    }
    return whole > 3650 ? 3650 : (int)whole;
}

static int by_day(const void *a, const void *b)
{
    const struct fill *const *left = a, *const *right = b;
    return date_compare((*left)->supply_from, (*right)->supply_from);
}

struct date fill_supply_until(const struct fill *fills, size_t count)
{
    struct date until = {0};
    const struct fill **sorted = mem_alloc_array(count + 1, sizeof *sorted);
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_rest = uid_compare(fills[i].root, fills[i].id) != 0; /* its days are those of its first part */
        if (!is_rest && fills[i].state != FILL_STATE_CANCELLED && fills[i].state != FILL_STATE_RETURNED &&
            !date_is_none(fills[i].supply_from)) {
            sorted[len++] = &fills[i];
        }
    }
    qsort(sorted, len, sizeof *sorted, by_day);
    for (size_t i = 0; i < len; i++) {
        struct date from = sorted[i]->supply_from;
        if (!date_is_none(until) && date_compare(from, until) <= 0) {
            from = date_add_days(until, 1);
        }
        until = date_add_days(from, sorted[i]->days_supply - 1);
    }
    mem_free(sorted);
    return until;
}

struct date fill_not_early_from(struct date until, int last_days, int percent)
{
    if (date_is_none(until)) {
        return until;
    }
    int left = last_days * (100 - percent) / 100;
    return date_add_days(until, 1 - left);
}
