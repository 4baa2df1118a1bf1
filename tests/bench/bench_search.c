/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Type-ahead over N patients (default 100,000; first argument): each keystroke of realistic searches through the sealed
 * store, against LIKE over the same rows in a plain database in memory, in one run. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "crypt/derived_id.h"
#include "crypt/device_key.h"
#include "model/patient.h"
#include "store/patient_store.h"
#include "store/store.h"

enum { BATCH = 2000, KEYS_MAX = 4096, LIKE_EVERY = 16 };

static const char *const syllables[] = {"ka", "no", "ri", "ta", "mo", "sel", "ber", "lin", "gra", "hal", "vor", "fer",
                                        "rei", "ra", "san", "ches", "pet", "rov", "ya", "ma", "o", "kafor", "smi", "th",
                                        "jo", "hn", "son", "wil", "li", "ams", "bro", "wn"};

static uint64_t state = 42;

static uint32_t roll(uint32_t sides)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((state >> 33) % sides);
}

static void make_name(char *out, size_t size)
{
    int parts = 2 + (int)roll(3);
    out[0] = '\0';
    for (int i = 0; i < parts; i++) {
        size_t len = strlen(out);
        (void)snprintf(out + len, size - len, "%s", syllables[roll(32)]);
    }
    out[0] = (char)(out[0] - 'a' + 'A');
}

static void check(enum status status, const struct error *err)
{
    if (status != STATUS_OK) {
        fprintf(stderr, "bench_search: %s\n", error_text(err));
        exit(1);
    }
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void report(const char *what, int64_t *times, int count)
{
    qsort(times, (size_t)count, sizeof *times, by_time);
    printf("%-28s keystrokes %5d  median %8.3f ms  p99 %8.3f ms  worst %8.3f ms\n", what, count,
           (double)times[count / 2] / 1000, (double)times[count * 99 / 100] / 1000, (double)times[count - 1] / 1000);
}

static void fill(struct store *store, sqlite3 *plain, int people, char (*names)[2][64])
{
    struct error err = ERROR_INIT;
    sqlite3_stmt *insert = NULL;
    char text[] = "";
    sqlite3_exec(plain, "CREATE TABLE p (last TEXT, first TEXT)", NULL, NULL, NULL);
    sqlite3_prepare_v2(plain, "INSERT INTO p VALUES (?1, ?2)", -1, &insert, NULL);
    for (int i = 0; i < people; i++) {
        if (i % BATCH == 0) {
            check(store_begin(store, &err), &err);
            sqlite3_exec(plain, "BEGIN", NULL, NULL, NULL);
        }
        char number[16], phone[24];
        make_name(names[i % KEYS_MAX][0], 64);
        make_name(names[i % KEYS_MAX][1], 64);
        (void)snprintf(number, sizeof number, "%08d", i);
        (void)snprintf(phone, sizeof phone, "555%07d", (int)roll(10000000));
        const char *const parts[] = {number};
        struct patient patient = {.id = derived_id("prescripcare.bench.1", parts, 1),
                                  .last_name = names[i % KEYS_MAX][0],
                                  .first_name = names[i % KEYS_MAX][1],
                                  .birth_date = date_from_days((int32_t)roll(36500) - 18000),
                                  .gender = GENDER_FEMALE,
                                  .phone_number = phone,
                                  .address = text, .language = text, .timezone = text, .source_system = text,
                                  .mrn = number};
        check(patient_insert(store, &patient, NULL, &err), &err);
        sqlite3_bind_text(insert, 1, patient.last_name, -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 2, patient.first_name, -1, SQLITE_STATIC);
        sqlite3_step(insert);
        sqlite3_reset(insert);
        if ((i + 1) % BATCH == 0 || i + 1 == people) {
            check(store_commit(store, &err), &err);
            sqlite3_exec(plain, "COMMIT", NULL, NULL, NULL);
        }
    }
    sqlite3_finalize(insert);
}

int main(int argc, char **argv)
{
    struct error err = ERROR_INIT;
    int people = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 100000;
    char folder[] = "/tmp/bench_search.XXXXXX";
    if (mkdtemp(folder) == NULL || people < 1) {
        return 1;
    }
    struct clock clock = clock_system();
    struct device_key device = DEVICE_KEY_INIT;
    struct secret key = SECRET_INIT;
    char *path = mem_format("%s/site.db", folder), *audit = mem_format("%s/audit.key", folder);
    char *device_path = mem_format("%s/device.key", folder);
    check(crypt_init(&err), &err);
    check(device_key_create(device_path, uid_new(&clock), &device, &err), &err);
    secret_init_random(&key, SECRET_KEY_BYTES);
    struct store_options options = {.path = path, .audit_path = audit, .data_key = &key, .device_key = &device, .epoch = 1,
                                    .clock = &clock};
    struct store *store = NULL;
    sqlite3 *plain = NULL;
    check(store_create(&options, &err), &err);
    check(store_open(&options, &store, &err), &err);
    sqlite3_open(":memory:", &plain);
    char(*names)[2][64] = mem_alloc_array(KEYS_MAX, sizeof *names);
    int64_t started_us = clock_monotonic_us();
    fill(store, plain, people, names);
    printf("%d patients written sealed in %.1f s\n", people, (double)(clock_monotonic_us() - started_us) / 1e6);

    int64_t *ours = mem_alloc_array(KEYS_MAX * 12, sizeof *ours), *like = mem_alloc_array(KEYS_MAX * 12, sizeof *like);
    int ours_count = 0, like_count = 0;
    sqlite3_stmt *query = NULL;
    sqlite3_prepare_v2(plain, "SELECT last, first FROM p WHERE last LIKE ?1 OR first LIKE ?1 ORDER BY last, first LIMIT 20", -1,
                       &query, NULL);
    int searches = people < 500 ? people : 500;
    for (int i = 0; i < searches; i++) {
        char typed[160], whole[160];
        (void)snprintf(whole, sizeof whole, "%s %.3s", names[i][0], names[i][1]);
        for (size_t len = 1; len <= strlen(whole) && len <= 10; len++) {
            struct patient_hit_list hits = {0};
            memcpy(typed, whole, len);
            typed[len] = '\0';
            int64_t at_us = clock_monotonic_us();
            check(patient_search(store, typed, 20, (struct date){2026, 11, 24}, &hits, &err), &err);
            ours[ours_count++] = clock_monotonic_us() - at_us;
            patient_hit_list_release(&hits);
            if (ours_count % LIKE_EVERY == 0) {
                char pattern[170];
                (void)snprintf(pattern, sizeof pattern, "%s%%", typed);
                at_us = clock_monotonic_us();
                sqlite3_bind_text(query, 1, pattern, -1, SQLITE_STATIC);
                while (sqlite3_step(query) == SQLITE_ROW) {
                }
                sqlite3_reset(query);
                like[like_count++] = clock_monotonic_us() - at_us;
            }
        }
    }
    report("type-ahead, sealed store", ours, ours_count);
    report("LIKE, plain, in memory", like, like_count);
    printf("LIKE / type-ahead, median: %.1f\n", (double)like[like_count / 2] / (double)(ours[ours_count / 2] + 1));
    sqlite3_finalize(query);
    sqlite3_close(plain);
    store_close(store);
    device_key_release(&device);
    secret_release(&key);
    char *shm = mem_format("%s-shm", path), *wal = mem_format("%s-wal", path);
    (void)unlink(shm);
    (void)unlink(wal);
    (void)unlink(path);
    (void)unlink(audit);
    (void)unlink(device_path);
    (void)rmdir(folder);
    return 0;
}
