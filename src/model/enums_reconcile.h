/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fixed words of reconciliation (clinical.md 4.A). Included by model/enums.h, which says what a list is and makes the constants; nobody else includes it. */
#ifndef MODEL_ENUMS_RECONCILE_H
#define MODEL_ENUMS_RECONCILE_H

#include "base/i18n.h"

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

#endif
