#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/byte_block.hpp"

/// Hexadecimal digits (RFC 4648 section 8), in lower case only: one value has one spelling.
namespace latchkey::hex {

using eight_bytes = numbers_together<std::uint8_t, 8>;
using eight_pairs = numbers_together<std::uint16_t, 16>;

/// Sixteen digits that need not stand side by side; `wrong` keeps bits for what is no digit.
inline eight_bytes decode_block(byte_block digits, byte_block& wrong) noexcept {
    const byte_block in_numbers = digits - '0', in_letters = digits - 'a';
    const auto number = byte_block(in_numbers < 10), letter = byte_block(in_letters < 6);
    wrong |= ~(number | letter);
    const auto pairs = eight_pairs((number & in_numbers) | (letter & (in_letters + 10)));
    return __builtin_convertvector((pairs << 4 | pairs >> 8) & 0xFF, eight_bytes);
}

/// Writes two digits for each byte to `out`, which has room for them.
void encode(std::span<const std::uint8_t> bytes, char* out) noexcept;
std::string encode(std::span<const std::uint8_t> bytes);

/// False, and `out` is anything, unless `digits` are two for each of its bytes.
bool decode(std::string_view digits, std::span<std::uint8_t> out) noexcept;

}  // namespace latchkey::hex
