/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of copies that hold a person's record beside the site's file: backups, the whole record given out, work lists saved
 * as files, paper. From the trail and the site's own folder; what somebody copied in another way nobody knows. The two readers ask for
 * no right: who calls them did (erasing.h). */
#ifndef SERVICE_COPIES_H
#define SERVICE_COPIES_H

#include "service/site.h"

enum copy_kind { COPY_BACKUP, COPY_EXPORT, COPY_LIST, COPY_PAPER, COPY_KINDS };
enum copy_place { COPY_NOT_KNOWN, COPY_IS_THERE, COPY_NOT_SEEN }; /* not seen: gone, or on a disk that is not here now */

struct record_copy {
    enum copy_kind kind;
    enum copy_place place;
    int64_t at_us;
    char *by;    /* who made it; "" not known */
    char *where; /* folder or file, printer; "" not known */
    int erased;  /* of copies_of_erased(): persons who were erased since */
};
struct record_copy_list {
    struct record_copy *items;
    size_t len, cap;
};
void record_copy_list_release(struct record_copy_list *list);

/* Of one record, newest first: since_us is when it began. names: how a saved list writes who it is ("OKAFOR, Grace"), and the MRN. */
enum status copies_of(struct site *site, struct uid record, int64_t since_us, const char *name, const char *mrn, struct record_copy_list *out,
                      struct error *err) MUST_USE;
/* Backups that are older than an erasure here, newest first. */
enum status copies_of_erased(struct site *site, struct record_copy_list *out, struct error *err) MUST_USE;

/* "backup of 24 Nov 2026, /media/usb/prescripcare-20261124-190500Z (there), by Ann Lee". Translated; caller frees. */
char *record_copy_text(const struct site *site, const struct record_copy *copy);

#endif
