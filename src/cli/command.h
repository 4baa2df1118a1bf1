/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sub-commands (cli.md). Each is one record in its own file; --help, the manual page and shell completion are printed
 * from the records. JSON goes to stdout, words to stderr. Exit codes come from status_exit_code(), 2 is bad usage. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "service/site.h"
#include "config.h"

#define PC_VERSION PACKAGE_VERSION

enum { COMMAND_FLAGS_MAX = 32, COMMAND_VALUES_MAX = 256, EXIT_USAGE_ERROR = 2 };

struct command_flag {
    const char *name;  /* "drug": --drug VALUE; NULL ends the list */
    const char *value; /* word for the value in the help, NULL: takes none */
    const char *help;
};

/* One call, parsed. Values may be repeated; they are borrowed from argv. */
struct invocation {
    const struct command *command;
    const char *site_folder, *user, *password_file;
    bool is_json;
    const char *words[COMMAND_VALUES_MAX]; /* what is no flag */
    int word_count;
    struct {
        const char *name, *value;
    } given[COMMAND_VALUES_MAX];
    int given_count;
    const struct clock *clock;
    /* Opens the workstation on a site; NULL in tests. It returns the exit code. notice: for the sign-in screen, NULL none. */
    int (*workstation)(const char *site_folder, const struct clock *clock, const char *notice);
};

struct command {
    const char *name;  /* "check" */
    const char *usage; /* "[--drug TEXT]..." */
    const char *help;  /* one translated sentence */
    struct command_flag flags[COMMAND_FLAGS_MAX];
    int (*run)(const struct invocation *call);
};

extern const struct command *const COMMANDS[]; /* NULL-terminated */
extern const struct command_flag COMMAND_COMMON_FLAGS[]; /* that every command takes; a row without name ends */

/* The program without its screens: parses, runs, gives the exit code. Without a sub-command it calls workstation(). */
int command_main(int argc, char **argv, const struct clock *clock,
                 int (*workstation)(const char *site_folder, const struct clock *clock, const char *notice));

const char *flag_value(const struct invocation *call, const char *name); /* the first one, NULL when absent */
bool flag_given(const struct invocation *call, const char *name);

/* Says what failed on stderr and gives the exit code. */
int command_fail(const struct error *err);
int command_usage(const struct invocation *call, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints and releases. */
void command_print_json(struct json_writer *w);
/* For what is written beside the words: prints it where JSON was asked for, and releases it. */
void command_end_json(const struct invocation *call, struct json_writer *w);

/* Opens the site and signs --user in with --password-file or a prompt. Both are closed by command_leave(). */
enum status command_enter(const struct invocation *call, struct site **out_site, struct actor **out_actor,
                          struct error *err) MUST_USE;
/* `report incidents`. */
int command_incidents(const struct invocation *call, struct actor *actor, struct error *err);
/* `staff totp WHAT [NAME]`. */
int command_totp(const struct invocation *call, struct actor *actor, const char *what, const char *login, struct error *err);
void command_leave(struct site *site, struct actor *actor);

/* --reason, or typed when somebody sits at the terminal: an act that the workstation asks a reason for has one here too.
 * STATUS_INVALID where nobody can be asked. Caller frees. */
enum status command_reason(const struct invocation *call, char **out, struct error *err) MUST_USE;

/* A password from a file's first line, or typed without echo. Caller wipes and frees. */
enum status command_password(const char *file, const char *prompt, char **out, struct error *err) MUST_USE;

#endif
