-- SPDX-License-Identifier: GPL-3.0-or-later
-- Supplies that run out soon: the work list of refills looks at what was handed over in the last months.
CREATE INDEX fills_handed ON fills (handed_at) WHERE handed_at IS NOT NULL;
