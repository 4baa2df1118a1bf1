/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/join.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "crypt/blob.h"
#include "crypt/certificate.h"
#include "store/mirror.h"
#include "store/outbox_store.h"
#include "store/staff_store.h"
#include "sync/engine_private.h"
#include "sync/enrolment.h"
#include "sync/secret_text.h"

static char *file_in(const char *folder, const char *name)
{
    return mem_format("%s/central/%s", folder, name);
}

static void place_files(struct link_address *address, const char *folder)
{
    address->ca_file = file_in(folder, "ca.crt");
    address->certificate_file = file_in(folder, "device.crt");
    address->key_file = file_in(folder, "device.key");
}

enum status address_load(struct store *store, const char *folder, struct link_address *out, char **out_next, struct error *err)
{
    char *text = NULL;
    struct json_document *doc = NULL;
    enum status status = store_meta_get(store, META_ADDRESS, &text, err);
    if (status == STATUS_OK && text == NULL) {
        return error_set(err, STATUS_NOT_FOUND, _("This site works alone: it has not joined a centre."));
    }
    if (status == STATUS_OK) {
        status = json_parse(text, strlen(text), &JSON_LIMITS_DEFAULT, 1, &doc, err);
    }
    if (status == STATUS_OK) {
        const struct json *root = json_root(doc);
        struct link_address address = {
            .hosts = mem_copy_text(json_get_string(root, "hosts")),
            .ports = mem_copy_text(json_get_string(root, "ports")),
            .database = mem_copy_text(json_get_string(root, "database")),
            .role = mem_copy_text(json_get_string(root, "role")),
            .secret = mem_copy_text(json_get_string(root, "secret")),
            .key_password = mem_copy_text(json_get_string(root, "key_password")),
        };
        place_files(&address, folder);
        *out_next = mem_copy_text(json_get_string(root, "next_secret"));
        *out = address;
    }
    if (text != NULL) {
        mem_wipe(text, strlen(text));
    }
    mem_free(text);
    json_free(doc);
    return status;
}

static enum status address_save(struct store *store, const struct link_address *address, const char *next_secret, struct error *err)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_member(&w, "hosts", address->hosts);
    json_write_member(&w, "ports", address->ports);
    json_write_member(&w, "database", address->database);
    json_write_member(&w, "role", address->role);
    json_write_member(&w, "secret", address->secret);
    json_write_member(&w, "next_secret", next_secret);
    json_write_member(&w, "key_password", address->key_password);
    json_end_object(&w);
    enum status status = store_meta_set(store, META_ADDRESS, w.out.bytes, err);
    mem_wipe(w.out.bytes, w.out.len);
    json_writer_release(&w);
    return status;
}

static enum status save_in_turn(struct store *store, const struct link_address *address, const char *next_secret, struct error *err)
{
    enum status status = store_begin(store, err);
    if (status == STATUS_OK) {
        status = address_save(store, address, next_secret, err);
        if (status == STATUS_OK) {
            return store_commit(store, err);
        }
        store_rollback(store);
    }
    return status;
}

/* The certificate's files; the key under a password that lives in the sealed database. */
static enum status write_files(const char *folder, const struct enrolment *e, const struct link_address *address, struct error *err)
{
    char *inner = mem_format("%s/central", folder), *key = NULL;
    enum status status = STATUS_OK;
    if (mkdir(inner, 0700) != 0 && errno != EEXIST) {
        status = error_set(err, STATUS_IO, "%s: %s", inner, strerror(errno));
    }
    if (status == STATUS_OK) {
        status = certificate_key_seal(e->key, address->key_password, &key, err);
    }
    if (status == STATUS_OK) {
        status = blob_write_file(address->ca_file, e->ca, strlen(e->ca), err);
    }
    if (status == STATUS_OK) {
        status = blob_write_file(address->certificate_file, e->certificate, strlen(e->certificate), err);
    }
    if (status == STATUS_OK) {
        status = blob_write_file(address->key_file, key, strlen(key), err);
    }
    mem_free(key);
    mem_free(inner);
    return status;
}

/* From here on the secret that came in the file is worth nothing. The new one is durable here before it is set there. */
static enum status replace_secret(struct store *store, struct link *link, struct link_address *address, struct error *err)
{
    char *next = secret_text_new();
    char *verifier = PQencryptPasswordConn(link->pg, next, address->role, "scram-sha-256");
    char *role = verifier != NULL ? PQescapeIdentifier(link->pg, address->role, strlen(address->role)) : NULL;
    char *literal = verifier != NULL ? PQescapeLiteral(link->pg, verifier, strlen(verifier)) : NULL;
    enum status status = role == NULL || literal == NULL ? link_fail(link, NULL, err) : save_in_turn(store, address, next, err);
    if (status == STATUS_OK) {
        char *sql = mem_format("ALTER ROLE %s PASSWORD %s", role, literal);
        status = link_run(link, sql, err);
        mem_free(sql);
    }
    if (status == STATUS_OK) {
        mem_wipe(address->secret, strlen(address->secret));
        mem_free(address->secret);
        address->secret = next;
        next = NULL;
        status = save_in_turn(store, address, NULL, err);
    }
    PQfreemem(verifier);
    PQfreemem(role);
    PQfreemem(literal);
    mem_free(next);
    return status;
}

/* What the site knows of a centre from now on; its id becomes the centre's where another device was first. */
static enum status take_over(struct store *store, const struct link_address *address, struct uid old_site, struct uid new_site, bool keep,
                             struct error *err)
{
    struct mirror *mirror = NULL;
    char before[UID_TEXT_MAX], after[UID_TEXT_MAX];
    enum status status = store_begin(store, err);
    if (status != STATUS_OK) {
        return status;
    }
    mirror = mirror_new(store);
    if (uid_compare(old_site, new_site) != 0) {
        status = mirror_rename_site(mirror, old_site, new_site, err);
        if (status == STATUS_OK) {
            status = outbox_rename(store, uid_format(old_site, before), uid_format(new_site, after), err);
        }
    }
    if (status == STATUS_OK) {
        status = address_save(store, address, NULL, err);
    }
    static const char *const fresh[] = {META_CURSOR, META_FIRST_CURSOR};
    for (size_t i = 0; status == STATUS_OK && i < sizeof fresh / sizeof *fresh; i++) {
        status = store_meta_set(store, fresh[i], "", err);
    }
    if (status == STATUS_OK) {
        status = mirror_progress_clear(mirror, err);
    }
    if (status == STATUS_OK && keep) { /* the centre knows this device under a new name: the queue is offered from its start */
        status = outbox_send_again(store, 0, err);
    }
    if (status == STATUS_OK) {
        status = store_meta_set(store, META_STATE, "joined", err);
    }
    mirror_free(mirror);
    if (status == STATUS_OK) {
        return store_commit(store, err);
    }
    store_rollback(store);
    return status;
}

static enum status call_join(struct store *store, struct link *link, struct uid site, const unsigned char sign_key[32], struct uid *out_site,
                             char **out_name, struct error *err)
{
    struct link_params params = {0};
    struct uid device = store_device(store);
    PGresult *result = NULL;
    link_params_uid(&params, &device);
    link_params_bytes(&params, sign_key, 32);
    link_params_uid(&params, &site);
    enum status status = link_query(link, "SELECT site_id, site_name FROM sync.join($1, $2, $3)", &params, &result, err);
    link_params_release(&params);
    if (status == STATUS_OK) {
        *out_site = result_uid(result, 0, 0);
        *out_name = mem_copy_text(result_text(result, 0, 1));
        PQclear(result);
    } else if (strcmp(link->sqlstate, "SY014") == 0) {
        status = error_set(err, STATUS_EXISTS, _("This computer's device key has joined the centre already, for another site. A second site on "
                                                 "one computer needs a device key of its own (XDG_STATE_HOME names its folder)."));
    } else if (strcmp(link->sqlstate, "SY013") == 0) {
        status = error_set(err, STATUS_EXISTS, _("This enrolment was used by another device. Ask for one of your own."));
    }
    return status;
}

static enum status check_unjoined(struct store *store, bool keep, struct error *err)
{
    char *state = NULL;
    enum status status = store_meta_get(store, META_STATE, &state, err);
    if (status == STATUS_OK && state != NULL && state[0] != '\0' && !keep) { /* its changes are numbered on: a new name has none of the first ones */
        status = strcmp(state, "joined") == 0 ? error_set(err, STATUS_EXISTS, _("This site has joined a centre already."))
                                              : error_set(err, STATUS_REFUSED, _("This device was stopped. To go on as a new one and lose nothing, run: "
                                                                                 "prescripcare join FILE --keep."));
    }
    mem_free(state);
    return status;
}

enum status join_centre(struct store *store, const char *folder, const char *file, const char *code, bool keep,
                        const unsigned char sign_key[32], struct join_result *out, struct error *err)
{
    struct enrolment e = {0};
    struct link_address address = {0};
    struct link *link = NULL;
    struct site_row site = {0};
    struct uid theirs = UID_NONE;
    enum status status = check_unjoined(store, keep, err);
    if (status == STATUS_OK) {
        status = enrolment_read(file, code, &e, err);
    }
    if (status == STATUS_OK) {
        status = site_get(store, &site, err);
    }
    if (status == STATUS_OK && site.is_demo) {
        status = error_set(err, STATUS_REFUSED, _("A demo site may not join a centre. Make a real one with: prescripcare init."));
    }
    if (status == STATUS_OK) {
        address = (struct link_address){mem_copy_text(e.address.hosts), mem_copy_text(e.address.ports), mem_copy_text(e.address.database),
                                        mem_copy_text(e.address.role), mem_copy_text(e.address.secret), NULL, NULL, NULL, NULL};
        place_files(&address, folder);
        address.key_password = secret_text_new();
        status = write_files(folder, &e, &address, err);
    }
    if (status == STATUS_OK) {
        status = link_open(&address, &link, err);
    }
    if (status == STATUS_OK) {
        status = call_join(store, link, site.id, sign_key, &theirs, &out->site_name, err);
    }
    if (status == STATUS_OK) {
        status = take_over(store, &address, site.id, theirs, keep, err);
    }
    if (status == STATUS_OK) {
        status = replace_secret(store, link, &address, err);
        out->took_site_id = uid_compare(site.id, theirs) != 0;
    }
    link_close(link);
    link_address_release(&address);
    enrolment_release(&e);
    site_row_release(&site);
    return status;
}
