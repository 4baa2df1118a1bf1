/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/demo.h"
#include "service/site_making.h"

enum { PATIENTS_DEFAULT = 40, PATIENTS_MAX = 100000 };
#define SEED_DEFAULT 20260101u

/* Beside the default site, so that trying things out never touches a real one. Caller frees. */
static char *default_folder(void)
{
    char *site = site_default_folder();
    char *slash = strrchr(site, '/');
    char *folder = mem_format("%.*s/demo", (int)(slash - site), site);
    mem_free(site);
    return folder;
}

/* The same for the sign-in screen: what was printed before it is hidden by it. Caller frees. */
static char *notice_of(const struct demo_user users[DEMO_USERS])
{
    struct buffer text = BUFFER_INIT;
    buffer_append_text(&text, _("This is a demo clinic: everybody in it is invented. Sign in as"));
    for (int i = 0; i < DEMO_USERS; i++) {
        buffer_append_format(&text, "\n  %-8s %-24s %s", users[i].login, users[i].password, enum_label(ENUM_ROLE, (int)users[i].role));
    }
    return text.bytes;
}

static void print(const struct invocation *call, const char *folder, const struct demo_user users[DEMO_USERS])
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_member(&w, "site", folder);
    json_write_key(&w, "users");
    json_begin_array(&w);
    if (!call->is_json) {
        printf(_("DEMO clinic in %s. Sign in as:\n"), folder);
    }
    for (int i = 0; i < DEMO_USERS; i++) {
        if (!call->is_json) {
            printf("  %-8s %-24s %s\n", users[i].login, users[i].password, enum_label(ENUM_ROLE, (int)users[i].role));
        }
        json_begin_object(&w);
        json_write_member(&w, "name", users[i].login);
        json_write_member(&w, "role", enum_word(ENUM_ROLE, (int)users[i].role));
        json_write_member(&w, "password", users[i].password);
        json_end_object(&w);
    }
    json_end_array(&w);
    json_end_object(&w);
    command_end_json(call, &w);
}

static bool read_number(const struct invocation *call, const char *flag, long max, long *out)
{
    const char *text = flag_value(call, flag);
    char *end = NULL;
    if (text == NULL) {
        return true;
    }
    *out = strtol(text, &end, 10);
    return end != text && *end == '\0' && *out >= 0 && *out <= max;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct demo_user users[DEMO_USERS];
    long patients = PATIENTS_DEFAULT, seed = SEED_DEFAULT;
    if (!read_number(call, "patients", PATIENTS_MAX, &patients) || !read_number(call, "seed", 2147483647L, &seed)) {
        return command_usage(call, _("--patients and --seed take whole numbers"));
    }
    if (call->word_count > 1 || (call->word_count == 1 && flag_given(call, "dir"))) {
        return command_usage(call, _("one folder"));
    }
    const char *dir = call->word_count == 1 ? call->words[0] : flag_value(call, "dir");
    char *folder = dir != NULL ? mem_copy_text(dir) : call->site_folder != NULL ? mem_copy_text(call->site_folder)
                                                                                : default_folder();
    char *db = mem_format("%s/site.db", folder);
    int code = 0;
    bool is_new = access(db, F_OK) != 0 || site_making_look(folder) != SITE_MAKING_NONE; /* a half one is made anew */
    if (is_new) {
        fprintf(stderr, _("Making a demo clinic of %ld people with 90 days of doses ...\n"), patients);
    }
    if (!is_new) {
        demo_users((uint64_t)seed, users);
    } else if (demo_create(folder, NULL, (int)patients, (uint64_t)seed, (struct password_cost){3, PASSWORD_FLOOR_KIB},
                           call->clock, users, &err) != STATUS_OK) {
        code = command_fail(&err);
    }
    if (code == 0) {
        print(call, folder, users);
        fflush(stdout);
    }
    if (code == 0 && !flag_given(call, "no-open") && isatty(STDOUT_FILENO)) {
        char *notice = notice_of(users);
        code = call->workstation(folder, call->clock, notice);
        mem_free(notice);
    }
    mem_free(db);
    mem_free(folder);
    return code;
}

const struct command COMMAND_demo = {
    .name = "demo",
    .usage = "[DIR] [--patients N] [--seed S] [--no-open]",
    .help = N_("Makes a demo clinic with invented patients and opens it."),
    .flags = {{"dir", "DIR", N_("folder of the demo, as DIR")},
              {"patients", "N", N_("how many patients")},
              {"seed", "S", N_("the same seed, the same clinic")},
              {"no-open", NULL, N_("only make it")}},
    .run = run,
};
