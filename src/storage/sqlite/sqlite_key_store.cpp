#include "storage/sqlite/sqlite_key_store.hpp"

#include <utility>

#include "base/log.hpp"

namespace latchkey::storage::sqlite {
namespace {

using tokens::key_record;
using sealing = std::optional<crypto::master_key>;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Binds a sealed key to its row: one that was moved to another kid does not open.
std::string context_of(std::string_view kid) {
    return "key:" + std::string(kid);
}

result<secret> material(const rows& row, std::string_view kid, const sealing& master) {
    if (row.integer(3) == 0) return secret(row.blob(2));
    if (!master) return errc::unsealing_failed;
    return master->open(row.blob(2), context_of(kid));
}

result<key_record> read_key(const rows& row, const sealing& master) {
    key_record key;
    key.kid = row.text(0);
    const auto algorithm = tokens::parse_algorithm(row.text(1));
    auto opened = material(row, key.kid, master);
    if (!algorithm || !opened) return errc::unsealing_failed;
    key.algorithm = *algorithm;
    key.material = std::move(*opened);
    key.created_at = row.time(4);
    key.not_before = row.time(5);
    if (!row.is_null(6)) key.retired_at = row.time(6);
    return key;
}

result<std::vector<key_record>> read_keys(database& db, const sealing& master) {
    std::vector<key_record> keys;
    auto row = db.query(
        "SELECT kid, algorithm, material, sealed, created_at, not_before, retired_at FROM signing_keys"
        " ORDER BY created_at, kid");
    while (row.next()) {
        auto key = read_key(row, master);
        if (!key) return key.error();
        keys.push_back(std::move(*key));
    }
    return keys;
}

/// A kid that is there already stays as it is.
void insert_key(database& db, const key_record& key, const sealing& master) {
    const std::string sealed = master ? master->seal(key.material, context_of(key.kid)) : std::string();
    db.execute(
        "INSERT INTO signing_keys (kid, algorithm, material, sealed, created_at, not_before, retired_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kid) DO NOTHING",
        std::string_view(key.kid), tokens::name(key.algorithm),
        master ? bytes_of(sealed) : key.material.bytes(), std::int64_t{master ? 1 : 0}, key.created_at,
        key.not_before, key.retired_at);
}

void apply(database& db, const tokens::key_changes& changes, const sealing& master) {
    for (const auto& key : changes.add)
        insert_key(db, key, master);
    for (const auto& [kid, at] : changes.retire)
        db.execute(
            "UPDATE signing_keys SET retired_at = ?2 WHERE kid = ?1 AND (retired_at IS NULL OR retired_at > "
            "?2)",
            std::string_view(kid), at);
    for (const auto& kid : changes.remove)
        db.execute("DELETE FROM signing_keys WHERE kid = ?", std::string_view(kid));
}

std::string context_of_secret(std::string_view name) {
    return "secret:" + std::string(name);
}

std::optional<result<secret>> read_secret(database& db, std::string_view name, const sealing& master) {
    auto row = db.query("SELECT material, sealed FROM secrets WHERE name = ?", name);
    if (!row.next()) return std::nullopt;
    if (row.integer(1) == 0) return secret(row.blob(0));
    if (!master) return result<secret>(errc::unsealing_failed);
    return master->open(row.blob(0), context_of_secret(name));
}

result<secret> write_secret(database& db, std::string_view name, const secret& fresh, const sealing& master) {
    const std::string sealed = master ? master->seal(fresh, context_of_secret(name)) : std::string();
    db.execute("INSERT INTO secrets (name, material, sealed) VALUES (?, ?, ?)", name,
               master ? bytes_of(sealed) : fresh.bytes(), std::int64_t{master ? 1 : 0});
    return fresh.clone();
}

/// A row whose material lies open: of signing_keys by its kid, or of secrets by its name.
struct open_row {
    std::string name;
    secret material;
};

std::vector<open_row> open_rows(database& db, const char* select) {
    std::vector<open_row> found;
    auto row = db.query(select);
    while (row.next())
        found.push_back({std::string(row.text(0)), secret(row.blob(1))});
    return found;
}

std::vector<open_row> open_keys(database& db) {
    return open_rows(db, "SELECT kid, material FROM signing_keys WHERE NOT sealed");
}

std::vector<open_row> open_secrets(database& db) {
    return open_rows(db, "SELECT name, material FROM secrets WHERE NOT sealed");
}

}  // namespace

task<result<std::vector<key_record>>> sqlite_key_store::list_keys() {
    return reader_.submit<std::vector<key_record>>(
        [this](read_context& context) { return read_keys(context.db, master_); });
}

task<result<void>> sqlite_key_store::change_keys(tokens::key_changes changes) {
    return writer_.submit<void>([this, changes = std::move(changes)](write_context& context) -> result<void> {
        apply(context.db, changes, master_);
        return {};
    });
}

task<result<std::vector<key_record>>> sqlite_key_store::ensure_key(key_record fresh) {
    return writer_.submit<std::vector<key_record>>([this, fresh = std::move(fresh)](write_context& context) {
        if (context.db.integer("SELECT count(*) FROM signing_keys") == 0)
            insert_key(context.db, fresh, master_);
        return read_keys(context.db, master_);
    });
}

task<result<secret>> sqlite_key_store::ensure_secret(std::string name, secret fresh) {
    return writer_.submit<secret>(
        [this, name = std::move(name), fresh = std::move(fresh)](write_context& context) -> result<secret> {
            if (auto kept = read_secret(context.db, name, master_)) return std::move(*kept);
            return write_secret(context.db, name, fresh, master_);
        });
}

std::vector<sqlite_key_store::sealed_row> sqlite_key_store::rows_of_another_master(database& db,
                                                                                   const sealing& master) {
    std::vector<sealed_row> found;
    const auto look = [&](rows row, bool is_key) {
        while (row.next()) {
            const std::string named(row.text(0));
            const auto context = is_key ? context_of(named) : context_of_secret(named);
            if (!master || !master->open(row.blob(1), context)) found.push_back({is_key, named});
        }
    };
    look(db.query("SELECT kid, material FROM signing_keys WHERE sealed"), true);
    look(db.query("SELECT name, material FROM secrets WHERE sealed"), false);
    return found;
}

void sqlite_key_store::forget(database& db, const std::vector<sealed_row>& lost) {
    for (const auto& each : lost)
        db.execute(
            each.is_key ? "DELETE FROM signing_keys WHERE kid = ?" : "DELETE FROM secrets WHERE name = ?",
            std::string_view(each.name));
}

void sqlite_key_store::seal_open_keys(database& db, const crypto::master_key& master) {
    if (open_keys(db).empty() && open_secrets(db).empty()) return;
    db.run("BEGIN IMMEDIATE");  // and look again: another process may have been faster
    for (const auto& key : open_keys(db)) {
        const std::string sealed = master.seal(key.material, context_of(key.name));
        db.execute("UPDATE signing_keys SET material = ?2, sealed = 1 WHERE kid = ?1",
                   std::string_view(key.name), bytes_of(sealed));
    }
    for (const auto& each : open_secrets(db)) {
        const std::string sealed = master.seal(each.material, context_of_secret(each.name));
        db.execute("UPDATE secrets SET material = ?2, sealed = 1 WHERE name = ?1",
                   std::string_view(each.name), bytes_of(sealed));
    }
    db.run("COMMIT");
    // The log still has the pages with the open keys. Best effort: readers may hold it.
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    log::info("signing keys were sealed with the master key");
}

}  // namespace latchkey::storage::sqlite
