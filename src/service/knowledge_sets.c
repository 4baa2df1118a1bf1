/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/knowledge_sets.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypt/content_hash.h"
#include "service/act.h"
#include "service/restrictions.h"
#include "service/knowledge_settle.h"
#include "service/knowledge_site.h"
#include "store/patient_link_store.h"

#define FILE_MAX_BYTES ((size_t)512 << 20)
#define SET_NAME_MAX 24

void knowledge_import_report_release(struct knowledge_import_report *report)
{
    for (size_t i = 0; i < report->len; i++) {
        mem_free(report->items[i].file);
        mem_free(report->items[i].error);
    }
    mem_free(report->items);
    mem_free(report->set);
    *report = (struct knowledge_import_report){0};
}

static enum status check_name(const char *set, struct error *err)
{
    static const char *const taken[] = {"allergy", "class", "cond", "ddi", "dose", "food", "site"}; /* how ids of the program begin */
    size_t len = strspn(set, "abcdefghijklmnopqrstuvwxyz0123456789");
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        if (strcmp(taken[i], set) == 0) {
            return error_set_field(err, STATUS_INVALID, "set",
                                   _("The program's own rules are named %s; name the set after where it comes from, such as ddinter."),
                                   set);
        }
    }
    if (len == 0 || len > SET_NAME_MAX || set[len] != '\0' || (set[0] >= '0' && set[0] <= '9')) {
        return error_set_field(err, STATUS_INVALID, "set",
                               _("A set's name is a lower-case word of at most %d letters and digits, such as ddinter."),
                               SET_NAME_MAX);
    }
    return STATUS_OK;
}

/* ---- reading ---- */

static enum status read_one(const char *path, struct conversion *conversion, struct knowledge_file_report *report,
                            struct error *err)
{
    struct buffer bytes = BUFFER_INIT;
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    struct error own = ERROR_INIT;
    enum status status = buffer_read_file(&bytes, path, FILE_MAX_BYTES, &own);
    report->file = text_clean(name, strlen(name), 200, TEXT_LINE, NULL);
    if (status == STATUS_OK) {
        (void)content_hash(bytes.bytes, bytes.len, report->sha256); /* gives the buffer back */
        conversion_file(conversion, report->file, &report->account);
        status = drug_data_read(name, bytes.bytes, bytes.len, conversion_take, conversion, &report->account, &own);
    }
    if (status != STATUS_OK) {
        report->error = mem_copy_text(error_text(&own));
        status = error_set(err, status == STATUS_NOT_FOUND ? STATUS_NOT_FOUND : STATUS_INVALID, _("%s: %s"), report->file,
                           report->error);
    }
    buffer_release(&bytes);
    return status;
}

/* All files are read, so that every fault is told; one is enough to refuse the set. */
static enum status read_all(struct conversion *conversion, const char *const *paths, size_t count,
                            struct knowledge_import_report *out, struct error *err)
{
    enum status first = STATUS_OK;
    out->items = mem_alloc_array(count + 1, sizeof *out->items); /* conversion keeps the address of each account */
    out->cap = count + 1;
    for (size_t i = 0; i < count; i++) {
        struct error own = ERROR_INIT;
        enum status status = read_one(paths[i], conversion, &out->items[out->len++], &own);
        if (status != STATUS_OK && first == STATUS_OK) {
            first = error_set(err, status, "%s", error_text(&own));
        }
    }
    return first;
}

static char *files_json(const struct knowledge_import_report *report)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_array(&w);
    for (size_t i = 0; i < report->len; i++) {
        json_begin_object(&w);
        json_write_member(&w, "file", report->items[i].file);
        json_write_member(&w, "format", report->items[i].account.format);
        json_write_member(&w, "sha256", report->items[i].sha256);
        json_write_key(&w, "rows");
        json_write_int(&w, report->items[i].account.rows);
        json_end_object(&w);
    }
    json_end_array(&w);
    char *text = buffer_take(&w.out);
    json_writer_release(&w);
    return text;
}

static char *numbers_json(const char *const *names, const int64_t *values, size_t count)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    for (size_t i = 0; i < count; i++) {
        json_write_key(&w, names[i]);
        json_write_int(&w, values[i]);
    }
    json_end_object(&w);
    char *text = buffer_take(&w.out);
    json_writer_release(&w);
    return text;
}

static char *counts_json(const struct conversion_counts *n)
{
    static const char *const names[] = {"rules", "classes", "members", "codes", "names", "brands", "atc"};
    const int64_t values[] = {n->rules, n->classes, n->members, n->codes, n->names, n->brands, n->atc};
    return numbers_json(names, values, sizeof values / sizeof *values);
}

static char *preview_json(const struct review_counts *n)
{
    static const char *const names[] = {"charts", "interrupting_now", "interrupting_if_raised", "charts_affected_if_raised"};
    const int64_t values[] = {n->charts, n->interrupting_before, n->interrupting_after, n->affected};
    return numbers_json(names, values, sizeof values / sizeof *values);
}

/* ---- changing the knowledge in force ---- */

/* The block, its hash and the charts that the change touches; inside the transaction. */
static enum status put_in_force(struct site *site, const struct buffer *bytes, const struct knowledge *next,
                                int64_t *out_affected, struct error *err)
{
    enum status status = knowledge_note_affected(site, site->knowledge, next, out_affected, err);
    if (status == STATUS_OK) {
        status = knowledge_site_put_block(site, bytes, err);
    }
    return status == STATUS_OK ? knowledge_note_settled(site, next, err) : status;
}

/* What the set would do if everything in it could interrupt. */
static enum status preview(struct site *site, const char *set, const struct buffer *pack, struct review_counts *out,
                           struct error *err)
{
    struct compile_files files = {0};
    struct buffer bytes = BUFFER_INIT;
    struct knowledge *k = NULL;
    enum status status = knowledge_site_files(site, set, NULL, INTERACTION_TYPE_NONE_GIVEN, &files, err);
    if (status == STATUS_OK) {
        status = knowledge_unpack(pack, INTERACTION_TYPE_CONTRAINDICATED, &files, err);
    }
    if (status == STATUS_OK) {
        status = knowledge_site_build(&files, true, &bytes, &k, err);
    }
    if (status == STATUS_OK) {
        status = knowledge_review(site, site->knowledge, k, NULL, NULL, out, err);
    }
    knowledge_free(k);
    compile_files_release(&files);
    buffer_release(&bytes);
    return status;
}

static enum status store_set(struct act *act, const struct knowledge_import_report *report, const struct buffer *pack,
                             int64_t *out_affected, struct error *err)
{
    struct site *site = act->actor->site;
    struct compile_files files = {0};
    struct buffer bytes = BUFFER_INIT;
    struct knowledge *k = NULL;
    char *files_text = files_json(report), *counts = counts_json(&report->counts), *seen = preview_json(&report->preview);
    const struct knowledge_set set = {.id = uid_new(site->clock),
                                      .name = report->set,
                                      .files = files_text,
                                      .counts = counts,
                                      .preview = seen,
                                      .ceiling = INTERACTION_TYPE_MODERATE,
                                      .imported_us = clock_now_us(site->clock)};
    act->record = set.id;
    act->new_values = mem_format("{\"set\":\"%s\",\"counts\":%s}", set.name, counts);
    enum status status = knowledge_set_put(site->store, &set, pack, act->actor->user, err);
    if (status == STATUS_OK) {
        status = knowledge_site_files(site, NULL, NULL, INTERACTION_TYPE_NONE_GIVEN, &files, err);
    }
    if (status == STATUS_OK) {
        status = knowledge_site_build(&files, true, &bytes, &k, err);
    }
    if (status == STATUS_OK) {
        status = put_in_force(site, &bytes, k, out_affected, err);
    }
    knowledge_free(k);
    compile_files_release(&files);
    buffer_release(&bytes);
    mem_free(files_text);
    mem_free(counts);
    mem_free(seen);
    return status;
}

enum status knowledge_import(struct actor *actor, const char *set, const char *const *paths, size_t count, bool is_preview,
                             struct knowledge_import_report *out, struct error *err)
{
    *out = (struct knowledge_import_report){0};
    enum status may = act_permit(actor, PERMISSION_KNOWLEDGE_ADMIN, "knowledge.import", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct act act = ACT(actor, PERMISSION_KNOWLEDGE_ADMIN, is_preview ? "knowledge.preview" : "knowledge.import",
                         "knowledge_sets", UID_NONE);
    struct compile_files tables = {0};
    struct buffer pack = BUFFER_INIT;
    enum status status = check_name(set, err);
    if (status == STATUS_OK && is_preview) {
        status = act_read(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct conversion *conversion = conversion_new(actor->site->knowledge, set, site_today(actor->site));
    out->set = mem_copy_text(set);
    status = read_all(conversion, paths, count, out, err);
    if (status == STATUS_OK) {
        out->counts = conversion_finish(conversion, INTERACTION_TYPE_MODERATE, &tables);
        knowledge_pack(&tables, &pack);
        status = pack.len > 0 ? status
                              : error_set(err, STATUS_INVALID, _("Nothing in these files can be used here; nothing was loaded."));
    }
    if (status == STATUS_OK) {
        status = preview(actor->site, set, &pack, &out->preview, err);
        out->has_preview = status == STATUS_OK;
    }
    if (status == STATUS_OK && !is_preview) {
        status = act_begin(&act, err);
        if (status == STATUS_OK) {
            status = act_end(&act, store_set(&act, out, &pack, &out->affected, err), err);
        }
        if (status == STATUS_OK) {
            out->is_loaded = true;
            status = knowledge_site_load(actor->site, err);
        }
    }
    conversion_free(conversion);
    compile_files_release(&tables);
    buffer_release(&pack);
    return status;
}

/* ---- raising and removing ---- */

static enum status find_set(struct site *site, const char *name, struct uid *out, struct error *err)
{
    struct knowledge_set_list sets = {0};
    bool is_found = false;
    enum status status = knowledge_set_list_get(site->store, &sets, err);
    for (size_t i = 0; i < sets.len && status == STATUS_OK; i++) {
        if (strcmp(sets.items[i].name, name) == 0) {
            *out = sets.items[i].id;
            is_found = true;
        }
    }
    knowledge_set_list_release(&sets);
    return status != STATUS_OK || is_found ? status
                                           : error_set_field(err, STATUS_NOT_FOUND, "set",
                                                             _("There is no set of drug data named %s here."), name);
}

/* What is left when the sets are as they are now; inside the transaction that changed them. */
static enum status rebuild(struct site *site, int64_t *out_affected, struct error *err)
{
    struct compile_files files = {0};
    struct buffer bytes = BUFFER_INIT;
    struct knowledge *k = NULL;
    enum status status = knowledge_site_files(site, NULL, NULL, INTERACTION_TYPE_NONE_GIVEN, &files, err);
    if (status == STATUS_OK) {
        status = knowledge_site_build(&files, false, &bytes, &k, err);
    }
    if (status == STATUS_OK) {
        status = put_in_force(site, &bytes, k, out_affected, err);
    }
    knowledge_free(k);
    compile_files_release(&files);
    buffer_release(&bytes);
    return status;
}

enum status knowledge_raise(struct actor *actor, const char *set, enum interaction_type ceiling, int64_t *out_affected,
                            struct error *err)
{
    struct act act = ACT(actor, PERMISSION_KNOWLEDGE_RAISE, "knowledge.raise", "knowledge_sets", UID_NONE);
    struct uid id = UID_NONE;
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (ceiling == INTERACTION_TYPE_NONE_GIVEN || ceiling == INTERACTION_TYPE_NONE) {
        return error_set_field(err, STATUS_INVALID, "severity",
                               _("The worst severity of a set is contraindicated, major, moderate or minor."));
    }
    status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.risk = RISK_LEVEL_HIGH;
    status = find_set(actor->site, set, &id, err);
    if (status == STATUS_OK) {
        act.record = id;
        act.new_values = mem_format("{\"set\":\"%s\",\"ceiling\":\"%s\"}", set, enum_word(ENUM_INTERACTION_TYPE, (int)ceiling));
        status = knowledge_set_raise(actor->site->store, id, ceiling, actor->user, clock_now_us(actor->site->clock), err);
    }
    if (status == STATUS_OK) {
        status = rebuild(actor->site, out_affected, err);
    }
    status = act_end(&act, status, err);
    return status == STATUS_OK ? knowledge_site_load(actor->site, err) : status;
}

enum status knowledge_remove(struct actor *actor, const char *set, int64_t *out_affected, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_KNOWLEDGE_ADMIN, "knowledge.remove", "knowledge_sets", UID_NONE);
    struct uid id = UID_NONE;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = find_set(actor->site, set, &id, err);
    if (status == STATUS_OK) {
        act.record = id;
        act.old_values = mem_format("{\"set\":\"%s\"}", set);
        status = knowledge_set_remove(actor->site->store, id, err);
    }
    if (status == STATUS_OK) {
        status = rebuild(actor->site, out_affected, err);
    }
    status = act_end(&act, status, err);
    return status == STATUS_OK ? knowledge_site_load(actor->site, err) : status;
}

enum status knowledge_list(struct actor *actor, struct knowledge_set_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_KNOWLEDGE_ADMIN, "knowledge.list", "knowledge_sets", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? knowledge_set_list_get(actor->site->store, out, err) : status;
}

/* ---- the work list ---- */

/* That new knowledge touches a closed record is seen, not how. */
static enum status read_affected(struct actor *actor, int limit, struct affected_list *out, struct error *err)
{
    struct restriction_memo memo = {.is_known = false};
    enum status status = affected_list_get(actor->site->store, limit, out, err);
    for (size_t i = 0; status == STATUS_OK && i < out->len; i++) {
        struct affected *row = &out->items[i];
        if (restriction_hides(actor, row->patient, &memo)) {
            mem_free(row->changes);
            row->changes = mem_copy_text("[]");
        }
    }
    return status;
}

enum status knowledge_affected(struct actor *actor, int limit, struct affected_list *out, int64_t *out_count,
                               struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "knowledge.affected", "knowledge_affected", UID_NONE);
    enum status status = act_read(&act, err);
    if (status == STATUS_OK) {
        status = affected_count(actor->site->store, out_count, err);
    }
    return status == STATUS_OK ? read_affected(actor, limit, out, err) : status;
}

enum status knowledge_affected_refresh(struct actor *actor, int limit, struct affected_list *out, struct error *err)
{
    return actor_may(actor, PERMISSION_CLINICAL_READ)
               ? read_affected(actor, limit, out, err)
               : actor_refuse(actor, err);
}

enum status knowledge_affected_see(struct actor *actor, struct uid patient, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_ORDER_VERIFY, "knowledge.seen", "knowledge_affected", patient);
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = patient;
    struct person_records person; /* a line from before the records were joined goes with it */
    status = person_records_get(actor->site->store, patient, &person, err);
    for (int i = 0; status == STATUS_OK && i < person.count; i++) {
        status = affected_see(actor->site->store, person.ids[i], actor->user, clock_now_us(actor->site->clock), err);
    }
    return act_end(&act, status, err);
}
