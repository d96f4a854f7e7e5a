#include "storage/sqlite/migrate.hpp"

#include <string>

#include "storage/schema.hpp"
#include "storage/sqlite/remedies.hpp"
#include "storage/store.hpp"

namespace latchkey::storage::sqlite {
namespace {

std::int64_t version_of(database& db) {
    return db.integer("PRAGMA user_version");
}

void refuse_foreign(database& db, const std::filesystem::path& shown) {
    const auto mark = db.integer("PRAGMA application_id");
    if (mark == application_id) return;
    const bool empty =
        mark == 0 && version_of(db) == 0 && db.integer("SELECT count(*) FROM sqlite_schema") == 0;
    if (empty) return;
    throw open_error(shown.string() + ": this is a SQLite file of another program", name_the_store);
}

void refuse_newer(database& db, const std::filesystem::path& shown) {
    const auto version = version_of(db);
    if (version <= known_version()) return;
    throw open_error(shown.string() + ": its schema has version " + std::to_string(version) +
                         ", this program knows " + std::to_string(known_version()),
                     "the version of Latchkey that wrote it, or restore a backup from before the upgrade");
}

/// SQLite does not wait for a lock when it changes the journal mode; another process may be doing the same.
void turn_wal_on(database& db) {
    for (int attempt = 0;; ++attempt) {
        try {
            auto mode = db.query("PRAGMA journal_mode=WAL");
            if (mode.next() && mode.text(0) == "wal") return;
            throw failure(SQLITE_CANTOPEN, "turning the write-ahead log on");
        } catch (const failure& broken) {
            if ((broken.code() & 0xFF) != SQLITE_BUSY || attempt == 100) throw;
        }
        sqlite3_sleep(20);
    }
}

/// One step, or none when another process was faster: the version is read again under the write lock.
void advance(database& db, const std::filesystem::path& shown) {
    db.run("BEGIN IMMEDIATE");
    try {
        refuse_foreign(db, shown);
        refuse_newer(db, shown);
        const auto version = version_of(db);
        if (version < known_version()) {
            db.run(sqlite_migrations()[static_cast<std::size_t>(version)]);
            db.run(("PRAGMA user_version=" + std::to_string(version + 1)).c_str());
            db.run(("PRAGMA application_id=" + std::to_string(application_id)).c_str());
        }
        db.run("COMMIT");
    } catch (...) {
        if (db.in_transaction()) db.run("ROLLBACK");
        throw;
    }
}

}  // namespace

std::int64_t known_version() noexcept {
    return static_cast<std::int64_t>(sqlite_migrations().size());
}

void migrate(database& db, const std::filesystem::path& shown) {
    db.run("BEGIN");  // one state of the file: another process may be making the store meanwhile
    refuse_foreign(db, shown);
    refuse_newer(db, shown);
    db.run("COMMIT");
    turn_wal_on(db);
    while (version_of(db) < known_version())
        advance(db, shown);
}

}  // namespace latchkey::storage::sqlite
