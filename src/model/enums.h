/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every list of fixed words in the database, once. Each X-list gives the C constant, the word that is stored (and that
 * the CHECKs of data/schema allow; a test compares them) and the words for people (translated by enum_label()).
 * Value 0 is always "unknown / not given" and is stored as NULL unless the list has a word for it. */
#ifndef MODEL_ENUMS_H
#define MODEL_ENUMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/i18n.h"

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

/* clinical.md 4.B.2, the states that come from events. */
#define DOSE_STATUS_LIST(X)                                                                                          \
    X(DOSE_STATUS_GIVEN, "given", N_("given"))                                                                       \
    X(DOSE_STATUS_PARTIAL, "partial", N_("partial"))                                                                 \
    X(DOSE_STATUS_IN_PROGRESS, "in_progress", N_("in progress"))                                                     \
    X(DOSE_STATUS_STOPPED, "stopped", N_("stopped early"))                                                           \
    X(DOSE_STATUS_REMOVED, "removed", N_("removed"))                                                                 \
    X(DOSE_STATUS_HELD, "held", N_("held"))                                                                          \
    X(DOSE_STATUS_REFUSED, "refused", N_("refused"))                                                                 \
    X(DOSE_STATUS_UNAVAILABLE, "unavailable", N_("not available"))                                                   \
    X(DOSE_STATUS_AWAY, "away", N_("away"))                                                                          \
    X(DOSE_STATUS_SELF, "self", N_("own supply"))                                                                    \
    X(DOSE_STATUS_MISSED, "missed", N_("missed"))                                                                    \
    X(DOSE_STATUS_CANCELLED, "cancelled", N_("cancelled"))                                                           \
    X(DOSE_STATUS_IN_ERROR, "entered_in_error", N_("entered in error"))

#define RECORDED_VIA_LIST(X)                                                                                         \
    X(RECORDED_VIA_WORKSTATION, "workstation", N_("workstation"))                                                    \
    X(RECORDED_VIA_SCAN, "scan", N_("scan"))                                                                         \
    X(RECORDED_VIA_COMMAND, "command", N_("command line"))                                                           \
    X(RECORDED_VIA_IMPORT, "import", N_("import"))                                                                   \
    X(RECORDED_VIA_BACK_ENTRY, "back_entry", N_("back entry"))                                                       \
    X(RECORDED_VIA_DEVICE, "device", N_("device"))                                                                   \
    X(RECORDED_VIA_SYSTEM, "system", N_("system"))

/* How the patient was identified before a dose: two identifiers, never the room (NPSG.01.01.01). */
#define IDENTIFIED_BY_LIST(X)                                                                                        \
    X(IDENTIFIED_BY_WRISTBAND, "wristband", N_("wristband scan"))                                                    \
    X(IDENTIFIED_BY_TWO_IDENTIFIERS, "two_identifiers", N_("two identifiers"))

#define NO_SCAN_REASON_LIST(X)                                                                                       \
    X(NO_SCAN_REASON_DAMAGED, "damaged", N_("code damaged"))                                                         \
    X(NO_SCAN_REASON_MISSING, "missing", N_("no code on the product"))                                               \
    X(NO_SCAN_REASON_SCANNER, "scanner_fault", N_("scanner out of order"))                                           \
    X(NO_SCAN_REASON_DOWNTIME, "downtime", N_("downtime"))                                                           \
    X(NO_SCAN_REASON_EMERGENCY, "emergency", N_("emergency"))                                                        \
    X(NO_SCAN_REASON_OTHER, "other", N_("other"))

#define HOLD_REASON_LIST(X)                                                                                          \
    X(HOLD_REASON_VITALS, "vitals", N_("vital signs out of range"))                                                  \
    X(HOLD_REASON_LABORATORY, "laboratory", N_("laboratory value"))                                                  \
    X(HOLD_REASON_SCALE, "scale", N_("nothing by the scale"))                                                        \
    X(HOLD_REASON_NPO, "npo", N_("nothing by mouth"))                                                                \
    X(HOLD_REASON_PROCEDURE, "procedure", N_("before a procedure"))                                                  \
    X(HOLD_REASON_SEDATED, "sedated", N_("too sleepy"))                                                              \
    X(HOLD_REASON_SYMPTOM, "symptom", N_("symptom or side effect"))                                                  \
    X(HOLD_REASON_PRESCRIBER, "prescriber", N_("prescriber's instruction"))                                          \
    X(HOLD_REASON_OTHER, "other", N_("other"))

#define REFUSE_REASON_LIST(X)                                                                                        \
    X(REFUSE_REASON_SIDE_EFFECT, "side_effect", N_("fears or has side effects"))                                     \
    X(REFUSE_REASON_NOT_NEEDED, "not_needed", N_("feels it is not needed"))                                          \
    X(REFUSE_REASON_NAUSEA, "nausea", N_("nausea, cannot swallow"))                                                  \
    X(REFUSE_REASON_TASTE, "taste", N_("taste or form"))                                                             \
    X(REFUSE_REASON_ASLEEP, "asleep", N_("does not want to be woken"))                                               \
    X(REFUSE_REASON_BELIEF, "belief", N_("belief"))                                                                  \
    X(REFUSE_REASON_NO_REASON, "no_reason", N_("gives no reason"))                                                   \
    X(REFUSE_REASON_OTHER, "other", N_("other"))

/* Why less than ordered was taken; what happened to the rest is in the words. */
#define PARTIAL_REASON_LIST(X)                                                                                       \
    X(PARTIAL_REASON_SPAT_OUT, "spat_out", N_("spat out or vomited"))                                                \
    X(PARTIAL_REASON_STOPPED, "patient_stopped", N_("patient took no more"))                                         \
    X(PARTIAL_REASON_SPILLED, "spilled", N_("spilled or dropped"))                                                   \
    X(PARTIAL_REASON_SHORT, "short_supply", N_("not enough on the unit"))                                            \
    X(PARTIAL_REASON_LINE, "line_lost", N_("line or device failed"))                                                 \
    X(PARTIAL_REASON_PRESCRIBER, "prescriber", N_("prescriber's instruction"))                                       \
    X(PARTIAL_REASON_OTHER, "other", N_("other"))

#define UNAVAILABLE_REASON_LIST(X)                                                                                   \
    X(UNAVAILABLE_REASON_NOT_DELIVERED, "not_delivered", N_("not delivered"))                                        \
    X(UNAVAILABLE_REASON_NOT_STOCKED, "not_stocked", N_("not stocked here"))                                         \
    X(UNAVAILABLE_REASON_WRONG_PRODUCT, "wrong_product", N_("wrong or damaged product"))                             \
    X(UNAVAILABLE_REASON_OTHER, "other", N_("other"))

#define AWAY_REASON_LIST(X)                                                                                          \
    X(AWAY_REASON_PROCEDURE, "procedure", N_("at a procedure"))                                                      \
    X(AWAY_REASON_THERAPY, "therapy", N_("at therapy"))                                                              \
    X(AWAY_REASON_LEAVE, "leave", N_("on leave"))                                                                    \
    X(AWAY_REASON_OTHER_UNIT, "other_unit", N_("on another unit"))                                                   \
    X(AWAY_REASON_OTHER, "other", N_("other"))

/* Why nobody gave it, when a person closes the slot. */
#define MISSED_REASON_LIST(X)                                                                                        \
    X(MISSED_REASON_WORKLOAD, "workload", N_("workload"))                                                            \
    X(MISSED_REASON_OVERLOOKED, "overlooked", N_("overlooked"))                                                      \
    X(MISSED_REASON_TOO_LATE, "too_late", N_("too late to give, skipped"))                                           \
    X(MISSED_REASON_DOWNTIME, "downtime", N_("downtime"))                                                            \
    X(MISSED_REASON_OTHER, "other", N_("other"))

/* What an as-needed dose did (clinical.md 4.B.7). */
#define DOSE_OUTCOME_LIST(X)                                                                                         \
    X(DOSE_OUTCOME_EFFECTIVE, "effective", N_("effective"))                                                          \
    X(DOSE_OUTCOME_PARTLY, "partly", N_("partly effective"))                                                         \
    X(DOSE_OUTCOME_NONE, "none", N_("no effect"))                                                                    \
    X(DOSE_OUTCOME_ADVERSE, "adverse", N_("adverse effect"))                                                         \
    X(DOSE_OUTCOME_ASLEEP, "asleep", N_("asleep"))

/* decisions.md 20 */
#define REFILL_MOVE_LIST(X)                                                                                          \
    X(REFILL_MOVE_ASKED, "asked", N_("asked for"))                                                                   \
    X(REFILL_MOVE_GIVEN, "given", N_("given"))
#define REFILL_ENTRY_LIST(X)                                                                                         \
    X(REFILL_ENTRY_SPENT, "spent", N_("filled"))                                                                     \
    X(REFILL_ENTRY_RETURNED, "returned", N_("returned"))

/* What two records of one slot turned out to be (clinical.md 4.B.6). */
#define DOUBLE_CLASS_LIST(X)                                                                                         \
    X(DOUBLE_CLASS_CHARTED_TWICE, "charted_twice", N_("charted twice: one dose"))                                    \
    X(DOUBLE_CLASS_GIVEN_TWICE, "given_twice", N_("given twice: two doses"))                                         \
    X(DOUBLE_CLASS_CONTRADICTORY, "contradictory", N_("contradictory: one record is wrong"))                         \
    X(DOUBLE_CLASS_WRONG_PATIENT, "wrong_patient", N_("the other record is another patient's"))

/* What becomes of the next dose after one that was given twice. */
#define NEXT_DOSE_LIST(X)                                                                                            \
    X(NEXT_DOSE_AS_PLANNED, "as_planned", N_("as planned"))                                                          \
    X(NEXT_DOSE_DELAYED, "delayed", N_("later than planned"))                                                        \
    X(NEXT_DOSE_SKIPPED, "skipped", N_("skipped"))                                                                   \
    X(NEXT_DOSE_PRESCRIBER, "prescriber_decides", N_("prescriber decides before it"))

/* Why a dose was given before a pharmacist had verified the order (clinical.md 4.B.15). */
#define UNVERIFIED_REASON_LIST(X)                                                                                    \
    X(UNVERIFIED_REASON_EMERGENCY, "emergency", N_("emergency"))                                                     \
    X(UNVERIFIED_REASON_NO_PHARMACIST, "no_pharmacist", N_("no pharmacist on duty"))                                 \
    X(UNVERIFIED_REASON_PRESCRIBER, "prescriber_present", N_("prescriber stands beside"))                            \
    X(UNVERIFIED_REASON_OTHER, "other", N_("other"))

/* What was done about a dose afterwards (dose_follow_ups). */
#define FOLLOW_UP_LIST(X)                                                                                            \
    X(FOLLOW_UP_SEEN, "seen", N_("looked at"))                                                                       \
    X(FOLLOW_UP_SUPPLIED, "supplied", N_("delivered"))                                                               \
    X(FOLLOW_UP_NOT_COMING, "not_coming", N_("will not come"))                                                       \
    X(FOLLOW_UP_NOTIFIED, "notified", N_("prescriber told"))                                                         \
    X(FOLLOW_UP_COSIGNED, "cosigned", N_("co-signed"))                                                               \
    X(FOLLOW_UP_COSIGN_REFUSED, "cosign_refused", N_("co-signature refused"))                                        \
    X(FOLLOW_UP_CHECKED, "checked", N_("checked against the paper"))                                                 \
    X(FOLLOW_UP_CONFIRMED, "confirmed", N_("confirmed by who gave it"))                                              \
    X(FOLLOW_UP_DENIED, "denied", N_("denied by who is said to have given it"))

/* What became of a controlled drug that was taken out (controlled_entries). */
#define CONTROLLED_KIND_LIST(X)                                                                                      \
    X(CONTROLLED_KIND_REMOVED, "removed", N_("taken out"))                                                           \
    X(CONTROLLED_KIND_GIVEN, "given", N_("given"))                                                                   \
    X(CONTROLLED_KIND_WASTED, "wasted", N_("wasted"))                                                                \
    X(CONTROLLED_KIND_RETURNED, "returned", N_("returned unopened"))                                                 \
    X(CONTROLLED_KIND_DISCARDED, "discarded", N_("used patch discarded"))                                            \
    X(CONTROLLED_KIND_SETTLED, "settled", N_("settled"))

#define WASTE_METHOD_LIST(X)                                                                                         \
    X(WASTE_METHOD_SINK, "sink", N_("poured away"))                                                                  \
    X(WASTE_METHOD_CONTAINER, "waste_container", N_("waste container"))                                              \
    X(WASTE_METHOD_POUCH, "deactivation_pouch", N_("deactivation pouch"))                                            \
    X(WASTE_METHOD_FOLD, "fold_discard", N_("folded and discarded"))                                                 \
    X(WASTE_METHOD_OTHER, "other", N_("other"))

#define WASTE_REASON_LIST(X)                                                                                         \
    X(WASTE_REASON_REMAINDER, "remainder", N_("rest of the container"))                                              \
    X(WASTE_REASON_DROPPED, "dropped", N_("dropped or spilled"))                                                     \
    X(WASTE_REASON_REFUSED, "refused", N_("patient refused"))                                                        \
    X(WASTE_REASON_CONTAMINATED, "contaminated", N_("contaminated"))                                                 \
    X(WASTE_REASON_EXPIRED, "expired", N_("expired"))                                                                \
    X(WASTE_REASON_STOPPED, "stopped", N_("order stopped"))                                                          \
    X(WASTE_REASON_PATCH, "patch_off", N_("patch taken off"))                                                        \
    X(WASTE_REASON_OTHER, "other", N_("other"))

/* Rows of controlled_counts. */
#define COUNT_KIND_LIST(X)                                                                                           \
    X(COUNT_KIND_COUNTED, "counted", N_("counted"))                                                                  \
    X(COUNT_KIND_RECEIVED, "received", N_("received"))                                                               \
    X(COUNT_KIND_EXPLAINED, "explained", N_("difference explained"))

/* Codes on products (drug_codes). */
#define CODE_SYSTEM_LIST(X)                                                                                          \
    X(CODE_SYSTEM_NDC, "ndc", "NDC")                                                                                 \
    X(CODE_SYSTEM_GTIN, "gtin", "GTIN")

/* What an as-needed dose was given for. */
#define PRN_REASON_LIST(X)                                                                                           \
    X(PRN_REASON_PAIN, "pain", N_("pain"))                                                                           \
    X(PRN_REASON_NAUSEA, "nausea", N_("nausea, vomiting"))                                                           \
    X(PRN_REASON_FEVER, "fever", N_("fever"))                                                                        \
    X(PRN_REASON_ANXIETY, "anxiety", N_("anxiety"))                                                                  \
    X(PRN_REASON_AGITATION, "agitation", N_("agitation"))                                                            \
    X(PRN_REASON_SLEEP, "sleep", N_("sleeplessness"))                                                                \
    X(PRN_REASON_BREATH, "breath", N_("shortness of breath, wheeze"))                                                \
    X(PRN_REASON_COUGH, "cough", N_("cough"))                                                                        \
    X(PRN_REASON_ITCH, "itch", N_("itching, allergy"))                                                               \
    X(PRN_REASON_CONSTIPATION, "constipation", N_("constipation"))                                                   \
    X(PRN_REASON_DIARRHEA, "diarrhea", N_("diarrhea"))                                                               \
    X(PRN_REASON_HEARTBURN, "heartburn", N_("heartburn"))                                                            \
    X(PRN_REASON_SPASM, "spasm", N_("spasm"))                                                                        \
    X(PRN_REASON_CHEST_PAIN, "chest_pain", N_("chest pain"))                                                         \
    X(PRN_REASON_GLUCOSE, "glucose", N_("glucose out of range"))                                                     \
    X(PRN_REASON_BLOOD_PRESSURE, "blood_pressure", N_("high blood pressure"))                                        \
    X(PRN_REASON_OTHER, "other", N_("other"))

/* Where an injection, a patch or an ointment went. */
#define BODY_SITE_LIST(X)                                                                                            \
    X(BODY_SITE_ABDOMEN_LEFT, "abdomen_left", N_("abdomen, left"))                                                   \
    X(BODY_SITE_ABDOMEN_RIGHT, "abdomen_right", N_("abdomen, right"))                                                \
    X(BODY_SITE_ARM_LEFT, "upper_arm_left", N_("upper arm, left"))                                                   \
    X(BODY_SITE_ARM_RIGHT, "upper_arm_right", N_("upper arm, right"))                                                \
    X(BODY_SITE_THIGH_LEFT, "thigh_left", N_("thigh, left"))                                                         \
    X(BODY_SITE_THIGH_RIGHT, "thigh_right", N_("thigh, right"))                                                      \
    X(BODY_SITE_BUTTOCK_LEFT, "buttock_left", N_("buttock, left"))                                                   \
    X(BODY_SITE_BUTTOCK_RIGHT, "buttock_right", N_("buttock, right"))                                                \
    X(BODY_SITE_CHEST_LEFT, "chest_left", N_("chest, left"))                                                         \
    X(BODY_SITE_CHEST_RIGHT, "chest_right", N_("chest, right"))                                                      \
    X(BODY_SITE_BACK_LEFT, "back_left", N_("back, left"))                                                            \
    X(BODY_SITE_BACK_RIGHT, "back_right", N_("back, right"))                                                         \
    X(BODY_SITE_OTHER, "other", N_("other site"))

/* Why a dose is far from its time (clinical.md 4.B.4, 4.B.5). */
#define TIMING_REASON_LIST(X)                                                                                        \
    X(TIMING_REASON_WORKLOAD, "workload", N_("workload"))                                                            \
    X(TIMING_REASON_PATIENT_AWAY, "patient_away", N_("patient was away"))                                            \
    X(TIMING_REASON_SUPPLY, "supply", N_("waited for supply"))                                                       \
    X(TIMING_REASON_DOWNTIME, "downtime", N_("downtime"))                                                            \
    X(TIMING_REASON_EMERGENCY, "emergency", N_("emergency"))                                                         \
    X(TIMING_REASON_PRESCRIBER, "prescriber", N_("prescriber's instruction"))                                        \
    X(TIMING_REASON_OTHER, "other", N_("other"))

/* clinical.md 4.C, override record. */
#define OVERRIDE_REASON_LIST(X)                                                                                      \
    X(OVERRIDE_REASON_BENEFIT, "benefit_over_risk", N_("benefit outweighs the risk"))                                \
    X(OVERRIDE_REASON_MONITORED, "monitored", N_("will be monitored"))                                               \
    X(OVERRIDE_REASON_TOLERATED, "tolerated", N_("tolerated before"))                                                \
    X(OVERRIDE_REASON_ADJUSTED, "dose_adjusted", N_("dose adjusted"))                                                \
    X(OVERRIDE_REASON_AWARE, "prescriber_aware", N_("prescriber is aware"))                                          \
    X(OVERRIDE_REASON_NOT_RELEVANT, "not_relevant", N_("not relevant for this patient"))                             \
    X(OVERRIDE_REASON_OTHER, "other", N_("other"))

/* Why a list is reconciled (clinical.md 4.A.1). */
#define RECONCILE_TRANSITION_LIST(X)                                                                                 \
    X(RECONCILE_TRANSITION_ADMISSION, "admission", N_("admission"))                                                  \
    X(RECONCILE_TRANSITION_TRANSFER, "transfer", N_("transfer"))                                                     \
    X(RECONCILE_TRANSITION_DISCHARGE, "discharge", N_("discharge"))                                                  \
    X(RECONCILE_TRANSITION_VISIT, "clinic_visit", N_("clinic visit"))                                                \
    X(RECONCILE_TRANSITION_PHARMACY, "pharmacy_consult", N_("pharmacy consult"))

/* clinical.md 4.A.1. The order is that of a life; what is stored is what the last step left behind. */
#define RECONCILE_STATE_LIST(X)                                                                                      \
    X(RECONCILE_STATE_NOT_STARTED, "not_started", N_("not started"))                                                 \
    X(RECONCILE_STATE_COLLECTING, "collecting", N_("collecting sources"))                                            \
    X(RECONCILE_STATE_COMPARING, "comparing", N_("comparing"))                                                       \
    X(RECONCILE_STATE_CHECKING, "checking", N_("checking safety"))                                                   \
    X(RECONCILE_STATE_READY, "ready", N_("ready to sign"))                                                           \
    X(RECONCILE_STATE_COSIGN, "awaiting_cosign", N_("awaiting the prescriber"))                                      \
    X(RECONCILE_STATE_SIGNED, "signed", N_("signed"))                                                                \
    X(RECONCILE_STATE_SIGNED_FINAL, "signed_final", N_("signed by the prescriber"))                                  \
    X(RECONCILE_STATE_PROVISIONAL, "signed_provisional", N_("signed while offline"))                                 \
    X(RECONCILE_STATE_COMMUNICATED, "communicated", N_("told to the patient"))                                       \
    X(RECONCILE_STATE_AMENDED, "amended", N_("replaced by a newer version"))                                         \
    X(RECONCILE_STATE_ABANDONED, "abandoned", N_("abandoned"))

/* Where a list of medicines comes from (clinical.md 4.A.2). */
#define HISTORY_SOURCE_LIST(X)                                                                                       \
    X(HISTORY_SOURCE_PATIENT, "patient", N_("patient"))                                                              \
    X(HISTORY_SOURCE_CARER, "carer", N_("carer"))                                                                    \
    X(HISTORY_SOURCE_BOTTLES, "pill_bottles", N_("pill bottles"))                                                    \
    X(HISTORY_SOURCE_PHARMACY, "pharmacy_fills", N_("pharmacy fills"))                                               \
    X(HISTORY_SOURCE_CLINIC, "clinic_list", N_("clinic list"))                                                       \
    X(HISTORY_SOURCE_LETTER, "discharge_letter", N_("discharge letter"))                                             \
    X(HISTORY_SOURCE_DOCUMENT, "document", N_("document (FHIR, C-CDA)"))                                             \
    X(HISTORY_SOURCE_DISPENSING, "own_dispensing", N_("dispensed here"))                                             \
    X(HISTORY_SOURCE_MAR, "mar", N_("doses given here"))                                                             \
    X(HISTORY_SOURCE_PREVIOUS, "previous_list", N_("last signed list"))

/* How sure a source is. */
#define RELIABILITY_LIST(X)                                                                                          \
    X(RELIABILITY_VERIFIED, "verified", N_("verified"))                                                              \
    X(RELIABILITY_STATED, "stated", N_("stated"))                                                                    \
    X(RELIABILITY_UNCERTAIN, "uncertain", N_("uncertain"))

/* How the patient takes a medicine. */
#define TAKING_LIST(X)                                                                                               \
    X(TAKING_AS_DIRECTED, "as_directed", N_("as directed"))                                                          \
    X(TAKING_DIFFERENTLY, "differently", N_("differently"))                                                          \
    X(TAKING_NOT, "not_taking", N_("not taking"))

/* What a line of a reconciliation is about; a note is an entry that is only read. */
#define RECONCILE_KIND_LIST(X)                                                                                       \
    X(RECONCILE_KIND_MEDICATION, "medication", N_("medication"))                                                     \
    X(RECONCILE_KIND_ALLERGY, "allergy", N_("allergy"))                                                              \
    X(RECONCILE_KIND_PROBLEM, "problem", N_("problem"))                                                              \
    X(RECONCILE_KIND_NOTE, "note", N_("note"))

/* How two lines were found to belong together (clinical.md 4.A.3); the first that matches counts. */
#define MATCH_TIER_LIST(X)                                                                                           \
    X(MATCH_TIER_CODE, "t1_code", N_("same"))                                                                        \
    X(MATCH_TIER_CLINICAL, "t2_clinical", N_("same, brand differs"))                                                 \
    X(MATCH_TIER_CHANGED, "t3_changed", N_("CHANGED"))                                                               \
    X(MATCH_TIER_PART_OF, "t4_part_of", N_("PART OF"))                                                               \
    X(MATCH_TIER_CLASS, "t5_class", N_("POSSIBLE SWAP"))                                                             \
    X(MATCH_TIER_TEXT, "t6_text", N_("LOOKS LIKE"))                                                                  \
    X(MATCH_TIER_ONLY, "none", N_("no partner"))

/* What is decided for a line (clinical.md 4.A.4). Nothing is ever decided by itself: value 0 is UNREVIEWED. */
#define RECONCILE_ACTION_LIST(X)                                                                                     \
    X(RECONCILE_ACTION_CONTINUE, "continue", N_("continue"))                                                         \
    X(RECONCILE_ACTION_CHANGE, "change", N_("change"))                                                               \
    X(RECONCILE_ACTION_HOLD, "hold", N_("hold"))                                                                     \
    X(RECONCILE_ACTION_STOP, "stop", N_("stop"))                                                                     \
    X(RECONCILE_ACTION_SUBSTITUTE, "substitute", N_("substitute"))                                                   \
    X(RECONCILE_ACTION_ADD, "add", N_("add"))                                                                        \
    X(RECONCILE_ACTION_DUPLICATE, "duplicate_of", N_("duplicate"))                                                   \
    X(RECONCILE_ACTION_NOT_TAKING, "not_taking", N_("not taking"))                                                   \
    X(RECONCILE_ACTION_UNABLE, "unable_to_verify", N_("cannot verify"))                                              \
    X(RECONCILE_ACTION_DEFER, "defer", N_("defer"))

/* When a held medicine is looked at again. */
#define RESUME_RULE_LIST(X)                                                                                          \
    X(RESUME_RULE_DATE, "date", N_("on a date"))                                                                     \
    X(RESUME_RULE_EVENT, "event", N_("after an event"))                                                              \
    X(RESUME_RULE_REVIEW, "review_by", N_("review by a date"))

/* Who the list was gone through with. */
#define RECONCILED_WITH_LIST(X)                                                                                      \
    X(RECONCILED_WITH_PATIENT, "patient", N_("patient"))                                                             \
    X(RECONCILED_WITH_CARER, "carer", N_("carer"))                                                                   \
    X(RECONCILED_WITH_NOBODY, "none", N_("nobody"))

/* clinical.md 4.A.5. */
#define DISCREPANCY_TYPE_LIST(X)                                                                                     \
    X(DISCREPANCY_TYPE_OMISSION, "omission", N_("left out"))                                                         \
    X(DISCREPANCY_TYPE_COMMISSION, "commission", N_("wrongly listed"))                                               \
    X(DISCREPANCY_TYPE_DOSE, "dose", N_("dose"))                                                                     \
    X(DISCREPANCY_TYPE_FREQUENCY, "frequency", N_("frequency"))                                                      \
    X(DISCREPANCY_TYPE_ROUTE, "route", N_("route"))                                                                  \
    X(DISCREPANCY_TYPE_FORM, "form", N_("form"))                                                                     \
    X(DISCREPANCY_TYPE_DUPLICATION, "duplication", N_("duplicate"))                                                  \
    X(DISCREPANCY_TYPE_WRONG_DRUG, "wrong_drug", N_("wrong drug"))                                                   \
    X(DISCREPANCY_TYPE_INTERACTION, "interaction", N_("interaction"))                                                \
    X(DISCREPANCY_TYPE_ALLERGY, "allergy", N_("allergy"))                                                            \
    X(DISCREPANCY_TYPE_NO_INDICATION, "no_indication", N_("no indication"))

/* Whether somebody meant it. */
#define DISCREPANCY_CLASS_LIST(X)                                                                                    \
    X(DISCREPANCY_CLASS_DOCUMENTED, "documented_intentional", N_("meant, documented"))                               \
    X(DISCREPANCY_CLASS_UNDOCUMENTED, "undocumented_intentional", N_("meant, not documented"))                       \
    X(DISCREPANCY_CLASS_UNINTENTIONAL, "unintentional", N_("not meant"))                                             \
    X(DISCREPANCY_CLASS_UNKNOWN, "unknown", N_("not known"))

/* What a discrepancy could have done. */
#define HARM_LEVEL_LIST(X)                                                                                           \
    X(HARM_LEVEL_NONE, "none", N_("no harm"))                                                                        \
    X(HARM_LEVEL_LOW, "low", N_("little harm"))                                                                      \
    X(HARM_LEVEL_MODERATE, "moderate", N_("moderate harm"))                                                          \
    X(HARM_LEVEL_HIGH, "high", N_("severe harm"))
/* Why a record is restricted, why somebody opened it all the same, and what the review said (security.md 2.5). */
#define RESTRICTION_RULE_LIST(X)                                                                                     \
    X(RESTRICTION_RULE_VIP, "vip", N_("person of public interest"))                                                  \
    X(RESTRICTION_RULE_STAFF, "staff", N_("works here, or family of who does"))                                      \
    X(RESTRICTION_RULE_CONSENT, "consent", N_("consent withheld"))                                                   \
    X(RESTRICTION_RULE_PROTECTION, "protection", N_("person at risk"))

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
