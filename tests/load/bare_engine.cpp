// The password engine without a service around it: what POST /token is measured against (tests/load/storm).
//
//     bare_engine SECONDS
//
// Hashes with the default settings as a hashing thread does it when logins wait, two at once where the engine
// interleaves, at a hashing thread's priority, until it has used that much of a processor. Prints the hashes
// for a second of it.
#include <time.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "base/thread_duty.hpp"
#include "passwords/simd_engine.hpp"

namespace {

using namespace latchkey;
using namespace latchkey::passwords;

/// Two hashes; false when there is no memory for them.
bool hash_two(engine& by, const argon2_parameters& cost) {
    const secret password(std::string_view("correct horse battery staple"));
    const std::array<std::uint8_t, salt_size> salt{};
    std::array<std::uint8_t, tag_size> one{}, other{};
    const derivation first{password, salt, cost, argon2_variant::argon2id, one};
    const derivation second{password, salt, cost, argon2_variant::argon2id, other};
    if (by.interleaves(cost, argon2_variant::argon2id)) return by.derive_two(first, second).has_value();
    return by.derive(first).has_value() && by.derive(second).has_value();
}

double processor_time() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

}  // namespace

int main(int argc, char** argv) {
    double seconds = 0;
    if (argc == 2) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), seconds);
    if (seconds <= 0) {
        std::fputs("usage: bare_engine SECONDS\n", stderr);
        return 2;
    }
    init_crypto();
    take_up(thread_duty::computes);
    const argon2_parameters cost;
    memory_ledger ledger(std::uint64_t{1} << 30);
    const auto by = make_engine(ledger, cost);
    if (!hash_two(*by, cost)) {  // maps and faults the memory
        std::fputs("bare_engine: no memory for two hashes\n", stderr);
        return 1;
    }
    const double start = processor_time();
    double used = 0;
    int hashes = 0;
    for (; used < seconds; used = processor_time() - start, hashes += 2)
        (void)hash_two(*by, cost);
    std::printf("%.3f\n", hashes / used);
    return 0;
}
