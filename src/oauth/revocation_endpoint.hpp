#pragma once

#include "audit/recorder.hpp"
#include "base/task.hpp"
#include "http/forwarded.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/token_query.hpp"
#include "sessions/refresh_token.hpp"
#include "sessions/session_store.hpp"
#include "tokens/token_service.hpp"

namespace latchkey::oauth {

/// POST /revoke (RFC 7009): ends the session behind a refresh token or an access token, and with it every
/// token of that session. 200 and `{}` also for a token that is unknown, dead, or has no session.
///
/// Whoever holds a token may have it ended, so a request need not name a client; one that does must prove it,
/// and ends no session of another client.
class revocation_endpoint {
public:
    /// The references must outlive the endpoint.
    revocation_endpoint(client_authentication, const tokens::token_service&, sessions::session_store&,
                        const sessions::refresh_token_codec&, http::trusted_proxies = {},
                        audit::recorder& = audit::unrecorded());

    task<void> operator()(const http::request&, http::response&) const;

private:
    task<result<void>> respond(const http::request&, std::string_view& repeated) const;
    std::optional<sessions::session_id> session_of(std::string_view token) const;
    task<result<void>> end(sessions::session_id, const client& asked_by, const http::request&) const;

    client_authentication clients_;
    const tokens::token_service& tokens_;
    sessions::session_store& sessions_;
    const sessions::refresh_token_codec& codec_;
    http::trusted_proxies trusted_;
    audit::recorder& audit_;
};

}  // namespace latchkey::oauth
