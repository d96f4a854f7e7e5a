#pragma once

#include <chrono>
#include <optional>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "sessions/refresh_token.hpp"
#include "sessions/session_store.hpp"

namespace latchkey::oauth {

/// A session that is in the store, and the refresh token that may be used first.
struct opened_session {
    sessions::session_id id;
    secret refresh_token;
};

/// Opens the session behind a login. Thread-safe.
class session_opener {
public:
    /// The references must outlive this.
    session_opener(sessions::session_store&, const sessions::refresh_token_codec&, sessions::session_settings,
                   const wall_clock&);

    /// `begun`: whose session it is, of which client and scope and from where; id, counter and times are set
    /// here. `lifetime`: instead of the configured absolute one. Errors of session_store::open().
    task<result<opened_session>> open(sessions::session begun, unix_time authenticated_at,
                                      std::optional<std::chrono::seconds> lifetime) const;

private:
    sessions::session_store& store_;
    const sessions::refresh_token_codec& codec_;
    sessions::session_settings settings_;
    const wall_clock& clock_;
};

}  // namespace latchkey::oauth
