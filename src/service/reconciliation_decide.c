/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions on lines, what could not be checked, and findings that are gone past. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "service/reconciliation_private.h"
#include "store/reconcile_store.h"

/* ---- one line ---- */

/* Copies what the person said; what matching found stays. */
static void take_decision(struct reconcile_item *to, const struct reconcile_item *from, const struct actor *actor)
{
    to->action = from->action;
    put_text(&to->reason, from->reason);
    put_text(&to->words, from->words);
    to->resume_rule = from->resume_rule;
    put_text(&to->resume_event, from->resume_event);
    to->due_on = from->due_on;
    to->owner = from->owner;
    put_text(&to->new_text, from->new_text);
    to->new_sig = from->new_sig;
    to->has_new_sig = from->has_new_sig;
    put_text(&to->new_drug, from->new_drug);
    put_text(&to->indication, from->indication);
    to->survivor = from->survivor;
    put_text(&to->since, from->since);
    to->prescriber_told = from->prescriber_told;
    bool is_taken_back = from->action == RECONCILE_ACTION_NONE_GIVEN;
    to->decided_by = is_taken_back ? UID_NONE : actor->user;
    to->decided_us = is_taken_back ? 0 : clock_now_us(actor->site->clock);
    put_text(&to->reopened, "");
}

/* The records of a work as a view, so that both ask the same questions. Borrowed. */
static struct reconcile_view view_of(const struct reconcile_work *w)
{
    return (struct reconcile_view){
        .session = w->session, .sources = w->sources, .lines = w->lines, .items = w->items, .discrepancies = w->discrepancies};
}

static int chart_lines(const struct reconcile_view *v, const struct reconcile_item *item)
{
    int count = 0;
    while (reconcile_line_of(v, item, true, count) != NULL) {
        count++;
    }
    return count;
}

/* What only the lines can tell. */
static enum status check_lines(const struct reconcile_work *w, const struct reconcile_item *item, struct error *err)
{
    struct reconcile_view v = view_of(w);
    enum reconcile_shape shape = reconcile_shape_of(&v, item);
    bool is_one_value = item->action == RECONCILE_ACTION_CHANGE || item->action == RECONCILE_ACTION_DUPLICATE;
    if (is_one_value && chart_lines(&v, item) > 1) {
        return error_set_field(err, STATUS_REFUSED, "action",
                               _("Several orders make up this dose. Part them first (key |), then decide each."));
    }
    if (item->action == RECONCILE_ACTION_ADD && item->kind == RECONCILE_KIND_MEDICATION && reconcile_item_differs(item) &&
        !item->has_new_sig) {
        return error_set_field(err, STATUS_INVALID, "new", _("The sources differ: type the directions that are right."));
    }
    if (item->action == RECONCILE_ACTION_DUPLICATE && uid_compare(item->survivor, item->id) == 0) {
        return error_set_field(err, STATUS_INVALID, "survivor", _("Choose another line: this one cannot stay for itself."));
    }
    if (item->action == RECONCILE_ACTION_DUPLICATE) {
        const struct reconcile_item *other = NULL;
        for (size_t i = 0; i < w->items.len; i++) {
            other = uid_compare(w->items.items[i].id, item->survivor) == 0 ? &w->items.items[i] : other;
        }
        if (other == NULL || other->kind != item->kind || other->action == RECONCILE_ACTION_DUPLICATE) {
            return error_set_field(err, STATUS_INVALID, "survivor",
                                   _("The line that stays is gone or a duplicate itself: choose another."));
        }
    }
    (void)shape; /* asked by reconcile_check_decision() */
    return STATUS_OK;
}

static struct reconcile_discrepancy *discrepancy_of(struct reconcile_work *w, struct uid item)
{
    for (size_t i = 0; i < w->discrepancies.len; i++) {
        if (uid_compare(w->discrepancies.items[i].item, item) == 0) {
            return &w->discrepancies.items[i];
        }
    }
    return NULL;
}

/* One record a line: written, rewritten, or taken away with the decision. */
static enum status record_discrepancy(struct reconcile_work *w, const struct reconcile_item *item,
                                      const struct reconcile_difference *difference, struct error *err)
{
    struct reconcile_view v = view_of(w);
    struct reconcile_discrepancy *now = discrepancy_of(w, item->id);
    enum discrepancy_type type = item->action == RECONCILE_ACTION_NONE_GIVEN
                                     ? DISCREPANCY_TYPE_NONE_GIVEN
                                     : reconcile_discrepancy_of(item, reconcile_shape_of(&v, item));
    if (item->kind != RECONCILE_KIND_MEDICATION || type == DISCREPANCY_TYPE_NONE_GIVEN) {
        return now != NULL ? reconcile_discrepancy_remove(w->site->store, w->session.patient, now, err) : STATUS_OK;
    }
    if (now == NULL) {
        MEM_GROW(&w->discrepancies);
        now = &w->discrepancies.items[w->discrepancies.len++];
        *now = (struct reconcile_discrepancy){.id = uid_new(w->site->clock), .item = item->id};
    }
    now->type = type;
    now->class_of = difference != NULL && difference->class_of != DISCREPANCY_CLASS_NONE_GIVEN ? difference->class_of
                                                                                               : DISCREPANCY_CLASS_UNKNOWN;
    now->harm = difference != NULL ? difference->harm : HARM_LEVEL_NONE_GIVEN;
    if (item->has_weekly_trap || item->is_tenfold) {
        now->harm = HARM_LEVEL_HIGH; /* clinical.md 4.B.12 */
    }
    now->found_by = w->act.actor->user;
    now->found_us = clock_now_us(w->site->clock);
    char *resolution = mem_format("%s%s%s", enum_label(ENUM_RECONCILE_ACTION, (int)item->action),
                                  item->words != NULL && item->words[0] != '\0' ? ": " : "", item->words != NULL ? item->words : "");
    put_text(&now->resolution, resolution);
    put_text(&now->contact_name, difference != NULL ? difference->contact_name : "");
    put_text(&now->contact_how, difference != NULL ? difference->contact_how : "");
    now->contact_us = difference != NULL ? difference->contact_us : 0;
    now->is_read_back = difference != NULL && difference->is_read_back;
    mem_free(resolution);
    return reconcile_discrepancy_put(w->site->store, w->session.id, w->session.patient, now, err);
}

static enum status decide(struct reconcile_work *w, const struct reconcile_item *decision, const struct reconcile_difference *difference,
                          struct error *err)
{
    struct reconcile_item *item = work_item(w, decision->id);
    if (item == NULL || item->ver != decision->ver) {
        return error_set(err, STATUS_STALE, _("This line changed meanwhile. Look at it again; nothing was saved."));
    }
    take_decision(item, decision, w->act.actor);
    if (item->action != RECONCILE_ACTION_NONE_GIVEN) {
        struct reconcile_view v = view_of(w);
        enum status status = reconcile_check_decision(
            item, reconcile_shape_of(&v, item), difference != NULL ? difference->class_of : DISCREPANCY_CLASS_NONE_GIVEN, err);
        if (status == STATUS_OK) {
            status = check_lines(w, item, err);
        }
        if (status != STATUS_OK) {
            return status;
        }
    }
    enum status status = reconcile_item_put(w->site->store, w->session.id, w->session.patient, item, &w->act.old_values,
                                            &w->act.new_values, err);
    return status == STATUS_OK ? record_discrepancy(w, item, difference, err) : status;
}

enum status reconcile_decide(struct actor *actor, struct uid id, const struct reconcile_item *decision,
                             const struct reconcile_difference *difference, struct error *err)
{
    struct reconcile_work w;
    enum status status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.decide", id, WANTS_OPEN_AND_HELD, err);
    return status == STATUS_OK ? work_end(&w, decide(&w, decision, difference, err), err) : status;
}

/* ---- many lines ---- */

enum status reconcile_accept_plain(struct actor *actor, struct uid id, int *out_count, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_RECONCILE, "reconcile.accept", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconcile_work w;
    struct reconcile_view *view = NULL;
    int count = 0;
    enum status status = view_read(actor, id, &view, err); /* the findings: read before, so that no lock is held while screening */
    if (status != STATUS_OK) {
        return status;
    }
    status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.accept", id, WANTS_OPEN_AND_HELD, err);
    for (size_t i = 0; status == STATUS_OK && i < view->items.len; i++) {
        const struct reconcile_item *seen = &view->items.items[i];
        struct reconcile_item *item = work_item(&w, seen->id);
        bool is_safe = reconcile_item_is_plain(seen) && reconcile_item_severity(view, i) > INTERACTION_TYPE_MAJOR &&
                       reconcile_shape_of(view, seen) == RECONCILE_BOTH;
        if (is_safe && item != NULL && item->ver == seen->ver) {
            struct reconcile_item decision = {.action = RECONCILE_ACTION_CONTINUE, .prescriber_told = -1};
            take_decision(item, &decision, actor);
            status = reconcile_item_put(w.site->store, w.session.id, w.session.patient, item, NULL, NULL, err);
            count++;
        }
        if (status != STATUS_OK) {
            status = work_end(&w, status, err);
            reconcile_view_free(view);
            return status;
        }
    }
    if (status == STATUS_OK) {
        status = work_end(&w, STATUS_OK, err);
    }
    if (status == STATUS_OK) {
        *out_count = count;
    }
    reconcile_view_free(view);
    return status;
}

enum status reconcile_split(struct actor *actor, struct uid id, struct uid item, struct error *err)
{
    struct reconcile_work w;
    int on_chart = 0;
    enum status status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.split", id, WANTS_OPEN_AND_HELD, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; status == STATUS_OK && i < w.lines.len; i++) {
        struct reconcile_line *line = &w.lines.items[i];
        bool is_of_it = uid_compare(line->item, item) == 0 && uid_is_none(line->source) && line->kind == RECONCILE_KIND_MEDICATION;
        if (is_of_it && on_chart++ > 0) { /* the first one keeps what the sources say */
            line->is_alone = true;
            status = reconcile_line_put(w.site->store, w.session.id, w.session.patient, line, err);
        }
    }
    if (status == STATUS_OK && on_chart < 2) {
        status = error_set(err, STATUS_REFUSED, _("There is one order only: nothing to part."));
    }
    return work_end(&w, status == STATUS_OK ? work_match(&w, NULL, err) : status, err);
}

/* ---- findings ---- */

enum status reconcile_acknowledge(struct actor *actor, struct uid id, const char *name, struct error *err)
{
    struct reconcile_work w;
    struct json_document *doc = NULL;
    struct json_writer out = {0};
    enum status status = work_begin(&w, actor, PERMISSION_RECONCILE_SIGN, "reconcile.acknowledge", id, WANTS_OPEN_AND_HELD, err);
    if (status != STATUS_OK) {
        return status;
    }
    const char *before = w.session.acknowledged;
    json_begin_array(&out);
    if (before[0] != '\0' && json_parse(before, strlen(before), &JSON_LIMITS_DEFAULT, 1, &doc, err) == STATUS_OK) {
        for (const struct json *at = json_first(json_root(doc)); at != NULL; at = json_next(at)) {
            json_write_string(&out, json_string(at));
        }
    }
    json_write_string(&out, name);
    json_end_array(&out);
    put_text(&w.session.acknowledged, out.out.bytes);
    json_free(doc);
    json_writer_release(&out);
    return work_end(&w, STATUS_OK, err);
}

/* What needs no answer counts as settled, so that only the rest is asked. */
struct proposal *reconcile_proposal_new(const struct actor *actor, const struct reconcile_view *v)
{
    struct proposal *p = mem_alloc(sizeof *p);
    p->order.patient = v->patient.id;
    p->order.id = v->session.id; /* the words of a change */
    p->screening = v->screening;
    p->result = v->findings;
    p->is_settled = mem_alloc_array((size_t)v->findings->finding_count + 1, sizeof *p->is_settled);
    for (int i = 0; i < v->findings->finding_count; i++) {
        p->is_settled[i] = true;
    }
    for (size_t g = 0; g < v->guard_count; g++) {
        int finding = v->guards[g].finding;
        if (finding >= 0) {
            p->is_settled[finding] = false;
            p->interrupting++;
            p->needs_second_role = p->needs_second_role ||
                                   (v->findings->findings[finding].severity == INTERACTION_TYPE_CONTRAINDICATED &&
                                    !actor_may(actor, PERMISSION_OVERRIDE_CONTRAINDICATED));
        }
    }
    return p;
}

void reconcile_proposal_free(struct proposal *p)
{
    if (p != NULL) {
        mem_free(p->is_settled); /* the rest is the view's */
        mem_free(p);
    }
}

enum status reconcile_override(struct actor *actor, struct uid id, const struct proposal *shown, const struct finding_answer *answers,
                               size_t count, const struct witness *second, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_OVERRIDE_MAJOR, "reconcile.override", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconcile_work w;
    enum status status = proposal_check_answers(actor, shown, answers, count, second, err);
    if (status == STATUS_OK) {
        status = work_begin(&w, actor, PERMISSION_OVERRIDE_MAJOR, "reconcile.override", id, WANTS_ANY, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    w.act.risk = RISK_LEVEL_HIGH;
    return work_end_as_is(&w, proposal_decide(actor, shown, answers, count, second, UID_NONE, err), err);
}
