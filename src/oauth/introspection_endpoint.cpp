#include "oauth/introspection_endpoint.hpp"

#include "http/bearer.hpp"
#include "http/error_table.hpp"
#include "http/json_object.hpp"

namespace latchkey::oauth {
namespace {

constexpr std::string_view introspect_scope = "introspect";

void refuse(http::response& response, errc why, std::string_view repeated = {}) {
    const bool lacks_scope = why == errc::insufficient_scope;
    http::write_error(response, why,
                      {.scope = lacks_scope ? introspect_scope : std::string_view{}, .parameter = repeated});
}

/// The body of an answer, to be filled.
std::string& begin(http::response& response) {
    response.no_store();
    return response.body("application/json");
}

void describe_nothing(http::response& response) {
    begin(response).append(R"({"active":false})");
}

/// Our claims have the names that RFC 7662 section 2.2 gives them in an answer.
void describe_claims(const tokens::signed_token& token, http::response& response) {
    auto& out = begin(response);
    out.append(R"({"active":true,"token_type":"Bearer",)");
    token.append_members(out);
    out.push_back('}');
}

/// Whether a refresh with this token would succeed now; the copy takes the step that the session does not.
bool would_refresh(sessions::session session, std::uint32_t counter, unix_time now,
                   const sessions::session_settings& settings) {
    const auto outcome = sessions::refresh(session, counter, now, settings).outcome;
    return outcome == sessions::refresh_outcome::rotated || outcome == sessions::refresh_outcome::repeated;
}

/// The earlier of absolute and idle expiry, without a sum that might overflow.
unix_time expiry_of(const sessions::session& session, const sessions::session_settings& settings) {
    const bool idles_first = settings.idle_lifetime < session.expires_at - session.last_used_at;
    return idles_first ? session.last_used_at + settings.idle_lifetime : session.expires_at;
}

}  // namespace

introspection_endpoint::introspection_endpoint(client_authentication clients, sources from)
    : clients_(clients), from_(from) {}

std::optional<task<void>> introspection_endpoint::operator()(const http::request& request,
                                                             http::response& response) const {
    std::string_view repeated;
    auto query = read_token_query(request, repeated);
    if (!query) {
        refuse(response, query.error(), repeated);
        return std::nullopt;
    }
    if (const auto admitted = admit_at_once(request, *query)) return answer(*admitted, *query, response);
    return respond(request, std::move(*query), response);
}

/// When the store must say who asks.
task<void> introspection_endpoint::respond(const http::request& request, token_query query,
                                           http::response& response) const {
    const auto admitted = co_await admit_client(request, query);
    auto rest = answer(admitted, query, response);
    if (rest) co_await std::move(*rest);
}

/// Nothing when the store must be asked.
std::optional<result<void>> introspection_endpoint::admit_at_once(const http::request& request,
                                                                  const token_query& query) const {
    const auto bearer = http::bearer_token(request);
    if (bearer && !query.client_secret.empty()) return errc::repeated_credentials;
    if (bearer) return admit_bearer(*bearer);
    if (bearer.error() != errc::not_authenticated) return bearer.error();
    if (clients_.knows(request, {query.client_id, query.client_secret})) return result<void>();
    return std::nullopt;
}

task<result<void>> introspection_endpoint::admit_client(const http::request& request,
                                                        const token_query& query) const {
    const form_credentials credentials{query.client_id, query.client_secret};
    const auto caller = co_await clients_(request, credentials, client_name::optional);
    // 401 however they were sent (RFC 7662 section 2.3).
    if (!caller)
        co_return caller.error() == errc::invalid_client ? errc::invalid_client_basic : caller.error();
    const bool proved =
        caller->registration && caller->registration->type == clients::client_type::confidential;
    if (!proved) co_return errc::invalid_client_basic;
    co_return result<void>();
}

result<void> introspection_endpoint::admit_bearer(std::string_view token) const {
    tokens::verified_token verified;
    if (const auto good = from_.tokens.verify(token, verified); !good) return good.error();
    if (!verified.claims().has_scope(introspect_scope)) return errc::insufficient_scope;
    return {};
}

std::optional<task<void>> introspection_endpoint::answer(result<void> admitted, const token_query& query,
                                                         http::response& response) const {
    if (!admitted)
        refuse(response, admitted.error());
    else if (query.token.empty())
        refuse(response, errc::missing_token);
    else if (const auto refresh = from_.refresh_tokens.decode(query.token))
        return describe(*refresh, response);
    else
        describe(query.token, response);
    return std::nullopt;
}

void introspection_endpoint::describe(std::string_view access_token, http::response& response) const {
    tokens::signed_token access;
    const bool live = from_.tokens.read(access_token, access) && from_.tokens.is_live(access);
    verdicts_->add(live);
    live ? describe_claims(access, response) : describe_nothing(response);
}

task<void> introspection_endpoint::describe(sessions::refresh_token token, http::response& response) const {
    const auto session = co_await from_.sessions.find(token.session);
    if (!session && session.error() != errc::not_found) co_return refuse(response, session.error());
    const bool live =
        session && would_refresh(*session, token.counter, from_.clock.now(), from_.session_settings);
    verdicts_->add(live);
    if (!live) co_return describe_nothing(response);
    http::json_object out(begin(response));
    out.add("active", true);
    out.add_if_any("scope", session->scope);
    out.add_if_any("client_id", session->client_id);
    out.add("exp", numeric_date(expiry_of(*session, from_.session_settings)));
    out.add("iat", numeric_date(session->last_used_at));
    out.add("sub", session->user.value.text());
    out.add("iss", from_.tokens.settings().issuer);
    out.end();
}

void introspection_endpoint::write_metrics(metrics::exposition& page) const {
    page.family("latchkey_introspections", metrics::kind::counter,
                "Tokens that were asked about, by whether they were active.");
    page.sample(verdicts_->value(0), {{"active", "false"}});
    page.sample(verdicts_->value(1), {{"active", "true"}});
}

}  // namespace latchkey::oauth
