/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ./run proof fhir: random damage to the built-in bundle (1,000,000 copies) and to each bundle of
 * the shared data (2,000 copies each; PRESCRIPCARE_SHARED, else ../shared). TEST_SEED repeats a
 * run. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "support/fhir_mutate.h"
#include "support/folder.h"

enum { TURNS_BUILT_IN = 1000000, TURNS_REAL = 2000 };

static uint64_t run(const char *name, const char *text, size_t len, uint64_t turns)
{
    struct random r = random_start(name);
    struct fhir_mutate_result result = {0};
    fhir_mutate_run(text, len, &r, turns, &result);
    printf("fhir: %-60.60s %8llu damaged, %8llu refused, %8llu charts, %llu broken%s%s\n", name,
           (unsigned long long)result.turns, (unsigned long long)result.refused,
           (unsigned long long)result.charts, (unsigned long long)result.broken,
           result.broken ? ": " : "", result.why);
    return result.broken;
}

static uint64_t run_folder(const char *path)
{
    uint64_t broken = 0;
    DIR *dir = opendir(path);
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        size_t len = 0;
        char *file = mem_format("%s/%s", path, entry->d_name);
        char *text = strstr(entry->d_name, ".json") ? (char *)file_read(file, &len) : NULL;
        broken += text ? run(entry->d_name, text, len, TURNS_REAL) : 0;
        mem_free(text);
        mem_free(file);
    }
    if (dir) {
        (void)closedir(dir); /* only read */
    } else {
        printf("fhir: %s is not here; the real bundles were not damaged\n", path);
    }
    return broken;
}

int main(void)
{
    const char *shared = getenv("PRESCRIPCARE_SHARED");
    char *path = shared ? mem_format("%s/data/fhir_synthea_r4", shared)
                        : mem_format("%s/../shared/data/fhir_synthea_r4", PC_SRCDIR);
    uint64_t broken = run("built-in", fhir_mutate_sample(), strlen(fhir_mutate_sample()),
                          TURNS_BUILT_IN);
    broken += run_folder(path);
    mem_free(path);
    return broken == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
