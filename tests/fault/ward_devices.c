/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault/ward_devices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "store/outbox_store.h"
#include "store/store_private.h"
#include "support/folder.h"

static void must(enum status status, const struct error *err, const char *what)
{
    if (status != STATUS_OK) {
        (void)fprintf(stderr, "ward: %s: %s\n", what, error_text(err));
        abort();
    }
}

static bool sees_all(const void *snapshot, int64_t xid)
{
    (void)snapshot;
    (void)xid;
    return true;
}

static void open_mirror(struct ward_device *d)
{
    struct error err = ERROR_INIT;
    (void)clinic_actor(d->c, CLINIC_NURSE); /* opens the store */
    must(site_open_mirror(d->c->site, &d->store, &err), &err, "opening the mirror");
    d->mirror = mirror_new(d->store);
    mirror_set_snapshot(d->mirror, sees_all, NULL);
}

static void copy_files(const char *from, const char *to)
{
    char **names = NULL;
    size_t count = folder_list(from, &names);
    for (size_t i = 0; i < count; i++) {
        char *target = folder_path(to, strrchr(names[i], '/') + 1);
        struct stat info;
        if (stat(names[i], &info) == 0 && S_ISREG(info.st_mode)) {
            file_copy(names[i], target);
        }
        mem_free(target);
        mem_free(names[i]);
    }
    mem_free(names);
}

void ward_devices_open(struct clinic *c, struct ward_device out[WARD_DEVICES])
{
    struct clinic *copy = mem_alloc(sizeof *copy);
    for (int who = 0; who < CLINIC_PEOPLE; who++) {
        clinic_sign_out(c, (enum clinic_person)who);
    }
    site_close(c->site);
    *copy = *c;
    copy->folder = folder_new();
    copy->site_folder = folder_path(copy->folder, "site");
    copy->device_key_path = folder_path(copy->folder, "device.key");
    (void)mkdir(copy->site_folder, 0700); /* what is copied into it fails when it is not there */
    file_copy(c->device_key_path, copy->device_key_path);
    copy_files(c->site_folder, copy->site_folder);
    c->site = clinic_open_again(c);
    copy->site = clinic_open_again(copy);
    out[0] = (struct ward_device){.c = c};
    out[1] = (struct ward_device){.c = copy};
    open_mirror(&out[0]);
    open_mirror(&out[1]);
    (void)ward_devices_exchange(out); /* both have everything: nothing of it is asked for later */
}

void ward_devices_close(struct ward_device devices[WARD_DEVICES])
{
    for (int i = 0; i < WARD_DEVICES; i++) {
        mirror_free(devices[i].mirror);
        store_close(devices[i].store);
        clinic_free(devices[i].c);
    }
}

struct moved_row {
    const struct table_info *table;
    struct uid row;
};
struct moved_list {
    struct moved_row *items;
    size_t len, cap;
};

static void note(struct moved_list *list, const struct outbox_op *op)
{
    for (int i = 0; i < TABLES_COUNT; i++) {
        if (strcmp(TABLES[i]->name, op->table) == 0) {
            MEM_GROW(list);
            list->items[list->len++] = (struct moved_row){TABLES[i], op->row};
        }
    }
}

/* Rows of the queue, those of orders behind their versions. */
static struct moved_list take_queue(struct ward_device *from)
{
    struct error err = ERROR_INIT;
    struct moved_list list = {0}, orders = {0};
    struct outbox_list ops = {0};
    do {
        outbox_list_release(&ops);
        must(outbox_next(from->store, from->sent_seq, 100, &ops, &err), &err, "the queue");
        for (size_t i = 0; i < ops.len; i++) {
            note(strcmp(ops.items[i].table, "user_medications") == 0 ? &orders : &list, &ops.items[i]);
            from->sent_seq = ops.items[i].seq;
        }
    } while (ops.len > 0);
    outbox_list_release(&ops);
    for (size_t i = 0; i < orders.len; i++) {
        MEM_GROW(&list);
        list.items[list.len++] = orders.items[i];
    }
    mem_free(orders.items);
    return list;
}

static struct mirror_value value_at(sqlite3_stmt *stmt, int column)
{
    struct mirror_value value = {MIRROR_NULL, 0, NULL, 0};
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_INTEGER:
        value.kind = MIRROR_INT;
        value.number = sqlite3_column_int64(stmt, column);
        break;
    case SQLITE_TEXT:
        value.kind = MIRROR_TEXT;
        value.bytes = sqlite3_column_text(stmt, column);
        value.len = sqlite3_column_bytes(stmt, column);
        break;
    case SQLITE_BLOB:
        value.kind = MIRROR_BYTES;
        value.bytes = sqlite3_column_blob(stmt, column);
        value.len = sqlite3_column_bytes(stmt, column);
        break;
    default:
        break;
    }
    return value;
}

static bool bring(struct ward_device *from, struct ward_device *to, const struct moved_row *moved)
{
    struct error err = ERROR_INIT;
    struct buffer sql = BUFFER_INIT;
    sqlite3_stmt *stmt = NULL;
    const struct table_info *table = moved->table;
    struct mirror_value *values = mem_alloc_array((size_t)table->column_count, sizeof *values);
    enum status status = STATUS_OK;
    for (int i = 0; i < table->column_count; i++) {
        buffer_append_format(&sql, "%s%s", i == 0 ? "SELECT " : ", ", table->columns[i].name);
    }
    buffer_append_format(&sql, " FROM %s WHERE %s = ?1", table->name, table->key);
    if (sqlite3_prepare_v2(from->store->db.handle, sql.bytes, -1, &stmt, NULL) != SQLITE_OK) {
        (void)fprintf(stderr, "ward: %s\n", sqlite3_errmsg(from->store->db.handle));
        abort();
    }
    (void)sqlite3_bind_blob(stmt, 1, moved->row.bytes, sizeof moved->row.bytes, SQLITE_STATIC); /* a failure finds no row */
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int i = 0; i < table->column_count; i++) {
            values[i] = value_at(stmt, i);
        }
        status = mirror_put(to->mirror, table, values, &err);
        if (status != STATUS_OK || mirror_is_unwritable(to->mirror, table->name, moved->row)) {
            (void)fprintf(stderr, "ward: a row of %s is not taken: %s\n", table->name, error_text(&err));
            status = STATUS_INVALID;
        }
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    buffer_release(&sql);
    mem_free(values);
    return status == STATUS_OK;
}

static bool hand_over(struct ward_device *from, struct ward_device *to)
{
    struct error err = ERROR_INIT;
    bool is_good = true;
    struct moved_list list = take_queue(from);
    if (list.len > 0) {
        must(store_begin(to->store, &err), &err, "taking");
        for (size_t i = 0; i < list.len; i++) {
            is_good = bring(from, to, &list.items[i]) && is_good;
        }
        must(store_commit(to->store, &err), &err, "taking");
        must(store_begin(from->store, &err), &err, "acknowledging");
        must(outbox_acknowledge(from->store, from->sent_seq, 1, &err), &err, "acknowledging");
        must(store_commit(from->store, &err), &err, "acknowledging");
    }
    mem_free(list.items);
    return is_good;
}

bool ward_devices_exchange(struct ward_device devices[WARD_DEVICES])
{
    bool there = hand_over(&devices[0], &devices[1]);
    return hand_over(&devices[1], &devices[0]) && there;
}

void ward_devices_set_zone(struct ward_device devices[WARD_DEVICES], const char *zone)
{
    struct error err = ERROR_INIT;
    for (int i = 0; i < WARD_DEVICES; i++) {
        struct site *site = devices[i].c->site;
        zone_free(site->zone);
        mem_free(site->row.zone);
        must(zone_open(zone, &site->zone, &err), &err, zone);
        site->row.zone = mem_copy_text(zone);
    }
}
