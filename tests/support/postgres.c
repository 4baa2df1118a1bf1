/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/postgres.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "support/folder.h"
#include "sync/central.h"

#define BIN "/usr/lib/postgresql/15/bin/"
#define TEMPLATE "prescripcare_template"
#define STANDBY "standby"

static void must(bool good, const char *what)
{
    if (!good) {
        (void)fprintf(stderr, "postgres: %s\n", what);
        abort();
    }
}

/* Runs one of PostgreSQL's programs as the cluster's owner; output goes to the log. */
static bool run_as_owner(const char *program, const char *const *arguments)
{
    const char *argv[24];
    int n = 0;
    if (getuid() == 0) {
        static const char *const become[] = {"/usr/sbin/runuser", "-u", "postgres", "--"};
        memcpy(argv, become, sizeof become);
        n = (int)(sizeof become / sizeof *become);
    }
    argv[n++] = program;
    for (; *arguments != NULL && n < 23; arguments++) {
        argv[n++] = *arguments;
    }
    argv[n] = NULL;
    pid_t child = fork();
    if (child == 0) {
        char *log = mem_format("%s/log", postgres_folder());
        int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0 && dup2(fd, STDERR_FILENO) >= 0 && chdir("/") == 0) {
            (void)execv(argv[0], (char *const *)(uintptr_t)argv); /* comes back only when it fails */
        }
        _exit(127);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool control_at(const char *data, const char *verb, const char *how)
{
    const char *const arguments[] = {"-D", data, "-m", how, "-w", "-t", "30", verb, NULL};
    return run_as_owner(BIN "pg_ctl", arguments);
}

static bool control(const char *verb, const char *how)
{
    char *data = mem_format("%s/data", postgres_folder());
    bool good = control_at(data, verb, how);
    mem_free(data);
    return good;
}

const char *postgres_folder(void)
{
    return getenv("PC_TEST_POSTGRES");
}

int postgres_port(void)
{
    return (int)strtol(getenv("PC_TEST_POSTGRES_PORT"), NULL, 10);
}

bool postgres_is_up(void)
{
    return postgres_folder() != NULL;
}

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && getsockname(fd, (struct sockaddr *)&address, &len) == 0,
         "no free port");
    (void)close(fd); /* the port is free again */
    return ntohs(address.sin_port);
}

static void give_to_owner(const char *path)
{
    struct passwd *owner = getuid() == 0 ? getpwnam("postgres") : NULL;
    must(owner == NULL || chown(path, owner->pw_uid, owner->pw_gid) == 0, "chown");
}

static void copy_to_data(const char *name)
{
    char *from = mem_format("%s/ca/%s", postgres_folder(), name), *to = mem_format("%s/data/%s", postgres_folder(), name);
    file_copy(from, to);
    must(chmod(to, 0600) == 0, "chmod");
    give_to_owner(to);
    mem_free(from);
    mem_free(to);
}

static const char SETTINGS[] = "ssl = on\nssl_cert_file = 'server.crt'\nssl_key_file = 'server.key'\nssl_ca_file = 'ca.crt'\n"
                               "ssl_crl_file = 'ca.crl'\nssl_min_protocol_version = 'TLSv1.3'\npassword_encryption = 'scram-sha-256'\n"
                               "fsync = off\nfull_page_writes = off\nmax_connections = 60\nshared_buffers = 64MB\nlog_min_messages = error\n";
static const char ACCESS[] = "local all postgres trust\nlocal replication postgres trust\nhostssl all postgres 127.0.0.1/32 trust\n"
                             "hostssl all +prescripcare_device 127.0.0.1/32 scram-sha-256 clientcert=verify-full\nhost all all all reject\n";

static void append(const char *name, const char *text, const char *mode)
{
    char *path = mem_format("%s/data/%s", postgres_folder(), name);
    FILE *file = fopen(path, mode);
    must(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, name);
    mem_free(path);
}

static bool start_at(const char *data, int port)
{
    char *log = mem_format("%s/server.log", data), *options = mem_format("-p %d -k %s -c listen_addresses=127.0.0.1", port, postgres_folder());
    const char *const arguments[] = {"-D", data, "-o", options, "-l", log, "-w", "-t", "30", "start", NULL};
    bool good = run_as_owner(BIN "pg_ctl", arguments);
    mem_free(log);
    mem_free(options);
    return good;
}

static bool start_server(void)
{
    char *data = mem_format("%s/data", postgres_folder());
    bool good = start_at(data, postgres_port());
    mem_free(data);
    return good;
}

static void make_template(void)
{
    struct error err = ERROR_INIT;
    struct central_version version;
    struct centre centre = {.database = "postgres"};
    (void)snprintf(centre.admin, sizeof centre.admin, "host=127.0.0.1 port=%d user=postgres dbname=postgres", postgres_port());
    centre_run(&centre, "CREATE DATABASE " TEMPLATE);
    (void)snprintf(centre.admin, sizeof centre.admin, "host=127.0.0.1 port=%d user=postgres dbname=" TEMPLATE, postgres_port());
    enum status status = central_init(centre.admin, &version, &err);
    must(status == STATUS_OK, error_text(&err));
}

/* Stops the cluster when the runner is gone, however it went. */
static void watch_runner(void)
{
    int ends[2];
    must(pipe2(ends, O_CLOEXEC) == 0, "pipe");
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        char byte;
        (void)setsid(); /* a signal to the runner's group does not reach it */
        (void)close(ends[1]);
        while (read(ends[0], &byte, 1) > 0) {
        }
        postgres_stop();
        _exit(0);
    }
    (void)close(ends[0]); /* ends[1] stays open as long as the runner lives */
}

bool postgres_start(void)
{
    struct error err = ERROR_INIT;
    if (access(BIN "initdb", X_OK) != 0) {
        return false;
    }
    char *folder = folder_new(), port[16], *authority = folder_path(folder, "ca");
    struct clock clock = clock_system();
    must(chmod(folder, 0711) == 0, "chmod");
    (void)snprintf(port, sizeof port, "%d", free_port());
    must(setenv("PC_TEST_POSTGRES", folder, 1) == 0 && setenv("PC_TEST_POSTGRES_PORT", port, 1) == 0, "setenv");
    give_to_owner(folder);
    char *data = folder_path(folder, "data");
    const char *const arguments[] = {"-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "--locale=C.UTF-8", "-E", "UTF8", NULL};
    must(run_as_owner(BIN "initdb", arguments), "initdb");
    mem_free(data);
    enum status status = central_make_authority(authority, "localhost,127.0.0.1", &clock, &err);
    must(status == STATUS_OK, error_text(&err));
    static const char *const files[] = {"ca.crt", "ca.crl", "server.crt", "server.key"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        copy_to_data(files[i]);
    }
    append("postgresql.conf", SETTINGS, "a");
    append("pg_hba.conf", ACCESS, "w");
    watch_runner();
    must(start_server(), "the server did not start");
    make_template();
    mem_free(folder);
    mem_free(authority);
    return true;
}

/* Of a test that did not come to its end. */
static void stop_standbys(const char *folder)
{
    DIR *dir = opendir(folder);
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (strncmp(entry->d_name, STANDBY, sizeof STANDBY - 1) == 0) {
            char *data = folder_path(folder, entry->d_name);
            (void)control_at(data, "stop", "immediate"); /* it may be down already */
            mem_free(data);
        }
    }
    if (dir != NULL) {
        (void)closedir(dir); /* it was only read */
    }
}

void postgres_stop(void)
{
    char *folder = mem_copy_text(postgres_folder());
    if (folder != NULL && access(folder, F_OK) == 0) {
        (void)control("stop", "immediate"); /* it may have crashed already */
        stop_standbys(folder);
        folder_remove(folder);
    } else {
        mem_free(folder);
    }
}

void postgres_crash(void)
{
    must(control("stop", "immediate"), "the server did not stop");
}

void postgres_restart(void)
{
    must(start_server(), "the server did not start");
}

/* --- a second server --- */

struct standby *standby_new(void)
{
    struct standby *standby = mem_alloc(sizeof *standby);
    char port[16];
    standby->data = mem_format("%s/" STANDBY "%d", postgres_folder(), (int)getpid());
    standby->port = free_port();
    (void)snprintf(port, sizeof port, "%d", postgres_port());
    const char *const arguments[] = {"-D", standby->data, "-h", postgres_folder(), "-p", port, "-U", "postgres", "-X", "stream", "-R", "--no-sync",
                                     "--checkpoint=fast", NULL};
    must(run_as_owner(BIN "pg_basebackup", arguments), "pg_basebackup");
    must(start_at(standby->data, standby->port), "the standby did not start");
    return standby;
}

void standby_free(struct standby *standby)
{
    (void)control_at(standby->data, "stop", "immediate"); /* its folder goes with the first server's */
    mem_free(standby->data);
    mem_free(standby);
}

static struct centre server_at(int port)
{
    struct centre server = {.database = "postgres"};
    (void)snprintf(server.admin, sizeof server.admin, "host=127.0.0.1 port=%d user=postgres dbname=postgres", port);
    return server;
}

void standby_catch_up(const struct standby *standby)
{
    const struct centre first = server_at(postgres_port()), second = server_at(standby->port);
    char *place = centre_value(&first, "SELECT pg_current_wal_lsn()"), *sql = mem_format("SELECT pg_last_wal_replay_lsn() >= '%s'", place);
    for (bool is_there = false; !is_there;) {
        char *answer = centre_value(&second, sql);
        is_there = answer[0] == 't';
        mem_free(answer);
        (void)poll(NULL, 0, is_there ? 0 : 20); /* asks again */
    }
    mem_free(place);
    mem_free(sql);
}

void standby_part(const struct standby *standby)
{
    const struct centre second = server_at(standby->port);
    centre_run(&second, "ALTER SYSTEM SET primary_conninfo = ''");
    centre_run(&second, "SELECT pg_reload_conf()");
    for (long long left = 1; left > 0;) {
        left = centre_number(&second, "SELECT count(*) FROM pg_stat_wal_receiver");
        (void)poll(NULL, 0, left > 0 ? 20 : 0); /* asks again */
    }
}

void standby_promote(const struct standby *standby)
{
    const char *const arguments[] = {"-D", standby->data, "-w", "-t", "30", "promote", NULL};
    must(run_as_owner(BIN "pg_ctl", arguments), "promote");
}

/* --- databases ------------------------------------------------------------------------------------------------------ */

static PGconn *connect_admin(const struct centre *centre)
{
    PGconn *pg = PQconnectdb(centre->admin);
    must(PQstatus(pg) == CONNECTION_OK, PQerrorMessage(pg));
    return pg;
}

char *centre_value(const struct centre *centre, const char *sql)
{
    PGconn *pg = connect_admin(centre);
    PGresult *result = PQexec(pg, sql);
    ExecStatusType state = PQresultStatus(result);
    if (state != PGRES_TUPLES_OK && state != PGRES_COMMAND_OK) {
        (void)fprintf(stderr, "postgres: %s: %s\n", sql, PQerrorMessage(pg));
        abort();
    }
    char *value = mem_copy_text(PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    PQfinish(pg);
    return value;
}

long long centre_number(const struct centre *centre, const char *sql)
{
    char *value = centre_value(centre, sql);
    long long number = strtoll(value, NULL, 10);
    mem_free(value);
    return number;
}

void centre_run(const struct centre *centre, const char *sql)
{
    mem_free(centre_value(centre, sql));
}

struct centre *centre_new(void)
{
    static int count;
    struct centre server = {.database = "postgres"};
    struct centre *centre = mem_alloc(sizeof *centre);
    char sql[512];
    (void)snprintf(centre->database, sizeof centre->database, "centre_%d_%d", (int)getpid(), count++);
    (void)snprintf(server.admin, sizeof server.admin, "host=127.0.0.1 port=%d user=postgres dbname=postgres", postgres_port());
    (void)snprintf(centre->admin, sizeof centre->admin, "host=127.0.0.1 port=%d user=postgres dbname=%s", postgres_port(), centre->database);
    (void)snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE " TEMPLATE, centre->database);
    centre_run(&server, sql);
    /* A copy of a database keeps its settings of access, not those of its name. */
    (void)snprintf(sql, sizeof sql, "REVOKE ALL ON DATABASE %s FROM PUBLIC; GRANT CONNECT ON DATABASE %s TO prescripcare_device; GRANT TEMPORARY ON "
                   "DATABASE %s TO prescripcare_owner", centre->database, centre->database, centre->database);
    centre_run(&server, sql);
    centre->authority = folder_path(postgres_folder(), "ca");
    return centre;
}

struct centre centre_at(const struct centre *centre, int port)
{
    struct centre there = *centre;
    (void)snprintf(there.admin, sizeof there.admin, "host=127.0.0.1 port=%d user=postgres dbname=%s", port, centre->database);
    return there;
}

void centre_free(struct centre *centre)
{
    struct centre server = {.database = "postgres"};
    char sql[256];
    (void)snprintf(server.admin, sizeof server.admin, "host=127.0.0.1 port=%d user=postgres dbname=postgres", postgres_port());
    (void)snprintf(sql, sizeof sql, "DROP DATABASE %s WITH (FORCE)", centre->database);
    centre_run(&server, sql);
    mem_free(centre->authority);
    mem_free(centre);
}
