/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/doses.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "model/dose_score.h"
#include "model/dose_states.h"
#include "service/act.h"
#include "service/central_link.h"
#include "store/patient_link_store.h"
#include "service/controlled_private.h"
#include "service/doses_private.h"
#include "service/doses_second.h"
#include "service/products.h"
#include "store/dose_follow_store.h"
#include "store/dose_store.h"
#include "store/stay_store.h"

static bool is_blank(const char *text)
{
    return text == NULL || text[0] == '\0';
}

/* What the record asks, and what was decided about the order that the giver has not read. */
static enum status ask(const struct actor *actor, const struct dose_picture *p, const struct dose_event *event,
                       struct dose_check *out, struct error *err)
{
    enum status status = dose_ask(actor, p, event, out, err);
    if (status == STATUS_OK && dose_status_is_taken(event->status)) {
        status = dose_override_ask(actor, &p->order, out, err);
    }
    return status;
}

enum status dose_prepare(struct actor *actor, const struct dose_event *event, struct dose_check *out, struct error *err)
{
    struct dose_picture picture;
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) { /* no audit row: the open chart has its own */
        return actor_refuse(actor, err);
    }
    enum status status = store_read_begin(actor->site->store, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = dose_picture_read(actor->site, event, &picture, err);
    store_read_end(actor->site->store);
    if (status == STATUS_OK) {
        status = ask(actor, &picture, event, out, err);
        dose_picture_release(&picture);
    }
    return status;
}

/* --- recording ----------------------------------------------------------------------------------------------------- */

static bool is_reason_missing(const struct dose_event *e, enum enum_kind kind)
{
    return kind != ENUM_NO_KIND && enum_value(kind, e->reason) == 0;
}

static bool needs_words(const char *reason, const struct dose_event *e)
{
    return reason != NULL && strcmp(reason, "other") == 0 && is_blank(e->reason_text);
}

/* What the event itself must hold, whatever the chart says. */
static enum status check_fields(const struct dose_event *e, struct error *err)
{
    bool is_taken = dose_status_is_taken(e->status);
    if (e->identified_by == IDENTIFIED_BY_NONE_GIVEN) {
        return error_set_field(err, STATUS_REFUSED, "identified_by", _("Identify the patient first: scan the wristband or "
                                                                       "type two identifiers."));
    }
    if (is_taken && (decimal_is_zero(e->amount) || e->amount.mantissa < 0 || e->unit == UNIT_NONE)) {
        return error_set_field(err, STATUS_INVALID, "amount", _("Type the amount that was given, with its unit."));
    }
    if (is_reason_missing(e, dose_reason_kind(e->status, false))) {
        return error_set_field(err, STATUS_INVALID, "reason", _("Choose a reason."));
    }
    if (is_taken && dose_needs_body_site(e->route) && enum_value(ENUM_BODY_SITE, e->body_site) == 0) {
        return error_set_field(err, STATUS_INVALID, "body_site", _("Choose where on the body."));
    }
    if (e->status == DOSE_STATUS_IN_PROGRESS && !dose_can_last(e->route)) {
        return error_set_field(err, STATUS_INVALID, "status",
                               _("Only a patch or something that runs in over time can be in progress: choose \"given\"."));
    }
    bool is_infusion = e->status == DOSE_STATUS_IN_PROGRESS && e->route == ROUTE_IV;
    if (is_infusion || !is_blank(e->rate)) {
        enum status status = dose_rate_check(e->rate, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    if (e->status == DOSE_STATUS_STOPPED && is_blank(e->reason_text)) {
        return error_set_field(err, STATUS_INVALID, "reason_text", _("Say why it was stopped early."));
    }
    if (needs_words(e->reason, e) || needs_words(e->timing_reason, e)) {
        return error_set_field(err, STATUS_INVALID, "reason_text", _("\"Other\" needs a few words."));
    }
    return STATUS_OK;
}

/* What the order asks of the record. */
static enum status check_against_order(const struct sig *sig, const struct dose_event *e, struct error *err)
{
    struct decimal ordered;
    if (is_reason_missing(e, dose_reason_kind(e->status, sig_is_as_needed(sig)))) {
        return error_set_field(err, STATUS_INVALID, "reason", _("Choose what it was given for."));
    }
    if (decimal_is_zero(sig->dose) || unit_convert(sig->dose, sig->unit, e->unit, &ordered) != STATUS_OK) {
        return STATUS_OK;
    }
    if (e->status == DOSE_STATUS_PARTIAL && decimal_compare(e->amount, ordered) >= 0) {
        return error_set_field(err, STATUS_INVALID, "amount", _("A partial dose is less than what is ordered."));
    }
    if (e->status == DOSE_STATUS_GIVEN && decimal_compare(e->amount, ordered) < 0) {
        return error_set_field(err, STATUS_INVALID, "amount",
                               _("Less than what is ordered is a partial dose: choose \"partial\" and a reason."));
    }
    struct decimal high = ordered;
    if (!decimal_is_zero(sig->dose_high) &&
        unit_convert(sig->dose_high, sig->unit, e->unit, &high) != STATUS_OK) {
        high = ordered;
    }
    if (dose_status_is_taken(e->status) && decimal_compare(e->amount, high) > 0) {
        return error_set_field(err, STATUS_REFUSED, "amount", _("This is more than what is ordered. Nothing was saved."));
    }
    return STATUS_OK;
}

/* Somebody else agrees: the role may decide by itself, or the prescriber was asked and the words say whom. */
static bool is_authorised(const struct actor *actor, const struct dose_event *e)
{
    return actor_may(actor, PERMISSION_DOSE_SUPERVISE) ||
           (!is_blank(e->timing_reason) && strcmp(e->timing_reason, "prescriber") == 0 && !is_blank(e->reason_text));
}

/* A wrong or expired product is never given; a form that does not fit the route only when somebody else agreed. */
static enum status check_rights(const struct actor *actor, const struct dose_rights *rights, const struct dose_event *e,
                                struct error *err)
{
    if (rights->state[RIGHT_DRUG] == RIGHT_FAIL) {
        return error_set_field(err, STATUS_REFUSED, "product", "%s", rights->words);
    }
    if (rights->state[RIGHT_DOSE] == RIGHT_FAIL) {
        return error_set_field(err, STATUS_REFUSED, "amount", "%s", rights->words);
    }
    if (rights->state[RIGHT_ROUTE] == RIGHT_FAIL && !is_authorised(actor, e)) {
        return error_set_field(err, STATUS_REFUSED, "route", "%s", rights->words);
    }
    return STATUS_OK;
}

/* Lot and expiry that were typed, by the same rules as those of a scan. */
static enum status check_typed_pack(const struct actor *actor, const struct order *order, const struct dose_event *e, struct error *err)
{
    struct date expiry;
    if (!dose_status_is_taken(e->status)) {
        return STATUS_OK;
    }
    if (!is_blank(e->expiry)) {
        if (date_parse_iso(e->expiry, &expiry, NULL) != STATUS_OK) {
            return error_set_field(err, STATUS_INVALID, "expiry", _("Type the date with the month in letters: 30 Jun 2028."));
        }
        if (date_compare(expiry, zone_local(actor->site->zone, e->occurred_us).date) < 0) {
            char day[DATE_TEXT_MAX];
            return error_set_field(err, STATUS_REFUSED, "expiry", _("EXPIRED: this product was good until %s. Take another one."),
                                   date_format_human(expiry, day));
        }
    }
    return is_blank(e->lot) ? STATUS_OK : product_check_lot(actor->site, e->lot, order->drug_text, e->occurred_us, err);
}

/* clinical.md 4.B.3 no. 6 and 7. */
static enum status check_told(const struct dose_check *check, const struct dose_event *e, struct error *err)
{
    if (e->told == WAS_TOLD_NONE_GIVEN && e->status == DOSE_STATUS_REFUSED) {
        return error_set_field(err, STATUS_INVALID, "explained", _("Was it explained to the patient what it is for?"));
    }
    if (e->told == WAS_TOLD_NONE_GIVEN && e->status == DOSE_STATUS_HELD && (check->lists & DRUG_LIST_HIGH_ALERT) != 0) {
        return error_set_field(err, STATUS_INVALID, "prescriber_told", _("Was the prescriber told? When, in words."));
    }
    return STATUS_OK;
}

/* clinical.md 4.B.7: what the effect will be compared with, as it is kept; "" where nothing is asked. */
static enum status read_score(const struct sig *sig, const struct dose_event *e, char out[DOSE_SCORE_MAX], struct error *err)
{
    bool is_asked = dose_reason_kind(e->status, sig_is_as_needed(sig)) == ENUM_PRN_REASON;
    enum prn_reason reason = is_asked ? (enum prn_reason)enum_value(ENUM_PRN_REASON, e->reason) : PRN_REASON_NONE_GIVEN;
    return dose_score_parse(reason, e->score_before, out, err);
}

/* The questions that dose_prepare() asks are asked again here, inside the writing transaction. */
static enum status check_answers(const struct actor *actor, const struct dose_check *check, const struct dose_event *e,
                                 unsigned accepted, struct error *err)
{
    unsigned open = check->questions & ~accepted;
    bool has_reason = enum_value(ENUM_TIMING_REASON, e->timing_reason) != 0;
    if ((check->questions & (DOSE_ASK_HELD_ORDER | DOSE_ASK_WEEKLY)) != 0) {
        return error_set(err, STATUS_REFUSED, "%s", check->words);
    }
    enum status status = check_rights(actor, &check->rights, e, err);
    if (status != STATUS_OK) {
        return status;
    }
    if ((open & (DOSE_ASK_ALREADY | DOSE_ASK_DUPLICATE)) != 0 && uid_is_none(e->supersedes)) {
        return error_set(err, STATUS_REFUSED, _("This dose is already %s. Nothing was saved."), check->already);
    }
    if ((check->questions & (DOSE_ASK_TIMING_REASON | DOSE_ASK_TOO_SOON | DOSE_ASK_LATE_ENTRY | DOSE_ASK_MAXIMUM | DOSE_ASK_STACKING)) != 0 &&
        !has_reason) {
        return error_set_field(err, STATUS_REFUSED, "timing_reason", _("%s A reason is needed."), check->words);
    }
    if ((check->questions & DOSE_ASK_SUPERVISOR) != 0 && !is_authorised(actor, e)) {
        return error_set_field(err, STATUS_REFUSED, "reason_text",
                               _("%s Ask the prescriber: choose \"prescriber's instruction\" and write who agreed."),
                               check->words);
    }
    if ((check->questions & (DOSE_ASK_HOLD_RULE | DOSE_ASK_SCALE)) != 0 && !is_authorised(actor, e)) {
        return error_set_field(err, STATUS_REFUSED, "timing_reason",
                               _("%s Hold it; or ask the prescriber, choose \"prescriber's instruction\" and write who agreed."),
                               check->seen.words);
    }
    if ((check->questions & (DOSE_ASK_FINDING | DOSE_ASK_WEIGHT)) != 0 && !is_authorised(actor, e)) {
        return error_set_field(err, STATUS_REFUSED, "timing_reason",
                               _("%s Ask the prescriber: choose \"prescriber's instruction\" and write who agreed."), check->words);
    }
    if ((check->questions & DOSE_ASK_TUBE) != 0 && !is_authorised(actor, e)) {
        return error_set_field(err, STATUS_REFUSED, "timing_reason",
                               _("This product must not be crushed, and the order goes through a feeding tube. Ask for another form; or "
                                 "ask the prescriber, choose \"prescriber's instruction\" and write who agreed."));
    }
    if ((check->questions & DOSE_ASK_MEASURE) != 0 && is_blank(e->reason_text)) {
        return error_set_field(err, STATUS_REFUSED, "reason_text", _("%s Or say in words why there is no value."), check->seen.words);
    }
    if ((open & DOSE_ASK_OVERRIDE) != 0) {
        return error_set_field(err, STATUS_REFUSED, "override",
                               _("A contraindication was overridden when this was ordered. Read it first: %s"),
                               check->override_words);
    }
    if ((open & DOSE_ASK_UNRESOLVED) != 0) {
        return error_set(err, STATUS_REFUSED, _("%s Have it judged first, or go on knowingly."), check->words);
    }
    if ((open & DOSE_ASK_VERY_LATE) != 0) {
        return error_set_field(err, STATUS_REFUSED, "timing_reason", _("%s Decide: give it late, or skip it."), check->words);
    }
    if ((check->questions & DOSE_ASK_LOT) != 0 && is_blank(e->lot) && check->rights.lot[0] == '\0') {
        return error_set_field(err, STATUS_REFUSED, "lot", _("The lot of a vaccine or biologic is kept: scan it or type it."));
    }
    if ((check->questions & DOSE_ASK_NO_SCAN) != 0 && e->no_scan_reason == NO_SCAN_REASON_NONE_GIVEN) {
        return error_set_field(err, STATUS_REFUSED, "no_scan_reason", _("Scan the product, or say why it cannot be scanned."));
    }
    return STATUS_OK;
}

/* The table of states (model/dose_states) is the law of what may be recorded on what stands; what somebody else recorded
 * first is asked about elsewhere. */
static enum status check_state(const struct dose_picture *p, const struct dose_event *e, const struct dose_check *check,
                               struct error *err)
{
    struct dose_slot slot = {.id = e->slot};
    dose_slot_fold(&slot, p->slot.items, p->slot.len);
    enum dose_status from = slot.state == SLOT_DONE ? slot.status : DOSE_STATE_PENDING;
    if ((check->questions & DOSE_ASK_ALREADY) != 0 || !uid_is_none(e->supersedes)) {
        from = DOSE_STATE_PENDING; /* a second act, accepted as such, is judged as an act of its own */
    }
    if (dose_transition_find(from, e->status, p->step.kind) != NULL) {
        return STATUS_OK;
    }
    return error_set_field(err, STATUS_INVALID, "status", _("A dose that is \"%s\" cannot be recorded as \"%s\"."),
                           from == DOSE_STATE_PENDING ? _("open") : enum_label(ENUM_DOSE_STATUS, (int)from),
                           enum_label(ENUM_DOSE_STATUS, (int)e->status));
}

static enum status check_order(struct store *store, const struct dose_picture *p, const struct dose_event *e, struct error *err)
{
    const struct order *order = &p->order;
    bool is_same = false;
    enum status status = person_is_same(store, order->patient, e->patient, &is_same, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!is_same) {
        return error_set(err, STATUS_REFUSED, _("This order belongs to another patient. Nothing was saved."));
    }
    if (uid_compare(order->version, e->order_version) != 0) {
        return error_set(err, STATUS_STALE, _("This order was changed meanwhile. Look at it again before you record."));
    }
    if (!order_is_current(order)) {
        return error_set(err, STATUS_REFUSED, _("This order is no longer active (%s). Nothing was saved."),
                         enum_label(ENUM_MEDICATION_STATUS, (int)order->status));
    }
    return check_against_order(&p->step, e, err);
}

/* With what the scan said of lot and expiry, and the score as it is kept. */
static enum status insert(struct act *act, const struct sig *sig, const struct dose_event *e, const struct dose_rights *rights,
                          struct error *err)
{
    struct dose_event event = *e; /* borrows the strings */
    char lot[sizeof rights->lot], expiry[DATE_TEXT_MAX], score[DOSE_SCORE_MAX];
    enum status status = read_score(sig, e, score, err);
    if (status != STATUS_OK) {
        return status;
    }
    event.score_before = score;
    memcpy(lot, rights->lot, sizeof lot);
    (void)date_format_iso(rights->expiry, expiry);
    event.lot = is_blank(event.lot) ? lot : event.lot;
    event.expiry = is_blank(event.expiry) ? expiry : event.expiry;
    return dose_insert(act->actor->site->store, &event, &act->new_values, err);
}

/* 4.B.3 no. 13: what was ordered before the patient left is not given here afterwards, whoever still has it on a screen. */
static enum status check_stay(struct site *site, const struct dose_picture *p, const struct dose_event *e, struct error *err)
{
    struct stay_list stays = {0};
    char day[DATE_TEXT_MAX], at[ZONE_CLOCK_MAX];
    bool is_planned_before = e->planned_us != 0 && !dose_status_is_taken(e->status);
    enum status status = stay_list_get(site->store, p->order.patient, &stays, err);
    int64_t at_us = is_planned_before ? e->planned_us : e->occurred_us;
    if (status == STATUS_OK && uid_is_none(e->supersedes) && stay_ends_order(&stays, p->order.recorded_at_us, at_us)) {
        int64_t left_us = stay_left_by(&stays, at_us)->left_us;
        status = error_set(err, STATUS_REFUSED,
                           _("The patient left on %s at %s: what was ordered before is not given here. Order it anew, or begin the next "
                             "stay. Nothing was saved."),
                           date_format_human(zone_local(site->zone, left_us).date, day), zone_clock(site->zone, left_us, at));
    }
    stay_list_release(&stays);
    return status;
}

/* Everything that has to hold before the event may be written. The picture is the caller's to release. */
static enum status check_all(struct actor *actor, const struct dose_event *e, unsigned accepted, const struct dose_with *with,
                             struct dose_picture *picture, struct dose_check *out, struct error *err)
{
    enum status status = dose_picture_read(actor->site, e, picture, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = check_order(actor->site->store, picture, e, err);
    if (status == STATUS_OK) {
        status = check_stay(actor->site, picture, e, err);
    }
    if (status == STATUS_OK) {
        status = ask(actor, picture, e, out, err);
    }
    if (status == STATUS_OK) {
        status = check_state(picture, e, out, err);
    }
    if (status == STATUS_OK) {
        status = check_answers(actor, out, e, accepted, err);
    }
    if (status == STATUS_OK) {
        status = check_told(out, e, err);
    }
    if (status == STATUS_OK) {
        char score[DOSE_SCORE_MAX];
        status = read_score(&picture->step, e, score, err);
    }
    if (status == STATUS_OK) {
        status = check_typed_pack(actor, &picture->order, e, err);
    }
    return status == STATUS_OK ? dose_second_check(actor, e, out, with, err) : status;
}

static bool may_record(const struct actor *actor)
{
    return actor_may(actor, PERMISSION_DOSE_RECORD) || actor_may(actor, PERMISSION_DOSE_ASSIST);
}

enum status dose_try_with(struct actor *actor, const struct dose_event *event, unsigned accepted, const struct dose_with *with,
                          struct dose_check *out, struct error *err)
{
    struct dose_picture picture = {0};
    if (!may_record(actor)) { /* no audit row: the open chart has its own */
        return actor_refuse(actor, err);
    }
    enum status status = check_fields(event, err);
    if (status == STATUS_OK) {
        status = store_read_begin(actor->site->store, err);
    }
    if (status == STATUS_OK) {
        status = check_all(actor, event, accepted, with, &picture, out, err);
        store_read_end(actor->site->store);
    }
    dose_picture_release(&picture);
    return status;
}

enum status dose_try(struct actor *actor, const struct dose_event *event, unsigned accepted, struct dose_check *out,
                     struct error *err)
{
    return dose_try_with(actor, event, accepted, NULL, out, err);
}

/* Who is said to have given it can be asked: a person of this site's staff who may. */
static enum status check_giver(const struct actor *actor, const struct dose_event *e, struct error *err)
{
    struct staff staff;
    if (uid_compare(e->given_by, actor->user) == 0) {
        return STATUS_OK;
    }
    enum status status = staff_get(actor->site->store, e->given_by, &staff, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool is_good = permission_allows(staff.role, PERMISSION_DOSE_RECORD) || permission_allows(staff.role, PERMISSION_DOSE_ASSIST);
    staff_release(&staff);
    return is_good ? STATUS_OK : error_set_field(err, STATUS_REFUSED, "given_by", _("This person's role does not give doses."));
}

/* What has to stand in the cabinet's book for this dose. */
static enum status account(struct site *site, const struct dose_picture *p, const struct dose_event *e, const struct dose_check *check,
                           const struct dose_with *with, struct error *err)
{
    if ((check->questions & DOSE_ASK_CONTROLLED) != 0 && with != NULL) {
        char *drug = check->rights.known > 0 ? mem_copy_text(check->rights.product) : order_display_drug(&p->order);
        enum status status = controlled_give(site, &p->order, e, drug, with->removal, with->removed,
                                             with->removed_unit != UNIT_NONE ? with->removed_unit : e->unit, err);
        mem_free(drug);
        return status;
    }
    bool is_patch_off = e->status == DOSE_STATUS_REMOVED && (check->lists & DRUG_LIST_CONTROLLED) != 0;
    return is_patch_off ? controlled_patch_off(site, &p->order, e, err) : STATUS_OK;
}

/* The instructor who stood beside has signed with the same act. */
static enum status cosign_now(struct act *act, const struct dose_event *e, const struct dose_with *with, struct error *err)
{
    if (with == NULL || with->instructor == NULL || uid_is_none(with->instructor->user)) {
        return STATUS_OK;
    }
    const struct dose_follow_up follow = {.id = uid_new(act->actor->site->clock), .patient = e->patient, .dose = e->id,
                                          .kind = FOLLOW_UP_COSIGNED, .by = with->instructor->user};
    return dose_follow_up_insert(act->actor->site->store, &follow, NULL, err);
}

static enum status save(struct act *act, struct dose_event *e, unsigned accepted, const struct dose_with *with, struct error *err)
{
    struct dose_check check;
    struct dose_picture picture = {0};
    struct actor *actor = act->actor;
    enum status status = check_giver(actor, e, err);
    if (status == STATUS_OK) {
        status = check_all(actor, e, accepted, with, &picture, &check, err);
    }
    if (status == STATUS_OK) {
        if ((check.questions & DOSE_ASK_ALREADY) != 0 && uid_is_none(e->supersedes)) {
            act->risk = RISK_LEVEL_HIGH; /* two acts on one slot: kept, and to be looked at */
            (void)snprintf(act->details, sizeof act->details, "possible double dose"); /* not shown: audit */
        }
        if (check.override_count > 0 && act->details[0] == '\0') {
            (void)snprintf(act->details, sizeof act->details, "override read: %d", check.override_count); /* not shown: audit */
        }
        e->checker = (check.questions & DOSE_ASK_DOUBLE_CHECK) != 0 ? with->check->who.user : UID_NONE;
        if ((check.questions & DOSE_ASK_UNVERIFIED) == 0) {
            e->unverified_reason = UNVERIFIED_REASON_NONE_GIVEN;
        }
        dose_observations_keep(&check.seen, e);
        e->patient = picture.order.patient; /* a dose stands in the record that its order stands in */
        status = insert(act, &picture.step, e, &check.rights, err);
    }
    if (status == STATUS_OK) {
        status = account(actor->site, &picture, e, &check, with, err);
    }
    if (status == STATUS_OK) {
        status = cosign_now(act, e, with, err);
    }
    if (status == STATUS_OK) {
        dose_override_acknowledge(actor, &check);
    }
    dose_picture_release(&picture);
    return status;
}

enum status dose_record_with(struct actor *actor, const struct dose_event *given, unsigned accepted, const struct dose_with *with,
                             struct uid *out_event, struct error *err)
{
    struct act act = ACT(actor, actor->role == ROLE_STUDENT ? PERMISSION_DOSE_ASSIST : PERMISSION_DOSE_RECORD, "dose.record",
                         "dose_events", given->patient);
    struct dose_event event = *given; /* borrows the strings */
    struct site *site = actor->site;
    enum status status = check_fields(given, err);
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    event.id = uid_new(site->clock);
    event.recorded_us = uid_time_us(event.id);
    event.recorded_by = actor->user;
    event.clock_skew_s = central_link_skew_s(site);
    if (uid_is_none(event.given_by)) {
        event.given_by = actor->user;
    }
    if (with != NULL && with->instructor != NULL && !uid_is_none(with->instructor->user)) {
        event.instructor = with->instructor->user;
    }
    event.zone = site->row.zone;
    event.offset_s = zone_local(site->zone, event.occurred_us).offset_s;
    act.record = event.id;
    status = act_end(&act, save(&act, &event, accepted, with, err), err);
    if (status == STATUS_OK) {
        *out_event = event.id;
    }
    return status;
}

enum status dose_record(struct actor *actor, const struct dose_event *event, unsigned accepted, struct uid *out_event,
                        struct error *err)
{
    return dose_record_with(actor, event, accepted, NULL, out_event, err);
}

static bool is_corrected(const struct dose_event_list *events, struct uid id)
{
    for (size_t i = 0; i < events->len; i++) {
        if (uid_compare(events->items[i].supersedes, id) == 0) {
            return true;
        }
    }
    return false;
}

enum status dose_undo(struct actor *actor, struct uid event_id, const char *reason, struct error *err)
{
    enum permission slip = actor->role == ROLE_STUDENT ? PERMISSION_DOSE_ASSIST : PERMISSION_DOSE_RECORD;
    enum status may = act_permit(actor, slip, "dose.undo", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct site *site = actor->site;
    struct dose_event event;
    enum status status = dose_get(site->store, event_id, &event, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool is_own_slip = uid_compare(event.recorded_by, actor->user) == 0 &&
                       clock_now_us(site->clock) - event.recorded_us <= DOSE_UNDO_US;
    bool is_author = uid_compare(event.recorded_by, actor->user) == 0 &&
                     clock_now_us(site->clock) - event.recorded_us <= DOSE_AUTHOR_US;
    struct act act = ACT(actor, is_own_slip ? slip : is_author ? PERMISSION_DOSE_CORRECT : PERMISSION_DOSE_SUPERVISE, "dose.undo",
                         "dose_events", event.patient);
    if (!is_own_slip && is_blank(reason)) {
        status = error_set_field(err, STATUS_INVALID, "reason", _("Say what was wrong with the record."));
    } else {
        status = act_begin(&act, err);
    }
    if (status == STATUS_OK) {
        struct dose_event_list slot = {0};
        bool is_void = event.status == DOSE_STATUS_IN_ERROR;
        event.supersedes = event.id;
        event.id = uid_new(site->clock);
        event.recorded_us = uid_time_us(event.id);
        event.recorded_by = actor->user;
        event.clock_skew_s = central_link_skew_s(site);
        event.status = DOSE_STATUS_IN_ERROR;
        event.recorded_via = event.recorded_via == RECORDED_VIA_SYSTEM ? RECORDED_VIA_WORKSTATION : event.recorded_via; /* a person did this */
        mem_free(event.reason_text);
        event.reason_text = mem_copy_text(is_blank(reason) ? "slip" : reason);
        act.record = event.id;
        status = !uid_is_none(event.slot) ? dose_list_slot(site->store, event.slot, &slot, err)
                                          : dose_list_order(site->store, event.order, event.occurred_us, &slot, err);
        if (status == STATUS_OK && (is_void || is_corrected(&slot, event.supersedes))) {
            status = error_set(err, STATUS_STALE, _("This record was corrected already."));
        }
        if (status == STATUS_OK) {
            status = dose_insert(site->store, &event, &act.new_values, err);
        }
        if (status == STATUS_OK) {
            const struct dose_event voided = {.id = event.supersedes};
            status = controlled_take_back(site, &voided, actor->user, err);
        }
        dose_event_list_release(&slot);
        status = act_end(&act, status, err);
    }
    dose_event_release(&event);
    return status;
}
