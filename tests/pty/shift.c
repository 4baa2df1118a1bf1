/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pty/shift.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "shell/theme.h"
#include "support/folder.h"

enum { GOLDEN_MAX = 1 << 20, FIELDS_MAX = 30, CHOICES_MAX = 20, BANNER_END = 4 };

#define SHIFT_START_US INT64_C(1825556400000000) /* 2027-11-07 03:00 UTC: 23:00 in New York, EDT */

/* ---- the night ---- */

static void open_clock(struct shift *s)
{
    char *path = folder_path(s->c->folder, "clock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_geq(fd, 0);
    cr_assert_eq(ftruncate(fd, sizeof *s->shared_us), 0);
    s->shared_us = mmap(NULL, sizeof *s->shared_us, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    cr_assert_neq((void *)s->shared_us, MAP_FAILED);
    (void)close(fd); /* the mapping stays */
    mem_free(path);
}

/* Where the program looks for the device's key. */
static void put_device_key(const struct shift *s)
{
    static const char *const BELOW[] = {"state", "state/prescripcare"};
    for (size_t i = 0; i < sizeof BELOW / sizeof *BELOW; i++) {
        char *path = folder_path(s->c->folder, BELOW[i]);
        cr_assert_eq(mkdir(path, 0700), 0);
        mem_free(path);
    }
    char *to = folder_path(s->c->folder, "state/prescripcare/device.key");
    file_copy(s->c->device_key_path, to);
    mem_free(to);
}

/* Admitted and ordered in the last half hour before the shift, a minute apart, so that every list has one order only. */
struct shift *shift_new(const struct shift_patient people[SHIFT_PATIENTS])
{
    struct shift *s = mem_alloc(sizeof *s);
    int minute = -40;
    s->c = clinic_new();
    open_clock(s);
    put_device_key(s);
    shift_set(s, -60);
    clinic_hire(s->c, CLINIC_NURSE);
    clinic_hire(s->c, CLINIC_NURSE_2);
    clinic_hire(s->c, CLINIC_PRESCRIBER);
    for (int i = 0; i < SHIFT_PATIENTS; i++) {
        char born[16];
        (void)snprintf(born, sizeof born, "19%02d-0%d-1%d", 40 + 3 * i, i % 9 + 1, i % 9); /* fits */
        shift_set(s, minute++);
        s->patients[i] = clinic_add_patient(s->c, &(struct clinic_patient){.first = people[i].first, .last = people[i].last, .born = born, .weight_kg = "70"});
        for (int k = 0; k < SHIFT_ORDERS_MAX && people[i].lines[k] != NULL; k++) {
            shift_set(s, minute++);
            s->orders[i][k] = clinic_add_order(s->c, s->patients[i], people[i].lines[k]);
        }
    }
    return s;
}

void shift_free(struct shift *s)
{
    pty_free(s->first);
    pty_free(s->second);
    (void)munmap(s->shared_us, sizeof *s->shared_us);
    clinic_free(s->c);
    mem_free(s);
}

void shift_set(struct shift *s, int minute)
{
    s->c->clock.fixed_us = SHIFT_START_US + minute * US_PER_MINUTE;
    *s->shared_us = s->c->clock.fixed_us;
}

void shift_see_time(struct pty *p, const char *clock)
{
    char *bar = mem_format("   %s", clock);
    pty_expect(p, bar);
    mem_free(bar);
}

static struct pty *sign_in(struct shift *s, enum clinic_person who, int rows, int cols)
{
    char *variables[] = {mem_format("PRESCRIPCARE_SITE=%s", s->c->site_folder), mem_format("XDG_STATE_HOME=%s/state", s->c->folder),
                         mem_format("HOME=%s", s->c->folder)};
    struct pty *p = pty_start(&(struct pty_options){
        .arguments = {"pty_shift"}, .environment = {variables[0], variables[1], variables[2]}, .rows = rows, .cols = cols});
    pty_expect(p, "Sign-in name");
    pty_type(p, clinic_login(who));
    pty_expect(p, clinic_login(who));
    shift_press(p, "Down");
    pty_type(p, clinic_password(who));
    pty_expect(p, "*******");
    pty_press(p, "End");
    pty_press(p, "Enter");
    pty_expect(p, "Find or scan");
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        mem_free(variables[i]);
    }
    return p;
}

void shift_start(struct shift *s, int minute)
{
    shift_set(s, minute);
    s->first = sign_in(s, CLINIC_NURSE, 24, 80);
    s->second = sign_in(s, CLINIC_NURSE_2, 60, 200);
}

/* ---- keys ---- */

void shift_press(struct pty *p, const char *key)
{
    char *before = emulator_dump(p->screen, NULL);
    pty_press(p, key);
    pty_expect_change(p, before);
    mem_free(before);
}

void shift_home(struct pty *p)
{
    for (int i = 0; i < 6 && !emulator_shows(p->screen, "Find or scan"); i++) {
        shift_press(p, "Esc");
    }
    pty_expect(p, "Find or scan");
}

void shift_open(struct pty *p, const char *last)
{
    char *shown = mem_format("%s, ", last);
    shift_home(p);
    for (const char *letter = last; *letter != '\0' && letter < last + 5; letter++) {
        const char key[] = {(char)(*letter | 0x20), '\0'};
        shift_press(p, key);
    }
    pty_expect(p, shown);
    pty_expect(p, "Patients");
    pty_press(p, "Enter");
    pty_expect(p, "MRN");
    mem_free(shown);
}

void shift_scan(struct pty *p, const char *code)
{
    char *bytes = mem_format("%s\r", code);
    char *before = emulator_dump(p->screen, NULL);
    pty_send(p, bytes, strlen(bytes));
    pty_expect_change(p, before);
    mem_free(before);
    mem_free(bytes);
}

static int row_with(const struct pty *p, const char *text, int from)
{
    int found = -1;
    for (int row = from; row < emulator_rows(p->screen) && found < 0; row++) {
        char *line = emulator_row(p->screen, row);
        found = strstr(line, text) != NULL ? row : -1;
        mem_free(line);
    }
    return found;
}

/* The focus is marked by "> "; a field that is not seen yet is further down. */
void shift_go_to(struct pty *p, const char *label)
{
    char *focus = mem_format(" > %s", label), *name = mem_format("   %s", label);
    for (int i = 0; i < FIELDS_MAX && !emulator_shows(p->screen, focus); i++) {
        int at = row_with(p, " > ", BANNER_END), wanted = row_with(p, name, BANNER_END);
        shift_press(p, wanted >= 0 && wanted < at ? "Up" : "Down");
    }
    pty_expect(p, focus);
    mem_free(focus);
    mem_free(name);
}

void shift_choose(struct pty *p, const char *label, const char *value)
{
    char *shown = mem_format("< %s >", value);
    shift_go_to(p, label);
    for (int i = 0; i < CHOICES_MAX && !emulator_shows(p->screen, shown); i++) {
        shift_press(p, "Right");
    }
    pty_expect(p, shown);
    mem_free(shown);
}

void shift_fill(struct pty *p, const char *label, int erased, const char *text)
{
    shift_go_to(p, label);
    for (int i = 0; i < erased; i++) {
        shift_press(p, "Backspace");
    }
    for (const char *letter = text; *letter != '\0'; letter++) { /* one by one: a burst would be a scan */
        char *before = emulator_dump(p->screen, NULL);
        pty_send(p, letter, 1);
        pty_expect_change(p, before);
        mem_free(before);
    }
}

/* ---- goldens ---- */

/* A picture without the note that the draft was kept, and without the styles of its row: whether the program looked at its forms
 * between two keys is the machine's business. The caller frees. */
static char *without_note(const char *picture)
{
    static const char NOTE[] = "draft kept ";
    const char *note = strstr(picture, NOTE);
    struct buffer out = BUFFER_INIT;
    if (note == NULL) {
        return mem_copy_text(picture);
    }
    int row = 0;
    size_t begin = (size_t)(note - picture);
    for (const char *c = picture; c < note; c++) {
        row += *c == '\n';
    }
    while (begin > 0 && picture[begin - 1] == ' ') {
        begin--;
    }
    buffer_append(&out, picture, begin);
    char *styles = mem_format("%d:", row);
    for (const char *line = note + strcspn(note, "\n"); *line != '\0';) { /* the rest of the rows, then the styles */
        size_t len = 1 + strcspn(line + 1, "\n");
        if (strncmp(line + 1, styles, strlen(styles)) != 0) {
            buffer_append(&out, line, len);
        }
        line += len;
    }
    mem_free(styles);
    return buffer_take(&out);
}

static bool is_alike(const char *a, const char *b)
{
    char *x = without_note(a), *y = without_note(b);
    bool is_same = strcmp(x, y) == 0;
    mem_free(x);
    mem_free(y);
    return is_same;
}

void shift_golden(struct pty *p, const char *name)
{
    const char *update = getenv("UPDATE_GOLDENS");
    bool is_update = update != NULL && *update != '\0';
    if (is_update) {
        (void)pty_becomes(p, "", NULL); /* never: until nothing comes any more */
    }
    char *picture = emulator_dump(p->screen, theme_find("dark")->specs);
    char *path = mem_format("%s/tests/pty/goldens/shift.%s.%dx%d.txt", PC_SRCDIR, name, emulator_cols(p->screen), emulator_rows(p->screen));
    struct buffer wanted = BUFFER_INIT;
    struct error err = ERROR_INIT;
    if (is_update) {
        FILE *file = fopen(path, "w");
        cr_assert_not_null(file, "%s", path);
        cr_assert_geq(fputs(picture, file), 0);
        cr_assert_eq(fclose(file), 0);
    }
    cr_assert_eq(buffer_read_file(&wanted, path, GOLDEN_MAX, &err), STATUS_OK, "%s: no golden (UPDATE_GOLDENS=1, then read it):\n%s", path, picture);
    bool is_same = pty_becomes(p, wanted.bytes, theme_find("dark")->specs);
    char *now = emulator_dump(p->screen, theme_find("dark")->specs);
    cr_assert(is_same || is_alike(now, wanted.bytes), "%s differs. The picture is:\n%s", path, now);
    mem_free(now);
    buffer_release(&wanted);
    mem_free(path);
    mem_free(picture);
}
