#include "storage/sqlite/database.hpp"

#include <algorithm>
#include <stdexcept>

namespace latchkey::storage::sqlite {
namespace {

/// How long a lock of another process is waited for, milliseconds. One of ours holds it for one transaction
/// only.
constexpr int busy_timeout = 2'000;

/// SQLite binds NULL for a null pointer; an empty value is not NULL.
template <class Bytes>
const void* never_null(const Bytes& bytes) noexcept {
    return bytes.data() ? static_cast<const void*>(bytes.data()) : "";
}

std::string uri_of(const std::filesystem::path& path, access how) {
    std::string uri = "file:";
    for (const char c : path.string()) {
        constexpr auto digits = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        if (c == '%' || c == '?' || c == '#')
            uri.append({'%', digits[byte >> 4], digits[byte & 15]});
        else
            uri += c;
    }
    return how == access::still ? uri + "?immutable=1" : uri;
}

}  // namespace

rows::~rows() {
    if (!statement_) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

void rows::check(int code) const {
    if (code != SQLITE_OK) throw failure(sqlite3_extended_errcode(db_), "store statement");
}

bool rows::next() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    throw failure(code, "store statement");
}

std::int64_t rows::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string_view rows::text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return text ? std::string_view(text, size) : std::string_view();
}

std::string_view rows::blob(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return bytes ? std::string_view(bytes, size) : std::string_view();
}

unix_time rows::time(int column) const {
    return unix_time{std::chrono::milliseconds{integer(column)}};
}

crypto::uuid rows::uuid(int column) const {
    const auto bytes = blob(column);
    crypto::uuid id;
    if (bytes.size() != id.bytes.size()) throw failure(SQLITE_CORRUPT, "store id");
    std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
    return id;
}

bool rows::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void rows::bind(int index, std::int64_t value) {
    check(sqlite3_bind_int64(statement_, index, value));
}

void rows::bind(int index, std::string_view text) {
    const auto* bytes = static_cast<const char*>(never_null(text));
    check(sqlite3_bind_text64(statement_, index, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void rows::bind(int index, std::span<const std::uint8_t> blob) {
    check(sqlite3_bind_blob64(statement_, index, never_null(blob), blob.size(), SQLITE_TRANSIENT));
}

database::database(const std::filesystem::path& path, access how) {
    sqlite3* opened = nullptr;
    const bool reads = how == access::looking || how == access::still;
    // One thread uses it, so SQLite's own mutexes are left out.
    const int flags = (reads ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE) |
                      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const auto name = reads ? uri_of(path, how) : path.string();
    const int code = sqlite3_open_v2(name.c_str(), &opened, flags, nullptr);
    handle_.reset(opened);
    if (code != SQLITE_OK) throw failure(code, "opening the store");
    sqlite3_busy_timeout(opened, busy_timeout);
    // The file may have been prepared by somebody else: its schema must not run code or write into internal
    // tables.
    sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    if (reads) {
        // Nor does the last one out tidy up the log.
        sqlite3_db_config(opened, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        run("PRAGMA query_only=ON; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;");
        return;
    }
    if (how == access::alone) run("PRAGMA locking_mode=EXCLUSIVE;");
    // synchronous: FULL is a sync at every commit. temp_store: the root file system may be read-only.
    // secure_delete: hashes and keys that were replaced do not stay in free pages.
    run("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;"
        "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA journal_size_limit=67108864;");
}

void database::check(int code, std::string_view doing) const {
    if (code != SQLITE_OK) throw failure(sqlite3_extended_errcode(handle_.get()), doing);
}

void database::run(const char* sql) {
    check(sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr), "store command");
}

std::int64_t database::integer(const char* sql) {
    auto answer = query(sql);
    return answer.next() ? answer.integer(0) : 0;
}

bool database::has_moved() const {
    int moved = 0;
    check(sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved),
          "checking the store's file");
    return moved != 0;
}

sqlite3_stmt* database::prepared(const char* sql) {
    auto& known = statements_[sql];
    if (!known) {
        sqlite3_stmt* made = nullptr;
        check(sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr),
              "preparing");
        known.reset(made);
    }
    if (sqlite3_stmt_busy(known.get())) throw std::logic_error("a store statement is used while it runs");
    return known.get();
}

}  // namespace latchkey::storage::sqlite
