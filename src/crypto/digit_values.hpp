#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace latchkey::crypto {

/// Larger than any digit of up to 128, and still seen after values were or-ed together.
inline constexpr std::uint8_t no_digit = 0x80;

/// The value of each byte as a digit of `alphabet`: its place there, or no_digit.
consteval std::array<std::uint8_t, 256> digit_values(std::string_view alphabet) {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return values;
}

}  // namespace latchkey::crypto
