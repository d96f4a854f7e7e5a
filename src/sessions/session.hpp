#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "crypto/uuid.hpp"
#include "users/user.hpp"

namespace latchkey::sessions {

/// `sid` of the access tokens. UUIDv7, of throttle::device_mark_codec::session_id().
struct session_id {
    crypto::uuid value;
    auto operator<=>(const session_id&) const = default;
};

/// What a login opens and refreshing keeps alive. The store keeps one row a session, never one a token.
struct session {
    session_id id;
    users::user_id user;
    std::string client_id;      ///< empty: no client was named
    std::string scope;          ///< space-separated; what the login was granted
    std::uint32_t counter = 0;  ///< of the one refresh token that may be used next
    /// When the latest counters were used up, the newest last: rotations[n-1] ended counter-1. Only those
    /// inside the reuse window are kept, at most max_recent_rotations.
    std::vector<unix_time> rotations;
    unix_time created_at{};
    unix_time last_used_at{};
    unix_time expires_at{};  ///< absolute; the idle expiry follows from last_used_at
    std::string user_agent;  ///< as sent, printable part, at most 255 bytes
    std::string address;     ///< of the client at login
};

inline constexpr std::size_t max_recent_rotations = 64;

struct session_settings {
    std::chrono::milliseconds idle_lifetime = std::chrono::hours(24 * 14);
    std::chrono::milliseconds absolute_lifetime = std::chrono::hours(24 * 90);
    std::chrono::milliseconds reuse_window = std::chrono::seconds(10);
};

}  // namespace latchkey::sessions
