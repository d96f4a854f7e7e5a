-- A login writes a page of every index that its session is in. Those that are over are found without one: by a walk over the table,
-- some rows with every write.
DROP INDEX sessions_used_hour;
DROP INDEX sessions_expires_at;
ALTER TABLE sessions DROP COLUMN used_hour;
