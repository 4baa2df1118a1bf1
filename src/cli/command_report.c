/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "cli/command.h"
#include "service/alert_report.h"
#include "service/reconciliation_report.h"

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

/* ---- reconciliation ---- */

static void write_reconciliation(const struct reconcile_report *r)
{
    char day[DATE_TEXT_MAX];
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_member(&w, "from", date_format_iso(r->from, day));
    json_write_member(&w, "to", date_format_iso(r->to, day));
    write_number(&w, "sessions", r->sessions);
    write_number(&w, "signed_in_24h", r->signed_in_24h);
    write_number(&w, "signed_later", r->signed_later);
    write_number(&w, "not_signed", r->not_signed);
    write_number(&w, "patients", r->patients);
    write_number(&w, "patients_with_unintentional", r->patients_with_unintentional);
    for (int c = DISCREPANCY_CLASS_DOCUMENTED; c < DISCREPANCY_CLASS_COUNT; c++) {
        write_number(&w, enum_word(ENUM_DISCREPANCY_CLASS, c), r->discrepancies[c]);
    }
    json_end_object(&w);
    command_print_json(&w);
}

/* "0.75": hundredths of a patient. */
static void print_mean(const char *label, int count, int patients)
{
    int hundredths = patients > 0 ? count * 100 / patients : 0;
    printf(_("%s: %d, %d.%02d a patient\n"), label, count, hundredths / 100, hundredths % 100);
}

static void print_reconciliation(const struct reconcile_report *r)
{
    printf(_("Reconciliations begun: %d, of %d patients\n"), r->sessions, r->patients);
    printf(_("Signed within 24 h: %d (%d %%), later: %d, not signed: %d\n"), r->signed_in_24h,
           r->sessions > 0 ? r->signed_in_24h * 100 / r->sessions : 0, r->signed_later, r->not_signed);
    for (int c = DISCREPANCY_CLASS_DOCUMENTED; c < DISCREPANCY_CLASS_COUNT; c++) {
        print_mean(enum_label(ENUM_DISCREPANCY_CLASS, c), r->discrepancies[c], r->patients);
    }
    printf(_("Patients with at least one that was not meant: %d (%d %%)\n"), r->patients_with_unintentional,
           r->patients > 0 ? r->patients_with_unintentional * 100 / r->patients : 0);
}

static enum status report_reconciliation(const struct invocation *call, struct actor *actor, struct date from, struct date to,
                                         struct error *err)
{
    struct reconcile_report report = {0};
    enum status status = reconcile_report_get(actor, from, to, &report, err);
    if (status == STATUS_OK && call->is_json) {
        write_reconciliation(&report);
    } else if (status == STATUS_OK) {
        print_reconciliation(&report);
    }
    return status;
}

static enum status report_deferrals(const struct invocation *call, struct actor *actor, struct date from, struct date to,
                                    struct error *err)
{
    struct reconcile_open_lines list = {0};
    char day[DATE_TEXT_MAX];
    (void)from; /* whatever is open, whenever it was put off */
    (void)to;
    enum status status = reconcile_open_lines_get(actor, &list, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "open");
    json_begin_array(&w);
    for (size_t i = 0; i < list.len; i++) {
        const struct reconcile_open_line *line = &list.items[i];
        json_begin_object(&w);
        json_write_member(&w, "owner", line->owner);
        json_write_member(&w, "patient", line->patient_name);
        json_write_member(&w, "mrn", line->mrn);
        json_write_member(&w, "medicine", line->text);
        json_write_member(&w, "action", enum_word(ENUM_RECONCILE_ACTION, (int)line->action));
        json_write_member(&w, "due", date_format_iso(line->due_on, day));
        json_write_key(&w, "overdue");
        json_write_bool(&w, line->is_overdue);
        json_end_object(&w);
        if (!call->is_json) {
            printf("%s: %s  %s  %s  %s%s\n", line->owner, line->patient_name, line->text,
                   enum_label(ENUM_RECONCILE_ACTION, (int)line->action), date_format_iso(line->due_on, day),
                   line->is_overdue ? _(" overdue") : "");
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    command_end_json(call, &w);
    reconcile_open_lines_release(&list);
    return STATUS_OK;
}

/* ---- which ---- */

static enum status report_alerts(const struct invocation *call, struct actor *actor, struct date from, struct date to, struct error *err)
{
    struct alert_report report = {0};
    enum status status = alert_report_get(actor, from, to, &report, err);
    if (status == STATUS_OK && call->is_json) {
        write_json(&report);
    } else if (status == STATUS_OK) {
        print_words(&report);
    }
    alert_report_release(&report);
    return status;
}

typedef enum status (*report_fn)(const struct invocation *call, struct actor *actor, struct date from, struct date to, struct error *err);
static const struct {
    const char *name;
    report_fn run;
} REPORTS[] = {{"alerts", report_alerts}, {"reconciliation", report_reconciliation}, {"deferrals", report_deferrals}};

static report_fn find_report(const struct invocation *call)
{
    for (size_t i = 0; call->word_count == 1 && i < sizeof REPORTS / sizeof *REPORTS; i++) {
        if (strcmp(REPORTS[i].name, call->words[0]) == 0) {
            return REPORTS[i].run;
        }
    }
    return NULL;
}

static int run(const struct invocation *call)
{
    enum { USUAL_DAYS = 365 };
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct date from, to;
    bool is_incidents = call->word_count == 1 && strcmp(call->words[0], "incidents") == 0;
    report_fn report = is_incidents ? NULL : find_report(call);
    if (report == NULL && !is_incidents) {
        return command_usage(call, _("say alerts, reconciliation, deferrals or incidents"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    if (is_incidents) {
        int code = command_incidents(call, actor, &err);
        command_leave(site, actor);
        return code;
    }
    struct date today = site_today(site);
    bool is_right = read_day(call, "from", date_add_days(today, -USUAL_DAYS), &from) && read_day(call, "to", today, &to);
    enum status status = is_right ? report(call, actor, from, to, &err) : STATUS_OK;
    command_leave(site, actor);
    return !is_right ? command_usage(call, _("a day is written 2026-11-24")) : status == STATUS_OK ? 0 : command_fail(&err);
}

const struct command COMMAND_report = {
    .name = "report",
    .usage = "alerts | reconciliation | deferrals [--from DAY] [--to DAY] | incidents [--day DAY]",
    .help = N_("Counts and rates of the site: findings that interrupted and were gone past; lists reconciled within 24 h and what differed; "
               "what was put off and by whom; and the daily incident report."),
    .flags = {{"from", "DAY", N_("first day; a year ago unless given")}, {"to", "DAY", N_("last day; today unless given")},
              {"day", "DAY", N_("the day of the incident report; today unless given")}},
    .run = run,
};
