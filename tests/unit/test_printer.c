/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "print/printer.h"

Test(printer, reads_addresses)
{
    static const struct {
        const char *text;
        enum printer_kind kind; /* -1: refused */
        const char *host;
        int port;
        const char *queue;
    } CASES[] = {
        {"", PRINTER_NONE, "", 0, ""},
        {"text://desk", PRINTER_TEXT, "desk", 9100, ""},
        {"zpl://10.0.0.7:6101", PRINTER_ZPL, "10.0.0.7", 6101, ""},
        {"zpl://[::1]:9101", PRINTER_ZPL, "::1", 9101, ""},
        {"zpl://[fe80::1]", PRINTER_ZPL, "fe80::1", 9100, ""},
        {"cups://localhost/desk", PRINTER_PDF, "localhost", 631, "desk"},
        {"cups://print.clinic.example:8631/ipp/print", PRINTER_PDF, "print.clinic.example", 8631, "ipp/print"},
        {"desk", -1, NULL, 0, NULL},
        {"text://", -1, NULL, 0, NULL},
        {"text://desk:0", -1, NULL, 0, NULL},
        {"text://desk:70000", -1, NULL, 0, NULL},
        {"text://desk:91x", -1, NULL, 0, NULL},
        {"text://desk/queue", -1, NULL, 0, NULL},
        {"cups://desk", -1, NULL, 0, NULL},
        {"cups://desk/", -1, NULL, 0, NULL},
        {"cups://desk/a b", -1, NULL, 0, NULL},
        {"zpl://[::1", -1, NULL, 0, NULL},
        {"zpl://[::1]x", -1, NULL, 0, NULL},
        {"text://de sk", -1, NULL, 0, NULL},
        {"file:///etc/passwd", -1, NULL, 0, NULL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct printer p = {0};
        struct error err = ERROR_INIT;
        enum status status = printer_parse(CASES[i].text, &p, &err);
        if ((int)CASES[i].kind < 0) {
            cr_expect_eq(status, STATUS_INVALID, "\"%s\" was taken", CASES[i].text);
            cr_expect_not_null(strstr(err.message, "HOST"), "%s", err.message);
            continue;
        }
        cr_expect_eq(status, STATUS_OK, "\"%s\": %s", CASES[i].text, error_text(&err));
        cr_expect_eq(p.kind, CASES[i].kind, "\"%s\"", CASES[i].text);
        cr_expect_str_eq(p.host, CASES[i].host);
        cr_expect_eq(p.port, CASES[i].port, "\"%s\": %d", CASES[i].text, p.port);
        cr_expect_str_eq(p.queue, CASES[i].queue);
    }
}

/* A port on loopback; backlog < 0: bound, but nobody listens. */
static int listener(int backlog, int *out_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_geq(fd, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    cr_assert(backlog < 0 || listen(fd, backlog) == 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *out_port = ntohs(address.sin_port);
    return fd;
}

static struct printer_job job_to(enum printer_kind kind, int port, const char *bytes, size_t len)
{
    struct printer_job job = {.printer = {.kind = kind, .host = "127.0.0.1", .port = port, .queue = "desk"},
                              .title = "label", .bytes = bytes, .len = len, .copies = 1, .timeout_ms = 200};
    return job;
}

Test(printer, sends_every_copy_and_reports_in_the_background)
{
    int port, fd = listener(1, &port);
    struct printer_job job = job_to(PRINTER_TEXT, port, "hello\f", 6);
    struct printer_delivery *delivery;
    struct error err = ERROR_INIT;
    char got[64] = "";
    size_t len = 0;
    ssize_t n;
    job.copies = 3;
    cr_assert_eq(printer_start(&job, &delivery, &err), STATUS_OK);
    int peer = accept(fd, NULL, NULL);
    cr_assert_geq(peer, 0);
    while ((n = read(peer, got + len, sizeof got - 1 - len)) > 0) {
        len += (size_t)n;
    }
    (void)close(peer);
    while (printer_wait(delivery, 1000)) {
    }
    cr_expect_eq(printer_finish(delivery, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_str_eq(got, "hello\fhello\fhello\f");
    (void)close(fd);
}

Test(printer, names_what_is_wrong)
{
    int port, fd = listener(-1, &port);
    struct printer_job job = job_to(PRINTER_ZPL, port, "x", 1);
    struct error err = ERROR_INIT;
    cr_expect_eq(printer_send(&job, &err), STATUS_OFFLINE);
    cr_expect_not_null(strstr(err.message, "127.0.0.1"), "%s", err.message);
    cr_expect_not_null(strstr(err.message, "Nothing was printed"), "%s", err.message);
    job = job_to(PRINTER_PDF, port, "x", 1);
    cr_expect_eq(printer_send(&job, &err), STATUS_OFFLINE, "%s", err.message);
    (void)close(fd);
    job = job_to(PRINTER_NONE, 0, "x", 1);
    cr_expect_eq(printer_send(&job, &err), STATUS_NOT_FOUND);
}

Test(printer, a_printer_that_takes_no_more_is_not_waited_for)
{
    enum { BIG = 32 * 1024 * 1024 };
    int port, fd = listener(1, &port); /* the kernel connects; nobody reads */
    char *bytes = mem_alloc(BIG);
    struct printer_job job = job_to(PRINTER_TEXT, port, bytes, BIG);
    struct error err = ERROR_INIT;
    cr_expect_eq(printer_send(&job, &err), STATUS_IO);
    cr_expect_not_null(strstr(err.message, "stopped taking data"), "%s", err.message);
    mem_free(bytes);
    (void)close(fd);
}

Test(printer, a_delivery_can_be_stopped)
{
    enum { BIG = 32 * 1024 * 1024 };
    int port, fd = listener(1, &port);
    char *bytes = mem_alloc(BIG);
    struct printer_job job = job_to(PRINTER_TEXT, port, bytes, BIG);
    struct printer_delivery *delivery;
    struct error err = ERROR_INIT;
    job.timeout_ms = 60000;
    cr_assert_eq(printer_start(&job, &delivery, &err), STATUS_OK);
    cr_expect(printer_wait(delivery, 10));
    cr_expect_eq(printer_finish(delivery, &err), STATUS_CANCELLED);
    mem_free(bytes);
    (void)close(fd);
}
