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
enum { PAUSE_MOST_MIN = 10 };
#define LEASE_US (15 * US_PER_MINUTE)
#define MADE_KEY "downtime.set_us"  /* the time for which a set was printed to its end last */
#define CLAIM_KEY "downtime.set_claim" /* that somebody is at it */

struct downtime_set {
    struct uid_list people;
    size_t at; /* of people: the next one */
    int hours, printed, closed;
    struct print_run *run; /* on its way; NULL: none */
    int64_t due_us;        /* of the site's times the one that it is for; 0: none is set */
    int tries;             /* that failed in a row */
    bool has_failed;       /* the sheet before `at` */
    int64_t wait_us;       /* nothing is done before; 0 */
    int64_t lease_us;      /* renewed before then */
};

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

/* Somebody is at that time's set, and until when nobody else takes it over. */
struct claim {
    int64_t due_us, until_us;
};

static enum status read_claim(struct store *store, struct claim *out, struct error *err)
{
    char *text = NULL, *rest = NULL;
    enum status status = store_meta_get(store, CLAIM_KEY, &text, err);
    *out = (struct claim){0};
    if (status == STATUS_OK && text != NULL) {
        out->due_us = strtoll(text, &rest, 10);
        out->until_us = strtoll(rest, NULL, 10);
    }
    mem_free(text);
    return status;
}

static enum status write_claim(struct actor *actor, int64_t due_us, int64_t until_us, struct error *err)
{
    char *text = mem_format("%lld %lld", (long long)due_us, (long long)until_us);
    enum status status = store_meta_set(actor->site->store, CLAIM_KEY, text, err);
    mem_free(text);
    return status;
}


/* ---- whose ---- */

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
    set->due_us = last_time(actor->site);
    set->lease_us = clock_now_us(actor->site->clock) + LEASE_US;
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

/* One small act of its own; a device that does not lead has nothing to say about the site's times. */
static enum status note(struct downtime_set *set, struct actor *actor, bool is_made, int64_t until_us, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "downtime.set", "downtime_forms", UID_NONE);
    char text[24];
    if (set->due_us == 0 || !site_is_lead(actor->site)) {
        return STATUS_OK;
    }
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    (void)snprintf(text, sizeof text, "%lld", (long long)set->due_us); /* fits */
    status = is_made ? store_meta_set(actor->site->store, MADE_KEY, text, err) : write_claim(actor, set->due_us, until_us, err);
    set->lease_us = until_us;
    return act_end(&act, status, err);
}

bool downtime_set_again(struct downtime_set *set, struct actor *actor, int *out_minutes, struct error *err)
{
    int64_t made_us = 0, now_us = clock_now_us(actor->site->clock);
    int minutes = set->tries < 4 ? 1 << set->tries : PAUSE_MOST_MIN;
    minutes = minutes < PAUSE_MOST_MIN ? minutes : PAUSE_MOST_MIN;
    if (read_made(actor->site->store, &made_us, err) != STATUS_OK || set->due_us == 0 || made_us >= set->due_us ||
        last_time(actor->site) > set->due_us) {
        return false;
    }
    set->wait_us = now_us + minutes * US_PER_MINUTE;
    if (note(set, actor, false, set->wait_us + LEASE_US, err) != STATUS_OK) {
        return false;
    }
    set->at -= set->has_failed && set->at > 0;
    set->has_failed = false;
    set->tries++;
    *out_minutes = minutes;
    return true;
}

static bool is_waiting(struct downtime_set *set, const struct actor *actor)
{
    if (set->wait_us > clock_now_us(actor->site->clock)) {
        return true;
    }
    set->wait_us = 0;
    return false;
}

bool downtime_set_step(struct downtime_set *set, struct actor *actor, int wait_ms, enum status *out_status, struct error *err)
{
    *out_status = STATUS_OK;
    if (is_waiting(set, actor)) {
        return true;
    }
    if (clock_now_us(actor->site->clock) > set->lease_us - LEASE_US / 2) {
        *out_status = note(set, actor, false, clock_now_us(actor->site->clock) + LEASE_US, err);
    } else if (set->run == NULL && set->at < set->people.len) {
        *out_status = begin_next(set, actor, err);
        set->has_failed = *out_status != STATUS_OK;
    } else if (set->run != NULL && !print_wait(set->run, wait_ms)) {
        struct print_run *run = set->run;
        set->run = NULL;
        *out_status = print_finish(run, NULL, err);
        set->printed += *out_status == STATUS_OK;
        set->tries = *out_status == STATUS_OK ? 0 : set->tries;
        set->has_failed = *out_status != STATUS_OK;
    }
    bool is_over = set->run == NULL && set->at >= set->people.len;
    if (*out_status == STATUS_OK && is_over) {
        *out_status = note(set, actor, true, set->lease_us, err);
    }
    return *out_status == STATUS_OK && !is_over;
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

int downtime_set_hours(const struct actor *actor)
{
    return (int)strtol(settings_text(&actor->site->settings, SETTING_DOWNTIME_HOURS), NULL, 10); /* one of the words of its list */
}

enum status downtime_set_is_due(struct actor *actor, bool *out_due, struct error *err)
{
    struct site *site = actor->site;
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "downtime.set", "downtime_forms", UID_NONE);
    int64_t due_us = last_time(site), made_us = 0, now_us = clock_now_us(site->clock);
    struct claim claim = {0};
    *out_due = false;
    if (due_us == 0 || !site_is_lead(site) || !actor_may(actor, PERMISSION_CLINICAL_READ)) {
        return STATUS_OK;
    }
    enum status status = read_made(site->store, &made_us, err);
    if (status != STATUS_OK || made_us >= due_us) {
        return status;
    }
    status = read_claim(site->store, &claim, err);
    bool is_taken = claim.due_us == due_us && claim.until_us > now_us && claim.until_us <= now_us + LEASE_US + PAUSE_MOST_MIN * US_PER_MINUTE;
    if (status != STATUS_OK || is_taken) {
        return status;
    }
    status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct claim now = {0};
    status = read_claim(site->store, &now, err); /* another session may have been quicker */
    if (status == STATUS_OK && (now.due_us != claim.due_us || now.until_us != claim.until_us)) {
        enum status rolled_back = act_end(&act, STATUS_EXISTS, NULL);
        (void)rolled_back; /* nothing was to be written */
        return STATUS_OK;
    }
    if (status == STATUS_OK) {
        status = write_claim(actor, due_us, now_us + LEASE_US, err);
    }
    status = act_end(&act, status, err);
    *out_due = status == STATUS_OK;
    return status;
}
