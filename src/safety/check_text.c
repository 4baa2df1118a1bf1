/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/check_text.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"

void check_request_init(struct check_request *r)
{
    *r = (struct check_request){.input = {.names_dose_gaps = true}};
}

void check_request_release(struct check_request *r)
{
    for (size_t i = 0; i < r->text_count; i++) {
        mem_free(r->texts[i]);
    }
    mem_free(r->texts);
    mem_free(r->drugs);
    mem_free(r->allergies);
    mem_free(r->conditions);
    mem_free(r->foods);
    *r = (struct check_request){0};
}

enum status check_keep_text(struct check_request *r, const char *field, const char *text,
                            const char **out, struct error *err)
{
    size_t len = strlen(text);
    if (len > CHECK_TEXT_MAX) {
        return error_set_field(err, STATUS_LIMIT, field, _("%s: a text is longer than %d characters."), field,
                               CHECK_TEXT_MAX);
    }
    char *clean = text_clean(text, len, CHECK_TEXT_MAX, TEXT_LINE, NULL);
    char *kept = mem_copy_text(text_trim(clean));
    mem_free(clean);
    if (!kept[0]) {
        mem_free(kept);
        return error_set_field(err, STATUS_INVALID, field, _("%s: an empty text cannot be checked."), field);
    }
    if (r->text_count == r->text_cap) {
        r->text_cap = r->text_cap ? r->text_cap * 2 : 16;
        r->texts = mem_resize_array(r->texts, r->text_cap, sizeof *r->texts);
    }
    r->texts[r->text_count++] = kept;
    *out = kept;
    return STATUS_OK;
}

enum status check_room(const char *field, int count, int max, struct error *err)
{
    return count < max ? STATUS_OK
                       : error_set_field(err, STATUS_LIMIT, field,
                                         _("%s: more than %d entries in one check."), field,
                                         max);
}

/* "eGFR 22 mL/min", "CrCl 20": a measurement that stands among the conditions. "eGFR <30" is a bound and no value. */
static bool take_kidney_function(struct check_request *r, const char *text)
{
    static const char *const names[] = {"egfr", "gfr", "crcl", NULL};
    char *folded = text_fold(text);
    char *rest = NULL;
    for (int i = 0; names[i] && !rest; i++) {
        size_t len = strlen(names[i]);
        rest = strncmp(folded, names[i], len) == 0 && folded[len] == ' ' ? folded + len + 1 : NULL;
    }
    size_t digits = rest ? strspn(rest, "0123456789") : 0;
    bool is_unit = digits > 0 && (rest[digits] == '\0' || strncmp(rest + digits, " ml", 3) == 0);
    bool is_bound = strpbrk(text, "<>") != NULL || strstr(text, "\xe2\x89") != NULL; /* and the signs for both with equal */
    bool is_taken = false;
    if (is_unit && !is_bound && r->input.egfr_presence != SCREEN_PRESENT) {
        rest[digits] = '\0';
        is_taken = check_set_egfr(r, rest, NULL) == STATUS_OK;
    }
    mem_free(folded);
    return is_taken;
}

enum status check_add_condition(struct check_request *r, const struct knowledge *k,
                                const char *text, struct error *err)
{
    const char *kept = NULL;
    if (take_kidney_function(r, text)) {
        r->input.conditions_presence = SCREEN_PRESENT;
        return STATUS_OK;
    }
    enum status status = check_room("conditions", r->input.condition_count, CHECK_LIST_MAX, err);
    status = status == STATUS_OK ? check_keep_text(r, "conditions", text, &kept, err) : status;
    if (status != STATUS_OK) {
        return status;
    }
    r->conditions = mem_resize_array(r->conditions, (size_t)r->input.condition_count + 1,
                                     sizeof *r->conditions);
    struct screen_condition *c = &r->conditions[r->input.condition_count++];
    c->text = kept;
    (void)resolve_condition(k, kept, &c->identity); /* what was not found is in the identity */
    r->input.conditions = r->conditions;
    r->input.conditions_presence = SCREEN_PRESENT;
    return STATUS_OK;
}

enum status check_add_food(struct check_request *r, const struct knowledge *k, const char *text,
                           struct error *err)
{
    const char *kept = NULL;
    enum status status = check_room("foods", r->input.food_count, CHECK_LIST_MAX, err);
    status = status == STATUS_OK ? check_keep_text(r, "foods", text, &kept, err) : status;
    if (status != STATUS_OK) {
        return status;
    }
    uint16_t food = resolve_food(k, kept);
    struct drug_identity identity;
    if (food == KNOWLEDGE_NO_ID && resolve_drug(k, kept, &identity) != DRUG_UNKNOWN) {
        r->input.foods_presence = SCREEN_PRESENT;
        return check_add_drug(r, k, kept, err); /* ginkgo or a potassium tablet among the foods is still that */
    }
    r->foods = mem_resize_array(r->foods, (size_t)r->input.food_count + 1, sizeof *r->foods);
    r->foods[r->input.food_count++] = (struct screen_food){kept, food};
    r->input.foods = r->foods;
    r->input.foods_presence = SCREEN_PRESENT;
    return STATUS_OK;
}
