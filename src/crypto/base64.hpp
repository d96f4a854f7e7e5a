#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// Base64 with its padding or without (RFC 4648 section 4), of what may be secret.
namespace latchkey::crypto::base64 {

constexpr std::size_t decoded_capacity(std::size_t characters) noexcept {
    return characters / 4 * 3 + 3;
}

/// Decodes into `out`, whose size must be at least decoded_capacity(text.size()); the number of bytes, or
/// nothing unless `text` is a canonical encoding with the whole padding or without any: no blanks, no stray
/// bits in the last character. No look-up and no branch depends on what is decoded, but for that verdict.
/// Does not allocate.
std::optional<std::size_t> decode(std::string_view text, std::span<std::uint8_t> out) noexcept;

}  // namespace latchkey::crypto::base64
