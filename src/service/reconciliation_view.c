/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session as one picture: the records, the list that results, what the safety engine says of it, and what still stands in
 * the way of a signature (clinical.md 4.A.6). */
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "safety/med_match.h"
#include "service/reconciliation_private.h"
#include "service/screening.h"
#include "store/chart_store.h"
#include "store/decision_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"
#include "store/reconcile_store.h"

void reconcile_view_free(struct reconcile_view *v)
{
    if (v == NULL) {
        return;
    }
    reconciliation_release(&v->session);
    reconcile_source_list_release(&v->sources);
    reconcile_line_list_release(&v->lines);
    reconcile_item_list_release(&v->items);
    reconcile_discrepancy_list_release(&v->discrepancies);
    screen_request_free(v->screening);
    mem_free(v->findings);
    mem_free(v->is_settled);
    mem_free(v->result.items); /* the orders are the entries' */
    for (size_t i = 0; i < v->entry_count; i++) {
        order_release(&v->entries[i].order);
    }
    mem_free(v->entries);
    for (size_t i = 0; i < v->guard_count; i++) {
        mem_free(v->guards[i].text);
        mem_free(v->guards[i].name);
    }
    mem_free(v->guards);
    patient_release(&v->patient);
    allergy_list_release(&v->allergies);
    condition_list_release(&v->conditions);
    order_list_release(&v->orders);
    mem_free(v->holder_name);
    mem_free(v->rival_text);
    mem_free(v);
}

/* ---- looking into a view ---- */

const struct reconcile_line *reconcile_line_of(const struct reconcile_view *v, const struct reconcile_item *item, bool is_chart,
                                               int n)
{
    for (size_t i = 0; i < v->lines.len; i++) {
        const struct reconcile_line *line = &v->lines.items[i];
        if (uid_compare(line->item, item->id) == 0 && uid_is_none(line->source) == is_chart && n-- == 0) {
            return line;
        }
    }
    return NULL;
}

enum reconcile_shape reconcile_shape_of(const struct reconcile_view *v, const struct reconcile_item *item)
{
    bool has_chart = reconcile_line_of(v, item, true, 0) != NULL, has_home = reconcile_line_of(v, item, false, 0) != NULL;
    return has_chart && has_home ? RECONCILE_BOTH : has_chart ? RECONCILE_CHART_ONLY : RECONCILE_HOME_ONLY;
}

const struct reconcile_source *reconcile_source_of(const struct reconcile_view *v, struct uid source)
{
    for (size_t i = 0; i < v->sources.len; i++) {
        if (uid_compare(v->sources.items[i].id, source) == 0) {
            return &v->sources.items[i];
        }
    }
    return NULL;
}

char *reconcile_line_text(const struct reconcile_line *line)
{
    char words[SIG_TEXT_MAX];
    if (line->kind != RECONCILE_KIND_MEDICATION) {
        const char *more = line->directions != NULL ? line->directions : "";
        return mem_format("%s%s%s", line->text, more[0] != '\0' ? ": " : "", more);
    }
    struct order order = {.drug_text = line->text, .strength = line->strength, .dosage_form = line->dosage_form};
    struct sig sig = line_sig(line);
    char *drug = order_display_drug(&order);
    const char *directions = sig_format(&sig, words);
    directions = directions[0] != '\0' ? directions : line->directions != NULL ? line->directions : "";
    char *text = mem_format("%s%s%s", drug, directions[0] != '\0' ? "  " : "", directions);
    mem_free(drug);
    return text;
}

char *reconcile_differences_text(const struct reconcile_item *item)
{
    struct buffer out = BUFFER_INIT;
    for (const char *at = item->differences != NULL ? item->differences : ""; *at != '\0';) {
        size_t len = strcspn(at, " ");
        for (int bit = 0; bit < MATCH_DIFFERENCE_COUNT; bit++) {
            const char *word = match_difference_word(bit);
            if (strlen(word) == len && strncmp(word, at, len) == 0) {
                buffer_append_format(&out, "%s%s", out.len > 0 ? ", " : "", match_difference_label(bit));
            }
        }
        at += len + (at[len] == ' ');
    }
    return buffer_take(&out);
}

/* ---- the list that results ---- */

static struct reconcile_entry *add_entry(struct reconcile_view *v)
{
    v->entries = mem_resize_array(v->entries, v->entry_count + 1, sizeof *v->entries);
    struct reconcile_entry *entry = &v->entries[v->entry_count++];
    *entry = (struct reconcile_entry){.item = SIZE_MAX};
    return entry;
}

static size_t item_index(const struct reconcile_view *v, struct uid id)
{
    for (size_t i = 0; i < v->items.len; i++) {
        if (uid_compare(v->items.items[i].id, id) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

static const struct reconcile_line *line_of_order(const struct reconcile_view *v, struct uid order)
{
    for (size_t i = 0; i < v->lines.len; i++) {
        const struct reconcile_line *line = &v->lines.items[i];
        if (uid_is_none(line->source) && line->kind == RECONCILE_KIND_MEDICATION && uid_compare(line->record, order) == 0) {
            return line;
        }
    }
    return NULL;
}

static void stop_order(struct order *order, int64_t now_us)
{
    order->status = MEDICATION_STATUS_STOPPED;
    order->stop_us = now_us;
}

static void give_new_value(struct order *order, const struct reconcile_item *item)
{
    enum route route = item->new_sig.route != ROUTE_NONE_GIVEN ? item->new_sig.route : order->sig.route;
    order->sig = item->new_sig;
    order->sig.route = route;
    put_text(&order->directions, "");
}

/* What a decision makes of an order of the chart. */
static enum reconcile_effect change_order(const struct reconcile_view *v, const struct reconcile_item *item, struct order *order,
                                          int64_t now_us)
{
    switch (item->action) {
    case RECONCILE_ACTION_CONTINUE:
        if (order->status == MEDICATION_STATUS_ON_HOLD && v->session.transition == RECONCILE_TRANSITION_DISCHARGE) {
            order->status = MEDICATION_STATUS_ACTIVE;
            return EFFECT_RESUME;
        }
        return EFFECT_NONE;
    case RECONCILE_ACTION_CHANGE:
        give_new_value(order, item);
        order->status = MEDICATION_STATUS_ACTIVE;
        return EFFECT_CHANGE;
    case RECONCILE_ACTION_HOLD:
        if (order->status == MEDICATION_STATUS_ON_HOLD) {
            return EFFECT_NONE;
        }
        order->status = MEDICATION_STATUS_ON_HOLD;
        return EFFECT_HOLD;
    case RECONCILE_ACTION_STOP:
    case RECONCILE_ACTION_SUBSTITUTE:
    case RECONCILE_ACTION_DUPLICATE:
    case RECONCILE_ACTION_NOT_TAKING:
        stop_order(order, now_us);
        return EFFECT_STOP;
    case RECONCILE_ACTION_ADD:
    case RECONCILE_ACTION_UNABLE:
    case RECONCILE_ACTION_DEFER:
    case RECONCILE_ACTION_NONE_GIVEN:
    case RECONCILE_ACTION_COUNT:
        break;
    }
    return EFFECT_NONE;
}

static char *text_or_empty(const char *text)
{
    return mem_copy_text(text != NULL ? text : "");
}

/* An order made of what is said about a medicine that is taken at home. */
static void order_of_line(const struct actor *actor, const struct reconcile_view *v, const struct reconcile_line *line,
                          struct order *out)
{
    const struct site *site = actor->site;
    int64_t now_us = clock_now_us(site->clock);
    *out = (struct order){
        .patient = v->patient.id,
        .action = ORDER_ACTION_START,
        .status = MEDICATION_STATUS_ACTIVE,
        .drug_text = text_or_empty(line->text),
        .ingredients = text_or_empty(line->ingredients),
        .code_system = text_or_empty(line->code_system),
        .code = text_or_empty(line->code),
        .strength = text_or_empty(line->strength),
        .dosage_form = text_or_empty(line->dosage_form),
        .sig = line_sig(line),
        .indication = text_or_empty(line->indication),
        .source = ORDER_SOURCE_WRITTEN,
        .verification = VERIFICATION_UNVERIFIED,
        .prescriber_name = mem_copy_text(""),
        .prescription_number = mem_copy_text(""),
        .start_us = now_us,
        .reason = mem_copy_text("reconciled"),
        .original = text_or_empty(line->directions),
        .recorded_at_us = now_us,
        .zone = mem_copy_text(site->row.zone),
    };
    bool is_structured = out->sig.kind != SCHEDULE_KIND_UNSTRUCTURED;
    out->directions = text_or_empty(is_structured ? "" : line->directions);
}

/* The substitute, as it was typed. */
static void order_of_new_drug(const struct actor *actor, const struct reconcile_view *v, const struct reconcile_item *item,
                              struct order *out)
{
    struct reconcile_line line = {.kind = RECONCILE_KIND_MEDICATION, .text = item->new_drug, .sig = item->new_sig,
                                  .indication = item->indication};
    struct drug_identity identity;
    line_identify(actor->site, &line, &identity);
    line.ingredients = identity_keys(actor->site->knowledge, &identity);
    order_of_line(actor, v, &line, out);
    if (out->sig.route == ROUTE_NONE_GIVEN && identity.ingredient_count > 0) {
        out->sig.route = identity.route != ROUTE_NONE_GIVEN ? identity.route
                                                            : knowledge_usual_route(actor->site->knowledge, identity.ingredients[0]);
    }
    mem_free(line.ingredients);
}

static int rank_of(const struct reconcile_source *source)
{
    return source == NULL                                     ? 0
           : source->reliability == RELIABILITY_VERIFIED  ? 3
           : source->reliability == RELIABILITY_STATED    ? 2
           : source->reliability == RELIABILITY_UNCERTAIN ? 1
                                                          : 0;
}

/* Of several sources the surest one speaks, the later of two that are as sure. */
static struct uid speaking_source(const struct reconcile_view *v, const struct reconcile_item *item)
{
    const struct reconcile_line *line, *best = NULL;
    for (int n = 0; (line = reconcile_line_of(v, item, false, n)) != NULL; n++) {
        if (best == NULL || rank_of(reconcile_source_of(v, line->source)) >= rank_of(reconcile_source_of(v, best->source))) {
            best = line;
        }
    }
    return best != NULL ? best->source : UID_NONE;
}

static void add_home_entries(const struct actor *actor, struct reconcile_view *v, size_t at)
{
    const struct reconcile_item *item = &v->items.items[at];
    struct uid source = speaking_source(v, item);
    const struct reconcile_line *line;
    bool makes_order = item->action == RECONCILE_ACTION_ADD || item->action == RECONCILE_ACTION_HOLD;
    bool is_unsettled = item->action == RECONCILE_ACTION_NONE_GIVEN || item->action == RECONCILE_ACTION_UNABLE ||
                        item->action == RECONCILE_ACTION_DEFER;
    bool is_first = true;
    for (int n = 0; (makes_order || is_unsettled) && (line = reconcile_line_of(v, item, false, n)) != NULL; n++) {
        if (uid_compare(line->source, source) != 0 || (is_unsettled && line->taking == TAKING_NOT) ||
            (item->has_new_sig && !is_first)) {
            continue;
        }
        struct reconcile_entry *entry = add_entry(v);
        entry->item = at;
        entry->line = line->id;
        entry->effect = makes_order ? EFFECT_NEW : EFFECT_LISTED;
        order_of_line(actor, v, line, &entry->order);
        if (item->has_new_sig) {
            give_new_value(&entry->order, item);
        }
        if (item->indication != NULL && item->indication[0] != '\0') {
            put_text(&entry->order.indication, item->indication);
        }
        entry->order.status = item->action == RECONCILE_ACTION_HOLD ? MEDICATION_STATUS_ON_HOLD : MEDICATION_STATUS_ACTIVE;
        entry->order.id = makes_order ? UID_NONE : line->id;
        is_first = false;
    }
}

static void build_entries(const struct actor *actor, struct reconcile_view *v)
{
    int64_t now_us = clock_now_us(actor->site->clock);
    for (size_t i = 0; i < v->orders.len; i++) {
        const struct order *order = &v->orders.items[i];
        const struct reconcile_line *line = order_is_current(order) ? line_of_order(v, order->id) : NULL;
        struct reconcile_entry *entry = add_entry(v);
        order_copy(order, &entry->order);
        if (line != NULL) {
            entry->item = item_index(v, line->item);
            entry->line = line->id;
        }
        if (entry->item != SIZE_MAX) {
            entry->effect = change_order(v, &v->items.items[entry->item], &entry->order, now_us);
        }
    }
    for (size_t i = 0; i < v->items.len; i++) {
        const struct reconcile_item *item = &v->items.items[i];
        if (item->kind != RECONCILE_KIND_MEDICATION) {
            continue;
        }
        if (item->action == RECONCILE_ACTION_SUBSTITUTE && item->new_drug != NULL && item->new_drug[0] != '\0') {
            struct reconcile_entry *entry = add_entry(v);
            entry->item = i;
            entry->effect = EFFECT_NEW;
            order_of_new_drug(actor, v, item, &entry->order);
        } else if (reconcile_shape_of(v, item) == RECONCILE_HOME_ONLY) {
            add_home_entries(actor, v, i);
        }
    }
}

static bool is_settled(const struct decision_list *decisions, enum role role, const char *fingerprint)
{
    for (size_t i = 0; i < decisions->len; i++) {
        if (decisions->items[i].role == role && strcmp(decisions->items[i].fingerprint, fingerprint) == 0) {
            return true;
        }
    }
    return false;
}

void view_result(const struct actor *actor, struct reconcile_view *v, const struct decision_list *decisions)
{
    const struct site *site = actor->site;
    build_entries(actor, v);
    v->result.items = mem_alloc_array(v->entry_count + 1, sizeof *v->result.items);
    v->result.len = v->result.cap = v->entry_count;
    for (size_t i = 0; i < v->entry_count; i++) {
        v->result.items[i] = v->entries[i].order; /* borrows */
    }
    v->screening = screen_request_new(site->knowledge, &v->patient, &v->result, &v->allergies, &v->conditions, NULL, UID_NONE,
                                      site_today(site), clock_now_us(site->clock));
    screen_request_date(v->screening, site);
    v->findings = mem_alloc(sizeof *v->findings);
    screen(site->knowledge, &v->screening->input, v->findings);
    v->is_settled = mem_alloc_array((size_t)v->findings->finding_count + 1, sizeof *v->is_settled);
    for (int i = 0; i < v->findings->finding_count; i++) {
        char text[17];
        uint64_t print = finding_fingerprint(site->knowledge, &v->screening->input, &v->findings->findings[i]);
        (void)snprintf(text, sizeof text, "%016llx", (unsigned long long)print); /* fits */
        v->is_settled[i] = is_settled(decisions, actor->role, text);
    }
}

/* The screened drugs are the entries that take part, in their order; found again by the address of the drug's text. */
size_t view_entry_of_drug(const struct reconcile_view *v, int drug)
{
    const char *text = v->screening->input.drugs[drug].text;
    for (size_t i = 0; i < v->entry_count; i++) {
        if (v->entries[i].order.drug_text == text) {
            return i;
        }
    }
    return SIZE_MAX;
}

enum interaction_type reconcile_item_severity(const struct reconcile_view *v, size_t item)
{
    enum interaction_type worst = INTERACTION_TYPE_NONE;
    for (int i = 0; i < v->findings->finding_count; i++) {
        const struct screen_finding *f = &v->findings->findings[i];
        for (int d = 0; d < f->drug_count; d++) {
            size_t entry = view_entry_of_drug(v, f->drugs[d]);
            if (entry != SIZE_MAX && v->entries[entry].item == item && f->severity < worst) {
                worst = f->severity;
            }
        }
    }
    return worst;
}

enum reconcile_state view_state(const struct reconcile_view *v)
{
    bool is_checking = v->session.state == RECONCILE_STATE_CHECKING || v->session.state == RECONCILE_STATE_COMPARING;
    return is_checking && v->undecided == 0 ? (v->guard_count == 0 ? RECONCILE_STATE_READY : RECONCILE_STATE_CHECKING)
                                            : v->session.state;
}

/* ---- reading ---- */

static enum status read_parts(struct store *store, struct uid id, struct reconcile_view *v, struct error *err)
{
    enum status status = reconciliation_get(store, id, &v->session, err);
    if (status == STATUS_OK) {
        status = reconcile_source_list_get(store, id, &v->sources, err);
    }
    if (status == STATUS_OK) {
        status = reconcile_line_list_get(store, id, &v->lines, err);
    }
    if (status == STATUS_OK) {
        status = reconcile_item_list_get(store, id, &v->items, err);
    }
    return status == STATUS_OK ? reconcile_discrepancy_list_get(store, id, &v->discrepancies, err) : status;
}

static enum status read_chart(const struct site *site, struct reconcile_view *v, struct decision_list *decisions, struct error *err)
{
    struct uid patient = v->session.patient;
    int64_t now_us = clock_now_us(site->clock);
    enum status status = person_get(site->store, patient, &v->patient, err);
    if (status == STATUS_OK) {
        status = allergy_list_get(site->store, patient, false, &v->allergies, err);
    }
    if (status == STATUS_OK) {
        status = condition_list_get(site->store, patient, false, &v->conditions, err);
    }
    if (status == STATUS_OK) {
        status = order_list_get(site->store, patient, screen_orders_since_us(site->knowledge, now_us), &v->orders, err);
    }
    return status == STATUS_OK ? decision_list_get(site->store, patient, now_us, decisions, err) : status;
}

/* Two devices that never met may both have begun: the second one to look is told. */
static enum status find_rival(struct site *site, struct reconcile_view *v, struct error *err)
{
    struct reconciliation_list list = {0};
    enum status status = reconciliation_list_get(site->store, v->session.patient, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len && uid_is_none(v->rival); i++) {
        const struct reconciliation *other = &list.items[i];
        bool is_rival = uid_compare(other->id, v->session.id) != 0 && other->state != RECONCILE_STATE_NOT_STARTED &&
                        (reconcile_state_is_open(other->state) || other->state == RECONCILE_STATE_COSIGN);
        if (is_rival) {
            char *name = NULL;
            struct local_time at = zone_local(site->zone, other->started_us);
            char day[DATE_TEXT_MAX];
            if (person_name(site->store, other->started_by, &name, NULL) != STATUS_OK) {
                name = mem_copy_text(_("Somebody of another site"));
            }
            v->rival = other->id;
            v->rival_text = mem_format(_("%s began another reconciliation of this patient on %s at %02d:%02d"), name,
                                       date_format_human(at.date, day), at.hour, at.minute);
            mem_free(name);
        }
    }
    reconciliation_list_release(&list);
    return status;
}

enum status view_read(struct actor *actor, struct uid id, struct reconcile_view **out, struct error *err)
{
    struct site *site = actor->site;
    struct reconcile_view *v = mem_alloc(sizeof *v);
    struct decision_list decisions = {0};
    enum status status = store_read_begin(site->store, err);
    if (status != STATUS_OK) {
        mem_free(v);
        return status;
    }
    status = read_parts(site->store, id, v, err);
    if (status == STATUS_OK) {
        status = read_chart(site, v, &decisions, err);
    }
    bool is_open = status == STATUS_OK && reconcile_state_is_open(v->session.state);
    if (is_open) {
        status = find_rival(site, v, err);
    }
    if (status == STATUS_OK && !uid_is_none(v->session.holder) &&
        person_name(site->store, v->session.holder, &v->holder_name, NULL) != STATUS_OK) {
        v->holder_name = mem_copy_text(""); /* of another site */
    }
    store_read_end(site->store);
    if (status == STATUS_OK) {
        v->may_write = is_open && actor_may(actor, PERMISSION_RECONCILE) &&
                       (uid_is_none(v->session.holder) || uid_compare(v->session.holder, actor->user) == 0);
        v->needs_match = is_open && work_is_stale(&v->lines, &v->orders);
        view_result(actor, v, &decisions);
        if (is_open || v->session.state == RECONCILE_STATE_COSIGN) {
            view_guards(actor, v);
            status = view_guards_leaving(actor, v, err);
        }
    }
    if (status == STATUS_OK) {
        *out = v;
    } else {
        reconcile_view_free(v);
    }
    decision_list_release(&decisions);
    return status;
}
