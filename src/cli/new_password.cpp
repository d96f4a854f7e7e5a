#include "cli/new_password.hpp"

#include "passwords/policy.hpp"
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

result<std::string> hash_new_password(const secret& password, const config::settings& s) {
    const auto admitted = passwords::admit(password, passwords::policy{s.passwords.min_length});
    if (!admitted) return admitted.error();
    return hash(*admitted, s);
}

result<std::string> hash_any_password(const secret& password, const config::settings& s) {
    const auto normalized = passwords::normalize(password);
    if (!normalized) return normalized.error();
    return hash(*normalized, s);
}

}  // namespace latchkey::cli
