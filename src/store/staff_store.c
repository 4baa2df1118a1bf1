/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/staff_store.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "store/change.h"
#include "store/row_id.h"
#include "store/statement.h"

#define STAFF                                                                                                        \
    "SELECT s.staff_id, s.user_id, s.site_id, s.ver, s.login_name, p.first_name, p.last_name, s.role, s.employee_number, " \
    "u.password_hash, u.salt, s.credential, s.last_sign_off, u.account_status = 'disabled', u.ver, u.two_factor_enabled, "  \
    "s.npi_number, s.license_number, s.license_authority, s.license_expires, "                                                             \
    "(SELECT count(*) FROM session_management m WHERE m.user_id = s.user_id AND m.is_active = 1) "                           \
    "FROM staff_members s JOIN users u ON u.user_id = s.user_id JOIN user_profiles p ON p.user_id = s.user_id "

enum { SITE, STAFF_GET, STAFF_FIND, STAFF_ALL, SIGN_OFF, SIGN_KEY, SESSION_ADD, SESSION_TOUCH, SESSION_GET, SESSION_END, SESSION_END_ALL,
       SESSION_ACTIVE };
static const struct statement statements[] = {
    [SITE] = {"staff.site", "SELECT site_id, site_name, zone, is_demo FROM sites ORDER BY created_at LIMIT 1"},
    [STAFF_GET] = {"staff.get", STAFF "WHERE s.user_id = ?1"},
    [STAFF_FIND] = {"staff.find", STAFF "WHERE s.login_name = ?1"},
    [STAFF_ALL] = {"staff.list", STAFF "ORDER BY s.login_name"},
    [SIGN_OFF] = {"staff.sign_off", "UPDATE staff_members SET last_sign_off = ?2 WHERE user_id = ?1"},
    [SIGN_KEY] = {"device.sign_key", "SELECT sign_key FROM devices WHERE device_id = ?1 AND deleted_at IS NULL"},
    [SESSION_ADD] = {"session.add", "INSERT INTO session_management (session_id, user_id, created_at, last_activity, "
                                    "expires_at, ip_address, user_agent, is_active, device_id, process_id) "
                                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'prescripcare', 1, ?7, ?8)"},
    [SESSION_TOUCH] = {"session.touch", "UPDATE session_management SET last_activity = ?2 WHERE session_id = ?1"},
    [SESSION_GET] = {"session.get", "SELECT is_active, end_reason, last_activity, expires_at FROM session_management "
                                    "WHERE session_id = ?1"},
    /* the first end counts */
    [SESSION_END] = {"session.end", "UPDATE session_management SET is_active = 0, ended_at = ?2, end_reason = ?3 "
                                    "WHERE session_id = ?1 AND is_active = 1"},
    [SESSION_ACTIVE] = {"session.active", "SELECT created_at, last_activity, expires_at, ip_address, process_id FROM session_management "
                                          "WHERE user_id = ?1 AND is_active = 1 AND expires_at > ?2 ORDER BY created_at DESC"},
    [SESSION_END_ALL] = {"session.end_all", "UPDATE session_management SET is_active = 0, ended_at = ?2, end_reason = ?3 "
                                            "WHERE user_id = ?1 AND is_active = 1"},
};
const struct statement_list STAFF_STATEMENTS = {statements, sizeof statements / sizeof *statements};

void site_row_release(struct site_row *row)
{
    mem_free(row->name);
    mem_free(row->zone);
    memset(row, 0, sizeof *row);
}

enum status site_get(struct store *store, struct site_row *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[SITE], &stmt, err);
    if (status == STATUS_OK) {
        status = statement_step(store, stmt, &row, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (!row) {
        return error_set(err, STATUS_DAMAGED, _("This database names no site. Restore it from a backup."));
    }
    *out = (struct site_row){column_id(stmt, 0), column_text(stmt, 1), column_text(stmt, 2), column_int(stmt, 3) != 0};
    statement_reset(stmt);
    return STATUS_OK;
}

enum status site_insert(struct store *store, const struct site_row *row, struct error *err)
{
    const struct cell cells[] = {
        CELL_TEXT("site_name", row->name),
        CELL_TEXT("zone", row->zone),
        CELL_INT("is_demo", row->is_demo),
        CELL_INT("created_at", clock_now_us(store_clock(store))),
    };
    return change_insert(store, "sites", row->id, UID_NONE, cells, sizeof cells / sizeof *cells, NULL, err);
}

enum status device_insert(struct store *store, struct uid device, struct uid site, const char *name,
                          const unsigned char sign_key[32], struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("site_id", site),
        CELL_TEXT("device_name", name),
        {.column = "sign_key", .kind = CELL_KIND_BYTES, .bytes = sign_key, .len = 32},
        CELL_INT("is_lead", 1),
        CELL_INT("created_at", clock_now_us(store_clock(store))),
    };
    return change_insert(store, "devices", device, UID_NONE, cells, sizeof cells / sizeof *cells, NULL, err);
}

void staff_release(struct staff *staff)
{
    mem_free(staff->login);
    mem_free(staff->first_name);
    mem_free(staff->last_name);
    mem_free(staff->employee_number);
    mem_free(staff->verifier);
    mem_free(staff->salt);
    mem_free(staff->credential);
    mem_free(staff->license.npi);
    mem_free(staff->license.number);
    mem_free(staff->license.authority);
    memset(staff, 0, sizeof *staff);
}

void staff_list_release(struct staff_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        staff_release(&list->items[i]);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

static struct staff read_staff(sqlite3_stmt *stmt)
{
    return (struct staff){
        .id = column_id(stmt, 0),
        .user = column_id(stmt, 1),
        .site = column_id(stmt, 2),
        .ver = (int32_t)column_int(stmt, 3),
        .login = column_text(stmt, 4),
        .first_name = column_text(stmt, 5),
        .last_name = column_text(stmt, 6),
        .role = (enum role)column_enum(stmt, 7, ENUM_ROLE),
        .employee_number = column_text(stmt, 8),
        .verifier = column_text(stmt, 9),
        .salt = column_text(stmt, 10),
        .credential = column_text(stmt, 11),
        .last_sign_off_us = column_int(stmt, 12),
        .is_disabled = column_int(stmt, 13) != 0,
        .has_second_factor = column_int(stmt, 15) != 0,
        .user_ver = (int32_t)column_int(stmt, 14),
        .license = {.npi = column_text(stmt, 16),
                    .number = column_text(stmt, 17),
                    .authority = column_text(stmt, 18),
                    .expires = column_date(stmt, 19)},
        .open_sessions = (int)column_int(stmt, 20),
    };
}

enum status staff_insert(struct store *store, const struct staff *staff, struct error *err)
{
    int64_t now_us = clock_now_us(store_clock(store));
    const struct cell user[] = {
        CELL_TEXT("password_hash", staff->verifier),
        CELL_TEXT("salt", staff->salt),
        CELL_ENUM("account_status", ENUM_ACCOUNT_STATUS, ACCOUNT_STATUS_ACTIVE),
        CELL_INT("created_at", now_us),
        CELL_INT("updated_at", now_us),
    };
    const struct cell profile[] = {
        CELL_TEXT("first_name", staff->first_name),
        CELL_TEXT("last_name", staff->last_name),
    };
    const struct cell member[] = {
        CELL_ID("user_id", staff->user),
        CELL_ID("site_id", staff->site),
        CELL_TEXT("login_name", staff->login),
        CELL_ENUM("role", ENUM_ROLE, staff->role),
        CELL_TEXT_OR_NULL("employee_number", staff->employee_number),
        CELL_TEXT_OR_NULL("credential", staff->credential),
    };
    enum status status = change_insert(store, "users", staff->user, UID_NONE, user, sizeof user / sizeof *user, NULL, err);
    if (status == STATUS_OK) {
        status = change_insert(store, "user_profiles", row_id_of("prescripcare.profile.1", staff->user, 0), staff->user,
                               profile, sizeof profile / sizeof *profile, NULL, err);
    }
    if (status == STATUS_OK) {
        status = change_insert(store, "staff_members", staff->id, UID_NONE, member, sizeof member / sizeof *member, NULL, err);
    }
    return status;
}

/* The one row of a statement that is bound. */
static enum status get_one(struct store *store, sqlite3_stmt *stmt, struct staff *out, struct error *err)
{
    bool row = false;
    enum status status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK && !row) {
        return error_set(err, STATUS_NOT_FOUND, _("There is no such staff member."));
    }
    if (status == STATUS_OK) {
        *out = read_staff(stmt);
        statement_reset(stmt);
    }
    return status;
}

enum status staff_get(struct store *store, struct uid user, struct staff *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[STAFF_GET], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, user);
    return get_one(store, stmt, out, err);
}

enum status staff_find(struct store *store, const char *login, struct staff *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[STAFF_FIND], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, login);
    return get_one(store, stmt, out, err);
}

enum status staff_update_account(struct store *store, const struct staff *staff, char **out_old, char **out_new,
                                 struct error *err)
{
    const struct cell cells[] = {
        CELL_TEXT("password_hash", staff->verifier),
        CELL_TEXT("salt", staff->salt),
        CELL_ENUM("account_status", ENUM_ACCOUNT_STATUS,
                  staff->is_disabled ? ACCOUNT_STATUS_DISABLED : ACCOUNT_STATUS_ACTIVE),
        CELL_INT("two_factor_enabled", staff->has_second_factor),
        CELL_INT("updated_at", clock_now_us(store_clock(store))),
    };
    return change_update(store, "users", staff->user, UID_NONE, staff->user_ver, cells, sizeof cells / sizeof *cells, out_old,
                         out_new, err);
}

enum status staff_update_role(struct store *store, const struct staff *staff, char **out_old, char **out_new,
                              struct error *err)
{
    const struct cell cells[] = {CELL_ENUM("role", ENUM_ROLE, staff->role)};
    return change_update(store, "staff_members", staff->id, UID_NONE, staff->ver, cells, sizeof cells / sizeof *cells, out_old,
                         out_new, err);
}

enum status staff_set_credential(struct store *store, const struct staff *staff, const char *json, struct error *err)
{
    const struct cell cells[] = {CELL_TEXT("credential", json)};
    return change_update(store, "staff_members", staff->id, UID_NONE, staff->ver, cells, 1, NULL, NULL, err);
}

enum status device_get_sign_key(struct store *store, struct uid device, unsigned char out[32], struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[SIGN_KEY], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, device);
    status = statement_step(store, stmt, &row, err);
    bool is_key = status == STATUS_OK && row && sqlite3_column_bytes(stmt, 0) == 32;
    if (is_key) {
        memcpy(out, sqlite3_column_blob(stmt, 0), 32);
    }
    if (status == STATUS_OK && row) {
        statement_reset(stmt);
    }
    return status != STATUS_OK ? status : is_key ? STATUS_OK : error_set(err, STATUS_NOT_FOUND, _("This device is not known here."));
}

enum status staff_update_license(struct store *store, const struct staff *staff, const struct staff_license *license, char **out_old,
                                 char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_TEXT_OR_NULL("npi_number", license->npi),
        CELL_TEXT_OR_NULL("license_number", license->number),
        CELL_TEXT_OR_NULL("license_authority", license->authority),
        CELL_DATE("license_expires", license->expires),
    };
    return change_update(store, "staff_members", staff->id, UID_NONE, staff->ver, cells, sizeof cells / sizeof *cells, out_old,
                         out_new, err);
}

enum status staff_list_get(struct store *store, struct staff_list *out, struct error *err)
{
    struct staff_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[STAFF_ALL], &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = read_staff(stmt);
    }
    if (status != STATUS_OK) {
        staff_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status staff_set_sign_off(struct store *store, struct uid user, int64_t at_us, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[SIGN_OFF], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, user);
    bind_int(stmt, 2, at_us);
    return statement_run(store, stmt, err);
}

enum status session_insert(struct store *store, const struct session_row *row, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[SESSION_ADD], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, row->id);
    bind_id(stmt, 2, row->user);
    bind_int(stmt, 3, row->created_us);
    bind_int(stmt, 4, row->last_activity_us);
    bind_int(stmt, 5, row->expires_us);
    bind_text(stmt, 6, row->address);
    bind_id(stmt, 7, store_device(store));
    bind_int(stmt, 8, row->process_id);
    return statement_run(store, stmt, err);
}

enum status session_touch(struct store *store, const char *id, int64_t at_us, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[SESSION_TOUCH], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, id);
    bind_int(stmt, 2, at_us);
    return statement_run(store, stmt, err);
}

enum status session_end(struct store *store, const char *id, enum session_end reason, int64_t at_us, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[SESSION_END], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, id);
    bind_int(stmt, 2, at_us);
    bind_text(stmt, 3, enum_word(ENUM_SESSION_END, (int)reason));
    return statement_run(store, stmt, err);
}

enum status session_end_all(struct store *store, struct uid user, enum session_end reason, int64_t at_us, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[SESSION_END_ALL], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, user);
    bind_int(stmt, 2, at_us);
    bind_text(stmt, 3, enum_word(ENUM_SESSION_END, (int)reason));
    return statement_run(store, stmt, err);
}

enum status session_get(struct store *store, const char *id, struct session_state *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[SESSION_GET], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, id);
    status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK && row) {
        *out = (struct session_state){.is_active = column_int(stmt, 0) != 0,
                                      .end_reason = (enum session_end)column_enum(stmt, 1, ENUM_SESSION_END),
                                      .last_activity_us = column_int(stmt, 2),
                                      .expires_us = column_int(stmt, 3)};
        statement_reset(stmt);
    }
    return status == STATUS_OK && !row ? error_set(err, STATUS_NOT_FOUND, _("There is no such session.")) : status;
}

void staff_session_list_release(struct staff_session_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].address);
    }
    mem_free(list->items);
    *list = (struct staff_session_list){0};
}

enum status session_list_active(struct store *store, struct uid user, struct staff_session_list *out, struct error *err)
{
    struct staff_session_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[SESSION_ACTIVE], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, user);
    bind_int(stmt, 2, clock_now_us(store_clock(store)));
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct staff_session){.created_us = column_int(stmt, 0),
                                                        .last_activity_us = column_int(stmt, 1),
                                                        .expires_us = column_int(stmt, 2),
                                                        .address = column_text(stmt, 3),
                                                        .process_id = (int)column_int(stmt, 4)};
    }
    if (status != STATUS_OK) {
        staff_session_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}
