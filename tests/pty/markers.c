/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pty/markers.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "pty/demo_site.h"
#include "service/allergies.h"
#include "service/demo.h"
#include "service/drafts.h"
#include "service/patients.h"
#include "service/problems.h"
#include "support/folder.h"

enum { STEM_LETTERS = 7, EACH = 5, DEPTH_MAX = 6 };
#define FILE_MAX (INT64_C(256) << 20)
#define TEXT(literal) ((char *)(uintptr_t)(literal)) /* only read */

struct scan {
    struct marker_scan *out;
    char stem[STEM_LETTERS + 1]; /* lower case; random, so that no other file can hold it */
    struct timespec since;       /* what is older than the plants is not looked at outside the site */
};

/* ---- planting ---- */

static void check(enum status status, const struct error *err)
{
    cr_assert_eq(status, STATUS_OK, "%s", error_text(err));
}

static void plant_one(struct scan *s, struct actor *actor, int number)
{
    struct error err = ERROR_INIT;
    struct uid patient;
    char texts[EACH][48];
    for (int i = 0; i < EACH; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "%s%04d%c", s->stem, number, 'a' + i); /* fits */
    }
    const struct patient who = {.first_name = texts[0], .last_name = texts[1], .birth_date = {1950, 3, 14}, .address = texts[2],
                                .phone_number = TEXT(""), .language = TEXT(""), .timezone = TEXT(""), .mrn = TEXT("")};
    check(patient_register(actor, &who, &patient, &err), &err);
    const struct allergy allergy = {.patient = patient, .allergen_name = TEXT("penicillin"), .kind = ALLERGY_KIND_ALLERGY,
                                    .state = ALLERGY_STATE_ACTIVE, .reaction = texts[3], .note = texts[3]};
    check(allergy_add(actor, &allergy, &err), &err);
    const struct condition problem = {.patient = patient, .name = texts[4], .notes = texts[4], .status = CONDITION_STATUS_ACTIVE};
    check(condition_add(actor, &problem, &err), &err);
    if (number % 8 == 0) {
        char *json = mem_format("{\"note\":\"%s\"}", texts[3]);
        check(draft_save(actor, "allergy.add", patient, json, &err), &err);
        mem_free(json);
    }
    s->out->planted += EACH;
}

static struct actor *sign_in(struct demo_site *d, const struct clock *clock)
{
    struct error err = ERROR_INIT;
    struct demo_user users[DEMO_USERS];
    struct site *site = NULL;
    struct actor *actor = NULL;
    char *key = mem_format("%s/state/prescripcare/device.key", d->folder);
    demo_users(DEMO_SITE_SEED, users);
    check(site_open(d->site_folder, key, clock, &site, &err), &err);
    mem_free(key);
    for (int i = 0; i < DEMO_USERS; i++) {
        if (users[i].role == ROLE_NURSE) {
            check(session_sign_in(site, users[i].login, users[i].password, &actor, &err), &err);
        }
    }
    return actor;
}

/* ---- looking ---- */

static void report(struct scan *s, const char *state, const char *path)
{
    size_t at = strlen(s->out->where);
    s->out->found++;
    (void)snprintf(s->out->where + at, sizeof s->out->where - at, "%s: %.120s\n", state, path); /* cut is fine */
}

/* Whatever the case: names are shown in capitals and searched in small letters. */
static bool holds(const unsigned char *bytes, size_t len, const char *stem)
{
    const unsigned char *at = bytes, *end = bytes + len;
    while (len >= STEM_LETTERS && at + STEM_LETTERS <= end) {
        int i = 0;
        while (i < STEM_LETTERS && tolower(at[i]) == stem[i]) {
            i++;
        }
        if (i == STEM_LETTERS) {
            return true;
        }
        at++;
    }
    return false;
}

static void look_at(struct scan *s, const char *state, const char *path)
{
    struct stat what;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        return; /* gone meanwhile, or not ours to read */
    }
    if (fstat(fd, &what) == 0 && S_ISREG(what.st_mode) && what.st_size > 0 && what.st_size < FILE_MAX) {
        void *bytes = mmap(NULL, (size_t)what.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (bytes != MAP_FAILED) {
            s->out->files++;
            s->out->bytes += what.st_size;
            if (holds(bytes, (size_t)what.st_size, s->stem)) {
                report(s, state, path);
            }
            (void)munmap(bytes, (size_t)what.st_size); /* only read */
        }
    }
    close(fd);
}

static void look_below(struct scan *s, const char *state, const char *folder, bool new_only, int depth)
{
    DIR *dir = depth < DEPTH_MAX ? opendir(folder) : NULL;
    for (struct dirent *entry = dir != NULL ? readdir(dir) : NULL; entry != NULL; entry = readdir(dir)) {
        struct stat what;
        char *path = folder_path(folder, entry->d_name);
        bool is_self = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        if (!is_self && lstat(path, &what) == 0) {
            bool is_new = what.st_mtim.tv_sec >= s->since.tv_sec;
            if (S_ISDIR(what.st_mode)) {
                look_below(s, state, path, new_only, depth + 1);
            } else if (S_ISREG(what.st_mode) && (is_new || !new_only)) {
                look_at(s, state, path);
            }
        }
        mem_free(path);
    }
    if (dir != NULL) {
        (void)closedir(dir); /* only read */
    }
}

static void look(struct scan *s, const struct demo_site *d, const char *state)
{
    look_below(s, state, d->folder, false, 0); /* site, keys, state: with WAL and wal-index */
    look_below(s, state, "/tmp", true, 0);
    look_below(s, state, "/dev/shm", true, 0);
    look_below(s, state, PC_BUILDDIR, true, DEPTH_MAX - 1); /* a core file would be here */
}

static void look_at_terminal(struct scan *s, const struct pty *p, const char *state)
{
    char *gone = emulator_scrollback(p->screen);
    const char *title = emulator_title(p->screen);
    if (holds((const unsigned char *)gone, strlen(gone), s->stem) || holds((const unsigned char *)title, strlen(title), s->stem)) {
        report(s, state, "the terminal's scrollback or title");
    }
    mem_free(gone);
}

static struct pty *open_marked(struct scan *s, struct demo_site *d)
{
    char name[48];
    struct pty *p = demo_site_start(d, NULL, 0, 0, NULL);
    demo_site_sign_in(p, ROLE_NURSE);
    (void)snprintf(name, sizeof name, "%s0000b", s->stem); /* fits */
    demo_site_type(p, name);
    pty_expect(p, "Patients");
    pty_press(p, "Enter");
    pty_expect(p, "ALLERGIES");
    return p;
}

void markers_run(int planted, struct random *r, struct marker_scan *out)
{
    struct clock clock = clock_system();
    struct scan s = {.out = out};
    memset(out, 0, sizeof *out);
    for (int i = 0; i < STEM_LETTERS; i++) {
        s.stem[i] = (char)('a' + random_below(r, 26));
    }
    (void)clock_gettime(CLOCK_REALTIME, &s.since); /* the system has one */
    struct demo_site *d = demo_site_new();
    struct actor *actor = sign_in(d, &clock);
    for (int number = 0; out->planted < planted; number++) {
        plant_one(&s, actor, number);
    }
    /* The search itself: it has to find what lies open. */
    char *control = folder_path(d->folder, "control"), *text = mem_format("  %s  ", s.stem);
    file_write(control, text, strlen(text));
    look_below(&s, "control", d->folder, false, 0);
    cr_assert_eq(out->found, 1, "the search is blind");
    cr_assert_eq(unlink(control), 0);
    out->found = out->files = 0;
    out->bytes = 0;
    out->where[0] = '\0';
    mem_free(control);
    mem_free(text);
    struct pty *p = open_marked(&s, d);
    look(&s, d, "running");
    pty_signal(p, SIGKILL);
    cr_assert_eq(pty_wait_end(p), 128 + SIGKILL);
    look(&s, d, "killed");
    look_at_terminal(&s, p, "killed");
    pty_free(p);
    p = open_marked(&s, d);
    pty_press(p, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(p), 0);
    look_at_terminal(&s, p, "closed");
    pty_free(p);
    demo_site_look_away(actor);
    look(&s, d, "closed");
    demo_site_free(d);
}
