/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "service/knowledge_settle.h"
#include "service/step_up.h"

const struct command_flag COMMAND_COMMON_FLAGS[] = {
    {"site", "DIR", N_("folder of the site")},
    {"user", "NAME", N_("sign-in name")},
    {"password-file", "FILE", N_("file whose first line is the password")},
    {"code", "CODE", N_("code from the phone, or a recovery code, where the account asks for one")},
    {"json", NULL, N_("JSON on standard output")},
    {"help", NULL, N_("this help")},
    {NULL, NULL, NULL},
};

static const struct command_flag *find_flag(const struct command_flag *flags, const char *name)
{
    for (; flags->name != NULL; flags++) {
        if (strcmp(flags->name, name) == 0) {
            return flags;
        }
    }
    return NULL;
}

static void print_flags(const struct command_flag *flags)
{
    for (; flags->name != NULL; flags++) {
        char *left = mem_format("--%s%s%s", flags->name, flags->value != NULL ? " " : "",
                                flags->value != NULL ? flags->value : "");
        printf("  %-24s %s\n", left, _(flags->help));
        mem_free(left);
    }
}

static void print_command_help(const struct command *command)
{
    printf("prescripcare %s %s\n%s\n\n", command->name, command->usage, _(command->help));
    print_flags(command->flags);
    print_flags(COMMAND_COMMON_FLAGS);
}

static void print_help(void)
{
    puts(_("prescripcare opens the workstation. With a sub-command it does one thing:"));
    putchar('\n');
    for (const struct command *const *command = COMMANDS; *command != NULL; command++) {
        printf("  %-10s %s\n", (*command)->name, _((*command)->help));
    }
    putchar('\n');
    puts(_("prescripcare COMMAND --help says more. Exit codes: 0 done, 1 done with findings or refusals, 2 usage, "
           "3 not permitted, 4 unavailable, 5 damaged data."));
}

const char *flag_value(const struct invocation *call, const char *name)
{
    for (int i = 0; i < call->given_count; i++) {
        if (strcmp(call->given[i].name, name) == 0) {
            return call->given[i].value;
        }
    }
    return NULL;
}

bool flag_given(const struct invocation *call, const char *name)
{
    for (int i = 0; i < call->given_count; i++) {
        if (strcmp(call->given[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

int command_fail(const struct error *err)
{
    fprintf(stderr, "prescripcare: %s\n", error_text(err));
    return status_exit_code(err->status);
}

int command_usage(const struct invocation *call, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("prescripcare: ", stderr);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\nprescripcare %s %s\n", call->command->name, call->command->usage);
    return EXIT_USAGE_ERROR;
}

void command_print_json(struct json_writer *w)
{
    fwrite(w->out.bytes, 1, w->out.len, stdout);
    putchar('\n');
    json_writer_release(w);
}

void command_end_json(const struct invocation *call, struct json_writer *w)
{
    if (call->is_json) {
        command_print_json(w);
    } else {
        json_writer_release(w);
    }
}

/* False: bad usage, said on stderr. */
static bool take_flag(struct invocation *call, int argc, char **argv, int *at)
{
    char name[64];
    const char *given = argv[*at] + 2, *equals = strchr(given, '=');
    size_t name_len = equals != NULL ? (size_t)(equals - given) : strlen(given);
    (void)snprintf(name, sizeof name, "%.*s", (int)(name_len < sizeof name ? name_len : sizeof name - 1), given);
    const struct command_flag *flag = find_flag(call->command->flags, name);
    if (flag == NULL) {
        flag = find_flag(COMMAND_COMMON_FLAGS, name);
    }
    if (flag == NULL) {
        (void)command_usage(call, _("--%s is not a flag of this command"), name);
        return false;
    }
    const char *value = NULL;
    if (flag->value == NULL && equals != NULL) {
        (void)command_usage(call, _("--%s takes no value"), name);
        return false;
    }
    if (flag->value != NULL && equals != NULL) {
        value = equals + 1;
    } else if (flag->value != NULL) {
        if (*at + 1 >= argc) {
            (void)command_usage(call, _("--%s needs a value"), name);
            return false;
        }
        value = argv[++*at];
    }
    if (call->given_count == COMMAND_VALUES_MAX) {
        (void)command_usage(call, _("too many flags"));
        return false;
    }
    call->given[call->given_count].name = flag->name;
    call->given[call->given_count++].value = value;
    return true;
}

static bool parse(struct invocation *call, int argc, char **argv)
{
    bool only_words = false;
    for (int i = 2; i < argc; i++) {
        if (!only_words && strcmp(argv[i], "-o") == 0 && find_flag(call->command->flags, "output") != NULL) {
            argv[i] = (char *)"--output"; /* as everybody types it */
        }
        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = true;
        } else if (!only_words && strncmp(argv[i], "--", 2) == 0) {
            if (!take_flag(call, argc, argv, &i)) {
                return false;
            }
        } else if (call->word_count < COMMAND_VALUES_MAX) {
            call->words[call->word_count++] = argv[i];
        } else {
            (void)command_usage(call, _("too many words"));
            return false;
        }
    }
    call->site_folder = flag_given(call, "site") ? flag_value(call, "site") : getenv("PRESCRIPCARE_SITE");
    call->user = flag_value(call, "user");
    call->password_file = flag_value(call, "password-file");
    call->is_json = flag_given(call, "json");
    return true;
}

/* An answer that did not arrive is no answer: a full disk, a closed pipe. */
static int finish_output(int code)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0) {
        return code;
    }
    struct error err = ERROR_INIT;
    (void)error_set(&err, STATUS_UNAVAILABLE, _("The answer could not be written to its end."));
    return command_fail(&err);
}

int command_main(int argc, char **argv, const struct clock *clock,
                 int (*workstation)(const char *site_folder, const struct clock *clock, const char *notice))
{
    if (argc < 2) {
        return workstation(getenv("PRESCRIPCARE_SITE"), clock, NULL);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_help();
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("prescripcare " PC_VERSION);
        return 0;
    }
    if (strcmp(argv[1], "--site") == 0 && argc == 3) {
        return workstation(argv[2], clock, NULL);
    }
    for (const struct command *const *command = COMMANDS; *command != NULL; command++) {
        if (strcmp((*command)->name, argv[1]) == 0) {
            struct invocation *call = mem_alloc(sizeof *call);
            call->command = *command;
            call->clock = clock;
            call->workstation = workstation;
            int code = EXIT_USAGE_ERROR;
            if (parse(call, argc, argv)) {
                if (flag_given(call, "help")) {
                    print_command_help(*command);
                    code = 0;
                } else {
                    code = (*command)->run(call);
                }
                code = finish_output(code);
            }
            mem_free(call);
            return code;
        }
    }
    fprintf(stderr, _("prescripcare: %s is not a sub-command. See: prescripcare --help\n"), argv[1]);
    return EXIT_USAGE_ERROR;
}

/* --- signing in ---------------------------------------------------------------------------------------------------- */

static char *read_line(FILE *from)
{
    char line[1100];
    if (fgets(line, sizeof line, from) == NULL) {
        return NULL;
    }
    line[strcspn(line, "\r\n")] = '\0';
    char *copy = mem_copy_text(line);
    mem_wipe(line, sizeof line);
    return copy;
}

enum status command_password(const char *file, const char *prompt, char **out, struct error *err)
{
    if (file != NULL) {
        FILE *from = fopen(file, "re");
        char *line = from == NULL ? NULL : read_line(from);
        if (from != NULL) {
            (void)fclose(from); /* only read */
        }
        if (line == NULL) {
            return error_set(err, STATUS_NOT_FOUND, _("%s: no password could be read from it."), file);
        }
        *out = line;
        return STATUS_OK;
    }
    char *typed = getpass(prompt); /* reads the terminal without echo, also when input is redirected */
    if (typed == NULL) {
        return error_set(err, STATUS_INVALID, _("There is no terminal to type the password at: use --password-file FILE."));
    }
    *out = mem_copy_text(typed);
    mem_wipe(typed, strlen(typed));
    return STATUS_OK;
}

enum status command_reason(const struct invocation *call, char **out, struct error *err)
{
    const char *given = flag_value(call, "reason");
    char line[512];
    if (given == NULL && isatty(STDIN_FILENO) && isatty(STDERR_FILENO)) {
        fputs(_("Why (kept in the trail): "), stderr);
        given = fgets(line, sizeof line, stdin);
        line[given != NULL ? strcspn(line, "\n") : 0] = '\0';
    }
    if (given == NULL || given[strspn(given, " ")] == '\0') {
        return error_set_field(err, STATUS_INVALID, "reason", _("say why: --reason TEXT"));
    }
    *out = mem_copy_text(given);
    return STATUS_OK;
}

enum status command_enter(const struct invocation *call, struct site **out_site, struct actor **out_actor, struct error *err)
{
    char *password = NULL;
    struct site *site = NULL;
    if (call->user == NULL) {
        return error_set(err, STATUS_INVALID, _("Say who you are: --user NAME."));
    }
    enum status status = site_open(call->site_folder, NULL, call->clock, &site, err);
    if (status == STATUS_NOT_FOUND) { /* not a record that is not there: nothing can be done here now */
        err->status = status = STATUS_UNAVAILABLE;
    }
    if (status == STATUS_OK) {
        status = command_password(call->password_file, _("Password: "), &password, err);
    }
    if (status == STATUS_OK) {
        const char *code = flag_value(call, "code");
        status = session_sign_in_code(site, call->user, password, code != NULL ? code : "", out_actor, err);
        mem_wipe(password, strlen(password));
        mem_free(password);
    }
    if (status != STATUS_OK) {
        site_close(site);
        return status;
    }
    if ((*out_actor)->must_change_password && call->password_file != NULL) {
        (void)fprintf(stderr, "%s\n", _("This password was given by an administrator. If a person uses this account, change it: prescripcare staff password"));
        session_allow_given_password(*out_actor);
    }
    int64_t affected = 0;
    struct error settling = ERROR_INIT;
    if (knowledge_settle(*out_actor, &affected, &settling) != STATUS_OK) { /* the next sign-in tries again */
        log_write(LOG_WARNING, "the drug tables were not brought up to date: %s", error_text(&settling));
    }
    step_up_count_sign_in(*out_actor); /* for a command the password is given for its one act */
    *out_site = site;
    return STATUS_OK;
}

void command_leave(struct site *site, struct actor *actor)
{
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(site);
}
