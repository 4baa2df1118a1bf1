/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every sub-command of the table as a role, alone and with each word that its usage names, with and without the marked patient,
 * in words and in JSON. What it prints is judged like a screen. A new command is walked without anybody's doing. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "cli/command.h"
#include "screen/reads.h"
#include "store/store_private.h"
#include "support/folder.h"

enum { WORDS_MAX = 24, WORD_BYTES = 24, OUTPUT_MAX = 1 << 22, ARGUMENTS_MAX = 16 };

/* They make sites or need a server; they open none that is there. */
static const char *const LEFT_OUT[] = {"demo", "init", "join", "central"};

struct shell_of {
    struct reads *out;
    enum role role;
    char *password_file, *output;
    const char *login;
    char id[UID_TEXT_MAX];
};

static int no_workstation(const char *site_folder, const struct clock *clock, const char *notice)
{
    (void)site_folder; /* nothing is opened here */
    (void)clock;
    (void)notice;
    return 0;
}

/* The device key is where a command looks for it. */
static void set_environment(const struct clinic *c)
{
    char *state = folder_path(c->folder, "state"), *folder = folder_path(state, "prescripcare"), *key = folder_path(folder, "device.key");
    (void)mkdir(state, 0700); /* there already: the second role */
    (void)mkdir(folder, 0700);
    file_copy(c->device_key_path, key);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC); /* nobody types a password here */
    cr_assert(nothing >= 0 && dup2(nothing, 0) == 0);
    close(nothing);
    cr_assert_eq(setenv("XDG_STATE_HOME", state, 1), 0);
    cr_assert_eq(setenv("HOME", c->folder, 1), 0);
    cr_assert_eq(setenv("PRESCRIPCARE_SITE", c->site_folder, 1), 0);
    mem_free(key);
    mem_free(folder);
    mem_free(state);
}

static int64_t count_rows(struct reads *r)
{
    sqlite3_stmt *stmt = NULL;
    cr_assert_eq(sqlite3_prepare_v2(r->clinic->site->store->db.handle,
                                    "SELECT count(*) FROM audit_logs WHERE action_type NOT LIKE 'session.%' AND "
                                    "instr(record, CAST('not_permitted' AS BLOB)) = 0",
                                    -1, &stmt, NULL),
                 SQLITE_OK);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return value;
}

/* Standard output and error of what runs in between, into one file. */
static void run(struct shell_of *s, const char *const *words, int count)
{
    char program[] = "prescripcare", *argv[ARGUMENTS_MAX] = {program};
    int argc = 1, saved[2] = {dup(1), dup(2)};
    struct buffer text = BUFFER_INIT, where = BUFFER_INIT;
    const char *const common[] = {"--user", s->login, "--password-file", s->password_file};
    for (int i = 0; i < count; i++) {
        argv[argc++] = mem_copy_text(words[i]);
        buffer_append_format(&where, "%s%s", i > 0 ? " " : "", words[i]);
    }
    for (int i = 0; i < 4; i++) {
        argv[argc++] = mem_copy_text(common[i]);
    }
    int64_t before = count_rows(s->out);
    (void)fflush(NULL); /* what was printed before belongs to the test */
    int fd = open(s->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    cr_assert(fd >= 0 && dup2(fd, 1) == 1 && dup2(fd, 2) == 2);
    (void)command_main(argc, argv, &s->out->clinic->clock, no_workstation);
    (void)fflush(NULL);
    cr_assert(dup2(saved[0], 1) == 1 && dup2(saved[1], 2) == 2);
    close(fd);
    close(saved[0]);
    close(saved[1]);
    cr_assert_eq(buffer_read_file(&text, s->output, OUTPUT_MAX, NULL), STATUS_OK);
    reads_judge(s->out, s->role, text.bytes != NULL ? text.bytes : "", count_rows(s->out) > before, where.bytes);
    buffer_release(&text);
    buffer_release(&where);
    for (int i = 1; i < argc; i++) {
        mem_free(argv[i]);
    }
}

/* Alone in JSON; with the patient in words and in JSON; the last word of the command line is also a name that is searched. */
static void run_ways(struct shell_of *s, const char *command, const char *word)
{
    const struct {
        const char *patient;
        bool is_json;
    } ways[] = {{NULL, true}, {s->out->mrn, false}, {s->id, true}, {word == NULL ? "zqperson" : NULL, false}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const char *words[4];
        int count = 0;
        words[count++] = command;
        if (word != NULL) {
            words[count++] = word;
        }
        if (ways[i].patient != NULL) {
            words[count++] = ways[i].patient;
        }
        if (ways[i].is_json) {
            words[count++] = "--json";
        }
        run(s, words, count);
    }
}

/* "add|list [NAME] | show": what stands in small letters between bars. */
static int words_of(const char *usage, char out[WORDS_MAX][WORD_BYTES])
{
    int count = 0;
    for (const char *at = usage; *at != '\0' && count < WORDS_MAX;) {
        size_t len = strspn(at, "abcdefghijklmnopqrstuvwxyz");
        bool is_first = at == usage || at[-1] == '|' || (at[-1] == ' ' && at >= usage + 2 && at[-2] == '|');
        if (len > 0 && len < WORD_BYTES && is_first && (at[len] == '|' || at[len] == ' ' || at[len] == '\0')) {
            memcpy(out[count], at, len);
            out[count++][len] = '\0';
        }
        at += len > 0 ? len : 1;
    }
    return count;
}

static bool is_left_out(const char *name)
{
    for (size_t i = 0; i < sizeof LEFT_OUT / sizeof *LEFT_OUT; i++) {
        if (strcmp(name, LEFT_OUT[i]) == 0) {
            return true;
        }
    }
    return false;
}

void reads_walk_commands(struct reads *r, enum clinic_person who)
{
    struct shell_of s = {.out = r, .login = clinic_login(who)};
    clinic_hire(r->clinic, who);
    s.role = clinic_actor(r->clinic, who)->role;
    set_environment(r->clinic);
    s.password_file = folder_path(r->clinic->folder, "password");
    s.output = folder_path(r->clinic->folder, "output");
    char *line = mem_format("%s\n", clinic_password(who));
    file_write(s.password_file, line, strlen(line));
    mem_free(line);
    (void)uid_format(r->patient, s.id);
    for (const struct command *const *command = COMMANDS; *command != NULL; command++) {
        char words[WORDS_MAX][WORD_BYTES];
        if (is_left_out((*command)->name)) {
            continue;
        }
        int count = words_of((*command)->usage, words);
        run_ways(&s, (*command)->name, NULL);
        for (int i = 0; i < count; i++) {
            run_ways(&s, (*command)->name, words[i]);
        }
    }
    mem_free(s.password_file);
    mem_free(s.output);
}
