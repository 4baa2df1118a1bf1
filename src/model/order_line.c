/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/order_line.h"

#include <string.h>

#include "base/i18n.h"
#include "model/order_line_parser.h"

struct warning_row {
    const char *text;
    bool blocks;
};

#define WARNING_ROW(name, is_blocking, words) \
    [ORDER_LINE_WARNING_##name] = {.text = words, .blocks = is_blocking},
static const struct warning_row warnings[ORDER_LINE_WARNING_COUNT] = {
    ORDER_LINE_WARNING_LIST(WARNING_ROW)};

static const char *const meaning_labels[ORDER_LINE_MEANING_COUNT] = {
    [ORDER_LINE_UNKNOWN] = N_("not understood"),
    [ORDER_LINE_DRUG] = N_("drug"),
    [ORDER_LINE_STRENGTH] = N_("strength"),
    [ORDER_LINE_FORM] = N_("form"),
    [ORDER_LINE_AMOUNT] = N_("amount"),
    [ORDER_LINE_UNIT] = N_("unit"),
    [ORDER_LINE_ROUTE] = N_("route"),
    [ORDER_LINE_SITE] = N_("place"),
    [ORDER_LINE_TIMING] = N_("how often"),
    [ORDER_LINE_TIME] = N_("time of day"),
    [ORDER_LINE_FOOD] = N_("food"),
    [ORDER_LINE_PRN] = N_("as needed"),
    [ORDER_LINE_REASON] = N_("reason"),
    [ORDER_LINE_MAXIMUM] = N_("maximum"),
    [ORDER_LINE_INDICATION] = N_("indication"),
    [ORDER_LINE_DURATION] = N_("how long"),
    [ORDER_LINE_QUANTITY] = N_("quantity"),
    [ORDER_LINE_REFILLS] = N_("refills"),
    [ORDER_LINE_RULE] = N_("rule"),
    [ORDER_LINE_FILLER] = N_("joining word"),
};

bool order_line_warning_blocks(enum order_line_warning_kind kind)
{
    return kind > ORDER_LINE_WARNING_NONE && kind < ORDER_LINE_WARNING_COUNT &&
           warnings[kind].blocks;
}

const char *order_line_warning_text(enum order_line_warning_kind kind)
{
    return kind > ORDER_LINE_WARNING_NONE && kind < ORDER_LINE_WARNING_COUNT
               ? _(warnings[kind].text)
               : "";
}

const char *order_line_meaning_label(enum order_line_meaning meaning)
{
    return (unsigned)meaning < ORDER_LINE_MEANING_COUNT ? _(meaning_labels[meaning]) : "";
}

/* What the parts share. */

uint16_t parser_span(struct line_parser *p, uint16_t start, uint16_t end,
                     enum order_line_meaning meaning)
{
    p->out->spans[p->out->span_count] = (struct order_line_span){start, end, meaning};
    return p->out->span_count++; /* a span has a byte at least: there is room */
}

uint16_t parser_span_tokens(struct line_parser *p, size_t at, size_t count,
                            enum order_line_meaning meaning)
{
    return parser_span(p, p->tokens.items[at].start, p->tokens.items[at + count - 1].end, meaning);
}

void parser_warn(struct line_parser *p, enum order_line_warning_kind kind, uint16_t span,
                 const char *safe)
{
    struct order_line *out = p->out;
    if (out->warning_count == ORDER_LINE_WARNINGS_MAX) {
        out->warnings[ORDER_LINE_WARNINGS_MAX - 1] = (struct order_line_warning){
            ORDER_LINE_WARNING_TOO_MANY, ORDER_LINE_NO_SPAN, NULL};
        return;
    }
    out->warnings[out->warning_count++] = (struct order_line_warning){kind, span, safe};
}

void parser_warn_number(struct line_parser *p, const struct number *number, uint16_t span)
{
    static const struct {
        unsigned flag;
        enum order_line_warning_kind kind;
    } rows[] = {{NUMBER_NO_LEADING_ZERO, ORDER_LINE_WARNING_NO_LEADING_ZERO},
                {NUMBER_TRAILING_ZERO, ORDER_LINE_WARNING_TRAILING_ZERO},
                {NUMBER_SEPARATOR, ORDER_LINE_WARNING_SEPARATOR},
                {NUMBER_AMBIGUOUS, ORDER_LINE_WARNING_AMBIGUOUS_NUMBER}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_ambiguous = (number->flags & NUMBER_AMBIGUOUS) != 0;
        if ((number->flags & rows[i].flag) != 0 &&
            (!is_ambiguous || rows[i].flag == NUMBER_AMBIGUOUS)) {
            parser_warn(p, rows[i].kind, span, NULL);
        }
    }
}

size_t parser_refuse(struct line_parser *p, size_t at, size_t count,
                     enum order_line_warning_kind kind, const char *safe)
{
    parser_warn(p, kind, parser_span_tokens(p, at, count, ORDER_LINE_UNKNOWN), safe);
    return count;
}

enum order_line_meaning parser_last_meaning(const struct line_parser *p)
{
    for (size_t i = p->out->span_count; i > 0; i--) {
        if (p->out->spans[i - 1].meaning != ORDER_LINE_FILLER) {
            return p->out->spans[i - 1].meaning;
        }
    }
    return ORDER_LINE_DRUG;
}

const struct order_word *parser_word(const struct line_parser *p, size_t at, size_t *out_tokens)
{
    return order_word_find(&p->words, token_word(&p->tokens, at), out_tokens);
}

bool parser_word_is(const struct line_parser *p, size_t at, const char *text)
{
    return at < p->tokens.len &&
           word_equals(token_word(&p->tokens, at), token_word_len(&p->tokens, at), text);
}

bool parser_copy(const struct line_parser *p, size_t at, size_t count, char *buf, size_t size)
{
    size_t used = 0;
    for (size_t i = at; i < at + count; i++) {
        const struct token *token = &p->tokens.items[i];
        size_t len = (size_t)(token->end - token->start);
        bool has_gap = i > at && token->start > token[-1].end;
        if (used + has_gap + len >= size) {
            buf[0] = '\0';
            return false;
        }
        if (has_gap) {
            buf[used++] = ' ';
        }
        memcpy(buf + used, p->tokens.line + token->start, len);
        used += len;
    }
    buf[used] = '\0';
    return true;
}

static size_t take_any(struct line_parser *p, size_t at)
{
    static size_t (*const takers[])(struct line_parser *, size_t) = {
        steps_take_days,      amount_take_times, timing_take_time, phrase_take,
        timing_take_interval, dose_take,        dose_take_form};
    size_t taken = amount_take_quantity(p, at, 0);
    for (size_t i = 0; i < sizeof takers / sizeof *takers && taken == 0; i++) {
        taken = takers[i](p, at);
    }
    taken = taken > 0 ? taken : amount_take_refills(p, at, 0);
    return taken > 0 ? taken : phrase_take_drug(p, at, 1);
}

static void append_words(struct order_line *out, const char *line,
                         const struct order_line_span *span, bool is_joined)
{
    size_t used = strlen(out->drug);
    size_t len = (size_t)(span->end - span->start);
    if (used > 0 && !is_joined) {
        out->drug[used++] = ' ';
    }
    memcpy(out->drug + used, line + span->start, len);
    out->drug[used + len] = '\0';
}

/* Each word came from the line with the space before it, so the name is never longer than the line.
 */
static void finish_drug(struct line_parser *p)
{
    struct order_line *out = p->out;
    uint16_t end = 0;
    for (size_t i = 0; i < out->span_count && i < p->then_span; i++) {
        enum order_line_meaning meaning = out->spans[i].meaning;
        if (meaning == ORDER_LINE_DRUG || meaning == ORDER_LINE_STRENGTH ||
            meaning == ORDER_LINE_FORM) {
            append_words(out, p->tokens.line, &out->spans[i], out->spans[i].start == end);
            end = out->spans[i].end;
        }
    }
}

static void finish_prn(struct line_parser *p)
{
    struct order_line *out = p->out;
    struct sig *sig = &out->sig;
    if (!sig->as_needed) {
        return;
    }
    if (sig->prn_reason[0] == '\0' && out->indication[0] != '\0') {
        memcpy(sig->prn_reason, out->indication, sizeof sig->prn_reason);
        out->indication[0] = '\0';
        for (size_t i = p->indication_span; i < out->span_count; i++) {
            bool is_indication = out->spans[i].meaning == ORDER_LINE_INDICATION;
            out->spans[i].meaning = is_indication ? ORDER_LINE_REASON : out->spans[i].meaning;
        }
    }
    if (sig->prn_reason[0] == '\0') {
        parser_warn(p, ORDER_LINE_WARNING_PRN_NO_REASON, ORDER_LINE_NO_SPAN, NULL);
    }
    if (sig->interval_min == 0 && sig->max_times_per_day == 0 &&
        decimal_is_zero(sig->max_per_day)) {
        parser_warn(p, ORDER_LINE_WARNING_PRN_NO_LIMIT, ORDER_LINE_NO_SPAN, NULL);
    }
}

/* A number in the drug's name is settled by picking the drug. */
static void drop_name_warnings(struct order_line *out)
{
    uint16_t kept = 0;
    for (size_t i = 0; i < out->warning_count; i++) {
        const struct order_line_warning *warning = &out->warnings[i];
        bool is_name = warning->kind == ORDER_LINE_WARNING_AMBIGUOUS_NUMBER &&
                       out->spans[warning->span].meaning == ORDER_LINE_STRENGTH;
        if (!is_name) {
            out->warnings[kept++] = *warning;
        }
    }
    out->warning_count = kept;
}

static void finish(struct line_parser *p)
{
    steps_finish(p);
    rules_finish(p);
    drop_name_warnings(p->out);
    finish_prn(p);
    finish_drug(p);
    for (size_t i = 0; i < p->out->span_count; i++) {
        p->out->unknown_count += p->out->spans[i].meaning == ORDER_LINE_UNKNOWN;
    }
}

static void line_clear(struct order_line *out)
{
    *out = (struct order_line){.quantity = -1, .refills = -1};
}

enum status order_line_parse(const char *text, const struct order_line_options *options,
                             struct order_line *out, struct error *err)
{
    struct timing_table usual;
    struct line_parser p;
    line_clear(out);
    if (strlen(text) > ORDER_LINE_MAX) {
        return error_set_field(err, STATUS_LIMIT, "order",
                               _("The line is too long: at most %d bytes."), ORDER_LINE_MAX);
    }
    memset(&p.frequency, 0, sizeof p.frequency);
    p.out = out;
    p.options = options != NULL ? *options : (struct order_line_options){0};
    p.amount_count = p.maximum_count = 0;
    p.form_unit = UNIT_NONE;
    p.form_span = p.divided_span = p.indication_span = ORDER_LINE_NO_SPAN;
    p.frequency.span = p.frequency.time_span = ORDER_LINE_NO_SPAN;
    p.then_span = p.step_span = ORDER_LINE_NO_SPAN;
    p.step_count = p.hold_count = 0;
    p.scale.count = 0;
    p.has_drug = p.is_stopped = p.is_parallel = false;
    if (p.options.times == NULL) {
        usual = timing_table_default();
        p.options.times = &usual;
    }
    order_word_index_fill(&p.words);
    token_list_read(&p.tokens, text);
    for (size_t at = 0; at < p.tokens.len;) {
        at += p.is_stopped ? phrase_take_stopped(&p, at) : take_any(&p, at);
    }
    finish(&p);
    return STATUS_OK;
}

bool order_line_is_ready(const struct order_line *line)
{
    for (size_t i = 0; i < line->warning_count; i++) {
        if (order_line_warning_blocks(line->warnings[i].kind)) {
            return false;
        }
    }
    return line->unknown_count == 0 && sig_check(&line->sig, NULL) == STATUS_OK;
}
