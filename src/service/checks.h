/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screening without a site or a patient: texts in, the engine's answer out as words or as the JSON of cli.md. Nothing is
 * read from or written to any store. */
#ifndef SERVICE_CHECKS_H
#define SERVICE_CHECKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"

struct checks;
struct chart;
struct site;

enum status checks_open(struct checks **out, struct error *err) MUST_USE;
void checks_free(struct checks *checks);

/* One circumstance: drug, allergy, condition, food, dose, age, sex, weight, egfr, pregnant, lactating. What is no
 * circumstance is ignored. */
enum status checks_add(struct checks *checks, const char *name, const char *value, struct error *err) MUST_USE;

/* Screens; true when the answer is CLEAR. */
bool checks_run(struct checks *checks);
void checks_write_json(const struct checks *checks, struct json_writer *w);
void checks_write_words(const struct checks *checks, struct buffer *out);

/* One JSON object in, one line out; false for a bad one, which gives {"id":...,"error":...}. */
bool checks_batch_line(struct checks *checks, const char *line, size_t len_bytes, int line_number, struct buffer *out);

/* An open chart's findings as the same JSON. */
void checks_write_chart(const struct site *site, const struct chart *chart, struct json_writer *w);

#endif
