#include "storage/sqlite/attachment.hpp"

#include <utility>

#include "base/log.hpp"
#include "storage/sqlite/migrate.hpp"
#include "storage/sqlite/revocation_table.hpp"

namespace latchkey::storage::sqlite {
namespace {

std::string store_id(database& db) {
    // An empty file opens as an empty data base: the marks tell.
    if (db.integer("PRAGMA application_id") != application_id)
        throw failure(SQLITE_NOTADB, "the store's file is another");
    if (db.integer("PRAGMA user_version") != known_version())
        throw failure(SQLITE_NOTADB, "the store's schema is another");
    auto row = db.query("SELECT id FROM store");
    if (!row.next()) throw failure(SQLITE_CORRUPT, "the store has no id");
    return std::string(row.blob(0));
}

}  // namespace

attachment::attachment(std::filesystem::path path, use how,
                       const std::atomic<std::uint64_t>& newest_revocation)
    : path_(std::move(path)), use_(how), newest_revocation_(newest_revocation) {}

database& attachment::open() {
    if (!database_) attach();
    check_in_place();
    return *database_;
}

void attachment::attach() {
    database opened(path_);
    auto id = store_id(opened);
    if (!store_id_.empty() && id != store_id_)
        throw failure(SQLITE_NOTADB, "another store lies in the place of ours");
    if (revocation_table::newest(opened) < newest_revocation_) {
        throw failure(SQLITE_NOTADB, "an older state of the store lies in its place: restart to take it");
    }
    if (use_ == use::reading) opened.run("PRAGMA query_only=ON");
    files_ = file_identity::of(path_);
    // Those at the paths now are those that were opened.
    if (opened.has_moved())
        throw failure(SQLITE_READONLY_DBMOVED, "the store's file was moved at its opening");
    database_.emplace(std::move(opened));
    store_id_ = std::move(id);
    ++generation_;
}

void attachment::works() {
    if (std::exchange(broken_, false)) log::info("the store is back", {{"path", path_.string()}});
}

void attachment::check_in_place() const {
    const bool same = database_ && file_identity::of(path_) == files_;
    if (!same) throw failure(SQLITE_READONLY_DBMOVED, "the store's file is not in its place");
}

void attachment::give_up(const failure& why) {
    if (!std::exchange(broken_, true)) {
        log::error("the store does not answer", {{"path", path_.string()}, {"reason", why.what()}});
    }
    if ((why.code() & 0xFF) == SQLITE_BUSY && database_ && !database_->in_transaction()) return;
    database_.reset();
}

}  // namespace latchkey::storage::sqlite
