#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/errc.hpp"
#include "crypto/secret.hpp"

namespace latchkey::clients {

/// RFC 6749 section 2.1.
enum class client_type : std::uint8_t { confidential, public_ };

/// A secret as the store keeps it: the SHA-256 of 256 random bits needs no slow hash.
struct stored_client_secret {
    std::string id;      ///< 8 characters, names the secret in lists; never part of it
    std::string digest;  ///< 32 bytes
    unix_time created_at{};
};

/// A registered client (RFC 6749 section 2, RFC 7591's names).
struct client {
    std::string client_id;  ///< [A-Za-z0-9_-], 1 to 64 characters
    std::string client_name;
    client_type type = client_type::confidential;
    std::vector<std::string> grant_types;  ///< of password, refresh_token, client_credentials; sorted
    std::vector<std::string>
        scopes;  ///< that its tokens may have, sorted; empty: all (password), none (client_credentials)
    std::string audience;  ///< of its access tokens; empty: the configured one
    std::optional<std::chrono::seconds>
        access_lifetime;  ///< of its access tokens; absent: the configured one
    std::vector<stored_client_secret>
        secrets;  ///< at most two, so that one can be rotated; none for a public client
    bool disabled = false;
    unix_time created_at{};
    unix_time updated_at{};

    /// Whether it is one of grant_types. Never when disabled, and client_credentials never for a public
    /// client (RFC 6749 section 4.4), whatever the row says.
    bool may_use(std::string_view grant_type) const noexcept;
};

inline constexpr std::size_t max_client_secrets = 2;

/// A fresh secret: 32 random bytes as 43 characters of base64url, shown once, and what is stored of it.
struct new_client_secret {
    secret text;
    stored_client_secret stored;
};
new_client_secret generate_client_secret(unix_time now);

/// Gives the client a fresh secret and returns its text. At most two are valid, so that one can be rotated
/// without an outage: the newest old one and the fresh one.
secret add_secret(client&, unix_time now);
/// Forgets all but the newest.
void drop_old_secrets(client&) noexcept;

/// A fresh client id: 16 characters of base64url, the first no hyphen.
std::string generate_client_id();
bool is_client_id(std::string_view) noexcept;

/// Whether `text` is one of the client's secrets. Compares with all of them, in constant time.
bool verify_client_secret(const client&, std::string_view text) noexcept;

}  // namespace latchkey::clients
