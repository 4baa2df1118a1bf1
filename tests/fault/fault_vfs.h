/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The system's files with faults: the n-th operation fails, once or from then on, or the disk is
 * full after so many bytes. A write that fails may have written its beginning, as on a real disk.
 * Counts the operations of all files. */
#ifndef FAULT_FAULT_VFS_H
#define FAULT_FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>

#define FAULT_VFS_NAME "fault"

struct fault_vfs;

struct fault_vfs *fault_vfs_install(void);
void fault_vfs_arm(struct fault_vfs *v, uint64_t n, bool sticky); /* n from 1; 0: no faults */
void fault_vfs_limit(struct fault_vfs *v,
                     int64_t bytes); /* that may still be added to files; -1: no limit */
uint64_t fault_vfs_operations(const struct fault_vfs *v); /* since arm() */
uint64_t
fault_vfs_faults(const struct fault_vfs *v); /* answered with an error since arm() or limit() */

#endif
