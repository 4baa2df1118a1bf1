/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/allergy_remark.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

struct remark {
    const char *word; /* folded, at the start of a word of the remark */
    enum allergy_kind kind;
    enum allergy_state state;
    enum screen_reaction reaction;
    bool stands_alone; /* says it of the allergy only where its part of the remark says nothing else
                        */
    bool is_degree;
};

#define REACTION(word, reaction)                                                        \
    {                                                                                   \
        word, ALLERGY_KIND_NONE_GIVEN, ALLERGY_STATE_NONE_GIVEN, reaction, false, false \
    }
#define DEGREE(word, reaction)                                                         \
    {                                                                                  \
        word, ALLERGY_KIND_NONE_GIVEN, ALLERGY_STATE_NONE_GIVEN, reaction, false, true \
    }
#define STATE(word, state)                                                          \
    {                                                                               \
        word, ALLERGY_KIND_NONE_GIVEN, state, SCREEN_REACTION_UNKNOWN, false, false \
    }
#define STATE_ALONE(word, state)                                                   \
    {                                                                              \
        word, ALLERGY_KIND_NONE_GIVEN, state, SCREEN_REACTION_UNKNOWN, true, false \
    }
#define KIND(word, kind)                                                            \
    {                                                                               \
        word, kind, ALLERGY_STATE_NONE_GIVEN, SCREEN_REACTION_UNKNOWN, false, false \
    }

static const struct remark REMARKS[] = {
    STATE("refuted", ALLERGY_STATE_REFUTED),
    STATE("entered in error", ALLERGY_STATE_IN_ERROR),
    STATE_ALONE("in error", ALLERGY_STATE_IN_ERROR), /* not "given in error" */
    STATE_ALONE("resolved",
                ALLERGY_STATE_RESOLVED), /* not "hives resolved with an antihistamine" */
    STATE_ALONE("inactive", ALLERGY_STATE_INACTIVE),
    STATE("unconfirmed", ALLERGY_STATE_UNCONFIRMED),
    KIND("intolerance", ALLERGY_KIND_INTOLERANCE),
    KIND("side effect", ALLERGY_KIND_INTOLERANCE),
    KIND("nausea", ALLERGY_KIND_SIDE_EFFECT),
    KIND("vomiting", ALLERGY_KIND_SIDE_EFFECT),
    KIND("constipation", ALLERGY_KIND_SIDE_EFFECT),
    KIND("upset stomach", ALLERGY_KIND_SIDE_EFFECT),
    KIND("stomach upset", ALLERGY_KIND_SIDE_EFFECT),
    KIND("diarrhea", ALLERGY_KIND_SIDE_EFFECT),
    KIND("diarrhoea", ALLERGY_KIND_SIDE_EFFECT),
    KIND("gi upset", ALLERGY_KIND_SIDE_EFFECT),
    KIND("heartburn", ALLERGY_KIND_SIDE_EFFECT),
    KIND("dyspepsia", ALLERGY_KIND_SIDE_EFFECT),
    KIND("cough", ALLERGY_KIND_SIDE_EFFECT), /* of an ACE inhibitor; a wheeze beside it counts */
    KIND("myalgia", ALLERGY_KIND_SIDE_EFFECT),
    KIND("muscle pain", ALLERGY_KIND_SIDE_EFFECT),
    KIND("muscle ache", ALLERGY_KIND_SIDE_EFFECT),
    KIND("headache", ALLERGY_KIND_SIDE_EFFECT),
    KIND("drows", ALLERGY_KIND_SIDE_EFFECT),
    KIND("insomnia", ALLERGY_KIND_SIDE_EFFECT),
    KIND("gi intolerance", ALLERGY_KIND_SIDE_EFFECT),
    KIND("stomach ache", ALLERGY_KIND_SIDE_EFFECT),
    KIND("stomach pain", ALLERGY_KIND_SIDE_EFFECT),
    KIND("muscle cramp", ALLERGY_KIND_SIDE_EFFECT),
    KIND("sleep", ALLERGY_KIND_SIDE_EFFECT),
    KIND("dystonia", ALLERGY_KIND_SIDE_EFFECT),
    KIND("dystonic", ALLERGY_KIND_SIDE_EFFECT),
    KIND("akathisia", ALLERGY_KIND_SIDE_EFFECT),
    KIND("dry mouth", ALLERGY_KIND_SIDE_EFFECT),
    KIND("weight gain", ALLERGY_KIND_SIDE_EFFECT),
    KIND("yeast infection", ALLERGY_KIND_SIDE_EFFECT),
    KIND("red man", ALLERGY_KIND_SIDE_EFFECT), /* of a fast vancomycin infusion */
    KIND("redman", ALLERGY_KIND_SIDE_EFFECT),
    KIND("red neck", ALLERGY_KIND_SIDE_EFFECT),
    KIND("flushing syndrome", ALLERGY_KIND_SIDE_EFFECT),
    REACTION("edema", SCREEN_REACTION_UNKNOWN), /* of the ankles or of the lips: nobody said */
    REACTION("oedema", SCREEN_REACTION_UNKNOWN),
    REACTION("reaction", SCREEN_REACTION_UNKNOWN),
    {"tolerated", ALLERGY_KIND_TOLERATED, ALLERGY_STATE_NONE_GIVEN, SCREEN_REACTION_UNKNOWN, true,
     false}, /* not "tolerated another" */
    REACTION("anaphyla", SCREEN_REACTION_SEVERE),
    REACTION("angioedema", SCREEN_REACTION_SEVERE),
    REACTION("bronchospasm", SCREEN_REACTION_SEVERE),
    REACTION("wheez", SCREEN_REACTION_SEVERE),
    REACTION("swelling", SCREEN_REACTION_SEVERE),
    REACTION("swollen", SCREEN_REACTION_SEVERE),
    REACTION("throat", SCREEN_REACTION_SEVERE),
    REACTION("shortness of breath", SCREEN_REACTION_SEVERE),
    REACTION("breathing", SCREEN_REACTION_SEVERE),
    REACTION("breathe", SCREEN_REACTION_SEVERE),
    REACTION("dyspn", SCREEN_REACTION_SEVERE),
    REACTION("hypotension", SCREEN_REACTION_SEVERE),
    REACTION("shock", SCREEN_REACTION_SEVERE),
    REACTION("collapse", SCREEN_REACTION_SEVERE),
    /* as after a severe skin reaction no relative of the drug is safe */
    REACTION("hit", SCREEN_REACTION_SEVERE_CUTANEOUS),
    REACTION("thrombocytopenia", SCREEN_REACTION_SEVERE_CUTANEOUS),
    REACTION("stevens johnson", SCREEN_REACTION_SEVERE_CUTANEOUS),
    REACTION("sjs", SCREEN_REACTION_SEVERE_CUTANEOUS),
    REACTION("toxic epidermal", SCREEN_REACTION_SEVERE_CUTANEOUS),
    REACTION("dress", SCREEN_REACTION_SEVERE_CUTANEOUS),
    REACTION("agep", SCREEN_REACTION_SEVERE_CUTANEOUS),
    REACTION("rash", SCREEN_REACTION_MILD),
    REACTION("hives", SCREEN_REACTION_MILD),
    REACTION("urticaria", SCREEN_REACTION_MILD),
    REACTION("itch", SCREEN_REACTION_MILD),
    /* how bad what was named before is: a severe nausea is still nausea */
    DEGREE("severe", SCREEN_REACTION_SEVERE),
    DEGREE("life threatening", SCREEN_REACTION_SEVERE),
    DEGREE("mild", SCREEN_REACTION_MILD),
};

/* The word at the start of a word of the part; NULL when it is not in it. */
static const char *find_word(const char *folded, const char *word)
{
    for (const char *p = strstr(folded, word); p; p = strstr(p + 1, word)) {
        if (p == folded || p[-1] == ' ') {
            return p;
        }
    }
    return NULL;
}

static bool is_one_of(const char *const *words, const char *at, size_t len)
{
    for (; *words; words++) {
        if (strlen(*words) == len && memcmp(*words, at, len) == 0) {
            return true;
        }
    }
    return false;
}

/* "not tolerated", "could never be refuted" */
static bool is_denied(const char *folded, const char *word)
{
    static const char *const denials[] = {
        "not",    "no",     "never",  "cannot", "cant",   "t",         "without",      "non",
        "hardly", "barely", "poorly", "badly",  "partly", "partially", "incompletely", NULL};
    for (const char *p = folded; p < word;) {
        size_t len = strcspn(p, " ");
        if (is_one_of(denials, p, len)) {
            return true;
        }
        p += len + (p[len] == ' ');
    }
    return false;
}

/* Nothing beside the word but when, and that it is the allergy's state. */
static bool is_alone(const char *folded, const char *word, size_t word_len)
{
    static const char *const said_with[] = {
        "allergy", "status",   "state",  "is",         "was",    "has",        "been",
        "now",     "since",    "in",     "on",         "by",     "as",         "well",
        "later",   "recorded", "listed", "documented", "marked", "clinically", "previously",
        "before",  "past",     "again",  "patient",    NULL};
    for (const char *p = folded; *p;) {
        size_t len = strcspn(p, " ");
        bool is_part = p >= word && p < word + word_len;
        if (!is_part && !(p[0] >= '0' && p[0] <= '9') && !is_one_of(said_with, p, len)) {
            return false;
        }
        p += len + (p[len] == ' ');
    }
    return true;
}

static bool read_part(const char *folded, struct screen_allergy *out)
{
    bool is_known = false;
    bool names_kind = false;
    for (size_t i = 0; i < sizeof REMARKS / sizeof *REMARKS; i++) {
        const struct remark *m = &REMARKS[i];
        const char *at = find_word(folded, m->word);
        bool silences = m->reaction == SCREEN_REACTION_UNKNOWN;
        is_known = is_known || at != NULL;
        if (at == NULL || (silences && is_denied(folded, at)) ||
            (m->stands_alone && !is_alone(folded, at, strlen(m->word))) ||
            (m->is_degree && names_kind)) {
            continue;
        }
        names_kind = names_kind || m->kind != ALLERGY_KIND_NONE_GIVEN;
        /* An intolerance that somebody named outweighs the symptom that it was. */
        if (m->kind != ALLERGY_KIND_NONE_GIVEN &&
            !(m->kind == ALLERGY_KIND_SIDE_EFFECT && out->kind != ALLERGY_KIND_NONE_GIVEN)) {
            out->kind = m->kind;
        }
        if (m->state != ALLERGY_STATE_NONE_GIVEN && out->state == ALLERGY_STATE_NONE_GIVEN) {
            out->state = m->state;
        }
        if (m->reaction > out->reaction) {
            out->reaction = m->reaction;
        }
    }
    return is_known;
}

/* A grave reaction is no side effect and no trial that went well, hives are no mere nausea; that
 * they passed is not that the allergy did. */
static void weigh(struct screen_allergy *a)
{
    bool is_grave = a->reaction >= SCREEN_REACTION_SEVERE;
    if (is_grave || (a->kind == ALLERGY_KIND_SIDE_EFFECT && a->reaction == SCREEN_REACTION_MILD)) {
        a->kind = ALLERGY_KIND_NONE_GIVEN;
    } else if (a->kind == ALLERGY_KIND_SIDE_EFFECT) {
        a->kind = ALLERGY_KIND_INTOLERANCE; /* neither blocks */
    }
    if (is_grave && (a->state == ALLERGY_STATE_RESOLVED || a->state == ALLERGY_STATE_INACTIVE)) {
        a->state = ALLERGY_STATE_NONE_GIVEN;
    }
}

bool allergy_remark_read(const char *text, size_t len_bytes, struct screen_allergy *out)
{
    static const char ends[] = ",;.()/:";
    char *slice = mem_copy_bytes(text, len_bytes);
    bool is_known = false;
    for (char *at = slice; *at;) {
        size_t len = strcspn(at, ends);
        char *part = mem_copy_bytes(at, len);
        char *folded = text_fold(part);
        is_known = read_part(folded, out) || is_known;
        mem_free(folded);
        mem_free(part);
        at += len + (at[len] != '\0');
    }
    mem_free(slice);
    weigh(out);
    return is_known;
}
