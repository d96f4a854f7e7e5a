#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "storage/backup.hpp"
#include "tokens/signing_key.hpp"

namespace latchkey::storage {

/// What can be told of a store by looking at it.
struct inspection {
    /// Of a signing key, without its secret part.
    struct key {
        std::string kid;
        std::string algorithm;
        unix_time not_before;
        std::optional<unix_time> retired_at;
    };

    std::filesystem::path file;
    bool exists = false;
    std::string unreadable;           ///< why it cannot be read; empty: it can
    bool is_store = false;            ///< it has Latchkey's mark
    std::string damage;               ///< what the check found; empty: nothing
    contents holds;                   ///< zeros unless it is a store
    std::int64_t known_version = 0;   ///< the schema version of this program
    std::uint64_t log_bytes = 0;      ///< of the write-ahead log
    bool log_unread = false;          ///< the log was left out: no -shm lies beside it, and none was made
    std::uint64_t lost_keys = 0;      ///< sealed, and not with the master key given
    std::optional<unix_time> latest;  ///< the latest moment that the store speaks of as past
    std::vector<key> keys;
    std::vector<std::filesystem::path> leftovers;  ///< replaced stores, and what killed commands have left
};

/// Looks at a store and changes nothing: makes no file, waits for nobody, holds nobody up. A service may run.
/// Checks every page, which takes a second for some hundred megabytes.
inspection inspect(const std::string& url, const std::optional<crypto::master_key>&);

}  // namespace latchkey::storage
