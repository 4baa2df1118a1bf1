/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session may know and ask about the link to the centre, without ever speaking to it: the state that the agent
 * left in the site's file, and a second opening of that file for the agent's kind of work (commands only). */
#ifndef SERVICE_CENTRAL_LINK_H
#define SERVICE_CENTRAL_LINK_H

#include "service/site.h"
#include "store/outbox_store.h"
#include "sync/agent_client.h" /* agent_prepare() before the sandbox, agent_client_poll() for the status bar */

/* Whether there is a centre that anything could be sent to. No permission: the status bar asks. */
bool central_link_is_joined(const struct site *site);

/* The rows of a patient that are saved here and not at the centre. The chart's reading was audited. */
enum status central_link_waiting_rows(struct actor *actor, struct uid patient, struct uid_list *out, struct error *err) MUST_USE;
int64_t central_link_last_ok(const struct site *site); /* of the last complete exchange, microseconds; 0 never */

/* Seconds that this computer's clock is ahead of the centre's, behind: negative, by the last exchange. 0: within five minutes
 * (clinical.md 4.B.4 d), or not known. */
int64_t central_link_skew_s(const struct site *site);

/* Does this device lead its site: derives what is derived once (missed doses, adherence, messages; decisions.md 3)? A site that
 * works alone has one device, which leads. No permission: the program asks for itself. */
bool site_is_lead(const struct site *site);

/* For `join` and `sync`: an administrator's act. The store given back is a mirror; STATUS_NOT_PERMITTED. */
enum status central_link_begin(struct actor *actor, struct store **out_mirror, struct error *err) MUST_USE;
/* Closes it and writes the act into the audit. */
void central_link_end(struct actor *actor, struct store *mirror, const char *action, enum status status);

enum central_link_state { CENTRAL_LINK_ALONE, CENTRAL_LINK_JOINED, CENTRAL_LINK_STOPPED };
struct central_link_info {
    enum central_link_state state;
    char *site_role;      /* database role, for the administrator */
    int64_t waiting;      /* changes that are not at the centre */
    int64_t last_ok_us;   /* of the last complete exchange; 0 never */
    int64_t quarantined;
    int64_t conflicts;    /* to review */
    bool is_lead;         /* site_is_lead() */
};
void central_link_info_release(struct central_link_info *info);
enum status central_link_read(struct actor *actor, struct central_link_info *out, struct error *err) MUST_USE;

#endif
