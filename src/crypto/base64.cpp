#include "crypto/base64.hpp"

#include <algorithm>
#include <array>

#include "crypto/digit_values.hpp"
#include "crypto/secret.hpp"

namespace latchkey::crypto::base64 {
namespace {

using block = std::array<std::uint8_t, 16>;

/// All ones when `c` is one of the `count` characters from `first` on, else zero.
constexpr std::uint8_t mask(std::uint8_t c, char first, std::uint8_t count) noexcept {
    const auto distance = static_cast<std::uint8_t>(c - static_cast<std::uint8_t>(first));
    return static_cast<std::uint8_t>(-static_cast<int>(distance < count));
}

/// By arithmetic alone, which the compiler does to sixteen characters at once: a table would betray through
/// the cache which of its entries were read.
constexpr std::uint8_t value(std::uint8_t c) noexcept {
    const auto upper = mask(c, 'A', 26), lower = mask(c, 'a', 26), digit = mask(c, '0', 10);
    const auto plus = mask(c, '+', 1), slash = mask(c, '/', 1);
    const auto known = upper | lower | digit | plus | slash;
    return static_cast<std::uint8_t>((upper & (c - 'A')) | (lower & (c - 'a' + 26)) |
                                     (digit & (c - '0' + 52)) | (plus & 62) | (slash & 63) |
                                     (~known & no_digit));
}

/// At most two, and only where they fill the last group of four.
std::size_t padding_of(std::string_view text) noexcept {
    if (text.size() % 4 != 0 || !text.ends_with('=')) return 0;
    return text.ends_with("==") ? 2 : 1;
}

}  // namespace

/// What is missing from the last group of four counts as zero: bits that belong to no byte then stand in the
/// byte behind the last.
std::optional<std::size_t> decode(std::string_view text, std::span<std::uint8_t> out) noexcept {
    text.remove_suffix(padding_of(text));
    if (text.size() % 4 == 1 || out.size() < decoded_capacity(text.size())) return std::nullopt;
    std::uint8_t* to = out.data();
    std::uint8_t seen = 0;
    block values;
    for (std::size_t at = 0; at < text.size(); at += values.size()) {
        const auto part = text.substr(at, values.size());
        values.fill('A');
        std::ranges::copy(part, values.begin());
        for (auto& each : values)
            seen |= each = value(each);
        for (std::size_t i = 0; i < part.size(); i += 4) {
            *to++ = static_cast<std::uint8_t>(values[i] << 2 | values[i + 1] >> 4);
            *to++ = static_cast<std::uint8_t>(values[i + 1] << 4 | values[i + 2] >> 2);
            *to++ = static_cast<std::uint8_t>(values[i + 2] << 6 | values[i + 3]);
        }
    }
    wipe(values);
    const std::size_t size = text.size() * 3 / 4;
    const bool stray_bits = text.size() % 4 != 0 && out[size] != 0;
    if ((seen & no_digit) != 0 || stray_bits) return std::nullopt;
    return size;
}

}  // namespace latchkey::crypto::base64
