/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One transaction on one session: loading it, who may write, and the state that its lines are in. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/reconciliation_private.h"
#include "store/patient_store.h"
#include "store/reconcile_store.h"

void put_text(char **text, const char *value)
{
    char *copy = mem_copy_text(value != NULL ? value : "");
    mem_free(*text);
    *text = copy;
}

static void release(struct reconcile_work *w)
{
    reconciliation_release(&w->session);
    reconcile_source_list_release(&w->sources);
    reconcile_line_list_release(&w->lines);
    reconcile_item_list_release(&w->items);
    reconcile_discrepancy_list_release(&w->discrepancies);
}

/* The same person at another session goes on with their own work; another person takes it over with a reason. */
static enum status check_holder(struct reconcile_work *w, struct error *err)
{
    struct actor *actor = w->act.actor;
    if (uid_is_none(w->session.holder) || uid_compare(w->session.holder, actor->user) == 0) {
        w->session.holder = actor->user;
        put_text(&w->session.holder_session, actor->session_id);
        w->session.held_us = clock_now_us(w->site->clock);
        return STATUS_OK;
    }
    char *name = NULL;
    if (person_name(w->site->store, w->session.holder, &name, NULL) != STATUS_OK) {
        name = mem_copy_text(_("Somebody of another site"));
    }
    enum status status = error_set_field(err, STATUS_REFUSED, "holder",
                                         _("%s is reconciling this patient: here it can only be read. Take it over, with a reason, "
                                           "to go on."),
                                         name);
    mem_free(name);
    return status;
}

static enum status load(struct reconcile_work *w, struct uid id, struct error *err)
{
    struct store *store = w->site->store;
    enum status status = reconciliation_get(store, id, &w->session, err);
    if (status == STATUS_OK) {
        status = reconcile_source_list_get(store, id, &w->sources, err);
    }
    if (status == STATUS_OK) {
        status = reconcile_line_list_get(store, id, &w->lines, err);
    }
    if (status == STATUS_OK) {
        status = reconcile_item_list_get(store, id, &w->items, err);
    }
    return status == STATUS_OK ? reconcile_discrepancy_list_get(store, id, &w->discrepancies, err) : status;
}

enum status work_may(struct actor *actor, enum permission permission, const char *action, struct error *err)
{
    struct act act = ACT(actor, permission, action, "reconciliations", UID_NONE);
    return actor_may(actor, permission) ? STATUS_OK : act_begin(&act, err); /* writes the refusal down */
}

enum status work_begin(struct reconcile_work *w, struct actor *actor, enum permission permission, const char *action, struct uid id,
                       enum reconcile_wants wants, struct error *err)
{
    struct reconciliation session;
    *w = (struct reconcile_work){.site = actor->site};
    enum status status = work_may(actor, permission, action, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = reconciliation_get(actor->site->store, id, &session, err); /* whose it is, for the audit row */
    if (status != STATUS_OK) {
        return status;
    }
    w->act = (struct act)ACT(actor, permission, action, "reconciliations", session.patient);
    w->act.record = id;
    reconciliation_release(&session);
    status = act_begin(&w->act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = load(w, id, err);
    if (status == STATUS_OK && wants == WANTS_OPEN_AND_HELD) {
        status = reconcile_state_is_open(w->session.state)
                     ? check_holder(w, err)
                     : error_set(err, STATUS_REFUSED, _("This reconciliation is %s: its lines can no longer be decided."),
                                 enum_label(ENUM_RECONCILE_STATE, (int)w->session.state));
    }
    if (status != STATUS_OK) {
        status = act_end(&w->act, status, err);
        release(w);
    }
    return status;
}

enum status work_end_as_is(struct reconcile_work *w, enum status status, struct error *err)
{
    if (status == STATUS_OK) {
        bool has_values = w->act.new_values != NULL; /* of what the act was about: it says more than the session's row */
        status = reconciliation_put(w->site->store, &w->session, has_values ? NULL : &w->act.old_values,
                                    has_values ? NULL : &w->act.new_values, err);
    }
    status = act_end(&w->act, status, err);
    release(w);
    return status;
}

static enum reconcile_state state_of(const struct reconcile_work *w)
{
    bool has_source = w->sources.len > 0 || w->session.no_history_reason[0] != '\0';
    if (!has_source) {
        return RECONCILE_STATE_COLLECTING;
    }
    for (size_t i = 0; i < w->items.len; i++) {
        if (w->items.items[i].action == RECONCILE_ACTION_NONE_GIVEN) {
            return RECONCILE_STATE_COMPARING;
        }
    }
    return RECONCILE_STATE_CHECKING; /* whether it is ready depends on the chart of the moment: see view_state() */
}

enum status work_end(struct reconcile_work *w, enum status status, struct error *err)
{
    if (status == STATUS_OK) {
        w->session.state = state_of(w);
    }
    return work_end_as_is(w, status, err);
}

struct reconcile_item *work_item(struct reconcile_work *w, struct uid id)
{
    for (size_t i = 0; i < w->items.len; i++) {
        if (uid_compare(w->items.items[i].id, id) == 0) {
            return &w->items.items[i];
        }
    }
    return NULL;
}
