/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/fhir_walk.h"

#define BOM "\xEF\xBB\xBF"

const struct fhir_limits FHIR_LIMITS_DEFAULT = {
    .json = {.max_bytes = (size_t)64 << 20,
             .max_depth = 64,
             .max_nodes = 4000000,
             .keep_long_numbers = true},
    .max_entries = 20000000,
    .max_kept = 1000000,
};

/* --- texts --- */

static enum status read_document(struct fhir_walk *w, const char *bytes, size_t len_bytes,
                                 int first_line)
{
    struct json_document *document = NULL;
    struct error why = ERROR_INIT;
    enum status status = json_parse(bytes, len_bytes, &w->reader->limits->json, first_line,
                                    &document, &why);
    if (status != STATUS_OK) {
        (void)error_prefix(&why, status, "%s", w->name);
        return error_set_field(w->err, status, why.field, "%s", why.message);
    }
    status = fhir_walk_root(w, json_root(document));
    json_free(document);
    return status;
}

static bool is_blank(const char *bytes, size_t len_bytes)
{
    for (size_t i = 0; i < len_bytes; i++) {
        if (!strchr(" \t\r\n", bytes[i]) || !bytes[i]) {
            return false;
        }
    }
    return true;
}

/* A whole object on the first line and another one behind it. */
static bool looks_like_lines(const char *bytes, size_t len_bytes)
{
    const char *end = memchr(bytes, '\n', len_bytes);
    size_t first = end ? (size_t)(end - bytes) : len_bytes;
    size_t rest = first;
    while (first > 0 && strchr(" \t\r", bytes[first - 1]) && bytes[first - 1]) {
        first--;
    }
    while (rest < len_bytes && strchr(" \t\r\n", bytes[rest]) && bytes[rest]) {
        rest++;
    }
    return first > 1 && bytes[first - 1] == '}' && rest < len_bytes && bytes[rest] == '{';
}

static bool has_line_suffix(const char *name)
{
    static const char *const suffixes[] = {".ndjson", ".jsonl", ".ndj"};
    size_t len = strlen(name);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t tail = strlen(suffixes[i]);
        if (len > tail && strcmp(name + len - tail, suffixes[i]) == 0) {
            return true;
        }
    }
    return false;
}

static enum status read_line(struct fhir_walk *w, const char *bytes, size_t len_bytes, int line)
{
    return is_blank(bytes, len_bytes) ? STATUS_OK : read_document(w, bytes, len_bytes, line);
}

static enum status read_lines(struct fhir_walk *w, const char *bytes, size_t len_bytes)
{
    enum status status = STATUS_OK;
    w->is_lines = true;
    for (int line = 1; len_bytes > 0 && status == STATUS_OK; line++) {
        const char *end = memchr(bytes, '\n', len_bytes);
        size_t len = end ? (size_t)(end - bytes) : len_bytes;
        status = read_line(w, bytes, len, line);
        len += end ? 1 : 0;
        bytes += len;
        len_bytes -= len;
    }
    return status;
}

/* What the file is instead of JSON in UTF-8, as a sentence; NULL when it may be that. */
static const char *name_other_form(const char *bytes, size_t len_bytes)
{
    static const struct {
        const char *start;
        size_t len;
        const char *sentence;
    } forms[] = {
        {"\x1F\x8B", 2, N_("this is a compressed file (gzip). Unpack it, then import it again.")},
        {"PK\x03\x04", 4, N_("this is an archive (zip). Unpack it, then import the files in it.")},
        {"\xFF\xFE", 2, N_("this is text in UTF-16. Save it as UTF-8, then import it again.")},
        {"\xFE\xFF", 2, N_("this is text in UTF-16. Save it as UTF-8, then import it again.")},
        {"%PDF", 4, N_("this is a PDF document and not data.")},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (len_bytes >= forms[i].len && memcmp(bytes, forms[i].start, forms[i].len) == 0) {
            return _(forms[i].sentence);
        }
    }
    return bytes[strspn(bytes, " \t\r\n")] == '<'
               ? _("this is XML; FHIR is read in its JSON form only.")
               : NULL;
}

static enum status read_text(struct fhir_walk *w, const char *bytes, size_t len_bytes)
{
    if (len_bytes >= 3 && memcmp(bytes, BOM, 3) == 0) {
        bytes += 3;
        len_bytes -= 3;
    }
    if (has_line_suffix(w->name) || looks_like_lines(bytes, len_bytes)) {
        return read_lines(w, bytes, len_bytes);
    }
    if (is_blank(bytes, len_bytes)) {
        return error_set_field(w->err, STATUS_INVALID, "line 1",
                               _("%s, line 1: the file is empty."), w->name);
    }
    const char *other = name_other_form(bytes, len_bytes);
    if (other) {
        return error_set_field(w->err, STATUS_INVALID, "line 1", _("%s, line 1: %s"), w->name,
                               other);
    }
    return read_document(w, bytes, len_bytes, 1);
}

/* Lines are read one by one: such a file may be larger than memory. */
static enum status stream_lines(struct fhir_walk *w, const char *path)
{
    char chunk[65536];
    struct buffer line = BUFFER_INIT;
    enum status status = STATUS_OK;
    int number = 1;
    w->is_lines = true;
    FILE *file = fopen(path, "re");
    if (!file) {
        return error_set(w->err, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO,
                         _("The file %s cannot be read: %s."), path, strerror(errno));
    }
    for (size_t got; status == STATUS_OK && (got = fread(chunk, 1, sizeof chunk, file)) > 0;) {
        for (size_t at = 0; at < got && status == STATUS_OK;) {
            const char *end = memchr(chunk + at, '\n', got - at);
            size_t len = end ? (size_t)(end - chunk) - at : got - at;
            if (line.len + len > w->reader->limits->json.max_bytes) {
                status = error_set_field(w->err, STATUS_LIMIT, "line",
                                         _("%s, line %d: the line is too long."), w->name, number);
                break;
            }
            buffer_append(&line, chunk + at, len);
            at += len;
            if (end) {
                status = read_line(w, line.bytes ? line.bytes : "", line.len, number++);
                buffer_clear(&line);
                at++;
            }
        }
    }
    if (status == STATUS_OK && ferror(file)) {
        status = error_set(w->err, STATUS_IO, _("The file %s cannot be read: %s."), path,
                           strerror(errno));
    }
    if (status == STATUS_OK && line.len > 0) {
        status = read_line(w, line.bytes, line.len, number);
    }
    (void)fclose(file); /* nothing was written */
    buffer_release(&line);
    return status;
}

/* --- public --- */

struct fhir_reader *fhir_reader_new(const struct fhir_options *options)
{
    struct fhir_reader *reader = mem_alloc(sizeof *reader);
    reader->stage.options = options;
    reader->is_all_bundles = true;
    reader->limits = options->limits ? options->limits : &FHIR_LIMITS_DEFAULT;
    return reader;
}

void fhir_reader_free(struct fhir_reader *reader)
{
    if (!reader) {
        return;
    }
    for (size_t i = 0; i < reader->stage.items.len; i++) {
        fhir_item_release(&reader->stage.items.items[i]);
    }
    mem_free(reader->stage.items.items);
    fhir_import_release(&reader->stage.import);
    mem_free(reader);
}

static struct fhir_walk begin_file(struct fhir_reader *reader, const char *name, struct error *why)
{
    struct fhir_import *import = &reader->stage.import;
    MEM_GROW(&import->files);
    size_t at = import->files.len++;
    import->files.items[at] = (struct fhir_file){.name = fhir_clean_name(name)};
    return (struct fhir_walk){.reader = reader,
                              .file = at,
                              .name = import->files.items[at].name,
                              .err = why,
                              .bundle_type = ""};
}

/* A refused file leaves nothing behind but its sentence. */
static enum status end_file(struct fhir_walk *w, enum status status, size_t items_before,
                            size_t entries_before, struct error *err)
{
    struct fhir_reader *reader = w->reader;
    buffer_release(&w->path);
    if (status != STATUS_OK) {
        while (reader->stage.items.len > items_before) {
            fhir_item_release(&reader->stage.items.items[--reader->stage.items.len]);
        }
        reader->entries = entries_before;
        struct fhir_file *file = &reader->stage.import.files.items[w->file];
        fhir_file_clear_account(file);
        file->is_refused = true;
        file->error = *w->err;
        (void)error_set_field(err, status, w->err->field, "%s", w->err->message);
    }
    return status;
}

enum status fhir_reader_add_text(struct fhir_reader *reader, const char *name, const char *bytes,
                                 size_t len_bytes, struct error *err)
{
    struct error why = ERROR_INIT;
    size_t items = reader->stage.items.len, entries = reader->entries;
    char *copy = mem_copy_bytes(bytes, len_bytes); /* ends in a NUL */
    struct fhir_walk w = begin_file(reader, name, &why);
    enum status status = read_text(&w, copy, len_bytes);
    mem_free(copy);
    return end_file(&w, status, items, entries, err);
}

enum status fhir_reader_add_file(struct fhir_reader *reader, const char *path, struct error *err)
{
    struct error why = ERROR_INIT;
    size_t items = reader->stage.items.len, entries = reader->entries;
    struct fhir_walk w = begin_file(reader, path, &why);
    struct buffer text = BUFFER_INIT;
    enum status status;
    if (has_line_suffix(path)) {
        status = stream_lines(&w, path);
    } else {
        status = buffer_read_file(&text, path, reader->limits->json.max_bytes, &why);
        if (status == STATUS_OK) {
            status = read_text(&w, text.bytes, text.len);
        }
        buffer_release(&text);
    }
    return end_file(&w, status, items, entries, err);
}

void fhir_reader_finish(struct fhir_reader *reader, struct fhir_import *out)
{
    fhir_stage_join(&reader->stage);
    *out = reader->stage.import;
    reader->stage.import = (struct fhir_import){0};
}
