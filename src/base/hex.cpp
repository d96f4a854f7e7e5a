#include "base/hex.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace latchkey::hex {
namespace {

void encode_eight(const std::uint8_t* from, char* to) noexcept {
    eight_bytes bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    const auto pairs = __builtin_convertvector(bytes, eight_pairs);
    const auto values = byte_block(pairs >> 4 | (pairs & 15) << 8);
    const auto letter = byte_block(values > 9);
    const byte_block digits = values + '0' + (letter & ('a' - '0' - 10));
    std::memcpy(to, &digits, sizeof digits);
}

void decode_sixteen(const char* from, std::uint8_t* to, byte_block& wrong) noexcept {
    const eight_bytes bytes = decode_block(load<byte_block>(from), wrong);
    std::memcpy(to, &bytes, sizeof bytes);
}

}  // namespace

void encode(std::span<const std::uint8_t> bytes, char* out) noexcept {
    for (; bytes.size() >= 8; bytes = bytes.subspan(8), out += 16)
        encode_eight(bytes.data(), out);
    if (bytes.empty()) return;
    std::array<std::uint8_t, 8> rest{};
    std::array<char, 16> digits;
    std::ranges::copy(bytes, rest.begin());
    encode_eight(rest.data(), digits.data());
    std::copy_n(digits.begin(), 2 * bytes.size(), out);
}

std::string encode(std::span<const std::uint8_t> bytes) {
    std::string out(2 * bytes.size(), '\0');
    encode(bytes, out.data());
    return out;
}

bool decode(std::string_view digits, std::span<std::uint8_t> out) noexcept {
    if (digits.size() != 2 * out.size()) return false;
    byte_block wrong{};
    for (; out.size() >= 8; out = out.subspan(8), digits.remove_prefix(16))
        decode_sixteen(digits.data(), out.data(), wrong);
    std::array<char, 16> rest;
    std::array<std::uint8_t, 8> bytes;
    rest.fill('0');
    std::ranges::copy(digits, rest.begin());
    decode_sixteen(rest.data(), bytes.data(), wrong);
    std::copy_n(bytes.begin(), out.size(), out.begin());
    return !any_bit(wrong);
}

}  // namespace latchkey::hex
