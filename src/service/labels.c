/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/labels.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/fills_private.h"
#include "service/screening.h"

char *label_tallman(const struct site *site, const char *drug)
{
    struct buffer out = BUFFER_INIT;
    for (const char *at = drug; *at != '\0';) {
        size_t len = strcspn(at, " /,");
        char *word = mem_copy_bytes(at, len);
        const char *tall = len > 0 ? knowledge_tallman_of(site->knowledge, word) : NULL;
        buffer_append_text(&out, tall != NULL ? tall : word);
        mem_free(word);
        at += len;
        if (*at != '\0') {
            buffer_append_byte(&out, *at++);
        }
    }
    return buffer_take(&out);
}

/* ---- the dose as it comes out of this pack ---- */

static struct label_dose dose_of(const struct site *site, const struct fill_view *v)
{
    struct drug_identity product;
    struct label_dose dose = {{0, 0}, {0, 0}, UNIT_NONE};
    struct sig low = v->order.sig;
    enum unit unit = UNIT_NONE;
    (void)resolve_drug(site->knowledge, v->fill.product, &product); /* the match is in the identity */
    struct fill_strength s = fill_strength_of(&product);
    bool has_range = !decimal_is_zero(low.dose_high);
    low.dose_high = (struct decimal){0, 0};
    if (!fill_pieces_per_dose(&low, s.amount, s.unit, s.per_ml, &dose.count, &unit)) {
        bool is_direct = low.unit == UNIT_UNITS && !decimal_is_zero(low.dose); /* insulin is dosed and read in units */
        return is_direct ? (struct label_dose){low.dose, has_range ? v->order.sig.dose_high : (struct decimal){0, 0}, UNIT_UNITS} : dose;
    }
    if (low.unit == UNIT_UNITS) {
        return (struct label_dose){low.dose, has_range ? v->order.sig.dose_high : (struct decimal){0, 0}, UNIT_UNITS};
    }
    if (has_range && !fill_pieces_per_dose(&v->order.sig, s.amount, s.unit, s.per_ml, &dose.count_high, &unit)) {
        return (struct label_dose){{0, 0}, {0, 0}, UNIT_NONE};
    }
    dose.unit = unit != UNIT_NONE ? unit
                : product.form == DRUG_FORM_TABLET ? UNIT_TABLET
                : product.form == DRUG_FORM_CAPSULE ? UNIT_CAPSULE
                : product.form == DRUG_FORM_PATCH ? UNIT_PATCH
                : product.form == DRUG_FORM_SUPPOSITORY ? UNIT_SUPPOSITORY
                                                        : v->fill.unit;
    return dose;
}

/* ---- warnings ---- */

struct warnings {
    enum label_warning items[8];
    int count;
};

static void warn(struct warnings *w, enum label_warning warning)
{
    if (w->count < (int)(sizeof w->items / sizeof *w->items)) {
        w->items[w->count++] = warning;
    }
}

/* By classes of the knowledge and by the form: what a pharmacy's auxiliary labels say. */
static void find_warnings(const struct site *site, const struct fill_view *v, struct warnings *w)
{
    static const struct {
        const char *class_key;
        enum label_warning warning;
    } CLASSES[] = {{"cns_depressant", LABEL_WARNING_DROWSY}, {"opioid", LABEL_WARNING_DROWSY}, {"nsaid", LABEL_WARNING_FOOD},
                   {"opioid", LABEL_WARNING_ALCOHOL}, {"benzodiazepine", LABEL_WARNING_ALCOHOL}, {"z_drug", LABEL_WARNING_ALCOHOL},
                   {"penicillin_class", LABEL_WARNING_FINISH}, {"cephalosporin", LABEL_WARNING_FINISH}, {"macrolide", LABEL_WARNING_FINISH},
                   {"quinolone", LABEL_WARNING_FINISH}, {"tetracycline_class", LABEL_WARNING_FINISH}, {"tetracycline_class", LABEL_WARNING_SUN},
                   {"insulin", LABEL_WARNING_COLD}};
    struct drug_identity product;
    (void)resolve_drug(site->knowledge, v->fill.product, &product); /* the match is in the identity */
    unsigned flags = 0;
    bool is_listed[LABEL_WARNING_COUNT] = {false};
    for (int i = 0; i < product.ingredient_count; i++) {
        flags |= knowledge_flags(site->knowledge, product.ingredients[i]);
        for (size_t c = 0; c < sizeof CLASSES / sizeof *CLASSES; c++) {
            uint16_t class_id = knowledge_find_class(site->knowledge, CLASSES[c].class_key);
            if (class_id != KNOWLEDGE_NO_ID && knowledge_in_class(site->knowledge, product.ingredients[i], class_id)) {
                is_listed[CLASSES[c].warning] = true;
            }
        }
    }
    const struct sig *sig = &v->order.sig;
    is_listed[LABEL_WARNING_FOOD] = is_listed[LABEL_WARNING_FOOD] && sig->route == ROUTE_ORAL && !sig->with_food && !sig->before_food && !sig->after_food;
    is_listed[LABEL_WARNING_SHAKE] = product.form == DRUG_FORM_LIQUID && sig->route == ROUTE_ORAL;
    is_listed[LABEL_WARNING_WHOLE] = product.is_extended_release && sig->route == ROUTE_ORAL;
    is_listed[LABEL_WARNING_SKIN_ONLY] = sig->route == ROUTE_TOPICAL;
    is_listed[LABEL_WARNING_EYE_ONLY] = sig->route == ROUTE_OPHTHALMIC;
    is_listed[LABEL_WARNING_EAR_ONLY] = sig->route == ROUTE_OTIC;
    is_listed[LABEL_WARNING_TRANSFER] = (flags & (INGREDIENT_CONTROLLED_2 | INGREDIENT_CONTROLLED_3 | INGREDIENT_CONTROLLED_4)) != 0;
    for (int i = 0; i < LABEL_WARNING_COUNT; i++) {
        if (is_listed[i]) {
            warn(w, (enum label_warning)i);
        }
    }
}

/* ---- the label ---- */

static struct date use_by(const struct site *site, const struct fill_view *v)
{
    struct date by = date_add_days(site_today(site), 365);
    for (size_t i = 0; i < v->packs.len; i++) {
        struct date expiry = v->packs.items[i].expiry;
        by = !date_is_none(expiry) && date_compare(expiry, by) < 0 ? expiry : by;
    }
    return by;
}

/* In this language, all of it or nothing. */
static enum status write_label(const struct site *site, const struct fill_view *v, enum label_language language, struct document *d,
                               struct error *err)
{
    struct buffer directions = BUFFER_INIT;
    struct label_dose dose = dose_of(site, v);
    char quantity[64], day[DATE_TEXT_MAX];
    enum status status = label_directions(&v->order.sig, &dose, language, &directions, err);
    bool is_written = status != STATUS_OK && language == LABEL_ENGLISH && v->order.directions != NULL && v->order.directions[0] != '\0' &&
                      v->order.sig.kind == SCHEDULE_KIND_UNSTRUCTURED;
    if (is_written) {
        buffer_append_text(&directions, v->order.directions); /* the prescriber's own words are all there is */
        status = STATUS_OK;
    }
    if (status != STATUS_OK) {
        buffer_release(&directions);
        return status;
    }
    char *drug = label_tallman(site, v->fill.product);
    document_bold(d, drug);
    document_large(d, directions.bytes);
    char *line = v->refills_left > 0 ? mem_format("%s: %s   %s: %d", label_word(LABEL_WORD_QUANTITY, language),
                                                  fill_quantity_text(v->fill.filled, v->fill.unit, quantity),
                                                  label_word(LABEL_WORD_REFILLS, language), v->refills_left)
                                     : mem_format("%s: %s   %s", label_word(LABEL_WORD_QUANTITY, language),
                                                  fill_quantity_text(v->fill.filled, v->fill.unit, quantity),
                                                  label_word(LABEL_WORD_NO_REFILLS, language));
    document_paragraph(d, line);
    mem_free(line);
    line = mem_format("%s: %s   Lot %s", label_word(LABEL_WORD_USE_BY, language), date_format_iso(use_by(site, v), day),
                      v->packs.len > 0 ? v->packs.items[0].lot : "");
    document_paragraph(d, line);
    mem_free(line);
    if (v->order.prescriber_name != NULL && v->order.prescriber_name[0] != '\0') {
        document_pair(d, label_word(LABEL_WORD_PRESCRIBER, language), v->order.prescriber_name);
    }
    struct warnings warnings = {.count = 0};
    find_warnings(site, v, &warnings);
    for (int i = 0; i < warnings.count; i++) {
        const char *text = label_warning_text(warnings.items[i], language);
        text = text != NULL ? text : label_warning_text(warnings.items[i], LABEL_ENGLISH);
        document_paragraph(d, text);
    }
    mem_free(drug);
    buffer_release(&directions);
    return STATUS_OK;
}

static struct document *begin(const struct site *site, const struct patient *patient, const struct fill_view *v)
{
    char day[DATE_TEXT_MAX];
    const char *prefix = settings_text(&site->settings, SETTING_SCAN_RX_PREFIX);
    const char *number = v->order.prescription_number != NULL ? v->order.prescription_number : "";
    char *name = patient_display_name(patient);
    char *form = mem_format("Rx %s", number), *barcode = mem_format("%s%s", prefix, number);
    char *title = mem_format("%s%s", site->row.is_demo ? _("DEMO ") : "", site->row.name);
    char *header = mem_format("%s   %s", name, date_format_iso(site_today(site), day));
    struct document *d = document_new(&(struct document_info){.title = title, .form = form, .header = header, .barcode = barcode});
    mem_free(header);
    mem_free(title);
    mem_free(barcode);
    mem_free(form);
    mem_free(name);
    return d;
}

enum status label_make(struct actor *actor, const struct patient *patient, const struct fill_view *v, const char *language,
                       struct label *out, struct error *err)
{
    struct label label = {.language = LABEL_ENGLISH};
    struct error why = ERROR_INIT;
    enum status status = act_permit(actor, PERMISSION_FILL_PREPARE, "label.make", err);
    if (status != STATUS_OK) {
        return status;
    }
    if (v->packs.len == 0) {
        return error_set(err, STATUS_REFUSED, _("Nothing is in the bag yet: fill it, then print its label."));
    }
    const char *wanted = language != NULL ? language : patient->language;
    int found = label_language_find(wanted);
    label.document = begin(actor->site, patient, v);
    if (found < 0) {
        (void)snprintf(label.refusal, sizeof label.refusal, _("There is no table of phrases for \"%.20s\"; this label is in English."), wanted);
    } else if (found != LABEL_ENGLISH) {
        status = write_label(actor->site, v, (enum label_language)found, label.document, &why);
        if (status == STATUS_OK) {
            label.language = (enum label_language)found;
            *out = label;
            return STATUS_OK;
        }
        (void)snprintf(label.refusal, sizeof label.refusal, _("%s This label is in English."), error_text(&why)); /* cut is fine */
    }
    status = write_label(actor->site, v, LABEL_ENGLISH, label.document, &why);
    if (status != STATUS_OK) {
        label_release(&label);
        return error_set(err, STATUS_REFUSED, _("%s Write the directions on the label by hand."), error_text(&why));
    }
    *out = label;
    return STATUS_OK;
}

void label_release(struct label *label)
{
    document_free(label->document);
    *label = (struct label){0};
}

enum status owed_slip_make(struct actor *actor, const struct patient *patient, const struct fill_view *v, struct document **out,
                           struct error *err)
{
    char quantity[64];
    enum status status = act_permit(actor, PERMISSION_FILL_PREPARE, "label.make", err);
    if (status == STATUS_OK && decimal_is_zero(v->owed)) {
        status = error_set(err, STATUS_REFUSED, _("Nothing is owed of this fill."));
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct document *d = begin(actor->site, patient, v);
    char *drug = label_tallman(actor->site, v->fill.product[0] != '\0' ? v->fill.product : v->order.drug_text);
    document_large(d, _("OWED TO YOU"));
    document_bold(d, drug);
    document_pair(d, _("Still owed"), fill_quantity_text(v->owed, v->fill.unit, quantity));
    document_paragraph(d, _("Bring this slip when you collect the rest. You need no new prescription for it."));
    mem_free(drug);
    *out = d;
    return STATUS_OK;
}
