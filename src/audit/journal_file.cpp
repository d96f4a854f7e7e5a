#include "audit/journal_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace latchkey::audit {
namespace {

/// How a record begins, and nothing else that might lie at a path that was mistyped.
constexpr std::string_view first_bytes = R"({"seq":)";

[[noreturn]] void fail(const char* doing) {
    throw std::system_error(errno, std::system_category(), doing);
}

/// The lock among processes, for as long as a batch takes.
class file_lock {
public:
    explicit file_lock(int descriptor) : descriptor_(descriptor) {
        while (::flock(descriptor_, LOCK_EX) != 0)
            if (errno != EINTR) fail("locking the audit log");
    }
    ~file_lock() { ::flock(descriptor_, LOCK_UN); }
    file_lock(const file_lock&) = delete;
    file_lock& operator=(const file_lock&) = delete;

private:
    int descriptor_;
};

struct stat status_of(int descriptor) {
    struct stat found {};
    if (::fstat(descriptor, &found) != 0) fail("looking at the audit log");
    return found;
}

std::string read_range(int descriptor, std::uint64_t from, std::size_t size) {
    std::string bytes(size, '\0');
    std::size_t have = 0;
    while (have < size) {
        const auto n = ::pread(descriptor, bytes.data() + have, size - have, static_cast<off_t>(from + have));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("reading the audit log");
        if (n == 0) break;
        have += static_cast<std::size_t>(n);
    }
    bytes.resize(have);
    return bytes;
}

}  // namespace

struct journal_file::opened {
    int descriptor = -1;
    bool is_file = false;
};

journal_file::journal_file(std::filesystem::path path) : path_(std::move(path)) {
    adopt(open());
    if (!is_file_) return;
    try {
        const file_lock lock(descriptor_);
        const auto size = static_cast<std::uint64_t>(status_of(descriptor_).st_size);
        if (size != 0) read_end(size);
        size_ = 0;  // a torn end is repaired, and recorded, with the first record that follows it
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

journal_file::~journal_file() {
    ::close(descriptor_);
}

journal_file::opened journal_file::open() const {
    const bool standard_output = path_ == "-";
    const int descriptor =
        standard_output ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                        : ::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (descriptor < 0)
        throw std::runtime_error(
            "audit.file: cannot open " + path_.string() + ": " + std::system_category().message(errno) +
            "\n  try: a file in a directory that this user may write to, such as audit.log in data_dir");
    struct stat found {};
    const bool is_file = ::fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode) && !standard_output;
    return {descriptor, is_file};
}

void journal_file::adopt(opened fresh) {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = fresh.descriptor;
    is_file_ = fresh.is_file;
    size_ = 0;
}

void journal_file::reopen() {
    if (path_ == "-") return;
    adopt(open());
}

void journal_file::append(const write_lines& write) {
    if (!is_file_) {
        std::string lines;
        chain_end end = end_;
        write(lines, end, 0);
        write_all(lines);
        end_ = end;
        return;
    }
    if (status_of(descriptor_).st_nlink == 0) reopen();  // deleted: what was written there would be lost
    const file_lock lock(descriptor_);
    const std::uint64_t cut = catch_up();
    std::string lines;
    chain_end end = end_;
    write(lines, end, cut);
    try {
        write_all(lines);
        if (::fdatasync(descriptor_) != 0) fail("syncing the audit log");
    } catch (...) {
        // Not half a record. Should this fail as well, the next one to append cuts it off.
        [[maybe_unused]] const int undone = ::ftruncate(descriptor_, static_cast<off_t>(size_));
        throw;
    }
    end_ = end;
    size_ += lines.size();
}

/// Finds the chain's end again where others have appended, and cuts off what a crash left; its size. A file
/// that is empty, fresh or truncated by log rotation, carries on the chain of the one before.
std::uint64_t journal_file::catch_up() {
    const auto size = static_cast<std::uint64_t>(status_of(descriptor_).st_size);
    if (size == size_) return 0;
    const std::uint64_t complete = size == 0 ? 0 : read_end(size);
    if (complete != size && ::ftruncate(descriptor_, static_cast<off_t>(complete)) != 0)
        fail("cutting an unfinished record off the audit log");
    size_ = complete;
    return size - complete;
}

/// Sets the chain's end to the file's last whole record; how many bytes of the file are whole.
std::uint64_t journal_file::read_end(std::uint64_t size) {
    if (!read_range(descriptor_, 0, first_bytes.size()).starts_with(first_bytes.substr(0, size)))
        refuse_contents("it does not begin with a record");
    const auto window = std::min<std::uint64_t>(size, 2 * max_record_size);
    const std::string bytes = read_range(descriptor_, size - window, window);
    const auto last_feed = bytes.rfind('\n');
    if (last_feed == bytes.npos) {
        if (size >= max_record_size) refuse_contents("it has a line that is too long for a record");
        return 0;
    }
    const std::string_view whole = std::string_view(bytes).substr(0, last_feed);
    const auto feed = whole.rfind('\n');
    const auto last = parse_record(feed == whole.npos ? whole : whole.substr(feed + 1));
    if (!last || !last->is_unchanged) refuse_contents("its last line is not a record, or was changed");
    end_ = {last->sequence, last->hash};
    return size - (bytes.size() - last_feed - 1);
}

void journal_file::write_all(const std::string& lines) const {
    std::size_t written = 0;
    while (written < lines.size()) {
        const auto n = ::write(descriptor_, lines.data() + written, lines.size() - written);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("writing the audit log");
        written += static_cast<std::size_t>(n);
    }
}

void journal_file::refuse_contents(const char* why) const {
    throw std::runtime_error("audit.file: " + path_.string() + " is not an audit log: " + why +
                             "\n  try: latchkey audit verify " + path_.string() +
                             ", then move the file away; a new one is made");
}

}  // namespace latchkey::audit
