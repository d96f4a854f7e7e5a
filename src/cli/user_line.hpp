#pragma once

#include <string>
#include <string_view>

#include "config/values.hpp"
#include "users/user.hpp"

namespace latchkey::cli {

/// An account as a line of `latchkey user export --with-hashes` and `latchkey user import`: one JSON object.
///
///     {"username":"bob","password_hash":"$argon2id$…","email":"bob@example.com","scopes":["items"],
///      "disabled":false,"id":"0190…","created_at":"2026-11-23T15:04:05.678Z","updated_at":"…",
///      "password_changed_at":"…"}
///
/// Only the first two must be there. The hash is one of ours, one that another system made
/// (passwords::parse_stored), or a weak one that must be wrapped before it is stored (foreign::parse_weak).
/// The `id`, `sub` of the tokens, is made when it is missing.
struct user_line {
    users::stored_user stored;
    std::string canonical;  ///< of the name: what must be unique
};

inline constexpr std::size_t max_user_line = 64 * 1024;  ///< bytes

/// The account, or what is wrong with the line; never repeats a hash. Unknown members are refused: a misspelt
/// `disabled` must not be taken for a wish that was granted. Missing times are `now`.
config::parsed<user_line> parse_user_line(std::string_view line, unix_time now);

/// The line without its break. The hash only when `with_hash`.
std::string format_user_line(const users::stored_user&, bool with_hash);

}  // namespace latchkey::cli
