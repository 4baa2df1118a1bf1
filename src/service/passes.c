/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/passes.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"

static void release_item(struct pass_item *item)
{
    mem_free(item->drug);
    mem_free(item->dose);
    *item = (struct pass_item){0};
}

void pass_release(struct pass *pass)
{
    for (size_t i = 0; i < pass->len; i++) {
        release_item(&pass->items[i]);
    }
    mem_free(pass->items);
    *pass = (struct pass){0};
}

bool pass_is_ticked(const struct pass_item *item)
{
    return uid_is_none(item->saved) && (item->is_chosen || item->codes[0] != '\0');
}

struct dose_event pass_event(const struct actor *actor, const struct pass *pass, const struct pass_item *item)
{
    bool is_scanned = item->codes[0] != '\0';
    return (struct dose_event){
        .patient = pass->patient,
        .order = item->order,
        .order_version = item->order_version,
        .slot = item->slot.id,
        .planned_us = item->slot.planned_us,
        .occurred_us = clock_now_us(actor->site->clock),
        .status = DOSE_STATUS_GIVEN,
        .amount = item->amount,
        .unit = item->unit,
        .route = item->route,
        .with_food = item->with_food,
        .identified_by = pass->identified_by,
        .product_code = (char *)item->codes,
        .no_scan_reason = is_scanned ? NO_SCAN_REASON_NONE_GIVEN : pass->no_scan,
        .recorded_via = is_scanned ? RECORDED_VIA_SCAN : RECORDED_VIA_WORKSTATION,
    };
}

static void say(struct pass_item *item, const char *words)
{
    (void)snprintf(item->words, sizeof item->words, "%s", words);
    text_drop_cut(item->words);
}

/* What is still missing, by the rules of recording themselves. */
static void judge(struct actor *actor, const struct pass *pass, struct pass_item *item)
{
    struct error err = ERROR_INIT;
    struct dose_check check = {.questions = 0};
    if (!uid_is_none(item->saved)) {
        return;
    }
    struct dose_event event = pass_event(actor, pass, item);
    enum status status = dose_try(actor, &event, 0, &check, &err);
    item->is_complete = item->codes[0] != '\0' && check.rights.scans > 0 && check.rights.known == check.rights.scans &&
                        check.rights.state[RIGHT_DRUG] == RIGHT_PASS && check.rights.state[RIGHT_DOSE] == RIGHT_PASS;
    item->is_ready = status == STATUS_OK && pass_is_ticked(item);
    bool is_only_unticked = !pass_is_ticked(item) && strcmp(err.field, "no_scan_reason") == 0;
    say(item, status == STATUS_OK || is_only_unticked ? "" : error_text(&err));
}

/* ---- filling ---- */

static bool is_wanted(const struct dose_slot *slot)
{
    bool is_waiting = slot->state == SLOT_DONE && (slot->status == DOSE_STATUS_UNAVAILABLE || slot->status == DOSE_STATUS_AWAY);
    return !slot->is_unplanned && (is_waiting || slot->state == SLOT_EARLY_OK || slot->state == SLOT_DUE ||
                                   slot->state == SLOT_LATE || slot->state == SLOT_OVERDUE);
}

static struct pass_item *find_item(struct pass *pass, struct uid slot)
{
    for (size_t i = 0; i < pass->len; i++) {
        if (uid_compare(pass->items[i].slot.id, slot) == 0) {
            return &pass->items[i];
        }
    }
    return NULL;
}

static struct pass_item make_item(const struct order *order, const struct dose_slot *slot, const struct pass_item *before)
{
    char dose[SIG_TEXT_MAX];
    struct sig sig;
    sig_step(&order->sig, slot->step, &sig); /* a taper's doses differ */
    struct pass_item item = {
        .slot = *slot, .order = order->id, .order_version = order->version, .amount = sig.dose, .unit = sig.unit,
        .route = sig.route, .with_food = sig.with_food,
    };
    item.drug = order_display_drug(order);
    item.dose = mem_format("%s %s", sig_format_dose(&sig, dose), sig_route_label(&sig));
    if (!decimal_is_zero(sig.dose_high)) { /* a range: the person says how much */
        item.amount = (struct decimal){0, 0};
        item.unit = UNIT_NONE;
    }
    bool is_taken_back = before != NULL && !uid_is_none(before->saved) && slot->state != SLOT_DONE;
    if (before != NULL && !is_taken_back && uid_compare(before->order_version, order->version) == 0) {
        memcpy(item.codes, before->codes, sizeof item.codes);
        item.is_chosen = before->is_chosen;
        item.saved = before->saved;
        item.saved_us = before->saved_us;
        item.is_told = before->is_told;
    }
    return item;
}

void pass_fill(struct actor *actor, struct pass *pass, const struct chart *chart)
{
    struct pass next = {.patient = chart->patient.id, .identified_by = pass->identified_by, .no_scan = pass->no_scan,
                        .pack = pass->pack, .pack_slot = pass->pack_slot, .pack_at = pass->pack_at};
    for (size_t i = 0; i < chart->slots.len; i++) {
        const struct dose_slot *slot = &chart->slots.items[i];
        struct pass_item *before = find_item(pass, slot->id);
        const struct order *order = chart_slot_order(chart, slot);
        bool is_mine = before != NULL && !uid_is_none(before->saved) && slot->state == SLOT_DONE; /* taken back: open again */
        if (order == NULL || (!is_mine && (!is_wanted(slot) || !chart_slot_is_in_force(chart, slot)))) {
            continue;
        }
        struct pass_item item = make_item(order, slot, before);
        item.saved = is_mine ? item.saved : UID_NONE;
        MEM_GROW(&next);
        next.items[next.len++] = item;
    }
    pass_release(pass);
    *pass = next;
    for (size_t i = 0; pass->identified_by != IDENTIFIED_BY_NONE_GIVEN && i < pass->len; i++) {
        judge(actor, pass, &pass->items[i]);
    }
}

/* ---- ticking ---- */

/* The order that a product fits, as needed: the person records it with its reason. */
static struct uid as_needed_order(struct actor *actor, const struct pass *pass, const struct chart *chart, const char *code)
{
    for (size_t i = 0; i < chart->orders.len; i++) {
        const struct order *order = &chart->orders.items[i];
        struct dose_rights rights;
        const struct dose_event event = {.patient = pass->patient, .order = order->id, .amount = order->sig.dose,
                                         .unit = order->sig.unit, .route = order->sig.route, .product_code = (char *)code};
        if (order->status == MEDICATION_STATUS_ACTIVE && sig_is_as_needed(&order->sig) &&
            dose_rights_by_scan(actor->site, order, &event, &rights, NULL) == STATUS_OK && rights.known > 0 &&
            rights.state[RIGHT_DRUG] == RIGHT_PASS) {
            return order->id;
        }
    }
    return UID_NONE;
}

/* Whether the item takes one more piece; *out_words: why not, where the drug is wanted. */
static bool takes(struct actor *actor, const struct pass *pass, const struct order *order, struct pass_item *item,
                  const char *code, size_t len, bool *out_known, char out_words[PASS_WORDS_BYTES], enum status *out_status,
                  struct error *err)
{
    char before[PASS_CODES_BYTES];
    struct dose_rights rights;
    size_t used = strlen(item->codes);
    if (!uid_is_none(item->saved) || used + len + 2 > sizeof item->codes) {
        return false;
    }
    memcpy(before, item->codes, sizeof before);
    (void)snprintf(item->codes + used, sizeof item->codes - used, "%s%.*s", used > 0 ? " " : "", (int)len, code); /* fits */
    struct dose_event event = pass_event(actor, pass, item);
    *out_status = dose_rights_by_scan(actor->site, order, &event, &rights, err);
    bool is_known = *out_status == STATUS_OK && rights.known == rights.scans;
    bool is_good = is_known && rights.state[RIGHT_DRUG] != RIGHT_FAIL && rights.state[RIGHT_ROUTE] != RIGHT_FAIL &&
                   !(rights.is_too_much && used > 0);
    *out_known = *out_known || is_known;
    if (!is_good) {
        memcpy(item->codes, before, sizeof before);
        if (*out_status == STATUS_OK && is_known && (rights.state[RIGHT_DRUG] != RIGHT_FAIL || rights.is_unusable)) {
            (void)snprintf(out_words, PASS_WORDS_BYTES, "%s", rights.words);
        }
    }
    return is_good;
}

/* Lot and expiry for the product that was ticked last. What makes it unfit takes the product away with it. */
static enum status add_lot(struct actor *actor, struct pass *pass, const struct chart *chart, const char *code, size_t *out_item,
                           struct error *err)
{
    struct pass_item *item = find_item(pass, pass->pack_slot);
    const struct order *order = item != NULL ? chart_slot_order(chart, &item->slot) : NULL;
    struct dose_rights rights;
    size_t used = item != NULL ? strlen(item->codes) : 0;
    pass->pack = (struct pack_codes){0};
    if (order == NULL || !uid_is_none(item->saved) || used == 0 || used + strlen(code) + 2 > sizeof item->codes) {
        return error_set_field(err, STATUS_REFUSED, "product", _("The product of this lot is not ticked any more. Scan both codes again."));
    }
    item->codes[used] = ' ';
    memcpy(item->codes + used + 1, code, strlen(code) + 1); /* fits: looked at above */
    struct dose_event event = pass_event(actor, pass, item);
    enum status status = dose_rights_by_scan(actor->site, order, &event, &rights, err);
    if (status == STATUS_OK && rights.is_unusable) {
        status = error_set_field(err, STATUS_REFUSED, "product", "%s", rights.words);
    }
    if (status != STATUS_OK) {
        item->codes[pass->pack_at] = '\0';
    }
    judge(actor, pass, item);
    *out_item = (size_t)(item - pass->items);
    return status;
}

static enum status scan_lot(struct actor *actor, struct pass *pass, const struct chart *chart, const struct scan *scan, const char *code,
                            size_t *out_item, struct error *err)
{
    int64_t now_us = clock_now_us(actor->site->clock);
    if (pack_waits_for_lot(&pass->pack, now_us)) {
        return add_lot(actor, pass, chart, code, out_item, err);
    }
    bool is_late = pass->pack.product_us != 0;
    pack_hold_lot(&pass->pack, now_us, code);
    return error_set_field(err, STATUS_NOT_FOUND, "product",
                           is_late ? _("Lot %s came more than 20 seconds after a product: whose it is, nobody can say. Take the tick away "
                                       "(Space) and scan both codes again.")
                                   : _("Lot %s, and no product: scan the pack's other code within 20 seconds."),
                           scan->lot);
}

/* The item took the code that begins at `at`; a lot that was scanned before it follows. */
static enum status took(struct actor *actor, struct pass *pass, const struct chart *chart, struct pass_item *item, size_t at,
                        const struct scan *scan, size_t *out_item, struct error *err)
{
    const char *lot = pack_take_product(&pass->pack, clock_now_us(actor->site->clock), scan);
    pass->pack_slot = item->slot.id;
    pass->pack_at = at;
    item->is_chosen = false;
    *out_item = (size_t)(item - pass->items);
    if (lot != NULL) {
        char code[PACK_CODE_BYTES];
        memcpy(code, lot, sizeof code); /* adding it forgets it there */
        return add_lot(actor, pass, chart, code, out_item, err);
    }
    judge(actor, pass, item);
    return STATUS_OK;
}

enum status pass_scan(struct actor *actor, struct pass *pass, const struct chart *chart, const char *code, size_t len,
                      size_t *out_item, struct uid *out_order, struct error *err)
{
    char words[PASS_WORDS_BYTES] = "";
    bool is_known = false;
    enum status status = STATUS_OK;
    *out_order = UID_NONE;
    if (memchr(code, ' ', len) != NULL) {
        return error_set_field(err, STATUS_REFUSED, "product", _("This code cannot be kept: it holds a space."));
    }
    struct scan scan;
    char lot[PACK_CODE_BYTES];
    if (pack_reads_lot(actor, &pass->pack, code, len, &scan, lot)) {
        return scan_lot(actor, pass, chart, &scan, lot, out_item, err);
    }
    status = product_read_scan(actor->site, code, len, &scan, err);
    for (int is_second = 0; is_second < 2; is_second++) { /* first what still lacks a piece, by its planned time */
        for (size_t i = 0; i < pass->len && status == STATUS_OK; i++) {
            struct pass_item *item = &pass->items[i];
            const struct order *order = chart_slot_order(chart, &item->slot);
            size_t at = strlen(item->codes);
            if (order != NULL && item->is_complete == (is_second != 0) &&
                takes(actor, pass, order, item, code, len, &is_known, words, &status, err)) {
                return took(actor, pass, chart, item, at, &scan, out_item, err);
            }
        }
    }
    if (status != STATUS_OK) {
        return status;
    }
    char *text = mem_copy_bytes(code, len);
    *out_order = as_needed_order(actor, pass, chart, text);
    mem_free(text);
    if (!uid_is_none(*out_order)) {
        return error_set(err, STATUS_REFUSED, _("As needed: this is recorded with what it is for."));
    }
    if (!is_known && pass->len > 0) {
        return error_set(err, STATUS_NOT_FOUND, _("This product code is not known here: it says nothing about the drug. Choose the "
                                                  "dose and tick it by hand, with the reason."));
    }
    return error_set(err, STATUS_REFUSED, "%s", words[0] != '\0' ? words : _("NOT DUE: no dose of this patient wants this product now."));
}

void pass_tick(struct actor *actor, struct pass *pass, size_t at)
{
    struct pass_item *item = &pass->items[at];
    if (!uid_is_none(item->saved)) {
        return;
    }
    item->is_chosen = !pass_is_ticked(item);
    item->codes[0] = '\0';
    judge(actor, pass, item);
}

int pass_ticked(const struct pass *pass)
{
    int count = 0;
    for (size_t i = 0; i < pass->len; i++) {
        count += pass_is_ticked(&pass->items[i]);
    }
    return count;
}

int pass_ready(const struct pass *pass)
{
    int count = 0;
    for (size_t i = 0; i < pass->len; i++) {
        count += pass_is_ticked(&pass->items[i]) && pass->items[i].is_ready;
    }
    return count;
}

enum status pass_record(struct actor *actor, struct pass *pass, int *out_saved, struct error *err)
{
    int saved = 0;
    struct error first = ERROR_INIT;
    for (size_t i = 0; i < pass->len; i++) {
        struct pass_item *item = &pass->items[i];
        struct error own = ERROR_INIT;
        if (!pass_is_ticked(item)) {
            continue;
        }
        struct dose_event event = pass_event(actor, pass, item);
        enum status status = dose_record(actor, &event, 0, &item->saved, &own);
        if (status == STATUS_OK) {
            item->saved_us = event.occurred_us;
            item->is_ready = false;
            item->words[0] = '\0';
            saved++;
        } else {
            item->is_ready = false;
            say(item, error_text(&own));
            first = first.message[0] == '\0' ? own : first;
        }
    }
    *out_saved = saved;
    if (saved > 0) {
        return STATUS_OK;
    }
    return first.message[0] != '\0' ? error_set(err, STATUS_REFUSED, "%s", error_text(&first))
                                    : error_set(err, STATUS_REFUSED, _("No dose is ticked: scan the products, or tick them with Space."));
}
