#pragma once

#include "oauth/grants/grant.hpp"
#include "sessions/refresh_token.hpp"
#include "sessions/session_store.hpp"
#include "tokens/token_service.hpp"

namespace latchkey::oauth {

/// Refreshing an access token (RFC 6749 section 6), with rotation (RFC 9700 section 4.14.2).
class refresh_token_grant final : public grant {
public:
    /// The references must outlive the grant. `clients`: knows the client of a session when the request names
    /// none.
    refresh_token_grant(sessions::session_store&, const sessions::refresh_token_codec&,
                        const tokens::token_service&, client_authentication clients,
                        audit::recorder& = audit::unrecorded());

    std::string_view grant_type() const noexcept override { return "refresh_token"; }
    client_name naming() const noexcept override { return client_name::optional; }
    /// errc::missing_refresh_token, unauthorized_client, invalid_scope, invalid_refresh_token,
    /// refresh_token_reused; invalid_client when the session's client has a secret and did not send it;
    /// store_unavailable, audit_unavailable.
    task<result<token_response>> operator()(token_request, client, request_context) override;

private:
    task<result<sessions::refreshed>> refresh(sessions::refresh_token, client& from) const;
    task<result<client>> client_of(sessions::session_id) const;
    result<token_response> answer(const sessions::refreshed&, const scope_set& asked, const client&,
                                  const request_ids&) const;

    sessions::session_store& sessions_;
    const sessions::refresh_token_codec& codec_;
    const tokens::token_service& tokens_;
    client_authentication clients_;
    audit::recorder& audit_;
};

}  // namespace latchkey::oauth
