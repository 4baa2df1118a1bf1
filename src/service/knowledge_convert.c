/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/knowledge_convert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "safety/resolve.h"

#define CELL_MAX_BYTES 600
#define SELECTOR_MAX 160

/* Lines of one table; sorted and made unique at the end. */
struct lines {
    char **items;
    size_t len, cap;
};

struct pair {
    char *a, *b; /* selectors, in order */
    enum interaction_type severity;
    char *effect, *management, *source;
};

struct pairs {
    struct pair *items;
    size_t len, cap;
};

struct conversion {
    const struct knowledge *k;
    char *set;
    char today[DATE_TEXT_MAX];
    const char *file;
    struct drug_data_account *account;
    struct pairs pairs;
    struct lines classes, members, codes, names, products, atc;
};

/* ---- pieces of text ---- */

/* A table's cell: no tab, no line break, not without end. Caller frees. */
static char *cell(const char *text)
{
    char *clean = text_clean(text, strlen(text), CELL_MAX_BYTES, TEXT_LINE, NULL);
    char *trimmed = mem_copy_text(text_trim(clean));
    mem_free(clean);
    return trimmed;
}

static void slug(const char *text, char *out, size_t size)
{
    char *folded = text_fold(text);
    size_t n = 0;
    for (const char *p = folded; *p && n + 1 < size; p++) {
        bool is_kept = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');
        if (is_kept || (n > 0 && out[n - 1] != '_')) {
            out[n++] = is_kept ? *p : '_';
        }
    }
    while (n > 0 && out[n - 1] == '_') {
        n--;
    }
    out[n] = '\0';
    mem_free(folded);
}

static void line_add(struct lines *list, char *line)
{
    MEM_GROW(list);
    list->items[list->len++] = line;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t lines_settle(struct lines *list)
{
    size_t kept = 0;
    if (list->len > 1) {
        qsort(list->items, list->len, sizeof *list->items, compare_lines);
    }
    for (size_t i = 0; i < list->len; i++) {
        if (kept > 0 && strcmp(list->items[kept - 1], list->items[i]) == 0) {
            mem_free(list->items[i]);
        } else {
            list->items[kept++] = list->items[i];
        }
    }
    return list->len = kept;
}

static void lines_release(struct lines *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i]);
    }
    mem_free(list->items);
    *list = (struct lines){0};
}

/* Where a fact stands. Caller frees. */
static char *source_of(const struct conversion *c, const struct drug_fact *fact)
{
    char *source = mem_format("%s: %s, line %d", c->account->format, c->file, fact->line);
    char *clean = cell(source);
    mem_free(source);
    return clean;
}

static enum status leave_out(struct conversion *c, const char *reason)
{
    drug_data_skip(c->account, reason);
    return STATUS_OK;
}

/* ---- what the knowledge calls it ---- */

/* One curated ingredient by its code or its name. */
static bool ingredient_of(const struct knowledge *k, const char *name, const char *rxcui, struct drug_identity *out)
{
    char code[24];
    (void)snprintf(code, sizeof code, "rxcui:%.12s", rxcui); /* longer ones are no codes */
    bool has_code = rxcui[0] && resolve_drug(k, code, out) == DRUG_KNOWN && out->ingredient_count == 1;
    return has_code || (resolve_drug(k, name, out) == DRUG_KNOWN && out->ingredient_count == 1);
}

static bool selector_of(struct conversion *c, const struct drug_side *side, char out[SELECTOR_MAX])
{
    struct drug_identity identity;
    if (side->is_class) {
        char key[SELECTOR_MAX - 16];
        slug(side->name, key, sizeof key - 64);
        return key[0] && snprintf(out, SELECTOR_MAX, "class:%s_%s", c->set, key) < SELECTOR_MAX;
    }
    return ingredient_of(c->k, side->name, side->rxcui, &identity) &&
           snprintf(out, SELECTOR_MAX, "%s", knowledge_key(c->k, identity.ingredients[0])) < SELECTOR_MAX;
}

static enum status take_pair(struct conversion *c, const struct drug_fact *fact)
{
    char a[SELECTOR_MAX], b[SELECTOR_MAX];
    if (!selector_of(c, &fact->a, a) || !selector_of(c, &fact->b, b)) {
        return leave_out(c, N_("a drug that the tables do not hold, or a combination"));
    }
    if (strcmp(a, b) == 0 && !fact->a.is_class) {
        return leave_out(c, N_("a drug with itself"));
    }
    bool is_swapped = strcmp(a, b) > 0;
    MEM_GROW(&c->pairs);
    c->pairs.items[c->pairs.len++] = (struct pair){
        .a = mem_copy_text(is_swapped ? b : a),
        .b = mem_copy_text(is_swapped ? a : b),
        .severity = fact->severity,
        .effect = cell(fact->effect),
        .management = cell(fact->management),
        .source = source_of(c, fact),
    };
    return STATUS_OK;
}

static enum status take_member(struct conversion *c, const struct drug_fact *fact)
{
    char class_selector[SELECTOR_MAX], member[SELECTOR_MAX];
    if (!selector_of(c, &fact->a, class_selector) || !selector_of(c, &fact->b, member)) {
        return leave_out(c, N_("a drug that the tables do not hold, or a combination"));
    }
    char *title = cell(fact->a.name);
    const char *key = class_selector + strlen("class:");
    line_add(&c->classes, mem_format("%s\t%s\t%s\t%s\t%s\n", key, title, title, c->account->format, c->today));
    line_add(&c->members, mem_format("%s\t%s\t%s\t%s\n", key, member, c->account->format, c->today));
    mem_free(title);
    return STATUS_OK;
}

/* Curated ingredients of a list of names "A; B", sorted by the list. False when one is not known. */
static bool parts_of(const struct knowledge *k, const char *names, struct buffer *out)
{
    bool is_known = names[0] != '\0';
    int count = 0;
    buffer_clear(out);
    for (const char *p = names; *p && is_known;) {
        size_t len = strcspn(p, ";");
        char *name = mem_copy_bytes(p, len);
        struct drug_identity identity;
        is_known = count++ < DRUG_INGREDIENTS_MAX && ingredient_of(k, text_trim(name), "", &identity);
        if (is_known) {
            buffer_append_format(out, "%s%s", out->len ? ";" : "", knowledge_key(k, identity.ingredients[0]));
        }
        mem_free(name);
        p += len + (p[len] == ';');
    }
    return is_known && out->len > 0;
}

static void append_strength(struct buffer *out, const struct drug_strength *s)
{
    char number[DECIMAL_TEXT_MAX];
    if (s->unit != UNIT_NONE) {
        buffer_append_format(out, "%s %s", decimal_format(s->amount, number), unit_word(s->unit));
        if (!decimal_is_zero(s->per)) {
            buffer_append_format(out, "/%s %s", decimal_format(s->per, number), unit_word(s->per_unit));
        }
    }
}

/* A row of product_codes for what a text was read as. */
static void add_code(struct conversion *c, const struct drug_fact *fact, const struct drug_identity *identity)
{
    struct buffer keys = BUFFER_INIT, strengths = BUFFER_INIT;
    bool has_strengths = true;
    for (int i = 0; i < identity->ingredient_count; i++) {
        buffer_append_format(&keys, "%s%s", i ? ";" : "", knowledge_key(c->k, identity->ingredients[i]));
        has_strengths = has_strengths && identity->strengths[i].unit != UNIT_NONE;
    }
    for (int i = 0; has_strengths && i < identity->ingredient_count; i++) {
        buffer_append_text(&strengths, i ? ";" : "");
        append_strength(&strengths, &identity->strengths[i]);
    }
    char *name = cell(fact->name), *source = source_of(c, fact);
    const char *route = enum_word(ENUM_ROUTE, (int)identity->route);
    line_add(&c->codes, mem_format("%s\t%s\t%s\t%s\t\t%s\t%s\t%s\n", fact->code, keys.bytes, name,
                                   strengths.len ? strengths.bytes : "", route ? route : "", source, c->today));
    mem_free(name);
    mem_free(source);
    buffer_release(&keys);
    buffer_release(&strengths);
}

static enum status take_code(struct conversion *c, const struct drug_fact *fact)
{
    struct drug_identity identity;
    char *code = strchr(fact->code, ':') ? mem_copy_text(fact->code) : mem_format("rxcui:%s", fact->code);
    bool is_known = strncmp(code, "ndc9:", 5) != 0 && resolve_drug(c->k, code, &identity) != DRUG_UNKNOWN;
    mem_free(code);
    if (is_known) {
        return leave_out(c, N_("known already"));
    }
    if (fact->ingredients[0]) {
        /* the substances say what it is; the strengths stand beside them in the same order */
        struct buffer keys = BUFFER_INIT;
        bool is_right = parts_of(c->k, fact->ingredients, &keys);
        char *name = cell(fact->name), *strength = cell(fact->strength), *source = source_of(c, fact);
        if (is_right) {
            line_add(&c->codes, mem_format("%s\t%s\t%s\t%s\t\t\t%s\t%s\n", fact->code, keys.bytes, name, strength, source,
                                           c->today));
        }
        mem_free(name);
        mem_free(strength);
        mem_free(source);
        buffer_release(&keys);
        return is_right ? STATUS_OK : leave_out(c, N_("a drug that the tables do not hold, or a combination"));
    }
    if (resolve_drug(c->k, fact->name, &identity) != DRUG_KNOWN) {
        return leave_out(c, N_("a name that the tables do not hold"));
    }
    add_code(c, fact, &identity);
    return STATUS_OK;
}

static enum status take_name(struct conversion *c, const struct drug_fact *fact)
{
    struct drug_identity identity;
    char code[24];
    (void)snprintf(code, sizeof code, "rxcui:%.12s", fact->code); /* longer ones are no codes */
    if (resolve_drug(c->k, fact->name, &identity) == DRUG_KNOWN || identity.match == DRUG_NAME_ONLY) {
        if (resolve_drug(c->k, code, &identity) == DRUG_UNKNOWN && resolve_drug(c->k, fact->name, &identity) == DRUG_KNOWN) {
            add_code(c, fact, &identity); /* a salt's own code */
            return STATUS_OK;
        }
        return leave_out(c, N_("known already"));
    }
    if (strstr(fact->name, " / ") || identity.match != DRUG_UNKNOWN) {
        return leave_out(c, N_("a drug that the tables do not hold, or a combination"));
    }
    char *name = cell(fact->name), *source = source_of(c, fact);
    line_add(&c->names, mem_format("%s\t%s\t%s\t%s\n", name, fact->code, source, c->today));
    mem_free(name);
    mem_free(source);
    return STATUS_OK;
}

static enum status take_atc(struct conversion *c, const struct drug_fact *fact)
{
    struct drug_identity identity;
    if (!ingredient_of(c->k, fact->name, "", &identity)) {
        return leave_out(c, N_("a drug that the tables do not hold, or a combination"));
    }
    line_add(&c->atc, mem_format("%s\t%s\t%s\t%s\n", knowledge_key(c->k, identity.ingredients[0]), fact->code,
                                 c->account->format, c->today));
    return STATUS_OK;
}

static enum status take_product(struct conversion *c, const struct drug_fact *fact)
{
    struct drug_identity identity;
    struct buffer keys = BUFFER_INIT;
    enum status status = STATUS_OK;
    if (resolve_drug(c->k, fact->name, &identity) != DRUG_UNKNOWN) {
        status = leave_out(c, N_("known already"));
    } else if (!parts_of(c->k, fact->ingredients, &keys)) {
        status = leave_out(c, N_("a drug that the tables do not hold, or a combination"));
    } else {
        char *name = cell(fact->name);
        /* one row a brand: the strengths are read from what is ordered */
        line_add(&c->products, mem_format("%s\t%s\t\t\t\t\t%s\t%s\n", name, keys.bytes, c->account->format, c->today));
        mem_free(name);
    }
    buffer_release(&keys);
    return status;
}

enum status conversion_take(void *conversion, const struct drug_fact *fact, struct error *err)
{
    struct conversion *c = conversion;
    (void)err; /* nothing here fails: what cannot be used is counted */
    switch (fact->kind) {
    case DRUG_FACT_PAIR:
        return take_pair(c, fact);
    case DRUG_FACT_MEMBER:
        return take_member(c, fact);
    case DRUG_FACT_CODE:
        return take_code(c, fact);
    case DRUG_FACT_NAME:
        return take_name(c, fact);
    case DRUG_FACT_ATC:
        return take_atc(c, fact);
    case DRUG_FACT_PRODUCT:
        return take_product(c, fact);
    case DRUG_FACT_KIND_COUNT:
        break;
    }
    return STATUS_OK;
}

/* ---- the tables ---- */

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *left = a;
    const struct pair *right = b;
    int order = strcmp(left->a, right->a);
    order = order ? order : strcmp(left->b, right->b);
    order = order ? order : (int)left->severity - (int)right->severity;
    order = order ? order : strcmp(left->effect, right->effect);
    return order ? order : strcmp(left->source, right->source);
}

static bool is_same_pair(const struct pair *a, const struct pair *b)
{
    return strcmp(a->a, b->a) == 0 && strcmp(a->b, b->b) == 0;
}

static bool class_has_members(const struct conversion *c, const char *selector)
{
    const char *key = selector + strlen("class:");
    size_t len = strlen(key);
    for (size_t i = 0; i < c->classes.len; i++) {
        if (strncmp(c->classes.items[i], key, len) == 0 && c->classes.items[i][len] == '\t') {
            return true;
        }
    }
    return false;
}

static bool is_whole(const struct conversion *c, const struct pair *p)
{
    return (strncmp(p->a, "class:", 6) != 0 || class_has_members(c, p->a)) &&
           (strncmp(p->b, "class:", 6) != 0 || class_has_members(c, p->b));
}

static char *id_of(const struct conversion *c, const struct pair *p, int number)
{
    char *id = number > 1 ? mem_format("%s.%s.%s.%d", c->set, p->a, p->b, number)
                          : mem_format("%s.%s.%s", c->set, p->a, p->b);
    for (char *at = id; *at; at++) {
        *at = *at == ':' ? '_' : *at;
    }
    return id;
}

/* The same two with the same words are one rule; with other words each is one of its own. */
static int write_pairs(struct conversion *c, struct buffer *out)
{
    int written = 0;
    int number = 0;
    if (c->pairs.len > 1) {
        qsort(c->pairs.items, c->pairs.len, sizeof *c->pairs.items, compare_pairs);
    }
    for (size_t i = 0; i < c->pairs.len; i++) {
        const struct pair *p = &c->pairs.items[i];
        const struct pair *before = i > 0 ? p - 1 : NULL;
        bool is_other = !before || !is_same_pair(p, before);
        number = is_other ? 0 : number;
        if (!is_other && before->severity == p->severity && strcmp(before->effect, p->effect) == 0) {
            drug_data_skip(c->account, N_("the same pair once more"));
            continue;
        }
        if (!is_whole(c, p)) {
            drug_data_skip(c->account, N_("a class without members"));
            continue;
        }
        char *id = id_of(c, p, ++number);
        const char *effect = p->effect[0] ? p->effect : N_("The source lists this pair and says no more.");
        buffer_append_format(out, "%s\t%s\t%s\t%s\tsuspected\tunknown\t%s\t\t%s\t\t%s\t%s\n", id, p->a, p->b,
                             enum_word(ENUM_INTERACTION_TYPE, (int)p->severity), effect, p->management, p->source, c->today);
        mem_free(id);
        written++;
    }
    return written;
}

static int write_lines(struct conversion *c, const char *base, const char *header, struct lines *lines,
                       enum interaction_type ceiling, struct compile_files *files)
{
    if (lines->len > 0) {
        struct buffer text = BUFFER_INIT;
        char *name = mem_format("%s_site_%s.tsv", base, c->set);
        buffer_append_text(&text, header);
        for (size_t i = 0; i < lines->len; i++) {
            buffer_append_text(&text, lines->items[i]);
        }
        compile_files_add(files, name, text.bytes, text.len, ceiling);
        mem_free(name);
        buffer_release(&text);
    }
    return (int)lines->len;
}

/* A code stands once: the first of its lines in their order. */
static void keep_first_of_each(struct lines *lines)
{
    size_t kept = 0;
    for (size_t i = 0; i < lines->len; i++) {
        size_t len = strcspn(lines->items[i], "\t");
        if (kept > 0 && strncmp(lines->items[kept - 1], lines->items[i], len + 1) == 0) {
            mem_free(lines->items[i]);
        } else {
            lines->items[kept++] = lines->items[i];
        }
    }
    lines->len = kept;
}

struct conversion_counts conversion_finish(struct conversion *c, enum interaction_type ceiling, struct compile_files *files)
{
    struct lines *const all[] = {&c->classes, &c->members, &c->codes, &c->names, &c->products, &c->atc};
    struct buffer rules = BUFFER_INIT;
    struct conversion_counts n = {0};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        (void)lines_settle(all[i]);
    }
    keep_first_of_each(&c->classes);
    keep_first_of_each(&c->codes);
    keep_first_of_each(&c->names);
    n.classes = write_lines(c, "classes", "key\ttitle\ttext\tsource\treviewed\n", &c->classes, ceiling, files);
    n.members = write_lines(c, "class_members", "class\tmember\tsource\treviewed\n", &c->members, ceiling, files);
    n.codes = write_lines(c, "product_codes",
                          "rxcui\tingredients\tname\tstrength\tform\troute\tsource\treviewed\n", &c->codes, ceiling, files);
    n.names = write_lines(c, "names", "name\trxcui\tsource\treviewed\n", &c->names, ceiling, files);
    n.brands = write_lines(c, "products", "name\tingredients\tstrength\tform\troute\tbrands\tsource\treviewed\n",
                           &c->products, ceiling, files);
    n.atc = write_lines(c, "atc_codes", "ingredient\tatc\tsource\treviewed\n", &c->atc, ceiling, files);
    buffer_append_text(&rules, "id\ta\tb\tseverity\tevidence\tonset\teffect\tmechanism\tmanagement\tconditions\tsource\t"
                               "reviewed\n");
    n.rules = write_pairs(c, &rules);
    if (n.rules > 0) {
        char *name = mem_format("interactions_site_%s.tsv", c->set);
        compile_files_add(files, name, rules.bytes, rules.len, ceiling);
        mem_free(name);
    }
    buffer_release(&rules);
    return n;
}

struct conversion *conversion_new(const struct knowledge *k, const char *set, struct date today)
{
    struct conversion *c = mem_alloc(sizeof *c);
    c->k = k;
    c->set = mem_copy_text(set);
    (void)date_format_iso(today, c->today); /* gives the buffer back */
    return c;
}

void conversion_file(struct conversion *c, const char *name, struct drug_data_account *account)
{
    c->file = name;
    c->account = account;
}

void conversion_free(struct conversion *c)
{
    if (c == NULL) {
        return;
    }
    for (size_t i = 0; i < c->pairs.len; i++) {
        struct pair *p = &c->pairs.items[i];
        char *const texts[] = {p->a, p->b, p->effect, p->management, p->source};
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
            mem_free(texts[t]);
        }
    }
    mem_free(c->pairs.items);
    struct lines *const all[] = {&c->classes, &c->members, &c->codes, &c->names, &c->products, &c->atc};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        lines_release(all[i]);
    }
    mem_free(c->set);
    mem_free(c);
}
