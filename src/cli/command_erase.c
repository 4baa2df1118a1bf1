/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `erase`: a person's record, at a site that works alone. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/erasing.h"
#include "service/patients.h"

static void write_copies(const struct invocation *call, const struct site *site, const struct record_copy_list *copies, struct json_writer *w)
{
    static const char *const KINDS[COPY_KINDS] = {"backup", "export", "list", "paper"}, *const PLACES[] = {"not_known", "there", "not_seen"};
    json_write_key(w, "copies");
    json_begin_array(w);
    for (size_t i = 0; i < copies->len; i++) {
        const struct record_copy *copy = &copies->items[i];
        char at[INSTANT_TEXT_MAX];
        json_begin_object(w);
        json_write_member(w, "kind", KINDS[copy->kind]);
        json_write_member(w, "at", instant_format_utc(copy->at_us, at));
        json_write_member(w, "by", copy->by);
        json_write_member(w, "where", copy->where);
        json_write_member(w, "place", PLACES[copy->place]);
        json_write_key(w, "erased_since");
        json_write_int(w, copy->erased);
        json_end_object(w);
        if (!call->is_json) {
            char *text = record_copy_text(site, copy);
            printf("  %s\n", text);
            mem_free(text);
        }
    }
    json_end_array(w);
}

static void show(const struct invocation *call, const struct actor *actor, const struct erasure_view *v)
{
    struct date today = site_today(actor->site);
    struct json_writer w = JSON_WRITER_INIT;
    char last[DATE_TEXT_MAX], until[DATE_TEXT_MAX];
    (void)date_format_iso(v->last_change, last);
    (void)date_format_iso(v->kept_until, until);
    json_begin_object(&w);
    json_write_member(&w, "mrn", v->mrn);
    json_write_key(&w, "records");
    json_write_int(&w, v->record_count);
    json_write_key(&w, "rows");
    json_write_int(&w, v->row_count);
    json_write_member(&w, "last_change", last);
    json_write_member(&w, "kept_until", until);
    json_write_key(&w, "objections");
    json_begin_object(&w);
    if (!call->is_json) {
        printf(ngettext("MRN %s: %d record, %lld rows, last changed %s, kept until %s. Nothing was erased.\n",
                        "MRN %s: %d joined records, %lld rows, last changed %s, kept until %s. Nothing was erased.\n",
                        (unsigned long)v->record_count),
               v->mrn, v->record_count, (long long)v->row_count, last, until);
    }
    for (int ground = 1; ground < ERASURE_GROUND_COUNT; ground++) {
        const char *word = enum_word(ENUM_ERASURE_GROUND, ground), *objection = erasure_objection(v, (enum erasure_ground)ground, today);
        json_write_member(&w, word, objection != NULL ? objection : "");
        if (!call->is_json) {
            printf("  %-15s %s\n", word, objection != NULL ? objection : _("nothing speaks against it"));
        }
    }
    json_end_object(&w);
    if (!call->is_json) {
        printf("%s\n", v->copies.len > 0 ? _("Copies that would hold it still:") : _("No copy is known that would hold it still."));
    }
    write_copies(call, actor->site, &v->copies, &w);
    json_end_object(&w);
    command_end_json(call, &w);
}

/* Without a person: what holds people who were erased since. */
static enum status show_copies(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct record_copy_list copies = {0};
    struct json_writer w = JSON_WRITER_INIT;
    enum status status = erasure_copies(actor, &copies, err);
    if (status != STATUS_OK) {
        return status;
    }
    json_begin_object(&w);
    if (!call->is_json) {
        printf("%s\n", copies.len > 0 ? _("Backups that hold somebody who was erased since. Destroy them; put back on this computer they lose who was erased.")
                                      : _("No backup is known that is older than an erasure."));
    }
    write_copies(call, actor->site, &copies, &w);
    json_end_object(&w);
    command_end_json(call, &w);
    record_copy_list_release(&copies);
    return STATUS_OK;
}

static enum status erase(const struct invocation *call, struct actor *actor, struct uid patient, struct error *err)
{
    bool is_whole = false;
    const char *mrn = flag_value(call, "mrn"), *ground = flag_value(call, "ground"), *reason = flag_value(call, "reason");
    enum status status = patient_erase(actor, patient, mrn, (enum erasure_ground)enum_value(ENUM_ERASURE_GROUND, ground), reason, &is_whole, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_member(&w, "erased", mrn);
    json_write_key(&w, "log_is_empty");
    json_write_bool(&w, is_whole);
    json_end_object(&w);
    command_end_json(call, &w);
    if (!call->is_json) {
        printf("%s\n", is_whole ? _("Erased. Copies that were made before hold it still: prescripcare erase lists the backups.")
                                : _("Erased. The sealed log of changes holds traces until nobody else is reading; it is emptied by itself."));
    }
    return status;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct uid patient;
    struct erasure_view view;
    if (call->word_count > 1) {
        return command_usage(call, _("one patient, or none for the backups that hold somebody who was erased since"));
    }
    enum status status = command_enter(call, &site, &actor, &err);
    if (status == STATUS_OK && call->word_count == 0) {
        status = show_copies(call, actor, &err);
        command_leave(site, actor);
    } else if (status == STATUS_OK) {
        status = patient_resolve(actor, call->words[0], &patient, &err);
        if (status == STATUS_OK && flag_given(call, "mrn")) {
            status = erase(call, actor, patient, &err);
        } else if (status == STATUS_OK) {
            status = erasure_look(actor, patient, &view, &err);
            if (status == STATUS_OK) {
                show(call, actor, &view);
                erasure_view_release(&view);
            }
        }
        command_leave(site, actor);
    }
    return status == STATUS_OK ? 0 : command_fail(&err);
}

const struct command COMMAND_erase = {
    .name = "erase",
    .usage = "[PATIENT] [--mrn MRN --ground GROUND --reason TEXT]",
    .help = N_("Erases a person's record at a site that works alone: without --mrn says what would go, what speaks against it and which copies are known, without PATIENT which backups hold somebody who was erased since. A site with a centre is told to ask its administrator."),
    .flags = {{"mrn", "MRN", N_("the record's MRN once more: nothing is erased without it")},
              {"ground", "GROUND", N_("mistake, retention_over or order")},
              {"reason", "TEXT", N_("why, without names; kept in the trail")}},
    .run = run,
};
