/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/reconcile.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "model/order_line.h"

/* ---- releasing ---- */

void reconciliation_release(struct reconciliation *r)
{
    char **texts[] = {&r->encounter,       &r->holder_session,    &r->takeover_reason, &r->no_history_reason, &r->acknowledged,
                      &r->rejected_reason, &r->knowledge_version, &r->signed_list,     &r->list_hash,         &r->base_list,
                      &r->closed_reason,   &r->told_how};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        mem_free(*texts[i]);
    }
    *r = (struct reconciliation){0};
}

void reconcile_source_release(struct reconcile_source *source)
{
    mem_free(source->reference);
    mem_free(source->content_hash);
    *source = (struct reconcile_source){0};
}

void reconcile_line_release(struct reconcile_line *line)
{
    char **texts[] = {&line->text,       &line->ingredients, &line->code_system, &line->code,        &line->strength, &line->dosage_form,
                      &line->directions, &line->indication,  &line->last_taken,  &line->prescriber, &line->status_text, &line->note};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        mem_free(*texts[i]);
    }
    *line = (struct reconcile_line){0};
}

void reconcile_item_release(struct reconcile_item *item)
{
    char **texts[] = {&item->differences, &item->reason,     &item->words, &item->resume_event, &item->new_text,
                      &item->new_drug,    &item->indication, &item->since, &item->reopened};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        mem_free(*texts[i]);
    }
    *item = (struct reconcile_item){0};
}

void reconcile_discrepancy_release(struct reconcile_discrepancy *d)
{
    mem_free(d->resolution);
    mem_free(d->contact_name);
    mem_free(d->contact_how);
    *d = (struct reconcile_discrepancy){0};
}

#define RELEASE_LIST(name)                                                                                           \
    void name##_list_release(struct name##_list *list)                                                               \
    {                                                                                                                \
        for (size_t i = 0; i < list->len; i++) {                                                                     \
            name##_release(&list->items[i]);                                                                         \
        }                                                                                                            \
        mem_free(list->items);                                                                                       \
        *list = (struct name##_list){0};                                                                             \
    }
RELEASE_LIST(reconciliation)
RELEASE_LIST(reconcile_source)
RELEASE_LIST(reconcile_line)
RELEASE_LIST(reconcile_item)
RELEASE_LIST(reconcile_discrepancy)

/* ---- states ---- */

#define S(name) (1u << RECONCILE_STATE_##name)
static const unsigned FOLLOWING[RECONCILE_STATE_COUNT] = {
    [RECONCILE_STATE_NOT_STARTED] = S(COLLECTING) | S(ABANDONED),
    [RECONCILE_STATE_COLLECTING] = S(COMPARING) | S(CHECKING) | S(READY) | S(ABANDONED),
    [RECONCILE_STATE_COMPARING] = S(COLLECTING) | S(CHECKING) | S(READY) | S(ABANDONED),
    [RECONCILE_STATE_CHECKING] = S(COMPARING) | S(READY) | S(ABANDONED),
    [RECONCILE_STATE_READY] = S(COMPARING) | S(CHECKING) | S(SIGNED) | S(COSIGN) | S(PROVISIONAL) | S(ABANDONED),
    [RECONCILE_STATE_COSIGN] = S(SIGNED_FINAL) | S(PROVISIONAL) | S(COMPARING) | S(ABANDONED),
    [RECONCILE_STATE_SIGNED] = S(COMMUNICATED) | S(AMENDED),
    [RECONCILE_STATE_SIGNED_FINAL] = S(COMMUNICATED) | S(AMENDED),
    [RECONCILE_STATE_PROVISIONAL] = S(SIGNED) | S(SIGNED_FINAL) | S(COMMUNICATED) | S(AMENDED),
    [RECONCILE_STATE_COMMUNICATED] = S(AMENDED),
    [RECONCILE_STATE_AMENDED] = 0,
    [RECONCILE_STATE_ABANDONED] = 0,
};

bool reconcile_state_may(enum reconcile_state from, enum reconcile_state to)
{
    return from == to || (FOLLOWING[from] & 1u << to) != 0;
}

bool reconcile_state_is_open(enum reconcile_state state)
{
    return state >= RECONCILE_STATE_NOT_STARTED && state <= RECONCILE_STATE_READY;
}

bool reconcile_state_is_signed(enum reconcile_state state)
{
    return state == RECONCILE_STATE_SIGNED || state == RECONCILE_STATE_SIGNED_FINAL || state == RECONCILE_STATE_PROVISIONAL ||
           state == RECONCILE_STATE_COMMUNICATED;
}

int reconcile_due_hours(enum reconcile_transition transition)
{
    return transition == RECONCILE_TRANSITION_VISIT || transition == RECONCILE_TRANSITION_PHARMACY ? 8 : 24;
}

/* ---- actions ---- */

#define BOTH (1u << RECONCILE_BOTH)
#define CHART (1u << RECONCILE_CHART_ONLY)
#define HOME (1u << RECONCILE_HOME_ONLY)
#define ANYWHERE (BOTH | CHART | HOME)

/* One row an action: where it fits, what it needs, whether it is for allergies and problems too. */
static const struct {
    unsigned shapes;
    unsigned needs;
    bool is_for_all;
} ACTIONS[RECONCILE_ACTION_COUNT] = {
    [RECONCILE_ACTION_CONTINUE] = {BOTH | CHART, 0, true},
    [RECONCILE_ACTION_CHANGE] = {BOTH | CHART, NEED_NEW_VALUE | NEED_REASON, false},
    [RECONCILE_ACTION_HOLD] = {ANYWHERE, NEED_REASON | NEED_RESUME, false},
    [RECONCILE_ACTION_STOP] = {ANYWHERE, NEED_REASON, true},
    [RECONCILE_ACTION_SUBSTITUTE] = {ANYWHERE, NEED_NEW_DRUG | NEED_WORDS, false},
    [RECONCILE_ACTION_ADD] = {HOME, NEED_INDICATION, true},
    [RECONCILE_ACTION_DUPLICATE] = {ANYWHERE, NEED_SURVIVOR, false},
    [RECONCILE_ACTION_NOT_TAKING] = {ANYWHERE, NEED_SINCE | NEED_WORDS | NEED_TOLD, false},
    [RECONCILE_ACTION_UNABLE] = {ANYWHERE, NEED_WORDS | NEED_OWNER, true},
    [RECONCILE_ACTION_DEFER] = {ANYWHERE, NEED_OWNER | NEED_DUE, true},
};

bool reconcile_action_fits(enum reconcile_action action, enum reconcile_shape shape, enum reconcile_kind kind)
{
    return (ACTIONS[action].shapes & 1u << shape) != 0 && (kind == RECONCILE_KIND_MEDICATION || ACTIONS[action].is_for_all);
}

unsigned reconcile_action_needs(enum reconcile_action action, enum reconcile_kind kind, bool differs)
{
    unsigned needs = ACTIONS[action].needs;
    if (kind != RECONCILE_KIND_MEDICATION) {
        return action == RECONCILE_ACTION_ADD ? 0 : needs;
    }
    bool settles = action != RECONCILE_ACTION_DEFER && action != RECONCILE_ACTION_UNABLE && action != RECONCILE_ACTION_DUPLICATE;
    if (differs && settles) {
        needs |= NEED_CLASS | (action == RECONCILE_ACTION_CONTINUE ? (unsigned)NEED_WORDS : 0u);
    }
    return needs;
}

#define A(name) (1u << RECONCILE_ACTION_##name)
static const struct reconcile_reason REASONS[] = {
    {"completed", N_("completed"), A(STOP)},
    {"adverse_effect", N_("side effect"), A(STOP) | A(CHANGE) | A(HOLD)},
    {"no_indication", N_("no longer needed"), A(STOP)},
    {"duplicate", N_("duplicate"), A(STOP)},
    {"interaction", N_("interaction"), A(STOP) | A(CHANGE) | A(HOLD)},
    {"dose_adjusted", N_("dose adjusted"), A(CHANGE)},
    {"as_taken", N_("as the patient takes it"), A(CHANGE)},
    {"kidney_function", N_("kidney or liver function"), A(STOP) | A(CHANGE) | A(HOLD)},
    {"laboratory", N_("laboratory value"), A(CHANGE) | A(HOLD)},
    {"procedure", N_("before a procedure"), A(HOLD)},
    {"acute_illness", N_("acute illness"), A(HOLD)},
    {"cannot_take", N_("patient cannot take it"), A(CHANGE) | A(HOLD)},
    {"patient_choice", N_("wish of the patient"), A(STOP) | A(CHANGE) | A(HOLD)},
    {"cost", N_("cost or supply"), A(STOP) | A(CHANGE)},
    {"refuted", N_("it is not so"), A(STOP)},
    {"other", N_("other"), A(STOP) | A(CHANGE) | A(HOLD)},
};
enum { REASONS_COUNT = sizeof REASONS / sizeof *REASONS };

const struct reconcile_reason *reconcile_reason_for(enum reconcile_action action, int n)
{
    for (int i = 0; i < REASONS_COUNT; i++) {
        if ((REASONS[i].actions & 1u << action) != 0 && n-- == 0) {
            return &REASONS[i];
        }
    }
    return NULL;
}

const char *reconcile_reason_label(const char *word)
{
    for (int i = 0; i < REASONS_COUNT; i++) {
        if (strcmp(REASONS[i].word, word) == 0) {
            return _(REASONS[i].label);
        }
    }
    return word;
}

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " ")] == '\0';
}

static bool is_reason(enum reconcile_action action, const char *word)
{
    const struct reconcile_reason *reason;
    for (int n = 0; word != NULL && (reason = reconcile_reason_for(action, n)) != NULL; n++) {
        if (strcmp(reason->word, word) == 0) {
            return true;
        }
    }
    return false;
}

static enum status check_resume(const struct reconcile_item *item, struct error *err)
{
    switch (item->resume_rule) {
    case RESUME_RULE_DATE:
    case RESUME_RULE_REVIEW:
        return date_is_none(item->due_on) ? error_set_field(err, STATUS_INVALID, "due", _("Type the date, such as +14d or 14 Dec."))
                                          : STATUS_OK;
    case RESUME_RULE_EVENT:
        return is_blank(item->resume_event)
                   ? error_set_field(err, STATUS_INVALID, "event", _("Say after what it is resumed, such as \"after the operation\"."))
                   : STATUS_OK;
    case RESUME_RULE_NONE_GIVEN:
    case RESUME_RULE_COUNT:
        break;
    }
    return error_set_field(err, STATUS_INVALID, "resume", _("Say when it is resumed: on a date, after an event, or reviewed by a date."));
}

/* In the order of the fields of the form. */
enum status reconcile_check_decision(const struct reconcile_item *item, enum reconcile_shape shape,
                                     enum discrepancy_class class_of, struct error *err)
{
    if (item->action == RECONCILE_ACTION_NONE_GIVEN || !reconcile_action_fits(item->action, shape, item->kind)) {
        return error_set_field(err, STATUS_INVALID, "action", _("This cannot be done with this line: choose another action."));
    }
    unsigned needs = reconcile_action_needs(item->action, item->kind, reconcile_item_differs(item));
    if ((needs & NEED_NEW_DRUG) != 0 && is_blank(item->new_drug)) {
        return error_set_field(err, STATUS_INVALID, "new", _("Type the drug that takes its place, with its directions."));
    }
    if ((needs & NEED_NEW_VALUE) != 0 && !item->has_new_sig) {
        return error_set_field(err, STATUS_INVALID, "new", _("Type the new directions, such as 500 mg po bid."));
    }
    if ((needs & NEED_REASON) != 0 && !is_reason(item->action, item->reason)) {
        return error_set_field(err, STATUS_INVALID, "reason", _("Choose why."));
    }
    if (item->reason != NULL && strcmp(item->reason, "other") == 0 && is_blank(item->words)) {
        return error_set_field(err, STATUS_INVALID, "words", _("\"Other\" needs a few words."));
    }
    if ((needs & NEED_RESUME) != 0) {
        enum status status = check_resume(item, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    if ((needs & NEED_INDICATION) != 0 && is_blank(item->indication)) {
        return error_set_field(err, STATUS_INVALID, "indication", _("Say what it is for."));
    }
    if ((needs & NEED_SURVIVOR) != 0 && uid_is_none(item->survivor)) {
        return error_set_field(err, STATUS_INVALID, "survivor", _("Choose the line that stays."));
    }
    if ((needs & NEED_SINCE) != 0 && is_blank(item->since)) {
        return error_set_field(err, STATUS_INVALID, "since", _("Say since when, as precisely as it is known."));
    }
    if ((needs & NEED_TOLD) != 0 && item->prescriber_told < 0) {
        return error_set_field(err, STATUS_INVALID, "told", _("Say whether the prescriber knows."));
    }
    if ((needs & NEED_OWNER) != 0 && uid_is_none(item->owner)) {
        return error_set_field(err, STATUS_INVALID, "owner", _("Choose who follows it up."));
    }
    if ((needs & NEED_DUE) != 0 && date_is_none(item->due_on)) {
        return error_set_field(err, STATUS_INVALID, "due", _("Type until when, such as +3d or 14 Dec."));
    }
    if ((needs & NEED_WORDS) != 0 && is_blank(item->words)) {
        return error_set_field(err, STATUS_INVALID, "words",
                               item->action == RECONCILE_ACTION_UNABLE ? _("Say what was tried.")
                               : item->action == RECONCILE_ACTION_SUBSTITUTE
                                   ? _("Say why it is equivalent, such as \"same class, formulary\".")
                                   : _("Say why, in a few words."));
    }
    if ((needs & NEED_CLASS) != 0 && class_of == DISCREPANCY_CLASS_NONE_GIVEN) {
        return error_set_field(err, STATUS_INVALID, "class", _("The lists differ: choose whether somebody meant it."));
    }
    return STATUS_OK;
}

bool reconcile_item_is_open(const struct reconcile_item *item, enum reconcile_transition transition)
{
    return item->action == RECONCILE_ACTION_NONE_GIVEN ||
           (transition == RECONCILE_TRANSITION_DISCHARGE &&
            (item->action == RECONCILE_ACTION_DEFER || item->action == RECONCILE_ACTION_UNABLE));
}

bool reconcile_item_differs(const struct reconcile_item *item)
{
    return item->differences != NULL && item->differences[0] != '\0';
}

bool reconcile_item_is_plain(const struct reconcile_item *item)
{
    return item->action == RECONCILE_ACTION_NONE_GIVEN && !reconcile_item_differs(item) &&
           (item->tier == MATCH_TIER_CODE || item->tier == MATCH_TIER_CLINICAL);
}

static bool names(const struct reconcile_item *item, const char *word)
{
    const char *at = item->differences;
    size_t len = strlen(word);
    while (at != NULL && *at != '\0') {
        if (strncmp(at, word, len) == 0 && (at[len] == ' ' || at[len] == '\0')) {
            return true;
        }
        at += strcspn(at, " ");
        at += *at == ' ';
    }
    return false;
}

enum discrepancy_type reconcile_discrepancy_of(const struct reconcile_item *item, enum reconcile_shape shape)
{
    static const struct {
        const char *word;
        enum discrepancy_type type;
    } kinds[] = {
        {"dose", DISCREPANCY_TYPE_DOSE},         {"unit", DISCREPANCY_TYPE_DOSE},           {"strength", DISCREPANCY_TYPE_DOSE},
        {"frequency", DISCREPANCY_TYPE_FREQUENCY}, {"prn", DISCREPANCY_TYPE_FREQUENCY},     {"route", DISCREPANCY_TYPE_ROUTE},
        {"form", DISCREPANCY_TYPE_FORM},         {"release", DISCREPANCY_TYPE_FORM},        {"salt", DISCREPANCY_TYPE_FORM},
        {"taking", DISCREPANCY_TYPE_COMMISSION}, {"held", DISCREPANCY_TYPE_COMMISSION},     {"uncoded", DISCREPANCY_TYPE_DOSE},
        {"unstated", DISCREPANCY_TYPE_DOSE},     {"steps", DISCREPANCY_TYPE_DOSE},
    };
    if (item->action == RECONCILE_ACTION_DUPLICATE) {
        return DISCREPANCY_TYPE_DUPLICATION;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (names(item, kinds[i].word)) {
            return kinds[i].type;
        }
    }
    if (shape == RECONCILE_HOME_ONLY && item->action == RECONCILE_ACTION_ADD) {
        return DISCREPANCY_TYPE_OMISSION;
    }
    if (shape != RECONCILE_HOME_ONLY && item->action == RECONCILE_ACTION_NOT_TAKING) {
        return DISCREPANCY_TYPE_COMMISSION;
    }
    if (item->action == RECONCILE_ACTION_STOP && item->reason != NULL && strcmp(item->reason, "no_indication") == 0) {
        return DISCREPANCY_TYPE_NO_INDICATION;
    }
    return item->action == RECONCILE_ACTION_STOP && item->reason != NULL && strcmp(item->reason, "interaction") == 0
               ? DISCREPANCY_TYPE_INTERACTION
               : DISCREPANCY_TYPE_NONE_GIVEN;
}

/* ---- what a kept line has to say ---- */

static bool is_complete(const struct sig *sig)
{
    bool is_timed = sig->kind == SCHEDULE_KIND_WALL || sig->kind == SCHEDULE_KIND_ELAPSED || sig->kind == SCHEDULE_KIND_PRN ||
                    sig->kind == SCHEDULE_KIND_ONCE;
    return is_timed && sig->unit != UNIT_NONE && !decimal_is_zero(sig->dose);
}

bool reconcile_read_directions(const struct sig *sig, const char *directions, struct sig *out)
{
    struct order_line *line;
    const struct order_line_options options = {.is_drug_known = true};
    *out = *sig;
    if (is_complete(sig) || is_blank(directions) || strlen(directions) > ORDER_LINE_MAX) {
        return is_complete(sig);
    }
    line = mem_alloc(sizeof *line); /* 3 kB: too much for a stack that may be deep already */
    if (order_line_parse(directions, &options, line, NULL) == STATUS_OK && line->unknown_count == 0 && is_complete(&line->sig)) {
        enum route route = line->sig.route != ROUTE_NONE_GIVEN ? line->sig.route : sig->route;
        bool contradicts = sig->unit != UNIT_NONE && !decimal_is_zero(sig->dose) &&
                           (sig->unit != line->sig.unit || decimal_compare(sig->dose, line->sig.dose) != 0);
        if (!contradicts) { /* what the source's numbers say and what its words say must not differ */
            *out = line->sig;
            out->route = route;
        }
    }
    mem_free(line);
    return is_complete(out);
}

const char *reconcile_line_lacks(const struct sig *sig, const char *directions, bool is_coded)
{
    struct sig read;
    (void)reconcile_read_directions(sig, directions, &read); /* what is missing is asked below */
    if (!is_coded) {
        return _("a known ingredient");
    }
    if (read.unit == UNIT_NONE || (decimal_is_zero(read.dose) && read.weight_basis == WEIGHT_BASIS_NONE)) {
        return _("the dose");
    }
    if (read.route == ROUTE_NONE_GIVEN) {
        return _("the route");
    }
    return read.kind == SCHEDULE_KIND_UNSTRUCTURED || read.kind == SCHEDULE_KIND_NONE_GIVEN ? _("how often") : NULL;
}

/* ---- discharge ---- */

enum discharge_outcome reconcile_discharge_outcome(const struct reconcile_item *item, enum reconcile_shape shape, bool was_on_hold)
{
    switch (item->action) {
    case RECONCILE_ACTION_CONTINUE:
        return was_on_hold ? DISCHARGE_RESUMED : shape == RECONCILE_CHART_ONLY ? DISCHARGE_NEW : DISCHARGE_UNCHANGED;
    case RECONCILE_ACTION_CHANGE:
        return DISCHARGE_CHANGED;
    case RECONCILE_ACTION_ADD: /* at home before, and again from here on */
        return DISCHARGE_UNCHANGED;
    case RECONCILE_ACTION_SUBSTITUTE:
        return DISCHARGE_CHANGED;
    case RECONCILE_ACTION_STOP:
    case RECONCILE_ACTION_DUPLICATE:
    case RECONCILE_ACTION_NOT_TAKING:
        return DISCHARGE_STOPPED;
    case RECONCILE_ACTION_HOLD:
        return DISCHARGE_HELD;
    case RECONCILE_ACTION_UNABLE:
    case RECONCILE_ACTION_DEFER:
    case RECONCILE_ACTION_NONE_GIVEN:
    case RECONCILE_ACTION_COUNT:
        break;
    }
    return DISCHARGE_NONE;
}

static const char *const OUTCOMES[] = {"", "unchanged", "changed", "new", "stopped", "resumed", "held"};

const char *discharge_outcome_word(enum discharge_outcome outcome)
{
    return OUTCOMES[outcome];
}
