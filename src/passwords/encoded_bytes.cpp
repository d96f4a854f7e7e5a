#include "passwords/encoded_bytes.hpp"

#include <sodium/utils.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "base/hex.hpp"

namespace latchkey::passwords {
namespace {

constexpr std::size_t max_bytes = 128;

using buffer = std::array<std::uint8_t, max_bytes>;

bool in_alphabet(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
               c == '/' || c == '=';
    });
}

/// libsodium refuses stray bits in the last character, but takes some bytes above 0x7F for digits (1.0.18).
std::optional<std::size_t> from_base64(std::string_view text, int variant, buffer& out) {
    std::size_t size = 0;
    if (!in_alphabet(text) || sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr,
                                                &size, nullptr, variant) != 0)
        return std::nullopt;
    if (text.size() != sodium_base64_encoded_len(size, variant) - 1) return std::nullopt;
    return size;
}

std::optional<std::size_t> from_dotted(std::string_view text, buffer& out) {
    if (text.find('+') != std::string_view::npos) return std::nullopt;
    std::string plain(text);
    std::ranges::replace(plain, '.', '+');
    return from_base64(plain, sodium_base64_VARIANT_ORIGINAL_NO_PADDING, out);
}

std::optional<std::size_t> from_hex(std::string_view text, buffer& out) {
    const std::size_t size = text.size() / 2;
    if (size > out.size() || !hex::decode(text, std::span(out).first(size))) return std::nullopt;
    return size;
}

std::optional<std::size_t> read(std::string_view text, encoding how, buffer& out) {
    switch (how) {
        case encoding::base64:
            return from_base64(text, sodium_base64_VARIANT_ORIGINAL_NO_PADDING, out);
        case encoding::padded_base64:
            return from_base64(text, sodium_base64_VARIANT_ORIGINAL, out);
        case encoding::dotted_base64:
            return from_dotted(text, out);
        case encoding::hex:
            return from_hex(text, out);
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> decode(std::string_view text, encoding how, std::size_t min,
                                                std::size_t max) {
    buffer bytes{};
    const auto size = read(text, how, bytes);
    if (!size || *size < min || *size > max) return std::nullopt;
    return std::vector<std::uint8_t>(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(*size));
}

void append_base64(std::string& out, std::span<const std::uint8_t> bytes) {
    constexpr int variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    const auto start = out.size();
    const auto length = sodium_base64_encoded_len(bytes.size(), variant);  // with the NUL it writes
    out.resize(start + length);
    sodium_bin2base64(out.data() + start, length, bytes.data(), bytes.size(), variant);
    out.pop_back();
}

}  // namespace latchkey::passwords
