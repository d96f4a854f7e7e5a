#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "base/task.hpp"
#include "http/forwarded.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "metrics/outcome_counts.hpp"
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

    /// Answers at once what is malformed, and what there is no room for.
    std::optional<task<void>> operator()(const http::request&, http::response&) const;

    /// The requests by grant type and outcome.
    void write_metrics(metrics::exposition&) const;

private:
    /// What is learnt of a request on its way, for the error's answer and the books.
    struct course {
        std::chrono::seconds throttled{0};
        std::string_view repeated = {};  ///< parameter
        std::size_t grant;               ///< index in grants_; their number: none of them
    };
    result<token_request> read(const http::request&, course&) const;
    task<void> respond(const http::request&, http::response&, token_request, course) const;
    task<result<token_response>> grant_tokens(const http::request&, token_request, course&) const;
    void answer(const http::request&, http::response&, const course&, const result<token_response>&) const;
    void count(const course&, const result<token_response>&) const noexcept;

    std::vector<std::unique_ptr<grant>> grants_;
    std::unique_ptr<metrics::outcome_counts[]> counts_;  ///< one for each grant, and one for none of them
    const users::authenticator& logins_;
    client_authentication clients_;
    http::trusted_proxies trusted_;
};

}  // namespace latchkey::oauth
