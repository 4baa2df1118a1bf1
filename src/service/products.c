/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/products.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/fill.h"
#include "service/act.h"
#include "service/patients.h"
#include "store/fill_store.h"
#include "store/product_store.h"

enum { IMPORT_BYTES_MAX = 64 << 20, IMPORT_BLOCK = 200, DRUG_BYTES = 200 };

void product_release(struct product *product)
{
    mem_free(product->drug);
    mem_free(product->source);
    *product = (struct product){0};
}

enum status product_read_scan(const struct site *site, const char *bytes, size_t len, struct scan *out, struct error *err)
{
    const struct scan_options options = {
        .separator = settings_text(&site->settings, SETTING_SCAN_SEPARATOR),
        .rx_prefix = settings_text(&site->settings, SETTING_SCAN_RX_PREFIX),
        .mrn_prefix = settings_text(&site->settings, SETTING_SCAN_MRN_PREFIX),
    };
    return scan_read(bytes, len, &options, site_today(site), out, err);
}

/* ---- looking up ---- */

/* One more reading that the table knows; two that differ in the drug cannot both be meant. */
static enum status try_code(struct store *store, enum code_system system, const char *code, struct product *found,
                            struct error *err)
{
    struct product_code row;
    enum status status = product_code_get(store, system, code, &row, NULL);
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_OK : error_set(err, status, "%s", status_text(status));
    }
    if (found->drug == NULL) {
        found->drug = mem_copy_text(row.drug);
        found->source = mem_copy_text(row.source);
    } else if (strcmp(found->drug, row.drug) != 0) {
        status = error_set(err, STATUS_REFUSED, _("This code stands for %s or for %s: it does not say which. Type the NDC with "
                                                  "its hyphens, or choose why there is no scan."),
                           found->drug, row.drug);
    }
    product_code_release(&row);
    return status;
}

enum status product_find(struct site *site, const struct scan *scan, struct product *out, struct error *err)
{
    struct product found = {0};
    struct store *store = site->store;
    enum status status = scan->gtin[0] != '\0' ? try_code(store, CODE_SYSTEM_GTIN, scan->gtin, &found, err) : STATUS_OK;
    if (found.drug == NULL) { /* the GTIN itself is the surer word */
        for (int i = 0; status == STATUS_OK && i < scan->reading_count; i++) {
            status = try_code(store, CODE_SYSTEM_NDC, scan->readings[i], &found, err);
        }
    }
    if (status == STATUS_OK && found.drug == NULL) {
        status = error_set(err, STATUS_NOT_FOUND,
                           _("This product code is not known here. A pharmacist can teach it: prescripcare scan CODE --learn DRUG."));
    }
    if (status != STATUS_OK) {
        product_release(&found);
        return status;
    }
    (void)resolve_drug(site->knowledge, found.drug, &found.identity); /* the match is in the identity */
    *out = found;
    return STATUS_OK;
}

/* ---- packs with two codes ---- */

static bool is_in_time(int64_t at_us, int64_t now_us)
{
    return at_us != 0 && now_us >= at_us && now_us - at_us <= PACK_WAIT_US;
}

bool pack_waits_for_lot(const struct pack_codes *pack, int64_t now_us)
{
    return is_in_time(pack->product_us, now_us);
}

bool pack_reads_lot(struct actor *actor, const struct pack_codes *pack, const char *code, size_t len, struct scan *out,
                    char out_code[PACK_CODE_BYTES])
{
    const struct site *site = actor->site;
    const struct scan_options options = {.separator = settings_text(&site->settings, SETTING_SCAN_SEPARATOR)};
    struct scan scan;
    struct uid person;
    enum status status = len < PACK_CODE_BYTES ? product_read_scan(site, code, len, &scan, NULL) : STATUS_LIMIT;
    bool is_dressed = status == STATUS_OK && scan_is_lot_only(&scan);
    bool is_code = status != STATUS_INVALID && (status != STATUS_OK || scan.kind != SCAN_KIND_UNKNOWN); /* a number that is one */
    bool is_bare = !is_dressed && !is_code && pack_waits_for_lot(pack, clock_now_us(site->clock)) &&
                   scan_read_bare_lot(code, len, &options, site_today(site), &scan) &&
                   patient_resolve(actor, scan.number, &person, NULL) == STATUS_NOT_FOUND;
    if (!is_dressed && !is_bare) {
        return false;
    }
    (void)snprintf(out_code, PACK_CODE_BYTES, "%s%.*s", is_bare ? "]C1" : "", (int)len, code); /* fits */
    *out = scan;
    return true;
}

void pack_hold_lot(struct pack_codes *pack, int64_t now_us, const char *code)
{
    *pack = (struct pack_codes){.lot_us = now_us};
    (void)snprintf(pack->lot, sizeof pack->lot, "%s", code); /* fits */
}

const char *pack_take_product(struct pack_codes *pack, int64_t now_us, const struct scan *product)
{
    bool has_lot = product->lot[0] != '\0';
    bool is_held = is_in_time(pack->lot_us, now_us) && !has_lot;
    pack->lot_us = 0;
    pack->product_us = has_lot || is_held ? 0 : now_us;
    return is_held ? pack->lot : NULL;
}

/* ---- recalls ---- */

static bool is_meant(const struct site *site, const struct lot_recall *recall, const char *drug)
{
    struct drug_identity recalled, is;
    if (recall->product[0] == '\0') {
        return true;
    }
    (void)resolve_drug(site->knowledge, recall->product, &recalled); /* the match is in the identity */
    (void)resolve_drug(site->knowledge, drug, &is);
    return recalled.ingredient_count == 0 || is.ingredient_count == 0 ||
           (recalled.ingredient_count == is.ingredient_count &&
            memcmp(recalled.ingredients, is.ingredients, is.ingredient_count * sizeof is.ingredients[0]) == 0);
}

enum status product_check_lot(struct site *site, const char *lot, const char *drug, int64_t at_us, struct error *err)
{
    char normal[LOT_TEXT_MAX];
    struct lot_recall_list recalls = {0};
    enum status status = lot_normal(lot, normal)[0] != '\0' ? lot_recall_list_get(site->store, normal, &recalls, err) : STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < recalls.len; i++) {
        const struct lot_recall *recall = &recalls.items[i];
        if (recall->at_us <= at_us && is_meant(site, recall, drug)) {
            status = error_set_field(err, STATUS_REFUSED, "lot", _("RECALLED: lot %s must not be used: %s"), normal, recall->reason);
        }
    }
    lot_recall_list_release(&recalls);
    return status;
}

/* ---- learning ---- */

static enum status check_drug(const struct site *site, const char *drug, struct error *err)
{
    struct drug_identity identity;
    if (resolve_drug(site->knowledge, drug, &identity) != DRUG_KNOWN || identity.ingredient_count == 0) {
        return error_set_field(err, STATUS_INVALID, "drug", _("\"%.80s\" is not a drug that can be checked. Write name, strength "
                                                              "and form, such as metformin 500 mg tab."),
                               drug);
    }
    return STATUS_OK;
}

static enum status put(struct act *act, enum code_system system, const char *code, const char *drug, const char *rxcui,
                       const char *source, bool *out_changed, struct error *err)
{
    char *cleaned = text_clean(drug, strlen(drug), DRUG_BYTES, TEXT_ASCII, NULL);
    char *copy = mem_copy_text(code), *cui = mem_copy_text(rxcui), *from = mem_copy_text(source);
    const struct product_code row = {.system = system, .code = copy, .drug = cleaned, .rxcui = cui, .source = from};
    mem_free(act->old_values);
    mem_free(act->new_values);
    act->old_values = act->new_values = NULL;
    enum status status = product_code_put(act->actor->site->store, &row, act->actor->user, &act->record, out_changed,
                                          &act->old_values, &act->new_values, err);
    mem_free(cleaned);
    mem_free(copy);
    mem_free(cui);
    mem_free(from);
    return status;
}

enum status product_learn(struct actor *actor, const struct scan *scan, const char *drug, const char *source,
                          struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_KNOWLEDGE_ADMIN, "product.learn", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct act act = ACT(actor, PERMISSION_KNOWLEDGE_ADMIN, "product.learn", "drug_codes", UID_NONE);
    bool is_changed = false, is_exact = scan->reading_count == 1;
    if (scan->gtin[0] == '\0' && !is_exact) {
        return error_set_field(err, STATUS_INVALID, "code", _("This is no product code that could be learned: a GTIN, or an NDC "
                                                              "with its hyphens or as 11 digits."));
    }
    enum status status = check_drug(actor->site, drug, err);
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = scan->gtin[0] != '\0' ? put(&act, CODE_SYSTEM_GTIN, scan->gtin, drug, "", source, &is_changed, err)
                                   : put(&act, CODE_SYSTEM_NDC, scan->readings[0], drug, "", source, &is_changed, err);
    return act_end(&act, status, err);
}

/* ---- a file ---- */

/* Cuts the next field of a line in place. */
static char *next_field(char **rest, char stop)
{
    char *field = *rest;
    char *end = field + strcspn(field, stop == '\t' ? "\t\n" : "\n");
    *rest = *end != '\0' ? end + 1 : end;
    *end = '\0';
    return field;
}

static enum status import_line(struct act *act, char *line, const char *source, struct product_import *counts, int number,
                               struct error *err)
{
    char *rest = line;
    const char *ndc = next_field(&rest, '\t'), *rxcui = next_field(&rest, '\t');
    (void)next_field(&rest, '\t'); /* the type is in the name's words */
    const char *name = next_field(&rest, '\t');
    struct scan scan;
    bool is_changed = false;
    bool is_good = strlen(ndc) == 11 && scan_read(ndc, 11, NULL, (struct date){2000, 1, 1}, &scan, NULL) == STATUS_OK &&
                   scan.kind == SCAN_KIND_NDC && check_drug(act->actor->site, name, NULL) == STATUS_OK;
    if (!is_good) {
        counts->refused++;
        counts->first_refused_line = counts->first_refused_line == 0 ? number : counts->first_refused_line;
        return STATUS_OK;
    }
    enum status status = put(act, CODE_SYSTEM_NDC, scan.readings[0], name, rxcui, source, &is_changed, err);
    counts->added += is_changed;
    counts->unchanged += !is_changed;
    return status;
}

static enum status import_block(struct actor *actor, char **rest, const char *source, struct product_import *counts,
                                int *number, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_KNOWLEDGE_ADMIN, "product.import", "drug_codes", UID_NONE);
    struct product_import before = *counts;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (int i = 0; status == STATUS_OK && i < IMPORT_BLOCK && **rest != '\0'; i++) {
        char *line = next_field(rest, '\n');
        status = import_line(&act, line, source, counts, ++*number, err);
    }
    (void)snprintf(act.details, sizeof act.details, "lines to %d, added %d", *number, counts->added - before.added); /* not shown */
    return act_end(&act, status, err);
}

enum status product_import(struct actor *actor, const char *path, struct product_import *out, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_KNOWLEDGE_ADMIN, "product.import", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct buffer file = BUFFER_INIT;
    struct product_import counts = {0};
    int number = 1;
    const char *slash = strrchr(path, '/');
    enum status status = buffer_read_file(&file, path, IMPORT_BYTES_MAX, err);
    if (status != STATUS_OK) {
        return status;
    }
    char *rest = file.bytes != NULL ? file.bytes : (char[]){""};
    const char *head = next_field(&rest, '\n');
    if (strncmp(head, "ndc11\trxcui\t", 12) != 0) {
        status = error_set_field(err, STATUS_INVALID, "line 1", _("The first line does not name the columns ndc11, rxcui, type and "
                                                                  "name. Nothing was loaded."));
    }
    while (status == STATUS_OK && *rest != '\0') {
        status = import_block(actor, &rest, slash != NULL ? slash + 1 : path, &counts, &number, err);
    }
    buffer_release(&file);
    if (status == STATUS_OK) {
        *out = counts;
    }
    return status;
}
