/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sealed file layer: a VFS over the system's SQLite that encrypts every page of the main file
 * and every frame of the WAL (security.md 1.4). Only those two kinds of file exist; journals,
 * temporary files and every other journal mode are refused. A database opens only if its key was
 * registered and fits, and a file that does not fit is not touched. */
#ifndef STORE_SEALED_VFS_H
#define STORE_SEALED_VFS_H

#include <stdbool.h>
#include <stdint.h>

#include "store/sealed_keys.h"

#define SEALED_VFS_NAME "prescripcare"

/* Installs the layer over the VFS `base`. NULL: the system's, or whatever it is installed over
 * already. Another base replaces the old one, which is allowed only while no sealed file is open.
 */
enum status sealed_vfs_install(const char *base, struct error *err) MUST_USE;

/* The key for the database at `path`, until it was forgotten as often as it was registered. */
enum status sealed_vfs_register_key(const char *path, const struct secret *key, uint32_t epoch,
                                    struct error *err) MUST_USE;
void sealed_vfs_forget_key(const char *path);

/* What the last open of `path` found wrong. */
enum sealed_refusal sealed_vfs_refusal(const char *path);

/* The status and the sentence for a refusal. SEALED_REFUSAL_NONE gives STATUS_IO: the system
 * refused, not we. */
enum status sealed_refusal_error(enum sealed_refusal refusal, struct error *err);

/* Authenticates every page of the main file without SQLite; the key must be registered. *out_pages
 * counts them, *out_bad is the first that fails (STATUS_DAMAGED) or 0; either may be NULL. While a
 * WAL exists a page that a crash tore may be whole there, so ask after a checkpoint. */
enum status sealed_vfs_verify(const char *path, uint32_t *out_pages, uint32_t *out_bad,
                              struct error *err) MUST_USE;

/* The epoch written in the first page: tells which key slot to open before there is a key. */
enum status sealed_vfs_epoch(const char *path, uint32_t *out_epoch, struct error *err) MUST_USE;

#endif
