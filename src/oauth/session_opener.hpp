#pragma once

#include <chrono>
#include <optional>
#include <string_view>

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

    /// `begun`: its id, whose session it is, of which client and scope and from where; the times are set
    /// here. `lifetime`: instead of the configured absolute one. Errors of session_store::open().
    task<result<opened_session>> open(sessions::session begun, unix_time authenticated_at,
                                      std::optional<std::chrono::seconds> lifetime) const;

    /// The session that a refresh token belongs to, which may be over; nothing for what is none of ours.
    std::optional<sessions::session_id> session_of(std::string_view refresh_token) const noexcept;

private:
    sessions::session_store& store_;
    const sessions::refresh_token_codec& codec_;
    sessions::session_settings settings_;
    const wall_clock& clock_;
};

}  // namespace latchkey::oauth
