/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the words beside an allergy silence, and what they do not. */
#include <criterion/criterion.h>
#include <string.h>

#include "safety/allergy_remark.h"

Test(allergy_remark, silences_only_what_the_words_are_about)
{
    static const struct {
        const char *remark;
        bool is_known;
        enum allergy_kind kind;
        enum allergy_state state;
        enum screen_reaction reaction;
    } CASES[] = {
#define NO_KIND ALLERGY_KIND_NONE_GIVEN
#define NO_STATE ALLERGY_STATE_NONE_GIVEN
        {"nausea", true, ALLERGY_KIND_INTOLERANCE, NO_STATE, SCREEN_REACTION_UNKNOWN},
        {"red man syndrome", true, ALLERGY_KIND_INTOLERANCE, NO_STATE, SCREEN_REACTION_UNKNOWN},
        {"severe nausea", true, ALLERGY_KIND_INTOLERANCE, NO_STATE, SCREEN_REACTION_UNKNOWN},
        {"intolerance", true, ALLERGY_KIND_INTOLERANCE, NO_STATE, SCREEN_REACTION_UNKNOWN},
        {"anaphylaxis with vomiting", true, NO_KIND, NO_STATE, SCREEN_REACTION_SEVERE},
        {"vomiting, throat closed", true, NO_KIND, NO_STATE, SCREEN_REACTION_SEVERE},
        {"hives and diarrhea", true, NO_KIND, NO_STATE, SCREEN_REACTION_MILD},
        {"intolerance: anaphylaxis", true, NO_KIND, NO_STATE, SCREEN_REACTION_SEVERE},
        {"tolerated", true, ALLERGY_KIND_TOLERATED, NO_STATE, SCREEN_REACTION_UNKNOWN},
        {"tolerated well since 2015", true, ALLERGY_KIND_TOLERATED, NO_STATE, SCREEN_REACTION_UNKNOWN},
        {"not tolerated", true, NO_KIND, NO_STATE, SCREEN_REACTION_UNKNOWN},
        {"poorly tolerated", true, NO_KIND, NO_STATE, SCREEN_REACTION_UNKNOWN},
        {"rash; tolerated cefazolin", true, NO_KIND, NO_STATE, SCREEN_REACTION_MILD},
        {"anaphylaxis, tolerated", true, NO_KIND, NO_STATE, SCREEN_REACTION_SEVERE},
        {"resolved", true, NO_KIND, ALLERGY_STATE_RESOLVED, SCREEN_REACTION_UNKNOWN},
        {"rash) (resolved", true, NO_KIND, ALLERGY_STATE_RESOLVED, SCREEN_REACTION_MILD},
        {"hives, resolved with an antihistamine", true, NO_KIND, NO_STATE, SCREEN_REACTION_MILD},
        {"never resolved", true, NO_KIND, NO_STATE, SCREEN_REACTION_UNKNOWN},
        {"anaphylaxis, resolved", true, NO_KIND, NO_STATE, SCREEN_REACTION_SEVERE},
        {"refuted by skin test", true, NO_KIND, ALLERGY_STATE_REFUTED, SCREEN_REACTION_UNKNOWN},
        {"anaphylaxis, refuted by skin test", true, NO_KIND, ALLERGY_STATE_REFUTED, SCREEN_REACTION_SEVERE},
        {"not refuted", true, NO_KIND, NO_STATE, SCREEN_REACTION_UNKNOWN},
        {"entered in error", true, NO_KIND, ALLERGY_STATE_IN_ERROR, SCREEN_REACTION_UNKNOWN},
        {"given in error, hives", true, NO_KIND, NO_STATE, SCREEN_REACTION_MILD},
        {"inactive ingredient", true, NO_KIND, NO_STATE, SCREEN_REACTION_UNKNOWN},
        {"in childhood", false, NO_KIND, NO_STATE, SCREEN_REACTION_UNKNOWN},
        {"", false, NO_KIND, NO_STATE, SCREEN_REACTION_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct screen_allergy a = {.text = "penicillin"};
        cr_expect_eq(allergy_remark_read(CASES[i].remark, strlen(CASES[i].remark), &a), CASES[i].is_known, "%s", CASES[i].remark);
        cr_expect_eq(a.kind, CASES[i].kind, "%s: kind %d", CASES[i].remark, (int)a.kind);
        cr_expect_eq(a.state, CASES[i].state, "%s: state %d", CASES[i].remark, (int)a.state);
        cr_expect_eq(a.reaction, CASES[i].reaction, "%s: reaction %d", CASES[i].remark, (int)a.reaction);
    }
}
