/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erasing a person's record at a site that works alone: every row, draft, printed sheet and search term goes, and with the
 * key of their part of the trail what the trail said of them; its chain holds. A site that is joined to a centre cannot:
 * what it took away would come back, so the centre's administrator erases (`central erase`), and it reaches every site.
 * Records have to be kept by law (GDPR article 17(3)(b)): a coded ground is asked for, and each is checked. */
#ifndef SERVICE_ERASING_H
#define SERVICE_ERASING_H

#include "base/date.h"
#include "model/enums.h"
#include "service/copies.h"
#include "service/site.h"

/* What would go. Of all records of the person, where several were joined. */
struct erasure_view {
    char *name, *mrn; /* of the record in use */
    struct date birth_date;
    int record_count;
    int64_t row_count;
    int current_orders; /* active or on hold */
    bool was_treated;   /* a dose was recorded, or a controlled drug taken out */
    struct date last_change, kept_until; /* the site's days; kept_until by setting record_retention_years */
    struct date controlled_until; /* 21 CFR 1304.04(a): two years after the last entry; DATE_NONE: there is none */
    struct record_copy_list copies; /* that hold it still afterwards */
};
/* Audited. STATUS_REFUSED where the site has a centre; STATUS_NOT_FOUND; STATUS_INVALID for somebody of the staff. The caller
 * releases. */
enum status erasure_look(struct actor *actor, struct uid patient, struct erasure_view *out, struct error *err) MUST_USE;
void erasure_view_release(struct erasure_view *view);

/* What speaks against it: a sentence, translated, or NULL. today: the site's. */
const char *erasure_objection(const struct erasure_view *view, enum erasure_ground ground, struct date today);

enum { ERASURE_REASON_BYTES = 80 };
/* mrn: as typed by who erases, so that it is the record that is meant. reason: without names, it stays in the trail.
 * *out_whole: nothing is left in the log of changes either; false while another window was reading (store_log_settle() is tried
 * again each minute, and the last window that closes sees to it in any case). STATUS_STEP_UP; STATUS_INVALID, field "mrn", "ground" or "reason"; STATUS_REFUSED as above. */
enum status patient_erase(struct actor *actor, struct uid patient, const char *mrn, enum erasure_ground ground, const char *reason,
                          bool *out_whole, struct error *err) MUST_USE;

/* Backups that hold somebody who was erased since; for who may erase, audited. Caller: record_copy_list_release(). */
enum status erasure_copies(struct actor *actor, struct record_copy_list *out, struct error *err) MUST_USE;

/* In passing, once a minute: what an erasure left in the log of changes goes as soon as nobody else reads. No right is asked for. */
enum status erasure_settle(struct actor *actor, struct error *err) MUST_USE;

#endif
