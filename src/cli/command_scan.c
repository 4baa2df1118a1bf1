/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/products.h"

static void write_or_null(struct json_writer *w, const char *name, const char *text)
{
    json_write_member(w, name, text[0] != '\0' ? text : NULL);
}

static void write_json(const struct scan *scan, const struct product *product, const struct error *err)
{
    struct json_writer w = JSON_WRITER_INIT;
    char expiry[DATE_TEXT_MAX], produced[DATE_TEXT_MAX];
    json_begin_object(&w);
    json_write_member(&w, "kind", scan_kind_word(scan->kind));
    write_or_null(&w, "gtin", scan->gtin);
    write_or_null(&w, "ndc", scan->ndc);
    json_write_key(&w, "ndc_readings");
    json_begin_array(&w);
    for (int i = 0; i < scan->reading_count; i++) {
        json_write_string(&w, scan->readings[i]);
    }
    json_end_array(&w);
    write_or_null(&w, "lot", scan->lot);
    write_or_null(&w, "expiry", date_format_iso(scan->expiry, expiry));
    write_or_null(&w, "produced", date_format_iso(scan->produced, produced));
    write_or_null(&w, "serial", scan->serial);
    write_or_null(&w, "number", scan->kind == SCAN_KIND_RX || scan->kind == SCAN_KIND_MRN ? scan->number : "");
    json_write_key(&w, "may_lack_separator");
    json_write_bool(&w, scan->may_lack_separator);
    json_write_member(&w, "product", product->drug);
    write_or_null(&w, "error", err->message);
    json_end_object(&w);
    command_print_json(&w);
}

static void print_line(const char *label, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        printf("%-14s %s\n", label, text);
    }
}

static void print_words(const struct scan *scan, const struct product *product)
{
    char expiry[DATE_TEXT_MAX];
    print_line(_("kind"), scan_kind_label(scan->kind));
    print_line(N_("GTIN"), scan->gtin);
    print_line(N_("NDC"), scan->ndc);
    for (int i = 0; scan->reading_count > 1 && i < scan->reading_count; i++) {
        print_line(_("  or, padded"), scan->readings[i]);
    }
    print_line(_("lot"), scan->lot);
    print_line(_("expiry"), date_format_human(scan->expiry, expiry));
    print_line(_("serial"), scan->serial);
    print_line(_("number"), scan->kind == SCAN_KIND_RX || scan->kind == SCAN_KIND_MRN ? scan->number : "");
    print_line(_("product"), product->drug);
}

static int import(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct product_import counts;
    if (product_import(actor, flag_value(call, "learn-file"), &counts, err) != STATUS_OK) {
        return command_fail(err);
    }
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_key(&w, "added");
        json_write_int(&w, counts.added);
        json_write_key(&w, "unchanged");
        json_write_int(&w, counts.unchanged);
        json_write_key(&w, "refused");
        json_write_int(&w, counts.refused);
        json_end_object(&w);
        command_print_json(&w);
    } else {
        printf(_("added %d, known before %d, not a drug that can be checked %d\n"), counts.added, counts.unchanged,
               counts.refused);
    }
    return 0;
}

/* The site's table grows: one code, or a file of them. */
static int learn(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct scan scan;
    int code = 0;
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    if (flag_given(call, "learn-file")) {
        code = import(call, actor, &err);
    } else if (product_read_scan(site, call->words[0], strlen(call->words[0]), &scan, &err) != STATUS_OK ||
               product_learn(actor, &scan, flag_value(call, "learn"), "typed", &err) != STATUS_OK) {
        code = command_fail(&err);
    }
    command_leave(site, actor);
    return code;
}

/* With --site and --user the site's product codes are asked as well. */
static enum status look_up(const struct invocation *call, const struct scan *scan, struct product *out, struct error *err)
{
    struct site *site = NULL;
    struct actor *actor = NULL;
    enum status status = command_enter(call, &site, &actor, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = product_find(site, scan, out, err);
    command_leave(site, actor);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct scan scan;
    struct product product = {0};
    if (flag_given(call, "learn-file") ? call->word_count != 0 : call->word_count != 1) {
        return command_usage(call, _("one code is needed"));
    }
    if (flag_given(call, "learn-file") || flag_given(call, "learn")) {
        return learn(call);
    }
    struct date today = date_from_days((int32_t)(clock_now_us(call->clock) / (24 * US_PER_HOUR)));
    enum status status = scan_read(call->words[0], strlen(call->words[0]), NULL, today, &scan, &err);
    if (status == STATUS_OK && call->user != NULL) {
        status = look_up(call, &scan, &product, &err);
        if (status != STATUS_OK) {
            return command_fail(&err);
        }
    }
    if (call->is_json) {
        write_json(&scan, &product, &err);
    } else {
        print_words(&scan, &product);
        if (status != STATUS_OK) {
            fprintf(stderr, "%s\n", error_text(&err));
        }
    }
    product_release(&product);
    return status == STATUS_OK && scan.kind != SCAN_KIND_UNKNOWN ? 0 : 1;
}

const struct command COMMAND_scan = {
    .name = "scan",
    .usage = "TEXT [--learn DRUG] | --learn-file FILE",
    .help = N_("Explains a scanned code: GS1, NDC, EAN-13, UPC-A, prescription number, MRN."),
    .flags = {{"learn", "DRUG", N_("tell the site what this code stands for: \"metformin 500 mg tab\"")},
              {"learn-file", "FILE", N_("the same for a file of ndc11, rxcui, type, name (tabs)")}},
    .run = run,
};
