/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines that this site knows by itself: doses given, bags handed over, the last signed list. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "service/reconciliation_private.h"
#include "store/dose_store.h"
#include "store/fill_store.h"
#include "store/order_store.h"
#include "store/reconcile_store.h"

enum { DOSES_MAX = 500, FILLS_MAX = 400 };
#define MAR_LOOK_BACK_US (7 * 24 * US_PER_HOUR)
#define FILL_LOOK_BACK_US (365 * 24 * US_PER_HOUR)

/* An order as a line: what it says now. */
static struct reconcile_line *line_of_order(const struct order *order, struct reconcile_line_list *out)
{
    struct reconcile_line *line = lines_add(out, RECONCILE_KIND_MEDICATION);
    put_text(&line->text, order->drug_text);
    put_text(&line->ingredients, order->ingredients);
    put_text(&line->code_system, order->code_system);
    put_text(&line->code, order->code);
    put_text(&line->strength, order->strength);
    put_text(&line->dosage_form, order->dosage_form);
    put_text(&line->directions, order->directions);
    put_text(&line->indication, order->indication);
    line->sig = order->sig;
    return line;
}

/* ---- doses that were given here ---- */

static void lines_of_doses(const struct dose_event_list *events, const struct order_list *orders, const struct zone *zone,
                           struct reconcile_line_list *out)
{
    for (size_t o = 0; o < orders->len; o++) {
        const struct order *order = &orders->items[o];
        for (size_t i = 0; i < events->len; i++) { /* newest first: the first one counts */
            const struct dose_event *event = &events->items[i];
            bool is_taken = event->status == DOSE_STATUS_GIVEN || event->status == DOSE_STATUS_PARTIAL || event->status == DOSE_STATUS_SELF;
            if (uid_compare(event->order, order->id) == 0 && is_taken) {
                struct local_time at = zone_local(zone, event->occurred_us);
                char day[DATE_TEXT_MAX];
                struct reconcile_line *line = line_of_order(order, out);
                line->taking = TAKING_AS_DIRECTED;
                char *last = mem_format("%s %02d:%02d", date_format_iso(at.date, day), at.hour, at.minute);
                mem_free(line->last_taken);
                line->last_taken = last;
                break;
            }
        }
    }
}

static enum status lines_of_mar(struct reconcile_work *w, struct reconcile_line_list *out, struct error *err)
{
    int64_t now_us = clock_now_us(w->site->clock);
    struct dose_event_list events = {0};
    struct order_list orders = {0};
    enum status status = dose_list_get(w->site->store, w->session.patient, now_us - MAR_LOOK_BACK_US, now_us + 1, DOSES_MAX, &events, err);
    if (status == STATUS_OK) {
        status = order_list_get(w->site->store, w->session.patient, now_us - MAR_LOOK_BACK_US, &orders, err);
    }
    if (status == STATUS_OK) {
        lines_of_doses(&events, &orders, w->site->zone, out);
    }
    dose_event_list_release(&events);
    order_list_release(&orders);
    return status;
}

/* ---- what was handed over at this counter ---- */

/* "handed over 3 Nov 2026: 60 tab for 30 days (metformin 500 mg tab, Aurobindo)": whether it is taken, only the patient knows. */
static char *fill_words(const struct fill *fill, const struct zone *zone)
{
    char day[DATE_TEXT_MAX], amount[DECIMAL_TEXT_MAX];
    char *supply = fill->days_supply > 0 ? mem_format(ngettext(" for %d day", " for %d days", (unsigned long)fill->days_supply), fill->days_supply)
                                         : mem_copy_text("");
    char *words = mem_format(_("handed over %s: %s %s%s (%s)"), date_format_human(zone_local(zone, fill->handed_us).date, day),
                             decimal_format(fill->filled, amount), unit_word(fill->unit), supply, fill->product);
    mem_free(supply);
    return words;
}

static bool is_out(const struct fill *fill, int64_t since_us)
{
    return (fill->state == FILL_STATE_HANDED_OVER || fill->state == FILL_STATE_PARTIAL) && fill->handed_us >= since_us;
}

/* The newest of each order; bags that came back count for nothing. */
static bool is_newest(const struct fill_list *fills, size_t at, int64_t since_us)
{
    for (size_t i = 0; i < fills->len; i++) {
        const struct fill *other = &fills->items[i];
        bool is_rival = i != at && is_out(other, since_us) && uid_compare(other->order, fills->items[at].order) == 0;
        if (is_rival && (other->handed_us > fills->items[at].handed_us || (other->handed_us == fills->items[at].handed_us && i < at))) {
            return false;
        }
    }
    return true;
}

static enum status lines_of_fills(struct reconcile_work *w, struct reconcile_line_list *out, struct error *err)
{
    int64_t since_us = clock_now_us(w->site->clock) - FILL_LOOK_BACK_US;
    struct fill_list fills = {0};
    enum status status = fill_list_of_patient(w->site->store, w->session.patient, FILLS_MAX, &fills, err);
    for (size_t i = 0; status == STATUS_OK && i < fills.len; i++) {
        struct order order;
        if (!is_out(&fills.items[i], since_us) || !is_newest(&fills, i, since_us)) {
            continue;
        }
        status = order_get_version(w->site->store, fills.items[i].version, &order, err);
        if (status == STATUS_OK) {
            char *words = fill_words(&fills.items[i], w->site->zone);
            struct reconcile_line *line = line_of_order(&order, out);
            put_text(&line->prescriber, order.prescriber_name);
            put_text(&line->status_text, words);
            mem_free(words);
            order_release(&order);
        }
    }
    fill_list_release(&fills);
    return status;
}

/* ---- the last signed list ---- */

static void line_of_entry(const struct json *entry, struct reconcile_line_list *out)
{
    const char *state = json_get_string(entry, "state");
    if (state == NULL || strcmp(state, "stopped") == 0) {
        return;
    }
    struct reconcile_line *line = lines_add(out, RECONCILE_KIND_MEDICATION);
    put_text(&line->text, json_get_string(entry, "drug"));
    put_text(&line->ingredients, json_get_string(entry, "ingredients"));
    put_text(&line->code_system, json_get_string(entry, "code_system"));
    put_text(&line->code, json_get_string(entry, "code"));
    put_text(&line->strength, json_get_string(entry, "strength"));
    put_text(&line->dosage_form, json_get_string(entry, "form"));
    put_text(&line->directions, json_get_string(entry, "directions"));
    put_text(&line->indication, json_get_string(entry, "indication"));
    struct json_writer sig = {0};
    json_write_node(&sig, json_get(entry, "sig"));
    if (sig_from_json(sig.out.bytes, &line->sig, NULL) != STATUS_OK) {
        line->sig = (struct sig){.kind = SCHEDULE_KIND_UNSTRUCTURED};
    }
    json_writer_release(&sig);
    line->is_on_hold = strcmp(state, "on_hold") == 0;
}

/* The newest list that was signed. */
static enum status lines_of_previous(struct reconcile_work *w, struct reconcile_line_list *out, struct date *out_as_of, struct error *err)
{
    struct reconciliation_list list = {0};
    struct json_document *doc = NULL;
    enum status status = reconciliation_list_get(w->site->store, w->session.patient, &list, err);
    const struct reconciliation *found = NULL;
    for (size_t i = 0; status == STATUS_OK && i < list.len && found == NULL; i++) {
        found = reconcile_state_is_signed(list.items[i].state) ? &list.items[i] : NULL;
    }
    if (status == STATUS_OK && found == NULL) {
        status = error_set_field(err, STATUS_NOT_FOUND, "source", _("There is no signed list of this patient yet."));
    }
    if (status == STATUS_OK) {
        *out_as_of = zone_local(w->site->zone, found->signed_us).date;
        status = json_parse(found->signed_list, strlen(found->signed_list), &JSON_LIMITS_DEFAULT, 1, &doc, err);
    }
    for (const struct json *at = status == STATUS_OK ? json_first(json_get(json_root(doc), "entries")) : NULL; at != NULL;
         at = json_next(at)) {
        line_of_entry(at, out);
    }
    json_free(doc);
    reconciliation_list_release(&list);
    return status;
}

bool reconcile_source_is_own(enum history_source kind)
{
    return kind == HISTORY_SOURCE_MAR || kind == HISTORY_SOURCE_DISPENSING || kind == HISTORY_SOURCE_PREVIOUS;
}

enum status reconcile_add_own(struct actor *actor, struct uid id, enum history_source kind, struct error *err)
{
    struct reconcile_work w;
    struct reconcile_line_list lines = {0};
    struct uid source_id = UID_NONE;
    struct reconcile_new_source source = {.kind = kind, .reliability = RELIABILITY_VERIFIED, .as_of = site_today(actor->site)};
    enum status status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.add_own", id, WANTS_OPEN_AND_HELD, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < w.sources.len; i++) {
        if (w.sources.items[i].kind == kind) {
            return work_end(&w, error_set_field(err, STATUS_EXISTS, "source", _("This source is there already.")), err);
        }
    }
    switch (kind) {
    case HISTORY_SOURCE_MAR:
        status = lines_of_mar(&w, &lines, err);
        break;
    case HISTORY_SOURCE_DISPENSING:
        status = lines_of_fills(&w, &lines, err);
        break;
    case HISTORY_SOURCE_PREVIOUS:
        status = lines_of_previous(&w, &lines, &source.as_of, err);
        break;
    default:
        status = error_set_field(err, STATUS_INVALID, "source", _("This source has to be typed, pasted or read from a file."));
        break;
    }
    if (status == STATUS_OK && lines.len == 0) {
        status = error_set_field(err, STATUS_NOT_FOUND, "source",
                                 kind == HISTORY_SOURCE_DISPENSING ? _("Nothing was handed over here within a year.")
                                 : kind == HISTORY_SOURCE_MAR      ? _("Nothing of the last seven days is recorded here.")
                                                                   : _("The last signed list is empty."));
    }
    if (status == STATUS_OK) {
        status = work_source_for(&w, &source, &source_id, err);
    }
    if (status == STATUS_OK) {
        status = work_add_lines(&w, source_id, &lines, err);
    }
    reconcile_line_list_release(&lines);
    return work_end(&w, status == STATUS_OK ? work_match(&w, NULL, err) : status, err);
}
