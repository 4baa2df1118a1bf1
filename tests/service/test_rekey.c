/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new data key while the site is in use: nothing is lost, sessions go on, the old key opens nothing; killed at any point, the
 * site opens. Each actor is a process of its own, as in life. */
#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "service/audits.h"
#include "service/chart.h"
#include "service/rekey.h"
#include "service/step_up.h"
#include "support/clinic.h"
#include "support/folder.h"

static struct clinic *c;
static struct uid patient;
static int kill_at;                /* an enum rekey_step; -1: nobody is killed */
static int to_child[2], to_parent[2];

/* The people are there, nobody has the site open. */
static void start(void)
{
    c = clinic_new();
    clinic_hire(c, CLINIC_NURSE);
    patient = clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor"});
    clinic_sign_out(c, CLINIC_ADMIN);
    for (int i = 0; i < CLINIC_PEOPLE; i++) {
        if (c->actors[i] != NULL) {
            clinic_sign_out(c, (enum clinic_person)i);
        }
    }
    site_close(c->site);
    c->site = NULL;
    kill_at = -1;
}

static void stop(void)
{
    c->site = clinic_open_again(c);
    clinic_free(c);
}

TestSuite(rekey, .init = start, .fini = stop);

/* 0: all is well; what a child did not expect is its exit code. */
static int in_child(int (*work)(void))
{
    int state = 0;
    pid_t child = fork();
    if (child == 0) {
        _exit(work());
    }
    cr_assert_gt(child, 0);
    cr_assert_eq(waitpid(child, &state, 0), child);
    return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

static enum status enter(enum clinic_person who, struct site **site, struct actor **actor)
{
    struct error err = ERROR_INIT;
    *actor = NULL;
    *site = clinic_open_again(c);
    enum status status = session_sign_in(*site, clinic_login(who), clinic_password(who), actor, &err);
    if (status != STATUS_OK) {
        fprintf(stderr, "sign in: %s\n", error_text(&err));
    }
    return status;
}

static void reached(void *context, enum rekey_step step)
{
    (void)context;
    if ((int)step == kill_at) {
        (void)raise(SIGKILL);
    }
}

static int change_key(void)
{
    struct site *site = NULL;
    struct actor *admin = NULL;
    struct rekey_report report = {0};
    struct error err = ERROR_INIT;
    if (enter(CLINIC_ADMIN, &site, &admin) != STATUS_OK ||
        step_up_prove(admin, clinic_password(CLINIC_ADMIN), NULL, &err) != STATUS_OK) {
        return 10;
    }
    if (site_rekey(admin, reached, &report, &err) != STATUS_OK) {
        fprintf(stderr, "rekey: %s\n", error_text(&err));
        return 11;
    }
    session_sign_out(admin, SESSION_END_SIGNED_OUT);
    site_close(site);
    return report.slots >= 3 && report.bytes > 0 ? 0 : 12; /* administrator, nurse, recovery */
}

/* A fresh process: the nurse signs in, the chart is there, the chain holds. */
static int look(void)
{
    struct site *site = NULL;
    struct actor *nurse = NULL;
    struct chart *chart = NULL;
    struct audit_report report;
    struct error err = ERROR_INIT;
    if (enter(CLINIC_NURSE, &site, &nurse) != STATUS_OK) {
        return 20;
    }
    if (chart_open(nurse, patient, 1, 1, &chart, &err) != STATUS_OK || strcmp(chart->patient.last_name, "Okafor") != 0) {
        fprintf(stderr, "chart: %s\n", error_text(&err));
        return 21;
    }
    chart_free(chart);
    if (audit_verify(site->store, &report, &err) != STATUS_OK || store_check(site->store, &err) != STATUS_OK) {
        fprintf(stderr, "check: %s\n", error_text(&err));
        return 22;
    }
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    site_close(site);
    return 0;
}

static int epoch_now(void)
{
    struct site *site = clinic_open_again(c);
    int epoch = (int)site->epoch;
    site_close(site);
    return epoch;
}

Test(rekey, leaves_everything_in_place_and_nothing_to_the_old_key)
{
    cr_assert_eq(in_child(look), 0);
    cr_assert_eq(in_child(change_key), 0);
    cr_expect_eq(in_child(epoch_now), 2);
    cr_expect_eq(in_child(look), 0);
    cr_expect_eq(in_child(change_key), 0);
    cr_expect_eq(in_child(epoch_now), 3);
    cr_expect_eq(in_child(look), 0);
    struct key_file keys = KEY_FILE_INIT;
    struct device_key device = DEVICE_KEY_INIT;
    char *path = folder_path(c->site_folder, "keys"), *handover = folder_path(c->site_folder, "site.db.handover");
    struct stat st;
    cr_assert_eq(device_key_load(c->device_key_path, &device, NULL), STATUS_OK);
    cr_assert_eq(key_file_load(path, &device, &keys, NULL), STATUS_OK);
    for (size_t i = 0; i < keys.slots.len; i++) {
        cr_expect_eq(keys.slots.items[i].epoch, 3, "a slot of a former key is left");
    }
    cr_expect_neq(stat(handover, &st), 0, "the hand-over is left");
    key_file_release(&keys);
    device_key_release(&device);
    mem_free(path);
    mem_free(handover);
}

/* A session that is open all the while: it looks, as a workstation does, and reads. 0: it read under the new key too. */
static int stay(void)
{
    struct site *site = NULL;
    struct actor *nurse = NULL;
    char letter = 'r';
    struct pollfd told = {.fd = to_child[0], .events = POLLIN}; /* nobody writes: the pace of a workstation's looks */
    if (enter(CLINIC_NURSE, &site, &nurse) != STATUS_OK || write(to_parent[1], &letter, 1) != 1) {
        return 30;
    }
    for (int i = 0; i < 12000; i++) {
        struct error err = ERROR_INIT;
        struct chart *chart = NULL;
        (void)site_data_version(site);
        if (chart_open(nurse, patient, 1, 1, &chart, &err) != STATUS_OK) {
            fprintf(stderr, "session: %s\n", error_text(&err));
            return 31;
        }
        chart_free(chart);
        if (store_epoch(site->store) == 2) {
            return session_check(nurse, &err) == STATUS_OK ? 0 : 32;
        }
        (void)poll(&told, 1, 5);
    }
    return 33; /* it never saw the new key */
}

Test(rekey, goes_on_under_the_hands_of_a_session_that_is_open)
{
    int state = 0;
    char letter = 0;
    cr_assert_eq(pipe(to_parent), 0);
    cr_assert_eq(pipe(to_child), 0);
    pid_t session = fork();
    if (session == 0) {
        _exit(stay());
    }
    cr_assert_eq(read(to_parent[0], &letter, 1), 1);
    cr_expect_eq(in_child(change_key), 0);
    cr_assert_eq(waitpid(session, &state, 0), session);
    cr_expect(WIFEXITED(state) && WEXITSTATUS(state) == 0, "the open session ended with %d", WEXITSTATUS(state));
    cr_expect_eq(in_child(look), 0);
}

Test(rekey, killed_at_any_point_leaves_a_site_that_opens)
{
    for (int step = 0; step < REKEY_STEPS; step++) {
        int before = in_child(epoch_now);
        kill_at = step;
        cr_assert_eq(in_child(change_key), 128 + SIGKILL, "step %d", step);
        kill_at = -1;
        int after = in_child(epoch_now);
        cr_expect_eq(after, step == REKEY_REPLACED ? before + 1 : before, "step %d", step);
        cr_expect_eq(in_child(look), 0, "killed at step %d, the site does not open", step);
        cr_expect_eq(in_child(change_key), 0, "step %d: the next attempt", step);
        cr_expect_eq(in_child(look), 0, "step %d", step);
    }
}

/* The sign-in screen stood there before the key was changed. */
static int sign_in_later(void)
{
    struct actor *nurse = NULL;
    struct error err = ERROR_INIT;
    struct site *site = clinic_open_again(c);
    if (in_child(change_key) != 0) {
        return 60;
    }
    if (session_sign_in(site, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &nurse, &err) != STATUS_OK) {
        fprintf(stderr, "sign in: %s\n", error_text(&err));
        return 61;
    }
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    site_close(site);
    return 0;
}

Test(rekey, does_not_shut_out_who_signs_in_on_a_screen_that_stood_there_before)
{
    cr_expect_eq(in_child(sign_in_later), 0);
}

static int refuse_others(void)
{
    struct site *site = NULL;
    struct actor *nurse = NULL;
    struct rekey_report report;
    struct error err = ERROR_INIT;
    if (enter(CLINIC_NURSE, &site, &nurse) != STATUS_OK || site_rekey(nurse, NULL, &report, &err) != STATUS_NOT_PERMITTED) {
        return 40;
    }
    struct actor *admin = NULL;
    if (session_sign_in(site, clinic_login(CLINIC_ADMIN), clinic_password(CLINIC_ADMIN), &admin, &err) != STATUS_OK ||
        site_rekey(admin, NULL, &report, &err) != STATUS_STEP_UP) {
        return 41;
    }
    return 0;
}

Test(rekey, is_the_administrators_after_a_proof)
{
    cr_expect_eq(in_child(refuse_others), 0);
    cr_expect_eq(in_child(epoch_now), 1);
}

static const char NEW_PASSWORD[] = "seven grey herons wade";

/* With the paper of the recovery key: an account that nobody can open gets a new password. */
static int recover(void)
{
    struct site *site = NULL;
    struct actor *admin = NULL, *nurse = NULL;
    struct error err = ERROR_INIT;
    char *paper = NULL, *older = NULL;
    if (enter(CLINIC_ADMIN, &site, &admin) != STATUS_OK ||
        step_up_prove(admin, clinic_password(CLINIC_ADMIN), NULL, &err) != STATUS_OK ||
        site_renew_recovery(admin, &older, &err) != STATUS_OK || site_renew_recovery(admin, &paper, &err) != STATUS_OK) {
        return 50;
    }
    session_sign_out(admin, SESSION_END_SIGNED_OUT);
    site_close(site);
    site = clinic_open_again(c);
    if (site_recover(site, older, clinic_login(CLINIC_NURSE), NEW_PASSWORD, PASSWORD_COST_TEST, &err) != STATUS_BAD_SECRET) {
        return 51; /* the paper before this one is worthless */
    }
    if (site_recover(site, paper, clinic_login(CLINIC_NURSE), NEW_PASSWORD, PASSWORD_COST_TEST, &err) != STATUS_OK) {
        fprintf(stderr, "recover: %s\n", error_text(&err));
        return 52;
    }
    if (session_sign_in(site, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &nurse, &err) != STATUS_BAD_SECRET ||
        session_sign_in(site, clinic_login(CLINIC_NURSE), NEW_PASSWORD, &nurse, &err) != STATUS_OK) {
        return 53;
    }
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    site_close(site);
    mem_free(paper);
    mem_free(older);
    return 0;
}

Test(rekey, the_recovery_key_opens_an_account_and_only_the_last_one_does)
{
    cr_expect_eq(in_child(recover), 0);
}

/* The machine is gone, its device key with it; the folder of the site came from a copy. */
static int recover_elsewhere(void)
{
    struct site *site = NULL;
    struct actor *admin = NULL, *nurse = NULL;
    struct audit_report report;
    struct error err = ERROR_INIT;
    char *paper = NULL, *older = NULL, *elsewhere = folder_path(c->folder, "elsewhere/device.key");
    if (enter(CLINIC_ADMIN, &site, &admin) != STATUS_OK ||
        step_up_prove(admin, clinic_password(CLINIC_ADMIN), NULL, &err) != STATUS_OK ||
        site_renew_recovery(admin, &older, &err) != STATUS_OK || site_renew_recovery(admin, &paper, &err) != STATUS_OK) {
        return 60;
    }
    session_sign_out(admin, SESSION_END_SIGNED_OUT);
    site_close(site);
    site = NULL;
    if (unlink(c->device_key_path) != 0 ||
        site_open(c->site_folder, elsewhere, &c->clock, &site, &err) != STATUS_NOT_FOUND) {
        return 61;
    }
    if (site_bring_device_back(c->site_folder, elsewhere, older, &err) != STATUS_BAD_SECRET || access(elsewhere, F_OK) == 0) {
        return 62; /* the paper before this one is worthless here too */
    }
    if (site_bring_device_back(c->site_folder, elsewhere, paper, &err) != STATUS_OK ||
        site_open(c->site_folder, elsewhere, &c->clock, &site, &err) != STATUS_OK) {
        fprintf(stderr, "bring back: %s\n", error_text(&err));
        return 63;
    }
    if (site_recover(site, paper, clinic_login(CLINIC_NURSE), NEW_PASSWORD, PASSWORD_COST_TEST, &err) != STATUS_OK ||
        session_sign_in(site, clinic_login(CLINIC_NURSE), NEW_PASSWORD, &nurse, &err) != STATUS_OK) {
        fprintf(stderr, "recover: %s\n", error_text(&err));
        return 64;
    }
    if (audit_verify(site->store, &report, &err) != STATUS_OK || store_check(site->store, &err) != STATUS_OK) {
        fprintf(stderr, "verify: %s\n", error_text(&err));
        return 65; /* the chain is this device's, and goes on */
    }
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    site_close(site);
    /* for who clears up */
    int code = site_bring_device_back(c->site_folder, c->device_key_path, paper, &err) == STATUS_OK ? 0 : 66;
    mem_free(paper);
    mem_free(older);
    mem_free(elsewhere);
    return code;
}

Test(rekey, the_recovery_key_and_the_folder_are_enough_when_the_machine_is_lost)
{
    cr_expect_eq(in_child(recover_elsewhere), 0);
}
