/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arguments of role_calls.awk for functions that look at what they were given before they ask who may: ARG_<struct> for a
 * pointer to that struct, TEXT_<name> for a text of that name. The rest gets the emptiest value there is. */
#ifndef SERVICE_ROLE_ARGUMENTS_H
#define SERVICE_ROLE_ARGUMENTS_H

#define TEXT_password "lantern-orchard-47-basalt"

/* A text that a struct would own; nothing here writes to it. */
#define ROLE_TEXT(words) ((char[]){words})

#define ARG_audit_period (&(struct audit_period){.action_begin = "", .limit = 1})
#define ARG_allergy (&(struct allergy){.allergen_name = ROLE_TEXT("penicillin"), .reaction = ROLE_TEXT(""), .note = ROLE_TEXT("")})
#define ARG_condition (&(struct condition){.name = ROLE_TEXT("Hypertension"), .notes = ROLE_TEXT("")})
#define ARG_patient \
    (&(struct patient){.first_name = ROLE_TEXT("Test"), .last_name = ROLE_TEXT("Person"), .birth_date = {1960, 5, 17}, .mrn = ROLE_TEXT("")})
#define ARG_dose_event                                                                                                      \
    (&(struct dose_event){.identified_by = IDENTIFIED_BY_WRISTBAND, .status = DOSE_STATUS_MISSED, .reason = ROLE_TEXT("other"), \
                          .reason_text = ROLE_TEXT("tested"), .body_site = ROLE_TEXT(""), .timing_reason = ROLE_TEXT("")})
#define ARG_order                                                                                                       \
    (&(struct order){.drug_text = ROLE_TEXT("warfarin"), .directions = ROLE_TEXT("1 tablet daily"), .reason = ROLE_TEXT("other: tested"), \
                     .source = ORDER_SOURCE_WRITTEN})
#define ARG_staff_license (&(struct staff_license){.npi = ROLE_TEXT(""), .number = ROLE_TEXT(""), .authority = ROLE_TEXT("")})
#define ARG_order_cause (&(struct order_cause){.reason = "other: tested"})
#define ARG_proposal                                                                                         \
    (&(struct proposal){.order = {.drug_text = ROLE_TEXT("warfarin"), .directions = ROLE_TEXT("1 tablet daily"), \
                                  .reason = ROLE_TEXT("other: tested"), .source = ORDER_SOURCE_WRITTEN},          \
                        .result = &(struct screen_result){.finding_count = 0}})
#define ARG_list_out                                                                                                      \
    (&(struct list_out){.name = ROLE_TEXT("due"), .title = ROLE_TEXT("Doses due"), .permission = PERMISSION_CLINICAL_READ, \
                        .heads = (const char *const[]){"Planned"}, .columns = 1})

#define ARG_document NULL
#define ARG_print_request (&(struct print_request){.what = "label", .permission = PERMISSION_CLINICAL_READ, .table = "", .copies = 1})

#endif
