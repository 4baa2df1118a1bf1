/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A site that is being made: the file "unfinished" in its folder, locked by the process that makes it. Whoever was killed in
 * the middle leaves it behind, so that a half site is never taken for a whole one and the next try begins anew. */
#ifndef SERVICE_SITE_MAKING_H
#define SERVICE_SITE_MAKING_H

#include <stdbool.h>

#include "base/error.h"

enum site_making {
    SITE_MAKING_NONE,       /* the folder holds a whole site, or none */
    SITE_MAKING_OURS,       /* this process is making it */
    SITE_MAKING_ELSEWHERE,  /* another one is, right now */
    SITE_MAKING_LEFT_BEHIND /* nobody is */
};
enum site_making site_making_look(const char *folder);

/* Takes the folder, which is made where it is not there, for this process; what an unfinished try left in it is removed.
 * *out_fd is handed to _end(); -1 when this process is making it already: the outer one ends it. STATUS_EXISTS when it holds a
 * site, STATUS_BUSY while another process makes one. */
enum status site_making_begin(const char *folder, int *out_fd, struct error *err) MUST_USE;
/* is_done: from now on it is a site. Else the mark stays for the next try. */
void site_making_end(const char *folder, int fd, bool is_done);

/* A folder and those above it that are missing, for its owner only. */
enum status site_folder_make(const char *path, struct error *err) MUST_USE;

#endif
