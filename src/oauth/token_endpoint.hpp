#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "base/task.hpp"
#include "http/forwarded.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/grants/grant.hpp"
#include "users/authenticator.hpp"

namespace latchkey::oauth {

/// POST /token (RFC 6749 section 3.2): form in, JSON out.
class token_endpoint {
public:
    /// `logins`: says how long a refused login should wait. `clients`: without one, no client is registered.
    /// `trusted`: the proxies that are believed about a client's address.
    token_endpoint(std::vector<std::unique_ptr<grant>> grants, const users::authenticator& logins,
                   client_authentication clients = {}, http::trusted_proxies trusted = {});

    task<void> operator()(const http::request&, http::response&) const;

private:
    task<result<token_response>> respond(const http::request&, std::chrono::seconds& throttled) const;

    std::vector<std::unique_ptr<grant>> grants_;
    const users::authenticator& logins_;
    client_authentication clients_;
    http::trusted_proxies trusted_;
};

}  // namespace latchkey::oauth
