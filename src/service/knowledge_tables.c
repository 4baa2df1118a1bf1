/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/knowledge_tables.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/compile.h"
#include "safety/knowledge.h"
#include "safety/knowledge_terms.h"

static enum status files_of(const char *folder, struct compile_files *out, struct error *err)
{
    if (folder == NULL) {
        compile_files_built_in(out);
        return STATUS_OK;
    }
    enum status status = compile_files_read(out, folder, err);
    return status == STATUS_OK && out->len == 0 ? error_set(err, STATUS_NOT_FOUND, _("There is no table of drugs in %s."), folder)
                                                : status;
}

enum status knowledge_census(const char *folder, bool as_json, struct buffer *out, struct error *err)
{
    struct compile_files files = {0};
    enum status status = files_of(folder, &files, err);
    if (status == STATUS_OK) {
        status = compile_census(&files, as_json, out, err);
    }
    compile_files_release(&files);
    return status;
}

enum status knowledge_lint(const char *folder, struct buffer *out, int *out_faults, int *out_notes, struct error *err)
{
    struct compile_files files = {0};
    struct compile_report report = {0};
    enum status status = files_of(folder, &files, err);
    if (status == STATUS_OK) {
        status = compile_lint(&files, &report, err);
    }
    for (size_t i = 0; i < report.len; i++) {
        buffer_append_format(out, "%s%s\n", report.items[i].is_error ? "" : "note: ", report.items[i].text);
    }
    *out_faults = report.error_count;
    *out_notes = report.note_count;
    compile_report_release(&report);
    compile_files_release(&files);
    return status;
}

/* ---- differences ---- */

/* One side: its knowledge, its rules in the order of their ids, and what keeps the bytes alive. */
struct side {
    struct knowledge *k;
    struct buffer bytes;
    struct side_rule *rules;
    size_t rule_count;
};

struct side_rule {
    struct knowledge_rule rule;
    uint32_t index;
};

static int compare_rules(const void *a, const void *b)
{
    return strcmp(((const struct side_rule *)a)->rule.id, ((const struct side_rule *)b)->rule.id);
}

static enum status open_side(const char *source, struct side *out, struct error *err)
{
    struct stat info;
    enum status status;
    if (source == NULL) {
        status = knowledge_open(&out->k, err);
    } else if (stat(source, &info) == 0 && S_ISDIR(info.st_mode)) {
        struct compile_files files = {0};
        struct compile_report report = {0};
        status = compile_files_read(&files, source, err);
        if (status == STATUS_OK) {
            status = compile_block(&files, COMPILE_SKIP_FAULTY, &out->bytes, &report, err);
        }
        if (status == STATUS_OK) {
            status = knowledge_open_bytes(out->bytes.bytes, out->bytes.len, &out->k, err);
        }
        compile_report_release(&report);
        compile_files_release(&files);
    } else {
        status = knowledge_open_file(source, &out->k, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    int count = knowledge_rule_count(out->k);
    out->rules = mem_alloc_array((size_t)count + 1, sizeof *out->rules);
    for (int i = 0; i < count; i++) {
        struct knowledge_rule rule = knowledge_rule_at(out->k, (uint32_t)i);
        if (rule.id[0] != '\0') {
            out->rules[out->rule_count++] = (struct side_rule){rule, (uint32_t)i};
        }
    }
    qsort(out->rules, out->rule_count, sizeof *out->rules, compare_rules);
    return STATUS_OK;
}

static void close_side(struct side *side)
{
    mem_free(side->rules);
    knowledge_free(side->k);
    buffer_release(&side->bytes);
}

struct comparison {
    knowledge_change_fn *take;
    void *taker;
    struct knowledge_diff *diff;
};

static void tell(struct comparison *c, int *counter, const char *what, const char *id, const char *from, const char *to)
{
    const struct knowledge_change change = {what, id, from, to};
    *counter += 1;
    if (c->take != NULL) {
        c->take(c->taker, &change);
    }
}

static const char *severity_word(const struct knowledge_rule *rule)
{
    const char *word = enum_word(ENUM_INTERACTION_TYPE, (int)rule->severity);
    return word != NULL ? word : "";
}

static void compare_terms(struct comparison *c, const struct side *from, const struct side_rule *a, const struct side *to,
                          const struct side_rule *b)
{
    struct buffer before = BUFFER_INIT, after = BUFFER_INIT;
    knowledge_rule_terms(from->k, a->index, &before);
    knowledge_rule_terms(to->k, b->index, &after);
    const char *was = before.len > 0 ? before.bytes : "", *is = after.len > 0 ? after.bytes : "";
    if (strcmp(was, is) != 0) {
        tell(c, &c->diff->terms, "terms", a->rule.id, was, is);
    }
    buffer_release(&before);
    buffer_release(&after);
}

static void compare_rule(struct comparison *c, const struct knowledge_rule *a, const struct knowledge_rule *b)
{
    const char *const texts[][2] = {{a->effect, b->effect},         {a->mechanism, b->mechanism},
                                    {a->management, b->management}, {a->source, b->source},
                                    {a->a, b->a},                   {a->b, b->b}};
    if (a->severity != b->severity) {
        tell(c, &c->diff->severities, "severity", a->id, severity_word(a), severity_word(b));
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strcmp(texts[i][0], texts[i][1]) != 0) {
            tell(c, &c->diff->wordings, "wording", a->id, texts[i][0], texts[i][1]);
            return;
        }
    }
}

static void compare_all_rules(struct comparison *c, const struct side *from, const struct side *to)
{
    size_t i = 0, j = 0;
    while (i < from->rule_count || j < to->rule_count) {
        int order = i == from->rule_count  ? 1
                    : j == to->rule_count ? -1
                                          : strcmp(from->rules[i].rule.id, to->rules[j].rule.id);
        if (order < 0) {
            tell(c, &c->diff->rules_removed, "rule_removed", from->rules[i].rule.id, severity_word(&from->rules[i].rule), "");
            i++;
        } else if (order > 0) {
            tell(c, &c->diff->rules_added, "rule_added", to->rules[j].rule.id, "", severity_word(&to->rules[j].rule));
            j++;
        } else {
            compare_rule(c, &from->rules[i].rule, &to->rules[j].rule);
            compare_terms(c, from, &from->rules[i++], to, &to->rules[j++]);
        }
    }
}

static void compare_drugs(struct comparison *c, const struct side *from, const struct side *to)
{
    for (int i = 0; i < knowledge_ingredient_count(from->k); i++) {
        const char *key = knowledge_key(from->k, (uint16_t)i);
        if (knowledge_find_key(to->k, key) == KNOWLEDGE_NO_ID) {
            tell(c, &c->diff->drugs_removed, "drug_removed", key, knowledge_name(from->k, (uint16_t)i), "");
        }
    }
    for (int i = 0; i < knowledge_ingredient_count(to->k); i++) {
        const char *key = knowledge_key(to->k, (uint16_t)i);
        if (knowledge_find_key(from->k, key) == KNOWLEDGE_NO_ID) {
            tell(c, &c->diff->drugs_added, "drug_added", key, "", knowledge_name(to->k, (uint16_t)i));
        }
    }
}

/* A class or an allergy group: what it is called on each side, and who is in it. */
struct membership {
    const char *prefix;
    int (*count)(const struct knowledge *k);
    const char *(*key)(const struct knowledge *k, uint16_t id);
    bool (*has)(const struct knowledge *k, uint16_t substance, uint16_t id);
};

static uint16_t find_of(const struct membership *m, const struct knowledge *k, const char *key)
{
    for (int i = 0; i < m->count(k); i++) {
        if (strcmp(m->key(k, (uint16_t)i), key) == 0) {
            return (uint16_t)i;
        }
    }
    return KNOWLEDGE_NO_ID;
}

/* Drugs that only one side has are told as such. */
static void compare_members(struct comparison *c, const struct membership *m, const struct side *from, const struct side *to)
{
    for (int i = 0; i < m->count(from->k); i++) {
        const char *key = m->key(from->k, (uint16_t)i);
        uint16_t other = find_of(m, to->k, key);
        char *id = mem_format("%s%s", m->prefix, key);
        for (int s = 0; other != KNOWLEDGE_NO_ID && s < knowledge_ingredient_count(from->k); s++) {
            const char *drug = knowledge_key(from->k, (uint16_t)s);
            uint16_t there = knowledge_find_key(to->k, drug);
            bool was = m->has(from->k, (uint16_t)s, (uint16_t)i), is = there != KNOWLEDGE_NO_ID && m->has(to->k, there, other);
            if (there != KNOWLEDGE_NO_ID && was != is) {
                tell(c, &c->diff->members, is ? "member_added" : "member_removed", id, was ? drug : "", is ? drug : "");
            }
        }
        mem_free(id);
    }
}

static void compare_washouts(struct comparison *c, const struct side *from, const struct side *to)
{
    for (int i = 0; i < knowledge_ingredient_count(from->k); i++) {
        const char *key = knowledge_key(from->k, (uint16_t)i);
        uint16_t there = knowledge_find_key(to->k, key);
        int before = knowledge_washout_days(from->k, (uint16_t)i);
        int after = there != KNOWLEDGE_NO_ID ? knowledge_washout_days(to->k, there) : before;
        if (before != after) {
            char *was = mem_format("%d", before), *is = mem_format("%d", after);
            tell(c, &c->diff->washouts, "washout", key, was, is);
            mem_free(was);
            mem_free(is);
        }
    }
}

void knowledge_diff_release(struct knowledge_diff *diff)
{
    mem_free(diff->from_version);
    mem_free(diff->to_version);
    *diff = (struct knowledge_diff){0};
}

enum status knowledge_compare(const char *from, const char *to, knowledge_change_fn *take, void *taker,
                              struct knowledge_diff *out, struct error *err)
{
    struct side a = {.bytes = BUFFER_INIT}, b = {.bytes = BUFFER_INIT};
    struct knowledge_diff diff = {0};
    enum status status = open_side(from, &a, err);
    if (status == STATUS_OK) {
        status = open_side(to, &b, err);
    }
    if (status == STATUS_OK) {
        struct comparison c = {take, taker, &diff};
        diff.from_version = mem_copy_text(knowledge_version(a.k));
        diff.to_version = mem_copy_text(knowledge_version(b.k));
        compare_drugs(&c, &a, &b);
        compare_all_rules(&c, &a, &b);
        compare_members(&c, &(struct membership){"class:", knowledge_class_count, knowledge_class_key, knowledge_in_class}, &a, &b);
        compare_members(&c, &(struct membership){"group:", knowledge_group_count, knowledge_group_key, knowledge_in_group}, &a, &b);
        compare_washouts(&c, &a, &b);
        int told = diff.rules_added + diff.rules_removed + diff.severities + diff.terms + diff.wordings + diff.drugs_added +
                   diff.drugs_removed + diff.members + diff.washouts;
        diff.has_other = told == 0 && knowledge_checksum(a.k) != knowledge_checksum(b.k);
        *out = diff;
    }
    close_side(&a);
    close_side(&b);
    return status;
}
