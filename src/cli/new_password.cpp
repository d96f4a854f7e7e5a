#include "cli/new_password.hpp"

#include "passwords/sodium_engine.hpp"

namespace latchkey::cli {

namespace {

result<std::string> hash(const secret& normalized, const config::settings& s) {
    passwords::sodium_engine engine;
    const passwords::argon2_parameters cost{
        .memory_kib = static_cast<std::uint32_t>(s.hashing.memory.bytes / 1024),
        .passes = s.hashing.passes,
        .lanes = 1};
    return passwords::hash_password(engine, normalized, cost);
}

}  // namespace

passwords::policy configured_policy(const config::settings& s) {
    return passwords::make_policy(s.passwords.min_length, s.passwords.blocklist, s.tokens.issuer);
}

result<std::string> hash_new_password(const secret& password, const passwords::owner& of,
                                      const passwords::policy& policy, const config::settings& s) {
    const auto admitted = passwords::admit(password, policy, of);
    if (!admitted) return admitted.error();
    return hash(*admitted, s);
}

result<std::string> hash_any_password(const secret& password, const config::settings& s) {
    const auto normalized = passwords::normalize(password);
    if (!normalized) return normalized.error();
    return hash(*normalized, s);
}

}  // namespace latchkey::cli
