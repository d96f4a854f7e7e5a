#pragma once

#include "oauth/grants/grant.hpp"
#include "tokens/token_service.hpp"
#include "users/authenticator.hpp"

namespace latchkey::oauth {

/// Resource owner password credentials (RFC 6749 section 4.3), for first-party frontends only (RFC 9700 section 2.4).
class password_grant final : public grant {
public:
    struct settings {
        bool enabled = true;
        bool narrow_scope = false;
    };

    password_grant(users::authenticator&, const tokens::token_service&, settings);

    std::string_view grant_type() const noexcept override { return "password"; }
    /// errc::password_grant_disabled, missing_username, missing_password, invalid_scope, and those of users::authenticator.
    task<result<token_response>> operator()(token_request, client) override;

private:
    users::authenticator& authenticator_;
    const tokens::token_service& tokens_;
    settings settings_;
};

} // namespace latchkey::oauth
