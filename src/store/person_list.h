/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of a person, read over all records of that person (patient_link_store.h). Nearly everybody has one record, and then
 * it is that record's list as the statement ordered it. Private to src/store. */
#ifndef STORE_PERSON_LIST_H
#define STORE_PERSON_LIST_H

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/patient_link_store.h"

/* Defines  static enum status NAME(store, patient, query, out, err): `read` is (store, record, query, out, err) for the list of
 * one record, `compare` (for qsort) the order of the list, `release` frees one. */
#define PERSON_LIST(name, list_type, query_type, read, release, compare)                                              \
    static enum status name(struct store *store, struct uid patient, query_type query, list_type *out, struct error *err) \
    {                                                                                                                 \
        struct person_records person;                                                                                 \
        list_type all = {0};                                                                                          \
        enum status status = person_records_get(store, patient, &person, err);                                        \
        if (status == STATUS_OK) {                                                                                    \
            status = read(store, person.ids[0], query, &all, err);                                                    \
        }                                                                                                             \
        for (int i = 1; status == STATUS_OK && i < person.count; i++) {                                               \
            list_type own = {0};                                                                                      \
            status = read(store, person.ids[i], query, &own, err);                                                    \
            for (size_t n = 0; status == STATUS_OK && n < own.len; n++) {                                             \
                MEM_GROW(&all);                                                                                       \
                all.items[all.len++] = own.items[n]; /* its strings go over */                                        \
            }                                                                                                         \
            mem_free(own.items);                                                                                      \
        }                                                                                                             \
        if (status != STATUS_OK) {                                                                                    \
            release(&all);                                                                                            \
            return status;                                                                                            \
        }                                                                                                             \
        if (person.count > 1 && all.len > 1) {                                                                        \
            qsort(all.items, all.len, sizeof *all.items, compare);                                                    \
        }                                                                                                             \
        *out = all;                                                                                                   \
        return STATUS_OK;                                                                                             \
    }

#endif
