/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/central_link.h"
#include "sync/agent_lock.h"
#include "sync/engine.h"

enum { LOCK_WAIT_MS = 500, ENTER_TRIES = 15 };
#define ANSWER_US (60 * US_PER_SECOND)
#define RETRY_US (6 * US_PER_SECOND)

static void add(struct engine_report *sum, const struct engine_report *part)
{
    sum->pushed += part->pushed;
    sum->quarantined += part->quarantined;
    sum->pulled += part->pulled;
    sum->audit_sent += part->audit_sent;
    sum->left += part->left;
}

static void say(const struct invocation *call, const struct engine_report *r, bool is_complete)
{
    if (!call->is_json) {
        printf(_("sent %lld changes (%lld into quarantine) and %lld audit records, received %lld rows\n"), (long long)r->pushed,
               (long long)r->quarantined, (long long)r->audit_sent, (long long)r->pulled);
        return;
    }
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {{"sent", r->pushed}, {"quarantined", r->quarantined}, {"audit_sent", r->audit_sent}, {"received", r->pulled}, {"left", r->left}};
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "complete");
    json_write_bool(&w, is_complete);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        json_write_key(&w, numbers[i].name);
        json_write_int(&w, numbers[i].value);
    }
    json_end_object(&w);
    command_print_json(&w);
}

/* Until nothing waits and nothing new comes. */
static enum status once(struct engine *engine, struct engine_report *sum, struct error *err)
{
    struct engine_report part;
    enum status status;
    int waited = 0;
    do {
        status = engine_cycle(engine, &part, err);
        add(sum, &part);
    } while (status == STATUS_OK && (part.pushed + part.pulled > 0 || (part.entering > 0 && ++waited < ENTER_TRIES)));
    return status;
}

static enum status watch(struct engine *engine, const struct invocation *call, struct error *err)
{
    for (;;) {
        struct engine_report sum = {0};
        enum status status = once(engine, &sum, err);
        if (status == STATUS_NOT_PERMITTED) {
            return status;
        }
        if (status != STATUS_OK) {
            fprintf(stderr, "prescripcare: %s\n", error_text(err));
        } else if (sum.pushed + sum.pulled > 0) {
            say(call, &sum, true);
            (void)fflush(stdout); /* for whoever reads along */
        }
        (void)engine_wait(engine, NULL, 0, status == STATUS_OK ? 1000 : 5000); /* whatever woke it, it looks */
    }
}

static enum status verify(struct engine *engine, const struct invocation *call, int *code, struct error *err)
{
    struct engine_report sum = {0};
    struct engine_verdict verdict = {0};
    enum status status = once(engine, &sum, err);
    if (status == STATUS_OK) {
        status = engine_verify(engine, &verdict, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    *code = verdict.differing > 0 ? 1 : 0;
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_key(&w, "groups");
        json_write_int(&w, verdict.groups);
        json_write_key(&w, "differing");
        json_write_int(&w, verdict.differing);
        json_write_key(&w, "refetched");
        json_write_int(&w, verdict.refetched);
        json_end_object(&w);
        command_print_json(&w);
    } else {
        printf(_("compared %lld groups of rows with the centre, %lld differed, %lld rows fetched again\n"), (long long)verdict.groups,
               (long long)verdict.differing, (long long)verdict.refetched);
    }
    return STATUS_OK;
}

static int say_status(const struct invocation *call, struct actor *actor)
{
    static const char *const words[] = {"alone", "joined", "stopped"};
    struct error err = ERROR_INIT;
    struct central_link_info info = {0};
    if (central_link_read(actor, &info, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_member(&w, "state", words[info.state]);
        json_write_key(&w, "waiting");
        json_write_int(&w, info.waiting);
        json_write_key(&w, "quarantined");
        json_write_int(&w, info.quarantined);
        json_write_key(&w, "conflicts");
        json_write_int(&w, info.conflicts);
        json_write_key(&w, "lead");
        json_write_bool(&w, info.is_lead);
        json_write_key(&w, "last_exchange");
        json_write_int(&w, info.last_ok_us / US_PER_SECOND);
        json_end_object(&w);
        command_print_json(&w);
    } else {
        printf(_("%s, %lld changes wait, %lld in quarantine, %lld conflicts to review%s\n"), words[info.state], (long long)info.waiting,
               (long long)info.quarantined, (long long)info.conflicts, info.is_lead ? _("; this device leads the site") : "");
    }
    central_link_info_release(&info);
    return 0;
}

/* The workstation's agent holds the lock: it is asked, and its word is waited for. */
static enum status ask_agent(struct actor *actor, const struct invocation *call, struct error *err)
{
    struct agent_client *line = agent_client_new(actor->site->folder);
    struct agent_status now = {0};
    int64_t asked_us = clock_monotonic_us();
    bool is_asked = false;
    enum status status = STATUS_BUSY;
    while (status == STATUS_BUSY && clock_monotonic_us() - asked_us < ANSWER_US) {
        const struct timespec pause = {0, 50000000L};
        (void)agent_client_poll(line, &now); /* looked at below */
        if (!is_asked && now.state != AGENT_NONE) {
            agent_client_wake(line);
            is_asked = true;
            asked_us = clock_monotonic_us();
        } else if (is_asked && now.state == AGENT_ONLINE && now.waiting == 0) {
            status = STATUS_OK;
        } else if (now.state == AGENT_STOPPED) {
            status = error_set(err, STATUS_NOT_PERMITTED, _("This device stopped synchronising; %lld changes wait. Ask for a new enrolment."),
                               (long long)now.waiting);
        } else if (now.state == AGENT_OFFLINE && clock_monotonic_us() - asked_us > RETRY_US) {
            status = error_set(err, STATUS_OFFLINE, _("The sync agent of this site is at work but does not reach the centre; %lld changes wait."),
                               (long long)now.waiting);
        }
        (void)nanosleep(&pause, NULL); /* a shorter pause asks sooner */
    }
    if (status == STATUS_OK) {
        struct engine_report nothing = {0};
        if (call->is_json) {
            say(call, &nothing, true);
        } else {
            puts(_("The sync agent of this site is at work: everything is exchanged."));
        }
    }
    agent_client_free(line);
    return status == STATUS_BUSY ? error_set(err, STATUS_BUSY, _("The sync agent of this site is at work and has not finished yet.")) : status;
}

static int exchange(const struct invocation *call, struct actor *actor)
{
    struct error err = ERROR_INIT;
    struct store *mirror = NULL;
    struct engine *engine = NULL;
    int lock = -1, code = 0;
    enum status status = central_link_begin(actor, &mirror, &err);
    if (status == STATUS_OK) {
        status = agent_lock_take(actor->site->folder, LOCK_WAIT_MS, &lock, &err);
    }
    if (status == STATUS_BUSY && !flag_given(call, "watch") && !flag_given(call, "verify")) {
        central_link_end(actor, mirror, "site.sync", STATUS_CANCELLED);
        return ask_agent(actor, call, &err) == STATUS_OK ? 0 : command_fail(&err);
    }
    if (status == STATUS_OK) {
        status = engine_open(mirror, actor->site->folder, &engine, &err);
    }
    if (status == STATUS_OK && flag_given(call, "watch")) {
        status = watch(engine, call, &err);
    } else if (status == STATUS_OK && flag_given(call, "verify")) {
        status = verify(engine, call, &code, &err);
    } else if (status == STATUS_OK) {
        struct engine_report sum = {0};
        status = once(engine, &sum, &err);
        say(call, &sum, status == STATUS_OK);
        code = sum.quarantined > 0 ? 1 : 0;
    }
    engine_close(engine);
    agent_lock_give(lock);
    central_link_end(actor, mirror, "site.sync", STATUS_CANCELLED); /* the link's own records say what was exchanged */
    return status == STATUS_OK ? code : command_fail(&err);
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    int code = flag_given(call, "status") ? say_status(call, actor) : exchange(call, actor);
    command_leave(site, actor);
    return code;
}

const struct command COMMAND_sync = {
    .name = "sync",
    .usage = "[--once|--watch|--status|--verify]",
    .help = N_("Exchanges changes with the centre; the workstation's own agent does this by itself."),
    .flags = {{"once", NULL, N_("until nothing is left to exchange (the default)")},
              {"watch", NULL, N_("go on until stopped")},
              {"status", NULL, N_("say how things stand, exchange nothing")},
              {"verify", NULL, N_("compare every table with the centre by checksums, and repair")},
              {NULL, NULL, NULL}},
    .run = run,
};
