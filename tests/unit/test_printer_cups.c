/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A real CUPS on loopback, with folders of its own: what a queue takes and what it refuses. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "print/document.h"
#include "print/printer.h"

#define CUPSD "/usr/sbin/cupsd"
#define LPADMIN "/usr/sbin/lpadmin"

struct cups {
    char folder[64];
    int port;
    pid_t pid;
};

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    (void)close(fd);
    return ntohs(address.sin_port);
}

static void write_file(const struct cups *c, const char *name, const char *text)
{
    char *path = mem_format("%s/%s", c->folder, name);
    FILE *file = fopen(path, "we");
    cr_assert_not_null(file);
    fputs(text, file);
    cr_assert_eq(fclose(file), 0);
    mem_free(path);
}

static pid_t run(const char *const *argv)
{
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        (void)dup2(null, 1);
        (void)dup2(null, 2);
        execv(argv[0], (char *const *)argv);
        _exit(127);
    }
    return pid;
}

static int wait_for(pid_t pid)
{
    int state = -1;
    (void)waitpid(pid, &state, 0);
    return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

/* Until it answers, at most ten seconds. */
static void wait_until_up(const struct cups *c)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)c->port)};
    int64_t until_us = clock_monotonic_us() + 10 * US_PER_SECOND;
    for (;;) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        bool is_up = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
        (void)close(fd);
        if (is_up) {
            return;
        }
        cr_assert_lt(clock_monotonic_us(), until_us, "cupsd does not answer");
        (void)poll(NULL, 0, 20); /* cupsd tells nobody when it listens */
    }
}

static void cups_start(struct cups *c)
{
    static const char *const FOLDERS[] = {"root", "state", "cache", "spool", "tmp", "log"};
    struct passwd *lp = getpwnam("lp");
    (void)snprintf(c->folder, sizeof c->folder, "/tmp/prescripcare-cups-XXXXXX");
    cr_assert_not_null(mkdtemp(c->folder));
    cr_assert_eq(chmod(c->folder, 0755), 0);
    for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
        char *path = mem_format("%s/%s", c->folder, FOLDERS[i]);
        cr_assert_eq(mkdir(path, 0755), 0);
        cr_assert(lp == NULL || chown(path, lp->pw_uid, lp->pw_gid) == 0);
        mem_free(path);
    }
    c->port = free_port();
    char *files = mem_format("ServerRoot %1$s/root\nStateDir %1$s/state\nCacheDir %1$s/cache\nRequestRoot %1$s/spool\nTempDir %1$s/tmp\n"
                             "AccessLog %1$s/log/access\nErrorLog %1$s/log/error\nPageLog %1$s/log/page\nFileDevice Yes\nUser lp\nGroup lp\n"
                             "SystemGroup root\nSandboxing relaxed\n", c->folder);
    char *daemon = mem_format("Listen 127.0.0.1:%d\nBrowsing No\nDefaultAuthType None\nWebInterface No\nPreserveJobFiles Yes\n"
                              "<Location />\nOrder allow,deny\nAllow all\n</Location>\n<Location /admin>\nOrder allow,deny\nAllow all\n</Location>\n"
                              "<Policy default>\n<Limit All>\nOrder deny,allow\nAllow all\n</Limit>\n</Policy>\n", c->port);
    write_file(c, "cups-files.conf", files);
    write_file(c, "cupsd.conf", daemon);
    mem_free(files);
    mem_free(daemon);
    char *conf = mem_format("%s/cupsd.conf", c->folder), *file_conf = mem_format("%s/cups-files.conf", c->folder);
    c->pid = run((const char *const[]){CUPSD, "-f", "-c", conf, "-s", file_conf, NULL});
    mem_free(conf);
    mem_free(file_conf);
    wait_until_up(c);
    char *server = mem_format("127.0.0.1:%d", c->port), *device = mem_format("file://%s/tmp/out", c->folder);
    cr_assert_eq(wait_for(run((const char *const[]){LPADMIN, "-h", server, "-p", "desk", "-E", "-v", device, "-m", "raw", NULL})), 0);
    mem_free(server);
    mem_free(device);
}

static void cups_stop(struct cups *c)
{
    (void)kill(c->pid, SIGTERM);
    (void)wait_for(c->pid);
    (void)wait_for(run((const char *const[]){"/bin/rm", "-rf", c->folder, NULL}));
}

Test(printer_cups, takes_a_pdf_and_refuses_an_unknown_queue)
{
    struct cups c;
    struct error err = ERROR_INIT;
    struct buffer pdf = BUFFER_INIT, spooled = BUFFER_INIT;
    if (access(CUPSD, X_OK) != 0 || access(LPADMIN, X_OK) != 0 || geteuid() != 0) {
        cr_skip_test("needs cupsd and lpadmin, and root to start them (cups-daemon, cups-client)");
    }
    cups_start(&c);
    struct document *d = document_new(&(struct document_info){.title = "Counter"});
    document_paragraph(d, "OKAFOR, Grace");
    cr_assert_eq(document_to_pdf(d, DOCUMENT_A4, &pdf, NULL, &err), STATUS_OK, "%s", error_text(&err));
    struct printer_job job = {.printer = {.kind = PRINTER_PDF, .host = "127.0.0.1", .port = c.port, .queue = "desk"},
                              .title = "counter_list", .bytes = pdf.bytes, .len = pdf.len, .copies = 2, .timeout_ms = 5000};
    cr_assert_eq(printer_send(&job, &err), STATUS_OK, "%s", error_text(&err));
    char *path = mem_format("%s/spool/d00001-001", c.folder);
    cr_assert_eq(buffer_read_file(&spooled, path, 1 << 20, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(spooled.len, pdf.len);
    cr_expect(spooled.len == pdf.len && memcmp(spooled.bytes, pdf.bytes, pdf.len) == 0, "what arrived is what was made");
    (void)snprintf(job.printer.queue, sizeof job.printer.queue, "nowhere");
    cr_expect_eq(printer_send(&job, &err), STATUS_REFUSED);
    cr_expect_not_null(strstr(err.message, "no queue \"nowhere\""), "%s", err.message);
    mem_free(path);
    buffer_release(&pdf);
    buffer_release(&spooled);
    document_free(d);
    cups_stop(&c);
}
