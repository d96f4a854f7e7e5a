#include "storage/sqlite/restore.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <system_error>
#include <vector>

#include "base/pending_file.hpp"
#include "storage/schema.hpp"
#include "storage/sqlite/copy.hpp"
#include "storage/sqlite/files.hpp"
#include "storage/sqlite/hold.hpp"
#include "storage/sqlite/migrate.hpp"
#include "storage/sqlite/old_store.hpp"
#include "storage/sqlite/remedies.hpp"
#include "storage/sqlite/revocation_table.hpp"
#include "storage/sqlite/sqlite_key_store.hpp"

namespace latchkey::storage::sqlite {
namespace {

namespace fs = std::filesystem;

const fs::path shown = "the backup";

[[noreturn]] void fail_with(int error, const char* what, const char* remedy) {
    throw open_error(std::string(what) + ": " + std::generic_category().message(error), remedy);
}

std::uint64_t size_of(int file) {
    struct stat found {};
    return ::fstat(file, &found) == 0 && S_ISREG(found.st_mode) ? static_cast<std::uint64_t>(found.st_size)
                                                                : 0;
}

void write_all(int to, const char* bytes, std::size_t size) {
    while (size != 0) {
        const auto written = ::write(to, bytes, size);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail_with(errno, "the backup cannot be copied beside the store", make_room);
        bytes += written;
        size -= static_cast<std::size_t>(written);
    }
}

void copy_in(int from, int to, const progress& tell) {
    std::vector<char> buffer(4 * 1024 * 1024);
    const auto total = size_of(from);
    for (std::uint64_t done = 0;;) {
        const auto got = ::read(from, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail_with(errno, "the backup cannot be read", take_a_backup);
        if (got == 0) return;
        write_all(to, buffer.data(), static_cast<std::size_t>(got));
        done += static_cast<std::size_t>(got);
        if (!tell("reading", done, total)) throw given_up("reading");
    }
}

using object_names = std::set<std::string>;

object_names objects_of(database& db) {
    object_names found;
    auto row = db.query(
        "SELECT type || ' ' || name || ' of ' || tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%'"
        " ESCAPE '\\'");
    while (row.next())
        found.emplace(row.text(0));
    return found;
}

/// What the schema has that ours has not runs, or is read, without our asking: a trigger on `users` could
/// hand hashes out, or set passwords.
void require_own_schema(database& db) {
    database model(":memory:");
    for (const auto* step : sqlite_migrations())
        model.run(step);
    const auto expected = objects_of(model);
    for (const auto& each : objects_of(db))
        if (!expected.contains(each))
            throw open_error(shown.string() + " has a part that Latchkey has not made: " + each,
                             take_a_backup);
    if (objects_of(db).size() != expected.size())
        throw open_error(shown.string() + " lacks parts of a store", take_a_backup);
}

database open_backup(const fs::path& staged) {
    try {
        database db(staged, access::alone);
        if (db.integer("PRAGMA application_id") == application_id) return db;
    } catch (const failure& broken) {
        throw open_error(shown.string() + " is damaged, or no store: " + broken.what(), take_a_backup);
    }
    throw open_error(shown.string() + " is no store of Latchkey", take_a_backup);
}

/// An older state is dangerous. A refresh token that was used up since would be good again, for a thief who
/// kept it too; sessions that were ended and keys that leaked and were removed would be back. So all sessions
/// end, all signing keys go and with them the key of refresh tokens, and what another key has signed
/// (LATCHKEY_TOKENS_HMAC_SECRET) dies by its date.
std::uint64_t end_everything(database& db, unix_time now) {
    const auto ended = db.execute("DELETE FROM sessions");
    db.execute("DELETE FROM signing_keys");
    db.execute("DELETE FROM secrets WHERE name = 'refresh'");
    revocation_table::note(db, tokens::everybody, now, now);
    return static_cast<std::uint64_t>(ended);
}

/// What cannot be opened any more would keep the service from starting.
std::uint64_t settle_keys(database& db, const restoration& asked) {
    const auto lost = sqlite_key_store::rows_of_another_master(db, asked.master_key);
    if (asked.keep_sessions && !lost.empty())
        throw open_error(
            shown.string() + ": its keys are sealed, and the master key is missing or another one",
            "LATCHKEY_MASTER_KEY_FILE as it was set then, or without --keep-sessions");
    sqlite_key_store::forget(db, lost);
    return lost.size();
}

void make_ready(database& db, const restoration& asked, restored& report) {
    db.run("BEGIN IMMEDIATE");
    const auto foreign = settle_keys(db, asked);
    if (!asked.keep_sessions) report.ended_sessions = end_everything(db, asked.clock.now());
    report.forgotten_keys = foreign;
    db.run("COMMIT");
}

/// The backup, beside the store: everything that can go wrong does so here, where nobody sees it.
restored prepare(const restoration& asked, const pending_file& staged, const progress& tell) {
    copy_in(asked.from, staged.get(), tell);
    restored report;
    auto db = open_backup(staged.path());
    report.old_version = db.integer("PRAGMA user_version");
    require_integrity(db, shown, tell);
    migrate(db, shown);
    require_own_schema(db);
    make_ready(db, asked, report);
    fold_log(db);
    report.now = contents_of(db);
    return report;
}

void refuse_itself(int from, const fs::path& path) {
    struct stat given {};
    struct stat there {};
    if (::fstat(from, &given) == 0 && ::stat(path.c_str(), &there) == 0 && given.st_dev == there.st_dev &&
        given.st_ino == there.st_ino)
        throw open_error(path.string() + ": this is the store itself", take_a_backup);
}

restored put_in_place(const fs::path& path, const restoration& asked, const progress& tell) {
    refuse_itself(asked.from, path);
    make_directory(path.parent_path());
    const auto alone = hold::alone(path);
    pending_file staged(path);
    auto report = prepare(asked, staged, tell);
    old_store old(path);
    report.aside = old.set_aside(asked.clock.now());
    staged.publish(pending_file::existing::replace);
    return report;
}

}  // namespace

restored restore_file(const fs::path& path, const restoration& asked, const progress& tell) {
    try {
        return put_in_place(path, asked, tell);
    } catch (const failure& broken) {
        throw open_error(path.string() + ": nothing was restored: " + broken.what(), make_room);
    } catch (const std::system_error& broken) {
        throw open_error(path.string() + ": nothing was restored: " + broken.what(), make_room);
    }
}

}  // namespace latchkey::storage::sqlite
