/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/central_question.h"
#include "cli/command.h"
#include "service/central_find.h"
#include "service/patients.h"

enum { LIMIT_DEFAULT = 20, LIMIT_MAX = 200 };

static const char *match_word(char match)
{
    switch (match) {
    case 'n':
        return "name";
    case 'd':
        return "birth_date";
    case 'm':
        return "mrn";
    case 't':
        return "phone";
    case 'x':
        return "prescription";
    default:
        return "sounds_like";
    }
}

static void print(const struct invocation *call, const struct patient_hit_list *hits, double took_ms)
{
    char id[UID_TEXT_MAX], date[DATE_TEXT_MAX], ms[32];
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "patients");
    json_begin_array(&w);
    for (size_t i = 0; i < hits->len; i++) {
        const struct patient_hit *hit = &hits->items[i];
        if (!call->is_json) {
            printf("%c%c %-32s %s  %s  %s\n", hit->match == '~' ? '~' : ' ', hit->has_name_alike ? '!' : ' ', hit->name,
                   date_format_human(hit->birth_date, date), hit->mrn, hit->phone);
        }
        json_begin_object(&w);
        json_write_member(&w, "id", uid_format(hit->id, id));
        json_write_member(&w, "mrn", hit->mrn);
        json_write_member(&w, "name", hit->name);
        json_write_member(&w, "birth_date", date_format_iso(hit->birth_date, date));
        json_write_member(&w, "sex", enum_word(ENUM_GENDER, (int)hit->gender));
        json_write_member(&w, "phone", hit->phone);
        json_write_member(&w, "match", match_word(hit->match));
        json_write_key(&w, "name_alert");
        json_write_bool(&w, hit->has_name_alike);
        json_end_object(&w);
    }
    json_end_array(&w);
    json_write_key(&w, "took_ms");
    (void)snprintf(ms, sizeof ms, "%.3f", took_ms); /* fits */
    json_write_raw(&w, ms);
    json_end_object(&w);
    command_end_json(call, &w);
}

static void print_central(const struct invocation *call, const struct central_hit_list *hits)
{
    char id[UID_TEXT_MAX], date[DATE_TEXT_MAX];
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "patients");
    json_begin_array(&w);
    for (size_t i = 0; i < hits->len; i++) {
        const struct central_hit *hit = &hits->items[i];
        if (!call->is_json) {
            printf("%s  %-32s %s  %s  %s%s\n", uid_format(hit->id, id), hit->name, date_format_human(hit->birth_date, date), hit->mrn, hit->sites,
                   hit->is_here ? _("  (here)") : "");
        }
        json_begin_object(&w);
        json_write_member(&w, "id", uid_format(hit->id, id));
        json_write_member(&w, "mrn", hit->mrn);
        json_write_member(&w, "name", hit->name);
        json_write_member(&w, "birth_date", date_format_iso(hit->birth_date, date));
        json_write_member(&w, "sex", hit->gender != GENDER_NONE_GIVEN ? enum_word(ENUM_GENDER, (int)hit->gender) : "");
        json_write_member(&w, "sites", hit->sites);
        json_write_key(&w, "is_here");
        json_write_bool(&w, hit->is_here);
        json_end_object(&w);
    }
    json_end_array(&w);
    json_end_object(&w);
    command_end_json(call, &w);
}

/* Brings the one that was named to this site. */
static enum status open_central(struct actor *actor, const struct central_hit_list *hits, const char *id_text, const char *reason,
                                struct error *err)
{
    char *question = NULL, *answer = NULL;
    struct uid id;
    bool is_found = false;
    enum status status = uid_parse(id_text, &id, err);
    for (size_t i = 0; status == STATUS_OK && i < hits->len; i++) {
        is_found = is_found || uid_compare(hits->items[i].id, id) == 0;
    }
    if (status == STATUS_OK && !is_found) {
        status = error_set(err, STATUS_NOT_FOUND, _("The search did not find this patient."));
    }
    if (status == STATUS_OK) {
        status = central_open_question(actor, id, reason, &question, err);
    }
    if (status == STATUS_OK) {
        status = central_question_ask(actor, question, &answer, err);
    }
    if (status == STATUS_OK) {
        status = central_open_answer(answer, err);
    }
    mem_free(question);
    mem_free(answer);
    return status;
}

static enum status find_central(const struct invocation *call, struct actor *actor, struct error *err)
{
    char *question = NULL, *answer = NULL;
    struct central_hit_list hits = {0};
    enum status status = central_find_question(actor, call->words[0], &question, err);
    if (status == STATUS_OK) {
        status = central_question_ask(actor, question, &answer, err);
    }
    if (status == STATUS_OK) {
        status = central_find_answer(answer, &hits, err);
    }
    if (status == STATUS_OK && flag_value(call, "open") != NULL) {
        status = open_central(actor, &hits, flag_value(call, "open"), flag_value(call, "reason"), err);
    }
    if (status == STATUS_OK) {
        print_central(call, &hits);
    }
    central_hit_list_release(&hits);
    mem_free(question);
    mem_free(answer);
    return status;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct find_session *find = NULL;
    struct patient_hit_list hits = {0};
    const char *limit_text = flag_value(call, "limit");
    long limit = limit_text != NULL ? strtol(limit_text, NULL, 10) : LIMIT_DEFAULT;
    if (call->word_count != 1 || limit < 1 || limit > LIMIT_MAX) {
        return command_usage(call, _("one text to find, and a limit from 1 to %d"), (int)LIMIT_MAX);
    }
    enum status status = command_enter(call, &site, &actor, &err);
    if (status != STATUS_OK) {
        return command_fail(&err);
    }
    if (flag_given(call, "central")) {
        status = find_central(call, actor, &err);
        command_leave(site, actor);
        return status == STATUS_OK ? 0 : command_fail(&err);
    }
    status = find_begin(actor, &find, &err);
    if (status == STATUS_OK) {
        int64_t started_us = clock_monotonic_us();
        status = find_type(find, call->words[0], (int)limit, &hits, &err);
        if (status == STATUS_OK) {
            print(call, &hits, (double)(clock_monotonic_us() - started_us) / 1000.0);
        }
        find_end(find, UID_NONE);
    }
    patient_hit_list_release(&hits);
    command_leave(site, actor);
    return status == STATUS_OK ? 0 : command_fail(&err);
}

const struct command COMMAND_find = {
    .name = "find",
    .usage = "TEXT [--limit N] [--central [--open ID --reason TEXT]]",
    .help = N_("Finds patients by name, birth date, MRN, phone or prescription number; with --central at the centre, by MRN or by name and "
               "birth date."),
    .flags = {{"limit", "N", N_("at most so many")},
              {"central", NULL, N_("look beyond this site's own patients")},
              {"open", "ID", N_("bring this patient, who was found, to this site")},
              {"reason", "TEXT", N_("why")}},
    .run = run,
};
