#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "storage/sqlite/database.hpp"
#include "storage/sqlite/files.hpp"

namespace latchkey::storage::sqlite {

/// A lane's hold on the store's file: opens it, notices when it is gone, and opens it again when it is back.
/// Never creates or migrates, and never takes another store for the lost one. Belongs to the lane's thread.
/// Throws `failure`.
class attachment {
public:
    enum class use { reading, writing };
    /// `newest_revocation`: the last sequence this process has seen; an older state of the store is not taken
    /// for it, since what it ends from then on would look older than what is known. Must outlive the
    /// attachment.
    attachment(std::filesystem::path, use, const std::atomic<std::uint64_t>& newest_revocation);

    /// The open data base, its files being in place.
    database& open();
    /// Throws unless the paths still lead to the files that are open: what was written elsewhere is lost to
    /// the next start.
    void check_in_place() const;
    /// After a failure: closes, so that the next open() starts afresh. A lock that was not had breaks
    /// nothing.
    void give_up(const failure&);
    /// After success: tells the log once that the store is back.
    void works();
    /// How often the file was opened.
    std::uint32_t generation() const noexcept { return generation_; }

private:
    void attach();

    std::filesystem::path path_;
    use use_;
    const std::atomic<std::uint64_t>& newest_revocation_;
    std::optional<database> database_;
    file_identity files_;
    std::string store_id_;  ///< of the store that was opened first
    std::uint32_t generation_ = 0;
    bool broken_ = false;  ///< for the log: told once, not for every request
};

}  // namespace latchkey::storage::sqlite
