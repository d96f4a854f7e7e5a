#pragma once

#include <memory>
#include <vector>

#include "base/task.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "oauth/grants/grant.hpp"
#include "users/authenticator.hpp"

namespace latchkey::oauth {

/// POST /token (RFC 6749 section 3.2): form in, JSON out.
class token_endpoint {
public:
    /// `logins`: says how long a refused login should wait.
    token_endpoint(std::vector<std::unique_ptr<grant>> grants, const users::authenticator& logins);

    task<void> operator()(const http::request&, http::response&) const;

private:
    task<result<token_response>> respond(const http::request&) const;

    std::vector<std::unique_ptr<grant>> grants_;
    const users::authenticator& logins_;
};

} // namespace latchkey::oauth
