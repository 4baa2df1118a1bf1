/* SPDX-License-Identifier: GPL-3.0-or-later */
/* X.509 certificates of the centre and its devices (security.md 4.1): a certificate authority of one's own, P-256 keys,
 * one year, revocation list. Everything is PEM text that the caller frees (keys after mem_wipe()). */
#ifndef CRYPT_CERTIFICATE_H
#define CRYPT_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define CERTIFICATE_DAYS 365
#define CERTIFICATE_CA_DAYS 3650

enum certificate_use { CERTIFICATE_SERVER, CERTIFICATE_CLIENT };

struct certificate_request {
    const char *common_name; /* a device's database role; a server's host name */
    enum certificate_use use;
    const char *alternative; /* of a server: "DNS:db.example,IP:127.0.0.1"; NULL none */
    int64_t from_us, until_us;
    const char *key_password; /* the key is encrypted under it; NULL: not */
};

struct certificate_pair {
    char *certificate, *key;
};
void certificate_pair_release(struct certificate_pair *pair);

enum status certificate_authority(const char *name, int64_t from_us, int64_t until_us, struct certificate_pair *out,
                                  struct error *err) MUST_USE;
enum status certificate_issue(const struct certificate_pair *authority, const struct certificate_request *request,
                              struct certificate_pair *out, struct error *err) MUST_USE;

/* The same private key encrypted under a password. Caller frees. */
enum status certificate_key_seal(const char *key, const char *password, char **out, struct error *err) MUST_USE;

/* The authority's revocation list with one more certificate in it. list: the one so far, NULL none; certificate: NULL
 * writes the list afresh. */
enum status certificate_revoke(const struct certificate_pair *authority, const char *list, const char *certificate,
                               int64_t now_us, char **out_list, struct error *err) MUST_USE;

#endif
