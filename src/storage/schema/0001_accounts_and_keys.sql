-- What this file is and which store it is: a server that lost its file must not go on with another one in its place.
CREATE TABLE store (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    id    BLOB NOT NULL CHECK (length(id) = 16)
) STRICT;
INSERT INTO store (one, id) VALUES (1, randomblob(16));

-- Ids are UUIDv7, so the table lies in the order of creation. All times are Unix milliseconds.
CREATE TABLE users (
    id                  BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    canonical           TEXT    NOT NULL UNIQUE,
    username            TEXT    NOT NULL,
    email               TEXT,
    scopes              TEXT    NOT NULL, -- sorted, separated by one blank
    password_hash       TEXT    NOT NULL,
    disabled            INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    password_changed_at INTEGER NOT NULL,
    ended_at            INTEGER NOT NULL DEFAULT 0 -- tokens authenticated up to here stay dead
) STRICT, WITHOUT ROWID;

-- Ended users and sessions. A row that is set anew gets a new sequence, so readers ask for what is beyond the last they saw.
CREATE TABLE revocations (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id       BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    until    INTEGER NOT NULL, -- 9223372036854775807: for ever
    noted_at INTEGER NOT NULL
) STRICT;
CREATE INDEX revocations_noted_at ON revocations (noted_at);

CREATE TABLE signing_keys (
    kid        TEXT    NOT NULL PRIMARY KEY,
    algorithm  TEXT    NOT NULL,
    material   BLOB    NOT NULL,
    sealed     INTEGER NOT NULL CHECK (sealed IN (0, 1)),
    created_at INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    retired_at INTEGER
) STRICT, WITHOUT ROWID;
