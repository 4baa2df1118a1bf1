/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies of a whole site: records, key slots, the audit chain's key, and the device's key sealed to the recovery key, each as
 * sealed as in the site itself. A copy opens on the machine that it was made on, or anywhere with the recovery key
 * (site_bring_device_back()). */
#ifndef SERVICE_BACKUPS_H
#define SERVICE_BACKUPS_H

#include "service/site.h"

struct backup {
    char *folder; /* prescripcare-20261129-190500Z, with its path */
    int64_t bytes, made_us;
};
struct backup_list {
    struct backup *items;
    size_t len, cap;
};

/* A new folder below `into`, which is there. By an administrator; writing waits meanwhile. A failure leaves
 * nothing but two rows in the trail, that it was begun and what it came to. */
enum status backup_create(struct actor *actor, const char *into, struct backup *out, struct error *err) MUST_USE;
void backup_release(struct backup *b);

/* The whole ones below a folder, newest first; nothing in them is opened. */
enum status backup_list(const char *in, struct backup_list *out, struct error *err) MUST_USE;
void backup_list_release(struct backup_list *list);

/* Puts a copy's files where there is no site yet: STATUS_EXISTS where there is one, which is not touched. */
enum status backup_restore(const char *from, const char *folder, struct error *err) MUST_USE;
/* Files of such a folder and the folder itself: for a copy that was made to look at. */
void backup_remove(const char *folder);

#endif
