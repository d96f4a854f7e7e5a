#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/doctor/checks.hpp"
#include "config/values.hpp"

namespace latchkey::cli::doctor {

namespace {

constexpr auto name = "data directory";
constexpr std::uint64_t mebibyte = 1024 * 1024;
/// Below this a log that grows for a moment, or a backup, fills the disk.
constexpr std::uint64_t little_space = 256 * mebibyte;
constexpr std::uint64_t no_space = 16 * mebibyte;

struct kind_of_files {
    unsigned long magic;
    const char* called;
    bool shared;  ///< seen by other machines: locks and shared memory of SQLite's log do not work
};

// Those that linux/magic.h lacks: CEPH_SUPER_MAGIC, CIFS, SMB2.
constexpr std::array kinds{kind_of_files{NFS_SUPER_MAGIC, "NFS", true},
                           kind_of_files{0x517B, "SMB", true},
                           kind_of_files{0xFF534D42, "CIFS", true},
                           kind_of_files{0xFE534D42, "SMB", true},
                           kind_of_files{0x00C36400, "CephFS", true},
                           kind_of_files{AFS_SUPER_MAGIC, "AFS", true},
                           kind_of_files{V9FS_MAGIC, "9p", true},
                           kind_of_files{TMPFS_MAGIC, "tmpfs", false},
                           kind_of_files{OVERLAYFS_SUPER_MAGIC, "overlay", false}};

std::string mode_text(::mode_t mode) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04o", mode & 07777U);
    return text.data();
}

std::string size_text(std::uint64_t bytes) {
    return std::to_string(bytes / mebibyte) + "MiB";
}

void check_owner(const std::string& path, const struct ::stat& found, findings& all) {
    if (found.st_uid != ::geteuid() && ::geteuid() != 0)
        all.push_back({verdict::problem, name,
                       path + " belongs to user " + std::to_string(found.st_uid) + ", and this is user " +
                           std::to_string(::geteuid()),
                       "chown " + std::to_string(::geteuid()) + " " + path + ", or run as its owner"});
    else if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0)
        all.push_back({verdict::problem, name, path + " cannot be written: " + std::strerror(errno),
                       "mount it writable, chmod 700 " + path});
    else if ((found.st_mode & 022) != 0)
        all.push_back({verdict::problem, name,
                       path + " has mode " + mode_text(found.st_mode) + ": others may replace the store",
                       "chmod 700 " + path});
    else if ((found.st_mode & 055) != 0)
        all.push_back({verdict::warning, name,
                       path + " has mode " + mode_text(found.st_mode) + ": others see what lies in it",
                       "chmod 700 " + path});
    else
        all.push_back({verdict::ok, name, path + ", mode " + mode_text(found.st_mode), {}});
}

void check_files(const std::string& path, findings& all) {
    struct ::statfs found {};
    if (::statfs(path.c_str(), &found) != 0) return;
    const auto kind =
        std::ranges::find(kinds, static_cast<unsigned long>(found.f_type), &kind_of_files::magic);
    if (kind != kinds.end())
        all.push_back(
            {kind->shared ? verdict::problem : verdict::warning, "file system",
             std::string(kind->called) +
                 (kind->shared ? ": the store's log needs locks and shared memory that a network file "
                                 "system does not have"
                               : ": what lies there is gone with the machine or the container"),
             "a directory on a local disk, or a volume: --data-dir"});
    else
        all.push_back({verdict::ok, "file system", "local", {}});
    const auto free = static_cast<std::uint64_t>(found.f_bavail) * static_cast<std::uint64_t>(found.f_bsize);
    const auto result = free < no_space       ? verdict::problem
                        : free < little_space ? verdict::warning
                                              : verdict::ok;
    all.push_back({result, "free space", size_text(free),
                   result == verdict::ok ? "" : "make room on the file system of " + path});
}

void check_file_mode(const storage::inspection& store, findings& all) {
    struct ::stat found {};
    if (!store.exists || ::stat(store.file.c_str(), &found) != 0 || (found.st_mode & 077) == 0) return;
    all.push_back({verdict::problem, "store file",
                   "has mode " + mode_text(found.st_mode) + ": others may read hashes",
                   "chmod 600 " + store.file.string()});
}

}  // namespace

void check_directory(const std::filesystem::path& directory, const storage::inspection& store,
                     findings& all) {
    struct ::stat found {};
    const auto path = directory.string();
    if (::stat(path.c_str(), &found) != 0) {
        all.push_back({verdict::warning, name, path + ": " + std::strerror(errno),
                       "latchkey user add NAME makes it, with the store"});
        return;
    }
    if (!S_ISDIR(found.st_mode)) {
        all.push_back({verdict::problem, name, path + " is no directory", "--data-dir DIR"});
        return;
    }
    check_owner(path, found, all);
    check_files(path, all);
    check_file_mode(store, all);
}

}  // namespace latchkey::cli::doctor
