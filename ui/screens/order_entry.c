/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/order_entry.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/site_settings.h"

void order_entry_init(struct order_entry *e, const struct site *site)
{
    memset(e, 0, sizeof *e);
    e->site = site;
    e->times = site_timing_table(site);
}

/* ---- words by meaning ---- */

static enum entry_part part_of(enum order_line_meaning meaning)
{
    switch (meaning) {
    case ORDER_LINE_DRUG:
    case ORDER_LINE_STRENGTH:
    case ORDER_LINE_FORM:
        return ENTRY_DRUG;
    case ORDER_LINE_AMOUNT:
    case ORDER_LINE_UNIT:
        return ENTRY_DOSE;
    case ORDER_LINE_ROUTE:
    case ORDER_LINE_SITE:
        return ENTRY_ROUTE;
    case ORDER_LINE_DURATION:
        return ENTRY_LONG;
    case ORDER_LINE_QUANTITY:
        return ENTRY_QUANTITY;
    case ORDER_LINE_REFILLS:
        return ENTRY_REFILLS;
    case ORDER_LINE_INDICATION:
        return ENTRY_FOR;
    default: /* times and their company; what is not understood stays in sight there */
        return ENTRY_OFTEN;
    }
}

static void append(char *buf, size_t size, const char *from, size_t len, bool has_gap)
{
    size_t used = strlen(buf);
    if (used + len + 2 > size) {
        return; /* the buffers hold a whole line */
    }
    if (has_gap && used > 0) {
        buf[used++] = ' ';
    }
    memcpy(buf + used, from, len);
    buf[used + len] = '\0';
}

/* Spans of the line that `wanted` says yes to. Spans that touch in the line touch in the copy ("500mg"). */
static void copy_spans(const struct order_entry *e, bool (*wanted)(const struct order_entry *e, size_t span, int what), int what,
                       char *buf, size_t size)
{
    size_t end = SIZE_MAX;
    buf[0] = '\0';
    for (size_t i = 0; i < e->line.span_count; i++) {
        const struct order_line_span *span = &e->line.spans[i];
        if (wanted(e, i, what)) {
            append(buf, size, e->text + span->start, (size_t)(span->end - span->start), span->start != end);
            end = span->end;
        }
    }
}

/* A joining word goes with what stands behind it ("for 7 days"), at the end with what stands before it. */
static enum entry_part part_of_span(const struct order_entry *e, size_t span)
{
    size_t at = span;
    while (at < e->line.span_count && e->line.spans[at].meaning == ORDER_LINE_FILLER) {
        at++;
    }
    if (at == e->line.span_count) {
        for (at = span; at > 0 && e->line.spans[at].meaning == ORDER_LINE_FILLER; at--) {
        }
    }
    return part_of(e->line.spans[at].meaning);
}

static bool is_of_part(const struct order_entry *e, size_t span, int part)
{
    return (int)part_of_span(e, span) == part;
}

static bool has_meaning(const struct order_entry *e, size_t span, int meaning)
{
    return (int)e->line.spans[span].meaning == meaning;
}

void order_entry_part(const struct order_entry *e, enum entry_part part, char *buf, size_t size)
{
    copy_spans(e, is_of_part, (int)part, buf, size);
}

void order_entry_with_drug(const struct order_entry *e, const char *name, char *buf, size_t size)
{
    bool is_named = false;
    size_t end = SIZE_MAX;
    buf[0] = '\0';
    for (size_t i = 0; i < e->line.span_count; i++) {
        const struct order_line_span *span = &e->line.spans[i];
        if (span->meaning != ORDER_LINE_DRUG) {
            append(buf, size, e->text + span->start, (size_t)(span->end - span->start), span->start != end);
        } else if (!is_named) {
            append(buf, size, name, strlen(name), true);
            is_named = true;
        }
        end = span->end;
    }
    if (!is_named) {
        char rest[ORDER_LINE_MAX + 1];
        (void)snprintf(rest, sizeof rest, "%s", buf); /* no longer than the line */
        (void)snprintf(buf, size, "%s%s%s", name, rest[0] != '\0' ? " " : "", rest);
    }
}

void order_entry_with_directions(const struct order_entry *e, const char *directions, char *buf, size_t size)
{
    char drug[ORDER_LINE_MAX + 1];
    order_entry_part(e, ENTRY_DRUG, drug, sizeof drug);
    (void)snprintf(buf, size, "%s%s%s", drug, drug[0] != '\0' ? " " : "", directions);
}

/* ---- reading ---- */

static bool lacks_unit(const struct order_line *line)
{
    for (size_t i = 0; i < line->warning_count; i++) {
        if (line->warnings[i].kind == ORDER_LINE_WARNING_UNIT_MISSING) {
            return true;
        }
    }
    return false;
}

/* Digits that can be measured: 96.04 mg becomes 96 mg, 3.217 mg becomes 3.22 mg. */
static uint8_t scale_for(struct decimal dose)
{
    return decimal_compare(dose, decimal_from_int(100)) >= 0 ? 0
           : decimal_compare(dose, decimal_from_int(10)) >= 0 ? 1
           : decimal_compare(dose, decimal_from_int(1)) >= 0  ? 2
                                                               : 3;
}

static void find_volume(struct order_entry *e)
{
    const struct drug_strength *s = &e->drug.strengths[0];
    struct decimal amount, product;
    e->has_volume = e->drug.ingredient_count == 1 && s->per_unit == UNIT_ML && !decimal_is_zero(s->amount) &&
                    unit_convert(e->sig.dose, e->sig.unit, s->unit, &amount) == STATUS_OK &&
                    decimal_multiply(amount, decimal_is_zero(s->per) ? decimal_from_int(1) : s->per, &product) == STATUS_OK &&
                    decimal_divide(product, s->amount, 2, &e->volume_ml) == STATUS_OK;
    if (e->has_volume && decimal_compare(e->volume_ml, decimal_from_int(1)) >= 0) {
        e->volume_ml = decimal_round(e->volume_ml, 1);
    }
}

static void apply_weight(struct order_entry *e, const struct patient *patient)
{
    e->exact = decimal_from_int(0);
    if (e->sig.weight_basis == WEIGHT_BASIS_NONE || decimal_is_zero(patient->weight_kg)) {
        return;
    }
    struct sig exact = e->sig;
    struct date on = zone_local(e->site->zone, patient->weight_at_us).date;
    if (sig_apply_weight(&exact, patient->weight_kg, on, 4, NULL) == STATUS_OK &&
        sig_apply_weight(&e->sig, patient->weight_kg, on, scale_for(exact.dose), NULL) == STATUS_OK) {
        e->exact = exact.dose;
    }
}

static bool is_listed(const struct order_entry *e, const struct drug_suggestion *d)
{
    for (int i = 0; i < e->suggestion_count; i++) {
        if (text_equal_folded(e->suggestions[i].name, d->name)) {
            return true;
        }
    }
    return false;
}

/* Drugs by their own names before brands, each name once. */
static void take_suggestions(struct order_entry *e, const struct drug_suggestion *found, int count, bool brands)
{
    for (int i = 0; i < count; i++) {
        bool is_brand = found[i].ingredients[0] != '\0' && !text_equal_folded(found[i].ingredients, found[i].name);
        if (is_brand == brands && !is_listed(e, &found[i])) {
            e->suggestions[e->suggestion_count++] = found[i];
        }
    }
}

void order_entry_suggest(struct order_entry *e, const char *typed)
{
    struct drug_suggestion found[ENTRY_SUGGESTIONS_MAX];
    int count = drug_suggest(e->site->knowledge, typed, found, ENTRY_SUGGESTIONS_MAX);
    e->is_misspelt = count == 0;
    if (e->is_misspelt) {
        count = drug_did_you_mean(e->site->knowledge, typed, found, ENTRY_SUGGESTIONS_MAX);
    }
    e->suggestion_count = 0;
    take_suggestions(e, found, count, false);
    take_suggestions(e, found, count, true);
}

static void suggest(struct order_entry *e)
{
    e->suggestion_count = 0;
    e->is_misspelt = false;
    if (!e->is_drug_settled && e->drug_words[0] != '\0') {
        order_entry_suggest(e, e->drug_words);
    }
    e->selected = e->selected < e->suggestion_count ? e->selected : 0;
    e->selected = e->is_misspelt ? -1 : e->selected;
}

static void guess_route(struct order_entry *e)
{
    e->is_route_guessed = false;
    if (e->sig.route == ROUTE_NONE_GIVEN && e->is_drug_settled) {
        e->sig.route = e->drug.route != ROUTE_NONE_GIVEN ? e->drug.route
                                                         : knowledge_usual_route(e->site->knowledge, e->drug.ingredients[0]);
        e->is_route_guessed = e->sig.route != ROUTE_NONE_GIVEN;
    }
}

void order_entry_read(struct order_entry *e, const char *text, const struct patient *patient)
{
    struct order_line_options options = {.times = &e->times};
    char before[ORDER_LINE_MAX + 1];
    (void)snprintf(before, sizeof before, "%s", e->drug_words);
    (void)snprintf(e->text, sizeof e->text, "%s", text); /* the field holds no more */
    if (order_line_parse(e->text, &options, &e->line, NULL) != STATUS_OK) {
        return; /* too long for a line: empty */
    }
    enum drug_match match = resolve_drug(e->site->knowledge, e->line.drug, &e->drug);
    copy_spans(e, has_meaning, ORDER_LINE_DRUG, e->drug_words, sizeof e->drug_words);
    e->is_drug_settled = e->line.drug[0] != '\0' && e->drug.unmatched[0] == '\0' &&
                         (match == DRUG_KNOWN || match == DRUG_NAME_ONLY);
    e->is_unit_guessed = false;
    if (e->is_drug_settled && lacks_unit(&e->line)) {
        options.unit = drug_strength_unit(e->site->knowledge, &e->drug);
        e->is_unit_guessed = options.unit != UNIT_NONE && order_line_parse(e->text, &options, &e->line, NULL) == STATUS_OK;
    }
    e->sig = e->line.sig;
    guess_route(e);
    if (strcmp(before, e->drug_words) != 0) {
        e->selected = 0;
    }
    suggest(e);
    apply_weight(e, patient);
    find_volume(e);
}

static bool is_beginning_of(const char *typed, const char *name)
{
    char *folded = text_fold(typed), *whole = text_fold(name);
    size_t len = strlen(folded);
    bool is_beginning = len > 0 && strncmp(whole, folded, len) == 0 && whole[len] != '\0' && whole[len] != ' ';
    mem_free(folded);
    mem_free(whole);
    return is_beginning;
}

static bool is_abbreviation(const struct order_entry *e)
{
    for (size_t i = 0; i < e->line.warning_count; i++) {
        if (e->line.warnings[i].kind == ORDER_LINE_WARNING_DRUG_ABBREVIATION) {
            return true;
        }
    }
    return is_beginning_of(e->drug_words, knowledge_name(e->site->knowledge, e->drug.ingredients[0]));
}

/* Nothing abbreviated is kept or shown: "amox" and "mtx" are written out; a brand stays a brand. */
static const char *drug_name(const struct order_entry *e)
{
    return e->is_drug_settled && e->drug.ingredient_count == 1 && is_abbreviation(e)
               ? knowledge_name(e->site->knowledge, e->drug.ingredients[0])
               : e->drug_words;
}

static void put(char **text, const char *value)
{
    mem_free(*text);
    *text = mem_copy_text(value);
}

void order_entry_fill(const struct order_entry *e, struct order *order)
{
    char buf[ORDER_LINE_MAX + 1];
    put(&order->drug_text, drug_name(e));
    copy_spans(e, has_meaning, ORDER_LINE_STRENGTH, buf, sizeof buf);
    put(&order->strength, buf);
    copy_spans(e, has_meaning, ORDER_LINE_FORM, buf, sizeof buf);
    put(&order->dosage_form, buf);
    put(&order->directions, e->line.site);
    put(&order->indication, e->line.indication);
    order->sig = e->sig;
    order->quantity = e->line.quantity > 0 ? e->line.quantity : 0;
    order->refills = e->line.refills > 0 ? e->line.refills : 0;
}

enum status order_entry_check(const struct order_entry *e, struct error *err)
{
    if (e->drug_words[0] == '\0') {
        return error_set_field(err, STATUS_INVALID, "line", _("Type the drug and how it is taken."));
    }
    for (size_t i = 0; i < e->line.span_count; i++) {
        const struct order_line_span *span = &e->line.spans[i];
        if (span->meaning == ORDER_LINE_UNKNOWN) {
            return error_set_field(err, STATUS_INVALID, "line", _("\"%.*s\" is not understood: write it otherwise or take it out."),
                                   span->end - span->start, e->text + span->start);
        }
    }
    for (size_t i = 0; i < e->line.warning_count; i++) {
        if (order_line_warning_blocks(e->line.warnings[i].kind)) {
            return error_set_field(err, STATUS_INVALID, "line", "%s", order_line_warning_text(e->line.warnings[i].kind));
        }
    }
    return STATUS_OK;
}

/* ---- look-alikes ---- */

const char *order_entry_lookalike_of(const struct order_entry *e, int suggestion)
{
    for (int n = 0;; n++) {
        const char *other = knowledge_lookalike(e->site->knowledge, e->suggestions[suggestion].name, n);
        if (other == NULL) {
            return NULL;
        }
        for (int i = 0; i < e->suggestion_count; i++) {
            if (i != suggestion && text_equal_folded(other, e->suggestions[i].name)) {
                return e->suggestions[i].name;
            }
        }
    }
}

const char *order_entry_lookalike(const struct order_entry *e)
{
    return e->is_drug_settled ? knowledge_lookalike(e->site->knowledge, e->drug_words, 0) : NULL;
}

/* ---- the plain sentence ---- */

static const char *shown_name(const struct order_entry *e)
{
    const char *name = drug_name(e), *tall = knowledge_tallman_of(e->site->knowledge, name);
    return tall != NULL ? tall : name;
}

char *order_entry_sentence(const struct order_entry *e)
{
    char words[SIG_TEXT_MAX], strength[ORDER_LINE_MAX + 1], form[ORDER_LINE_MAX + 1];
    struct buffer out = BUFFER_INIT;
    copy_spans(e, has_meaning, ORDER_LINE_STRENGTH, strength, sizeof strength);
    copy_spans(e, has_meaning, ORDER_LINE_FORM, form, sizeof form);
    buffer_append_format(&out, "%s%s%s%s%s", shown_name(e), strength[0] != '\0' ? " " : "", strength,
                         form[0] != '\0' ? " " : "", form);
    sig_format(&e->sig, words);
    if (words[0] != '\0') {
        buffer_append_format(&out, "%s%s", out.len > 0 ? ": " : "", words);
    }
    if (e->line.site[0] != '\0') {
        buffer_append_format(&out, ", %s", e->line.site);
    }
    if (e->line.indication[0] != '\0') {
        buffer_append_format(&out, _(", for %s"), e->line.indication);
    }
    if (e->line.quantity >= 0) {
        buffer_append_format(&out, _(". Dispense %d%s%s"), e->line.quantity, e->line.quantity_unit != UNIT_NONE ? " " : "",
                             unit_word(e->line.quantity_unit));
    }
    if (e->line.refills == 0) {
        buffer_append_format(&out, "%s", _(", no refill"));
    } else if (e->line.refills > 0) {
        buffer_append_format(&out, ngettext(", %d refill", ", %d refills", (unsigned long)e->line.refills), e->line.refills);
    }
    return buffer_take(&out);
}
