/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A discharge document against a chart of fourteen drugs in the real program: every key is counted, the picture is kept at
 * each stage. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "pty/demo_site.h"
#include "support/clinic.h"
#include "support/discharge.h"
#include "support/folder.h"

enum { KEYS_MAX = 60, LEFT_ALONE = 4 };

static struct demo_site *demo;

static void start(void)
{
    demo = demo_site_new();
}

static void stop(void)
{
    demo_site_free(demo);
}

TestSuite(reconcile_pty, .init = start, .fini = stop);

/* ---- keys ---- */

struct typist {
    struct pty *p;
    int keys, rows, cols;
};

static void press(struct typist *t, const char *key, const char *seen)
{
    pty_press(t->p, key);
    t->keys++;
    if (seen != NULL) {
        pty_expect(t->p, seen);
    }
}

static void press_times(struct typist *t, const char *key, int times)
{
    for (int i = 0; i < times; i++) {
        press(t, key, NULL);
    }
}

/* Every letter is a key. */
static void type(struct typist *t, const char *text)
{
    demo_site_type(t->p, text);
    t->keys += (int)strlen(text);
}

/* ---- pictures ---- */

/* The demo's dates and hours are those of the day on which the test runs: "24 Nov 2026", "08:30", "66 y". */
static void mask(char *row)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (char *at = row; *at != '\0'; at++) {
        bool is_clock = isdigit((unsigned char)at[0]) && isdigit((unsigned char)at[1]) && at[2] == ':' && isdigit((unsigned char)at[3]) &&
                        isdigit((unsigned char)at[4]);
        bool is_age = isdigit((unsigned char)at[0]) && isdigit((unsigned char)at[1]) && at[2] == ' ' && at[3] == 'y' && at[4] == ' ';
        char month[4] = {isupper((unsigned char)at[0]) ? at[0] : '?', at[0] != '\0' ? at[1] : '\0', at[0] != '\0' && at[1] != '\0' ? at[2] : '\0', '\0'};
        bool is_month = at - row > 2 && at[-1] == ' ' && isdigit((unsigned char)at[-2]) && strlen(month) == 3 && strstr(months, month) != NULL &&
                        at[3] == ' ' && strspn(at + 4, "0123456789") == 4;
        if (is_clock) {
            memcpy(at, "HH:MM", 5);
        } else if (is_age) {
            memcpy(at, "NN", 2);
        } else if (is_month) {
            memcpy(at, "MMM YYYY", 8);
            at[-2] = 'D';
            if (isdigit((unsigned char)at[-3])) { /* one digit or two: the same picture */
                memmove(at - 3, at - 2, strlen(at - 2) + 1);
            }
        }
    }
    char *end = row + strlen(row);
    while (end > row && end[-1] == ' ') {
        *--end = '\0';
    }
}

static void golden(struct typist *t, const char *name)
{
    struct buffer picture = BUFFER_INIT;
    char *path = mem_format("%s/tests/pty/goldens/reconcile.%s.%dx%d.txt", PC_SRCDIR, name, t->cols, t->rows);
    for (int row = 0; row < t->rows; row++) {
        char *text = emulator_row(t->p->screen, row);
        mask(text);
        buffer_append_format(&picture, "%s\n", text);
        mem_free(text);
    }
    const char *update = getenv("UPDATE_GOLDENS");
    if (update != NULL && *update != '\0') {
        file_write(path, picture.bytes, picture.len);
    }
    size_t len = 0;
    char *bytes = (char *)file_read(path, &len);
    cr_assert_not_null(bytes, "%s: no golden. The picture is:\n%s", path, picture.bytes);
    char *wanted = mem_copy_bytes(bytes, len);
    cr_expect_str_eq(picture.bytes, wanted, "%s differs. The picture is:\n%s", path, picture.bytes);
    mem_free(wanted);
    mem_free(bytes);
    mem_free(path);
    buffer_release(&picture);
}

/* ---- the work ---- */

static const struct demo_user *prescriber(void)
{
    static struct demo_user users[DEMO_USERS];
    demo_users(DEMO_SITE_SEED, users);
    for (int i = 0; i < DEMO_USERS; i++) {
        if (users[i].role == ROLE_PRESCRIBER) {
            return &users[i];
        }
    }
    cr_assert_fail("the demo has no prescriber");
    return NULL;
}

/* Ruth Abara with the fourteen, entered before the program starts. */
static void fill_chart(void)
{
    struct actor *doctor = demo_site_enter(demo, prescriber());
    struct uid patient = clinic_register(doctor, &(struct clinic_patient){.first = "Ruth", .last = "Abara"});
    for (int i = 0; i < DISCHARGE_DRUGS_COUNT; i++) {
        if (DISCHARGE_DRUGS[i].chart != NULL) {
            (void)clinic_enter_order(doctor, prescriber()->password, patient, DISCHARGE_DRUGS[i].chart, VERIFICATION_VERIFIED);
        }
    }
    demo_site_look_away(doctor);
}

static void decide_the_rest(struct typist *t)
{
    press(t, "8", "chart: loratadine"); /* what is the same on both lists */
    pty_expect(t->p, "11 lines that are the same");
    golden(t, "rest");
    press(t, "c", "): metoprolol");
    press(t, "c", "The difference was");
    press(t, "Right", "meant, documented");
    press_times(t, "Tab", 4);
    type(t, "new");
    golden(t, "differs");
    press(t, "F10", "chart: omeprazole");
    press(t, "c", "): finasteride");
    press(t, "a", "Decide: add");
    press(t, "Tab", NULL);
    type(t, "BPH");
    press(t, "F10", "0 of 15 left");
}

static int reconcile(int rows, int cols)
{
    char *path = folder_path(demo->folder, "d.xml");
    discharge_write(path, "Ruth", "Abara");
    fill_chart();
    struct typist t = {.p = demo_site_start(demo, NULL, rows, cols, NULL), .rows = rows, .cols = cols};
    demo_site_sign_in(t.p, ROLE_PRESCRIBER);
    demo_site_type(t.p, "abara");
    pty_expect(t.p, "ABARA, Ruth");
    pty_press(t.p, "Enter");
    pty_expect(t.p, "allopurinol"); /* her chart: from here on keys are counted */
    press_times(&t, "Right", 4);
    pty_expect(t.p, "Nothing was reconciled yet");
    press(&t, "F5", "clinic visit");
    press(&t, "Enter", "14 of 14 left");
    press(&t, "0", "What is taken at home");
    char *pasted = mem_format("\033[200~%s\033[201~", path);
    pty_send(t.p, pasted, strlen(pasted));
    t.keys++;
    pty_expect(t.p, "d.xml");
    press(&t, "F10", "15 of 15 left");
    pty_expect(t.p, "13 lines added");
    pty_expect(t.p, "0 source  F10 sign"); /* the last row is drawn last: the picture is whole */
    golden(&t, "compared");
    decide_the_rest(&t);
    press(&t, "F10", "Gone through with");
    press(&t, "Right", "< patient >");
    press(&t, "Tab", NULL);
    pty_type(t.p, " "); /* there is one source only */
    t.keys++;
    press(&t, "F10", "Before signing");
    press(&t, "F10", "This could not be checked"); /* each by name */
    press(&t, "Right", NULL);
    press(&t, "Enter", "F10 signs");
    pty_expect(t.p, "0 source  F10 sign");
    golden(&t, "ready");
    press(&t, "F10", "assword");
    pty_type(t.p, prescriber()->password);
    t.keys += (int)strlen(prescriber()->password);
    pty_expect(t.p, "*******");
    pty_press(t.p, "End"); /* no scanner's burst: a person is slower than this */
    press(&t, "Enter", "the list is signed");
    pty_press(t.p, "Ctrl-Q");
    cr_expect_eq(pty_wait_end(t.p), 0);
    pty_free(t.p);
    mem_free(pasted);
    mem_free(path);
    struct actor *actor = demo_site_look(demo);
    cr_expect_eq(demo_site_count(actor, "SELECT count(*) FROM reconciliations WHERE state = 'signed' AND length(list_hash) = 64"), 1);
    demo_site_look_away(actor);
    return t.keys;
}

Test(reconcile_pty, a_discharge_document_against_fourteen_drugs_at_80x24)
{
    int keys = reconcile(24, 80);
    (void)fprintf(stderr, "reconciled 14 drugs in %d keys\n", keys);
    cr_expect_leq(keys, (int)KEYS_MAX, "%d keys", keys);
}

Test(reconcile_pty, a_discharge_document_against_fourteen_drugs_at_200x60)
{
    int keys = reconcile(60, 200);
    cr_expect_leq(keys, (int)KEYS_MAX, "%d keys", keys);
}
