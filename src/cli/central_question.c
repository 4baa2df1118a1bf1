/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/central_question.h"

#include <time.h>

#include "base/i18n.h"
#include "service/central_link.h"
#include "sync/agent_lock.h"
#include "sync/engine.h"

enum { LOCK_WAIT_MS = 500, POLL_MS = 20 };
#define ANSWER_US (30 * US_PER_SECOND)

static enum status ask_agent(struct actor *actor, const char *question, char **out_answer, struct error *err)
{
    struct agent_client *client = agent_client_new(actor->site->folder);
    struct agent_status state;
    int64_t until_us = clock_monotonic_us() + ANSWER_US;
    bool is_asked = false;
    char *answer = NULL;
    while (answer == NULL && clock_monotonic_us() < until_us) {
        (void)agent_client_poll(client, &state); /* connects, and receives */
        is_asked = is_asked || agent_client_ask(client, question);
        answer = agent_client_take_answer(client);
        if (answer == NULL) {
            (void)nanosleep(&(struct timespec){0, POLL_MS * 1000000L}, NULL); /* a shorter pause asks sooner */
        }
    }
    agent_client_free(client);
    *out_answer = answer;
    return answer != NULL ? STATUS_OK : error_set(err, STATUS_OFFLINE, _("The sync agent of this site did not answer. Try again."));
}

static enum status ask_directly(struct actor *actor, const char *question, char **out_answer, struct error *err)
{
    struct store *mirror = NULL;
    struct engine *engine = NULL;
    char *answer = NULL;
    enum status status = site_open_mirror(actor->site, &mirror, err);
    if (status == STATUS_OK) {
        status = engine_open(mirror, actor->site->folder, &engine, err);
    }
    if (status == STATUS_OK) {
        status = engine_ask(engine, question, &answer, err);
        *out_answer = answer; /* says itself why, too */
        status = answer != NULL ? STATUS_OK : status;
    }
    engine_close(engine);
    store_close(mirror);
    return status;
}

enum status central_question_ask(struct actor *actor, const char *question, char **out_answer, struct error *err)
{
    int lock = -1;
    if (!central_link_is_joined(actor->site)) {
        return error_set(err, STATUS_OFFLINE, _("This site works alone: there is no centre to ask."));
    }
    enum status status = agent_lock_take(actor->site->folder, LOCK_WAIT_MS, &lock, err);
    if (status == STATUS_BUSY) {
        return ask_agent(actor, question, out_answer, err);
    }
    if (status == STATUS_OK) {
        status = ask_directly(actor, question, out_answer, err);
    }
    agent_lock_give(lock);
    return status;
}
