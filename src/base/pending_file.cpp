#include "base/pending_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace latchkey {
namespace {

[[noreturn]] void fail(int error, const std::filesystem::path& path) {
    throw std::system_error(error, std::generic_category(), path.string());
}

void remove_all_of(const std::filesystem::path& partial) noexcept {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
        ::unlink((partial.string() + suffix).c_str());
}

/// Removes what a killed process has left; a living one holds the lock.
void remove_stale(const std::filesystem::path& partial) {
    const descriptor left(::open(partial.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!left) {
        if (errno == ENOENT) return;
        fail(errno, partial);
    }
    if (::flock(left.get(), LOCK_EX | LOCK_NB) != 0) fail(EBUSY, partial);
    if (::unlink(partial.c_str()) != 0 && errno != ENOENT) fail(errno, partial);
    remove_all_of(partial);
}

/// Never one that was there: whoever made it may have it open.
descriptor make_new(const std::filesystem::path& partial) {
    constexpr int attempts = 10;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        descriptor made(::open(partial.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (made) {
            if (::flock(made.get(), LOCK_EX | LOCK_NB) != 0) fail(EBUSY, partial);
            return made;
        }
        if (errno != EEXIST) fail(errno, partial);
        remove_stale(partial);
    }
    fail(EBUSY, partial);
}

/// Gives the file its name unless that is taken. Some file systems know no such rename, others no second
/// name.
bool rename_to_new(const char* from, const char* to) noexcept {
    if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return true;
    if (errno != EINVAL && errno != ENOSYS) return false;
    return ::link(from, to) == 0 && ::unlink(from) == 0;
}

}  // namespace

void sync_directory(const std::filesystem::path& path) {
    const descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::fsync(directory.get()) != 0) fail(errno, path);
}

pending_file::pending_file(const std::filesystem::path& target)
    : target_(std::filesystem::absolute(target).lexically_normal()),
      partial_(target_.string() + ".partial"),
      file_(make_new(partial_)) {}

pending_file::~pending_file() {
    if (file_) remove_all_of(partial_);
}

/// Where others may write too, somebody could have put a file of his into the place of ours.
void pending_file::require_own() const {
    struct stat ours {};
    struct stat named {};
    if (::fstat(file_.get(), &ours) != 0 || ::lstat(partial_.c_str(), &named) != 0) fail(errno, partial_);
    if (ours.st_dev != named.st_dev || ours.st_ino != named.st_ino) fail(ESTALE, partial_);
}

void pending_file::publish(existing there) {
    if (::fsync(file_.get()) != 0) fail(errno, partial_);
    require_own();
    const bool named = there == existing::replace ? ::rename(partial_.c_str(), target_.c_str()) == 0
                                                  : rename_to_new(partial_.c_str(), target_.c_str());
    if (!named) fail(errno, target_);
    file_ = descriptor();
    sync_directory(target_.parent_path());
}

}  // namespace latchkey
