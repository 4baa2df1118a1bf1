/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Type-ahead. Every key of a patient is a term in one sorted table; what is typed becomes one range of it, so that a
 * keystroke costs the same on a million patients as on a hundred. The first byte says what kind of term it is:
 *   n word             a word of the name
 *   p abc|word         first three letters of one name word, then another whole one: `oka gra` is a single range
 *   d yyyymmdd         birth date          m mrn
 *   t digits           phone number        r stigid   the same reversed: the last digits are found too
 *   s KEY              how a name word sounds; asked only when nothing else fits
 *   k KEY|KEY          how last and first name sound together: whose name is alike
 *   y KEY|yyyy         the same with the year of birth: who might be the same person (patient_match.c) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/patient_store.h"
#include "store/statement.h"
#include "store/store_private.h"

enum { WORDS_MAX = 8, PAIR_LETTERS = 3, CANDIDATES_MAX = 256, TERM_MAX = 160, SOUNDS_LEAST = 2 /* one sound is like half the clinic */ };

enum { PERSON, CLEAR, ADD, RANGE, NAME, SHOW, BY_NUMBER, ALIKE };
static const struct statement statements[] = {
    [PERSON] = {"search.person", "SELECT rowid FROM users WHERE user_id = ?1"},
    [CLEAR] = {"search.clear", "DELETE FROM patient_terms WHERE person = ?1"},
    [ADD] = {"search.add", "INSERT OR IGNORE INTO patient_terms (term, person) VALUES (?1, ?2)"},
    [RANGE] = {"search.range", "SELECT person, term FROM patient_terms WHERE term >= ?1 AND term < ?2 "
                               "ORDER BY term, person LIMIT ?3"},
    [NAME] = {"search.name", "SELECT first_name, last_name FROM user_profiles WHERE user_id = (SELECT user_id FROM users WHERE "
                             "rowid = ?1) AND deleted_at IS NULL"},
    [SHOW] = {"search.show",
              "SELECT u.user_id, p.first_name, p.last_name, p.date_of_birth, p.gender, p.phone_number, "
              "(SELECT i.value FROM patient_identifiers i WHERE i.user_id = u.user_id AND i.kind = 'mrn' AND "
              "i.deleted_at IS NULL ORDER BY i.identifier_id LIMIT 1) "
              "FROM users u JOIN user_profiles p ON p.user_id = u.user_id WHERE u.rowid = ?1 AND p.deleted_at IS NULL"},
    [ALIKE] = {"search.alike", "SELECT person FROM patient_terms WHERE term = ?1 LIMIT 2"},
    [BY_NUMBER] = {"search.by_number", "SELECT u.rowid FROM user_medications m JOIN users u ON u.user_id = m.user_id "
                                       "WHERE m.prescription_number = ?1 LIMIT 20"},
};
const struct statement_list SEARCH_STATEMENTS = {statements, sizeof statements / sizeof *statements};

void patient_hit_release(struct patient_hit *hit)
{
    mem_free(hit->name);
    mem_free(hit->mrn);
    mem_free(hit->phone);
}

void patient_hit_list_release(struct patient_hit_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        patient_hit_release(&list->items[i]);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

/* --- words --------------------------------------------------------------------------------------------------------- */

struct words {
    char *text; /* folded, spaces replaced by NULs */
    const char *items[WORDS_MAX];
    int count;
};

static struct words split(const char *text)
{
    struct words words = {.text = text_fold(text)};
    char *p = words.text;
    while (*p != '\0' && words.count < WORDS_MAX) {
        words.items[words.count++] = p;
        p += strcspn(p, " ");
        if (*p == ' ') {
            *p++ = '\0';
        }
    }
    p[strcspn(p, " ")] = '\0';
    return words;
}

/* Bytes of the first n letters. */
static size_t letters(const char *word, int n)
{
    size_t at = 0;
    for (int i = 0; i < n && word[at] != '\0'; i++) {
        at = text_next(word, at);
    }
    return at;
}

static int letter_count(const char *word)
{
    int n = 0;
    for (size_t at = 0; word[at] != '\0'; at = text_next(word, at)) {
        n++;
    }
    return n;
}

static size_t digits_of(const char *text, char *out, size_t size)
{
    size_t len = 0;
    for (; *text != '\0' && len + 1 < size; text++) {
        if (*text >= '0' && *text <= '9') {
            out[len++] = *text;
        }
    }
    out[len] = '\0';
    return len;
}

static void reverse(char *text)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < len / 2; i++) {
        char c = text[i];
        text[i] = text[len - 1 - i];
        text[len - 1 - i] = c;
    }
}

/* --- indexing ------------------------------------------------------------------------------------------------------ */

static enum status add(struct store *store, int64_t person, char kind, const char *text, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    if (text[0] == '\0') {
        return STATUS_OK;
    }
    enum status status = statement_use(store, &statements[ADD], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    char *term = mem_format("%c%s", kind, text);
    bind_text(stmt, 1, term);
    bind_int(stmt, 2, person);
    mem_free(term);
    return statement_run(store, stmt, err);
}

static enum status add_names(struct store *store, int64_t person, const struct words *words, struct error *err)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < words->count; i++) {
        char key[9];
        text_phonetic(words->items[i], key);
        status = add(store, person, 'n', words->items[i], err);
        if (status == STATUS_OK) {
            status = add(store, person, 's', key, err);
        }
        for (int j = 0; status == STATUS_OK && j < words->count; j++) {
            if (i != j) {
                char *pair = mem_format("%.*s|%s", (int)letters(words->items[i], PAIR_LETTERS), words->items[i],
                                        words->items[j]);
                status = add(store, person, 'p', pair, err);
                mem_free(pair);
            }
        }
    }
    return status;
}

enum { ALIKE_MAX = 24 };

/* "kSOUND|SOUND" of the first words of last and first name; only "k" when one of them has no sound. Returns buf. */
static const char *alike_term(const char *last, const char *first, char buf[ALIKE_MAX])
{
    char *words[2] = {text_fold(last), text_fold(first)}, keys[2][9];
    for (int i = 0; i < 2; i++) {
        words[i][strcspn(words[i], " ")] = '\0';
        text_phonetic(words[i], keys[i]);
        mem_free(words[i]);
    }
    bool has_both = keys[0][0] != '\0' && keys[1][0] != '\0';
    (void)snprintf(buf, ALIKE_MAX, "k%s%s%s", has_both ? keys[0] : "", has_both ? "|" : "", has_both ? keys[1] : ""); /* fits */
    return buf;
}

static enum status person_of(struct store *store, struct uid user, int64_t *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[PERSON], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, user);
    status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK && row) {
        *out = column_int(stmt, 0);
        statement_reset(stmt);
    }
    return status == STATUS_OK && !row ? STATUS_NOT_FOUND : status;
}

enum status patient_index(struct store *store, const struct patient *patient, struct error *err)
{
    int64_t person = 0;
    sqlite3_stmt *stmt = NULL;
    enum status status = person_of(store, patient->id, &person, err);
    if (status == STATUS_OK) {
        status = statement_use(store, &statements[CLEAR], &stmt, err);
    }
    if (status == STATUS_OK) {
        bind_int(stmt, 1, person);
        status = statement_run(store, stmt, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    char *name = mem_format("%s %s", patient->last_name, patient->first_name);
    struct words words = split(name);
    char digits[40], date[DATE_TEXT_MAX];
    status = add_names(store, person, &words, err);
    if (status == STATUS_OK && !date_is_none(patient->birth_date)) {
        (void)digits_of(date_format_iso(patient->birth_date, date), digits, sizeof digits);
        status = add(store, person, 'd', digits, err);
    }
    for (int i = 0; status == STATUS_OK && patient->birth_date.year != 0 && i < words.count; i++) {
        char key[9], sound[24];
        text_phonetic(words.items[i], key);
        (void)snprintf(sound, sizeof sound, "%s|%04d", key, patient->birth_date.year); /* fits */
        status = key[0] != '\0' ? add(store, person, 'y', sound, err) : STATUS_OK;
    }
    if (status == STATUS_OK) {
        char alike[ALIKE_MAX];
        status = add(store, person, 'k', alike_term(patient->last_name, patient->first_name, alike) + 1, err);
    }
    if (status == STATUS_OK && patient->mrn != NULL) {
        char *mrn = text_fold(patient->mrn);
        status = add(store, person, 'm', mrn, err);
        if (status == STATUS_OK && mrn[0] == '0') { /* nobody types the zeros in front */
            status = add(store, person, 'm', mrn + strspn(mrn, "0"), err);
        }
        mem_free(mrn);
    }
    if (status == STATUS_OK && patient->phone_number != NULL && digits_of(patient->phone_number, digits, sizeof digits) > 0) {
        status = add(store, person, 't', digits, err);
        reverse(digits);
        if (status == STATUS_OK) {
            status = add(store, person, 'r', digits, err);
        }
    }
    mem_free(words.text);
    mem_free(name);
    return status;
}

/* --- searching ----------------------------------------------------------------------------------------------------- */

struct candidate {
    int64_t person;
    char match;
    bool is_exact; /* the typed word is a whole word */
};

struct search {
    struct store *store;
    struct words words;
    struct candidate items[CANDIDATES_MAX];
    int count;
    bool is_cut;
};

static void candidate_add(struct search *s, int64_t person, char match, bool is_exact)
{
    for (int i = 0; i < s->count; i++) {
        if (s->items[i].person == person) {
            s->items[i].is_exact = s->items[i].is_exact || is_exact;
            return;
        }
    }
    if (s->count == CANDIDATES_MAX) {
        s->is_cut = true;
        return;
    }
    s->items[s->count++] = (struct candidate){person, match, is_exact};
}

/* Everything from `from` up to the end of its prefix range becomes a candidate. */
static enum status range(struct search *s, const char *from, char match, int limit, struct error *err)
{
    char to[TERM_MAX + 4];
    size_t len = strlen(from);
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    if (len > TERM_MAX) {
        return STATUS_OK; /* longer than any term */
    }
    memcpy(to, from, len);
    memcpy(to + len, "\xf4\x8f\xbf\xbf", 5); /* behind every letter */
    enum status status = statement_use(s->store, &statements[RANGE], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    (void)sqlite3_bind_text(stmt, 1, from, -1, SQLITE_STATIC); /* a failed bind fails the step */
    (void)sqlite3_bind_text(stmt, 2, to, -1, SQLITE_STATIC);
    bind_int(stmt, 3, limit + 1);
    int seen = 0;
    while ((status = statement_step(s->store, stmt, &row, err)) == STATUS_OK && row) {
        if (++seen > limit) {
            s->is_cut = true;
            statement_reset(stmt);
            break;
        }
        candidate_add(s, column_int(stmt, 0), match, strcmp((const char *)sqlite3_column_text(stmt, 1), from) == 0);
    }
    return status;
}

static bool word_is_in(const char *typed, const struct words *name, bool used[WORDS_MAX])
{
    size_t len = strlen(typed);
    for (int i = 0; i < name->count; i++) {
        if (!used[i] && strncmp(name->items[i], typed, len) == 0) {
            used[i] = true;
            return true;
        }
    }
    return false;
}

static bool name_fits(const struct words *typed, const char *first, const char *last)
{
    char *whole = mem_format("%s %s", last, first);
    struct words name = split(whole);
    bool used[WORDS_MAX] = {false}, fits = true;
    for (int i = 0; fits && i < typed->count; i++) {
        fits = word_is_in(typed->items[i], &name, used);
    }
    mem_free(name.text);
    mem_free(whole);
    return fits;
}

/* The narrowest range for the typed words: two words make a pair term, with the shorter one cut to its first letters. */
static enum status search_names(struct search *s, int limit, struct error *err)
{
    const struct words *w = &s->words;
    enum status status = STATUS_OK;
    if (w->count == 0) {
        return STATUS_OK;
    }
    if (w->count == 1) {
        char *term = mem_format("n%s", w->items[0]);
        status = range(s, term, 'n', limit, err);
        mem_free(term);
        return status;
    }
    int anchor = -1;
    for (int i = 0; i < w->count; i++) {
        if (letter_count(w->items[i]) >= PAIR_LETTERS && (anchor < 0 || strlen(w->items[i]) < strlen(w->items[anchor]))) {
            anchor = i;
        }
    }
    if (anchor < 0) { /* only one- and two-letter words: many people fit, look at the first ones */
        char *term = mem_format("n%s", w->items[0]);
        status = range(s, term, 'n', CANDIDATES_MAX - 1, err);
        mem_free(term);
        return status;
    }
    int other = -1;
    for (int i = 0; i < w->count; i++) {
        if (i != anchor && (other < 0 || strlen(w->items[i]) > strlen(w->items[other]))) {
            other = i;
        }
    }
    char *term = mem_format("p%.*s|%s", (int)letters(w->items[anchor], PAIR_LETTERS), w->items[anchor], w->items[other]);
    status = range(s, term, 'n', CANDIDATES_MAX - 1, err);
    mem_free(term);
    return status;
}

static enum status search_sounds(struct search *s, int limit, struct error *err)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && s->count == 0 && i < s->words.count; i++) {
        char key[9], term[12];
        text_phonetic(s->words.items[i], key);
        if (strlen(key) >= SOUNDS_LEAST && letter_count(s->words.items[i]) >= PAIR_LETTERS) {
            term[0] = 's';
            memcpy(term + 1, key, sizeof key);
            status = range(s, term, '~', limit, err);
        }
    }
    return status;
}

static enum status search_number(struct search *s, const char *digits, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(s->store, &statements[BY_NUMBER], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, digits);
    while ((status = statement_step(s->store, stmt, &row, err)) == STATUS_OK && row) {
        candidate_add(s, column_int(stmt, 0), 'x', true);
    }
    return status;
}

/* Digits may be an MRN, a birth date, the beginning or the end of a phone number, a prescription number. */
static enum status search_digits(struct search *s, const char *typed, struct date today, int limit, struct error *err)
{
    char digits[40], term[48];
    struct date date;
    bool is_ambiguous = false;
    size_t len = digits_of(typed, digits, sizeof digits);
    enum status status = STATUS_OK;
    char *folded = text_fold(typed);
    bool is_mixed = strspn(folded, "0123456789 ") != strlen(folded);
    bool is_rx = strncmp(folded, "rx", 2) == 0 && strspn(folded + 2, "0123456789 ") == strlen(folded + 2); /* as it stands on labels */
    char *mrn = mem_format("m%s", folded);
    status = range(s, mrn, 'm', limit, err);
    mem_free(mrn);
    mem_free(folded);
    if (status == STATUS_OK && len >= 3 && date_parse_human(typed, today, false, &date, &is_ambiguous, NULL) == STATUS_OK) {
        char iso[DATE_TEXT_MAX];
        term[0] = 'd';
        (void)digits_of(date_format_iso(date, iso), term + 1, sizeof term - 1);
        status = range(s, term, 'd', limit, err);
        if (status == STATUS_OK && is_ambiguous &&
            date_parse_human(typed, today, true, &date, &is_ambiguous, NULL) == STATUS_OK) {
            (void)digits_of(date_format_iso(date, iso), term + 1, sizeof term - 1);
            status = range(s, term, 'd', limit, err);
        }
    }
    if (is_rx && status == STATUS_OK) {
        return search_number(s, digits, err);
    }
    if (is_mixed) {
        return status;
    }
    if (status == STATUS_OK && len >= 4) {
        term[0] = 'd'; /* 1958, 195803: a date being typed */
        memcpy(term + 1, digits, len + 1);
        status = range(s, term, 'd', limit, err);
    }
    if (status == STATUS_OK && len >= 3) {
        term[0] = 't';
        memcpy(term + 1, digits, len + 1);
        status = range(s, term, 't', limit, err);
    }
    if (status == STATUS_OK && len >= 4) {
        term[0] = 'r';
        reverse(term + 1);
        status = range(s, term, 't', limit, err);
    }
    return status == STATUS_OK && len >= 4 ? search_number(s, digits, err) : status;
}

/* --- results ------------------------------------------------------------------------------------------------------- */

struct shown {
    struct patient_hit hit;
    int rank;
    char *sort;     /* folded last name, first name */
    char sound[9];  /* of the last name */
    char initial;
    char alike[ALIKE_MAX];
};

static int by_rank(const void *a, const void *b)
{
    const struct shown *x = a, *y = b;
    if (x->rank != y->rank) {
        return x->rank < y->rank ? -1 : 1;
    }
    int order = strcmp(x->sort, y->sort);
    return order != 0 ? order : uid_compare(x->hit.id, y->hit.id);
}

static int rank_of(const struct search *s, const struct candidate *c, const char *folded_last)
{
    if (c->match != 'n') {
        return c->match == '~' ? 4 : c->is_exact ? 0 : 3;
    }
    bool starts_last = s->words.count > 0 && strncmp(folded_last, s->words.items[0], strlen(s->words.items[0])) == 0;
    return c->is_exact && starts_last ? 0 : c->is_exact ? 1 : starts_last ? 2 : 3;
}

/* Whether all typed words begin words of the candidate's name; the range made sure of one or two of them. Most who do not
 * fit are told by their name alone, without their other rows. */
static enum status check_words(struct search *s, const struct candidate *c, bool *out_fits, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    *out_fits = c->match != 'n' || s->words.count < 2;
    if (*out_fits) {
        return STATUS_OK;
    }
    enum status status = statement_use(s->store, &statements[NAME], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, c->person);
    status = statement_step(s->store, stmt, &row, err);
    if (status == STATUS_OK && row) {
        *out_fits = name_fits(&s->words, (const char *)sqlite3_column_text(stmt, 0), (const char *)sqlite3_column_text(stmt, 1));
        statement_reset(stmt);
    }
    return status;
}

/* False: the candidate is no patient, or the other typed words do not fit. */
static enum status show(struct search *s, const struct candidate *c, struct shown *out, bool *out_fits, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = check_words(s, c, out_fits, err);
    if (status != STATUS_OK || !*out_fits) {
        return status;
    }
    *out_fits = false;
    status = statement_use(s->store, &statements[SHOW], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, c->person);
    status = statement_step(s->store, stmt, &row, err);
    if (status != STATUS_OK || !row) {
        return status;
    }
    struct patient who = {.first_name = column_text(stmt, 1), .last_name = column_text(stmt, 2)};
    *out_fits = true;
    char *sort = mem_format("%s %s", who.last_name, who.first_name);
    char *last = text_fold(who.last_name), *first = text_fold(who.first_name);
    memset(out, 0, sizeof *out);
    out->hit = (struct patient_hit){
        .id = column_id(stmt, 0),
        .name = patient_display_name(&who),
        .birth_date = column_date(stmt, 3),
        .gender = (enum gender)column_enum(stmt, 4, ENUM_GENDER),
        .phone = column_text(stmt, 5),
        .mrn = column_text(stmt, 6),
        .match = c->match,
    };
    out->sort = text_fold(sort);
    last[strcspn(last, " ")] = '\0';
    text_phonetic(last, out->sound);
    out->initial = first[0];
    (void)alike_term(who.last_name, who.first_name, out->alike);
    out->rank = rank_of(s, c, out->sort);
    mem_free(sort);
    mem_free(last);
    mem_free(first);
    statement_reset(stmt);
    mem_free(who.first_name);
    mem_free(who.last_name);
    return STATUS_OK;
}

/* Whether somebody else of this site has a name that sounds so, shown here or not. */
static enum status probe_alike(struct store *store, struct shown *shown, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    if (shown->alike[1] == '\0') {
        return STATUS_OK;
    }
    enum status status = statement_use(store, &statements[ALIKE], &stmt, err);
    if (status == STATUS_OK) {
        bind_text(stmt, 1, shown->alike);
    }
    int people = 0;
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        people++;
    }
    shown->hit.has_name_alike = people > 1;
    return status;
}

static enum status collect(struct search *s, int limit, struct patient_hit_list *out, struct error *err)
{
    struct shown *shown = mem_alloc_array((size_t)s->count + 1, sizeof *shown);
    int count = 0;
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < s->count; i++) {
        bool fits = false;
        status = show(s, &s->items[i], &shown[count], &fits, err);
        count += status == STATUS_OK && fits;
    }
    qsort(shown, (size_t)count, sizeof *shown, by_rank);
    out->is_cut = s->is_cut || count > limit;
    for (int i = 0; i < count; i++) {
        if (status == STATUS_OK && i < limit) {
            status = probe_alike(s->store, &shown[i], err);
            for (int j = 0; j < count; j++) {
                shown[i].hit.has_name_alike = shown[i].hit.has_name_alike ||
                                              (j != i && shown[i].initial == shown[j].initial && shown[i].sound[0] != '\0' &&
                                               strcmp(shown[i].sound, shown[j].sound) == 0);
            }
            MEM_GROW(out);
            out->items[out->len++] = shown[i].hit;
        } else {
            mem_free(shown[i].hit.name);
            mem_free(shown[i].hit.mrn);
            mem_free(shown[i].hit.phone);
        }
        mem_free(shown[i].sort);
    }
    mem_free(shown);
    return status;
}

static enum status search(struct search *s, const char *typed, int limit, struct date today, struct patient_hit_list *list,
                          struct error *err)
{
    bool has_digit = strpbrk(typed, "0123456789") != NULL;
    enum status status = STATUS_OK;
    if (has_digit) {
        status = search_digits(s, typed, today, limit, err);
    }
    if (status == STATUS_OK && !(has_digit && s->count > 0)) {
        status = search_names(s, limit, err);
    }
    if (status == STATUS_OK) {
        status = collect(s, limit, list, err);
    }
    if (status == STATUS_OK && list->len == 0 && !has_digit) {
        s->count = 0;
        status = search_sounds(s, limit, err);
        if (status == STATUS_OK) {
            status = collect(s, limit, list, err);
        }
    }
    return status;
}

enum status patient_search(struct store *store, const char *typed, int limit, struct date today, struct patient_hit_list *out,
                           struct error *err)
{
    struct patient_hit_list list = {0};
    bool is_outer = !store->in_read && !store->in_write; /* who called keeps the view it has */
    enum status status = store_read_begin(store, err);   /* one view, and no lock for each of some hundred statements */
    if (status != STATUS_OK) {
        return status;
    }
    struct search *s = mem_alloc(sizeof *s);
    s->store = store;
    s->words = split(typed);
    status = search(s, typed, limit, today, &list, err);
    mem_free(s->words.text);
    mem_free(s);
    if (is_outer) {
        store_read_end(store);
    }
    if (status != STATUS_OK) {
        patient_hit_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}
