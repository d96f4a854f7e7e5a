#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/descriptor.hpp"
#include "config/secrets.hpp"

namespace latchkey::config {

namespace {

constexpr std::size_t largest = 64 * 1024;

/// Docker Swarm and Kubernetes mount secrets with mode 0444 or 0644, but on a tmpfs of the container's own,
/// read-only: nobody outside the container sees it, and changing the mode is not in the operator's hands.
bool is_container_secret(int fd) noexcept {
    struct ::statfs memory {};
    struct ::statvfs mount {};
    return ::fstatfs(fd, &memory) == 0 && memory.f_type == TMPFS_MAGIC && ::fstatvfs(fd, &mount) == 0 &&
           (mount.f_flag & ST_RDONLY) != 0;
}

std::optional<bad_value> judge_file(int fd, const std::string& path) {
    struct ::stat status {};
    if (::fstat(fd, &status) != 0) return bad_value{std::strerror(errno), "ls -l " + path};
    if (S_ISFIFO(status.st_mode)) return std::nullopt;  // `<(command)` of a shell: its own user's alone
    if (!S_ISREG(status.st_mode)) return bad_value{"is not a file", "ls -l " + path};
    if ((status.st_mode & S_IWOTH) != 0)
        return bad_value{"may be changed by every user", "chmod 600 " + path};
    if ((status.st_mode & S_IROTH) != 0 && !is_container_secret(fd))
        return bad_value{"may be read by every user", "chmod 600 " + path};
    return std::nullopt;
}

/// The number of bytes read into `buffer`; nothing when reading fails.
std::optional<std::size_t> read_all(int fd, std::span<std::uint8_t> buffer) noexcept {
    std::size_t used = 0;
    while (used < buffer.size()) {
        const auto n = ::read(fd, buffer.data() + used, buffer.size() - used);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return std::nullopt;
        if (n == 0) break;
        used += static_cast<std::size_t>(n);
    }
    return used;
}

std::string_view without_line_break(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

}  // namespace

parsed<secret> read_secret_file(const std::string& path) {
    const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (file.get() < 0)
        return bad_value{std::string("cannot be opened: ") + std::strerror(errno), "ls -l " + path};
    if (auto bad = judge_file(file.get(), path)) return std::move(*bad);
    auto buffer = secret::of_size(largest + 1);
    const auto size = read_all(file.get(), buffer.bytes());
    if (!size) return bad_value{std::string("cannot be read: ") + std::strerror(errno), "ls -l " + path};
    if (*size > largest) return bad_value{"is larger than 64KiB", "openssl rand -base64 48 > " + path};
    return secret(without_line_break(buffer.view().substr(0, *size)));
}

}  // namespace latchkey::config
