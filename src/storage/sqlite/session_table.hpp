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
bool insert(write_context&, const sessions::session&, unix_time authenticated_at);
std::optional<sessions::session> find(database&, const sessions::session_id&);
std::optional<session_of_user> find_with_user(database&, const sessions::session_id&);
/// A user's sessions that are not expired, newest first.
std::vector<sessions::session> list(database&, const users::user_id&, unix_time now,
                                    const sessions::session_settings&, std::size_t limit);

/// Writes what sessions::refresh() changes.
void advance(database&, const sessions::session&);
/// Deletes the row and nothing else: for a session that has expired, like its tokens.
void erase(database&, const sessions::session_id&);

/// Ends one session and its access tokens; whether there was one. `owner`, if given, is the only one whose
/// session may be ended.
bool end(write_context&, const sessions::session_id&, const std::optional<users::user_id>& owner);
/// Ends the sessions of a user but `keep`; how many.
std::uint64_t end_of_user(write_context&, const users::user_id&, const std::optional<crypto::uuid>& keep);
std::uint64_t end_of_client(write_context&, std::string_view client_id);

/// A step of a walk over the table, from `walked` on, which moves along and at the end of the table back to
/// its beginning: of the next `rows` rows deletes those that have expired; how many.
std::size_t prune(database&, unix_time now, const sessions::session_settings&, sessions::session_id& walked,
                  std::size_t rows);

}  // namespace latchkey::storage::sqlite::session_table
