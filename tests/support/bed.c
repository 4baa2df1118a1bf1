/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/bed.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/step_up.h"

#define OK(call) cr_assert_eq((call), STATUS_OK, "%s", error_text(&err))

struct bed bed_new(void)
{
    struct bed b = {.c = clinic_new()};
    b.patient = clinic_add_patient(b.c, &(struct clinic_patient){.first = "Grace", .last = "Okafor"});
    return b;
}

void bed_begin(struct bed *b, enum clinic_person who, enum reconcile_transition transition)
{
    struct error err = ERROR_INIT;
    OK(reconcile_start(clinic_actor(b->c, who), &(struct reconcile_begin){.patient = b->patient, .transition = transition}, &b->id, &err));
}

void bed_say(struct bed *b, enum clinic_person who, enum history_source kind, const char *text)
{
    struct error err = ERROR_INIT;
    OK(reconcile_add_line(clinic_actor(b->c, who), b->id, &(struct reconcile_new_source){.kind = kind},
                          &(struct reconcile_said){.text = text}, &err));
}

struct reconcile_view *bed_view(struct bed *b, enum clinic_person who)
{
    struct error err = ERROR_INIT;
    struct reconcile_view *v = NULL;
    OK(reconcile_open(clinic_actor(b->c, who), b->id, &v, &err));
    return v;
}

/* The item whose first line of either side begins with this. */
const struct reconcile_item *bed_find(const struct reconcile_view *v, const char *drug)
{
    for (size_t i = 0; i < v->items.len; i++) {
        for (int side = 0; side < 2; side++) {
            const struct reconcile_line *line = reconcile_line_of(v, &v->items.items[i], side == 0, 0);
            if (line != NULL && strncmp(line->text, drug, strlen(drug)) == 0) {
                return &v->items.items[i];
            }
        }
    }
    cr_assert_fail("no line %s", drug);
    return NULL;
}

enum status bed_try(struct bed *b, enum clinic_person who, const char *drug, struct reconcile_item what, struct error *err)
{
    struct reconcile_view *v = bed_view(b, who);
    const struct reconcile_item *item = bed_find(v, drug);
    struct reconcile_difference difference = {.class_of = DISCREPANCY_CLASS_UNINTENTIONAL};
    what.id = item->id;
    what.ver = item->ver;
    what.kind = item->kind;
    enum status status = reconcile_read_value(clinic_actor(b->c, who), v, item, &what, err);
    if (status == STATUS_OK) {
        status = reconcile_decide(clinic_actor(b->c, who), b->id, &what, &difference, err);
    }
    if (what.action == RECONCILE_ACTION_SUBSTITUTE) {
        mem_free(what.new_drug);
    }
    reconcile_view_free(v);
    return status;
}

void bed_decide(struct bed *b, enum clinic_person who, const char *drug, struct reconcile_item what)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(bed_try(b, who, drug, what, &err), STATUS_OK, "%s: %s", drug, error_text(&err));
}

void bed_facts(struct bed *b, enum clinic_person who)
{
    struct error err = ERROR_INIT;
    OK(reconcile_set_facts(clinic_actor(b->c, who), b->id,
                           &(struct reconcile_facts){.with = RECONCILED_WITH_PATIENT, .is_single_source = true}, &err));
}

/* Accepts whatever the engine could not check and whatever it found. */
void bed_clear(struct bed *b, enum clinic_person who)
{
    struct error err = ERROR_INIT;
    struct actor *actor = clinic_actor(b->c, who);
    for (int turn = 0; turn < 200; turn++) {
        struct reconcile_view *v = bed_view(b, who);
        const struct reconcile_guard *guard = v->guard_count > 0 ? &v->guards[0] : NULL;
        bool is_done = guard == NULL;
        if (guard != NULL && guard->kind == RECONCILE_GUARD_INCOMPLETE) {
            OK(reconcile_acknowledge(actor, b->id, guard->name, &err));
        } else if (guard != NULL && guard->kind == RECONCILE_GUARD_FINDING) {
            struct finding_answer answers[64];
            size_t count = 0;
            struct proposal *p = reconcile_proposal_new(actor, v);
            for (int i = 0; i < p->result->finding_count && count < 64; i++) {
                if (proposal_needs_decision(p, i)) {
                    answers[count++] = (struct finding_answer){.finding = i, .reason = OVERRIDE_REASON_MONITORED, .plan = "watched"};
                }
            }
            OK(reconcile_override(actor, b->id, p, answers, count, NULL, &err));
            reconcile_proposal_free(p);
        } else {
            is_done = true;
        }
        reconcile_view_free(v);
        if (is_done) {
            return;
        }
    }
    cr_assert_fail("the findings have no end");
}

enum status bed_sign(struct bed *b, enum clinic_person who, struct error *err)
{
    struct reconcile_view *v = bed_view(b, who);
    enum status status = step_up_prove(clinic_actor(b->c, who), clinic_password(who), NULL, err);
    if (status == STATUS_OK) {
        status = v->session.state == RECONCILE_STATE_COSIGN ? reconcile_cosign(clinic_actor(b->c, who), b->id, v, err)
                                                             : reconcile_sign(clinic_actor(b->c, who), b->id, v, err);
    }
    reconcile_view_free(v);
    return status;
}

struct reconcile_item bed_action(enum reconcile_action action)
{
    return (struct reconcile_item){.action = action, .prescriber_told = -1};
}

const struct reconcile_item BED_CONTINUE = {.action = RECONCILE_ACTION_CONTINUE, .prescriber_told = -1};
