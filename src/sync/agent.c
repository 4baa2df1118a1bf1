/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/agent.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "crypt/device_key.h"
#include "crypt/random.h"
#include "store/change.h"
#include "store/conflict_store.h"
#include "sync/agent_client.h"
#include "sync/engine.h"

enum { CLIENTS_MAX = 12, POLL_MIN_MS = 20000, POLL_SPREAD_MS = 20000, RETRY_FIRST_MS = 500, RETRY_MAX_MS = 30000, ALONE_POLL_MS = 3000,
       BURST_MS = 3 };
#define VERIFY_EVERY_US (24 * US_PER_HOUR)
#define LEASE_US (72 * US_PER_HOUR) /* without any session the key is given up */

struct agent {
    const struct agent_start *start;
    struct clock clock;
    struct device_key device;
    struct store *store;
    struct engine *engine; /* NULL: the site works alone */
    int listener, watcher;
    int clients[CLIENTS_MAX];
    int client_count;
    struct agent_status status;
    int64_t last_session_us, verified_us;
    int retry_ms;
};

/* --- telling sessions ----------------------------------------------------------------------------------------------- */

static void drop_client(struct agent *agent, int at)
{
    (void)close(agent->clients[at]); /* nothing waits in it */
    agent->clients[at] = agent->clients[--agent->client_count];
}

static void tell_all(struct agent *agent)
{
    for (int i = agent->client_count - 1; i >= 0; i--) {
        ssize_t n = send(agent->clients[i], &agent->status, sizeof agent->status, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n != (ssize_t)sizeof agent->status && errno != EAGAIN) {
            drop_client(agent, i);
        }
    }
}

static void set_state(struct agent *agent, enum agent_state state)
{
    struct agent_status before = agent->status;
    int64_t open = 0;
    if (agent->status.state != (uint32_t)state) {
        agent->status.since_us = clock_now_us(&agent->clock);
    }
    agent->status.state = state;
    if (state == AGENT_ONLINE) {
        agent->status.last_ok_us = clock_now_us(&agent->clock);
    }
    if (outbox_count(agent->store, &agent->status.waiting, NULL) != STATUS_OK ||
        conflict_counts(agent->store, &open, &agent->status.quarantined, NULL) != STATUS_OK) {
        agent->status.waiting = -1;
    }
    before.last_ok_us = agent->status.last_ok_us;
    if (memcmp(&before, &agent->status, sizeof before) != 0) {
        tell_all(agent);
    }
}

static bool is_same_user(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.uid == geteuid();
}

static void accept_client(struct agent *agent)
{
    int fd = accept4(agent->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0 && (agent->client_count == CLIENTS_MAX || !is_same_user(fd))) {
        (void)close(fd); /* a session without the line shows no state; nothing else depends on it */
    } else if (fd >= 0) {
        agent->clients[agent->client_count++] = fd;
        (void)send(fd, &agent->status, sizeof agent->status, MSG_DONTWAIT | MSG_NOSIGNAL); /* the next change comes too */
    }
}

/* The centre's answer to a session's question; without a centre, why there is none. */
static void answer(struct agent *agent, int fd, const char *question)
{
    struct error err = ERROR_INIT;
    char packet[AGENT_PACKET_MAX], *text = NULL;
    uint32_t word = AGENT_ANSWER;
    if (agent->engine == NULL || engine_ask(agent->engine, question, &text, &err) != STATUS_OK) {
        log_write(LOG_INFO, "sync agent: a question was not answered");
    }
    if (text == NULL) {
        text = mem_copy_text("{\"status\":\"offline\",\"message\":\"\"}");
    }
    size_t len = strlen(text) < sizeof packet - sizeof word ? strlen(text) : 0; /* twenty rows fit */
    memcpy(packet, &word, sizeof word);
    memcpy(packet + sizeof word, text, len);
    (void)send(fd, packet, sizeof word + len, MSG_DONTWAIT | MSG_NOSIGNAL); /* who left does not hear it */
    mem_free(text);
}

/* True: a session asked to look. */
static bool read_clients(struct agent *agent)
{
    bool is_asked = false;
    char packet[AGENT_PACKET_MAX];
    for (int i = agent->client_count - 1; i >= 0; i--) {
        uint32_t word = 0;
        ssize_t n = recv(agent->clients[i], packet, sizeof packet - 1, MSG_DONTWAIT);
        memcpy(&word, packet, n >= (ssize_t)sizeof word ? sizeof word : 0);
        if (word == AGENT_QUESTION) {
            packet[n] = '\0';
            answer(agent, agent->clients[i], packet + sizeof word);
        }
        is_asked = is_asked || n > 0;
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
            drop_client(agent, i);
        }
    }
    return is_asked;
}

static bool listen_for_sessions(struct agent *agent)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char *path = mem_format("%s/agent.sock", agent->start->site_folder);
    bool good = strlen(path) < sizeof address.sun_path;
    if (good) {
        memcpy(address.sun_path, path, strlen(path) + 1);
        (void)unlink(path); /* of an agent before us, whose lock we hold now */
        agent->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        mode_t before = umask(0177);
        good = agent->listener >= 0 && bind(agent->listener, (struct sockaddr *)&address, sizeof address) == 0 &&
               listen(agent->listener, CLIENTS_MAX) == 0;
        (void)umask(before);
    }
    mem_free(path);
    return good;
}

/* --- noticing commits ----------------------------------------------------------------------------------------------- */

/* Whoever commits writes to the file's log: no session has to call. */
static void watch_file(struct agent *agent)
{
    char *path = mem_format("%s/site.db-wal", agent->start->site_folder);
    agent->watcher = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (agent->watcher >= 0 && inotify_add_watch(agent->watcher, path, IN_MODIFY | IN_DELETE_SELF) < 0) {
        (void)close(agent->watcher); /* then time alone wakes us */
        agent->watcher = -1;
    }
    mem_free(path);
}

static bool drain_watch(struct agent *agent)
{
    char bytes[4096];
    bool is_written = false, is_lost = false;
    ssize_t n;
    while (agent->watcher >= 0 && (n = read(agent->watcher, bytes, sizeof bytes)) > 0) {
        is_written = true;
        const struct inotify_event *event = (const struct inotify_event *)(const void *)bytes;
        is_lost = is_lost || (event->mask & (IN_DELETE_SELF | IN_IGNORED)) != 0;
    }
    if (is_lost) { /* the log was put away and will be a new file */
        (void)close(agent->watcher); /* nothing waits in it */
        watch_file(agent);
    }
    return is_written;
}

/* --- work ----------------------------------------------------------------------------------------------------------- */

static int jitter(int below)
{
    unsigned value;
    random_fill(&value, sizeof value);
    return (int)(value % (unsigned)(below > 0 ? below : 1));
}

static bool anything_waits(struct agent *agent)
{
    int64_t count = 0;
    return outbox_count(agent->store, &count, NULL) == STATUS_OK && count > 0;
}

/* The pause until the next try; -1: no further try helps. */
static int cycle(struct agent *agent)
{
    struct error err = ERROR_INIT;
    struct engine_report report;
    enum status status;
    if (agent->engine == NULL) {
        status = engine_open(agent->store, agent->start->site_folder, &agent->engine, &err);
        if (status == STATUS_NOT_FOUND) {
            set_state(agent, AGENT_ALONE);
            return ALONE_POLL_MS;
        }
    }
    do {
        if (!engine_is_connected(agent->engine) || anything_waits(agent)) {
            set_state(agent, agent->status.state == AGENT_OFFLINE ? AGENT_OFFLINE : AGENT_SYNCING);
        }
        status = engine_cycle(agent->engine, &report, &err);
        if (status == STATUS_OK && report.pushed > 0) {
            set_state(agent, AGENT_SYNCING);
        }
    } while (status == STATUS_OK && report.pushed + report.pulled > 0);
    (void)drain_watch(agent); /* what we wrote ourselves */
    if (status == STATUS_OK && clock_monotonic_us() - agent->verified_us > VERIFY_EVERY_US) {
        struct engine_verdict verdict;
        status = engine_verify(agent->engine, &verdict, &err);
        agent->verified_us = clock_monotonic_us();
    }
    if (status == STATUS_OK) {
        agent->retry_ms = RETRY_FIRST_MS;
        set_state(agent, AGENT_ONLINE);
        return report.entering > 0 ? ALONE_POLL_MS : anything_waits(agent) ? BURST_MS : POLL_MIN_MS + jitter(POLL_SPREAD_MS);
    }
    if (status == STATUS_NOT_PERMITTED) {
        set_state(agent, AGENT_STOPPED);
        return -1;
    }
    log_write(LOG_WARNING, "sync agent: %s", status_name(status));
    set_state(agent, AGENT_OFFLINE);
    agent->retry_ms = agent->retry_ms * 2 > RETRY_MAX_MS ? RETRY_MAX_MS : agent->retry_ms * 2;
    return RETRY_FIRST_MS / 2 + jitter(agent->retry_ms);
}

static bool session_is_there(const struct agent *agent)
{
    struct pollfd ended = {.fd = agent->start->session_fd, .events = POLLIN};
    return agent->client_count > 0 ||
           (agent->start->session_fd >= 0 && !(poll(&ended, 1, 0) > 0 && (ended.revents & POLLHUP) != 0));
}

/* A site whose folder was removed needs no agent. */
static bool site_is_there(const struct agent *agent)
{
    char *path = mem_format("%s/site.db", agent->start->site_folder);
    bool is_there = access(path, F_OK) == 0 || errno != ENOENT;
    mem_free(path);
    return is_there;
}

/* Waits until there is a reason to look. False: the agent's time is over. */
static bool wait_for_work(struct agent *agent, int pause_ms)
{
    int64_t until_us = clock_monotonic_us() + (int64_t)pause_ms * 1000;
    for (;;) {
        int fds[CLIENTS_MAX + 2], count = 0;
        int64_t left_us = until_us - clock_monotonic_us();
        if (!site_is_there(agent)) {
            return false;
        }
        if (session_is_there(agent)) {
            agent->last_session_us = clock_monotonic_us();
        } else if (clock_monotonic_us() - agent->last_session_us > (agent->engine == NULL ? US_PER_SECOND : LEASE_US)) {
            return false;
        }
        fds[count++] = agent->listener;
        if (agent->watcher >= 0) {
            fds[count++] = agent->watcher;
        }
        for (int i = 0; i < agent->client_count; i++) {
            fds[count++] = agent->clients[i];
        }
        int timeout_ms = left_us <= 0 ? 0 : (int)(left_us / 1000) + 1;
        enum engine_wake why = engine_wait(agent->engine, fds, count, timeout_ms > ALONE_POLL_MS ? ALONE_POLL_MS : timeout_ms);
        accept_client(agent);
        (void)store_data_version(agent->store); /* steps aside where the file is about to be replaced */
        bool is_asked = read_clients(agent);
        bool is_written = drain_watch(agent) && anything_waits(agent);
        bool is_offline = agent->status.state == AGENT_OFFLINE; /* a commit does not bring the network back */
        if (is_written && is_offline) {
            set_state(agent, AGENT_OFFLINE);
        }
        if (why == ENGINE_WAKE_CENTRE || is_asked || (is_written && !is_offline) || clock_monotonic_us() >= until_us) {
            return true;
        }
    }
}

static bool open_store(struct agent *agent)
{
    char *path = mem_format("%s/site.db", agent->start->site_folder), *audit = mem_format("%s/audit.key", agent->start->site_folder);
    const struct store_options options = {.path = path,
                                          .audit_path = audit,
                                          .data_key = agent->start->data_key,
                                          .device_key = &agent->device,
                                          .epoch = agent->start->epoch,
                                          .clock = &agent->clock,
                                          .is_mirror = true};
    enum status status = device_key_load(agent->start->device_key_path, &agent->device, NULL);
    if (status == STATUS_OK) {
        status = store_open(&options, &agent->store, NULL);
    }
    mem_free(path);
    mem_free(audit);
    return status == STATUS_OK;
}

int agent_work(const struct agent_start *start)
{
    struct agent agent = {.start = start,
                          .clock = clock_system(),
                          .device = DEVICE_KEY_INIT,
                          .listener = -1,
                          .watcher = -1,
                          .status = {.version = AGENT_STATUS_VERSION},
                          .retry_ms = RETRY_FIRST_MS,
                          .last_session_us = clock_monotonic_us(),
                          .verified_us = clock_monotonic_us()};
    int result = 1;
    char *log = mem_format("%s/agent.log", start->site_folder);
    if (log_open(log, LOG_INFO) == STATUS_OK) {
        log_write(LOG_INFO, "sync agent starts");
    }
    mem_free(log);
    if (open_store(&agent) && listen_for_sessions(&agent)) {
        watch_file(&agent);
        int pause_ms = cycle(&agent);
        while (pause_ms >= 0 && wait_for_work(&agent, pause_ms)) {
            pause_ms = cycle(&agent);
        }
        /* Stopped for good: sessions still hear why, as long as there are any. */
        while (pause_ms < 0 && wait_for_work(&agent, ALONE_POLL_MS) && session_is_there(&agent)) {
        }
        result = 0;
    }
    engine_close(agent.engine);
    store_close(agent.store);
    device_key_release(&agent.device);
    return result;
}
