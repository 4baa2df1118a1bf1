/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/stays.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/act.h"
#include "service/leaving.h"
#include "store/patient_store.h"
#include "store/stay_store.h"

static enum status check_place(const char *place, char **out, struct error *err)
{
    char *words = place != NULL ? text_clean(place, strlen(place), STAY_PLACE_MAX, 0, NULL) : mem_copy_text("");
    if (words == NULL || words[strspn(words, " ")] == '\0') {
        mem_free(words);
        return error_set_field(err, STATUS_INVALID, "place", _("Type the ward and the bed."));
    }
    *out = words;
    return STATUS_OK;
}

/* The stay as it is now, at the version that was looked at. */
static enum status read_again(struct actor *actor, const struct stay *seen, struct stay *out, struct error *err)
{
    struct stay_list list = {0};
    bool is_found = false;
    enum status status = stay_list_get(actor->site->store, seen->patient, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len && !is_found; i++) {
        is_found = uid_compare(list.items[i].id, seen->id) == 0;
        if (is_found) {
            *out = list.items[i]; /* the string goes over */
            list.items[i] = (struct stay){0};
        }
    }
    stay_list_release(&list);
    if (status == STATUS_OK && !is_found) {
        return error_set(err, STATUS_NOT_FOUND, _("This stay is not there any more."));
    }
    if (status == STATUS_OK && out->ver != seen->ver) {
        stay_release(out);
        return error_set(err, STATUS_STALE, _("Somebody else changed this stay meanwhile. Look at it again."));
    }
    return status;
}

static enum status refuse_second(struct site *site, struct uid patient, int64_t at_us, struct error *err)
{
    struct stay_list list = {0};
    enum status status = stay_list_get(site->store, patient, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        const struct stay *stay = &list.items[i];
        if (stay->left_us == 0 || stay->left_us > at_us) {
            status = error_set_field(err, STATUS_REFUSED, "place", _("The patient has a bed already: %s. Change the place instead."), stay->place);
        }
    }
    stay_list_release(&list);
    return status;
}

enum status stay_admit(struct actor *actor, struct uid patient, const char *place, int64_t at_us, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_WRITE, "stay.admit", "stays", patient);
    struct stay stay = {.id = uid_new(actor->site->clock), .patient = patient, .admitted_us = at_us, .admitted_by = actor->user};
    struct patient who;
    act.record = stay.id;
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK && at_us > clock_now_us(actor->site->clock) + US_PER_MINUTE) {
        status = error_set_field(err, STATUS_INVALID, "at", _("Nobody is admitted ahead of time."));
    }
    if (status == STATUS_OK) {
        status = check_place(place, &stay.place, err);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        stay_release(&stay);
        return status;
    }
    status = patient_get(actor->site->store, patient, &who, err);
    if (status == STATUS_OK) {
        status = date_is_none(who.death_date) ? refuse_second(actor->site, patient, at_us, err)
                                              : error_set(err, STATUS_REFUSED, _("The record says that this patient has died."));
        patient_release(&who);
    }
    if (status == STATUS_OK) {
        status = stay_put(actor->site->store, &stay, NULL, &act.new_values, err);
    }
    stay_release(&stay);
    return act_end(&act, status, err);
}

enum status stay_move(struct actor *actor, const struct stay *seen, const char *place, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_WRITE, "stay.move", "stays", seen->patient);
    struct stay stay = {0};
    char *words = NULL;
    act.record = seen->id;
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK) {
        status = check_place(place, &words, err);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        mem_free(words);
        return status;
    }
    status = read_again(actor, seen, &stay, err);
    if (status == STATUS_OK) {
        mem_free(stay.place);
        stay.place = words;
        words = NULL;
        status = stay_put(actor->site->store, &stay, &act.old_values, &act.new_values, err);
    }
    mem_free(words);
    stay_release(&stay);
    return act_end(&act, status, err);
}

static enum status check_leaving(struct actor *actor, const struct stay *stay, int64_t at_us, enum left_how how, struct error *err)
{
    int64_t now_us = clock_now_us(actor->site->clock);
    struct leaving_list open = {0};
    if (how <= LEFT_HOW_NONE_GIVEN || how >= LEFT_HOW_COUNT) {
        return error_set_field(err, STATUS_INVALID, "left_how", _("Say where the patient goes."));
    }
    if (at_us < stay->admitted_us || at_us > now_us + STAY_AHEAD_US || (how == LEFT_HOW_DIED && at_us > now_us + US_PER_MINUTE)) {
        return error_set_field(err, STATUS_INVALID, "left_at", _("This is before the stay began, or too far ahead."));
    }
    if (how == LEFT_HOW_DIED) {
        return STATUS_OK;
    }
    enum status status = leaving_list_get(actor, stay->patient, &open, err);
    if (status == STATUS_OK && open.len > 0) {
        status = error_set_field(err, STATUS_REFUSED, "left_at", "%s", open.items[0]);
    }
    leaving_list_release(&open);
    return status;
}

enum status stay_leave(struct actor *actor, const struct stay *seen, int64_t at_us, enum left_how how, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DOSE_RECORD, "stay.leave", "stays", seen->patient);
    struct stay stay = {0};
    act.record = seen->id;
    act.risk = RISK_LEVEL_MEDIUM;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = read_again(actor, seen, &stay, err);
    if (status == STATUS_OK) {
        status = check_leaving(actor, &stay, at_us, how, err);
    }
    if (status == STATUS_OK) {
        stay.left_us = at_us;
        stay.left_by = actor->user;
        stay.left_how = how;
        status = stay_put(actor->site->store, &stay, &act.old_values, &act.new_values, err);
    }
    stay_release(&stay);
    return act_end(&act, status, err);
}

enum status stay_go_on(struct actor *actor, const struct stay *seen, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DOSE_RECORD, "stay.go_on", "stays", seen->patient);
    struct stay_list list = {0};
    struct stay stay = {0};
    act.record = seen->id;
    act.risk = RISK_LEVEL_MEDIUM;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = read_again(actor, seen, &stay, err);
    if (status == STATUS_OK) {
        status = stay_list_get(actor->site->store, seen->patient, &list, err);
    }
    if (status == STATUS_OK && (list.len == 0 || uid_compare(list.items[0].id, stay.id) != 0)) {
        status = error_set(err, STATUS_REFUSED, _("Another stay has begun since."));
    }
    if (status == STATUS_OK) {
        stay.left_us = 0;
        stay.left_by = UID_NONE;
        stay.left_how = LEFT_HOW_NONE_GIVEN;
        status = stay_put(actor->site->store, &stay, &act.old_values, &act.new_values, err);
    }
    stay_list_release(&list);
    stay_release(&stay);
    return act_end(&act, status, err);
}

enum status stay_strike(struct actor *actor, const struct stay *seen, const char *reason, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DOSE_RECORD, "stay.strike", "stays", seen->patient);
    struct stay stay = {0};
    act.record = seen->id;
    act.risk = RISK_LEVEL_MEDIUM;
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK) {
        status = act_reason_check(reason, err);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = read_again(actor, seen, &stay, err);
    if (status == STATUS_OK) {
        status = stay_remove(actor->site->store, &stay, clock_now_us(actor->site->clock), &act.old_values, &act.new_values, err);
        act_set_reason(&act, reason);
    }
    stay_release(&stay);
    return act_end(&act, status, err);
}
