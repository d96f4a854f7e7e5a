#pragma once

#include <string_view>
#include <variant>

#include "base/errc.hpp"
#include "passwords/cost_book.hpp"
#include "passwords/foreign/foreign_hash.hpp"
#include "passwords/phc.hpp"

namespace latchkey::passwords {

/// What the store may hold for a user: one of our own making, or one that came with the user.
using stored_hash = std::variant<argon2_hash, foreign::foreign_hash>;

/// errc::unsupported_hash. Django writes `argon2` before its PHC strings.
result<stored_hash> parse_stored(std::string_view);

workload work_of(const argon2_parameters&) noexcept;
workload work_of(const stored_hash&) noexcept;

}  // namespace latchkey::passwords
