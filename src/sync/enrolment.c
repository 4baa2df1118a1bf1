/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/enrolment.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "crypt/blob.h"
#include "crypt/key_slot.h"
#include "crypt/record_seal.h"

#define HEADING "prescripcare enrolment 1\n"
#define PLACE "prescripcare.enrolment.1"
enum { FILE_MAX = 64 * 1024 };

/* Name in the file and place in the struct. */
struct part {
    const char *name;
    char **value;
};

enum { PARTS = 10 };
static void list_parts(struct enrolment *e, struct part out[PARTS])
{
    const struct part parts[PARTS] = {
        {"hosts", &e->address.hosts},   {"ports", &e->address.ports},   {"database", &e->address.database},
        {"role", &e->address.role},     {"secret", &e->address.secret}, {"device", &e->device_name},
        {"site", &e->site_name},        {"ca", &e->ca},                 {"certificate", &e->certificate},
        {"key", &e->key},
    };
    memcpy(out, parts, sizeof parts);
}

void enrolment_release(struct enrolment *enrolment)
{
    struct part parts[PARTS];
    list_parts(enrolment, parts);
    for (int i = 0; i < PARTS; i++) {
        if (*parts[i].value != NULL) {
            mem_wipe(*parts[i].value, strlen(*parts[i].value));
        }
        mem_free(*parts[i].value);
        *parts[i].value = NULL;
    }
}

enum status enrolment_write(const char *path, const struct enrolment *enrolment, char **out_code, struct error *err)
{
    struct enrolment view = *enrolment;
    struct part parts[PARTS];
    struct secret key = SECRET_INIT;
    uint8_t unused[USER_KEY_BYTES];
    char code[RECOVERY_TEXT_MAX], *sealed = NULL;
    struct json_writer w = JSON_WRITER_INIT;
    list_parts(&view, parts);
    json_begin_object(&w);
    for (int i = 0; i < PARTS; i++) {
        json_write_member(&w, parts[i].name, *parts[i].value);
    }
    json_end_object(&w);
    recovery_key_new(&key, unused);
    recovery_key_text(&key, code);
    enum status status = record_seal_close(&key, PLACE, w.out.bytes, w.out.len, &sealed, err);
    if (status == STATUS_OK) {
        char *text = mem_format(HEADING "%s\n", sealed);
        status = blob_write_file(path, text, strlen(text), err);
        mem_free(text);
    }
    if (status == STATUS_OK) {
        *out_code = mem_copy_text(code);
    }
    mem_wipe(code, sizeof code);
    mem_wipe(w.out.bytes, w.out.len);
    json_writer_release(&w);
    secret_release(&key);
    mem_free(sealed);
    return status;
}

static enum status parse(const char *bytes, size_t len, struct enrolment *out, struct error *err)
{
    struct json_document *doc = NULL;
    struct enrolment e = {0};
    struct part parts[PARTS];
    enum status status = json_parse(bytes, len, &JSON_LIMITS_DEFAULT, 1, &doc, err);
    if (status != STATUS_OK) {
        return status;
    }
    list_parts(&e, parts);
    for (int i = 0; i < PARTS && status == STATUS_OK; i++) {
        const char *value = json_get_string(json_root(doc), parts[i].name);
        if (value == NULL) {
            status = error_set(err, STATUS_DAMAGED, _("The enrolment file lacks \"%s\". Ask for a new one."), parts[i].name);
        } else {
            *parts[i].value = mem_copy_text(value);
        }
    }
    json_free(doc);
    if (status != STATUS_OK) {
        enrolment_release(&e);
        return status;
    }
    *out = e;
    return STATUS_OK;
}

enum status enrolment_read(const char *path, const char *code, struct enrolment *out, struct error *err)
{
    struct buffer file = BUFFER_INIT;
    struct secret key = SECRET_INIT;
    uint8_t unused[USER_KEY_BYTES];
    char *plain = NULL;
    size_t len = 0;
    enum status status = buffer_read_file(&file, path, FILE_MAX, err);
    if (status != STATUS_OK) {
        return error_prefix(err, status, "%s", path);
    }
    if (file.len < sizeof HEADING || strncmp(file.bytes, HEADING, sizeof HEADING - 1) != 0) {
        status = error_set(err, STATUS_INVALID, _("%s is not an enrolment file of this program."), path);
    }
    if (status == STATUS_OK) {
        file.bytes[file.len - 1] = '\0'; /* the newline */
        status = recovery_key_parse(code, &key, unused, NULL); /* of the same shape, but it is none to who types it */
        if (status != STATUS_OK) {
            status = error_set_field(err, status, "code", _("This is not a code of an enrolment file. Type it group by group as it was shown."));
        }
    }
    if (status == STATUS_OK && record_seal_open(&key, PLACE, file.bytes + sizeof HEADING - 1, &plain, &len, NULL) != STATUS_OK) {
        status = error_set_field(err, STATUS_BAD_SECRET, "code", _("The code does not open this enrolment file."));
    }
    if (status == STATUS_OK) {
        status = parse(plain, len, out, err);
        mem_wipe(plain, len);
    }
    mem_free(plain);
    secret_release(&key);
    buffer_release(&file);
    return status;
}
