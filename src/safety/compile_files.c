/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The texts that the knowledge compiler reads: a folder of tables, and what a site adds to them. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/compile.h"

#define TABLE_FILE_MAX (64u * 1024 * 1024)

void compile_files_release(struct compile_files *files)
{
    for (size_t i = 0; i < files->len; i++) {
        mem_free(files->items[i].name);
        mem_free(files->items[i].bytes);
    }
    mem_free(files->items);
    *files = (struct compile_files){0};
}

void compile_files_add(struct compile_files *files, const char *name, const char *bytes, size_t len,
                       enum interaction_type ceiling)
{
    MEM_GROW(files);
    files->items[files->len++] = (struct compile_file){mem_copy_text(name),
                                                       mem_copy_bytes(bytes, len), len, ceiling};
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct compile_file *)a)->name, ((const struct compile_file *)b)->name);
}

static enum status read_file(struct compile_files *files, const char *dir, const char *name,
                             struct error *err)
{
    char *path = mem_format("%s/%s", dir, name);
    struct buffer bytes = BUFFER_INIT;
    enum status status = buffer_read_file(&bytes, path, TABLE_FILE_MAX, err);
    if (status == STATUS_OK) {
        compile_files_add(files, name, bytes.bytes, bytes.len, INTERACTION_TYPE_NONE_GIVEN);
    } else {
        status = error_prefix(err, status, "%s", name);
    }
    buffer_release(&bytes);
    mem_free(path);
    return status;
}

enum status compile_files_read(struct compile_files *files, const char *dir, struct error *err)
{
    DIR *folder = opendir(dir);
    if (!folder) {
        return error_set(err, STATUS_IO, _("The folder of the drug tables cannot be read."));
    }
    enum status status = STATUS_OK;
    struct dirent *entry = readdir(folder);
    for (; entry && status == STATUS_OK; entry = readdir(folder)) {
        size_t len = strlen(entry->d_name);
        if (len > 4 && strcmp(entry->d_name + len - 4, ".tsv") == 0) {
            status = read_file(files, dir, entry->d_name, err);
        }
    }
    closedir(folder);
    if (files->len > 1) {
        qsort(files->items, files->len, sizeof *files->items, compare_names);
    }
    return status;
}
