/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session's side of the sync agent (decisions.md 9). The agent's process is made before the walls of the sandbox go up and
 * before this process opens the database; it sleeps until a sign-in hands it the data key. Nothing here ever waits for
 * the network or for the agent. */
#ifndef SYNC_AGENT_CLIENT_H
#define SYNC_AGENT_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "crypt/secret.h"

enum agent_state {
    AGENT_NONE,     /* no agent answers */
    AGENT_ALONE,    /* this site has not joined a centre */
    AGENT_SYNCING,
    AGENT_ONLINE,   /* everything is exchanged */
    AGENT_OFFLINE,  /* since `since_us`; tries again by itself */
    AGENT_STOPPED,  /* fenced or revoked: a person has to act */
};

/* What the agent tells; sent whole, in one packet. */
struct agent_status {
    uint32_t version; /* AGENT_STATUS_VERSION */
    uint32_t state;
    int64_t since_us;    /* of the state */
    int64_t waiting;     /* changes that are not at the centre */
    int64_t quarantined; /* changes that the centre could not apply */
    int64_t last_ok_us;  /* of the last complete exchange; 0 none */
};
enum { AGENT_STATUS_VERSION = 1 };

/* Makes the sleeping process. It ends with this one when it was never given a key. */
struct agent_handle;
struct agent_handle *agent_prepare(const char *site_folder, const char *device_key_path); /* NULL when it cannot be made */
/* After a sign-in: from now on it, or the agent of an earlier session, keeps the site in step. */
void agent_give_key(struct agent_handle *handle, const struct secret *data_key, uint32_t epoch);
void agent_let_go(struct agent_handle *handle); /* accepts NULL; an agent at work goes on */

/* The line to the agent of a site, whoever started it. */
struct agent_client;
struct agent_client *agent_client_new(const char *site_folder);
void agent_client_free(struct agent_client *client); /* accepts NULL */
/* True when *out changed. Connects again by itself, at most once a second. */
bool agent_client_poll(struct agent_client *client, struct agent_status *out);
void agent_client_wake(struct agent_client *client); /* look now: something waits */

/* A question for the centre (JSON, service/central_find.h). False: no agent answers. One at a time; the answer, JSON too, is taken
 * when a later agent_client_poll() has received it. NULL: not yet. The caller frees. */
bool agent_client_ask(struct agent_client *client, const char *question);
char *agent_client_take_answer(struct agent_client *client);

/* What goes over agent.sock besides struct agent_status: the word, then text. */
enum { AGENT_QUESTION = 0x3f514350, AGENT_ANSWER = 0x21414350, AGENT_PACKET_MAX = 32 * 1024 };

#endif
