#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tokens/claims.hpp"

/// The payload of an access token: the claims as a JSON object (FORMAT.md).
namespace latchkey::tokens {

/// Every claim that is not empty, in a fixed order. The texts must be UTF-8.
std::string write_payload(const claims&);

/// A payload that was read.
struct payload {
    claims said;  ///< `authenticated_at` stays unset
    /// The whole of it, when it is what write_payload() writes of the claims; empty otherwise.
    std::string_view canonical;
};

/// Reads `json` in place: all views refer to it, and where a text has an escape its bytes are changed.
/// Nothing unless it is one JSON object of at most max_payload_size bytes in which every claim we know is
/// there at most once and has its type (a non-empty string, or an integer), and iss, sub, iat, exp and jti
/// are there. Other members are passed over, so that a later version may add some. Does not allocate.
std::optional<payload> read_payload(std::span<char> json);

inline constexpr std::size_t max_payload_size = 4096;

}  // namespace latchkey::tokens
