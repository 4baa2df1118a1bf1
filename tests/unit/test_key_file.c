/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "crypt/key_file.h"
#include "support/folder.h"
#include "support/random.h"

static char *folder;
static char *path;
static char *device_path;
static struct device_key device;
static struct secret dek;
static struct uid ana = {{1}};
static struct uid ben = {{2}};

static void start(void)
{
    struct uid id = {{9, 9}};
    cr_assert_eq(crypt_init(NULL), STATUS_OK);
    folder = folder_new();
    path = folder_path(folder, "keys");
    device_path = folder_path(folder, "device.key");
    cr_assert_eq(device_key_create(device_path, id, &device, NULL), STATUS_OK);
    secret_init_random(&dek, SECRET_KEY_BYTES);
}

static void stop(void)
{
    device_key_release(&device);
    secret_release(&dek);
    mem_free(path);
    mem_free(device_path);
    folder_remove(folder);
}

TestSuite(key_file, .init = start, .fini = stop);

static struct credential person(struct uid id, const char *password)
{
    struct credential c;
    cr_assert_eq(credential_new(id, password, PASSWORD_COST_TEST, &c, NULL), STATUS_OK);
    credential_sign(&c, &device.signing);
    return c;
}

static void put(struct key_file *keys, const char *login, const struct credential *c)
{
    struct key_slot slot;
    struct error err = ERROR_INIT;
    cr_assert_eq(key_file_put_user(keys, &device, login, c, &err), STATUS_OK, "%s", err.message);
    key_slot_for_user(&slot, &device, c, &dek, 1);
    key_file_put_slot(keys, &slot);
}

/* Ana and Ben, saved and loaded. */
static struct key_file site(void)
{
    struct key_file keys;
    struct key_file loaded = KEY_FILE_INIT;
    struct credential a = person(ana, "seven quiet herons");
    struct credential b = person(ben, "nine grey geese fly");
    key_file_init(&keys, &device);
    put(&keys, "Ana.Ruiz", &a);
    put(&keys, "ben", &b);
    cr_assert_eq(key_file_save(&keys, path, &device, NULL), STATUS_OK);
    key_file_release(&keys);
    cr_assert_eq(key_file_load(path, &device, &loaded, NULL), STATUS_OK);
    return loaded;
}

static enum status unlock(const struct key_file *keys, const char *login, const char *password,
                          uint32_t epoch)
{
    struct secret out = SECRET_INIT;
    struct uid who = UID_NONE;
    enum status status = key_file_unlock(keys, &device, login, password, epoch, &out, &who, NULL);
    if (status == STATUS_OK) {
        cr_assert(secret_equal(&out, &dek), "another key came out");
    }
    secret_release(&out);
    return status;
}

Test(key_file, opens_for_the_right_person_only)
{
    struct key_file keys = site();
    static const struct {
        const char *login;
        const char *password;
        uint32_t epoch;
        enum status expected;
    } rows[] = {
        {"Ana.Ruiz", "seven quiet herons", 1, STATUS_OK},
        {"ana.ruiz", "seven quiet herons", 1, STATUS_OK}, /* names have no case */
        {"ana ruiz", "seven quiet herons", 1, STATUS_BAD_SECRET},
        {"ana.ruiz", "Seven quiet herons", 1, STATUS_BAD_SECRET},
        {"ana.ruiz", "nine grey geese fly", 1, STATUS_BAD_SECRET},
        {"ben", "nine grey geese fly", 1, STATUS_OK},
        {"nobody", "nine grey geese fly", 1, STATUS_BAD_SECRET},
        {"ben", "", 1, STATUS_BAD_SECRET},
        {"ben", "nine grey geese fly", 2, STATUS_NOT_FOUND},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(unlock(&keys, rows[i].login, rows[i].password, rows[i].epoch),
                     rows[i].expected, "row %zu", i);
    }
    key_file_release(&keys);
}

/* Accounts of two costs: made-up names take as long as either of them, the same name always as long. */
Test(key_file, unknown_names_cost_what_known_ones_cost)
{
    struct key_file keys = site();
    int as_first = 0, as_second = 0;
    keys.users.items[1].credential.params.cost = (struct password_cost){2, 16};
    for (int i = 0; i < 64; i++) {
        uint8_t tag[LOGIN_TAG_BYTES], again[LOGIN_TAG_BYTES];
        char name[32];
        (void)snprintf(name, sizeof name, "nobody %d", i);
        key_file_login_tag(&device, name, tag);
        key_file_login_tag(&device, name, again);
        struct password_cost cost = key_file_decoy_cost(&keys, tag);
        as_first += cost.memory_kib == PASSWORD_COST_TEST.memory_kib;
        as_second += cost.memory_kib == 16;
        cr_expect_eq(key_file_decoy_cost(&keys, again).memory_kib, cost.memory_kib);
    }
    cr_expect_eq(as_first + as_second, 64);
    cr_expect_gt(as_first, 10);
    cr_expect_gt(as_second, 10);
    key_file_release(&keys);
}

Test(key_file, holds_no_name_and_no_password_in_clear)
{
    struct key_file keys = site();
    size_t len = 0;
    struct stat st;
    uint8_t *bytes = file_read(path, &len);
    cr_assert_eq(bytes_count(bytes, len, "ben") + bytes_count(bytes, len, "na.") +
                     bytes_count(bytes, len, "heron"),
                 0);
    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0600);
    mem_free(bytes);
    key_file_release(&keys);
}

Test(key_file, every_changed_byte_is_refused)
{
    struct key_file keys = site();
    struct key_file other = KEY_FILE_INIT;
    size_t len = 0;
    uint8_t *bytes = file_read(path, &len);
    for (size_t at = 0; at < len; at++) {
        bytes[at] ^= 0x20;
        file_write(path, bytes, len);
        enum status status = key_file_load(path, &device, &other, NULL);
        bool is_version = at >= 8 && at < 12; /* says that it is newer: not opened either */
        cr_assert(status == STATUS_DAMAGED || (is_version && status == STATUS_NEWER),
                  "byte %zu: %s", at, status_name(status));
        bytes[at] ^= 0x20;
    }
    for (size_t cut = 0; cut < len; cut += 7) {
        file_write(path, bytes, cut);
        cr_assert_eq(key_file_load(path, &device, &other, NULL), STATUS_DAMAGED, "cut at %zu", cut);
    }
    file_write(path, bytes, len);
    cr_assert_eq(key_file_load(path, &device, &other, NULL), STATUS_OK);
    key_file_release(&other);
    mem_free(bytes);
    key_file_release(&keys);
}

/* Behind the checksum, which anybody can make: whatever stands there, the reader stays inside. */
Test(key_file, reader_survives_any_content_with_a_good_checksum)
{
    struct random r = random_start("key_file");
    struct key_file keys = site();
    size_t len = 0;
    uint8_t *genuine = file_read(path, &len);
    size_t accepted = 0;
    for (int i = 0; i < 3000; i++) {
        struct key_file other = KEY_FILE_INIT;
        uint8_t *bytes = (uint8_t *)mem_copy_bytes(genuine, len);
        size_t cut = random_below(&r, 3) == 0 ? (size_t)random_below(&r, len - 32) : len - 32;
        for (uint64_t n = 1 + random_below(&r, 4); n > 0 && cut > 0; n--) {
            bytes[random_below(&r, cut)] ^= (uint8_t)(1 + random_below(&r, 255));
        }
        crypto_hash_sha256(bytes + cut, bytes, cut);
        file_write(path, bytes, cut + 32);
        enum status status = key_file_load_for_recovery(path, &other, NULL);
        accepted += status == STATUS_OK;
        cr_assert(status == STATUS_OK || status == STATUS_DAMAGED || status == STATUS_NEWER, "%s",
                  status_name(status));
        if (status == STATUS_OK) {
            key_file_release(&other);
        }
        bool is_changed = cut != len - 32 || memcmp(bytes, genuine, cut) != 0;
        cr_assert(!is_changed || key_file_load(path, &device, &other, NULL) != STATUS_OK,
                  "round %d passed the MAC", i);
        mem_free(bytes);
    }
    cr_assert_gt(accepted, 100, "the reader was hardly reached");
    mem_free(genuine);
    key_file_release(&keys);
}

Test(key_file, of_another_device_is_refused_as_such)
{
    struct key_file keys = site();
    struct key_file other = KEY_FILE_INIT;
    struct device_key thief;
    char *thief_path = folder_path(folder, "thief.key");
    cr_assert_eq(device_key_create(thief_path, device.device_id, &thief, NULL), STATUS_OK);
    cr_assert_eq(key_file_load(path, &thief, &other, NULL), STATUS_REFUSED);
    /* Even past the file's own check the slot does not open without the machine. */
    struct secret user_key = SECRET_INIT;
    struct secret out = SECRET_INIT;
    const struct key_user *user = key_file_find_user(&keys, &device, "ben");
    cr_assert_eq(credential_unlock(&user->credential, "nine grey geese fly", &user_key, NULL),
                 STATUS_OK);
    cr_assert_eq(key_slot_open(&keys.slots.items[1], &thief, &user_key, &out, NULL),
                 STATUS_DAMAGED);
    cr_assert_eq(key_slot_open(&keys.slots.items[1], &device, &user_key, &out, NULL), STATUS_OK);
    secret_release(&out);
    secret_release(&user_key);
    device_key_release(&thief);
    mem_free(thief_path);
    key_file_release(&keys);
    cr_assert_eq(unlink(path), 0);
    cr_assert_eq(key_file_load(path, &device, &other, NULL), STATUS_NOT_FOUND);
}

Test(key_file, an_account_says_that_its_password_has_to_be_changed)
{
    struct credential c = person((struct uid){{7}}, "six yellow newts"), read;
    for (int flags = 0; flags < 8; flags++) {
        struct buffer bytes = BUFFER_INIT;
        c.is_disabled = (flags & 1) != 0;
        c.is_one_time = (flags & 2) != 0;
        c.factor.is_on = (flags & 4) != 0;
        credential_sign(&c, &device.signing);
        credential_encode(&c, &bytes);
        cr_assert_eq(credential_decode(bytes.bytes, bytes.len, &read, NULL), STATUS_OK, "flags %d", flags);
        cr_expect_eq(read.is_disabled, c.is_disabled, "flags %d", flags);
        cr_expect_eq(read.is_one_time, c.is_one_time, "flags %d", flags);
        cr_expect_eq(read.factor.is_on, c.factor.is_on, "flags %d", flags);
        cr_expect(credential_is_signed_by(&read, device.signing.public_key), "flags %d", flags);
        cr_expect_eq(bytes.bytes[0], c.is_one_time ? 3 : c.factor.is_on ? 2 : 1, "a version before reads what it knows: flags %d", flags);
        bytes.bytes[25] = (char)(bytes.bytes[25] ^ 8); /* behind version, id and serial: a flag that nobody knows */
        cr_expect_eq(credential_decode(bytes.bytes, bytes.len, &read, NULL), STATUS_DAMAGED, "flags %d", flags);
        buffer_release(&bytes);
    }
}

Test(key_file, a_new_password_opens_the_old_slots)
{
    struct key_file keys = site();
    struct credential next;
    struct secret user_key = SECRET_INIT;
    const struct key_user *user = key_file_find_user(&keys, &device, "ben");
    struct credential now = user->credential;
    cr_assert_eq(credential_unlock(&now, "nine grey geese fly", &user_key, NULL), STATUS_OK);
    cr_assert_eq(
        credential_rewrap(&now, &user_key, "eleven brown owls", PASSWORD_COST_TEST, &next, NULL),
        STATUS_OK);
    cr_assert_not(credential_is_signed_by(&next, device.signing.public_key),
                  "the change must be signed again");
    credential_sign(&next, &device.signing);
    cr_assert(credential_is_signed_by(&next, device.signing.public_key));
    cr_assert_eq(key_file_put_user(&keys, &device, "ben", &next, NULL), STATUS_OK);
    cr_assert_eq(unlock(&keys, "ben", "eleven brown owls", 1), STATUS_OK);
    cr_assert_eq(unlock(&keys, "ben", "nine grey geese fly", 1), STATUS_BAD_SECRET);
    cr_assert_eq(key_file_put_user(&keys, &device, "ben", &now, NULL), STATUS_STALE,
                 "the old record came back");
    secret_release(&user_key);
    key_file_release(&keys);
}

Test(key_file, a_closed_account_loses_its_slots_and_disable_wins)
{
    struct key_file keys = site();
    struct credential closed = key_file_find_user(&keys, &device, "ben")->credential;
    closed.is_disabled = true;
    credential_sign(&closed, &device.signing);
    struct credential open = closed;
    open.is_disabled = false;
    cr_assert_eq(key_file_put_user(&keys, &device, "ben", &closed, NULL), STATUS_OK);
    cr_assert_eq(key_file_put_user(&keys, &device, "ben", &open, NULL), STATUS_STALE,
                 "of equals the closed one wins");
    cr_assert_eq(unlock(&keys, "ben", "nine grey geese fly", 1), STATUS_NOT_PERMITTED);
    cr_assert_eq(unlock(&keys, "ben", "wrong", 1), STATUS_BAD_SECRET,
                 "only who knows the password hears of it");
    cr_assert_eq(keys.slots.len, 1);
    cr_assert_eq(unlock(&keys, "ana.ruiz", "seven quiet herons", 1), STATUS_OK);
    key_file_release(&keys);
}

Test(key_file, two_people_cannot_share_a_name)
{
    struct key_file keys = site();
    struct credential c = person((struct uid){{3}}, "some other words here");
    cr_assert_eq(key_file_put_user(&keys, &device, "BEN", &c, NULL), STATUS_EXISTS);
    cr_assert_eq(key_file_put_user(&keys, &device, "", &c, NULL), STATUS_INVALID);
    key_file_release(&keys);
}

Test(key_file, recovery_key_works_from_paper_and_without_the_device)
{
    struct key_file keys = site();
    struct key_file elsewhere = KEY_FILE_INIT;
    struct secret private_key = SECRET_INIT;
    struct secret typed = SECRET_INIT;
    struct secret wrong = SECRET_INIT;
    struct secret out = SECRET_INIT;
    uint8_t public_key[USER_KEY_BYTES];
    uint8_t again[USER_KEY_BYTES];
    char text[RECOVERY_TEXT_MAX];
    struct key_slot slot;
    recovery_key_new(&private_key, public_key);
    recovery_key_text(&private_key, text);
    cr_assert_eq(strlen(text), 69);
    key_slot_for_recovery(&slot, &device, public_key, &dek, 1);
    key_file_put_slot(&keys, &slot);
    cr_assert_eq(key_file_save(&keys, path, &device, NULL), STATUS_OK);
    cr_assert_eq(key_file_load_for_recovery(path, &elsewhere, NULL), STATUS_OK);
    for (char *c = text; *c != '\0'; c++) { /* as a tired person types it */
        *c = *c == '0'                ? 'o'
             : *c == '1'              ? 'l'
             : *c == '-'              ? ' '
             : *c >= 'A' && *c <= 'Z' ? (char)(*c + 32)
                                      : *c;
    }
    cr_assert_eq(recovery_key_parse(text, &typed, again, NULL), STATUS_OK);
    cr_assert_eq(memcmp(public_key, again, sizeof again), 0);
    cr_assert_eq(key_file_recover(&elsewhere, &typed, 1, &out, NULL), STATUS_OK);
    cr_assert(secret_equal(&out, &dek));
    secret_release(&out);
    secret_init_random(&wrong, SECRET_KEY_BYTES);
    cr_assert_eq(key_file_recover(&elsewhere, &wrong, 1, &out, NULL), STATUS_BAD_SECRET);
    cr_assert_eq(key_file_recover(&elsewhere, &typed, 2, &out, NULL), STATUS_BAD_SECRET);
    text[10] = text[10] == 'a' ? 'b' : 'a';
    secret_release(&typed);
    cr_assert_eq(recovery_key_parse(text, &typed, again, NULL), STATUS_BAD_SECRET,
                 "one letter mistyped");
    secret_release(&private_key);
    secret_release(&wrong);
    key_file_release(&elsewhere);
    key_file_release(&keys);
}

Test(key_file, carries_two_epochs_while_a_site_is_rekeyed)
{
    struct key_file keys = site();
    struct secret next = SECRET_INIT;
    struct secret out = SECRET_INIT;
    struct uid who;
    secret_init_random(&next, SECRET_KEY_BYTES);
    key_file_add_epoch(&keys, &device, &next, 2);
    cr_assert_eq(keys.slots.len, 4);
    cr_assert_eq(unlock(&keys, "ben", "nine grey geese fly", 1), STATUS_OK);
    cr_assert_eq(key_file_unlock(&keys, &device, "ben", "nine grey geese fly", 2, &out, &who, NULL),
                 STATUS_OK);
    cr_assert(secret_equal(&out, &next));
    cr_assert_eq(uid_compare(who, ben), 0);
    key_file_drop_epoch(&keys, 1);
    cr_assert_eq(unlock(&keys, "ben", "nine grey geese fly", 1), STATUS_NOT_FOUND);
    secret_release(&out);
    secret_release(&next);
    key_file_release(&keys);
}

Test(key_file, device_key_is_private_whole_and_once)
{
    struct device_key loaded;
    struct device_key other;
    size_t len = 0;
    cr_assert_eq(device_key_load(device_path, &loaded, NULL), STATUS_OK);
    cr_assert(secret_equal(&loaded.seal, &device.seal));
    cr_assert_eq(memcmp(loaded.signing.public_key, device.signing.public_key, 32), 0);
    cr_assert_eq(device_key_create(device_path, device.device_id, &other, NULL), STATUS_EXISTS);
    uint8_t *bytes = file_read(device_path, &len);
    for (size_t at = 0; at < len; at++) {
        bytes[at] ^= 1;
        file_write(device_path, bytes, len);
        enum status status = device_key_load(device_path, &other, NULL);
        cr_assert(status == STATUS_DAMAGED || (at >= 8 && at < 12 && status == STATUS_NEWER),
                  "byte %zu", at);
        bytes[at] ^= 1;
    }
    file_write(device_path, bytes, len);
    cr_assert_eq(chmod(device_path, 0640), 0);
    cr_assert_eq(device_key_load(device_path, &other, NULL), STATUS_REFUSED);
    cr_assert_eq(chmod(device_path, 0600), 0);
    cr_assert_eq(unlink(device_path), 0);
    cr_assert_eq(device_key_load(device_path, &other, NULL), STATUS_NOT_FOUND);
    device_key_release(&loaded);
    mem_free(bytes);
}

Test(key_file, credentials_are_refused_in_any_changed_form)
{
    struct credential c = person(ana, "seven quiet herons");
    struct credential back;
    struct buffer bytes = BUFFER_INIT;
    char text[PASSWORD_VERIFIER_TEXT];
    char salt[PASSWORD_SALT_TEXT];
    credential_encode(&c, &bytes);
    cr_assert_eq(credential_decode(bytes.bytes, bytes.len, &back, NULL), STATUS_OK);
    cr_assert(credential_is_signed_by(&back, device.signing.public_key));
    for (size_t at = 0; at < bytes.len; at++) {
        bytes.bytes[at] ^= 4;
        if (credential_decode(bytes.bytes, bytes.len, &back, NULL) == STATUS_OK) {
            cr_assert_not(credential_is_signed_by(&back, device.signing.public_key), "byte %zu",
                          at);
        }
        bytes.bytes[at] ^= 4;
    }
    cr_assert_eq(credential_decode(bytes.bytes, bytes.len - 1, &back, NULL), STATUS_DAMAGED);
    credential_verifier_text(&c, text);
    credential_salt_text(&c, salt);
    cr_assert_eq(strlen(text), 64);
    cr_assert_eq(strlen(salt), 32);
    buffer_release(&bytes);
}
