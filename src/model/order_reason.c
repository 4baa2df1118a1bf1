/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/order_reason.h"

#include <string.h>

#include "base/memory.h"

#define C ORDER_REASON_FOR_CHANGE
#define H ORDER_REASON_FOR_HOLD
#define S ORDER_REASON_FOR_STOP
#define R ORDER_REASON_FOR_RESUME

static const struct order_reason REASONS[] = {
    {"completed", N_("completed"), S},
    {"adverse_effect", N_("side effect"), C | H | S},
    {"not_effective", N_("not effective"), C | S},
    {"no_indication", N_("no longer needed"), S},
    {"duplicate", N_("duplicate"), S},
    {"interaction", N_("interaction"), C | H | S},
    {"replaced", N_("replaced by another drug"), S},
    {"dose_adjusted", N_("dose adjusted"), C},
    {"kidney_function", N_("kidney or liver function"), C | H | S},
    {"laboratory", N_("laboratory value"), C | H | S},
    {"vital_signs", N_("vital signs"), C | H},
    {"procedure", N_("before a procedure"), H},
    {"cannot_take", N_("patient cannot take it"), C | H | S},
    {"waiting", N_("waiting for the prescriber"), H},
    {"cleared", N_("the reason for holding is gone"), R},
    {"patient_choice", N_("wish of the patient"), C | H | S | R},
    {"cost", N_("cost or supply"), C | S},
    {"correction", N_("entered wrongly"), C | S},
    {"other", N_("other"), C | H | S | R},
};
enum { REASONS_COUNT = sizeof REASONS / sizeof *REASONS };

static unsigned bit_of(enum order_action action)
{
    return action == ORDER_ACTION_CHANGE   ? C
           : action == ORDER_ACTION_HOLD   ? H
           : action == ORDER_ACTION_STOP   ? S
           : action == ORDER_ACTION_RESUME ? R
                                           : 0u;
}

const struct order_reason *order_reason_for(enum order_action action, int n)
{
    for (int i = 0; i < REASONS_COUNT; i++) {
        if ((REASONS[i].actions & bit_of(action)) != 0 && n-- == 0) {
            return &REASONS[i];
        }
    }
    return NULL;
}

char *order_reason_join(const char *word, const char *words)
{
    return words == NULL || words[0] == '\0' ? mem_copy_text(word) : mem_format("%s: %s", word, words);
}

static const struct order_reason *reason_of(const char *stored, const char **out_words)
{
    size_t len = strcspn(stored, ":");
    for (int i = 0; i < REASONS_COUNT; i++) {
        if (strlen(REASONS[i].word) == len && strncmp(REASONS[i].word, stored, len) == 0) {
            *out_words = stored[len] == '\0' ? "" : stored + len + 1 + strspn(stored + len + 1, " ");
            return &REASONS[i];
        }
    }
    return NULL;
}

char *order_reason_text(const char *stored)
{
    const char *words = "";
    const struct order_reason *reason = stored == NULL ? NULL : reason_of(stored, &words);
    if (reason == NULL) {
        return mem_copy_text(stored == NULL ? "" : stored);
    }
    return words[0] == '\0' ? mem_copy_text(_(reason->label)) : mem_format("%s: %s", _(reason->label), words);
}

enum status order_reason_check(enum order_action action, const char *stored, struct error *err)
{
    const char *words = "";
    const struct order_reason *reason = stored == NULL ? NULL : reason_of(stored, &words);
    if (reason == NULL || (reason->actions & bit_of(action)) == 0) {
        return error_set_field(err, STATUS_INVALID, "reason", _("Choose why."));
    }
    return strcmp(reason->word, "other") == 0 && words[0] == '\0'
               ? error_set_field(err, STATUS_INVALID, "words", _("\"Other\" needs a few words."))
               : STATUS_OK;
}
