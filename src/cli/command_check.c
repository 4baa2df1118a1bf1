/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/checks.h"

/* One JSON object a line in, one out; a bad line does not stop the rest. */
static int run_batch(struct checks *checks, const char *path, struct error *err)
{
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    struct buffer out = BUFFER_INIT;
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    int number = 0, bad = 0;
    if (in == NULL) {
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
        bad += !checks_batch_line(checks, line, (size_t)len, number, &out);
        fwrite(out.bytes, 1, out.len, stdout);
        buffer_clear(&out);
    }
    free(line);
    buffer_release(&out);
    if (in != stdin) {
        (void)fclose(in); /* only read */
    }
    return bad > 0 ? 1 : 0;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct checks *checks = NULL;
    if (call->word_count > 0) {
        return command_usage(call, _("unexpected: %s"), call->words[0]);
    }
    if (checks_open(&checks, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    if (flag_given(call, "batch")) {
        int code = run_batch(checks, flag_value(call, "batch"), &err);
        checks_free(checks);
        return code;
    }
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < call->given_count; i++) {
        status = checks_add(checks, call->given[i].name, call->given[i].value, &err);
    }
    if (status != STATUS_OK) {
        checks_free(checks);
        int code = command_fail(&err);
        return status == STATUS_INVALID ? EXIT_USAGE_ERROR : code;
    }
    if (!flag_given(call, "drug") && !flag_given(call, "dose")) { /* nothing is no all-clear */
        checks_free(checks);
        return command_usage(call, _("say which drug: --drug TEXT"));
    }
    bool is_clear = checks_run(checks);
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        checks_write_json(checks, &w);
        command_print_json(&w);
    } else {
        struct buffer words = BUFFER_INIT;
        checks_write_words(checks, &words);
        fwrite(words.bytes, 1, words.len, stdout);
        buffer_release(&words);
    }
    checks_free(checks);
    return is_clear ? 0 : 1;
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
