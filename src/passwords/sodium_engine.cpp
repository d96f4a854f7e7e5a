#include "passwords/sodium_engine.hpp"

#include <sodium/crypto_pwhash_argon2i.h>
#include <sodium/crypto_pwhash_argon2id.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace latchkey::passwords {
namespace {

constexpr std::uint32_t min_argon2i_passes = 3;
constexpr std::size_t longest_phc = 224;  // "$argon2id$v=19$m=1048576,t=64,p=64$", two 64-byte parts, NUL

/// libsodium's parameters are `nonnull`, and an empty secret has no buffer.
const char* characters(const secret& password) noexcept {
    return password.empty() ? "" : password.view().data();
}

std::size_t bytes_of(const argon2_parameters& cost) noexcept {
    return std::size_t{cost.memory_kib} * 1024;
}

bool can_derive(const argon2_parameters& cost, argon2_variant variant, std::size_t salt) noexcept {
    return cost.lanes == 1 && salt == salt_size &&
           (variant == argon2_variant::argon2id || cost.passes >= min_argon2i_passes);
}

/// Whether this much memory can be mapped at this moment. Maps and unmaps address space, touches nothing.
bool can_map(std::size_t bytes) noexcept {
    void* probe = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (probe == MAP_FAILED) return false;
    munmap(probe, bytes);
    return true;
}

/// libsodium's verify knows every shape, but reports a failed allocation as a wrong password (argon2_verify()
/// turns any error into ARGON2_VERIFY_MISMATCH). So a refusal counts only when the memory could be had before
/// and after it.
result<bool> verify_text(const secret& password, const argon2_hash& hash) {
    const auto text = format_phc(hash);
    std::array<char, longest_phc> phc{};
    if (text.size() >= phc.size()) return errc::unsupported_hash;
    std::ranges::copy(text, phc.begin());
    const auto run = hash.variant == argon2_variant::argon2id ? crypto_pwhash_argon2id_str_verify
                                                              : crypto_pwhash_argon2i_str_verify;
    const auto bytes = bytes_of(hash.parameters);
    if (!can_map(bytes)) return errc::out_of_memory;
    errno = 0;
    if (run(phc.data(), characters(password), password.size()) == 0) return true;
    if (errno != EINVAL || !can_map(bytes)) return errc::out_of_memory;
    return false;
}

}  // namespace

result<void> sodium_engine::derive(const derivation& d) {
    if (!can_derive(d.parameters, d.variant, d.salt.size())) return errc::unsupported_hash;
    const memory_loan memory(ledger_, bytes_of(d.parameters));
    if (!memory.granted()) return errc::out_of_memory;
    const bool id = d.variant == argon2_variant::argon2id;
    const auto run = id ? crypto_pwhash_argon2id : crypto_pwhash_argon2i;
    const int algorithm = id ? crypto_pwhash_argon2id_ALG_ARGON2ID13 : crypto_pwhash_argon2i_ALG_ARGON2I13;
    const int failed = run(d.tag.data(), d.tag.size(), characters(d.password), d.password.size(),
                           d.salt.data(), d.parameters.passes, bytes_of(d.parameters), algorithm);
    if (failed != 0) return errc::out_of_memory;  // the shape was checked above: nothing else is left
    return {};
}

result<bool> sodium_engine::verify(const secret& password, const argon2_hash& hash) {
    if (can_derive(hash.parameters, hash.variant, hash.salt.size())) return engine::verify(password, hash);
    const memory_loan memory(ledger_, bytes_of(hash.parameters));
    return memory.granted() ? verify_text(password, hash) : result<bool>(errc::out_of_memory);
}

}  // namespace latchkey::passwords
