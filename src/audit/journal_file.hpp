#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "audit/record.hpp"
#include "base/descriptor.hpp"

namespace latchkey::audit {

/// The file (or pipe, or terminal) that a chain is written to. Several processes may append to one file, a
/// service and commands beside it: each takes the file's lock, goes on from the last record whoever wrote
/// it, and lets go. Not thread-safe.
class journal_file {
public:
    /// `-` is standard output. A file that is not there is made, mode 0600, for root by the owner of its
    /// directory, so that a command never takes the log away from the service. Throws std::runtime_error with
    /// a text for the operator: it cannot be opened, or it is not an audit log of this key, which must
    /// outlive this.
    journal_file(std::filesystem::path path, const crypto::hmac_sha256& key);
    ~journal_file();
    journal_file(const journal_file&) = delete;
    journal_file& operator=(const journal_file&) = delete;

    /// What the file was found to be like before an append.
    struct damage {
        std::uint64_t torn_bytes = 0;       ///< of a record that a crash had left unfinished; now cut off
        std::uint64_t missing_records = 0;  ///< that had been seen at the end of this very file, and are gone
    };
    using write_lines = std::function<void(std::string& lines, chain_end& end, const damage&)>;
    /// Appends what `write` makes of the chain's end, all of it or nothing, and waits for the disk. The chain
    /// goes on from the last record that was seen, so that records which somebody has taken off the end leave
    /// a gap. Throws std::system_error or std::runtime_error, also when the file's lock is not to be had
    /// within `lock_patience`; the chain's end is then as it was.
    void append(const write_lines& write);

    /// Goes on in a new file of the same name, after the old one was renamed; the chain goes on too. Throws
    /// as the constructor does; then everything stays as it was.
    void reopen();

private:
    struct opened;
    struct contents;
    opened open() const;
    void adopt(opened&&) noexcept;
    bool append_locked(const write_lines&);
    damage catch_up();
    contents read_end(int descriptor, std::uint64_t size) const;
    void write_all(const std::string& lines) const;
    [[noreturn]] void refuse_contents(const char* why) const;

    std::filesystem::path path_;
    const crypto::hmac_sha256& key_;
    descriptor file_;
    bool is_file_ = false;    ///< a regular file: it has an end to read, a lock and a disk
    bool is_fresh_ = true;    ///< nothing has been appended since it was opened
    std::uint64_t size_ = 0;  ///< of the file, when `end_` was its end
    chain_end end_;
};

}  // namespace latchkey::audit
