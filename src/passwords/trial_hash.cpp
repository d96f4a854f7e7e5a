#include "passwords/trial_hash.hpp"

#include <time.h>

#include <array>
#include <string_view>

namespace latchkey::passwords {

result<std::size_t> trial_hash(engine& by, const argon2_parameters& cost) {
    const secret password(std::string_view("correct horse battery staple"));
    const std::array<std::uint8_t, salt_size> salt{};
    std::array<std::uint8_t, tag_size> one{}, other{};
    const derivation first{password, salt, cost, argon2_variant::argon2id, one};
    const derivation second{password, salt, cost, argon2_variant::argon2id, other};
    const bool pair = by.interleaves(cost, argon2_variant::argon2id);
    const auto done = pair ? by.derive_two(first, second) : by.derive(first);
    if (!done) return done.error();
    return std::size_t{pair ? 2U : 1U};
}

double processor_time() noexcept {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

}  // namespace latchkey::passwords
