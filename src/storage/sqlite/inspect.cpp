#include "storage/sqlite/inspect.hpp"

#include <algorithm>
#include <system_error>

#include "storage/sqlite/copy.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/sqlite/migrate.hpp"
#include "storage/sqlite/sqlite_key_store.hpp"

namespace latchkey::storage::sqlite {
namespace {

namespace fs = std::filesystem;

bool exists(const fs::path& path, const char* suffix) {
    std::error_code unknown;
    return fs::exists(path.string() + suffix, unknown);
}

/// Beside a service, as one more reader. Without one, and after a clean end, no log lies there: a reader
/// would make one, and leave it.
access how_to_look(const fs::path& path) {
    return exists(path, "-wal") && exists(path, "-shm") ? access::looking : access::still;
}

std::vector<inspection::key> keys_of(database& db) {
    std::vector<inspection::key> found;
    auto row =
        db.query("SELECT kid, algorithm, not_before, retired_at FROM signing_keys ORDER BY not_before, kid");
    while (row.next()) {
        inspection::key key{std::string(row.text(0)), std::string(row.text(1)), row.time(2), {}};
        if (!row.is_null(3)) key.retired_at = row.time(3);
        found.push_back(std::move(key));
    }
    return found;
}

std::optional<unix_time> latest_of(database& db) {
    auto row = db.query(
        "SELECT max(t) FROM (SELECT max(updated_at) t FROM users UNION ALL SELECT max(noted_at) FROM "
        "revocations"
        " UNION ALL SELECT max(created_at) FROM signing_keys)");
    if (!row.next() || row.is_null(0)) return std::nullopt;
    return row.time(0);
}

void look_into(database& db, const std::optional<crypto::master_key>& master, inspection& found) {
    found.is_store = db.integer("PRAGMA application_id") == application_id;
    found.holds.schema_version = db.integer("PRAGMA user_version");
    if (!found.is_store) return;
    found.damage = first_fault(db, check::quick);
    if (!found.damage.empty() || found.holds.schema_version > found.known_version) return;
    found.holds = contents_of(db);
    found.keys = keys_of(db);
    found.latest = latest_of(db);
    if (found.holds.schema_version == found.known_version)
        found.lost_keys = sqlite_key_store::rows_of_another_master(db, master).size();
}

void look(const fs::path& path, const std::optional<crypto::master_key>& master, inspection& found) {
    const auto how = how_to_look(path);
    found.log_unread = how == access::still && found.log_bytes != 0;
    try {
        database db(path, how);
        look_into(db, master, found);
    } catch (const failure& broken) {
        found.unreadable = broken.what();
    }
}

std::vector<fs::path> leftovers_of(const fs::path& path) {
    std::vector<fs::path> found;
    std::error_code unknown;
    const auto name = path.filename().string();
    for (const auto& entry : fs::directory_iterator(path.parent_path(), unknown)) {
        const auto other = entry.path().filename().string();
        if (other.starts_with(name + ".replaced-") || other.starts_with(name + ".partial") ||
            other.starts_with(name + ".outgoing"))
            found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
}

}  // namespace

inspection inspect_file(const fs::path& path, const std::optional<crypto::master_key>& master) {
    inspection found;
    found.file = path;
    found.known_version = known_version();
    found.leftovers = leftovers_of(path);
    std::error_code unknown;
    found.exists = fs::exists(path, unknown) || unknown;
    if (unknown) found.unreadable = unknown.message();
    if (!found.exists || unknown) return found;
    const auto log = fs::file_size(path.string() + "-wal", unknown);
    if (!unknown) found.log_bytes = log;
    auto seen = found;
    look(path, master, seen);
    // A service that has started meanwhile writes to a file that was taken for still.
    if ((!seen.damage.empty() || !seen.unreadable.empty()) && how_to_look(path) == access::looking) {
        seen = found;
        look(path, master, seen);
    }
    return seen;
}

}  // namespace latchkey::storage::sqlite
