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

std::int64_t whole_hours(unix_time t) {
    return std::chrono::floor<std::chrono::hours>(t).time_since_epoch().count();
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

bool insert(database& db, const session& s, unix_time authenticated_at) {
    // The same rule by which a token of this login would be dead already.
    return db.execute(
               "INSERT INTO sessions (id, user_id, client_id, scope, counter, rotations, created_at,"
               " last_used_at, used_hour, expires_at, user_agent, address)"
               " SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM users"
               " WHERE id = ? AND NOT disabled AND ended_at < ?",
               s.id.value, std::string_view(s.client_id), std::string_view(s.scope), std::int64_t{s.counter},
               packed_times(s.rotations).bytes(), s.created_at, s.last_used_at, whole_hours(s.last_used_at),
               s.expires_at, std::string_view(s.user_agent), std::string_view(s.address), s.user.value,
               authenticated_at) != 0;
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

void advance(database& db, const session& s, unix_time was_used_at) {
    const packed_times rotations(s.rotations);
    const auto hour = whole_hours(s.last_used_at);
    if (hour == whole_hours(was_used_at)) {
        db.execute("UPDATE sessions SET counter = ?2, rotations = ?3, last_used_at = ?4 WHERE id = ?1",
                   s.id.value, std::int64_t{s.counter}, rotations.bytes(), s.last_used_at);
    } else {
        db.execute(
            "UPDATE sessions SET counter = ?2, rotations = ?3, last_used_at = ?4, used_hour = ?5 WHERE id = "
            "?1",
            s.id.value, std::int64_t{s.counter}, rotations.bytes(), s.last_used_at, hour);
    }
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

std::uint64_t prune(database& db, unix_time now, const session_settings& settings, std::size_t limit) {
    // Those of less than two weeks; INDEXED BY: SQLite refuses a statement that does not fit the index.
    const auto absolute = db.execute(
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions INDEXED BY sessions_expires_at"
        " WHERE expires_at < created_at + 1209600000 AND expires_at <= ?1 LIMIT ?2)",
        now, sql_limit(limit));
    const auto left = sql_limit(limit) - absolute;
    if (left <= 0) return static_cast<std::uint64_t>(absolute);
    // Hours that are over as a whole, so that this never walks over rows which are in use.
    const auto idle =
        db.execute("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE used_hour < ?1 LIMIT ?2)",
                   whole_hours(now - settings.idle_lifetime), left);
    return static_cast<std::uint64_t>(absolute + idle);
}

}  // namespace latchkey::storage::sqlite::session_table
