/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "screens/dose_entry.h"
#include "service/products.h"

unsigned dose_identified(struct dose_screen *d)
{
    dose_form_ask(d);
    dose_form_focus(d);
    return STALE_LAYOUT;
}

/* A wristband once more: the same person, or a loud no. */
static unsigned scanned_person(struct shell *sh, struct dose_screen *d, const char *code)
{
    if (identify_by_scan(&d->who, sh, d->chart->patient.id, code)) {
        shell_say(sh, MESSAGE_GOOD, "%s", _("The wristband is this patient's."));
    }
    return STALE_CELLS;
}

/* A product is held against the order at once; what fails is not kept, and the right that fails is named. */
static unsigned scanned_product(struct shell *sh, struct dose_screen *d, const char *code, size_t len, bool *out_taken)
{
    char before[DOSE_PRODUCT_BYTES];
    struct dose_event event;
    struct error err = ERROR_INIT;
    size_t used = strlen(d->product);
    *out_taken = false;
    if (memchr(code, ' ', len) != NULL || used + len + 2 > sizeof d->product) {
        shell_say(sh, MESSAGE_ERROR, "%s", _("This code cannot be kept: it is too long, or one of too many."));
        return STALE_CELLS;
    }
    form_clear_errors(&d->form);
    memcpy(before, d->product, sizeof before);
    (void)snprintf(d->product + used, sizeof d->product - used, "%s%.*s", used > 0 ? " " : "", (int)len, code); /* fits */
    enum status status = dose_form_read(d, &event, &err);
    if (status == STATUS_OK) {
        status = dose_prepare(d->ws->actor, &event, &d->check, &err);
    }
    bool is_wrong = status != STATUS_OK || d->check.rights.state[RIGHT_DRUG] == RIGHT_FAIL;
    if (is_wrong) {
        if (status == STATUS_OK) {
            (void)error_set(&err, STATUS_REFUSED, "%s", d->check.rights.words);
        }
        shell_bell(sh);
        shell_fail(sh, &err);
    } else if (d->check.rights.words[0] != '\0') {
        shell_say(sh, MESSAGE_WARNING, "%s", d->check.rights.words);
    }
    if (is_wrong || (d->check.rights.is_too_much && used > 0)) {
        memcpy(d->product, before, sizeof d->product);
        dose_form_ask(d);
        return STALE_LAYOUT;
    }
    *out_taken = true;
    dose_form_ask(d);
    dose_form_focus(d);
    return STALE_LAYOUT;
}

/* The second code of a pack. What makes it unfit takes the product away with it. */
static unsigned add_lot(struct shell *sh, struct dose_screen *d, const char *code)
{
    bool is_taken = false;
    d->pack = (struct pack_codes){0};
    unsigned stale = scanned_product(sh, d, code, strlen(code), &is_taken);
    if (!is_taken) {
        d->product[d->pack_at] = '\0';
        dose_form_ask(d);
    }
    return stale;
}

void dose_await_lot(struct dose_screen *d)
{
    struct scan scan;
    const char *last = strrchr(d->product, ' '), *code = last != NULL ? last + 1 : d->product;
    if (code[0] != '\0' && product_read_scan(d->ws->site, code, strlen(code), &scan, NULL) == STATUS_OK && !scan_is_lot_only(&scan)) {
        (void)pack_take_product(&d->pack, clock_now_us(d->ws->clock), &scan); /* nothing is held yet */
        d->pack_at = last != NULL ? (size_t)(last - d->product) : 0;
    }
}

static unsigned scanned_lot(struct shell *sh, struct dose_screen *d, const struct scan *scan, const char *code)
{
    int64_t now_us = clock_now_us(d->ws->clock);
    if (pack_waits_for_lot(&d->pack, now_us)) {
        return add_lot(sh, d, code);
    }
    bool is_late = d->pack.product_us != 0;
    pack_hold_lot(&d->pack, now_us, code);
    shell_say(sh, MESSAGE_WARNING,
              is_late ? _("Lot %s came more than 20 seconds after the product: type it where it is asked, or leave and scan both codes again.")
                      : _("Lot %s, and no product: scan the pack's other code within 20 seconds."),
              scan->lot);
    return STALE_CELLS;
}

unsigned dose_scanned(struct shell *sh, struct dose_screen *d, const struct event *event)
{
    struct scan scan;
    struct error err = ERROR_INIT;
    if (!dose_is_identified(d)) {
        return identify_by_scan(&d->who, sh, d->chart->patient.id, event->text) ? dose_identified(d) : (unsigned)STALE_CELLS;
    }
    char lot[PACK_CODE_BYTES];
    if (pack_reads_lot(d->ws->actor, &d->pack, event->text, event->len_bytes, &scan, lot)) {
        return scanned_lot(sh, d, &scan, lot);
    }
    if (product_read_scan(d->ws->site, event->text, event->len_bytes, &scan, &err) != STATUS_OK) {
        shell_bell(sh);
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    switch (scan.kind) {
    case SCAN_KIND_MRN:
    case SCAN_KIND_UNKNOWN:
        return scanned_person(sh, d, event->text);
    case SCAN_KIND_RX:
        shell_say(sh, MESSAGE_INFO, "%s", _("This is a prescription number. Scan the product itself."));
        return STALE_CELLS;
    case SCAN_KIND_GS1:
    case SCAN_KIND_NDC:
    case SCAN_KIND_EAN13:
    case SCAN_KIND_UPC:
    case SCAN_KIND_COUNT:
        break;
    }
    size_t at = strlen(d->product);
    bool is_taken = false;
    unsigned stale = scanned_product(sh, d, event->text, event->len_bytes, &is_taken);
    const char *held = is_taken ? pack_take_product(&d->pack, clock_now_us(d->ws->clock), &scan) : NULL;
    d->pack_at = is_taken ? at : d->pack_at;
    if (held != NULL) {
        (void)snprintf(lot, sizeof lot, "%s", held); /* fits; adding it forgets it there */
        return add_lot(sh, d, lot);
    }
    return stale;
}
