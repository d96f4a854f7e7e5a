#include <sys/resource.h>
#include <sys/timex.h>

#include <fstream>

#include "cli/doctor/checks.hpp"
#include "config/values.hpp"
#include "passwords/argon2/kernel.hpp"
#include "passwords/memory.hpp"

namespace latchkey::cli::doctor {

namespace {

/// Beside connections: the store, its log, listeners, event queues, standard streams, a reload in progress.
constexpr std::uint64_t other_files = 64;

void check_clock(findings& all) {
    ::timex asked{};
    const int state = ::adjtimex(&asked);
    if (state < 0) return;  // not ours to know
    const bool lost = state == TIME_ERROR && (asked.status & STA_UNSYNC) != 0;
    all.push_back({lost ? verdict::warning : verdict::ok, "time service",
                   lost ? "the clock is not known to be synchronised" : "the clock is synchronised",
                   lost ? "timedatectl set-ntp true, or see to it on the host" : ""});
}

void check_memory(const config::hashing_settings& s, findings& all) {
    const auto available = passwords::available_memory();
    const auto threads = s.threads != 0 ? s.threads : passwords::usable_processors();
    const auto budget =
        s.memory_budget.bytes != 0 ? s.memory_budget.bytes : passwords::default_budget(available);
    const passwords::argon2_parameters cost{
        .memory_kib = static_cast<std::uint32_t>(s.memory.bytes / 1024), .passes = s.passes, .lanes = 1};
    if (const auto wrong = passwords::check_budget(threads, cost, budget, available)) {
        all.push_back({verdict::problem, "memory", wrong->why, wrong->remedy});
        return;
    }
    const auto size = [](std::uint64_t bytes) { return std::to_string(bytes / 1024 / 1024) + "MiB"; };
    all.push_back({verdict::ok,
                   "memory",
                   std::to_string(threads) + " hashing threads take " +
                       size(passwords::lane_memory(threads, cost)) + " of " + size(budget) +
                       "; this process may use " + size(available),
                   {}});
}

void check_processor(findings& all) {
    const auto kernels = passwords::argon2::usable_kernels();
    if (kernels.empty())
        all.push_back({verdict::warning, "processor", "neither AVX-512 nor AVX2: logins cost twice as much",
                       "a machine with AVX2; latchkey calibrate shows what this one can do"});
    else
        all.push_back(
            {verdict::ok, "processor", std::string("Argon2id runs on ") + kernels.front()->name, {}});
}

void check_huge_pages(findings& all) {
    std::ifstream in("/sys/kernel/mm/transparent_hugepage/enabled");
    std::string line;
    if (!std::getline(in, line)) return;
    const bool never = line.find("[never]") != std::string::npos;
    all.push_back(
        {never ? verdict::warning : verdict::ok, "huge pages",
         never ? "switched off: logins cost some per cent more" : "available",
         never ? "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled, as root on the host" : ""});
}

void check_descriptors(const config::limits_settings& s, findings& all) {
    ::rlimit most{};
    // A service raises its own limit to the hard one.
    if (::getrlimit(RLIMIT_NOFILE, &most) != 0 || most.rlim_max == RLIM_INFINITY) return;
    const auto wanted = s.connections + other_files;
    const bool few = most.rlim_max < wanted;
    all.push_back({few ? verdict::warning : verdict::ok, "open files",
                   "limit " + std::to_string(most.rlim_max) + (few ? ", but" : ", enough for") +
                       " limits.connections = " + std::to_string(s.connections) +
                       (few ? " needs " + std::to_string(wanted) : ""),
                   few ? "ulimit -Hn " + std::to_string(wanted) +
                             ", LimitNOFILE= of the unit, docker run --ulimit nofile=" +
                             std::to_string(wanted) + ", or lower limits.connections"
                       : ""});
}

}  // namespace

void check_machine(const config::settings& s, findings& all) {
    check_clock(all);
    check_memory(s.hashing, all);
    check_processor(all);
    check_huge_pages(all);
    check_descriptors(s.limits, all);
}

}  // namespace latchkey::cli::doctor
