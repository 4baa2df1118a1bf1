/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/order.h"

#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"

/* Every owned string once: release and copy cannot disagree. */
#define ORDER_STRINGS(X)   \
    X(drug_text)           \
    X(ingredients)         \
    X(code_system)         \
    X(code)                \
    X(strength)            \
    X(dosage_form)         \
    X(directions)          \
    X(indication)          \
    X(prescriber_name)     \
    X(prescription_number) \
    X(reason)              \
    X(original)            \
    X(zone)

void order_release(struct order *order)
{
#define FREE(member) mem_free(order->member);
    ORDER_STRINGS(FREE)
#undef FREE
    *order = (struct order){0};
}

void order_list_release(struct order_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        order_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct order_list){0};
}

void order_copy(const struct order *order, struct order *out)
{
    struct order copy = *order;
#define COPY(member) copy.member = mem_copy_text(order->member);
    ORDER_STRINGS(COPY)
#undef COPY
    *out = copy;
}

bool order_is_current(const struct order *order)
{
    return order->status == MEDICATION_STATUS_ACTIVE || order->status == MEDICATION_STATUS_ON_HOLD;
}

bool order_reads_same(const struct order *a, const struct order *b)
{
    return strcmp(a->drug_text, b->drug_text) == 0 && strcmp(a->ingredients, b->ingredients) == 0 && sig_equal(&a->sig, &b->sig) &&
           strcmp(a->strength, b->strength) == 0 && strcmp(a->dosage_form, b->dosage_form) == 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word_byte(char c)
{
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || (c & 0x80) != 0;
}

/* Bytes of text that spell part, spaces and case aside ("500MG" spells "500 mg"); 0 when it does
 * not. */
static size_t spelled_bytes(const char *text, const char *part)
{
    const char *at = text;
    for (; *part != '\0'; part++) {
        if (*part == ' ') {
            continue;
        }
        while (*at == ' ') {
            at++;
        }
        if (lower(*at) != lower(*part)) {
            return 0;
        }
        at++;
    }
    return (size_t)(at - text);
}

/* Never true when unsure: neither "1500 mg" nor "0.5 mg" nor "5 mg/mL" says "5 mg", because a
 * strength that is left out cannot be seen to differ. The part may be the start of a longer word
 * when is_prefix_enough: "tablet" says "tab". */
static bool says(const char *text, const char *part, bool is_prefix_enough)
{
    if (*part == '\0') {
        return true;
    }
    for (const char *at = text; *at != '\0'; at++) {
        size_t len = *at != ' ' ? spelled_bytes(at, part) : 0;
        if (len == 0 || (at > text && (is_word_byte(at[-1]) || strchr(".,-/", at[-1]) != NULL))) {
            continue;
        }
        const char *end = at + len;
        bool ends = !is_word_byte(*end) && *end != '/' && *end != '%' &&
                    !((*end == '.' || *end == ',' || *end == '-') && is_word_byte(end[1]));
        if (ends || (is_prefix_enough && len >= 3)) {
            return true;
        }
    }
    return false;
}

static void append_part(struct buffer *out, const char *part)
{
    if (out->len > 0) {
        buffer_append_byte(out, ' ');
    }
    buffer_append_text(out, part);
}

char *order_display_drug(const struct order *order)
{
    const char *drug = order->drug_text != NULL ? order->drug_text : "";
    const char *strength = order->strength != NULL ? order->strength : "";
    const char *form = order->dosage_form != NULL ? order->dosage_form : "";
    struct buffer out = BUFFER_INIT;
    buffer_append_text(&out, drug);
    if (!says(drug, strength, false)) {
        append_part(&out, strength);
    }
    if (!says(drug, form, true)) {
        append_part(&out, form);
    }
    return buffer_take(&out);
}

const struct order *order_same_need(const struct order_list *list, const struct sig *sig, struct uid except)
{
    if (!sig_is_as_needed(sig) || sig->prn_reason[0] == '\0') {
        return NULL;
    }
    for (size_t i = 0; i < list->len; i++) {
        const struct order *other = &list->items[i];
        if (other->status == MEDICATION_STATUS_ACTIVE && sig_is_as_needed(&other->sig) && uid_compare(other->id, except) != 0 &&
            text_equal_folded(other->sig.prn_reason, sig->prn_reason)) {
            return other;
        }
    }
    return NULL;
}
