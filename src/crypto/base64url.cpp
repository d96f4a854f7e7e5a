#include "crypto/base64url.hpp"

#include <array>

namespace latchkey::crypto::base64url {
namespace {

constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Larger than any digit, and still seen after values were or-ed together.
constexpr std::uint8_t no_digit = 0x80;

// A table look-up leaks through the cache which characters were read. What is decoded here comes from, and is
// known to, the other side (tokens, signatures); nothing that is secret from the caller passes through.
constexpr auto values = [] {
    std::array<std::uint8_t, 256> of_byte{};
    of_byte.fill(no_digit);
    for (std::uint8_t i = 0; i < 64; ++i)
        of_byte[static_cast<std::uint8_t>(alphabet[i])] = i;
    return of_byte;
}();

constexpr std::uint32_t value(char c) noexcept {
    return values[static_cast<std::uint8_t>(c)];
}

/// A character's six bits where it stands in the 24 of its group; above them a mark that survives or-ing.
constexpr std::uint32_t invalid_group = 0x8000'0000;
using place = std::array<std::uint32_t, 256>;
constexpr place make_place(int shift) {
    place in_group{};
    for (std::size_t c = 0; c < in_group.size(); ++c)
        in_group[c] = values[c] == no_digit ? invalid_group : std::uint32_t{values[c]} << shift;
    return in_group;
}
constexpr std::array places{make_place(18), make_place(12), make_place(6), make_place(0)};

std::uint32_t group_at(const char* text) noexcept {
    const auto in_place = [text](std::size_t i) { return places[i][static_cast<std::uint8_t>(text[i])]; };
    return in_place(0) | in_place(1) | in_place(2) | in_place(3);
}
constexpr std::uint8_t low_byte(std::uint32_t v) noexcept {
    return static_cast<std::uint8_t>(v & 0xff);
}

/// The two or three characters after the last whole group of four. The bits that belong to no byte must be
/// zero: otherwise one token would have several spellings.
std::optional<std::size_t> decode_tail(std::string_view tail, std::uint8_t* out) noexcept {
    if (tail.empty()) return 0;
    if (tail.size() == 1) return std::nullopt;
    const auto a = value(tail[0]), b = value(tail[1]);
    const auto c = tail.size() == 3 ? value(tail[2]) : 0;
    if ((a | b | c) & no_digit) return std::nullopt;
    out[0] = low_byte(a << 2 | b >> 4);
    if (tail.size() == 2) return (b & 0x0f) == 0 ? std::optional<std::size_t>(1) : std::nullopt;
    out[1] = low_byte(b << 4 | c >> 2);
    return (c & 0x03) == 0 ? std::optional<std::size_t>(2) : std::nullopt;
}

}  // namespace

void append(std::string& out, std::span<const std::uint8_t> bytes) {
    const auto at = out.size();
    out.resize(at + encoded_size(bytes.size()));
    char* to = out.data() + at;
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const auto group = static_cast<std::uint32_t>(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
        for (const int shift : {18, 12, 6, 0})
            *to++ = alphabet[group >> shift & 0x3f];
    }
    if (i == bytes.size()) return;
    const bool two = bytes.size() - i == 2;
    const auto group = static_cast<std::uint32_t>(bytes[i] << 16 | (two ? bytes[i + 1] << 8 : 0));
    *to++ = alphabet[group >> 18 & 0x3f];
    *to++ = alphabet[group >> 12 & 0x3f];
    if (two) *to = alphabet[group >> 6 & 0x3f];
}

std::string encode(std::span<const std::uint8_t> bytes) {
    std::string out;
    append(out, bytes);
    return out;
}

std::string encode(std::string_view bytes) {
    return encode(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

std::optional<std::size_t> decode(std::string_view text, std::span<std::uint8_t> out) noexcept {
    if (out.size() < decoded_capacity(text.size())) return std::nullopt;
    const std::size_t groups = text.size() / 4;
    std::uint8_t* to = out.data();
    std::uint32_t seen = 0;
    for (const char* from = text.data(); from != text.data() + groups * 4; from += 4, to += 3) {
        const auto group = group_at(from);
        seen |= group;
        to[0] = low_byte(group >> 16);
        to[1] = low_byte(group >> 8);
        to[2] = low_byte(group);
    }
    const auto tail = decode_tail(text.substr(groups * 4), to);
    if (!tail || (seen & invalid_group)) return std::nullopt;
    return groups * 3 + *tail;
}

}  // namespace latchkey::crypto::base64url
