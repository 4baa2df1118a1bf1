-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a person is licensed by, as the administrator copied it from the card (service/staff_desk.h).
ALTER TABLE staff_members ADD COLUMN npi_number TEXT;        -- ten digits with a check digit
ALTER TABLE staff_members ADD COLUMN license_number TEXT;    -- as it stands on the license
ALTER TABLE staff_members ADD COLUMN license_authority TEXT; -- who gave it: a state, a board
ALTER TABLE staff_members ADD COLUMN license_expires TEXT;   -- last day, ISO
