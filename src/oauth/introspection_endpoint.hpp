#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "metrics/exposition.hpp"
#include "metrics/sharded.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/token_query.hpp"
#include "sessions/refresh_token.hpp"
#include "sessions/session_store.hpp"
#include "tokens/token_service.hpp"

namespace latchkey::oauth {

/// POST /introspect (RFC 7662): what a token is worth. A live access token answers with its claims, whatever
/// audience it is for; a live refresh token with its session's; everything else with `{"active":false}` and
/// nothing that says why.
///
/// The caller is a registered confidential client, or carries an access token with the scope `introspect`:
/// otherwise anybody could try tokens here unseen.
class introspection_endpoint {
public:
    /// What is asked about a token; all must outlive the endpoint.
    struct sources {
        const tokens::token_service& tokens;
        sessions::session_store& sessions;
        const sessions::refresh_token_codec& refresh_tokens;
        sessions::session_settings session_settings;
        const wall_clock& clock;
    };

    introspection_endpoint(client_authentication, sources);

    /// Answers at once, or returns the task that will: when the store must say who asks, or what a refresh
    /// token is worth.
    std::optional<task<void>> operator()(const http::request&, http::response&) const;

    /// The tokens that were asked about, by whether they were good for something.
    void write_metrics(metrics::exposition&) const;

private:
    using verdict_counts = metrics::sharded_counters<2>;  ///< by `active`

    std::optional<result<void>> admit_at_once(const http::request&, const token_query&) const;
    task<result<void>> admit_client(const http::request&, const token_query&) const;
    result<void> admit_bearer(std::string_view token) const;
    task<void> respond(const http::request&, token_query, http::response&) const;
    std::optional<task<void>> answer(result<void> admitted, const token_query&, http::response&) const;
    void describe(std::string_view access_token, http::response&) const;
    task<void> describe(sessions::refresh_token, http::response&) const;

    client_authentication clients_;
    sources from_;
    std::unique_ptr<verdict_counts> verdicts_ = std::make_unique<verdict_counts>();
};

}  // namespace latchkey::oauth
