/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "base/i18n.h"
#include "cli/command.h"
#include "service/doctor.h"

static const char *word_of(enum doctor_verdict verdict)
{
    static const char *const WORDS[] = {"ok", "note", "bad"};
    return WORDS[verdict];
}

static void print_words(const struct doctor_report *r)
{
    printf("%-10s %-5s %s\n", "version", "ok", PC_VERSION);
    for (int i = 0; i < r->count; i++) {
        printf("%-10s %-5s %s\n", r->checks[i].name, word_of(r->checks[i].verdict), r->checks[i].words);
    }
}

static void print_json(const struct doctor_report *r)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_member(&w, "version", PC_VERSION);
    json_write_key(&w, "ok");
    json_write_bool(&w, r->worst == STATUS_OK);
    json_write_key(&w, "checks");
    json_begin_array(&w);
    for (int i = 0; i < r->count; i++) {
        json_begin_object(&w);
        json_write_member(&w, "name", r->checks[i].name);
        json_write_member(&w, "verdict", word_of(r->checks[i].verdict));
        json_write_member(&w, "words", r->checks[i].words);
        json_end_object(&w);
    }
    json_end_array(&w);
    json_end_object(&w);
    command_print_json(&w);
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct doctor_report report;
    if (call->word_count > 0) {
        return command_usage(call, _("it takes no words"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    enum status status = doctor_look(actor, &report, &err);
    if (status == STATUS_OK && call->is_json) {
        print_json(&report);
    } else if (status == STATUS_OK) {
        print_words(&report);
    }
    command_leave(site, actor);
    return status != STATUS_OK ? command_fail(&err) : report.worst == STATUS_OK ? 0 : report.worst == STATUS_DAMAGED ? 5 : 1;
}

const struct command COMMAND_doctor = {
    .name = "doctor",
    .usage = "",
    .help = N_("Looks whether the site is in order: records, audit trail, files, keys, room, walls; no patient data."),
    .run = run,
};
