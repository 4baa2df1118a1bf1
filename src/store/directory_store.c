/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/directory_store.h"

#include "base/memory.h"
#include "store/change.h"
#include "store/person_list.h"
#include "store/statement.h"

#define RELATION_COLUMNS                                                                                              \
    "r.relationship_id, r.user_id, r.provider_id, r.ver, r.relationship_type, r.status, r.is_primary, "               \
    "r.can_view_medications, r.can_prescribe, r.start_date, r.end_date, p.first_name || ' ' || p.last_name "

enum { PHARMACIES, PROVIDERS, RELATIONS, STAFF_RELATIONS, COVERAGES };
static const struct statement statements[] = {
    [PHARMACIES] = {"directory.pharmacies",
                    "SELECT pharmacy_id, ver, pharmacy_name, chain_name, pharmacy_type, phone_number, address_line1, city, state_province, "
                    "postal_code, hours_of_operation, services_offered, is_active FROM pharmacies WHERE pharmacy_name >= ?1 AND "
                    "pharmacy_name < ?1 || char(1114111) AND deleted_at IS NULL ORDER BY pharmacy_name LIMIT ?2"},
    [PROVIDERS] = {"directory.providers",
                   "SELECT provider_id, first_name, last_name, title, specialty, npi_number, phone_number, email, is_active, ver FROM "
                   "healthcare_providers WHERE last_name >= ?1 AND last_name < ?1 || char(1114111) AND deleted_at IS NULL "
                   "ORDER BY last_name, first_name LIMIT ?2"},
    [RELATIONS] = {"directory.relations",
                   "SELECT " RELATION_COLUMNS "FROM user_provider_relationships r JOIN healthcare_providers p ON p.provider_id = r.provider_id WHERE r.user_id = ?1 AND "
                   "r.deleted_at IS NULL ORDER BY r.status, r.is_primary DESC, p.last_name"},
    [STAFF_RELATIONS] = {"directory.staff_relations",
                         "SELECT " RELATION_COLUMNS "FROM staff_members s JOIN healthcare_providers p ON p.npi_number = s.npi_number "
                         "JOIN user_provider_relationships r ON r.provider_id = p.provider_id WHERE s.user_id = ?2 AND r.user_id = ?1 "
                         "AND r.deleted_at IS NULL AND p.deleted_at IS NULL ORDER BY r.relationship_id"},
    [COVERAGES] = {"directory.coverages",
                   "SELECT insurance_id, user_id, insurance_company, plan_name, policy_number, effective_date, expiration_date, is_primary, "
                   "is_active, ver FROM user_insurance WHERE user_id = ?1 AND deleted_at IS NULL ORDER BY is_primary DESC, "
                   "effective_date DESC, insurance_id"},
};
const struct statement_list DIRECTORY_STATEMENTS = {statements, sizeof statements / sizeof *statements};

/* ---- pharmacies ---- */

void pharmacy_release(struct pharmacy *p)
{
    mem_free(p->name);
    mem_free(p->chain);
    mem_free(p->phone);
    mem_free(p->address);
    mem_free(p->city);
    mem_free(p->state);
    mem_free(p->postal_code);
    mem_free(p->services);
}

void pharmacy_list_release(struct pharmacy_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        pharmacy_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct pharmacy_list){0};
}

#define PHARMACY_CELLS(p, hours)                                                                                       \
    CELL_TEXT("pharmacy_name", (p)->name), CELL_TEXT_OR_NULL("chain_name", (p)->chain),                               \
        CELL_ENUM("pharmacy_type", ENUM_PHARMACY_TYPE, (p)->type), CELL_TEXT_OR_NULL("phone_number", (p)->phone),      \
        CELL_TEXT_OR_NULL("address_line1", (p)->address), CELL_TEXT_OR_NULL("city", (p)->city),                       \
        CELL_TEXT_OR_NULL("state_province", (p)->state), CELL_TEXT_OR_NULL("postal_code", (p)->postal_code),          \
        CELL_TEXT("hours_of_operation", hours), CELL_TEXT_OR_NULL("services_offered", (p)->services),                 \
        CELL_INT("is_active", (p)->is_active)

enum status pharmacy_update(struct store *store, const struct pharmacy *p, char **out_old, char **out_new, struct error *err)
{
    char *hours = hours_to_json(&p->hours);
    const struct cell cells[] = {PHARMACY_CELLS(p, hours)};
    enum status status = change_update(store, "pharmacies", p->id, UID_NONE, p->ver, cells, sizeof cells / sizeof *cells, out_old, out_new, err);
    mem_free(hours);
    return status;
}

enum status pharmacy_insert(struct store *store, const struct pharmacy *p, char **out_new, struct error *err)
{
    char *hours = hours_to_json(&p->hours);
    const struct cell cells[] = {PHARMACY_CELLS(p, hours)};
    enum status status = change_insert(store, "pharmacies", p->id, UID_NONE, cells, sizeof cells / sizeof *cells, out_new, err);
    mem_free(hours);
    return status;
}

static enum status read_pharmacy(sqlite3_stmt *stmt, struct pharmacy *out)
{
    char *hours = column_text(stmt, 10);
    *out = (struct pharmacy){
        .id = column_id(stmt, 0),
        .ver = (int32_t)column_int(stmt, 1),
        .name = column_text(stmt, 2),
        .chain = column_text(stmt, 3),
        .type = (enum pharmacy_type)column_enum(stmt, 4, ENUM_PHARMACY_TYPE),
        .phone = column_text(stmt, 5),
        .address = column_text(stmt, 6),
        .city = column_text(stmt, 7),
        .state = column_text(stmt, 8),
        .postal_code = column_text(stmt, 9),
        .services = column_text(stmt, 11),
        .is_active = column_int(stmt, 12) != 0,
    };
    if (hours_from_json(hours, &out->hours, NULL) != STATUS_OK) {
        out->hours = (struct hours){0}; /* hours of another system's making are shown as not known */
    }
    mem_free(hours);
    return STATUS_OK;
}

static enum status begin(struct store *store, int which, const char *text, int limit, sqlite3_stmt **out, struct error *err)
{
    enum status status = statement_use(store, &statements[which], out, err);
    if (status == STATUS_OK) {
        bind_text(*out, 1, text);
        bind_int(*out, 2, limit);
    }
    return status;
}

enum status pharmacy_list_get(struct store *store, const char *text, int limit, struct pharmacy_list *out, struct error *err)
{
    struct pharmacy_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = begin(store, PHARMACIES, text, limit, &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        status = read_pharmacy(stmt, &list.items[list.len]);
        list.len += status == STATUS_OK;
    }
    if (status != STATUS_OK) {
        pharmacy_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

/* ---- providers ---- */

enum status provider_list_get(struct store *store, const char *text, int limit, struct provider_list *out, struct error *err)
{
    struct provider_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = begin(store, PROVIDERS, text, limit, &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct provider){
            .id = column_id(stmt, 0),
            .first_name = column_text(stmt, 1),
            .last_name = column_text(stmt, 2),
            .title = column_text(stmt, 3),
            .specialty = column_text(stmt, 4),
            .npi = column_text(stmt, 5),
            .phone = column_text(stmt, 6),
            .email = column_text(stmt, 7),
            .is_active = column_int(stmt, 8) != 0,
            .ver = (int32_t)column_int(stmt, 9),
        };
    }
    if (status != STATUS_OK) {
        provider_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status provider_update(struct store *store, const struct provider *p, char **out_old, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_TEXT("first_name", p->first_name),
        CELL_TEXT("last_name", p->last_name),
        CELL_TEXT_OR_NULL("title", p->title),
        CELL_TEXT_OR_NULL("specialty", p->specialty),
        CELL_TEXT_OR_NULL("npi_number", p->npi),
        CELL_TEXT_OR_NULL("phone_number", p->phone),
        CELL_TEXT_OR_NULL("email", p->email),
        CELL_INT("is_active", p->is_active),
    };
    return change_update(store, "healthcare_providers", p->id, UID_NONE, p->ver, cells, sizeof cells / sizeof *cells, out_old, out_new, err);
}

/* ---- what a provider may do for a patient ---- */

void care_relation_list_release(struct care_relation_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].provider_name);
    }
    mem_free(list->items);
    *list = (struct care_relation_list){0};
}

static enum status read_relations(struct store *store, sqlite3_stmt *stmt, struct care_relation_list *out, struct error *err)
{
    struct care_relation_list list = {0};
    bool row = false;
    enum status status;
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct care_relation){
            .id = column_id(stmt, 0),
            .patient = column_id(stmt, 1),
            .provider = column_id(stmt, 2),
            .ver = (int32_t)column_int(stmt, 3),
            .type = (enum relationship_type)column_enum(stmt, 4, ENUM_RELATIONSHIP_TYPE),
            .status = (enum relationship_status)column_enum(stmt, 5, ENUM_RELATIONSHIP_STATUS),
            .is_primary = column_int(stmt, 6) != 0,
            .may_view = column_int(stmt, 7) != 0,
            .may_prescribe = column_int(stmt, 8) != 0,
            .start = column_date(stmt, 9),
            .end = column_date(stmt, 10),
            .provider_name = column_text(stmt, 11),
        };
    }
    if (status != STATUS_OK) {
        care_relation_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

struct relation_query {
    int statement;
    struct uid staff_user; /* of STAFF_RELATIONS */
};

static enum status relations_of_record(struct store *store, struct uid record, struct relation_query query,
                                       struct care_relation_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[query.statement], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, record);
    if (query.statement == STAFF_RELATIONS) {
        bind_id(stmt, 2, query.staff_user);
    }
    return read_relations(store, stmt, out, err);
}

/* As RELATIONS orders them, but that the provider's whole name counts. */
static int compare_relations(const void *a, const void *b)
{
    const struct care_relation *x = a, *y = b;
    int order = strcmp(enum_word(ENUM_RELATIONSHIP_STATUS, (int)x->status), enum_word(ENUM_RELATIONSHIP_STATUS, (int)y->status));
    order = order != 0 ? order : (int)y->is_primary - (int)x->is_primary;
    order = order != 0 ? order : strcmp(x->provider_name, y->provider_name);
    return order != 0 ? order : uid_compare(x->id, y->id);
}

PERSON_LIST(relations_of_person, struct care_relation_list, struct relation_query, relations_of_record, care_relation_list_release,
            compare_relations)

enum status care_relation_list_get(struct store *store, struct uid patient, struct care_relation_list *out, struct error *err)
{
    return relations_of_person(store, patient, (struct relation_query){RELATIONS, UID_NONE}, out, err);
}

enum status care_relation_list_of_staff(struct store *store, struct uid patient, struct uid staff_user, struct care_relation_list *out,
                                        struct error *err)
{
    return relations_of_person(store, patient, (struct relation_query){STAFF_RELATIONS, staff_user}, out, err);
}

#define RIGHTS(r)                                                                                                    \
    CELL_ENUM("status", ENUM_RELATIONSHIP_STATUS, (r)->status), CELL_INT("is_primary", (r)->is_primary),             \
        CELL_INT("can_view_medications", (r)->may_view), CELL_INT("can_prescribe", (r)->may_prescribe),              \
        CELL_DATE("end_date", (r)->end)

enum status care_relation_insert(struct store *store, const struct care_relation *r, char **out_new, struct error *err)
{
    const struct cell cells[] = {RIGHTS(r), CELL_ID("provider_id", r->provider), CELL_DATE("start_date", r->start),
                                 CELL_ENUM("relationship_type", ENUM_RELATIONSHIP_TYPE, r->type)};
    return change_insert(store, "user_provider_relationships", r->id, r->patient, cells, sizeof cells / sizeof *cells, out_new, err);
}

enum status care_relation_update(struct store *store, const struct care_relation *r, char **out_old, char **out_new, struct error *err)
{
    const struct cell cells[] = {RIGHTS(r)};
    return change_update(store, "user_provider_relationships", r->id, r->patient, r->ver, cells, sizeof cells / sizeof *cells, out_old,
                         out_new, err);
}

/* ---- who pays ---- */

void coverage_row_list_release(struct coverage_row_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        coverage_release(&list->items[i].coverage);
    }
    mem_free(list->items);
    *list = (struct coverage_row_list){0};
}

static enum status coverages_of_record(struct store *store, struct uid record, int which, struct coverage_row_list *out,
                                       struct error *err)
{
    struct coverage_row_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[which], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, record);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct coverage_row){
            .coverage = {.id = column_id(stmt, 0), .patient = column_id(stmt, 1), .company = column_text(stmt, 2), .plan = column_text(stmt, 3),
                         .policy_number = column_text(stmt, 4), .effective = column_date(stmt, 5), .expiration = column_date(stmt, 6),
                         .is_primary = column_int(stmt, 7) != 0, .is_active = column_int(stmt, 8) != 0},
            .ver = (int32_t)column_int(stmt, 9),
        };
    }
    if (status != STATUS_OK) {
        coverage_row_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

/* As COVERAGES orders them. */
static int compare_coverages(const void *a, const void *b)
{
    const struct coverage *x = &((const struct coverage_row *)a)->coverage, *y = &((const struct coverage_row *)b)->coverage;
    int order = (int)y->is_primary - (int)x->is_primary;
    order = order != 0 ? order : date_compare(y->effective, x->effective);
    return order != 0 ? order : uid_compare(x->id, y->id);
}

PERSON_LIST(coverages_of_person, struct coverage_row_list, int, coverages_of_record, coverage_row_list_release, compare_coverages)

enum status coverage_list_get(struct store *store, struct uid patient, struct coverage_row_list *out, struct error *err)
{
    return coverages_of_person(store, patient, COVERAGES, out, err);
}

enum status coverage_set_primary(struct store *store, const struct coverage_row *row, bool is_primary, struct error *err)
{
    const struct cell cells[] = {CELL_INT("is_primary", is_primary)};
    return change_update(store, "user_insurance", row->coverage.id, row->coverage.patient, row->ver, cells, 1, NULL, NULL, err);
}

enum status coverage_update(struct store *store, const struct coverage_row *row, char **out_old, char **out_new, struct error *err)
{
    const struct coverage *c = &row->coverage;
    const struct cell cells[] = {
        CELL_TEXT("insurance_company", c->company),     CELL_TEXT_OR_NULL("plan_name", c->plan),
        CELL_TEXT_OR_NULL("policy_number", c->policy_number), CELL_DATE("effective_date", c->effective),
        CELL_DATE("expiration_date", c->expiration),    CELL_INT("is_primary", c->is_primary),
        CELL_INT("is_active", c->is_active),
    };
    return change_update(store, "user_insurance", c->id, c->patient, row->ver, cells, sizeof cells / sizeof *cells, out_old, out_new, err);
}

enum status coverage_end(struct store *store, const struct coverage_row *row, struct date end, char **out_old, char **out_new,
                         struct error *err)
{
    const struct cell cells[] = {CELL_DATE("expiration_date", end), CELL_INT("is_active", 0), CELL_INT("is_primary", 0)};
    return change_update(store, "user_insurance", row->coverage.id, row->coverage.patient, row->ver, cells, sizeof cells / sizeof *cells,
                         out_old, out_new, err);
}
