/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "crypt/random.h"
#include "store/sealed_page.h"

static struct sealed_codec codec;
static struct sealed_codec other_file;
static uint8_t page[SEALED_PAGE_BYTES];
static uint8_t disk[SEALED_PAGE_BYTES];
static uint8_t out[SEALED_PAGE_BYTES];
static const uint8_t ZERO[SEALED_FRAME_BYTES];

static void start(void)
{
    struct secret key = SECRET_INIT;
    uint8_t id[SEALED_FILE_ID_BYTES];
    cr_assert_eq(crypt_init(NULL), STATUS_OK);
    secret_init_random(&key, SECRET_KEY_BYTES);
    random_fill(id, sizeof id);
    cr_assert(sealed_codec_init(&codec, &key, 9, id));
    id[0] ^= 1;
    cr_assert(sealed_codec_init(&other_file, &key, 9, id));
    secret_release(&key);
    random_fill(page, sizeof page);
    memset(page + SEALED_USABLE_BYTES, 0, SEALED_RESERVE_BYTES);
    memcpy(page, "SQLite format 3", 16);
}

static void stop(void)
{
    sealed_codec_release(&codec);
    sealed_codec_release(&other_file);
}

TestSuite(sealed_page, .init = start, .fini = stop);

Test(sealed_page, comes_back_as_it_was_under_its_number_only)
{
    static const uint32_t NUMBERS[] = {1, 2, 255, 65536, UINT32_MAX};
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
        cr_assert_eq(sealed_page_close(&codec, NUMBERS[i], page, disk), STATUS_OK);
        cr_assert_eq(sealed_page_look(disk), SEALED_LOOK_OURS);
        cr_assert_eq(sealed_page_epoch(disk), 9);
        cr_assert_eq(memcmp(disk, codec.file_id, SEALED_FILE_ID_BYTES) == 0, NUMBERS[i] == 1,
                     "the file id is on page 1");
        for (size_t j = 0; j < sizeof NUMBERS / sizeof *NUMBERS; j++) {
            enum status status = sealed_page_open(&codec, NUMBERS[j], disk, out);
            cr_assert_eq(status, i == j ? STATUS_OK : STATUS_DAMAGED, "%u as %u", NUMBERS[i],
                         NUMBERS[j]);
            cr_assert_eq(memcmp(out, i == j ? page : ZERO, sizeof out), 0);
        }
        cr_assert_eq(sealed_page_open(&other_file, NUMBERS[i], disk, out), STATUS_DAMAGED,
                     "in another file of the same key");
        memcpy(out, disk, sizeof out);
        cr_assert_eq(sealed_page_open(&codec, NUMBERS[i], out, out), STATUS_OK, "in place");
        cr_assert_eq(memcmp(out, page, sizeof out), 0);
    }
}

/* Every bit of a page and of a first page: the prototype of the design had missed one, in the clear
 * tail. */
Test(sealed_page, every_flipped_bit_is_found)
{
    for (uint32_t number = 1; number <= 2; number++) {
        cr_assert_eq(sealed_page_close(&codec, number, page, disk), STATUS_OK);
        for (size_t bit = 0; bit < sizeof disk * 8; bit++) {
            disk[bit / 8] ^= (uint8_t)(1u << (bit % 8));
            cr_assert_eq(sealed_page_open(&codec, number, disk, out), STATUS_DAMAGED,
                         "page %u bit %zu", number, bit);
            disk[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        }
        cr_assert_eq(sealed_page_open(&codec, number, disk, out), STATUS_OK);
    }
}

Test(sealed_page, every_flipped_bit_of_a_frame_is_found_and_its_place_counts)
{
    static uint8_t frame[SEALED_FRAME_BYTES];
    static uint8_t sealed[SEALED_FRAME_BYTES];
    static uint8_t back[SEALED_FRAME_BYTES];
    static const int64_t PLACES[] = {32, 32 + 4120, INT64_C(32) + INT64_C(4120) * 2000000};
    random_fill(frame, sizeof frame);
    memset(frame + SEALED_FRAME_BYTES - SEALED_RESERVE_BYTES, 0, SEALED_RESERVE_BYTES);
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(sealed_frame_close(&codec, PLACES[i], frame, sealed), STATUS_OK);
        for (size_t j = 0; j < 3; j++) {
            cr_assert_eq(sealed_frame_open(&codec, PLACES[j], sealed, back),
                         i == j ? STATUS_OK : STATUS_DAMAGED);
            cr_assert_eq(memcmp(back, i == j ? frame : ZERO, sizeof back), 0);
        }
    }
    for (size_t bit = 0; bit < sizeof sealed * 8; bit++) {
        sealed[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        cr_assert_eq(sealed_frame_open(&codec, PLACES[2], sealed, back), STATUS_DAMAGED, "bit %zu",
                     bit);
        sealed[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
    cr_assert_eq(sealed_page_open(&codec, 2, sealed + SEALED_FRAME_HEADER_BYTES, out),
                 STATUS_DAMAGED, "a frame is no page");
}

Test(sealed_page, never_writes_the_same_bytes_twice)
{
    static uint8_t again[SEALED_PAGE_BYTES];
    cr_assert_eq(sealed_page_close(&codec, 7, page, disk), STATUS_OK);
    cr_assert_eq(sealed_page_close(&codec, 7, page, again), STATUS_OK);
    size_t equal = 0;
    for (size_t i = 0; i < SEALED_USABLE_BYTES; i++) {
        equal += disk[i] == again[i];
    }
    cr_assert_lt(equal, 100, "%zu equal bytes", equal);
}
