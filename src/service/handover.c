/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/handover.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "schedule/slots.h"
#include "service/act.h"
#include "service/chart.h"
#include "service/controlled.h"
#include "service/doses_double.h"
#include "service/doses_effect.h"
#include "service/doses_private.h"
#include "service/doses_tasks.h"
#include "service/restrictions.h"
#include "store/dose_store.h"
#include "store/handover_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

enum { OVERDUE_BACK_H = 48 };

void handover_release(struct handover *h)
{
    for (size_t i = 0; i < h->len; i++) {
        mem_free(h->items[i].patient_name);
        mem_free(h->items[i].words);
    }
    mem_free(h->items);
    *h = (struct handover){0};
}

const char *handover_section_label(enum handover_section section)
{
    static const char *const LABELS[HANDOVER_SECTIONS] = {
        N_("Late and overdue"),           N_("Missed, nobody has looked"), N_("POSSIBLE DOUBLE DOSES"), N_("Controlled drugs not accounted for"),
        N_("Effects still to be asked"),  N_("Waiting for the pharmacy"),  N_("Held, refused, away"),   N_("First doses"),
        N_("Last doses"),
    };
    return _(LABELS[section]);
}

/* Takes `words`. */
static void add(struct handover *h, enum handover_section section, struct uid patient, const char *name, int64_t at_us, char *words)
{
    MEM_GROW(h);
    h->items[h->len++] = (struct handover_line){.section = section, .patient = patient, .patient_name = mem_copy_text(name), .words = words, .at_us = at_us};
}

static char *at_words(const struct site *site, int64_t at_us, const char *drug, const char *what)
{
    char at[ZONE_CLOCK_MAX], day[DATE_TEXT_MAX];
    struct date date = zone_local(site->zone, at_us).date;
    bool is_today = date_compare(date, site_today(site)) == 0; /* "22:00" alone would be read as tonight's */
    char *year = strrchr(date_format_human(date, day), ' ');
    if (year != NULL) { /* a shift is of these days: the drug needs the room */
        *year = '\0';
    }
    return mem_format("%s%s%s %s: %s", is_today ? "" : day, is_today ? "" : " ", zone_clock(site->zone, at_us, at), drug, what);
}

static enum status add_due(struct actor *actor, struct handover *h, struct error *err)
{
    struct due_list list = {0};
    enum status status = due_list_refresh(actor, OVERDUE_BACK_H, 0, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        const struct due_dose *due = &list.items[i];
        bool is_late = due->slot.state == SLOT_LATE || due->slot.state == SLOT_OVERDUE;
        if (is_late) {
            int minutes = (int)((h->to_us - due->slot.planned_us) / US_PER_MINUTE);
            char *what = mem_format(_("%s, %d h %02d late"), due->dose, minutes / 60, minutes % 60);
            add(h, HANDOVER_OVERDUE, due->patient, due->patient_name, due->slot.planned_us, at_words(actor->site, due->slot.planned_us, due->drug, what));
            mem_free(what);
        }
    }
    due_list_release(&list);
    return status;
}

static enum status add_tasks(struct actor *actor, struct handover *h, struct error *err)
{
    struct dose_task_list list = {0};
    enum status status = dose_task_list_refresh(actor, TASK_MISSED | TASK_SUPPLY, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        const struct dose_task *t = &list.items[i];
        int64_t at_us = t->planned_us != 0 ? t->planned_us : t->occurred_us;
        add(h, t->kind == TASK_MISSED ? HANDOVER_MISSED : HANDOVER_SUPPLY, t->patient, t->patient_name, at_us, at_words(actor->site, at_us, t->drug, t->words));
    }
    dose_task_list_release(&list);
    return status;
}

static enum status add_doubles(struct actor *actor, struct handover *h, struct error *err)
{
    struct double_dose_list list = {0};
    enum status status = double_dose_list_refresh(actor, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        const struct double_dose *d = &list.items[i];
        char *who = mem_format(_("recorded by %s and by %s"), d->first.recorded_by_name, d->second.recorded_by_name);
        add(h, HANDOVER_DOUBLE, d->patient, d->patient_name, d->planned_us, at_words(actor->site, d->planned_us, d->drug, who));
        mem_free(who);
    }
    double_dose_list_release(&list);
    return status;
}

static enum status add_waste(struct actor *actor, struct handover *h, struct error *err)
{
    struct removal_list list = {0};
    enum status status = removal_list_refresh(actor, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        const struct removal *r = &list.items[i];
        char rest[DOSE_AMOUNT_TEXT_MAX];
        char *what = mem_format(_("%s open, taken out by %s"), dose_amount_format(r->rest, r->unit, rest), r->owner_name);
        add(h, HANDOVER_WASTE, r->patient, r->patient_name, r->removed_us, at_words(actor->site, r->removed_us, r->drug, what));
        mem_free(what);
    }
    removal_list_release(&list);
    return status;
}

static enum status add_effects(struct actor *actor, struct handover *h, struct error *err)
{
    struct effect_due_list list = {0};
    enum status status = effect_due_list_refresh(actor, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        const struct effect_due *e = &list.items[i];
        char *what = e->given_for[0] != '\0' ? mem_format(_("for %s, effect not asked yet"), e->given_for)
                                             : mem_copy_text(_("effect not asked yet"));
        add(h, HANDOVER_EFFECT, e->patient, e->patient_name, e->given_us, at_words(actor->site, e->given_us, e->drug, what));
        mem_free(what);
    }
    effect_due_list_release(&list);
    return status;
}

/* --- what happened in the shift ------------------------------------------------------------------------------------------ */

static bool is_first(const struct dose_event_list *of_order, const struct dose_event *event)
{
    for (size_t i = 0; i < of_order->len; i++) {
        const struct dose_event *other = &of_order->items[i];
        if (other->occurred_us < event->occurred_us && dose_status_is_taken(other->status) && dose_event_stands(of_order, other)) {
            return false;
        }
    }
    return true;
}

/* Away, held or refused, and then given after all for the same slot. */
static bool is_made_good(const struct dose_event_list *of_order, const struct dose_event *event)
{
    for (size_t i = 0; i < of_order->len && !uid_is_none(event->slot); i++) {
        const struct dose_event *other = &of_order->items[i];
        if (uid_compare(other->slot, event->slot) == 0 && other->recorded_us > event->recorded_us &&
            dose_status_is_taken(other->status) && dose_event_stands(of_order, other)) {
            return true;
        }
    }
    return false;
}

static bool is_last(const struct site *site, const struct order *order, const struct dose_event *event)
{
    struct order_clock clock;
    struct planned_slot next;
    int64_t end_us = 0;
    if (!order_clock_open(site, order, &clock)) {
        return false;
    }
    bool is_last = schedule_end(&clock.schedule, &end_us) && !schedule_next(&clock.schedule, event->planned_us + 1, &next);
    zone_free(clock.own);
    return is_last;
}

static enum status add_event(struct actor *actor, struct handover *h, const struct dose_event *event, struct restriction_memo *memo,
                             struct error *err)
{
    struct site *site = actor->site;
    bool is_closed = restriction_hides(actor, event->patient, memo);
    struct order order = {0};
    struct patient patient = {0};
    struct dose_event_list of_order = {0};
    enum status status = order_get(site->store, event->order, &order, err);
    if (status == STATUS_OK) {
        status = patient_get(site->store, event->patient, &patient, err);
    }
    if (status == STATUS_OK) {
        status = dose_list_order(site->store, event->order, order.start_us - 24 * US_PER_HOUR, &of_order, err);
    }
    if (status == STATUS_OK && dose_event_stands(&of_order, event)) {
        char *name = patient_display_name(&patient), amount[DOSE_AMOUNT_TEXT_MAX];
        enum dose_status s = event->status;
        bool is_not_given = s == DOSE_STATUS_HELD || s == DOSE_STATUS_REFUSED || s == DOSE_STATUS_AWAY;
        int64_t at_us = event->planned_us;
        const char *drug = is_closed ? _("restricted record") : order.drug_text;
        if (is_not_given && is_made_good(&of_order, event)) {
            /* nothing to tell: what was given stands below with its own record */
        } else if (is_not_given) {
            enum enum_kind kind = dose_reason_kind(s, false);
            struct local_time back = zone_local(site->zone, event->return_us);
            char *values = dose_values_words(event->values, event->value_count, site->zone);
            const char *told = dose_told_words(event);
            char clock[DOSE_CLOCK_TEXT_MAX];
            (void)dose_clock_words(event->clock_skew_s, clock);
            char *until = event->return_us != 0 ? mem_format(_(", back at %02d:%02d"), back.hour, back.minute) : mem_copy_text("");
            char *what = is_closed ? mem_copy_text(enum_label(ENUM_DOSE_STATUS, (int)s))
                                   : mem_format("%s, %s%s%s%s%s%s%s%s", enum_label(ENUM_DOSE_STATUS, (int)s),
                                                enum_label(kind, enum_value(kind, event->reason)), told[0] != '\0' ? ", " : "", told,
                                                values[0] != '\0' ? ", " : "", values, until, clock[0] != '\0' ? ", " : "", clock);
            mem_free(values);
            mem_free(until);
            add(h, HANDOVER_NOT_GIVEN, event->patient, name, at_us, at_words(site, at_us, drug, what));
            mem_free(what);
        } else if (dose_status_is_taken(s) && is_first(&of_order, event)) {
            char *values = dose_values_words(event->values, event->value_count, site->zone);
            char clock[DOSE_CLOCK_TEXT_MAX];
            (void)dose_clock_words(event->clock_skew_s, clock);
            char *what = is_closed ? mem_copy_text(_("given"))
                                   : mem_format("%s%s%s%s%s", dose_amount_format(event->amount, event->unit, amount),
                                                values[0] != '\0' ? ", " : "", values, clock[0] != '\0' ? ", " : "", clock);
            add(h, HANDOVER_FIRST, event->patient, name, at_us, at_words(site, at_us, drug, what));
            mem_free(values);
            mem_free(what);
        }
        if (!is_not_given && dose_status_is_taken(s) && is_last(site, &order, event)) {
            add(h, HANDOVER_LAST, event->patient, name, at_us, at_words(site, at_us, drug, _("last dose of this order")));
        }
        mem_free(name);
    }
    order_release(&order);
    patient_release(&patient);
    dose_event_list_release(&of_order);
    return status;
}

static enum status add_shift(struct actor *actor, struct handover *h, struct error *err)
{
    struct dose_event_list events = {0};
    struct restriction_memo memo = {.is_known = false};
    enum status status = dose_list_planned(actor->site->store, h->from_us, h->to_us + 1, &events, err);
    for (size_t i = 0; status == STATUS_OK && i < events.len; i++) {
        if (events.items[i].status != DOSE_STATUS_IN_ERROR && events.items[i].status != DOSE_STATUS_MISSED) {
            status = add_event(actor, h, &events.items[i], &memo, err);
        }
    }
    dose_event_list_release(&events);
    return status;
}

static int by_section(const void *a, const void *b)
{
    const struct handover_line *x = a, *y = b;
    if (x->section != y->section) {
        return x->section < y->section ? -1 : 1;
    }
    int name = strcmp(x->patient_name, y->patient_name);
    if (name != 0) {
        return name;
    }
    return x->at_us != y->at_us ? (x->at_us < y->at_us ? -1 : 1) : strcmp(x->words, y->words);
}

enum status handover_make(struct actor *actor, int64_t from_us, int64_t to_us, struct handover *out, struct error *err)
{
    static enum status (*const PARTS[])(struct actor *, struct handover *, struct error *) = {add_due, add_tasks, add_doubles, add_waste,
                                                                                             add_effects, add_shift};
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "handover.read", "dose_events", UID_NONE);
    struct handover h = {.from_us = from_us, .to_us = to_us};
    enum status status = act_read(&act, err);
    for (size_t i = 0; status == STATUS_OK && i < sizeof PARTS / sizeof *PARTS; i++) {
        status = PARTS[i](actor, &h, err);
    }
    if (status != STATUS_OK) {
        handover_release(&h);
        return status;
    }
    if (h.len > 1) {
        qsort(h.items, h.len, sizeof *h.items, by_section);
    }
    *out = h;
    return STATUS_OK;
}

static enum status write_all(struct act *act, const struct handover *h, const char *note, const struct witness *next, struct error *err)
{
    struct site *site = act->actor->site;
    const struct handover_row row = {.id = uid_new(site->clock), .from_us = h->from_us, .to_us = h->to_us, .line_count = (int)h->len,
                                     .note = note, .given_by = act->actor->user, .accepted_by = next->user};
    act->record = row.id;
    enum status status = handover_insert(site->store, &row, &act->new_values, err);
    for (size_t i = 0; status == STATUS_OK && i < h->len; i++) {
        char *content = mem_format("%s: %s", handover_section_label(h->items[i].section), h->items[i].words);
        const struct handover_line_row line = {.id = uid_new(site->clock), .handover = row.id, .patient = h->items[i].patient,
                                               .position = (int)i + 1, .content = content};
        status = handover_line_insert(site->store, &line, err);
        mem_free(content);
    }
    return status;
}

enum status handover_accept(struct actor *actor, const struct handover *h, const char *note, const struct witness *next, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DOSE_RECORD, "handover.accept", "handovers", UID_NONE);
    enum status status = act_permit(actor, PERMISSION_DOSE_RECORD, "handover.accept", err);
    if (status == STATUS_OK) {
        status = witness_check(actor, next, PERMISSION_DOSE_WITNESS, err);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    return status == STATUS_OK ? act_end(&act, write_all(&act, h, note, next, err), err) : status;
}

enum status handover_sheet(struct actor *actor, const struct handover *h, struct document **out, struct error *err)
{
    const struct zone *zone = actor->site->zone;
    struct local_time from = zone_local(zone, h->from_us), to = zone_local(zone, h->to_us);
    struct document *d = NULL;
    char *title = mem_format(_("Hand-over %02d:%02d to %02d:%02d"), from.hour, from.minute, to.hour, to.minute);
    enum status status = print_document_new(actor, title, "PC-120", UID_NONE, NULL, &d, err);
    mem_free(title);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < h->len; i++) {
        if (i == 0 || h->items[i - 1].section != h->items[i].section) {
            document_heading(d, handover_section_label(h->items[i].section));
        }
        char *line = mem_format("%s   %s", h->items[i].patient_name, h->items[i].words);
        document_check(d, false, line);
        mem_free(line);
    }
    if (h->len == 0) {
        document_paragraph(d, _("Nothing is open."));
    }
    document_line(d, _("Handed over by"));
    document_line(d, _("Accepted by"));
    *out = d;
    return STATUS_OK;
}
