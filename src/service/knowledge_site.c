/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/knowledge_site.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "crypt/content_hash.h"
#include "store/knowledge_store.h"

#define META_REVISION "knowledge.revision"
#define META_BLOCK "knowledge.block" /* "REVISION BUILT-IN-CHECKSUM SHA256" */
#define BLOCK_FILE "knowledge.block"

/* ---- packs ---- */

void knowledge_pack(const struct compile_files *files, struct buffer *out)
{
    for (size_t i = 0; i < files->len; i++) {
        buffer_append_format(out, "%s %zu\n", files->items[i].name, files->items[i].len);
        buffer_append(out, files->items[i].bytes, files->items[i].len);
    }
}

enum status knowledge_unpack(const struct buffer *pack, enum interaction_type ceiling, struct compile_files *out,
                             struct error *err)
{
    const char *p = pack->bytes;
    const char *end = pack->bytes + pack->len;
    while (p < end) {
        const char *line_end = memchr(p, '\n', (size_t)(end - p));
        const char *space = memchr(p, ' ', (size_t)(end - p));
        char *digits_end = NULL;
        unsigned long len = line_end && space && space < line_end ? strtoul(space + 1, &digits_end, 10) : 0;
        if (digits_end != line_end || line_end == NULL || len > (size_t)(end - line_end - 1)) {
            return error_set(err, STATUS_DAMAGED, _("The drug data that this site loaded cannot be read. Load it again."));
        }
        char *name = mem_copy_bytes(p, (size_t)(space - p));
        compile_files_add(out, name, line_end + 1, len, ceiling);
        mem_free(name);
        p = line_end + 1 + len;
    }
    return STATUS_OK;
}

/* ---- building ---- */

enum status knowledge_site_files(struct site *site, const char *except, const char *ceiling_of,
                                 enum interaction_type ceiling, struct compile_files *out, struct error *err)
{
    struct knowledge_set_list sets = {0};
    enum status status = knowledge_set_list_get(site->store, &sets, err);
    compile_files_built_in(out);
    for (size_t i = 0; i < sets.len && status == STATUS_OK; i++) {
        const struct knowledge_set *set = &sets.items[i];
        struct buffer pack = BUFFER_INIT;
        bool is_raised = ceiling_of != NULL && strcmp(ceiling_of, set->name) == 0;
        if (except != NULL && strcmp(except, set->name) == 0) {
            continue;
        }
        status = knowledge_set_tables(site->store, set->id, &pack, err);
        if (status == STATUS_OK) {
            status = knowledge_unpack(&pack, is_raised ? ceiling : set->ceiling, out, err);
        }
        buffer_release(&pack);
    }
    knowledge_set_list_release(&sets);
    return status;
}

/* The first fault in a table of the site, NULL when there is none; the program's own were looked at when it was built. */
static const char *site_fault(const struct compile_report *report)
{
    for (size_t i = 0; i < report->len; i++) {
        if (report->items[i].is_error && strstr(report->items[i].text, "_site_") != NULL) {
            return report->items[i].text;
        }
    }
    return NULL;
}

enum status knowledge_site_build(const struct compile_files *files, bool is_strict, struct buffer *out_bytes,
                                 struct knowledge **out, struct error *err)
{
    struct compile_report report = {0};
    enum status status = compile_block(files, COMPILE_SKIP_FAULTY, out_bytes, &report, err);
    if (status == STATUS_OK && site_fault(&report) != NULL && !is_strict) {
        log_write(LOG_WARNING, "%d rows of the site's drug data no longer fit", report.error_count);
    } else if (status == STATUS_OK && site_fault(&report) != NULL) {
        status = error_set(err, STATUS_INVALID, "%s", site_fault(&report));
    }
    if (status == STATUS_OK) {
        status = knowledge_open_bytes(out_bytes->bytes, out_bytes->len, out, err);
    }
    compile_report_release(&report);
    return status;
}

/* ---- the block in the folder ---- */

static char *block_path(const struct site *site)
{
    return mem_format("%s/%s", site->folder, BLOCK_FILE);
}

enum status knowledge_site_write(const struct site *site, const char *name, const void *bytes, size_t len, struct error *err)
{
    char *path = mem_format("%s/%s", site->folder, name), *temporary = mem_format("%s.new", path);
    /* one name, so that what a killed process left is written over; who writes holds the database's lock */
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    size_t written = 0;
    while (fd >= 0 && written < len) {
        ssize_t n = write(fd, (const char *)bytes + written, len - written);
        if (n <= 0 && errno != EINTR) {
            break;
        }
        written += n > 0 ? (size_t)n : 0;
    }
    bool is_written = fd >= 0 && written == len && fsync(fd) == 0;
    int cause = errno;
    if (fd >= 0) {
        is_written = close(fd) == 0 && is_written;
    }
    is_written = is_written && rename(temporary, path) == 0;
    if (!is_written) {
        (void)unlink(temporary); /* it may never have come to be */
    }
    mem_free(path);
    mem_free(temporary);
    return is_written ? STATUS_OK
                      : error_set(err, cause == ENOSPC ? STATUS_DISK_FULL : STATUS_IO,
                                  _("The drug knowledge cannot be written into the site's folder: %s."), strerror(cause));
}

/* What the block in force was made of, and its hash. Caller frees. */
static char *block_fact(const char *revision, const struct knowledge *built_in, const void *bytes, size_t len)
{
    char hash[CONTENT_HASH_TEXT];
    return mem_format("%s %016llx %s", revision, (unsigned long long)knowledge_checksum(built_in),
                      content_hash(bytes, len, hash));
}

enum status knowledge_site_put_block(struct site *site, const struct buffer *bytes, struct error *err)
{
    char revision[UID_TEXT_MAX];
    struct knowledge *built_in = NULL;
    (void)uid_format(uid_new(site->clock), revision); /* gives the buffer back */
    enum status status = knowledge_open(&built_in, err);
    if (status == STATUS_OK) {
        char *fact = block_fact(revision, built_in, bytes->bytes, bytes->len);
        status = knowledge_site_write(site, BLOCK_FILE, bytes->bytes, bytes->len, err);
        if (status == STATUS_OK) {
            status = store_meta_set(site->store, META_BLOCK, fact, err);
        }
        if (status == STATUS_OK) {
            status = store_meta_set(site->store, META_REVISION, revision, err);
        }
        mem_free(fact);
    }
    knowledge_free(built_in);
    return status;
}

static void take_over(struct site *site, struct knowledge *k, const char *revision)
{
    site->retired = mem_resize_array(site->retired, site->retired_count + 1, sizeof *site->retired);
    site->retired[site->retired_count++] = site->knowledge;
    site->knowledge = k;
    mem_free(site->knowledge_revision);
    site->knowledge_revision = mem_copy_text(revision);
}

/* Compiles the sets anew and keeps the block; the transaction holds the block and its hash together. Where it cannot be
 * written (a full disk), *out_unwritten is the knowledge all the same, and the next process tries again: whoever cares for
 * patients signs in and is told of every finding. */
static enum status rebuild(struct site *site, struct knowledge **out_unwritten, struct error *err)
{
    struct compile_files files = {0};
    struct buffer bytes = BUFFER_INIT;
    struct knowledge *k = NULL;
    enum status status = knowledge_site_files(site, NULL, NULL, INTERACTION_TYPE_NONE_GIVEN, &files, err);
    if (status == STATUS_OK) {
        status = knowledge_site_build(&files, false, &bytes, &k, err);
    }
    bool is_built = status == STATUS_OK;
    if (status == STATUS_OK) {
        status = store_begin(site->store, err);
    }
    if (status == STATUS_OK) {
        status = knowledge_site_put_block(site, &bytes, err);
        if (status == STATUS_OK) {
            status = store_commit(site->store, err);
        } else {
            store_rollback(site->store);
        }
    }
    if (is_built && (status == STATUS_DISK_FULL || status == STATUS_IO)) {
        log_write(LOG_WARNING, "the knowledge block is kept in memory: %s", error_text(err));
        site->kept_blocks = mem_resize_array(site->kept_blocks, site->kept_block_count + 1, sizeof *site->kept_blocks);
        site->kept_blocks[site->kept_block_count++] = buffer_take(&bytes);
        *out_unwritten = k; /* points into them */
        k = NULL;
        status = STATUS_OK;
    }
    knowledge_free(k);
    compile_files_release(&files);
    buffer_release(&bytes);
    return status;
}

/* Opens the block when it is the one that the database names. */
static struct knowledge *open_block(const struct site *site, const char *revision, const char *fact)
{
    struct knowledge *k = NULL;
    struct knowledge *built_in = NULL;
    char *path = block_path(site);
    if (knowledge_open(&built_in, NULL) == STATUS_OK && knowledge_open_file(path, &k, NULL) == STATUS_OK) {
        size_t len = 0;
        const void *bytes = knowledge_bytes(k, &len);
        char *own = block_fact(revision, built_in, bytes, len);
        if (strcmp(own, fact) != 0) {
            knowledge_free(k);
            k = NULL;
        }
        mem_free(own);
    }
    knowledge_free(built_in);
    mem_free(path);
    return k;
}

enum status knowledge_site_load(struct site *site, struct error *err)
{
    char *revision = NULL, *fact = NULL;
    enum status status = store_meta_get(site->store, META_REVISION, &revision, err);
    if (status != STATUS_OK || revision == NULL ||
        (site->knowledge_revision != NULL && strcmp(site->knowledge_revision, revision) == 0)) {
        mem_free(revision);
        return status;
    }
    status = store_meta_get(site->store, META_BLOCK, &fact, err);
    struct knowledge *k = status == STATUS_OK ? open_block(site, revision, fact != NULL ? fact : "") : NULL;
    if (status == STATUS_OK && k == NULL) {
        log_write(LOG_INFO, "the knowledge block is made anew");
        struct knowledge *unwritten = NULL;
        status = rebuild(site, &unwritten, err);
        if (unwritten != NULL) {
            take_over(site, unwritten, revision);
            mem_free(revision);
            mem_free(fact);
            return STATUS_OK;
        }
        mem_free(revision);
        mem_free(fact);
        revision = fact = NULL;
        if (status == STATUS_OK) {
            status = store_meta_get(site->store, META_REVISION, &revision, err);
        }
        if (status == STATUS_OK) {
            status = store_meta_get(site->store, META_BLOCK, &fact, err);
        }
        k = status == STATUS_OK ? open_block(site, revision, fact) : NULL;
        if (status == STATUS_OK && k == NULL) {
            status = error_set(err, STATUS_DAMAGED, _("The drug data that this site loaded cannot be read. Load it again."));
        }
    }
    if (status == STATUS_OK) {
        take_over(site, k, revision);
    }
    mem_free(revision);
    mem_free(fact);
    return status;
}
