/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/erasure_ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "crypt/record_seal.h"
#include "service/act.h"
#include "store/audit_store.h"
#include "store/outbox_store.h"
#include "store/patient_store.h"
#include "store/person_erase.h"

#define PLACE "prescripcare.erased.1"
enum { LEDGER_BYTES_MAX = 16 << 20 };

static char *path_of(const char *device_key_path)
{
    return mem_format("%s.erased", device_key_path);
}

char *erasure_ledger_make(const char *device_key_path)
{
    char *path = path_of(device_key_path);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        mem_free(path);
        return NULL;
    }
    (void)close(fd); /* nothing was written */
    return path;
}

/* One write, synced: a line that was cut does not open and is passed over. */
static enum status append(const char *path, const struct buffer *lines, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool is_whole = fd >= 0 && write(fd, lines->bytes, lines->len) == (ssize_t)lines->len && fsync(fd) == 0;
    int why = errno;
    if (fd >= 0) {
        is_whole = close(fd) == 0 && is_whole;
    }
    return is_whole ? STATUS_OK : error_set(err, STATUS_IO, _("The list of who was erased could not be written: %s."), strerror(why));
}

enum status erasure_ledger_add(const struct site *site, const struct uid *records, int count, int64_t at_us, struct error *err)
{
    struct secret key = SECRET_INIT;
    struct buffer lines = BUFFER_INIT;
    char *path = path_of(site->device_key_path);
    enum status status = STATUS_OK;
    secret_init_derived(&key, &site->device.seal, PLACE, NULL, 0);
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        char words[UID_TEXT_MAX + 24], id[UID_TEXT_MAX], *sealed = NULL;
        (void)snprintf(words, sizeof words, "%s %lld", uid_format(records[i], id), (long long)at_us); /* fits */
        status = record_seal_close(&key, PLACE, words, strlen(words), &sealed, err);
        if (status == STATUS_OK) {
            buffer_append_format(&lines, "%s\n", sealed);
            mem_free(sealed);
        }
    }
    if (status == STATUS_OK) {
        status = append(path, &lines, err);
    }
    buffer_release(&lines);
    secret_release(&key);
    mem_free(path);
    return status;
}

/* ---- once more ---- */

static enum status write_again(struct act *act, struct uid record, int64_t *rows, struct error *err)
{
    struct store *store = act->actor->site->store;
    struct uid pseudonym = UID_NONE;
    char text[UID_TEXT_MAX];
    enum status status = audit_pseudonym(store, record, &pseudonym, err);
    if (status == STATUS_OK) {
        act->record = pseudonym;
        act->new_values = mem_format("{\"erased\":[\"%s\"]}", uid_format(pseudonym, text));
        status = person_erase(store, record, rows, err);
    }
    if (status == STATUS_OK) {
        status = outbox_blank_person(store, record, err);
    }
    return status == STATUS_OK ? store_log_mark(store, err) : status;
}

/* By what an earlier act decided: the one who signs in does not choose it, and no right of theirs is asked for. */
static enum status erase_again(struct actor *actor, struct uid record, int *erased, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SESSION_OWN, "patient.erase_again", "users", UID_NONE);
    struct patient there = {0};
    int64_t rows = 0;
    enum status status = patient_get(actor->site->store, record, &there, err);
    if (status != STATUS_OK) { /* as it has to be, at nearly every sign-in */
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    patient_release(&there);
    act.risk = RISK_LEVEL_CRITICAL;
    status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = write_again(&act, record, &rows, err);
    (void)snprintf(act.details, sizeof act.details, "restored, %lld rows", (long long)rows); /* fits */
    status = act_end(&act, status, err);
    *erased += status == STATUS_OK;
    return status;
}

enum status erasure_ledger_replay(struct actor *actor, int *out_erased, struct error *err)
{
    struct site *site = actor->site;
    struct buffer file = BUFFER_INIT;
    struct secret key = SECRET_INIT;
    char *path = path_of(site->device_key_path);
    enum status status = STATUS_OK;
    bool is_whole = false;
    *out_erased = 0;
    bool is_there = access(path, F_OK) == 0 && buffer_read_file(&file, path, LEDGER_BYTES_MAX, NULL) == STATUS_OK && file.len > 0;
    if (is_there) {
        secret_init_derived(&key, &site->device.seal, PLACE, NULL, 0);
    }
    for (char *line = is_there ? file.bytes : NULL, *next; status == STATUS_OK && line != NULL && *line != '\0'; line = next) {
        size_t len = strcspn(line, "\n"), words_len = 0;
        char *words = NULL;
        struct uid record;
        next = line + len + (line[len] != '\0');
        line[len] = '\0';
        if (record_seal_open(&key, PLACE, line, &words, &words_len, NULL) != STATUS_OK) {
            log_write(LOG_WARNING, "erased: a line does not open with this device's key and is passed over");
            continue;
        }
        words[strcspn(words, " ")] = '\0';
        if (uid_parse(words, &record, NULL) == STATUS_OK) {
            status = erase_again(actor, record, out_erased, err);
        }
        mem_free(words);
    }
    if (status == STATUS_OK && *out_erased > 0 && store_log_settle(site->store, &is_whole, NULL) != STATUS_OK) {
        log_write(LOG_WARNING, "erased: the log is emptied later");
    }
    secret_release(&key);
    buffer_release(&file);
    mem_free(path);
    return status;
}
