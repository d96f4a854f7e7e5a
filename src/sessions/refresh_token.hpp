#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "crypto/hmac_sha256.hpp"
#include "crypto/secret.hpp"
#include "sessions/session.hpp"

namespace latchkey::sessions {

/// A refresh token says which session and which counter it is, and proves it (FORMAT.md): base64url of
/// version (1 byte, 0x01) || session id (16) || counter (4, big-endian) || MAC (16: HMAC-SHA-256 over the
/// bytes before, truncated), 37 bytes, 50 characters. Nothing of it is stored; junk is refused before any
/// store access.
struct refresh_token {
    session_id session;
    std::uint32_t counter = 0;
};

inline constexpr std::size_t refresh_token_size = 50;

/// Makes and reads refresh tokens with one key. Immutable, thread-safe.
class refresh_token_codec {
public:
    explicit refresh_token_codec(const secret& key);  ///< 32 random bytes, kept in the store

    secret encode(const refresh_token&) const;
    /// Nothing unless size, alphabet, version and MAC are right. Constant time in the MAC.
    std::optional<refresh_token> decode(std::string_view text) const noexcept;

private:
    crypto::hmac_sha256 mac_;
};

}  // namespace latchkey::sessions
