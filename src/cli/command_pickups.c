/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `pickups`: who can collect something at the counter, without what it is. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/patients.h"
#include "service/pickups.h"

static void write_pickup(const struct invocation *call, const struct site *site, struct json_writer *w, const struct pickup *p)
{
    char born[DATE_TEXT_MAX] = "", at[INSTANT_TEXT_MAX], *text = pickup_text(site, p);
    if (!date_is_none(p->birth_date)) {
        (void)date_format_iso(p->birth_date, born);
    }
    json_begin_object(w);
    json_write_member(w, "patient", p->name);
    json_write_member(w, "birth_date", born);
    json_write_member(w, "mrn", p->mrn);
    json_write_key(w, "restricted");
    json_write_bool(w, p->is_covered);
    const struct {
        const char *name;
        int value;
    } counts[] = {{"ready", p->ready}, {"in_preparation", p->in_work}, {"owed", p->owed}, {"to_ask", p->to_ask}};
    for (size_t i = 0; !p->is_covered && i < sizeof counts / sizeof *counts; i++) {
        json_write_key(w, counts[i].name);
        json_write_int(w, counts[i].value);
    }
    json_write_member(w, "ready_since", p->ready_us != 0 ? instant_format_utc(p->ready_us, at) : NULL);
    json_write_member(w, "kept_until", p->return_us != 0 ? instant_format_utc(p->return_us, at) : NULL);
    json_end_object(w);
    if (!call->is_json) {
        printf("%s  %s  MRN %s  %s\n", p->name, born, p->mrn, text);
    }
    mem_free(text);
}

static enum status print_one(const struct invocation *call, struct actor *actor, struct json_writer *w, struct error *err)
{
    struct uid patient;
    struct pickup pickup = {0};
    enum status status = patient_resolve(actor, call->words[0], &patient, err);
    if (status == STATUS_OK) {
        status = pickup_get(actor, patient, &pickup, err);
    }
    if (status == STATUS_OK) {
        write_pickup(call, actor->site, w, &pickup);
        pickup_release(&pickup);
    }
    return status;
}

static enum status print_all(const struct invocation *call, struct actor *actor, struct json_writer *w, struct error *err)
{
    struct pickup_list list = {0};
    enum status status = pickup_list_get(actor, &list, err);
    if (status != STATUS_OK) {
        return status;
    }
    json_begin_object(w);
    json_write_key(w, "pickups");
    json_begin_array(w);
    for (size_t i = 0; i < list.len; i++) {
        write_pickup(call, actor->site, w, &list.items[i]);
    }
    json_end_array(w);
    json_write_key(w, "is_cut");
    json_write_bool(w, list.is_cut);
    json_end_object(w);
    if (!call->is_json && list.len == 0) {
        printf("%s\n", _("Nothing is ready to be collected."));
    }
    pickup_list_release(&list);
    return STATUS_OK;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct json_writer w = JSON_WRITER_INIT;
    if (call->word_count > 1) {
        return command_usage(call, _("no word lists everybody; PATIENT shows one"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    enum status status = call->word_count == 0 ? print_all(call, actor, &w, &err) : print_one(call, actor, &w, &err);
    int code = status == STATUS_OK ? 0 : command_fail(&err);
    if (status == STATUS_OK) {
        command_end_json(call, &w);
    } else {
        json_writer_release(&w);
    }
    command_leave(site, actor);
    return code;
}

const struct command COMMAND_pickups = {
    .name = "pickups",
    .usage = "[PATIENT]",
    .help = N_("Show who can collect something at the counter, how many bags and until when, without what is in them."),
    .run = run,
};
