/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How bad a recorded reaction is where nobody said so. */
#include <criterion/criterion.h>

#include "model/allergy.h"

Test(allergy, reads_the_gravest_reactions_from_their_words)
{
    static const struct {
        enum reaction_severity recorded;
        const char *reaction;
        enum reaction_severity severity;
    } CASES[] = {
        {REACTION_SEVERITY_NONE_GIVEN, "anaphylaxis 2019", REACTION_SEVERITY_LIFE_THREATENING},
        {REACTION_SEVERITY_NONE_GIVEN, "Anaphylactic shock", REACTION_SEVERITY_LIFE_THREATENING},
        {REACTION_SEVERITY_NONE_GIVEN, "angioedema of the tongue", REACTION_SEVERITY_LIFE_THREATENING},
        {REACTION_SEVERITY_NONE_GIVEN, "Stevens-Johnson syndrome", REACTION_SEVERITY_LIFE_THREATENING},
        {REACTION_SEVERITY_NONE_GIVEN, "SJS", REACTION_SEVERITY_LIFE_THREATENING},
        {REACTION_SEVERITY_NONE_GIVEN, "rash", REACTION_SEVERITY_NONE_GIVEN},
        {REACTION_SEVERITY_NONE_GIVEN, "", REACTION_SEVERITY_NONE_GIVEN},
        {REACTION_SEVERITY_NONE_GIVEN, NULL, REACTION_SEVERITY_NONE_GIVEN},
        {REACTION_SEVERITY_MILD, "anaphylaxis", REACTION_SEVERITY_MILD}, /* somebody said so */
        {REACTION_SEVERITY_SEVERE, "hives", REACTION_SEVERITY_SEVERE},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const struct allergy a = {.severity = CASES[i].recorded, .reaction = (char *)(uintptr_t)CASES[i].reaction};
        cr_expect_eq(allergy_severity(&a), CASES[i].severity, "%s", CASES[i].reaction != NULL ? CASES[i].reaction : "(none)");
    }
}
