/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every list of fixed words in the database, once. Each X-list gives the C constant, the word that is stored (and that
 * the CHECKs of data/schema allow; a test compares them) and the words for people (translated by enum_label()).
 * Value 0 is always "unknown / not given" and is stored as NULL unless the list has a word for it. */
#ifndef MODEL_ENUMS_H
#define MODEL_ENUMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/i18n.h"
#include "model/enums_dose.h"
#include "model/enums_reconcile.h"

#define ACCOUNT_STATUS_LIST(X)                                                                                       \
    X(ACCOUNT_STATUS_NO_LOGIN, "no_login", N_("no account"))                                                         \
    X(ACCOUNT_STATUS_ACTIVE, "active", N_("active"))                                                                 \
    X(ACCOUNT_STATUS_LOCKED, "locked", N_("locked"))                                                                 \
    X(ACCOUNT_STATUS_DISABLED, "disabled", N_("disabled"))

#define GENDER_LIST(X)                                                                                               \
    X(GENDER_FEMALE, "female", N_("female"))                                                                         \
    X(GENDER_MALE, "male", N_("male"))                                                                               \
    X(GENDER_OTHER, "other", N_("other"))                                                                            \
    X(GENDER_UNKNOWN, "unknown", N_("unknown"))

#define BLOOD_TYPE_LIST(X)                                                                                           \
    X(BLOOD_TYPE_A_POS, "A+", "A+")                                                                                  \
    X(BLOOD_TYPE_A_NEG, "A-", "A-")                                                                                  \
    X(BLOOD_TYPE_B_POS, "B+", "B+")                                                                                  \
    X(BLOOD_TYPE_B_NEG, "B-", "B-")                                                                                  \
    X(BLOOD_TYPE_AB_POS, "AB+", "AB+")                                                                               \
    X(BLOOD_TYPE_AB_NEG, "AB-", "AB-")                                                                               \
    X(BLOOD_TYPE_O_POS, "O+", "O+")                                                                                  \
    X(BLOOD_TYPE_O_NEG, "O-", "O-")

#define CONDITION_SEVERITY_LIST(X)                                                                                   \
    X(CONDITION_SEVERITY_MILD, "mild", N_("mild"))                                                                   \
    X(CONDITION_SEVERITY_MODERATE, "moderate", N_("moderate"))                                                       \
    X(CONDITION_SEVERITY_SEVERE, "severe", N_("severe"))

/* FHIR R4 condition-clinical, plus how a wrong row is silenced. */
#define CONDITION_STATUS_LIST(X)                                                                                     \
    X(CONDITION_STATUS_ACTIVE, "active", N_("active"))                                                               \
    X(CONDITION_STATUS_RECURRENCE, "recurrence", N_("recurrence"))                                                   \
    X(CONDITION_STATUS_RELAPSE, "relapse", N_("relapse"))                                                            \
    X(CONDITION_STATUS_INACTIVE, "inactive", N_("inactive"))                                                         \
    X(CONDITION_STATUS_REMISSION, "remission", N_("remission"))                                                      \
    X(CONDITION_STATUS_RESOLVED, "resolved", N_("resolved"))                                                         \
    X(CONDITION_STATUS_REFUTED, "refuted", N_("refuted"))                                                            \
    X(CONDITION_STATUS_IN_ERROR, "entered_in_error", N_("entered in error"))

#define ALLERGEN_TYPE_LIST(X)                                                                                        \
    X(ALLERGEN_TYPE_DRUG, "drug", N_("drug"))                                                                        \
    X(ALLERGEN_TYPE_DRUG_CLASS, "drug_class", N_("drug class"))                                                      \
    X(ALLERGEN_TYPE_FOOD, "food", N_("food"))                                                                        \
    X(ALLERGEN_TYPE_ENVIRONMENT, "environment", N_("environment"))                                                   \
    X(ALLERGEN_TYPE_OTHER, "other", N_("other"))

#define REACTION_SEVERITY_LIST(X)                                                                                    \
    X(REACTION_SEVERITY_MILD, "mild", N_("mild"))                                                                    \
    X(REACTION_SEVERITY_MODERATE, "moderate", N_("moderate"))                                                        \
    X(REACTION_SEVERITY_SEVERE, "severe", N_("severe"))                                                              \
    X(REACTION_SEVERITY_LIFE_THREATENING, "life_threatening", N_("life-threatening"))

/* Whether a recorded allergy takes part in checks: active and unconfirmed do; the rest are silent. */
#define ALLERGY_STATE_LIST(X)                                                                                        \
    X(ALLERGY_STATE_ACTIVE, "active", N_("active"))                                                                  \
    X(ALLERGY_STATE_UNCONFIRMED, "unconfirmed", N_("unconfirmed"))                                                   \
    X(ALLERGY_STATE_INACTIVE, "inactive", N_("inactive"))                                                            \
    X(ALLERGY_STATE_RESOLVED, "resolved", N_("resolved"))                                                            \
    X(ALLERGY_STATE_REFUTED, "refuted", N_("refuted"))                                                               \
    X(ALLERGY_STATE_IN_ERROR, "entered_in_error", N_("entered in error"))

/* FHIR AllergyIntolerance.type, with side effects apart: intolerances and side effects are shown lower and never block. */
#define ALLERGY_KIND_LIST(X)                                                                                         \
    X(ALLERGY_KIND_ALLERGY, "allergy", N_("allergy"))                                                                \
    X(ALLERGY_KIND_INTOLERANCE, "intolerance", N_("intolerance"))                                                    \
    X(ALLERGY_KIND_TOLERATED, "tolerated", N_("tolerated"))                                                          \
    X(ALLERGY_KIND_SIDE_EFFECT, "side_effect", N_("side effect"))

/* clinical.md 4.B.15: "nobody asked" is not "no known allergies". */
#define ALLERGY_STATUS_LIST(X)                                                                                       \
    X(ALLERGY_STATUS_NOT_ASKED, "not_asked", N_("not asked"))                                                        \
    X(ALLERGY_STATUS_UNABLE, "unable", N_("unable to assess"))                                                       \
    X(ALLERGY_STATUS_NONE_KNOWN, "none_known", N_("no known allergies"))                                             \
    X(ALLERGY_STATUS_LISTED, "listed", N_("see list"))

/* Asked with a date; "nobody asked" is value 0. */
#define PREGNANCY_LIST(X)                                                                                            \
    X(PREGNANCY_NOT, "not_pregnant", N_("not pregnant"))                                                             \
    X(PREGNANCY_POSSIBLE, "possible", N_("possibly pregnant"))                                                       \
    X(PREGNANCY_PREGNANT, "pregnant", N_("pregnant"))

#define LACTATION_LIST(X)                                                                                            \
    X(LACTATION_NOT, "not_lactating", N_("not breastfeeding"))                                                       \
    X(LACTATION_LACTATING, "lactating", N_("breastfeeding"))

#define INTERACTION_TYPE_LIST(X)                                                                                     \
    X(INTERACTION_TYPE_CONTRAINDICATED, "contraindicated", N_("CONTRAINDICATED"))                                    \
    X(INTERACTION_TYPE_MAJOR, "major", N_("MAJOR"))                                                                  \
    X(INTERACTION_TYPE_MODERATE, "moderate", N_("moderate"))                                                         \
    X(INTERACTION_TYPE_MINOR, "minor", N_("minor"))                                                                  \
    X(INTERACTION_TYPE_NONE, "none", N_("none"))

#define EVIDENCE_LEVEL_LIST(X)                                                                                       \
    X(EVIDENCE_LEVEL_ESTABLISHED, "established", N_("established"))                                                  \
    X(EVIDENCE_LEVEL_PROBABLE, "probable", N_("probable"))                                                           \
    X(EVIDENCE_LEVEL_SUSPECTED, "suspected", N_("suspected"))                                                        \
    X(EVIDENCE_LEVEL_THEORETICAL, "theoretical", N_("theoretical"))

/* FHIR R4 MedicationRequest.status in our words. */
#define MEDICATION_STATUS_LIST(X)                                                                                    \
    X(MEDICATION_STATUS_DRAFT, "draft", N_("draft"))                                                                 \
    X(MEDICATION_STATUS_ACTIVE, "active", N_("active"))                                                              \
    X(MEDICATION_STATUS_ON_HOLD, "on_hold", N_("on hold"))                                                           \
    X(MEDICATION_STATUS_STOPPED, "stopped", N_("stopped"))                                                           \
    X(MEDICATION_STATUS_COMPLETED, "completed", N_("completed"))                                                     \
    X(MEDICATION_STATUS_CANCELLED, "cancelled", N_("cancelled"))                                                     \
    X(MEDICATION_STATUS_IN_ERROR, "entered_in_error", N_("entered in error"))                                        \
    X(MEDICATION_STATUS_UNKNOWN, "unknown", N_("unknown"))

/* What one order version does to its order. */
#define ORDER_ACTION_LIST(X)                                                                                         \
    X(ORDER_ACTION_START, "start", N_("started"))                                                                    \
    X(ORDER_ACTION_CHANGE, "change", N_("changed"))                                                                  \
    X(ORDER_ACTION_HOLD, "hold", N_("held"))                                                                         \
    X(ORDER_ACTION_RESUME, "resume", N_("resumed"))                                                                  \
    X(ORDER_ACTION_STOP, "stop", N_("stopped"))                                                                      \
    X(ORDER_ACTION_IMPORT, "import", N_("imported"))                                                                 \
    X(ORDER_ACTION_IN_ERROR, "entered_in_error", N_("entered in error"))

#define ORDER_SOURCE_LIST(X)                                                                                         \
    X(ORDER_SOURCE_WRITTEN, "written", N_("written"))                                                                \
    X(ORDER_SOURCE_VERBAL, "verbal", N_("verbal"))                                                                   \
    X(ORDER_SOURCE_TELEPHONE, "telephone", N_("telephone"))                                                          \
    X(ORDER_SOURCE_PROTOCOL, "protocol", N_("protocol"))                                                             \
    X(ORDER_SOURCE_IMPORTED, "imported", N_("imported"))                                                             \
    X(ORDER_SOURCE_REPORTED, "reported", N_("reported by the patient"))

/* clinical.md 4.B.15 */
#define VERIFICATION_LIST(X)                                                                                         \
    X(VERIFICATION_UNVERIFIED, "unverified", N_("unverified"))                                                       \
    X(VERIFICATION_VERIFIED, "verified", N_("verified"))                                                             \
    X(VERIFICATION_CLARIFY, "clarify", N_("to clarify"))                                                             \
    X(VERIFICATION_REJECTED, "rejected", N_("rejected"))

#define SCHEDULE_KIND_LIST(X)                                                                                        \
    X(SCHEDULE_KIND_WALL, "wall", N_("at fixed times"))                                                              \
    X(SCHEDULE_KIND_ELAPSED, "elapsed", N_("at fixed intervals"))                                                    \
    X(SCHEDULE_KIND_PRN, "prn", N_("as needed"))                                                                     \
    X(SCHEDULE_KIND_ONCE, "once", N_("once"))                                                                        \
    X(SCHEDULE_KIND_UNSTRUCTURED, "unstructured", N_("as written"))

/* clinical.md 4.C, override record. */
#define OVERRIDE_REASON_LIST(X)                                                                                      \
    X(OVERRIDE_REASON_BENEFIT, "benefit_over_risk", N_("benefit outweighs the risk"))                                \
    X(OVERRIDE_REASON_MONITORED, "monitored", N_("will be monitored"))                                               \
    X(OVERRIDE_REASON_TOLERATED, "tolerated", N_("tolerated before"))                                                \
    X(OVERRIDE_REASON_ADJUSTED, "dose_adjusted", N_("dose adjusted"))                                                \
    X(OVERRIDE_REASON_AWARE, "prescriber_aware", N_("prescriber is aware"))                                          \
    X(OVERRIDE_REASON_NOT_RELEVANT, "not_relevant", N_("not relevant for this patient"))                             \
    X(OVERRIDE_REASON_OTHER, "other", N_("other"))

/* Why a record is restricted, why somebody opened it all the same, and what the review said (security.md 2.5). */
#define RESTRICTION_RULE_LIST(X)                                                                                     \
    X(RESTRICTION_RULE_VIP, "vip", N_("person of public interest"))                                                  \
    X(RESTRICTION_RULE_STAFF, "staff", N_("works here, or family of who does"))                                      \
    X(RESTRICTION_RULE_CONSENT, "consent", N_("consent withheld"))                                                   \
    X(RESTRICTION_RULE_PROTECTION, "protection", N_("person at risk"))

/* Why a record may be erased although records have to be kept (GDPR articles 17(1) and 17(3)(b), 45 CFR 164.316(b)(2)). */
#define ERASURE_GROUND_LIST(X)                                                                                       \
    X(ERASURE_GROUND_MISTAKE, "mistake", N_("registered by mistake, never treated"))                                 \
    X(ERASURE_GROUND_RETENTION, "retention_over", N_("the time for which it has to be kept is over"))                \
    X(ERASURE_GROUND_ORDER, "order", N_("a court or an authority ordered it"))

#define EMERGENCY_REASON_LIST(X)                                                                                     \
    X(EMERGENCY_REASON_EMERGENCY, "emergency", N_("emergency: life or health at risk"))                              \
    X(EMERGENCY_REASON_COVERING, "covering", N_("covering for a colleague who may"))                                 \
    X(EMERGENCY_REASON_PATIENT_ASKS, "patient_asks", N_("the patient is here and asks for it"))                      \
    X(EMERGENCY_REASON_HANDOVER, "handover", N_("transfer or handover"))                                             \
    X(EMERGENCY_REASON_OTHER, "other", N_("other"))

#define REVIEW_VERDICT_LIST(X)                                                                                       \
    X(REVIEW_VERDICT_JUSTIFIED, "justified", N_("justified"))                                                        \
    X(REVIEW_VERDICT_NOT_JUSTIFIED, "not_justified", N_("not justified"))                                            \
    X(REVIEW_VERDICT_REPORTED, "reported", N_("reported as an incident"))

#define PERIOD_TYPE_LIST(X)                                                                                          \
    X(PERIOD_TYPE_DAY, "day", N_("day"))                                                                             \
    X(PERIOD_TYPE_WEEK, "week", N_("week"))                                                                          \
    X(PERIOD_TYPE_MONTH, "month", N_("month"))                                                                       \
    X(PERIOD_TYPE_QUARTER, "quarter", N_("quarter"))                                                                 \
    X(PERIOD_TYPE_YEAR, "year", N_("year"))

#define NOTIFICATION_TYPE_LIST(X)                                                                                    \
    X(NOTIFICATION_TYPE_REMINDER, "medication_reminder", N_("medication reminder"))                                  \
    X(NOTIFICATION_TYPE_MISSED, "missed_dose", N_("missed dose"))                                                    \
    X(NOTIFICATION_TYPE_REFILL, "refill_reminder", N_("refill reminder"))                                            \
    X(NOTIFICATION_TYPE_SAFETY, "safety", N_("safety notice"))                                                       \
    X(NOTIFICATION_TYPE_OTHER, "other", N_("other"))

#define DELIVERY_METHOD_LIST(X)                                                                                      \
    X(DELIVERY_METHOD_PUSH, "push", N_("push"))                                                                      \
    X(DELIVERY_METHOD_EMAIL, "email", N_("email"))                                                                   \
    X(DELIVERY_METHOD_SMS, "sms", N_("text message"))                                                                \
    X(DELIVERY_METHOD_SCREEN, "screen", N_("on screen"))

#define PRIORITY_LIST(X)                                                                                             \
    X(PRIORITY_LOW, "low", N_("low"))                                                                                \
    X(PRIORITY_NORMAL, "normal", N_("normal"))                                                                       \
    X(PRIORITY_HIGH, "high", N_("high"))                                                                             \
    X(PRIORITY_URGENT, "urgent", N_("urgent"))

#define NOTIFICATION_STATUS_LIST(X)                                                                                  \
    X(NOTIFICATION_STATUS_PENDING, "pending", N_("pending"))                                                         \
    X(NOTIFICATION_STATUS_SENDING, "sending", N_("sending"))                                                         \
    X(NOTIFICATION_STATUS_SENT, "sent", N_("sent"))                                                                  \
    X(NOTIFICATION_STATUS_FAILED, "failed", N_("failed"))                                                            \
    X(NOTIFICATION_STATUS_CANCELLED, "cancelled", N_("cancelled"))

#define DELIVERY_STATUS_LIST(X)                                                                                      \
    X(DELIVERY_STATUS_DELIVERED, "delivered", N_("delivered"))                                                       \
    X(DELIVERY_STATUS_BOUNCED, "bounced", N_("bounced"))                                                             \
    X(DELIVERY_STATUS_FAILED, "failed", N_("failed"))                                                                \
    X(DELIVERY_STATUS_UNKNOWN, "unknown", N_("unknown"))

#define RELATIONSHIP_TYPE_LIST(X)                                                                                    \
    X(RELATIONSHIP_TYPE_PRIMARY_CARE, "primary_care", N_("primary care"))                                            \
    X(RELATIONSHIP_TYPE_SPECIALIST, "specialist", N_("specialist"))                                                  \
    X(RELATIONSHIP_TYPE_PHARMACIST, "pharmacist", N_("pharmacist"))                                                  \
    X(RELATIONSHIP_TYPE_NURSE, "nurse", N_("nurse"))                                                                 \
    X(RELATIONSHIP_TYPE_OTHER, "other", N_("other"))

#define RELATIONSHIP_STATUS_LIST(X)                                                                                  \
    X(RELATIONSHIP_STATUS_ACTIVE, "active", N_("active"))                                                            \
    X(RELATIONSHIP_STATUS_ENDED, "ended", N_("ended"))                                                               \
    X(RELATIONSHIP_STATUS_REVOKED, "revoked", N_("revoked"))

#define METRIC_TYPE_LIST(X)                                                                                          \
    X(METRIC_TYPE_WEIGHT, "weight", N_("weight"))                                                                    \
    X(METRIC_TYPE_HEIGHT, "height", N_("height"))                                                                    \
    X(METRIC_TYPE_SYSTOLIC, "systolic", N_("systolic blood pressure"))                                               \
    X(METRIC_TYPE_DIASTOLIC, "diastolic", N_("diastolic blood pressure"))                                            \
    X(METRIC_TYPE_PULSE, "pulse", N_("pulse"))                                                                       \
    X(METRIC_TYPE_TEMPERATURE, "temperature", N_("temperature"))                                                     \
    X(METRIC_TYPE_SPO2, "spo2", N_("oxygen saturation"))                                                             \
    X(METRIC_TYPE_RESPIRATION, "respiration", N_("respiratory rate"))                                                \
    X(METRIC_TYPE_GLUCOSE, "glucose", N_("glucose"))                                                                 \
    X(METRIC_TYPE_CREATININE, "creatinine", N_("creatinine"))                                                        \
    X(METRIC_TYPE_EGFR, "egfr", N_("eGFR"))                                                                          \
    X(METRIC_TYPE_POTASSIUM, "potassium", N_("potassium"))                                                           \
    X(METRIC_TYPE_INR, "inr", N_("INR"))                                                                             \
    X(METRIC_TYPE_HBA1C, "hba1c", N_("HbA1c"))                                                                       \
    X(METRIC_TYPE_PAIN, "pain", N_("pain score"))                                                                    \
    X(METRIC_TYPE_SEDATION, "sedation", N_("sedation score"))                                                        \
    X(METRIC_TYPE_OTHER, "other", N_("other"))

#define GOAL_TYPE_LIST(X)                                                                                            \
    X(GOAL_TYPE_WEIGHT, "weight", N_("weight"))                                                                      \
    X(GOAL_TYPE_EXERCISE, "exercise", N_("exercise"))                                                                \
    X(GOAL_TYPE_DIET, "diet", N_("diet"))                                                                            \
    X(GOAL_TYPE_SMOKING, "smoking", N_("smoking"))                                                                   \
    X(GOAL_TYPE_ADHERENCE, "adherence", N_("adherence"))                                                             \
    X(GOAL_TYPE_OTHER, "other", N_("other"))

#define GOAL_STATUS_LIST(X)                                                                                          \
    X(GOAL_STATUS_ACTIVE, "active", N_("active"))                                                                    \
    X(GOAL_STATUS_REACHED, "reached", N_("reached"))                                                                 \
    X(GOAL_STATUS_PAUSED, "paused", N_("paused"))                                                                    \
    X(GOAL_STATUS_ABANDONED, "abandoned", N_("abandoned"))

#define PHARMACY_TYPE_LIST(X)                                                                                        \
    X(PHARMACY_TYPE_RETAIL, "retail", N_("retail"))                                                                  \
    X(PHARMACY_TYPE_HOSPITAL, "hospital", N_("hospital"))                                                            \
    X(PHARMACY_TYPE_MAIL, "mail_order", N_("mail order"))                                                            \
    X(PHARMACY_TYPE_SPECIALTY, "specialty", N_("specialty"))                                                         \
    X(PHARMACY_TYPE_OTHER, "other", N_("other"))

#define RISK_LEVEL_LIST(X)                                                                                           \
    X(RISK_LEVEL_LOW, "low", N_("low"))                                                                              \
    X(RISK_LEVEL_MEDIUM, "medium", N_("medium"))                                                                     \
    X(RISK_LEVEL_HIGH, "high", N_("high"))                                                                           \
    X(RISK_LEVEL_CRITICAL, "critical", N_("critical"))

#define ROLE_LIST(X)                                                                                                 \
    X(ROLE_PHARMACIST, "pharmacist", N_("pharmacist"))                                                               \
    X(ROLE_TECHNICIAN, "technician", N_("technician"))                                                               \
    X(ROLE_NURSE, "nurse", N_("nurse"))                                                                              \
    X(ROLE_STUDENT, "student", N_("student"))                                                                        \
    X(ROLE_PRESCRIBER, "prescriber", N_("prescriber"))                                                               \
    X(ROLE_FRONT_DESK, "front_desk", N_("front desk"))                                                               \
    X(ROLE_PRIVACY_OFFICER, "privacy_officer", N_("privacy officer"))                                                \
    X(ROLE_AUDITOR, "auditor", N_("auditor"))                                                                        \
    X(ROLE_ADMINISTRATOR, "administrator", N_("administrator"))

#define IDENTIFIER_KIND_LIST(X)                                                                                      \
    X(IDENTIFIER_KIND_MRN, "mrn", N_("MRN"))                                                                         \
    X(IDENTIFIER_KIND_NATIONAL, "national", N_("national number"))                                                   \
    X(IDENTIFIER_KIND_SOURCE, "source", N_("id in another system"))                                                  \
    X(IDENTIFIER_KIND_OTHER, "other", N_("other"))

#define SESSION_END_LIST(X)                                                                                          \
    X(SESSION_END_SIGNED_OUT, "signed_out", N_("signed out"))                                                        \
    X(SESSION_END_IDLE, "idle", N_("idle too long"))                                                                 \
    X(SESSION_END_LOST, "lost", N_("line lost"))                                                                     \
    X(SESSION_END_REVOKED, "revoked", N_("revoked"))                                                                 \
    X(SESSION_END_EXPIRED, "expired", N_("expired"))

#define ROUTE_LIST(X)                                                                                                \
    X(ROUTE_ORAL, "oral", N_("by mouth"))                                                                            \
    X(ROUTE_SUBLINGUAL, "sublingual", N_("under the tongue"))                                                        \
    X(ROUTE_BUCCAL, "buccal", N_("in the cheek"))                                                                    \
    X(ROUTE_IV, "iv", N_("intravenous"))                                                                             \
    X(ROUTE_IM, "im", N_("intramuscular"))                                                                           \
    X(ROUTE_SUBCUT, "subcut", N_("subcutaneous"))                                                                    \
    X(ROUTE_INTRATHECAL, "intrathecal", N_("intrathecal"))                                                           \
    X(ROUTE_RECTAL, "rectal", N_("rectal"))                                                                          \
    X(ROUTE_TRANSDERMAL, "transdermal", N_("patch on the skin"))                                                     \
    X(ROUTE_TOPICAL, "topical", N_("on the skin"))                                                                   \
    X(ROUTE_OPHTHALMIC, "ophthalmic", N_("in the eye"))                                                              \
    X(ROUTE_OTIC, "otic", N_("in the ear"))                                                                          \
    X(ROUTE_NASAL, "nasal", N_("in the nose"))                                                                       \
    X(ROUTE_INHALED, "inhaled", N_("inhaled"))                                                                       \
    X(ROUTE_VAGINAL, "vaginal", N_("vaginal"))                                                                       \
    X(ROUTE_OTHER, "other", N_("other route"))

/* decisions.md 20 */
#define REFILL_MOVE_LIST(X)                                                                                          \
    X(REFILL_MOVE_ASKED, "asked", N_("asked for"))                                                                   \
    X(REFILL_MOVE_GIVEN, "given", N_("given"))

#define REFILL_ENTRY_LIST(X)                                                                                         \
    X(REFILL_ENTRY_SPENT, "spent", N_("filled"))                                                                     \
    X(REFILL_ENTRY_RETURNED, "returned", N_("returned"))

/* Codes on products (drug_codes). */
#define CODE_SYSTEM_LIST(X)                                                                                          \
    X(CODE_SYSTEM_NDC, "ndc", "NDC")                                                                                 \
    X(CODE_SYSTEM_GTIN, "gtin", "GTIN")

/* A prescription being filled at the counter (model/fill_states.h). */
#define FILL_STATE_LIST(X)                                                                                           \
    X(FILL_STATE_NEW, "new", N_("new"))                                                                              \
    X(FILL_STATE_IN_PROGRESS, "in_progress", N_("in progress"))                                                      \
    X(FILL_STATE_FILLED, "filled", N_("to check"))                                                                   \
    X(FILL_STATE_CHECKED, "checked", N_("ready"))                                                                    \
    X(FILL_STATE_PARTIAL, "partial", N_("rest owed"))                                                                \
    X(FILL_STATE_HANDED_OVER, "handed_over", N_("handed over"))                                                      \
    X(FILL_STATE_RETURNED, "returned", N_("returned to stock"))                                                      \
    X(FILL_STATE_CANCELLED, "cancelled", N_("cancelled"))

/* Why a supply is filled before the last one can be used up. */
#define EARLY_REASON_LIST(X)                                                                                         \
    X(EARLY_REASON_DOSE_CHANGED, "dose_changed", N_("dose was raised"))                                              \
    X(EARLY_REASON_TRAVEL, "travel", N_("travel"))                                                                   \
    X(EARLY_REASON_LOST, "lost", N_("lost or damaged"))                                                              \
    X(EARLY_REASON_PRESCRIBER, "prescriber", N_("prescriber asks for it"))                                           \
    X(EARLY_REASON_OTHER, "other", N_("other, in words"))

/* Why another product than the one ordered is given. */
#define SUBSTITUTION_LIST(X)                                                                                         \
    X(SUBSTITUTION_GENERIC, "generic", N_("generic of the same drug"))                                               \
    X(SUBSTITUTION_SHORTAGE, "shortage", N_("shortage"))                                                             \
    X(SUBSTITUTION_PATIENT, "patient", N_("patient's choice"))                                                       \
    X(SUBSTITUTION_PRESCRIBER, "prescriber", N_("prescriber agreed"))

#define COUNSELLING_LIST(X)                                                                                          \
    X(COUNSELLING_ACCEPTED, "accepted", N_("accepted and given"))                                                    \
    X(COUNSELLING_REFUSED, "refused", N_("offered, refused"))                                                        \
    X(COUNSELLING_NOT_THERE, "not_there", N_("patient not there, written offer"))

/* Why a fill ends without a patient who has it. */
#define FILL_END_REASON_LIST(X)                                                                                      \
    X(FILL_END_REASON_UNCLAIMED, "unclaimed", N_("not collected"))                                                   \
    X(FILL_END_REASON_ORDER_ENDED, "order_ended", N_("order stopped or changed"))                                    \
    X(FILL_END_REASON_NOT_WANTED, "not_wanted", N_("patient does not want it"))                                      \
    X(FILL_END_REASON_OUT_OF_STOCK, "out_of_stock", N_("not in stock"))                                              \
    X(FILL_END_REASON_MISTAKE, "mistake", N_("entered by mistake"))                                                  \
    X(FILL_END_REASON_OTHER, "other", N_("other, in words"))

/* One place that names all lists: enum tag, constant prefix, X-list, stored columns are in model/registry.c. */
#define ENUM_KINDS(K)                                                                                                \
    K(account_status, ACCOUNT_STATUS)                                                                                \
    K(gender, GENDER)                                                                                                \
    K(blood_type, BLOOD_TYPE)                                                                                        \
    K(condition_severity, CONDITION_SEVERITY)                                                                        \
    K(condition_status, CONDITION_STATUS)                                                                            \
    K(allergen_type, ALLERGEN_TYPE)                                                                                  \
    K(reaction_severity, REACTION_SEVERITY)                                                                          \
    K(allergy_state, ALLERGY_STATE)                                                                                  \
    K(allergy_kind, ALLERGY_KIND)                                                                                    \
    K(allergy_status, ALLERGY_STATUS)                                                                                \
    K(pregnancy, PREGNANCY)                                                                                          \
    K(lactation, LACTATION)                                                                                          \
    K(interaction_type, INTERACTION_TYPE)                                                                            \
    K(evidence_level, EVIDENCE_LEVEL)                                                                                \
    K(medication_status, MEDICATION_STATUS)                                                                          \
    K(order_action, ORDER_ACTION)                                                                                    \
    K(order_source, ORDER_SOURCE)                                                                                    \
    K(verification, VERIFICATION)                                                                                    \
    K(schedule_kind, SCHEDULE_KIND)                                                                                  \
    K(dose_status, DOSE_STATUS)                                                                                      \
    K(recorded_via, RECORDED_VIA)                                                                                    \
    K(identified_by, IDENTIFIED_BY)                                                                                  \
    K(no_scan_reason, NO_SCAN_REASON)                                                                                \
    K(hold_reason, HOLD_REASON)                                                                                      \
    K(refuse_reason, REFUSE_REASON)                                                                                  \
    K(partial_reason, PARTIAL_REASON)                                                                                \
    K(unavailable_reason, UNAVAILABLE_REASON)                                                                        \
    K(away_reason, AWAY_REASON)                                                                                      \
    K(missed_reason, MISSED_REASON)                                                                                  \
    K(dose_outcome, DOSE_OUTCOME)                                                                                    \
    K(refill_move_kind, REFILL_MOVE)                                                                                 \
    K(refill_entry, REFILL_ENTRY)                                                                                    \
    K(double_class, DOUBLE_CLASS)                                                                                    \
    K(unverified_reason, UNVERIFIED_REASON)                                                                          \
    K(next_dose, NEXT_DOSE)                                                                                          \
    K(left_how, LEFT_HOW)                                                                                            \
    K(was_told, WAS_TOLD)                                                                                            \
    K(follow_up, FOLLOW_UP)                                                                                          \
    K(controlled_kind, CONTROLLED_KIND)                                                                              \
    K(waste_method, WASTE_METHOD)                                                                                    \
    K(waste_reason, WASTE_REASON)                                                                                    \
    K(count_kind, COUNT_KIND)                                                                                        \
    K(code_system, CODE_SYSTEM)                                                                                      \
    K(prn_reason, PRN_REASON)                                                                                        \
    K(body_site, BODY_SITE)                                                                                          \
    K(timing_reason, TIMING_REASON)                                                                                  \
    K(override_reason, OVERRIDE_REASON)                                                                              \
    K(reconcile_transition, RECONCILE_TRANSITION)                                                                    \
    K(reconcile_state, RECONCILE_STATE)                                                                              \
    K(history_source, HISTORY_SOURCE)                                                                                \
    K(reliability, RELIABILITY)                                                                                      \
    K(taking, TAKING)                                                                                                \
    K(reconcile_kind, RECONCILE_KIND)                                                                                \
    K(match_tier, MATCH_TIER)                                                                                        \
    K(reconcile_action, RECONCILE_ACTION)                                                                            \
    K(resume_rule, RESUME_RULE)                                                                                      \
    K(reconciled_with, RECONCILED_WITH)                                                                              \
    K(discrepancy_type, DISCREPANCY_TYPE)                                                                            \
    K(discrepancy_class, DISCREPANCY_CLASS)                                                                          \
    K(harm_level, HARM_LEVEL)                                                                                        \
    K(restriction_rule, RESTRICTION_RULE)                                                                            \
    K(erasure_ground, ERASURE_GROUND)                                                                                \
    K(emergency_reason, EMERGENCY_REASON)                                                                            \
    K(review_verdict, REVIEW_VERDICT)                                                                                \
    K(period_type, PERIOD_TYPE)                                                                                      \
    K(notification_type, NOTIFICATION_TYPE)                                                                          \
    K(delivery_method, DELIVERY_METHOD)                                                                              \
    K(priority, PRIORITY)                                                                                            \
    K(notification_status, NOTIFICATION_STATUS)                                                                      \
    K(delivery_status, DELIVERY_STATUS)                                                                              \
    K(relationship_type, RELATIONSHIP_TYPE)                                                                          \
    K(relationship_status, RELATIONSHIP_STATUS)                                                                      \
    K(metric_type, METRIC_TYPE)                                                                                      \
    K(goal_type, GOAL_TYPE)                                                                                          \
    K(goal_status, GOAL_STATUS)                                                                                      \
    K(pharmacy_type, PHARMACY_TYPE)                                                                                  \
    K(risk_level, RISK_LEVEL)                                                                                        \
    K(role, ROLE)                                                                                                    \
    K(identifier_kind, IDENTIFIER_KIND)                                                                              \
    K(session_end, SESSION_END)                                                                                      \
    K(fill_state, FILL_STATE)                                                                                        \
    K(early_reason, EARLY_REASON)                                                                                    \
    K(substitution, SUBSTITUTION)                                                                                    \
    K(counselling, COUNSELLING)                                                                                      \
    K(fill_end_reason, FILL_END_REASON)                                                                              \
    K(route, ROUTE)

#define ENUM_CONSTANT(constant, word, label) constant,
#define ENUM_DECLARE(tag, PREFIX)                                                                                    \
    enum tag { PREFIX##_NONE_GIVEN = 0, PREFIX##_LIST(ENUM_CONSTANT) PREFIX##_COUNT };
ENUM_KINDS(ENUM_DECLARE)

#define ENUM_KIND_CONSTANT(tag, PREFIX) ENUM_##PREFIX,
enum enum_kind { ENUM_NO_KIND = 0, ENUM_KINDS(ENUM_KIND_CONSTANT) ENUM_KIND_COUNT };

/* One list at run time. values[0] is unused; values run from 1 to count. */
struct enum_list {
    const char *name;          /* "dose_status" */
    const char *const *words;  /* as stored */
    const char *const *labels; /* for people, not yet translated */
    int count;
};

const struct enum_list *enum_list(enum enum_kind kind);
const char *enum_word(enum enum_kind kind, int value);  /* NULL for 0 or out of range */
const char *enum_label(enum enum_kind kind, int value); /* translated; "" for 0 or out of range */
int enum_value(enum enum_kind kind, const char *word);  /* 0 when the word is not in the list (or NULL) */

#endif
