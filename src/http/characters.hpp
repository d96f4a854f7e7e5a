#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/byte_block.hpp"

/// The character classes of HTTP and URIs, one table for all parsers here: a parser that kept its own idea of
/// a token could disagree with its neighbour. Bytes above 0x7F are in no class but field_value (obs-text, RFC
/// 9110 section 5.5).
namespace latchkey::http::characters {

enum class_bit : std::uint8_t {
    token = 1,        ///< tchar, RFC 9110 section 5.6.2
    field_value = 2,  ///< HTAB, SP, VCHAR, obs-text
    visible = 4,      ///< VCHAR: 0x21 to 0x7E
    unreserved = 8,   ///< RFC 3986 section 2.3
    boundary = 16,    ///< bcharsnospace, RFC 2046 section 5.1.1
    digit = 32,
    base64 = 64,      ///< RFC 4648 section 4, without the padding
    plain_path = 128  ///< of visible, what neither ends nor may change a path
};

consteval std::array<std::uint8_t, 256> make_classes() {
    std::array<std::uint8_t, 256> table{};
    const auto mark = [&table](std::string_view text, class_bit bit) {
        for (const char c : text)
            table[static_cast<unsigned char>(c)] |= bit;
    };
    for (std::size_t c = 0x20; c < 0x100; ++c)
        table[c] |= field_value;
    table[0x7F] = 0;
    table['\t'] = field_value;
    for (std::size_t c = 0x21; c < 0x7F; ++c)
        table[c] |= visible;
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    constexpr std::string_view digits = "0123456789";
    for (const auto bit : {token, unreserved, boundary, base64}) {
        mark(letters, bit);
        mark(digits, bit);
    }
    mark(digits, digit);
    mark("!#$%&'*+-.^_`|~", token);
    mark("-._~", unreserved);
    mark("+/", base64);
    mark("'()+_,-./:=?", boundary);
    for (std::size_t c = 0x21; c < 0x7F; ++c)
        if (std::string_view("#%.?\\").find(static_cast<char>(c)) == std::string_view::npos)
            table[c] |= plain_path;
    return table;
}

inline constexpr std::array<std::uint8_t, 256> classes = make_classes();

constexpr bool is(char c, class_bit bit) noexcept {
    return (classes[static_cast<unsigned char>(c)] & bit) != 0;
}

constexpr bool all_are(std::string_view text, class_bit bit) noexcept {
    for (const char c : text)
        if (!is(c, bit)) return false;
    return true;
}

constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t';
}

constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// The value of a hexadecimal digit, or -1.
constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

inline byte_block to_lower(byte_block letters) noexcept {
    const auto upper = byte_block(letters - 'A' < 26);
    return letters | (upper & ('a' - 'A'));
}

/// ASCII only: no locale has a say in what a scheme or a field name is.
inline bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    constexpr std::size_t size = sizeof(byte_block);
    if (a.size() != b.size()) return false;
    for (; a.size() >= size; a.remove_prefix(size), b.remove_prefix(size))
        if (any_bit(to_lower(load<byte_block>(a.data())) ^ to_lower(load<byte_block>(b.data()))))
            return false;
    return !any_bit(to_lower(load_short(a)) ^ to_lower(load_short(b)));
}

/// Without surrounding SP and HTAB (OWS, RFC 9110 section 5.6.3).
constexpr std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

}  // namespace latchkey::http::characters
