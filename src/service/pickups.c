/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/pickups.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "service/act.h"
#include "service/fills_private.h"
#include "service/restrictions.h"
#include "store/fill_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

enum { FILLS_OF_ONE_MAX = 200, QUEUE_MAX = 2000, SHOWN_MAX = 500 };

void pickup_release(struct pickup *pickup)
{
    mem_free(pickup->name);
    mem_free(pickup->mrn);
    *pickup = (struct pickup){0};
}

void pickup_list_release(struct pickup_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        pickup_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct pickup_list){0};
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* Of the order only whether it still stands is asked. */
static enum status may_go_out(struct site *site, const struct fill *f, bool *out, struct error *err)
{
    struct order order = {0};
    enum status status = order_get(site->store, f->order, &order, err);
    *out = status == STATUS_OK && fill_check_order(site, &order, f->version, NULL) == STATUS_OK;
    order_release(&order);
    return status;
}

static enum status count_fill(struct site *site, const struct fill *f, struct pickup *p, struct error *err)
{
    struct decimal amount = f->wanted;
    struct uid open = UID_NONE;
    bool may_go = false;
    enum status status = STATUS_OK;
    switch (f->state) {
    case FILL_STATE_NEW:
    case FILL_STATE_IN_PROGRESS:
    case FILL_STATE_FILLED:
    case FILL_STATE_CHECKED:
        status = may_go_out(site, f, &may_go, err);
        if (status == STATUS_OK && !may_go) {
            p->to_ask++;
        } else if (status == STATUS_OK && f->state == FILL_STATE_CHECKED) {
            p->ready++;
            p->ready_us = earlier(p->ready_us, f->checked_us);
            p->return_us = earlier(p->return_us, f->return_us);
        } else if (status == STATUS_OK) {
            p->in_work++;
        }
        break;
    case FILL_STATE_PARTIAL:
        status = fill_owed(site->store, f, &amount, &open, err);
        p->owed += status == STATUS_OK && !decimal_is_zero(amount) && uid_is_none(open);
        break;
    case FILL_STATE_NONE_GIVEN:
    case FILL_STATE_HANDED_OVER:
    case FILL_STATE_RETURNED:
    case FILL_STATE_CANCELLED:
    case FILL_STATE_COUNT:
        break;
    }
    return status;
}

static enum status begin_pickup(struct site *site, struct uid id, struct pickup *out, struct error *err)
{
    struct patient patient = {0};
    enum status status = patient_get(site->store, id, &patient, err);
    if (status == STATUS_OK) {
        *out = (struct pickup){.patient = id,
                               .name = patient_display_name(&patient),
                               .mrn = mem_copy_text(patient.mrn),
                               .birth_date = patient.birth_date};
    }
    patient_release(&patient);
    return status;
}

static enum status read_pickup(struct actor *actor, struct uid patient, struct pickup *out, struct error *err)
{
    struct site *site = actor->site;
    struct fill_list fills = {0};
    struct pickup p = {0};
    enum status status = begin_pickup(site, patient, &p, err);
    if (status == STATUS_OK) {
        status = fill_list_of_patient(site->store, patient, FILLS_OF_ONE_MAX, &fills, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < fills.len; i++) {
        status = count_fill(site, &fills.items[i], &p, err);
    }
    fill_list_release(&fills);
    if (status != STATUS_OK) {
        pickup_release(&p);
        return status;
    }
    *out = p;
    return STATUS_OK;
}

enum status pickup_get(struct actor *actor, struct uid patient, struct pickup *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PICKUP_READ, "pickup.read", "fills", patient);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? read_pickup(actor, patient, out, err) : status;
}

enum status pickup_get_again(struct actor *actor, struct uid patient, struct pickup *out, struct error *err)
{
    struct restriction_memo memo = {.is_known = false};
    if (!actor_may(actor, PERMISSION_PICKUP_READ)) {
        return actor_refuse(actor, err);
    }
    if (restriction_hides(actor, patient, &memo)) {
        return error_set(err, STATUS_RESTRICTED, _("This record was restricted meanwhile."));
    }
    return read_pickup(actor, patient, out, err);
}

/* ---- everybody ---- */

static int by_patient(const void *a, const void *b)
{
    const struct fill *x = a, *y = b;
    return uid_compare(x->patient, y->patient);
}

static int by_waiting(const void *a, const void *b)
{
    const struct pickup *x = a, *y = b;
    return x->ready_us != y->ready_us ? (x->ready_us < y->ready_us ? -1 : 1) : uid_compare(x->patient, y->patient);
}

static void cover(struct pickup *p)
{
    p->is_covered = true;
    p->ready = p->in_work = p->owed = p->to_ask = 0;
    p->return_us = 0;
}

static enum status append_one(struct actor *actor, const struct fill *fills, size_t count, struct pickup_list *out, struct error *err)
{
    struct restriction_memo memo = {.is_known = false};
    struct pickup p = {0};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        status = count_fill(actor->site, &fills[i], &p, err);
    }
    if (status != STATUS_OK || p.ready == 0) {
        return status;
    }
    const struct pickup counted = p;
    status = begin_pickup(actor->site, fills[0].patient, &p, err);
    if (status != STATUS_OK) {
        return status;
    }
    p.ready = counted.ready;
    p.in_work = counted.in_work;
    p.owed = counted.owed;
    p.to_ask = counted.to_ask;
    p.ready_us = counted.ready_us;
    p.return_us = counted.return_us;
    if (restriction_hides(actor, p.patient, &memo)) {
        cover(&p);
    }
    MEM_GROW(out);
    out->items[out->len++] = p;
    return STATUS_OK;
}

enum status pickup_list_refresh(struct actor *actor, struct pickup_list *out, struct error *err)
{
    struct fill_list fills = {0};
    struct pickup_list list = {0};
    if (!actor_may(actor, PERMISSION_PICKUP_READ)) {
        return actor_refuse(actor, err);
    }
    enum status status = fill_list_queue(actor->site->store, FILL_QUEUE_WORK, QUEUE_MAX + 1, &fills, err);
    if (status == STATUS_OK && fills.len > 1) {
        qsort(fills.items, fills.len, sizeof *fills.items, by_patient);
    }
    for (size_t from = 0, to; status == STATUS_OK && from < fills.len; from = to) {
        for (to = from + 1; to < fills.len && uid_compare(fills.items[to].patient, fills.items[from].patient) == 0; to++) {
        }
        status = append_one(actor, fills.items + from, to - from, &list, err);
    }
    if (status == STATUS_OK && list.len > 1) {
        qsort(list.items, list.len, sizeof *list.items, by_waiting);
    }
    list.is_cut = fills.len > QUEUE_MAX || list.len > SHOWN_MAX;
    while (list.len > SHOWN_MAX) {
        pickup_release(&list.items[--list.len]);
    }
    fill_list_release(&fills);
    if (status != STATUS_OK) {
        pickup_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status pickup_list_get(struct actor *actor, struct pickup_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PICKUP_READ, "pickup.list", "fills", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? pickup_list_refresh(actor, out, err) : status;
}

/* ---- words ---- */

char *pickup_text(const struct site *site, const struct pickup *p)
{
    struct buffer out = BUFFER_INIT;
    char ready[DATE_TEXT_MAX], back[DATE_TEXT_MAX];
    if (p->is_covered) {
        return mem_copy_text(_("restricted record: ask at the counter"));
    }
    if (p->ready > 0 && p->return_us != 0 && p->return_us <= clock_now_us(site->clock)) { /* it may be back in stock any minute */
        buffer_append_format(&out,
                             ngettext("%d ready, to go back since %s: ask first", "%d ready, to go back since %s: ask first", (unsigned long)p->ready),
                             p->ready, date_format_human(zone_local(site->zone, p->return_us).date, back));
    } else if (p->ready > 0 && p->return_us != 0) {
        buffer_append_format(&out,
                             ngettext("%d ready since %s, until %s", "%d ready since %s, until %s", (unsigned long)p->ready),
                             p->ready, date_format_human(zone_local(site->zone, p->ready_us).date, ready),
                             date_format_human(zone_local(site->zone, p->return_us).date, back));
    } else if (p->ready > 0) {
        buffer_append_format(&out, ngettext("%d ready since %s", "%d ready since %s", (unsigned long)p->ready), p->ready,
                             date_format_human(zone_local(site->zone, p->ready_us).date, ready));
    }
    if (p->in_work > 0) {
        buffer_append_text(&out, out.len > 0 ? "; " : "");
        buffer_append_format(&out, ngettext("%d in preparation", "%d in preparation", (unsigned long)p->in_work), p->in_work);
    }
    if (p->owed > 0) {
        buffer_append_text(&out, out.len > 0 ? "; " : "");
        buffer_append_format(&out, ngettext("%d rest owed", "%d rests owed", (unsigned long)p->owed), p->owed);
    }
    if (p->to_ask > 0) {
        buffer_append_text(&out, out.len > 0 ? "; " : "");
        buffer_append_format(&out, ngettext("%d to ask the pharmacist about", "%d to ask the pharmacist about", (unsigned long)p->to_ask), p->to_ask);
    }
    return out.len > 0 ? buffer_take(&out) : mem_copy_text(_("nothing waits at the counter"));
}
