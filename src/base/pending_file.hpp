#pragma once

#include <filesystem>

#include "base/descriptor.hpp"

namespace latchkey {

/// A file that appears under its name only once it is whole. Until then it grows beside it as NAME.partial,
/// with mode 0600, made afresh and locked, so that nobody else can have it open. What a killed process has
/// left there is removed by the next one. Everything here throws std::system_error.
class pending_file {
public:
    /// std::errc::device_or_resource_busy when another process is writing the same file.
    explicit pending_file(const std::filesystem::path& target);
    pending_file(const pending_file&) = delete;
    pending_file& operator=(const pending_file&) = delete;
    /// Removes it, and what SQLite may have left beside it, unless it was published.
    ~pending_file();

    const std::filesystem::path& path() const noexcept { return partial_; }
    int get() const noexcept { return file_.get(); }

    enum class existing { keep, replace };
    /// Syncs the file, gives it its name and syncs the directory. With existing::keep,
    /// std::errc::file_exists when there is a file of that name by now: whoever is first, wins.
    void publish(existing);

private:
    void require_own() const;

    std::filesystem::path target_;
    std::filesystem::path partial_;
    descriptor file_;
};

/// Syncs the entries of a directory: without it a power loss may take a new name back.
void sync_directory(const std::filesystem::path&);

}  // namespace latchkey
