/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pharmacies, providers, what they may see, and insurance. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/directory.h"
#include "service/orders.h"
#include "service/restrictions.h"
#include "service/site_settings.h"
#include "service/staff_desk.h"
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

/* ---- the rights of the site's own people ---- */

#define OSEI_NPI "1234567893"

/* The prescriber of the clinic is a provider of the directory. */
static struct uid make_provider_of_prescriber(struct clinic *c)
{
    struct error err = ERROR_INIT;
    const struct staff_license license = {.npi = (char *)OSEI_NPI, .number = (char *)"", .authority = (char *)""};
    (void)clinic_actor(c, CLINIC_PRESCRIBER);
    clinic_prove(c, CLINIC_ADMIN);
    cr_assert_eq(staff_set_license(clinic_actor(c, CLINIC_ADMIN), clinic_login(CLINIC_PRESCRIBER), &license, "as on the card", &err), STATUS_OK, "%s",
                 error_text(&err));
    return add_provider(c, "Osei", OSEI_NPI);
}

static void give_rights(struct clinic *c, struct uid patient, struct uid provider, bool may_view, bool may_prescribe)
{
    struct error err = ERROR_INIT;
    const struct care_relation r = {.patient = patient, .provider = provider, .type = RELATIONSHIP_TYPE_PRIMARY_CARE, .may_view = may_view,
                                    .may_prescribe = may_prescribe};
    cr_assert_eq(care_relation_set(clinic_actor(c, CLINIC_FRONT_DESK), &r, &err), STATUS_OK, "%s", error_text(&err));
}

static int drug; /* another one each time: the same one twice would be a finding */

static enum status try_order(struct clinic *c, enum clinic_person who, struct uid patient, struct uid teller, struct error *err)
{
    static const char *const DRUGS[] = {"loratadine 10 mg tab", "docusate 100 mg cap", "famotidine 20 mg tab", "folic acid 1 mg tab", "senna 8.6 mg tab",
                                        "cyanocobalamin 1 mg tab", "simethicone 80 mg tab"};
    struct proposal *p = NULL;
    struct actor *actor = clinic_actor(c, who);
    struct order order = {.drug_text = mem_copy_text(DRUGS[drug++ % (sizeof DRUGS / sizeof *DRUGS)]), .source = ORDER_SOURCE_WRITTEN, .start_us = clock_now_us(&c->clock)};
    order.directions = mem_copy_text("1 tab daily");
    order.sig.kind = SCHEDULE_KIND_UNSTRUCTURED;
    if (!uid_is_none(teller)) {
        order.source = ORDER_SOURCE_TELEPHONE;
        order.prescriber_name = mem_copy_text("Osei");
        order.relay = (struct order_relay){teller, clock_now_us(&c->clock), true};
    }
    enum status status = order_propose(actor, patient, &order, &p, err);
    if (status == STATUS_OK) {
        struct uid saved;
        status = order_save(actor, p, NULL, 0, NULL, &saved, err);
        proposal_free(p);
    }
    order_release(&order);
    return status;
}

Test(directory, a_prescriber_without_the_right_cannot_order)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"}), provider = make_provider_of_prescriber(c);
    struct uid osei = clinic_user(c, CLINIC_PRESCRIBER);
    cr_expect_eq(try_order(c, CLINIC_PRESCRIBER, patient, UID_NONE, &err), STATUS_OK, "nothing was decided: %s", error_text(&err));
    give_rights(c, patient, provider, true, false);
    cr_expect_eq(try_order(c, CLINIC_PRESCRIBER, patient, UID_NONE, &err), STATUS_REFUSED);
    cr_expect_eq(try_order(c, CLINIC_NURSE, patient, osei, &err), STATUS_REFUSED, "nor by telephone: %s", error_text(&err));
    cr_expect_eq(try_order(c, CLINIC_PRESCRIBER_2, patient, UID_NONE, &err), STATUS_OK, "another one: %s", error_text(&err));
    give_rights(c, patient, provider, true, true);
    cr_expect_eq(try_order(c, CLINIC_PRESCRIBER, patient, UID_NONE, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(try_order(c, CLINIC_NURSE, patient, osei, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(care_relation_revoke(clinic_actor(c, CLINIC_FRONT_DESK), patient, provider, &err), STATUS_OK);
    cr_expect_eq(try_order(c, CLINIC_NURSE, patient, osei, &err), STATUS_REFUSED, "revoked");
    clinic_free(c);
}

Test(directory, a_held_order_is_stopped_but_not_resumed_without_the_right)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"}), provider = make_provider_of_prescriber(c);
    struct uid order = clinic_add_order(c, patient, "loratadine 10 mg tab 1 tab daily");
    struct actor *osei = clinic_actor(c, CLINIC_PRESCRIBER);
    const struct order_cause hold = {.reason = "procedure", .source = ORDER_SOURCE_WRITTEN},
                             resume = {.reason = "cleared", .source = ORDER_SOURCE_WRITTEN},
                             stop = {.reason = "no_indication", .source = ORDER_SOURCE_WRITTEN};
    struct order now = clinic_get_order(c, order);
    cr_assert_eq(order_hold(osei, order, now.version, &hold, &err), STATUS_OK, "%s", error_text(&err));
    order_release(&now);
    give_rights(c, patient, provider, true, false);
    now = clinic_get_order(c, order);
    cr_expect_eq(order_resume(osei, order, now.version, &resume, &err), STATUS_REFUSED);
    cr_expect_eq(order_stop(osei, order, now.version, &stop, &err), STATUS_OK, "%s", error_text(&err));
    order_release(&now);
    clinic_free(c);
}

Test(directory, medicines_are_closed_to_a_provider_who_may_not_see_them)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    struct restriction_view view;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"}), provider = make_provider_of_prescriber(c);
    struct actor *osei = clinic_actor(c, CLINIC_PRESCRIBER);
    (void)clinic_add_order(c, patient, "loratadine 10 mg tab 1 tab daily");
    cr_assert_eq(chart_open(osei, patient, 1, 1, &chart, &err), STATUS_OK, "nothing was decided: %s", error_text(&err));
    give_rights(c, patient, provider, false, true);
    cr_expect_eq(chart_refresh(osei, &chart, &err), STATUS_RESTRICTED, "an open chart closes");
    chart_free(chart);
    chart = NULL;
    cr_expect_eq(chart_open(osei, patient, 1, 1, &chart, &err), STATUS_RESTRICTED);
    cr_assert_eq(restriction_see(osei, patient, &view, &err), STATUS_OK);
    cr_expect_eq(view.rule, RESTRICTION_RULE_CONSENT);
    const struct care_relation self = {.patient = patient, .provider = provider, .type = RELATIONSHIP_TYPE_PRIMARY_CARE, .may_view = true};
    cr_expect_eq(care_relation_set(osei, &self, &err), STATUS_RESTRICTED, "nobody gives the right to themselves");
    cr_assert_eq(chart_open(clinic_actor(c, CLINIC_NURSE), patient, 1, 1, &chart, &err), STATUS_OK, "others see: %s", error_text(&err));
    chart_free(chart);
    give_rights(c, patient, provider, true, true);
    chart = NULL;
    cr_assert_eq(chart_open(osei, patient, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    chart_free(chart);
    clinic_free(c);
}

Test(directory, a_site_may_ask_for_a_relationship_before_anything_is_ordered)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"}), provider = make_provider_of_prescriber(c);
    cr_assert_eq(site_setting_change(clinic_actor(c, CLINIC_ADMIN), SETTING_PRESCRIBE_RELATED, "on", &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(try_order(c, CLINIC_PRESCRIBER, patient, UID_NONE, &err), STATUS_REFUSED);
    give_rights(c, patient, provider, true, true);
    cr_expect_eq(try_order(c, CLINIC_PRESCRIBER, patient, UID_NONE, &err), STATUS_OK, "%s", error_text(&err));
    clinic_free(c);
}
