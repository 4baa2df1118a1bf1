/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/proxy.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"

enum { LINES_MAX = 32, BUFFER_BYTES = 16384, LOOK_MS = 20, BACKLOG = 16, FILLERS = 3 };

struct control {
    atomic_long limit[2], seen[2], record[2], records[2];
    atomic_int place;
    atomic_bool hangs_at_limit;
    atomic_int mode, taken; /* as was asked for, and as the process works by it */
    atomic_int hanging;     /* lines that are open and not carried */
};

struct proxy {
    int port;
    pid_t child;
    struct control *control;
};

struct line {
    int ends[2];  /* terminal, centre */
    long left[2]; /* of the record that is under way */
    bool is_tls[2];
};

static void must(bool good, const char *what)
{
    if (!good) {
        (void)fprintf(stderr, "proxy: %s\n", what);
        abort();
    }
}

static int dial(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(fd); /* the centre is down */
        fd = -1;
    }
    return fd;
}

static void hang_up(struct line *line)
{
    static const struct linger now = {1, 0};
    for (int i = 0; i < 2; i++) {
        (void)setsockopt(line->ends[i], SOL_SOCKET, SO_LINGER, &now, sizeof now); /* a reset, as a cut line gives */
        (void)close(line->ends[i]);
    }
    line->ends[0] = line->ends[1] = -1;
}

enum { REQUEST_BYTES = 8, ANSWER_BYTES = 1, HEADER_BYTES = 5 }; /* "TLS, please", and the answer */

/* A record begins: how long it is, and whether the line is to be cut in it. False: its header has not come whole. */
static bool begin_record(struct control *control, struct line *line, int from)
{
    unsigned char header[HEADER_BYTES];
    long whole = from == PROXY_TO_CENTRE ? REQUEST_BYTES : ANSWER_BYTES, number = atomic_fetch_add(&control->records[from], 1);
    if (line->is_tls[from]) {
        if (recv(line->ends[from], header, sizeof header, MSG_PEEK) < (ssize_t)sizeof header) {
            atomic_fetch_sub(&control->records[from], 1);
            return false;
        }
        whole = HEADER_BYTES + (header[3] << 8 | header[4]);
    }
    line->is_tls[from] = true;
    line->left[from] = whole;
    if (number == atomic_load(&control->record[from])) {
        const long places[] = {0, HEADER_BYTES < whole ? HEADER_BYTES - 1 : 0, whole / 2, whole - 1, whole};
        atomic_store(&control->limit[from], atomic_load(&control->seen[from]) + places[atomic_load(&control->place)]);
    }
    return true;
}

/* False: the line is over. */
static bool carry(struct control *control, struct line *line, int from)
{
    char bytes[BUFFER_BYTES];
    if (line->left[from] == 0 && !begin_record(control, line, from)) {
        return recv(line->ends[from], bytes, 1, MSG_PEEK) > 0;
    }
    long limit = atomic_load(&control->limit[from]), seen = atomic_load(&control->seen[from]);
    size_t room = limit < 0 ? sizeof bytes : limit - seen < (long)sizeof bytes ? (size_t)(limit - seen) : sizeof bytes;
    if (room == 0) {
        if (atomic_load(&control->hangs_at_limit)) {
            atomic_store(&control->mode, PROXY_HANGS);
            return true;
        }
        return false;
    }
    room = (long)room < line->left[from] ? room : (size_t)line->left[from];
    ssize_t n = recv(line->ends[from], bytes, room, 0);
    for (ssize_t sent = 0; sent < n;) {
        ssize_t part = send(line->ends[1 - from], bytes + sent, (size_t)(n - sent), MSG_NOSIGNAL);
        if (part <= 0) {
            return false;
        }
        sent += part;
    }
    if (n > 0) {
        line->left[from] -= n;
        atomic_fetch_add(&control->seen[from], n);
    }
    return n > 0 && (limit < 0 || seen + n < limit || atomic_load(&control->hangs_at_limit));
}

/* A listener whose queue is full answers nobody: one connection waits in it, the others are asked for again and again. */
static void fill_queue(int listener, int port, int fillers[FILLERS])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    must(listen(listener, 0) == 0, "listen");
    for (int i = 0; i < FILLERS; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        (void)connect(fillers[i], (struct sockaddr *)&address, sizeof address); /* is under way, and stays so */
    }
}

static void empty_queue(int listener, int fillers[FILLERS])
{
    for (int i = 0; i < FILLERS; i++) {
        (void)close(fillers[i]); /* nothing was sent */
    }
    must(listen(listener, BACKLOG) == 0, "listen");
}

static void serve(struct control *control, int listener, int port, int to_port)
{
    struct line lines[LINES_MAX];
    int count = 0, fillers[FILLERS], before = PROXY_CARRIES;
    for (;;) {
        struct pollfd polled[1 + 2 * LINES_MAX] = {{.fd = listener, .events = POLLIN}};
        int mode = atomic_load(&control->mode);
        if (mode != before && (mode == PROXY_DROPS || before == PROXY_DROPS)) {
            mode == PROXY_DROPS ? fill_queue(listener, port, fillers) : empty_queue(listener, fillers);
        }
        before = mode;
        atomic_store(&control->taken, mode);
        for (int i = 0; i < count; i++) {
            for (int end = 0; end < 2; end++) {
                polled[1 + 2 * i + end] = (struct pollfd){.fd = mode == PROXY_HANGS ? -1 : lines[i].ends[end], .events = POLLIN};
            }
        }
        polled[0].fd = mode == PROXY_DROPS ? -1 : listener;
        (void)poll(polled, (nfds_t)(1 + 2 * count), LOOK_MS); /* looks at the control from time to time */
        for (int i = count - 1; i >= 0; i--) {
            bool alive = mode == PROXY_CARRIES || mode == PROXY_HANGS;
            for (int end = 0; alive && end < 2; end++) {
                alive = polled[1 + 2 * i + end].revents == 0 || carry(control, &lines[i], end);
            }
            if (!alive) {
                hang_up(&lines[i]);
                lines[i] = lines[--count];
            }
        }
        if (polled[0].revents != 0) {
            bool lets_in = (mode == PROXY_CARRIES || mode == PROXY_HANGS) && count < LINES_MAX;
            int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC), other = lets_in ? dial(to_port) : -1;
            if (fd >= 0 && other >= 0) {
                lines[count++] = (struct line){.ends = {fd, other}};
            } else if (fd >= 0) {
                (void)close(fd); /* refused */
            }
        }
        atomic_store(&control->hanging, mode == PROXY_HANGS ? count : 0);
    }
}

struct proxy *proxy_new(int to_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    struct proxy *proxy = mem_alloc(sizeof *proxy);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(listener >= 0 && bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, BACKLOG) == 0 &&
             getsockname(listener, (struct sockaddr *)&address, &len) == 0,
         "no port");
    proxy->port = ntohs(address.sin_port);
    proxy->control = mmap(NULL, sizeof *proxy->control, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(proxy->control != MAP_FAILED, "no memory");
    proxy_cut_in_record(proxy, PROXY_TO_CENTRE, -1, PROXY_BEFORE);
    proxy_cut_in_record(proxy, PROXY_TO_TERMINAL, -1, PROXY_BEFORE);
    proxy->child = fork();
    must(proxy->child >= 0, "fork");
    if (proxy->child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* it ends with a test that aborts */
        serve(proxy->control, listener, proxy->port, to_port);
    }
    (void)close(listener); /* the child listens */
    return proxy;
}

void proxy_free(struct proxy *proxy)
{
    (void)kill(proxy->child, SIGKILL); /* it is our child */
    (void)waitpid(proxy->child, NULL, 0);
    (void)munmap(proxy->control, sizeof *proxy->control);
    mem_free(proxy);
}

int proxy_port(const struct proxy *proxy)
{
    return proxy->port;
}

void proxy_cut_after(struct proxy *proxy, enum proxy_direction direction, long bytes)
{
    atomic_store(&proxy->control->seen[direction == PROXY_TO_CENTRE ? 0 : 1], 0);
    atomic_store(&proxy->control->limit[direction == PROXY_TO_CENTRE ? 0 : 1], bytes);
}

void proxy_cut_in_record(struct proxy *proxy, enum proxy_direction direction, long record, enum proxy_place place)
{
    int which = direction == PROXY_TO_CENTRE ? 0 : 1;
    proxy_cut_after(proxy, direction, -1);
    atomic_store(&proxy->control->records[which], 0);
    atomic_store(&proxy->control->place, (int)place);
    atomic_store(&proxy->control->record[which], record);
}

void proxy_set_mode(struct proxy *proxy, enum proxy_mode mode)
{
    atomic_store(&proxy->control->hangs_at_limit, false);
    atomic_store(&proxy->control->mode, (int)mode);
    while (atomic_load(&proxy->control->taken) != (int)mode) { /* who connects now must not be dealt with as before */
        (void)poll(NULL, 0, 1);
    }
}

void proxy_hang_after(struct proxy *proxy, enum proxy_direction direction, long bytes)
{
    atomic_store(&proxy->control->hangs_at_limit, true);
    proxy_cut_after(proxy, direction, bytes);
}

/* Connections to the port that were asked for and not answered. */
static int unanswered(int port)
{
    char line[256];
    int count = 0;
    FILE *table = fopen("/proc/net/tcp", "re");
    must(table != NULL, "/proc/net/tcp");
    while (fgets(line, sizeof line, table) != NULL) {
        unsigned from = 0, to = 0, state = 0;
        count += sscanf(line, " %*d: %*8x:%x %*8x:%x %x", &from, &to, &state) == 3 && to == (unsigned)port && state == 2;
    }
    (void)fclose(table); /* it was only read */
    return count;
}

bool proxy_keeps_waiting(const struct proxy *proxy)
{
    return atomic_load(&proxy->control->mode) == PROXY_DROPS ? unanswered(proxy->port) >= FILLERS : atomic_load(&proxy->control->hanging) > 0;
}

long proxy_bytes(const struct proxy *proxy, enum proxy_direction direction)
{
    return atomic_load(&proxy->control->seen[direction == PROXY_TO_CENTRE ? 0 : 1]);
}

long proxy_records(const struct proxy *proxy, enum proxy_direction direction)
{
    return atomic_load(&proxy->control->records[direction == PROXY_TO_CENTRE ? 0 : 1]);
}
