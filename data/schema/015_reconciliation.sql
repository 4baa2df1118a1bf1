-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 15: medication reconciliation (clinical.md 4.A).
-- Going through a patient's medicines at a transition of care; a change of what was signed is a new row that names the old one.
CREATE TABLE reconciliations (
    reconciliation_id BLOB NOT NULL PRIMARY KEY CHECK (length(reconciliation_id) = 16), -- One session, or one version of it
    user_id BLOB NOT NULL REFERENCES users (user_id),
    transition TEXT NOT NULL CHECK (transition IN ('admission', 'transfer', 'discharge', 'clinic_visit', 'pharmacy_consult')), -- why the list is gone through
    encounter TEXT, -- stay or visit, as the site calls it
    state TEXT NOT NULL CHECK (state IN ('not_started', 'collecting', 'comparing', 'checking', 'ready', 'awaiting_cosign', 'signed', 'signed_final', 'signed_provisional', 'communicated', 'amended', 'abandoned')), -- as the last step left it
    started_by BLOB, -- who began it
    started_at INTEGER NOT NULL, -- when it was begun or planned
    due_at INTEGER NOT NULL, -- overdue from then on
    holder_id BLOB, -- the staff member who may write; others read
    holder_session TEXT, -- that person's session
    held_at INTEGER, -- since when
    takeover_reason TEXT, -- why the last holder took it over
    reconciled_with TEXT CHECK (reconciled_with IN ('patient', 'carer', 'none')), -- who was gone through it with
    no_history_reason TEXT, -- why no list could be had (incomplete history)
    is_single_source INTEGER NOT NULL DEFAULT 0, -- the signer knew that there was one source only
    acknowledged TEXT, -- names of what could not be checked and was accepted so
    signed_by BLOB, -- who signed the list
    signed_at INTEGER, -- when
    cosigned_by BLOB, -- the prescriber who answers for it
    cosigned_at INTEGER, -- when
    rejected_reason TEXT, -- why a prescriber gave it back
    knowledge_version TEXT, -- drug knowledge that the list was checked with
    signed_list TEXT, -- the list as it was signed
    list_hash TEXT, -- SHA-256 of signed_list; also in the audit record
    base_list TEXT, -- orders and versions of the chart when it was signed
    previous_id BLOB, -- the version that this one replaces
    closed_reason TEXT, -- why it was abandoned
    told_how TEXT, -- how the patient got the list
    told_at INTEGER, -- when
    told_by BLOB, -- by whom
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX reconciliations_user ON reconciliations (user_id, started_at);
CREATE INDEX reconciliations_open ON reconciliations (state, due_at) WHERE state IN ('not_started', 'collecting', 'comparing', 'checking', 'ready', 'awaiting_cosign', 'signed_provisional');
CREATE INDEX reconciliations_started ON reconciliations (started_at);
-- Where the lines of a reconciliation come from.
CREATE TABLE reconciliation_sources (
    source_id BLOB NOT NULL PRIMARY KEY CHECK (length(source_id) = 16), -- The source
    reconciliation_id BLOB NOT NULL REFERENCES reconciliations (reconciliation_id), -- of which session
    user_id BLOB NOT NULL REFERENCES users (user_id),
    kind TEXT NOT NULL CHECK (kind IN ('patient', 'carer', 'pill_bottles', 'pharmacy_fills', 'clinic_list', 'discharge_letter', 'document', 'own_dispensing', 'mar', 'previous_list')), -- who or what told it
    obtained_at INTEGER NOT NULL, -- when it was asked or read
    as_of TEXT, -- the day that it speaks of
    reliability TEXT CHECK (reliability IN ('verified', 'stated', 'uncertain')), -- how sure it is
    reference TEXT, -- file, pharmacy or person
    content_hash TEXT, -- SHA-256 of a file, so that it is not taken twice
    position INTEGER NOT NULL DEFAULT 0, -- order in which they came
    recorded_by BLOB,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX reconciliation_sources_of ON reconciliation_sources (reconciliation_id, position);
CREATE INDEX reconciliation_sources_user ON reconciliation_sources (user_id);
-- What a source or the chart says of one medicine, allergy or problem, as given.
CREATE TABLE reconciliation_lines (
    line_id BLOB NOT NULL PRIMARY KEY CHECK (length(line_id) = 16), -- The line
    reconciliation_id BLOB NOT NULL REFERENCES reconciliations (reconciliation_id), -- of which session
    user_id BLOB NOT NULL REFERENCES users (user_id),
    kind TEXT NOT NULL CHECK (kind IN ('medication', 'allergy', 'problem', 'note')), -- what it is about
    source_id BLOB, -- its source; empty: the chart
    item_id BLOB, -- the decision it belongs to; empty: it is only read
    record_id BLOB, -- the chart's order, allergy or problem
    base_version BLOB, -- the order's version that was compared
    product_text TEXT NOT NULL, -- as given, never discarded
    ingredients TEXT, -- knowledge keys joined by semicolons
    code_system TEXT, -- where code comes from
    code TEXT, -- the source's code
    strength TEXT, -- as given
    dosage_form TEXT, -- as given; of an allergy its kind
    sig TEXT, -- directions as far as they are structured
    directions TEXT, -- directions as written; of an allergy its reaction
    indication TEXT, -- what it is for
    started_on TEXT, -- since when it is taken
    last_taken TEXT, -- when it was last taken, as precise as it was told
    taking TEXT CHECK (taking IN ('as_directed', 'differently', 'not_taking')), -- how the patient takes it
    is_on_hold INTEGER NOT NULL DEFAULT 0, -- the chart's order is on hold
    prescriber TEXT, -- who prescribed it
    status_text TEXT, -- what the source says of its state; of an allergy how bad it is
    note TEXT, -- warnings of the reader, reactions, whatever else was said
    is_alone INTEGER NOT NULL DEFAULT 0, -- a person took it out of its group
    position INTEGER NOT NULL DEFAULT 0, -- order in the source
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX reconciliation_lines_of ON reconciliation_lines (reconciliation_id, position);
CREATE INDEX reconciliation_lines_user ON reconciliation_lines (user_id);
-- One decision of a reconciliation: lines that belong together, and what is done about them.
CREATE TABLE reconciliation_items (
    item_id BLOB NOT NULL PRIMARY KEY CHECK (length(item_id) = 16), -- The decision
    reconciliation_id BLOB NOT NULL REFERENCES reconciliations (reconciliation_id), -- of which session
    user_id BLOB NOT NULL REFERENCES users (user_id),
    kind TEXT NOT NULL CHECK (kind IN ('medication', 'allergy', 'problem', 'note')), -- what it is about
    tier TEXT NOT NULL CHECK (tier IN ('t1_code', 't2_clinical', 't3_changed', 't4_part_of', 't5_class', 't6_text', 'none')), -- how its lines were matched
    differences TEXT, -- in what they differ, words with blanks between
    has_weekly_trap INTEGER NOT NULL DEFAULT 0, -- a weekly drug stands as daily on one list
    is_tenfold INTEGER NOT NULL DEFAULT 0, -- amounts differ ten times or more
    hint_id BLOB, -- another decision that this one resembles
    hint_tier TEXT CHECK (hint_tier IN ('t1_code', 't2_clinical', 't3_changed', 't4_part_of', 't5_class', 't6_text', 'none')), -- how
    action TEXT CHECK (action IN ('continue', 'change', 'hold', 'stop', 'substitute', 'add', 'duplicate_of', 'not_taking', 'unable_to_verify', 'defer')), -- what was decided; empty: nobody decided yet
    reason TEXT, -- why, a word
    words TEXT, -- why, in words; what was tried; equivalence of a substitute
    resume_rule TEXT CHECK (resume_rule IN ('date', 'event', 'review_by')), -- when a held medicine is looked at again
    resume_event TEXT, -- after what
    due_on TEXT, -- resume, review or follow-up by
    owner_id BLOB, -- who follows it up
    new_text TEXT, -- the new drug or the new directions as typed
    new_sig TEXT, -- the new directions
    new_drug TEXT, -- the substitute, or the drug of a new order
    indication TEXT, -- what an added medicine is for
    survivor_id BLOB, -- the line that stays of a duplicate
    since TEXT, -- since when it is not taken
    is_prescriber_told INTEGER, -- whether the prescriber knows
    order_id BLOB, -- the order that signing made
    decided_by BLOB, -- who decided
    decided_at INTEGER, -- when
    reopened TEXT, -- why an earlier decision no longer holds
    position INTEGER NOT NULL DEFAULT 0, -- order on the screen
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX reconciliation_items_of ON reconciliation_items (reconciliation_id, position);
CREATE INDEX reconciliation_items_deferred ON reconciliation_items (action, due_on) WHERE action IN ('defer', 'unable_to_verify');
CREATE INDEX reconciliation_items_user ON reconciliation_items (user_id);
-- What was wrong between the lists, and what became of it.
CREATE TABLE reconciliation_discrepancies (
    discrepancy_id BLOB NOT NULL PRIMARY KEY CHECK (length(discrepancy_id) = 16), -- The discrepancy
    reconciliation_id BLOB NOT NULL REFERENCES reconciliations (reconciliation_id), -- of which session
    item_id BLOB NOT NULL, -- of which decision
    user_id BLOB NOT NULL REFERENCES users (user_id),
    type TEXT NOT NULL CHECK (type IN ('omission', 'commission', 'dose', 'frequency', 'route', 'form', 'duplication', 'wrong_drug', 'interaction', 'allergy', 'no_indication')), -- what kind
    class TEXT NOT NULL CHECK (class IN ('documented_intentional', 'undocumented_intentional', 'unintentional', 'unknown')), -- whether somebody meant it
    harm TEXT CHECK (harm IN ('none', 'low', 'moderate', 'high')), -- what it could have done
    found_by BLOB, -- who found it
    found_at INTEGER NOT NULL, -- when
    resolution TEXT, -- what was done
    contact_name TEXT, -- the prescriber who was asked
    contact_how TEXT, -- by telephone, in person
    contact_at INTEGER, -- when they were asked
    is_read_back INTEGER, -- whether the answer was read back
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX reconciliation_discrepancies_of ON reconciliation_discrepancies (reconciliation_id);
CREATE INDEX reconciliation_discrepancies_item ON reconciliation_discrepancies (item_id);
CREATE INDEX reconciliation_discrepancies_user ON reconciliation_discrepancies (user_id);
