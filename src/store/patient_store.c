/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/patient_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/derived_id.h"
#include "store/change.h"
#include "store/patient_link_store.h"
#include "store/metric_store.h"
#include "store/row_id.h"
#include "store/statement.h"

enum { GET, IDENTIFIERS, BY_MRN, PROFILE_ID, NAME, NUMBERS};
static const struct statement statements[] = {
    [GET] = {"patient.get",
             "SELECT first_name, last_name, date_of_birth, date_of_death, gender, phone_number, address, language, height_cm, "
             "weight_kg, weight_at, blood_type, timezone, allergy_status, allergy_status_at, source_system, ver, "
             "allergy_status_reason, pregnancy, pregnancy_at, pregnancy_due_date, lactation, lactation_at, "
             "(SELECT trim(b.first_name || ' ' || b.last_name) FROM user_profiles b WHERE b.user_id = u.allergy_status_by) "
             "FROM user_profiles u WHERE user_id = ?1 AND deleted_at IS NULL"},
    [IDENTIFIERS] = {"patient.identifiers", "SELECT kind, system, value FROM patient_identifiers WHERE user_id = ?1 AND "
                                            "deleted_at IS NULL ORDER BY kind, system, value"},
    [BY_MRN] = {"patient.by_mrn", "SELECT user_id FROM patient_identifiers WHERE value = ?1 AND kind = 'mrn' AND "
                                  "deleted_at IS NULL ORDER BY identifier_id LIMIT 1"},
    [NUMBERS] = {"patient.numbers", "SELECT identifier_id, ver, value, deleted_at IS NULL FROM patient_identifiers WHERE "
                                    "user_id = ?1 AND kind = ?2 AND system = ''"},
    [NAME] = {"patient.name", "SELECT trim(first_name || ' ' || last_name) FROM user_profiles WHERE user_id = ?1"},
    [PROFILE_ID] = {"patient.profile_id", "SELECT profile_id FROM user_profiles WHERE user_id = ?1"},
};
const struct statement_list PATIENT_STATEMENTS = {statements, sizeof statements / sizeof *statements};

static enum status read_identifiers(struct store *store, struct patient *patient, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[IDENTIFIERS], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, patient->id);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        enum identifier_kind kind = (enum identifier_kind)column_enum(stmt, 0, ENUM_IDENTIFIER_KIND);
        const char *value = (const char *)sqlite3_column_text(stmt, 2);
        identifier_list_add(&patient->identifiers, kind, (const char *)sqlite3_column_text(stmt, 1), value);
        if (kind == IDENTIFIER_KIND_MRN && patient->mrn[0] == '\0') {
            mem_free(patient->mrn);
            patient->mrn = mem_copy_text(value);
        }
    }
    return status;
}

/* The latest laboratory value that kidney function is told from. Never measured is no failure. */
static enum status read_measured(struct store *store, struct uid id, enum metric_type type, struct measured *out, struct error *err)
{
    struct metric metric;
    enum status status = metric_latest(store, id, type, &metric, NULL);
    if (status == STATUS_NOT_FOUND) {
        return STATUS_OK;
    }
    if (status != STATUS_OK) {
        return error_set(err, status, "%s", status_text(status));
    }
    out->value = metric.value;
    out->at_us = metric.at_us;
    (void)snprintf(out->unit, sizeof out->unit, "%s", metric.unit); /* a unit of the table fits */
    metric_release(&metric);
    return STATUS_OK;
}

enum status patient_get(struct store *store, struct uid id, struct patient *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_row(store, &statements[GET], id, _("This patient is not in this site's records."), &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct patient patient = {
        .id = id,
        .ver = (int32_t)column_int(stmt, 16),
        .first_name = column_text(stmt, 0),
        .last_name = column_text(stmt, 1),
        .birth_date = column_date(stmt, 2),
        .death_date = column_date(stmt, 3),
        .gender = (enum gender)column_enum(stmt, 4, ENUM_GENDER),
        .phone_number = column_text(stmt, 5),
        .address = column_text(stmt, 6),
        .language = column_text(stmt, 7),
        .height_cm = (int)column_int(stmt, 8),
        .weight_kg = column_decimal(stmt, 9),
        .weight_at_us = column_int(stmt, 10),
        .blood_type = (enum blood_type)column_enum(stmt, 11, ENUM_BLOOD_TYPE),
        .timezone = column_text(stmt, 12),
        .mrn = mem_copy_text(""),
        .allergy_status = (enum allergy_status)column_enum(stmt, 13, ENUM_ALLERGY_STATUS),
        .allergy_status_at_us = column_int(stmt, 14),
        .source_system = column_text(stmt, 15),
        .allergy_status_reason = column_text(stmt, 17),
        .pregnancy = (enum pregnancy)column_enum(stmt, 18, ENUM_PREGNANCY),
        .pregnancy_at_us = column_int(stmt, 19),
        .due_date = column_date(stmt, 20),
        .lactation = (enum lactation)column_enum(stmt, 21, ENUM_LACTATION),
        .lactation_at_us = column_int(stmt, 22),
        .allergy_status_by = column_text(stmt, 23),
    };
    statement_reset(stmt);
    status = read_identifiers(store, &patient, err);
    if (status == STATUS_OK) {
        status = read_measured(store, id, METRIC_TYPE_CREATININE, &patient.creatinine, err);
    }
    if (status == STATUS_OK) {
        status = read_measured(store, id, METRIC_TYPE_EGFR, &patient.egfr, err);
    }
    if (status != STATUS_OK) {
        patient_release(&patient);
        return status;
    }
    *out = patient;
    return STATUS_OK;
}

/* The cells that a person may edit; the same list serves insert and update. */
#define PROFILE_CELLS(p)                                                                                             \
    CELL_TEXT("first_name", (p)->first_name), CELL_TEXT("last_name", (p)->last_name),                                \
        CELL_DATE("date_of_birth", (p)->birth_date), CELL_DATE("date_of_death", (p)->death_date),                    \
        CELL_ENUM("gender", ENUM_GENDER, (p)->gender), CELL_TEXT_OR_NULL("phone_number", (p)->phone_number),         \
        CELL_TEXT_OR_NULL("address", (p)->address), CELL_TEXT_OR_NULL("language", (p)->language),                    \
        CELL_INT_OR_NULL("height_cm", (p)->height_cm), CELL_DECIMAL("weight_kg", (p)->weight_kg),                    \
        CELL_INT_OR_NULL("weight_at", (p)->weight_at_us), CELL_ENUM("blood_type", ENUM_BLOOD_TYPE, (p)->blood_type), \
        CELL_TEXT_OR_NULL("timezone", (p)->timezone)

static enum status insert_identifier(struct store *store, struct uid patient, const struct identifier *identifier,
                                     struct error *err)
{
    char id[UID_TEXT_MAX];
    const char *const parts[] = {uid_format(patient, id), enum_word(ENUM_IDENTIFIER_KIND, (int)identifier->kind),
                                 identifier->system, identifier->value};
    const struct cell cells[] = {
        CELL_ENUM("kind", ENUM_IDENTIFIER_KIND, identifier->kind),
        CELL_TEXT("system", identifier->system),
        CELL_TEXT("value", identifier->value),
    };
    enum status status = change_insert(store, "patient_identifiers", derived_id("prescripcare.identifier.1", parts, 4),
                                       patient, cells, sizeof cells / sizeof *cells, NULL, err);
    return status == STATUS_EXISTS ? STATUS_OK : status; /* named twice by its source */
}

/* What the record in use does not say, or says from an earlier time. */
static void add_from(struct patient *person, const struct patient *other)
{
    bool is_listed_there = other->allergy_status == ALLERGY_STATUS_LISTED && person->allergy_status != ALLERGY_STATUS_LISTED;
    if (person->allergy_status == ALLERGY_STATUS_NONE_GIVEN || person->allergy_status == ALLERGY_STATUS_NOT_ASKED || is_listed_there) {
        person->allergy_status = other->allergy_status;
        person->allergy_status_at_us = other->allergy_status_at_us;
    }
    if (other->weight_at_us > person->weight_at_us) {
        person->weight_kg = other->weight_kg;
        person->weight_at_us = other->weight_at_us;
    }
    if (other->pregnancy_at_us > person->pregnancy_at_us) {
        person->pregnancy = other->pregnancy;
        person->pregnancy_at_us = other->pregnancy_at_us;
        person->due_date = other->due_date;
    }
    if (other->lactation_at_us > person->lactation_at_us) {
        person->lactation = other->lactation;
        person->lactation_at_us = other->lactation_at_us;
    }
    for (size_t i = 0; i < other->identifiers.len; i++) { /* behind the own ones: those are shown */
        const struct identifier *number = &other->identifiers.items[i];
        identifier_list_add(&person->identifiers, number->kind, number->system, number->value);
    }
    person->height_cm = person->height_cm > 0 ? person->height_cm : other->height_cm;
    person->birth_date = date_is_none(person->birth_date) ? other->birth_date : person->birth_date;
    person->death_date = date_is_none(person->death_date) ? other->death_date : person->death_date;
    person->gender = person->gender != GENDER_NONE_GIVEN ? person->gender : other->gender;
}

enum status person_get(struct store *store, struct uid record, struct patient *out, struct error *err)
{
    struct person_records records;
    struct patient person = {0}, other;
    enum status status = person_records_get(store, record, &records, err);
    if (status == STATUS_OK) {
        status = patient_get(store, records.ids[0], &person, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    for (int i = 1; status == STATUS_OK && i < records.count; i++) {
        status = patient_get(store, records.ids[i], &other, err);
        if (status == STATUS_OK) {
            add_from(&person, &other);
            patient_release(&other);
        }
    }
    if (status != STATUS_OK) {
        patient_release(&person);
        return status;
    }
    *out = person;
    return STATUS_OK;
}

enum status patient_insert(struct store *store, const struct patient *patient, char **out_new, struct error *err)
{
    int64_t now_us = clock_now_us(store_clock(store));
    const struct cell user[] = {
        CELL_ENUM("account_status", ENUM_ACCOUNT_STATUS, ACCOUNT_STATUS_NO_LOGIN),
        CELL_INT("created_at", now_us),
        CELL_INT("updated_at", now_us),
    };
    const struct cell profile[] = {
        PROFILE_CELLS(patient),
        CELL_ENUM("allergy_status", ENUM_ALLERGY_STATUS,
                  patient->allergy_status == ALLERGY_STATUS_NONE_GIVEN ? ALLERGY_STATUS_NOT_ASKED : patient->allergy_status),
        CELL_INT_OR_NULL("allergy_status_at", patient->allergy_status_at_us),
        CELL_TEXT_OR_NULL("source_system", patient->source_system),
    };
    enum status status =
        change_insert(store, "users", patient->id, patient->id, user, sizeof user / sizeof *user, NULL, err);
    if (status == STATUS_OK) {
        status = change_insert(store, "user_profiles", row_id_of("prescripcare.profile.1", patient->id, 0),
                               patient->id, profile, sizeof profile / sizeof *profile, out_new, err);
    }
    if (status == STATUS_OK && patient->mrn != NULL && patient->mrn[0] != '\0') {
        char no_system[] = "";
        struct identifier mrn = {IDENTIFIER_KIND_MRN, no_system, patient->mrn};
        status = insert_identifier(store, patient->id, &mrn, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < patient->identifiers.len; i++) {
        status = insert_identifier(store, patient->id, &patient->identifiers.items[i], err);
    }
    return status == STATUS_OK ? patient_index(store, patient, err) : status;
}

static enum status profile_id(struct store *store, struct uid patient, struct uid *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_row(store, &statements[PROFILE_ID], patient,
                                       _("This patient is not in this site's records."), &stmt, err);
    if (status == STATUS_OK) {
        *out = column_id(stmt, 0);
        statement_reset(stmt);
    }
    return status;
}

enum status patient_update(struct store *store, const struct patient *patient, char **out_old, char **out_new,
                           struct error *err)
{
    const struct cell cells[] = {PROFILE_CELLS(patient)};
    struct uid profile;
    enum status status = profile_id(store, patient->id, &profile, err);
    if (status == STATUS_OK) {
        status = change_update(store, "user_profiles", profile, patient->id, patient->ver, cells,
                               sizeof cells / sizeof *cells, out_old, out_new, err);
    }
    return status == STATUS_OK ? patient_index(store, patient, err) : status;
}

enum { NUMBERS_MAX = 32 };

struct number_row {
    struct uid id;
    int32_t ver;
    char *value;
    bool is_live;
};

static enum status read_numbers(struct store *store, struct uid patient, enum identifier_kind kind,
                                struct number_row rows[NUMBERS_MAX], int *out_count, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[NUMBERS], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, patient);
    bind_text(stmt, 2, enum_word(ENUM_IDENTIFIER_KIND, (int)kind));
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row && *out_count < NUMBERS_MAX) {
        rows[(*out_count)++] = (struct number_row){column_id(stmt, 0), (int32_t)column_int(stmt, 1), column_text(stmt, 2),
                                                   column_int(stmt, 3) != 0};
    }
    return status;
}

/* The old number stays in the table, ended; a number that comes back is taken up again. */
enum status patient_set_number(struct store *store, struct uid patient, enum identifier_kind kind, const char *value,
                               struct error *err)
{
    struct number_row rows[NUMBERS_MAX];
    int count = 0;
    bool is_there = value[0] == '\0';
    enum status status = read_numbers(store, patient, kind, rows, &count, err);
    for (int i = 0; i < count; i++) {
        bool wanted = strcmp(rows[i].value, value) == 0;
        const struct cell ended[] = {CELL_INT_OR_NULL("deleted_at", wanted ? 0 : clock_now_us(store_clock(store)))};
        if (status == STATUS_OK && wanted != rows[i].is_live) {
            status = change_update(store, "patient_identifiers", rows[i].id, patient, rows[i].ver, ended, 1, NULL, NULL, err);
        }
        is_there = is_there || wanted;
        mem_free(rows[i].value);
    }
    if (status == STATUS_OK && !is_there) {
        char no_system[] = "";
        struct identifier number = {kind, no_system, (char *)(uintptr_t)value}; /* only read */
        status = insert_identifier(store, patient, &number, err);
    }
    return status;
}

enum status patient_set_allergy_status(struct store *store, struct uid id, int32_t base_ver, enum allergy_status value,
                                       struct uid by, const char *reason, struct error *err)
{
    const struct cell cells[] = {
        CELL_ENUM("allergy_status", ENUM_ALLERGY_STATUS, value),
        CELL_INT("allergy_status_at", clock_now_us(store_clock(store))),
        CELL_ID("allergy_status_by", by),
        CELL_TEXT_OR_NULL("allergy_status_reason", reason),
    };
    struct uid profile;
    enum status status = profile_id(store, id, &profile, err);
    return status == STATUS_OK ? change_update(store, "user_profiles", profile, id, base_ver, cells,
                                               sizeof cells / sizeof *cells, NULL, NULL, err)
                               : status;
}

enum status patient_set_pregnancy(struct store *store, const struct patient *patient, char **out_old, char **out_new,
                                  struct error *err)
{
    const struct cell cells[] = {
        CELL_ENUM("pregnancy", ENUM_PREGNANCY, patient->pregnancy),
        CELL_INT_OR_NULL("pregnancy_at", patient->pregnancy_at_us),
        CELL_DATE("pregnancy_due_date", patient->due_date),
        CELL_ENUM("lactation", ENUM_LACTATION, patient->lactation),
        CELL_INT_OR_NULL("lactation_at", patient->lactation_at_us),
    };
    struct uid profile;
    enum status status = profile_id(store, patient->id, &profile, err);
    return status == STATUS_OK ? change_update(store, "user_profiles", profile, patient->id, patient->ver, cells,
                                               sizeof cells / sizeof *cells, out_old, out_new, err)
                               : status;
}

enum status person_name(struct store *store, struct uid id, char **out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[NAME], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, id);
        status = statement_step(store, stmt, &row, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    *out = row ? column_text(stmt, 0) : mem_copy_text("");
    if (row) {
        statement_reset(stmt);
    }
    return STATUS_OK;
}

enum status patient_by_mrn(struct store *store, const char *mrn, struct uid *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[BY_MRN], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, mrn);
    status = statement_step(store, stmt, &row, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!row) {
        return error_set(err, STATUS_NOT_FOUND, _("No patient has this number."));
    }
    *out = column_id(stmt, 0);
    statement_reset(stmt);
    return STATUS_OK;
}

enum status patient_next_mrn(struct store *store, char **out, struct error *err)
{
    char *last = NULL;
    enum status status = store_meta_get(store, "last_mrn", &last, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct uid taken;
    long number = last == NULL ? 0 : strtol(last, NULL, 10);
    char *mrn = NULL;
    do {
        mem_free(mrn);
        mrn = mem_format("%06ld", ++number);
        status = patient_by_mrn(store, mrn, &taken, NULL);
    } while (status == STATUS_OK);
    if (status == STATUS_NOT_FOUND) {
        status = store_meta_set(store, "last_mrn", mrn, err);
    }
    mem_free(last);
    if (status != STATUS_OK) {
        mem_free(mrn);
        return status;
    }
    *out = mrn;
    return STATUS_OK;
}
