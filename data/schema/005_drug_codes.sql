-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 20: what the codes on this site's products stand for. A code is looked up, never taken apart: where the
-- segments of a GTIN or of a 10-digit NDC end cannot be told from the digits.
CREATE TABLE drug_codes (
    code_id BLOB NOT NULL PRIMARY KEY CHECK (length(code_id) = 16),
    code_system TEXT NOT NULL CHECK (code_system IN ('ndc', 'gtin')), -- ndc: 11 digits; gtin: 14
    code TEXT NOT NULL,                 -- 11 digits of an NDC, 14 of a GTIN
    drug_text TEXT NOT NULL,            -- one piece or the strength, as the knowledge reads it: "metformin 500 mg tab"
    rxcui TEXT,                         -- of the product, where the source gives it
    source TEXT NOT NULL,               -- where the row comes from: a file's name, "typed"
    recorded_by BLOB,
    recorded_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX drug_codes_code ON drug_codes (code, code_system);
