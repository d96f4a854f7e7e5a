#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/errc.hpp"

namespace latchkey::passwords {

/// Argon2's cost (RFC 9106 section 3.1).
struct argon2_parameters {
    std::uint32_t memory_kib = 19456;  ///< m
    std::uint32_t passes = 2;          ///< t
    std::uint32_t lanes = 1;           ///< p
    bool operator==(const argon2_parameters&) const = default;
};

enum class argon2_variant : std::uint8_t { argon2i = 1, argon2id = 2 };

/// The parts of `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>` (PHC string format; RFC 9106, version 0x13).
struct argon2_hash {
    argon2_variant variant = argon2_variant::argon2id;
    argon2_parameters parameters;
    std::vector<std::uint8_t> salt;  ///< 8 to 64 bytes
    std::vector<std::uint8_t> tag;   ///< 16 to 64 bytes
};

inline constexpr std::size_t salt_size = 16;
inline constexpr std::size_t tag_size = 32;

/// What a stored hash may make us compute; more is refused with errc::unsupported_hash.
inline constexpr std::uint32_t max_memory_kib = 1024 * 1024;
inline constexpr std::uint32_t max_passes = 64;
inline constexpr std::uint32_t max_lanes = 64;
/// KiB times passes: what libsodium calls sensitive, a gibibyte four times; one to four seconds.
inline constexpr std::uint64_t max_argon2_work = 4ULL * 1024 * 1024;

/// errc::unsupported_hash for anything but a canonical Argon2i/Argon2id PHC string of version 19 within the
/// caps.
result<argon2_hash> parse_phc(std::string_view);
std::string format_phc(const argon2_hash&);

}  // namespace latchkey::passwords
