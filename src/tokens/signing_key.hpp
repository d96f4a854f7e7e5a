#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/errc.hpp"
#include "crypto/secret.hpp"

namespace latchkey::tokens {

/// RFC 7518 section 3.1 and RFC 8037.
enum class algorithm { hs256, es256, rs256, eddsa };

/// "HS256", "ES256", "RS256", "EdDSA": the spelling of header and JWK.
std::string_view name(algorithm) noexcept;
std::optional<algorithm> parse_algorithm(std::string_view) noexcept;

/// A key as the store keeps it.
struct key_record {
    std::string kid;  ///< [A-Za-z0-9_-], 16 characters
    tokens::algorithm algorithm{};
    secret material;  ///< HS256: 32 random bytes; otherwise PKCS#8 DER
    unix_time created_at{};
    unix_time not_before{};  ///< signs from here on; published before
    std::optional<unix_time>
        retired_at;  ///< signs no more; verifies until the last token it signed has expired
};

/// Signs and verifies with one key. Immutable, thread-safe.
class signing_key {
public:
    virtual ~signing_key() = default;
    virtual std::string_view kid() const noexcept = 0;
    virtual tokens::algorithm algorithm() const noexcept = 0;
    /// Appends the signature's raw bytes over `signing_input` (RFC 7515 section 5.1) to `out`,
    /// base64url-encoded. `signing_input` may lie in `out`.
    virtual void append_signature(std::string_view signing_input, std::string& out) const = 0;
    /// `signature`: decoded bytes. Never allocates for HS256.
    virtual bool verify(std::string_view signing_input,
                        std::span<const std::uint8_t> signature) const noexcept = 0;
    /// The public JWK (RFC 7517), or nothing for a symmetric key.
    virtual std::optional<boost::json::object> public_jwk() const = 0;
};

/// A fresh key; `not_before` is `now`.
key_record generate_key(tokens::algorithm, unix_time now);
/// errc::unsealing_failed when the material does not fit its algorithm (HS256: fewer than 32 bytes, RFC 7518
/// section 3.2) or the kid is not written as key_record says.
result<std::unique_ptr<signing_key>> load_key(const key_record&);

}  // namespace latchkey::tokens
