#pragma once

#include "passwords/policy.hpp"
#include "users/user.hpp"

namespace latchkey::users {

/// What the password policy is told of an account. Looks into `u`.
inline passwords::owner owner_of(const user& u) noexcept {
    return {.username = u.username, .email = u.email ? std::string_view(*u.email) : std::string_view()};
}

}  // namespace latchkey::users
