/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The drug knowledge of a site: the program's own tables with what the site loaded beside them, compiled once into a block
 * in the site's folder. The block is derived: its hash stands in the sealed database, and one that is missing, older than
 * the program or not genuine is made anew from there. */
#ifndef SERVICE_KNOWLEDGE_SITE_H
#define SERVICE_KNOWLEDGE_SITE_H

#include "safety/compile.h"
#include "service/site.h"

/* What changed since this process looked is taken over; knowledge that records still point into lives until the site is
 * closed. After sign-in. */
enum status knowledge_site_load(struct site *site, struct error *err) MUST_USE;

/* The program's tables and every set of the site; `except` (may be NULL) is left out, `ceiling_of` with `ceiling` takes
 * another ceiling for one set. */
enum status knowledge_site_files(struct site *site, const char *except, const char *ceiling_of,
                                 enum interaction_type ceiling, struct compile_files *out, struct error *err) MUST_USE;

/* Compiles; strictly, a fault in one of the site's tables is STATUS_INVALID with its line, else that row is left out (an
 * upgrade may have renamed what it is about). The bytes live as long as *out_bytes. */
enum status knowledge_site_build(const struct compile_files *files, bool is_strict, struct buffer *out_bytes,
                                 struct knowledge **out, struct error *err) MUST_USE;

/* The block into the folder and its hash into the database; inside store_begin(). */
enum status knowledge_site_put_block(struct site *site, const struct buffer *bytes, struct error *err) MUST_USE;

/* A file of the site's folder, whole or not at all; inside store_begin(). */
enum status knowledge_site_write(const struct site *site, const char *name, const void *bytes, size_t len,
                                 struct error *err) MUST_USE;

/* Tables as one text and back, as they lie in the database. */
void knowledge_pack(const struct compile_files *files, struct buffer *out);
enum status knowledge_unpack(const struct buffer *pack, enum interaction_type ceiling, struct compile_files *out,
                             struct error *err) MUST_USE;

#endif
