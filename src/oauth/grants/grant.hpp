#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "audit/recorder.hpp"
#include "base/errc.hpp"
#include "base/task.hpp"
#include "crypto/secret.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/request_context.hpp"
#include "oauth/token_request.hpp"

namespace latchkey::oauth {

/// A successful token response (RFC 6749 section 5.1). An empty member is left out of the JSON.
struct token_response {
    std::string access_token;
    std::chrono::seconds expires_in{};
    secret refresh_token;
    std::string scope;
    std::string device_mark;                 ///< not in the JSON: the cookie that goes with it
    std::string_view password_warning = {};  ///< what a frontend may show its user; a literal
};

/// One value of grant_type: turns a request into tokens.
class grant {
public:
    virtual ~grant() = default;
    virtual std::string_view grant_type() const noexcept = 0;
    /// Whether the request must say which client it comes from once clients are registered.
    virtual client_name naming() const noexcept { return client_name::required; }
    /// Whether there is no room for what it would have to do (errc::overloaded). Asked before anything is
    /// looked up: in a storm nearly all are refused, and others wait behind each.
    virtual bool refuses_now(const token_request&) const { return false; }
    virtual task<result<token_response>> operator()(token_request, client, request_context) = 0;
};

}  // namespace latchkey::oauth
