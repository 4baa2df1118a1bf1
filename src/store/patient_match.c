/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/patient_match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/patient_store.h"
#include "store/statement.h"

/* A term that a thousand people share says little; other terms of the same person find them. */
enum { WORDS_MAX = 6, RANGE_MAX = 60, CANDIDATES_MAX = 400, DATES_MAX = 24 };

enum { TERM, PERSON, IDENTIFIER };
static const struct statement statements[] = {
    [TERM] = {"match.term", "SELECT person FROM patient_terms WHERE term = ?1 ORDER BY person LIMIT ?2"},
    [PERSON] = {"match.person", "SELECT u.user_id FROM users u JOIN user_profiles p ON p.user_id = u.user_id WHERE u.rowid = ?1 AND "
                                "p.deleted_at IS NULL"},
    [IDENTIFIER] = {"match.identifier", "SELECT u.rowid FROM patient_identifiers i JOIN users u ON u.user_id = i.user_id "
                                        "WHERE i.value = ?1 AND i.deleted_at IS NULL LIMIT ?2"},
};
const struct statement_list MATCH_STATEMENTS = {statements, sizeof statements / sizeof *statements};

void patient_match_list_release(struct patient_match_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].name);
        mem_free(list->items[i].mrn);
        mem_free(list->items[i].phone);
    }
    mem_free(list->items);
    *list = (struct patient_match_list){0};
}

/* --- how alike two names are --- */

struct words {
    char *text;
    const char *items[WORDS_MAX];
    int count;
};

static struct words split_name(const struct patient *p)
{
    char *whole = mem_format("%s %s", p->last_name != NULL ? p->last_name : "", p->first_name != NULL ? p->first_name : "");
    struct words words = {.text = text_fold(whole)};
    mem_free(whole);
    for (char *at = words.text; *at != '\0' && words.count < WORDS_MAX;) {
        words.items[words.count++] = at;
        at += strcspn(at, " ");
        if (*at == ' ') {
            *at++ = '\0';
        }
    }
    return words;
}

/* Whether one edit (a letter more, less, another, or two changed places) makes one of the other. */
static bool is_one_edit(const char *a, const char *b)
{
    size_t x = strlen(a), y = strlen(b), i = 0;
    if (x < y) {
        const char *swap = a;
        a = b;
        b = swap;
        size_t length = x;
        x = y;
        y = length;
    }
    if (x - y > 1 || x < 3) {
        return false;
    }
    while (i < y && a[i] == b[i]) {
        i++;
    }
    if (x > y) {
        return strcmp(a + i + 1, b + i) == 0;
    }
    return strcmp(a + i + 1, b + i + 1) == 0 ||
           (a[i] != '\0' && a[i + 1] != '\0' && a[i] == b[i + 1] && a[i + 1] == b[i] && strcmp(a + i + 2, b + i + 2) == 0);
}

/* 0..100: the same word; an initial; a sound or an edit away. */
static int word_likeness(const char *a, const char *b)
{
    char x[9], y[9];
    size_t len = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
    if (strcmp(a, b) == 0) {
        return 100;
    }
    if (len >= 3 && strncmp(a, b, len) == 0) {
        return 80; /* a short form: Chris, Christopher */
    }
    text_phonetic(a, x);
    text_phonetic(b, y);
    if (is_one_edit(a, b) || (x[0] != '\0' && strcmp(x, y) == 0)) {
        return 75;
    }
    return len == 1 && a[0] == b[0] ? 60 : 0;
}

/* Each word of the shorter name takes the likest one of the other that is still free. 0..100; *out_exact: all the same. */
static int name_likeness(const struct patient *a, const struct patient *b, bool *out_exact)
{
    struct words x = split_name(a), y = split_name(b);
    struct words *few = x.count <= y.count ? &x : &y, *many = few == &x ? &y : &x;
    bool used[WORDS_MAX] = {false};
    int total = 0;
    *out_exact = few->count > 0 && x.count == y.count;
    for (int i = 0; i < few->count; i++) {
        int best = 0, at = -1;
        for (int j = 0; j < many->count; j++) {
            int likeness = used[j] ? 0 : word_likeness(few->items[i], many->items[j]);
            if (likeness > best) {
                best = likeness;
                at = j;
            }
        }
        if (at >= 0) {
            used[at] = true;
        }
        total += best;
        *out_exact = *out_exact && best == 100;
    }
    /* a middle name more costs a little, a single shared word is no name */
    int result = few->count == 0 ? 0 : total / few->count - 5 * (many->count - few->count);
    if (few->count == 1 && many->count > 1) {
        result = result * 2 / 3;
    }
    mem_free(x.text);
    mem_free(y.text);
    return result < 0 ? 0 : result;
}

/* --- dates --- */

static void digits_of_date(struct date d, char out[9])
{
    (void)snprintf(out, 9, "%04u%02u%02u", (unsigned)d.year % 10000, (unsigned)d.month % 100, (unsigned)d.day % 100); /* fits */
}

static unsigned date_reason(struct date a, struct date b)
{
    char x[9], y[9];
    int differ = 0, first = -1, last = -1;
    if (date_is_none(a) || date_is_none(b)) {
        return 0;
    }
    digits_of_date(a, x);
    digits_of_date(b, y);
    for (int i = 0; i < 8; i++) {
        if (x[i] != y[i]) {
            differ++;
            first = first < 0 ? i : first;
            last = i;
        }
    }
    if (differ == 0) {
        return MATCH_BIRTH_DATE;
    }
    bool is_turned = a.year == b.year && a.month == b.day && a.day == b.month;
    if (is_turned || (differ == 2 && last == first + 1 && x[first] == y[last] && x[last] == y[first])) {
        return MATCH_BIRTH_TRANSPOSED;
    }
    int apart = abs(date_to_days(a) - date_to_days(b));
    if (differ == 1 || apart <= 2 || (a.year == b.year && (a.month == 0 || b.month == 0 || (a.month == b.month && (a.day == 0 || b.day == 0))))) {
        return MATCH_BIRTH_NEAR;
    }
    return MATCH_BIRTH_DIFFERS;
}

/* --- the whole --- */

static bool same_digits(const char *a, const char *b)
{
    char x[24] = "", y[24] = "";
    const char *texts[2] = {a, b};
    char *outs[2] = {x, y};
    for (int t = 0; t < 2; t++) {
        size_t len = 0;
        for (const char *p = texts[t] != NULL ? texts[t] : ""; *p != '\0' && len < 23; p++) {
            if (*p >= '0' && *p <= '9') {
                outs[t][len++] = *p;
            }
        }
        outs[t][len] = '\0';
    }
    size_t p = strlen(x), q = strlen(y), least = p < q ? p : q;
    return least >= 7 && strcmp(x + p - least, y + q - least) == 0; /* with or without the country */
}

static bool shares_number(const struct patient *a, const struct patient *b)
{
    for (size_t i = 0; i < a->identifiers.len; i++) {
        for (size_t j = 0; j < b->identifiers.len; j++) {
            const struct identifier *x = &a->identifiers.items[i], *y = &b->identifiers.items[j];
            if (x->kind == y->kind && x->value[0] != '\0' && strcmp(x->value, y->value) == 0 && strcmp(x->system, y->system) == 0) {
                return true;
            }
        }
    }
    return false;
}

int patient_likeness(const struct patient *a, const struct patient *b, unsigned *out_reasons)
{
    bool is_exact = false;
    int name = name_likeness(a, b, &is_exact), score = name * 40 / 100;
    unsigned reasons = name >= 70 ? (is_exact ? MATCH_NAME : MATCH_NAME_SOUND) : 0;
    unsigned date = date_reason(a->birth_date, b->birth_date);
    reasons |= date;
    score += date == MATCH_BIRTH_DATE ? 40 : date == MATCH_BIRTH_TRANSPOSED ? 28 : date == MATCH_BIRTH_NEAR ? 22
             : date == MATCH_BIRTH_DIFFERS                                  ? -25
                                                                            : 5;
    if (shares_number(a, b)) {
        reasons |= MATCH_NUMBER;
        score += 60;
    }
    if (same_digits(a->phone_number, b->phone_number)) {
        reasons |= MATCH_PHONE;
        score += 15;
    }
    if (a->address != NULL && b->address != NULL && a->address[0] != '\0' && text_equal_folded(a->address, b->address)) {
        reasons |= MATCH_ADDRESS;
        score += 10;
    }
    bool both_known = (a->gender == GENDER_FEMALE || a->gender == GENDER_MALE) && (b->gender == GENDER_FEMALE || b->gender == GENDER_MALE);
    if (both_known && a->gender != b->gender) {
        reasons |= MATCH_SEX_DIFFERS;
        score -= 10;
    } else if (both_known) {
        score += 5;
    }
    if (out_reasons != NULL) {
        *out_reasons = reasons;
    }
    return score < 0 ? 0 : score > 100 ? 100 : score;
}

/* --- candidates by the index --- */

struct candidates {
    struct store *store;
    int64_t people[CANDIDATES_MAX];
    int count;
};

static void keep(struct candidates *c, int64_t person)
{
    for (int i = 0; i < c->count; i++) {
        if (c->people[i] == person) {
            return;
        }
    }
    if (c->count < CANDIDATES_MAX) {
        c->people[c->count++] = person;
    }
}

static enum status collect(struct candidates *c, int which, const char *text, int limit, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(c->store, &statements[which], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, text);
    bind_int(stmt, 2, limit);
    while ((status = statement_step(c->store, stmt, &row, err)) == STATUS_OK && row) {
        keep(c, column_int(stmt, 0));
    }
    return status;
}

/* The date itself and what it becomes by one slip of the pen. */
static int date_variants(struct date d, struct date out[DATES_MAX])
{
    static const int offsets[] = {-2, -1, 1, 2};
    static const int years[] = {-10, -1, 1, 10};
    int count = 0;
    out[count++] = d;
    if (d.month == 0 || d.day == 0) {
        return count;
    }
    if (d.day <= 12) {
        out[count++] = (struct date){d.year, d.day, d.month};
    }
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        out[count++] = date_add_days(d, offsets[i]);
    }
    for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
        out[count++] = (struct date){(int16_t)(d.year + years[i]), d.month, d.day};
    }
    out[count++] = (struct date){d.year, d.month, (uint8_t)(d.day % 10 * 10 + d.day / 10)};
    out[count++] = (struct date){(int16_t)(d.year / 100 * 100 + d.year % 10 * 10 + d.year / 10 % 10), d.month, d.day};
    for (int month = d.month - 1; month <= d.month + 1; month += 2) {
        if (month >= 1 && month <= 12) {
            out[count++] = (struct date){d.year, (uint8_t)month, d.day};
        }
    }
    return count;
}

static enum status by_names(struct candidates *c, const struct patient *patient, struct error *err)
{
    struct words words = split_name(patient);
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < words.count; i++) {
        for (int j = 0; status == STATUS_OK && j < words.count; j++) {
            if (i != j) { /* a pair of whole words: narrow whatever the size of the site */
                size_t three = 0;
                for (int letters = 0; letters < 3 && words.items[i][three] != '\0'; letters++) {
                    three = text_next(words.items[i], three);
                }
                char *pair = mem_format("p%.*s|%s", (int)three, words.items[i], words.items[j]);
                status = collect(c, TERM, pair, RANGE_MAX, err);
                mem_free(pair);
            }
        }
        char key[9], term[24];
        text_phonetic(words.items[i], key);
        for (int year = patient->birth_date.year - 1; status == STATUS_OK && key[0] != '\0' && patient->birth_date.year != 0 &&
                                                      year <= patient->birth_date.year + 1;
             year++) {
            (void)snprintf(term, sizeof term, "y%s|%04d", key, year); /* fits */
            status = collect(c, TERM, term, RANGE_MAX, err);
        }
    }
    mem_free(words.text);
    return status;
}

static enum status gather(struct candidates *c, const struct patient *patient, struct error *err)
{
    struct date dates[DATES_MAX];
    char term[64] = "d", digits[32] = "t";
    enum status status = by_names(c, patient, err);
    size_t len = 1;
    for (const char *p = patient->phone_number != NULL ? patient->phone_number : ""; *p != '\0' && len + 1 < sizeof digits; p++) {
        if (*p >= '0' && *p <= '9') {
            digits[len++] = *p;
        }
    }
    digits[len] = '\0';
    if (status == STATUS_OK && len > 6) {
        status = collect(c, TERM, digits, RANGE_MAX, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < patient->identifiers.len; i++) {
        status = collect(c, IDENTIFIER, patient->identifiers.items[i].value, RANGE_MAX, err);
    }
    int count = date_is_none(patient->birth_date) ? 0 : date_variants(patient->birth_date, dates);
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        if (date_is_valid(dates[i])) {
            digits_of_date(dates[i], term + 1);
            status = collect(c, TERM, term, RANGE_MAX, err);
        }
    }
    return status;
}

static enum status judge(struct store *store, int64_t person, const struct patient *patient, struct patient_match_list *out,
                         struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    struct patient other;
    struct uid id;
    unsigned reasons = 0;
    bool row = false;
    enum status status = statement_use(store, &statements[PERSON], &stmt, err);
    if (status == STATUS_OK) {
        bind_int(stmt, 1, person);
        status = statement_step(store, stmt, &row, err);
    }
    if (status != STATUS_OK || !row) {
        return status;
    }
    id = column_id(stmt, 0);
    statement_reset(stmt);
    if (uid_compare(id, patient->id) == 0) {
        return STATUS_OK;
    }
    status = patient_get(store, id, &other, err);
    if (status != STATUS_OK) {
        return status;
    }
    int score = patient_likeness(patient, &other, &reasons);
    if (score >= PATIENT_MATCH_LIKELY) {
        MEM_GROW(out);
        out->items[out->len++] = (struct patient_match){
            .id = id,
            .score = score,
            .reasons = reasons,
            .name = patient_display_name(&other),
            .mrn = mem_copy_text(other.mrn),
            .birth_date = other.birth_date,
            .gender = other.gender,
            .phone = mem_copy_text(other.phone_number),
        };
    }
    patient_release(&other);
    return STATUS_OK;
}

static int by_score(const void *a, const void *b)
{
    const struct patient_match *x = a, *y = b;
    return x->score != y->score ? y->score - x->score : uid_compare(x->id, y->id);
}

enum status patient_match(struct store *store, const struct patient *patient, struct patient_match_list *out, struct error *err)
{
    struct candidates *c = mem_alloc(sizeof *c);
    struct patient_match_list list = {0};
    c->store = store;
    enum status status = gather(c, patient, err);
    for (int i = 0; status == STATUS_OK && i < c->count; i++) {
        status = judge(store, c->people[i], patient, &list, err);
    }
    mem_free(c);
    if (status != STATUS_OK) {
        patient_match_list_release(&list);
        return status;
    }
    if (list.len > 0) {
        qsort(list.items, list.len, sizeof *list.items, by_score);
    }
    for (size_t i = PATIENT_MATCH_MAX; i < list.len; i++) {
        mem_free(list.items[i].name);
        mem_free(list.items[i].mrn);
        mem_free(list.items[i].phone);
    }
    list.len = list.len > PATIENT_MATCH_MAX ? PATIENT_MATCH_MAX : list.len;
    *out = list;
    return STATUS_OK;
}
