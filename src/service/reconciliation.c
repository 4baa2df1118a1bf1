/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Beginning, looking, taking over, closing, and the lists of sessions. */
#include "service/reconciliation.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/order_guards.h"
#include "service/reconciliation_private.h"
#include "store/patient_store.h"
#include "store/reconcile_store.h"

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " ")] == '\0';
}

/* ---- beginning ---- */

/* The patient's session that is open or planned; UID_NONE: there is none. */
static enum status find_open(struct site *site, struct uid patient, struct reconciliation *out, struct error *err)
{
    struct reconciliation_list list = {0};
    enum status status = reconciliation_list_get(site->store, patient, &list, err);
    *out = (struct reconciliation){0};
    for (size_t i = 0; status == STATUS_OK && i < list.len && uid_is_none(out->id); i++) {
        if (reconcile_state_is_open(list.items[i].state) || list.items[i].state == RECONCILE_STATE_COSIGN) {
            *out = list.items[i];
            list.items[i] = (struct reconciliation){0};
        }
    }
    reconciliation_list_release(&list);
    return status;
}

static enum status check_patient(struct site *site, struct uid id, struct error *err)
{
    struct patient patient;
    enum status status = patient_get(site->store, id, &patient, err);
    if (status == STATUS_OK) {
        status = order_check_patient(&patient, err);
        patient_release(&patient);
    }
    return status;
}

static struct reconciliation new_session(const struct actor *actor, const struct reconcile_begin *what, enum reconcile_state state)
{
    int64_t now_us = clock_now_us(actor->site->clock);
    struct reconciliation session = {
        .id = uid_new(actor->site->clock),
        .patient = what->patient,
        .transition = what->transition,
        .encounter = mem_copy_text(what->encounter != NULL ? what->encounter : ""),
        .state = state,
        .started_by = actor->user,
        .started_us = now_us,
        .due_us = what->due_us != 0 ? what->due_us : now_us + reconcile_due_hours(what->transition) * US_PER_HOUR,
    };
    if (state != RECONCILE_STATE_NOT_STARTED) {
        session.holder = actor->user;
        session.holder_session = mem_copy_text(actor->session_id);
        session.held_us = now_us;
    }
    return session;
}

/* A planned one is begun; an open one is the answer; else a new one. */
static enum status begin_in(struct act *act, const struct reconcile_begin *what, enum reconcile_state state, struct uid *out_id,
                            struct error *err)
{
    struct site *site = act->actor->site;
    struct reconciliation session = {0};
    enum status status = find_open(site, what->patient, &session, err);
    if (status == STATUS_OK && !uid_is_none(session.id)) {
        *out_id = session.id;
        if (session.state != RECONCILE_STATE_NOT_STARTED || state == RECONCILE_STATE_NOT_STARTED) {
            reconciliation_release(&session);
            return error_set(err, STATUS_EXISTS, _("This patient is being reconciled already: open that one."));
        }
        session.state = state;
        session.holder = act->actor->user;
        put_text(&session.holder_session, act->actor->session_id);
        session.held_us = clock_now_us(site->clock);
    } else if (status == STATUS_OK) {
        session = new_session(act->actor, what, state);
    }
    if (status == STATUS_OK) {
        *out_id = act->record = session.id;
        status = reconciliation_put(site->store, &session, &act->old_values, &act->new_values, err);
    }
    reconciliation_release(&session);
    return status;
}

static enum status match_new(struct actor *actor, struct uid id, struct error *err)
{
    struct reconcile_work w;
    enum status status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.compare", id, WANTS_OPEN_AND_HELD, err);
    return status == STATUS_OK ? work_end(&w, work_match(&w, NULL, err), err) : status;
}

static enum status begin(struct actor *actor, const struct reconcile_begin *what, enum reconcile_state state, const char *action,
                         struct uid *out_id, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_RECONCILE, action, err);
    if (may != STATUS_OK) {
        return may;
    }
    struct act act = ACT(actor, PERMISSION_RECONCILE, action, "reconciliations", what->patient);
    if (what->transition == RECONCILE_TRANSITION_NONE_GIVEN) {
        return error_set_field(err, STATUS_INVALID, "transition", _("Choose why the list is gone through."));
    }
    enum status status = check_patient(actor->site, what->patient, err);
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = act_end(&act, begin_in(&act, what, state, out_id, err), err);
    return status == STATUS_OK && state != RECONCILE_STATE_NOT_STARTED ? match_new(actor, *out_id, err) : status;
}

enum status reconcile_start(struct actor *actor, const struct reconcile_begin *what, struct uid *out_id, struct error *err)
{
    return begin(actor, what, RECONCILE_STATE_COLLECTING, "reconcile.start", out_id, err);
}

enum status reconcile_plan(struct actor *actor, const struct reconcile_begin *what, struct uid *out_id, struct error *err)
{
    return begin(actor, what, RECONCILE_STATE_NOT_STARTED, "reconcile.plan", out_id, err);
}

/* ---- looking ---- */

/* Who may write brings the lines up to date first; who reads sees that they are not. */
static enum status look(struct actor *actor, struct uid id, struct reconcile_view **out, struct error *err)
{
    struct reconcile_view *view = NULL;
    enum status status = view_read(actor, id, &view, err);
    if (status == STATUS_OK && view->needs_match && view->may_write && view->session.state != RECONCILE_STATE_NOT_STARTED) {
        reconcile_view_free(view);
        view = NULL;
        status = match_new(actor, id, err);
        if (status == STATUS_OK) {
            status = view_read(actor, id, &view, err);
        }
    }
    if (status == STATUS_OK) {
        view->session.state = view_state(view);
        *out = view;
    }
    return status;
}

enum status reconcile_open(struct actor *actor, struct uid id, struct reconcile_view **out, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_CLINICAL_READ, "reconcile.open", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconciliation session;
    enum status status = reconciliation_get(actor->site->store, id, &session, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "reconcile.open", "reconciliations", session.patient);
    act.record = id;
    reconciliation_release(&session);
    status = act_read(&act, err);
    return status == STATUS_OK ? look(actor, id, out, err) : status;
}

enum status reconcile_look(struct actor *actor, struct uid id, struct reconcile_view **out, struct error *err)
{
    return actor_may(actor, PERMISSION_CLINICAL_READ) ? look(actor, id, out, err) : actor_refuse(actor, err);
}

enum status reconcile_refresh(struct actor *actor, struct reconcile_view **view, struct error *err)
{
    struct reconcile_view *now = NULL;
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) {
        return actor_refuse(actor, err);
    }
    enum status status = look(actor, (*view)->session.id, &now, err);
    if (status == STATUS_OK) {
        reconcile_view_free(*view);
        *view = now;
    }
    return status;
}

/* ---- holding and closing ---- */

enum status reconcile_take_over(struct actor *actor, struct uid id, const char *reason, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_RECONCILE, "reconcile.take_over", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconcile_work w;
    if (is_blank(reason)) {
        return error_set_field(err, STATUS_INVALID, "reason", _("Say why you take it over."));
    }
    enum status status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.take_over", id, WANTS_ANY, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!reconcile_state_is_open(w.session.state)) {
        return work_end_as_is(&w, error_set(err, STATUS_REFUSED, _("It is closed: there is nothing to take over.")), err);
    }
    w.session.holder = actor->user;
    put_text(&w.session.holder_session, actor->session_id);
    put_text(&w.session.takeover_reason, reason);
    w.session.held_us = clock_now_us(actor->site->clock);
    w.act.risk = RISK_LEVEL_MEDIUM;
    return work_end_as_is(&w, STATUS_OK, err);
}

enum status reconcile_abandon(struct actor *actor, struct uid id, const char *reason, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_RECONCILE, "reconcile.abandon", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconcile_work w;
    if (is_blank(reason)) {
        return error_set_field(err, STATUS_INVALID, "reason", _("Say why it is closed without a signature."));
    }
    enum status status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.abandon", id, WANTS_ANY, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (w.session.state == RECONCILE_STATE_ABANDONED || !reconcile_state_may(w.session.state, RECONCILE_STATE_ABANDONED)) {
        return work_end_as_is(&w, error_set(err, STATUS_REFUSED, _("It is signed or closed already. A signed list is amended instead.")),
                              err);
    }
    w.session.state = RECONCILE_STATE_ABANDONED;
    put_text(&w.session.closed_reason, reason);
    return work_end_as_is(&w, STATUS_OK, err);
}

enum status reconcile_set_facts(struct actor *actor, struct uid id, const struct reconcile_facts *facts, struct error *err)
{
    struct reconcile_work w;
    enum status status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.facts", id, WANTS_OPEN_AND_HELD, err);
    if (status != STATUS_OK) {
        return status;
    }
    w.session.with = facts->with;
    w.session.is_single_source = facts->is_single_source;
    put_text(&w.session.no_history_reason, facts->no_history_reason);
    return work_end(&w, STATUS_OK, err);
}

enum status reconcile_tell(struct actor *actor, struct uid id, const char *how, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_RECONCILE, "reconcile.tell", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconcile_work w;
    if (is_blank(how)) {
        return error_set_field(err, STATUS_INVALID, "how", _("Say how the patient got the list: printed, gone through, declined."));
    }
    enum status status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.tell", id, WANTS_ANY, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!reconcile_state_is_signed(w.session.state)) {
        return work_end_as_is(&w, error_set(err, STATUS_REFUSED, _("The list is not signed yet: it cannot be handed over.")), err);
    }
    /* What was signed offline stays provisional until somebody has looked at what the centre brought. */
    w.session.state = w.session.state == RECONCILE_STATE_PROVISIONAL ? RECONCILE_STATE_PROVISIONAL : RECONCILE_STATE_COMMUNICATED;
    put_text(&w.session.told_how, how);
    w.session.told_us = clock_now_us(actor->site->clock);
    w.session.told_by = actor->user;
    return work_end_as_is(&w, STATUS_OK, err);
}

/* ---- lists ---- */

void reconcile_row_list_release(struct reconcile_row_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].patient_name);
        mem_free(list->items[i].mrn);
        mem_free(list->items[i].by);
    }
    mem_free(list->items);
    *list = (struct reconcile_row_list){0};
}

static enum status append_row(struct site *site, const struct reconciliation *from, bool with_patient, struct reconcile_row_list *out,
                              struct error *err)
{
    int64_t now_us = clock_now_us(site->clock);
    struct uid by = !uid_is_none(from->cosigned_by) ? from->cosigned_by
                    : !uid_is_none(from->signed_by) ? from->signed_by
                    : !uid_is_none(from->holder)    ? from->holder
                                                    : from->started_by;
    MEM_GROW(out);
    struct reconcile_row *row = &out->items[out->len++];
    *row = (struct reconcile_row){.id = from->id,
                                  .patient = from->patient,
                                  .transition = from->transition,
                                  .state = from->state,
                                  .started_us = from->started_us,
                                  .due_us = from->due_us,
                                  .signed_us = from->signed_us};
    row->is_overdue = reconcile_state_is_open(from->state) && now_us > from->due_us;
    enum status status = person_name(site->store, by, &row->by, err);
    if (status == STATUS_OK && with_patient) {
        struct patient patient;
        status = patient_get(site->store, from->patient, &patient, err);
        if (status == STATUS_OK) {
            row->patient_name = patient_display_name(&patient);
            row->mrn = mem_copy_text(patient.mrn);
            patient_release(&patient);
        }
    }
    return status;
}

static enum status make_rows(struct site *site, struct reconciliation_list *list, enum status status, bool with_patient,
                             struct reconcile_row_list *out, struct error *err)
{
    struct reconcile_row_list rows = {0};
    for (size_t i = 0; status == STATUS_OK && i < list->len; i++) {
        status = append_row(site, &list->items[i], with_patient, &rows, err);
    }
    reconciliation_list_release(list);
    if (status != STATUS_OK) {
        reconcile_row_list_release(&rows);
        return status;
    }
    *out = rows;
    return STATUS_OK;
}

enum status reconcile_list(struct actor *actor, struct uid patient, struct reconcile_row_list *out, struct error *err)
{
    struct reconciliation_list list = {0};
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) {
        return actor_refuse(actor, err);
    }
    enum status status = reconciliation_list_get(actor->site->store, patient, &list, err);
    return make_rows(actor->site, &list, status, false, out, err);
}

enum status reconcile_worklist(struct actor *actor, bool is_first, struct reconcile_row_list *out, struct error *err)
{
    struct reconciliation_list list = {0};
    struct act act = ACT(actor, PERMISSION_RECONCILE, "reconcile.worklist", "reconciliations", UID_NONE);
    if (!actor_may(actor, PERMISSION_RECONCILE)) {
        return actor_refuse(actor, err);
    }
    enum status status = is_first ? act_read(&act, err) : STATUS_OK;
    if (status != STATUS_OK) {
        return status;
    }
    status = reconciliation_list_open(actor->site->store, &list, err);
    return make_rows(actor->site, &list, status, true, out, err);
}
