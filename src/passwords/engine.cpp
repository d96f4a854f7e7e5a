#include "passwords/engine.hpp"

#include <array>

#include "crypto/random.hpp"

namespace latchkey::passwords {

result<bool> engine::verify(const secret& password, const argon2_hash& hash) {
    auto tag = secret::of_size(hash.tag.size());
    const auto derived = derive({password, hash.salt, hash.parameters, hash.variant, tag.bytes()});
    if (!derived) return derived.error();
    return equal_in_constant_time(std::as_const(tag).bytes(), hash.tag);
}

result<void> engine::derive_two(const derivation& first, const derivation& second) {
    const auto derived = derive(first);
    return derived ? derive(second) : derived;
}

result<std::string> hash_password(engine& by, const secret& password, const argon2_parameters& parameters) {
    const auto salt = crypto::random_array<salt_size>();
    argon2_hash hash{argon2_variant::argon2id, parameters, {salt.begin(), salt.end()}, {}};
    hash.tag.resize(tag_size);
    const auto derived = by.derive({password, hash.salt, parameters, hash.variant, hash.tag});
    if (!derived) return derived.error();
    return format_phc(hash);
}

result<bool> verify_password(engine& by, const secret& password, std::string_view phc) {
    const auto hash = parse_phc(phc);
    if (!hash) return hash.error();
    return by.verify(password, *hash);
}

}  // namespace latchkey::passwords
