#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "crypto/uuid.hpp"

namespace latchkey::users {

/// A user's stable id: `sub` of the tokens. UUIDv7, never reused, never changed.
struct user_id {
    crypto::uuid value;
    auto operator<=>(const user_id&) const = default;
};

struct user {
    user_id id;
    std::string username;  ///< as registered, NFC
    std::optional<std::string> email;
    std::vector<std::string> scopes;  ///< scopes the user may be granted, sorted
    bool disabled = false;
    unix_time created_at{};
    unix_time updated_at{};
    unix_time password_changed_at{};
};

/// A user and the hash of their password. Never leaves users/ and storage/.
struct stored_user {
    users::user user;
    std::string password_hash;  ///< PHC string
};

}  // namespace latchkey::users
