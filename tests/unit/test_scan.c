/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What barcodes say, and what no bytes may do. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/scan.h"
#include "support/random.h"

static const struct date TODAY = {2026, 11, 24};

#define GS "\x1D"

static enum status read_text(const char *text, struct scan *out, struct error *err)
{
    return scan_read(text, strlen(text), NULL, TODAY, out, err);
}

Test(scan, reads_every_kind_of_code)
{
    static const struct {
        const char *text;
        enum scan_kind kind;
        const char *gtin, *ndc, *lot, *serial, *expiry, *number;
    } cases[] = {
        /* DataMatrix and linear, with the symbology's name */
        {"]d2" "0100300694200305" "17271231" "10AB12" GS "21S900", SCAN_KIND_GS1, "00300694200305", "0069420030", "AB12", "S900",
         "2027-12-31", NULL},
        {"]C1" "0100300694200305" "10AB12" GS "17271231", SCAN_KIND_GS1, "00300694200305", "0069420030", "AB12", "", "2027-12-31",
         NULL},
        {"]Q3" "0100300694200305", SCAN_KIND_GS1, "00300694200305", "0069420030", "", "", "", NULL},
        /* without it */
        {"0100300694200305" "17270200" "10A-1/2", SCAN_KIND_GS1, "00300694200305", "0069420030", "A-1/2", "", "2027-02-28", NULL},
        {"0100300694200305" "17280200", SCAN_KIND_GS1, "00300694200305", "0069420030", "", "", "2028-02-29", NULL}, /* leap */
        /* as printed below the code */
        {"(01)00300694200305(17)271231(10)AB12(21)9", SCAN_KIND_GS1, "00300694200305", "0069420030", "AB12", "9", "2027-12-31", NULL},
        /* separators that did not arrive as such */
        {"0100300694200305" "10AB12{GS}" "17271231", SCAN_KIND_GS1, "00300694200305", "0069420030", "AB12", "", "2027-12-31", NULL},
        {"0100300694200305" "10AB12^]" "17271231", SCAN_KIND_GS1, "00300694200305", "0069420030", "AB12", "", "2027-12-31", NULL},
        {"0100300694200305" "10AB12\xEF\xBF\xBD" "17271231", SCAN_KIND_GS1, "00300694200305", "0069420030", "AB12", "", "2027-12-31",
         NULL},
        {GS "0100300694200305" GS "17271231" GS, SCAN_KIND_GS1, "00300694200305", "0069420030", "", "", "2027-12-31", NULL},
        /* a GTIN that is no US drug holds no NDC */
        {"]d2" "0104012345678901", SCAN_KIND_GS1, "04012345678901", "", "", "", "", NULL},
        {"]d2" "00106141412345678908", SCAN_KIND_GS1, "", "", "", "", "", NULL}, /* a pallet */
        /* other elements are stepped over */
        {"]d2" "0100300694200305" "30" "12" GS "3103001250" "7100123" GS "10X", SCAN_KIND_GS1, "00300694200305", "0069420030", "X", "",
         "", NULL},
        /* the century is the nearest */
        {"]d2" "17751231", SCAN_KIND_GS1, "", "", "", "", "2075-12-31", NULL},
        {"]d2" "17991231", SCAN_KIND_GS1, "", "", "", "", "1999-12-31", NULL},
        /* plain numbers */
        {"0300694200305", SCAN_KIND_EAN13, "00300694200305", "0069420030", "", "", "", NULL},
        {"300694200305", SCAN_KIND_UPC, "00300694200305", "0069420030", "", "", "", NULL},
        {"0361570045106", SCAN_KIND_EAN13, "00361570045106", "6157004510", "", "", "", NULL}, /* openFDA's samples */
        {"0098443601700", SCAN_KIND_EAN13, "00098443601700", "", "", "", "", NULL},
        {"4012345678901", SCAN_KIND_EAN13, "04012345678901", "", "", "", "", NULL},
        {"036000291452", SCAN_KIND_UPC, "00036000291452", "", "", "", "", NULL}, /* a grocery */
        {"00300694200305", SCAN_KIND_GS1, "00300694200305", "0069420030", "", "", "", NULL},
        /* NDC in three layouts, as 11 digits, and with nothing that says which */
        {"0069-4200-30", SCAN_KIND_NDC, "", "00069420030", "", "", "", NULL},
        {"50242-040-62", SCAN_KIND_NDC, "", "50242004062", "", "", "", NULL},
        {"60574-4114-1", SCAN_KIND_NDC, "", "60574411401", "", "", "", NULL},
        {"00069-4200-30", SCAN_KIND_NDC, "", "00069420030", "", "", "", NULL},
        {"00069420030", SCAN_KIND_NDC, "", "00069420030", "", "", "", NULL},
        {"0069420030", SCAN_KIND_NDC, "", "0069420030", "", "", "", NULL},
        /* our own labels */
        {"RX:100234", SCAN_KIND_RX, "", "", "", "", "", "100234"},
        {"rx100234", SCAN_KIND_RX, "", "", "", "", "", "100234"},
        {"RX#A-77", SCAN_KIND_RX, "", "", "", "", "", "A-77"},
        {"MRN:004182", SCAN_KIND_MRN, "", "", "", "", "", "004182"},
        {"mrn-004182\r", SCAN_KIND_MRN, "", "", "", "", "", "004182"},
        {"]C0MRN:004182", SCAN_KIND_MRN, "", "", "", "", "", "004182"},
        /* none of them */
        {"004182", SCAN_KIND_UNKNOWN, "", "", "", "", "", "004182"},
        {"RXY", SCAN_KIND_UNKNOWN, "", "", "", "", "", "RXY"},
        {"okafor", SCAN_KIND_UNKNOWN, "", "", "", "", "", "okafor"},
        {"1-2-3", SCAN_KIND_UNKNOWN, "", "", "", "", "", "1-2-3"},
        {"0069-42-0030", SCAN_KIND_UNKNOWN, "", "", "", "", "", "0069-42-0030"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scan scan;
        struct error err = ERROR_INIT;
        char expiry[DATE_TEXT_MAX];
        cr_expect_eq(read_text(cases[i].text, &scan, &err), STATUS_OK, "case %zu \"%s\": %s", i, cases[i].text, error_text(&err));
        cr_expect_eq(scan.kind, cases[i].kind, "case %zu \"%s\" is %s", i, cases[i].text, scan_kind_word(scan.kind));
        cr_expect_str_eq(scan.gtin, cases[i].gtin, "case %zu", i);
        cr_expect_str_eq(scan.ndc, cases[i].ndc, "case %zu", i);
        cr_expect_str_eq(scan.lot, cases[i].lot, "case %zu", i);
        cr_expect_str_eq(scan.serial, cases[i].serial, "case %zu", i);
        cr_expect_str_eq(date_format_iso(scan.expiry, expiry), cases[i].expiry, "case %zu", i);
        if (cases[i].number != NULL) {
            cr_expect_str_eq(scan.number, cases[i].number, "case %zu", i);
        }
    }
}

Test(scan, says_what_is_wrong_and_gives_no_drug)
{
    static const char *const cases[] = {
        "", " \r\n",
        "0300694200306",                                /* check digit */
        "300694200304",
        "]d2" "0100300694200306",
        "]d2" "0100300694200305" "17271331",            /* month 13 */
        "]d2" "0100300694200305" "17270230",            /* 30 February */
        "]d2" "0100300694200305" "1727",                /* cut */
        "]d2" "010030069420030",
        "]d2" "0100300694200305" "10",                  /* empty lot */
        "]d2" "0100300694200305" "10ABCDEFGHIJKLMNOPQRSTU", /* 21 letters */
        "]d2" "0100300694200305" "10A" GS "10B",        /* two lots */
        "]d2" "0100300694200305" "0104012345678901",    /* two products */
        "]d2" "17271231" "17271230",
        "]d2" "88",                                     /* no such element */
        "]d2",
        "]d2" "01003006942003A5",
        "(01)00300694200305(17271231",
        "(01",
        "0100300694200305\x01" "17271231",
        "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scan scan;
        struct error err = ERROR_INIT;
        cr_expect_eq(read_text(cases[i], &scan, &err), STATUS_INVALID, "case %zu", i);
        cr_expect(err.message[0] != '\0', "case %zu says nothing", i);
    }
}

Test(scan, offers_all_readings_of_a_code_without_hyphens)
{
    struct scan scan;
    struct error err = ERROR_INIT;
    cr_assert_eq(read_text("300694200305", &scan, &err), STATUS_OK);
    cr_assert_eq(scan.reading_count, SCAN_NDC_READINGS);
    cr_expect_str_eq(scan.readings[0], "00069420030");
    cr_expect_str_eq(scan.readings[1], "00694020030");
    cr_expect_str_eq(scan.readings[2], "00694200300");
    cr_assert_eq(read_text("0069-4200-30", &scan, &err), STATUS_OK);
    cr_assert_eq(scan.reading_count, 1);
}

Test(scan, takes_the_sites_own_separator_and_prefixes)
{
    const struct scan_options options = {.separator = "~", .rx_prefix = "P", .mrn_prefix = "PAT"};
    struct scan scan;
    struct error err = ERROR_INIT;
    const char *code = "0100300694200305" "10AB12~17271231";
    cr_assert_eq(scan_read(code, strlen(code), &options, TODAY, &scan, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_str_eq(scan.lot, "AB12");
    cr_assert_eq(scan_read("PAT:77", 6, &options, TODAY, &scan, &err), STATUS_OK);
    cr_expect_eq(scan.kind, SCAN_KIND_MRN);
    cr_assert_eq(scan_read("P77", 3, &options, TODAY, &scan, &err), STATUS_OK);
    cr_expect_eq(scan.kind, SCAN_KIND_RX);
    cr_assert_eq(scan_read("MRN:77", 6, &options, TODAY, &scan, &err), STATUS_OK);
    cr_expect_eq(scan.kind, SCAN_KIND_UNKNOWN, "another site's prefix");
}

Test(scan, tells_that_a_lost_separator_may_have_joined_two_values)
{
    struct scan scan;
    struct error err = ERROR_INIT;
    cr_assert_eq(read_text("]d2" "0100300694200305" "10AB12" "21S9001234", &scan, &err), STATUS_OK);
    cr_expect(scan.may_lack_separator);
    cr_assert_eq(read_text("]d2" "0100300694200305" "10AB12", &scan, &err), STATUS_OK);
    cr_expect_not(scan.may_lack_separator);
}

/* Any bytes: no crash (the sanitizers look), no text without its end, no drug without a right check digit. */
Test(scan, survives_hostile_bytes)
{
    static const char *const seeds[] = {
        "]d2" "0100300694200305" "17271231" "10AB12" GS "21S900", "(01)00300694200305(17)271231(10)AB12(21)9", "0069-4200-30",
        "300694200305", "MRN:004182", "]C1" "8018123456789012345678", "{GS}<GS>^]" GS GS,
    };
    struct random r = random_start("scan");
    for (int round = 0; round < 60000; round++) {
        char bytes[SCAN_BYTES_MAX + 40];
        const char *from = seeds[random_below(&r, sizeof seeds / sizeof *seeds)];
        size_t len = strlen(from);
        memcpy(bytes, from, len);
        for (uint64_t change = random_below(&r, 8); change > 0; change--) {
            switch (random_below(&r, 4)) {
            case 0:
                bytes[random_below(&r, len + 1)] = (char)random_below(&r, 256);
                break;
            case 1:
                len = random_below(&r, len + 1);
                break;
            case 2:
                if (len * 2 < sizeof bytes) {
                    memcpy(bytes + len, bytes, len);
                    len *= 2;
                }
                break;
            default:
                bytes[random_below(&r, len + 1)] = GS[0];
            }
            len = len == 0 ? 1 : len;
        }
        struct scan scan;
        struct error err = ERROR_INIT;
        enum status status = scan_read(bytes, len, NULL, TODAY, &scan, &err);
        cr_assert(status == STATUS_OK || status == STATUS_INVALID, "seed %llu round %d", (unsigned long long)r.seed, round);
        cr_assert(memchr(scan.gtin, 0, sizeof scan.gtin) != NULL && memchr(scan.lot, 0, sizeof scan.lot) != NULL &&
                      memchr(scan.serial, 0, sizeof scan.serial) != NULL && memchr(scan.ndc, 0, sizeof scan.ndc) != NULL &&
                      memchr(scan.number, 0, sizeof scan.number) != NULL,
                  "seed %llu round %d", (unsigned long long)r.seed, round);
        cr_assert(scan.gtin[0] == '\0' || scan_check_digit_is_right(scan.gtin, 14), "seed %llu round %d: %s",
                  (unsigned long long)r.seed, round, scan.gtin);
        cr_assert(date_is_none(scan.expiry) || date_is_valid(scan.expiry), "seed %llu round %d", (unsigned long long)r.seed, round);
    }
}

/* clinical.md 4.D: a pack with two codes; the second names lot and expiry, and a scanner that does not tell the symbology sends
 * it bare. A person's number must not pass for one. */
Test(scan, tells_the_second_code_of_a_pack)
{
    static const struct {
        const char *text;
        bool is_lot_only, is_bare_lot;
    } cases[] = {
        {"]C1" "17271231" "10AB12", true, false},
        {"(17)271231(10)AB12", true, false},
        {"]C1" "10AB12", true, false},
        {"]d2" "0100300694200305" "17271231" "10AB12", false, false},
        {"17271231" "10AB12", false, true},
        {"17271231" "10AB12\r", false, true},
        {"17271200" "10AB12", false, true},  /* the month's end */
        {"17271331" "10AB12", false, false}, /* no such month */
        {"1727123110", false, false},        /* no lot */
        {"10AB12", false, false},            /* may be anything */
        {"17271231", false, false},
        {"004182", false, false},
        {"300694200305", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scan scan = {.kind = SCAN_KIND_UNKNOWN};
        struct error err = ERROR_INIT;
        enum status status = read_text(cases[i].text, &scan, &err);
        cr_expect_eq(status == STATUS_OK && scan_is_lot_only(&scan), cases[i].is_lot_only, "%s", cases[i].text);
        struct scan bare = {.kind = SCAN_KIND_UNKNOWN};
        bool is_bare = scan_read_bare_lot(cases[i].text, strlen(cases[i].text), NULL, TODAY, &bare);
        cr_expect_eq(is_bare, cases[i].is_bare_lot, "bare %s", cases[i].text);
        cr_expect(!is_bare || (strcmp(bare.lot, "AB12") == 0 && bare.expiry.year == 2027 && bare.expiry.day == 31), "%s", cases[i].text);
    }
}
