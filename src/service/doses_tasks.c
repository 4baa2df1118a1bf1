/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/doses_tasks.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/act.h"
#include "service/doses_private.h"
#include "service/drug_lists.h"
#include "service/restrictions.h"
#include "store/dose_follow_store.h"
#include "store/dose_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

#define LOOK_BACK_US (7 * 24 * US_PER_HOUR)

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " ")] == '\0';
}

void dose_task_list_release(struct dose_task_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].patient_name);
        mem_free(list->items[i].drug);
        mem_free(list->items[i].words);
        mem_free(list->items[i].form_number);
    }
    mem_free(list->items);
    *list = (struct dose_task_list){0};
}

/* --- from records to tasks -------------------------------------------------------------------------------------------- */

/* Still what stands on its slot: nobody recorded anything else since. */
static enum status still_stands(struct site *site, const struct dose_event *event, bool *out, struct error *err)
{
    struct dose_event_list events = {0};
    struct dose_slot slot = {.id = event->slot};
    *out = true;
    if (uid_is_none(event->slot)) {
        return STATUS_OK;
    }
    enum status status = dose_list_slot(site->store, event->slot, &events, err);
    if (status == STATUS_OK) {
        dose_slot_fold(&slot, events.items, events.len);
        *out = slot.state == SLOT_DONE && uid_compare(slot.event, event->id) == 0;
    }
    dose_event_list_release(&events);
    return status;
}

/* The dose of the order before this one was refused too. */
static enum status is_second_refusal(struct site *site, const struct dose_event *event, bool *out, struct error *err)
{
    struct dose_event_list events = {0};
    const struct dose_event *before = NULL;
    *out = false;
    enum status status = dose_list_order(site->store, event->order, event->occurred_us - LOOK_BACK_US, &events, err);
    for (size_t i = 0; status == STATUS_OK && i < events.len && before == NULL; i++) { /* newest first */
        const struct dose_event *other = &events.items[i];
        bool is_same = uid_compare(other->id, event->id) == 0 || (!uid_is_none(event->slot) && uid_compare(other->slot, event->slot) == 0);
        if (!is_same && other->occurred_us <= event->occurred_us && dose_event_stands(&events, other)) {
            before = other;
        }
    }
    *out = before != NULL && before->status == DOSE_STATUS_REFUSED;
    dose_event_list_release(&events);
    return status;
}

static enum dose_task_kind kind_of(enum dose_status status)
{
    return status == DOSE_STATUS_MISSED        ? TASK_MISSED
           : status == DOSE_STATUS_UNAVAILABLE ? TASK_SUPPLY
           : status == DOSE_STATUS_AWAY        ? TASK_AWAY
                                               : TASK_REFUSED;
}

static char *words_of(const struct site *site, const struct dose_event *event, enum dose_task_kind kind)
{
    struct local_time back = zone_local(site->zone, event->return_us);
    enum enum_kind reasons = dose_reason_kind(event->status, false);
    const char *reason = reasons != ENUM_NO_KIND ? enum_label(reasons, enum_value(reasons, event->reason)) : "";
    switch (kind) {
    case TASK_MISSED:
        return mem_copy_text(event->recorded_via == RECORDED_VIA_SYSTEM ? _("nobody recorded it") : reason);
    case TASK_REFUSED:
        return mem_format(_("refused twice in a row: %s"), reason);
    case TASK_COSIGN:
        return mem_format(_("%s by %s, to be co-signed"), enum_label(ENUM_DOSE_STATUS, (int)event->status), event->recorded_by_name);
    case TASK_CONFIRM:
        return mem_format(_("%s records that you gave it"), event->recorded_by_name);
    case TASK_BACK_ENTRY:
        return mem_format(_("form %s, entered by %s"), event->form_number, event->recorded_by_name);
    case TASK_AFTER_STOP:
        return mem_format(_("GIVEN AFTER STOP by %s: look at the patient, tell the prescriber"), event->recorded_by_name);
    case TASK_AWAY:
        return event->return_us == 0 ? mem_format(_("away (%s): give late or skip"), reason)
                                     : mem_format(_("away (%s), back at %02d:%02d: give late or skip"), reason, back.hour, back.minute);
    case TASK_NO_SCAN:
        return mem_format(_("given by %s without a scan: %s"), event->recorded_by_name,
                          enum_label(ENUM_NO_SCAN_REASON, (int)event->no_scan_reason));
    case TASK_SUPPLY:
    case TASK_ALL:
        break;
    }
    return mem_copy_text(reason);
}

static enum status append(struct site *site, const struct dose_event *event, enum dose_task_kind kind, struct dose_task_list *out,
                          struct error *err)
{
    struct order order;
    struct patient patient;
    enum status status = order_get(site->store, event->order, &order, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = patient_get(site->store, event->patient, &patient, err);
    if (status == STATUS_OK) {
        unsigned lists = drug_lists_of(site->knowledge, NULL, &order, -1);
        const struct dose_task task = {
            .kind = kind, .patient = event->patient, .event = event->id, .order = event->order, .slot = event->slot,
            .patient_name = patient_display_name(&patient), .drug = mem_copy_text(order.drug_text), .words = words_of(site, event, kind),
            .form_number = mem_copy_text(event->form_number != NULL ? event->form_number : ""),
            .is_batch = kind == TASK_NO_SCAN || (kind == TASK_BACK_ENTRY && (lists & (DRUG_LIST_CONTROLLED | DRUG_LIST_HIGH_ALERT)) == 0),
            .count = 1, .who = event->recorded_by, .no_scan_reason = event->no_scan_reason, .return_us = event->return_us, .planned_us = event->planned_us, .occurred_us = event->occurred_us,
        };
        MEM_GROW(out);
        out->items[out->len++] = task;
        patient_release(&patient);
    }
    order_release(&order);
    return status;
}

static bool is_same_day(const struct site *site, int64_t a_us, int64_t b_us)
{
    return date_to_days(zone_local(site->zone, a_us).date) == date_to_days(zone_local(site->zone, b_us).date);
}

static bool is_one_batch(const struct site *site, const struct dose_task *a, const struct dose_task *b)
{
    if (!a->is_batch || !b->is_batch || a->kind != b->kind) {
        return false;
    }
    return a->kind == TASK_NO_SCAN ? uid_compare(a->who, b->who) == 0 && is_same_day(site, a->occurred_us, b->occurred_us)
                                   : strcmp(a->form_number, b->form_number) == 0;
}

/* "given by R. Shah without a scan: 12 doses (scanner fault 9, label missing 3)" */
static char *unscanned_words(const struct dose_task *task, const int *reasons)
{
    struct buffer why = BUFFER_INIT;
    const struct enum_list *list = enum_list(ENUM_NO_SCAN_REASON);
    const char *who = task->words; /* of the first: up to its colon */
    for (int i = 1; i <= list->count; i++) {
        if (reasons[i] > 0) {
            buffer_append_format(&why, "%s%s %d", why.len > 0 ? ", " : "", enum_label(ENUM_NO_SCAN_REASON, i), reasons[i]);
        }
    }
    char *words = mem_format(ngettext("%.*s: %d dose (%s)", "%.*s: %d doses (%s)", (unsigned long)task->count),
                             (int)strcspn(who, ":"), who, task->count, why.bytes != NULL ? why.bytes : "");
    buffer_release(&why);
    return words;
}

/* Records of one form that need no look of their own become one line, and so do doses without a scan. */
static void join_batches(const struct site *site, struct dose_task_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->len; i++) {
        struct dose_task *task = &list->items[i];
        size_t k = 0;
        while (k < kept && !is_one_batch(site, &list->items[k], task)) {
            k++;
        }
        if (k < kept) {
            list->items[k].count++;
            list->items[k].reasons[task->no_scan_reason]++;
            struct dose_task_list one = {task, 1, 0};
            mem_free(one.items->patient_name);
            mem_free(one.items->drug);
            mem_free(one.items->words);
            mem_free(one.items->form_number);
        } else {
            list->items[kept] = *task;
            list->items[kept++].reasons[task->no_scan_reason]++;
        }
    }
    list->len = kept;
    for (size_t i = 0; i < list->len; i++) {
        struct dose_task *task = &list->items[i];
        if (task->count > 1) {
            char *words = task->kind == TASK_NO_SCAN
                              ? unscanned_words(task, task->reasons)
                              : mem_format(ngettext("form %s: %d record to check against the paper", "form %s: %d records to check against the paper",
                                              (unsigned long)task->count),
                                     task->form_number, task->count);
            mem_free(task->words);
            task->words = words;
        }
    }
}

static const struct {
    enum dose_follow_list list;
    unsigned kinds;
} SOURCES[] = {
    {FOLLOW_LIST_STATES, TASK_MISSED | TASK_SUPPLY | TASK_REFUSED},
    {FOLLOW_LIST_INSTRUCTOR, TASK_COSIGN},
    {FOLLOW_LIST_BACK_ENTRY, TASK_BACK_ENTRY},
    {FOLLOW_LIST_GIVEN_BY, TASK_CONFIRM},
    {FOLLOW_LIST_AFTER_STOP, TASK_AFTER_STOP},
    {FOLLOW_LIST_AWAY, TASK_AWAY},
    {FOLLOW_LIST_UNSCANNED, TASK_NO_SCAN},
};

static enum status read_source(struct actor *actor, size_t source, unsigned kinds, struct dose_task_list *out, struct error *err)
{
    struct site *site = actor->site;
    struct dose_event_list events = {0};
    int64_t since_us = clock_now_us(site->clock) - LOOK_BACK_US;
    enum status status = dose_follow_list_get(site->store, SOURCES[source].list, actor->user, since_us, &events, err);
    for (size_t i = 0; status == STATUS_OK && i < events.len; i++) {
        const struct dose_event *event = &events.items[i];
        bool is_wanted = true;
        bool has_state = SOURCES[source].list == FOLLOW_LIST_STATES || SOURCES[source].list == FOLLOW_LIST_AWAY;
        enum dose_task_kind kind = has_state ? kind_of(event->status)
                                                                              : (enum dose_task_kind)SOURCES[source].kinds;
        if ((kinds & (unsigned)kind) == 0) {
            continue;
        }
        if (has_state) {
            status = still_stands(site, event, &is_wanted, err);
        }
        if (status == STATUS_OK && is_wanted && kind == TASK_REFUSED) {
            status = is_second_refusal(site, event, &is_wanted, err);
        }
        if (status == STATUS_OK && is_wanted) {
            status = append(site, event, kind, out, err);
        }
    }
    dose_event_list_release(&events);
    return status;
}

static int by_time(const void *a, const void *b)
{
    const struct dose_task *x = a, *y = b;
    int64_t at = x->planned_us != 0 ? x->planned_us : x->occurred_us, other = y->planned_us != 0 ? y->planned_us : y->occurred_us;
    if (at != other) {
        return at < other ? -1 : 1;
    }
    int name = strcmp(x->patient_name, y->patient_name);
    name = name != 0 ? name : strcmp(x->drug, y->drug);
    return name != 0 ? name : uid_compare(x->event, y->event);
}

enum status dose_task_list_refresh(struct actor *actor, unsigned kinds, struct dose_task_list *out, struct error *err)
{
    struct dose_task_list list = {0};
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) {
        return actor_refuse(actor, err);
    }
    enum status status = store_read_begin(actor->site->store, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; status == STATUS_OK && i < sizeof SOURCES / sizeof *SOURCES; i++) {
        bool is_theirs = SOURCES[i].list != FOLLOW_LIST_UNSCANNED || actor_may(actor, PERMISSION_DOSE_SUPERVISE);
        if ((SOURCES[i].kinds & kinds) != 0 && is_theirs) {
            status = read_source(actor, i, kinds, &list, err);
        }
    }
    store_read_end(actor->site->store);
    if (status != STATUS_OK) {
        dose_task_list_release(&list);
        return status;
    }
    join_batches(actor->site, &list);
    if (list.len > 1) {
        qsort(list.items, list.len, sizeof *list.items, by_time);
    }
    struct restriction_memo memo = {.is_known = false};
    for (size_t i = 0; i < list.len; i++) { /* that something has to follow is not hidden */
        struct dose_task *t = &list.items[i];
        (void)restriction_cover(actor, t->patient, &memo, (char **[]){&t->drug, &t->words, NULL});
    }
    *out = list;
    return STATUS_OK;
}

enum status dose_task_list_get(struct actor *actor, unsigned kinds, struct dose_task_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "dose.task_list", "dose_events", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? dose_task_list_refresh(actor, kinds, out, err) : status;
}

/* --- answering ---------------------------------------------------------------------------------------------------------- */

const enum follow_up *dose_task_answers(enum dose_task_kind kind)
{
    static const enum follow_up AWAY[] = {FOLLOW_UP_SEEN, FOLLOW_UP_NONE_GIVEN}, MISSED[] = {FOLLOW_UP_SEEN, FOLLOW_UP_NOTIFIED, FOLLOW_UP_NONE_GIVEN},
                                SUPPLY[] = {FOLLOW_UP_SUPPLIED, FOLLOW_UP_NOT_COMING, FOLLOW_UP_NONE_GIVEN},
                                REFUSED[] = {FOLLOW_UP_NOTIFIED, FOLLOW_UP_NONE_GIVEN},
                                COSIGN[] = {FOLLOW_UP_COSIGNED, FOLLOW_UP_COSIGN_REFUSED, FOLLOW_UP_NONE_GIVEN},
                                BACK[] = {FOLLOW_UP_CHECKED, FOLLOW_UP_NONE_GIVEN},
                                CONFIRM[] = {FOLLOW_UP_CONFIRMED, FOLLOW_UP_DENIED, FOLLOW_UP_NONE_GIVEN}, NONE[] = {FOLLOW_UP_NONE_GIVEN};
    switch (kind) {
    case TASK_MISSED:
        return MISSED;
    case TASK_SUPPLY:
        return SUPPLY;
    case TASK_REFUSED:
    case TASK_AFTER_STOP:
        return REFUSED;
    case TASK_COSIGN:
        return COSIGN;
    case TASK_BACK_ENTRY:
        return BACK;
    case TASK_CONFIRM:
        return CONFIRM;
    case TASK_AWAY:
    case TASK_NO_SCAN:
        return AWAY;
    case TASK_ALL:
        break;
    }
    return NONE;
}

static bool is_answer(enum dose_task_kind kind, enum follow_up answer)
{
    for (const enum follow_up *a = dose_task_answers(kind); *a != FOLLOW_UP_NONE_GIVEN; a++) {
        if (*a == answer) {
            return true;
        }
    }
    return false;
}

static enum status check_answer(enum dose_task_kind kind, enum follow_up answer, const char *note, struct error *err)
{
    bool needs_note = answer == FOLLOW_UP_NOTIFIED || answer == FOLLOW_UP_NOT_COMING || answer == FOLLOW_UP_COSIGN_REFUSED ||
                      answer == FOLLOW_UP_DENIED;
    if (!is_answer(kind, answer)) {
        return error_set_field(err, STATUS_INVALID, "answer", _("Choose what was done."));
    }
    if (needs_note && is_blank(note)) {
        return error_set_field(err, STATUS_INVALID, "note",
                               answer == FOLLOW_UP_NOTIFIED ? _("Say which prescriber was told, and when.") : _("Say why, and who was told."));
    }
    return STATUS_OK;
}

static enum status check_person(const struct actor *actor, enum dose_task_kind kind, const struct dose_event *event, struct error *err)
{
    if (kind == TASK_COSIGN && uid_compare(event->instructor, actor->user) != 0) {
        return error_set(err, STATUS_REFUSED, _("Only the instructor who is named signs for this."));
    }
    if (kind == TASK_CONFIRM && uid_compare(event->given_by, actor->user) != 0) {
        return error_set(err, STATUS_REFUSED, _("Only the person who is said to have given it can confirm it."));
    }
    if (kind == TASK_NO_SCAN && !actor_may(actor, PERMISSION_DOSE_SUPERVISE)) {
        return error_set(err, STATUS_NOT_PERMITTED, _("Doses without a scan are looked at by who supervises."));
    }
    if (kind == TASK_BACK_ENTRY && uid_compare(event->recorded_by, actor->user) == 0) {
        return error_set(err, STATUS_REFUSED, _("What you entered from paper yourself is checked by somebody else."));
    }
    return STATUS_OK;
}

static enum status close_one(struct act *act, const struct dose_task *task, const struct dose_event *event, enum follow_up answer,
                             const char *note, struct error *err)
{
    enum status status = check_person(act->actor, task->kind, event, err);
    if (status == STATUS_OK) {
        const struct dose_follow_up row = {.id = uid_new(act->actor->site->clock), .patient = event->patient, .dose = event->id,
                                           .kind = answer, .note = note, .by = act->actor->user};
        mem_free(act->new_values);
        act->new_values = NULL;
        act->record = row.id;
        status = dose_follow_up_insert(act->actor->site->store, &row, &act->new_values, err);
    }
    return status;
}

/* Every record of the task that still waits, read inside the transaction. */
static enum status close_all(struct act *act, const struct dose_task *task, enum follow_up answer, const char *note, struct error *err)
{
    struct site *site = act->actor->site;
    struct dose_event_list events = {0};
    int closed = 0;
    size_t source = 0;
    while ((SOURCES[source].kinds & (unsigned)task->kind) == 0) {
        source++;
    }
    enum status status = dose_follow_list_get(site->store, SOURCES[source].list, act->actor->user,
                                              clock_now_us(site->clock) - LOOK_BACK_US, &events, err);
    for (size_t i = 0; status == STATUS_OK && i < events.len; i++) {
        const struct dose_event *event = &events.items[i];
        bool is_mine = uid_compare(event->id, task->event) == 0 ||
                       (task->kind == TASK_NO_SCAN && uid_compare(event->recorded_by, task->who) == 0 &&
                        is_same_day(site, event->occurred_us, task->occurred_us));
        if (!is_mine && task->kind == TASK_BACK_ENTRY && task->is_batch && event->form_number != NULL && strcmp(event->form_number, task->form_number) == 0) {
            struct order order;
            status = order_get(site->store, event->order, &order, err);
            if (status == STATUS_OK) {
                is_mine = (drug_lists_of(site->knowledge, NULL, &order, -1) & (DRUG_LIST_CONTROLLED | DRUG_LIST_HIGH_ALERT)) == 0;
                order_release(&order);
            }
        }
        if (status == STATUS_OK && is_mine) {
            status = close_one(act, task, event, answer, note, err);
            closed++;
        }
    }
    dose_event_list_release(&events);
    return status == STATUS_OK && closed == 0 ? error_set(err, STATUS_STALE, _("Somebody has settled this meanwhile.")) : status;
}

enum status dose_task_close(struct actor *actor, const struct dose_task *task, enum follow_up answer, const char *note,
                            struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DOSE_RECORD, "dose.follow_up", "dose_follow_ups", task->patient);
    enum status status = act_permit(actor, PERMISSION_DOSE_RECORD, "dose.follow_up", err);
    if (status == STATUS_OK) {
        status = check_answer(task->kind, answer, note, err);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    return status == STATUS_OK ? act_end(&act, close_all(&act, task, answer, note, err), err) : status;
}
