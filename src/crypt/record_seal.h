/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small values under a person's own key, for the audit log's {"sealed": "..."} and for TOTP
 * secrets: destroying the key erases them all. The text is base64 and binds the value to its place
 * ("audit_logs|old_values|<id>"): it does not open anywhere else. */
#ifndef CRYPT_RECORD_SEAL_H
#define CRYPT_RECORD_SEAL_H

#include "crypt/secret.h"

#define RECORD_SEAL_MAX ((size_t)1024 * 1024)

/* The caller frees. STATUS_LIMIT above 1 MiB. */
enum status record_seal_close(const struct secret *subject_key, const char *place,
                              const void *bytes, size_t len, char **out_text,
                              struct error *err) MUST_USE;

/* NUL-terminated behind *out_len; the caller frees, after mem_wipe() where it is a secret.
 * STATUS_DAMAGED for a changed text, another key or another place; STATUS_NEWER. */
enum status record_seal_open(const struct secret *subject_key, const char *place, const char *text,
                             char **out_bytes, size_t *out_len, struct error *err) MUST_USE;

#endif
