/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `conflicts` and `quarantine`: what a person has to look at after an exchange with the centre. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/central_link.h"
#include "service/conflicts.h"
#include "sync/agent_lock.h"
#include "sync/engine.h"

enum { LOCK_WAIT_MS = 5000 };

static void write_conflict(struct json_writer *w, const struct conflict *c)
{
    char id[UID_TEXT_MAX];
    json_begin_object(w);
    json_write_member(w, "id", uid_format(c->id, id));
    json_write_member(w, "table", c->table);
    json_write_member(w, "row", uid_format(c->row, id));
    json_write_member(w, "patient", uid_is_none(c->user) ? NULL : uid_format(c->user, id));
    json_write_member(w, "group", c->group);
    json_write_member(w, "outcome", c->outcome);
    json_write_key(w, "needs_review");
    json_write_bool(w, c->needs_review && c->reviewed_us == 0);
    json_write_key(w, "kept");
    json_write_raw(w, c->kept[0] != '\0' ? c->kept : "null");
    json_write_key(w, "lost");
    json_write_raw(w, c->lost[0] != '\0' ? c->lost : "null");
    json_write_member(w, "resolution", c->resolution);
    json_end_object(w);
}

static int list_conflicts(const struct invocation *call, struct actor *actor)
{
    struct error err = ERROR_INIT;
    struct conflict_list list = {0};
    if (conflicts_list(actor, flag_given(call, "all"), &list, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "conflicts");
    json_begin_array(&w);
    for (size_t i = 0; i < list.len; i++) {
        struct buffer text = BUFFER_INIT;
        char id[UID_TEXT_MAX];
        write_conflict(&w, &list.items[i]);
        if (!call->is_json) {
            conflict_describe(&list.items[i], &text);
            printf("%s  %s  %s: %s\n%s", uid_format(list.items[i].id, id), list.items[i].patient_name, conflict_subject(&list.items[i]),
                   conflict_rule(&list.items[i]), text.bytes);
        }
        buffer_release(&text);
    }
    json_end_array(&w);
    json_end_object(&w);
    int code = list.len > 0 ? 1 : 0;
    if (call->is_json) {
        command_print_json(&w);
    } else {
        json_writer_release(&w);
        if (list.len == 0) {
            puts(_("Nothing waits for a decision."));
        }
    }
    conflict_list_release(&list);
    return code;
}

static int settle(const struct invocation *call, struct actor *actor)
{
    struct error err = ERROR_INIT;
    struct uid id;
    bool leave = flag_given(call, "leave"), other = flag_given(call, "take-other");
    if (leave == other || uid_parse(call->words[0], &id, &err) != STATUS_OK) {
        return command_usage(call, _("an id, and --leave or --take-other"));
    }
    const char *note = flag_value(call, "note");
    enum status status = conflict_settle(actor, id, other ? CONFLICT_OTHER : CONFLICT_LEAVE, note != NULL ? note : "", &err);
    return status == STATUS_OK ? 0 : command_fail(&err);
}

static int run_conflicts(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    int code = call->word_count == 0 ? list_conflicts(call, actor) : settle(call, actor);
    command_leave(site, actor);
    return code;
}

static int list_quarantine(const struct invocation *call, struct actor *actor)
{
    struct error err = ERROR_INIT;
    struct outbox_problem_list list = {0};
    if (quarantine_list(actor, &list, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "quarantine");
    json_begin_array(&w);
    for (size_t i = 0; i < list.len; i++) {
        char id[UID_TEXT_MAX];
        json_begin_object(&w);
        json_write_key(&w, "number");
        json_write_int(&w, list.items[i].seq);
        json_write_member(&w, "table", list.items[i].table);
        json_write_member(&w, "row", uid_format(list.items[i].row, id));
        json_write_member(&w, "reason", list.items[i].problem);
        json_end_object(&w);
        if (!call->is_json) {
            printf("%lld  %s: %s\n", (long long)list.items[i].seq, list.items[i].table, quarantine_reason(list.items[i].problem));
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    int code = list.len > 0 ? 1 : 0;
    if (call->is_json) {
        command_print_json(&w);
    } else {
        json_writer_release(&w);
        if (list.len == 0) {
            puts(_("The centre has taken everything."));
        }
    }
    outbox_problem_list_release(&list);
    return code;
}

static int resolve(const struct invocation *call, struct actor *actor)
{
    struct error err = ERROR_INIT;
    struct store *mirror = NULL;
    struct engine *engine = NULL;
    struct engine_report report;
    int lock = -1;
    bool again = flag_given(call, "again"), drop = flag_given(call, "drop");
    char *end = NULL;
    long long seq = strtoll(call->words[0], &end, 10);
    if (again == drop || *end != '\0') {
        return command_usage(call, _("the number, and --again or --drop"));
    }
    enum status status = central_link_begin(actor, &mirror, &err);
    if (status == STATUS_OK) {
        status = agent_lock_take(actor->site->folder, LOCK_WAIT_MS, &lock, &err);
    }
    if (status == STATUS_OK) {
        status = engine_open(mirror, actor->site->folder, &engine, &err);
    }
    if (status == STATUS_OK) {
        status = engine_cycle(engine, &report, &err);
    }
    if (status == STATUS_OK) {
        status = engine_resolve(engine, seq, again, &err);
    }
    if (status == STATUS_OK) {
        status = engine_cycle(engine, &report, &err);
    }
    engine_close(engine);
    agent_lock_give(lock);
    central_link_end(actor, mirror, again ? "quarantine.again" : "quarantine.drop", status);
    return status == STATUS_OK ? 0 : command_fail(&err);
}

static int run_quarantine(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    int code = call->word_count == 0 ? list_quarantine(call, actor) : resolve(call, actor);
    command_leave(site, actor);
    return code;
}

const struct command COMMAND_conflicts = {
    .name = "conflicts",
    .usage = "[--all] | ID --leave|--take-other [--note TEXT]",
    .help = N_("Lists what two terminals changed at once, and settles it."),
    .flags = {{"all", NULL, N_("those that need nobody, too")},
              {"leave", NULL, N_("what is in force stays")},
              {"take-other", NULL, N_("the other value comes into force")},
              {"note", "TEXT", N_("why")},
              {NULL, NULL, NULL}},
    .run = run_conflicts,
};

const struct command COMMAND_quarantine = {
    .name = "quarantine",
    .usage = "[NUMBER --again|--drop]",
    .help = N_("Lists changes that the centre could not apply; sends one again, or gives it up."),
    .flags = {{"again", NULL, N_("send it once more")},
              {"drop", NULL, N_("give it up: the centre's record stands")},
              {NULL, NULL, NULL}},
    .run = run_quarantine,
};
