#pragma once

#include <filesystem>

namespace latchkey::cli {

/// A fresh directory that only this user can enter, removed with what is in it when destroyed. Throws
/// std::system_error when none can be made in $TMPDIR, /tmp, /var/tmp or /dev/shm (the one place a read-only
/// container can write to).
class throwaway_directory {
public:
    throwaway_directory();
    throwaway_directory(const throwaway_directory&) = delete;
    throwaway_directory& operator=(const throwaway_directory&) = delete;
    ~throwaway_directory();

    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace latchkey::cli
