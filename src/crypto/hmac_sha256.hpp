#pragma once

#include <openssl/sha.h>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace latchkey::crypto {

/// SHA-256 (FIPS 180-4). Does not allocate.
std::array<std::uint8_t, SHA256_DIGEST_LENGTH> sha256(std::string_view message) noexcept;

/// HMAC with SHA-256 (RFC 2104, FIPS 198-1). The two padded-key blocks are hashed once, when the key is set;
/// a MAC then costs the message's own blocks plus two, and no allocation. Immutable after construction, so
/// shared freely between threads. Wiped when destroyed.
class hmac_sha256 {
public:
    static constexpr std::size_t size = 32;
    using tag = std::array<std::uint8_t, size>;

    explicit hmac_sha256(std::span<const std::uint8_t> key);
    hmac_sha256(const hmac_sha256&) = delete;
    hmac_sha256& operator=(const hmac_sha256&) = delete;
    ~hmac_sha256();

    tag mac(std::string_view message) const noexcept;
    /// Constant time in the tag.
    bool verify(std::string_view message, std::span<const std::uint8_t> expected) const noexcept;

private:
    SHA256_CTX inner_;
    SHA256_CTX outer_;
};

}  // namespace latchkey::crypto
