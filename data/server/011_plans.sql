-- SPDX-License-Identifier: GPL-3.0-or-later
-- Server migration 11: a statement of a function is planned anew at each of the first five calls of a connection, for the values of that
-- call. The statements below sync.push go by ids and numbers, for which one plan is as good: it is made once a connection.
ALTER FUNCTION sync.push(bigint, uuid[], text[], uuid[], uuid[], bigint[], jsonb[], boolean) SET plan_cache_mode = force_generic_plan;
