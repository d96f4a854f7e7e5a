#include "storage/sqlite/sqlite_user_store.hpp"

#include <algorithm>
#include <limits>
#include <unordered_set>
#include <utility>

#include "crypto/random.hpp"
#include "storage/sqlite/revocation_table.hpp"
#include "storage/sqlite/row_values.hpp"
#include "storage/sqlite/session_table.hpp"

namespace latchkey::storage::sqlite {
namespace {

using users::collision;
using users::new_user;
using users::stored_user;
using users::user;
using users::user_id;

result<user> find(database& db, const user_id& id) {
    auto row = db.query(
        "SELECT id, username, email, scopes, disabled, created_at, updated_at, password_changed_at"
        " FROM users WHERE id = ?",
        id.value);
    if (!row.next()) return errc::not_found;
    return read_user(row);
}

/// Moves the moment up to which the account's tokens stay dead to now. It never goes back, so that a clock
/// that is set back revives no token; but one that is a day ahead was wrong, and must not lock the user out
/// until that day.
unix_time end_now(write_context& context, const user_id& id) {
    auto row = context.db.query(
        "UPDATE users SET ended_at = CASE WHEN ended_at BETWEEN ?2 AND ?2 + 86400000 THEN ended_at ELSE ?2 "
        "END"
        " WHERE id = ?1 RETURNING ended_at",
        id.value, context.now);
    if (!row.next()) throw failure(SQLITE_CORRUPT, "a user vanished inside a transaction");
    return row.time(0);
}

/// Ends the account's tokens: up to now, or for as long as it is disabled.
void end_tokens(write_context& context, const user& whose) {
    const unix_time until = end_now(context, whose.id);
    context.end_tokens(whose.id.value, whose.disabled ? revocation_table::for_ever : until);
}

result<void> insert_user(write_context& context, const stored_user& added, const std::string& canonical) {
    const user& u = added.user;
    const auto inserted = context.db.execute(
        "INSERT INTO users (id, username, email, scopes, disabled, created_at, updated_at, "
        "password_changed_at,"
        " canonical, password_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (canonical) DO NOTHING",
        u.id.value, std::string_view(u.username), u.email, std::string_view(join_words(u.scopes)),
        std::int64_t{u.disabled ? 1 : 0}, u.created_at, u.updated_at, u.password_changed_at,
        std::string_view(canonical), std::string_view(added.password_hash));
    if (inserted == 0) return errc::username_taken;
    // An account that was deleted and is brought back with its id has an entry that would end its new tokens
    // too.
    if (u.disabled || revocation_table::has(context.db, u.id.value)) end_tokens(context, u);
    return {};
}

bool has_name(database& db, const std::string& canonical) {
    return db.query("SELECT 1 FROM users WHERE canonical = ?", std::string_view(canonical)).next();
}

bool has_id(database& db, const user_id& id) {
    return db.query("SELECT 1 FROM users WHERE id = ?", id.value).next();
}

std::vector<collision> collisions_of(database& db, std::span<const new_user> added) {
    std::vector<collision> found;
    std::unordered_set<std::string_view> names;
    std::unordered_set<crypto::uuid, crypto::uuid_hash> ids;
    for (std::size_t i = 0; i < added.size(); ++i) {
        const auto& [stored, canonical] = added[i];
        if (!names.insert(canonical).second || has_name(db, canonical))
            found.push_back({i, collision::what::name});
        else if (!ids.insert(stored.user.id.value).second || has_id(db, stored.user.id))
            found.push_back({i, collision::what::id});
    }
    return found;
}

result<std::vector<collision>> insert_all(write_context& context, std::span<const new_user> added) {
    auto found = collisions_of(context.db, added);
    if (!found.empty()) return found;
    // In the order of the table: its pages are filled one after the other.
    std::vector<const new_user*> order;
    for (const auto& each : added)
        order.push_back(&each);
    std::ranges::sort(order, {}, [](const new_user* each) { return each->stored.user.id; });
    for (const auto* each : order) {
        const auto inserted = insert_user(context, each->stored, each->canonical);
        if (!inserted) return inserted.error();
    }
    return found;
}

result<user> change_user(write_context& context, const user_id& id, const users::user_changes& changes) {
    auto found = find(context.db, id);
    if (!found) return found;
    if (changes.email) found->email = changes.email->empty() ? std::nullopt : changes.email;
    if (changes.scopes) found->scopes = split_words(join_words(*changes.scopes));
    found->updated_at = context.now;
    context.db.execute("UPDATE users SET email = ?2, scopes = ?3, updated_at = ?4 WHERE id = ?1", id.value,
                       found->email, std::string_view(join_words(found->scopes)), found->updated_at);
    return found;
}

result<void> change_password(write_context& context, const user_id& id, const std::string& password_hash,
                             const std::optional<crypto::uuid>& keep) {
    const auto found = find(context.db, id);
    if (!found) return found.error();
    context.db.execute(
        "UPDATE users SET password_hash = ?2, password_changed_at = ?3, updated_at = ?3 WHERE id = ?1",
        id.value, std::string_view(password_hash), context.now);
    session_table::end_of_user(context, id, keep);
    end_tokens(context, *found);
    return {};
}

result<user> change_disabled(write_context& context, const user_id& id, bool disabled) {
    auto found = find(context.db, id);
    // Enabling an enabled account must not end its tokens.
    if (!found || found->disabled == disabled) return found;
    found->disabled = disabled;
    found->updated_at = context.now;
    context.db.execute("UPDATE users SET disabled = ?2, updated_at = ?3 WHERE id = ?1", id.value,
                       std::int64_t{disabled ? 1 : 0}, context.now);
    session_table::end_of_user(context, id, std::nullopt);
    end_tokens(context, *found);
    return found;
}

result<void> remove_user(write_context& context, const user_id& id) {
    session_table::end_of_user(context, id, std::nullopt);
    if (context.db.execute("DELETE FROM users WHERE id = ?", id.value) == 0) return errc::not_found;
    context.end_tokens(id.value, revocation_table::for_ever);
    return {};
}

/// Reads an account all the same when nobody has the name: the next in the alphabet, or behind the last any.
/// To find nobody must take as long as to find somebody.
result<stored_user> find_stored(database& db, const std::string& canonical) {
    auto row = db.query(
        "SELECT id, username, email, scopes, disabled, created_at, updated_at, password_changed_at, "
        "password_hash, canonical"
        " FROM users WHERE canonical >= ? ORDER BY canonical LIMIT 1",
        std::string_view(canonical));
    if (!row.next()) {
        auto any = db.query(
            "SELECT id, username, email, scopes, disabled, created_at, updated_at, password_changed_at, "
            "password_hash FROM users LIMIT 1");
        if (any.next()) (void)stored_user{read_user(any), std::string(any.text(8))};
        return errc::not_found;
    }
    stored_user nearest{read_user(row), std::string(row.text(8))};
    if (row.text(9) != canonical) return errc::not_found;
    return nearest;
}

std::vector<user> list_users(database& db, const crypto::uuid& after, std::size_t limit) {
    const auto at_most = std::min(limit, std::size_t{std::numeric_limits<std::int32_t>::max()});
    std::vector<user> found;
    auto row = db.query(
        "SELECT id, username, email, scopes, disabled, created_at, updated_at, password_changed_at"
        " FROM users WHERE id > ? ORDER BY id LIMIT ?",
        after, static_cast<std::int64_t>(at_most));
    while (row.next())
        found.push_back(read_user(row));
    return found;
}

/// That of the first account behind a random point, or of the first of all when none lies behind it. An
/// account's chance is the gap before it, which knows nothing of its hash.
std::string random_hash(database& db) {
    const auto point = crypto::random_array<7>();
    auto row =
        db.query("SELECT password_hash FROM users WHERE substr(id, 10) >= ? ORDER BY substr(id, 10) LIMIT 1",
                 std::span<const std::uint8_t>(point));
    if (row.next()) return std::string(row.text(0));
    auto first = db.query("SELECT password_hash FROM users ORDER BY substr(id, 10) LIMIT 1");
    if (!first.next()) throw failure(SQLITE_CORRUPT, "all users vanished inside a snapshot");
    return std::string(first.text(0));
}

std::vector<std::string> sample(database& db, std::size_t limit) {
    const auto at_most = std::min(limit, std::size_t{std::numeric_limits<std::int32_t>::max()});
    std::vector<std::string> hashes;
    {
        auto row =
            db.query("SELECT password_hash FROM users LIMIT ?", static_cast<std::int64_t>(at_most) + 1);
        while (row.next())
            hashes.emplace_back(row.text(0));
    }
    if (hashes.size() <= at_most) return hashes;
    hashes.resize(at_most);
    for (auto& each : hashes)
        each = random_hash(db);
    return hashes;
}

}  // namespace

task<result<stored_user>> sqlite_user_store::find_by_username(std::string canonical) {
    return reader_.submit<stored_user>([canonical = std::move(canonical)](read_context& context) {
        return find_stored(context.db, canonical);
    });
}

task<result<user>> sqlite_user_store::find_by_id(user_id id) {
    return reader_.submit<user>([id](read_context& context) { return find(context.db, id); });
}

task<result<std::vector<user>>> sqlite_user_store::list(std::optional<user_id> after, std::size_t limit) {
    // The nil UUID comes before every id.
    const crypto::uuid beyond = after ? after->value : crypto::uuid{};
    return reader_.submit<std::vector<user>>([beyond, limit](read_context& context) {
        return result<std::vector<user>>(list_users(context.db, beyond, limit));
    });
}

task<result<std::uint64_t>> sqlite_user_store::count() {
    return reader_.submit<std::uint64_t>([](read_context& context) {
        return result<std::uint64_t>(
            static_cast<std::uint64_t>(context.db.integer("SELECT count(*) FROM users")));
    });
}

task<result<std::vector<std::string>>> sqlite_user_store::sample_hashes(std::size_t limit) {
    return reader_.submit<std::vector<std::string>>([limit](read_context& context) {
        return result<std::vector<std::string>>(sample(context.db, limit));
    });
}

task<result<void>> sqlite_user_store::insert(stored_user added, std::string canonical) {
    return writer_.submit<void>(
        [added = std::move(added), canonical = std::move(canonical)](write_context& context) {
            return insert_user(context, added, canonical);
        });
}

task<result<std::vector<collision>>> sqlite_user_store::find_collisions(std::span<const new_user> added) {
    return reader_.submit<std::vector<collision>>([added](read_context& context) {
        return result<std::vector<collision>>(collisions_of(context.db, added));
    });
}

task<result<std::vector<collision>>> sqlite_user_store::insert_many(std::span<const new_user> added) {
    return writer_.submit<std::vector<collision>>(
        [added](write_context& context) { return insert_all(context, added); });
}

task<result<user>> sqlite_user_store::update(user_id id, users::user_changes changes) {
    return writer_.submit<user>([id, changes = std::move(changes)](write_context& context) {
        return change_user(context, id, changes);
    });
}

task<result<void>> sqlite_user_store::set_password(user_id id, std::string password_hash,
                                                   std::optional<crypto::uuid> keep) {
    return writer_.submit<void>([id, keep, hash = std::move(password_hash)](write_context& context) {
        return change_password(context, id, hash, keep);
    });
}

task<result<void>> sqlite_user_store::upgrade_hash(user_id id, std::string expected,
                                                   std::string password_hash) {
    return writer_.submit<void>([id, expected = std::move(expected),
                                 hash = std::move(password_hash)](write_context& context) -> result<void> {
        context.db.execute("UPDATE users SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2",
                           id.value, std::string_view(expected), std::string_view(hash));
        return {};
    });
}

task<result<user>> sqlite_user_store::set_disabled(user_id id, bool disabled) {
    return writer_.submit<user>(
        [id, disabled](write_context& context) { return change_disabled(context, id, disabled); });
}

task<result<void>> sqlite_user_store::remove(user_id id) {
    return writer_.submit<void>([id](write_context& context) { return remove_user(context, id); });
}

}  // namespace latchkey::storage::sqlite
