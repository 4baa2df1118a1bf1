/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sealed_page.h"

#include <string.h>

#define TAIL_BYTES 8
#define AT_NONCE SEALED_USABLE_BYTES
#define AT_TAG (AT_NONCE + SEAL_NONCE_BYTES)
#define AT_TAIL (AT_TAG + SEAL_TAG_BYTES)
#define AAD_MAX (1 + SEALED_FILE_ID_BYTES + 8 + TAIL_BYTES)

static const char SQLITE_MAGIC[16] = "SQLite format 3";

static void put_u32le(uint8_t *out, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        out[i] = (uint8_t)(value >> (8 * i));
    }
}

bool sealed_codec_init(struct sealed_codec *codec, const struct secret *key, uint32_t epoch,
                       const uint8_t file_id[SEALED_FILE_ID_BYTES])
{
    struct secret derived = SECRET_INIT;
    memset(codec, 0, sizeof *codec);
    memcpy(codec->file_id, file_id, SEALED_FILE_ID_BYTES);
    codec->epoch = epoch;
    secret_init_derived(&derived, key, "prescripcare.db.1", file_id, SEALED_FILE_ID_BYTES);
    codec->pages = page_seal_new(&derived);
    secret_release(&derived);
    secret_init_derived(&derived, key, "prescripcare.wal.1", file_id, SEALED_FILE_ID_BYTES);
    codec->frames = page_seal_new(&derived);
    secret_release(&derived);
    return codec->pages != NULL && codec->frames != NULL;
}

void sealed_codec_release(struct sealed_codec *codec)
{
    page_seal_free(codec->pages);
    page_seal_free(codec->frames);
    memset(codec, 0, sizeof *codec);
}

static size_t page_aad(const struct sealed_codec *codec, uint32_t number, const uint8_t *tail,
                       uint8_t out[AAD_MAX])
{
    out[0] = 'P';
    memcpy(out + 1, codec->file_id, SEALED_FILE_ID_BYTES);
    put_u32le(out + 17, number);
    memcpy(out + 21, tail, TAIL_BYTES);
    return 21 + TAIL_BYTES;
}

static size_t frame_aad(const struct sealed_codec *codec, int64_t offset, const uint8_t *tail,
                        uint8_t out[AAD_MAX])
{
    out[0] = 'F';
    memcpy(out + 1, codec->file_id, SEALED_FILE_ID_BYTES);
    put_u32le(out + 17, (uint32_t)((uint64_t)offset & 0xffffffffu));
    put_u32le(out + 21, (uint32_t)((uint64_t)offset >> 32));
    memcpy(out + 25, tail, TAIL_BYTES);
    return 25 + TAIL_BYTES;
}

static void put_tail(const struct sealed_codec *codec, uint8_t *page)
{
    put_u32le(page + AT_TAIL, codec->epoch);
    page[AT_TAIL + 4] = SEALED_SUITE;
    memset(page + AT_TAIL + 5, 0, 3);
}

enum status sealed_page_close(struct sealed_codec *codec, uint32_t number, const uint8_t *page,
                              uint8_t *out)
{
    uint8_t aad[AAD_MAX];
    size_t from = number == 1 ? SEALED_FILE_ID_BYTES : 0;
    put_tail(codec, out);
    size_t len_aad = page_aad(codec, number, out + AT_TAIL, aad);
    if (from > 0) {
        memcpy(out, codec->file_id, from);
    }
    return page_seal_close(codec->pages, aad, len_aad, page + from, SEALED_USABLE_BYTES - from,
                           out + from, out + AT_NONCE, out + AT_TAG);
}

enum status sealed_page_open(struct sealed_codec *codec, uint32_t number, const uint8_t *disk,
                             uint8_t *out)
{
    uint8_t aad[AAD_MAX];
    size_t from = number == 1 ? SEALED_FILE_ID_BYTES : 0;
    size_t len_aad = page_aad(codec, number, disk + AT_TAIL, aad);
    enum status status = STATUS_DAMAGED;
    /* The id that is used was read earlier: the one on the disk must still be the same. */
    if (sealed_page_look(disk) == SEALED_LOOK_OURS && memcmp(disk, codec->file_id, from) == 0) {
        status = page_seal_open(codec->pages, aad, len_aad, disk + from, SEALED_USABLE_BYTES - from,
                                out + from, disk + AT_NONCE, disk + AT_TAG);
    }
    if (status != STATUS_OK) {
        memset(out, 0, SEALED_PAGE_BYTES);
        return status;
    }
    if (from > 0) {
        memcpy(out, SQLITE_MAGIC, from);
    }
    memset(out + SEALED_USABLE_BYTES, 0, SEALED_RESERVE_BYTES);
    return STATUS_OK;
}

enum status sealed_frame_close(struct sealed_codec *codec, int64_t offset, const uint8_t *frame,
                               uint8_t *out)
{
    uint8_t aad[AAD_MAX];
    uint8_t *page = out + SEALED_FRAME_HEADER_BYTES;
    put_tail(codec, page);
    size_t len_aad = frame_aad(codec, offset, page + AT_TAIL, aad);
    return page_seal_close(codec->frames, aad, len_aad, frame,
                           SEALED_FRAME_HEADER_BYTES + SEALED_USABLE_BYTES, out, page + AT_NONCE,
                           page + AT_TAG);
}

enum status sealed_frame_open(struct sealed_codec *codec, int64_t offset, const uint8_t *disk,
                              uint8_t *out)
{
    uint8_t aad[AAD_MAX];
    const uint8_t *page = disk + SEALED_FRAME_HEADER_BYTES;
    size_t len_aad = frame_aad(codec, offset, page + AT_TAIL, aad);
    enum status status = STATUS_DAMAGED;
    if (sealed_page_look(page) == SEALED_LOOK_OURS) {
        status = page_seal_open(codec->frames, aad, len_aad, disk,
                                SEALED_FRAME_HEADER_BYTES + SEALED_USABLE_BYTES, out,
                                page + AT_NONCE, page + AT_TAG);
    }
    if (status != STATUS_OK) {
        memset(out, 0, SEALED_FRAME_BYTES);
        return status;
    }
    memset(out + SEALED_FRAME_HEADER_BYTES + SEALED_USABLE_BYTES, 0, SEALED_RESERVE_BYTES);
    return STATUS_OK;
}

enum sealed_look sealed_page_look(const uint8_t *disk)
{
    const uint8_t *tail = disk + AT_TAIL;
    if (tail[5] != 0 || tail[6] != 0 || tail[7] != 0 || tail[4] == 0) {
        return SEALED_LOOK_FOREIGN;
    }
    return tail[4] == SEALED_SUITE ? SEALED_LOOK_OURS : SEALED_LOOK_NEWER;
}

uint32_t sealed_page_epoch(const uint8_t *disk)
{
    const uint8_t *tail = disk + AT_TAIL;
    return (uint32_t)tail[0] | (uint32_t)tail[1] << 8 | (uint32_t)tail[2] << 16 |
           (uint32_t)tail[3] << 24;
}

bool sealed_page_is_plain_sqlite(const uint8_t *disk)
{
    return memcmp(disk, SQLITE_MAGIC, sizeof SQLITE_MAGIC) == 0;
}

void sealed_page_header(uint8_t out[100])
{
    memset(out, 0, 100);
    memcpy(out, SQLITE_MAGIC, sizeof SQLITE_MAGIC);
    out[16] = SEALED_PAGE_BYTES >> 8;
    out[18] = out[19] = 2; /* WAL, for writing and for reading */
    out[20] = SEALED_RESERVE_BYTES;
    out[21] = 64;
    out[22] = out[23] = 32;
}
