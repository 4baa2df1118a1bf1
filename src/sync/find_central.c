/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session asks of the centre: looking for a patient beyond this site's own and bringing one here (decisions.md 15), and the end
 * of the audit trail there. Question and answer are JSON, because they go over the agent's socket. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "sync/engine_private.h"

enum { WORDS_MAX = 8 };

static const char *text_of(const struct json *question, const char *key)
{
    const char *text = json_get_string(question, key);
    return text != NULL ? text : "";
}

static void add_person(struct json_writer *w, const PGresult *result, int row)
{
    static const char *const keys[] = {"id", "last_name", "first_name", "birth_date", "sex", "mrn", "sites"};
    char id[UID_TEXT_MAX];
    json_begin_object(w);
    for (int i = 0; i < (int)(sizeof keys / sizeof *keys); i++) {
        json_write_member(w, keys[i], i == 0 ? uid_format(result_uid(result, row, 0), id) : result_text(result, row, i));
    }
    json_write_key(w, "is_here");
    json_write_bool(w, result_int(result, row, 7) != 0);
    json_end_object(w);
}

static enum status find(struct engine *engine, const struct json *question, struct json_writer *w, struct error *err)
{
    struct link_params params = {0};
    PGresult *result = NULL;
    const struct json *words = json_get(question, "words");
    size_t count = 0;
    for (const struct json *word = json_first(words); word != NULL && count < WORDS_MAX; word = json_next(word)) {
        count++;
    }
    link_params_text(&params, text_of(question, "staff"));
    link_params_text(&params, text_of(question, "mrn"));
    struct buffer *array = link_params_array(&params, LINK_ARRAY_TEXT, count);
    for (const struct json *word = json_first(words); word != NULL && count > 0; word = json_next(word), count--) {
        link_array_text(array, json_string(word));
    }
    link_params_text(&params, text_of(question, "born"));
    enum status status = link_query(engine->link, "SELECT user_id, last_name, first_name, date_of_birth, gender, mrn, sites, is_here FROM "
                                                  "app.find_central($1::uuid, $2, $3, $4)", &params, &result, err);
    link_params_release(&params);
    json_write_key(w, "patients");
    json_begin_array(w);
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        add_person(w, result, i);
    }
    json_end_array(w);
    PQclear(result);
    return status;
}

static enum status open_person(struct engine *engine, const struct json *question, struct error *err)
{
    struct link_params params = {0};
    link_params_text(&params, text_of(question, "staff"));
    link_params_text(&params, text_of(question, "id"));
    link_params_text(&params, text_of(question, "reason"));
    enum status status = link_query(engine->link, "SELECT app.open_patient($1::uuid, $2::uuid, $3)", &params, NULL, err);
    link_params_release(&params);
    return status;
}

/* In words for the person who asked. */
static enum status explain(const struct engine *engine, enum status status, struct error *err)
{
    const char *code = engine->link != NULL ? engine->link->sqlstate : "";
    if (status == STATUS_REFUSED && strcmp(code, "SY030") == 0) {
        return error_set(err, STATUS_REFUSED, _("This workstation looked for too many patients in the last hour. Try again later."));
    }
    if (status == STATUS_REFUSED && strcmp(code, "SY032") == 0) {
        return error_set(err, STATUS_REFUSED, _("Look for the patient at the centre first."));
    }
    return status;
}

enum status engine_ask(struct engine *engine, const char *question_text, char **out_answer, struct error *err)
{
    struct json_document *doc = NULL;
    struct json_writer w = JSON_WRITER_INIT;
    struct engine_report report;
    enum status status = json_parse(question_text, strlen(question_text), &JSON_LIMITS_DEFAULT, 1, &doc, err);
    if (status == STATUS_OK && !engine_is_connected(engine)) {
        status = engine_cycle(engine, &report, err);
    }
    json_begin_object(&w);
    if (status == STATUS_OK) {
        const struct json *question = json_root(doc);
        bool is_open = strcmp(text_of(question, "ask"), "open") == 0, is_anchor = strcmp(text_of(question, "ask"), "anchor") == 0;
        status = is_anchor ? ask_anchor(engine, &w, err)
                           : explain(engine, is_open ? open_person(engine, question, err) : find(engine, question, &w, err), err);
        if (status == STATUS_OK && is_open) {
            status = engine_cycle(engine, &report, err); /* the records come with it */
        }
    }
    json_write_member(&w, "status", status_name(status));
    if (status != STATUS_OK) {
        json_write_member(&w, "message", error_text(err));
    }
    json_end_object(&w);
    *out_answer = buffer_take(&w.out);
    json_free(doc);
    return status;
}
