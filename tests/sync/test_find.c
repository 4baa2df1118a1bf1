/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Patients of another site: found with what one must know, opened with a reason, never pulled in by an id (decisions.md 15). */
#include <string.h>

#include "base/memory.h"
#include "service/central_find.h"
#include "service/patients.h"
#include "store/change.h"
#include "support/terminal.h"
#include "sync/sync_test.h"

static struct centre *centre;
static struct terminal *east, *west;
static struct uid grace;

static void start(void)
{
    if (postgres_is_up()) {
        centre = centre_new();
        east = terminal_new(centre, "desk-e", "Eastside", 0);
        west = terminal_new(centre, "desk-w", "Westside", 0);
        grace = clinic_add_patient(east->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace", .born = "1958-03-14"});
        clinic_add_allergy(east->clinic, grace, "penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
        clinic_add_patient(east->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Gift", .born = "1958-03-15"});
        terminal_sync(east);
        terminal_sync(west);
    }
}

static void stop(void)
{
    if (postgres_is_up()) {
        terminal_free(east);
        terminal_free(west);
        centre_free(centre);
    }
}

TestSuite(find_central, .init = start, .fini = stop);

static struct actor *nurse_of(struct terminal *t)
{
    return clinic_actor(t->clinic, CLINIC_NURSE);
}

/* The status is in the answer, too. */
static void ask(const char *question, char **out_answer)
{
    struct error err = ERROR_INIT;
    enum status status = engine_ask(west->engine, question, out_answer, &err);
    cr_assert(*out_answer != NULL, "%s", status_name(status));
}

static enum status find(const char *typed, struct central_hit_list *out, struct error *err)
{
    char *question = NULL, *answer = NULL;
    enum status status = central_find_question(nurse_of(west), typed, &question, err);
    if (status == STATUS_OK) {
        ask(question, &answer);
        status = central_find_answer(answer, out, err);
    }
    mem_free(question);
    mem_free(answer);
    return status;
}

static enum status open_it(struct uid id, const char *reason, struct error *err)
{
    char *question = NULL, *answer = NULL;
    enum status status = central_open_question(nurse_of(west), id, reason, &question, err);
    if (status == STATUS_OK) {
        ask(question, &answer);
        status = central_open_answer(answer, err);
    }
    mem_free(question);
    mem_free(answer);
    return status;
}

static char *mrn_of_grace(void)
{
    return terminal_text(east, "SELECT value FROM patient_identifiers i JOIN user_profiles p ON p.user_id = i.user_id WHERE p.first_name = 'Grace' "
                               "AND i.kind = 'mrn'");
}

Test(find_central, needs_a_number_or_name_and_birth_date)
{
    NEEDS_POSTGRES();
    char *mrn = mrn_of_grace();
    const struct {
        const char *typed;
        enum status status;
        size_t found;
    } cases[] = {
        {"okafor", STATUS_INVALID, 0},
        {"1958-03-14 ", STATUS_OK, 0},                 /* a number that nobody has */
        {"okafor 1958-03-14", STATUS_OK, 1},
        {"OKAFOR, Grace 14 mar 1958", STATUS_OK, 1},
        {"14 mar 1958 okafor", STATUS_OK, 1},
        {"grace okafor 14.03.1958", STATUS_OK, 1},
        {"gra oka 1958-03-14", STATUS_OK, 1},
        {"okafor gift 1958-03-14", STATUS_OK, 0},
        {"% 1958-03-14", STATUS_OK, 0},
        {"_kafor 1958-03-14", STATUS_OK, 0},
        {mrn, STATUS_OK, 1},
        {"no-such-9", STATUS_OK, 0},
        {"", STATUS_INVALID, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = ERROR_INIT;
        struct central_hit_list hits = {0};
        enum status status = find(cases[i].typed, &hits, &err);
        cr_expect_eq(status, cases[i].status, "\"%s\": %s %s", cases[i].typed, status_name(status), error_text(&err));
        cr_expect_eq(hits.len, cases[i].found, "\"%s\": %zu", cases[i].typed, hits.len);
        if (hits.len == 1) {
            cr_expect_str_eq(hits.items[0].name, "OKAFOR, Grace");
            cr_expect_str_eq(hits.items[0].sites, "Eastside");
            cr_expect_not(hits.items[0].is_here);
            cr_expect(uid_compare(hits.items[0].id, grace) == 0);
        }
        central_hit_list_release(&hits);
    }
    cr_expect_eq(terminal_number(west, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor'"), 0, "finding brings nothing here");
    cr_expect_gt(centre_number(centre, "SELECT count(*) FROM sync.find_log WHERE kind = 'name' AND staff IS NOT NULL"), 0);
    mem_free(mrn);
}

Test(find_central, opens_whom_it_found_with_a_reason_and_everything_comes)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct central_hit_list hits = {0};
    cr_assert_eq(open_it(grace, "emergency", &err), STATUS_REFUSED, "an id alone opens nothing: %s", error_text(&err));
    cr_assert_eq(find("okafor 1958-03-14", &hits, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(hits.len, 1);
    cr_assert_eq(open_it(grace, "", &err), STATUS_INVALID);
    cr_assert_eq(open_it(grace, "emergency visit", &err), STATUS_OK, "%s", error_text(&err));
    terminal_sync(west);
    cr_expect_eq(terminal_number(west, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor'"), 1);
    cr_expect_eq(terminal_number(west, "SELECT count(*) FROM user_allergies"), 1, "the allergy came with her");
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.scope WHERE reason = 'opened: emergency visit'"), 1);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.find_log WHERE kind = 'open' AND reason = 'emergency visit'"), 1);
    cr_expect_eq(terminal_number(west, "SELECT count(*) FROM audit_logs WHERE action_type = 'patient.open_central'"), 2, "the attempt, too");
    clinic_add_allergy(west->clinic, grace, "latex", "rash", REACTION_SEVERITY_MILD);
    terminal_sync(west);
    terminal_sync(east);
    cr_expect_eq(terminal_number(east, "SELECT count(*) FROM user_allergies"), 2, "both sites write about her now");
    central_hit_list_release(&hits);
}

/* A device with a changed program: rows written with ids that it knows. */
static void write_row(const char *table, struct uid key, struct uid claimed, const struct cell *cells, size_t count)
{
    struct error err = ERROR_INIT;
    struct store *store = west->mirror; /* checks no reference */
    cr_assert_eq(store_begin(store, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(change_insert(store, table, key, claimed, cells, count, NULL, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(store_commit(store, &err), STATUS_OK, "%s", error_text(&err));
}

Test(find_central, an_id_that_a_device_knows_brings_nobody_into_its_scope)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct central_hit_list hits = {0};
    const struct cell user[] = {CELL_TEXT("account_status", "no_login"), CELL_INT("created_at", CLINIC_START_US),
                                CELL_INT("updated_at", CLINIC_START_US)};
    write_row("users", grace, grace, user, sizeof user / sizeof *user);
    const struct cell allergy[] = {CELL_TEXT("allergen_name", "latex"), CELL_INT("recorded_at", CLINIC_START_US)};
    write_row("user_allergies", (struct uid){{4, 4}}, grace, allergy, sizeof allergy / sizeof *allergy);
    terminal_sync(west);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.scope s JOIN sync.site t USING (site_no) WHERE t.site_name = 'Westside' AND "
                                       "s.user_id IN (SELECT user_id FROM clin.user_profiles WHERE last_name = 'Okafor')"), 0);
    cr_expect_eq(terminal_number(west, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor'"), 0);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_allergies"), 1);
    cr_expect_eq(terminal_number(west, "SELECT count(*) FROM outbox WHERE state = 2"), 2, "kept, and a person decides");
    /* Found and opened as it should be, what was written here goes to the centre by itself. */
    cr_assert_eq(find("okafor 1958-03-14", &hits, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(open_it(grace, "registered here, too", &err), STATUS_OK, "%s", error_text(&err));
    terminal_sync(west);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_allergies"), 2);
    cr_expect_eq(terminal_number(west, "SELECT count(*) FROM outbox WHERE state = 2"), 0);
    cr_expect_eq(terminal_number(west, "SELECT count(*) FROM user_allergies"), 2);
    central_hit_list_release(&hits);
}

Test(find_central, a_row_cannot_name_another_patient_than_its_change)
{
    NEEDS_POSTGRES();
    struct uid own = clinic_add_patient(west->clinic, &(struct clinic_patient){.last = "Own"});
    terminal_sync(west);
    const struct cell cells[] = {CELL_ID("user_id", grace), CELL_TEXT("allergen_name", "none at all"), CELL_TEXT("state", "active"),
                                 CELL_TEXT("kind", "allergy"), CELL_INT("recorded_at", CLINIC_START_US)};
    write_row("user_allergies", (struct uid){{3, 3}}, own, cells, sizeof cells / sizeof *cells);
    terminal_sync(west);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_allergies WHERE allergen_name = 'none at all'"), 0);
    cr_expect_eq(terminal_number(west, "SELECT count(*) FROM outbox WHERE state = 2"), 1);
}

Test(find_central, refuses_to_be_used_for_walking_through_everybody)
{
    NEEDS_POSTGRES();
    enum status status = STATUS_OK;
    int searches = 0;
    while (status == STATUS_OK && searches < 200) {
        struct error err = ERROR_INIT;
        struct central_hit_list hits = {0};
        status = find("okafor 1958-03-14", &hits, &err);
        central_hit_list_release(&hits);
        searches += status == STATUS_OK;
    }
    cr_expect_eq(status, STATUS_REFUSED);
    cr_expect_eq(searches, 120);
}
