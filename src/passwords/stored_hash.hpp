#pragma once

#include <string_view>
#include <variant>

#include "base/errc.hpp"
#include "passwords/cost_book.hpp"
#include "passwords/foreign/foreign_hash.hpp"
#include "passwords/phc.hpp"
#include "passwords/wrapped_hash.hpp"

namespace latchkey::passwords {

/// What the store may hold for a user: one of our own making, one that came with the user, or one that came
/// and was too weak to be kept as it was.
using stored_hash = std::variant<argon2_hash, foreign::foreign_hash, wrapped_hash>;

/// errc::unsupported_hash. Django writes `argon2` before its PHC strings.
result<stored_hash> parse_stored(std::string_view);

/// What Argon2 computes for it; null for a foreign hash.
const argon2_hash* argon2_of(const stored_hash&) noexcept;
/// What that computation takes as its password. errc::out_of_memory.
result<secret> argon2_input(const stored_hash&, secret password);

workload work_of(const argon2_parameters&) noexcept;
workload work_of(const stored_hash&) noexcept;
/// Bytes that checking a password against it holds.
std::uint64_t memory_of(const stored_hash&) noexcept;

}  // namespace latchkey::passwords
