/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may do what: one row a permission with its stored word, its words for people and the roles
 * that have it. Services ask permission_allows() before anything else; screens, commands and
 * docs/permissions.md print from the same rows. What depends on the record (own entry, verbal
 * source, second person) is the service's rule, not a permission. Being an administrator gives no
 * clinical permission: a nurse who administers has two accounts. */
#ifndef MODEL_PERMISSION_H
#define MODEL_PERMISSION_H

#include <stdbool.h>

#include "base/buffer.h"
#include "model/enums.h"

#define ROLE_BIT(role) (1u << (role))
#define ROLES_STAFF                                                                 \
    (ROLE_BIT(ROLE_PHARMACIST) | ROLE_BIT(ROLE_TECHNICIAN) | ROLE_BIT(ROLE_NURSE) | \
     ROLE_BIT(ROLE_STUDENT) | ROLE_BIT(ROLE_PRESCRIBER))
#define ROLES_LICENSED \
    (ROLE_BIT(ROLE_PHARMACIST) | ROLE_BIT(ROLE_NURSE) | ROLE_BIT(ROLE_PRESCRIBER))
#define ROLES_ALL                                                               \
    (ROLES_STAFF | ROLE_BIT(ROLE_FRONT_DESK) | ROLE_BIT(ROLE_PRIVACY_OFFICER) | \
     ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_ADMINISTRATOR))

/* What a permission opens: writing clinical facts is what no office role may have. */
enum permission_kind {
    PERMISSION_KIND_PERSONAL, /* who the patient is */
    PERMISSION_KIND_CLINICAL_READ,
    PERMISSION_KIND_CLINICAL_WRITE,
    PERMISSION_KIND_OFFICE,
    PERMISSION_KIND_OWN, /* the user's own things */
};

/* constant, stored word, kind, roles, what it allows */
#define PERMISSION_LIST(X)                                                                        \
    X(PERMISSION_PATIENT_FIND, "patient_find", PERSONAL,                                          \
      ROLES_STAFF | ROLE_BIT(ROLE_FRONT_DESK) | ROLE_BIT(ROLE_PRIVACY_OFFICER),                   \
      N_("Find patients by name, birth date or number."))                                         \
    X(PERMISSION_PATIENT_READ, "patient_read", PERSONAL,                                          \
      ROLES_STAFF | ROLE_BIT(ROLE_FRONT_DESK) | ROLE_BIT(ROLE_PRIVACY_OFFICER),                   \
      N_("See who a patient is: name, birth date, address, numbers."))                            \
    X(PERMISSION_PATIENT_WRITE, "patient_write", PERSONAL,                                        \
      ROLES_LICENSED | ROLE_BIT(ROLE_TECHNICIAN) | ROLE_BIT(ROLE_FRONT_DESK),                     \
      N_("Add patients and change who they are."))                                                \
    X(PERMISSION_PATIENT_JOIN, "patient_join", PERSONAL,                                          \
      ROLES_LICENSED | ROLE_BIT(ROLE_PRIVACY_OFFICER),                                            \
      N_("Join two records of one person, and part them again."))                                 \
    X(PERMISSION_CLINICAL_READ, "clinical_read", CLINICAL_READ, ROLES_STAFF,                      \
      N_("See allergies, problems, medications, doses and measurements."))                        \
    X(PERMISSION_ALLERGY_WRITE, "allergy_write", CLINICAL_WRITE,                                  \
      ROLES_LICENSED | ROLE_BIT(ROLE_TECHNICIAN), N_("Record allergies and intolerances."))       \
    X(PERMISSION_CONDITION_WRITE, "condition_write", CLINICAL_WRITE, ROLES_LICENSED,              \
      N_("Record problems."))                                                                     \
    X(PERMISSION_METRIC_WRITE, "metric_write", CLINICAL_WRITE,                                    \
      ROLES_LICENSED | ROLE_BIT(ROLE_TECHNICIAN) | ROLE_BIT(ROLE_STUDENT),                        \
      N_("Record measurements, pregnancy and breastfeeding."))                                    \
    X(PERMISSION_ACCESS_READ, "access_read", PERSONAL,                                            \
      ROLES_LICENSED | ROLE_BIT(ROLE_PRIVACY_OFFICER) | ROLE_BIT(ROLE_AUDITOR),                   \
      N_("See who opened or changed a patient's record."))                                        \
    X(PERMISSION_ORDER_WRITE, "order_write", CLINICAL_WRITE, ROLE_BIT(ROLE_PRESCRIBER),           \
      N_("Order and change medications on one's own responsibility."))                            \
    X(PERMISSION_ORDER_TRANSCRIBE, "order_transcribe", CLINICAL_WRITE,                            \
      ROLE_BIT(ROLE_PHARMACIST) | ROLE_BIT(ROLE_NURSE),                                           \
      N_("Enter an order that a prescriber gave: verbal, by telephone or by protocol."))          \
    X(PERMISSION_ORDER_STOP, "order_stop", CLINICAL_WRITE, ROLES_LICENSED,                        \
      N_("Stop or hold an order; who is no prescriber names the source."))                        \
    X(PERMISSION_ORDER_VERIFY, "order_verify", CLINICAL_WRITE, ROLE_BIT(ROLE_PHARMACIST),         \
      N_("Verify orders as a pharmacist."))                                                       \
    X(PERMISSION_REFILL_ASK, "refill_ask", CLINICAL_WRITE,                                        \
      ROLE_BIT(ROLE_PHARMACIST) | ROLE_BIT(ROLE_TECHNICIAN),                                      \
      N_("Ask another workstation for a refill of an order that it holds."))                      \
    X(PERMISSION_FILL_PREPARE, "fill_prepare", CLINICAL_WRITE,                                    \
      ROLE_BIT(ROLE_PHARMACIST) | ROLE_BIT(ROLE_TECHNICIAN),                                      \
      N_("Put prescriptions in the counter's queue, fill them, take them back to stock."))        \
    X(PERMISSION_FILL_CHECK, "fill_check", CLINICAL_WRITE, ROLE_BIT(ROLE_PHARMACIST),             \
      N_("Give a filled prescription its final check."))                                          \
    X(PERMISSION_FILL_HAND_OVER, "fill_hand_over", CLINICAL_WRITE,                                \
      ROLE_BIT(ROLE_PHARMACIST) | ROLE_BIT(ROLE_TECHNICIAN),                                      \
      N_("Hand prescriptions over to patients."))                                                 \
    X(PERMISSION_PICKUP_READ, "pickup_read", PERSONAL,                                            \
      ROLE_BIT(ROLE_PHARMACIST) | ROLE_BIT(ROLE_TECHNICIAN) | ROLE_BIT(ROLE_FRONT_DESK),          \
      N_("See for whom something is ready at the counter, never what it is."))                    \
    X(PERMISSION_DIRECTORY_WRITE, "directory_write", OFFICE,                                      \
      ROLES_LICENSED | ROLE_BIT(ROLE_TECHNICIAN) | ROLE_BIT(ROLE_FRONT_DESK) |                    \
          ROLE_BIT(ROLE_ADMINISTRATOR),                                                           \
      N_("Keep the directory: pharmacies, providers, what a provider may see of a patient."))     \
    X(PERMISSION_DOSE_RECORD, "dose_record", CLINICAL_WRITE, ROLES_LICENSED,                      \
      N_("Record doses as given, held, refused or missed."))                                      \
    X(PERMISSION_DOSE_CORRECT, "dose_correct", CLINICAL_WRITE, ROLES_LICENSED,                    \
      N_("Correct a recorded dose by a new record."))                                             \
    X(PERMISSION_DOSE_SUPERVISE, "dose_supervise", CLINICAL_WRITE,                                \
      ROLE_BIT(ROLE_PHARMACIST) | ROLE_BIT(ROLE_PRESCRIBER),                                      \
      N_("Decide on doses that need a second look: far too late, out of order, others' errors."))  \
    X(PERMISSION_DOSE_WITNESS, "dose_witness", CLINICAL_WRITE, ROLES_LICENSED,                    \
      N_("Stand beside as the second person: waste, counts, independent checks, students."))      \
    X(PERMISSION_DOSE_ASSIST, "dose_assist", CLINICAL_WRITE, ROLE_BIT(ROLE_STUDENT),              \
      N_("Record doses under an instructor who signs for them."))                                 \
    X(PERMISSION_OVERRIDE_MAJOR, "override_major", CLINICAL_WRITE, ROLES_LICENSED,                \
      N_("Go on in spite of a major finding, with a reason."))                                    \
    X(PERMISSION_OVERRIDE_CONTRAINDICATED, "override_contraindicated", CLINICAL_WRITE,            \
      ROLE_BIT(ROLE_PHARMACIST) | ROLE_BIT(ROLE_PRESCRIBER),                                      \
      N_("Go on in spite of a contraindication, with a reason and a plan."))                      \
    X(PERMISSION_RECONCILE, "reconcile", CLINICAL_WRITE,                                          \
      ROLES_LICENSED | ROLE_BIT(ROLE_TECHNICIAN),                                                 \
      N_("Collect a patient's lists of medicines and decide their lines."))                       \
    X(PERMISSION_RECONCILE_SIGN, "reconcile_sign", CLINICAL_WRITE, ROLES_LICENSED,                \
      N_("Sign a reconciled list; what it changes waits for a prescriber unless one signs."))     \
    X(PERMISSION_IMPORT_RUN, "import_run", OFFICE,                                                \
      ROLE_BIT(ROLE_PHARMACIST) | ROLE_BIT(ROLE_ADMINISTRATOR),                                   \
      N_("Import records from files of other systems."))                                          \
    X(PERMISSION_SITE_ADMIN, "site_admin", OFFICE, ROLE_BIT(ROLE_ADMINISTRATOR),                  \
      N_("Set up the site: devices, joining, backup, restore, keys."))                            \
    X(PERMISSION_STAFF_ADMIN, "staff_admin", OFFICE, ROLE_BIT(ROLE_ADMINISTRATOR),                \
      N_("Add staff, change their roles, lock and unlock accounts."))                             \
    X(PERMISSION_AUDIT_READ, "audit_read", OFFICE,                                                \
      ROLE_BIT(ROLE_PRIVACY_OFFICER) | ROLE_BIT(ROLE_AUDITOR), N_("Read the audit log."))         \
    X(PERMISSION_AUDIT_VERIFY, "audit_verify", OFFICE,                                            \
      ROLE_BIT(ROLE_PRIVACY_OFFICER) | ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_ADMINISTRATOR),     \
      N_("Check that the audit log is whole, without reading it."))                               \
    X(PERMISSION_REPORT_READ, "report_read", OFFICE,                                              \
      ROLES_LICENSED | ROLE_BIT(ROLE_PRIVACY_OFFICER) | ROLE_BIT(ROLE_AUDITOR) |                  \
          ROLE_BIT(ROLE_ADMINISTRATOR),                                                           \
      N_("See counts and rates of the site, never a patient."))                                   \
    X(PERMISSION_EXPORT_PATIENT, "export_patient", OFFICE,                                        \
      ROLE_BIT(ROLE_PHARMACIST) | ROLE_BIT(ROLE_PRESCRIBER) | ROLE_BIT(ROLE_PRIVACY_OFFICER),     \
      N_("Write one patient's whole record to a file, for the patient or the next provider."))    \
    X(PERMISSION_ERASE_PATIENT, "erase_patient", OFFICE, ROLE_BIT(ROLE_PRIVACY_OFFICER),          \
      N_("Erase a patient's record where the law asks for it."))                                  \
    X(PERMISSION_PATIENT_RESTRICT, "patient_restrict", PERSONAL, ROLE_BIT(ROLE_PRIVACY_OFFICER),  \
      N_("Restrict a patient's record and name who may open it."))                                \
    X(PERMISSION_EMERGENCY_ACCESS, "emergency_access", CLINICAL_READ, ROLES_LICENSED,             \
      N_("Open a restricted record in an emergency, with a reason that is reviewed."))            \
    X(PERMISSION_EMERGENCY_REVIEW, "emergency_review", OFFICE, ROLE_BIT(ROLE_PRIVACY_OFFICER),    \
      N_("Review the emergency openings of restricted records."))                                 \
    X(PERMISSION_SETTINGS_WRITE, "settings_write", OFFICE, ROLE_BIT(ROLE_ADMINISTRATOR),          \
      N_("Change the site's settings."))                                                          \
    X(PERMISSION_KNOWLEDGE_ADMIN, "knowledge_admin", OFFICE,                                      \
      ROLE_BIT(ROLE_PHARMACIST) | ROLE_BIT(ROLE_ADMINISTRATOR),                                   \
      N_("Load drug knowledge and the site's own rules."))                                        \
    X(PERMISSION_KNOWLEDGE_RAISE, "knowledge_raise", OFFICE, ROLE_BIT(ROLE_PHARMACIST),           \
      N_("Decide which findings of loaded drug data may interrupt people."))                      \
    X(PERMISSION_DRAFT_OWN, "draft_own", OWN, ROLES_ALL, N_("Keep and resume one's own drafts.")) \
    X(PERMISSION_SESSION_OWN, "session_own", OWN, ROLES_ALL,                                      \
      N_("Sign in, lock, change one's own password, PIN and preferences."))

#define PERMISSION_CONSTANT(constant, word, kind, roles, help) constant,
enum permission { PERMISSION_NONE = 0, PERMISSION_LIST(PERMISSION_CONSTANT) PERMISSION_COUNT };

/* False for PERMISSION_NONE and for values out of range: what is not listed is not allowed. */
bool permission_allows(enum role role, enum permission permission);
const char *permission_word(enum permission permission); /* "patient_find"; "" out of range */
const char *
permission_help(enum permission permission); /* one translated sentence; "" out of range */
enum permission permission_from_word(const char *word); /* PERMISSION_NONE when unknown */
enum permission_kind permission_kind(enum permission permission);

/* The table as a page, English: docs/permissions.md. */
void permission_write_markdown(struct buffer *out);

#endif
