/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/colleagues.h"

#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "service/session_private.h"

char *colleagues_record(const struct site *site, const struct credential *credential)
{
    struct json_writer w = JSON_WRITER_INIT;
    char device[UID_TEXT_MAX];
    char *record = credential_to_text(credential);
    json_begin_object(&w);
    json_write_member(&w, "device", uid_format(site->device.device_id, device));
    json_write_member(&w, "record", record);
    json_end_object(&w);
    char *text = mem_copy_bytes(w.out.bytes, w.out.len);
    json_writer_release(&w);
    mem_free(record);
    return text;
}

enum status colleagues_publish(struct site *site, const struct credential *credential, struct error *err)
{
    struct staff staff = {0};
    enum status status = staff_get(site->store, credential->user_id, &staff, NULL);
    if (status == STATUS_NOT_FOUND) {
        return STATUS_OK; /* it goes in with the row */
    }
    if (status == STATUS_OK) {
        char *text = colleagues_record(site, credential);
        status = staff_set_credential(site->store, &staff, text, err);
        mem_free(text);
    }
    staff_release(&staff);
    return status;
}

/* What the row says, when its device signed it. */
static bool read_record(struct site *site, const struct staff *staff, struct credential *out)
{
    struct json_document *json = NULL;
    struct uid device;
    uint8_t key[SIGNATURE_PUBLIC_BYTES];
    bool is_good = staff->credential[0] != '\0' &&
                   json_parse(staff->credential, strlen(staff->credential), &JSON_LIMITS_DEFAULT, 1, &json, NULL) == STATUS_OK;
    const char *device_text = is_good ? json_get_string(json_root(json), "device") : NULL;
    const char *record = is_good ? json_get_string(json_root(json), "record") : NULL;
    is_good = device_text != NULL && record != NULL && uid_parse(device_text, &device, NULL) == STATUS_OK &&
              credential_from_text(record, out, NULL) == STATUS_OK && uid_compare(out->user_id, staff->user) == 0 &&
              device_get_sign_key(site->store, device, key, NULL) == STATUS_OK && credential_is_signed_by(out, key);
    json_free(json);
    return is_good;
}

static bool is_news(const struct site *site, const struct credential *credential)
{
    const struct key_user *known = key_file_find_user_by_id(&site->keys, credential->user_id);
    return known == NULL || credential_replaces(credential, &known->credential);
}

static enum status adopt(struct site *site, const struct staff *staff, const struct credential *credential, struct error *err)
{
    struct key_slot slot;
    enum status status = key_file_put_user(&site->keys, &site->device, staff->login, credential, err);
    if (status == STATUS_OK && !credential->is_disabled) {
        key_slot_for_user(&slot, &site->device, credential, store_data_key(site->store), store_epoch(site->store));
        key_file_put_slot(&site->keys, &slot);
    }
    if (status == STATUS_EXISTS || status == STATUS_STALE) { /* another one's name, or somebody was quicker */
        log_write(LOG_WARNING, "an account of another device was left alone: %s", status_name(status));
        status = STATUS_OK;
    }
    return status;
}

/* Only where there is something new is the writer's place taken. */
static enum status adopt_all(struct site *site, const struct staff_list *list, struct error *err)
{
    enum status status = store_begin(site->store, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = session_read_keys(site, err);
    for (size_t i = 0; status == STATUS_OK && i < list->len; i++) {
        struct credential credential;
        if (read_record(site, &list->items[i], &credential) && is_news(site, &credential)) {
            status = adopt(site, &list->items[i], &credential, err);
        }
    }
    if (status == STATUS_OK) {
        status = session_save_keys(site, err);
    }
    store_rollback(site->store); /* held the writer's place; nothing of the database changed */
    return status;
}

enum status colleagues_adopt(struct site *site, struct error *err)
{
    struct staff_list list = {0};
    bool has_news = false;
    enum status status = staff_list_get(site->store, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len && !has_news; i++) {
        struct credential credential;
        has_news = read_record(site, &list.items[i], &credential) && is_news(site, &credential);
    }
    if (status == STATUS_OK && has_news) {
        status = adopt_all(site, &list, err);
    }
    staff_list_release(&list);
    return status;
}
