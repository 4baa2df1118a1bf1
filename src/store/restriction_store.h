/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Restricted records, who may open them, and their openings in an emergency. Writers run inside store_begin(). */
#ifndef STORE_RESTRICTION_STORE_H
#define STORE_RESTRICTION_STORE_H

#include <stdbool.h>

#include "base/uid.h"
#include "model/enums.h"
#include "store/store.h"

struct restriction {
    struct uid id, patient;
    enum restriction_rule rule;
    struct uid set_by;
    int64_t set_us, lifted_us; /* lifted_us 0: in force */
    int32_t ver;
};
enum status restriction_insert(struct store *store, const struct restriction *r, char **out_new, struct error *err) MUST_USE;
enum status restriction_lift(struct store *store, const struct restriction *r, struct uid by, int64_t at_us, char **out_old,
                             char **out_new, struct error *err) MUST_USE;
/* The one in force; *out_found false: none, and *out is untouched. */
enum status restriction_find(struct store *store, struct uid patient, bool *out_found, struct restriction *out,
                             struct error *err) MUST_USE;

/* Names a staff member, or takes the name back; doing it again changes nothing. */
enum status restriction_set_member(struct store *store, struct uid patient, struct uid staff_user, bool is_member, struct uid by,
                                   int64_t at_us, struct error *err) MUST_USE;
enum status restriction_is_member(struct store *store, struct uid patient, struct uid staff_user, bool *out, struct error *err)
    MUST_USE;

/* Sign-in names of who may open it, in their order. */
struct login_list {
    char **items;
    size_t len, cap;
};
void login_list_release(struct login_list *list);
enum status restriction_list_members(struct store *store, struct uid patient, struct login_list *out, struct error *err) MUST_USE;

struct emergency {
    struct uid id, patient;
    struct uid by;
    char *by_name, *patient_name; /* filled by lists; owned */
    enum role role;
    char session[65];
    enum restriction_rule rule;
    enum emergency_reason reason;
    char *reason_text;
    int64_t begun_us, expires_us, ended_us, due_us, reviewed_us; /* 0: not yet */
    enum review_verdict verdict;
    char *verdict_text;
    int32_t ver;
};
struct emergency_list {
    struct emergency *items;
    size_t len, cap;
};
void emergency_release(struct emergency *e);
void emergency_list_release(struct emergency_list *list);

enum status emergency_insert(struct store *store, const struct emergency *e, struct error *err) MUST_USE;
enum status emergency_set_ended(struct store *store, const struct emergency *e, int64_t at_us, struct error *err) MUST_USE;
enum status emergency_set_reviewed(struct store *store, const struct emergency *e, struct uid by, int64_t at_us,
                                   enum review_verdict verdict, const char *text, struct error *err) MUST_USE;

/* Of this session, not left and not expired at now_us; *out_found false: none. Without names. */
enum status emergency_find(struct store *store, struct uid patient, struct uid by, const char *session, int64_t now_us,
                           bool *out_found, struct emergency *out, struct error *err) MUST_USE;
enum status emergency_get(struct store *store, struct uid id, struct emergency *out, struct error *err) MUST_USE;
/* Those that wait for a review, the one due first on top. */
enum status emergency_list_open(struct store *store, int limit, struct emergency_list *out, struct error *err) MUST_USE;

#endif
