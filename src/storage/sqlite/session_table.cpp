#include "storage/sqlite/session_table.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "storage/sqlite/row_values.hpp"

namespace latchkey::storage::sqlite::session_table {
namespace {

using sessions::session;
using sessions::session_id;
using sessions::session_settings;

/// How long an ended session is remembered, counted from its last use: longer than any access token lives,
/// and a clock that is set back by less revives none. Not for ever: a user is deleted once in a while,
/// sessions end all day long, and each entry is kept in memory.
constexpr std::chrono::hours remembered{24};

constexpr std::size_t time_size = 8;

/// Rotation times as the column keeps them.
class packed_times {
public:
    explicit packed_times(std::span<const unix_time> times) {
        for (const auto each : times.last(std::min(times.size(), sessions::max_recent_rotations))) {
            const auto value = static_cast<std::uint64_t>(each.time_since_epoch().count());
            for (int shift = 56; shift >= 0; shift -= 8)
                bytes_[size_++] = static_cast<std::uint8_t>(value >> shift);
        }
    }
    std::span<const std::uint8_t> bytes() const noexcept { return std::span(bytes_).first(size_); }

private:
    std::array<std::uint8_t, sessions::max_recent_rotations * time_size> bytes_;
    std::size_t size_ = 0;
};

std::vector<unix_time> unpack_times(std::string_view packed) {
    if (packed.size() % time_size != 0) throw failure(SQLITE_CORRUPT, "rotations of a session");
    std::vector<unix_time> times;
    times.reserve(packed.size() / time_size + 1);  // a refresh adds one
    for (; !packed.empty(); packed.remove_prefix(time_size)) {
        std::uint64_t value = 0;
        for (const char each : packed.substr(0, time_size))
            value = value << 8 | static_cast<std::uint8_t>(each);
        times.emplace_back(std::chrono::milliseconds{static_cast<std::int64_t>(value)});
    }
    return times;
}

std::int64_t sql_limit(std::size_t limit) {
    return static_cast<std::int64_t>(std::min(limit, std::size_t{std::numeric_limits<std::int32_t>::max()}));
}

/// From the columns id, user_id, client_id, scope, counter, rotations, created_at, last_used_at, expires_at,
/// user_agent, address.
session read_session(const rows& row) {
    session read;
    read.id.value = row.uuid(0);
    read.user.value = row.uuid(1);
    read.client_id = row.text(2);
    read.scope = row.text(3);
    read.counter = static_cast<std::uint32_t>(row.integer(4));
    read.rotations = unpack_times(row.blob(5));
    read.created_at = row.time(6);
    read.last_used_at = row.time(7);
    read.expires_at = row.time(8);
    read.user_agent = row.text(9);
    read.address = row.text(10);
    return read;
}

/// Notes the sessions that a DELETE … RETURNING id, last_used_at has taken out of the table.
std::uint64_t note_ended(write_context& context, rows deleted) {
    std::uint64_t count = 0;
    for (; deleted.next(); ++count)
        context.end_tokens(deleted.uuid(0), std::max(deleted.time(1), context.now) + remembered);
    return count;
}

}  // namespace

bool insert(write_context& context, const session& s, unix_time authenticated_at) {
    // The same rule by which a token of this login would be dead already.
    const auto added = context.db.execute(
        "INSERT INTO sessions (id, user_id, client_id, scope, counter, rotations, created_at, last_used_at,"
        " expires_at, user_agent, address)"
        " SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM users WHERE id = ? AND NOT disabled AND ended_at < ?",
        s.id.value, std::string_view(s.client_id), std::string_view(s.scope), std::int64_t{s.counter},
        packed_times(s.rotations).bytes(), s.created_at, s.last_used_at, s.expires_at,
        std::string_view(s.user_agent), std::string_view(s.address), s.user.value, authenticated_at);
    context.sessions_added += static_cast<std::size_t>(added);
    return added != 0;
}

std::optional<session> find(database& db, const session_id& id) {
    auto row = db.query(
        "SELECT id, user_id, client_id, scope, counter, rotations, created_at, last_used_at, expires_at,"
        " user_agent, address FROM sessions WHERE id = ?",
        id.value);
    if (!row.next()) return std::nullopt;
    return read_session(row);
}

std::optional<session_of_user> find_with_user(database& db, const session_id& id) {
    auto row = db.query(
        "SELECT s.id, s.user_id, s.client_id, s.scope, s.counter, s.rotations, s.created_at, s.last_used_at,"
        " s.expires_at, s.user_agent, s.address,"
        " u.id, u.username, u.email, u.scopes, u.disabled, u.created_at, u.updated_at, u.password_changed_at,"
        " u.ended_at"
        " FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ?",
        id.value);
    if (!row.next()) return std::nullopt;
    return session_of_user{read_session(row), read_user(row, 11), row.time(19)};
}

std::vector<session> list(database& db, const users::user_id& user, unix_time now,
                          const session_settings& settings, std::size_t limit) {
    std::vector<session> found;
    auto row = db.query(
        "SELECT id, user_id, client_id, scope, counter, rotations, created_at, last_used_at, expires_at,"
        " user_agent, address FROM sessions"
        " WHERE user_id = ?1 AND expires_at > ?2 AND last_used_at > ?3 ORDER BY id DESC LIMIT ?4",
        user.value, now, now - settings.idle_lifetime, sql_limit(limit));
    while (row.next())
        found.push_back(read_session(row));
    return found;
}

void advance(database& db, const session& s) {
    db.execute("UPDATE sessions SET counter = ?2, rotations = ?3, last_used_at = ?4 WHERE id = ?1",
               s.id.value, std::int64_t{s.counter}, packed_times(s.rotations).bytes(), s.last_used_at);
}

void erase(database& db, const session_id& id) {
    db.execute("DELETE FROM sessions WHERE id = ?", id.value);
}

bool end(write_context& context, const session_id& id, const std::optional<users::user_id>& owner) {
    const auto only = owner ? std::optional(owner->value) : std::nullopt;
    return note_ended(context,
                      context.db.query("DELETE FROM sessions WHERE id = ?1"
                                       " AND (?2 IS NULL OR user_id = ?2) RETURNING id, last_used_at",
                                       id.value, only)) != 0;
}

std::uint64_t end_of_user(write_context& context, const users::user_id& user,
                          const std::optional<crypto::uuid>& keep) {
    return note_ended(context, context.db.query("DELETE FROM sessions WHERE user_id = ?1 AND id IS NOT ?2"
                                                " RETURNING id, last_used_at",
                                                user.value, keep));
}

std::uint64_t end_of_client(write_context& context, std::string_view client_id) {
    return note_ended(context,
                      context.db.query("DELETE FROM sessions WHERE client_id = ?1 AND client_id <> ''"
                                       " RETURNING id, last_used_at",
                                       client_id));
}

std::size_t prune(database& db, unix_time now, const session_settings& settings, session_id& walked,
                  std::size_t rows) {
    session_id last;
    bool at_the_end = true;
    {
        auto step = db.query(
            "SELECT max(id), count(*) FROM (SELECT id FROM sessions WHERE id > ?1 ORDER BY id LIMIT ?2)",
            walked.value, sql_limit(rows));
        step.next();
        at_the_end = step.integer(1) < sql_limit(rows);
        if (!step.is_null(0)) last.value = step.uuid(0);
    }
    const auto removed = db.execute(
        "DELETE FROM sessions WHERE id > ?1 AND id <= ?2 AND (expires_at <= ?3 OR last_used_at <= ?4)",
        walked.value, last.value, now, now - settings.idle_lifetime);
    walked = at_the_end ? session_id{} : last;
    return static_cast<std::size_t>(removed);
}

}  // namespace latchkey::storage::sqlite::session_table
