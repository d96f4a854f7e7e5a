#pragma once

#include "accounts/event_log.hpp"
#include "base/task.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "sessions/session_store.hpp"
#include "tokens/claims.hpp"

namespace latchkey::accounts {

/// The caller's own sessions.
class sessions_endpoint {
public:
    /// Both must outlive this.
    sessions_endpoint(sessions::session_store&, const event_log&);

    /// GET /sessions:
    /// `{"items":[{"id","client_id"?,"scope"?,"created_at","last_used_at","expires_at","user_agent"?,
    /// "address"?,"current"}]}`, newest first, at most 200.
    task<void> list(const http::request&, const tokens::claims&, http::response&) const;
    /// DELETE /sessions/{id}: 204; errc::not_found also for another's.
    task<void> remove(const http::request&, const tokens::claims&, http::response&) const;
    /// POST /logout?scope=local|others|global: ends this session (the default), all others, or all; 204.
    task<void> log_out(const http::request&, const tokens::claims&, http::response&) const;

private:
    sessions::session_store& store_;
    const event_log& events_;
};

}  // namespace latchkey::accounts
