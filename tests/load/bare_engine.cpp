// The password engine without a service around it: what POST /token is measured against (tests/load/storm).
//
//     bare_engine SECONDS
//
// Hashes with the default settings as a hashing thread does it when logins wait, two at once where the engine
// interleaves, at a hashing thread's priority, until it has used that much of a processor. Prints the hashes
// for a second of it.
#include <charconv>
#include <cstdio>
#include <cstring>

#include "base/thread_duty.hpp"
#include "passwords/simd_engine.hpp"
#include "passwords/trial_hash.hpp"

using namespace latchkey;
using namespace latchkey::passwords;

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
    const auto at_once = trial_hash(*by, cost);  // maps and faults the memory
    if (!at_once) {
        std::fputs("bare_engine: no memory for a hash\n", stderr);
        return 1;
    }
    const double start = processor_time();
    double used = 0;
    std::size_t hashes = 0;
    for (; used < seconds; used = processor_time() - start, hashes += *at_once)
        (void)trial_hash(*by, cost);
    std::printf("%.3f\n", static_cast<double>(hashes) / used);
    return 0;
}
