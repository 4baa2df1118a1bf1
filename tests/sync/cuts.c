/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/cuts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "support/proxy.h"
#include "support/terminal.h"

struct stage {
    struct centre *centre;
    struct proxy *proxy;
    struct terminal *near, *far; /* near reaches the centre through the proxy */
    struct uid patient;
    int round;
};

/* What an exchange carries each time: a new patient with an allergy and an order, a change, one change that the centre
 * cannot take, and something to fetch. */
static void prepare(struct stage *s)
{
    char last[32];
    (void)snprintf(last, sizeof last, "Round%d", s->round++);
    struct uid patient = clinic_add_patient(s->near->clinic, &(struct clinic_patient){.last = last});
    clinic_add_allergy(s->near->clinic, patient, "penicillin", "rash", REACTION_SEVERITY_MILD);
    if (s->round % 2 == 0) {
        terminal_exec(s->near, "UPDATE outbox SET op = replace(op, '\"mild\"', '\"dreadful\"') WHERE state = 0 AND table_name = 'user_allergies'");
    }
    clinic_add_order(s->near->clinic, patient, "lisinopril 10 mg tab 1 tab daily");
    (void)snprintf(last, sizeof last, "Far%d", s->round);
    (void)clinic_add_patient(s->far->clinic, &(struct clinic_patient){.last = last});
    terminal_sync(s->far);
}

/* Every acknowledged change is in the ledger exactly once, nothing waits, and both hold the same rows. */
static long disagreements(struct stage *s, const char *where)
{
    struct error err = ERROR_INIT;
    struct engine_verdict verdict = {0};
    char *sql = mem_format("SELECT last_op_seq - (SELECT count(*) FROM sync.op o WHERE o.replica_id = r.replica_id) FROM sync.replica r "
                           "WHERE role_name = '%s'", s->near->role);
    long wrong = 0;
    const struct {
        const char *claim;
        bool holds;
    } claims[] = {
        {"nothing waits", terminal_number(s->near, "SELECT count(*) FROM outbox WHERE state = 0") == 0},
        {"the ledger has no hole and no double", centre_number(s->centre, sql) == 0},
        {"the centre's number is ours", terminal_number(s->near, "SELECT max(seq) FROM outbox") ==
                                            centre_number(s->centre, "SELECT max(last_op_seq) FROM sync.replica WHERE device_name = 'near'")},
        {"here and there are the same rows", engine_verify(s->near->engine, &verdict, &err) == STATUS_OK && verdict.differing == 0},
        {"each order has its version", terminal_number(s->near, "SELECT count(*) FROM user_medications m WHERE NOT EXISTS (SELECT 1 FROM "
                                                                "order_versions v WHERE v.version_id = m.current_version_id)") == 0},
    };
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        if (!claims[i].holds) {
            (void)fprintf(stderr, "%s: not so: %s\n", where, claims[i].claim);
            wrong++;
        }
    }
    mem_free(sql);
    return wrong;
}

static void open_line(struct stage *s)
{
    proxy_cut_after(s->proxy, PROXY_TO_CENTRE, -1);
    proxy_cut_after(s->proxy, PROXY_TO_TERMINAL, -1);
}

static long cut_once(struct stage *s, enum proxy_direction direction, long at, struct cuts_result *out)
{
    struct engine_report report;
    struct error err = ERROR_INIT;
    char where[64];
    (void)snprintf(where, sizeof where, "cut %s after byte %ld", direction == PROXY_TO_CENTRE ? "to the centre" : "to the terminal", at);
    prepare(s);
    terminal_reopen(s->near); /* a new connection, so that the count begins with hello */
    open_line(s);
    proxy_cut_after(s->proxy, direction, at);
    out->cuts++;
    out->broken += terminal_try(s->near, &report, &err) != STATUS_OK;
    open_line(s);
    terminal_sync(s->near);
    terminal_exec(s->near, "DELETE FROM user_allergies WHERE allergy_id IN (SELECT row_id FROM outbox WHERE state = 2)");
    return disagreements(s, where);
}

long cuts_run(struct random *random, long count, long every, struct cuts_result *out)
{
    struct stage s = {.centre = centre_new()};
    long wrong = 0;
    memset(out, 0, sizeof *out);
    s.proxy = proxy_new(postgres_port());
    s.near = terminal_new(s.centre, "near", "Eastside", proxy_port(s.proxy));
    s.far = terminal_new(s.centre, "far", "Eastside", 0);
    terminal_sync(s.far);
    terminal_sync(s.near);
    prepare(&s);
    terminal_reopen(s.near);
    open_line(&s);
    terminal_sync(s.near);
    terminal_exec(s.near, "DELETE FROM user_allergies WHERE allergy_id IN (SELECT row_id FROM outbox WHERE state = 2)");
    out->bytes[0] = proxy_bytes(s.proxy, PROXY_TO_CENTRE);
    out->bytes[1] = proxy_bytes(s.proxy, PROXY_TO_TERMINAL);
    for (int direction = 0; direction < 2; direction++) {
        for (long i = 0; every > 0 ? i * every < out->bytes[direction] : i < count; i++) {
            long at = every > 0 ? i * every : (long)random_below(random, (uint64_t)out->bytes[direction]);
            wrong += cut_once(&s, direction == 0 ? PROXY_TO_CENTRE : PROXY_TO_TERMINAL, at, out);
        }
    }
    terminal_free(s.near);
    terminal_free(s.far);
    proxy_free(s.proxy);
    centre_free(s.centre);
    return wrong;
}
