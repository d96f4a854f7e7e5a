#include "passwords/memory.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <vector>

namespace latchkey::passwords {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t mebibyte = 1024 * 1024;
constexpr std::uint64_t huge_page = 2 * mebibyte;

std::optional<std::string> first_line(const fs::path& file) {
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line)) return std::nullopt;
    return line;
}

/// The number at the start of `text`; nothing for "max" and for version 1's -1: no limit.
std::optional<std::uint64_t> leading_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} ? std::optional(value) : std::nullopt;
}

std::optional<std::uint64_t> number_in(const fs::path& file) {
    const auto line = first_line(file);
    return line ? leading_number(*line) : std::nullopt;
}

/// Whether `list` ("cpu,cpuacct") names `controller`. Version 2 has one hierarchy with an empty list.
bool names(std::string_view list, std::string_view controller) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (list.substr(0, comma) == controller) return true;
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
    return false;
}

/// The group's directory and those above it. Inside a container the path that /proc shows can be the host's
/// while the mount shows the container's part only; the mount's own directory is then the right one, and it
/// always comes last.
void add_with_ancestors(std::vector<fs::path>& out, const fs::path& mount, std::string_view group) {
    fs::path relative = fs::path(group).relative_path().lexically_normal();
    for (; !relative.empty() && relative != "."; relative = relative.parent_path())
        out.push_back(mount / relative);
    out.push_back(mount);
}

/// Directories to look for limits of `controller` in: lines of /proc/self/cgroup are `id:controllers:path`.
std::vector<fs::path> group_directories(const machine_files& files, const std::string& controller) {
    std::vector<fs::path> found;
    std::ifstream in(files.proc / "self/cgroup");
    for (std::string line; std::getline(in, line);) {
        const auto first = line.find(':');
        const auto second = first == std::string::npos ? first : line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const auto controllers = std::string_view(line).substr(first + 1, second - first - 1);
        const auto group = std::string_view(line).substr(second + 1);
        if (controllers.empty()) add_with_ancestors(found, files.cgroup, group);
        if (names(controllers, controller)) add_with_ancestors(found, files.cgroup / controller, group);
    }
    return found;
}

std::optional<std::uint64_t> machine_memory(const machine_files& files) {
    std::ifstream in(files.proc / "meminfo");
    constexpr std::string_view key = "MemTotal:";
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(key)) continue;
        const auto digits = line.find_first_not_of(' ', key.size());
        if (digits == std::string::npos) return std::nullopt;
        const auto kib = leading_number(std::string_view(line).substr(digits));
        return kib ? std::optional(*kib * 1024) : std::nullopt;
    }
    return std::nullopt;
}

std::optional<double> quota_in(const fs::path& directory) {
    if (const auto line = first_line(directory / "cpu.max")) {  // "QUOTA PERIOD", microseconds
        const auto quota = leading_number(*line);
        const auto blank = line->find(' ');
        const auto period = blank == std::string::npos
                                ? std::nullopt
                                : leading_number(std::string_view(*line).substr(blank + 1));
        if (quota && period && *period > 0) return static_cast<double>(*quota) / static_cast<double>(*period);
    }
    const auto quota = number_in(directory / "cpu.cfs_quota_us");
    const auto period = number_in(directory / "cpu.cfs_period_us");
    if (quota && period && *period > 0) return static_cast<double>(*quota) / static_cast<double>(*period);
    return std::nullopt;
}

std::size_t processors_of_affinity() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return static_cast<std::size_t>(std::max(CPU_COUNT(&set), 1));
}

/// What hashing may be told to take at most: connections, store and system need a quarter.
constexpr std::uint64_t most_budget(std::uint64_t available) noexcept {
    return available / 4 * 3;
}

std::string mebibytes(std::uint64_t bytes) {
    return std::to_string((bytes + mebibyte - 1) / mebibyte) + "MiB";
}

}  // namespace

std::uint64_t available_memory(const machine_files& files) {
    constexpr auto unlimited = std::numeric_limits<std::uint64_t>::max();
    auto least = machine_memory(files).value_or(unlimited);
    for (const auto& directory : group_directories(files, "memory"))
        for (const auto* name : {"memory.max", "memory.high", "memory.limit_in_bytes"})
            least = std::min(least, number_in(directory / name).value_or(unlimited));
    return least == unlimited ? 0 : least;
}

std::optional<double> processor_quota(const machine_files& files) {
    std::optional<double> least;
    for (const auto& directory : group_directories(files, "cpu"))
        if (const auto quota = quota_in(directory)) least = std::min(least.value_or(*quota), *quota);
    return least;
}

std::size_t usable_processors(const machine_files& files) {
    const auto processors = processors_of_affinity();
    const auto quota = processor_quota(files);
    if (!quota) return processors;
    return std::clamp<std::size_t>(static_cast<std::size_t>(std::floor(*quota)), 1, processors);
}

std::uint64_t lane_memory(std::size_t threads, const argon2_parameters& cost) noexcept {
    const auto two_hashes = std::uint64_t{cost.memory_kib} * 1024 * 2;
    return threads * ((two_hashes + huge_page - 1) / huge_page) * huge_page;
}

std::optional<misfit> check_budget(std::size_t threads, const argon2_parameters& cost, std::uint64_t budget,
                                   std::uint64_t available) {
    const auto needed = lane_memory(threads, cost);
    const auto one = lane_memory(1, cost);
    const auto larger_container =
        "or a memory limit of " + mebibytes(2 * needed) + " for the container or unit";
    if (budget > available && available != 0)
        return misfit{"hashing.memory_budget is " + mebibytes(budget) + ", but this process may use only " +
                          mebibytes(available),
                      "--set hashing.memory_budget=" + mebibytes(default_budget(available)) +
                          ", or raise the memory limit of the container"};
    if (needed <= budget) return std::nullopt;
    auto why = std::to_string(threads) + " hashing thread" + (threads == 1 ? " needs " : "s need ") +
               mebibytes(needed) + " (two hashes of " + mebibytes(std::uint64_t{cost.memory_kib} * 1024) +
               " each), but the memory budget for hashing is " + mebibytes(budget) +
               " (this process may use " + mebibytes(available) + ")";
    const auto fitting = budget / one;
    if (fitting > 0)
        return misfit{std::move(why),
                      "--set hashing.threads=" + std::to_string(fitting) + ", " + larger_container};
    if (one <= most_budget(available))
        return misfit{std::move(why), "--set hashing.threads=1 --set hashing.memory_budget=" +
                                          mebibytes(one) + ", " + larger_container};
    return misfit{std::move(why),
                  "hashing.memory and hashing.passes as latchkey calibrate says, " + larger_container};
}

}  // namespace latchkey::passwords
