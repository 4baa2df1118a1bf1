/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reconciliations of a demo clinic, made by its nurse as a nurse makes them: one that is half done, one that is due. */
#include "service/demo_private.h"
#include "service/reconciliation.h"

/* What the patient with 14 drugs says: one the same, one another dose, one that nobody here knows of. */
static const char *const SAID[] = {
    "furosemide 40 mg tab 1 tab po bid",         /* not shown: as typed */
    "metoprolol tartrate 50 mg tab 1 tab po bid", /* not shown: as typed */
    "ibuprofen 400 mg tab 1 tab po q8h prn pain", /* not shown: as typed */
};

static enum status half_done(struct actor *nurse, struct uid patient, struct error *err)
{
    struct uid id = UID_NONE;
    int accepted = 0;
    const struct reconcile_begin what = {.patient = patient, .transition = RECONCILE_TRANSITION_ADMISSION};
    const struct reconcile_new_source source = {.kind = HISTORY_SOURCE_PATIENT, .reliability = RELIABILITY_STATED};
    enum status status = reconcile_start(nurse, &what, &id, err);
    for (size_t i = 0; status == STATUS_OK && i < sizeof SAID / sizeof *SAID; i++) {
        status = reconcile_add_line(nurse, id, &source, &(struct reconcile_said){.text = SAID[i], .taking = TAKING_AS_DIRECTED}, err);
    }
    return status == STATUS_OK ? reconcile_accept_plain(nurse, id, &accepted, err) : status;
}

enum status demo_reconcile(const struct demo_clinic *clinic, struct site *site, const struct demo_user *who, int patients,
                           struct error *err)
{
    struct actor *nurse = NULL;
    struct uid id = UID_NONE;
    if (patients <= DEMO_KIDNEYS) {
        return STATUS_OK; /* a clinic of a few people only */
    }
    enum status status = session_sign_in(site, who->login, who->password, &nurse, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = half_done(nurse, demo_id(clinic, "patient", DEMO_KIDNEYS, 0), err);
    if (status == STATUS_OK) {
        const struct reconcile_begin what = {.patient = demo_id(clinic, "patient", DEMO_WARFARIN, 0),
                                             .transition = RECONCILE_TRANSITION_DISCHARGE,
                                             .due_us = clinic->now_us + 4 * US_PER_HOUR};
        status = reconcile_plan(nurse, &what, &id, err);
    }
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    return status;
}
