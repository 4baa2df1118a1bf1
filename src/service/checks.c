/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/checks.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/check_text.h"
#include "safety/finding_text.h"
#include "service/chart.h"
#include "service/screening.h"

struct checks {
    struct knowledge *k;
    struct check_request request;
    struct screen_result *result;
};

enum status checks_open(struct checks **out, struct error *err)
{
    struct checks *checks = mem_alloc(sizeof *checks);
    enum status status = knowledge_open(&checks->k, err);
    if (status != STATUS_OK) {
        mem_free(checks);
        return status;
    }
    check_request_init(&checks->request);
    checks->result = mem_alloc(sizeof *checks->result);
    *out = checks;
    return STATUS_OK;
}

void checks_free(struct checks *checks)
{
    if (checks != NULL) {
        check_request_release(&checks->request);
        mem_free(checks->result);
        knowledge_free(checks->k);
        mem_free(checks);
    }
}

typedef enum status add_text_fn(struct check_request *r, const struct knowledge *k, const char *text, struct error *err);
typedef enum status set_value_fn(struct check_request *r, const char *text, struct error *err);

static const struct {
    const char *name;
    add_text_fn *add;
    set_value_fn *set;
} circumstances[] = {
    {"drug", check_add_drug, NULL},      {"allergy", check_add_allergy, NULL}, {"condition", check_add_condition, NULL},
    {"food", check_add_food, NULL},      {"dose", check_add_dose, NULL},       {"age", NULL, check_set_age},
    {"sex", NULL, check_set_sex},        {"weight", NULL, check_set_weight},   {"egfr", NULL, check_set_egfr},
    {"trimester", NULL, check_set_trimester},
};

enum status checks_add(struct checks *checks, const char *name, const char *value, struct error *err)
{
    if (strcmp(name, "pregnant") == 0) {
        check_set_pregnant(&checks->request, true);
    } else if (strcmp(name, "lactating") == 0) {
        check_set_lactating(&checks->request, true);
    }
    for (size_t i = 0; i < sizeof circumstances / sizeof *circumstances; i++) {
        if (strcmp(circumstances[i].name, name) == 0) {
            return circumstances[i].add != NULL ? circumstances[i].add(&checks->request, checks->k, value, err)
                                                : circumstances[i].set(&checks->request, value, err);
        }
    }
    return STATUS_OK;
}

bool checks_run(struct checks *checks)
{
    screen(checks->k, &checks->request.input, checks->result);
    return checks->result->status == SCREEN_CLEAR;
}

void checks_write_json(const struct checks *checks, struct json_writer *w)
{
    check_write_json(w, checks->k, &checks->request.input, checks->result, NULL);
}

/* A code says nothing to a person. */
static void put_meaning(struct buffer *out, const struct knowledge *k, const struct screen_drug *drug)
{
    bool is_code = strncmp(drug->text, "rxcui:", 6) == 0 || strspn(drug->text, "0123456789-") == strlen(drug->text);
    for (int i = 0; is_code && i < drug->identity.ingredient_count; i++) {
        buffer_append_format(out, "%s%s%s", i == 0 ? " (" : " + ", knowledge_name(k, drug->identity.ingredients[i]),
                             i + 1 == drug->identity.ingredient_count ? ")" : "");
    }
}

/* What nobody said was not looked at, and no CLEAR speaks of it. */
static void put_not_assessed(struct buffer *out, const struct screen_input *input)
{
    const struct {
        const char *what;
        enum screen_presence presence;
    } parts[] = {{N_("allergies"), input->allergies_presence},      {N_("conditions"), input->conditions_presence},
                 {N_("foods"), input->foods_presence},              {N_("age"), input->age_presence},
                 {N_("weight"), input->weight_presence},            {N_("kidney function"), input->egfr_presence},
                 {N_("pregnancy"), input->pregnancy_presence},      {N_("breast-feeding"), input->lactation_presence}};
    bool is_first = true;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].presence == SCREEN_NOT_ASSESSED) {
            buffer_append_format(out, "%s%s", is_first ? _("not assessed    ") : ", ", _(parts[i].what));
            is_first = false;
        }
    }
    buffer_append_format(out, "%s", is_first ? "" : "\n");
}

void checks_write_words(const struct checks *checks, struct buffer *out)
{
    char text[FINDING_TEXT_MAX];
    const struct screen_result *result = checks->result;
    const struct screen_input *input = &checks->request.input;
    buffer_append_format(out, "%s\n", screen_status_word(result->status));
    for (int i = 0; i < result->finding_count; i++) {
        const struct screen_finding *f = &result->findings[i];
        buffer_append_format(out, "%-15s %s:", enum_label(ENUM_INTERACTION_TYPE, (int)f->severity),
                             finding_kind_label(f->kind));
        for (int d = 0; d < f->drug_count; d++) {
            if (d > 0 && f->drugs[d] == f->drugs[0]) {
                continue; /* two drugs in one text */
            }
            buffer_append_format(out, "%s %s", d == 0 ? "" : " +", input->drugs[f->drugs[d]].text);
            put_meaning(out, checks->k, &input->drugs[f->drugs[d]]);
        }
        buffer_append_format(out, "%s%s\n", f->with[0] != '\0' ? " + " : "", f->with);
        buffer_append_format(out, "                %s\n", finding_effect(checks->k, input, f, text));
        buffer_append_format(out, "                %s\n", finding_management(checks->k, input, f, text));
        buffer_append_format(out, "                [%s; %s]\n", f->rule_id, finding_source(f));
    }
    for (int i = 0; i < result->incomplete_count; i++) {
        char *sentence = incomplete_sentence(&result->incomplete[i]);
        buffer_append_format(out, _("not checked     %s\n"), sentence);
        mem_free(sentence);
        if (check_is_drug_name(&result->incomplete[i])) {
            struct drug_suggestion meant[DRUG_MEANT_MAX];
            int count = drug_did_you_mean(checks->k, result->incomplete[i].item, meant, DRUG_MEANT_MAX);
            for (int m = 0; m < count; m++) {
                buffer_append_format(out, m == 0 ? _("                did you mean %s?\n") : _("                or %s?\n"), meant[m].name);
            }
        }
    }
    for (int i = 0; i < input->drug_count; i++) {
        const char *assumed = drug_assumed_form(checks->k, &input->drugs[i].identity);
        if (assumed[0] != '\0') {
            buffer_append_format(out, _("assumed         %s: %s\n"), input->drugs[i].text, assumed);
        }
    }
    put_not_assessed(out, input);
    buffer_append_format(out, _("knowledge %s\n"), knowledge_version(checks->k));
}

bool checks_batch_line(struct checks *checks, const char *line, size_t len_bytes, int line_number, struct buffer *out)
{
    return check_batch_line(checks->k, line, len_bytes, line_number, checks->result, out);
}

void checks_write_chart(const struct site *site, const struct chart *chart, struct json_writer *w)
{
    check_write_json(w, site->knowledge, &chart->screening->input, chart->findings, NULL);
}
