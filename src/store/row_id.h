/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids of rows that follow from another row: a patient's profile, the n-th schedule row of an order version. */
#ifndef STORE_ROW_ID_H
#define STORE_ROW_ID_H

#include "base/uid.h"

struct uid row_id_of(const char *domain, struct uid owner, int n);

#endif
