/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/agent_client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sync/agent.h"
#include "sync/agent_lock.h"

enum { LOCK_PAUSE_MS = 2000, RESTART_FIRST_MS = 500, RESTART_MAX_MS = 30000 };
#define CONNECT_PAUSE_US US_PER_SECOND

struct agent_handle {
    int fd; /* the sleeping process reads the key here; closed when this process ends */
};

/* What goes over the pipe. */
struct key_message {
    uint8_t key[SECRET_KEY_BYTES];
    uint32_t epoch;
};

/* --- the sleeping process ------------------------------------------------------------------------------------------- */

static void sleep_ms(int ms)
{
    const struct timespec pause = {ms / 1000, ms % 1000 * 1000000L};
    (void)nanosleep(&pause, NULL); /* a shorter pause does no harm */
}

/* Nothing of the session's terminal stays open. */
static void leave_session(int keep_fd)
{
    (void)setsid(); /* it leads no group yet */
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGTERM, SIG_DFL);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3 && null >= 0; fd++) {
        (void)dup2(null, fd); /* else it stays on the terminal, where it writes nothing */
    }
    for (int fd = 3; fd < 1024; fd++) {
        if (fd != keep_fd) {
            (void)close(fd); /* most were never open */
        }
    }
}

/* False: the session ended without a sign-in. */
static bool read_key(int fd, struct key_message *out)
{
    size_t have = 0;
    while (have < sizeof *out) {
        ssize_t n = read(fd, (char *)out + have, sizeof *out - have);
        if (n > 0) {
            have += (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

static bool session_is_over(int fd)
{
    struct pollfd ended = {.fd = fd, .events = POLLIN};
    return poll(&ended, 1, 0) > 0 && (ended.revents & POLLHUP) != 0;
}

/* The worker is a process of its own: what kills it does not take the key. */
static void supervise(const struct agent_start *start)
{
    int pause_ms = RESTART_FIRST_MS;
    for (;;) {
        int64_t began_us = clock_monotonic_us();
        int result = 0;
        pid_t worker = fork();
        if (worker == 0) {
            _exit(agent_work(start));
        }
        if (worker < 0 || waitpid(worker, &result, 0) != worker) {
            return;
        }
        if (WIFEXITED(result) && WEXITSTATUS(result) == 0) {
            return;
        }
        pause_ms = clock_monotonic_us() - began_us > 60 * US_PER_SECOND ? RESTART_FIRST_MS : pause_ms * 2;
        pause_ms = pause_ms > RESTART_MAX_MS ? RESTART_MAX_MS : pause_ms;
        sleep_ms(pause_ms);
    }
}

/* Stands by as long as its session lives: when the agent at work is gone, this one takes over. */
static void stand_by(const char *folder, const char *device_key_path, int fd)
{
    struct key_message message;
    struct secret key = SECRET_INIT;
    int lock = -1;
    if (!read_key(fd, &message)) {
        return;
    }
    secret_init(&key, message.key, sizeof message.key);
    mem_wipe(message.key, sizeof message.key);
    while (agent_lock_take(folder, 0, &lock, NULL) != STATUS_OK) {
        if (session_is_over(fd)) {
            secret_release(&key);
            return;
        }
        sleep_ms(LOCK_PAUSE_MS);
    }
    const struct agent_start start = {folder, device_key_path, &key, message.epoch, fd};
    supervise(&start);
    secret_release(&key);
    agent_lock_give(lock);
}

struct agent_handle *agent_prepare(const char *site_folder, const char *device_key_path)
{
    int ends[2];
    if (crypt_init(NULL) != STATUS_OK || pipe2(ends, O_CLOEXEC) != 0) {
        return NULL;
    }
    pid_t child = fork();
    if (child == 0) {
        leave_session(ends[0]);
        /* Twice, so that the session has no child to wait for. */
        if (fork() == 0) {
            stand_by(site_folder, device_key_path, ends[0]);
        }
        _exit(0);
    }
    (void)close(ends[0]); /* the other process reads */
    if (child < 0 || waitpid(child, NULL, 0) != child) {
        (void)close(ends[1]); /* nobody reads */
        return NULL;
    }
    struct agent_handle *handle = mem_alloc(sizeof *handle);
    handle->fd = ends[1];
    return handle;
}

void agent_give_key(struct agent_handle *handle, const struct secret *data_key, uint32_t epoch)
{
    struct key_message message = {.epoch = epoch};
    if (handle == NULL || handle->fd < 0 || data_key->len != sizeof message.key) {
        return;
    }
    memcpy(message.key, secret_open(data_key), sizeof message.key);
    secret_close(data_key);
    ssize_t n = write(handle->fd, &message, sizeof message); /* less than a pipe holds: whole or not at all */
    mem_wipe(message.key, sizeof message.key);
    if (n != (ssize_t)sizeof message) {
        (void)close(handle->fd); /* it ends by itself */
        handle->fd = -1;
    }
}

void agent_let_go(struct agent_handle *handle)
{
    if (handle != NULL) {
        if (handle->fd >= 0) {
            (void)close(handle->fd); /* that is how it learns that the session is over */
        }
        mem_free(handle);
    }
}

/* --- the line to the agent ------------------------------------------------------------------------------------------ */

struct agent_client {
    char *path;
    int fd; /* -1: not connected */
    int64_t tried_us;
    struct agent_status last;
    char *answer; /* NULL: none came */
};

struct agent_client *agent_client_new(const char *site_folder)
{
    struct agent_client *client = mem_alloc(sizeof *client);
    client->path = mem_format("%s/agent.sock", site_folder);
    client->fd = -1;
    client->tried_us = -CONNECT_PAUSE_US;
    return client;
}

void agent_client_free(struct agent_client *client)
{
    if (client != NULL) {
        if (client->fd >= 0) {
            (void)close(client->fd); /* nothing waits in it */
        }
        mem_free(client->path);
        mem_free(client->answer);
        mem_free(client);
    }
}

static void connect_now(struct agent_client *client)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(client->path) >= sizeof address.sun_path) {
        return;
    }
    memcpy(address.sun_path, client->path, strlen(client->path) + 1);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(fd); /* nobody listens */
        fd = -1;
    }
    client->fd = fd;
}

bool agent_client_poll(struct agent_client *client, struct agent_status *out)
{
    struct agent_status now = client->last, got;
    char packet[AGENT_PACKET_MAX];
    if (client->fd < 0 && clock_monotonic_us() - client->tried_us >= CONNECT_PAUSE_US) {
        client->tried_us = clock_monotonic_us();
        connect_now(client);
    }
    while (client->fd >= 0) {
        uint32_t word = 0;
        ssize_t n = recv(client->fd, packet, sizeof packet, MSG_DONTWAIT);
        memcpy(&word, packet, n >= (ssize_t)sizeof word ? sizeof word : 0);
        if (n == (ssize_t)sizeof got && word == AGENT_STATUS_VERSION) {
            memcpy(&got, packet, sizeof got);
            now = got;
        } else if (n > (ssize_t)sizeof word && word == AGENT_ANSWER) {
            mem_free(client->answer);
            client->answer = mem_copy_bytes(packet + sizeof word, (size_t)n - sizeof word);
        } else if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            break;
        } else {
            (void)close(client->fd); /* the agent is gone */
            client->fd = -1;
            now.state = AGENT_NONE;
        }
    }
    bool is_changed = memcmp(&now, &client->last, sizeof now) != 0;
    client->last = now;
    *out = now;
    return is_changed;
}

void agent_client_wake(struct agent_client *client)
{
    if (client->fd >= 0) {
        (void)send(client->fd, "w", 1, MSG_DONTWAIT | MSG_NOSIGNAL); /* it looks by itself soon, too */
    }
}

bool agent_client_ask(struct agent_client *client, const char *question)
{
    char packet[AGENT_PACKET_MAX];
    uint32_t word = AGENT_QUESTION;
    size_t len = strlen(question);
    mem_free(client->answer); /* of an earlier question */
    client->answer = NULL;
    if (client->fd < 0 || len > sizeof packet - sizeof word) {
        return false;
    }
    memcpy(packet, &word, sizeof word);
    memcpy(packet + sizeof word, question, len);
    return send(client->fd, packet, sizeof word + len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)(sizeof word + len);
}

char *agent_client_take_answer(struct agent_client *client)
{
    char *answer = client->answer;
    client->answer = NULL;
    return answer;
}
