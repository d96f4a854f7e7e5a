#include "audit/journal_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace latchkey::audit {
namespace {

/// How a record begins, and nothing else that might lie at a path that was mistyped.
constexpr std::string_view first_bytes = R"({"seq":)";
/// Whoever may read the file may take its lock: that must not stop logins for longer.
constexpr std::chrono::milliseconds lock_patience{2'000};
constexpr std::chrono::milliseconds lock_pause{5};

[[noreturn]] void fail(const char* doing) {
    throw std::system_error(errno, std::system_category(), doing);
}

/// The lock among processes, for as long as a batch takes.
class file_lock {
public:
    explicit file_lock(int file) : file_(file) {
        const auto until = std::chrono::steady_clock::now() + lock_patience;
        while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK && errno != EINTR) fail("locking the audit log");
            if (std::chrono::steady_clock::now() >= until)
                throw std::runtime_error("another process holds the audit log's lock");
            std::this_thread::sleep_for(lock_pause);
        }
    }
    ~file_lock() { ::flock(file_, LOCK_UN); }
    file_lock(const file_lock&) = delete;
    file_lock& operator=(const file_lock&) = delete;

private:
    int file_;
};

struct stat status_of(int file) {
    struct stat found {};
    if (::fstat(file, &found) != 0) fail("looking at the audit log");
    return found;
}

std::uint64_t size_of(int file) {
    return static_cast<std::uint64_t>(status_of(file).st_size);
}

std::string read_range(int file, std::uint64_t from, std::size_t size) {
    std::string bytes(size, '\0');
    std::size_t have = 0;
    while (have < size) {
        const auto n = ::pread(file, bytes.data() + have, size - have, static_cast<off_t>(from + have));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("reading the audit log");
        if (n == 0) break;
        have += static_cast<std::size_t>(n);
    }
    bytes.resize(have);
    return bytes;
}

/// A file that root has just made belongs to whom its directory belongs to, and its name is on the disk.
void settle_new_file(int file, const std::filesystem::path& path) {
    const auto directory = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const descriptor above(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!above) return;  // the file works all the same
    struct stat owner {};
    if (::geteuid() == 0 && ::fstat(above.get(), &owner) == 0)
        if (::fchown(file, owner.st_uid, owner.st_gid) != 0)
            fail("giving the audit log to its directory's owner");
    if (::fsync(above.get()) != 0 && errno != EINVAL) fail("syncing the audit log's directory");
}

}  // namespace

struct journal_file::opened {
    descriptor file;
    bool is_file = false;
};

/// The end of a file that has records.
struct journal_file::contents {
    chain_end end;            ///< its last whole record; nothing when there is none
    std::uint64_t whole = 0;  ///< bytes up to that record's end
};

journal_file::journal_file(std::filesystem::path path, const crypto::hmac_sha256& key)
    : path_(std::move(path)), key_(key) {
    adopt(open());
}

journal_file::~journal_file() = default;

/// Opened, and looked at: a torn end is repaired, and recorded, with the first record that follows it.
journal_file::opened journal_file::open() const {
    const bool standard_output = path_ == "-";
    const int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY;
    opened fresh{descriptor(standard_output ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                                            : ::open(path_.c_str(), flags, 0600)),
                 false};
    if (!fresh.file)
        throw std::runtime_error(
            "audit.file: cannot open " + path_.string() + ": " + std::system_category().message(errno) +
            "\n  try: a file in a directory that this user may write to, such as audit.log in data_dir");
    if (standard_output || !S_ISREG(status_of(fresh.file.get()).st_mode)) return fresh;
    fresh.is_file = true;
    const file_lock lock(fresh.file.get());
    if (const auto size = size_of(fresh.file.get()); size != 0)
        read_end(fresh.file.get(), size);
    else
        settle_new_file(fresh.file.get(), path_);
    return fresh;
}

void journal_file::adopt(opened&& fresh) noexcept {
    file_ = std::move(fresh.file);
    is_file_ = fresh.is_file;
    is_fresh_ = true;
    size_ = 0;
}

void journal_file::reopen() {
    if (path_ != "-") adopt(open());
}

void journal_file::append(const write_lines& write) {
    if (!is_file_) {
        std::string lines;
        chain_end end = end_;
        write(lines, end, {});
        write_all(lines);
        end_ = end;
        return;
    }
    // A file that was deleted takes what is written there with it.
    while (!append_locked(write))
        reopen();
}

/// False when the file has no name any more.
bool journal_file::append_locked(const write_lines& write) {
    const file_lock lock(file_.get());
    if (status_of(file_.get()).st_nlink == 0) return false;
    const damage found = catch_up();
    std::string lines;
    chain_end end = end_;
    write(lines, end, found);
    try {
        write_all(lines);
        if (::fdatasync(file_.get()) != 0) fail("syncing the audit log");
    } catch (...) {
        // Not half a record. Should this fail as well, the next one to append cuts it off.
        [[maybe_unused]] const int undone = ::ftruncate(file_.get(), static_cast<off_t>(size_));
        throw;
    }
    end_ = end;
    size_ += lines.size();
    is_fresh_ = false;
    return true;
}

/// Finds the chain's end again where others have appended. A file that is empty, fresh or truncated by log
/// rotation, carries on the chain of the one before.
journal_file::damage journal_file::catch_up() {
    const auto size = size_of(file_.get());
    if (size == size_ && !is_fresh_) return {};
    const contents found = size == 0 ? contents{end_, 0} : read_end(file_.get(), size);
    if (found.whole != size && ::ftruncate(file_.get(), static_cast<off_t>(found.whole)) != 0)
        fail("cutting an unfinished record off the audit log");
    const bool cut = !is_fresh_ && found.end.sequence < end_.sequence;
    const damage seen{.torn_bytes = size - found.whole,
                      .missing_records = cut ? end_.sequence - found.end.sequence : 0};
    if (!cut) end_ = found.end;
    size_ = found.whole;
    return seen;
}

/// Refuses what is no audit log, and one whose last record is not of this key: nobody is to go on with a
/// chain that somebody else has begun.
journal_file::contents journal_file::read_end(int file, std::uint64_t size) const {
    if (!read_range(file, 0, first_bytes.size()).starts_with(first_bytes.substr(0, size)))
        refuse_contents("it does not begin with a record");
    const auto window = std::min<std::uint64_t>(size, 2 * max_record_size);
    const std::string bytes = read_range(file, size - window, window);
    const auto last_feed = bytes.rfind('\n');
    if (last_feed == bytes.npos) {
        if (size >= max_record_size) refuse_contents("it has a line that is too long for a record");
        return {end_, 0};
    }
    const std::string_view whole = std::string_view(bytes).substr(0, last_feed);
    const auto feed = whole.rfind('\n');
    const auto last = parse_record(feed == whole.npos ? whole : whole.substr(feed + 1));
    if (!last || !last->is_unchanged) refuse_contents("its last line is not a record, or was changed");
    if (!is_authentic(*last, key_)) refuse_contents("its last record was written with another store's key");
    return {{last->sequence, last->hash}, size - (bytes.size() - last_feed - 1)};
}

void journal_file::write_all(const std::string& lines) const {
    std::size_t written = 0;
    while (written < lines.size()) {
        const auto n = ::write(file_.get(), lines.data() + written, lines.size() - written);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("writing the audit log");
        written += static_cast<std::size_t>(n);
    }
}

void journal_file::refuse_contents(const char* why) const {
    throw std::runtime_error("audit.file: " + path_.string() + " is not an audit log of this store: " + why +
                             "\n  try: latchkey audit verify " + path_.string() +
                             ", then move the file away; a new one is made");
}

}  // namespace latchkey::audit
