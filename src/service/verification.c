/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/verification.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "safety/finding_text.h"
#include "service/act.h"
#include "service/restrictions.h"
#include "service/screening.h"
#include "store/order_store.h"
#include "store/patient_store.h"

enum { SHOWN_MAX = 200, NOTE_MAX_BYTES = 1000, NAME_MAX_BYTES = 120 };

/* ---- the queue ---- */

void verify_list_release(struct verify_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        struct verify_item *v = &list->items[i];
        mem_free(v->patient_name);
        mem_free(v->mrn);
        mem_free(v->drug);
        mem_free(v->directions);
        mem_free(v->prescriber);
        mem_free(v->note);
    }
    mem_free(list->items);
    *list = (struct verify_list){0};
}

static enum status fill_item(struct site *site, const struct order *order, struct verify_item *out, struct error *err)
{
    struct patient patient = {0};
    struct order_review_list reviews = {0};
    char words[SIG_TEXT_MAX];
    enum status status = patient_get(site->store, order->patient, &patient, err);
    if (status == STATUS_OK) {
        status = order_review_list_of(site->store, order->id, &reviews, err);
    }
    if (status == STATUS_OK) {
        const char *directions = sig_format(&order->sig, words);
        *out = (struct verify_item){
            .patient = order->patient,
            .order = order->id,
            .version = order->version,
            .state = order->verification,
            .patient_name = patient_display_name(&patient),
            .mrn = mem_copy_text(patient.mrn),
            .drug = order_display_drug(order),
            .directions = mem_copy_text(directions[0] != '\0' ? directions : order->directions),
            .prescriber = mem_copy_text(order->prescriber_name != NULL ? order->prescriber_name : ""),
            .note = mem_copy_text(reviews.len > 0 ? reviews.items[0].note : ""),
            .first_due_us = order->first_due_us,
            .is_urgent = order->status == MEDICATION_STATUS_ACTIVE &&
                         order->first_due_us < clock_now_us(site->clock) + US_PER_HOUR,
            .is_on_hold = order->status == MEDICATION_STATUS_ON_HOLD,
        };
    }
    order_review_list_release(&reviews);
    patient_release(&patient);
    return status;
}

enum status verify_list_refresh(struct actor *actor, bool for_prescriber, struct verify_list *out, struct error *err)
{
    struct order_list orders = {0};
    struct verify_list list = {0};
    struct restriction_memo memo = {.is_known = false};
    enum status status = act_permit(actor, for_prescriber ? PERMISSION_ORDER_WRITE : PERMISSION_ORDER_VERIFY, "order.verify_list", err);
    if (status != STATUS_OK) {
        return status;
    }
    status = order_list_to_verify(actor->site->store, SHOWN_MAX + 1, &orders, err);
    for (size_t i = 0; status == STATUS_OK && i < orders.len; i++) {
        struct verify_item item;
        if (for_prescriber && orders.items[i].verification == VERIFICATION_UNVERIFIED) {
            continue;
        }
        if (list.len == SHOWN_MAX) {
            list.is_cut = true;
            break;
        }
        status = fill_item(actor->site, &orders.items[i], &item, err);
        if (status == STATUS_OK) {
            MEM_GROW(&list);
            (void)restriction_cover(actor, item.patient, &memo, (char **[]){&item.drug, &item.directions, &item.note, NULL});
            list.items[list.len++] = item;
            list.urgent_count += item.is_urgent;
        }
    }
    order_list_release(&orders);
    if (status != STATUS_OK) {
        verify_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status verify_list_get(struct actor *actor, bool for_prescriber, struct verify_list *out, struct error *err)
{
    struct act act = ACT(actor, for_prescriber ? PERMISSION_ORDER_WRITE : PERMISSION_ORDER_VERIFY, "order.verify_list",
                         "user_medications", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? verify_list_refresh(actor, for_prescriber, out, err) : status;
}

/* ---- one order ---- */

static void add_line(struct verification_view *v, const char *label, char *before, char *now)
{
    if (before[0] == '\0' && now[0] == '\0') {
        mem_free(before);
        mem_free(now);
        return;
    }
    v->lines[v->line_count++] = (struct order_difference){label, before, now, v->has_before && strcmp(before, now) != 0};
}

static char *text_or(const char *text)
{
    return mem_copy_text(text != NULL ? text : "");
}

static char *number_or(int number)
{
    return number > 0 ? mem_format("%d", number) : mem_copy_text("");
}

static char *when_or(const struct zone *zone, int64_t at_us)
{
    char day[DATE_TEXT_MAX];
    if (at_us == 0) {
        return mem_copy_text("");
    }
    struct local_time at = zone_local(zone, at_us);
    return mem_format("%s %02d:%02d", date_format_human(at.date, day), at.hour, at.minute);
}

static char *drug_of(const struct order *o)
{
    return o->id.bytes[0] == 0 && o->drug_text == NULL ? mem_copy_text("") : order_display_drug(o);
}

static char *directions_of(const struct order *o)
{
    char words[SIG_TEXT_MAX];
    const char *text = sig_format(&o->sig, words);
    return mem_copy_text(text[0] != '\0' ? text : o->directions != NULL ? o->directions : "");
}

static char *written_of(const struct order *o)
{
    char words[SIG_TEXT_MAX];
    return sig_format(&o->sig, words)[0] != '\0' ? text_or(o->directions) : mem_copy_text("");
}

static void compare(struct verification_view *v, const struct zone *zone, const struct order *before, const struct order *now)
{
    add_line(v, N_("Drug"), drug_of(before), drug_of(now));
    add_line(v, N_("Directions"), v->has_before ? directions_of(before) : mem_copy_text(""), directions_of(now));
    add_line(v, N_("Written"), written_of(before), written_of(now));
    add_line(v, N_("Indication"), text_or(before->indication), text_or(now->indication));
    add_line(v, N_("Quantity"), number_or(before->quantity), number_or(now->quantity));
    add_line(v, N_("Refills"), number_or(before->refills), number_or(now->refills));
    add_line(v, N_("Starts"), when_or(zone, before->start_us), when_or(zone, now->start_us));
    add_line(v, N_("Ends"), when_or(zone, before->stop_us), when_or(zone, now->stop_us));
    add_line(v, N_("Prescriber"), text_or(before->prescriber_name), text_or(now->prescriber_name));
    add_line(v, N_("Why changed"), mem_copy_text(""), v->has_before ? text_or(now->reason) : mem_copy_text(""));
}

static enum status read_reviews(struct site *site, struct verification_view *v, struct error *err)
{
    enum status status = order_review_list_of(site->store, v->order.id, &v->reviews, err);
    v->reviewers = mem_alloc_array(v->reviews.len + 1, sizeof *v->reviewers);
    for (size_t i = 0; status == STATUS_OK && i < v->reviews.len; i++) {
        status = person_name(site->store, v->reviews.items[i].reviewed_by, &v->reviewers[i], err);
    }
    return status;
}

enum status verification_look(struct actor *actor, const struct chart *chart, struct uid order, struct verification_view *out,
                              struct error *err)
{
    struct verification_view v = {0};
    struct order before = {0};
    enum status status = act_permit(actor, PERMISSION_CLINICAL_READ, "order.verify_look", err);
    if (status != STATUS_OK) {
        return status;
    }
    status = order_get(actor->site->store, order, &v.order, err);
    if (status == STATUS_OK && !order_is_current(&v.order)) {
        status = error_set(err, STATUS_STALE, _("This order has ended meanwhile; there is nothing to verify."));
    }
    if (status == STATUS_OK && !uid_is_none(v.order.parent)) {
        status = order_get_version(actor->site->store, v.order.parent, &before, err);
        v.has_before = status == STATUS_OK;
    }
    if (status == STATUS_OK) {
        status = read_reviews(actor->site, &v, err);
    }
    if (status == STATUS_OK) {
        compare(&v, actor->site->zone, &before, &v.order);
        v.proposal = order_preview(actor, chart, &v.order);
        *out = v;
    } else {
        verification_view_release(&v);
    }
    order_release(&before);
    return status;
}

void verification_view_release(struct verification_view *v)
{
    proposal_free(v->proposal);
    for (int i = 0; i < v->line_count; i++) {
        mem_free(v->lines[i].before);
        mem_free(v->lines[i].now);
    }
    for (size_t i = 0; v->reviewers != NULL && i < v->reviews.len; i++) {
        mem_free(v->reviewers[i]);
    }
    mem_free(v->reviewers);
    order_review_list_release(&v->reviews);
    order_release(&v->order);
    *v = (struct verification_view){0};
}

int verification_open_findings(const struct proposal *p)
{
    int open = 0;
    for (int i = 0; i < p->result->finding_count; i++) {
        open += proposal_needs_decision(p, i) && p->travelled[i] == NULL;
    }
    return open;
}

/* ---- a word on it ---- */

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " ")] == '\0';
}

static enum status check_word(const struct verification_word *w, const struct proposal *p, struct error *err)
{
    bool is_called = !is_blank(w->spoke_to);
    if (w->outcome == VERIFICATION_NONE_GIVEN) {
        return error_set_field(err, STATUS_INVALID, "outcome", _("Say verified, to clarify or rejected."));
    }
    if (w->outcome != VERIFICATION_VERIFIED && is_blank(w->note)) {
        return error_set_field(err, STATUS_REFUSED, "note",
                               _("Say what is wrong or what is asked, so that the prescriber can answer."));
    }
    if (is_called && is_blank(w->note)) {
        return error_set_field(err, STATUS_REFUSED, "note", _("Say what %.60s said."), w->spoke_to);
    }
    if (is_called && !w->is_read_back) {
        return error_set_field(err, STATUS_REFUSED, "read_back",
                               _("Read back what %.60s said, then say that it was read back."), w->spoke_to);
    }
    if (w->outcome == VERIFICATION_VERIFIED && p->result->incomplete_count > 0 && !w->is_unchecked_seen) {
        return error_set_field(err, STATUS_REFUSED, "unchecked",
                               ngettext("%d thing could not be checked. Look at it by hand and say so, or ask the prescriber.",
                                        "%d things could not be checked. Look at them by hand and say so, or ask the prescriber.",
                                        (unsigned long)p->result->incomplete_count),
                               p->result->incomplete_count);
    }
    return STATUS_OK;
}

static bool is_answered(const struct verification_word *w, int finding)
{
    for (size_t i = 0; i < w->answer_count; i++) {
        if (w->answers[i].finding == finding) {
            return true;
        }
    }
    return false;
}

/* Every finding that interrupts was decided on by whoever ordered, or is decided on now. */
static enum status check_findings(const struct actor *actor, const struct proposal *p, const struct verification_word *w,
                                  struct error *err)
{
    for (int i = 0; i < p->result->finding_count; i++) {
        const struct screen_finding *f = &p->result->findings[i];
        if (proposal_needs_decision(p, i) && p->travelled[i] == NULL && !is_answered(w, i)) {
            char effect[FINDING_TEXT_MAX];
            return error_set_field(err, STATUS_REFUSED, "outcome",
                                   _("There is a %s finding that nobody has decided on: %.200s Decide on it, or ask the prescriber."),
                                   enum_label(ENUM_INTERACTION_TYPE, (int)f->severity),
                                   finding_effect(actor->site->knowledge, &p->screening->input, f, effect));
        }
    }
    if (w->answer_count == 0) {
        return STATUS_OK;
    }
    return proposal_check_answers(actor, p, w->answers, w->answer_count, w->second, err);
}

/* The order as it was looked at, on a chart on which nothing new interrupts. */
static enum status check_now(struct actor *actor, const struct proposal *p, const struct verification_word *w,
                             struct order *out_now, struct error *err)
{
    enum status status = order_get(actor->site->store, p->order.id, out_now, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (uid_compare(out_now->version, p->order.version) != 0 || !order_is_current(out_now)) {
        return error_set(err, STATUS_STALE, _("This order was changed or ended meanwhile. Look at it again."));
    }
    if (w->outcome == VERIFICATION_UNVERIFIED && out_now->verification != VERIFICATION_CLARIFY &&
        out_now->verification != VERIFICATION_REJECTED) {
        return error_set(err, STATUS_REFUSED, _("Nobody asked anything about this order."));
    }
    return w->outcome == VERIFICATION_VERIFIED ? proposal_recheck(actor, p, err) : STATUS_OK;
}

static char *clean(const char *text, size_t max_bytes)
{
    return text != NULL ? text_clean(text, strlen(text), max_bytes, TEXT_LINE, NULL) : mem_copy_text("");
}

static enum status write(struct act *act, const struct proposal *p, const struct verification_word *w, const struct order *now,
                         struct error *err)
{
    struct actor *actor = act->actor;
    struct order_review review = {
        .id = uid_new(actor->site->clock),
        .patient = now->patient,
        .order = now->id,
        .version = now->version,
        .outcome = w->outcome,
        .note = clean(w->note, NOTE_MAX_BYTES),
        .spoke_to = clean(w->spoke_to, NAME_MAX_BYTES),
        .is_read_back = w->is_read_back && !is_blank(w->spoke_to),
        .is_unchecked_seen = w->is_unchecked_seen,
        .reviewed_by = actor->user,
        .reviewed_us = clock_now_us(actor->site->clock),
    };
    act->record = review.id;
    enum status status = order_review_insert(actor->site->store, &review, &act->new_values, err);
    if (status == STATUS_OK) {
        status = order_set_verification(actor->site->store, now, w->outcome, NULL, NULL, err);
    }
    if (status == STATUS_OK && w->outcome == VERIFICATION_VERIFIED && w->answer_count > 0) {
        status = proposal_decide(actor, p, w->answers, w->answer_count, w->second, now->id, err);
    }
    order_review_release(&review);
    return status;
}

enum status order_verify(struct actor *actor, const struct proposal *p, const struct verification_word *w, struct error *err)
{
    bool is_answer = w->outcome == VERIFICATION_UNVERIFIED;
    struct act act = ACT(actor, is_answer ? PERMISSION_ORDER_WRITE : PERMISSION_ORDER_VERIFY,
                         is_answer ? "order.answer" : "order.verify", "order_reviews", p->order.patient);
    struct order now = {0};
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK) {
        status = check_word(w, p, err);
    }
    if (status == STATUS_OK && w->outcome == VERIFICATION_VERIFIED) {
        status = check_findings(actor, p, w, err);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    act.risk = w->outcome == VERIFICATION_VERIFIED ? RISK_LEVEL_LOW : RISK_LEVEL_MEDIUM;
    status = check_now(actor, p, w, &now, err);
    if (status == STATUS_OK) {
        status = write(&act, p, w, &now, err);
    }
    order_release(&now);
    return act_end(&act, status, err);
}
