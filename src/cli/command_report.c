/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "cli/command.h"
#include "service/alert_report.h"

static const struct {
    const char *key, *title;
} GROUPS[ALERT_GROUPS] = {[DECISION_BY_SEVERITY] = {"by_severity", N_("By severity")},
                          [DECISION_BY_RULE] = {"by_rule", N_("By rule")},
                          [DECISION_BY_PERSON] = {"by_person", N_("By person")},
                          [DECISION_BY_MONTH] = {"by_month", N_("By month")},
                          [DECISION_BY_REASON] = {"by_reason", N_("By reason")}};

static void write_number(struct json_writer *w, const char *key, int64_t value)
{
    json_write_key(w, key);
    json_write_int(w, value);
}

static void write_json(const struct alert_report *report)
{
    char day[DATE_TEXT_MAX];
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_member(&w, "from", date_format_iso(report->from, day));
    json_write_member(&w, "to", date_format_iso(report->to, day));
    write_number(&w, "shown", report->shown);
    write_number(&w, "overridden", report->overridden);
    for (int g = 0; g < ALERT_GROUPS; g++) {
        json_write_key(&w, GROUPS[g].key);
        json_begin_array(&w);
        for (size_t i = 0; i < report->groups[g].len; i++) {
            json_begin_object(&w);
            json_write_member(&w, "key", report->groups[g].items[i].key);
            write_number(&w, "shown", report->groups[g].items[i].shown);
            write_number(&w, "overridden", report->groups[g].items[i].overridden);
            json_end_object(&w);
        }
        json_end_array(&w);
    }
    json_end_object(&w);
    command_print_json(&w);
}

static void print_words(const struct alert_report *report)
{
    printf(_("Findings that interrupted: %" PRId64 ", gone past: %" PRId64 "\n"), report->shown, report->overridden);
    for (int g = 0; g < ALERT_GROUPS; g++) {
        printf("\n%s\n", _(GROUPS[g].title));
        for (size_t i = 0; i < report->groups[g].len; i++) {
            const struct decision_share *share = &report->groups[g].items[i];
            printf("  %6" PRId64 " %6" PRId64 " %3" PRId64 " %%  %s\n", share->shown, share->overridden,
                   share->overridden * 100 / share->shown, share->key);
        }
    }
}

/* A day of the command line, or another one where it is not given. */
static bool read_day(const struct invocation *call, const char *flag, struct date otherwise, struct date *out)
{
    const char *text = flag_value(call, flag);
    *out = otherwise;
    return text == NULL || (date_parse_iso(text, out, NULL) == STATUS_OK && out->day != 0);
}

static int run(const struct invocation *call)
{
    enum { USUAL_DAYS = 365 };
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct alert_report report = {0};
    struct date from, to;
    if (call->word_count != 1 || strcmp(call->words[0], "alerts") != 0) {
        return command_usage(call, _("say alerts"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    struct date today = site_today(site);
    bool is_right = read_day(call, "from", date_add_days(today, -USUAL_DAYS), &from) && read_day(call, "to", today, &to);
    enum status status = is_right ? alert_report_get(actor, from, to, &report, &err) : STATUS_OK;
    if (is_right && status == STATUS_OK) {
        if (call->is_json) {
            write_json(&report);
        } else {
            print_words(&report);
        }
    }
    alert_report_release(&report);
    command_leave(site, actor);
    return !is_right ? command_usage(call, _("a day is written 2026-11-24")) : status == STATUS_OK ? 0 : command_fail(&err);
}

const struct command COMMAND_report = {
    .name = "report",
    .usage = "alerts [--from DAY] [--to DAY]",
    .help = N_("Counts and rates of the site: how often findings interrupted and were gone past, by rule, person and month."),
    .flags = {{"from", "DAY", N_("first day; a year ago unless given")}, {"to", "DAY", N_("last day; today unless given")}},
    .run = run,
};
