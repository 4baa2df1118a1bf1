/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The format of a sealed database (security.md 1.4): how one page of the main file and one frame of
 * the WAL are encrypted and authenticated. Pure: bytes in, bytes out. The last 48 bytes of every
 * page hold nonce[24] | tag[16] | epoch u32le | suite u8 | 0[3]; the last eight of them are
 * authenticated too. */
#ifndef STORE_SEALED_PAGE_H
#define STORE_SEALED_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "crypt/page_seal.h"

#define SEALED_PAGE_BYTES 4096 /* fixed for ever */
#define SEALED_RESERVE_BYTES 48
#define SEALED_USABLE_BYTES (SEALED_PAGE_BYTES - SEALED_RESERVE_BYTES)
#define SEALED_FILE_ID_BYTES 16
#define SEALED_WAL_HEADER_BYTES 32 /* stays clear: magic, page size, salts, its own checksum */
#define SEALED_FRAME_HEADER_BYTES 24
#define SEALED_FRAME_BYTES (SEALED_FRAME_HEADER_BYTES + SEALED_PAGE_BYTES)
#define SEALED_SUITE 1 /* XAES-256-GCM; a higher number is a newer format */

/* One database file: its two keys, its id, and the epoch that new pages carry. */
struct sealed_codec {
    struct page_seal *pages;
    struct page_seal *frames;
    uint8_t file_id[SEALED_FILE_ID_BYTES];
    uint32_t epoch;
};

/* What the clear tail of a page says about its origin, before any key is tried. */
enum sealed_look { SEALED_LOOK_OURS, SEALED_LOOK_NEWER, SEALED_LOOK_FOREIGN };

/* false when memory ran out. Released in every case with sealed_codec_release(). */
bool sealed_codec_init(struct sealed_codec *codec, const struct secret *key, uint32_t epoch,
                       const uint8_t file_id[SEALED_FILE_ID_BYTES]);
void sealed_codec_release(struct sealed_codec *codec);

/* Page `number` (from 1) as it lies on the disk <-> as SQLite sees it. out may be the same as in.
 * Page 1 keeps the file id in its first 16 bytes on the disk and the magic of SQLite above.
 * STATUS_DAMAGED leaves out all zero. */
enum status sealed_page_close(struct sealed_codec *codec, uint32_t number, const uint8_t *page,
                              uint8_t *out) MUST_USE;
enum status sealed_page_open(struct sealed_codec *codec, uint32_t number, const uint8_t *disk,
                             uint8_t *out) MUST_USE;

/* A frame (24 bytes of header and a page) at `offset` of the WAL. */
enum status sealed_frame_close(struct sealed_codec *codec, int64_t offset, const uint8_t *frame,
                               uint8_t *out) MUST_USE;
enum status sealed_frame_open(struct sealed_codec *codec, int64_t offset, const uint8_t *disk,
                              uint8_t *out) MUST_USE;

enum sealed_look sealed_page_look(const uint8_t *disk);
uint32_t sealed_page_epoch(const uint8_t *disk); /* not authenticated until the page was opened */
bool sealed_page_is_plain_sqlite(const uint8_t *disk);

/* The first 100 bytes of a database of ours, for SQLite to get past a first page that a power cut
 * tore. */
void sealed_page_header(uint8_t out[100]);

#endif
