/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/order_line_parser.h"

/* Tokens from `at` that lie within the next `bytes` of the line, which begin at the first of them. */
static size_t tokens_within(const struct line_parser *p, size_t at, size_t bytes)
{
    size_t count = 0;
    while (at + count < p->tokens.len && p->tokens.items[at + count].end <= p->tokens.items[at].start + bytes) {
        count++;
    }
    return count;
}

static size_t refuse(struct line_parser *p, size_t at, size_t words, enum order_line_warning_kind kind, const char *safe)
{
    p->is_stopped = true;
    return parser_refuse(p, at, words, kind, safe);
}

size_t rules_take_hold(struct line_parser *p, size_t at, size_t words)
{
    struct hold_rule rules[HOLD_RULES_MAX];
    size_t count = 0;
    size_t start = at + words;
    size_t bytes = start < p->tokens.len ? hold_rules_read(p->tokens.line + p->tokens.items[start].start, rules, &count) : 0;
    size_t tokens = bytes > 0 ? tokens_within(p, start, bytes) : 0;
    if (tokens == 0) {
        return refuse(p, at, words, ORDER_LINE_WARNING_HOLD_UNCLEAR, NULL);
    }
    if (p->hold_count + count > HOLD_RULES_MAX) {
        return refuse(p, at, words, ORDER_LINE_WARNING_TOO_MANY, NULL);
    }
    for (size_t i = 0; i < count; i++) {
        p->holds[p->hold_count++] = rules[i];
    }
    (void)parser_span_tokens(p, at, words + tokens, ORDER_LINE_RULE);
    return words + tokens;
}

size_t rules_take_scale(struct line_parser *p, size_t at, size_t words)
{
    const char *problem = NULL;
    size_t start = at + words;
    if (p->scale.count > 0) {
        return refuse(p, at, words, ORDER_LINE_WARNING_REPEATED, NULL);
    }
    size_t bytes = start < p->tokens.len ? scale_read(p->tokens.line + p->tokens.items[start].start, &p->scale, &problem) : 0;
    size_t tokens = bytes > 0 ? tokens_within(p, start, bytes) : 0;
    if (tokens == 0) {
        p->scale.count = 0;
        return refuse(p, at, words, problem != NULL ? ORDER_LINE_WARNING_SCALE_ROWS : ORDER_LINE_WARNING_SCALE_UNCLEAR, problem);
    }
    p->scale_span = parser_span_tokens(p, at, words + tokens, ORDER_LINE_RULE);
    return words + tokens;
}

/* Both belong to the whole order, whichever step they were typed in. */
void rules_finish(struct line_parser *p)
{
    struct sig *sig = &p->out->sig;
    sig->hold_count = (uint8_t)p->hold_count;
    for (size_t i = 0; i < p->hold_count; i++) {
        sig->holds[i] = p->holds[i];
    }
    if (p->scale.count == 0) {
        return;
    }
    sig->scale = p->scale;
    if (sig->unit == UNIT_NONE) {
        sig->unit = p->options.unit != UNIT_NONE ? p->options.unit : UNIT_UNITS; /* scales are of insulin */
    }
    if (!decimal_is_zero(sig->dose) || sig->weight_basis != WEIGHT_BASIS_NONE || sig->later_count > 0) {
        parser_warn(p, ORDER_LINE_WARNING_SCALE_DOSE, p->scale_span, NULL);
    }
}
