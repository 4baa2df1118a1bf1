/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/desks.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/change.h"

bool desks_open(struct centre **centre, struct terminal **a, struct terminal **b)
{
    if (!postgres_is_up()) {
        return false;
    }
    *centre = centre_new();
    *a = terminal_new(*centre, "desk-a", "Eastside", 0);
    *b = terminal_new(*centre, "desk-b", "Eastside", 0);
    return true;
}

void desks_close(struct centre *centre, struct terminal *a, struct terminal *b)
{
    if (centre != NULL) {
        terminal_free(a);
        terminal_free(b);
        centre_free(centre);
    }
}

struct uid desks_grace(struct terminal *a, struct terminal *b)
{
    struct uid grace = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace", .born = "1958-03-14"});
    clinic_add_allergy(a->clinic, grace, "penicillin", "rash", REACTION_SEVERITY_MILD);
    clinic_add_order(a->clinic, grace, "lisinopril 10 mg tab 1 tab daily");
    terminal_sync(a);
    terminal_sync(b);
    terminal_sync(a);
    return grace;
}

void desks_sync(struct terminal *a, struct terminal *b)
{
    for (int i = 0; i < 2; i++) {
        terminal_sync(a);
        terminal_sync(b);
    }
}

void desk_expect_same(struct terminal *t, const char *when)
{
    struct engine_verdict verdict;
    struct error err = ERROR_INIT;
    cr_assert_eq(engine_verify(t->engine, &verdict, &err), STATUS_OK, "%s: %s", when, error_text(&err));
    cr_expect_eq(verdict.differing, 0, "%s: %s differs", when, t->role);
}

struct uid desk_uid(struct terminal *t, const char *sql)
{
    struct uid id = UID_NONE;
    char *hex = terminal_text(t, sql);
    cr_assert_eq(strlen(hex), 2 * sizeof id.bytes, "%s", sql);
    for (size_t i = 0; i < sizeof id.bytes; i++) {
        const char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        id.bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    mem_free(hex);
    return id;
}

struct uid desk_order(struct terminal *t, struct uid *out_version)
{
    *out_version = desk_uid(t, "SELECT hex(current_version_id) FROM user_medications");
    return desk_uid(t, "SELECT hex(medication_id) FROM user_medications");
}

void desk_change(struct terminal *t, const char *table, const char *key_column, struct uid user, const char *column, const char *value)
{
    struct error err = ERROR_INIT;
    char id[UID_TEXT_MAX];
    char *key_sql = mem_format("SELECT hex(%s) FROM %s WHERE lower(hex(user_id)) = replace('%s', '-', '')", key_column, table, uid_format(user, id));
    char *ver_sql = mem_format("SELECT ver FROM %s WHERE lower(hex(user_id)) = replace('%s', '-', '')", table, id);
    const struct cell cells[] = {CELL_TEXT(column, value)};
    struct store *store = t->clinic->site->store;
    cr_assert_eq(store_begin(store, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(change_update(store, table, desk_uid(t, key_sql), user, (int32_t)terminal_number(t, ver_sql), cells, 1, NULL, NULL, &err), STATUS_OK,
                 "%s", error_text(&err));
    cr_assert_eq(store_commit(store, &err), STATUS_OK, "%s", error_text(&err));
    mem_free(key_sql);
    mem_free(ver_sql);
}

void desk_give_dose(struct terminal *t, struct uid person, struct uid slot, const char *observed)
{
    struct error err = ERROR_INIT;
    struct uid version, order = desk_order(t, &version), event = uid_new(&t->clinic->clock);
    struct store *store = t->clinic->site->store;
    const struct cell cells[] = {
        CELL_ID("medication_id", order),           CELL_ID("order_version_id", version),     CELL_ID("slot_id", slot),
        CELL_INT("actual_datetime", CLINIC_START_US), CELL_TEXT("status", "given"),          CELL_TEXT("recorded_via", "workstation"),
        CELL_ID("device_id", store_device(store)), CELL_TEXT("zone", "UTC"),                 CELL_INT("offset_s", 0),
        CELL_INT("recorded_at", uid_time_us(event)), CELL_TEXT_OR_NULL("observed", observed),
    };
    cr_assert_eq(store_begin(store, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(change_insert(store, "dose_events", event, person, cells, sizeof cells / sizeof *cells, NULL, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(store_commit(store, &err), STATUS_OK, "%s", error_text(&err));
}
