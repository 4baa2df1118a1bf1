/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/central_find.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/patient.h"
#include "service/act.h"

enum { WORDS_MAX = 8, TYPED_MAX = 16, REASON_MIN = 3 };

struct query {
    char *words[WORDS_MAX]; /* of the name, without case */
    int word_count;
    char *mrn;
    char *born_typed; /* a number, too, where there is nothing else */
    struct date born;
};

static void query_release(struct query *query)
{
    for (int i = 0; i < query->word_count; i++) {
        mem_free(query->words[i]);
    }
    mem_free(query->mrn);
    mem_free(query->born_typed);
}

static bool has_digit(const char *word)
{
    return strpbrk(word, "0123456789") != NULL;
}

static bool is_day(struct site *site, const char *text, struct date *out)
{
    bool is_ambiguous = false;
    return strlen(text) >= 8 && date_parse_human(text, site_today(site), false, out, &is_ambiguous, NULL) == STATUS_OK && !is_ambiguous &&
           out->month != 0 && out->day != 0;
}

static void set_born(struct query *query, struct date date, const char *typed)
{
    mem_free(query->born_typed);
    query->born_typed = mem_copy_text(typed);
    query->born = date;
}

/* Each word is a birth date, a number, or part of a name. */
static void read_word(struct site *site, struct query *query, const char *word)
{
    struct date date;
    if (!has_digit(word)) {
        char *folded = text_nfkc_casefold(word);
        if (folded != NULL && folded[0] != '\0' && query->word_count < WORDS_MAX) {
            query->words[query->word_count++] = folded;
        } else {
            mem_free(folded);
        }
    } else if (is_day(site, word, &date)) {
        set_born(query, date, word);
    } else {
        mem_free(query->mrn);
        query->mrn = mem_copy_text(word);
    }
}

static enum status read_query(struct site *site, const char *typed, struct query *query, struct error *err)
{
    static const char between[] = " ,\t";
    char *words[TYPED_MAX];
    int count = 0;
    for (const char *at = typed + strspn(typed, between); *at != '\0' && count < TYPED_MAX; at += strspn(at, between)) {
        size_t len = strcspn(at, between);
        words[count++] = mem_copy_bytes(at, len);
        at += len;
    }
    for (int i = 0; i < count; i++) {
        struct date date;
        char *three = i + 2 < count ? mem_format("%s %s %s", words[i], words[i + 1], words[i + 2]) : NULL; /* 14 mar 1958 */
        if (three != NULL && has_digit(words[i]) && has_digit(words[i + 2]) && is_day(site, three, &date)) {
            set_born(query, date, three);
            i += 2;
        } else {
            read_word(site, query, words[i]);
        }
        mem_free(three);
    }
    for (int i = 0; i < count; i++) {
        mem_free(words[i]);
    }
    if (query->mrn == NULL && query->word_count == 0) {
        query->mrn = query->born_typed; /* eight digits alone are a number */
        query->born_typed = NULL;
    }
    if (query->mrn != NULL || (query->word_count > 0 && !date_is_none(query->born))) {
        return STATUS_OK;
    }
    return error_set_field(err, STATUS_INVALID, "text",
                           query->word_count > 0 ? _("The centre needs the birth date, too: type it as 1958-03-14.")
                                                 : _("The centre needs a patient number, or a name and the birth date."));
}

static void begin_question(struct json_writer *w, const char *what, const struct actor *actor)
{
    char id[UID_TEXT_MAX];
    json_begin_object(w);
    json_write_member(w, "ask", what);
    json_write_member(w, "staff", uid_format(actor->user, id));
}

enum status central_find_question(struct actor *actor, const char *typed, char **out_question, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_FIND, "patient.find_central", "users", UID_NONE);
    struct query query = {0};
    char date[DATE_TEXT_MAX];
    if (!actor_may(actor, PERMISSION_PATIENT_FIND)) {
        return actor_refuse(actor, err);
    }
    enum status status = read_query(actor->site, typed, &query, err);
    (void)snprintf(act.details, sizeof act.details, "%s", query.mrn != NULL ? "by_number" : "by_name_and_birth_date"); /* fits */
    if (status == STATUS_OK) {
        act.risk = RISK_LEVEL_MEDIUM;
        status = act_read(&act, err);
    }
    if (status == STATUS_OK) {
        struct json_writer w = JSON_WRITER_INIT;
        begin_question(&w, "find", actor);
        json_write_member(&w, "mrn", query.mrn != NULL ? query.mrn : "");
        json_write_member(&w, "born", date_is_none(query.born) ? "" : date_format_iso(query.born, date));
        json_write_key(&w, "words");
        json_begin_array(&w);
        for (int i = 0; i < query.word_count; i++) {
            json_write_string(&w, query.words[i]);
        }
        json_end_array(&w);
        json_end_object(&w);
        *out_question = buffer_take(&w.out);
    }
    query_release(&query);
    return status;
}

enum status central_open_question(struct actor *actor, struct uid patient, const char *reason, char **out_question, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_WRITE, "patient.open_central", "users", patient);
    char id[UID_TEXT_MAX];
    if (!actor_may(actor, PERMISSION_PATIENT_WRITE)) {
        return actor_refuse(actor, err);
    }
    if (reason == NULL || strlen(reason) < REASON_MIN) {
        return error_set_field(err, STATUS_INVALID, "reason", _("Say why this patient is opened here."));
    }
    act.risk = RISK_LEVEL_HIGH;
    act.record = patient;
    struct json_writer values = JSON_WRITER_INIT;
    json_begin_object(&values);
    json_write_member(&values, "reason", reason);
    json_end_object(&values);
    act.new_values = buffer_take(&values.out);
    enum status status = act_read(&act, err);
    if (status == STATUS_OK) {
        struct json_writer w = JSON_WRITER_INIT;
        begin_question(&w, "open", actor);
        json_write_member(&w, "id", uid_format(patient, id));
        json_write_member(&w, "reason", reason);
        json_end_object(&w);
        *out_question = buffer_take(&w.out);
    }
    return status;
}

/* --- answers --------------------------------------------------------------------------------------------------------- */

void central_hit_list_release(struct central_hit_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].name);
        mem_free(list->items[i].mrn);
        mem_free(list->items[i].sites);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

/* The agent's status by its name; what it does not name is the centre out of reach. */
static enum status status_of(const struct json *answer, struct error *err)
{
    const char *name = json_get_string(answer, "status"), *message = json_get_string(answer, "message");
    for (int i = 0; name != NULL && i < STATUS_COUNT; i++) {
        if (strcmp(status_name((enum status)i), name) == 0) {
            return i == STATUS_OK ? STATUS_OK
                                  : error_set(err, (enum status)i, "%s", message != NULL && message[0] != '\0' ? message
                                                                                                             : status_text((enum status)i));
        }
    }
    return error_set(err, STATUS_OFFLINE, "%s", status_text(STATUS_OFFLINE));
}

static char *clean(const struct json *item, const char *key)
{
    const char *text = json_get_string(item, key);
    return text_clean(text != NULL ? text : "", text != NULL ? strlen(text) : 0, 200, TEXT_LINE, NULL);
}

static enum status read_hit(const struct json *item, struct central_hit *out, struct error *err)
{
    const char *id = json_get_string(item, "id"), *born = json_get_string(item, "birth_date");
    char *first = clean(item, "first_name"), *last = clean(item, "last_name");
    enum status status = uid_parse(id != NULL ? id : "", &out->id, err);
    out->name = patient_display_name(&(struct patient){.first_name = first, .last_name = last});
    out->gender = (enum gender)enum_value(ENUM_GENDER, json_get_string(item, "sex"));
    out->mrn = clean(item, "mrn");
    out->sites = clean(item, "sites");
    if (born == NULL || date_parse_iso(born, &out->birth_date, NULL) != STATUS_OK) {
        out->birth_date = (struct date){0};
    }
    (void)json_get_bool(json_get(item, "is_here"), &out->is_here); /* absent: not here */
    mem_free(first);
    mem_free(last);
    return status;
}

enum status central_find_answer(const char *answer, struct central_hit_list *out, struct error *err)
{
    struct json_document *doc = NULL;
    struct central_hit_list list = {0};
    enum status status = json_parse(answer, strlen(answer), &JSON_LIMITS_DEFAULT, 1, &doc, err);
    if (status == STATUS_OK) {
        status = status_of(json_root(doc), err);
    }
    const struct json *item = status == STATUS_OK ? json_first(json_get(json_root(doc), "patients")) : NULL;
    for (; status == STATUS_OK && item != NULL; item = json_next(item)) {
        MEM_GROW(&list);
        list.items[list.len] = (struct central_hit){0};
        status = read_hit(item, &list.items[list.len++], err);
    }
    json_free(doc);
    if (status != STATUS_OK) {
        central_hit_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status central_open_answer(const char *answer, struct error *err)
{
    struct json_document *doc = NULL;
    enum status status = json_parse(answer, strlen(answer), &JSON_LIMITS_DEFAULT, 1, &doc, err);
    if (status == STATUS_OK) {
        status = status_of(json_root(doc), err);
    }
    json_free(doc);
    return status;
}
