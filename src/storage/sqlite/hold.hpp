#pragma once

#include <filesystem>

#include "base/descriptor.hpp"

namespace latchkey::storage::sqlite {

/// Tells other processes that the store is in use here, or that nobody may use it now: a lock (flock) on the
/// directory in which its file lies, taken before SQLite opens the file and kept until it has closed it. The
/// kernel drops it when a process ends, however it ends. SQLite's own locks alone would not do: they lie on
/// the file, and a restore puts another file in its place, while a service that has just opened the old one
/// waits for its lock.
class hold {
public:
    /// Shared with all who use stores in that directory. Throws open_error while a restore runs there. Where
    /// the file system has no such locks there is none.
    static hold shared(const std::filesystem::path& store);
    /// Throws open_error while anybody else uses a store in that directory.
    static hold alone(const std::filesystem::path& store);

private:
    explicit hold(descriptor directory) : directory_(std::move(directory)) {}
    descriptor directory_;
};

}  // namespace latchkey::storage::sqlite
