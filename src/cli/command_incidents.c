/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `report incidents`: the daily incident report. */
#include <stdio.h>

#include "base/i18n.h"
#include "cli/command.h"
#include "service/access.h"
#include "service/incidents.h"

static const char *const KEYS[INCIDENT_KINDS] = {
    [INCIDENT_REFUSED] = "refused", [INCIDENT_SECRET] = "wrong_secret", [INCIDENT_EMERGENCY] = "emergency",
    [INCIDENT_PRIVILEGE] = "privilege", [INCIDENT_OTHER] = "high_risk",
};

static void write_json(const struct incident_report *r)
{
    struct json_writer w = JSON_WRITER_INIT;
    char day[DATE_TEXT_MAX], instant[INSTANT_TEXT_MAX];
    json_begin_object(&w);
    json_write_member(&w, "day", date_format_iso(r->day, day));
    json_write_member(&w, "chain", r->is_chain_whole ? "whole" : "damaged");
    json_write_key(&w, "records_verified");
    json_write_int(&w, (int64_t)r->chain.records);
    json_write_key(&w, "reviews_open");
    json_write_int(&w, r->reviews_open);
    json_write_key(&w, "reviews_late");
    json_write_int(&w, r->reviews_late);
    json_write_key(&w, "counts");
    json_begin_object(&w);
    for (int i = 0; i < INCIDENT_KINDS; i++) {
        json_write_key(&w, KEYS[i]);
        json_write_int(&w, r->counts[i]);
    }
    json_end_object(&w);
    json_write_key(&w, "records");
    json_begin_array(&w);
    for (size_t i = 0; i < r->lines.len; i++) {
        const struct audit_line *line = &r->lines.items[i];
        json_begin_object(&w);
        json_write_key(&w, "seq");
        json_write_int(&w, line->seq);
        json_write_member(&w, "at", instant_format_utc(line->at_us, instant));
        json_write_member(&w, "who", line->actor_name);
        json_write_member(&w, "action", line->action);
        json_write_member(&w, "outcome", line->outcome);
        json_write_member(&w, "details", line->details);
        json_write_member(&w, "risk", enum_word(ENUM_RISK_LEVEL, (int)line->risk));
        json_write_member(&w, "kind", KEYS[incident_kind_of(line)]);
        json_end_object(&w);
    }
    json_end_array(&w);
    json_end_object(&w);
    command_print_json(&w);
}

static void print_words(const struct incident_report *r, const struct zone *zone)
{
    char day[DATE_TEXT_MAX];
    printf(_("Incidents of %s\n\n"), date_format_iso(r->day, day));
    if (r->is_chain_whole) {
        printf(_("The audit trail is whole: %llu records verified.\n"), (unsigned long long)r->chain.records);
    } else {
        printf(_("THE AUDIT TRAIL IS DAMAGED at record %llu: %s\n"), (unsigned long long)r->chain.first_bad_seq, r->chain.what);
    }
    printf(_("Emergency openings that wait for a review: %d, for more than 72 hours: %d\n\n"), r->reviews_open, r->reviews_late);
    for (int i = 0; i < INCIDENT_KINDS; i++) {
        printf("%5d  %s\n", r->counts[i], incident_words((enum incident_kind)i));
    }
    putchar('\n');
    for (size_t i = 0; i < r->lines.len; i++) {
        const struct audit_line *line = &r->lines.items[i];
        struct local_time at = zone_local(zone, line->at_us);
        printf("%02d:%02d:%02d  %-9s %-20s %-22s %-22s %s\n", at.hour, at.minute, at.second,
               enum_label(ENUM_RISK_LEVEL, (int)line->risk), line->actor_name, line->action,
               access_outcome(line->outcome), line->details != NULL ? line->details : "");
    }
}

int command_incidents(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct incident_report report = {0};
    struct date day = site_today(actor->site);
    const char *text = flag_value(call, "day");
    if (text != NULL && (date_parse_iso(text, &day, NULL) != STATUS_OK || day.day == 0)) {
        return command_usage(call, _("a day is written 2026-11-24"));
    }
    if (incident_report_get(actor, day, &report, err) != STATUS_OK) {
        return command_fail(err);
    }
    if (call->is_json) {
        write_json(&report);
    } else {
        print_words(&report, actor->site->zone);
    }
    int code = !report.is_chain_whole ? status_exit_code(STATUS_DAMAGED) : report.reviews_late > 0 ? 1 : 0;
    incident_report_release(&report);
    return code;
}
