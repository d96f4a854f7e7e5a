-- One row a session, never one a token. Ids are UUIDv7, so neighbours in time share pages.
CREATE TABLE sessions (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id      BLOB    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id    TEXT    NOT NULL, -- empty: no client was named
    scope        TEXT    NOT NULL,
    counter      INTEGER NOT NULL, -- of the refresh token that may be used next
    rotations    BLOB    NOT NULL, -- when the latest counters were used up: 8 bytes each, big-endian, the newest last
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    used_hour    INTEGER NOT NULL, -- last_used_at in whole hours: indexed, and yet few refreshes touch that index
    expires_at   INTEGER NOT NULL,
    user_agent   TEXT    NOT NULL,
    address      TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id); -- and behind it the id: a user's sessions in the order they were opened
CREATE INDEX sessions_client ON sessions (client_id) WHERE client_id <> '';
CREATE INDEX sessions_used_hour ON sessions (used_hour);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE clients (
    client_id       TEXT    NOT NULL PRIMARY KEY,
    client_name     TEXT    NOT NULL,
    confidential    INTEGER NOT NULL CHECK (confidential IN (0, 1)),
    grant_types     TEXT    NOT NULL, -- sorted, separated by one blank
    scopes          TEXT    NOT NULL, -- sorted, separated by one blank
    audience        TEXT    NOT NULL,
    access_lifetime INTEGER,          -- seconds
    disabled        INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE client_secrets (
    client_id  TEXT    NOT NULL REFERENCES clients (client_id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    id         TEXT    NOT NULL,
    digest     BLOB    NOT NULL CHECK (length(digest) = 32),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (client_id, position)
) STRICT, WITHOUT ROWID;

-- Keys that are not for signing tokens, such as the one of refresh tokens.
CREATE TABLE secrets (
    name     TEXT    NOT NULL PRIMARY KEY,
    material BLOB    NOT NULL,
    sealed   INTEGER NOT NULL CHECK (sealed IN (0, 1))
) STRICT, WITHOUT ROWID;
