/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/first_run.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"

#define ZONES "/usr/share/zoneinfo"
enum { TABLE_MAX = 1 << 18, LINK_MAX = 256 };

void first_run_enter(struct shell *sh, struct workstation *ws, const char *folder, const char *notice)
{
    mem_free(ws->made_folder);
    mem_free(ws->made_notice);
    ws->made_folder = mem_copy_text(folder);
    ws->made_notice = notice != NULL ? mem_copy_text(notice) : NULL;
    ws->site_folder = ws->made_folder;
    ws->notice = ws->made_notice;
    if (ws->site_made != NULL) {
        ws->site_made(ws);
    }
    shell_close_all(sh);
    shell_open_or_say(sh, &SCREEN_SIGN_IN, NULL);
}

void first_run_remove(const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            (void)unlinkat(dirfd(dir), entry->d_name, 0); /* a folder stays, and then its parent does, too */
        }
    }
    (void)closedir(dir); /* only read */
    (void)rmdir(folder);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **first_run_zones(size_t *out_count)
{
    struct buffer table = BUFFER_INIT;
    char **zones = NULL;
    size_t count = 0, cap = 0;
    *out_count = 0;
    if (buffer_read_file(&table, ZONES "/zone1970.tab", TABLE_MAX, NULL) != STATUS_OK) {
        return NULL;
    }
    for (const char *line = table.bytes; *line != '\0';) { /* countries TAB place TAB zone [TAB words] */
        size_t len = strcspn(line, "\n");
        const char *zone = line;
        for (int i = 0; i < 2 && zone != NULL; i++) {
            zone = memchr(zone, '\t', len - (size_t)(zone - line));
            zone = zone != NULL ? zone + 1 : NULL;
        }
        if (line[0] != '#' && zone != NULL) {
            if (count == cap) {
                cap = cap == 0 ? 512 : 2 * cap;
                zones = mem_resize_array(zones, cap, sizeof *zones);
            }
            zones[count++] = mem_copy_bytes(zone, strcspn(zone, "\t\n"));
        }
        line += len + (line[len] == '\n');
    }
    buffer_release(&table);
    if (count > 0) {
        qsort(zones, count, sizeof *zones, by_name);
    }
    *out_count = count;
    return zones;
}

char *first_run_own_zone(void)
{
    char link[LINK_MAX];
    ssize_t len = readlink("/etc/localtime", link, sizeof link - 1);
    link[len > 0 ? len : 0] = '\0';
    const char *zone = strstr(link, "/zoneinfo/");
    return mem_copy_text(zone != NULL ? zone + strlen("/zoneinfo/") : "");
}
