/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/recovery_mark.h"

#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "crypt/blob.h"

static char *path_in(const char *folder)
{
    return mem_format("%s/" RECOVERY_MARK_NAME, folder);
}

enum status recovery_mark_set(const char *folder, struct error *err)
{
    char *path = path_in(folder);
    enum status status = blob_write_file(path, "\n", 1, err);
    mem_free(path);
    return status;
}

void recovery_mark_clear(const char *folder)
{
    char *path = path_in(folder);
    (void)unlink(path); /* said in the header */
    mem_free(path);
}

bool recovery_mark_is_set(const char *folder)
{
    char *path = path_in(folder);
    bool is_there = access(path, F_OK) == 0;
    mem_free(path);
    return is_there;
}

bool recovery_tail_fits(const char *key, const char *typed)
{
    size_t len = strlen(key);
    char *given = text_fold(typed), *wanted = text_fold(key + (len > RECOVERY_TAIL ? len - RECOVERY_TAIL : 0));
    bool fits = len > 0 && strcmp(given, wanted) == 0;
    mem_free(given);
    mem_wipe(wanted, strlen(wanted));
    mem_free(wanted);
    return fits;
}
