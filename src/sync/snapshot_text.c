/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/snapshot_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"

/* A number and the character behind it. */
static bool take(const char **at, char end, int64_t *out)
{
    char *stop = NULL;
    if (**at < '0' || **at > '9') {
        return false;
    }
    *out = strtoll(*at, &stop, 10);
    if (*stop != end && !(end == ',' && *stop == '\0')) {
        return false;
    }
    *at = *stop == '\0' ? stop : stop + 1;
    return true;
}

enum status snapshot_parse(const char *text, struct snapshot *out, struct error *err)
{
    struct snapshot s = {.text = mem_copy_text(text)};
    const char *at = text;
    bool good = take(&at, ':', &s.xmin) && take(&at, ':', &s.xmax) && s.xmin <= s.xmax;
    size_t cap = 0;
    while (good && *at != '\0') {
        int64_t xid = 0;
        good = take(&at, ',', &xid);
        if (s.xip_count == cap) {
            cap = cap == 0 ? 16 : cap * 2;
            s.xip = mem_resize_array(s.xip, cap, sizeof *s.xip);
        }
        s.xip[s.xip_count++] = xid;
    }
    if (!good) {
        snapshot_release(&s);
        return error_set(err, STATUS_DAMAGED, _("The place where synchronisation stopped cannot be read; it starts afresh."));
    }
    *out = s;
    return STATUS_OK;
}

void snapshot_release(struct snapshot *snapshot)
{
    mem_free(snapshot->text);
    mem_free(snapshot->xip);
    memset(snapshot, 0, sizeof *snapshot);
}

bool snapshot_sees(const void *of, int64_t xid)
{
    const struct snapshot *snapshot = of;
    if (xid < snapshot->xmin) {
        return true;
    }
    if (xid >= snapshot->xmax) {
        return false;
    }
    for (size_t i = 0; i < snapshot->xip_count; i++) {
        if (snapshot->xip[i] == xid) {
            return false;
        }
    }
    return true;
}
