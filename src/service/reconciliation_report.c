/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/reconciliation_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "service/act.h"
#include "service/restrictions.h"
#include "store/patient_store.h"
#include "store/reconcile_store.h"

#define DAY_US (24 * US_PER_HOUR)

static int by_patient(const void *a, const void *b)
{
    return uid_compare(*(const struct uid *)a, *(const struct uid *)b);
}

static int count_different(struct uid *patients, size_t count)
{
    int different = 0;
    if (count > 1) {
        qsort(patients, count, sizeof *patients, by_patient);
    }
    for (size_t i = 0; i < count; i++) {
        different += i == 0 || uid_compare(patients[i], patients[i - 1]) != 0;
    }
    return different;
}

static void count_sessions(const struct reconciliation_list *list, struct reconcile_report *out)
{
    struct uid *patients = mem_alloc_array(list->len + 1, sizeof *patients);
    size_t count = 0;
    for (size_t i = 0; i < list->len; i++) {
        const struct reconciliation *r = &list->items[i];
        if (r->state == RECONCILE_STATE_ABANDONED || r->state == RECONCILE_STATE_AMENDED) {
            continue;
        }
        out->sessions++;
        out->signed_in_24h += r->signed_us != 0 && r->signed_us - r->started_us <= DAY_US;
        out->signed_later += r->signed_us != 0 && r->signed_us - r->started_us > DAY_US;
        out->not_signed += r->signed_us == 0;
        patients[count++] = r->patient;
    }
    out->patients = count_different(patients, count);
    mem_free(patients);
}

enum status reconcile_report_get(struct actor *actor, struct date from, struct date to, struct reconcile_report *out, struct error *err)
{
    struct site *site = actor->site;
    struct act act = ACT(actor, PERMISSION_REPORT_READ, "reconcile.report", "", UID_NONE);
    struct reconciliation_list list = {0};
    struct reconcile_class_count_list classes = {0};
    struct reconcile_report report = {.from = from, .to = to};
    enum status status = act_read(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    int64_t from_us = zone_day_start(site->zone, from), to_us = zone_day_start(site->zone, date_add_days(to, 1));
    status = reconciliation_list_between(site->store, from_us, to_us, &list, err);
    if (status == STATUS_OK) {
        status = reconcile_class_counts(site->store, from_us, to_us, &classes, err);
    }
    if (status == STATUS_OK) {
        count_sessions(&list, &report);
        for (size_t i = 0; i < classes.len; i++) {
            report.discrepancies[classes.items[i].class_of] += classes.items[i].count;
            report.patients_with_unintentional += classes.items[i].class_of == DISCREPANCY_CLASS_UNINTENTIONAL;
        }
        *out = report;
    }
    mem_free(classes.items);
    reconciliation_list_release(&list);
    return status;
}

/* ---- what was put off ---- */

void reconcile_open_lines_release(struct reconcile_open_lines *list)
{
    for (size_t i = 0; i < list->len; i++) {
        struct reconcile_open_line *line = &list->items[i];
        mem_free(line->patient_name);
        mem_free(line->mrn);
        mem_free(line->owner);
        mem_free(line->text);
        mem_free(line->words);
    }
    mem_free(list->items);
    *list = (struct reconcile_open_lines){0};
}

static int by_owner(const void *a, const void *b)
{
    const struct reconcile_open_line *x = a, *y = b;
    int owners = strcmp(x->owner, y->owner);
    return owners != 0 ? owners : date_compare(x->due_on, y->due_on);
}

static enum status append(struct site *site, const struct reconcile_deferral *from, struct reconcile_open_lines *out, struct error *err)
{
    struct patient patient;
    MEM_GROW(out);
    struct reconcile_open_line *line = &out->items[out->len++];
    *line = (struct reconcile_open_line){.reconciliation = from->reconciliation,
                                         .patient = from->patient,
                                         .action = from->action,
                                         .due_on = from->due_on,
                                         .owner = mem_copy_text(""),
                                         .text = mem_copy_text(from->text),
                                         .words = mem_copy_text(from->words)};
    line->is_overdue = !date_is_none(from->due_on) && date_compare(from->due_on, site_today(site)) < 0;
    enum status status = patient_get(site->store, from->patient, &patient, err);
    if (status == STATUS_OK) {
        line->patient_name = patient_display_name(&patient);
        line->mrn = mem_copy_text(patient.mrn);
        patient_release(&patient);
        mem_free(line->owner);
        line->owner = NULL;
        status = person_name(site->store, from->owner, &line->owner, err);
    }
    if (line->owner == NULL) {
        line->owner = mem_copy_text("");
    }
    return status;
}

enum status reconcile_open_lines_get(struct actor *actor, struct reconcile_open_lines *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_RECONCILE, "reconcile.deferrals", "reconciliation_items", UID_NONE);
    struct reconcile_deferral_list found = {0};
    struct reconcile_open_lines list = {0};
    struct restriction_memo memo = {.is_known = false};
    enum status status = act_read(&act, err);
    if (status == STATUS_OK) {
        status = reconcile_deferral_list_get(actor->site->store, &found, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < found.len; i++) {
        status = append(actor->site, &found.items[i], &list, err);
        struct reconcile_open_line *line = &list.items[list.len - 1]; /* there, even when it failed */
        (void)restriction_cover(actor, line->patient, &memo, (char **[]){&line->text, &line->words, NULL});
    }
    reconcile_deferral_list_release(&found);
    if (status != STATUS_OK) {
        reconcile_open_lines_release(&list);
        return status;
    }
    if (list.len > 1) {
        qsort(list.items, list.len, sizeof *list.items, by_owner);
    }
    *out = list;
    return STATUS_OK;
}
