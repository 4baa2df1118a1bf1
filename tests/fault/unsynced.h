/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the process has written and not synced, with what stood there before: so that a loss of power can take it away again. For one
 * run of one process, which dies by it: nothing is ever given back. */
#ifndef FAULT_UNSYNCED_H
#define FAULT_UNSYNCED_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

void unsynced_start(uint64_t seed);
void unsynced_note(int fd, off64_t at, size_t len);  /* before it is written */
void unsynced_note_cut(int fd, off64_t at, size_t len); /* before the file is cut there */
void unsynced_forget(int fd);                       /* it was synced */
/* Of each sector that is not synced either what was written stays or what was there before; a file that had grown ends where its last
 * sector stayed. A cut either stays, or it and everything since the last sync is gone. */
void unsynced_lose(void);

#endif
