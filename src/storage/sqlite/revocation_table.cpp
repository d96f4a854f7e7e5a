#include "storage/sqlite/revocation_table.hpp"

namespace latchkey::storage::sqlite::revocation_table {

tokens::revocation note(database& db, const crypto::uuid& id, unix_time until, unix_time now) {
    auto row = db.query(
        "INSERT OR REPLACE INTO revocations (id, until, noted_at) VALUES (?, ?, ?) RETURNING sequence", id,
        until, now);
    row.next();
    return {id, until, static_cast<std::uint64_t>(row.integer(0)), now};
}

bool has(database& db, const crypto::uuid& id) {
    return db.query("SELECT 1 FROM revocations WHERE id = ?", id).next();
}

std::vector<tokens::revocation> after(database& db, std::uint64_t sequence) {
    std::vector<tokens::revocation> found;
    auto row =
        db.query("SELECT id, until, sequence, noted_at FROM revocations WHERE sequence > ? ORDER BY sequence",
                 static_cast<std::int64_t>(sequence));
    while (row.next()) {
        found.push_back({row.uuid(0), row.time(1), static_cast<std::uint64_t>(row.integer(2)), row.time(3)});
    }
    return found;
}

void apply(const std::vector<tokens::revocation>& committed, tokens::revocations& to,
           std::atomic<std::uint64_t>& newest) {
    for (const auto& ended : committed) {
        to.apply(ended);
        std::uint64_t known = newest;
        while (known < ended.sequence && !newest.compare_exchange_weak(known, ended.sequence)) {
        }
    }
}

std::uint64_t newest(database& db) {
    return static_cast<std::uint64_t>(
        db.integer("SELECT max(seq) FROM sqlite_sequence WHERE name = 'revocations'"));
}

std::uint64_t prune(database& db, unix_time horizon, std::size_t limit) {
    return static_cast<std::uint64_t>(
        db.execute("DELETE FROM revocations WHERE sequence IN ("
                   " SELECT sequence FROM revocations WHERE noted_at < ?1 AND (until < ?1"
                   "  OR NOT EXISTS (SELECT 1 FROM users WHERE users.id = revocations.id))"
                   " LIMIT ?2)",
                   horizon, static_cast<std::int64_t>(limit)));
}

}  // namespace latchkey::storage::sqlite::revocation_table
