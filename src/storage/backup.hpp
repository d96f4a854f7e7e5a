#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "crypto/sealed_box.hpp"
#include "storage/store.hpp"

/// Copies of a whole store, and the way back. Unlike storage::open these need no lanes: one command, one
/// thread. What cannot be done throws open_error with a text for the operator.
namespace latchkey::storage {

/// How far a long step is: `done` of `total`, both zero when that is not known. Answers false to give up,
/// upon which the step throws `given_up`. Called some times a second at least.
using progress = std::function<bool(const char* doing, std::uint64_t done, std::uint64_t total)>;

struct given_up : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What a store holds, without anything secret.
struct contents {
    std::int64_t schema_version = 0;
    std::uint64_t bytes = 0;
    std::uint64_t users = 0;
    std::uint64_t open_keys = 0;  ///< keys that are not sealed: whoever reads them can sign tokens
    std::uint64_t sealed_keys = 0;
};

/// Copies one state of the store, the latest, into `into`, an empty file of the caller's, and checks the
/// copy. A service may run meanwhile and write; it does not wait. The store is not migrated: a backup can be
/// made before an upgrade. The copy is one file (no -wal) and not yet synced.
contents back_up(const std::string& url, const std::filesystem::path& into, const progress&);

struct restoration {
    std::string url;
    int from = -1;                                 ///< an open file or pipe; read to its end
    std::optional<crypto::master_key> master_key;  ///< as the service has it
    /// Leaves sessions, signing keys and access tokens as they were then. Safe only when nothing has happened
    /// since, as on the way to another machine: a refresh token that was used up meanwhile becomes good
    /// again, a session that was ended and a key that leaked and was removed come back.
    bool keep_sessions = false;
    const wall_clock& clock;
};

struct restored {
    contents now;
    std::int64_t old_version = 0;                ///< of the backup's schema, before it was migrated
    std::optional<std::filesystem::path> aside;  ///< where the store lies that was replaced
    std::uint64_t ended_sessions = 0;
    std::uint64_t forgotten_keys = 0;  ///< sealed with another master key than the one given
};

/// Puts a backup in the place of the store. It is copied beside it, checked (is it a Latchkey store, whole,
/// of a version that this program knows), migrated and, unless `keep_sessions`, made safe: no session goes
/// on, no signing key and no token of before is good. Then one rename puts it in place: killed at any moment,
/// there is the old store or the new one, whole. The store that was there is kept beside it under a new name.
/// Refused while any other process has the store open.
restored restore(const restoration&, const progress&);

}  // namespace latchkey::storage
