/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two devices of one site in one process, offline from each other: two copies of one site's files, each with its own clock. What
 * the exchange would bring is brought as the sync agent writes it, row by row through the mirror, without a centre in between. */
#ifndef FAULT_WARD_DEVICES_H
#define FAULT_WARD_DEVICES_H

#include "store/mirror.h"
#include "support/clinic.h"

enum { WARD_DEVICES = 2 };

struct ward_device {
    struct clinic *c;
    struct store *store; /* as the sync agent has it */
    struct mirror *mirror;
    int64_t sent_seq; /* of the queue */
};

/* The second one is a copy of the clinic as it is; everybody is signed out there. */
void ward_devices_open(struct clinic *c, struct ward_device out[WARD_DEVICES]);
void ward_devices_close(struct ward_device devices[WARD_DEVICES]); /* with the clinics */
/* Both ways. False: a row could not be written; said on stderr. */
bool ward_devices_exchange(struct ward_device devices[WARD_DEVICES]);
/* The facility keeps another time from now on. */
void ward_devices_set_zone(struct ward_device devices[WARD_DEVICES], const char *zone);

#endif
