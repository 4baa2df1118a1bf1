/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's `check` as a script calls it: what went wrong with input or output is never an all-clear. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "support/folder.h"

struct answer {
    int code;
    char *out;
};

/* Runs the program on a file as its standard input; output_path: where standard output goes, NULL: into the answer. */
static struct answer run(const char *input, size_t input_len, const char *output_path, const char *const *words)
{
    struct answer answer = {.code = -1};
    char *folder = folder_new(), *in = folder_path(folder, "in"), *out = folder_path(folder, "out");
    char *argv[16] = {(char *)(uintptr_t)(PC_BUILDDIR "/prescripcare"), (char *)(uintptr_t) "check"};
    for (int i = 0; words[i] != NULL; i++) {
        argv[i + 2] = (char *)(uintptr_t)words[i];
    }
    file_write(in, input, input_len);
    pid_t child = fork();
    if (child == 0) {
        int from = open(in, O_RDONLY), to = open(output_path != NULL ? output_path : out, O_WRONLY | O_CREAT, 0600);
        (void)dup2(from, STDIN_FILENO); /* the exit code shows when it failed */
        (void)dup2(to, STDOUT_FILENO);
        (void)freopen("/dev/null", "w", stderr);
        (void)execv(argv[0], argv); /* comes back only when it fails */
        _exit(127);
    }
    int how = 0;
    cr_assert_eq(waitpid(child, &how, 0), child);
    answer.code = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
    struct buffer bytes = BUFFER_INIT;
    if (output_path == NULL) {
        cr_assert_eq(buffer_read_file(&bytes, out, 16 << 20, NULL), STATUS_OK);
    }
    answer.out = buffer_take(&bytes);
    mem_free(in);
    mem_free(out);
    folder_remove(folder);
    return answer;
}

static int code_of(const char *input, const char *output_path, const char *const *words)
{
    struct answer answer = run(input, strlen(input), output_path, words);
    mem_free(answer.out);
    return answer.code;
}

#define WORDS(...) (const char *const[]){__VA_ARGS__, NULL}
#define LINE "{\"id\":\"1\",\"drugs\":[\"warfarin\"]}\n"

Test(check_command, an_answer_that_cannot_be_written_is_no_success)
{
    cr_expect_eq(code_of(LINE, "/dev/full", WORDS("--batch", "-")), 4);
    cr_expect_eq(code_of("", "/dev/full", WORDS("--drug", "warfarin")), 4);
    cr_expect_eq(code_of(LINE, NULL, WORDS("--batch", "-")), 0);
}

Test(check_command, input_that_cannot_be_read_is_no_success)
{
    cr_expect_eq(code_of("", NULL, WORDS("--batch", "/")), 4, "a folder");
    cr_expect_eq(code_of("", NULL, WORDS("--batch", "/no/such/file")), 1);
    cr_expect_eq(code_of("", NULL, WORDS("--batch", "/dev/null")), 0, "nothing asked, nothing answered");
}

Test(check_command, drops_no_circumstance_without_a_word)
{
    cr_expect_eq(code_of(LINE, NULL, WORDS("--batch", "-", "--drug", "aspirin")), 2);
    cr_expect_eq(code_of(LINE, NULL, WORDS("--batch", "-", "--json")), 0);
    cr_expect_eq(code_of("", NULL, WORDS("--drug", "warfarin", "--age", "70", "--age", "5")), 2);
    cr_expect_eq(code_of("", NULL, WORDS("--drug=warfarin", "--drug=aspirin")), 1, "as other programs take it");
    cr_expect_eq(code_of("", NULL, WORDS("--drug=warfarin", "--pregnant=no")), 2);
}

Test(check_command, says_in_words_what_was_not_assessed_and_which_drug_a_code_is)
{
    struct answer answer = run("", 0, NULL, WORDS("--drug", "rxcui:11289", "--drug", "aspirin", "--age", "70"));
    cr_expect_eq(answer.code, 1);
    cr_expect_not_null(strstr(answer.out, "rxcui:11289 (warfarin) + aspirin"), "%s", answer.out);
    cr_expect_not_null(strstr(answer.out, "not assessed    allergies, conditions, foods, weight"), "%s", answer.out);
    mem_free(answer.out);
}

Test(check_command, a_line_without_end_takes_no_memory_and_the_rest_goes_on)
{
    enum { LONG = 3 << 20 };
    static const char rest[] = "\n \t \r\n" LINE;
    char *input = mem_alloc(LONG + sizeof rest);
    memset(input, 'x', LONG);
    memcpy(input + LONG, rest, sizeof rest);
    struct answer answer = run(input, LONG + sizeof rest - 1, NULL, WORDS("--batch", "-"));
    cr_expect_eq(answer.code, 1);
    cr_expect_not_null(strstr(answer.out, "line 1: the text is too large."), "%.200s", answer.out);
    cr_expect_not_null(strstr(answer.out, "\n{\"id\":\"1\",\"status\":\"CLEAR\""), "a blank line is no case: %.200s", answer.out);
    mem_free(answer.out);
    mem_free(input);
}
