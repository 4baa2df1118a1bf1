/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue of changes for the centre, as the sync agent sees it: 0 waits, 1 acknowledged (kept until the backup horizon,
 * so that a centre put back from a backup gets it again), 2 in quarantine at the centre. Numbers have no gaps. */
#ifndef STORE_OUTBOX_STORE_H
#define STORE_OUTBOX_STORE_H

#include "base/uid.h"
#include "store/store.h"

struct outbox_op {
    int64_t seq, txn, created_us;
    struct uid op_uuid, user, row;
    char *table, *op; /* op: JSON */
};
struct outbox_list {
    struct outbox_op *items;
    size_t len, cap;
};
void outbox_list_release(struct outbox_list *list);

/* The next changes that wait behind `after`, whole local transactions, at least `enough` where there are that many. */
enum status outbox_next(struct store *store, int64_t after, size_t enough, struct outbox_list *out, struct error *err) MUST_USE;

/* Number of the last change that the centre has acknowledged; 0: none that is still kept. */
enum status outbox_acknowledged(struct store *store, int64_t *out, struct error *err) MUST_USE;

/* Inside store_begin(). */
enum status outbox_acknowledge(struct store *store, int64_t up_to, int64_t xid, struct error *err) MUST_USE;
enum status outbox_set_problem(struct store *store, int64_t seq, const char *problem, struct error *err) MUST_USE;
enum status outbox_settle(struct store *store, int64_t seq, struct error *err) MUST_USE; /* quarantine resolved */
/* The centre knows less than was acknowledged (it was put back): what lies behind last_seq is sent again. */
enum status outbox_send_again(struct store *store, int64_t last_seq, struct error *err) MUST_USE;
/* Takes out some of what was acknowledged, came back and is numbered up to `up_to`; *out_more: there may be more of it. */
enum status outbox_cut(struct store *store, int64_t up_to, bool *out_more, struct error *err) MUST_USE;
/* Erasure: number and name of each change stay, what it said does not. */
enum status outbox_blank_person(struct store *store, struct uid user, struct error *err) MUST_USE;
/* A site that joins another device's site takes its id: rows that wait name it too. */
enum status outbox_rename(struct store *store, const char *old_id, const char *new_id, struct error *err) MUST_USE;

struct outbox_problem {
    int64_t seq;
    struct uid user, row;
    char *table, *problem, *op;
    int64_t created_us;
};
struct outbox_problem_list {
    struct outbox_problem *items;
    size_t len, cap;
};
void outbox_problem_list_release(struct outbox_problem_list *list);
enum status outbox_problems(struct store *store, struct outbox_problem_list *out, struct error *err) MUST_USE;

/* Numbers of the changes in quarantine, at most 500. */
typedef void outbox_seq_fn(void *to, int64_t seq);
enum status outbox_quarantined(struct store *store, outbox_seq_fn *each, void *to, struct error *err) MUST_USE;

/* Rows of a patient that are saved here and not at the centre (yet, or in quarantine there). The caller frees items. */
enum status outbox_rows_of(struct store *store, struct uid user, struct uid_list *out, struct error *err) MUST_USE;

#endif
