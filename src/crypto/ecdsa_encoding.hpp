#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// The two spellings of an ECDSA signature on P-256: OpenSSL speaks DER (RFC 3279 section 2.2.3), JWS r || s
/// (RFC 7518 section 3.4).
namespace latchkey::crypto::ecdsa {

inline constexpr std::size_t raw_size = 64;

/// Empty when `der` is no signature or does not fit.
std::vector<std::uint8_t> raw_from_der(std::span<const std::uint8_t> der);
/// Empty unless `raw` has raw_size bytes.
std::vector<std::uint8_t> der_from_raw(std::span<const std::uint8_t> raw);

}  // namespace latchkey::crypto::ecdsa
