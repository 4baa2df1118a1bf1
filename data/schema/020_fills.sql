-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 20: dispensing. A fill is one bag for one patient; what is owed of it is filled as a fill of its own with the
-- same root. Its packs say which lot went to whom, its steps who did what (model/fill_states.h).

CREATE TABLE fills (
    fill_id BLOB NOT NULL PRIMARY KEY CHECK (length(fill_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    medication_id BLOB NOT NULL REFERENCES user_medications (medication_id), -- the order
    order_version_id BLOB NOT NULL REFERENCES order_versions (version_id),   -- version that is filled
    root_fill_id BLOB NOT NULL,         -- the fill that spent the refill; itself, or the one whose rest this is
    fill_number INTEGER NOT NULL,       -- 0 the first, then refill 1, 2 ...
    state TEXT NOT NULL CHECK (state IN (
        'new', 'in_progress', 'filled', 'checked', 'partial', 'handed_over', 'returned', 'cancelled')),
    ingredients TEXT NOT NULL DEFAULT '', -- knowledge keys joined by ';': for early fills of the same drug by another order
    product_text TEXT,                  -- what is in the bag
    substitution TEXT CHECK (substitution IN ('generic', 'shortage', 'patient', 'prescriber')), -- why it is another product than ordered
    unit TEXT,                          -- of the quantities: "tab", "mL"
    quantity_wanted TEXT NOT NULL,      -- what this fill is to give
    quantity_filled TEXT,               -- what is in the bag
    days_supply INTEGER NOT NULL,       -- days that quantity_wanted lasts
    supply_from TEXT,                   -- first day of that supply
    early_reason TEXT CHECK (early_reason IN ('dose_changed', 'travel', 'lost', 'prescriber', 'other')), -- filled before the last supply was used up
    reason_text TEXT,                   -- words of the early reason, or why no right was held
    had_right INTEGER NOT NULL DEFAULT 1, -- 0: filled knowingly without a refill right on this device
    is_controlled INTEGER NOT NULL DEFAULT 0, -- counted twice
    counted TEXT,                       -- count of who filled
    recounted TEXT,                     -- count of who checked, unseen
    requested_by BLOB NOT NULL,         -- who put it in the queue
    requested_at INTEGER NOT NULL,      -- when
    filled_by BLOB,                     -- who filled the bag
    filled_at INTEGER,                  -- when
    checked_by BLOB,                    -- whose final check it was
    checked_at INTEGER,                 -- when
    second_by BLOB,                     -- second person of the final check
    labels INTEGER NOT NULL DEFAULT 0,  -- how often its label was printed
    return_at INTEGER,                  -- when an uncollected bag goes back to stock; NULL: not waiting
    handed_by BLOB,                     -- who handed it over
    handed_at INTEGER,                  -- when
    collected_by TEXT,                  -- who came for it; NULL: the patient
    identified_by TEXT CHECK (identified_by IN ('wristband', 'two_identifiers')), -- how the patient was identified
    counselling TEXT CHECK (counselling IN ('accepted', 'refused', 'not_there')), -- what became of the offer
    end_reason TEXT CHECK (end_reason IN ('unclaimed', 'order_ended', 'not_wanted', 'out_of_stock', 'mistake', 'other')), -- why it was cancelled or returned, or why the rest is not wanted
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX fills_user ON fills (user_id, requested_at);
CREATE INDEX fills_medication ON fills (medication_id, requested_at);
CREATE INDEX fills_version ON fills (order_version_id);
CREATE INDEX fills_root ON fills (root_fill_id);
CREATE INDEX fills_queue ON fills (requested_at) WHERE state IN ('new', 'in_progress', 'filled', 'checked');
CREATE INDEX fills_owed ON fills (requested_at) WHERE state = 'partial';
CREATE INDEX fills_unclaimed ON fills (return_at) WHERE return_at IS NOT NULL;

-- What went into the bag; a pack that was taken out again keeps its row.
CREATE TABLE fill_packs (
    pack_id BLOB NOT NULL PRIMARY KEY CHECK (length(pack_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    fill_id BLOB NOT NULL REFERENCES fills (fill_id), -- the fill
    code TEXT,                          -- as scanned or typed
    product_text TEXT NOT NULL,         -- what the code stands for
    no_scan_reason TEXT CHECK (no_scan_reason IN (
        'damaged', 'missing', 'scanner_fault', 'downtime', 'emergency', 'other')), -- why there is no code
    lot TEXT,                           -- of the maker, in capitals
    expiry TEXT,                        -- last day
    quantity TEXT NOT NULL,             -- taken out of this pack
    added_by BLOB NOT NULL,             -- who put it in
    added_at INTEGER NOT NULL,          -- when
    removed_at INTEGER,                 -- it was taken out again
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX fill_packs_fill ON fill_packs (fill_id);
CREATE INDEX fill_packs_user ON fill_packs (user_id);
CREATE INDEX fill_packs_lot ON fill_packs (lot) WHERE lot IS NOT NULL;

-- Append-only: each step of a fill.
CREATE TABLE fill_steps (
    step_id BLOB NOT NULL PRIMARY KEY CHECK (length(step_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    fill_id BLOB NOT NULL REFERENCES fills (fill_id), -- the fill
    from_state TEXT CHECK (from_state IN (
        'new', 'in_progress', 'filled', 'checked', 'partial', 'handed_over', 'returned', 'cancelled')), -- before; NULL: it was not there
    to_state TEXT NOT NULL CHECK (to_state IN (
        'new', 'in_progress', 'filled', 'checked', 'partial', 'handed_over', 'returned', 'cancelled')), -- after
    quantity TEXT,                      -- that the step is about
    reason TEXT,                        -- coded word, or words
    note TEXT,                          -- in words
    witness_id BLOB,                    -- second person
    done_by BLOB NOT NULL,              -- who
    done_at INTEGER NOT NULL,           -- when
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX fill_steps_fill ON fill_steps (fill_id, done_at);
CREATE INDEX fill_steps_user ON fill_steps (user_id);

-- Lots that are not to be handed out any more. The packs say who has one.
CREATE TABLE lot_recalls (
    recall_id BLOB NOT NULL PRIMARY KEY CHECK (length(recall_id) = 16),
    lot TEXT NOT NULL,                  -- of the maker, in capitals
    product_text TEXT,                  -- whose; NULL: every product of that lot
    reason TEXT NOT NULL,               -- why, and who says so
    recalled_by BLOB NOT NULL,          -- who entered it
    recalled_at INTEGER NOT NULL,       -- when
    ended_at INTEGER,                   -- it is over, or was a mistake
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX lot_recalls_lot ON lot_recalls (lot);
CREATE INDEX lot_recalls_open ON lot_recalls (recalled_at) WHERE ended_at IS NULL;
