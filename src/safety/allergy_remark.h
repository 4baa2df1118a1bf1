/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a record says of an allergy beside its name: "hives, vomiting", "resolved", "not tolerated".
 * Words that silence (resolved, tolerated, a mere side effect) count only where nothing in the
 * remark speaks against them: a rash that resolved is still an allergy. */
#ifndef SAFETY_ALLERGY_REMARK_H
#define SAFETY_ALLERGY_REMARK_H

#include <stddef.h>

#include "safety/screen.h"

/* Fills kind, state and reaction of *out as far as the remark knows them; false when no word of it
 * is known. */
bool allergy_remark_read(const char *text, size_t len_bytes, struct screen_allergy *out);

#endif
