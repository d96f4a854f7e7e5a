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

/// The claims in `json`; their views refer to `text`, which must be at least as large as `json`.
/// `authenticated_at` stays unset. Nothing unless `json` is one JSON object in which every claim we know is
/// there at most once and has its type (a non-empty string, or an integer), and iss, sub, iat, exp and jti
/// are there. Other members are passed over, so that a later version may add some. Does not allocate.
std::optional<claims> read_payload(std::string_view json, std::span<char> text);

}  // namespace latchkey::tokens
