#include "storage/sqlite/copy.hpp"

#include <memory>

namespace latchkey::storage::sqlite {
namespace {

/// 4 MiB at a time: some hundred times a second on any disk, and the rest of the cost does not show.
constexpr int pages_at_once = 1024;
constexpr int steps_between_calls = 1'000'000;  ///< of SQLite's virtual machine: some milliseconds

struct finish {
    void operator()(sqlite3_backup* copy) const noexcept { sqlite3_backup_finish(copy); }
};

void require_wanted(const progress& tell, const char* doing, std::uint64_t done, std::uint64_t total) {
    if (!tell(doing, done, total)) throw given_up(doing);
}

/// Asks the progress while statements run, as long as it lives.
class watched {
public:
    watched(database& db, const progress& tell) : db_(db.native()) {
        sqlite3_progress_handler(db_, steps_between_calls, &ask, const_cast<progress*>(&tell));
    }
    watched(const watched&) = delete;
    watched& operator=(const watched&) = delete;
    ~watched() { sqlite3_progress_handler(db_, 0, nullptr, nullptr); }

private:
    static int ask(void* tell) { return (*static_cast<const progress*>(tell))("checking", 0, 0) ? 0 : 1; }
    sqlite3* db_;
};

bool has_table(database& db, std::string_view name) {
    return db.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", name).next();
}

std::uint64_t count(database& db, const char* sql) {
    return static_cast<std::uint64_t>(db.integer(sql));
}

}  // namespace

std::string first_fault(database& db, check how) {
    auto row = db.query(how == check::whole ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)");
    if (!row.next()) return "no answer";
    // SQLite heads it with `*** in database main ***` and a line feed.
    if (const auto text = row.text(0); text != "ok") return std::string(text.substr(text.find('\n') + 1));
    auto lonely = db.query("PRAGMA foreign_key_check");
    return lonely.next() ? "a row of " + std::string(lonely.text(0)) + " belongs to nothing" : std::string();
}

void copy_pages(database& from, database& to, const progress& tell) {
    from.run("BEGIN");
    from.integer("SELECT count(*) FROM sqlite_schema");  // now it is one state, whatever others commit
    const std::unique_ptr<sqlite3_backup, finish> copy(
        sqlite3_backup_init(to.native(), "main", from.native(), "main"));
    if (!copy) throw failure(sqlite3_extended_errcode(to.native()), "copying the store");
    for (int code = SQLITE_OK; code != SQLITE_DONE;) {
        code = sqlite3_backup_step(copy.get(), pages_at_once);
        if (code != SQLITE_OK && code != SQLITE_DONE) throw failure(code, "copying the store");
        const auto total = static_cast<std::uint64_t>(sqlite3_backup_pagecount(copy.get()));
        require_wanted(tell, "copying",
                       total - static_cast<std::uint64_t>(sqlite3_backup_remaining(copy.get())), total);
    }
}

void require_integrity(database& db, const std::filesystem::path& shown, const progress& tell) {
    require_wanted(tell, "checking", 0, 0);
    std::string fault;
    try {
        const watched while_it_runs(db, tell);
        fault = first_fault(db, check::whole);
    } catch (const failure& broken) {
        if ((broken.code() & 0xFF) == SQLITE_INTERRUPT) throw given_up("checking");
        fault = broken.what();
    }
    if (!fault.empty())
        throw open_error(shown.string() + ": it is damaged: " + fault,
                         "latchkey restore FILE of an older backup");
}

void fold_log(database& db) {
    auto mode = db.query("PRAGMA journal_mode=DELETE");
    if (!mode.next() || mode.text(0) != "delete")
        throw failure(SQLITE_BUSY, "folding the log into the store");
}

contents contents_of(database& db) {
    contents found;
    found.schema_version = db.integer("PRAGMA user_version");
    found.bytes = count(db, "PRAGMA page_count") * count(db, "PRAGMA page_size");
    found.users = count(db, "SELECT count(*) FROM users");
    found.open_keys = count(db, "SELECT count(*) FROM signing_keys WHERE NOT sealed");
    found.sealed_keys = count(db, "SELECT count(*) FROM signing_keys WHERE sealed");
    if (!has_table(db, "secrets")) return found;
    found.open_keys += count(db, "SELECT count(*) FROM secrets WHERE NOT sealed");
    found.sealed_keys += count(db, "SELECT count(*) FROM secrets WHERE sealed");
    return found;
}

}  // namespace latchkey::storage::sqlite
