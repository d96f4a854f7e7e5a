-- A login writes a page of every index that its session is in. A session of months is found by its last use when it is over, an
-- idle lifetime late at most, and nobody can use it meanwhile. Only one of less than two weeks would stay long beyond its life.
DROP INDEX sessions_expires_at;
CREATE INDEX sessions_expires_at ON sessions (expires_at) WHERE expires_at < created_at + 1209600000;
