/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Room for those who have to go on when the disk is full: a file of 16 MB in a folder that is given up then. Reading a chart
 * is written down before it is shown, and nobody signs in without a record: with nothing left they could not. */
#ifndef BASE_DISK_RESERVE_H
#define BASE_DISK_RESERVE_H

enum disk_room {
    DISK_ROOM_ENOUGH,
    DISK_ROOM_RESERVE, /* what is left is the reserve: for what cannot wait */
};

/* Looks how much is left, and gives the reserve up when hardly anything is. A system that does not tell has enough. */
enum disk_room disk_reserve_look(const char *folder);

/* Makes the reserve where there is none and there is room for it twice over; else nothing. */
void disk_reserve_keep(const char *folder);

#endif
