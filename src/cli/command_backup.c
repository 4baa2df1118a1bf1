/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `backup`: sealed copies of the whole site, proving that one opens and holds, and putting one back. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/audits.h"
#include "service/backups.h"

static void write_backup(struct json_writer *w, const struct backup *b)
{
    char when[INSTANT_TEXT_MAX];
    json_write_member(w, "folder", b->folder);
    json_write_key(w, "bytes");
    json_write_int(w, b->bytes);
    json_write_member(w, "made", instant_format_utc(b->made_us, when));
}

static int create(const struct invocation *call, const char *into)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct backup made = {0};
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    enum status status = backup_create(actor, into, &made, &err);
    command_leave(site, actor);
    if (status != STATUS_OK) {
        return command_fail(&err);
    }
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        write_backup(&w, &made);
        json_end_object(&w);
        command_print_json(&w);
    } else {
        printf("%s\n", made.folder);
        fputs(_("It opens on this machine, and elsewhere with the recovery key. Prove it: prescripcare backup verify FOLDER.\n"), stderr);
    }
    backup_release(&made);
    return 0;
}

static int list(const struct invocation *call, const char *in)
{
    struct error err = ERROR_INIT;
    struct backup_list found = {0};
    if (backup_list(in, &found, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "backups");
    json_begin_array(&w);
    for (size_t i = 0; i < found.len; i++) {
        json_begin_object(&w);
        write_backup(&w, &found.items[i]);
        json_end_object(&w);
        if (!call->is_json) {
            printf("%s  %lld\n", found.items[i].folder, (long long)found.items[i].bytes);
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    command_end_json(call, &w);
    backup_list_release(&found);
    return 0;
}

/* On a copy beside it, because opening a site writes into it. */
static int verify(const struct invocation *call, const char *folder)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct audit_report report = {0};
    struct invocation there = *call;
    char *copy = mem_format("%s.verify-%ld", folder, (long)getpid());
    there.site_folder = copy;
    enum status status = backup_restore(folder, copy, &err);
    if (status == STATUS_OK) {
        status = command_enter(&there, &site, &actor, &err);
    }
    if (status == STATUS_OK) {
        status = site_check(actor, &err);
        status = status == STATUS_OK ? audit_check(actor, NULL, &report, &err) : status;
        command_leave(site, actor);
    }
    backup_remove(copy);
    mem_free(copy);
    if (status != STATUS_OK) {
        err.status = status;
        return command_fail(&err);
    }
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_key(&w, "ok");
        json_write_bool(&w, true);
        json_write_key(&w, "audit_records");
        json_write_int(&w, (int64_t)report.records);
        json_end_object(&w);
        command_print_json(&w);
    } else {
        printf(_("It opens, every page of it holds, and so do %llu audit records.\n"), (unsigned long long)report.records);
    }
    return 0;
}

static int restore(const struct invocation *call, const char *from)
{
    struct error err = ERROR_INIT;
    char *folder = call->site_folder != NULL ? mem_copy_text(call->site_folder) : site_default_folder();
    enum status status = backup_restore(from, folder, &err);
    if (status == STATUS_OK) {
        if (call->is_json) {
            struct json_writer w = JSON_WRITER_INIT;
            json_begin_object(&w);
            json_write_member(&w, "site", folder);
            json_end_object(&w);
            command_print_json(&w);
        }
        fprintf(stderr, _("The site is in %s as it was when the backup was made; what was written later is not in it. On another "
                          "machine go on with: prescripcare rekey recover.\n"), folder);
    }
    mem_free(folder);
    return status == STATUS_OK ? 0 : command_fail(&err);
}

static int run(const struct invocation *call)
{
    static const struct {
        const char *word;
        int (*run)(const struct invocation *call, const char *folder);
    } WAYS[] = {{"create", create}, {"list", list}, {"verify", verify}, {"restore", restore}};
    for (size_t i = 0; call->word_count == 2 && i < sizeof WAYS / sizeof *WAYS; i++) {
        if (strcmp(call->words[0], WAYS[i].word) == 0) {
            return WAYS[i].run(call, call->words[1]);
        }
    }
    return command_usage(call, _("say create, list, verify or restore, and a folder"));
}

const struct command COMMAND_backup = {
    .name = "backup",
    .usage = "create INTO | list IN | verify FOLDER | restore FOLDER [--site DIR]",
    .help = N_("Sealed copies of the whole site: makes one in a new folder below INTO, lists those in IN, proves that one opens and "
               "holds, puts one back where there is no site."),
    .run = run,
};
