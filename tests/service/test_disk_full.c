/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file system without room for one more byte: people sign in, read and record doses; the rest is refused in words, and all is
 * as before when there is room again (decision 11). */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk_reserve.h"
#include "base/memory.h"
#include "model/allergy.h"
#include "service/allergies.h"
#include "service/chart.h"
#include "support/clinic.h"
#include "support/folder.h"

static struct clinic *c;
static char *disk, *ballast;

/* In a namespace of its own, so that the mount is gone with the process. */
static void start(void)
{
    disk = folder_new();
    ballast = folder_path(disk, "ballast");
    cr_assert(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
                  mount("tmpfs", disk, "tmpfs", 0, "size=120m,mode=0700") == 0,
              "this test needs a file system of its own");
    cr_assert_eq(setenv("TMPDIR", disk, 1), 0);
    c = clinic_new();
}

static void stop(void)
{
    clinic_free(c);
    (void)umount(disk); /* the namespace goes anyway */
    folder_remove(disk); /* frees it */
    mem_free(ballast);
}

TestSuite(disk_full, .init = start, .fini = stop);

static void fill_up(void)
{
    static const char bytes[4096];
    int fd = open(ballast, O_WRONLY | O_CREAT | O_APPEND, 0600);
    cr_assert_geq(fd, 0);
    ssize_t n;
    do {
        n = write(fd, bytes, sizeof bytes);
    } while (n > 0);
    cr_assert_eq(errno, ENOSPC);
    (void)close(fd);
}

static enum status open_chart(struct actor *actor, struct uid patient, struct error *err)
{
    struct chart *chart = NULL;
    enum status status = chart_open(actor, patient, 1, 1, &chart, err);
    if (status == STATUS_OK) {
        chart_free(chart);
    }
    return status;
}

static enum status add_allergy(struct actor *actor, struct uid patient, char *name, struct error *err)
{
    char reaction[] = "hives";
    struct allergy a = {.patient = patient, .allergen_name = name, .kind = ALLERGY_KIND_ALLERGY, .state = ALLERGY_STATE_ACTIVE,
                        .severity = REACTION_SEVERITY_SEVERE, .reaction = reaction};
    return allergy_add(actor, &a, err);
}

Test(disk_full, reading_goes_on_and_saving_is_refused_in_words)
{
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    struct actor *nurse = clinic_actor(c, CLINIC_NURSE);
    char first[] = "penicillin", second[] = "latex", *reserve = folder_path(c->site_folder, "disk.reserve");
    struct stat st;
    cr_assert_eq(add_allergy(nurse, patient, first, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert(stat(reserve, &st) == 0 && st.st_size == 16 << 20, "the reserve is there");
    fill_up();
    for (int i = 0; i < 50; i++) { /* each opening is a record of the trail */
        cr_assert_eq(open_chart(nurse, patient, &err), STATUS_OK, "%d: %s", i, error_text(&err));
    }
    cr_expect(stat(reserve, &st) == 0 && st.st_size == 0, "the reserve is given up");
    cr_expect_eq(add_allergy(nurse, patient, second, &err), STATUS_DISK_FULL);
    cr_expect_eq(disk_reserve_look(c->site_folder), DISK_ROOM_RESERVE);
    clinic_sign_out(c, CLINIC_NURSE);
    nurse = clinic_actor(c, CLINIC_NURSE); /* signs in: aborts where it cannot */
    cr_expect_eq(open_chart(nurse, patient, &err), STATUS_OK, "%s", error_text(&err));
    struct site *again = clinic_open_again(c); /* as the next process does */
    site_close(again);

    cr_assert_eq(unlink(ballast), 0);
    cr_expect_eq(disk_reserve_look(c->site_folder), DISK_ROOM_ENOUGH);
    cr_expect_eq(add_allergy(nurse, patient, second, &err), STATUS_OK, "%s", error_text(&err));
    disk_reserve_keep(c->site_folder); /* what opening the site's database does */
    cr_expect(stat(reserve, &st) == 0 && st.st_size == 16 << 20, "the reserve is there again");
    mem_free(reserve);
}
