/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A disk in memory that can lose power. What was written since a file's last sync survives sector
 * by sector (512 bytes) as it will: kept, dropped or garbled. It honours powersafe overwrite: only
 * bytes that were written can be garbled. Truncations and deletions that were not synced may not
 * have happened. One connection at a time; locks are free. */
#ifndef FAULT_CRASH_VFS_H
#define FAULT_CRASH_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRASH_VFS_NAME "crash"

struct crash_disk; /* the one disk behind the VFS */

struct crash_disk *crash_vfs_install(uint64_t seed);

/* A file that is there and durable, as if it had been written long ago. */
void crash_disk_put(struct crash_disk *disk, const char *path, const void *bytes, size_t len);

/* Empties the disk and starts another series of random choices. */
void crash_disk_reset(struct crash_disk *disk, uint64_t seed);

/* Power goes at the n-th write, sync, truncation or deletion from now (in its middle); 0: never. */
void crash_disk_arm(struct crash_disk *disk, uint64_t n);
bool crash_disk_is_dead(const struct crash_disk *disk); /* every operation fails */

/* Decides what survived and brings the power back. Connections must be closed. */
void crash_disk_restart(struct crash_disk *disk);
uint64_t crash_disk_operations(const struct crash_disk *disk); /* since the reset */

#endif
