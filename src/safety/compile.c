/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/compile.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/compile_internal.h"

void compile_release(struct compile *c)
{
    for (int i = 0; i < TABLE_COUNT; i++) {
        table_release(&c->tables[i]);
    }
    for (int i = 0; i < KNOWLEDGE_SECTION_COUNT; i++) {
        buffer_release(&c->sections[i]);
    }
    mem_free(c->ingredients.items);
    mem_free(c->classes.items);
    mem_free(c->groups.items);
    mem_free(c->conditions.items);
    mem_free(c->foods.items);
    pool_release(&c->pool);
    mem_free(c->class_bits);
    mem_free(c->group_bits);
    mem_free(c->class_routes);
    mem_free(c->class_is_used);
    mem_free(c->origins.items);
    mem_free(c->shadows.items);
    *c = (struct compile){0};
}

static const char *newest_review(const struct compile *c)
{
    const char *newest = "";
    for (int i = 0; i < TABLE_COUNT; i++) {
        const struct table *t = &c->tables[i];
        for (size_t j = 0; j < t->len; j++) {
            const char *reviewed = table_cell(t, &t->items[j], "reviewed");
            newest = strcmp(reviewed, newest) > 0 ? reviewed : newest;
        }
    }
    return newest;
}

enum status compile_load(struct compile *c, const struct compile_files *files, struct compile_report *report,
                         struct error *err)
{
    *c = (struct compile){.report = report};
    (void)pool_add(&c->pool, "");
    for (int i = 0; i < TABLE_COUNT; i++) {
        table_read(&c->tables[i], (enum table_kind)i, files, report);
    }
    if (!compile_entities(c)) {
        return error_set(err, STATUS_LIMIT,
                         _("The drug tables hold more than this program can take."));
    }
    compile_class_routes(c);
    compile_interactions(c);
    compile_subjects(c);
    compile_doses(c);
    compile_duplicates(c);
    compile_washouts(c);
    compile_kidney_stages(c);
    compile_forms(c);
    compile_allergies(c);
    compile_names(c);
    rules_order(c);
    return STATUS_OK;
}

static uint64_t content_hash(const struct compile *c)
{
    uint64_t hash = 0;
    for (int i = 0; i < KNOWLEDGE_SECTION_COUNT; i++) {
        const struct buffer *b = i == KNOWLEDGE_TEXTS ? &c->pool.bytes : &c->sections[i];
        uint64_t parts[2] = {hash, knowledge_hash(b->bytes, b->len)};
        hash = knowledge_hash(parts, sizeof parts);
    }
    return hash;
}

/* "2026-11-24" and the content give "2026.11.24-1a2b3c4d". */
static uint32_t version_add(struct compile *c, const char *date)
{
    char version[64];
    (void)snprintf(version, sizeof version, "%s-%08x", date[0] ? date : "0000-00-00",
                   (unsigned)content_hash(c));
    version[4] = '.';
    version[7] = '.';
    return pool_add(&c->pool, version);
}

static void write_block(struct compile *c, struct buffer *out)
{
    static const size_t sizes[KNOWLEDGE_SECTION_COUNT] = {
#define KNOWLEDGE_SECTION_SIZE(name, type) sizeof(type),
        KNOWLEDGE_SECTIONS(KNOWLEDGE_SECTION_SIZE)};
    const char *date = newest_review(c);
    struct stored_header header = {
        .magic = KNOWLEDGE_MAGIC,
        .format = KNOWLEDGE_FORMAT,
        .byte_order = KNOWLEDGE_BYTE_ORDER,
        .version = version_add(c, date),
        .date = pool_add(&c->pool, date),
        .curated = (uint32_t)c->ingredients.len,
        .bit_words = c->bit_words,
    };
    buffer_release(&c->sections[KNOWLEDGE_TEXTS]);
    c->sections[KNOWLEDGE_TEXTS] = c->pool.bytes;
    c->pool.bytes = (struct buffer)BUFFER_INIT;
    size_t start = out->len;
    buffer_append(out, &header, sizeof header);
    for (int i = 0; i < KNOWLEDGE_SECTION_COUNT; i++) {
        while ((out->len - start) % 8) {
            buffer_append_byte(out, '\0');
        }
        header.sections[i].offset = (uint32_t)(out->len - start);
        header.sections[i].count = (uint32_t)(c->sections[i].len / sizes[i]);
        buffer_append(out, c->sections[i].bytes, c->sections[i].len);
    }
    while ((out->len - start) % 8) {
        buffer_append_byte(out, '\0');
    }
    header.size = out->len - start;
    memcpy(out->bytes + start, &header, sizeof header);
    size_t behind = offsetof(struct stored_header, checksum) + sizeof header.checksum;
    header.checksum = knowledge_hash(out->bytes + start + behind, header.size - behind);
    memcpy(out->bytes + start, &header, sizeof header);
}

enum status compile_block(const struct compile_files *files, enum compile_mode mode, struct buffer *out,
                              struct compile_report *report, struct error *err)
{
    struct compile c;
    enum status status = compile_load(&c, files, report, err);
    if (status == STATUS_OK && mode == COMPILE_STRICT && report->error_count > 0) {
        status = error_set(err, STATUS_INVALID, _("%d rows of the drug tables are faulty."),
                           report->error_count);
    }
    if (status == STATUS_OK) {
        write_block(&c, out);
    }
    compile_release(&c);
    return status;
}
