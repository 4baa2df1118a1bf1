/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Enrolling and revoking of central.h. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/blob.h"
#include "crypt/certificate.h"
#include "crypt/random.h"
#include "crypt/secret.h"
#include "sync/central.h"
#include "sync/enrolment.h"
#include "sync/link.h"
#include "sync/secret_text.h"

enum { PEM_MAX = 64 * 1024 };
#define DAY_US (24 * US_PER_HOUR)

static char *path_in(const char *folder, const char *name)
{
    return mem_format("%s/%s", folder, name);
}

static enum status read_pem(const char *folder, const char *name, char **out, struct error *err)
{
    struct buffer bytes = BUFFER_INIT;
    char *path = path_in(folder, name);
    enum status status = buffer_read_file(&bytes, path, PEM_MAX, err);
    if (status == STATUS_OK) {
        *out = buffer_take(&bytes);
    } else {
        buffer_release(&bytes);
        status = error_prefix(err, status, "%s", path);
    }
    mem_free(path);
    return status;
}

static enum status write_pem(const char *folder, const char *name, const char *text, struct error *err)
{
    char *path = path_in(folder, name);
    enum status status = blob_write_file(path, text, strlen(text), err);
    mem_free(path);
    return status;
}

static enum status load_authority(const char *folder, struct certificate_pair *out, struct error *err)
{
    enum status status = read_pem(folder, "ca.crt", &out->certificate, err);
    if (status == STATUS_OK) {
        status = read_pem(folder, "ca.key", &out->key, err);
    }
    if (status != STATUS_OK) {
        certificate_pair_release(out);
    }
    return status;
}

/* "db.example,10.0.0.5" as subject alternative names. Caller frees. */
static char *alternatives(const char *hosts)
{
    struct buffer out = BUFFER_INIT;
    while (*hosts != '\0') {
        size_t len = strcspn(hosts, ",");
        bool is_address = strspn(hosts, "0123456789.") == len || memchr(hosts, ':', len) != NULL;
        buffer_append_format(&out, "%s%s:%.*s", out.len > 0 ? "," : "", is_address ? "IP" : "DNS", (int)len, hosts);
        hosts += len + (hosts[len] == ',');
    }
    return buffer_take(&out);
}

enum status central_make_authority(const char *folder, const char *hosts, const struct clock *clock, struct error *err)
{
    struct certificate_pair authority = {0}, server = {0};
    int64_t now_us = clock_now_us(clock);
    char *list = NULL, *path = path_in(folder, "ca.key"), *names = alternatives(hosts);
    struct stat there;
    enum status status = STATUS_OK;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        status = error_set(err, STATUS_IO, "%s: %s", folder, strerror(errno));
    } else if (stat(path, &there) == 0) {
        status = error_set(err, STATUS_EXISTS, _("%s holds a certificate authority already. It was left as it is."), folder);
    }
    if (status == STATUS_OK) {
        status = certificate_authority("PrescripCare centre", now_us - DAY_US, now_us + CERTIFICATE_CA_DAYS * DAY_US, &authority, err);
    }
    if (status == STATUS_OK) {
        char *first = mem_copy_bytes(hosts, strcspn(hosts, ","));
        const struct certificate_request request = {first, CERTIFICATE_SERVER, names, now_us - DAY_US,
                                                    now_us + CERTIFICATE_DAYS * DAY_US, NULL};
        status = certificate_issue(&authority, &request, &server, err);
        mem_free(first);
    }
    if (status == STATUS_OK) {
        status = certificate_revoke(&authority, NULL, NULL, now_us, &list, err);
    }
    const struct {
        const char *name, *text;
    } files[] = {{"ca.crt", authority.certificate}, {"server.crt", server.certificate}, {"server.key", server.key},
                 {"ca.crl", list}, {"ca.key", authority.key}};
    for (size_t i = 0; status == STATUS_OK && i < sizeof files / sizeof *files; i++) {
        status = write_pem(folder, files[i].name, files[i].text, err);
    }
    certificate_pair_release(&authority);
    certificate_pair_release(&server);
    mem_free(list);
    mem_free(path);
    mem_free(names);
    return status;
}

/* Statements about roles take no parameters: the server itself quotes the names into them. */
static enum status run_formatted(struct link *link, const char *format_sql, const char *role, const char *text, struct error *err)
{
    struct link_params params = {0};
    PGresult *result = NULL;
    link_params_text(&params, role);
    link_params_text(&params, text);
    enum status status = link_query(link, format_sql, &params, &result, err);
    if (status == STATUS_OK) {
        char *sql = mem_copy_text(result_text(result, 0, 0));
        PQclear(result);
        status = link_run(link, sql, err);
        mem_wipe(sql, strlen(sql));
        mem_free(sql);
    }
    link_params_release(&params);
    return status;
}

/* Role and replica in one transaction of the administrator's own. */
static enum status add_role(struct link *link, const struct central_enrolment *what, const char *role, const char *secret,
                            const char *certificate, struct error *err)
{
    static const char add[] =
        "WITH s AS (INSERT INTO sync.site (site_name) VALUES ($1::text) ON CONFLICT (site_name) DO UPDATE SET site_name = "
        "excluded.site_name RETURNING site_no) INSERT INTO sync.replica (role_name, device_name, site_no, certificate) "
        "SELECT $2::name, $3::text, site_no, $4::text FROM s";
    char *verifier = PQencryptPasswordConn(link->pg, secret, role, "scram-sha-256");
    if (verifier == NULL) {
        return link_fail(link, NULL, err);
    }
    struct link_params params = {0};
    link_params_text(&params, what->site_name);
    link_params_text(&params, role);
    link_params_text(&params, what->device_name);
    link_params_text(&params, certificate);
    enum status status = link_run(link, "BEGIN", err);
    if (status == STATUS_OK) {
        status = run_formatted(link, "SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 8 "
                                     "PASSWORD %L IN ROLE prescripcare_device', $1::text, $2::text)",
                               role, verifier, err);
    }
    if (status == STATUS_OK) {
        status = link_query(link, add, &params, NULL, err);
    }
    if (status == STATUS_OK) {
        status = link_run(link, "COMMIT", err);
    }
    PQfreemem(verifier);
    link_params_release(&params);
    return status;
}

enum status central_enroll(const char *conninfo, const struct central_enrolment *what, const struct clock *clock, char **out_code,
                           struct error *err)
{
    struct certificate_pair authority = {0}, own = {0};
    struct link *link = NULL;
    struct enrolment e = {0};
    unsigned char tail[6];
    int64_t now_us = clock_now_us(clock);
    enum status status = crypt_init(err);
    if (status != STATUS_OK) {
        return status;
    }
    random_fill(tail, sizeof tail);
    e.address.role = mem_format("prescripcare_%02x%02x%02x%02x%02x%02x", tail[0], tail[1], tail[2], tail[3], tail[4], tail[5]);
    e.address.secret = secret_text_new();
    e.device_name = mem_copy_text(what->device_name);
    e.site_name = mem_copy_text(what->site_name);
    status = load_authority(what->authority_folder, &authority, err);
    if (status == STATUS_OK) {
        const struct certificate_request request = {e.address.role, CERTIFICATE_CLIENT, NULL, now_us - DAY_US,
                                                    now_us + CERTIFICATE_DAYS * DAY_US, NULL};
        status = certificate_issue(&authority, &request, &own, err);
    }
    if (status == STATUS_OK) {
        status = link_open_admin(conninfo, &link, err);
    }
    if (status == STATUS_OK) {
        e.address.hosts = mem_copy_text(what->hosts != NULL ? what->hosts : PQhost(link->pg));
        e.address.ports = mem_copy_text(what->ports != NULL ? what->ports : PQport(link->pg));
        e.address.database = mem_copy_text(PQdb(link->pg));
        e.ca = mem_copy_text(authority.certificate);
        e.certificate = mem_copy_text(own.certificate);
        e.key = mem_copy_text(own.key);
        status = add_role(link, what, e.address.role, e.address.secret, own.certificate, err);
    }
    if (status == STATUS_OK) {
        status = enrolment_write(what->out_file, &e, out_code, err);
    }
    link_close(link);
    certificate_pair_release(&authority);
    certificate_pair_release(&own);
    enrolment_release(&e);
    return status;
}

/* The certificate goes on the list that the server reads (ssl_crl_file). */
static enum status revoke_certificate(const char *folder, const char *certificate, const struct clock *clock, struct error *err)
{
    struct certificate_pair authority = {0};
    char *list = NULL, *next = NULL;
    enum status status = load_authority(folder, &authority, err);
    if (status == STATUS_OK) {
        status = read_pem(folder, "ca.crl", &list, err);
    }
    if (status == STATUS_OK) {
        status = certificate_revoke(&authority, list, certificate, clock_now_us(clock), &next, err);
    }
    if (status == STATUS_OK) {
        status = write_pem(folder, "ca.crl", next, err);
    }
    certificate_pair_release(&authority);
    mem_free(list);
    mem_free(next);
    return status;
}

enum status central_revoke(const char *conninfo, const char *device, const char *authority_folder, const struct clock *clock,
                           struct error *err)
{
    static const char mark[] = "UPDATE sync.replica SET state = 'revoked' WHERE device_name = $1::text OR role_name = $1::text "
                               "RETURNING role_name::text, coalesce(certificate, '')";
    struct link *link = NULL;
    PGresult *result = NULL;
    struct link_params params = {0};
    link_params_text(&params, device);
    enum status status = link_open_admin(conninfo, &link, err);
    if (status == STATUS_OK) {
        status = link_query(link, mark, &params, &result, err);
    }
    if (status == STATUS_OK && PQntuples(result) == 0) {
        status = error_set(err, STATUS_NOT_FOUND, _("The centre knows no device %s."), device);
    }
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        const char *role = result_text(result, i, 0);
        status = run_formatted(link, "SELECT format('ALTER ROLE %I NOLOGIN', $1::text, $2::text)", role, "", err);
        if (status == STATUS_OK) {
            status = run_formatted(link, "SELECT format('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %L', "
                                         "$1::text, $2::text)", role, "", err);
        }
        if (status == STATUS_OK && authority_folder != NULL) {
            status = revoke_certificate(authority_folder, result_text(result, i, 1), clock, err);
        }
        if (status == STATUS_OK) {
            status = link_run(link, "SELECT pg_reload_conf()", err); /* the server reads the list again */
        }
    }
    PQclear(result);
    link_params_release(&params);
    link_close(link);
    return status;
}
