/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/lockout.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/blob.h"

#define VERSION 2 /* 1 had no steps */
#define MAC_BYTES 32
#define ENTRIES_MAX 4096 /* names that nobody has cannot fill the disk */
#define CODE_LIVES_US (2 * US_PER_MINUTE)
#define TURN_LOOK_NS 20000000L

static const char MAGIC[8] = {'P', 'r', 'L', 'o', 'c', 'k', 'e', 'd'};

struct entry {
    uint8_t tag[LOGIN_TAG_BYTES];
    struct lockout state;
};

struct entries {
    struct entry *items;
    size_t len;
    size_t cap;
};

int lockout_delay_s(uint32_t failures)
{
    /* Behind the n-th failure in a row; the first three are free. */
    static const int DELAYS[] = {0, 0, 0, 0, 5, 15, 60, 300};
    size_t last = sizeof DELAYS / sizeof *DELAYS - 1;
    return failures >= LOCKOUT_AT ? -1 : DELAYS[failures < last ? failures : last];
}

int lockout_wait_s(struct lockout l, int64_t now_us)
{
    int delay = lockout_delay_s(l.failures);
    int64_t elapsed_us = now_us - l.last_us;
    if (delay <= 0 || elapsed_us >= delay * US_PER_SECOND) {
        return delay < 0 ? -1 : 0;
    }
    if (elapsed_us < 0) {
        return delay;
    }
    return (int)((delay * US_PER_SECOND - elapsed_us + US_PER_SECOND - 1) / US_PER_SECOND);
}

static void mac_of(const struct device_key *device, const void *bytes, size_t len,
                   uint8_t out[MAC_BYTES])
{
    struct secret key = SECRET_INIT;
    secret_init_derived(&key, &device->seal, "prescripcare.lockout.1", NULL, 0);
    crypto_generichash(out, MAC_BYTES, bytes, len, secret_open(&key), key.len);
    secret_close(&key);
    secret_release(&key);
}

static enum status load(const char *path, const struct device_key *device, struct entries *out,
                        struct error *err)
{
    struct buffer file = BUFFER_INIT;
    uint8_t mac[MAC_BYTES];
    char magic[sizeof MAGIC];
    enum status status = blob_read_file(path, &file, err);
    if (status == STATUS_NOT_FOUND) {
        buffer_release(&file);
        return STATUS_OK;
    }
    struct blob_reader r = blob_reader_of(file.bytes, file.len);
    blob_take(&r, magic, sizeof magic);
    uint32_t version = blob_take_u32(&r);
    uint32_t count = blob_take_u32(&r);
    if (status == STATUS_OK && !r.is_bad && memcmp(magic, MAGIC, sizeof magic) == 0 &&
        version > VERSION) {
        status = error_set(err, STATUS_NEWER,
                           _("The record of failed sign-ins was written by a newer version."));
    } else if (status == STATUS_OK) {
        bool ok = !r.is_bad && r.left >= MAC_BYTES && memcmp(magic, MAGIC, sizeof magic) == 0 &&
                  version >= 1;
        if (ok) {
            mac_of(device, file.bytes, file.len - MAC_BYTES, mac);
            ok = sodium_memcmp(mac, file.bytes + file.len - MAC_BYTES, MAC_BYTES) == 0;
        }
        for (uint32_t i = 0; ok && i < count; i++) {
            MEM_GROW(out);
            struct entry *e = &out->items[out->len++];
            blob_take(&r, e->tag, sizeof e->tag);
            e->state.failures = blob_take_u32(&r);
            e->state.last_us = (int64_t)blob_take_u64(&r);
            e->state.step = version == 1 ? 0 : (int64_t)blob_take_u64(&r);
            ok = !r.is_bad;
        }
        status = ok ? STATUS_OK
                    : error_set(err, STATUS_DAMAGED,
                                _("The record of failed sign-ins was changed outside the program. "
                                  "A supervisor must reset it."));
    }
    buffer_release(&file);
    return status;
}

static enum status save(const char *path, const struct device_key *device,
                        const struct entries *entries, struct error *err)
{
    struct buffer out = BUFFER_INIT;
    uint8_t mac[MAC_BYTES];
    buffer_append(&out, MAGIC, sizeof MAGIC);
    buffer_append_u32be(&out, VERSION);
    buffer_append_u32be(&out, (uint32_t)entries->len);
    for (size_t i = 0; i < entries->len; i++) {
        buffer_append(&out, entries->items[i].tag, LOGIN_TAG_BYTES);
        buffer_append_u32be(&out, entries->items[i].state.failures);
        buffer_append_u64be(&out, (uint64_t)entries->items[i].state.last_us);
        buffer_append_u64be(&out, (uint64_t)entries->items[i].state.step);
    }
    mac_of(device, out.bytes, out.len, mac);
    buffer_append(&out, mac, sizeof mac);
    enum status status = blob_write_file(path, out.bytes, out.len, err);
    buffer_release(&out);
    return status;
}

/* The file itself is replaced at each change, so its lock is another file beside it. */
static int open_lock(const char *path)
{
    char *name = mem_format("%s.lock", path);
    int fd = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    mem_free(name);
    return fd;
}

static int lock(const char *path)
{
    int fd = open_lock(path);
    if (fd >= 0 && flock(fd, LOCK_EX) != 0) {
        (void)close(fd); /* never written */
        fd = -1;
    }
    return fd;
}

static struct entry *find(struct entries *entries, const uint8_t tag[LOGIN_TAG_BYTES])
{
    for (size_t i = 0; i < entries->len; i++) {
        if (memcmp(entries->items[i].tag, tag, LOGIN_TAG_BYTES) == 0) {
            return &entries->items[i];
        }
    }
    return NULL;
}

/* Made-up names must not push out what is known of a real one: those with few failures go first, then the oldest; a code
 * that may still be shown on a phone stays used. */
static uint32_t weight(const struct entry *e, int64_t now_us)
{
    bool is_code_fresh = e->state.step != 0 && now_us - e->state.last_us < CODE_LIVES_US;
    return is_code_fresh ? UINT32_MAX : e->state.failures;
}

static struct entry *add(struct entries *entries, const uint8_t tag[LOGIN_TAG_BYTES], int64_t now_us)
{
    if (entries->len >= ENTRIES_MAX) {
        struct entry *least = entries->items;
        for (size_t i = 1; i < entries->len; i++) {
            struct entry *e = &entries->items[i];
            uint32_t one = weight(e, now_us), other = weight(least, now_us);
            least = one < other || (one == other && e->state.last_us < least->state.last_us) ? e : least;
        }
        *least = entries->items[--entries->len];
    }
    MEM_GROW(entries);
    struct entry *e = &entries->items[entries->len++];
    memset(e, 0, sizeof *e);
    memcpy(e->tag, tag, LOGIN_TAG_BYTES);
    return e;
}

static enum status judge(struct lockout state, int64_t now_us, struct error *err)
{
    int wait = lockout_wait_s(state, now_us);
    if (wait < 0) {
        return error_set(err, STATUS_LOCKED_OUT,
                         _("Too many wrong passwords: this account is locked here until a "
                           "supervisor opens it."));
    }
    return wait == 0 ? STATUS_OK
                     : error_set(err, STATUS_LOCKED_OUT,
                                 ngettext("Too many wrong passwords: try again in %d second.",
                                          "Too many wrong passwords: try again in %d seconds.",
                                          (unsigned long)wait),
                                 wait);
}

enum change { CHANGE_BEGIN, CHANGE_TAKE_BACK, CHANGE_CLEAR, CHANGE_STEP };

static void drop(struct entries *entries, struct entry *e)
{
    if (e->state.step != 0) {
        e->state.failures = 0; /* the step is remembered: its code stays used */
    } else {
        *e = entries->items[--entries->len];
    }
}

/* `before`: of CHANGE_BEGIN what stood there, of CHANGE_TAKE_BACK what shall stand there. */
static enum status apply(struct entries *entries, const uint8_t tag[LOGIN_TAG_BYTES], enum change what, int64_t now_us,
                         int64_t step, struct lockout *before, bool *out_changed, struct error *err)
{
    struct entry *e = find(entries, tag);
    enum status status = STATUS_OK;
    *out_changed = true;
    switch (what) {
    case CHANGE_BEGIN:
        *before = e != NULL ? e->state : (struct lockout){0, 0, 0};
        status = judge(*before, now_us, err);
        if (status != STATUS_OK) {
            *out_changed = false;
            return status;
        }
        e = e != NULL ? e : add(entries, tag, now_us);
        e->state.failures += e->state.failures < UINT32_MAX;
        e->state.last_us = now_us;
        break;
    case CHANGE_TAKE_BACK:
        *out_changed = e != NULL && e->state.failures > 0;
        if (*out_changed && --e->state.failures == 0) {
            drop(entries, e);
        } else if (*out_changed && e->state.failures == before->failures) { /* nobody else's try came between */
            e->state.last_us = before->last_us;
        }
        break;
    case CHANGE_CLEAR:
        *out_changed = e != NULL && e->state.failures > 0;
        if (e != NULL && e->state.failures > 0) {
            drop(entries, e);
        }
        break;
    case CHANGE_STEP:
        e = e != NULL ? e : add(entries, tag, now_us);
        if (step <= e->state.step) {
            *out_changed = false;
            return error_set_field(err, STATUS_BAD_SECRET, "code",
                                   _("This code was used already. Wait until the phone shows the next one."));
        }
        e->state.step = step;
        e->state.last_us = now_us;
        break;
    }
    return status;
}

static enum status change(const char *path, const struct device_key *device,
                          const uint8_t tag[LOGIN_TAG_BYTES], enum change what, int64_t now_us,
                          int64_t step, struct lockout *before, struct error *err)
{
    struct entries entries = {0, 0, 0};
    bool is_changed = false;
    int fd = lock(path);
    if (fd < 0) {
        return error_set(err, STATUS_IO, _("The record of failed sign-ins cannot be written."));
    }
    enum status status = load(path, device, &entries, err);
    if (status == STATUS_OK) {
        status = apply(&entries, tag, what, now_us, step, before, &is_changed, err);
    }
    if (status == STATUS_OK && is_changed) {
        status = save(path, device, &entries, err);
    }
    mem_free(entries.items);
    (void)close(fd); /* only held the lock */
    return status;
}

/* One of `count` bytes of the lock file from `at` on, which the short lock on the whole of it does not meet. */
static int take_one_of(const char *path, off_t at, int count)
{
    static const struct timespec LOOK = {0, TURN_LOOK_NS};
    int64_t until_us = clock_monotonic_us() + LOCKOUT_TURN_US;
    int fd = open_lock(path);
    for (int i = 0; fd >= 0; i = (i + 1) % count) {
        struct flock one = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at + i, .l_len = 1};
        if (fcntl(fd, F_OFD_SETLK, &one) == 0) {
            break;
        }
        bool is_taken = errno == EAGAIN || errno == EACCES, is_round = i == count - 1;
        if (!is_taken || (is_round && (clock_monotonic_us() >= until_us || nanosleep(&LOOK, NULL) != 0))) {
            (void)close(fd); /* nothing was written */
            fd = -1;
        }
    }
    return fd;
}

/* Two names on the same byte wait for each other, no more. */
int lockout_turn_begin(const char *path, const uint8_t tag[LOGIN_TAG_BYTES])
{
    return take_one_of(path, (off_t)tag[0] << 16 | (off_t)tag[1] << 8 | (off_t)tag[2], 1);
}

int lockout_hash_begin(const char *path)
{
    return take_one_of(path, (off_t)1 << 24, LOCKOUT_HASHES); /* behind the accounts' */
}

void lockout_turn_end(int turn)
{
    if (turn >= 0) {
        (void)close(turn); /* only held the lock */
    }
}

enum status lockout_begin(const char *path, const struct device_key *device,
                          const uint8_t tag[LOGIN_TAG_BYTES], int64_t now_us, struct lockout *out_before,
                          struct error *err)
{
    struct lockout before = {0, 0, 0};
    enum status status = change(path, device, tag, CHANGE_BEGIN, now_us, 0, &before, err);
    *out_before = before;
    return status;
}

enum status lockout_take_back(const char *path, const struct device_key *device,
                              const uint8_t tag[LOGIN_TAG_BYTES], const struct lockout *before,
                              struct error *err)
{
    struct lockout state = *before;
    return change(path, device, tag, CHANGE_TAKE_BACK, 0, 0, &state, err);
}

enum status lockout_clear(const char *path, const struct device_key *device,
                          const uint8_t tag[LOGIN_TAG_BYTES], struct error *err)
{
    return change(path, device, tag, CHANGE_CLEAR, 0, 0, NULL, err);
}

enum status lockout_take_step(const char *path, const struct device_key *device,
                              const uint8_t tag[LOGIN_TAG_BYTES], int64_t step, int64_t now_us,
                              struct error *err)
{
    return change(path, device, tag, CHANGE_STEP, now_us, step, NULL, err);
}
