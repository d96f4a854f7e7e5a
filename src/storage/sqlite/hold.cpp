#include "storage/sqlite/hold.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>

#include "storage/store.hpp"

namespace latchkey::storage::sqlite {
namespace {

/// The open directory, and whether somebody else has a lock that bars ours.
struct attempt {
    descriptor directory;
    bool barred = false;
};

attempt lock(const std::filesystem::path& store, int how) {
    attempt made{descriptor(::open(store.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))};
    if (made.directory)
        made.barred = ::flock(made.directory.get(), how | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    return made;
}

}  // namespace

hold hold::shared(const std::filesystem::path& store) {
    auto made = lock(store, LOCK_SH);
    if (made.barred)
        throw open_error(store.string() + ": a backup is being put in its place",
                         "wait until `latchkey restore` has ended");
    return hold(std::move(made.directory));
}

hold hold::alone(const std::filesystem::path& store) {
    auto made = lock(store, LOCK_EX);
    if (made.barred)
        throw open_error(store.string() + ": the store is in use",
                         "stop the service and other latchkey commands first: systemctl stop latchkey.socket "
                         "latchkey-management.socket latchkey, or docker stop latchkey");
    return hold(std::move(made.directory));
}

}  // namespace latchkey::storage::sqlite
