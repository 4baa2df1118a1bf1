/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `privacy`: restricted records and their emergency openings. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "cli/command.h"
#include "service/emergencies.h"
#include "service/patients.h"
#include "service/restrictions.h"

static void write_emergency(struct json_writer *w, const struct emergency *e)
{
    char text[UID_TEXT_MAX], instant[INSTANT_TEXT_MAX];
    json_begin_object(w);
    json_write_member(w, "id", uid_format(e->id, text));
    json_write_member(w, "patient", uid_format(e->patient, text));
    json_write_member(w, "patient_name", e->patient_name);
    json_write_member(w, "by", e->by_name);
    json_write_member(w, "role", enum_word(ENUM_ROLE, (int)e->role));
    json_write_member(w, "rule", enum_word(ENUM_RESTRICTION_RULE, (int)e->rule));
    json_write_member(w, "reason", enum_word(ENUM_EMERGENCY_REASON, (int)e->reason));
    json_write_member(w, "words", e->reason_text);
    json_write_member(w, "begun", instant_format_utc(e->begun_us, instant));
    json_write_member(w, "review_due", instant_format_utc(e->due_us, instant));
    json_end_object(w);
}

static int reviews(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct emergency_list list = {0};
    if (emergency_reviews(actor, &list, err) != STATUS_OK) {
        return command_fail(err);
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "emergencies");
    json_begin_array(&w);
    for (size_t i = 0; i < list.len; i++) {
        const struct emergency *e = &list.items[i];
        char id[UID_TEXT_MAX], begun[INSTANT_TEXT_MAX];
        write_emergency(&w, e);
        if (!call->is_json) {
            printf("%s  %s  %s: %s (%s)\n", uid_format(e->id, id), instant_format_utc(e->begun_us, begun), e->by_name,
                   e->patient_name, enum_label(ENUM_EMERGENCY_REASON, (int)e->reason));
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    command_end_json(call, &w);
    emergency_list_release(&list);
    return 0;
}

static enum status review(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct uid id;
    const char *words = flag_value(call, "reason");
    enum review_verdict verdict = (enum review_verdict)enum_value(ENUM_REVIEW_VERDICT, flag_value(call, "verdict"));
    if (call->word_count < 2 || uid_parse(call->words[1], &id, NULL) != STATUS_OK) {
        return error_set_field(err, STATUS_INVALID, "id", _("Name the opening by its id, as \"privacy reviews\" shows it."));
    }
    return emergency_review(actor, id, verdict, words != NULL ? words : "", err);
}

static enum status restrict_patient(const struct invocation *call, struct actor *actor, struct uid patient, struct error *err)
{
    const char *logins[COMMAND_VALUES_MAX + 1];
    int count = 0;
    for (int i = 0; i < call->given_count; i++) {
        if (strcmp(call->given[i].name, "allow") == 0) {
            logins[count++] = call->given[i].value;
        }
    }
    logins[count] = NULL;
    return patient_restrict(actor, patient, (enum restriction_rule)enum_value(ENUM_RESTRICTION_RULE, flag_value(call, "rule")),
                            logins, err);
}

static enum status change_members(const struct invocation *call, struct actor *actor, struct uid patient, bool is_member,
                                  struct error *err)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < call->given_count && status == STATUS_OK; i++) {
        if (strcmp(call->given[i].name, "allow") == 0) {
            status = patient_name_member(actor, patient, call->given[i].value, is_member, err);
        }
    }
    return status;
}

static enum status about_patient(const struct invocation *call, struct actor *actor, const char *what, struct error *err)
{
    struct uid patient;
    const char *reason = flag_value(call, "reason");
    enum status status = patient_resolve(actor, call->words[1], &patient, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (strcmp(what, "restrict") == 0) {
        return restrict_patient(call, actor, patient, err);
    }
    if (strcmp(what, "lift") == 0) {
        return patient_lift_restriction(actor, patient, reason != NULL ? reason : "", err);
    }
    return change_members(call, actor, patient, strcmp(what, "allow") == 0, err);
}

static int run(const struct invocation *call)
{
    static const char *const ABOUT[] = {"restrict", "lift", "allow", "disallow"};
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    const char *what = call->word_count > 0 ? call->words[0] : "";
    bool is_about = false, is_reviews = strcmp(what, "reviews") == 0, is_review = strcmp(what, "review") == 0;
    for (size_t i = 0; i < sizeof ABOUT / sizeof *ABOUT; i++) {
        is_about = is_about || strcmp(what, ABOUT[i]) == 0;
    }
    if (!(is_reviews || is_review || is_about) || (is_about && call->word_count != 2)) {
        return command_usage(call, _("say restrict, lift, allow or disallow with a patient, reviews, or review with an id"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    int code = 0;
    if (is_reviews) {
        code = reviews(call, actor, &err);
    } else {
        enum status status = is_review ? review(call, actor, &err) : about_patient(call, actor, what, &err);
        code = status == STATUS_OK ? 0 : command_fail(&err);
    }
    command_leave(site, actor);
    return code;
}

const struct command COMMAND_privacy = {
    .name = "privacy",
    .usage = "restrict|lift|allow|disallow PATIENT | reviews | review ID",
    .help = N_("Restricted records: who may open them, and the review of emergency openings."),
    .flags = {{"rule", "RULE", N_("vip, staff, consent or protection")},
              {"allow", "NAME", N_("sign-in name of who may open the record; may be repeated")},
              {"verdict", "VERDICT", N_("justified, not_justified or reported")},
              {"reason", "TEXT", N_("why, in words")}},
    .run = run,
};
