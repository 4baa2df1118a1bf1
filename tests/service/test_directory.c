/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pharmacies, providers, what they may see, and insurance. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/directory.h"
#include "support/clinic.h"

static struct uid add_provider(struct clinic *c, const char *last, const char *npi)
{
    struct uid id = UID_NONE;
    struct error err = ERROR_INIT;
    const struct provider p = {.last_name = (char *)last, .first_name = (char *)"Ada", .npi = (char *)npi};
    cr_assert_eq(provider_add(clinic_actor(c, CLINIC_FRONT_DESK), &p, &id, &err), STATUS_OK, "%s", error_text(&err));
    return id;
}

Test(directory, checks_the_npi_and_keeps_it_once)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid id;
    struct provider wrong = {.last_name = (char *)"Moss", .npi = (char *)"1234567890"};
    cr_expect_eq(provider_add(clinic_actor(c, CLINIC_FRONT_DESK), &wrong, &id, &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "npi");
    (void)add_provider(c, "Moss", "1234567893");
    wrong.npi = (char *)"1234567893";
    cr_expect_eq(provider_add(clinic_actor(c, CLINIC_FRONT_DESK), &wrong, &id, &err), STATUS_EXISTS);
    cr_expect_eq(provider_add(clinic_actor(c, CLINIC_AUDITOR), &wrong, &id, &err), STATUS_NOT_PERMITTED);
    struct provider_list list = {0};
    cr_assert_eq(providers_find(clinic_actor(c, CLINIC_NURSE), "Mo", &list, &err), STATUS_OK);
    cr_assert_eq(list.len, 1);
    cr_expect_str_eq(list.items[0].npi, "1234567893");
    provider_list_release(&list);
    cr_assert_eq(providers_find(clinic_actor(c, CLINIC_NURSE), "Z", &list, &err), STATUS_OK);
    cr_expect_eq(list.len, 0);
    clinic_free(c);
}

Test(directory, knows_which_pharmacy_is_open_now)
{
    struct clinic *c = clinic_new(); /* Tuesday, 08:30 */
    struct error err = ERROR_INIT;
    struct uid id;
    struct pharmacy p = {.name = (char *)"Eastside Pharmacy", .type = PHARMACY_TYPE_RETAIL};
    struct pharmacy_list list = {0};
    int until = 0;
    cr_assert_eq(hours_parse("mon-fri 08:00-18:00", &p.hours, &err), STATUS_OK);
    cr_assert_eq(pharmacy_add(clinic_actor(c, CLINIC_TECHNICIAN), &p, &id, &err), STATUS_OK, "%s", error_text(&err));
    p.name = (char *)" ";
    cr_expect_eq(pharmacy_add(clinic_actor(c, CLINIC_TECHNICIAN), &p, &id, &err), STATUS_INVALID);
    cr_assert_eq(pharmacies_find(clinic_actor(c, CLINIC_NURSE), "", &list, &err), STATUS_OK);
    cr_assert_eq(list.len, 1);
    cr_expect(pharmacy_is_open(c->site, &list.items[0], &until));
    cr_expect_eq(until, 570);
    clinic_pass(c, 10 * US_PER_HOUR);
    cr_expect_not(pharmacy_is_open(c->site, &list.items[0], &until), "18:30");
    pharmacy_list_release(&list);
    clinic_free(c);
}

Test(directory, gives_medicines_only_to_a_provider_who_may_see_them)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"}), provider = add_provider(c, "Moss", "1234567893");
    struct document *d = NULL;
    (void)clinic_add_order(c, patient, "loratadine 10 mg tab 1 tab daily");
    struct actor *nurse = clinic_actor(c, CLINIC_NURSE);
    cr_expect_eq(medication_list_for(nurse, patient, provider, &d, &err), STATUS_REFUSED, "no relationship");
    struct care_relation r = {.patient = patient, .provider = provider, .type = RELATIONSHIP_TYPE_PRIMARY_CARE, .may_prescribe = true};
    cr_assert_eq(care_relation_set(nurse, &r, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(medication_list_for(nurse, patient, provider, &d, &err), STATUS_REFUSED, "may prescribe, may not view");
    r.may_view = true;
    cr_assert_eq(care_relation_set(nurse, &r, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(medication_list_for(nurse, patient, provider, &d, &err), STATUS_OK, "%s", error_text(&err));
    struct buffer text = BUFFER_INIT;
    document_to_text(d, 100, 0, &text);
    cr_expect_not_null(strstr(text.bytes, "loratadine"), "%s", text.bytes);
    buffer_release(&text);
    document_free(d);
    cr_expect_eq(medication_list_for(clinic_actor(c, CLINIC_FRONT_DESK), patient, provider, &d, &err), STATUS_NOT_PERMITTED);
    struct care_relation_list list = {0};
    cr_assert_eq(care_relations_get(nurse, patient, &list, &err), STATUS_OK);
    cr_expect_eq(list.len, 1, "changed, not doubled");
    care_relation_list_release(&list);
    cr_assert_eq(care_relation_revoke(nurse, patient, provider, &err), STATUS_OK);
    cr_expect_eq(medication_list_for(nurse, patient, provider, &d, &err), STATUS_REFUSED, "revoked");
    cr_expect_eq(care_relation_revoke(nurse, patient, provider, &err), STATUS_NOT_FOUND);
    clinic_free(c);
}

Test(directory, rights_hold_between_their_dates)
{
    static const struct date TODAY = {2026, 11, 24};
    static const struct {
        struct care_relation r;
        bool view, prescribe;
    } CASES[] = {
        {{.status = RELATIONSHIP_STATUS_ACTIVE, .may_view = true}, true, false},
        {{.status = RELATIONSHIP_STATUS_ACTIVE, .may_view = true, .may_prescribe = true, .start = {2026, 11, 24}}, true, true},
        {{.status = RELATIONSHIP_STATUS_ACTIVE, .may_view = true, .start = {2026, 11, 25}}, false, false},
        {{.status = RELATIONSHIP_STATUS_ACTIVE, .may_view = true, .end = {2026, 11, 24}}, true, false},
        {{.status = RELATIONSHIP_STATUS_ACTIVE, .may_view = true, .end = {2026, 11, 23}}, false, false},
        {{.status = RELATIONSHIP_STATUS_REVOKED, .may_view = true, .may_prescribe = true}, false, false},
        {{.status = RELATIONSHIP_STATUS_ENDED, .may_view = true}, false, false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        cr_expect_eq(care_relation_allows(&CASES[i].r, TODAY, true, false), CASES[i].view, "case %zu", i);
        cr_expect_eq(care_relation_allows(&CASES[i].r, TODAY, false, true), CASES[i].prescribe, "case %zu", i);
    }
}

Test(directory, has_one_primary_insurance)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    struct actor *desk = clinic_actor(c, CLINIC_FRONT_DESK);
    struct coverage one = {.patient = patient, .company = (char *)"Acme Health", .policy_number = (char *)"A1", .effective = {2026, 1, 1}, .is_primary = true};
    struct coverage two = {.patient = patient, .company = (char *)"Blue Lake", .effective = {2026, 6, 1}, .expiration = {2026, 5, 1}, .is_primary = true};
    cr_assert_eq(coverage_add(desk, &one, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(coverage_add(desk, &two, &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "expiration");
    two.expiration = (struct date){2027, 5, 31};
    cr_assert_eq(coverage_add(desk, &two, &err), STATUS_OK, "%s", error_text(&err));
    struct coverage_row_list list = {0};
    cr_assert_eq(coverages_get(desk, patient, &list, &err), STATUS_OK);
    cr_assert_eq(list.len, 2);
    cr_expect_str_eq(list.items[0].coverage.company, "Blue Lake");
    cr_expect(list.items[0].coverage.is_primary && !list.items[1].coverage.is_primary, "one primary");
    cr_assert_eq(coverage_stop(desk, patient, list.items[0].coverage.id, (struct date){2026, 11, 30}, &err), STATUS_OK);
    coverage_row_list_release(&list);
    cr_assert_eq(coverages_get(desk, patient, &list, &err), STATUS_OK);
    cr_expect_not(list.items[0].coverage.is_primary || list.items[1].coverage.is_primary);
    coverage_row_list_release(&list);
    clinic_free(c);
}
