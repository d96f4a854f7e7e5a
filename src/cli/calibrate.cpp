#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <barrier>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <ostream>
#include <thread>
#include <vector>

#include "cli/command_error.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "config/values.hpp"
#include "passwords/argon2/kernel.hpp"
#include "passwords/memory.hpp"
#include "passwords/simd_engine.hpp"
#include "passwords/trial_hash.hpp"

namespace latchkey::cli {

namespace {

using namespace passwords;
using clock = std::chrono::steady_clock;

/// OWASP's five settings of equal strength, and RFC 9106's second choice without its lanes.
constexpr std::array<argon2_parameters, 6> candidates{
    {{47104, 1, 1}, {19456, 2, 1}, {12288, 3, 1}, {9216, 4, 1}, {7168, 5, 1}, {65536, 3, 1}}};

struct measured {
    argon2_parameters parameters;
    std::string engine;
    double logins_per_second = 0;  ///< of all threads together
    std::uint64_t memory = 0;      ///< that the lane keeps for it, of all threads together, bytes
};

struct workbench {
    std::size_t threads = 1;
    std::chrono::milliseconds time{1'000};
    std::uint64_t budget = 0;  ///< bytes
    bool budget_given = false;
};

/// As many threads as wanted, or as the budget has memory for at the smallest of the settings.
std::size_t fitting_threads(std::size_t wanted, std::uint64_t budget) {
    std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
    for (const auto& cost : candidates)
        least = std::min(least, lane_memory(1, cost));
    return static_cast<std::size_t>(std::clamp<std::uint64_t>(budget / least, 1, wanted));
}

/// How many it were.
std::size_t hash_once(engine& by, const argon2_parameters& cost) {
    const auto hashes = trial_hash(by, cost);
    if (!hashes)
        throw failed("calibrate", config::format_value(config::byte_size{cost.memory_kib * 1024ULL}),
                     "no memory for a hash");
    return *hashes;
}

/// Hashes a second of one thread that has a processor to itself, while all others hash as well (they share
/// caches and memory). Counted in processor time.
double rate_of(engine& by, const argon2_parameters& cost, std::chrono::milliseconds time,
               std::barrier<>& together) {
    hash_once(by, cost);  // maps and faults the memory
    together.arrive_and_wait();
    const auto end = clock::now() + time;
    const double start = processor_time();
    std::size_t hashes = 0;
    do
        hashes += hash_once(by, cost);
    while (clock::now() < end);
    return static_cast<double>(hashes) / (processor_time() - start);
}

double rate_of_all(const workbench& at, const argon2_parameters& cost,
                   const std::function<std::unique_ptr<engine>()>& make) {
    std::vector<double> rates(at.threads);
    std::vector<std::exception_ptr> failures(at.threads);
    std::barrier together(static_cast<std::ptrdiff_t>(at.threads));
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < at.threads; ++i)
            threads.emplace_back([&, i] {
                try {
                    rates[i] = rate_of(*make(), cost, at.time, together);
                } catch (...) {
                    failures[i] = std::current_exception();
                    together.arrive_and_drop();
                }
            });
    }
    for (const auto& failure : failures)
        if (failure) std::rethrow_exception(failure);
    double sum = 0;
    for (const double rate : rates)
        sum += rate;
    return sum;
}

std::vector<measured> measure(const workbench& at, progress_line& progress) {
    const auto kernels = argon2::usable_kernels();
    std::vector<measured> all;
    for (const auto& cost : candidates) {
        progress.show_share("measuring", static_cast<std::uint64_t>(&cost - candidates.data()),
                            candidates.size());
        const auto memory = lane_memory(at.threads, cost);
        if (memory > at.budget) continue;
        memory_ledger ledger(at.budget);
        for (const auto* kernel : kernels)
            all.push_back(
                {cost, kernel->name,
                 rate_of_all(at, cost, [&] { return std::make_unique<simd_engine>(*kernel, ledger, cost); }),
                 memory});
        all.push_back({cost, "libsodium",
                       rate_of_all(at, cost, [&] { return std::make_unique<sodium_engine>(&ledger); }),
                       memory / 2});
    }
    return all;
}

bool is_owasp(const measured& m) {
    return m.parameters.memory_kib != candidates.back().memory_kib;
}

/// The most logins among OWASP's settings: they are equally strong.
const measured* best_of(const std::vector<measured>& all) {
    const measured* best = nullptr;
    for (const auto& m : all)
        if (is_owasp(m) && (best == nullptr || m.logins_per_second > best->logins_per_second)) best = &m;
    return best;
}

std::string size_text(std::uint64_t bytes) {
    return config::format_value(config::byte_size{bytes});
}

std::string fixed(double value) {
    return std::to_string(static_cast<long>(std::lround(value)));
}

std::string setting_lines(const measured& m, const workbench& at) {
    const auto budget =
        at.budget_given ? "memory_budget = \"" + size_text(at.budget) + "\"\n" : std::string();
    return "[hashing]\nthreads = " + std::to_string(at.threads) + "\n" + budget + "memory = \"" +
           size_text(m.parameters.memory_kib * 1024ULL) +
           "\"\npasses = " + std::to_string(m.parameters.passes) + "\n";
}

void print_table(const context& c, const std::vector<measured>& all, const workbench& at) {
    table t{{"MEMORY", "PASSES", "ENGINE", "LOGINS/S", "PER CORE", "MEMORY OF ALL THREADS"}, {}};
    for (const auto& m : all)
        t.rows.push_back({size_text(m.parameters.memory_kib * 1024ULL), std::to_string(m.parameters.passes),
                          m.engine, fixed(m.logins_per_second),
                          fixed(m.logins_per_second / static_cast<double>(at.threads)), size_text(m.memory)});
    print(c.out, t);
    const auto* best = best_of(all);
    c.out << "\n"
          << at.threads << (at.threads == 1 ? " hashing thread, " : " hashing threads, ")
          << size_text(at.budget >> 20U << 20U) << " for hashing.";
    if (best == nullptr) {
        c.out << " None of the settings fits: raise hashing.memory_budget, or the memory limit of the "
                 "container.\n";
        return;
    }
    c.out << " 64MiB with 3 passes is RFC 9106's second choice; the others are\n"
             "OWASP's and equally strong. The most logins a second, to copy into the configuration:\n\n"
          << setting_lines(*best, at);
}

void print_json(const context& c, const std::vector<measured>& all, const workbench& at) {
    boost::json::array rows;
    for (const auto& m : all)
        rows.push_back({{"memory_kib", m.parameters.memory_kib},
                        {"passes", m.parameters.passes},
                        {"engine", m.engine},
                        {"logins_per_second", m.logins_per_second},
                        {"logins_per_second_per_core", m.logins_per_second / static_cast<double>(at.threads)},
                        {"memory_bytes", m.memory}});
    boost::json::object out{{"threads", at.threads}, {"memory_budget_bytes", at.budget}, {"measured", rows}};
    if (const auto* best = best_of(all)) out["settings"] = setting_lines(*best, at);
    print(c.out, boost::json::value(out));
}

int calibrate(const context& c, std::chrono::milliseconds time) {
    const auto s = load_settings(c).settings.hashing;
    const auto budget =
        s.memory_budget.bytes != 0 ? s.memory_budget.bytes : default_budget(available_memory());
    const workbench at{.threads = fitting_threads(s.threads != 0 ? s.threads : usable_processors(), budget),
                       .time = time,
                       .budget = budget,
                       .budget_given = s.memory_budget.bytes != 0};
    progress_line progress(c.err);
    const auto all = measure(at, progress);
    progress.clear();
    if (c.options.output == output_format::json)
        print_json(c, all, at);
    else
        print_table(c, all, at);
    return 0;
}

}  // namespace

void add_calibrate(CLI::App& app, context& c) {
    const auto milliseconds = std::make_shared<std::uint32_t>(500);
    add_command(app, "calibrate", "Measure how many logins a second this machine can check", c,
                [&c, milliseconds] { return calibrate(c, std::chrono::milliseconds(*milliseconds)); })
        .add_option("--milliseconds", *milliseconds, "For each engine and setting (default 500)")
        ->check(CLI::Range(1, 600'000).description(""));
}

}  // namespace latchkey::cli
