#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/errc.hpp"
#include "crypto/secret.hpp"
#include "passwords/cost_book.hpp"

/// scrypt (RFC 7914) as Werkzeug, Django, passlib and Firebase write it. `$7$` is crypt(3)'s
/// (foreign/crypt_hash.hpp).
namespace latchkey::passwords::foreign {

struct scrypt_hash {
    std::uint32_t n = 0;  ///< a power of two
    std::uint32_t r = 0;
    std::uint32_t p = 0;
    std::vector<std::uint8_t> salt;  ///< Firebase: with the salt separator behind it
    std::vector<std::uint8_t> tag;   ///< 16 to 64 bytes
    /// Firebase encrypts its project's signer key with the derived key (AES-256-CTR, zero IV) and stores
    /// that.
    std::vector<std::uint8_t> signer_key;
};

/// What a stored hash may make us hold and compute (Werkzeug and passlib ask for 32 and 64 MiB).
inline constexpr std::uint64_t max_scrypt_memory = 256 * 1024 * 1024;
inline constexpr std::uint64_t max_scrypt_work = 1 << 22;  ///< N·r·p

/// Bytes that scrypt and yescrypt hold.
constexpr std::uint64_t scrypt_memory(std::uint64_t n, std::uint64_t r) noexcept {
    return n * r * 128;
}
/// Whether N = 2^log_n, r and p lie within the caps and what OpenSSL takes.
bool within_caps(std::uint32_t log_n, std::uint64_t r, std::uint64_t p) noexcept;

/// `scrypt:32768:8:1$salt$hex` (Werkzeug) · `scrypt$16384$salt$8$1$base64` (Django) ·
/// `$scrypt$ln=16,r=8,p=1$salt$hash` (passlib) ·
/// `$fbscrypt$v=1,n=14,r=8,p=1,ss=base64,sk=base64$salt$hash` (Firebase's, as Supabase writes it).
std::optional<scrypt_hash> parse_scrypt(std::string_view);

workload work_of(const scrypt_hash&) noexcept;
constexpr std::uint64_t memory_of(const scrypt_hash& h) noexcept {
    return scrypt_memory(h.n, h.r) + 128ULL * h.r * h.p;
}
/// errc::out_of_memory.
result<bool> verify(const scrypt_hash&, const secret& password);

}  // namespace latchkey::passwords::foreign
