/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fixed words of doses: what became of one, why, by whom and how it was accounted for. Included by model/enums.h, which says what a list is and makes the constants; nobody else includes it. */
#ifndef MODEL_ENUMS_DOSE_H
#define MODEL_ENUMS_DOSE_H

#include "base/i18n.h"

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

/* Of a dose that was held: the prescriber; of one that was refused: the patient, what it is for. */
#define WAS_TOLD_LIST(X)                                                                                                 \
    X(WAS_TOLD_YES, "yes", N_("yes"))                                                                                   \
    X(WAS_TOLD_NO, "no", N_("no"))

/* How a stay ended (data/schema/027_stays.sql). */
#define LEFT_HOW_LIST(X)                                                                                             \
    X(LEFT_HOW_HOME, "home", N_("home"))                                                                             \
    X(LEFT_HOW_FACILITY, "facility", N_("to another place of care"))                                                 \
    X(LEFT_HOW_AGAINST_ADVICE, "against_advice", N_("against advice"))                                               \
    X(LEFT_HOW_DIED, "died", N_("died"))

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

#endif
