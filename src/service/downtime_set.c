/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sheets of everybody, one after another, and when the site's times for them are up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/act.h"
#include "service/central_link.h"
#include "service/chart.h"
#include "service/downtime.h"
#include "store/order_store.h"

enum { BEFORE_H = 4, WAIT_MS = 1000 };
#define MADE_KEY "downtime.set_us" /* the time for which a set was begun last */

struct downtime_set {
    struct uid_list people;
    size_t at; /* of people: the next one */
    int hours, printed, closed;
    struct print_run *run; /* on its way; NULL: none */
};

/* Whoever is on the round, in the order in which they come up. */
struct place {
    struct uid person;
    size_t at;
};
struct place_list {
    struct place *items;
    size_t len, cap;
};

static void add(struct place_list *places, struct uid person)
{
    MEM_GROW(places);
    places->items[places->len] = (struct place){person, places->len};
    places->len++;
}

static int by_person(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int order = uid_compare(x->person, y->person);
    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* Each once, where they come up first; sorted, because a large site has tens of thousands of doses a day. */
static void take_people(struct place_list *places, struct uid_list *out)
{
    size_t kept = 0;
    if (places->len == 0) {
        return;
    }
    qsort(places->items, places->len, sizeof *places->items, by_person);
    for (size_t i = 0; i < places->len; i++) {
        if (i == 0 || uid_compare(places->items[i].person, places->items[kept - 1].person) != 0) {
            places->items[kept++] = places->items[i];
        }
    }
    qsort(places->items, kept, sizeof *places->items, by_place);
    for (size_t i = 0; i < kept; i++) {
        MEM_GROW(out);
        out->items[out->len++] = places->items[i].person;
    }
}

enum status downtime_set_new(struct actor *actor, int hours, struct downtime_set **out, struct error *err)
{
    struct downtime_set *set = mem_alloc(sizeof *set);
    struct due_list planned = {0};
    struct uid_list others = {0};
    struct place_list places = {0};
    set->hours = hours;
    enum status status = due_list_planned(actor, BEFORE_H, hours, &planned, err);
    if (status == STATUS_OK) {
        status = order_list_unplanned_people(actor->site->store, &others, err);
    }
    for (size_t i = 0; i < planned.len; i++) {
        add(&places, planned.items[i].patient);
    }
    for (size_t i = 0; i < others.len; i++) {
        add(&places, others.items[i]);
    }
    take_people(&places, &set->people);
    mem_free(places.items);
    due_list_release(&planned);
    mem_free(others.items);
    if (status != STATUS_OK) {
        downtime_set_free(set);
        return status;
    }
    *out = set;
    return STATUS_OK;
}

static enum status begin_next(struct downtime_set *set, struct actor *actor, struct error *err)
{
    struct document *d = NULL;
    char form[DOWNTIME_FORM_MAX];
    struct uid patient = set->people.items[set->at++];
    enum status status = downtime_sheet(actor, patient, set->hours, &d, form, err);
    if (status == STATUS_OK) {
        const struct print_request request = downtime_request(patient);
        status = print_start(actor, &request, d, &set->run, err);
        document_free(d);
    }
    if (status == STATUS_RESTRICTED) { /* whoever is named for it prints that sheet; the others' must not wait for it */
        set->closed++;
        return STATUS_OK;
    }
    return status;
}

bool downtime_set_step(struct downtime_set *set, struct actor *actor, int wait_ms, enum status *out_status, struct error *err)
{
    *out_status = STATUS_OK;
    if (set->run == NULL && set->at < set->people.len) {
        *out_status = begin_next(set, actor, err);
    } else if (set->run != NULL && !print_wait(set->run, wait_ms)) {
        struct print_run *run = set->run;
        set->run = NULL;
        *out_status = print_finish(run, NULL, err);
        set->printed += *out_status == STATUS_OK;
    }
    return *out_status == STATUS_OK && (set->run != NULL || set->at < set->people.len);
}

int downtime_set_printed(const struct downtime_set *set)
{
    return set->printed;
}

int downtime_set_closed(const struct downtime_set *set)
{
    return set->closed;
}

void downtime_set_free(struct downtime_set *set)
{
    if (set == NULL) {
        return;
    }
    if (set->run != NULL) {
        enum status ended = print_finish(set->run, NULL, NULL);
        (void)ended; /* stopped: the audit row says so */
    }
    mem_free(set->people.items);
    mem_free(set);
}

enum status downtime_print_all(struct actor *actor, int hours, int *out_printed, int *out_closed, struct error *err)
{
    struct downtime_set *set = NULL;
    *out_printed = *out_closed = 0;
    enum status status = downtime_set_new(actor, hours, &set, err);
    while (status == STATUS_OK && downtime_set_step(set, actor, WAIT_MS, &status, err)) {
        /* on to the next */
    }
    if (set != NULL) {
        *out_printed = set->printed;
        *out_closed = set->closed;
    }
    downtime_set_free(set);
    return status;
}

/* ---- by the clock ---- */

/* The latest of the site's times that has passed; 0: none is set. */
static int64_t last_time(const struct site *site)
{
    struct date today = site_today(site);
    int64_t now_us = clock_now_us(site->clock), last_us = 0;
    for (int back = 1; back >= 0; back--) {
        for (const char *at = settings_text(&site->settings, SETTING_DOWNTIME_TIMES); *at != '\0'; at += 5 + (at[5] == ' ')) {
            int hour = (at[0] - '0') * 10 + at[1] - '0', minute = (at[3] - '0') * 10 + at[4] - '0'; /* checked when it was set */
            int64_t at_us = zone_instant(site->zone, date_add_days(today, -back), hour, minute, NULL);
            last_us = at_us <= now_us && at_us > last_us ? at_us : last_us;
        }
    }
    return last_us;
}

static enum status read_made(struct store *store, int64_t *out_us, struct error *err)
{
    char *text = NULL;
    enum status status = store_meta_get(store, MADE_KEY, &text, err);
    *out_us = status == STATUS_OK && text != NULL ? strtoll(text, NULL, 10) : 0;
    mem_free(text);
    return status;
}

int downtime_set_hours(const struct actor *actor)
{
    return (int)strtol(settings_text(&actor->site->settings, SETTING_DOWNTIME_HOURS), NULL, 10); /* one of the words of its list */
}

enum status downtime_set_is_due(struct actor *actor, bool *out_due, struct error *err)
{
    struct site *site = actor->site;
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "downtime.set", "downtime_forms", UID_NONE);
    int64_t due_us = last_time(site), made_us = 0;
    *out_due = false;
    if (due_us == 0 || !site_is_lead(site) || !actor_may(actor, PERMISSION_CLINICAL_READ)) {
        return STATUS_OK;
    }
    enum status status = read_made(site->store, &made_us, err);
    if (status != STATUS_OK || made_us >= due_us) {
        return status;
    }
    status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = read_made(site->store, &made_us, err); /* another session may have been quicker */
    if (status == STATUS_OK && made_us >= due_us) {
        enum status rolled_back = act_end(&act, STATUS_EXISTS, NULL);
        (void)rolled_back; /* nothing was to be written */
        return STATUS_OK;
    }
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)due_us); /* fits */
    if (status == STATUS_OK) {
        status = store_meta_set(site->store, MADE_KEY, text, err);
    }
    status = act_end(&act, status, err);
    *out_due = status == STATUS_OK;
    return status;
}
