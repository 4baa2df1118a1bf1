/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A site that cannot be opened says why in a sentence and is left exactly as it was: wrong password, and each file of the
 * site truncated, emptied, gone, or with a byte flipped anywhere. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "support/clinic.h"
#include "support/folder.h"
#include "support/random.h"

enum { FILES_MAX = 16, FLIPS = 12 };

/* All files of the site and their bytes. */
struct picture {
    char *paths[FILES_MAX];
    uint8_t *bytes[FILES_MAX];
    size_t lens[FILES_MAX], len;
};

static struct clinic *clinic;
static char *folder, *device_key_path; /* of a closed copy of the clinic's site */

static void copy_site(void)
{
    clinic_add_patient(clinic, &(struct clinic_patient){.last = "Okafor"});
    clinic_sign_out(clinic, CLINIC_PRESCRIBER);
    clinic_sign_out(clinic, CLINIC_NURSE);
    clinic_sign_out(clinic, CLINIC_ADMIN);
    site_close(clinic->site);
    clinic->site = NULL;
    folder = mem_copy_text(clinic->site_folder);
    device_key_path = mem_copy_text(clinic->device_key_path);
}

static void start(void)
{
    clinic = clinic_new();
    copy_site();
}

static void stop(void)
{
    mem_free(folder);
    mem_free(device_key_path);
    clinic_free(clinic);
}

TestSuite(refusals, .init = start, .fini = stop);

static void take(struct picture *p)
{
    static const char *const names[] = {"site.db", "site.db-wal", "site.db-shm", "keys", "audit.key", "lockout"};
    p->len = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = folder_path(folder, names[i]);
        p->bytes[p->len] = file_read(path, &p->lens[p->len]);
        if (p->bytes[p->len] != NULL) {
            p->paths[p->len++] = path;
        } else {
            mem_free(path);
        }
    }
}

static void drop(struct picture *p)
{
    for (size_t i = 0; i < p->len; i++) {
        mem_free(p->paths[i]);
        mem_free(p->bytes[i]);
    }
    p->len = 0;
}

/* Signs the administrator in; *out says how it went, the site is closed again. */
static enum status try(const char *password, struct error *err)
{
    struct site *site = NULL;
    struct actor *actor = NULL;
    enum status status = site_open(folder, device_key_path, &clinic->clock, &site, err);
    if (status == STATUS_OK) {
        status = session_sign_in(site, clinic_login(CLINIC_ADMIN), password, &actor, err);
        if (status == STATUS_OK) {
            session_sign_out(actor, SESSION_END_SIGNED_OUT);
        }
        site_close(site);
    }
    return status;
}

static void expect_same(const struct picture *p, const char *path, const char *why)
{
    for (size_t i = 0; i < p->len; i++) {
        size_t len = 0;
        uint8_t *now = file_read(p->paths[i], &len);
        if (strcmp(p->paths[i], path) == 0) {
            cr_expect(now != NULL && len == p->lens[i] && memcmp(now, p->bytes[i], len) == 0, "%s: %s was touched", why, path);
        }
        mem_free(now);
    }
}

static void put_back(const struct picture *p)
{
    for (size_t i = 0; i < p->len; i++) {
        file_write(p->paths[i], p->bytes[i], p->lens[i]);
    }
}

Test(refusals, wrong_password_is_a_sentence_and_changes_no_data)
{
    struct picture before;
    struct error err = ERROR_INIT;
    take(&before);
    cr_expect_eq(try("not the password at all", &err), STATUS_BAD_SECRET);
    cr_expect_gt(strlen(error_text(&err)), 20, "%s", error_text(&err));
    char *db = folder_path(folder, "site.db"), *keys = folder_path(folder, "keys");
    expect_same(&before, db, "wrong password");
    expect_same(&before, keys, "wrong password");
    cr_expect_eq(try(clinic_password(CLINIC_ADMIN), &err), STATUS_OK, "%s", error_text(&err));
    mem_free(db);
    mem_free(keys);
    drop(&before);
}

/* Damage to one file: refused in words, and that file is left for whoever comes to help. */
static void expect_refusal(const struct picture *p, size_t file, const char *why)
{
    struct error err = ERROR_INIT;
    struct picture damaged;
    take(&damaged);
    enum status status = try(clinic_password(CLINIC_ADMIN), &err);
    cr_expect_neq(status, STATUS_OK, "%s: %s: signed in", p->paths[file], why);
    cr_expect(status == STATUS_OK || strlen(error_text(&err)) > 20, "%s: %s: '%s'", p->paths[file], why, error_text(&err));
    expect_same(&damaged, p->paths[file], why);
    drop(&damaged);
    put_back(p);
}

Test(refusals, a_damaged_file_is_a_sentence_and_is_left_alone)
{
    struct picture p;
    struct error err = ERROR_INIT;
    struct random r = random_start("refusals");
    take(&p);
    cr_assert_geq(p.len, 3, "database, keys and the audit's key");
    for (size_t i = 0; i < p.len; i++) {
        const char *name = strrchr(p.paths[i], '/') + 1;
        if (strcmp(name, "lockout") == 0 || strncmp(name, "site.db-", 8) == 0) {
            continue; /* not part of the data: made afresh */
        }
        file_write(p.paths[i], p.bytes[i], p.lens[i] / 2);
        expect_refusal(&p, i, "cut in half");
        file_write(p.paths[i], "", 0);
        expect_refusal(&p, i, "empty");
    }
    for (int i = 0; i < FLIPS; i++) { /* the first page and the keys are read at every start */
        for (size_t f = 0; f < p.len; f++) {
            const char *name = strrchr(p.paths[f], '/') + 1;
            size_t limit = strcmp(name, "site.db") == 0 ? 4096 : strcmp(name, "keys") == 0 ? p.lens[f] : 0;
            if (limit > 0) {
                char why[64];
                size_t at = (size_t)random_below(&r, limit);
                uint8_t *bytes = mem_alloc(p.lens[f]);
                memcpy(bytes, p.bytes[f], p.lens[f]);
                bytes[at] ^= (uint8_t)(1u << random_below(&r, 8));
                file_write(p.paths[f], bytes, p.lens[f]);
                (void)snprintf(why, sizeof why, "bit flipped at %zu", at); /* fits */
                expect_refusal(&p, f, why);
                mem_free(bytes);
            }
        }
    }
    cr_expect_eq(try(clinic_password(CLINIC_ADMIN), &err), STATUS_OK, "put back: %s", error_text(&err));
    drop(&p);
}
