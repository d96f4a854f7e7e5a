#pragma once

#include "base/clock.hpp"
#include "oauth/grants/grant.hpp"
#include "tokens/token_service.hpp"

namespace latchkey::oauth {

/// Client credentials (RFC 6749 section 4.4): a confidential client asks for itself. No user, no session, no
/// refresh token.
class client_credentials_grant final : public grant {
public:
    struct settings {
        bool narrow_scope = false;
    };

    /// The references must outlive the grant.
    client_credentials_grant(const tokens::token_service&, const wall_clock&, settings,
                             audit::recorder& = audit::unrecorded());

    std::string_view grant_type() const noexcept override { return "client_credentials"; }
    /// errc::invalid_client without a registered client; unauthorized_client for a public one, or one that
    /// may not use this grant; invalid_scope.
    task<result<token_response>> operator()(token_request, client, request_context) override;

private:
    const tokens::token_service& tokens_;
    const wall_clock& clock_;
    settings settings_;
    audit::recorder& audit_;
};

}  // namespace latchkey::oauth
