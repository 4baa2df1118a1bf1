/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "safety/check_text.h"
#include "safety/finding_text.h"

static enum status read_flags(const struct invocation *call, const struct knowledge *k, struct check_request *r,
                              struct error *err)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < call->given_count; i++) {
        const char *name = call->given[i].name, *value = call->given[i].value;
        if (strcmp(name, "drug") == 0) {
            status = check_add_drug(r, k, value, err);
        } else if (strcmp(name, "allergy") == 0) {
            status = check_add_allergy(r, k, value, err);
        } else if (strcmp(name, "condition") == 0) {
            status = check_add_condition(r, k, value, err);
        } else if (strcmp(name, "food") == 0) {
            status = check_add_food(r, k, value, err);
        } else if (strcmp(name, "dose") == 0) {
            status = check_add_dose(r, k, value, err);
        } else if (strcmp(name, "age") == 0) {
            status = check_set_age(r, value, err);
        } else if (strcmp(name, "sex") == 0) {
            status = check_set_sex(r, value, err);
        } else if (strcmp(name, "weight") == 0) {
            status = check_set_weight(r, value, err);
        } else if (strcmp(name, "egfr") == 0) {
            status = check_set_egfr(r, value, err);
        } else if (strcmp(name, "pregnant") == 0) {
            check_set_pregnant(r, true);
        } else if (strcmp(name, "lactating") == 0) {
            check_set_lactating(r, true);
        }
    }
    return status;
}

static void print_words(const struct knowledge *k, const struct check_request *r, const struct screen_result *result)
{
    char effect[FINDING_TEXT_MAX], management[FINDING_TEXT_MAX];
    printf("%s\n", screen_status_word(result->status));
    for (int i = 0; i < result->finding_count; i++) {
        const struct screen_finding *f = &result->findings[i];
        printf("%-15s %s:", enum_label(ENUM_INTERACTION_TYPE, (int)f->severity), finding_kind_label(f->kind));
        for (int d = 0; d < f->drug_count; d++) {
            printf("%s %s", d == 0 ? "" : " +", r->input.drugs[f->drugs[d]].text);
        }
        printf("%s%s\n                %s %s\n                [%s; %s]\n", f->with[0] != '\0' ? " + " : "", f->with,
               finding_effect(k, &r->input, f, effect), finding_management(k, &r->input, f, management), f->rule_id, f->source);
    }
    for (int i = 0; i < result->incomplete_count; i++) {
        printf(_("not checked     %s: %s\n"), result->incomplete[i].item, incomplete_text(&result->incomplete[i], effect));
    }
    printf(_("knowledge %s\n"), knowledge_version(k));
}

/* One JSON object a line in, one out; a bad line does not stop the rest. */
static int run_batch(const struct knowledge *k, const char *path, struct error *err)
{
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    struct buffer out = BUFFER_INIT;
    struct screen_result *scratch = mem_alloc(sizeof *scratch);
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    int number = 0, bad = 0;
    if (in == NULL) {
        mem_free(scratch);
        (void)error_set(err, STATUS_NOT_FOUND, _("%s cannot be read."), path);
        return command_fail(err);
    }
    while ((len = getline(&line, &room, in)) > 0) {
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r')) {
            line[--len] = '\0';
        }
        number++;
        if (len == 0) {
            continue;
        }
        bad += !check_batch_line(k, line, (size_t)len, number, scratch, &out);
        fwrite(out.bytes, 1, out.len, stdout);
        buffer_clear(&out);
    }
    free(line);
    buffer_release(&out);
    mem_free(scratch);
    if (in != stdin) {
        (void)fclose(in); /* only read */
    }
    return bad > 0 ? 1 : 0;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct knowledge *k = NULL;
    if (call->word_count > 0) {
        return command_usage(call, _("unexpected: %s"), call->words[0]);
    }
    if (knowledge_open(&k, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    if (flag_given(call, "batch")) {
        int code = run_batch(k, flag_value(call, "batch"), &err);
        knowledge_free(k);
        return code;
    }
    struct check_request request;
    struct screen_result *result = mem_alloc(sizeof *result);
    check_request_init(&request);
    int code;
    if (read_flags(call, k, &request, &err) != STATUS_OK) {
        code = err.status == STATUS_INVALID ? EXIT_USAGE_ERROR : status_exit_code(err.status);
        fprintf(stderr, "prescripcare check: %s\n", error_text(&err));
    } else {
        screen(k, &request.input, result);
        if (call->is_json) {
            struct json_writer w = JSON_WRITER_INIT;
            check_write_json(&w, k, &request.input, result, NULL);
            command_print_json(&w);
        } else {
            print_words(k, &request, result);
        }
        code = result->status == SCREEN_CLEAR ? 0 : 1;
    }
    check_request_release(&request);
    mem_free(result);
    knowledge_free(k);
    return code;
}

const struct command COMMAND_check = {
    .name = "check",
    .usage = "--drug TEXT... [--allergy TEXT]... | --batch FILE|-",
    .help = N_("Screens drugs against each other and a patient's circumstances, without a site."),
    .flags = {{"drug", "TEXT", N_("name, brand, product, rxcui:CODE; may be repeated")},
              {"allergy", "TEXT", N_("allergen; may be repeated")},
              {"condition", "TEXT", N_("problem or code; may be repeated")},
              {"dose", "LINE", N_("\"DRUG: 500 mg oral every 8 h\"; may be repeated")},
              {"food", "TEXT", N_("food or drink; may be repeated")},
              {"age", "YEARS", N_("age")},
              {"sex", "f|m", N_("sex")},
              {"weight", "KG", N_("weight")},
              {"egfr", "N", N_("kidney function, mL/min/1.73 m2")},
              {"pregnant", NULL, N_("is pregnant")},
              {"lactating", NULL, N_("is breast-feeding")},
              {"batch", "FILE", N_("one JSON object a line; - reads standard input")}},
    .run = run,
};
