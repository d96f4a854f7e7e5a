#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "crypto/hmac_sha256.hpp"
#include "crypto/secret.hpp"

namespace latchkey::throttle {

/// What a device carries on which an account has logged in (OWASP, "device cookies"): it vouches for nothing
/// but that, opens nothing, and names nobody who reads it.
struct device_mark {
    std::array<std::uint8_t, 8> device{};  ///< random
    unix_time issued{};                    ///< to the hour
};

/// Signs marks and knows them again. base64url of: version 1, the device's 8 random bytes, the hour of issue
/// since 1970 (4 bytes, big-endian), and the first 16 bytes of HMAC-SHA-256 over "device mark", those 13
/// bytes and the account's canonical name. Immutable, thread-safe.
class device_mark_codec {
public:
    /// A mark is good for this long.
    static constexpr std::chrono::hours lifetime{24 * 365};

    explicit device_mark_codec(const secret& key) : mac_(key.bytes()) {}

    std::string issue(std::string_view canonical, unix_time now) const;
    /// Nothing unless the mark is this account's, genuine and not too old.
    std::optional<device_mark> read(std::string_view mark, std::string_view canonical, unix_time now) const;

private:
    crypto::hmac_sha256::tag mac_of(std::string_view fields, std::string_view canonical) const;

    crypto::hmac_sha256 mac_;
};

}  // namespace latchkey::throttle
