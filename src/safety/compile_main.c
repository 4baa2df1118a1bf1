/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knowledge_compile: the build tool around safety/compile.
 *   knowledge_compile [--skip-faulty] DIR OUT   writes the block
 *   knowledge_compile --lint DIR                prints faults and notes; exit 1 when there is a
 * fault knowledge_compile --census [--json] DIR     prints counts */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "safety/compile.h"

static void print_report(const struct compile_report *report, bool with_notes)
{
    for (size_t i = 0; i < report->len; i++) {
        if (report->items[i].is_error || with_notes) {
            fprintf(stderr, "%s%s\n",
                    report->items[i].is_error ? "" : "note: ", report->items[i].text);
        }
    }
}

static int fail(const struct error *err)
{
    fprintf(stderr, "knowledge_compile: %s\n", error_text(err));
    return 1;
}

static int write_file(const char *path, const struct buffer *bytes)
{
    size_t len = strlen(path);
    char *temporary = malloc(len + 5);
    if (!temporary) {
        return 1;
    }
    memcpy(temporary, path, len);
    memcpy(temporary + len, ".tmp", 5);
    FILE *f = fopen(temporary, "wb");
    bool is_written = f && fwrite(bytes->bytes, 1, bytes->len, f) == bytes->len;
    is_written = f && fclose(f) == 0 && is_written && rename(temporary, path) == 0;
    if (!is_written) {
        fprintf(stderr, "knowledge_compile: %s: %s\n", path, strerror(errno));
    }
    free(temporary);
    return is_written ? 0 : 1;
}

static int run_compile(const char *dir, const char *out_path, enum compile_mode mode)
{
    struct buffer out = BUFFER_INIT;
    struct compile_report report = {0};
    struct error err = ERROR_INIT;
    struct compile_files files = {0};
    enum status status = compile_files_read(&files, dir, &err);
    if (status == STATUS_OK) {
        status = compile_block(&files, mode, &out, &report, &err);
    }
    compile_files_release(&files);
    print_report(&report, false);
    int code = status == STATUS_OK ? write_file(out_path, &out) : fail(&err);
    buffer_release(&out);
    compile_report_release(&report);
    return code;
}

static int run_lint(const char *dir)
{
    struct compile_report report = {0};
    struct error err = ERROR_INIT;
    struct compile_files files = {0};
    enum status status = compile_files_read(&files, dir, &err);
    if (status == STATUS_OK) {
        status = compile_lint(&files, &report, &err);
    }
    compile_files_release(&files);
    print_report(&report, true);
    fprintf(stderr, "%d faults, %d notes\n", report.error_count, report.note_count);
    int code = status == STATUS_OK ? 0 : fail(&err);
    compile_report_release(&report);
    return code;
}

static int run_census(const char *dir, bool as_json)
{
    struct buffer out = BUFFER_INIT;
    struct error err = ERROR_INIT;
    struct compile_files files = {0};
    enum status status = compile_files_read(&files, dir, &err);
    if (status == STATUS_OK) {
        status = compile_census(&files, as_json, &out, &err);
    }
    compile_files_release(&files);
    if (status == STATUS_OK && out.len > 0) {
        (void)fwrite(out.bytes, 1, out.len, stdout); /* a broken pipe is the reader's business */
    }
    buffer_release(&out);
    return status == STATUS_OK ? 0 : fail(&err);
}

int main(int argc, char **argv)
{
    const char *option = argc > 1 && argv[1][0] == '-' ? argv[1] : "";
    int left = argc - (option[0] ? 2 : 1);
    char **rest = argv + (option[0] ? 2 : 1);
    bool is_json = left > 0 && strcmp(rest[0], "--json") == 0;
    if (strcmp(option, "--census") == 0 && left == 1 + is_json) {
        return run_census(rest[is_json], is_json);
    }
    if (strcmp(option, "--lint") == 0 && left == 1) {
        return run_lint(rest[0]);
    }
    if (left == 2 && (option[0] == '\0' || strcmp(option, "--skip-faulty") == 0)) {
        return run_compile(rest[0], rest[1], option[0] ? COMPILE_SKIP_FAULTY : COMPILE_STRICT);
    }
    fprintf(
        stderr,
        "usage: knowledge_compile [--skip-faulty] DIR OUT | --lint DIR | --census [--json] DIR\n");
    return 2;
}
