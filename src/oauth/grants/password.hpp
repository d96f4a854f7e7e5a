#pragma once

#include "oauth/grants/grant.hpp"
#include "oauth/session_opener.hpp"
#include "tokens/token_service.hpp"
#include "users/authenticator.hpp"

namespace latchkey::oauth {

/// Resource owner password credentials (RFC 6749 section 4.3), for first-party frontends only (RFC 9700
/// section 2.4).
class password_grant final : public grant {
public:
    struct settings {
        bool enabled = true;
        bool narrow_scope = false;
    };

    /// The references must outlive the grant. `sessions`: opens a session for each login and makes its
    /// refresh token; null: logins have neither.
    password_grant(users::authenticator&, const tokens::token_service&, settings,
                   const session_opener* sessions = nullptr, audit::recorder& = audit::unrecorded());

    std::string_view grant_type() const noexcept override { return "password"; }
    /// A first-party frontend names no client, and goes on working when the first client is registered.
    client_name naming() const noexcept override { return client_name::optional; }
    bool refuses_now(const token_request&) const override;
    /// errc::password_grant_disabled, unauthorized_client, missing_username, missing_password, invalid_scope;
    /// those of users::authenticator and session_store::open().
    task<result<token_response>> operator()(token_request, client, request_context) override;

private:
    std::optional<crypto::uuid> held_session(const token_request&) const noexcept;
    task<result<opened_session>> open_session(const users::authenticated_user&, const std::string& scope,
                                              const client&, const request_context&) const;

    users::authenticator& authenticator_;
    const tokens::token_service& tokens_;
    settings settings_;
    const session_opener* sessions_;
    audit::recorder& audit_;
};

}  // namespace latchkey::oauth
