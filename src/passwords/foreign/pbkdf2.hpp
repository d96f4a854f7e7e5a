#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/errc.hpp"
#include "crypto/secret.hpp"
#include "passwords/cost_book.hpp"

/// PBKDF2 (RFC 8018 section 5.2) as Django, passlib and Werkzeug write it; Keycloak's export becomes
/// passlib's text (foreign/keycloak.hpp).
namespace latchkey::passwords::foreign {

enum class digest { sha1, sha256, sha512 };

struct pbkdf2_hash {
    foreign::digest digest = digest::sha256;
    std::uint32_t iterations = 0;
    std::vector<std::uint8_t> salt;  ///< up to 128 bytes
    std::vector<std::uint8_t> tag;   ///< 16 to 64 bytes
};

/// What a stored hash may make us compute: Django's default of 2026 ten times over, some seconds. Each
/// further block of output (RFC 8018 section 5.2) runs all iterations again and counts as much.
inline constexpr std::uint32_t max_pbkdf2_iterations = 10'000'000;

/// `pbkdf2_sha256$600000$salt$base64` and `pbkdf2_sha1$…` (Django) ·
/// `$pbkdf2-sha256$29000$salt$hash`, `$pbkdf2-sha512$…`, `$pbkdf2$…` (passlib, salt and hash in its base64) ·
/// `pbkdf2:sha256:600000$salt$hex` (Werkzeug). Nothing for anything else, or beyond the cap.
std::optional<pbkdf2_hash> parse_pbkdf2(std::string_view);

workload work_of(const pbkdf2_hash&) noexcept;
result<bool> verify(const pbkdf2_hash&, const secret& password);

}  // namespace latchkey::passwords::foreign
