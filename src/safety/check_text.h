/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `prescripcare check` without the command line: texts to a screening input, a screening result to
 * JSON (cli.md). The request owns copies of all texts. A drug that is named only in a dose line
 * joins the list. */
#ifndef SAFETY_CHECK_TEXT_H
#define SAFETY_CHECK_TEXT_H

#include "base/json.h"
#include "safety/screen.h"

#define CHECK_UNREAD_MAX 16

struct check_request {
    struct screen_input input; /* points into the arrays below */
    struct screen_drug *drugs;
    struct screen_allergy *allergies;
    struct screen_condition *conditions;
    struct screen_food *foods;
    uint64_t has_own_directions[SCREEN_DRUGS_MAX / 64]; /* drugs whose text says the dose */
    const char *unread[CHECK_UNREAD_MAX]; /* JSON keys that are no input */
    char **texts;                         /* owned copies */
    size_t text_count, text_cap;
};

void check_request_init(struct check_request *r);
void check_request_release(struct check_request *r);

/* A copy of the text, cleaned, that lives as long as the request. */
enum status check_keep_text(struct check_request *r, const char *field, const char *text,
                            const char **out, struct error *err) MUST_USE;

/* STATUS_LIMIT where `count` entries of the field are as many as a check takes. */
enum status check_room(const char *field, int count, int max, struct error *err) MUST_USE;
#define CHECK_LIST_MAX 200
#define CHECK_TEXT_MAX 512

/* One call for each flag of the command line. A drug may bring its directions ("methotrexate 15 mg weekly"): they are its
 * dose unless a dose line speaks for it. STATUS_INVALID names the field; STATUS_LIMIT for too
 * many. */
enum status check_add_drug(struct check_request *r, const struct knowledge *k, const char *text,
                           struct error *err) MUST_USE;
enum status check_add_allergy(struct check_request *r, const struct knowledge *k, const char *text,
                              struct error *err) MUST_USE;
enum status check_add_condition(struct check_request *r, const struct knowledge *k,
                                const char *text, struct error *err) MUST_USE;
enum status check_add_food(struct check_request *r, const struct knowledge *k, const char *text,
                           struct error *err) MUST_USE;
enum status check_add_dose(struct check_request *r, const struct knowledge *k, const char *text,
                           struct error *err) MUST_USE; /* "DRUG: 500 mg oral every 8 h" */
enum status check_set_age(struct check_request *r, const char *years, struct error *err) MUST_USE;
enum status check_set_sex(struct check_request *r, const char *sex, struct error *err) MUST_USE;
enum status check_set_weight(struct check_request *r, const char *kg, struct error *err) MUST_USE;
enum status check_set_egfr(struct check_request *r, const char *egfr, struct error *err) MUST_USE;
enum status check_set_trimester(struct check_request *r, const char *trimester, struct error *err) MUST_USE;
enum status check_set_population(struct check_request *r, const char *population,
                                 struct error *err) MUST_USE;
void check_set_pregnant(struct check_request *r, bool is_pregnant);
void check_set_lactating(struct check_request *r, bool is_lactating);

/* A drug's name that was not understood: drug_did_you_mean() may know what was meant. */
bool check_is_drug_name(const struct screen_incomplete *item);

/* One object of a batch. Keys: id, drugs, allergies, conditions, doses, foods, age, sex, weight,
 * egfr, pregnant, lactating, population (adult, child, infant, geriatric). A key that is absent is
 * not assessed; null is missing. */
enum status check_read_json(struct check_request *r, const struct knowledge *k,
                            const struct json *object, struct error *err) MUST_USE;

/* Writes the result object of cli.md; id (JSON value, trusted) comes first when not NULL. */
void check_write_json(struct json_writer *w, const struct knowledge *k,
                      const struct screen_input *input, const struct screen_result *result,
                      const char *id_json);

/* One line in, one line out (appended to *out with a newline): the result, or
 * {"id":...,"error":"..."}. False for a bad line. scratch is the caller's work space. line_number
 * is for the message. */
bool check_batch_line(const struct knowledge *k, const char *line, size_t len_bytes,
                      int line_number, struct screen_result *scratch, struct buffer *out);

#endif
