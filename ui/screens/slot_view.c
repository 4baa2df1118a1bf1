/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a planned dose reads on every list: its sign and its words. A dose in its window is due, whatever the minute; past
 * it is late, and overdue when it may be closed as missed (clinical.md 4.B.4). */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/dose_score.h"
#include "screens/screens.h"

enum mark slot_mark(const struct dose_slot *slot)
{
    static const enum mark marks[DOSE_STATUS_COUNT] = {
        [DOSE_STATUS_GIVEN] = MARK_GIVEN,       [DOSE_STATUS_SELF] = MARK_GIVEN,     [DOSE_STATUS_REMOVED] = MARK_GIVEN,
        [DOSE_STATUS_PARTIAL] = MARK_PARTIAL,   [DOSE_STATUS_STOPPED] = MARK_PARTIAL, [DOSE_STATUS_IN_PROGRESS] = MARK_PARTIAL,
        [DOSE_STATUS_HELD] = MARK_HELD,         [DOSE_STATUS_UNAVAILABLE] = MARK_HELD, [DOSE_STATUS_AWAY] = MARK_HELD,
        [DOSE_STATUS_REFUSED] = MARK_REFUSED,   [DOSE_STATUS_MISSED] = MARK_MISSED,  [DOSE_STATUS_CANCELLED] = MARK_MISSED,
    };
    if (slot->state == SLOT_CONFLICT) {
        return MARK_MAJOR;
    }
    if (slot->status > DOSE_STATUS_NONE_GIVEN && slot->status < DOSE_STATUS_COUNT && marks[slot->status] != MARK_NONE) {
        return marks[slot->status];
    }
    return slot->state == SLOT_LATE || slot->state == SLOT_OVERDUE ? MARK_OVERDUE : MARK_DUE;
}

enum style slot_style(const struct dose_slot *slot)
{
    return slot->state == SLOT_CONFLICT ? STYLE_ERROR
           : slot->state == SLOT_FUTURE ? STYLE_DIM
                                        : mark_style(slot_mark(slot));
}

static void late_words(int64_t minutes, bool is_overdue, char buf[SLOT_WORDS_MAX])
{
    if (minutes < 120) {
        (void)snprintf(buf, SLOT_WORDS_MAX, is_overdue ? _("%lld min overdue") : _("%lld min late"), (long long)minutes);
    } else if (minutes < 48 * 60) {
        (void)snprintf(buf, SLOT_WORDS_MAX, is_overdue ? _("%lld h %02lld overdue") : _("%lld h %02lld late"),
                       (long long)(minutes / 60), (long long)(minutes % 60));
    } else {
        (void)snprintf(buf, SLOT_WORDS_MAX, is_overdue ? _("%lld d overdue") : _("%lld d late"),
                       (long long)(minutes / (24 * 60)));
    }
}

const char *slot_words(const struct dose_slot *slot, int64_t now_us, const struct zone *zone, char buf[SLOT_WORDS_MAX])
{
    int64_t minutes = (now_us - slot->planned_us) / US_PER_MINUTE;
    struct local_time late = zone_local(zone, slot->late_us != INT64_MAX ? slot->late_us : slot->planned_us);
    if (slot->state == SLOT_CONFLICT) {
        (void)snprintf(buf, SLOT_WORDS_MAX, "%s", _("POSSIBLE DOUBLE"));
    } else if (slot->claimed_by[0] != '\0') { /* that it is late is said by its sign */
        (void)snprintf(buf, SLOT_WORDS_MAX, _("being recorded by %s"), slot->claimed_by);
    } else if (slot->status != DOSE_STATUS_NONE_GIVEN) {
        (void)snprintf(buf, SLOT_WORDS_MAX, "%s", enum_label(ENUM_DOSE_STATUS, (int)slot->status));
    } else if (slot->state == SLOT_LATE || slot->state == SLOT_OVERDUE) {
        late_words(minutes, slot->state == SLOT_OVERDUE, buf);
    } else if (minutes < -120) {
        (void)snprintf(buf, SLOT_WORDS_MAX, "%s", _("planned"));
    } else if (minutes < 0) {
        (void)snprintf(buf, SLOT_WORDS_MAX, _("in %lld min"), (long long)-minutes);
    } else if (minutes == 0 || slot->late_us == INT64_MAX) {
        (void)snprintf(buf, SLOT_WORDS_MAX, "%s", _("due now"));
    } else {
        (void)snprintf(buf, SLOT_WORDS_MAX, _("due till %02d:%02d"), late.hour, late.minute);
    }
    text_drop_cut(buf);
    return buf;
}

const char *slot_plain_words(const struct dose_slot *slot, int64_t now_us, const struct zone *zone, char buf[SLOT_WORDS_MAX])
{
    struct dose_slot plain = *slot;
    plain.claimed_by[0] = '\0';
    return slot_words(&plain, now_us, zone, buf);
}

const char *here_words(const struct workstation *ws, int64_t at_us, char buf[HERE_WORDS_MAX])
{
    struct local_time there = zone_local(ws->site->zone, at_us);
    buf[0] = '\0';
    if (ws->own_zone != NULL) {
        struct local_time here = zone_local(ws->own_zone, at_us);
        char day[DATE_TEXT_MAX];
        bool is_other_day = date_compare(here.date, there.date) != 0;
        if (here.offset_s != there.offset_s) {
            char *year = strrchr(date_format_human(here.date, day), ' ');
            if (year != NULL) { /* it is the day before or after the one that is shown with its year */
                *year = '\0';
            }
            (void)snprintf(buf, HERE_WORDS_MAX, "%02d:%02d %s%s%s", here.hour, here.minute, here.abbreviation, is_other_day ? " " : "",
                           is_other_day ? day : ""); /* fits */
        }
    }
    return buf;
}

char *here_note(const struct workstation *ws, int64_t chosen_us)
{
    int64_t now_us = clock_now_us(ws->clock);
    char now[HERE_WORDS_MAX], chosen[HERE_WORDS_MAX];
    const char *zone = zone_name(ws->site->zone);
    struct local_time there = zone_local(ws->site->zone, now_us);
    if (here_words(ws, now_us, now)[0] == '\0') {
        return NULL;
    }
    return chosen_us == 0 || here_words(ws, chosen_us, chosen)[0] == '\0'
               ? mem_format(_("Times are %s (%s); here it is %s"), zone, there.abbreviation, now)
               : mem_format(_("Times are %s (%s); here %s, chosen %s"), zone, there.abbreviation, now, chosen);
}

char *dose_record_words(const struct dose_event *event, const struct zone *zone)
{
    struct buffer out = BUFFER_INIT;
    char *values = dose_values_words(event->values, event->value_count, zone), clock[DOSE_CLOCK_TEXT_MAX], score[DOSE_SCORE_TEXT_MAX];
    buffer_append_format(&out, "%s", event->recorded_by_name);
    if (event->return_us != 0) {
        struct local_time back = zone_local(zone, event->return_us);
        buffer_append_format(&out, _(", back at %02d:%02d"), back.hour, back.minute);
    }
    const char *told = dose_told_words(event);
    if (told[0] != '\0') {
        buffer_append_format(&out, ", %s", told);
    }
    if (values[0] != '\0') {
        buffer_append_format(&out, ", %s", values);
    }
    (void)dose_score_words((enum prn_reason)enum_value(ENUM_PRN_REASON, event->reason), event->score_before, score);
    if (score[0] != '\0') {
        buffer_append_format(&out, ", %s", score);
    }
    if (event->clock_skew_s != 0) {
        buffer_append_format(&out, ", %s", dose_clock_words(event->clock_skew_s, clock));
    }
    if (event->recorded_via == RECORDED_VIA_BACK_ENTRY) {
        buffer_append_format(&out, _(", BE: entered from paper form %s"), event->form_number);
    }
    char *text = mem_copy_text(out.bytes);
    mem_free(values);
    buffer_release(&out);
    return text;
}
