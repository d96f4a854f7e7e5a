#include "passwords/phc.hpp"

#include <sodium/utils.h>

#include <array>
#include <charconv>
#include <optional>

namespace latchkey::passwords {
namespace {

constexpr int base64_variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
constexpr std::size_t min_salt_size = 8;
constexpr std::size_t min_tag_size = 16;
constexpr std::size_t max_part_size = 64;

/// Takes `prefix` off the front of `text`.
bool skip(std::string_view& text, std::string_view prefix) noexcept {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// A decimal number from 1 to `max` without leading zeros; zero is never a valid parameter.
bool take_number(std::string_view& text, std::uint32_t max, std::uint32_t& out) noexcept {
    if (text.empty() || text.front() == '0') return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc{} || out > max) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

bool take_variant(std::string_view& text, argon2_variant& out) noexcept {
    if (skip(text, "$argon2id$")) {
        out = argon2_variant::argon2id;
        return true;
    }
    out = argon2_variant::argon2i;
    return skip(text, "$argon2i$");
}

bool take_parameters(std::string_view& text, argon2_parameters& out) noexcept {
    return skip(text, "v=19$m=") && take_number(text, max_memory_kib, out.memory_kib) && skip(text, ",t=") &&
           take_number(text, max_passes, out.passes) && skip(text, ",p=") &&
           take_number(text, max_lanes, out.lanes) &&
           out.memory_kib >= 8 * out.lanes;  // RFC 9106 section 3.1
}

/// Canonical base64; libsodium refuses stray bits in the last character.
std::optional<std::vector<std::uint8_t>> decode(std::string_view text, std::size_t min_size) {
    std::array<std::uint8_t, max_part_size> bytes{};
    std::size_t size = 0;
    if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, nullptr,
                          base64_variant) != 0)
        return std::nullopt;
    // It stops at the first foreign character when asked where it stopped, and fails otherwise; a NUL is one
    // too.
    if (size < min_size || text.size() != sodium_base64_encoded_len(size, base64_variant) - 1)
        return std::nullopt;
    return std::vector<std::uint8_t>(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
}

void append_base64(std::string& out, const std::vector<std::uint8_t>& bytes) {
    const auto start = out.size();
    const auto length = sodium_base64_encoded_len(bytes.size(), base64_variant);  // with the NUL it writes
    out.resize(start + length);
    sodium_bin2base64(out.data() + start, length, bytes.data(), bytes.size(), base64_variant);
    out.pop_back();
}

}  // namespace

result<argon2_hash> parse_phc(std::string_view text) {
    argon2_hash parsed;
    if (!take_variant(text, parsed.variant) || !take_parameters(text, parsed.parameters) || !skip(text, "$"))
        return errc::unsupported_hash;
    const auto separator = text.find('$');
    if (separator == std::string_view::npos) return errc::unsupported_hash;
    auto salt = decode(text.substr(0, separator), min_salt_size);
    auto tag = decode(text.substr(separator + 1), min_tag_size);
    if (!salt || !tag) return errc::unsupported_hash;
    parsed.salt = std::move(*salt);
    parsed.tag = std::move(*tag);
    return parsed;
}

std::string format_phc(const argon2_hash& hash) {
    std::string out = hash.variant == argon2_variant::argon2id ? "$argon2id$v=19$m=" : "$argon2i$v=19$m=";
    out += std::to_string(hash.parameters.memory_kib) + ",t=" + std::to_string(hash.parameters.passes) +
           ",p=" + std::to_string(hash.parameters.lanes) + "$";
    append_base64(out, hash.salt);
    out += '$';
    append_base64(out, hash.tag);
    return out;
}

}  // namespace latchkey::passwords
