#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "base/clock.hpp"
#include "clients/client_store.hpp"
#include "crypto/sealed_box.hpp"
#include "sessions/session_store.hpp"
#include "storage/lane_metrics.hpp"
#include "tokens/key_store.hpp"
#include "tokens/revocations.hpp"
#include "users/user_store.hpp"

namespace latchkey::storage {

/// One opened store: the implementations of every port, and their lanes.
class store {
public:
    virtual ~store() = default;
    virtual users::user_store& users() = 0;
    virtual sessions::session_store& sessions() = 0;
    virtual clients::client_store& clients() = 0;
    virtual tokens::key_store& keys() = 0;
    /// A number that changes whenever anybody, in any process, has committed a change. Cheap; app polls it.
    virtual task<result<std::uint64_t>> change_counter() = 0;
    /// Applies what other processes have ended to the revocations given to open().
    virtual task<result<void>> refresh_revocations() = 0;
    /// Answers what waits, then closes. Idempotent.
    virtual void stop() = 0;
    virtual const lane_metrics& writes() const noexcept = 0;
    virtual const lane_metrics& reads() const noexcept = 0;
};

struct open_options {
    std::string url;                               ///< `sqlite:/path/latchkey.db`
    std::optional<crypto::master_key> master_key;  ///< seals signing keys
    bool create = true;                            ///< make the data base when there is none
    tokens::revocations& revocations;              ///< kept up to date; must outlive the store
    const wall_clock& clock;                       ///< must outlive the store
    /// How long an ended account is remembered at least: the longest lifetime of an access token.
    std::chrono::milliseconds revocations_kept = std::chrono::hours{24};
    sessions::session_settings sessions;
};

/// Opens, creates and migrates. Throws storage::open_error.
std::unique_ptr<store> open(open_options);

/// For an operator: what() says where and why, remedy() what to do next.
class open_error : public std::runtime_error {
public:
    open_error(const std::string& where_and_why, std::string remedy)
        : std::runtime_error(where_and_why), remedy_(std::move(remedy)) {}
    const std::string& remedy() const noexcept { return remedy_; }

private:
    std::string remedy_;
};

/// The file of a `sqlite:PATH`, absolute. Throws open_error for any other URL.
std::filesystem::path file_of(const std::string& url);

}  // namespace latchkey::storage
