/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/incidents.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/act.h"
#include "store/restriction_store.h"

enum { PAGE_LINES = 1000, REVIEWS_MAX = 500, WATCH_DAYS = 7 };

static const char *const WORDS[INCIDENT_KINDS] = {
    [INCIDENT_REFUSED] = N_("refused by role or by a restricted record"),
    [INCIDENT_SECRET] = N_("wrong passwords, PINs or codes"),
    [INCIDENT_EMERGENCY] = N_("emergency openings, their ends and reviews"),
    [INCIDENT_PRIVILEGE] = N_("accounts, roles and restrictions changed"),
    [INCIDENT_OTHER] = N_("other records of high risk, and what failed"),
};

const char *incident_words(enum incident_kind kind)
{
    return _(WORDS[kind]);
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

enum incident_kind incident_kind_of(const struct audit_line *line)
{
    const char *outcome = line->outcome != NULL ? line->outcome : "ok";
    if (strcmp(outcome, status_name(STATUS_BAD_SECRET)) == 0 || strcmp(outcome, status_name(STATUS_LOCKED_OUT)) == 0) {
        return INCIDENT_SECRET;
    }
    if (strcmp(outcome, status_name(STATUS_NOT_PERMITTED)) == 0 || strcmp(outcome, status_name(STATUS_RESTRICTED)) == 0) {
        return INCIDENT_REFUSED;
    }
    if (strcmp(outcome, "ok") != 0) { /* a copy for which the disk was full is nobody's trespass */
        return INCIDENT_OTHER;
    }
    if (strcmp(line->action, "session.start") == 0) {
        return INCIDENT_SECRET; /* after wrong tries: a quiet one is of low risk */
    }
    if (begins(line->action, "emergency.")) {
        return INCIDENT_EMERGENCY;
    }
    return begins(line->action, "staff.") || begins(line->action, "privacy.") || begins(line->action, "session.factor")
               ? INCIDENT_PRIVILEGE
               : INCIDENT_OTHER;
}

/* What nobody has to look at: accepted acts of medium risk. */
static bool is_incident(const struct audit_line *line)
{
    bool is_refused = line->outcome != NULL && strcmp(line->outcome, "ok") != 0;
    return is_refused || line->risk == RISK_LEVEL_HIGH || line->risk == RISK_LEVEL_CRITICAL || begins(line->action, "emergency.");
}

/* Page by page to the beginning of the day: on a busy one there are thousands of accepted acts between two incidents. */
static enum status read_incidents(struct actor *actor, struct audit_period period, struct audit_line_list *out, struct error *err)
{
    struct audit_line_list kept = {0}, page = {.is_cut = true};
    enum status status = STATUS_OK;
    while (status == STATUS_OK && page.is_cut) {
        status = audit_list_period(actor->site->store, &period, &page, err);
        for (size_t i = 0; status == STATUS_OK && i < page.len; i++) {
            period.before_us = page.items[i].at_us;
            period.before_seq = page.items[i].seq;
            if (is_incident(&page.items[i])) {
                MEM_GROW(&kept);
                kept.items[kept.len++] = page.items[i]; /* the strings go over */
                page.items[i] = (struct audit_line){0};
            }
        }
        bool is_cut = page.is_cut;
        if (status == STATUS_OK) {
            audit_line_list_release(&page);
        }
        page.is_cut = is_cut;
    }
    if (status != STATUS_OK) {
        audit_line_list_release(&kept);
        return status;
    }
    *out = kept;
    return STATUS_OK;
}

static enum status count_reviews(struct actor *actor, struct incident_report *report, struct error *err)
{
    struct emergency_list open = {0};
    int64_t now_us = clock_now_us(actor->site->clock);
    enum status status = emergency_list_open(actor->site->store, REVIEWS_MAX, &open, err);
    for (size_t i = 0; i < open.len; i++) {
        report->reviews_open++;
        report->reviews_late += open.items[i].due_us < now_us;
    }
    emergency_list_release(&open);
    return status;
}

enum status incident_report_get(struct actor *actor, struct date day, struct incident_report *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_AUDIT_READ, "incident.report", "audit_logs", UID_NONE);
    struct site *site = actor->site;
    struct incident_report report = {.day = day};
    char text[DATE_TEXT_MAX];
    const struct audit_period period = {.from_us = zone_day_start(site->zone, day),
                                        .to_us = zone_day_start(site->zone, date_add_days(day, 1)),
                                        .action_begin = "",
                                        .least_risk = RISK_LEVEL_MEDIUM,
                                        .before_seq = INT64_MAX,
                                        .limit = PAGE_LINES};
    (void)snprintf(act.details, sizeof act.details, "%s", date_format_iso(day, text)); /* fits */
    enum status status = act_read(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = audit_verify(site->store, &report.chain, err);
    report.is_chain_whole = status == STATUS_OK;
    if (status == STATUS_DAMAGED) {
        status = STATUS_OK; /* the report says so */
    }
    if (status == STATUS_OK) {
        status = read_incidents(actor, period, &report.lines, err);
    }
    if (status == STATUS_OK) {
        status = count_reviews(actor, &report, err);
    }
    if (status != STATUS_OK) {
        incident_report_release(&report);
        return status;
    }
    for (size_t i = 0; i < report.lines.len; i++) {
        report.counts[incident_kind_of(&report.lines.items[i])]++;
    }
    *out = report;
    return STATUS_OK;
}

void incident_report_release(struct incident_report *report)
{
    audit_line_list_release(&report->lines);
}

/* When the last report was made, else the trail's first row; looked for in the last week only, which is enough to say that it is time. */
static enum status last_report(struct store *store, int64_t now_us, int64_t *out_us, struct error *err)
{
    int64_t since_us = now_us - WATCH_DAYS * 24 * US_PER_HOUR, first_us = 0;
    const struct audit_period reports = {.from_us = since_us, .to_us = INT64_MAX, .outcome = "ok", .action_begin = "incident.report",
                                         .before_us = INT64_MAX, .before_seq = INT64_MAX, .limit = 1};
    struct audit_line_list lines = {0};
    enum status status = audit_list_period(store, &reports, &lines, err);
    *out_us = lines.len > 0 ? lines.items[0].at_us : 0;
    audit_line_list_release(&lines);
    if (status == STATUS_OK && *out_us == 0) {
        status = audit_first_us(store, &first_us, err);
        *out_us = first_us > since_us || first_us == 0 ? first_us : since_us;
    }
    return status;
}

enum status incident_watch_get(struct actor *actor, struct incident_watch *out, struct error *err)
{
    struct incident_report counts = {.reviews_late = 0};
    int64_t last_us = 0, now_us = clock_now_us(actor->site->clock);
    if (!actor_may(actor, PERMISSION_AUDIT_VERIFY)) {
        return actor_refuse(actor, err);
    }
    enum status status = count_reviews(actor, &counts, err);
    if (status == STATUS_OK) {
        status = last_report(actor->site->store, now_us, &last_us, err);
    }
    if (status == STATUS_OK) {
        *out = (struct incident_watch){.reviews_late = counts.reviews_late,
                                       .days_without_report = last_us != 0 && now_us > last_us ? (int)((now_us - last_us) / (24 * US_PER_HOUR)) : 0};
    }
    return status;
}
