/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/engine.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/disk_reserve.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/outbox_store.h"
#include "sync/engine_private.h"
#include "sync/join.h"

enum { LET_OTHERS_NS = 300 * 1000 };

/* --- turns --------------------------------------------------------------------------------------------------------- */

enum status turn_begin(struct engine *engine, struct error *err)
{
    if (engine->in_turn) {
        return STATUS_OK;
    }
    enum status status = store_begin(engine->store, err);
    if (status == STATUS_OK) {
        engine->in_turn = true;
        engine->turn_started_us = clock_monotonic_us();
        if (engine->mirror == NULL) {
            engine->mirror = mirror_new(engine->store);
        }
    }
    return status;
}

bool turn_is_over(const struct engine *engine)
{
    return engine->in_turn && clock_monotonic_us() - engine->turn_started_us > CACHE_TRANSACTION_US;
}

enum status turn_end(struct engine *engine, enum status status, struct error *err)
{
    if (!engine->in_turn) {
        return status;
    }
    bool was_long = turn_is_over(engine);
    if (status == STATUS_OK) {
        status = mirror_reindex(engine->mirror, err);
    }
    if (status == STATUS_OK) {
        status = store_commit(engine->store, err);
    } else {
        store_rollback(engine->store);
    }
    if (status != STATUS_OK) { /* the connection may be spoilt: its statements go before it is reopened */
        mirror_free(engine->mirror);
        engine->mirror = NULL;
    }
    engine->in_turn = false;
    if (was_long) { /* flock() gives the file to whoever asks first: who was woken by our letting go shall be before us */
        const struct timespec pause = {0, LET_OTHERS_NS};
        (void)nanosleep(&pause, NULL); /* a shorter one does no harm */
    }
    return status;
}

enum status meta_set_int(struct store *store, const char *key, int64_t value, struct error *err)
{
    char *text = mem_format("%lld", (long long)value);
    enum status status = store_meta_set(store, key, text, err);
    mem_free(text);
    return status;
}

enum status meta_get_int(struct store *store, const char *key, int64_t *out, struct error *err)
{
    char *text = NULL;
    enum status status = store_meta_get(store, key, &text, err);
    if (status == STATUS_OK) {
        *out = text == NULL ? 0 : strtoll(text, NULL, 10);
        mem_free(text);
    }
    return status;
}

/* --- opening ------------------------------------------------------------------------------------------------------- */

enum status engine_open(struct store *store, const char *folder, struct engine **out, struct error *err)
{
    struct engine *engine = mem_alloc(sizeof *engine);
    engine->store = store;
    engine->folder = mem_copy_text(folder);
    enum status status = address_load(store, folder, &engine->address, &engine->next_secret, err);
    if (status != STATUS_OK) {
        engine_close(engine);
        return status;
    }
    engine->mirror = mirror_new(store);
    *out = engine;
    return STATUS_OK;
}

void engine_close(struct engine *engine)
{
    if (engine == NULL) {
        return;
    }
    if (engine->in_turn) {
        store_rollback(engine->store);
    }
    mirror_free(engine->mirror);
    link_close(engine->link);
    link_address_release(&engine->address);
    if (engine->next_secret != NULL) {
        mem_wipe(engine->next_secret, strlen(engine->next_secret));
    }
    mem_free(engine->next_secret);
    mem_free(engine->folder);
    mem_free(engine);
}

bool engine_is_connected(const struct engine *engine)
{
    return engine->link != NULL;
}

static void disconnect(struct engine *engine)
{
    link_close(engine->link);
    engine->link = NULL;
    engine->lead_asked_us = 0;
}

/* --- hello --------------------------------------------------------------------------------------------------------- */

static enum status set_state(struct engine *engine, const char *state, struct error *err)
{
    enum status status = turn_begin(engine, err);
    if (status == STATUS_OK) {
        status = turn_end(engine, store_meta_set(engine->store, META_STATE, state, err), err);
    }
    return status;
}

enum status engine_fence(struct engine *engine, const char *state, struct error *err)
{
    log_write(LOG_ERROR, "sync: %s", state);
    disconnect(engine);
    if (set_state(engine, state, err) != STATUS_OK) {
        return err != NULL ? err->status : STATUS_IO;
    }
    return strcmp(state, "revoked") == 0
               ? error_set(err, STATUS_NOT_PERMITTED, _("The centre has revoked this device. Work here goes on; it is not sent any more."))
               : error_set(err, STATUS_NOT_PERMITTED, _("Another copy of this device is at work: this one stopped synchronising. Work here "
                                                        "goes on. Ask for a new enrolment and run: prescripcare join FILE --keep."));
}

/* "a,b,c" becomes "b,c,a". */
static void turn_round(char *list)
{
    size_t first = strcspn(list, ",");
    if (list[first] != '\0') {
        char *turned = mem_format("%s,%.*s", list + first + 1, (int)first, list);
        memcpy(list, turned, strlen(turned));
        mem_free(turned);
    }
}

/* The next try begins with another host: the first one may be what was the centre before a failover, still up and taking writes; and
 * libpq does not go on to the next host when one takes the connection and then closes it. */
static void try_other_host_first(struct link_address *address)
{
    turn_round(address->hosts);
    turn_round(address->ports); /* as many, or one for all */
}

/* "system/timeline/lineage": is `now` an older timeline of the same server? */
static bool is_older_timeline(const char *known, const char *now)
{
    size_t system = strcspn(known, "/");
    const char *known_line = known + system + 1, *now_line = now + system + 1;
    return strncmp(known, now, system + 1) == 0 && known[system] == '/' && strlen(known_line) > 8 && strlen(now_line) > 8 &&
           strcmp(known_line + 8, now_line + 8) == 0 && strncmp(now_line, known_line, 8) < 0;
}

/* The centre is another incarnation of itself: what it may have lost is sent again, everything is fetched afresh. */
static enum status meet_incarnation(struct engine *engine, const char *now, struct error *err)
{
    char *known = NULL;
    enum status status = store_meta_get(engine->store, META_INCARNATION, &known, err);
    if (status == STATUS_OK && known != NULL && is_older_timeline(known, now)) {
        try_other_host_first(&engine->address);
        status = error_set(err, STATUS_OFFLINE, _("The centre that answers is an old copy that was replaced. Nothing was exchanged."));
    } else if (status == STATUS_OK && (known == NULL || strcmp(known, now) != 0)) {
        status = turn_begin(engine, err);
        if (status == STATUS_OK) {
            status = outbox_send_again(engine->store, engine->last_op_seq, err);
        }
        if (status == STATUS_OK) { /* how long it has had them counts from now (cut_outbox()) */
            status = meta_set_int(engine->store, META_MARK_AT, 0, err);
        }
        if (status == STATUS_OK) {
            status = meta_set_int(engine->store, META_CUT, 0, err);
        }
        if (status == STATUS_OK && known != NULL) {
            log_write(LOG_WARNING, "sync: the centre is another incarnation");
            status = store_meta_set(engine->store, META_CURSOR, "", err);
            if (status == STATUS_OK) {
                status = store_meta_set(engine->store, META_FIRST_CURSOR, "", err);
            }
            if (status == STATUS_OK) {
                status = store_meta_set(engine->store, META_VERIFY, "1", err);
            }
            if (status == STATUS_OK) {
                status = mirror_progress_clear(engine->mirror, err);
            }
            if (status == STATUS_OK) {
                status = meta_set_int(engine->store, META_ERASURE, 0, err);
            }
        }
        status = turn_end(engine, status, err);
        if (status == STATUS_OK && known != NULL) {
            status = assert_erasures(engine, err);
        }
        if (status == STATUS_OK) { /* last: what is cut before is done again */
            status = turn_begin(engine, err);
        }
        if (status == STATUS_OK) {
            status = turn_end(engine, store_meta_set(engine->store, META_INCARNATION, now, err), err);
        }
    }
    mem_free(known);
    return status;
}

/* A higher number than ever before, durable before it is sent: of two copies of this device one will see "stale". */
static enum status next_generation(struct engine *engine, int64_t *out, struct error *err)
{
    enum status status = turn_begin(engine, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = meta_get_int(engine->store, META_GENERATION, out, err);
    if (status == STATUS_OK) {
        status = meta_set_int(engine->store, META_GENERATION, ++*out, err);
    }
    return turn_end(engine, status, err);
}

static enum status read_verdict(struct engine *engine, PGresult *result, struct error *err)
{
    const char *verdict = result_text(result, 0, 0);
    char *incarnation = mem_copy_text(result_text(result, 0, 5));
    enum status status = STATUS_OK;
    engine->site_no = (int)result_int(result, 0, 1);
    engine->last_op_seq = result_int(result, 0, 2);
    engine->audit_seq = result_int(result, 0, 3);
    engine->may_pull = store_schema_version(engine->store) >= result_int(result, 0, 7);
    engine->may_push = store_schema_version(engine->store) <= result_int(result, 0, 6);
    engine->offset_us = result_int(result, 0, 8);
    engine->backup_us = result_int(result, 0, 9) * 24 * US_PER_HOUR;
    if (strcmp(verdict, "ok") != 0) {
        status = engine_fence(engine, strcmp(verdict, "revoked") == 0 ? "revoked" : "fenced", err);
    } else {
        status = meet_incarnation(engine, incarnation, err);
    }
    mem_free(incarnation);
    return status;
}

static enum status hello(struct engine *engine, struct error *err)
{
    struct link_params params = {0};
    struct uid device = store_device(engine->store);
    PGresult *result = NULL;
    int64_t generation = 0;
    enum status status = next_generation(engine, &generation, err);
    if (status != STATUS_OK) {
        return status;
    }
    link_params_uid(&params, &device);
    link_params_int(&params, generation);
    link_params_int4(&params, store_schema_version(engine->store));
    link_params_int(&params, clock_now_us(store_clock(engine->store)));
    status = link_query(engine->link, "SELECT verdict, site_no, last_op_seq, audit_seq, audit_hash, incarnation, schema_version, min_client, "
                                      "offset_us, backup_days FROM sync.hello($1, $2, $3, $4)", &params, &result, err);
    link_params_release(&params);
    if (status == STATUS_OK) {
        status = read_verdict(engine, result, err);
        PQclear(result);
    }
    return status;
}

static enum status connect_with(struct engine *engine, const char *secret, struct error *err)
{
    struct link_address address = engine->address;
    address.secret = (char *)secret; /* borrowed for the call */
    return link_open(&address, &engine->link, err);
}

static enum status connect(struct engine *engine, struct error *err)
{
    char *state = NULL;
    enum status status = store_meta_get(engine->store, META_STATE, &state, err);
    if (status == STATUS_OK && state != NULL && strcmp(state, "joined") != 0) {
        status = error_set(err, STATUS_NOT_PERMITTED, _("This device stopped synchronising (%s). Ask for a new enrolment."), state);
    }
    mem_free(state);
    if (status == STATUS_OK) {
        status = connect_with(engine, engine->address.secret, err);
        if (status == STATUS_NOT_PERMITTED && engine->next_secret != NULL) {
            status = connect_with(engine, engine->next_secret, err);
        }
        if (status == STATUS_OFFLINE) {
            try_other_host_first(&engine->address);
        }
    }
    if (status == STATUS_OK) {
        engine->link->holds = &engine->in_turn;
        status = hello(engine, err);
    }
    if (status == STATUS_OK) {
        status = meet_anchor(engine, err);
    }
    if (status == STATUS_OK) {
        char *listen = mem_format("LISTEN site_%d; LISTEN site_0", engine->site_no);
        status = link_run(engine->link, listen, err);
        mem_free(listen);
    }
    if (status != STATUS_OK) {
        disconnect(engine);
    }
    return status;
}

/* --- a cycle ------------------------------------------------------------------------------------------------------- */

/* After a snapshot over rows that were here already: what the centre does not have any more goes. */
static enum status verify_if_due(struct engine *engine, struct error *err)
{
    struct engine_verdict verdict = {0};
    int64_t is_due = 0;
    enum status status = meta_get_int(engine->store, META_VERIFY, &is_due, err);
    if (status != STATUS_OK || is_due == 0) {
        return status;
    }
    status = compare_tables(engine, &verdict, err);
    if (status == STATUS_OK) {
        status = fetch_pending(engine, err);
    }
    if (status == STATUS_OK) {
        status = turn_begin(engine, err);
        if (status == STATUS_OK) {
            status = turn_end(engine, meta_set_int(engine->store, META_VERIFY, 0, err), err);
        }
    }
    return status;
}

/* A centre that does not know a column yet would drop what is in it and acknowledge the change: nothing is sent before it was brought up
 * to date. */
static enum status check_centre(struct engine *engine, struct error *err)
{
    return engine->may_push ? STATUS_OK
                            : error_set(err, STATUS_NEWER, _("The centre is older than this program: nothing is exchanged until it was brought up to "
                                                             "date with: prescripcare central upgrade. Work here goes on."));
}

/* A program that the centre's minimum has left behind still sends what was written here, and fetches nothing (sync.md 5). */
static enum status check_version(struct engine *engine, struct error *err)
{
    if (engine->may_pull) {
        return STATUS_OK;
    }
    enum status status = push_audit(engine, err);
    return status != STATUS_OK ? status
                               : error_set(err, STATUS_NEWER, _("This program is too old for the centre. What is written here is sent; to hear of "
                                                                "others, install the new version."));
}

/* Whatever became of the exchange. What cannot be done now is tried after the next one. */
static void empty_log(struct engine *engine)
{
    struct error err = ERROR_INIT;
    bool is_whole = false;
    if (!engine->in_turn && store_log_settle(engine->store, &is_whole, &err) != STATUS_OK) {
        log_write(LOG_WARNING, "sync: the log of changes after an erasure: %s", status_name(err.status));
    }
}

enum status engine_cycle(struct engine *engine, struct engine_report *report, struct error *err)
{
    static enum status (*const steps[])(struct engine *, struct error *) = {pull_erasures, check_centre, push_changes, check_version, settle_quarantine, first_snapshot,
                                                                            pull_changes, answer_refills, renew_lead, verify_if_due, push_audit, cut_outbox};
    enum status status = STATUS_OK;
    memset(report, 0, sizeof *report);
    if (disk_reserve_look(engine->folder) == DISK_ROOM_RESERVE) { /* what is left is for the people here */
        return error_set(err, STATUS_DISK_FULL, _("The disk is full. Nothing is exchanged with the centre until there is room."));
    }
    engine->report = report;
    if (engine->link != NULL && link_is_lost(engine->link)) {
        disconnect(engine);
    }
    if (engine->link == NULL) {
        status = connect(engine, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < sizeof steps / sizeof *steps; i++) {
        status = steps[i](engine, err);
    }
    if (status != STATUS_OK) {
        disconnect(engine);
    }
    empty_log(engine);
    engine->report = NULL;
    return status;
}

enum engine_wake engine_wait(struct engine *engine, const int *fds, int count, int timeout_ms)
{
    struct pollfd polled[16];
    int n = 0;
    for (int i = 0; i < count && n < 15; i++) {
        polled[n++] = (struct pollfd){.fd = fds[i], .events = POLLIN};
    }
    if (engine != NULL && engine->link != NULL) {
        PGnotify *waiting = PQnotifies(engine->link->pg);
        if (waiting != NULL) {
            PQfreemem(waiting);
            return ENGINE_WAKE_CENTRE;
        }
        polled[n++] = (struct pollfd){.fd = PQsocket(engine->link->pg), .events = POLLIN};
    }
    int ready = poll(polled, (nfds_t)n, timeout_ms);
    if (ready <= 0) {
        return ENGINE_WAKE_TIME;
    }
    for (int i = 0; i < count; i++) {
        if (polled[i].revents != 0) {
            return ENGINE_WAKE_FD;
        }
    }
    bool is_told = false;
    if (engine == NULL || engine->link == NULL) {
        return ENGINE_WAKE_TIME;
    }
    if (PQconsumeInput(engine->link->pg) == 0) {
        disconnect(engine);
        return ENGINE_WAKE_CENTRE;
    }
    for (PGnotify *note; (note = PQnotifies(engine->link->pg)) != NULL; PQfreemem(note)) {
        is_told = true;
    }
    return is_told ? ENGINE_WAKE_CENTRE : ENGINE_WAKE_TIME;
}
