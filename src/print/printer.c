/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "print/printer.h"

#include <cups/cups.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/memory.h"

enum { RAW_PORT = 9100, CUPS_PORT = 631, WALL_SECONDS = 120 };

/* ---- addresses ---- */

static const struct {
    const char *scheme;
    enum printer_kind kind;
    int port;
} SCHEMES[] = {{"text://", PRINTER_TEXT, RAW_PORT}, {"zpl://", PRINTER_ZPL, RAW_PORT}, {"cups://", PRINTER_PDF, CUPS_PORT}};

static bool take_part(char *out, size_t size, const char *from, size_t len, const char *allowed)
{
    if (len == 0 || len >= size || strspn(from, allowed) < len) {
        return false;
    }
    memcpy(out, from, len);
    out[len] = '\0';
    return true;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"

/* HOST, [IPv6], with or without :PORT. */
static bool parse_host(const char *text, size_t len, struct printer *out)
{
    const char *end = text + len, *port = NULL;
    if (text[0] == '[') {
        const char *close = memchr(text, ']', len);
        if (close == NULL || !take_part(out->host, sizeof out->host, text + 1, (size_t)(close - text) - 1, LETTERS ":")) {
            return false;
        }
        port = close + 1 < end && close[1] == ':' ? close + 2 : NULL;
        if (port == NULL && close + 1 != end) {
            return false;
        }
    } else {
        const char *colon = memchr(text, ':', len);
        port = colon != NULL ? colon + 1 : NULL;
        if (!take_part(out->host, sizeof out->host, text, (size_t)((colon != NULL ? colon : end) - text), LETTERS)) {
            return false;
        }
    }
    char digits[6];
    if (port != NULL) {
        if (!take_part(digits, sizeof digits, port, (size_t)(end - port), "0123456789")) {
            return false;
        }
        out->port = (int)strtol(digits, NULL, 10);
    }
    return out->port >= 1 && out->port <= 65535;
}

enum status printer_parse(const char *text, struct printer *out, struct error *err)
{
    struct printer printer = {0};
    bool is_right = text[0] == '\0';
    for (size_t i = 0; i < sizeof SCHEMES / sizeof *SCHEMES; i++) {
        size_t len = strlen(SCHEMES[i].scheme);
        if (strncmp(text, SCHEMES[i].scheme, len) == 0) {
            const char *host = text + len, *slash = strchr(host, '/');
            size_t host_len = slash != NULL ? (size_t)(slash - host) : strlen(host);
            printer.kind = SCHEMES[i].kind;
            printer.port = SCHEMES[i].port;
            is_right = parse_host(host, host_len, &printer) && (slash != NULL) == (printer.kind == PRINTER_PDF) &&
                       (slash == NULL ||
                        take_part(printer.queue, sizeof printer.queue, slash + 1, strlen(slash + 1), LETTERS "/"));
        }
    }
    if (!is_right) {
        return error_set_field(err, STATUS_INVALID, "printer",
                               _("\"%.80s\" is no printer. Printers are written text://HOST:9100, zpl://HOST:9100 or "
                                 "cups://HOST:631/QUEUE."),
                               text);
    }
    *out = printer;
    return STATUS_OK;
}

/* ---- raw TCP ---- */

static enum status no_answer(const struct printer *p, struct error *err)
{
    return error_set(err, STATUS_OFFLINE, _("The printer %s, port %d, does not answer. Is it switched on? Nothing was printed."),
                     p->host, p->port);
}

static bool wait_for(int fd, short events, int timeout_ms)
{
    struct pollfd one = {.fd = fd, .events = events};
    int n;
    do {
        n = poll(&one, 1, timeout_ms);
    } while (n < 0 && errno == EINTR);
    return n > 0;
}

static enum status connect_one(const struct addrinfo *address, const struct printer_job *job, int *out_fd, struct error *err)
{
    const struct printer *p = &job->printer;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), why = 0;
    socklen_t len = sizeof why;
    if (fd < 0) {
        return error_set(err, STATUS_IO, _("No connection to the printer %s can be made: %s."), p->host, strerror(errno));
    }
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        why = errno;
        if (why == EINPROGRESS) {
            if (!wait_for(fd, POLLOUT, job->timeout_ms)) {
                why = ETIMEDOUT;
            } else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &len) != 0) {
                why = errno;
            }
        }
    }
    if (why == 0) {
        *out_fd = fd;
        return STATUS_OK;
    }
    (void)close(fd); /* nothing was sent */
    return why == ECONNREFUSED
               ? error_set(err, STATUS_OFFLINE,
                           _("The printer %s takes nothing on port %d. Is the port right, is it ready? Nothing was printed."),
                           p->host, p->port)
               : no_answer(p, err);
}

static enum status connect_to(const struct printer_job *job, int *out_fd, struct error *err)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC};
    struct addrinfo *list = NULL;
    char port[8];
    snprintf(port, sizeof port, "%d", job->printer.port);
    if (getaddrinfo(job->printer.host, port, &hints, &list) != 0 || list == NULL) {
        return error_set(err, STATUS_OFFLINE, _("No printer is known by the name %s. Nothing was printed."), job->printer.host);
    }
    enum status status = STATUS_OFFLINE;
    for (const struct addrinfo *at = list; at != NULL && status != STATUS_OK; at = at->ai_next) {
        status = connect_one(at, job, out_fd, err);
    }
    freeaddrinfo(list);
    return status;
}

static enum status send_bytes(int fd, const struct printer_job *job, struct error *err)
{
    const char *bytes = job->bytes;
    for (size_t at = 0; at < job->len;) {
        ssize_t n = send(fd, bytes + at, job->len - at, MSG_NOSIGNAL);
        if (n > 0) {
            at += (size_t)n;
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else if (!(n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) || !wait_for(fd, POLLOUT, job->timeout_ms)) {
            return error_set(err, STATUS_IO, _("The printer %s stopped taking data. Look at what it printed before you print again."),
                             job->printer.host);
        }
    }
    return STATUS_OK;
}

/* Everything is sent; the printer closes its side, or it stays silent, which is as good. A reset is not. */
static enum status see_out(int fd, const struct printer_job *job, struct error *err)
{
    char scrap[256];
    (void)shutdown(fd, SHUT_WR); /* a printer that is gone answers below */
    while (wait_for(fd, POLLIN, job->timeout_ms < 1000 ? job->timeout_ms : 1000)) {
        ssize_t n = recv(fd, scrap, sizeof scrap, 0);
        if (n == 0) {
            break;
        }
        if (n < 0 && errno != EINTR && errno != EAGAIN) {
            return error_set(err, STATUS_IO, _("The printer %s broke off. Look at what it printed before you print again."),
                             job->printer.host);
        }
    }
    return STATUS_OK;
}

static enum status send_raw(const struct printer_job *job, struct error *err)
{
    int fd = -1;
    enum status status = connect_to(job, &fd, err);
    for (int copy = 0; status == STATUS_OK && copy < job->copies; copy++) {
        status = send_bytes(fd, job, err);
    }
    if (status == STATUS_OK) {
        status = see_out(fd, job, err);
    }
    if (fd >= 0) {
        (void)close(fd); /* delivered or reported */
    }
    return status;
}

/* ---- CUPS ---- */

static ipp_t *print_request(const struct printer_job *job, char *resource, size_t size)
{
    char uri[HTTP_MAX_URI];
    const struct printer *p = &job->printer;
    snprintf(resource, size, strchr(p->queue, '/') != NULL ? "/%s" : "/printers/%s", p->queue);
    httpAssembleURI(HTTP_URI_CODING_ALL, uri, sizeof uri, "ipp", NULL, p->host, p->port, resource);
    ipp_t *request = ippNewRequest(IPP_OP_PRINT_JOB);
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, uri);
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL, "prescripcare");
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", NULL, job->title);
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", NULL, "application/pdf");
    if (job->copies > 1) {
        ippAddInteger(request, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", job->copies);
    }
    return request;
}

/* Owns and frees the request. */
static enum status exchange(http_t *http, const struct printer_job *job, ipp_t *request, const char *resource, struct error *err)
{
    const struct printer *p = &job->printer;
    http_status_t sent = cupsSendRequest(http, request, resource, ippLength(request) + job->len);
    const char *bytes = job->bytes;
    for (size_t at = 0; sent == HTTP_STATUS_CONTINUE && at < job->len;) {
        size_t piece = job->len - at < 65536 ? job->len - at : 65536;
        sent = cupsWriteRequestData(http, bytes + at, piece);
        at += piece;
    }
    ipp_t *response = cupsGetResponse(http, resource);
    ipp_status_t said = response != NULL ? ippGetStatusCode(response) : cupsLastError();
    ippDelete(response);
    ippDelete(request);
    if (said <= IPP_STATUS_OK_EVENTS_COMPLETE) {
        return STATUS_OK;
    }
    if (said == IPP_STATUS_ERROR_NOT_FOUND) {
        return error_set(err, STATUS_REFUSED, _("The print server %s has no queue \"%s\". Nothing was printed."), p->host, p->queue);
    }
    if (said == IPP_STATUS_ERROR_NOT_ACCEPTING_JOBS || said == IPP_STATUS_ERROR_BUSY ||
        said == IPP_STATUS_ERROR_SERVICE_UNAVAILABLE) {
        return error_set(err, STATUS_REFUSED, _("The queue \"%s\" on %s takes no jobs now. Nothing was printed."), p->queue, p->host);
    }
    return error_set(err, STATUS_REFUSED, _("The print server %s refused the job: %s."), p->host, ippErrorString(said));
}

static enum status send_cups(const struct printer_job *job, struct error *err)
{
    char resource[128];
    http_t *http = httpConnect2(job->printer.host, job->printer.port, NULL, AF_UNSPEC, HTTP_ENCRYPTION_IF_REQUESTED, 1,
                                job->timeout_ms, NULL);
    if (http == NULL) {
        return no_answer(&job->printer, err);
    }
    httpSetTimeout(http, job->timeout_ms / 1000.0, NULL, NULL);
    ipp_t *request = print_request(job, resource, sizeof resource);
    enum status status = exchange(http, job, request, resource, err);
    httpClose(http);
    return status;
}

enum status printer_send(const struct printer_job *job, struct error *err)
{
    switch (job->printer.kind) {
    case PRINTER_TEXT:
    case PRINTER_ZPL:
        return send_raw(job, err);
    case PRINTER_PDF:
        return send_cups(job, err);
    case PRINTER_NONE:
        break;
    }
    return error_set(err, STATUS_NOT_FOUND, _("No printer is set. An administrator sets one: prescripcare config --set."));
}

/* ---- a process of its own ---- */

struct printer_delivery {
    pid_t pid;
    int fd;            /* its answer: one struct error */
    struct error answer;
    size_t got;
    bool is_over;
};

static void deliver(const struct printer_job *job, int fd)
{
    static const int QUIET[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT, SIGALRM, SIGCHLD};
    for (size_t i = 0; i < sizeof QUIET / sizeof *QUIET; i++) {
        (void)signal(QUIET[i], SIG_DFL); /* the workstation's handlers know nothing of this process */
    }
    (void)signal(SIGPIPE, SIG_IGN);
    (void)alarm(WALL_SECONDS); /* whatever a library waits for */
    struct error err = ERROR_INIT;
    err.status = printer_send(job, &err);
    ssize_t n = write(fd, &err, sizeof err);
    _exit(n == (ssize_t)sizeof err ? 0 : 1);
}

enum status printer_start(const struct printer_job *job, struct printer_delivery **out, struct error *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return error_set(err, STATUS_IO, _("Printing cannot be started: %s. Nothing was printed."), strerror(errno));
    }
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        deliver(job, ends[1]);
    }
    (void)close(ends[1]);
    if (pid < 0) {
        (void)close(ends[0]);
        return error_set(err, STATUS_IO, _("Printing cannot be started: %s. Nothing was printed."), strerror(errno));
    }
    struct printer_delivery *d = mem_alloc(sizeof *d);
    d->pid = pid;
    d->fd = ends[0];
    *out = d;
    return STATUS_OK;
}

bool printer_wait(struct printer_delivery *d, int wait_ms)
{
    while (!d->is_over && wait_for(d->fd, POLLIN, wait_ms)) {
        ssize_t n = read(d->fd, (char *)&d->answer + d->got, sizeof d->answer - d->got);
        if (n > 0) {
            d->got += (size_t)n;
        }
        d->is_over = n == 0 || (n < 0 && errno != EINTR) || d->got == sizeof d->answer;
    }
    return !d->is_over;
}

enum status printer_finish(struct printer_delivery *d, struct error *err)
{
    enum status status;
    if (!d->is_over) {
        (void)kill(d->pid, SIGKILL);
        status = error_set(err, STATUS_CANCELLED, _("Printing was stopped. Look at what came out before you print again."));
    } else if (d->got == sizeof d->answer) {
        status = d->answer.status;
        if (status != STATUS_OK && err != NULL) {
            *err = d->answer;
        }
    } else {
        status = error_set(err, STATUS_IO, _("Printing ended without an answer. Look at what came out before you print again."));
    }
    while (waitpid(d->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    (void)close(d->fd);
    mem_free(d);
    return status;
}
