#include "storage/sqlite/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "base/descriptor.hpp"
#include "base/log.hpp"
#include "base/pending_file.hpp"
#include "storage/store.hpp"

namespace latchkey::storage::sqlite {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what, int error) {
    throw open_error(path.string() + ": " + what + ": " + std::generic_category().message(error),
                     "a directory that this user may write and that has room; latchkey doctor looks at it");
}

void sync(int fd, const std::filesystem::path& path) {
    if (::fsync(fd) != 0) refuse(path, "cannot sync", errno);
}

void sync_entries(const std::filesystem::path& directory) {
    try {
        sync_directory(directory);
    } catch (const std::system_error& broken) {
        refuse(directory, "cannot sync the directory", broken.code().value());
    }
}

void make_file(const std::filesystem::path& path) {
    const descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0) {
        if (errno == EEXIST) return;
        refuse(path, "cannot make the file", errno);
    }
    sync(file.get(), path);
    sync_entries(path.parent_path());
}

void close_to_others(const std::filesystem::path& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0 || (found.st_mode & 077) == 0) return;
    if (::chmod(path.c_str(), 0600) != 0)
        refuse(path, "others may read it, and its mode cannot be changed", errno);
    log::warn("the store's file was open to others", {{"path", path.string()}, {"mode", "0600"}});
}

}  // namespace

/// The new directory's entry is synced in its parent, else a power loss could take the whole store with it.
void make_directory(const std::filesystem::path& path) {
    if (path.empty() || std::filesystem::is_directory(path)) return;
    make_directory(path.parent_path());
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) refuse(path, "cannot make the directory", errno);
    sync_entries(path.parent_path());
}

void prepare_files(const std::filesystem::path& path, bool create) {
    if (create) {
        make_directory(path.parent_path());
        make_file(path);
    }
    for (const char* suffix : {"", "-wal", "-shm"})
        close_to_others(path.string() + suffix);
}

file_identity::inode file_identity::inode_of(const char* path) noexcept {
    struct stat found {};
    if (::stat(path, &found) != 0) return {};
    return {found.st_dev, found.st_ino};
}

file_identity file_identity::of(const std::filesystem::path& path) {
    file_identity found;
    found.inodes_ = {inode_of(path.c_str()), inode_of((path.string() + "-wal").c_str()),
                     inode_of((path.string() + "-shm").c_str())};
    return found;
}

}  // namespace latchkey::storage::sqlite
