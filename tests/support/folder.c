/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/memory.h"

char *folder_new(void)
{
    const char *parent = getenv("TMPDIR");
    return folder_new_in(parent != NULL ? parent : "/tmp");
}

char *folder_new_in(const char *parent)
{
    char *folder = mem_format("%s/prescripcare-XXXXXX", parent);
    if (mkdtemp(folder) == NULL) {
        fatal("no temporary folder");
    }
    return folder;
}

char *folder_path(const char *folder, const char *name)
{
    return mem_format("%s/%s", folder, name);
}

static void remove_tree(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry = NULL;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        char *path = folder_path(folder, entry->d_name);
        struct stat st;
        if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
            remove_tree(path);
        } else {
            (void)unlink(path); /* what stays is seen by rmdir() */
        }
        mem_free(path);
    }
    if (dir != NULL) {
        (void)closedir(dir); /* was read only */
    }
    (void)rmdir(folder); /* a leftover in the temporary folder is no reason to fail */
}

void folder_remove(char *folder)
{
    if (folder != NULL) {
        remove_tree(folder);
    }
    mem_free(folder);
}

uint8_t *file_read(const char *path, size_t *out_len)
{
    FILE *file = fopen(path, "rb");
    struct stat st;
    if (file == NULL) {
        return NULL;
    }
    if (fstat(fileno(file), &st) != 0) {
        fatal("cannot read a test's file");
    }
    size_t len = (size_t)st.st_size;
    uint8_t *bytes = mem_alloc(len + 1);
    if (fread(bytes, 1, len, file) != len) {
        fatal("cannot read a test's file");
    }
    (void)fclose(file); /* was read only */
    *out_len = len;
    return bytes;
}

void file_write(const char *path, const void *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const uint8_t *at = bytes;
    for (size_t left = len; fd >= 0 && left > 0;) {
        ssize_t n = write(fd, at, left);
        if (n <= 0) {
            fatal("cannot write a test's file");
        }
        at += n;
        left -= (size_t)n;
    }
    if (fd < 0 || close(fd) != 0) {
        fatal("cannot write a test's file");
    }
}

void file_copy(const char *from, const char *to)
{
    size_t len = 0;
    uint8_t *bytes = file_read(from, &len);
    if (bytes == NULL) {
        fatal("cannot copy a test's file");
    }
    file_write(to, bytes, len);
    mem_free(bytes);
}

bool file_is_there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

size_t bytes_count(const uint8_t *bytes, size_t len, const char *text)
{
    size_t wanted = strlen(text);
    size_t count = 0;
    for (size_t at = 0; at + wanted <= len; at++) {
        const uint8_t *next = memchr(bytes + at, text[0], len - wanted + 1 - at);
        if (next == NULL) {
            break;
        }
        at = (size_t)(next - bytes);
        count += memcmp(next, text, wanted) == 0;
    }
    return count;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

size_t folder_list(const char *folder, char ***out)
{
    struct {
        char **items;
        size_t len, cap;
    } list = {0};
    DIR *dir = opendir(folder);
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        if (entry->d_name[0] != '.') {
            MEM_GROW(&list);
            list.items[list.len++] = mem_format("%s/%s", folder, entry->d_name);
        }
    }
    if (dir) {
        (void)closedir(dir); /* only read */
    }
    if (list.len > 1) {
        qsort(list.items, list.len, sizeof *list.items, compare_paths);
    }
    *out = list.items;
    return list.len;
}
