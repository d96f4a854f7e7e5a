#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "audit/record.hpp"

namespace latchkey::audit {

/// The file (or pipe, or terminal) that a chain is written to. Several processes may append to one file, a
/// service and commands beside it: each takes the file's lock, goes on from the last record whoever wrote
/// it, and lets go. Not thread-safe.
class journal_file {
public:
    /// `-` is standard output. A file that is not there is made, mode 0600. Throws std::runtime_error with a
    /// text for the operator: it cannot be opened, or it is not an audit log.
    explicit journal_file(std::filesystem::path path);
    ~journal_file();
    journal_file(const journal_file&) = delete;
    journal_file& operator=(const journal_file&) = delete;

    /// Appends what `write` makes of the chain's end, all of it or nothing, and waits for the disk.
    /// `cut`: bytes of a record that a crash had left unfinished, and that are gone now. Throws
    /// std::system_error or std::runtime_error; the chain's end is then as it was.
    using write_lines = std::function<void(std::string& lines, chain_end& end, std::uint64_t cut)>;
    void append(const write_lines& write);

    /// Goes on in a new file of the same name, after the old one was renamed; the chain goes on too. Throws
    /// as the constructor does; then everything stays as it was.
    void reopen();

private:
    struct opened;
    opened open() const;
    void adopt(opened);
    std::uint64_t catch_up();
    std::uint64_t read_end(std::uint64_t size);
    void write_all(const std::string& lines) const;
    [[noreturn]] void refuse_contents(const char* why) const;

    std::filesystem::path path_;
    int descriptor_ = -1;
    bool is_file_ = false;    ///< a regular file: it has an end to read, a lock and a disk
    std::uint64_t size_ = 0;  ///< of the file, when `end_` was its end
    chain_end end_;
};

}  // namespace latchkey::audit
