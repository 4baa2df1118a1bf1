/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault/unsynced.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SECTOR = 512 };

/* A file that was written to. Its descriptor is our own and never closed: closing one drops the locks that SQLite holds. */
struct file {
    dev_t dev;
    ino_t ino;
    int fd;
    off64_t durable_size;
    bool is_cut; /* since the last sync */
};
struct piece {
    struct file *file;
    off64_t at;
    size_t len;
    unsigned char *before;
    bool is_cut;
    struct piece *earlier;
};

enum { FILES_MAX = 256 };
static struct file files[FILES_MAX];
static int file_count;
static struct piece *latest;
static uint64_t chance;

void unsynced_start(uint64_t seed)
{
    chance = seed;
    file_count = 0;
    latest = NULL;
}

static struct file *file_of(int fd)
{
    struct stat st;
    char path[40];
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return NULL;
    }
    for (int i = 0; i < file_count; i++) {
        if (files[i].dev == st.st_dev && files[i].ino == st.st_ino) {
            return &files[i];
        }
    }
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int own = open(path, O_RDWR | O_CLOEXEC);
    if (own < 0 || file_count == FILES_MAX) {
        abort(); /* a write that is not seen would make the loss of power weaker than it says */
    }
    files[file_count] = (struct file){st.st_dev, st.st_ino, own, st.st_size, false};
    return &files[file_count++];
}

static void note(int fd, off64_t at, size_t len, bool is_cut)
{
    struct file *file = file_of(fd);
    struct piece *piece = file != NULL ? malloc(sizeof *piece) : NULL;
    if (piece == NULL) {
        return;
    }
    *piece = (struct piece){.file = file, .at = at, .len = len, .before = calloc(1, len + 1), .is_cut = is_cut, .earlier = latest};
    if (piece->before == NULL || pread(file->fd, piece->before, len, at) < 0) {
        abort();
    }
    file->is_cut = file->is_cut || is_cut;
    latest = piece;
}

void unsynced_note(int fd, off64_t at, size_t len)
{
    note(fd, at, len, false);
}

void unsynced_note_cut(int fd, off64_t at, size_t len)
{
    note(fd, at, len, true);
}

void unsynced_forget(int fd)
{
    struct file *file = file_of(fd);
    struct stat st;
    for (struct piece **at = &latest; file != NULL && *at != NULL;) {
        if ((*at)->file == file) {
            *at = (*at)->earlier;
        } else {
            at = &(*at)->earlier;
        }
    }
    if (file != NULL && fstat(fd, &st) == 0) {
        file->durable_size = st.st_size;
        file->is_cut = false;
    }
}

/* One answer for each sector of each file, whatever how often it was written: splitmix64 of the seed, the file and its place. */
static bool is_lost(const struct file *file, off64_t sector)
{
    uint64_t x = chance + (uint64_t)(file - files) * 0x9e3779b97f4a7c15ULL + (uint64_t)sector * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return ((x ^ (x >> 31)) & 1) != 0;
}

enum { WHOLE_FILE = -1 };

/* What became of a file, going back in time from its last write. */
struct fate {
    bool is_undone;      /* its cut did not happen, nor what came behind it */
    off64_t end, cut_at; /* from the latest cut on, earlier writes are of no account; -1: none seen yet */
};

static void lose_part(const struct piece *piece, off64_t at, size_t len, struct fate *fate)
{
    bool is_behind_cut = fate->cut_at >= 0 && at >= fate->cut_at;
    if (fate->is_undone || (!is_behind_cut && is_lost(piece->file, at / SECTOR))) {
        (void)syscall(SYS_pwrite64, piece->file->fd, piece->before + (at - piece->at), len, at);
    } else if (fate->cut_at < 0 && at + (off64_t)len > fate->end) {
        fate->end = at + (off64_t)len;
    }
}

static void lose_piece(const struct piece *piece, struct fate *fate)
{
    off64_t last = piece->at + (off64_t)piece->len;
    if (piece->is_cut && !fate->is_undone) {
        fate->end = fate->end > piece->at ? fate->end : piece->at;
        fate->cut_at = fate->cut_at < 0 || piece->at < fate->cut_at ? piece->at : fate->cut_at;
        return;
    }
    for (off64_t at = piece->at, next; at < last; at = next) {
        next = (at / SECTOR + 1) * SECTOR < last ? (at / SECTOR + 1) * SECTOR : last;
        lose_part(piece, at, (size_t)(next - at), fate);
    }
}

void unsynced_lose(void)
{
    struct fate fates[FILES_MAX];
    for (int i = 0; i < file_count; i++) {
        bool is_undone = files[i].is_cut && is_lost(&files[i], WHOLE_FILE);
        fates[i] = (struct fate){is_undone, files[i].is_cut && !is_undone ? 0 : files[i].durable_size, -1};
    }
    for (const struct piece *piece = latest; piece != NULL; piece = piece->earlier) { /* the oldest last: what was there before all */
        lose_piece(piece, &fates[piece->file - files]);
    }
    for (int i = 0; i < file_count; i++) {
        (void)syscall(SYS_ftruncate, files[i].fd, fates[i].end);
    }
}
