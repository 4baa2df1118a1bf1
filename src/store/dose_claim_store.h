/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leases on planned doses (dose_claims): which session has whose form open, this device only. Writers run inside store_begin(). */
#ifndef STORE_DOSE_CLAIM_STORE_H
#define STORE_DOSE_CLAIM_STORE_H

#include "base/uid.h"
#include "store/store.h"

struct dose_claim_row {
    struct uid slot, patient, staff_user;
    char session[65];
    int64_t expires_us;
};
struct dose_claim_row_list {
    struct dose_claim_row *items;
    size_t len, cap;
};
void dose_claim_row_list_release(struct dose_claim_row_list *list);

/* In the place of the session's own on this dose; what has run out by now_us goes. */
enum status dose_claim_put(struct store *store, const struct dose_claim_row *row, int64_t now_us, struct error *err) MUST_USE;
enum status dose_claim_remove(struct store *store, struct uid slot, const char *session, struct error *err) MUST_USE;
enum status dose_claim_remove_session(struct store *store, const char *session, struct error *err) MUST_USE;
/* Until when the session has it; 0: it does not. */
enum status dose_claim_until(struct store *store, struct uid slot, const char *session, int64_t *out_us, struct error *err) MUST_USE;
/* Of all sessions, that run out after from_us and not after to_us; the oldest first. */
enum status dose_claim_rows_get(struct store *store, int64_t from_us, int64_t to_us, struct dose_claim_row_list *out, struct error *err)
    MUST_USE;

#endif
