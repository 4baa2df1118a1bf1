/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a scan goes when the screen that is shown had no use for it: a wristband or a prescription leads to its patient
 * from Home, elsewhere it only says whose it is, so that two charts are never mixed; a product is named. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/screens.h"
#include "service/fills_list.h"
#include "service/patients.h"
#include "service/products.h"

/* The one patient that a prescription number belongs to. */
static enum status patient_of_prescription(struct actor *actor, const char *number, struct uid *out, struct error *err)
{
    struct find_session *find = NULL;
    struct patient_hit_list hits = {0};
    enum status status = find_begin(actor, &find, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = find_type(find, number, 2, &hits, err);
    bool is_one = status == STATUS_OK && hits.len == 1 && hits.items[0].match == 'x';
    if (is_one) {
        *out = hits.items[0].id;
    } else if (status == STATUS_OK) {
        status = error_set(err, STATUS_NOT_FOUND, _("No prescription here has the number %.40s."), number);
    }
    find_end(find, is_one ? *out : UID_NONE);
    patient_hit_list_release(&hits);
    return status;
}

static unsigned fail(struct shell *sh, const struct error *err)
{
    shell_bell(sh);
    shell_fail(sh, err);
    return STALE_CELLS;
}

static unsigned name_product(struct shell *sh, struct workstation *ws, const struct scan *scan)
{
    struct product product;
    struct error err = ERROR_INIT;
    char expiry[DATE_TEXT_MAX];
    if (product_find(ws->site, scan, &product, &err) != STATUS_OK) {
        return fail(sh, &err);
    }
    bool has_expiry = !date_is_none(scan->expiry);
    shell_say(sh, MESSAGE_INFO, "%s%s%s%s%s", product.drug, scan->lot[0] != '\0' ? _(", lot ") : "", scan->lot,
              has_expiry ? _(", good until ") : "", has_expiry ? date_format_human(scan->expiry, expiry) : "");
    product_release(&product);
    return STALE_CELLS;
}

bool scan_opens_fill(struct shell *sh, struct workstation *ws, const struct event *event)
{
    struct scan scan;
    struct fill_argument argument = {.fill = UID_NONE};
    struct error err = ERROR_INIT;
    if (ws->actor == NULL || !actor_may(ws->actor, PERMISSION_FILL_PREPARE) ||
        product_read_scan(ws->site, event->text, event->len_bytes, &scan, NULL) != STATUS_OK || scan.kind != SCAN_KIND_RX) {
        return false;
    }
    if (fill_find_number(ws->actor, scan.number, &argument.patient, &argument.order, &err) != STATUS_OK) {
        (void)fail(sh, &err);
        return true;
    }
    shell_open_or_say(sh, &SCREEN_FILL, &argument);
    return true;
}

unsigned scan_route(struct shell *sh, struct workstation *ws, const struct event *event, struct uid *out_patient)
{
    struct scan scan;
    struct error err = ERROR_INIT;
    *out_patient = UID_NONE;
    if (ws->actor == NULL) {
        return EVENT_UNHANDLED;
    }
    enum status status = product_read_scan(ws->site, event->text, event->len_bytes, &scan, &err);
    if (status != STATUS_OK) {
        return fail(sh, &err);
    }
    switch (scan.kind) {
    case SCAN_KIND_GS1:
    case SCAN_KIND_NDC:
    case SCAN_KIND_EAN13:
    case SCAN_KIND_UPC:
        return name_product(sh, ws, &scan);
    case SCAN_KIND_RX:
        status = patient_of_prescription(ws->actor, scan.number, out_patient, &err);
        break;
    case SCAN_KIND_MRN:
    case SCAN_KIND_UNKNOWN:
    case SCAN_KIND_COUNT:
        status = patient_resolve(ws->actor, scan.number, out_patient, &err);
        break;
    }
    return status == STATUS_OK ? (unsigned)STALE_CELLS : fail(sh, &err);
}

unsigned workstation_scan(struct shell *sh, void *app, const struct event *event)
{
    struct uid patient;
    unsigned stale = scan_route(sh, app, event, &patient);
    if (!uid_is_none(patient)) {
        shell_say(sh, MESSAGE_WARNING, "%s",
                  _("This is a patient's code. Go back to Home to open their chart, or open the dose to identify them."));
    }
    return stale;
}
