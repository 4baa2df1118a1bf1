/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/paper_printer.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct paper_printer paper_printer_reserve(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    struct paper_printer p = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    cr_assert(p.fd >= 0 && bind(p.fd, (struct sockaddr *)&address, sizeof address) == 0);
    cr_assert_eq(getsockname(p.fd, (struct sockaddr *)&address, &len), 0);
    (void)snprintf(p.uri, sizeof p.uri, "text://127.0.0.1:%d", ntohs(address.sin_port)); /* fits */
    return p;
}

void paper_printer_start(struct paper_printer *p)
{
    cr_assert_eq(listen(p->fd, 8), 0);
    p->pid = fork();
    cr_assert(p->pid >= 0);
    if (p->pid == 0) {
        char bytes[4096];
        for (;;) {
            int peer = accept(p->fd, NULL, NULL);
            while (peer >= 0 && read(peer, bytes, sizeof bytes) > 0) {
                /* paper */
            }
            (void)close(peer);
        }
    }
}

void paper_printer_stop(struct paper_printer *p)
{
    if (p->pid > 0) {
        (void)kill(p->pid, SIGKILL);
        (void)waitpid(p->pid, NULL, 0);
    }
    (void)close(p->fd);
}
