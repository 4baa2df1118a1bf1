/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids that follow from what they name (UUIDv8 of a SHA-256), so that two devices which never met
 * give the same dose slot or the same imported record the same id. They never key the partitioned
 * tables (decisions.md 16). */
#ifndef CRYPT_DERIVED_ID_H
#define CRYPT_DERIVED_ID_H

#include <stddef.h>
#include <stdint.h>

#include "base/uid.h"

/* planned: "YYYY-MM-DDTHH:MM" NUL zone for wall-clock schedules, i64be microseconds for intervals.
 */
struct uid derived_slot_id(struct uid order_version_id, uint32_t seq, uint8_t kind,
                           const void *planned, size_t len_planned);

/* Any other: a domain of one's own ("prescripcare.import.fhir.1") and the parts of the name, which
 * are kept apart. */
struct uid derived_id(const char *domain, const char *const *parts, size_t count);

/* An event that a machine derives from what it names: a UUIDv7 of that moment whose other bits follow from the name, so
 * that it may key a partitioned table and still is the same on every device. */
struct uid derived_event_id(const char *domain, struct uid name, int64_t at_us);

#endif
