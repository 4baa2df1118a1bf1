/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What whoever has the key finds in a site's files: every page of the database, free ones too, and every frame of its log. */
#ifndef SUPPORT_OPENED_PAGES_H
#define SUPPORT_OPENED_PAGES_H

#include "store/store.h"

struct opened_pages {
    int in_file, in_log; /* pages and frames that hold it */
    int frames;          /* of the log that could be opened */
};
struct opened_pages opened_pages_with(struct store *store, const char *marker);

#endif
