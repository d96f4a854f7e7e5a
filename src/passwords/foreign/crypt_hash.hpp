#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/errc.hpp"
#include "crypto/secret.hpp"
#include "passwords/cost_book.hpp"

/// What crypt(3) knows (libxcrypt): bcrypt, yescrypt, scrypt's `$7$`, sha512-crypt.
namespace latchkey::passwords::foreign {

struct crypt_hash {
    std::string text;  ///< setting and hash, as crypt(3) reads and writes it
    workload work;
    std::uint64_t memory = 0;  ///< bytes that the computation holds
    bool prehash =
        false;  ///< Django's bcrypt_sha256: what is hashed is the password's SHA-256 in hexadecimal
};

/// What a stored hash may make us compute.
inline constexpr std::uint32_t max_bcrypt_cost = 15;  ///< two seconds
inline constexpr std::uint32_t max_sha512_rounds = 1'000'000;

/// `$2a$12$…`, `$2b$…`, `$2y$…` (also behind Django's `bcrypt$` and `bcrypt_sha256$`) · `$6$salt$…`,
/// `$6$rounds=656000$salt$…` · `$7$…` · `$y$…`. Nothing for anything else, or beyond the caps.
std::optional<crypt_hash> parse_crypt(std::string_view);

/// A password with a NUL, or longer than crypt(3) takes, costs the same and does not match; bcrypt reads 72
/// bytes, as everywhere. errc::out_of_memory; errc::unsupported_hash when libxcrypt does not take the text.
result<bool> verify(const crypt_hash&, const secret& password);

}  // namespace latchkey::passwords::foreign
