/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "sync/central.h"

/* --db; without it libpq's own defaults (the environment's PG variables are not let in). */
static const char *conninfo_of(const struct invocation *call)
{
    const char *given = flag_value(call, "db");
    return given != NULL ? given : "";
}

static int say_version(const struct invocation *call, const struct central_version *version)
{
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_key(&w, "migration");
        json_write_int(&w, version->migration);
        json_write_key(&w, "schema");
        json_write_int(&w, version->schema_version);
        json_end_object(&w);
        command_print_json(&w);
    } else {
        printf(_("The centre is at migration %d and holds the tables of schema %d.\n"), version->migration, version->schema_version);
    }
    return 0;
}

static int run_init(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct central_version version = {0};
    const char *folder = flag_value(call, "ca"), *hosts = flag_value(call, "hosts");
    if (folder != NULL) {
        enum status status = central_make_authority(folder, hosts != NULL ? hosts : "localhost,127.0.0.1", call->clock, &err);
        if (status != STATUS_OK && status != STATUS_EXISTS) {
            return command_fail(&err);
        }
        if (flag_given(call, "only-ca")) {
            return 0;
        }
    }
    return central_init(conninfo_of(call), &version, &err) == STATUS_OK ? say_version(call, &version) : command_fail(&err);
}

static int run_upgrade(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct central_version version = {0};
    return central_upgrade(conninfo_of(call), &version, &err) == STATUS_OK ? say_version(call, &version) : command_fail(&err);
}

static int say_health(const struct invocation *call, struct central_health *health)
{
    const struct {
        const char *name, *words;
        int64_t value;
    } rows[] = {
        {"migration", N_("migration"), health->version.migration},
        {"schema", N_("schema"), health->version.schema_version},
        {"patients", N_("patients"), health->patients},
        {"devices", N_("active devices"), health->devices},
        {"quarantined", N_("changes in quarantine"), health->waiting_quarantine},
        {"conflicts", N_("conflicts to review"), health->open_conflicts},
        {"change_rows", N_("rows of the change log"), health->change_rows},
        {"misplaced_rows", N_("rows in no partition of their time"), health->misplaced_rows},
        {"bytes", N_("bytes"), health->bytes},
    };
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_member(&w, "server", health->server);
    json_write_member(&w, "incarnation", health->incarnation);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_write_key(&w, rows[i].name);
        json_write_int(&w, rows[i].value);
        if (!call->is_json) {
            printf("%-36s %lld\n", _(rows[i].words), (long long)rows[i].value);
        }
    }
    json_end_object(&w);
    int64_t misplaced = health->misplaced_rows;
    if (call->is_json) {
        command_print_json(&w);
    } else {
        printf("%-36s %s\n%-36s %s\n", _("PostgreSQL"), health->server, _("incarnation"), health->incarnation);
        json_writer_release(&w);
    }
    central_health_release(health);
    return misplaced > 0 ? 1 : 0;
}

static int run_status(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct central_health health = {0};
    return central_status(conninfo_of(call), &health, &err) == STATUS_OK ? say_health(call, &health) : command_fail(&err);
}

static int run_maintain(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct central_health health = {0};
    return central_maintain(conninfo_of(call), &health, &err) == STATUS_OK ? say_health(call, &health) : command_fail(&err);
}

static int run_enroll(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    char *code = NULL;
    const char *site = flag_value(call, "site"), *ca = flag_value(call, "ca"), *out = flag_value(call, "out");
    if (call->word_count != 2 || site == NULL || ca == NULL || out == NULL) {
        return command_usage(call, _("enroll DEVICE needs --site NAME, --ca DIR and --out FILE"));
    }
    const struct central_enrolment what = {call->words[1], site, ca, flag_value(call, "hosts"), flag_value(call, "ports"), out};
    if (central_enroll(conninfo_of(call), &what, call->clock, &code, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_member(&w, "file", out);
        json_write_member(&w, "code", code);
        json_end_object(&w);
        command_print_json(&w);
    } else {
        printf(_("%s is enrolled for %s. Bring %s to that computer, and this code by another way; it is shown only now:\n\n    %s\n\n"
                 "There: prescripcare join %s\n"), call->words[1], site, out, code, out);
    }
    mem_wipe(code, strlen(code));
    mem_free(code);
    return 0;
}

static void say_instant(struct json_writer *w, const char *name, int64_t at_us)
{
    json_write_key(w, name);
    if (at_us == 0) {
        json_write_null(w);
    } else {
        json_write_int(w, at_us / US_PER_SECOND);
    }
}

static int run_devices(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct central_device_list list = {0};
    if (central_devices(conninfo_of(call), &list, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "devices");
    json_begin_array(&w);
    for (size_t i = 0; i < list.len; i++) {
        const struct central_device *d = &list.items[i];
        json_begin_object(&w);
        json_write_member(&w, "name", d->name);
        json_write_member(&w, "site", d->site);
        json_write_member(&w, "role", d->role);
        json_write_member(&w, "state", d->state);
        say_instant(&w, "joined_at", d->joined_us);
        say_instant(&w, "seen_at", d->seen_us);
        json_write_key(&w, "changes");
        json_write_int(&w, d->changes);
        json_write_key(&w, "audit_records");
        json_write_int(&w, d->audit_records);
        json_write_key(&w, "quarantined");
        json_write_int(&w, d->quarantined);
        json_write_key(&w, "erasures_not_confirmed");
        json_write_int(&w, d->erasures);
        json_end_object(&w);
        if (!call->is_json) {
            printf(_("%-20s %-20s %-9s %s  changes %lld, audit %lld, quarantined %lld, erasures not confirmed %lld\n"), d->name, d->site,
                   d->state, d->joined_us == 0 ? _("not joined yet") : d->role, (long long)d->changes, (long long)d->audit_records,
                   (long long)d->quarantined, (long long)d->erasures);
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    command_end_json(call, &w);
    central_device_list_release(&list);
    return 0;
}

static int run_audit(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct central_trail_list list = {0};
    bool is_sound = true;
    if (central_audit(conninfo_of(call), &list, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "devices");
    json_begin_array(&w);
    for (size_t i = 0; i < list.len; i++) {
        const struct central_trail *t = &list.items[i];
        is_sound = is_sound && t->what == NULL;
        json_begin_object(&w);
        json_write_member(&w, "name", t->device);
        json_write_member(&w, "site", t->site);
        json_write_key(&w, "records");
        json_write_int(&w, t->records);
        json_write_key(&w, "checkpoints");
        json_write_int(&w, t->checkpoints);
        json_write_key(&w, "forks");
        json_write_int(&w, t->forks);
        json_write_key(&w, "first_bad");
        json_write_int(&w, t->first_bad);
        json_write_member(&w, "what", t->what);
        json_end_object(&w);
        if (!call->is_json) {
            printf(_("%-20s %-20s records %lld, checkpoints %lld, parted %lld times: "), t->device, t->site, (long long)t->records,
                   (long long)t->checkpoints, (long long)t->forks);
            if (t->what == NULL) {
                puts(_("holds"));
            } else {
                printf(_("BROKEN at record %lld: %s\n"), (long long)t->first_bad, t->what);
            }
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    command_end_json(call, &w);
    central_trail_list_release(&list);
    return is_sound ? 0 : status_exit_code(STATUS_DAMAGED);
}

static int run_revoke(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    if (call->word_count != 2) {
        return command_usage(call, _("revoke DEVICE"));
    }
    if (central_revoke(conninfo_of(call), call->words[1], flag_value(call, "ca"), call->clock, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    printf(_("%s is revoked: it cannot sign in any more, and its connections were ended.\n"), call->words[1]);
    return 0;
}

/* Who may hold an erased person still: nobody can reach them but they themselves, or somebody who goes there. */
static int say_unconfirmed(const struct invocation *call, struct error *err)
{
    struct central_device_list list = {0};
    struct json_writer w = JSON_WRITER_INIT;
    if (central_devices(conninfo_of(call), &list, err) != STATUS_OK) {
        return command_fail(err);
    }
    json_begin_object(&w);
    json_write_key(&w, "not_confirmed");
    json_begin_array(&w);
    for (size_t i = 0; i < list.len; i++) {
        const struct central_device *d = &list.items[i];
        if (d->erasures == 0) {
            continue;
        }
        json_begin_object(&w);
        json_write_member(&w, "name", d->name);
        json_write_member(&w, "site", d->site);
        json_write_member(&w, "state", d->state);
        say_instant(&w, "seen_at", d->seen_us);
        json_end_object(&w);
        if (!call->is_json) {
            char seen[INSTANT_TEXT_MAX];
            printf(_("  not confirmed yet: %-20s %-20s %-9s last seen %s\n"), d->name, d->site, d->state,
                   d->seen_us != 0 ? instant_format_utc(d->seen_us, seen) : _("never"));
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    if (!call->is_json && list.len > 0) {
        puts(_("A revoked or fenced device never confirms: what it holds is destroyed with it. Later: prescripcare central devices."));
    }
    command_end_json(call, &w);
    central_device_list_release(&list);
    return 0;
}

static int run_erase(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    if (call->word_count != 2) {
        return command_usage(call, _("erase ID"));
    }
    if (central_erase(conninfo_of(call), call->words[1], &err) != STATUS_OK) {
        return command_fail(&err);
    }
    if (!call->is_json) {
        puts(_("Erased at the centre. Each device erases as it next connects."));
    }
    return say_unconfirmed(call, &err);
}

static int run_restored(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    if (central_restored(conninfo_of(call), &err) != STATUS_OK) {
        return command_fail(&err);
    }
    puts(_("Devices will send again what the backup may lack, and compare everything."));
    return 0;
}

static int run(const struct invocation *call)
{
    static const struct {
        const char *word;
        int (*run)(const struct invocation *call);
    } verbs[] = {{"init", run_init}, {"upgrade", run_upgrade}, {"status", run_status}, {"maintain", run_maintain},
                 {"enroll", run_enroll}, {"devices", run_devices}, {"audit", run_audit}, {"revoke", run_revoke}, {"erase", run_erase}, {"restored", run_restored}};
    for (size_t i = 0; call->word_count > 0 && i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i].word, call->words[0]) == 0) {
            return verbs[i].run(call);
        }
    }
    return command_usage(call, _("say init, upgrade, status, maintain, enroll, devices, audit, revoke, erase or restored"));
}

const struct command COMMAND_central = {
    .name = "central",
    .usage = "init|upgrade|status|maintain|devices|audit|restored [--db CONNINFO] | enroll DEVICE --site NAME --ca DIR --out FILE | "
             "revoke DEVICE | erase ID",
    .help = N_("Sets up and looks after the central PostgreSQL, for its administrator."),
    .flags = {{"db", "CONNINFO", N_("how the administrator reaches the database (libpq)")},
              {"ca", "DIR", N_("folder of the certificate authority")},
              {"only-ca", NULL, N_("init: make the certificates only, before the server runs")},
              {"site", "NAME", N_("enroll: the site that the device belongs to")},
              {"hosts", "LIST", N_("names or addresses of the centre, a,b")},
              {"ports", "LIST", N_("their ports")},
              {"out", "FILE", N_("enroll: the file to bring to the device")},
              {NULL, NULL, NULL}},
    .run = run,
};
