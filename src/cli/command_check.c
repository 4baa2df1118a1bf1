/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/checks.h"

enum { LINE_MAX_BYTES = (1 << 20) + 1 }; /* one more than checks_batch_line() takes: it says that the line is too long */

/* The next line without its end; what is beyond the room is read and dropped. False at the end of the file. */
static bool read_line(FILE *in, char *line, size_t *out_len)
{
    size_t len = 0;
    int c = getc_unlocked(in);
    if (c == EOF) {
        return false;
    }
    for (; c != EOF && c != '\n'; c = getc_unlocked(in)) {
        line[len] = (char)c;
        len += len < LINE_MAX_BYTES ? 1 : 0;
    }
    while (len > 0 && len < LINE_MAX_BYTES && memchr("\r \t", line[len - 1], 3) != NULL) {
        len--;
    }
    line[len] = '\0';
    *out_len = len;
    return true;
}

/* One JSON object a line in, one out; a bad line does not stop the rest. */
static int run_batch(struct checks *checks, const char *path, struct error *err)
{
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    struct buffer out = BUFFER_INIT;
    size_t len;
    int number = 0, bad = 0;
    if (in == NULL) {
        (void)error_set(err, STATUS_NOT_FOUND, _("%s cannot be read."), path);
        return command_fail(err);
    }
    char *line = mem_alloc(LINE_MAX_BYTES + 1);
    while (ferror(stdout) == 0 && read_line(in, line, &len)) {
        number++;
        if (len == 0) {
            continue;
        }
        bad += !checks_batch_line(checks, line, len, number, &out);
        fwrite(out.bytes, 1, out.len, stdout);
        buffer_clear(&out);
    }
    bool is_cut = ferror(in) != 0; /* a folder, a disk that fails: what was not read was not checked */
    mem_free(line);
    buffer_release(&out);
    if (in != stdin) {
        (void)fclose(in); /* only read */
    }
    if (is_cut) {
        (void)error_set(err, STATUS_UNAVAILABLE, _("%s could not be read to its end: %d lines were answered."), path, number);
        return command_fail(err);
    }
    return bad > 0 ? 1 : 0;
}

/* What would be dropped without a word: circumstances beside a batch, a second age. */
static const char *find_clash(const struct invocation *call)
{
    static const char *const once[] = {"age", "sex", "weight", "egfr", "trimester", "batch"};
    bool is_batch = flag_given(call, "batch");
    for (int i = 0; i < call->given_count; i++) {
        const char *name = call->given[i].name;
        bool is_common = false;
        for (const struct command_flag *flag = COMMAND_COMMON_FLAGS; flag->name != NULL; flag++) {
            is_common = is_common || strcmp(flag->name, name) == 0;
        }
        if (is_batch && !is_common && strcmp(name, "batch") != 0) {
            return name;
        }
        for (size_t o = 0; o < sizeof once / sizeof *once; o++) {
            if (strcmp(once[o], name) == 0 && flag_value(call, name) != call->given[i].value) {
                return name;
            }
        }
    }
    return NULL;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct checks *checks = NULL;
    if (call->word_count > 0) {
        return command_usage(call, _("unexpected: %s"), call->words[0]);
    }
    const char *clash = find_clash(call);
    if (clash != NULL) {
        return command_usage(call, flag_given(call, "batch") ? _("--%s says nothing beside --batch: it stands in each line")
                                                             : _("--%s is given twice"),
                             clash);
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
    .flags = {{"drug", "TEXT", N_("name, brand, product, rxcui:CODE, also with directions; may be repeated")},
              {"allergy", "TEXT", N_("allergen; may be repeated")},
              {"condition", "TEXT", N_("problem or code; may be repeated")},
              {"dose", "LINE", N_("\"DRUG: 500 mg oral every 8 h\"; may be repeated")},
              {"food", "TEXT", N_("food or drink; may be repeated")},
              {"age", "YEARS", N_("age; also 6 months, 3 weeks")},
              {"sex", "f|m", N_("sex")},
              {"weight", "KG", N_("weight; also 44 lb")},
              {"egfr", "N", N_("kidney function, mL/min/1.73 m2")},
              {"pregnant", NULL, N_("is pregnant")},
              {"trimester", "N", N_("of the pregnancy: 1, 2 or 3")},
              {"lactating", NULL, N_("is breast-feeding")},
              {"batch", "FILE", N_("one JSON object a line; - reads standard input")}},
    .run = run,
};
