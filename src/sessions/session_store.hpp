#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/errc.hpp"
#include "base/task.hpp"
#include "sessions/session.hpp"
#include "sessions/session_metrics.hpp"
#include "sessions/session_rules.hpp"
#include "users/user.hpp"

namespace latchkey::sessions {

/// A refresh that succeeded: everything the answer is made of, as of one moment inside the transaction.
struct refreshed {
    sessions::session session;
    users::user user;              ///< as it is now, so that scopes taken away stay away
    std::uint32_t successor = 0;   ///< counter of the refresh token to answer with
    unix_time authenticated_at{};  ///< stamped inside the transaction (tokens::access_token_request)
};

/// Port: where sessions are kept. tests/conformance/ states what every implementation does.
///
/// Asynchronous, linearisable, thread-safe; what a call acknowledged is durable. Every call may answer
/// errc::store_unavailable. Ending a session deletes its row, notes it in the revocations table in the same
/// transaction (for longer than any access token lives), and tokens::revocations has it before the call
/// returns. Disabling or deleting a user and setting a password (users::user_store) end the user's sessions
/// in their own transaction. Rows of sessions that have expired are deleted by and by, as others are written:
/// the table does not grow without bound.
class session_store {
public:
    virtual ~session_store() = default;

    /// Opens a session for a login whose account was read at `authenticated_at`. errc::invalid_credentials
    /// when the account has been disabled, deleted or given another password since: decided inside the
    /// transaction.
    virtual task<result<void>> open(session, unix_time authenticated_at) = 0;

    /// sessions::refresh() inside one transaction, with the store's clock. errc::invalid_refresh_token when
    /// there is no such session, its client_id is not `client_id` (a session without one fits every client),
    /// its user is disabled, or the outcome is expired (which deletes it) or foreign.
    /// errc::refresh_token_reused when it is replayed (which ends the session).
    virtual task<result<refreshed>> refresh(session_id, std::uint32_t presented, std::string client_id) = 0;

    /// errc::not_found.
    virtual task<result<session>> find(session_id) = 0;
    /// The sessions of a user that are not expired, newest first, at most `limit`.
    virtual task<result<std::vector<session>>> list(users::user_id, std::size_t limit) = 0;
    /// errc::not_found when there is none, or `owner` is given and it is another's.
    virtual task<result<void>> end(session_id, std::optional<users::user_id> owner) = 0;
    /// Ends all sessions of a user but `keep`; how many.
    virtual task<result<std::uint64_t>> end_all(users::user_id, std::optional<session_id> keep) = 0;
    /// How many there are, those included that have expired and not been deleted yet. Reads an index from end
    /// to end: some 10 ms for a million. Kept in metrics().
    virtual task<result<std::uint64_t>> count() = 0;

    const session_metrics& metrics() const noexcept { return metrics_; }

protected:
    session_metrics metrics_;
};

}  // namespace latchkey::sessions
