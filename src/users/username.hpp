#pragma once

#include <string>
#include <string_view>

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

}  // namespace latchkey::users
