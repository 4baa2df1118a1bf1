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
static unsigned scanned_product(struct shell *sh, struct dose_screen *d, const char *code, size_t len)
{
    char before[DOSE_PRODUCT_BYTES];
    struct dose_event event;
    struct error err = ERROR_INIT;
    size_t used = strlen(d->product);
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
    dose_form_ask(d);
    dose_form_focus(d);
    return STALE_LAYOUT;
}

unsigned dose_scanned(struct shell *sh, struct dose_screen *d, const struct event *event)
{
    struct scan scan;
    struct error err = ERROR_INIT;
    if (!dose_is_identified(d)) {
        return identify_by_scan(&d->who, sh, d->chart->patient.id, event->text) ? dose_identified(d) : (unsigned)STALE_CELLS;
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
    return scanned_product(sh, d, event->text, event->len_bytes);
}
