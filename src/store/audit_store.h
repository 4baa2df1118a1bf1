/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit trail in the database (security.md 3.2, decisions.md 10-12). A record is canonical bytes (fixed order,
 * length-prefixed) that the chain covers; what could name a person is sealed under the subject's key first, so that
 * erasure can destroy it without breaking the chain. Appended inside store_begin()/store_commit() only. */
#ifndef STORE_AUDIT_STORE_H
#define STORE_AUDIT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/uid.h"
#include "crypt/hash_chain.h"
#include "model/enums.h"
#include "store/store.h"

struct audit_entry {
    struct uid actor;        /* UID_NONE before sign-in */
    const char *role;        /* stored word, "" none */
    const char *session;     /* hash of the session's token, "" none */
    const char *action;      /* "patient.read": subject.verb, from the service function */
    const char *table;       /* "" when it is about no row */
    struct uid record;       /* UID_NONE: none. Rows of users are replaced by the subject's pseudonym */
    struct uid subject;      /* the patient, UID_NONE: none */
    const char *old_values;  /* JSON or NULL; sealed here */
    const char *new_values;
    const char *outcome;     /* "ok" or a status name */
    const char *details;     /* shape and counts only, never what was typed; "" none */
    enum risk_level risk;
    const char *address;     /* where from: "local", an SSH client's address; "" unknown */
};

/* Places in the canonical record of what is no column of its own. */
enum audit_field { AUDIT_FIELD_ROLE = 11, AUDIT_FIELD_OUTCOME = 13, AUDIT_FIELD_DETAILS = 14 };

/* The name of the subject in the trail; UID_NONE: it has none yet. */
enum status audit_pseudonym(struct store *store, struct uid subject, struct uid *out, struct error *err) MUST_USE;

enum status audit_append(struct store *store, const struct audit_entry *entry, struct error *err) MUST_USE;

/* Makes the next commit sign a checkpoint (sign-out, shutdown). */
void audit_request_checkpoint(struct store *store);

struct audit_report {
    uint64_t records;
    uint64_t checkpoints;
    uint64_t unanchored;     /* records behind the last checkpoint */
    uint64_t first_bad_seq;  /* 0: none */
    char what[96];           /* of the first bad record */
};

/* A record whose hash is known from elsewhere: the log has to lead to it. */
struct audit_anchor {
    uint64_t seq;
    uint8_t hash[CHAIN_HASH_BYTES];
};
struct audit_anchor_list {
    struct audit_anchor *items;
    size_t len, cap;
};
/* Adds the record that a signed checkpoint speaks of. STATUS_INVALID: it is no checkpoint of this device. */
enum status audit_anchor_add_note(struct store *store, const char *note, struct audit_anchor_list *list, struct error *err) MUST_USE;
/* The same, from a hash in hex; nothing before the first record (seq 0). False: it is none. */
bool audit_anchor_add(struct audit_anchor_list *list, uint64_t seq, const char *hash_hex);
/* The newest signed checkpoint, to be kept elsewhere; "" before the first. The caller frees. */
enum status audit_newest_note(struct store *store, char **out, struct error *err) MUST_USE;

/* Recomputes every link from the stored records, every checkpoint's signature, the MACs since the last checkpoint and the
 * seal of the head. STATUS_DAMAGED with the report filled when something does not hold. Not inside
 * store_begin(). */
enum status audit_verify(struct store *store, struct audit_report *out, struct error *err) MUST_USE;
/* The same, and the log leads to what is known from elsewhere (in any order). */
enum status audit_verify_against(struct store *store, const struct audit_anchor_list *anchors, struct audit_report *out,
                                 struct error *err) MUST_USE;

#endif
