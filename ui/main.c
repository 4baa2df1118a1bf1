/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's entrance: sets the locale, then hands over to the workstation or to a sub-command. */
#include <config.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "cli/command.h"
#include "host/process.h"
#include "host/sandbox.h"
#include "screens/screens.h"
#include "service/erasure_ledger.h"
#include "service/site_settings.h"

enum { KEYS_MAX_BYTES = 64 * 1024 };

static int fail(const struct error *err)
{
    fprintf(stderr, "prescripcare: %s\n", error_text(err));
    return status_exit_code(err->status);
}

/* The person's own keys. */
static enum status load_keys(struct keymap *keys, struct error *err)
{
    struct buffer text = BUFFER_INIT;
    char *path = settings_keys_path();
    enum status status = path != NULL ? buffer_read_file(&text, path, KEYS_MAX_BYTES, err) : STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        status = keymap_load(keys, path, text.bytes, err);
    }
    buffer_release(&text);
    mem_free(path);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* `said`: what was wrong with the settings files; the workstation works all the same and says so. */
static enum status run_screens(struct workstation *ws, struct term *term, struct error *said, struct error *err)
{
    struct shell_options options = workstation_options(ws);
    struct shell *sh;
    options.term = term;
    enum status status = shell_new(&options, &sh, err);
    if (status != STATUS_OK) {
        return status;
    }
    workstation_apply_settings(ws, sh);
    bool is_wrong = said->status != STATUS_OK || load_keys(shell_keymap(sh), said) != STATUS_OK;
    status = shell_open(sh, workstation_first_screen(ws), NULL, err);
    if (status == STATUS_OK) {
        if (is_wrong) {
            shell_fail(sh, said);
        }
        (void)shell_run(sh); /* however it ended: Home has ended the session */
    }
    shell_free(sh);
    return status;
}

/* The workstation reads programs' data, its settings and the files that a person imports; it writes to the site. Without a
 * site there is nothing to protect yet, and one may be made. */
static enum status enter_sandbox(const char *site_folder, struct error *err)
{
    if (access(site_folder, F_OK) != 0) {
        return STATUS_OK;
    }
    struct sandbox_level level;
    char *config = settings_user_path(), *device_key = site_device_key_path(site_folder), *erased = erasure_ledger_make(device_key);
    const char *home = getenv("HOME");
    const char *const readable[] = {"/usr", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev", "/tmp", "/media", "/mnt", "/srv",
                                    "/var/cache/fontconfig", "/run/cups", device_key, home != NULL ? home : "/usr", config, NULL};
    const char *const writable[] = {site_folder, "/dev/tty", "/dev/pts", "/dev/null", erased, NULL}; /* NULL: one less */
    enum status status = sandbox_enter(readable, writable, &level, err);
    mem_free(config);
    mem_free(device_key);
    mem_free(erased);
    if (status == STATUS_OK) {
        log_write(LOG_INFO, "sandbox: landlock %d, seccomp %d", level.landlock_abi, level.has_seccomp);
    }
    return status;
}

static const struct clock *the_clock; /* for sub-commands that the first run sends out */

static int no_screens(const char *site_folder, const struct clock *clock, const char *notice)
{
    (void)site_folder; /* a sub-command that would open the workstation is not one of those */
    (void)clock;
    (void)notice;
    return EXIT_FAILURE;
}

static int run_command(int argc, char **argv)
{
    return command_main(argc, argv, the_clock, no_screens);
}

/* The first run has made a site: what main() does for one that was there. */
static void site_made(struct workstation *ws)
{
    struct error err = ERROR_INIT;
    char *key_path = site_device_key_path(ws->site_folder);
    agent_let_go(ws->agent);
    ws->agent = agent_prepare(ws->site_folder, key_path);
    mem_free(key_path);
    if (enter_sandbox(ws->site_folder, &err) != STATUS_OK) {
        log_write(LOG_WARNING, "sandbox: %s", error_text(&err));
    }
}

/* The screens on a site's folder; returns the exit code. */
static int workstation(const char *site_folder, const struct clock *clock, const char *notice)
{
    struct error err = ERROR_INIT, said = ERROR_INIT;
    struct term *term;
    char *standard = site_folder == NULL ? site_default_folder() : NULL;
    struct workstation ws = {.site_folder = site_folder != NULL ? site_folder : standard, .clock = clock, .notice = notice,
                             .run_command = run_command, .site_made = site_made};
    the_clock = clock;
    settings_init(&ws.settings);
    said.status = settings_read_files(&ws.settings, &said);
    const struct term_options options = {.in_fd = 0,
                                         .out_fd = 1,
                                         .title = "PrescripCare",
                                         .scan_prefix = settings_text(&ws.settings, SETTING_SCAN_PREFIX),
                                         .escdelay_ms = settings_number(&ws.settings, SETTING_ESCAPE_DELAY)};
    char *key_path = site_device_key_path(ws.site_folder);
    ws.agent = agent_prepare(ws.site_folder, key_path); /* before the terminal and the walls are there */
    mem_free(key_path);
    enum status status = term_start(&options, &term, &err);
    if (status == STATUS_OK) {
        status = enter_sandbox(ws.site_folder, &err);
    }
    if (status == STATUS_OK) {
        status = run_screens(&ws, term, &said, &err);
        term_stop();
    }
    workstation_close(&ws);
    mem_free(standard);
    return status == STATUS_OK ? EXIT_SUCCESS : fail(&err);
}

int main(int argc, char **argv)
{
    process_start();
    /* A missing locale leaves "C"; texts stay English and nothing else depends on it. */
    (void)setlocale(LC_ALL, "");
    (void)bindtextdomain(PACKAGE, LOCALEDIR);
    (void)bind_textdomain_codeset(PACKAGE, "UTF-8");
    (void)textdomain(PACKAGE);
    struct clock clock = clock_system();
    return command_main(argc, argv, &clock, workstation);
}
