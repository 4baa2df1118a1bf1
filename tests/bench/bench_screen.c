/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person at a terminal sees of the speed: from the start to the first frame, from a key to its frame, and how many
 * bytes go over the line for it, on a real pseudo-terminal; tig, htop and calcurse in the same harness where they are
 * installed. A frame is over when nothing more comes for a while. First argument: patients of the big cache. */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "bench/big_site.h"
#include "service/demo.h"
#include "service/staffing.h"
#include "support/folder.h"
#include "support/pty.h"

#define NURSE "nurse"
enum { QUIET_MS = 60, PATIENCE_MS = 3000, STEPS = 40, STARTS = 15, LETTERS = 200 };

struct answer {
    int64_t first_us; /* from the key to the first byte */
    int64_t cpu_us;   /* of the program, for all of it; -1 unknown */
    size_t bytes;
};

/* How long the program has been on a processor: what a busy machine does not add to. -1 where the system does not say. */
static int64_t cpu_of(pid_t pid)
{
    char path[48], line[80] = "";
    (void)snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid); /* fits */
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL) {
        line[0] = '\0';
    }
    if (file != NULL) {
        (void)fclose(file); /* only read */
    }
    return line[0] == '\0' ? -1 : strtoll(line, NULL, 10) / 1000;
}

/* Everything that comes until the line is quiet. */
static struct answer listen_to(struct pty *p, int64_t since_us)
{
    struct answer answer = {0};
    char bytes[65536];
    int wait_ms = PATIENCE_MS;
    for (;;) {
        struct pollfd fd = {.fd = p->master_fd, .events = POLLIN};
        if (poll(&fd, 1, wait_ms) <= 0) {
            return answer;
        }
        ssize_t n = read(p->master_fd, bytes, sizeof bytes);
        if (n <= 0) {
            return answer;
        }
        if (answer.bytes == 0) {
            answer.first_us = clock_monotonic_us() - since_us;
        }
        answer.bytes += (size_t)n;
        emulator_write(p->screen, bytes, (size_t)n);
        wait_ms = QUIET_MS;
    }
}

static struct answer press(struct pty *p, const char *key)
{
    struct buffer bytes = BUFFER_INIT;
    if (!emulator_key(p->screen, key, &bytes)) {
        fatal("%s is no key", key);
    }
    int64_t now_us = clock_monotonic_us(), cpu_us = cpu_of(p->pid);
    if (write(p->master_fd, bytes.bytes, bytes.len) != (ssize_t)bytes.len) {
        fatal("the line takes no keys");
    }
    struct answer answer = listen_to(p, now_us);
    answer.cpu_us = cpu_us < 0 ? -1 : cpu_of(p->pid) - cpu_us;
    buffer_release(&bytes);
    return answer;
}

static void end(struct pty *p)
{
    (void)kill(p->pid, SIGKILL);
    (void)waitpid(p->pid, NULL, 0);
    (void)close(p->master_fd); /* only read from now on by nobody */
    emulator_free(p->screen);
}

struct measured_keys {
    struct timings bytes, times, cpu;
};

static void note(struct measured_keys *m, struct answer answer)
{
    timings_add(&m->bytes, (int64_t)answer.bytes);
    timings_add(&m->cpu, answer.cpu_us);
    if (answer.bytes > 0) {
        timings_add(&m->times, answer.first_us);
    }
}

/* Prints and releases. */
static void print(const char *who, const char *what, struct measured_keys *m)
{
    printf("screen: %-12s %-20s bytes: median %5lld  most %6lld   key to frame: median %6.2f  p99 %7.2f ms   cpu: median %6.2f  p99 "
           "%6.2f ms\n",
           who, what, (long long)timings_at(&m->bytes, 0.5), (long long)timings_at(&m->bytes, 1),
           (double)timings_at(&m->times, 0.5) / 1000, (double)timings_at(&m->times, 0.99) / 1000,
           (double)timings_at(&m->cpu, 0.5) / 1000, (double)timings_at(&m->cpu, 0.99) / 1000);
    timings_release(&m->bytes);
    timings_release(&m->times);
    timings_release(&m->cpu);
}

static void measure_keys(struct pty *p, const char *who, const char *what, const char *const *keys, int count)
{
    struct measured_keys m = {0};
    for (int i = 0; i < count; i++) {
        note(&m, press(p, keys[i % 2]));
    }
    print(who, what, &m);
}

static const char *const DOWN[] = {"Down", "Down"}, *const PAGE[] = {"PgDn", "PgUp"};

/* --- others ---------------------------------------------------------------------------------------------------------- */

static void measure_other(const char *name, const char *const arguments[3], const char *home)
{
    char *program = mem_format("/usr/bin/%s", name), *variable = mem_format("HOME=%s", home);
    if (access(program, X_OK) != 0) {
        printf("screen: %-12s is not installed, skipped\n", name);
    } else {
        struct pty *p = pty_start(&(struct pty_options){
            .arguments = {program, arguments[0], arguments[1], arguments[2]}, .environment = {variable}});
        (void)listen_to(p, clock_monotonic_us());
        measure_keys(p, name, "list step", DOWN, STEPS);
        measure_keys(p, name, "page", PAGE, STEPS / 2);
        end(p);
    }
    mem_free(program);
    mem_free(variable);
}

static void measure_others(void)
{
    char *folder = folder_new(), *calendar = mem_format("%s/calcurse", folder);
    if (access(PC_SRCDIR "/.git", F_OK) == 0) { /* a history for tig to list */
        measure_other("tig", (const char *const[3]){"-C", PC_SRCDIR, NULL}, folder);
    } else {
        printf("screen: tig          has no history here, skipped\n");
    }
    measure_other("htop", (const char *const[3]){"-d", "100", NULL}, folder);
    measure_other("calcurse", (const char *const[3]){"-D", calendar, NULL}, folder);
    mem_free(calendar);
    folder_remove(folder);
}

/* --- ours ------------------------------------------------------------------------------------------------------------ */

struct variables {
    char *site, *state, *home;
};

static struct variables variables_of(const char *folder)
{
    return (struct variables){mem_format("PRESCRIPCARE_SITE=%s/site", folder), mem_format("XDG_STATE_HOME=%s/state", folder),
                              mem_format("HOME=%s", folder)};
}

static void variables_release(struct variables *v)
{
    mem_free(v->site);
    mem_free(v->state);
    mem_free(v->home);
}

static struct pty *start(const struct variables *v)
{
    return pty_start(&(struct pty_options){.arguments = {"prescripcare"}, .environment = {v->site, v->state, v->home}});
}

static void type(struct pty *p, const char *text)
{
    if (write(p->master_fd, text, strlen(text)) != (ssize_t)strlen(text)) {
        fatal("the line takes no keys");
    }
    (void)listen_to(p, 0);
    (void)press(p, "End"); /* a person's Enter, not a scanner's */
}

static void sign_in(struct pty *p, const char *login, const char *password)
{
    pty_expect(p, "Sign-in name");
    type(p, login);
    (void)press(p, "Down");
    type(p, password);
    (void)press(p, "Enter");
    pty_expect(p, "Find or scan");
    (void)listen_to(p, 0);
}

static void measure_start(const struct variables *v, const char *what)
{
    struct timings times = {0}, cpu = {0};
    for (int i = 0; i < STARTS; i++) {
        int64_t started_us = clock_monotonic_us();
        struct pty *p = start(v);
        pty_expect(p, "Sign-in name");
        timings_add(&times, clock_monotonic_us() - started_us);
        timings_add(&cpu, cpu_of(p->pid));
        end(p);
    }
    printf("screen: start to first frame, %s: median %.1f ms  worst %.1f ms; cpu median %.1f ms\n", what,
           (double)timings_at(&times, 0.5) / 1000, (double)timings_at(&times, 1) / 1000, (double)timings_at(&cpu, 0.5) / 1000);
    timings_release(&times);
    timings_release(&cpu);
}

/* Letters of names into the search field, one at a time, and out again. */
static void measure_letters(struct pty *p, const char *what)
{
    struct measured_keys m = {0};
    char last[64], first[64], key[2] = "";
    for (int n = 0; m.bytes.len < LETTERS; n++) {
        big_site_name(n * 37, last, first);
        size_t len = strlen(last) < 6 ? strlen(last) : 6;
        for (size_t i = 0; i < len; i++) {
            key[0] = (char)(i == 0 ? last[0] - 'A' + 'a' : last[i]);
            note(&m, press(p, key));
        }
        for (size_t i = 0; i < len; i++) {
            (void)press(p, "Backspace");
        }
    }
    print("prescripcare", what, &m);
}

static void print_memory(pid_t pid, const char *what)
{
    char path[48], line[160];
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid); /* fits */
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmRSS:", 6) == 0) {
            printf("screen: resident memory of a session, %s: %.1f MB\n", what, strtod(line + 6, NULL) / 1024);
        }
    }
    if (file != NULL) {
        (void)fclose(file); /* only read */
    }
}

static void measure_demo(void)
{
    struct error err = ERROR_INIT;
    struct demo_user users[DEMO_USERS];
    struct clock clock = clock_system();
    char *folder = folder_new(), *site = folder_path(folder, "site"), *state = folder_path(folder, "state");
    char *below = folder_path(state, "prescripcare"), *key = folder_path(below, "device.key");
    if (mkdir(state, 0700) != 0 || mkdir(below, 0700) != 0 ||
        demo_create(site, key, 40, 20260101, PASSWORD_COST_TEST, &clock, users, &err) != STATUS_OK) {
        fatal("%s", error_text(&err));
    }
    struct variables v = variables_of(folder);
    struct pty *p = start(&v);
    sign_in(p, users[1].login, users[1].password);
    measure_keys(p, "prescripcare", "list step, Home", DOWN, STEPS);
    measure_keys(p, "prescripcare", "page, Home", PAGE, STEPS / 2);
    type(p, "okaf");
    (void)press(p, "Enter");
    pty_expect(p, "ALLERGIES");
    static const char *const tabs[] = {"Right", "Left"};
    measure_keys(p, "prescripcare", "tab of a chart", tabs, STEPS / 2);
    end(p);
    variables_release(&v);
    mem_free(key);
    mem_free(below);
    mem_free(state);
    mem_free(site);
    folder_remove(folder);
}

/* An administrator finds nobody; whoever looks for patients does. */
static void hire_nurse(struct big_site *big)
{
    struct error err = ERROR_INIT;
    struct actor *admin = big_site_enter(big);
    struct site *site = admin->site;
    enum status status = staff_add(admin, NURSE, "Jo", "Alvarez", ROLE_NURSE, BIG_SITE_PASSWORD, false, PASSWORD_COST_TEST, &err);
    if (status != STATUS_OK && status != STATUS_EXISTS) {
        fatal("%s", error_text(&err));
    }
    session_sign_out(admin, SESSION_END_SIGNED_OUT);
    site_close(site);
}

static void measure_big(int patients)
{
    struct big_site big;
    char what[48];
    big_site_init(&big, patients);
    hire_nurse(&big);
    (void)snprintf(what, sizeof what, "%d patients", patients); /* fits */
    struct variables v = variables_of(big.folder);
    measure_start(&v, what);
    struct pty *p = start(&v);
    sign_in(p, NURSE, BIG_SITE_PASSWORD);
    print_memory(p->pid, "signed in");
    measure_letters(p, "typed letter, search");
    print_memory(p->pid, "after many searches");
    end(p);
    variables_release(&v);
    big_site_release(&big);
}

int main(int argc, char **argv)
{
    printf("screen: 24 x 80, xterm-256color\n");
    measure_demo();
    measure_big(argc > 1 ? (int)strtol(argv[1], NULL, 10) : 1000000);
    measure_others();
    return 0;
}
