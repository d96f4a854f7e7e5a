#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "crypto/hmac_sha256.hpp"
#include "crypto/secret.hpp"
#include "crypto/uuid.hpp"

namespace latchkey::throttle {

/// What a device carries on which an account has logged in (OWASP, "device cookies"): it vouches for nothing
/// but that, opens nothing, and names nobody who reads it.
struct device_mark {
    std::array<std::uint8_t, 8> device{};  ///< random
    unix_time issued{};                    ///< to the hour
};

/// Signs marks and knows them again. base64url of: version 1, the device's 8 random bytes, the hour of issue
/// since 1970 (4 bytes, big-endian), and the first 16 bytes of HMAC-SHA-256 over "device mark", those 13
/// bytes and the account's canonical name.
///
/// A client that keeps no cookies keeps its refresh token, and that can vouch for the device as well: the id
/// of the session in it tells which account the session was opened for, also when the session is long over
/// and no store knows it. Of such an id, a UUID of version 7, the last four bytes are the first four of
/// HMAC-SHA-256 over "device session", the twelve bytes before them and the account's canonical name. That
/// another account's session passes for one of this account is one chance in 2^32, which nobody can try but
/// by logins, and gains the few guesses of a device.
///
/// Immutable, thread-safe.
class device_mark_codec {
public:
    /// A mark is good for this long, and so is a session's id.
    static constexpr std::chrono::hours lifetime{24 * 365};

    explicit device_mark_codec(const secret& key) : mac_(key.bytes()) {}

    std::string issue(std::string_view canonical, unix_time now) const;
    /// Nothing unless the mark is this account's, genuine and not too old.
    std::optional<device_mark> read(std::string_view mark, std::string_view canonical, unix_time now) const;

    /// An id for the session that a login of the account opens.
    crypto::uuid session_id(std::string_view canonical, unix_time now) const;
    /// Whether it is such an id, of this account and not too old. Says nothing about who sends it: that is
    /// for the refresh token to prove.
    bool is_session_of(const crypto::uuid&, std::string_view canonical, unix_time now) const;

private:
    crypto::hmac_sha256::tag mac_of(std::string_view fields, std::string_view canonical) const;
    crypto::uuid tagged(crypto::uuid, std::string_view canonical) const;

    crypto::hmac_sha256 mac_;
};

}  // namespace latchkey::throttle
