#include "storage/sqlite/old_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/pending_file.hpp"
#include "storage/sqlite/copy.hpp"
#include "storage/sqlite/remedies.hpp"
#include "storage/store.hpp"

namespace latchkey::storage::sqlite {
namespace {

namespace fs = std::filesystem;

/// Where SQLite locks a data base, whatever is in it: PENDING_BYTE to the end of the shared range (os.h).
constexpr ::off_t first_lock = 0x40000000;
constexpr ::off_t lock_count = 512;

[[noreturn]] void refuse_open(const fs::path& path) {
    throw open_error(path.string() + ": another program has the store open",
                     "stop the service, and other programs that read the file, first");
}

[[noreturn]] void refuse(const fs::path& path, const char* what, int error) {
    throw open_error(path.string() + ": " + what + ": " + std::generic_category().message(error), make_room);
}

fs::path with(const fs::path& path, const char* suffix) {
    return path.string() + suffix;
}

bool is_same(const fs::path& a, const fs::path& b) {
    struct stat one {};
    struct stat other {};
    return ::lstat(a.c_str(), &one) == 0 && ::lstat(b.c_str(), &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

/// `20261124T041500Z`
std::string stamp(unix_time now) {
    auto text = rfc3339(std::chrono::floor<std::chrono::seconds>(now)).substr(0, 19) + "Z";
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

}  // namespace

old_store::old_store(const fs::path& path) : path_(path) {
    std::error_code unknown;
    exists_ = fs::file_size(path, unknown) > 0 && !unknown;
    if (!exists_) return;
    forget_half_done();
    try {
        database_.emplace(path, access::alone);
        fold_log(*database_);
        database_->run("BEGIN EXCLUSIVE");
    } catch (const failure& broken) {
        const int code = broken.code() & 0xFF;
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED) refuse_open(path);
        if (code != SQLITE_CORRUPT && code != SQLITE_NOTADB) throw;
        lock_damaged();
    }
}

void old_store::lock_damaged() {
    database_.reset();  // closing any descriptor of the file drops all locks of this process
    damaged_ = descriptor(::open(path_.c_str(), O_RDWR | O_CLOEXEC));
    struct flock all {};
    all.l_type = F_WRLCK;
    all.l_whence = SEEK_SET;
    all.l_start = first_lock;
    all.l_len = lock_count;
    if (!damaged_ || ::fcntl(damaged_.get(), F_SETLK, &all) != 0) refuse_open(path_);
}

/// A restore that was killed between the two names: the store goes on under its first one.
void old_store::forget_half_done() const {
    const auto prefix = path_.filename().string() + ".replaced-";
    for (const auto& entry : fs::directory_iterator(path_.parent_path()))
        if (entry.path().filename().string().starts_with(prefix) && is_same(entry.path(), path_))
            ::unlink(entry.path().c_str());
}

std::optional<fs::path> old_store::set_aside(unix_time now) {
    const auto base = path_.string() + ".replaced-" + stamp(now);
    fs::path aside = base;
    for (int more = 2; exists_ && ::link(path_.c_str(), aside.c_str()) != 0; ++more) {
        if (errno != EEXIST) refuse(path_, "cannot be given a second name", errno);
        aside = base + "-" + std::to_string(more);
    }
    if (database_)
        ::unlink(with(path_, "-journal").c_str());  // ours, and empty: SQLite keeps it while we are alone
    // Left by a store that is damaged, or gone: SQLite would play them into the new one.
    for (const char* suffix : {"-wal", "-journal"})
        if (::rename(with(path_, suffix).c_str(), with(aside, suffix).c_str()) != 0 && errno != ENOENT)
            refuse(with(path_, suffix), "cannot be moved aside", errno);
    ::unlink(with(path_, "-shm").c_str());
    sync_directory(path_.parent_path());
    return exists_ ? std::optional(aside) : std::nullopt;
}

}  // namespace latchkey::storage::sqlite
