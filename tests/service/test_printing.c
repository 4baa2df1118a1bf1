/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "service/audits.h"
#include "service/printing.h"
#include "service/site_settings.h"
#include "support/clinic.h"

static int listener(int *out_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *out_port = ntohs(address.sin_port);
    return fd;
}

static void set(struct clinic *c, enum setting setting, const char *scheme, int port)
{
    char *value = mem_format("%s127.0.0.1:%d", scheme, port);
    cr_assert_eq(site_setting_change(clinic_actor(c, CLINIC_ADMIN), setting, value, NULL), STATUS_OK);
    mem_free(value);
}

static struct print_request label_of(struct uid patient)
{
    return (struct print_request){.what = "label", .permission = PERMISSION_CLINICAL_READ, .patient = patient,
                                  .target = PRINT_TO_LABELS, .copies = 1};
}

/* The details of the newest audit row of that action; the caller frees. NULL: there is none. */
static char *audited(struct clinic *c, const char *action)
{
    const struct audit_period period = {.to_us = INT64_MAX, .action_begin = action, .before_seq = INT64_MAX, .limit = 10};
    struct audit_line_list list = {0};
    cr_assert_eq(audit_show(clinic_actor(c, CLINIC_AUDITOR), &period, &list, NULL), STATUS_OK);
    char *details = list.len > 0 ? mem_copy_text(list.items[0].details) : NULL;
    audit_line_list_release(&list);
    return details;
}

static char *print_and_read(struct clinic *c, const struct print_request *request, const struct document *d, int fd)
{
    struct print_run *run;
    struct error err = ERROR_INIT;
    char *got = mem_alloc(65536);
    size_t len = 0;
    ssize_t n;
    cr_assert_eq(print_start(clinic_actor(c, CLINIC_NURSE), request, d, &run, &err), STATUS_OK, "%s", error_text(&err));
    int peer = accept(fd, NULL, NULL);
    while ((n = read(peer, got + len, 65535 - len)) > 0) {
        len += (size_t)n;
    }
    (void)close(peer);
    while (print_wait(run, 1000)) {
    }
    cr_assert_eq(print_finish(run, NULL, &err), STATUS_OK, "%s", error_text(&err));
    return got;
}

Test(printing, sends_text_and_zpl_and_audits_it)
{
    struct clinic *c = clinic_new();
    struct uid grace = clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14"});
    struct document *d;
    int port, fd = listener(&port);
    set(c, SETTING_PRINTER_LABELS, "text://", port);
    cr_assert_eq(print_document_new(clinic_actor(c, CLINIC_NURSE), "Label", "PC-1", grace, NULL, &d, NULL), STATUS_OK);
    document_paragraph(d, "Take 1 tablet by mouth daily.");
    struct print_request request = label_of(grace);
    request.is_reprint = true;
    char *text = print_and_read(c, &request, d, fd);
    cr_expect_not_null(strstr(text, "OKAFOR, Grace"), "%s", text);
    cr_expect_not_null(strstr(text, "Take 1 tablet by mouth daily."), "%s", text);
    mem_free(text);
    char *details = audited(c, "print");
    cr_assert_not_null(details);
    cr_expect_not_null(strstr(details, "what=label copies=1 reprint to=text://127.0.0.1"), "%s", details);
    cr_expect_null(strstr(details, "Okafor"));
    mem_free(details);
    set(c, SETTING_PRINTER_LABELS, "zpl://", port);
    text = print_and_read(c, &request, d, fd);
    cr_expect_eq(strncmp(text, "^XA", 3), 0, "%s", text);
    mem_free(text);
    document_free(d);
    (void)close(fd);
    clinic_free(c);
}

Test(printing, a_failure_is_said_and_audited)
{
    struct clinic *c = clinic_new();
    struct uid grace = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    struct document *d;
    struct error err = ERROR_INIT;
    int port, fd = listener(&port);
    (void)close(fd); /* nobody listens there now */
    struct print_request request = label_of(grace);
    cr_assert_eq(print_document_new(clinic_actor(c, CLINIC_NURSE), "Label", "", grace, NULL, &d, NULL), STATUS_OK);
    cr_expect_eq(print_now(clinic_actor(c, CLINIC_NURSE), &request, d, &err), STATUS_NOT_FOUND);
    cr_expect_not_null(strstr(err.message, "printer_labels"), "%s", err.message);
    cr_expect_null(audited(c, "print"), "nothing was sent");
    set(c, SETTING_PRINTER_LABELS, "zpl://", port);
    cr_expect_eq(print_now(clinic_actor(c, CLINIC_NURSE), &request, d, &err), STATUS_OFFLINE);
    char *details = audited(c, "print.failed");
    cr_assert_not_null(details);
    cr_expect_not_null(strstr(details, "ended=offline"), "%s", details);
    mem_free(details);
    cr_expect_eq(print_now(clinic_actor(c, CLINIC_FRONT_DESK), &request, d, &err), STATUS_NOT_PERMITTED);
    request.copies = 21;
    cr_expect_eq(print_now(clinic_actor(c, CLINIC_NURSE), &request, d, &err), STATUS_INVALID);
    cr_expect_eq(site_setting_change(clinic_actor(c, CLINIC_ADMIN), SETTING_PRINTER_LABELS, "desk printer", &err), STATUS_INVALID);
    document_free(d);
    clinic_free(c);
}
