#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/errc.hpp"
#include "crypto/secret.hpp"
#include "passwords/engine.hpp"
#include "passwords/foreign/weak_hash.hpp"
#include "passwords/phc.hpp"

namespace latchkey::passwords {

/// A weak hash that came with its user, protected at once although nobody knows the password: Argon2id of the
/// weak hash's bytes. FORMAT.md describes the text. A login that matches replaces it by a hash of the
/// password.
struct wrapped_hash {
    foreign::weak_scheme inner;
    argon2_hash outer;  ///< Argon2id; its password is what `inner` makes of the user's
};

/// Nothing unless canonical and within the caps of both parts.
std::optional<wrapped_hash> parse_wrapped(std::string_view);
std::string format_wrapped(const wrapped_hash&);

/// The text to store, under a fresh salt. errc::out_of_memory.
result<std::string> wrap(engine&, const foreign::weak_hash&, const argon2_parameters&);

}  // namespace latchkey::passwords
