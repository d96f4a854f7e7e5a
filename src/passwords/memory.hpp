#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "passwords/phc.hpp"

namespace latchkey::passwords {

/// Where the kernel tells about the machine; tests point it at files of their own.
struct machine_files {
    std::filesystem::path proc = "/proc";
    std::filesystem::path cgroup = "/sys/fs/cgroup";
};

/// Bytes this process may use: the smallest memory limit of its control group and the groups above it
/// (version 2 memory.max, and memory.high, beyond which the kernel stalls it; version 1
/// memory.limit_in_bytes), and never more than the machine has (MemTotal). Zero when nothing can be read.
std::uint64_t available_memory(const machine_files& = {});

/// Processors this process may keep busy: those of its affinity mask, and no more than its control group's
/// quota allows, rounded down (a thread too many is throttled together with the I/O threads); at least 1.
std::size_t usable_processors(const machine_files& = {});
/// The quota alone (version 2 cpu.max, version 1 cpu.cfs_quota_us): processors, or nothing when there is
/// none.
std::optional<double> processor_quota(const machine_files& = {});

/// What the hashing lane takes, in bytes: every thread keeps memory for two hashes (two logins run
/// interleaved), in pages of 2 MiB.
std::uint64_t lane_memory(std::size_t threads, const argon2_parameters&) noexcept;

/// The budget when none is configured: half of `available`, the rest is for connections, store and system.
constexpr std::uint64_t default_budget(std::uint64_t available) noexcept {
    return available / 2;
}

/// Why hashing memory does not fit, and what to type, for the operator.
struct misfit {
    std::string why;
    std::string remedy;  ///< options of `serve` first
};

/// Nothing when `threads` hashing threads fit into `budget`, and the budget into `available` memory.
std::optional<misfit> check_budget(std::size_t threads, const argon2_parameters&, std::uint64_t budget,
                                   std::uint64_t available);

}  // namespace latchkey::passwords
