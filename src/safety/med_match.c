/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/med_match.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "safety/drug_words.h"
#include "safety/med_week.h"

#define NAME_MAX 96
#define ALIKE_HUNDREDTHS 85 /* clinical.md 4.A.3, T6 */
#define ATC_LEVEL_4 5       /* letters */

/* ---- words of differences ---- */

#define WORD(name, word, label) word,
#define LABEL(name, word, label) label,
static const char *const WORDS[] = {MATCH_DIFFERENCE_LIST(WORD)};
static const char *const LABELS[] = {MATCH_DIFFERENCE_LIST(LABEL)};

const char *match_difference_word(int bit)
{
    return WORDS[bit];
}

const char *match_difference_label(int bit)
{
    return _(LABELS[bit]);
}

/* ---- names that look alike ---- */

/* The next word of folded text into `out`; false behind the last. */
static bool next_word(const char **at, char out[NAME_MAX])
{
    const char *from = *at + strspn(*at, " ");
    size_t len = strcspn(from, " ");
    size_t kept = len < NAME_MAX ? len : NAME_MAX - 1;
    memcpy(out, from, kept);
    out[kept] = '\0';
    *at = from + len;
    return len > 0;
}

/* The words before the first number, form or route. */
static void name_part(const char *text, char out[NAME_MAX])
{
    char *folded = text_fold(text), word[NAME_MAX];
    const char *at = folded;
    size_t len = 0;
    out[0] = '\0';
    while (next_word(&at, word)) {
        const struct drug_word *known = drug_word_find(word);
        bool is_name = !(word[0] >= '0' && word[0] <= '9') && known == NULL;
        size_t size = strlen(word);
        if (!is_name && len > 0) {
            break;
        }
        if (is_name && len + size + 2 < NAME_MAX) {
            memcpy(out + len, word, size);
            len += size;
            out[len] = '\0';
        }
    }
    mem_free(folded);
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int edit_distance(const char *a, const char *b)
{
    int row[NAME_MAX];
    int rows = (int)strlen(a), cols = (int)strlen(b);
    for (int j = 0; j <= cols; j++) {
        row[j] = j;
    }
    for (int i = 1; i <= rows; i++) {
        int corner = row[0];
        row[0] = i;
        for (int j = 1; j <= cols; j++) {
            int above = row[j];
            row[j] = smaller(smaller(row[j] + 1, row[j - 1] + 1), corner + (a[i - 1] != b[j - 1]));
            corner = above;
        }
    }
    return row[cols];
}

static int likeness_of_names(const char *a, const char *b)
{
    int longer = (int)(strlen(a) > strlen(b) ? strlen(a) : strlen(b));
    return longer == 0 ? 0 : 100 - 100 * edit_distance(a, b) / longer;
}

static bool is_coded(const struct match_line *line)
{
    return line->identity.match == DRUG_KNOWN || line->identity.match == DRUG_NAME_ONLY;
}

/* A misspelt name may stand for the partner of a look-alike pair as well as for the name itself. */
static bool is_listed_lookalike(const struct knowledge *k, const char *name, const char *other, int likeness)
{
    const char *partner;
    for (int n = 0; (partner = knowledge_lookalike(k, name, n)) != NULL; n++) {
        char folded[NAME_MAX];
        name_part(partner, folded);
        if (strcmp(folded, other) == 0 || likeness_of_names(folded, other) + 10 >= likeness) {
            return true;
        }
    }
    return false;
}

static bool looks_like(const struct knowledge *k, const struct match_line *a, const struct match_line *b)
{
    char name_a[NAME_MAX], name_b[NAME_MAX];
    if (is_coded(a) && is_coded(b)) {
        return false; /* both are known, and known to differ */
    }
    name_part(a->text, name_a);
    name_part(b->text, name_b);
    int likeness = likeness_of_names(name_a, name_b);
    if (likeness < ALIKE_HUNDREDTHS || is_listed_lookalike(k, name_a, name_b, likeness) ||
        is_listed_lookalike(k, name_b, name_a, likeness)) {
        return false;
    }
    for (int side = 0; side < 2; side++) { /* a brand's look-alikes are listed under the ingredient's name too */
        const struct match_line *known = side == 0 ? a : b;
        for (int i = 0; is_coded(known) && i < known->identity.ingredient_count; i++) {
            const char *name = knowledge_name(k, known->identity.ingredients[i]);
            if (is_listed_lookalike(k, name, side == 0 ? name_b : name_a, likeness)) {
                return false;
            }
        }
    }
    return true;
}

/* ---- what two lines say of one drug ---- */

static bool same_ingredients(const struct drug_identity *a, const struct drug_identity *b)
{
    return a->ingredient_count == b->ingredient_count && a->ingredient_count > 0 &&
           memcmp(a->ingredients, b->ingredients, a->ingredient_count * sizeof *a->ingredients) == 0;
}

static bool same_drug(const struct match_line *a, const struct match_line *b)
{
    if (is_coded(a) && is_coded(b)) {
        return same_ingredients(&a->identity, &b->identity);
    }
    return !is_coded(a) && !is_coded(b) && text_equal_folded(a->text, b->text);
}

/* Spellings of one salt. */
static const char *salt_of(const struct drug_word *word)
{
    static const char *const same[][2] = {{"hcl", "hydrochloride"}, {"besilate", "besylate"}, {"mesilate", "mesylate"},
                                          {"tosilate", "tosylate"}, {"hbr", "hydrobromide"}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        if (strcmp(word->word, same[i][0]) == 0) {
            return same[i][1];
        }
    }
    return word->word;
}

static bool is_in_a_name(const struct knowledge *k, const struct drug_identity *identity, const char *word)
{
    for (int i = 0; i < identity->ingredient_count; i++) {
        if (strstr(knowledge_name(k, identity->ingredients[i]), word) != NULL) {
            return true; /* "chloride" of potassium chloride is no salt of it */
        }
    }
    return false;
}

enum { SALTS_MAX = 6 };
static int salts_of(const struct knowledge *k, const struct match_line *line, const char *out[SALTS_MAX])
{
    char *folded = text_fold(line->text), text[NAME_MAX];
    const char *at = folded;
    int count = 0;
    while (count < SALTS_MAX && next_word(&at, text)) {
        const struct drug_word *word = drug_word_find(text);
        bool is_salt = word != NULL && (word->kind == DRUG_WORD_SALT || word->kind == DRUG_WORD_METAL);
        if (is_salt && !is_in_a_name(k, &line->identity, word->word)) {
            out[count++] = salt_of(word);
        }
    }
    mem_free(folded);
    return count;
}

/* Both name one and have none in common. */
static bool salts_differ(const struct knowledge *k, const struct match_line *a, const struct match_line *b)
{
    const char *of_a[SALTS_MAX], *of_b[SALTS_MAX];
    int count_a = salts_of(k, a, of_a), count_b = salts_of(k, b, of_b);
    for (int i = 0; i < count_a; i++) {
        for (int j = 0; j < count_b; j++) {
            if (strcmp(of_a[i], of_b[j]) == 0) {
                return false;
            }
        }
    }
    return count_a > 0 && count_b > 0;
}

/* "250 mg/5 mL" is "50 mg/mL". */
static bool strengths_equal(const struct drug_strength *a, const struct drug_strength *b)
{
    struct decimal in_b, left, right;
    if (unit_convert(a->amount, a->unit, b->unit, &in_b) != STATUS_OK) {
        return false;
    }
    bool has_per = !decimal_is_zero(a->per) || !decimal_is_zero(b->per);
    if (!has_per) {
        return decimal_compare(in_b, b->amount) == 0;
    }
    return a->per_unit == b->per_unit && decimal_multiply(in_b, b->per, &left) == STATUS_OK &&
           decimal_multiply(b->amount, a->per, &right) == STATUS_OK && decimal_compare(left, right) == 0;
}

static bool strengths_differ(const struct drug_identity *a, const struct drug_identity *b)
{
    for (int i = 0; i < a->ingredient_count && i < b->ingredient_count; i++) {
        const struct drug_strength *of_a = &a->strengths[i], *of_b = &b->strengths[i];
        if (of_a->unit != UNIT_NONE && of_b->unit != UNIT_NONE && !strengths_equal(of_a, of_b)) {
            return true;
        }
    }
    return false;
}

static enum route route_of(const struct match_line *line)
{
    return line->sig.route != ROUTE_NONE_GIVEN ? line->sig.route : line->identity.route;
}

/* What does not depend on the amount. */
static unsigned product_differences(const struct knowledge *k, const struct match_line *a, const struct match_line *b)
{
    unsigned found = MATCH_SAME;
    bool is_known = is_coded(a) && is_coded(b);
    enum route route_a = route_of(a), route_b = route_of(b);
    found |= !is_known ? (unsigned)MATCH_DIFFERS_UNCODED : 0;
    found |= a->is_not_taken != b->is_not_taken ? (unsigned)MATCH_DIFFERS_TAKING : 0;
    found |= a->is_on_hold != b->is_on_hold ? (unsigned)MATCH_DIFFERS_HELD : 0;
    found |= route_a != ROUTE_NONE_GIVEN && route_b != ROUTE_NONE_GIVEN && route_a != route_b ? (unsigned)MATCH_DIFFERS_ROUTE : 0;
    found |= sig_is_as_needed(&a->sig) != sig_is_as_needed(&b->sig) ? (unsigned)MATCH_DIFFERS_PRN : 0;
    if (is_known) {
        bool has_forms = a->identity.form != DRUG_FORM_NONE && b->identity.form != DRUG_FORM_NONE;
        found |= has_forms && a->identity.form != b->identity.form ? (unsigned)MATCH_DIFFERS_FORM : 0;
        found |= a->identity.is_extended_release != b->identity.is_extended_release ? (unsigned)MATCH_DIFFERS_RELEASE : 0;
        found |= salts_differ(k, a, b) ? (unsigned)MATCH_DIFFERS_SALT : 0;
    }
    return found;
}

/* Two statements of one drug, each of one line or of several that make up one dose. */
struct statement_view {
    const struct match_line *lines;
    const size_t *at;
    size_t count;
};

static const struct match_line *line_of(const struct statement_view *v, size_t i)
{
    return &v->lines[v->at[i]];
}

static bool is_weekly_drug(const struct knowledge *k, const struct drug_identity *identity)
{
    for (int i = 0; i < identity->ingredient_count; i++) {
        if ((knowledge_flags(k, identity->ingredients[i]) & INGREDIENT_WEEKLY) != 0) {
            return true;
        }
    }
    return false;
}

/* The same taper: dose and timing of every step. */
static bool same_steps(const struct sig *a, const struct sig *b)
{
    bool is_same = sig_step_count(a) == sig_step_count(b);
    for (size_t i = 0; is_same && i < sig_step_count(a); i++) {
        struct sig x, y;
        sig_step(a, i, &x);
        sig_step(b, i, &y);
        is_same = sig_equal(&x, &y);
    }
    return is_same;
}

static void week_of(const struct statement_view *v, struct med_week *out)
{
    med_week_start(out);
    for (size_t i = 0; i < v->count; i++) {
        med_week_add(out, &line_of(v, i)->identity, &line_of(v, i)->sig);
    }
}

static unsigned compare(const struct knowledge *k, const struct statement_view *a, const struct statement_view *b,
                        struct match_group *group)
{
    struct med_week week_a, week_b;
    unsigned found = MATCH_SAME;
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count; j++) {
            found |= product_differences(k, line_of(a, i), line_of(b, j));
        }
    }
    bool is_one_each = a->count == 1 && b->count == 1;
    const struct drug_identity *identity = &line_of(a, 0)->identity;
    bool is_strength = is_one_each ? strengths_differ(identity, &line_of(b, 0)->identity) : a->count != b->count;
    found |= is_strength ? (unsigned)MATCH_DIFFERS_STRENGTH : 0;
    const struct sig *sig_a = &line_of(a, 0)->sig, *sig_b = &line_of(b, 0)->sig;
    bool has_steps = (sig_a->later_count > 0 && !sig_a->is_parallel) || (sig_b->later_count > 0 && !sig_b->is_parallel);
    if (has_steps && !(is_one_each && same_steps(&line_of(a, 0)->sig, &line_of(b, 0)->sig))) {
        found |= (unsigned)MATCH_DIFFERS_STEPS; /* which step it is now, only the patient knows */
    }
    week_of(a, &week_a);
    week_of(b, &week_b);
    enum med_week_result result = med_week_compare(&week_a, &week_b);
    found |= result == MED_WEEK_UNSTATED ? (unsigned)MATCH_DIFFERS_UNSTATED : 0;
    found |= result == MED_WEEK_UNIT ? (unsigned)MATCH_DIFFERS_UNIT : 0;
    found |= result == MED_WEEK_DIFFERENT || result == MED_WEEK_TENFOLD ? (unsigned)MATCH_DIFFERS_DOSE : 0;
    bool is_timed_alike = med_week_same_times(&week_a, &week_b);
    /* the same week can be shared out otherwise */
    is_timed_alike = is_timed_alike && (!sig_a->is_parallel || !sig_b->is_parallel || same_steps(sig_a, sig_b));
    found |= is_one_each && !is_timed_alike ? (unsigned)MATCH_DIFFERS_FREQUENCY : 0;
    group->is_tenfold = group->is_tenfold || result == MED_WEEK_TENFOLD;
    group->has_weekly_trap = group->has_weekly_trap || (is_weekly_drug(k, identity) && !is_timed_alike &&
                                                        (med_week_is_daily(&week_a) || med_week_is_daily(&week_b)));
    return found;
}

/* ---- statements: the lines of one list that are one dose ---- */

struct statement {
    size_t *at, count;
    int list;
};

/* Two lines of one list are one dose when they add up: other strengths, or other days or times. The same thing twice is a
 * duplicate, and stays two statements. */
static bool adds_up(const struct match_line *a, const struct match_line *b)
{
    bool is_alike = is_coded(a) && same_drug(a, b) && route_of(a) == route_of(b) && a->is_not_taken == b->is_not_taken &&
                    a->is_on_hold == b->is_on_hold && sig_is_as_needed(&a->sig) == sig_is_as_needed(&b->sig) &&
                    !sig_is_as_needed(&a->sig) && !a->sig.is_parallel && !b->sig.is_parallel && a->identity.is_extended_release == b->identity.is_extended_release;
    if (!is_alike) {
        return false;
    }
    bool is_other_day = a->sig.weekdays != 0 && b->sig.weekdays != 0 && (a->sig.weekdays & b->sig.weekdays) == 0;
    bool is_other_time = a->sig.times_count > 0 && b->sig.times_count > 0;
    for (int i = 0; i < a->sig.times_count; i++) {
        for (int j = 0; j < b->sig.times_count; j++) {
            is_other_time = is_other_time && a->sig.times_min[i] != b->sig.times_min[j];
        }
    }
    return strengths_differ(&a->identity, &b->identity) || is_other_day || is_other_time;
}

static size_t make_statements(const struct match_line *lines, size_t count, struct statement *out)
{
    size_t made = 0;
    for (size_t i = 0; i < count; i++) {
        size_t to = made;
        for (size_t s = 0; s < made && to == made; s++) {
            bool fits = out[s].list == lines[i].list;
            for (size_t n = 0; fits && n < out[s].count; n++) {
                fits = adds_up(&lines[out[s].at[n]], &lines[i]);
            }
            to = fits ? s : to;
        }
        if (to == made) {
            out[made++] = (struct statement){mem_alloc_array(count, sizeof *out->at), 0, lines[i].list};
        }
        out[to].at[out[to].count++] = i;
    }
    return made;
}

/* ---- putting statements together ---- */

struct making {
    const struct knowledge *k;
    const struct match_line *lines;
    struct statement *statements;
    size_t count;
    size_t *group_of;   /* per statement */
    int *scores;        /* count x count: how well two statements fit; 0 where they are not one drug */
    int lists;          /* with the chart */
    bool *has_list;     /* groups x lists */
    struct match_group_list *out;
};

static struct statement_view view_of(const struct making *m, size_t statement)
{
    return (struct statement_view){m->lines, m->statements[statement].at, m->statements[statement].count};
}

static bool same_code(const struct making *m, size_t a, size_t b)
{
    const struct match_line *x = &m->lines[m->statements[a].at[0]], *y = &m->lines[m->statements[b].at[0]];
    return m->statements[a].count == 1 && m->statements[b].count == 1 && x->code != NULL && y->code != NULL &&
           x->code[0] != '\0' && strcmp(x->code, y->code) == 0;
}

/* How well two statements fit: the fewer differences the better. 0: another drug. */
static int fitness(const struct making *m, size_t a, size_t b)
{
    struct match_group unused = {0};
    struct statement_view x = view_of(m, a), y = view_of(m, b);
    if (m->statements[a].list == m->statements[b].list || !same_drug(line_of(&x, 0), line_of(&y, 0))) {
        return 0;
    }
    unsigned found = compare(m->k, &x, &y, &unused);
    int score = 1000 + (same_code(m, a, b) ? 500 : 0);
    for (int bit = 0; bit < MATCH_DIFFERENCE_COUNT; bit++) {
        score -= (found >> bit & 1u) != 0 ? 50 : 0;
    }
    return score;
}

static bool *list_of_group(const struct making *m, size_t group, int list)
{
    return &m->has_list[group * (size_t)m->lists + (size_t)(list + 1)];
}

static void put_statement(struct making *m, size_t statement, size_t group)
{
    m->group_of[statement] = group;
    *list_of_group(m, group, m->statements[statement].list) = true;
}

/* The pair of an open statement of this list and a group without one of it that fits best of all. */
static bool best_pair(const struct making *m, int list, size_t *out_statement, size_t *out_group)
{
    int best = 0;
    for (size_t s = 0; s < m->count; s++) {
        if (m->statements[s].list != list || m->group_of[s] != MATCH_NO_GROUP) {
            continue;
        }
        for (size_t other = 0; other < m->count; other++) {
            size_t group = m->group_of[other];
            int score = m->scores[s * m->count + other];
            if (score > best && group != MATCH_NO_GROUP && !*list_of_group(m, group, list)) {
                best = score;
                *out_statement = s;
                *out_group = group;
            }
        }
    }
    return best > 0;
}

/* One list after the other; within a list the best fit of all goes first, so that the order of its lines does not matter. */
static void place_list(struct making *m, int list)
{
    size_t statement, group;
    while (best_pair(m, list, &statement, &group)) {
        put_statement(m, statement, group);
    }
    for (size_t s = 0; s < m->count; s++) {
        if (m->statements[s].list == list && m->group_of[s] == MATCH_NO_GROUP) {
            MEM_GROW(m->out);
            m->out->items[m->out->len] = (struct match_group){.tier = MATCH_TIER_ONLY, .hint = MATCH_NO_GROUP};
            put_statement(m, s, m->out->len++);
        }
    }
}

/* ---- what a group says ---- */

static void judge_group(const struct making *m, size_t at)
{
    struct match_group *group = &m->out->items[at];
    bool is_pair = false, is_one_code = true;
    for (size_t a = 0; a < m->count; a++) {
        for (size_t b = a + 1; b < m->count; b++) {
            if (m->group_of[a] == at && m->group_of[b] == at) {
                struct statement_view x = view_of(m, a), y = view_of(m, b);
                is_pair = true;
                is_one_code = is_one_code && same_code(m, a, b);
                group->differences |= compare(m->k, &x, &y, group);
            }
        }
    }
    if (is_pair) {
        group->tier = group->differences != MATCH_SAME ? MATCH_TIER_CHANGED
                      : is_one_code                    ? MATCH_TIER_CODE
                                                       : MATCH_TIER_CLINICAL;
    }
}

static int compare_size(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return x < y ? -1 : x > y;
}

static void fill_group(const struct making *m, size_t at)
{
    struct match_group *group = &m->out->items[at];
    for (size_t s = 0; s < m->count; s++) {
        group->line_count += m->group_of[s] == at ? m->statements[s].count : 0;
    }
    group->lines = mem_alloc_array(group->line_count, sizeof *group->lines);
    size_t n = 0;
    for (size_t s = 0; s < m->count; s++) {
        for (size_t i = 0; m->group_of[s] == at && i < m->statements[s].count; i++) {
            group->lines[n++] = m->statements[s].at[i];
        }
    }
    qsort(group->lines, group->line_count, sizeof *group->lines, compare_size);
}

/* ---- hints ---- */

static bool is_part_of(const struct drug_identity *a, const struct drug_identity *b)
{
    const struct drug_identity *small = a->ingredient_count < b->ingredient_count ? a : b, *large = small == a ? b : a;
    if (small->ingredient_count == 0 || small->ingredient_count == large->ingredient_count) {
        return false;
    }
    int found = 0;
    for (int i = 0; i < small->ingredient_count; i++) {
        for (int j = 0; j < large->ingredient_count; j++) {
            found += small->ingredients[i] == large->ingredients[j];
        }
    }
    return found == small->ingredient_count;
}

static bool share_atc(const char *a, const char *b)
{
    for (; *a != '\0'; a += strcspn(a, ";"), a += *a == ';') {
        for (const char *at = b; *at != '\0'; at += strcspn(at, ";"), at += *at == ';') {
            if (strcspn(a, ";") >= ATC_LEVEL_4 && strcspn(at, ";") >= ATC_LEVEL_4 && strncmp(a, at, ATC_LEVEL_4) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool share_class(const struct knowledge *k, const struct drug_identity *a, const struct drug_identity *b)
{
    for (int i = 0; i < a->ingredient_count; i++) {
        for (int j = 0; j < b->ingredient_count; j++) {
            if (a->ingredients[i] != b->ingredients[j] &&
                share_atc(knowledge_atc(k, a->ingredients[i]), knowledge_atc(k, b->ingredients[j]))) {
                return true;
            }
        }
    }
    return false;
}

static enum match_tier resemblance(const struct making *m, const struct match_line *a, const struct match_line *b)
{
    if (same_drug(a, b)) {
        return MATCH_TIER_CHANGED;
    }
    if (is_coded(a) && is_coded(b)) {
        return is_part_of(&a->identity, &b->identity)            ? MATCH_TIER_PART_OF
               : share_class(m->k, &a->identity, &b->identity) ? MATCH_TIER_CLASS
                                                                 : MATCH_TIER_ONLY;
    }
    return looks_like(m->k, a, b) ? MATCH_TIER_TEXT : MATCH_TIER_ONLY;
}

static bool has_chart(const struct making *m, const struct match_group *group)
{
    return m->lines[group->lines[0]].list == MATCH_CHART;
}

/* Of a group without partner: the best of the others, those without partner on the other side first. */
static void hint_group(const struct making *m, size_t at)
{
    struct match_group *group = &m->out->items[at];
    bool is_best_open = false;
    for (size_t other = 0; other < m->out->len; other++) {
        const struct match_group *candidate = &m->out->items[other];
        if (other == at) {
            continue;
        }
        bool is_open = candidate->tier == MATCH_TIER_ONLY && has_chart(m, candidate) != has_chart(m, group);
        enum match_tier tier = resemblance(m, &m->lines[group->lines[0]], &m->lines[candidate->lines[0]]);
        bool is_better = tier != MATCH_TIER_ONLY &&
                         (group->hint == MATCH_NO_GROUP || tier < group->hint_tier ||
                          (tier == group->hint_tier && is_open && !is_best_open));
        if (is_better) {
            group->hint = other;
            group->hint_tier = tier;
            is_best_open = is_open;
        }
    }
}

void med_match(const struct knowledge *k, const struct match_line *lines, size_t count, struct match_group_list *out)
{
    struct making m = {.k = k, .lines = lines, .out = out};
    int last = MATCH_CHART;
    *out = (struct match_group_list){0};
    m.statements = mem_alloc_array(count + 1, sizeof *m.statements);
    m.count = make_statements(lines, count, m.statements);
    m.group_of = mem_alloc_array(m.count + 1, sizeof *m.group_of);
    m.scores = mem_alloc_array(m.count * m.count + 1, sizeof *m.scores);
    for (size_t s = 0; s < m.count; s++) {
        m.group_of[s] = MATCH_NO_GROUP;
        last = m.statements[s].list > last ? m.statements[s].list : last;
        for (size_t other = 0; other < s; other++) {
            m.scores[s * m.count + other] = m.scores[other * m.count + s] = fitness(&m, s, other);
        }
    }
    m.lists = last + 2;
    m.has_list = mem_alloc_array(m.count * (size_t)m.lists + 1, sizeof *m.has_list);
    for (int list = MATCH_CHART; list <= last; list++) {
        place_list(&m, list);
    }
    for (size_t g = 0; g < out->len; g++) {
        fill_group(&m, g);
        judge_group(&m, g);
    }
    for (size_t g = 0; g < out->len; g++) {
        if (out->items[g].tier == MATCH_TIER_ONLY) {
            hint_group(&m, g);
        }
    }
    for (size_t g = 0; g < out->len; g++) { /* only now: a hint asks who has no partner */
        struct match_group *group = &out->items[g];
        if (group->tier == MATCH_TIER_ONLY && group->hint != MATCH_NO_GROUP && group->hint_tier != MATCH_TIER_CHANGED) {
            group->tier = group->hint_tier;
        }
    }
    for (size_t s = 0; s < m.count; s++) {
        mem_free(m.statements[s].at);
    }
    mem_free(m.statements);
    mem_free(m.group_of);
    mem_free(m.scores);
    mem_free(m.has_list);
}

void match_group_list_release(struct match_group_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].lines);
    }
    mem_free(list->items);
    *list = (struct match_group_list){0};
}
