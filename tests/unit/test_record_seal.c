/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "crypt/record_seal.h"

static void start(void)
{
    cr_assert_eq(crypt_init(NULL), STATUS_OK);
}

TestSuite(record_seal, .init = start);

Test(record_seal, opens_only_with_its_key_and_at_its_place)
{
    struct secret key = SECRET_INIT;
    struct secret other = SECRET_INIT;
    static const char *const VALUES[] = {"", "x", "{\"note\":\"allergic to penicillin\"}"};
    secret_init_random(&key, SECRET_KEY_BYTES);
    secret_init_random(&other, SECRET_KEY_BYTES);
    for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES; i++) {
        char *text = NULL;
        char *again = NULL;
        char *back = NULL;
        size_t len = 0;
        size_t wanted = strlen(VALUES[i]);
        cr_assert_eq(
            record_seal_close(&key, "audit_logs|old_values|1", VALUES[i], wanted, &text, NULL),
            STATUS_OK);
        cr_assert_eq(
            record_seal_close(&key, "audit_logs|old_values|1", VALUES[i], wanted, &again, NULL),
            STATUS_OK);
        cr_assert_str_neq(text, again, "equal values must not look equal");
        cr_assert_null(strstr(text, "penicillin"));
        cr_assert_eq(record_seal_open(&key, "audit_logs|old_values|1", text, &back, &len, NULL),
                     STATUS_OK);
        cr_assert_eq(len, wanted);
        cr_assert_str_eq(back, VALUES[i]);
        mem_free(back);
        cr_assert_eq(record_seal_open(&other, "audit_logs|old_values|1", text, &back, &len, NULL),
                     STATUS_DAMAGED);
        cr_assert_eq(record_seal_open(&key, "audit_logs|new_values|1", text, &back, &len, NULL),
                     STATUS_DAMAGED);
        mem_free(text);
        mem_free(again);
    }
    secret_release(&key);
    secret_release(&other);
}

Test(record_seal, refuses_every_changed_letter)
{
    struct secret key = SECRET_INIT;
    char *text = NULL;
    char *back = NULL;
    size_t len = 0;
    secret_init_random(&key, SECRET_KEY_BYTES);
    cr_assert_eq(record_seal_close(&key, "p", "twelve bytes", 12, &text, NULL), STATUS_OK);
    for (char *at = text; *at != '\0'; at++) {
        char before = *at;
        *at = before == 'A' ? 'B' : 'A';
        enum status status = record_seal_open(&key, "p", text, &back, &len, NULL);
        cr_assert(status == STATUS_DAMAGED || (at - text < 2 && status == STATUS_NEWER),
                  "letter %td", at - text);
        *at = before;
    }
    cr_assert_eq(record_seal_open(&key, "p", "", &back, &len, NULL), STATUS_DAMAGED);
    cr_assert_eq(record_seal_open(&key, "p", "not base64!", &back, &len, NULL), STATUS_DAMAGED);
    mem_free(text);
    secret_release(&key);
}
