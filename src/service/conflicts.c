/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/conflicts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "model/registry.h"
#include "service/act.h"
#include "service/restrictions.h"
#include "store/change.h"
#include "store/row_version.h"

enum { CELLS_MAX = 48 };
static const struct json_limits LIMITS = {1024 * 1024, 16, 4096, true};

/* What a table's rows are, who may settle, and whether a value can be taken over column by column. */
static const struct {
    const char *table, *words;
    enum permission permission;
    bool by_column;
} TABLES_SETTLED[] = {
    {"user_profiles", N_("who a patient is"), PERMISSION_PATIENT_WRITE, true},
    {"patient_identifiers", N_("a patient's number"), PERMISSION_PATIENT_WRITE, true},
    {"users", N_("a person's account"), PERMISSION_STAFF_ADMIN, false},
    {"user_allergies", N_("an allergy"), PERMISSION_ALLERGY_WRITE, true},
    {"user_medical_conditions", N_("a problem"), PERMISSION_CONDITION_WRITE, true},
    {"user_medications", N_("an order"), PERMISSION_ORDER_WRITE, false},
    {"medication_schedules", N_("an order's times"), PERMISSION_ORDER_WRITE, false},
    {"dose_events", N_("a dose recorded twice"), PERMISSION_DOSE_CORRECT, false},
    {"refill_ledger", N_("a fill"), PERMISSION_ORDER_VERIFY, false},
    {"fills", N_("a fill"), PERMISSION_FILL_CHECK, false},
    {"user_insurance", N_("an insurance"), PERMISSION_PATIENT_WRITE, true},
    {"lifestyle_goals", N_("a goal"), PERMISSION_CONDITION_WRITE, true},
    {"notification_preferences", N_("what a patient wants to be told"), PERMISSION_PATIENT_WRITE, true},
};
enum { SETTLED_COUNT = sizeof TABLES_SETTLED / sizeof *TABLES_SETTLED };

static int place_of(const char *table)
{
    for (int i = 0; i < SETTLED_COUNT; i++) {
        if (strcmp(TABLES_SETTLED[i].table, table) == 0) {
            return i;
        }
    }
    return -1;
}

const char *conflict_subject(const struct conflict *conflict)
{
    int place = place_of(conflict->table);
    return place < 0 ? _("another record") : _(TABLES_SETTLED[place].words);
}

const char *conflict_rule(const struct conflict *conflict)
{
    static const struct {
        const char *word, *words;
    } rules[] = {
        {"newer_wins", N_("the newer value is in force")},
        {"older_loses", N_("the newer value is in force")},
        {"most_severe_wins", N_("the most severe value is in force")},
        {"revocation_wins", N_("the revocation is in force")},
        {"opt_out_wins", N_("the opt-out is in force")},
        {"stop_wins", N_("the stop is in force")},
        {"hand_over_wins", N_("it was handed over")},
        {"kept_in_force", N_("the order that was there first stays in force")},
        {"kept_for_review", N_("the value that was there first is in force")},
        {"kept_needs_latest", N_("it stays, because it changed after it was looked at")},
        {"first_stays", N_("the record that was there first is in force")},
        {"both_recorded", N_("both records stand")},
        {"overdrawn", N_("more was filled than the order allows")},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (strcmp(rules[i].word, conflict->outcome) == 0) {
            return _(rules[i].words);
        }
    }
    return conflict->outcome;
}

const char *quarantine_reason(const char *problem)
{
    static const struct {
        const char *code, *words; /* SQLSTATE; SY: data/server */
    } reasons[] = {
        {"23503", N_("it refers to a record that the centre does not have")},
        {"23514", N_("a word or number in it is not one that the centre takes")},
        {"SY006", N_("this patient does not belong to this site")},
        {"SY002", N_("it waits behind another change of the same record")},
        {"SY005", N_("this kind of record is never changed")},
        {"SY003", N_("the record is not at the centre any more")},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (strncmp(problem, reasons[i].code, strlen(reasons[i].code)) == 0) {
            return _(reasons[i].words);
        }
    }
    return problem;
}

enum status conflicts_list(struct actor *actor, bool all, struct conflict_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "conflict.list", "sync_conflicts", UID_NONE);
    struct restriction_memo memo = {.is_known = false};
    enum status status = act_read(&act, err);
    if (status == STATUS_OK) {
        status = conflict_list_get(actor->site->store, all, out, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < out->len; i++) { /* that two values differ is seen, not which */
        struct conflict *c = &out->items[i];
        if (restriction_hides(actor, c->user, &memo)) {
            c->base[0] = c->kept[0] = c->lost[0] = '\0';
        }
    }
    return status;
}

enum status quarantine_list(struct actor *actor, struct outbox_problem_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "quarantine.list", "outbox", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? outbox_problems(actor->site->store, out, err) : status;
}

bool conflict_has_other(const struct conflict *conflict)
{
    int place = place_of(conflict->table);
    return place >= 0 && TABLES_SETTLED[place].by_column && conflict->lost[0] != '\0';
}

/* The losing columns as cells; texts are borrowed from the document. */
static size_t cells_of(const struct table_info *table, const struct json *values, struct cell *cells)
{
    size_t n = 0;
    for (const struct json *member = json_first(values); member != NULL && n < CELLS_MAX; member = json_next(member)) {
        const struct column_info *column = table_column(table, json_key(member));
        const char *text = json_string(member), *number = json_long_number(member);
        struct decimal value = {0, 0};
        bool yes = false;
        struct uid id;
        if (column == NULL || strcmp(column->name, table->key) == 0 || strcmp(column->name, "ver") == 0) {
            continue;
        }
        if (column->type == COLUMN_ID) {
            cells[n++] = CELL_ID(column->name, text != NULL && uid_parse(text, &id, NULL) == STATUS_OK ? id : UID_NONE);
        } else if (text != NULL || json_is_null(member)) {
            cells[n++] = CELL_TEXT(column->name, text);
        } else if (json_get_bool(member, &yes)) {
            cells[n++] = CELL_INT(column->name, yes ? 1 : 0);
        } else if (number != NULL) {
            cells[n++] = CELL_INT(column->name, strtoll(number, NULL, 10));
        } else if (json_decimal(member, &value, NULL) == STATUS_OK) {
            cells[n++] = CELL_INT(column->name, value.mantissa);
        }
    }
    return n;
}

static enum status take_other(struct actor *actor, const struct conflict *c, char **out_old, char **out_new, struct error *err)
{
    const struct table_info *table = table_find(c->table);
    struct json_document *doc = NULL;
    struct cell cells[CELLS_MAX];
    int32_t ver = 0;
    if (!conflict_has_other(c)) {
        return error_set(err, STATUS_REFUSED, _("This cannot be taken over from here. Open the patient's chart, change it there, and settle "
                                                "the conflict as it stands."));
    }
    enum status status = json_parse(c->lost, strlen(c->lost), &LIMITS, 1, &doc, err);
    if (status == STATUS_OK) {
        status = row_version(actor->site->store, table, c->row, &ver, err);
    }
    if (status == STATUS_OK) {
        size_t count = cells_of(table, json_root(doc), cells);
        status = change_update(actor->site->store, c->table, c->row, c->user, ver, cells, count, out_old, out_new, err);
    }
    json_free(doc);
    return status;
}

enum status conflict_settle(struct actor *actor, struct uid id, enum conflict_choice choice, const char *note, struct error *err)
{
    struct conflict_list one = {0};
    struct conflict c;
    enum status status = conflict_get(actor->site->store, id, &c, err);
    if (status != STATUS_OK) {
        return status;
    }
    MEM_GROW(&one); /* for its release */
    one.items[one.len++] = c;
    int place = place_of(c.table);
    struct act act = ACT(actor, place < 0 ? PERMISSION_SITE_ADMIN : TABLES_SETTLED[place].permission,
                         choice == CONFLICT_OTHER ? "conflict.take_other" : "conflict.leave", c.table, c.user);
    act.record = c.row;
    status = act_begin(&act, err);
    if (status == STATUS_OK) {
        if (c.reviewed_us != 0) {
            status = error_set(err, STATUS_STALE, _("Somebody has settled this conflict already."));
        }
        if (status == STATUS_OK && choice == CONFLICT_OTHER) {
            status = take_other(actor, &c, &act.old_values, &act.new_values, err);
        }
        if (status == STATUS_OK) {
            status = conflict_review(actor->site->store, &c, actor->user, note, NULL, NULL, err);
        }
        status = act_end(&act, status, err);
    }
    conflict_list_release(&one);
    return status;
}

/* --- words --------------------------------------------------------------------------------------------------------- */

static void write_value(struct buffer *out, const struct json *node)
{
    const char *text = json_string(node), *number = json_long_number(node);
    struct decimal value;
    char digits[DECIMAL_TEXT_MAX];
    bool yes = false;
    if (text != NULL) {
        buffer_append_text(out, text);
    } else if (json_get_bool(node, &yes)) {
        buffer_append_text(out, yes ? _("yes") : _("no"));
    } else if (number != NULL) {
        buffer_append_text(out, number);
    } else if (json_is_number(node) && json_decimal(node, &value, NULL) == STATUS_OK) {
        buffer_append_text(out, decimal_format(value, digits));
    } else {
        buffer_append_text(out, _("(empty)"));
    }
}

/* Columns that say nothing to a person. */
static bool is_inner(const struct column_info *column)
{
    return column != NULL && (column->type == COLUMN_ID || column->type == COLUMN_INSTANT || column->type == COLUMN_JSON);
}

void conflict_describe(const struct conflict *c, struct buffer *out)
{
    const struct table_info *table = table_find(c->table);
    struct json_document *kept = NULL, *lost = NULL;
    bool good = json_parse(c->kept[0] != '\0' ? c->kept : "{}", strlen(c->kept[0] != '\0' ? c->kept : "{}"), &LIMITS, 1, &kept, NULL) ==
                    STATUS_OK &&
                json_parse(c->lost[0] != '\0' ? c->lost : "{}", strlen(c->lost[0] != '\0' ? c->lost : "{}"), &LIMITS, 1, &lost, NULL) ==
                    STATUS_OK;
    for (const struct json *member = good ? json_first(json_root(lost)) : NULL; member != NULL; member = json_next(member)) {
        const char *name = json_key(member);
        struct buffer before = BUFFER_INIT, after = BUFFER_INIT;
        if (table != NULL && is_inner(table_column(table, name))) {
            continue;
        }
        write_value(&before, json_get(json_root(kept), name));
        write_value(&after, member);
        if (strcmp(before.bytes, after.bytes) != 0) {
            char *words = mem_copy_text(name);
            for (char *p = words; *p != '\0'; p++) {
                *p = *p == '_' ? ' ' : *p;
            }
            /* TRANSLATORS: a field, its value in force, the value that is not. */
            buffer_append_format(out, _("%s: %s   (other: %s)\n"), words, before.bytes, after.bytes);
            mem_free(words);
        }
        buffer_release(&before);
        buffer_release(&after);
    }
    json_free(kept);
    json_free(lost);
    if (out->len == 0) {
        buffer_append_format(out, "%s\n", _("The two differ in what only the program reads."));
    }
}
