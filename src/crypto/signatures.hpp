#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "crypto/secret.hpp"

namespace latchkey::crypto {

/// The signature schemes of JWS that have a public key.
enum class signature_scheme {
    es256,    ///< ECDSA, P-256, SHA-256; r || s, 32 bytes each (RFC 7518 section 3.4)
    rs256,    ///< RSASSA-PKCS1-v1_5, SHA-256, 2048 to 8192 bits (RFC 7518 section 3.3)
    ed25519,  ///< RFC 8032; "EdDSA" with curve Ed25519 (RFC 8037)
};

/// The longest signature there is, in bytes: RSA with 8192 bits.
inline constexpr std::size_t max_signature_size = 1024;

/// One public parameter under its JWK name ("x", "y", "n", "e"; RFC 7518 section 6), big-endian, of the size
/// that the RFC asks for.
struct jwk_parameter {
    std::string_view name;
    std::vector<std::uint8_t> value;
};

/// A private key with its public half. Immutable, thread-safe. The scheme is fixed when the key is made or
/// loaded, never taken from what is to be verified.
class signature_key {
public:
    /// RSA keys have 3072 bits.
    static signature_key generate(signature_scheme);
    /// From PKCS#8 DER (RFC 5958). Nothing when the bytes are not one whole private key of this scheme, or
    /// when the halves of the key do not belong together.
    static std::optional<signature_key> load(signature_scheme, std::span<const std::uint8_t> pkcs8);

    signature_scheme scheme() const noexcept { return scheme_; }
    secret pkcs8() const;
    std::vector<jwk_parameter> public_parameters() const;

    /// The raw signature, as JWS wants it.
    std::vector<std::uint8_t> sign(std::string_view message) const;
    /// False also when memory runs out. Leaves nothing in OpenSSL's error queue, which TLS reads.
    bool verify(std::string_view message, std::span<const std::uint8_t> signature) const noexcept;

private:
    struct free_key {
        void operator()(EVP_PKEY*) const noexcept;
    };
    using key_pointer = std::unique_ptr<EVP_PKEY, free_key>;

    signature_key(signature_scheme, key_pointer) noexcept;

    signature_scheme scheme_;
    key_pointer key_;
};

}  // namespace latchkey::crypto
