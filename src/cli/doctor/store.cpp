#include <algorithm>

#include "cli/doctor/checks.hpp"
#include "config/values.hpp"

namespace latchkey::cli::doctor {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t large_log = 256ULL * 1024 * 1024;
constexpr auto good_clocks_differ = 5min;
/// A clock before this is one that was never set: the program is younger.
constexpr unix_time made_after{std::chrono::seconds{1'767'225'600}};  // 2026

std::string kib(std::uint64_t bytes) {
    return std::to_string((bytes + 1023) / 1024) + "KiB";
}

/// A store that cannot be used at all; false when it can.
bool refuse(const storage::inspection& s, findings& all) {
    const auto refused = [&](verdict how, std::string found, std::string remedy) {
        all.push_back({how, "store", s.file.string() + ": " + std::move(found), std::move(remedy)});
        return true;
    };
    if (!s.exists)
        return refused(verdict::warning, "there is none yet",
                       "latchkey user add NAME, or latchkey serve, makes it");
    if (!s.unreadable.empty())
        return refused(verdict::problem, s.unreadable,
                       "look at its owner; latchkey restore BACKUP if it is damaged");
    if (!s.is_store)
        return refused(verdict::problem, "is no store of Latchkey", "name another file in store.url");
    if (!s.damage.empty())
        return refused(verdict::problem, "is damaged: " + s.damage,
                       "stop the service, then latchkey restore BACKUP");
    if (s.holds.schema_version > s.known_version)
        return refused(verdict::problem,
                       "its schema has version " + std::to_string(s.holds.schema_version) +
                           ", this program knows " + std::to_string(s.known_version),
                       "run the version of Latchkey that wrote it, or latchkey restore an older BACKUP");
    return false;
}

void check_log(const storage::inspection& s, findings& all) {
    if (s.log_unread)
        all.push_back(
            {verdict::warning, "write-ahead log",
             kib(s.log_bytes) + " that nobody has read: the store was copied, or its service was killed",
             "start the service, or any command, once"});
    else if (s.log_bytes > large_log)
        all.push_back({verdict::warning, "write-ahead log",
                       kib(s.log_bytes) + ": some program reads without end",
                       "look for programs that have the store open: fuser " + s.file.string()});
    else
        all.push_back({verdict::ok, "write-ahead log", kib(s.log_bytes), {}});
}

void check_leftovers(const storage::inspection& s, findings& all) {
    if (s.leftovers.empty()) return;
    std::string names;
    for (const auto& each : s.leftovers)
        names += (names.empty() ? "" : " ") + each.string();
    all.push_back(
        {verdict::warning, "left over",
         std::to_string(s.leftovers.size()) +
             " files beside the store, with hashes and keys: of restores, or of commands that were killed",
         "rm " + names});
}

}  // namespace

void check_store(const storage::inspection& s, unix_time now, findings& all) {
    const auto seen = std::max(made_after, s.latest.value_or(made_after));
    if (now + good_clocks_differ < seen)
        all.push_back({verdict::problem, "clock",
                       "it is " + rfc3339(now) + ", and the store or this program is of " + rfc3339(seen),
                       "set the clock: timedatectl set-ntp true"});
    check_leftovers(s, all);
    if (refuse(s, all)) return;
    auto version = "schema version " + std::to_string(s.holds.schema_version);
    if (s.holds.schema_version < s.known_version) version += " (brought up to date at the next start)";
    all.push_back({verdict::ok,
                   "store",
                   s.file.string() + ", whole, " + version + ", " + kib(s.holds.bytes) + ", " +
                       std::to_string(s.holds.users) + " users",
                   {}});
    check_log(s, all);
}

}  // namespace latchkey::cli::doctor
