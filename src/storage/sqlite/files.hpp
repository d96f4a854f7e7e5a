#pragma once

#include <sys/types.h>

#include <array>
#include <filesystem>

namespace latchkey::storage::sqlite {

/// Makes the directory (0700), and those above it, where absent, and syncs their entries. Throws open_error.
void make_directory(const std::filesystem::path&);

/// Makes the directory (0700) and the empty file (0600) where absent, syncs both, and takes other people's
/// rights off an existing file; SQLite gives -wal and -shm the file's mode. Throws open_error. Only before
/// SQLite has the file open in this process: closing any descriptor of a file drops all of the process's
/// POSIX locks on it.
void prepare_files(const std::filesystem::path&, bool create);

/// Which files lie at the three paths of a data base (the file, -wal, -shm): device and inode; zeros for
/// none.
class file_identity {
public:
    static file_identity of(const std::filesystem::path&);
    bool operator==(const file_identity&) const = default;

private:
    struct inode {
        dev_t device = 0;
        ino_t number = 0;
        bool operator==(const inode&) const = default;
    };
    static inode inode_of(const char* path) noexcept;
    std::array<inode, 3> inodes_{};
};

}  // namespace latchkey::storage::sqlite
