#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
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

    task<void> operator()(const http::request&, http::response&) const;

private:
    task<result<boost::json::object>> respond(const http::request&) const;
    task<result<void>> admit(const http::request&, const token_query&) const;
    result<void> admit_bearer(std::string_view token) const;
    task<result<boost::json::object>> describe(std::string_view token) const;
    task<result<boost::json::object>> describe_refresh_token(sessions::refresh_token) const;

    client_authentication clients_;
    sources from_;
};

}  // namespace latchkey::oauth
