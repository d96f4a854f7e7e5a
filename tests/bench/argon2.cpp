// How many times faster than libsodium's own verify is each kernel, alone and with two logins interleaved?
// Everything is measured in turns, a round of each after the other, so that what else the machine does hits
// all of them; the figure is the median of the rounds' ratios, in processor time of the thread.
//
//     bench_argon2 [ROUNDS] [M_KIB,T ...]        default: 15 rounds of OWASP's settings and RFC 9106's second
//     choice
#include <dlfcn.h>
#include <sodium.h>
#include <time.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "passwords/simd_engine.hpp"

namespace {

using namespace latchkey;
using namespace latchkey::passwords;

/// Milliseconds of this thread on a processor, in the kernel and out of it.
double spent(const std::function<void()>& work) {
    const auto now = [] {
        timespec t{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
    };
    const double start = now();
    work();
    return now() - start;
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void require(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "wrong result: %s\n", what);
    std::exit(1);
}

/// One way to verify, and what each round took for one hash.
struct contender {
    std::string name;
    std::function<void()> verify;
    int hashes = 1;  ///< that one call verifies
    std::vector<double> milliseconds;
};

struct setting {
    argon2_parameters cost;
    secret password{std::string_view("correct horse battery staple")};
    std::string phc;
    argon2_hash hash;

    explicit setting(const argon2_parameters& c) : cost(c) {
        sodium_engine engine;
        phc = hash_password(engine, password, cost).value();
        hash = parse_phc(phc).value();
    }
};

contender libsodium(const setting& s) {
    return {"libsodium",
            [&s] {
                require(crypto_pwhash_argon2id_str_verify(s.phc.c_str(), s.password.view().data(),
                                                          s.password.size()) == 0,
                        "libsodium");
            },
            1,
            {}};
}

contender alone(const argon2::kernel& kernel, engine& by, const setting& s) {
    return {std::string(kernel.name) + ", one",
            [&] { require(by.verify(s.password, s.hash).value(), kernel.name); },
            1,
            {}};
}

contender interleaved(const argon2::kernel& kernel, engine& by, const setting& s) {
    return {std::string(kernel.name) + ", two",
            [&] {
                std::vector<std::uint8_t> one(s.hash.tag.size());
                auto other = one;
                const derivation first{s.password, s.hash.salt, s.cost, s.hash.variant, one};
                const derivation second{s.password, s.hash.salt, s.cost, s.hash.variant, other};
                require(by.derive_two(first, second).has_value(), kernel.name);
                require(one == s.hash.tag && other == s.hash.tag, kernel.name);
            },
            2,
            {}};
}

/// Debian's libargon2, where it is installed: a scalar build, here for the comparison only.
void add_libargon2(std::vector<contender>& all, const setting& s) {
    void* library = dlopen("libargon2.so.1", RTLD_NOW);
    if (library == nullptr) return;
    using verify = int(const char*, const void*, std::size_t);
    auto* run = reinterpret_cast<verify*>(dlsym(library, "argon2id_verify"));
    if (run == nullptr) return;
    all.push_back({"libargon2",
                   [run, &s] {
                       require(run(s.phc.c_str(), s.password.view().data(), s.password.size()) == 0,
                               "libargon2");
                   },
                   1,
                   {}});
}

void compare(const setting& s, int rounds) {
    memory_ledger ledger(std::uint64_t{16} << 30);
    std::vector<std::unique_ptr<simd_engine>> engines;
    std::vector<contender> all{libsodium(s)};
    for (const auto* kernel : argon2::usable_kernels()) {
        auto& by = *engines.emplace_back(std::make_unique<simd_engine>(*kernel, ledger, s.cost));
        all.push_back(alone(*kernel, by, s));
        all.push_back(interleaved(*kernel, by, s));
    }
    add_libargon2(all, s);
    for (auto& each : all)
        each.verify();  // maps, faults, warms
    for (int round = 0; round < rounds; ++round)
        for (auto& each : all)
            each.milliseconds.push_back(spent(each.verify) / each.hashes);

    std::printf("m=%u KiB, t=%u\n", s.cost.memory_kib, s.cost.passes);
    for (const auto& each : all) {
        std::vector<double> ratios;
        for (std::size_t i = 0; i < each.milliseconds.size(); ++i)
            ratios.push_back(all.front().milliseconds[i] / each.milliseconds[i]);
        std::printf("  %-12s %7.2f ms/hash  %5.2f x libsodium\n", each.name.c_str(),
                    median(each.milliseconds), median(ratios));
    }
}

argon2_parameters parse_cost(std::string_view text) {
    argon2_parameters cost;
    const auto comma = std::min(text.find(','), text.size());
    std::from_chars(text.data(), text.data() + comma, cost.memory_kib);
    if (comma < text.size()) std::from_chars(text.data() + comma + 1, text.data() + text.size(), cost.passes);
    return cost;
}

}  // namespace

int main(int argc, char** argv) {
    init_crypto();
    const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 15;
    std::vector<argon2_parameters> costs;
    for (int i = 2; i < argc; ++i)
        costs.push_back(parse_cost(argv[i]));
    if (costs.empty()) costs = {{19456, 2, 1}, {47104, 1, 1}, {65536, 2, 1}, {7168, 5, 1}};
    for (const auto& cost : costs)
        compare(setting(cost), rounds);
}
