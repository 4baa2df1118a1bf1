/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/stage.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

void stage_init(struct stage *s)
{
    memset(s, 0, sizeof *s);
    s->centre = centre_new();
    s->proxy = proxy_new(postgres_port());
    s->near = terminal_new(s->centre, "near", "Eastside", proxy_port(s->proxy));
    s->far = terminal_new(s->centre, "far", "Eastside", 0);
    terminal_sync(s->far);
    terminal_sync(s->near);
}

void stage_release(struct stage *s)
{
    terminal_free(s->near);
    terminal_free(s->far);
    proxy_free(s->proxy);
    centre_free(s->centre);
}

void stage_prepare(struct stage *s)
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

long stage_settle(struct stage *s, const char *where)
{
    terminal_sync(s->near);
    return disagreements(s, where);
}
