/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <sodium.h>
#include <string.h>

#include "crypt/derived_id.h"

/* Both answers computed with Python: hashlib.sha256 of the bytes of decisions.md 16, then version
 * and variant. */
Test(derived_id, slot_ids_follow_the_written_rule)
{
    static const uint8_t INTERVAL[8] = {0x00, 0x06, 0x45, 0x5b, 0x2a, 0x1c, 0x40, 0x00};
    struct uid order;
    char text[UID_TEXT_MAX];
    cr_assert_eq(uid_parse("0192f0c1-2345-7abc-8def-0123456789ab", &order, NULL), STATUS_OK);
    struct uid wall = derived_slot_id(order, 7, 1, "2026-11-24T08:00\0Europe/Madrid", 16 + 1 + 13);
    cr_assert_str_eq(uid_format(wall, text), "5b4a6902-9cf0-8d34-acde-c2853d98b6ff");
    struct uid interval = derived_slot_id(order, 300, 2, INTERVAL, sizeof INTERVAL);
    cr_assert_str_eq(uid_format(interval, text), "ca6ef188-c9a0-8e69-91a3-9a6193a20064");
}

Test(derived_id, keeps_parts_apart_and_says_version_8)
{
    static const char *const A[] = {"ab", "c"};
    static const char *const B[] = {"a", "bc"};
    static const char *const C[] = {"ab", "c", ""};
    struct uid ids[] = {
        derived_id("prescripcare.import.fhir.1", A, 2),
        derived_id("prescripcare.import.fhir.1", B, 2),
        derived_id("prescripcare.import.fhir.1", C, 3),
        derived_id("prescripcare.import.ccda.1", A, 2),
    };
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(ids[i].bytes[6] >> 4, 8);
        cr_assert_eq(ids[i].bytes[8] >> 6, 2);
        for (size_t j = 0; j < i; j++) {
            cr_assert_neq(uid_compare(ids[i], ids[j]), 0, "%zu and %zu", i, j);
        }
    }
    cr_assert_eq(uid_compare(ids[0], derived_id("prescripcare.import.fhir.1", A, 2)), 0);
}
