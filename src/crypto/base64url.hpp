#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Base64 with the URL-safe alphabet, without padding (RFC 4648 section 5, RFC 7515 section 2).
namespace latchkey::crypto::base64url {

constexpr std::size_t encoded_size(std::size_t bytes) noexcept {
    return (bytes * 4 + 2) / 3;
}
constexpr std::size_t decoded_capacity(std::size_t characters) noexcept {
    return characters / 4 * 3 + 2;
}

/// Appends the encoding of `bytes` to `out`.
void append(std::string& out, std::span<const std::uint8_t> bytes);
std::string encode(std::span<const std::uint8_t> bytes);
std::string encode(std::string_view bytes);

/// Decodes into `out`, whose size must be at least decoded_capacity(text.size()); the number of bytes, or
/// nothing unless `text` is the canonical encoding: no padding, no blanks, no stray bits in the last
/// character. Does not allocate.
std::optional<std::size_t> decode(std::string_view text, std::span<std::uint8_t> out) noexcept;

}  // namespace latchkey::crypto::base64url
