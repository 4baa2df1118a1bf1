/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What still stands in the way of a signature (clinical.md 4.A.6), each in one sentence. */
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "safety/finding_text.h"
#include "safety/med_week.h"
#include "service/leaving.h"
#include "service/reconciliation_private.h"
#include "service/screening.h"

static struct reconcile_guard *add_guard(struct reconcile_view *v, enum reconcile_guard_kind kind, char *text)
{
    v->guards = mem_resize_array(v->guards, v->guard_count + 1, sizeof *v->guards);
    v->guards[v->guard_count] = (struct reconcile_guard){.kind = kind, .text = text, .item = SIZE_MAX, .finding = -1};
    return &v->guards[v->guard_count++];
}

static const char *item_name(const struct reconcile_view *v, const struct reconcile_item *item)
{
    const struct reconcile_line *line = reconcile_line_of(v, item, true, 0);
    line = line != NULL ? line : reconcile_line_of(v, item, false, 0);
    return line != NULL ? line->text : "";
}

static void guard_item(struct reconcile_view *v, size_t at)
{
    const struct reconcile_item *item = &v->items.items[at];
    const char *name = item_name(v, item);
    enum reconcile_transition transition = v->session.transition;
    struct reconcile_guard *guard = NULL;
    if (item->action == RECONCILE_ACTION_NONE_GIVEN) {
        return; /* one sentence for all of them */
    }
    if (item->action == RECONCILE_ACTION_DEFER && item->tier == MATCH_TIER_CHANGED) {
        guard = add_guard(v, RECONCILE_GUARD_DIFFERENCE,
                          mem_format(_("%s: the lists differ, and that cannot be put off. Settle it or say that it cannot be "
                                       "verified."),
                                     name));
    } else if (reconcile_item_is_open(item, transition) && reconcile_shape_of(v, item) != RECONCILE_CHART_ONLY) {
        guard = add_guard(v, RECONCILE_GUARD_DISCHARGE,
                          mem_format(_("%s: at discharge every medicine of the home list is unchanged, changed, new, stopped or "
                                       "started again. It cannot stay \"%s\"."),
                                     name, enum_label(ENUM_RECONCILE_ACTION, (int)item->action)));
    } else if (transition == RECONCILE_TRANSITION_DISCHARGE && item->action == RECONCILE_ACTION_HOLD &&
               date_is_none(item->due_on)) {
        guard = add_guard(v, RECONCILE_GUARD_DISCHARGE,
                          mem_format(_("%s: who goes home needs a date to start it again, or an answer now."), name));
    }
    if (guard != NULL) {
        guard->item = at;
    }
}

/* A held order of the chart has to be answered at discharge; DEFER and UNABLE leave it hanging. */
static void guard_held(struct reconcile_view *v)
{
    if (v->session.transition != RECONCILE_TRANSITION_DISCHARGE) {
        return;
    }
    for (size_t i = 0; i < v->entry_count; i++) {
        const struct reconcile_entry *entry = &v->entries[i];
        bool is_hanging = entry->order.status == MEDICATION_STATUS_ON_HOLD && entry->effect == EFFECT_NONE && entry->item != SIZE_MAX &&
                          v->items.items[entry->item].action != RECONCILE_ACTION_NONE_GIVEN &&
                          date_is_none(v->items.items[entry->item].due_on);
        if (is_hanging) {
            add_guard(v, RECONCILE_GUARD_DISCHARGE,
                      mem_format(_("%s is on hold: start it again, stop it, or hold it until a date."), entry->order.drug_text))
                ->item = entry->item;
        }
    }
}

/* Whether the resulting list has this entry because somebody decided so. */
static bool is_kept(const struct reconcile_view *v, const struct reconcile_entry *entry)
{
    bool is_current = entry->order.status == MEDICATION_STATUS_ACTIVE || entry->order.status == MEDICATION_STATUS_ON_HOLD;
    if (entry->item == SIZE_MAX || !is_current || entry->effect == EFFECT_LISTED) {
        return false;
    }
    enum reconcile_action action = v->items.items[entry->item].action;
    return action != RECONCILE_ACTION_NONE_GIVEN && action != RECONCILE_ACTION_UNABLE && action != RECONCILE_ACTION_DEFER;
}

static void guard_entry(const struct actor *actor, struct reconcile_view *v, const struct reconcile_entry *entry)
{
    const struct knowledge *k = actor->site->knowledge;
    struct drug_identity identity;
    struct med_week week;
    bool is_weekly = false;
    if (!is_kept(v, entry)) {
        return;
    }
    enum drug_match match = order_identify(k, &entry->order, &identity);
    const char *lacks = reconcile_line_lacks(&entry->order.sig, entry->order.directions, match == DRUG_KNOWN || match == DRUG_NAME_ONLY);
    if (lacks != NULL) {
        add_guard(v, RECONCILE_GUARD_MINIMUM,
                  mem_format(_("%s: %s is missing. Change it, or say that it cannot be verified."), entry->order.drug_text, lacks))
            ->item = entry->item;
        return;
    }
    for (int i = 0; i < identity.ingredient_count; i++) {
        is_weekly = is_weekly || (knowledge_flags(k, identity.ingredients[i]) & INGREDIENT_WEEKLY) != 0;
    }
    struct sig sig;
    (void)reconcile_read_directions(&entry->order.sig, entry->order.directions, &sig); /* complete: asked above */
    med_week_start(&week);
    med_week_add(&week, &identity, &sig);
    if (is_weekly && sig.kind != SCHEDULE_KIND_ONCE && (med_week_is_daily(&week) || week.weekdays == 0)) {
        add_guard(v, RECONCILE_GUARD_WEEKLY,
                  mem_format(_("%s is taken once a week, on a named day: change the directions, such as \"weekly on monday\"."),
                             entry->order.drug_text))
            ->item = entry->item;
    }
}

static void guard_allergies(struct reconcile_view *v)
{
    if (v->patient.allergy_status == ALLERGY_STATUS_NOT_ASKED || v->patient.allergy_status == ALLERGY_STATUS_NONE_GIVEN) {
        add_guard(v, RECONCILE_GUARD_ALLERGIES,
                  mem_copy_text(_("Nobody has asked about allergies: ask, and record the answer in the tab Allergies (l adds one).")));
    }
}

static bool is_acknowledged(const struct reconcile_view *v, const char *name)
{
    struct json_document *doc = NULL;
    bool found = false;
    const char *text = v->session.acknowledged;
    if (text == NULL || text[0] == '\0' || json_parse(text, strlen(text), &JSON_LIMITS_DEFAULT, 1, &doc, NULL) != STATUS_OK) {
        return false;
    }
    for (const struct json *at = json_first(json_root(doc)); at != NULL; at = json_next(at)) {
        found = found || (json_string(at) != NULL && strcmp(json_string(at), name) == 0);
    }
    json_free(doc);
    return found;
}

static void guard_incomplete(struct reconcile_view *v)
{
    for (int i = 0; i < v->findings->incomplete_count; i++) {
        const struct screen_incomplete *what = &v->findings->incomplete[i];
        char words[FINDING_TEXT_MAX];
        char *name = mem_format("%s|%d", what->item, (int)what->reason);
        bool is_known = is_acknowledged(v, name);
        for (size_t g = 0; g < v->guard_count && !is_known; g++) { /* one drug that several rules ask about */
            is_known = v->guards[g].name != NULL && strcmp(v->guards[g].name, name) == 0;
        }
        if (is_known) {
            mem_free(name);
            continue;
        }
        struct reconcile_guard *guard =
            add_guard(v, RECONCILE_GUARD_INCOMPLETE, mem_format(_("NOT CHECKED: %s"), incomplete_text(what, words)));
        guard->name = name;
    }
}

/* A contraindicated finding always; a major one where something of it is new. */
static bool needs_answer(const struct reconcile_view *v, int finding)
{
    const struct screen_finding *f = &v->findings->findings[finding];
    bool is_new = false;
    if (!finding_interrupts(f) || v->is_settled[finding]) {
        return false;
    }
    for (int d = 0; d < f->drug_count; d++) {
        size_t entry = view_entry_of_drug(v, f->drugs[d]);
        is_new = is_new || (entry != SIZE_MAX && (v->entries[entry].effect == EFFECT_NEW || v->entries[entry].effect == EFFECT_CHANGE ||
                                                  v->entries[entry].effect == EFFECT_RESUME));
    }
    return f->severity == INTERACTION_TYPE_CONTRAINDICATED || is_new;
}

/* "warfarin × ibuprofen", "amoxicillin × penicillin". Caller frees. */
static char *finding_names(const struct reconcile_view *v, const struct screen_finding *f)
{
    struct buffer names = BUFFER_INIT;
    for (int d = 0; d < f->drug_count; d++) {
        buffer_append_format(&names, "%s%s", d > 0 ? " × " : "", v->screening->input.drugs[f->drugs[d]].text);
    }
    if (f->with[0] != '\0') {
        buffer_append_format(&names, " × %s", f->with);
    }
    return buffer_take(&names);
}

static void guard_findings(const struct actor *actor, struct reconcile_view *v)
{
    for (int i = 0; i < v->findings->finding_count; i++) {
        char effect[FINDING_TEXT_MAX];
        if (needs_answer(v, i)) {
            const struct screen_finding *f = &v->findings->findings[i];
            char *names = finding_names(v, f);
            struct reconcile_guard *guard =
                add_guard(v, RECONCILE_GUARD_FINDING,
                          mem_format("%s %s: %s", enum_label(ENUM_INTERACTION_TYPE, (int)f->severity), names,
                                     finding_effect(actor->site->knowledge, &v->screening->input, f, effect)));
            guard->finding = i;
            mem_free(names);
        }
    }
}

void view_guards(const struct actor *actor, struct reconcile_view *v)
{
    for (size_t i = 0; i < v->items.len; i++) {
        v->undecided += v->items.items[i].action == RECONCILE_ACTION_NONE_GIVEN;
    }
    if (!date_is_none(v->patient.death_date)) {
        add_guard(v, RECONCILE_GUARD_DECEASED, mem_copy_text(_("This patient has died: nothing is signed any more. Close it with a reason.")));
    }
    if (!uid_is_none(v->rival)) {
        add_guard(v, RECONCILE_GUARD_RIVAL,
                  mem_format(_("%s. Only one of the two can be signed: look at both, and close one with a reason."), v->rival_text));
    }
    if (v->undecided > 0) {
        add_guard(v, RECONCILE_GUARD_UNREVIEWED,
                  mem_format(ngettext("%d line is not decided yet.", "%d lines are not decided yet.", (unsigned long)v->undecided),
                             v->undecided));
    }
    for (size_t i = 0; i < v->items.len; i++) {
        guard_item(v, i);
    }
    guard_held(v);
    for (size_t i = 0; i < v->entry_count; i++) {
        guard_entry(actor, v, &v->entries[i]);
    }
    guard_allergies(v);
    if (v->sources.len < 2 && !v->session.is_single_source && v->session.no_history_reason[0] == '\0') {
        add_guard(v, RECONCILE_GUARD_SOURCES,
                  mem_copy_text(v->sources.len == 0 ? _("There is no source yet: ask the patient, or say why no list can be had.")
                                                    : _("There is one source only: add another, or say that there is one only.")));
    }
    if (v->session.with == RECONCILED_WITH_NONE_GIVEN) {
        add_guard(v, RECONCILE_GUARD_WITH, mem_copy_text(_("Say who the list was gone through with.")));
    }
    if (v->undecided == 0) { /* before, the list is another with every key */
        guard_findings(actor, v);
        guard_incomplete(v);
    }
}

/* --- what was given here and is not finished ------------------------------------------------------------------------- */

enum status view_guards_leaving(struct actor *actor, struct reconcile_view *v, struct error *err)
{
    struct leaving_list open = {0};
    if (v->session.transition != RECONCILE_TRANSITION_DISCHARGE || !date_is_none(v->patient.death_date)) {
        return STATUS_OK;
    }
    enum status status = leaving_list_get(actor, v->patient.id, &open, err);
    for (size_t i = 0; status == STATUS_OK && i < open.len; i++) {
        add_guard(v, RECONCILE_GUARD_LEAVING, mem_copy_text(open.items[i]));
    }
    leaving_list_release(&open);
    return status;
}
