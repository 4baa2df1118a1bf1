/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing: the guards once more inside the transaction, the decisions applied to the chart, the list written down and
 * hashed. All of it or nothing. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "crypt/content_hash.h"
#include "model/order_reason.h"
#include "service/care_rights.h"
#include "service/central_link.h"
#include "service/reconciliation_private.h"
#include "service/step_up.h"
#include "store/chart_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"
#include "store/reconcile_store.h"

#define OFFLINE_AFTER_US (10 * US_PER_MINUTE)

/* ---- the list in writing ---- */

static const char *state_word(const struct reconcile_entry *entry)
{
    return entry->effect == EFFECT_LISTED                          ? "unverified"
           : entry->order.status == MEDICATION_STATUS_ON_HOLD ? "on_hold"
           : entry->order.status == MEDICATION_STATUS_ACTIVE  ? "active"
                                                                   : "stopped";
}

static void write_entry(struct json_writer *w, const struct reconcile_view *v, const struct reconcile_entry *entry)
{
    const struct order *o = &entry->order;
    const struct reconcile_item *item = entry->item == SIZE_MAX ? NULL : &v->items.items[entry->item];
    char id[UID_TEXT_MAX], day[DATE_TEXT_MAX];
    char *sig = sig_to_json(&o->sig);
    json_begin_object(w);
    json_write_member(w, "state", state_word(entry));
    json_write_member(w, "drug", o->drug_text);
    json_write_member(w, "ingredients", o->ingredients);
    json_write_member(w, "code_system", o->code_system);
    json_write_member(w, "code", o->code);
    json_write_member(w, "strength", o->strength);
    json_write_member(w, "form", o->dosage_form);
    json_write_key(w, "sig");
    json_write_raw(w, sig);
    json_write_member(w, "directions", o->directions);
    json_write_member(w, "indication", o->indication);
    json_write_member(w, "order", uid_is_none(o->id) ? "" : uid_format(o->id, id));
    if (item != NULL) {
        enum discharge_outcome outcome =
            reconcile_discharge_outcome(item, reconcile_shape_of(v, item), entry->effect == EFFECT_RESUME);
        json_write_member(w, "action", enum_word(ENUM_RECONCILE_ACTION, (int)item->action));
        json_write_member(w, "outcome", discharge_outcome_word(outcome));
        json_write_member(w, "reason", item->reason);
        json_write_member(w, "words", item->words);
        json_write_member(w, "until", date_is_none(item->due_on) ? item->resume_event : date_format_iso(item->due_on, day));
    }
    mem_free(sig);
    json_end_object(w);
}

/* What was stopped long ago takes part in the checks only. */
static bool is_listed(const struct reconcile_entry *entry)
{
    return entry->effect != EFFECT_NONE || order_is_current(&entry->order);
}

/* Caller frees. */
static char *write_list(const struct reconcile_view *v, const struct actor *signer)
{
    struct json_writer w = {0};
    char id[UID_TEXT_MAX];
    json_begin_object(&w);
    json_write_member(&w, "reconciliation", uid_format(v->session.id, id));
    json_write_member(&w, "patient", uid_format(v->patient.id, id));
    json_write_member(&w, "transition", enum_word(ENUM_RECONCILE_TRANSITION, (int)v->session.transition));
    json_write_member(&w, "signer", uid_format(signer->user, id));
    json_write_key(&w, "entries");
    json_begin_array(&w);
    for (size_t i = 0; i < v->entry_count; i++) {
        if (is_listed(&v->entries[i])) {
            write_entry(&w, v, &v->entries[i]);
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    char *text = mem_copy_text(w.out.bytes);
    json_writer_release(&w);
    return text;
}

/* {"order": "version"} of what is current now: what a later look is compared with. Caller frees. */
static enum status write_base(struct site *site, struct uid patient, char **out, struct error *err)
{
    struct order_list orders = {0};
    enum status status = order_list_get(site->store, patient, INT64_MAX, &orders, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct json_writer w = {0};
    json_begin_object(&w);
    for (size_t i = 0; i < orders.len; i++) {
        char id[UID_TEXT_MAX], version[UID_TEXT_MAX];
        json_write_member(&w, uid_format(orders.items[i].id, id), uid_format(orders.items[i].version, version));
    }
    json_end_object(&w);
    *out = mem_copy_text(w.out.bytes);
    json_writer_release(&w);
    order_list_release(&orders);
    return STATUS_OK;
}

/* ---- what was stopped and why, in the words of orders ---- */

static char *reason_of(const struct reconcile_item *item, enum order_action action)
{
    const char *word = item->reason != NULL && item->reason[0] != '\0' ? item->reason
                       : item->action == RECONCILE_ACTION_DUPLICATE    ? "duplicate"
                       : item->action == RECONCILE_ACTION_SUBSTITUTE   ? "replaced"
                       : action == ORDER_ACTION_RESUME                 ? "cleared"
                                                                       : "other";
    char day[DATE_TEXT_MAX];
    char *words = item->action == RECONCILE_ACTION_NOT_TAKING
                      ? mem_format(_("not taken since %s: %s"), item->since, item->words)
                  : item->action == RECONCILE_ACTION_HOLD && !date_is_none(item->due_on)
                      ? mem_format(_("%s until %s"), item->words != NULL ? item->words : "", date_format_iso(item->due_on, day))
                  : item->action == RECONCILE_ACTION_HOLD && item->resume_event != NULL && item->resume_event[0] != '\0'
                      ? mem_format(_("%s until: %s"), item->words != NULL ? item->words : "", item->resume_event)
                      : mem_copy_text(item->words != NULL ? item->words : "");
    char *joined = order_reason_join(word, words);
    if (order_reason_check(action, joined, NULL) != STATUS_OK) { /* a reason that only reconciliation knows */
        mem_free(joined);
        joined = mem_format("other: %s%s%s", reconcile_reason_label(word), words[0] != '\0' ? ", " : "", words);
    }
    mem_free(words);
    return joined;
}

/* ---- applying ---- */

static const enum order_action VERSIONS[] = {
    [EFFECT_CHANGE] = ORDER_ACTION_CHANGE,
    [EFFECT_HOLD] = ORDER_ACTION_HOLD,
    [EFFECT_RESUME] = ORDER_ACTION_RESUME,
    [EFFECT_STOP] = ORDER_ACTION_STOP,
};

static enum status apply_version(struct reconcile_work *w, const struct reconcile_item *item, struct reconcile_entry *entry,
                                 struct error *err)
{
    struct order *order = &entry->order;
    enum order_action action = VERSIONS[entry->effect];
    int64_t now_us = clock_now_us(w->site->clock);
    char *reason = reason_of(item, action);
    order->parent = order->version;
    order->version = uid_new(w->site->clock);
    order->action = action;
    order->recorded_at_us = now_us;
    order->ordered_by = w->act.actor->user;
    order->source = ORDER_SOURCE_WRITTEN;
    put_text(&order->prescriber_name, w->act.actor->name);
    put_text(&order->reason, reason);
    if (action == ORDER_ACTION_CHANGE) {
        order->start_us = now_us; /* earlier doses stay with the version they belong to */
        order->verification = VERIFICATION_UNVERIFIED;
    }
    mem_free(reason);
    return order_add_version(w->site->store, order, NULL, NULL, err);
}

static enum status apply_new(struct reconcile_work *w, struct reconcile_entry *entry, struct error *err)
{
    struct order *order = &entry->order;
    struct reconcile_item *item = &w->items.items[entry->item];
    order->id = uid_new(w->site->clock);
    order->version = uid_new(w->site->clock);
    order->ordered_by = w->act.actor->user;
    order->recorded_at_us = clock_now_us(w->site->clock);
    put_text(&order->prescriber_name, w->act.actor->name);
    mem_free(order->prescription_number);
    order->prescription_number = NULL;
    enum status status = order_next_number(w->site->store, &order->prescription_number, err);
    if (status == STATUS_OK) {
        status = order_insert(w->site->store, order, NULL, err);
    }
    if (status == STATUS_OK) {
        item->order = order->id;
        status = reconcile_item_put(w->site->store, w->session.id, w->session.patient, item, NULL, NULL, err);
    }
    return status;
}

static enum status apply_orders(struct reconcile_work *w, struct reconcile_view *v, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < v->entry_count; i++) {
        struct reconcile_entry *entry = &v->entries[i];
        if (entry->effect == EFFECT_NEW || entry->effect == EFFECT_CHANGE || entry->effect == EFFECT_RESUME) {
            status = care_right_to_prescribe(w->act.actor, w->session.patient, &(struct order){.source = ORDER_SOURCE_WRITTEN}, err);
        }
        if (status != STATUS_OK) {
            break;
        }
        if (entry->effect == EFFECT_NEW) {
            status = apply_new(w, entry, err);
        } else if (entry->effect != EFFECT_NONE && entry->effect != EFFECT_LISTED) {
            status = apply_version(w, &w->items.items[entry->item], entry, err);
        }
    }
    return status;
}

/* There is an allergy now: "none known" and "not asked" are over. */
static enum status set_listed(struct reconcile_work *w, struct error *err)
{
    struct patient patient;
    enum status status = patient_get(w->site->store, w->session.patient, &patient, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (patient.allergy_status != ALLERGY_STATUS_LISTED) {
        status = patient_set_allergy_status(w->site->store, patient.id, patient.ver, ALLERGY_STATUS_LISTED, w->act.actor->user, NULL, err);
    }
    patient_release(&patient);
    return status;
}

static enum status apply_allergy(struct reconcile_work *w, const struct reconcile_view *v, const struct reconcile_item *item,
                                 struct error *err)
{
    struct site *site = w->site;
    struct allergy allergy = {0};
    const struct reconcile_line *line = reconcile_line_of(v, item, item->action == RECONCILE_ACTION_STOP, 0);
    enum status status = STATUS_OK;
    if (line == NULL) {
        return STATUS_OK; /* a source's allergy that is not taken over */
    }
    if (item->action == RECONCILE_ACTION_STOP) {
        status = allergy_get(site->store, line->record, &allergy, err);
        allergy.supersedes = line->record;
        allergy.state = item->reason != NULL && strcmp(item->reason, "refuted") == 0 ? ALLERGY_STATE_REFUTED : ALLERGY_STATE_RESOLVED;
    } else {
        struct allergen_identity identity;
        enum allergen_kind kind = resolve_allergen(site->knowledge, line->text, &identity);
        allergy = (struct allergy){
            .patient = w->session.patient,
            .allergen_name = mem_copy_text(line->text),
            .allergen_key = mem_copy_text(kind == ALLERGEN_UNKNOWN ? "" : line->text),
            .code_system = mem_copy_text(line->code_system),
            .code = mem_copy_text(line->code),
            .type = kind == ALLERGEN_SUBSTANCE ? ALLERGEN_TYPE_DRUG
                    : kind != ALLERGEN_UNKNOWN ? ALLERGEN_TYPE_DRUG_CLASS
                                               : ALLERGEN_TYPE_NONE_GIVEN,
            .kind = (enum allergy_kind)enum_value(ENUM_ALLERGY_KIND, line->dosage_form),
            .state = ALLERGY_STATE_ACTIVE,
            .severity = (enum reaction_severity)enum_value(ENUM_REACTION_SEVERITY, line->status_text),
            .reaction = mem_copy_text(line->directions),
            .note = mem_copy_text(line->note),
            .original = mem_copy_text(kind == ALLERGEN_UNKNOWN ? line->text : ""),
        };
        allergy.kind = allergy.kind != ALLERGY_KIND_NONE_GIVEN ? allergy.kind : ALLERGY_KIND_ALLERGY;
    }
    if (status == STATUS_OK) {
        allergy.id = uid_new(site->clock);
        allergy.recorded_at_us = clock_now_us(site->clock);
        status = allergy_insert(site->store, &allergy, w->act.actor->user, NULL, err);
    }
    allergy_release(&allergy);
    return status == STATUS_OK && item->action == RECONCILE_ACTION_ADD ? set_listed(w, err) : status;
}

static enum status apply_problem(struct reconcile_work *w, const struct reconcile_view *v, const struct reconcile_item *item,
                                 struct error *err)
{
    struct site *site = w->site;
    struct condition condition = {0};
    const struct reconcile_line *line = reconcile_line_of(v, item, item->action == RECONCILE_ACTION_STOP, 0);
    enum status status = STATUS_OK;
    if (line == NULL) {
        return STATUS_OK;
    }
    if (item->action == RECONCILE_ACTION_STOP) {
        bool is_refuted = item->reason != NULL && strcmp(item->reason, "refuted") == 0;
        status = condition_get(site->store, line->record, &condition, err);
        condition.supersedes = line->record;
        condition.status = is_refuted ? CONDITION_STATUS_REFUTED : CONDITION_STATUS_RESOLVED;
    } else {
        condition = (struct condition){
            .patient = w->session.patient,
            .name = mem_copy_text(line->text),
            .code_system = mem_copy_text(line->code_system),
            .code = mem_copy_text(line->code),
            .status = CONDITION_STATUS_ACTIVE,
            .diagnosed = line->started,
            .notes = mem_copy_text(line->note),
            .original = mem_copy_text(""),
        };
    }
    if (status == STATUS_OK) {
        condition.id = uid_new(site->clock);
        condition.recorded_at_us = clock_now_us(site->clock);
        status = condition_insert(site->store, &condition, w->act.actor->user, NULL, err);
    }
    condition_release(&condition);
    return status;
}

static enum status apply_others(struct reconcile_work *w, const struct reconcile_view *v, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < v->items.len; i++) {
        const struct reconcile_item *item = &v->items.items[i];
        bool has_effect = item->action == RECONCILE_ACTION_ADD || item->action == RECONCILE_ACTION_STOP;
        if (has_effect && item->kind == RECONCILE_KIND_ALLERGY) {
            status = apply_allergy(w, v, item, err);
        } else if (has_effect && item->kind == RECONCILE_KIND_PROBLEM) {
            status = apply_problem(w, v, item, err);
        }
    }
    return status;
}

/* ---- signing ---- */

static bool is_offline(struct actor *actor)
{
    struct central_link_info info;
    if (!central_link_is_joined(actor->site) || central_link_read(actor, &info, NULL) != STATUS_OK) {
        return false;
    }
    bool is_late = clock_now_us(actor->site->clock) - info.last_ok_us > OFFLINE_AFTER_US;
    central_link_info_release(&info);
    return is_late;
}

static bool changes_orders(const struct reconcile_view *v)
{
    for (size_t i = 0; i < v->entry_count; i++) {
        if (v->entries[i].effect != EFFECT_NONE && v->entries[i].effect != EFFECT_LISTED) {
            return true;
        }
    }
    return false;
}

/* The picture inside the transaction is the one that was looked at, and nothing stands in the way. */
static enum status check_ready(const struct reconcile_work *w, const struct reconcile_view *now, const struct reconcile_view *shown,
                               struct error *err)
{
    if (work_is_stale(&w->lines, &now->orders)) {
        return error_set(err, STATUS_STALE, _("The chart changed meanwhile. The lines that changed are open again; the others are "
                                              "kept."));
    }
    if (w->session.ver != shown->session.ver) {
        return error_set(err, STATUS_STALE, _("This reconciliation changed meanwhile. Look at it again before you sign."));
    }
    return now->guard_count > 0 ? error_set_field(err, STATUS_REFUSED, "guard", "%s", now->guards[0].text) : STATUS_OK;
}

/* The list in writing, its hash into the session and into the audit row, which the chain covers. */
static enum status write_down(struct reconcile_work *w, const struct reconcile_view *v, struct error *err)
{
    char hash[CONTENT_HASH_TEXT];
    char *list = write_list(v, w->act.actor), *base = NULL;
    enum status status = write_base(w->site, w->session.patient, &base, err);
    if (status == STATUS_OK) {
        put_text(&w->session.signed_list, list);
        put_text(&w->session.list_hash, content_hash(list, strlen(list), hash));
        put_text(&w->session.base_list, base);
        put_text(&w->session.knowledge_version, knowledge_version(w->site->knowledge));
        (void)snprintf(w->act.details, sizeof w->act.details, "list sha256 %s", hash); /* not shown; fits */
    }
    mem_free(base);
    mem_free(list);
    return status;
}

static enum status retire_previous(struct reconcile_work *w, struct error *err)
{
    struct reconciliation old;
    if (uid_is_none(w->session.previous)) {
        return STATUS_OK;
    }
    enum status status = reconciliation_get(w->site->store, w->session.previous, &old, err);
    if (status == STATUS_OK) {
        old.state = RECONCILE_STATE_AMENDED;
        status = reconciliation_put(w->site->store, &old, NULL, NULL, err);
        reconciliation_release(&old);
    }
    return status;
}

static enum status apply(struct reconcile_work *w, struct reconcile_view *v, enum reconcile_state state, bool is_provisional,
                         struct error *err)
{
    enum status status = apply_orders(w, v, err);
    if (status == STATUS_OK) {
        status = apply_others(w, v, err);
    }
    if (status == STATUS_OK) {
        status = write_down(w, v, err);
    }
    if (status == STATUS_OK) {
        status = retire_previous(w, err);
    }
    w->session.state = is_provisional ? RECONCILE_STATE_PROVISIONAL : state;
    return status;
}

enum status reconcile_sign(struct actor *actor, struct uid id, const struct reconcile_view *shown, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_RECONCILE_SIGN, "reconcile.sign", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconcile_work w;
    struct reconcile_view *now = NULL;
    enum status status = step_up_require(actor, STEP_UP_SIGN_US, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool is_provisional = is_offline(actor);
    status = work_begin(&w, actor, PERMISSION_RECONCILE_SIGN, "reconcile.sign", id, WANTS_OPEN_AND_HELD, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = view_read(actor, id, &now, err);
    if (status == STATUS_OK) {
        status = check_ready(&w, now, shown, err);
    }
    if (status == STATUS_OK) {
        w.session.signed_by = actor->user;
        w.session.signed_us = clock_now_us(actor->site->clock);
        w.act.risk = RISK_LEVEL_MEDIUM;
        if (actor_may(actor, PERMISSION_ORDER_WRITE) || !changes_orders(now)) {
            status = apply(&w, now, RECONCILE_STATE_SIGNED, is_provisional, err);
        } else { /* nothing on the chart changes before a prescriber says so */
            status = write_down(&w, now, err);
            w.session.state = RECONCILE_STATE_COSIGN;
        }
    }
    status = work_end_as_is(&w, status, err);
    reconcile_view_free(now);
    return status;
}

enum status reconcile_cosign(struct actor *actor, struct uid id, const struct reconcile_view *shown, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_ORDER_WRITE, "reconcile.cosign", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconcile_work w;
    struct reconcile_view *now = NULL;
    enum status status = step_up_require(actor, STEP_UP_SIGN_US, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool is_provisional = is_offline(actor);
    status = work_begin(&w, actor, PERMISSION_ORDER_WRITE, "reconcile.cosign", id, WANTS_ANY, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (w.session.state != RECONCILE_STATE_COSIGN) {
        status = error_set(err, STATUS_REFUSED, _("It does not wait for a prescriber (it is %s)."),
                           enum_label(ENUM_RECONCILE_STATE, (int)w.session.state));
    } else {
        status = view_read(actor, id, &now, err);
    }
    if (status == STATUS_OK && work_is_stale(&w.lines, &now->orders)) {
        status = error_set(err, STATUS_STALE, _("The chart changed since it was signed. Give it back with a reason, so that the lines "
                                                "that changed are decided anew."));
    } else if (status == STATUS_OK) {
        status = check_ready(&w, now, shown, err);
    }
    if (status == STATUS_OK) {
        w.session.cosigned_by = actor->user;
        w.session.cosigned_us = clock_now_us(actor->site->clock);
        w.act.risk = RISK_LEVEL_MEDIUM;
        status = apply(&w, now, RECONCILE_STATE_SIGNED_FINAL, is_provisional, err);
    }
    status = work_end_as_is(&w, status, err);
    reconcile_view_free(now);
    return status;
}

enum status reconcile_reject(struct actor *actor, struct uid id, const char *reason, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_ORDER_WRITE, "reconcile.reject", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconcile_work w;
    if (reason == NULL || reason[strspn(reason, " ")] == '\0') {
        return error_set_field(err, STATUS_INVALID, "reason", _("Say what has to be looked at again."));
    }
    enum status status = work_begin(&w, actor, PERMISSION_ORDER_WRITE, "reconcile.reject", id, WANTS_ANY, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (w.session.state != RECONCILE_STATE_COSIGN) {
        return work_end_as_is(&w, error_set(err, STATUS_REFUSED, _("It does not wait for a prescriber.")), err);
    }
    w.session.state = RECONCILE_STATE_COMPARING;
    put_text(&w.session.rejected_reason, reason);
    w.session.signed_by = UID_NONE;
    w.session.signed_us = 0;
    put_text(&w.session.list_hash, "");
    put_text(&w.session.signed_list, "");
    return work_end(&w, work_match(&w, NULL, err), err);
}

/* ---- afterwards ---- */

/* Orders that were made or changed elsewhere before the signature and that the signer could not see. */
static enum status was_another_list(struct reconcile_work *w, bool *out, struct error *err)
{
    struct order_list orders = {0};
    struct json_document *doc = NULL;
    enum status status = order_list_get(w->site->store, w->session.patient, w->session.signed_us, &orders, err);
    if (status == STATUS_OK) {
        status = json_parse(w->session.base_list, strlen(w->session.base_list), &JSON_LIMITS_DEFAULT, 1, &doc, err);
    }
    *out = false;
    for (size_t i = 0; status == STATUS_OK && i < orders.len; i++) {
        const struct order *order = &orders.items[i];
        char id[UID_TEXT_MAX], version[UID_TEXT_MAX];
        const char *seen = json_get_string(json_root(doc), uid_format(order->id, id));
        bool is_seen = seen != NULL && strcmp(seen, uid_format(order->version, version)) == 0;
        *out = *out || (!is_seen && order->recorded_at_us <= w->session.signed_us);
    }
    json_free(doc);
    order_list_release(&orders);
    return status;
}

enum status reconcile_settle(struct actor *actor, struct uid id, bool *out_is_settled, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_RECONCILE, "reconcile.settle", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconcile_work w;
    struct central_link_info info = {0};
    bool is_another = false, is_exchanged = true;
    *out_is_settled = false;
    if (central_link_is_joined(actor->site) && central_link_read(actor, &info, NULL) != STATUS_OK) {
        is_exchanged = false;
    }
    enum status status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.settle", id, WANTS_ANY, err);
    if (status != STATUS_OK) {
        return status;
    }
    is_exchanged = is_exchanged && (!central_link_is_joined(actor->site) || info.last_ok_us > w.session.signed_us);
    central_link_info_release(&info);
    if (w.session.state != RECONCILE_STATE_PROVISIONAL) {
        return work_end_as_is(&w, error_set(err, STATUS_REFUSED, _("It was not signed while offline.")), err);
    }
    if (!is_exchanged) {
        return work_end_as_is(&w, error_set(err, STATUS_REFUSED, _("Nothing was exchanged with the centre since it was signed.")), err);
    }
    status = was_another_list(&w, &is_another, err);
    if (status == STATUS_OK && !is_another) {
        w.session.state = uid_is_none(w.session.cosigned_by) ? RECONCILE_STATE_SIGNED : RECONCILE_STATE_SIGNED_FINAL;
    }
    status = work_end_as_is(&w, status, err);
    *out_is_settled = status == STATUS_OK && !is_another;
    return status;
}

enum status reconcile_amend(struct actor *actor, struct uid id, struct uid *out_new, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_RECONCILE, "reconcile.amend", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconciliation old;
    enum status status = reconciliation_get(actor->site->store, id, &old, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!reconcile_state_is_signed(old.state)) {
        status = error_set(err, STATUS_REFUSED, _("Only a signed list is amended."));
    }
    struct reconcile_begin what = {.patient = old.patient, .transition = old.transition, .encounter = old.encounter};
    if (status == STATUS_OK) {
        status = reconcile_start(actor, &what, out_new, err);
    }
    if (status == STATUS_OK) {
        struct reconcile_work w;
        status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.amend", *out_new, WANTS_OPEN_AND_HELD, err);
        if (status == STATUS_OK) {
            w.session.previous = id;
            status = work_end(&w, STATUS_OK, err);
        }
    }
    if (status == STATUS_OK) {
        status = reconcile_add_own(actor, *out_new, HISTORY_SOURCE_PREVIOUS, err);
        status = status == STATUS_NOT_FOUND ? STATUS_OK : status; /* a list without an entry is amended too */
    }
    reconciliation_release(&old);
    return status;
}
