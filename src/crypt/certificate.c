/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/certificate.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/random.h"

#define US_PER_S INT64_C(1000000)
enum { SERIAL_BYTES = 16, LIST_DAYS = 30 };

void certificate_pair_release(struct certificate_pair *pair)
{
    if (pair->key != NULL) {
        mem_wipe(pair->key, strlen(pair->key));
    }
    mem_free(pair->certificate);
    mem_free(pair->key);
    memset(pair, 0, sizeof *pair);
}

static enum status failed(struct error *err)
{
    return error_set(err, STATUS_IO, _("The certificate could not be made."));
}

static BIO *reader(const char *pem)
{
    return BIO_new_mem_buf(pem, -1);
}

/* Takes what was written and frees the BIO. */
static char *written(BIO *bio)
{
    char *bytes = NULL;
    long len = BIO_get_mem_data(bio, &bytes);
    char *text = mem_copy_bytes(bytes, (size_t)len);
    BIO_free(bio);
    return text;
}

static X509 *read_certificate(const char *pem)
{
    BIO *bio = reader(pem);
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return certificate;
}

static EVP_PKEY *read_key(const char *pem)
{
    BIO *bio = reader(pem);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return key;
}

static bool set_times(X509 *x, int64_t from_us, int64_t until_us)
{
    return ASN1_TIME_set(X509_getm_notBefore(x), (time_t)(from_us / US_PER_S)) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(x), (time_t)(until_us / US_PER_S)) != NULL;
}

static bool set_serial(X509 *x)
{
    uint8_t bytes[SERIAL_BYTES];
    random_fill(bytes, sizeof bytes);
    bytes[0] &= 0x7f;
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    bool good = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x)) != NULL;
    BN_free(number);
    return good;
}

static bool set_name(X509 *x, const char *name)
{
    X509_NAME *subject = X509_get_subject_name(x);
    return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) == 1;
}

static bool add_extension(X509 *x, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, x, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    bool good = extension != NULL && X509_add_ext(x, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return good;
}

static bool write_pair(X509 *x, EVP_PKEY *key, const char *key_password, struct certificate_pair *out)
{
    BIO *certificate = BIO_new(BIO_s_mem()), *secret = BIO_new(BIO_s_mem());
    const EVP_CIPHER *cipher = key_password != NULL ? EVP_aes_256_cbc() : NULL;
    bool good = PEM_write_bio_X509(certificate, x) == 1 &&
                PEM_write_bio_PKCS8PrivateKey(secret, key, cipher, key_password, key_password != NULL ? (int)strlen(key_password) : 0,
                                              NULL, NULL) == 1;
    struct certificate_pair pair = {written(certificate), written(secret)};
    if (!good) {
        certificate_pair_release(&pair);
        return false;
    }
    *out = pair;
    return true;
}

enum status certificate_authority(const char *name, int64_t from_us, int64_t until_us, struct certificate_pair *out,
                                  struct error *err)
{
    X509 *x = X509_new();
    EVP_PKEY *key = EVP_EC_gen("P-256");
    bool good = x != NULL && key != NULL && X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) &&
                set_times(x, from_us, until_us) && set_name(x, name) && X509_set_issuer_name(x, X509_get_subject_name(x)) == 1 &&
                X509_set_pubkey(x, key) == 1 && add_extension(x, x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                add_extension(x, x, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                add_extension(x, x, NID_subject_key_identifier, "hash") && X509_sign(x, key, EVP_sha256()) > 0 &&
                write_pair(x, key, NULL, out);
    X509_free(x);
    EVP_PKEY_free(key);
    return good ? STATUS_OK : failed(err);
}

enum status certificate_issue(const struct certificate_pair *authority, const struct certificate_request *request,
                              struct certificate_pair *out, struct error *err)
{
    X509 *issuer = read_certificate(authority->certificate), *x = X509_new();
    EVP_PKEY *issuer_key = read_key(authority->key), *key = EVP_EC_gen("P-256");
    const char *use = request->use == CERTIFICATE_SERVER ? "serverAuth" : "clientAuth";
    bool good = issuer != NULL && issuer_key != NULL && x != NULL && key != NULL && X509_set_version(x, X509_VERSION_3) == 1 &&
                set_serial(x) && set_times(x, request->from_us, request->until_us) && set_name(x, request->common_name) &&
                X509_set_issuer_name(x, X509_get_subject_name(issuer)) == 1 && X509_set_pubkey(x, key) == 1 &&
                add_extension(x, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
                add_extension(x, issuer, NID_key_usage, "critical,digitalSignature") &&
                add_extension(x, issuer, NID_ext_key_usage, use) &&
                (request->alternative == NULL || add_extension(x, issuer, NID_subject_alt_name, request->alternative)) &&
                X509_sign(x, issuer_key, EVP_sha256()) > 0 && write_pair(x, key, request->key_password, out);
    X509_free(issuer);
    X509_free(x);
    EVP_PKEY_free(issuer_key);
    EVP_PKEY_free(key);
    return good ? STATUS_OK : failed(err);
}

enum status certificate_key_seal(const char *key_pem, const char *password, char **out, struct error *err)
{
    EVP_PKEY *key = read_key(key_pem);
    BIO *bio = BIO_new(BIO_s_mem());
    bool good = key != NULL && PEM_write_bio_PKCS8PrivateKey(bio, key, EVP_aes_256_cbc(), password, (int)strlen(password), NULL, NULL) == 1;
    char *text = written(bio);
    EVP_PKEY_free(key);
    if (!good) {
        mem_free(text);
        return failed(err);
    }
    *out = text;
    return STATUS_OK;
}

static X509_CRL *read_list(const char *pem)
{
    BIO *bio = reader(pem);
    X509_CRL *list = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return list;
}

static bool list_add(X509_CRL *list, const char *certificate, ASN1_TIME *now)
{
    X509 *x = read_certificate(certificate);
    X509_REVOKED *entry = X509_REVOKED_new();
    bool good = x != NULL && entry != NULL && X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(x)) == 1 &&
                X509_REVOKED_set_revocationDate(entry, now) == 1 && X509_CRL_add0_revoked(list, entry) == 1;
    if (!good) {
        X509_REVOKED_free(entry);
    }
    X509_free(x);
    return good;
}

enum status certificate_revoke(const struct certificate_pair *authority, const char *list_pem, const char *certificate,
                               int64_t now_us, char **out_list, struct error *err)
{
    X509 *issuer = read_certificate(authority->certificate);
    EVP_PKEY *key = read_key(authority->key);
    X509_CRL *list = list_pem != NULL ? read_list(list_pem) : X509_CRL_new();
    ASN1_TIME *now = ASN1_TIME_set(NULL, (time_t)(now_us / US_PER_S));
    ASN1_TIME *next = ASN1_TIME_set(NULL, (time_t)(now_us / US_PER_S) + (time_t)LIST_DAYS * 86400);
    BIO *bio = BIO_new(BIO_s_mem());
    bool good = issuer != NULL && key != NULL && list != NULL && now != NULL && next != NULL &&
                X509_CRL_set_version(list, X509_CRL_VERSION_2) == 1 &&
                X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer)) == 1 && X509_CRL_set1_lastUpdate(list, now) == 1 &&
                X509_CRL_set1_nextUpdate(list, next) == 1 && (certificate == NULL || list_add(list, certificate, now)) &&
                X509_CRL_sort(list) == 1 && X509_CRL_sign(list, key, EVP_sha256()) > 0 && PEM_write_bio_X509_CRL(bio, list) == 1;
    char *text = written(bio);
    X509_free(issuer);
    EVP_PKEY_free(key);
    X509_CRL_free(list);
    ASN1_TIME_free(now);
    ASN1_TIME_free(next);
    if (!good) {
        mem_free(text);
        return failed(err);
    }
    *out_list = text;
    return STATUS_OK;
}
