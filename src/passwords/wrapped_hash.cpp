#include "passwords/wrapped_hash.hpp"

#include "crypto/random.hpp"
#include "passwords/encoded_bytes.hpp"

namespace latchkey::passwords {
namespace {

constexpr std::string_view prefix = "$wrapped$";

}  // namespace

std::optional<wrapped_hash> parse_wrapped(std::string_view stored) {
    text_cursor text(stored);
    if (!text.skip(prefix)) return std::nullopt;
    auto inner = foreign::take_scheme(text);
    if (!inner) return std::nullopt;
    auto outer = parse_phc("$" + std::string(text.rest()));
    if (!outer || outer->variant != argon2_variant::argon2id) return std::nullopt;
    return wrapped_hash{std::move(*inner), std::move(*outer)};
}

std::string format_wrapped(const wrapped_hash& hash) {
    std::string out(prefix);
    out += name_of(hash.inner);
    out += '$';
    append_base64(out, hash.inner.salt);
    return out + format_phc(hash.outer);
}

result<std::string> wrap(engine& by, const foreign::weak_hash& weak, const argon2_parameters& parameters) {
    const auto salt = crypto::random_array<salt_size>();
    const secret input{std::span<const std::uint8_t>(weak.tag)};
    wrapped_hash made{weak.scheme, {argon2_variant::argon2id, parameters, {salt.begin(), salt.end()}, {}}};
    made.outer.tag.resize(tag_size);
    const auto derived =
        by.derive({input, made.outer.salt, parameters, argon2_variant::argon2id, made.outer.tag});
    if (!derived) return derived.error();
    return format_wrapped(made);
}

}  // namespace latchkey::passwords
