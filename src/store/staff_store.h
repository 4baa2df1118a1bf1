/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The site, its staff, its devices and their sessions. Writers run inside store_begin(). */
#ifndef STORE_STAFF_STORE_H
#define STORE_STAFF_STORE_H

#include <stdbool.h>

#include "base/date.h"
#include "base/uid.h"
#include "model/enums.h"
#include "store/store.h"

struct site_row {
    struct uid id;
    char *name;
    char *zone;
    bool is_demo;
};
void site_row_release(struct site_row *row);
enum status site_get(struct store *store, struct site_row *out, struct error *err) MUST_USE;
enum status site_insert(struct store *store, const struct site_row *row, struct error *err) MUST_USE;
enum status device_insert(struct store *store, struct uid device, struct uid site, const char *name,
                          const unsigned char sign_key[32], struct error *err) MUST_USE;

struct staff_license {
    char *npi;       /* ten digits with a check digit, or "" */
    char *number;    /* of the license, or "" */
    char *authority; /* who gave it: a state, a board */
    struct date expires;
};

struct staff {
    struct uid id;      /* staff_members.staff_id */
    struct uid user;
    struct uid site;
    int32_t ver, user_ver; /* of staff_members and of users */
    char *login;
    char *first_name, *last_name;
    enum role role;
    char *employee_number;
    char *verifier;     /* users.password_hash */
    char *salt;
    char *credential;   /* signed record, JSON */
    int64_t last_sign_off_us;
    bool is_disabled;
    bool has_second_factor; /* as it was set up; the credential record is what the door asks */
    struct staff_license license;
    int open_sessions;
};
struct staff_list {
    struct staff *items;
    size_t len, cap;
};
void staff_release(struct staff *staff);
void staff_list_release(struct staff_list *list);
enum status staff_insert(struct store *store, const struct staff *staff, struct error *err) MUST_USE;
/* The account's side: verifier, salt, second factor, disabled or not; staff->user_ver is what was read. */
enum status staff_update_account(struct store *store, const struct staff *staff, char **out_old, char **out_new,
                                 struct error *err) MUST_USE;
enum status staff_update_role(struct store *store, const struct staff *staff, char **out_old, char **out_new,
                              struct error *err) MUST_USE;
/* The signed credential record as JSON, for the other devices of the site. */
enum status staff_set_credential(struct store *store, const struct staff *staff, const char *json, struct error *err) MUST_USE;
/* The public half of a device's signing key. STATUS_NOT_FOUND. */
enum status device_get_sign_key(struct store *store, struct uid device, unsigned char out[32], struct error *err) MUST_USE;
enum status staff_update_license(struct store *store, const struct staff *staff, const struct staff_license *license, char **out_old,
                                 char **out_new, struct error *err) MUST_USE;
/* By sign-in name; STATUS_NOT_FOUND. */
enum status staff_find(struct store *store, const char *login, struct staff *out, struct error *err) MUST_USE;
enum status staff_get(struct store *store, struct uid user, struct staff *out, struct error *err) MUST_USE;
enum status staff_list_get(struct store *store, struct staff_list *out, struct error *err) MUST_USE;
enum status staff_set_sign_off(struct store *store, struct uid user, int64_t at_us, struct error *err) MUST_USE;

struct session_row {
    char id[65]; /* hex hash of the token */
    struct uid user;
    int64_t created_us, last_activity_us, expires_us;
    char *address;
    int process_id;
};
enum status session_insert(struct store *store, const struct session_row *row, struct error *err) MUST_USE;
/* STATUS_NOT_FOUND: there is no such session. */
struct session_state {
    bool is_active;
    enum session_end end_reason; /* when it is not */
    int64_t last_activity_us, expires_us;
};
enum status session_get(struct store *store, const char *id, struct session_state *out, struct error *err) MUST_USE;
/* Sessions that nobody has ended and whose hours are not up, newest first. */
struct staff_session {
    int64_t created_us, last_activity_us, expires_us;
    char *address;
    int process_id;
};
struct staff_session_list {
    struct staff_session *items;
    size_t len, cap;
};
void staff_session_list_release(struct staff_session_list *list);
enum status session_list_active(struct store *store, struct uid user, struct staff_session_list *out, struct error *err) MUST_USE;

/* Ends every session of a person, on every terminal of this site. */
enum status session_end_all(struct store *store, struct uid user, enum session_end reason, int64_t at_us, struct error *err)
    MUST_USE;
enum status session_touch(struct store *store, const char *id, int64_t at_us, struct error *err) MUST_USE;
enum status session_end(struct store *store, const char *id, enum session_end reason, int64_t at_us, struct error *err)
    MUST_USE;

#endif
