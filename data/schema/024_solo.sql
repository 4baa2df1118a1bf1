-- SPDX-License-Identifier: GPL-3.0-or-later
-- Going past a contraindication where nobody else is on duty (clinical.md 4.C): somebody else reviews it within a day.
ALTER TABLE finding_decisions ADD COLUMN review_due_at INTEGER; -- decided alone, nobody else was there: by when another person reviews it; NULL: no review
CREATE INDEX finding_decisions_to_review ON finding_decisions (review_due_at, decision_id) WHERE review_due_at IS NOT NULL;

-- What another person said of a contraindication that was gone past alone. Append-only.
CREATE TABLE decision_reviews (
    review_id BLOB NOT NULL PRIMARY KEY CHECK (length(review_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    decision_id BLOB NOT NULL REFERENCES finding_decisions (decision_id) DEFERRABLE INITIALLY DEFERRED,
    verdict TEXT NOT NULL CHECK (verdict IN ('justified', 'not_justified', 'reported')), -- what the review says
    verdict_text TEXT NOT NULL,         -- in words: what is done about it
    reviewed_by BLOB NOT NULL,          -- never who decided
    reviewed_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX decision_reviews_decision ON decision_reviews (decision_id);
CREATE INDEX decision_reviews_user ON decision_reviews (user_id);
