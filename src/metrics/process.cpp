#include "metrics/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace latchkey::metrics {
namespace {

/// Fields of /proc/self/stat, counted from 1 as proc(5) does.
enum stat_field : unsigned { start_time = 22, virtual_bytes = 23, resident_pages = 24 };

/// Behind the program's name, which may hold anything, in its parentheses.
constexpr unsigned first_field_behind_name = 3;

std::string contents(const char* path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<double> number_at(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end != text.data() ? std::optional(value) : std::nullopt;
}

std::optional<double> field(std::string_view stat, stat_field wanted) {
    const auto name_end = stat.rfind(") ");
    if (name_end == stat.npos) return std::nullopt;
    stat.remove_prefix(name_end + 2);
    for (unsigned at = first_field_behind_name; at < wanted; ++at) {
        const auto blank = stat.find(' ');
        if (blank == stat.npos) return std::nullopt;
        stat.remove_prefix(blank + 1);
    }
    return number_at(stat);
}

/// When the machine started, in seconds since 1970.
std::optional<double> boot_time() {
    const auto stat = contents("/proc/stat");
    constexpr std::string_view key = "\nbtime ";
    const auto at = stat.find(key);
    return at == stat.npos ? std::nullopt : number_at(std::string_view(stat).substr(at + key.size()));
}

std::optional<double> open_descriptors() {
    std::error_code error;
    double open = 0;
    for (std::filesystem::directory_iterator each("/proc/self/fd", error), end; !error && each != end;
         each.increment(error))
        ++open;
    return error ? std::nullopt : std::optional(open - 1);  // without the one that reads the directory
}

std::optional<double> started() {
    const auto ticks = field(contents("/proc/self/stat"), start_time);
    const auto boot = boot_time();
    if (!ticks || !boot) return std::nullopt;
    return *boot + *ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double processor_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace

void write_process(exposition& page) {
    const auto gauge = [&page](std::string_view name, std::string_view help, std::optional<double> value) {
        if (!value) return;
        page.family(name, kind::gauge, help);
        page.sample(*value);
    };
    const auto stat = contents("/proc/self/stat");
    page.family("process_cpu_seconds", kind::counter, "Processor time used, user and system.");
    page.sample(processor_seconds());
    if (const auto pages = field(stat, resident_pages))
        gauge("process_resident_memory_bytes", "Resident memory.",
              *pages * static_cast<double>(sysconf(_SC_PAGESIZE)));
    gauge("process_virtual_memory_bytes", "Virtual memory.", field(stat, virtual_bytes));
    gauge("process_start_time_seconds", "When the process started, in seconds since 1970.", started());
    gauge("process_open_fds", "Open file descriptors.", open_descriptors());
    if (rlimit most{}; getrlimit(RLIMIT_NOFILE, &most) == 0)
        gauge("process_max_fds", "Most file descriptors that may be open.",
              static_cast<double>(most.rlim_cur));
}

}  // namespace latchkey::metrics
