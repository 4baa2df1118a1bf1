-- SPDX-License-Identifier: GPL-3.0-or-later
-- The alert-load report reads decisions by the time they were made.
CREATE INDEX finding_decisions_decided ON finding_decisions (decided_at);
