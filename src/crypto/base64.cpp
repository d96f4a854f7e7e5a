#include "crypto/base64.hpp"

#include <cstring>

#include "base/byte_block.hpp"

namespace latchkey::crypto::base64 {
namespace {

/// Six bits each, by arithmetic alone: a table would betray through the cache which of its entries were read.
/// `unknown` keeps bits for what is no digit.
byte_block values_of(byte_block digits, byte_block& unknown) noexcept {
    const byte_block in_upper = digits - 'A', in_lower = digits - 'a', in_number = digits - '0';
    const auto upper = byte_block(in_upper < 26), lower = byte_block(in_lower < 26);
    const auto number = byte_block(in_number < 10);
    const auto plus = byte_block(digits == '+'), slash = byte_block(digits == '/');
    unknown |= ~(upper | lower | number | plus | slash);
    return (upper & in_upper) | (lower & (in_lower + 26)) | (number & (in_number + 52)) | (plus & 62) |
           (slash & 63);
}

using pairs = numbers_together<std::uint16_t, 16>;
using fours = numbers_together<std::uint32_t, 16>;
using eights = numbers_together<std::uint64_t, 16>;

/// The bits of each four values side by side.
fours joined(byte_block values) noexcept {
    const auto twelve_bits = pairs((pairs(values) & 0xFF) << 6 | pairs(values) >> 8);
    return fours((fours(twelve_bits) & 0xFFFF) << 12 | fours(twelve_bits) >> 16);
}

void write_six_bytes(std::uint64_t bits, std::uint8_t* out) noexcept {
    const std::uint64_t bytes = __builtin_bswap64(bits << 16);
    std::memcpy(out, &bytes, 6);
}

void write_bytes(fours twenty_four_bits, std::uint8_t* out) noexcept {
    const auto wide = eights(twenty_four_bits);
    const auto forty_eight_bits = eights((wide & 0xFFFF'FFFF) << 24 | wide >> 32);
    write_six_bytes(forty_eight_bits[0], out);
    write_six_bytes(forty_eight_bits[1], out + 6);
}

/// The 24 bits of four digits, the first of which is the lowest byte.
std::uint32_t bits_of(std::uint32_t four_digits, byte_block& unknown) noexcept {
    constexpr std::uint32_t zeros = 0x4141'4141;  // "AAAA"
    const auto digits = byte_block(fours{four_digits, zeros, zeros, zeros});
    return joined(values_of(digits, unknown))[0];
}

std::uint8_t byte_of(std::uint32_t bits, unsigned shift) noexcept {
    return static_cast<std::uint8_t>(bits >> shift & 0xFF);
}

/// The two or three digits behind the last whole four; false when they have bits that belong to no byte.
bool decode_last(std::string_view digits, std::uint8_t* out, byte_block& unknown) noexcept {
    const auto digit = [&](std::size_t i) { return std::uint32_t{static_cast<std::uint8_t>(digits[i])}; };
    const bool three = digits.size() == 3;
    const auto text = digit(0) | digit(1) << 8 | (three ? digit(2) : 'A') << 16 | std::uint32_t{'A'} << 24;
    const auto bits = bits_of(text, unknown);
    out[0] = byte_of(bits, 16);
    if (three) out[1] = byte_of(bits, 8);
    return (bits & (three ? 0xFFU : 0xFFFFU)) == 0;
}

/// At most two, and only where they fill the last group of four.
std::size_t padding_of(std::string_view text) noexcept {
    if (text.size() % 4 != 0 || !text.ends_with('=')) return 0;
    return text.ends_with("==") ? 2 : 1;
}

}  // namespace

// Everything stays in registers: what went through memory would have to be wiped there, and bytes that are
// read back as a block right after they were written one by one make the processor wait.
std::optional<std::size_t> decode(std::string_view text, std::span<std::uint8_t> out) noexcept {
    text.remove_suffix(padding_of(text));
    const std::size_t size = text.size() * 3 / 4;
    if (text.size() % 4 == 1 || out.size() < decoded_capacity(text.size())) return std::nullopt;
    byte_block unknown{};
    std::uint8_t* to = out.data();
    for (; text.size() >= sizeof(byte_block); text.remove_prefix(sizeof(byte_block)), to += 12)
        write_bytes(joined(values_of(load<byte_block>(text.data()), unknown)), to);
    for (; text.size() >= 4; text.remove_prefix(4), to += 3) {
        const auto bits = bits_of(load<std::uint32_t>(text.data()), unknown);
        for (unsigned i = 0; i < 3; ++i)
            to[i] = byte_of(bits, 16 - 8 * i);
    }
    const bool canonical = text.empty() || decode_last(text, to, unknown);
    if (any_bit(unknown) || !canonical) return std::nullopt;
    return size;
}

}  // namespace latchkey::crypto::base64
