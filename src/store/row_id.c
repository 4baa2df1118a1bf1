/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/row_id.h"

#include <stdio.h>

#include "crypt/derived_id.h"

struct uid row_id_of(const char *domain, struct uid owner, int n)
{
    char id[UID_TEXT_MAX], number[16];
    (void)snprintf(number, sizeof number, "%d", n); /* fits */
    const char *const parts[] = {uid_format(owner, id), number};
    return derived_id(domain, parts, 2);
}
