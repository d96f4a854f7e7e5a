#include "oauth/grants/refresh_token.hpp"

#include "base/log.hpp"
#include "oauth/scope.hpp"

namespace latchkey::oauth {

refresh_token_grant::refresh_token_grant(sessions::session_store& sessions,
                                         const sessions::refresh_token_codec& codec,
                                         const tokens::token_service& tokens, client_authentication clients,
                                         audit::recorder& recorder)
    : sessions_(sessions), codec_(codec), tokens_(tokens), clients_(clients), audit_(recorder) {}

task<result<token_response>> refresh_token_grant::operator()(token_request request, client from,
                                                             request_context context) {
    if (request.refresh_token.empty()) co_return errc::missing_refresh_token;
    if (!from.may_use(grant_type())) co_return errc::unauthorized_client;
    const auto asked = parse_scope(request.scope);
    if (!asked) co_return asked.error();
    const auto presented = codec_.decode(request.refresh_token.view());
    if (!presented) co_return errc::invalid_refresh_token;

    const auto refreshed = co_await refresh(*presented, from);
    if (!refreshed && refreshed.error() == errc::refresh_token_reused) {
        audit::event reused("refresh_token_reused", context.by(from));
        reused.add("session", presented->session.value.text());
        if (const auto kept = co_await audit_.record(std::move(reused)); !kept) co_return kept.error();
    }
    if (!refreshed) co_return refreshed.error();
    co_return answer(*refreshed, *asked, from, context.ids);
}

/// One transaction for a client that says who it is, and for a session that belongs to none. When a nameless
/// request is refused, it may be that the session belongs to a public client, which need not name itself:
/// then that client is put in `from`. A refusal of this kind has changed nothing, so the second attempt is
/// the first that counts.
task<result<sessions::refreshed>> refresh_token_grant::refresh(sessions::refresh_token presented,
                                                               client& from) const {
    auto first = co_await sessions_.refresh(presented.session, presented.counter, from.id);
    const bool settled = first || first.error() != errc::invalid_refresh_token || !from.id.empty();
    if (settled) co_return first;

    auto owner = co_await client_of(presented.session);
    if (!owner) co_return owner.error();
    if (!owner->may_use(grant_type())) co_return errc::unauthorized_client;
    from = std::move(*owner);
    co_return co_await sessions_.refresh(presented.session, presented.counter, from.id);
}

/// errc::invalid_refresh_token when there is no such session any more, or it belongs to no client.
task<result<client>> refresh_token_grant::client_of(sessions::session_id id) const {
    const auto session = co_await sessions_.find(id);
    if (!session && session.error() != errc::not_found) co_return session.error();
    if (!session || session->client_id.empty()) co_return errc::invalid_refresh_token;
    co_return co_await clients_.public_client(session->client_id);
}

result<token_response> refresh_token_grant::answer(const sessions::refreshed& refreshed,
                                                   const scope_set& asked, const client& from,
                                                   const request_ids& ids) const {
    const auto& session = refreshed.session;
    const auto of_session = parse_scope(session.scope);
    if (!of_session) return errc::internal;
    // The rotation is spent by now. Nothing is lost: the same request with a scope that fits, inside the
    // reuse window, gets this same successor.
    if (!is_within(asked, *of_session)) return errc::invalid_scope;
    // What was taken away from user or client since the login is gone without an error: the client cannot
    // know.
    const auto granted = intersect(asked.empty() ? *of_session : asked, from.limit(refreshed.user.scopes));

    const std::string scope = join_scope(granted);
    const std::string subject = refreshed.user.id.value.text();
    auto token = tokens_.issue({.subject = subject,
                                .username = refreshed.user.username,
                                .scope = scope,
                                .client_id = from.id,
                                .session = session.id.value.text(),
                                .authenticated_at = refreshed.authenticated_at,
                                .lifetime = from.access_lifetime(),
                                .audience = from.audience()});
    log::debug("token issued", {{"grant", "refresh_token"}, {"subject", subject}, {"jti", token.id}}, ids);
    return token_response{.access_token = std::move(token.text),
                          .expires_in = token.lifetime,
                          .refresh_token = codec_.encode({session.id, refreshed.successor}),
                          .scope = scope,
                          .device_mark = {}};
}

}  // namespace latchkey::oauth
