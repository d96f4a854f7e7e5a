#include "oauth/revocation_endpoint.hpp"

#include "http/error_table.hpp"
#include "oauth/request_context.hpp"

namespace latchkey::oauth {

revocation_endpoint::revocation_endpoint(client_authentication clients, const tokens::token_service& tokens,
                                         sessions::session_store& sessions,
                                         const sessions::refresh_token_codec& codec,
                                         http::trusted_proxies trusted, audit::recorder& recorder)
    : clients_(clients),
      tokens_(tokens),
      sessions_(sessions),
      codec_(codec),
      trusted_(std::move(trusted)),
      audit_(recorder) {}

task<void> revocation_endpoint::operator()(const http::request& request, http::response& response) const {
    std::string_view repeated;
    const auto done = co_await respond(request, repeated);
    if (!done) {
        const bool of_another = done.error() == errc::unauthorized_client;
        co_return http::write_error(
            response, done.error(),
            {.description =
                 of_another ? std::string_view("The token was issued to another client") : std::string_view{},
             .parameter = repeated});
    }
    response.no_store();
    response.body("application/json").append("{}");
}

task<result<void>> revocation_endpoint::respond(const http::request& request,
                                                std::string_view& repeated) const {
    const auto query = read_token_query(request, repeated);
    if (!query) co_return query.error();
    const form_credentials credentials{query->client_id, query->client_secret};
    const auto from = co_await clients_(request, credentials, client_name::optional);
    if (!from) co_return from.error();
    if (query->token.empty()) co_return errc::missing_token;
    const auto session = session_of(query->token);
    if (!session) co_return result<void>();
    co_return co_await end(*session, *from, request);
}

/// An old refresh token or an expired access token ends its session, too: revoking errs on the safe side.
std::optional<sessions::session_id> revocation_endpoint::session_of(std::string_view token) const {
    if (const auto refresh = codec_.decode(token)) return refresh->session;
    tokens::signed_token access;
    if (!tokens_.read(token, access)) return std::nullopt;
    const auto id = crypto::uuid::parse(access.claims().session);
    return id ? std::optional(sessions::session_id{*id}) : std::nullopt;
}

/// errc::unauthorized_client when the session belongs to another client (RFC 7009 section 2.1).
task<result<void>> revocation_endpoint::end(sessions::session_id id, const client& asked_by,
                                            const http::request& request) const {
    if (!asked_by.id.empty()) {
        const auto session = co_await sessions_.find(id);
        if (!session && session.error() != errc::not_found) co_return session.error();
        if (session && !session->client_id.empty() && session->client_id != asked_by.id)
            co_return errc::unauthorized_client;
    }
    const auto ended = co_await sessions_.end(id, std::nullopt);
    if (!ended && ended.error() == errc::not_found) co_return result<void>();
    if (!ended) co_return ended.error();
    const auto context = describe_origin(request, trusted_);
    audit::event revoked("token_revoked", context.by(asked_by));
    revoked.add("session", id.value.text());
    co_return co_await audit_.record(std::move(revoked));
}

}  // namespace latchkey::oauth
