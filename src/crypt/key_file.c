/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/key_file.h"

#include <sodium.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "crypt/derived_id.h"
#include "crypt/record_seal.h"

#define FORMAT 1
#define DOMAIN_SLOT "prescripcare.slot.device.1"
#define DOMAIN_WRAP "prescripcare.wrap.1"
#define DOMAIN_FILE "prescripcare.keys.1"

enum { MAX_FILE = 8 * 1024 * 1024 };

static void slot_release(struct key_slot *slot)
{
    mem_free(slot->login);
    mem_free(slot->public_key);
    mem_free(slot->wrapped_secret);
    mem_free(slot->slot);
    memset(slot, 0, sizeof *slot);
}

void key_file_release(struct key_file *file)
{
    for (size_t i = 0; i < file->len; i++) {
        slot_release(&file->items[i]);
    }
    mem_free(file->items);
    mem_free(file->path);
    mem_free(file->recovery_public);
    mem_free(file->recovery_slot);
    memset(file, 0, sizeof *file);
}

struct key_slot *key_file_find(const struct key_file *file, const char *login)
{
    for (size_t i = 0; i < file->len; i++) {
        if (strcmp(file->items[i].login, login) == 0) {
            return &file->items[i];
        }
    }
    return NULL;
}

/* --- the file ------------------------------------------------------------------------------------------------------ */

static void body_write(const struct key_file *file, struct json_writer *w)
{
    char id[UID_TEXT_MAX], hex[2 * PASSWORD_SALT_BYTES + 1];
    json_begin_object(w);
    json_write_member(w, "device", uid_format(file->device, id));
    json_write_key(w, "epoch");
    json_write_int(w, file->epoch);
    json_write_member(w, "recovery_public", file->recovery_public);
    json_write_member(w, "recovery_slot", file->recovery_slot);
    json_write_key(w, "users");
    json_begin_array(w);
    for (size_t i = 0; i < file->len; i++) {
        const struct key_slot *slot = &file->items[i];
        json_begin_object(w);
        json_write_member(w, "user", uid_format(slot->user, id));
        json_write_member(w, "login", slot->login);
        sodium_bin2hex(hex, sizeof hex, slot->salt, sizeof slot->salt);
        json_write_member(w, "salt", hex);
        json_write_key(w, "passes");
        json_write_int(w, slot->cost.passes);
        json_write_key(w, "memory_kib");
        json_write_int(w, slot->cost.memory_kib);
        json_write_member(w, "verifier", slot->verifier);
        json_write_member(w, "public", slot->public_key);
        json_write_member(w, "wrapped", slot->wrapped_secret);
        json_write_member(w, "slot", slot->slot);
        json_write_key(w, "disabled");
        json_write_bool(w, slot->is_disabled);
        json_end_object(w);
    }
    json_end_array(w);
    json_end_object(w);
}

enum status key_file_save(const struct key_file *file, const struct secret *device_key, struct error *err)
{
    struct json_writer body = JSON_WRITER_INIT;
    struct json_writer outer = JSON_WRITER_INIT;
    struct buffer sealed = BUFFER_INIT;
    body_write(file, &body);
    record_seal(device_key, DOMAIN_FILE, body.out.bytes, body.out.len, &sealed);
    char *text = record_to_base64(sealed.bytes, sealed.len);
    json_begin_object(&outer);
    json_write_key(&outer, "prescripcare_keys");
    json_write_int(&outer, FORMAT);
    json_write_member(&outer, "sealed", text);
    json_end_object(&outer);
    enum status status = file_replace(file->path, outer.out.bytes, outer.out.len, err);
    mem_wipe(body.out.bytes, body.out.len);
    json_writer_release(&body);
    json_writer_release(&outer);
    buffer_release(&sealed);
    mem_free(text);
    return status;
}

static bool read_number(const struct json *node, const char *key, int64_t *out)
{
    struct decimal number;
    if (json_decimal(json_get(node, key), &number, NULL) != STATUS_OK || number.scale != 0) {
        return false;
    }
    *out = number.mantissa;
    return true;
}

static bool slot_read(const struct json *node, struct key_slot *slot)
{
    static const char *const texts[] = {"login", "public", "wrapped", "slot"};
    const char *values[4];
    const char *salt = json_get_string(node, "salt"), *verifier = json_get_string(node, "verifier");
    int64_t passes = 0, memory = 0;
    size_t len = 0;
    for (int i = 0; i < 4; i++) {
        values[i] = json_get_string(node, texts[i]);
        if (values[i] == NULL) {
            return false;
        }
    }
    if (salt == NULL || verifier == NULL || strlen(verifier) != 64 || !read_number(node, "passes", &passes) ||
        !read_number(node, "memory_kib", &memory) || passes < 1 || passes > 64 || memory < 8 || memory > 4194304 ||
        uid_parse(json_get_string(node, "user"), &slot->user, NULL) != STATUS_OK ||
        sodium_hex2bin(slot->salt, sizeof slot->salt, salt, strlen(salt), NULL, &len, NULL) != 0 ||
        len != sizeof slot->salt) {
        return false;
    }
    slot->cost = (struct password_cost){(uint32_t)passes, (uint32_t)memory};
    memcpy(slot->verifier, verifier, sizeof slot->verifier);
    slot->login = mem_copy_text(values[0]);
    slot->public_key = mem_copy_text(values[1]);
    slot->wrapped_secret = mem_copy_text(values[2]);
    slot->slot = mem_copy_text(values[3]);
    slot->is_disabled = json_is_true(json_get(node, "disabled"));
    return true;
}

static bool body_read(const struct json *body, struct key_file *file)
{
    int64_t epoch = 0;
    if (uid_parse(json_get_string(body, "device"), &file->device, NULL) != STATUS_OK ||
        !read_number(body, "epoch", &epoch)) {
        return false;
    }
    file->epoch = (uint32_t)epoch;
    const char *recovery = json_get_string(body, "recovery_public"), *slot = json_get_string(body, "recovery_slot");
    file->recovery_public = mem_copy_text(recovery != NULL ? recovery : "");
    file->recovery_slot = mem_copy_text(slot != NULL ? slot : "");
    for (const struct json *node = json_first(json_get(body, "users")); node != NULL; node = json_next(node)) {
        MEM_GROW(file);
        memset(&file->items[file->len], 0, sizeof *file->items);
        file->len++;
        if (!slot_read(node, &file->items[file->len - 1])) {
            return false;
        }
    }
    return true;
}

enum status key_file_open(const char *path, const struct secret *device_key, struct key_file *out, struct error *err)
{
    struct buffer bytes = BUFFER_INIT, sealed = BUFFER_INIT, plain = BUFFER_INIT;
    struct json_document *outer = NULL, *body = NULL;
    struct key_file file = {0};
    int64_t format = 0;
    enum status status = buffer_read_file(&bytes, path, MAX_FILE, err);
    if (status != STATUS_OK) {
        goto done;
    }
    status = STATUS_DAMAGED;
    if (json_parse(bytes.bytes, bytes.len, NULL, 1, &outer, NULL) != STATUS_OK ||
        !read_number(json_root(outer), "prescripcare_keys", &format)) {
        (void)error_set(err, status, _("The key file of this site is damaged. Restore the file \"keys\" from a backup."));
        goto done;
    }
    if (format > FORMAT) {
        status = error_set(err, STATUS_NEWER, _("This site was written by a newer version. Install that version."));
        goto done;
    }
    if (record_from_base64(json_get_string(json_root(outer), "sealed"), &sealed) != STATUS_OK ||
        record_open(device_key, DOMAIN_FILE, sealed.bytes, sealed.len, &plain) != STATUS_OK ||
        json_parse(plain.bytes, plain.len, NULL, 1, &body, NULL) != STATUS_OK || !body_read(json_root(body), &file)) {
        (void)error_set(err, status, _("The key file of this site does not fit this machine's device key, or is damaged. "
                                       "Use the machine it was made on, or restore both from a backup."));
        goto done;
    }
    file.path = mem_copy_text(path);
    *out = file;
    memset(&file, 0, sizeof file);
    status = STATUS_OK;
done:
    key_file_release(&file);
    json_free(outer);
    json_free(body);
    mem_wipe(plain.bytes, plain.len);
    buffer_release(&bytes);
    buffer_release(&sealed);
    buffer_release(&plain);
    return status;
}

/* --- slots --------------------------------------------------------------------------------------------------------- */

/* crypto_box_seal(data key | device | epoch, public), then sealed under the device key; base64. */
static char *seal_slot(const struct key_file *file, const unsigned char public_key[crypto_box_PUBLICKEYBYTES],
                       const struct secret *device_key, const struct secret *data_key)
{
    unsigned char plain[SECRET_KEY_BYTES + 16 + 4], boxed[sizeof plain + crypto_box_SEALBYTES];
    memcpy(plain, secret_open(data_key), SECRET_KEY_BYTES);
    secret_close(data_key);
    memcpy(plain + SECRET_KEY_BYTES, file->device.bytes, 16);
    for (int i = 0; i < 4; i++) {
        plain[SECRET_KEY_BYTES + 16 + i] = (unsigned char)(file->epoch >> (24 - 8 * i));
    }
    (void)crypto_box_seal(boxed, plain, sizeof plain, public_key); /* cannot fail for our sizes */
    mem_wipe(plain, sizeof plain);
    struct buffer sealed = BUFFER_INIT;
    if (device_key != NULL) {
        record_seal(device_key, DOMAIN_SLOT, boxed, sizeof boxed, &sealed);
    } else {
        buffer_append(&sealed, boxed, sizeof boxed);
    }
    char *text = record_to_base64(sealed.bytes, sealed.len);
    buffer_release(&sealed);
    return text;
}

/* Opens boxed bytes with a key pair and checks device and epoch. */
static enum status open_boxed(const struct key_file *file, const unsigned char *boxed, size_t len,
                              const unsigned char secret_key[crypto_box_SECRETKEYBYTES], struct secret *out)
{
    unsigned char plain[SECRET_KEY_BYTES + 16 + 4], public_key[crypto_box_PUBLICKEYBYTES];
    if (len != sizeof plain + crypto_box_SEALBYTES) {
        return STATUS_DAMAGED;
    }
    (void)crypto_scalarmult_base(public_key, secret_key); /* cannot fail */
    int bad = crypto_box_seal_open(plain, boxed, len, public_key, secret_key);
    uint32_t epoch = 0;
    for (int i = 0; bad == 0 && i < 4; i++) {
        epoch = epoch << 8 | plain[SECRET_KEY_BYTES + 16 + i];
    }
    bool fits = bad == 0 && memcmp(plain + SECRET_KEY_BYTES, file->device.bytes, 16) == 0 && epoch == file->epoch;
    if (fits) {
        secret_init(out, plain, SECRET_KEY_BYTES);
    }
    mem_wipe(plain, sizeof plain);
    return fits ? STATUS_OK : STATUS_DAMAGED;
}

static enum status slot_fill(const struct key_file *file, struct key_slot *slot, const char *password,
                             struct password_cost cost, const struct secret *device_key, const struct secret *data_key,
                             struct error *err)
{
    struct secret auth = SECRET_INIT, wrap = SECRET_INIT;
    unsigned char public_key[crypto_box_PUBLICKEYBYTES], secret_key[crypto_box_SECRETKEYBYTES];
    unsigned char salt[PASSWORD_SALT_BYTES];
    password_new_salt(salt);
    enum status status = password_derive(password, salt, cost, &auth, &wrap, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct buffer wrapped = BUFFER_INIT;
    (void)crypto_box_keypair(public_key, secret_key); /* cannot fail */
    record_seal(&wrap, DOMAIN_WRAP, secret_key, sizeof secret_key, &wrapped);
    mem_wipe(secret_key, sizeof secret_key);
    memcpy(slot->salt, salt, sizeof salt);
    slot->cost = cost;
    password_verifier(&auth, slot->verifier);
    mem_free(slot->public_key);
    mem_free(slot->wrapped_secret);
    mem_free(slot->slot);
    slot->public_key = record_to_base64(public_key, sizeof public_key);
    slot->wrapped_secret = record_to_base64(wrapped.bytes, wrapped.len);
    slot->slot = seal_slot(file, public_key, device_key, data_key);
    buffer_release(&wrapped);
    secret_release(&auth);
    secret_release(&wrap);
    return STATUS_OK;
}

enum status key_file_add(struct key_file *file, struct uid user, const char *login, const char *password,
                         struct password_cost cost, const struct secret *device_key, const struct secret *data_key,
                         struct error *err)
{
    if (key_file_find(file, login) != NULL) {
        return error_set_field(err, STATUS_EXISTS, "login", _("The sign-in name %s is taken."), login);
    }
    struct key_slot slot = {.user = user};
    enum status status = slot_fill(file, &slot, password, cost, device_key, data_key, err);
    if (status != STATUS_OK) {
        slot_release(&slot);
        return status;
    }
    slot.login = mem_copy_text(login);
    MEM_GROW(file);
    file->items[file->len++] = slot;
    return STATUS_OK;
}

enum status key_file_set_password(struct key_file *file, struct uid user, const char *password, struct password_cost cost,
                                  const struct secret *device_key, const struct secret *data_key, struct error *err)
{
    for (size_t i = 0; i < file->len; i++) {
        if (uid_compare(file->items[i].user, user) == 0) {
            return slot_fill(file, &file->items[i], password, cost, device_key, data_key, err);
        }
    }
    return error_set(err, STATUS_NOT_FOUND, _("There is no such staff member."));
}

/* Verifies the password and gives K_wrap. For an unknown login the same Argon2id work is done and thrown away. */
static enum status check(const struct key_file *file, const char *login, const char *password, const struct key_slot **out,
                         struct secret *out_wrap, struct error *err)
{
    static const struct key_slot nobody = {.cost = {3, 64 * 1024}};
    const struct key_slot *slot = key_file_find(file, login);
    struct secret auth = SECRET_INIT, wrap = SECRET_INIT;
    char verifier[65];
    enum status status = password_derive(password, (slot != NULL ? slot : &nobody)->salt,
                                         (slot != NULL ? slot : &nobody)->cost, &auth, &wrap, err);
    if (status != STATUS_OK) {
        return status;
    }
    password_verifier(&auth, verifier);
    secret_release(&auth);
    if (slot == NULL || sodium_memcmp(verifier, slot->verifier, 64) != 0) {
        secret_release(&wrap);
        return error_set(err, STATUS_BAD_SECRET, _("Name or password is wrong."));
    }
    if (slot->is_disabled) {
        secret_release(&wrap);
        return error_set(err, STATUS_NOT_PERMITTED, _("This account is disabled. Ask the administrator."));
    }
    *out = slot;
    *out_wrap = wrap;
    return STATUS_OK;
}

enum status key_file_check(const struct key_file *file, const char *login, const char *password, struct uid *out_user,
                           struct error *err)
{
    const struct key_slot *slot = NULL;
    struct secret wrap = SECRET_INIT;
    enum status status = check(file, login, password, &slot, &wrap, err);
    if (status == STATUS_OK) {
        secret_release(&wrap);
        *out_user = slot->user;
    }
    return status;
}

enum status key_file_unlock(const struct key_file *file, const char *login, const char *password,
                            const struct secret *device_key, struct secret *out_data_key, struct uid *out_user,
                            struct error *err)
{
    const struct key_slot *slot = NULL;
    struct secret wrap = SECRET_INIT;
    struct buffer bytes = BUFFER_INIT, own = BUFFER_INIT, boxed = BUFFER_INIT;
    enum status status = check(file, login, password, &slot, &wrap, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = STATUS_DAMAGED;
    if (record_from_base64(slot->wrapped_secret, &bytes) == STATUS_OK &&
        record_open(&wrap, DOMAIN_WRAP, bytes.bytes, bytes.len, &own) == STATUS_OK &&
        own.len == crypto_box_SECRETKEYBYTES) {
        buffer_clear(&bytes);
        if (record_from_base64(slot->slot, &bytes) == STATUS_OK &&
            record_open(device_key, DOMAIN_SLOT, bytes.bytes, bytes.len, &boxed) == STATUS_OK) {
            status = open_boxed(file, (const unsigned char *)boxed.bytes, boxed.len, (const unsigned char *)own.bytes,
                                out_data_key);
        }
    }
    if (status == STATUS_OK) {
        *out_user = slot->user;
    } else {
        (void)error_set(err, status, _("The key slot of %s is damaged. Ask the administrator to reset the account."), login);
    }
    secret_release(&wrap);
    mem_wipe(own.bytes, own.len);
    buffer_release(&bytes);
    buffer_release(&own);
    buffer_release(&boxed);
    return status;
}

enum status key_file_make_recovery(struct key_file *file, const struct secret *data_key, char **out_secret_text,
                                   struct error *err)
{
    unsigned char public_key[crypto_box_PUBLICKEYBYTES], secret_key[crypto_box_SECRETKEYBYTES];
    (void)err;
    (void)crypto_box_keypair(public_key, secret_key); /* cannot fail */
    mem_free(file->recovery_public);
    mem_free(file->recovery_slot);
    file->recovery_public = record_to_base64(public_key, sizeof public_key);
    file->recovery_slot = seal_slot(file, public_key, NULL, data_key);
    *out_secret_text = record_to_base64(secret_key, sizeof secret_key);
    mem_wipe(secret_key, sizeof secret_key);
    return STATUS_OK;
}

enum status key_file_recover(const struct key_file *file, const char *secret_text, struct secret *out_data_key,
                             struct error *err)
{
    struct buffer own = BUFFER_INIT, boxed = BUFFER_INIT;
    enum status status = STATUS_BAD_SECRET;
    if (record_from_base64(secret_text, &own) == STATUS_OK && own.len == crypto_box_SECRETKEYBYTES &&
        record_from_base64(file->recovery_slot, &boxed) == STATUS_OK) {
        status = open_boxed(file, (const unsigned char *)boxed.bytes, boxed.len, (const unsigned char *)own.bytes,
                            out_data_key);
    }
    mem_wipe(own.bytes, own.len);
    buffer_release(&own);
    buffer_release(&boxed);
    return status == STATUS_OK ? status : error_set(err, STATUS_BAD_SECRET, _("This recovery key does not fit this site."));
}
