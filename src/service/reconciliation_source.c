/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where lines come from: what people say, and pasted text. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/order_line.h"
#include "service/reconciliation_private.h"
#include "service/site_settings.h"

enum { TEXT_LINES_MAX = 200 };

struct reconcile_line *lines_add(struct reconcile_line_list *lines, enum reconcile_kind kind)
{
    MEM_GROW(lines);
    struct reconcile_line *line = &lines->items[lines->len++];
    *line = (struct reconcile_line){.kind = kind, .sig = {.kind = SCHEDULE_KIND_UNSTRUCTURED}};
    return line;
}

/* ---- what people say ---- */

/* "metformin 500 mg tab 1 tab bid": the drug apart from its directions where all was understood; else the line stays
 * whole. Nothing typed is lost either way. */
static void line_of_text(const struct site *site, const char *typed, struct reconcile_line *out)
{
    struct timing_table times = site_timing_table(site);
    const struct order_line_options options = {.times = &times};
    struct order_line *parsed = mem_alloc(sizeof *parsed);
    bool is_read = order_line_parse(typed, &options, parsed, NULL) == STATUS_OK && parsed->drug[0] != '\0';
    bool is_whole = is_read && parsed->unknown_count == 0;
    put_text(&out->text, is_whole ? parsed->drug : typed);
    if (is_whole && sig_check(&parsed->sig, NULL) == STATUS_OK && parsed->sig.kind != SCHEDULE_KIND_NONE_GIVEN) {
        out->sig = parsed->sig;
        put_text(&out->indication, parsed->indication);
    }
    put_text(&out->directions, typed);
    mem_free(parsed);
}

enum status work_source_for(struct reconcile_work *w, const struct reconcile_new_source *what, struct uid *out, struct error *err)
{
    const char *reference = what->reference != NULL ? what->reference : "";
    for (size_t i = 0; i < w->sources.len; i++) {
        const struct reconcile_source *source = &w->sources.items[i];
        if (source->kind == what->kind && strcmp(source->reference, reference) == 0) {
            *out = source->id;
            return STATUS_OK;
        }
    }
    char name[] = "";
    const struct reconcile_source source = {.kind = what->kind,
                                            .obtained_us = clock_now_us(w->site->clock),
                                            .as_of = what->as_of,
                                            .reliability = what->reliability != RELIABILITY_NONE_GIVEN ? what->reliability
                                                                                                       : RELIABILITY_STATED,
                                            .reference = mem_copy_text(reference),
                                            .content_hash = name};
    enum status status = work_new_source(w, &source, out, err);
    mem_free(source.reference);
    return status;
}

static enum status check_kind(enum history_source kind, struct error *err)
{
    return kind == HISTORY_SOURCE_NONE_GIVEN ? error_set_field(err, STATUS_INVALID, "source", _("Choose who or what told it.")) : STATUS_OK;
}

enum status reconcile_add_line(struct actor *actor, struct uid id, const struct reconcile_new_source *source,
                               const struct reconcile_said *said, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_RECONCILE, "reconcile.add_line", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconcile_work w;
    struct reconcile_line_list lines = {0};
    struct uid source_id = UID_NONE;
    char *typed = text_clean(said->text != NULL ? said->text : "", said->text != NULL ? strlen(said->text) : 0, ORDER_LINE_MAX, TEXT_LINE, NULL);
    enum status status = check_kind(source->kind, err);
    if (status == STATUS_OK && typed[strspn(typed, " ")] == '\0') {
        status = error_set_field(err, STATUS_INVALID, "line", _("Type what is taken, such as metformin 500 mg bid."));
    }
    if (status == STATUS_OK) {
        status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.add_line", id, WANTS_OPEN_AND_HELD, err);
    }
    if (status != STATUS_OK) {
        mem_free(typed);
        return status;
    }
    struct reconcile_line *line = lines_add(&lines, RECONCILE_KIND_MEDICATION);
    line_of_text(actor->site, typed, line);
    put_text(&line->last_taken, said->last_taken);
    put_text(&line->prescriber, said->prescriber);
    line->taking = said->taking;
    status = work_source_for(&w, source, &source_id, err);
    if (status == STATUS_OK) {
        status = work_add_lines(&w, source_id, &lines, err);
    }
    reconcile_line_list_release(&lines);
    mem_free(typed);
    return work_end(&w, status == STATUS_OK ? work_match(&w, NULL, err) : status, err);
}

/* Lines of a pasted list, without bullets and numbers in front. */
static const char *without_bullet(const char *text)
{
    static const char *const bullets[] = {" ", "\t", "-", "*", ".", ">", "\xE2\x80\xA2", "\xC2\xB7", "\xE2\x80\x93", "\xE2\x97\x8F", "\xE2\x96\xAA", "\xC2\xA0"};
    const char *at = text;
    for (size_t i = 0; i < sizeof bullets / sizeof *bullets;) {
        size_t len = strlen(bullets[i]);
        bool is_one = strncmp(at, bullets[i], len) == 0;
        at += is_one ? len : 0;
        i = is_one ? 0 : i + 1;
    }
    size_t digits = strspn(at, "0123456789");
    if (digits > 0 && digits <= 3 && (at[digits] == '.' || at[digits] == ')') && at[digits + 1] == ' ') {
        at += digits + 2;
    }
    return at + strspn(at, " \t");
}

enum status reconcile_add_text(struct actor *actor, struct uid id, const struct reconcile_new_source *source, const char *text,
                               int *out_count, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_RECONCILE, "reconcile.add_text", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconcile_work w;
    struct reconcile_line_list lines = {0};
    struct uid source_id = UID_NONE;
    enum status status = check_kind(source->kind, err);
    for (const char *at = text; status == STATUS_OK && *at != '\0';) {
        size_t len = strcspn(at, "\r\n");
        char *clean = text_clean(at, len, ORDER_LINE_MAX, TEXT_LINE, NULL);
        const char *typed = without_bullet(clean);
        if (typed[0] != '\0') {
            line_of_text(actor->site, typed, lines_add(&lines, RECONCILE_KIND_MEDICATION));
        }
        if (lines.len > TEXT_LINES_MAX) {
            status = error_set_field(err, STATUS_LIMIT, "text", _("That are more than %d lines: paste it in parts."), TEXT_LINES_MAX);
        }
        mem_free(clean);
        at += len;
        at += *at == '\r';
        at += *at == '\n';
    }
    if (status == STATUS_OK && lines.len == 0) {
        status = error_set_field(err, STATUS_INVALID, "text", _("There is no line in it."));
    }
    if (status == STATUS_OK) {
        status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.add_text", id, WANTS_OPEN_AND_HELD, err);
    }
    if (status != STATUS_OK) {
        reconcile_line_list_release(&lines);
        return status;
    }
    int count = (int)lines.len;
    status = work_source_for(&w, source, &source_id, err);
    if (status == STATUS_OK) {
        status = work_add_lines(&w, source_id, &lines, err);
    }
    reconcile_line_list_release(&lines);
    status = work_end(&w, status == STATUS_OK ? work_match(&w, NULL, err) : status, err);
    if (status == STATUS_OK) {
        *out_count = count;
    }
    return status;
}
