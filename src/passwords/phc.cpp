#include "passwords/phc.hpp"

#include "passwords/encoded_bytes.hpp"
#include "passwords/text_cursor.hpp"

namespace latchkey::passwords {
namespace {

constexpr std::size_t min_salt_size = 8;
constexpr std::size_t min_tag_size = 16;
constexpr std::size_t max_part_size = 64;

bool take_variant(text_cursor& text, argon2_variant& out) noexcept {
    if (text.skip("$argon2id$")) {
        out = argon2_variant::argon2id;
        return true;
    }
    out = argon2_variant::argon2i;
    return text.skip("$argon2i$");
}

bool take(text_cursor& text, std::string_view key, std::uint32_t max, std::uint32_t& out) noexcept {
    if (!text.skip(key)) return false;
    const auto value = text.number(max);
    out = value.value_or(0);
    return value.has_value();
}

bool take_parameters(text_cursor& text, argon2_parameters& out) noexcept {
    return take(text, "v=19$m=", max_memory_kib, out.memory_kib) &&
           take(text, ",t=", max_passes, out.passes) && take(text, ",p=", max_lanes, out.lanes) &&
           out.memory_kib >= 8 * out.lanes &&  // RFC 9106 section 3.1
           std::uint64_t{out.memory_kib} * out.passes <= max_argon2_work;
}

}  // namespace

result<argon2_hash> parse_phc(std::string_view phc) {
    text_cursor text(phc);
    argon2_hash parsed;
    if (!take_variant(text, parsed.variant) || !take_parameters(text, parsed.parameters) || !text.skip("$"))
        return errc::unsupported_hash;
    const auto salt_text = text.until('$');
    if (!salt_text) return errc::unsupported_hash;
    auto salt = decode(*salt_text, encoding::base64, min_salt_size, max_part_size);
    auto tag = decode(text.rest(), encoding::base64, min_tag_size, max_part_size);
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
