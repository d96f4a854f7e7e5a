#include "oauth/introspection_endpoint.hpp"

#include <boost/json/serialize.hpp>

#include "http/bearer.hpp"
#include "http/error_table.hpp"

namespace latchkey::oauth {
namespace {

using boost::json::object;

constexpr std::string_view introspect_scope = "introspect";

object inactive() {
    return {{"active", false}};
}

void set_if_any(object& out, std::string_view member, std::string_view text) {
    if (!text.empty()) out[member] = text;
}

/// RFC 7662 section 2.2.
object describe_claims(const tokens::claims& said) {
    object out{{"active", true}};
    set_if_any(out, "scope", said.scope);
    set_if_any(out, "client_id", said.client_id);
    set_if_any(out, "username", said.username);
    out["token_type"] = "Bearer";
    out["exp"] = said.expires_at;
    out["iat"] = said.issued_at;
    out["sub"] = said.subject;
    set_if_any(out, "aud", said.audience);
    out["iss"] = said.issuer;
    out["jti"] = said.token_id;
    set_if_any(out, "sid", said.session);
    return out;
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

task<void> introspection_endpoint::operator()(const http::request& request, http::response& response) const {
    const auto answer = co_await respond(request);
    if (!answer) {
        const bool lacks_scope = answer.error() == errc::insufficient_scope;
        co_return http::write_error(response, answer.error(),
                                    {.scope = lacks_scope ? introspect_scope : std::string_view{}});
    }
    response.add_lines("Cache-Control: no-store\r\nPragma: no-cache\r\n");
    response.body("application/json").append(boost::json::serialize(*answer));
}

task<result<object>> introspection_endpoint::respond(const http::request& request) const {
    const auto query = read_token_query(request);
    if (!query) co_return query.error();
    const auto admitted = co_await admit(request, *query);
    if (!admitted) co_return admitted.error();
    if (query->token.empty()) co_return errc::missing_token;
    co_return co_await describe(query->token.view());
}

task<result<void>> introspection_endpoint::admit(const http::request& request,
                                                 const token_query& query) const {
    const auto bearer = http::bearer_token(request);
    if (bearer && !query.client_secret.empty()) co_return errc::repeated_credentials;
    if (bearer) co_return admit_bearer(*bearer);
    if (bearer.error() != errc::not_authenticated) co_return bearer.error();

    const form_credentials credentials{query.client_id, query.client_secret.view()};
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

task<result<object>> introspection_endpoint::describe(std::string_view token) const {
    if (const auto refresh = from_.refresh_tokens.decode(token))
        co_return co_await describe_refresh_token(*refresh);
    tokens::signed_token access;
    const bool live = from_.tokens.read(token, access) && from_.tokens.is_live(access);
    co_return live ? describe_claims(access.claims()) : inactive();
}

task<result<object>> introspection_endpoint::describe_refresh_token(sessions::refresh_token token) const {
    const auto session = co_await from_.sessions.find(token.session);
    if (!session && session.error() != errc::not_found) co_return session.error();
    if (!session || !would_refresh(*session, token.counter, from_.clock.now(), from_.session_settings))
        co_return inactive();
    object out{{"active", true}};
    set_if_any(out, "scope", session->scope);
    set_if_any(out, "client_id", session->client_id);
    out["exp"] = numeric_date(expiry_of(*session, from_.session_settings));
    out["iat"] = numeric_date(session->last_used_at);
    out["sub"] = session->user.value.text();
    out["iss"] = from_.tokens.settings().issuer;
    co_return out;
}

}  // namespace latchkey::oauth
