#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/clock.hpp"
#include "crypto/uuid.hpp"
#include "storage/sqlite/failure.hpp"

namespace latchkey::storage::sqlite {

/// The rows of a running statement. Frees the statement for its next use when destroyed; so keep it no longer
/// than needed.
class rows {
public:
    rows(sqlite3* db, sqlite3_stmt* statement) noexcept : db_(db), statement_(statement) {}
    rows(rows&& other) noexcept : db_(other.db_), statement_(std::exchange(other.statement_, nullptr)) {}
    rows& operator=(rows&&) = delete;
    ~rows();

    /// To the next row; false after the last.
    bool next();

    // Columns of the current row, counted from 0. Views hold until the next row.
    std::int64_t integer(int column) const;
    std::string_view text(int column) const;
    std::string_view blob(int column) const;
    unix_time time(int column) const;
    crypto::uuid uuid(int column) const;
    bool is_null(int column) const;

    // Values of the parameters, counted from 1. Copied.
    void bind(int index, std::int64_t value);
    void bind(int index, std::string_view text);
    void bind(int index, std::span<const std::uint8_t> blob);
    void bind(int index, unix_time value) { bind(index, std::int64_t{value.time_since_epoch().count()}); }
    void bind(int index, const crypto::uuid& value) {
        bind(index, std::span<const std::uint8_t>(value.bytes));
    }
    template <class T>
    void bind(int index, const std::optional<T>& value) {
        if (value) bind(index, *value);
    }

private:
    void check(int code) const;
    sqlite3* db_;
    sqlite3_stmt* statement_;
};

/// What a connection is for.
enum class access {
    changing,  ///< the usual one
    looking,   ///< reads, beside others that may write; leaves the files as they are, but for locks in -shm
    still,     ///< reads a file that nobody changes meanwhile, without locks and without -wal and -shm
    alone      ///< changes; from the first statement on nobody else can open the file
};

/// An open data base. Belongs to one thread at a time. Every call throws `failure` when SQLite does not do
/// it.
class database {
public:
    /// Opens an existing file; never creates one.
    explicit database(const std::filesystem::path&, access = access::changing);

    /// Runs SQL text of any number of statements, without results.
    void run(const char* sql);

    /// Starts a statement with its parameters. `sql` is a literal: prepared once, then found by its address.
    template <class... Values>
    [[nodiscard]] rows query(const char* sql, const Values&... values) {
        rows started(handle_.get(), prepared(sql));
        [[maybe_unused]] int index = 0;
        (started.bind(++index, values), ...);
        return started;
    }
    /// Runs a statement to its end; how many rows it changed.
    template <class... Values>
    std::int64_t execute(const char* sql, const Values&... values) {
        auto running = query(sql, values...);
        while (running.next()) {
        }
        return sqlite3_changes64(handle_.get());
    }

    std::int64_t integer(const char* sql);  ///< the first column of the first row
    bool in_transaction() const noexcept { return sqlite3_get_autocommit(handle_.get()) == 0; }
    /// For what has no SQL. Only in storage/sqlite.
    sqlite3* native() noexcept { return handle_.get(); }
    /// Whether the path now leads to another file than the one that is open, or to none.
    bool has_moved() const;

private:
    struct closer {
        void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
    };
    struct finalizer {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };
    sqlite3_stmt* prepared(const char* sql);
    void check(int code, std::string_view doing) const;

    std::unique_ptr<sqlite3, closer> handle_;
    std::unordered_map<const void*, std::unique_ptr<sqlite3_stmt, finalizer>> statements_;
};

}  // namespace latchkey::storage::sqlite
