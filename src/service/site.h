/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A site's folder opened by this process: key file, device key, database, knowledge, clock and zone. Nothing clinical can
 * be read before somebody signed in, because only a person's password opens the data key. The caller closes. */
#ifndef SERVICE_SITE_H
#define SERVICE_SITE_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/settings.h"
#include "base/zone.h"
#include "crypt/key_file.h"
#include "model/permission.h"
#include "safety/knowledge.h"
#include "store/staff_store.h"
#include "store/store.h"

struct site {
    char *folder;           /* holds site.db, keys, audit.key, log */
    char *device_key_path;  /* outside the folder */
    struct device_key device;
    struct key_file keys;
    uint32_t epoch;         /* of the data key */
    struct store *store;    /* NULL until the first sign-in */
    struct knowledge *knowledge;
    char *knowledge_revision;     /* of what the site loaded; NULL: the program's own only */
    struct knowledge **retired;   /* former knowledge that records may still point into */
    size_t retired_count;
    char **kept_blocks; /* bytes of knowledge that could not be written into the folder */
    size_t kept_block_count;
    struct zone *zone;
    struct site_row row;
    struct agent_handle *agent; /* gets the data key at the first sign-in; borrowed, NULL none */
    uint32_t agent_epoch;       /* of the key that it has; 0: none yet */
    const struct clock *clock; /* borrowed */
    struct settings settings;  /* that hold here: site_settings.h */
};

/* Default folder: $XDG_DATA_HOME/prescripcare/site. Caller frees. */
char *site_default_folder(void);
/* Where the device key of the site in a folder lies: $XDG_STATE_HOME/prescripcare/device.key for the first site of this person,
 * device-ID.key beside it for each further one, because two sites with one key would be one device to the centre. Caller frees. */
char *site_device_key_path(const char *folder);

struct site_new {
    const char *folder;
    const char *device_key_path; /* NULL: the default */
    const char *name;
    const char *zone;
    bool is_demo;
    const char *admin_login, *admin_first_name, *admin_last_name, *admin_password;
    struct password_cost cost; /* {0,0}: calibrated on this machine */
    bool is_key_to_prove;      /* recovery_mark.h: who shows the recovery key will ask for its end */
};

/* Makes folder (0700), keys, database, site, device and the administrator's account; gives the recovery key back once. A
 * folder that holds a site is STATUS_EXISTS and untouched; a failure leaves no half site. Caller frees the text. */
enum status site_create(const struct site_new *what, const struct clock *clock, char **out_recovery_key, struct error *err)
    MUST_USE;

/* Opens keys and knowledge. STATUS_NOT_FOUND when there is no site. */
enum status site_open(const char *folder, const char *device_key_path, const struct clock *clock, struct site **out,
                      struct error *err) MUST_USE;
/* Keeps the device's key for who has the recovery key (device_escrow.h): at each opening, and when the recovery key is another. */
enum status site_keep_device(const struct site *site, struct error *err) MUST_USE;
/* Before site_open(), where the machine with the device's key was lost: puts it back from the site's folder by the recovery key.
 * Does nothing where the key is. STATUS_BAD_SECRET for another site's recovery key. */
enum status site_bring_device_back(const char *folder, const char *device_key_path, const char *recovery_text, struct error *err)
    MUST_USE;
/* Nobody is signed in any more: the records are closed and their key is forgotten, until the next sign-in opens them. */
void site_shut(struct site *site);
void site_close(struct site *site);

void site_tell_agent(struct site *site, const struct secret *data_key); /* which key the database has now */
/* Opens the database once there is a key for it (session.c). */
enum status site_open_store(struct site *site, const struct secret *data_key, struct error *err) MUST_USE;

/* The database once more, for writing what the centre says (commands; the agent has its own). Caller closes. */
enum status site_open_mirror(const struct site *site, struct store **out, struct error *err) MUST_USE;

/* When the acting person last proved again who it is (step_up.h). */
struct proof {
    bool is_there;
    int64_t at_us, monotonic_us;
};

/* A PIN for this session's lock (unlock.h); an empty verifier: none. */
struct pin {
    struct secret verifier;
    struct password_params params;
    int tries_left;
};

/* Who is acting. Made by session_sign_in(); every service function takes one and checks one permission row. */
struct actor {
    struct site *site;
    struct uid user;
    char *login;
    char *name;             /* "J. Alvarez" */
    enum role role;
    char session_id[65];
    char *address;
    int64_t signed_in_us, expires_us;
    int64_t last_sign_off_us; /* "since I was here" */
    bool must_change_password; /* it was given by an administrator: nothing is permitted but SESSION_OWN */
    struct proof proof;
    struct pin pin;
    struct uid *acknowledged; /* decisions about findings that this person has read in this session (doses_override.c) */
    size_t acknowledged_count;
};

/* STATUS_LOCKED_OUT (says for how long), STATUS_BAD_SECRET, STATUS_NOT_PERMITTED. Opens the store at the first success. */
enum status session_sign_in(struct site *site, const char *login, const char *password, struct actor **out,
                            struct error *err) MUST_USE;
/* The same with the code of a second factor; "" when none was typed: STATUS_STEP_UP, field "code", when it is needed. */
enum status session_sign_in_code(struct site *site, const char *login, const char *password, const char *code,
                                 struct actor **out, struct error *err) MUST_USE;
/* A script's account keeps its password in a file that its administrator wrote: nobody is there to choose another. */
void session_allow_given_password(struct actor *actor);
/* STATUS_SIGNED_OUT, with the reason in words, when the session is over: its hours are up, or somebody ended it. Every
 * service function asks; screens ask when the data changed. */
enum status session_check(const struct actor *actor, struct error *err) MUST_USE;
/* Ends the session row, asks for an audit checkpoint, frees the actor. */
void session_sign_out(struct actor *actor, enum session_end reason);

/* Site's zone and date now. */
struct local_time site_now(const struct site *site);
struct date site_today(const struct site *site);
bool actor_may(const struct actor *actor, enum permission permission);
enum status actor_refuse(const struct actor *actor, struct error *err); /* STATUS_NOT_PERMITTED, in words */

/* A number that changes whenever any process committed: the screens' live refresh. */
int64_t site_data_version(struct site *site);
int64_t site_unsent_count(struct site *site);
/* What a person is told while disk_reserve_look() gives DISK_ROOM_RESERVE. */
const char *site_disk_full_words(void);
/* How far the newest entry of the trail lies in the future of this computer's clock, in seconds: the clock was set back, or was
 * wrong before. 0: it does not, or by no more than a few minutes. */
int64_t site_clock_behind_s(struct site *site);

#endif
