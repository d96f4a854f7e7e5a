#pragma once

#include <string>
#include <string_view>

#include "base/errc.hpp"
#include "crypto/secret.hpp"
#include "http/form.hpp"

namespace latchkey::oauth {

/// The parameters of a token request (RFC 6749 sections 4.3.2, 4.4.2 and 6), decoded once. An absent
/// parameter and an empty one are the same: empty.
struct token_request {
    std::string grant_type;
    std::string username;
    secret password;
    std::string scope;
    std::string client_id;
    secret client_secret;
    secret refresh_token;
};

/// errc::repeated_parameter when one of these is sent twice, and its name in `repeated` (a literal); unknown
/// ones are ignored. A missing grant_type means `password` when username or password is there (FastAPI's
/// OAuth2PasswordRequestForm); errc::missing_grant_type otherwise.
result<token_request> read_token_request(const http::form&, std::string_view& repeated);

}  // namespace latchkey::oauth
