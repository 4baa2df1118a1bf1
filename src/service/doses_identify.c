/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is in front of the nurse: two identifiers, never the room (clinical.md 4.B.3). */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/act.h"
#include "service/doses.h"
#include "service/products.h"
#include "store/patient_link_store.h"
#include "store/patient_store.h"

enum identifier_shape { SHAPE_NONE, SHAPE_MRN, SHAPE_BIRTH_DATE, SHAPE_NAME };

/* Which of the patient's identifiers a text is; SHAPE_NONE when it is none of them. */
static enum identifier_shape shape_of(const struct patient *patient, struct date today, const char *text)
{
    struct date date;
    bool is_ambiguous = false;
    if (text == NULL || text[0] == '\0') {
        return SHAPE_NONE;
    }
    if (patient->mrn[0] != '\0' && text_equal_folded(text, patient->mrn)) {
        return SHAPE_MRN;
    }
    for (int month_first = 0; month_first < 2; month_first++) {
        if (date_parse_human(text, today, month_first != 0, &date, &is_ambiguous, NULL) == STATUS_OK &&
            date_compare(date, patient->birth_date) == 0) {
            return SHAPE_BIRTH_DATE;
        }
    }
    char *both = mem_format("%s %s", patient->last_name, patient->first_name);
    char *turned = mem_format("%s %s", patient->first_name, patient->last_name);
    bool is_name = text_equal_folded(text, both) || text_equal_folded(text, turned) ||
                   (patient->last_name[0] != '\0' && text_equal_folded(text, patient->last_name));
    mem_free(both);
    mem_free(turned);
    return is_name ? SHAPE_NAME : SHAPE_NONE;
}

/* What both texts are of one record of this person: an old wristband carries the number of an old record. */
static enum status shapes_of(struct site *site, struct uid patient_id, const char *first, const char *second,
                             enum identifier_shape *a, enum identifier_shape *b, struct error *err)
{
    struct person_records records;
    enum status status = person_records_get(site->store, patient_id, &records, err);
    for (int i = 0; status == STATUS_OK && i < records.count && (*a == SHAPE_NONE || *b == SHAPE_NONE); i++) {
        struct patient patient;
        status = patient_get(site->store, records.ids[i], &patient, err);
        if (status == STATUS_OK) {
            enum identifier_shape x = shape_of(&patient, site_today(site), first), y = shape_of(&patient, site_today(site), second);
            bool is_better = (x != SHAPE_NONE) + (y != SHAPE_NONE) > (*a != SHAPE_NONE) + (*b != SHAPE_NONE);
            *a = is_better ? x : *a;
            *b = is_better ? y : *b;
            patient_release(&patient);
        }
    }
    return status;
}

/* With or without the prefix of the site's wristbands: a scan that came slowly stands in a field like typed text. */
static const char *without_prefix(const struct site *site, const char *text, struct scan *scan)
{
    bool is_prefixed = text != NULL && product_read_scan(site, text, strlen(text), scan, NULL) == STATUS_OK && scan->kind == SCAN_KIND_MRN;
    return is_prefixed ? scan->number : text;
}

enum status patient_identify(struct actor *actor, struct uid patient_id, bool is_scan, const char *first, const char *second,
                             enum identified_by *out, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_CLINICAL_READ, "patient.identify", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct scan one, other;
    enum identifier_shape a = SHAPE_NONE, b = SHAPE_NONE;
    enum status status = shapes_of(actor->site, patient_id, without_prefix(actor->site, first, &one), without_prefix(actor->site, second, &other),
                                   &a, &b, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (is_scan) {
        status = a == SHAPE_MRN ? STATUS_OK
                                : error_set(err, STATUS_REFUSED, _("This wristband is not this patient's. Nothing was "
                                                                   "recorded; check who is in front of you."));
    } else if (a == SHAPE_NONE || b == SHAPE_NONE) {
        status = error_set_field(err, STATUS_REFUSED, a == SHAPE_NONE ? "first" : "second",
                                 _("This does not match the patient's record (name, birth date or MRN). Ask again."));
    } else if (a == b) {
        status = error_set_field(err, STATUS_REFUSED, "second", _("Two different identifiers are needed: name, birth date, "
                                                                  "MRN."));
    }
    if (status == STATUS_OK) {
        *out = is_scan ? IDENTIFIED_BY_WRISTBAND : IDENTIFIED_BY_TWO_IDENTIFIERS;
    }
    return status;
}
