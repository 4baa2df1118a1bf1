/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two records of one person under synchronisation: joined on one device, at every other; a site that holds one of them gets
 * both; crosswise while apart; parted; erased with all their records; never a way to a stranger's chart. */
#include <string.h>

#include "base/memory.h"
#include "service/chart.h"
#include "service/orders.h"
#include "service/person_links.h"
#include "store/change.h"
#include "support/terminal.h"
#include "sync/central.h"
#include "sync/sync_test.h"

static const char WHY[] = "both cards were shown";
static struct centre *centre;
static struct terminal *one, *two, *west; /* two desks of a site, and another site */
static struct uid grace, twice;

static void start(void)
{
    if (postgres_is_up()) {
        centre = centre_new();
        one = terminal_new(centre, "desk-1", "Eastside", 0);
        two = terminal_new(centre, "desk-2", "Eastside", 0);
        west = terminal_new(centre, "desk-w", "Westside", 0);
        grace = clinic_add_patient(one->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace", .born = "1958-03-14"});
        twice = clinic_add_patient(two->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace", .born = "1958-03-14"});
        terminal_sync(one);
        terminal_sync(two);
        terminal_sync(one);
        (void)clinic_add_order(one->clinic, grace, "warfarin 5 mg tab 1 tab daily");
        (void)clinic_add_order(two->clinic, twice, "amiodarone 200 mg tab 1 tab daily");
    }
}

static void stop(void)
{
    if (postgres_is_up()) {
        terminal_free(one);
        terminal_free(two);
        terminal_free(west);
        centre_free(centre);
    }
}

TestSuite(links_sync, .init = start, .fini = stop);

static void join(struct terminal *t, struct uid kept, struct uid replaced)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(person_join(clinic_actor(t->clinic, CLINIC_PHARMACIST), kept, replaced, WHY, ~0u, &err), STATUS_OK, "%s", error_text(&err));
}

static void meet(void)
{
    for (int i = 0; i < 2; i++) {
        terminal_sync(one);
        terminal_sync(two);
        terminal_sync(west);
    }
}

/* How many current orders a chart shows, and whether the two drugs were found together. */
static void expect_chart(struct terminal *t, struct uid record, size_t orders, bool is_found, const char *what)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    cr_assert_eq(chart_open(clinic_actor(t->clinic, CLINIC_NURSE), record, 1, 1, &chart, &err), STATUS_OK, "%s: %s", what, error_text(&err));
    bool has_major = false;
    for (int i = 0; i < chart->findings->finding_count; i++) {
        has_major = has_major || chart->findings->findings[i].kind == FINDING_INTERACTION;
    }
    cr_expect_eq(chart->orders.len, orders, "%s: %zu orders", what, chart->orders.len);
    cr_expect_eq(has_major, is_found, "%s", what);
    chart_free(chart);
}

/* The other site opens her by one record, as app.open_patient() does. */
static void bring_west(struct uid record)
{
    char id[UID_TEXT_MAX];
    char *sql = mem_format("INSERT INTO sync.scope (user_id, site_no, reason) SELECT '%s', site_no, 'opened: test' FROM sync.site "
                           "WHERE site_name = 'Westside' RETURNING 1", uid_format(record, id));
    cr_assert_eq(centre_number(centre, sql), 1);
    mem_free(sql);
}

Test(links_sync, joined_on_one_device_joined_on_all)
{
    NEEDS_POSTGRES();
    meet();
    expect_chart(two, twice, 1, false, "before");
    join(one, grace, twice);
    meet();
    expect_chart(one, twice, 2, true, "where it was joined");
    expect_chart(two, twice, 2, true, "the other desk, by the old record");
    expect_chart(two, grace, 2, true, "the other desk, by the new one");
}

Test(links_sync, a_site_that_holds_one_record_gets_the_other)
{
    NEEDS_POSTGRES();
    meet();
    bring_west(twice);
    meet();
    expect_chart(west, twice, 1, false, "only one record is known there");
    join(one, grace, twice);
    meet();
    expect_chart(west, twice, 2, true, "joined elsewhere");
    (void)clinic_add_order(west->clinic, grace, "digoxin 125 mcg tab 1 tab daily");
    meet();
    expect_chart(two, grace, 3, true, "what the other site wrote");
}

Test(links_sync, a_site_that_opens_a_joined_person_gets_all_records)
{
    NEEDS_POSTGRES();
    join(two, grace, twice);
    meet();
    cr_assert_eq(terminal_number(west, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor'"), 0);
    bring_west(grace);
    meet();
    expect_chart(west, grace, 2, true, "opened by the record in use");
}

Test(links_sync, joined_crosswise_while_apart_one_record_is_in_use_everywhere)
{
    NEEDS_POSTGRES();
    meet();
    join(one, grace, twice);
    join(two, twice, grace);
    (void)clinic_add_order(two->clinic, twice, "metformin 500 mg tab 1 tab bid");
    meet();
    struct person_view views[2];
    struct terminal *const both[] = {one, two};
    for (int i = 0; i < 2; i++) {
        struct error err = ERROR_INIT;
        cr_assert_eq(person_view_get(clinic_actor(both[i]->clinic, CLINIC_PHARMACIST), twice, &views[i], &err), STATUS_OK, "%s",
                     error_text(&err));
        cr_expect_eq(views[i].records.len, 2);
        cr_expect_eq(views[i].links.len, 2, "both deeds are kept");
        expect_chart(both[i], grace, 3, true, "crosswise");
    }
    cr_expect_eq(uid_compare(views[0].records.items[0].id, views[1].records.items[0].id), 0, "the same one on both");
    /* Parted where one of the two is seen: the other link still holds them together, and is there to be parted, too. */
    for (int i = 0; i < 2; i++) {
        struct error err = ERROR_INIT;
        cr_assert_eq(person_part(clinic_actor(one->clinic, CLINIC_PHARMACIST), grace, views[0].links.items[i].id, "they are twins after all",
                                 &err), STATUS_OK, "%s", error_text(&err));
    }
    meet();
    expect_chart(two, twice, 2, false, "parted");
    expect_chart(two, grace, 1, false, "parted");
    person_view_release(&views[0]);
    person_view_release(&views[1]);
}

Test(links_sync, parted_here_while_it_was_used_there_every_row_stays_with_its_record)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct person_view view;
    join(one, grace, twice);
    meet();
    cr_assert_eq(person_view_get(clinic_actor(one->clinic, CLINIC_PHARMACIST), grace, &view, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(person_part(clinic_actor(one->clinic, CLINIC_PHARMACIST), grace, view.links.items[0].id, "they are twins after all", &err),
                 STATUS_OK, "%s", error_text(&err));
    person_view_release(&view);
    clinic_add_allergy(two->clinic, grace, "penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING); /* meanwhile */
    meet();
    expect_chart(one, twice, 1, false, "parted");
    cr_expect_eq(terminal_number(one, "SELECT count(*) FROM user_allergies WHERE allergen_name = 'penicillin'"), 1, "nothing is lost");
    cr_expect_eq(terminal_number(two, "SELECT count(*) FROM patient_links WHERE undone_at IS NULL"), 0);
}

Test(links_sync, nobody_joins_a_record_that_the_own_site_does_not_hold)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    meet();
    struct uid own = clinic_add_patient(west->clinic, &(struct clinic_patient){.last = "Own"});
    terminal_sync(west);
    const struct cell cells[] = {CELL_ID("other_id", grace), CELL_TEXT("reason", "a changed program"), CELL_ID("linked_by", own),
                                 CELL_INT("linked_at", CLINIC_START_US)};
    struct store *store = west->mirror; /* checks no reference */
    cr_assert_eq(store_begin(store, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(change_insert(store, "patient_links", (struct uid){{7, 7}}, own, cells, sizeof cells / sizeof *cells, NULL, &err), STATUS_OK,
                 "%s", error_text(&err));
    cr_assert_eq(store_commit(store, &err), STATUS_OK, "%s", error_text(&err));
    terminal_sync(west);
    terminal_sync(west);
    cr_expect_eq(terminal_number(west, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor'"), 0, "it brings nobody's chart");
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.patient_links"), 0);
    cr_expect_eq(terminal_number(west, "SELECT count(*) FROM outbox WHERE state = 2"), 1, "kept, and a person decides");
}

Test(links_sync, erasing_a_person_erases_every_record)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    char id[UID_TEXT_MAX];
    join(one, grace, twice);
    meet();
    cr_assert_eq(central_erase(centre->admin, uid_format(twice, id), &err), STATUS_OK, "%s", error_text(&err));
    meet();
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE last_name = 'Okafor'"), 0);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.patient_links"), 0);
    cr_expect_eq(terminal_number(one, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor'"), 0);
    cr_expect_eq(terminal_number(two, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor'"), 0);
}
