/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What signing in and standing as a witness share. Private to src/service. */
#ifndef SERVICE_SESSION_PRIVATE_H
#define SERVICE_SESSION_PRIVATE_H

#include "service/site.h"

/* The key file as it is on disk now: other sessions change it. Whoever writes it does so between act_begin() and
 * act_end(), which lets one writer of the site in at a time, and reads it anew there first. */
enum status session_read_keys(struct site *site, struct error *err) MUST_USE;
enum status session_save_keys(struct site *site, struct error *err) MUST_USE;
/* An account's record: signed by this device (the centre signs where there is one), with a slot that opens today's data key
 * unless it is disabled. In memory only: session_save_keys() follows. */
enum status session_put_credential(struct site *site, const char *login, struct credential *credential, struct error *err)
    MUST_USE;
/* What a password costs here: {0,0} becomes the site's policy, or what this machine takes 250 to 500 ms for. */
enum status session_choose_cost(const struct site *site, struct password_cost *cost, struct error *err) MUST_USE;
char *session_lockout_path(const struct site *site); /* caller frees */

/* Who it turned out to be. */
struct identity {
    struct uid user;
    bool has_factor;
    bool is_one_time; /* the password was given by an administrator */
    uint32_t failures; /* wrong tries in a row before this one */
    int64_t spent; /* place of the recovery code that was typed, to be spent in the same act; -1: none */
};

/* The password against the key file, and the code where the account has a second factor, with the lockout around both (counted first).
 * code NULL: a session that is live already, the password alone will do; "" : not typed, STATUS_STEP_UP at field "code" when
 * the password was right and a code is needed. A code from the phone is used up here; a recovery code by
 * session_spend_code(). out_data_key may be NULL. */
enum status session_check_identity(struct site *site, const char *login, const char *password, const char *code,
                                   struct secret *out_data_key, struct identity *out, struct error *err) MUST_USE;
enum status session_check_password(struct site *site, const char *login, const char *password, struct secret *out_data_key,
                                   struct uid *out_user, struct error *err) MUST_USE;

/* STATUS_BAD_SECRET unless it is the actor whose password was typed: a name may have gone to somebody else meanwhile. */
enum status session_is_own(const struct actor *actor, struct uid user, struct error *err) MUST_USE;

/* Inside the transaction of the act that the code was typed for: it is good for no other. STATUS_BAD_SECRET when somebody
 * was quicker with it. */
enum status session_spend_code(struct site *site, const struct identity *who, struct error *err) MUST_USE;
char *session_short_name(const struct staff *staff); /* "J. Alvarez"; caller frees */

#endif
