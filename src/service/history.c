/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "service/act.h"
#include "service/metrics.h"
#include "store/audit_read.h"
#include "store/chart_store.h"
#include "store/metric_store.h"
#include "store/order_signature_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

enum { CHAIN_MAX = 200, AUDIT_MAX = 200 };

void history_release(struct history *h)
{
    for (size_t i = 0; i < h->len; i++) {
        mem_free(h->items[i].who);
        mem_free(h->items[i].what);
    }
    mem_free(h->items);
    *h = (struct history){0};
}

static void add(struct history *h, int64_t at_us, const char *who, struct buffer *what)
{
    MEM_GROW(h);
    if (what->len == 0) {
        buffer_append_text(what, _("nothing that is shown here"));
    }
    h->items[h->len++] = (struct history_entry){.at_us = at_us, .who = mem_copy_text(who != NULL ? who : ""), .what = buffer_take(what)};
}

/* ---- differences ---- */

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

/* "field: before -> now", or "field: now" where there was nothing before. */
static void line(struct buffer *out, bool is_first, const char *label, const char *before, const char *now)
{
    if (is_first ? or_empty(now)[0] == '\0' : strcmp(or_empty(before), or_empty(now)) == 0) {
        return;
    }
    const char *nothing = _("(empty)");
    buffer_append_format(out, "%s%s: ", out->len > 0 ? "\n" : "", label);
    if (!is_first) {
        buffer_append_format(out, "%s -> ", or_empty(before)[0] != '\0' ? before : nothing);
    }
    buffer_append_text(out, or_empty(now)[0] != '\0' ? now : nothing);
}

static void line_date(struct buffer *out, bool is_first, const char *label, struct date before, struct date now)
{
    char x[DATE_TEXT_MAX], y[DATE_TEXT_MAX];
    line(out, is_first, label, date_format_human(before, x), date_format_human(now, y));
}

static void line_enum(struct buffer *out, bool is_first, const char *label, enum enum_kind kind, int before, int now)
{
    line(out, is_first, label, enum_label(kind, before), enum_label(kind, now));
}

void allergy_describe(struct buffer *out, const struct allergy *before, const struct allergy *now)
{
    static const struct allergy nothing;
    bool is_first = before == NULL;
    const struct allergy *b = is_first ? &nothing : before;
    line(out, is_first, _("Substance"), b->allergen_name, now->allergen_name);
    line_enum(out, is_first, _("Kind"), ENUM_ALLERGY_KIND, (int)b->kind, (int)now->kind);
    line_enum(out, is_first, _("State"), ENUM_ALLERGY_STATE, (int)b->state, (int)now->state);
    line(out, is_first, _("Reaction"), b->reaction, now->reaction);
    line_enum(out, is_first, _("Severity"), ENUM_REACTION_SEVERITY, (int)b->severity, (int)now->severity);
    line(out, is_first, _("Verified"), b->is_verified ? _("yes") : is_first ? "" : _("no"), now->is_verified ? _("yes") : is_first ? "" : _("no"));
    line_date(out, is_first, _("Since"), b->onset, now->onset);
    line(out, is_first, _("Note"), b->note, now->note);
}

void condition_describe(struct buffer *out, const struct condition *before, const struct condition *now)
{
    static const struct condition nothing;
    bool is_first = before == NULL;
    const struct condition *b = is_first ? &nothing : before;
    line(out, is_first, _("Problem"), b->name, now->name);
    line(out, is_first, _("Code"), b->code, now->code);
    line_enum(out, is_first, _("Status"), ENUM_CONDITION_STATUS, (int)b->status, (int)now->status);
    line_enum(out, is_first, _("Severity"), ENUM_CONDITION_SEVERITY, (int)b->severity, (int)now->severity);
    line_date(out, is_first, _("Since"), b->diagnosed, now->diagnosed);
    line_date(out, is_first, _("Ended"), b->abated, now->abated);
    line(out, is_first, _("Note"), b->notes, now->notes);
}

void patient_describe(struct buffer *out, const struct patient *before, const struct patient *now)
{
    static const struct patient nothing;
    bool is_first = before == NULL;
    const struct patient *b = is_first ? &nothing : before;
    line(out, is_first, _("Last name"), b->last_name, now->last_name);
    line(out, is_first, _("First names"), b->first_name, now->first_name);
    line_date(out, is_first, _("Birth date"), b->birth_date, now->birth_date);
    line_date(out, is_first, _("Died"), b->death_date, now->death_date);
    line_enum(out, is_first, _("Sex"), ENUM_GENDER, (int)b->gender, (int)now->gender);
    line(out, is_first, _("MRN"), b->mrn, now->mrn);
    line(out, is_first, _("Phone"), b->phone_number, now->phone_number);
    line(out, is_first, _("Address"), b->address, now->address);
    line(out, is_first, _("Language"), b->language, now->language);
    line(out, is_first, _("Time zone"), b->timezone, now->timezone);
    line_enum(out, is_first, _("Blood type"), ENUM_BLOOD_TYPE, (int)b->blood_type, (int)now->blood_type);
}

static void metric_describe(struct buffer *out, const struct metric *before, const struct metric *now)
{
    static const struct metric nothing;
    char x[64] = "", y[64];
    bool is_first = before == NULL;
    const struct metric *b = is_first ? &nothing : before;
    if (now->is_in_error) {
        buffer_append_text(out, _("entered in error: this was no measurement of the patient"));
        return;
    }
    if (!is_first) {
        (void)metric_format(b, x, sizeof x);
    }
    line(out, is_first, enum_label(ENUM_METRIC_TYPE, (int)now->type), x, metric_format(now, y, sizeof y));
    line(out, is_first, _("As given"), b->original, now->original);
    line(out, is_first, _("Note"), b->notes, now->notes);
}

static void order_describe(struct buffer *out, const struct order *before, const struct order *now)
{
    char x[SIG_TEXT_MAX] = "", y[SIG_TEXT_MAX];
    bool is_first = before == NULL;
    char *drug = order_display_drug(now), *drug_before = is_first ? NULL : order_display_drug(before);
    buffer_append_text(out, enum_label(ENUM_ORDER_ACTION, (int)now->action));
    line(out, is_first, _("Drug"), drug_before, drug);
    if (!is_first) {
        (void)sig_format(&before->sig, x);
    }
    line(out, is_first, _("Directions"), x, sig_format(&now->sig, y));
    line(out, is_first, _("As written"), is_first ? NULL : before->directions, now->directions);
    line(out, is_first, _("For"), is_first ? NULL : before->indication, now->indication);
    line(out, is_first, _("Prescriber"), is_first ? NULL : before->prescriber_name, now->prescriber_name);
    line_enum(out, is_first, _("Order was"), ENUM_ORDER_SOURCE, is_first ? 0 : (int)before->source, (int)now->source);
    line(out, true, _("Reason"), NULL, now->reason);
    mem_free(drug);
    mem_free(drug_before);
}

/* ---- chains ---- */

/* From the row in force back to the first; a chain never loops because a row names one that was there before it. */
static enum status allergy_chain(struct store *store, struct uid id, struct history *h, struct error *err)
{
    struct allergy now = {0}, before = {0};
    enum status status = allergy_get(store, id, &now, err);
    for (int i = 0; status == STATUS_OK && i < CHAIN_MAX; i++) {
        struct buffer what = BUFFER_INIT;
        bool has_before = !uid_is_none(now.supersedes) && allergy_get(store, now.supersedes, &before, NULL) == STATUS_OK;
        allergy_describe(&what, has_before ? &before : NULL, &now);
        add(h, now.recorded_at_us, now.recorded_by, &what);
        allergy_release(&now);
        if (!has_before) {
            break;
        }
        now = before; /* the strings go over */
        before = (struct allergy){0};
    }
    allergy_release(&now);
    return status;
}

static enum status condition_chain(struct store *store, struct uid id, struct history *h, struct error *err)
{
    struct condition now = {0}, before = {0};
    enum status status = condition_get(store, id, &now, err);
    for (int i = 0; status == STATUS_OK && i < CHAIN_MAX; i++) {
        struct buffer what = BUFFER_INIT;
        bool has_before = !uid_is_none(now.supersedes) && condition_get(store, now.supersedes, &before, NULL) == STATUS_OK;
        condition_describe(&what, has_before ? &before : NULL, &now);
        add(h, now.recorded_at_us, now.recorded_by, &what);
        condition_release(&now);
        if (!has_before) {
            break;
        }
        now = before;
        before = (struct condition){0};
    }
    condition_release(&now);
    return status;
}

static enum status metric_chain(struct store *store, struct uid id, struct history *h, struct error *err)
{
    struct metric now = {0}, before = {0};
    enum status status = metric_get(store, id, &now, err);
    for (int i = 0; status == STATUS_OK && i < CHAIN_MAX; i++) {
        struct buffer what = BUFFER_INIT;
        bool has_before = !uid_is_none(now.supersedes) && metric_get(store, now.supersedes, &before, NULL) == STATUS_OK;
        metric_describe(&what, has_before ? &before : NULL, &now);
        add(h, uid_time_us(now.id), now.recorded_by, &what); /* when it was written; at_us is when it was measured */
        metric_release(&now);
        if (!has_before) {
            break;
        }
        now = before;
        before = (struct metric){0};
    }
    metric_release(&now);
    return status;
}

/* Given by word of mouth, and signed or not: entries of their own, because they happened at other times. */
static enum status add_signatures(struct store *store, struct uid order, struct history *h, struct error *err)
{
    struct order_signature_list list = {0};
    enum status status = order_signature_list_of(store, order, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        const struct order_signature *s = &list.items[i];
        struct buffer what = BUFFER_INIT;
        char *who = NULL;
        if (!uid_is_none(s->relay.prescriber)) {
            status = person_name(store, s->relay.prescriber, &who, err);
        }
        buffer_append_format(&what, _("%s order given, read back; %s"), enum_label(ENUM_ORDER_SOURCE, (int)s->source),
                             uid_is_none(s->relay.prescriber) ? _("nobody of this site can sign it")
                             : s->signed_us != 0              ? _("signed since")
                                                              : _("NOT SIGNED yet"));
        add(h, s->relay.told_us, who != NULL ? who : _("from elsewhere"), &what);
        buffer_release(&what);
        if (status == STATUS_OK && s->signed_us != 0) {
            buffer_append_text(&what, _("signed"));
            add(h, s->signed_us, who != NULL ? who : "", &what);
            buffer_release(&what);
        }
        mem_free(who);
    }
    order_signature_list_release(&list);
    return status;
}

static int newest_first(const void *a, const void *b)
{
    const struct history_entry *x = a, *y = b;
    return x->at_us == y->at_us ? 0 : x->at_us > y->at_us ? -1 : 1;
}

static enum status order_chain(struct store *store, struct uid id, struct history *h, struct error *err)
{
    struct order_list versions = {0};
    enum status status = order_history(store, id, &versions, err);
    for (size_t i = 0; status == STATUS_OK && i < versions.len; i++) {
        const struct order *now = &versions.items[i], *before = NULL;
        struct buffer what = BUFFER_INIT;
        char *who = NULL;
        for (size_t j = i + 1; before == NULL && j < versions.len; j++) {
            before = uid_compare(versions.items[j].version, now->parent) == 0 ? &versions.items[j] : NULL;
        }
        order_describe(&what, before, now);
        if (!uid_is_none(now->ordered_by)) {
            status = person_name(store, now->ordered_by, &who, err);
        }
        if (status == STATUS_OK) {
            add(h, now->recorded_at_us, who != NULL ? who : _("import"), &what);
        }
        buffer_release(&what);
        mem_free(who);
    }
    order_list_release(&versions);
    size_t len = h->len;
    status = status == STATUS_OK ? add_signatures(store, id, h, err) : status;
    if (h->len > len) {
        qsort(h->items, h->len, sizeof *h->items, newest_first);
    }
    return status;
}

/* ---- who the patient is: from the trail, because the row itself is changed in place ---- */

/* is_clinical: not for a role that sees who the patient is and nothing of the chart. */
static const struct {
    const char *column, *label;
    bool is_clinical;
} shown_columns[] = {
    {"last_name", N_("Last name"), false},
    {"first_name", N_("First names"), false},
    {"date_of_birth", N_("Birth date"), false},
    {"date_of_death", N_("Died"), false},
    {"gender", N_("Sex"), false},
    {"phone_number", N_("Phone"), false},
    {"address", N_("Address"), false},
    {"language", N_("Language"), false},
    {"timezone", N_("Time zone"), false},
    {"mrn", N_("MRN"), false},
    {"blood_type", N_("Blood type"), true},
    {"allergy_status", N_("Allergies"), true},
    {"allergy_status_reason", N_("Why"), true},
    {"pregnancy", N_("Pregnancy"), true},
    {"pregnancy_due_date", N_("Due date"), true},
    {"lactation", N_("Breastfeeding"), true},
    {"weight_kg", N_("Weight, kg"), true},
    {"height_cm", N_("Height, cm"), true},
};

/* A text, or a number as text. */
static const char *value_text(const struct json *values, const char *column, char *buf, size_t size)
{
    const struct json *value = json_get(values, column);
    struct decimal number;
    char digits[DECIMAL_TEXT_MAX];
    if (json_is_number(value) && json_decimal(value, &number, NULL) == STATUS_OK) {
        (void)snprintf(buf, size, "%s", decimal_format(number, digits));
        return buf;
    }
    return or_empty(json_string(value));
}

static void describe_values(struct buffer *what, bool has_clinical, const char *old_values, const char *new_values)
{
    struct json_document *before = NULL, *now = NULL;
    char x[64], y[64];
    bool has_before = old_values != NULL && json_parse(old_values, strlen(old_values), &JSON_LIMITS_DEFAULT, 1, &before, NULL) == STATUS_OK;
    if (new_values == NULL || json_parse(new_values, strlen(new_values), &JSON_LIMITS_DEFAULT, 1, &now, NULL) != STATUS_OK) {
        json_free(before);
        return;
    }
    for (size_t i = 0; i < sizeof shown_columns / sizeof *shown_columns; i++) {
        const char *column = shown_columns[i].column;
        if (json_get(json_root(now), column) != NULL && (has_clinical || !shown_columns[i].is_clinical)) {
            line(what, !has_before, _(shown_columns[i].label), value_text(json_root(before), column, x, sizeof x),
                 value_text(json_root(now), column, y, sizeof y));
        }
    }
    json_free(before);
    json_free(now);
}

static enum status read_trail(struct store *store, struct uid patient, bool has_clinical, struct history *h, struct error *err)
{
    const struct audit_query query = {.subject = patient, .action_begin = "", .writes_only = true, .with_values = true,
                                      .before_us = INT64_MAX, .limit = AUDIT_MAX};
    struct audit_line_list lines = {0};
    enum status status = audit_list_subject(store, &query, &lines, err);
    for (size_t i = 0; status == STATUS_OK && i < lines.len; i++) {
        const struct audit_line *l = &lines.items[i];
        struct buffer what = BUFFER_INIT;
        if (strcmp(l->table, "user_profiles") == 0) {
            describe_values(&what, has_clinical, l->old_values, l->new_values);
            if (what.len > 0) {
                add(h, l->at_us, l->actor_name, &what);
            }
        }
        buffer_release(&what);
    }
    audit_line_list_release(&lines);
    return status;
}

static enum status patient_trail(struct store *store, struct uid patient, struct history *h, struct error *err)
{
    return read_trail(store, patient, true, h, err);
}

static enum status patient_trail_outside(struct store *store, struct uid patient, struct history *h, struct error *err)
{
    return read_trail(store, patient, false, h, err);
}

enum status history_get(struct actor *actor, enum history_kind kind, struct uid id, struct history *out, struct error *err)
{
    static enum status (*const chains[])(struct store *, struct uid, struct history *, struct error *) = {
        [HISTORY_ALLERGY] = allergy_chain, [HISTORY_PROBLEM] = condition_chain, [HISTORY_METRIC] = metric_chain,
        [HISTORY_ORDER] = order_chain,     [HISTORY_PATIENT] = patient_trail,
    };
    struct history history = {0};
    enum permission needed = kind == HISTORY_PATIENT ? PERMISSION_PATIENT_READ : PERMISSION_CLINICAL_READ;
    struct act act = ACT(actor, needed, "history.read", "", kind == HISTORY_PATIENT ? id : UID_NONE);
    act.record = id;
    enum status may = act_read(&act, err);
    if (may != STATUS_OK) {
        return may;
    }
    bool is_outside = kind == HISTORY_PATIENT && !actor_may(actor, PERMISSION_CLINICAL_READ);
    enum status status = (is_outside ? patient_trail_outside : chains[kind])(actor->site->store, id, &history, err);
    if (status != STATUS_OK) {
        history_release(&history);
        return status;
    }
    *out = history;
    return STATUS_OK;
}

/* ---- what is in force now of a chain ---- */

/* Whether `id` is `from` or one that it corrects, directly or not. */
static bool allergy_leads_to(struct store *store, struct uid from, struct uid id)
{
    for (int i = 0; i < CHAIN_MAX && !uid_is_none(from); i++) {
        struct allergy row;
        if (uid_compare(from, id) == 0) {
            return true;
        }
        if (allergy_get(store, from, &row, NULL) != STATUS_OK) {
            return false;
        }
        from = row.supersedes;
        allergy_release(&row);
    }
    return false;
}

enum status allergy_in_force(struct actor *actor, struct uid patient, struct uid id, struct allergy *out, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_CLINICAL_READ, "allergy.look", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct allergy_list list = {0};
    enum status status = allergy_list_get(actor->site->store, patient, true, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        if (allergy_leads_to(actor->site->store, list.items[i].id, id)) {
            status = allergy_get(actor->site->store, list.items[i].id, out, err);
            allergy_list_release(&list);
            return status;
        }
    }
    allergy_list_release(&list);
    return status == STATUS_OK ? error_set(err, STATUS_NOT_FOUND, _("This row is not there any more.")) : status;
}

static bool condition_leads_to(struct store *store, struct uid from, struct uid id)
{
    for (int i = 0; i < CHAIN_MAX && !uid_is_none(from); i++) {
        struct condition row;
        if (uid_compare(from, id) == 0) {
            return true;
        }
        if (condition_get(store, from, &row, NULL) != STATUS_OK) {
            return false;
        }
        from = row.supersedes;
        condition_release(&row);
    }
    return false;
}

enum status condition_in_force(struct actor *actor, struct uid patient, struct uid id, struct condition *out, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_CLINICAL_READ, "condition.look", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct condition_list list = {0};
    enum status status = condition_list_get(actor->site->store, patient, true, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        if (condition_leads_to(actor->site->store, list.items[i].id, id)) {
            status = condition_get(actor->site->store, list.items[i].id, out, err);
            condition_list_release(&list);
            return status;
        }
    }
    condition_list_release(&list);
    return status == STATUS_OK ? error_set(err, STATUS_NOT_FOUND, _("This row is not there any more.")) : status;
}
