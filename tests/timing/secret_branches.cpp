// Does the engine branch on the password? Run under valgrind's memcheck, for which the password has no
// defined value: a jump that depends on it is an error, and so is an address. secret_branches.supp lets
// through what Argon2id itself does from the second half of the first pass on: which block it reads (RFC 9106
// section 3.4). valgrind hides AVX-512 from the program, so the other kernel is the one that runs.
#include <valgrind/memcheck.h>

#include <array>
#include <cstdio>

#include "passwords/simd_engine.hpp"

namespace {

using namespace latchkey;
using namespace latchkey::passwords;

constexpr argon2_parameters cost{.memory_kib = 512, .passes = 2, .lanes = 1};

secret hidden_password() {
    secret password(std::string_view("correct horse battery staple"));
    VALGRIND_MAKE_MEM_UNDEFINED(password.bytes().data(), password.size());
    return password;
}

/// What becomes of a verdict is no secret: the answer tells it.
bool told(bool verdict) {
    VALGRIND_MAKE_MEM_DEFINED(&verdict, sizeof verdict);
    return verdict;
}

}  // namespace

int main() {
    init_crypto();
    memory_ledger ledger(64 * 1024 * 1024);
    const auto by = make_engine(ledger, cost);
    const auto password = hidden_password(), other = hidden_password();
    const std::array<std::uint8_t, salt_size> salt{};
    std::array<std::uint8_t, tag_size> one{}, two{};
    const derivation first{password, salt, cost, argon2_variant::argon2id, one};
    const derivation second{other, salt, cost, argon2_variant::argon2id, two};
    if (!by->derive(first) || !by->derive_two(first, second)) return 2;
    argon2_hash stored{argon2_variant::argon2id, cost, {salt.begin(), salt.end()}, {one.begin(), one.end()}};
    const auto verdict = by->verify(other, stored);
    return verdict && told(*verdict) ? 0 : 2;
}
