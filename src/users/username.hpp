#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/errc.hpp"

namespace latchkey::users {

inline constexpr std::size_t max_username_size = 255;  ///< bytes of UTF-8

struct username {
    std::string display;    ///< NFC of what was given
    std::string canonical;  ///< what must be unique: NFC of its case folding
};

/// errc::invalid_username: empty, too long, not UTF-8, blanks at an end, or an unprintable character.
result<username> parse_username(std::string_view);

/// errc::invalid_email unless it is one `@` between non-empty parts without blanks or control characters, at
/// most 254 bytes.
result<std::string> parse_email(std::string_view);

/// A scope token: one or more of %x21 / %x23-5B / %x5D-7E (RFC 6749 section 3.3).
bool is_scope_token(std::string_view) noexcept;

/// All scopes of an account or a client, and of a token, with a blank between them: so many bytes that an
/// access token (tokens::max_token_size) has room for them beside the longest other claims.
inline constexpr std::size_t max_scope_size = 1024;

/// Scope tokens, not more than max_scope_size in all.
bool are_scopes(const std::vector<std::string>&) noexcept;

}  // namespace latchkey::users
