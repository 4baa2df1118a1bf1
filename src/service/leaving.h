/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was given here and is not finished (clinical.md 4.B.14): it keeps a patient from leaving, because nobody asks for it
 * afterwards. */
#ifndef SERVICE_LEAVING_H
#define SERVICE_LEAVING_H

#include "service/site.h"

struct leaving_list {
    char **items; /* sentences */
    size_t len, cap;
};
void leaving_list_release(struct leaving_list *list);

/* An effect that nobody recorded, waste that is open, a possible double dose, something that runs. Inside a read; nothing is
 * audited: the caller's act is. */
enum status leaving_list_get(struct actor *actor, struct uid patient, struct leaving_list *out, struct error *err) MUST_USE;

#endif
