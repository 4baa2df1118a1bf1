/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_cases [--all] [--knowledge FILE] DIR: screens every row of DIR/cases_*.tsv as README.md there
 * says, prints the rates and each miss by its id, and compares the rates with DIR/thresholds.txt.
 * Exit 1 when a rate is below. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "safety/check_text.h"
#include "safety/finding_text.h"

#define COLUMNS 17
#define THRESHOLDS_MAX 40

enum column {
    ID,
    DRUGS,
    ALLERGIES,
    CONDITIONS,
    AGE,
    SEX,
    WEIGHT,
    EGFR,
    FLAGS,
    DOSES,
    FOODS,
    EXPECT,
    KIND,
    MIN_SEVERITY,
    MAX_SEVERITY,
    BETWEEN,
    SOURCE,
};

struct rate {
    char name[64];
    int right, of;
};

struct run {
    const struct knowledge *k;
    struct screen_result *result;
    struct rate rates[THRESHOLDS_MAX];
    int rate_count;
    int rows;
    bool prints_all;
};

static void count(struct run *run, const char *name, bool is_right)
{
    int i = 0;
    while (i < run->rate_count && strcmp(run->rates[i].name, name) != 0) {
        i++;
    }
    if (i == run->rate_count && i < THRESHOLDS_MAX) {
        snprintf(run->rates[i].name, sizeof run->rates[i].name, "%s", name);
        run->rate_count++;
    }
    if (i < run->rate_count) {
        run->rates[i].of++;
        run->rates[i].right += is_right;
    }
}

/* ---- input ---- */

typedef enum status (*add_fn)(struct check_request *r, const struct knowledge *k, const char *text,
                              struct error *err);

/* Cuts the next piece off the text at *rest (which is written into); NULL at the end. Empty pieces
 * are skipped. */
static char *next_piece(char **rest, const char *separator)
{
    char *piece = *rest + strspn(*rest, separator);
    if (!*piece) {
        return NULL;
    }
    char *end = piece + strcspn(piece, separator);
    *rest = *end ? end + 1 : end;
    *end = '\0';
    return piece;
}

static bool add_list(struct check_request *r, const struct knowledge *k, const char *cell,
                     add_fn add)
{
    char *copy = mem_copy_text(cell);
    bool is_right = true;
    char *rest = copy;
    for (char *part = next_piece(&rest, ";"); part; part = next_piece(&rest, ";")) {
        struct error err = ERROR_INIT;
        if (add(r, k, part, &err) != STATUS_OK) {
            fprintf(stderr, "  %s: %s\n", part, error_text(&err));
            is_right = false;
        }
    }
    mem_free(copy);
    return is_right;
}

static bool read_row(struct check_request *r, const struct knowledge *k, char *const cells[COLUMNS])
{
    bool is_right = add_list(r, k, cells[DRUGS], check_add_drug) &&
                    add_list(r, k, cells[ALLERGIES], check_add_allergy) &&
                    add_list(r, k, cells[CONDITIONS], check_add_condition) &&
                    add_list(r, k, cells[DOSES], check_add_dose) &&
                    add_list(r, k, cells[FOODS], check_add_food);
    is_right = is_right && (!cells[AGE][0] || check_set_age(r, cells[AGE], NULL) == STATUS_OK);
    is_right = is_right && (!cells[SEX][0] || check_set_sex(r, cells[SEX], NULL) == STATUS_OK);
    is_right = is_right &&
               (!cells[WEIGHT][0] || check_set_weight(r, cells[WEIGHT], NULL) == STATUS_OK);
    is_right = is_right && (!cells[EGFR][0] || check_set_egfr(r, cells[EGFR], NULL) == STATUS_OK);
    if (strstr(cells[FLAGS], "pregnant")) {
        check_set_pregnant(r, true);
    }
    if (strstr(cells[FLAGS], "lactating")) {
        check_set_lactating(r, true);
    }
    if (strstr(cells[FLAGS], "pediatric")) {
        is_right = is_right && check_set_population(r, "child", NULL) == STATUS_OK;
    }
    return is_right;
}

/* ---- who is in a finding ---- */

static bool shares_ingredient(const struct drug_identity *a, const struct drug_identity *b)
{
    for (int i = 0; i < a->ingredient_count; i++) {
        for (int j = 0; j < b->ingredient_count; j++) {
            if (a->ingredients[i] == b->ingredients[j]) {
                return true;
            }
        }
    }
    return false;
}

static bool names_allergy(const struct run *run, const struct screen_allergy *a, const char *name)
{
    struct allergen_identity named;
    if (text_equal_folded(a->text, name)) {
        return true;
    }
    resolve_allergen(run->k, name, &named);
    return named.kind == a->identity.kind && named.count > 0 && named.ids[0] == a->identity.ids[0];
}

static bool names_condition(const struct run *run, const struct screen_condition *c,
                            const char *name)
{
    struct condition_identity named;
    if (text_equal_folded(c->text, name)) {
        return true;
    }
    resolve_condition(run->k, name, &named);
    for (int i = 0; i < named.count; i++) {
        for (int j = 0; j < c->identity.count; j++) {
            if (named.groups[i] == c->identity.groups[j]) {
                return true;
            }
        }
    }
    return false;
}

static bool is_named(const struct run *run, const struct screen_input *in,
                     const struct screen_finding *f, const char *name)
{
    struct drug_identity identity;
    resolve_drug(run->k, name, &identity);
    for (int i = 0; i < f->drug_count; i++) {
        const struct screen_drug *drug = &in->drugs[f->drugs[i]];
        if (shares_ingredient(&drug->identity, &identity) || text_equal_folded(drug->text, name)) {
            return true;
        }
    }
    return (f->allergy != SCREEN_NO_INDEX &&
            names_allergy(run, &in->allergies[f->allergy], name)) ||
           (f->condition != SCREEN_NO_INDEX &&
            names_condition(run, &in->conditions[f->condition], name)) ||
           (f->food != SCREEN_NO_INDEX && in->foods[f->food].food == resolve_food(run->k, name)) ||
           text_equal_folded(f->with, name);
}

static bool is_between(const struct run *run, const struct screen_input *in,
                       const struct screen_finding *f, const char *between)
{
    char *copy = mem_copy_text(between);
    bool is_right = true;
    char *rest = NULL;
    for (char *at = copy; at && is_right; at = rest) {
        rest = strstr(at, " + ");
        if (rest) {
            *rest = '\0';
            rest += 3;
        }
        is_right = !*at || is_named(run, in, f, at);
    }
    mem_free(copy);
    return is_right;
}

/* ---- judging ---- */

static bool concerns(const struct run *run, const struct screen_input *in,
                     const struct screen_finding *f, char *const cells[COLUMNS])
{
    return (!cells[KIND][0] || strcmp(finding_kind_word(f->kind), cells[KIND]) == 0) &&
           is_between(run, in, f, cells[BETWEEN]);
}

static bool is_hit(const struct run *run, const struct screen_input *in, char *const cells[COLUMNS])
{
    int worst = cells[MAX_SEVERITY][0] ? enum_value(ENUM_INTERACTION_TYPE, cells[MAX_SEVERITY]) : 0;
    int least = cells[MIN_SEVERITY][0] ? enum_value(ENUM_INTERACTION_TYPE, cells[MIN_SEVERITY])
                                       : INTERACTION_TYPE_MINOR;
    for (int i = 0; i < run->result->finding_count; i++) {
        const struct screen_finding *f = &run->result->findings[i];
        if ((int)f->severity >= worst && (int)f->severity <= least && concerns(run, in, f, cells)) {
            return true;
        }
    }
    return false;
}

static bool has_unknown_name(const struct run *run)
{
    for (int i = 0; i < run->result->incomplete_count; i++) {
        switch (run->result->incomplete[i].reason) {
        case INCOMPLETE_DRUG_UNKNOWN:
        case INCOMPLETE_DRUG_NAME_ONLY:
        case INCOMPLETE_DRUG_NO_RULES:
        case INCOMPLETE_DRUG_AMBIGUOUS:
        case INCOMPLETE_DRUG_PARTIAL:
        case INCOMPLETE_ALLERGY_UNCODED:
        case INCOMPLETE_CONDITION_UNCODED:
        case INCOMPLETE_FOOD_UNKNOWN:
            return true;
        default:
            break;
        }
    }
    return false;
}

static bool is_clear(const struct run *run, const struct screen_input *in,
                     char *const cells[COLUMNS])
{
    int ceiling = cells[MAX_SEVERITY][0] ? enum_value(ENUM_INTERACTION_TYPE, cells[MAX_SEVERITY])
                                         : INTERACTION_TYPE_MINOR;
    if (has_unknown_name(run) || (!cells[KIND][0] && run->result->incomplete_count > 0)) {
        return false;
    }
    for (int i = 0; i < run->result->finding_count; i++) {
        const struct screen_finding *f = &run->result->findings[i];
        if ((int)f->severity < ceiling && concerns(run, in, f, cells)) {
            return false;
        }
    }
    return true;
}

static bool interrupts(const struct run *run, const struct screen_input *in,
                       char *const cells[COLUMNS])
{
    for (int i = 0; i < run->result->finding_count; i++) {
        const struct screen_finding *f = &run->result->findings[i];
        if (finding_interrupts(f) && concerns(run, in, f, cells)) {
            return true;
        }
    }
    return false;
}

static void print_miss(const struct run *run, const struct screen_input *in,
                       char *const cells[COLUMNS])
{
    char text[FINDING_TEXT_MAX];
    printf("MISS %s: expected %s %s %s..%s %s\n", cells[ID], cells[EXPECT], cells[KIND],
           cells[MIN_SEVERITY], cells[MAX_SEVERITY], cells[BETWEEN]);
    for (int i = 0; i < run->result->finding_count; i++) {
        const struct screen_finding *f = &run->result->findings[i];
        printf("    %s %s %s [", finding_kind_word(f->kind),
               enum_word(ENUM_INTERACTION_TYPE, (int)f->severity), f->rule_id);
        for (int d = 0; d < f->drug_count; d++) {
            printf("%s%s", d ? ", " : "", in->drugs[f->drugs[d]].text);
        }
        printf("] %s\n", f->with);
    }
    for (int i = 0; i < run->result->incomplete_count; i++) {
        printf("    incomplete: %s: %s\n", run->result->incomplete[i].item,
               incomplete_text(&run->result->incomplete[i], text));
    }
}

static bool is_mild(const char *word)
{
    return strcmp(word, "moderate") == 0 || strcmp(word, "minor") == 0;
}

static void judge(struct run *run, const struct screen_input *in, char *const cells[COLUMNS])
{
    bool is_right = false;
    char name[64];
    if (strcmp(cells[EXPECT], "HITS") == 0) {
        is_right = is_hit(run, in, cells);
        bool is_severe = strcmp(cells[MIN_SEVERITY], "contraindicated") == 0 ||
                         strcmp(cells[MIN_SEVERITY], "major") == 0;
        if (is_severe) {
            count(run, "sensitivity", is_right);
        }
        snprintf(name, sizeof name, "kind.%s", cells[KIND][0] ? cells[KIND] : "any");
        count(run, name, is_right);
    } else if (strcmp(cells[EXPECT], "CLEAR") == 0) {
        is_right = is_clear(run, in, cells);
        count(run, "silence", is_right);
    } else {
        is_right = run->result->status == SCREEN_INCOMPLETE;
        count(run, "incomplete", is_right);
    }
    if (is_mild(cells[MAX_SEVERITY])) {
        count(run, "quiet_on_minor", !interrupts(run, in, cells));
    }
    if (!is_right || run->prints_all) {
        print_miss(run, in, cells);
    }
}

static void run_row(struct run *run, char *const cells[COLUMNS])
{
    struct check_request r;
    check_request_init(&r);
    run->rows++;
    if (read_row(&r, run->k, cells)) {
        screen(run->k, &r.input, run->result);
        judge(run, &r.input, cells);
    } else {
        printf("MISS %s: the row cannot be read\n", cells[ID]);
        count(run, "readable", false);
    }
    check_request_release(&r);
}

static bool run_file(struct run *run, const char *path)
{
    struct buffer bytes = BUFFER_INIT;
    if (buffer_read_file(&bytes, path, 1 << 24, NULL) != STATUS_OK) {
        fprintf(stderr, "run_cases: %s cannot be read\n", path);
        return false;
    }
    bool is_header = true;
    char *rest = bytes.bytes;
    for (char *line = next_piece(&rest, "\n"); line; line = next_piece(&rest, "\n")) {
        char *cells[COLUMNS];
        int n = 0;
        for (char *at = line; at && n < COLUMNS; n++) {
            cells[n] = at;
            at = strchr(at, '\t');
            if (at) {
                *at++ = '\0';
            }
        }
        if (!is_header && n == COLUMNS) {
            run_row(run, cells);
        } else if (!is_header) {
            printf("MISS %s: %d columns\n", cells[0], n);
            count(run, "readable", false);
        }
        is_header = false;
    }
    buffer_release(&bytes);
    return true;
}

/* "sensitivity 0.97" a line; a rate without a threshold only informs, a threshold without rows
 * fails. */
static bool compare(const struct run *run, const char *dir)
{
    char *path = mem_format("%s/thresholds.txt", dir);
    FILE *f = fopen(path, "r");
    mem_free(path);
    if (!f) {
        fprintf(stderr, "run_cases: no thresholds.txt\n");
        return false;
    }
    char line[160];
    bool is_right = true;
    while (fgets(line, sizeof line, f)) {
        char name[64];
        double least = 0;
        if (line[0] == '#' || sscanf(line, "%63s %lf", name, &least) != 2) {
            continue;
        }
        int i = 0;
        while (i < run->rate_count && strcmp(run->rates[i].name, name) != 0) {
            i++;
        }
        double rate = i < run->rate_count ? (double)run->rates[i].right / run->rates[i].of : 0;
        if (rate + 1e-9 < least) {
            printf("BELOW %s: %.4f, at least %.4f\n", name, rate, least);
            is_right = false;
        }
    }
    fclose(f);
    return is_right;
}

int main(int argc, char **argv)
{
    struct run run = {0};
    struct knowledge *k = NULL;
    struct error err = ERROR_INIT;
    const char *file = NULL;
    int at = 1;
    for (; at < argc - 1; at++) {
        if (strcmp(argv[at], "--all") == 0) {
            run.prints_all = true;
        } else if (strcmp(argv[at], "--knowledge") == 0) {
            file = argv[++at];
        }
    }
    const char *dir = at < argc ? argv[at] : ".";
    enum status status = file ? knowledge_open_file(file, &k, &err) : knowledge_open(&k, &err);
    if (status != STATUS_OK) {
        fprintf(stderr, "run_cases: %s\n", error_text(&err));
        return 1;
    }
    run.k = k;
    run.result = mem_alloc(sizeof *run.result);
    char *pattern = mem_format("%s/cases_*.tsv", dir);
    glob_t found;
    bool is_right = glob(pattern, 0, NULL, &found) == 0;
    for (size_t i = 0; is_right && i < found.gl_pathc; i++) {
        is_right = run_file(&run, found.gl_pathv[i]);
    }
    globfree(&found);
    mem_free(pattern);
    printf("%d cases, knowledge %s\n", run.rows, knowledge_version(k));
    for (int i = 0; i < run.rate_count; i++) {
        printf("%-28s %5d of %5d  %.4f\n", run.rates[i].name, run.rates[i].right, run.rates[i].of,
               (double)run.rates[i].right / run.rates[i].of);
    }
    is_right = compare(&run, dir) && is_right;
    mem_free(run.result);
    knowledge_free(k);
    return is_right ? 0 : 1;
}
