#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sessions/session.hpp"
#include "storage/sqlite/writer.hpp"
#include "users/user.hpp"

/// The table of sessions. All of it runs inside the caller's transaction.
namespace latchkey::storage::sqlite::session_table {

/// What a refresh decides on, in one look-up.
struct session_of_user {
    sessions::session session;
    users::user user;
    unix_time tokens_ended_at;  ///< tokens authenticated up to here are dead
};

/// Whether it was added: not for an account that is gone, disabled, or whose tokens of `authenticated_at` are
/// ended.
bool insert(database&, const sessions::session&, unix_time authenticated_at);
std::optional<sessions::session> find(database&, const sessions::session_id&);
std::optional<session_of_user> find_with_user(database&, const sessions::session_id&);
/// A user's sessions that are not expired, newest first.
std::vector<sessions::session> list(database&, const users::user_id&, unix_time now,
                                    const sessions::session_settings&, std::size_t limit);

/// Writes what sessions::refresh() changes. `was_used_at`: as the row has it.
void advance(database&, const sessions::session&, unix_time was_used_at);
/// Deletes the row and nothing else: for a session that has expired, like its tokens.
void erase(database&, const sessions::session_id&);

/// Ends one session and its access tokens; whether there was one. `owner`, if given, is the only one whose
/// session may be ended.
bool end(write_context&, const sessions::session_id&, const std::optional<users::user_id>& owner);
/// Ends the sessions of a user but `keep`; how many.
std::uint64_t end_of_user(write_context&, const users::user_id&, const std::optional<crypto::uuid>& keep);
std::uint64_t end_of_client(write_context&, std::string_view client_id);

/// Deletes at most `limit` rows of sessions that have expired; how many. One that was idle too long may stay
/// an hour more, and one of two weeks or more that was used to its end for an idle lifetime; nobody can use
/// them.
std::uint64_t prune(database&, unix_time now, const sessions::session_settings&, std::size_t limit);

}  // namespace latchkey::storage::sqlite::session_table
