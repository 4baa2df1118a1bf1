/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "cli/central_question.h"
#include "cli/command.h"
#include "service/audits.h"
#include "service/staffing.h"

enum { NOTE_BYTES_MAX = 4096, SHOW_LIMIT = 200, SHOW_LIMIT_MAX = 10000 };

static void print(const struct invocation *call, const struct audit_report *report)
{
    if (!call->is_json) {
        printf(_("%llu records, %llu checkpoints, unanchored tail: %llu records\n"), (unsigned long long)report->records,
               (unsigned long long)report->checkpoints, (unsigned long long)report->unanchored);
        return;
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "records");
    json_write_int(&w, (int64_t)report->records);
    json_write_key(&w, "checkpoints");
    json_write_int(&w, (int64_t)report->checkpoints);
    json_write_key(&w, "unanchored");
    json_write_int(&w, (int64_t)report->unanchored);
    json_write_key(&w, "first_bad");
    json_write_int(&w, (int64_t)report->first_bad_seq);
    json_write_member(&w, "what", report->what);
    json_end_object(&w);
    command_print_json(&w);
}

/* "2026-11-28" or "-3d": a day of the site. What could be two days is refused, a period must not be guessed. */
static enum status read_day(const struct site *site, const char *text, const char *flag, struct date *out, struct error *err)
{
    bool is_ambiguous = false;
    enum status status = date_parse_human(text, site_today(site), false, out, &is_ambiguous, err);
    if (status == STATUS_OK && is_ambiguous) {
        status = error_set_field(err, STATUS_INVALID, flag, _("\"%.40s\" can be read as two days. Write 2026-11-28."), text);
    }
    return status == STATUS_OK ? status : error_prefix(err, status, "--%s", flag);
}

static enum status read_period(const struct invocation *call, struct actor *actor, struct audit_period *out, struct error *err)
{
    const struct site *site = actor->site;
    const char *from = flag_value(call, "from"), *to = flag_value(call, "to"), *person = flag_value(call, "person");
    const char *risk = flag_value(call, "risk"), *limit = flag_value(call, "limit"), *action = flag_value(call, "action");
    const char *patient = flag_value(call, "patient");
    *out = (struct audit_period){.from_us = 0, .to_us = INT64_MAX, .outcome = flag_value(call, "outcome"), .action_begin = action != NULL ? action : "",
                                 .before_seq = INT64_MAX, .limit = SHOW_LIMIT};
    enum status status = STATUS_OK;
    struct date day;
    if (from != NULL) {
        status = read_day(site, from, "from", &day, err);
        out->from_us = status == STATUS_OK ? zone_day_start(site->zone, day) : 0;
    }
    if (status == STATUS_OK && to != NULL) { /* that day included */
        status = read_day(site, to, "to", &day, err);
        out->to_us = status == STATUS_OK ? zone_day_start(site->zone, date_from_days(date_to_days(day) + 1)) : 0;
    }
    if (status == STATUS_OK && risk != NULL) {
        out->least_risk = (enum risk_level)enum_value(ENUM_RISK_LEVEL, risk);
        status = out->least_risk != 0 ? STATUS_OK
                                      : error_set_field(err, STATUS_INVALID, "risk", _("--risk is low, medium, high or critical."));
    }
    if (status == STATUS_OK && limit != NULL) {
        out->limit = (int)strtol(limit, NULL, 10);
        status = out->limit > 0 && out->limit <= SHOW_LIMIT_MAX
                     ? STATUS_OK
                     : error_set_field(err, STATUS_INVALID, "limit", _("--limit is a number from 1 to %d."), SHOW_LIMIT_MAX);
    }
    if (status == STATUS_OK && patient != NULL) {
        status = audit_subject_of(actor, patient, &out->subject, err);
    }
    return status == STATUS_OK && person != NULL ? staff_user_of(actor, person, &out->actor, err) : status;
}

static void show_line(const struct invocation *call, const struct actor *actor, const struct audit_line *line,
                      struct json_writer *w)
{
    struct local_time at = zone_local(actor->site->zone, line->at_us);
    char day[DATE_TEXT_MAX], when[DATE_TEXT_MAX + 16], id[UID_TEXT_MAX];
    (void)snprintf(when, sizeof when, "%s %02d:%02d:%02d", date_format_iso(at.date, day), at.hour, at.minute, at.second); /* fits */
    if (!call->is_json) {
        printf("%-9lld %s  %-8s %-13s %-24s %-22s %s\n", (long long)line->seq, when, enum_word(ENUM_RISK_LEVEL, (int)line->risk),
               line->outcome != NULL ? line->outcome : "", line->action, line->actor_name, line->address);
        return;
    }
    json_begin_object(w);
    json_write_key(w, "seq");
    json_write_int(w, line->seq);
    json_write_member(w, "at", when);
    json_write_member(w, "action", line->action);
    json_write_member(w, "outcome", line->outcome);
    json_write_member(w, "details", line->details);
    json_write_member(w, "table", line->table);
    json_write_member(w, "actor", line->actor_name);
    json_write_member(w, "role", enum_word(ENUM_ROLE, (int)line->actor_role));
    json_write_member(w, "patient", uid_is_none(line->subject) ? NULL : uid_format(line->subject, id));
    json_write_member(w, "risk", enum_word(ENUM_RISK_LEVEL, (int)line->risk));
    json_write_member(w, "address", line->address);
    json_end_object(w);
}

static enum status show(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct audit_period period;
    struct audit_line_list list = {0};
    enum status status = read_period(call, actor, &period, err);
    if (status == STATUS_OK) {
        status = audit_show(actor, &period, &list, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "records");
    json_begin_array(&w);
    for (size_t i = 0; i < list.len; i++) {
        show_line(call, actor, &list.items[i], &w);
    }
    json_end_array(&w);
    json_write_key(&w, "is_cut");
    json_write_bool(&w, list.is_cut);
    json_end_object(&w);
    if (call->is_json) {
        command_print_json(&w);
    } else {
        json_writer_release(&w);
        if (list.is_cut) {
            fprintf(stderr, _("There are older records: --limit shows more, --from and --to another period.\n"));
        }
    }
    audit_line_list_release(&list);
    return STATUS_OK;
}

/* All of the period as FHIR AuditEvent, a resource a line, newest first; page by page. */
static enum status export_events(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct audit_period period;
    struct audit_line_list list = {0};
    struct buffer text = BUFFER_INIT;
    enum status status = read_period(call, actor, &period, err);
    if (status == STATUS_OK) {
        status = audit_show(actor, &period, &list, err);
    }
    while (status == STATUS_OK && list.len > 0) {
        text.len = 0;
        for (size_t i = 0; i < list.len; i++) {
            audit_write_event(actor->site, &list.items[i], &text);
        }
        if (fwrite(text.bytes, 1, text.len, stdout) != text.len) {
            status = error_set(err, STATUS_IO, _("The records could not be written out."));
            break;
        }
        bool is_more = list.is_cut;
        period.before_us = list.items[list.len - 1].at_us;
        period.before_seq = list.items[list.len - 1].seq;
        audit_line_list_release(&list);
        status = is_more ? audit_show_again(actor, &period, &list, err) : STATUS_OK;
    }
    audit_line_list_release(&list);
    buffer_release(&text);
    return status;
}

/* A checkpoint in a file, as `audit checkpoint` wrote it. */
static enum status add_file(struct actor *actor, const char *path, struct audit_anchor_list *list, struct error *err)
{
    struct buffer note = BUFFER_INIT;
    enum status status = buffer_read_file(&note, path, NOTE_BYTES_MAX, err);
    if (status == STATUS_OK) {
        status = audit_anchor_add_note(actor->site->store, note.len > 0 ? note.bytes : "", list, err);
        status = status == STATUS_OK ? status : error_prefix(err, status, "%s", path);
    }
    buffer_release(&note);
    return status;
}

/* The end of the trail as the centre has it. */
static enum status add_central(struct actor *actor, struct audit_anchor_list *list, struct error *err)
{
    struct json_document *doc = NULL;
    struct decimal seq = decimal_from_int(0);
    char *answer = NULL;
    enum status status = central_question_ask(actor, "{\"ask\":\"anchor\"}", &answer, err);
    if (status == STATUS_OK) {
        status = json_parse(answer, strlen(answer), &JSON_LIMITS_DEFAULT, 1, &doc, err);
    }
    const struct json *root = status == STATUS_OK ? json_root(doc) : NULL;
    const char *hash = json_get_string(root, "hash"), *message = json_get_string(root, "message");
    if (status == STATUS_OK && (hash == NULL || json_decimal(json_get(root, "seq"), &seq, NULL) != STATUS_OK || seq.scale != 0 ||
                                seq.mantissa < 0 || !audit_anchor_add(list, (uint64_t)seq.mantissa, hash))) {
        status = error_set(err, STATUS_OFFLINE, "%s", message != NULL ? message : _("The centre did not say where the trail ends."));
    }
    json_free(doc);
    mem_free(answer);
    return status;
}

static enum status verify(const struct invocation *call, struct actor *actor, struct audit_report *report, struct error *err)
{
    struct audit_anchor_list anchors = {0};
    const char *file = flag_value(call, "against");
    enum status status = file != NULL ? add_file(actor, file, &anchors, err) : STATUS_OK;
    if (status == STATUS_OK && flag_given(call, "central")) {
        status = add_central(actor, &anchors, err);
    }
    if (status == STATUS_OK) {
        status = audit_check(actor, &anchors, report, err);
        if (status == STATUS_OK || status == STATUS_DAMAGED) {
            print(call, report);
        }
    }
    mem_free(anchors.items);
    return status;
}

static enum status checkpoint(struct actor *actor, struct error *err)
{
    char *note = NULL;
    enum status status = audit_checkpoint(actor, &note, err);
    if (status == STATUS_OK && fputs(note, stdout) == EOF) {
        status = error_set(err, STATUS_IO, _("The checkpoint could not be written out."));
    }
    mem_free(note);
    return status;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct audit_report report = {0};
    const char *what = call->word_count == 1 ? call->words[0] : "";
    bool is_verify = strcmp(what, "verify") == 0, is_show = strcmp(what, "show") == 0, is_checkpoint = strcmp(what, "checkpoint") == 0;
    if (!is_verify && !is_show && !is_checkpoint && strcmp(what, "export") != 0) {
        return command_usage(call, _("say verify, checkpoint, show or export"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    enum status status = is_verify       ? verify(call, actor, &report, &err)
                         : is_checkpoint ? checkpoint(actor, &err)
                         : is_show       ? show(call, actor, &err)
                                         : export_events(call, actor, &err);
    command_leave(site, actor);
    return status == STATUS_OK ? 0 : command_fail(&err);
}

const struct command COMMAND_audit = {
    .name = "audit",
    .usage = "verify|checkpoint|show|export [--against FILE] [--central] [--from DAY] [--to DAY] [--person NAME] [--patient PATIENT] [--action BEGINNING] "
             "[--outcome WORD] [--risk LEVEL] [--limit N]",
    .help = N_("The audit trail: verifies every link and checkpoint, prints a signed checkpoint to be kept elsewhere, shows a period, or "
               "exports it as FHIR AuditEvent, one a line."),
    .flags = {{"against", "FILE", N_("verify: the trail leads to this checkpoint, which was kept elsewhere")},
              {"central", NULL, N_("verify: and to what the centre has of it")},
              {"from", "DAY", N_("first day; ISO, 28/11/26, -3d, today")},
              {"to", "DAY", N_("last day, included")},
              {"person", "NAME", N_("sign-in name of who acted")},
              {"patient", "PATIENT", N_("about this patient: id or MRN")},
              {"outcome", "WORD", N_("ok, or not_permitted for what was refused")},
              {"action", "BEGINNING", N_("only actions that begin so, such as order. or dose.record")},
              {"risk", "LEVEL", N_("at least low, medium, high or critical")},
              {"limit", "N", N_("at most so many with show; 200")}},
    .run = run,
};
