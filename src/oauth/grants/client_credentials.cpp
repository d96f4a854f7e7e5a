#include "oauth/grants/client_credentials.hpp"

#include "base/log.hpp"
#include "crypto/uuid.hpp"
#include "oauth/scope.hpp"

namespace latchkey::oauth {
namespace {

/// The token's subject is the client's id. One that reads like a user's id would be taken for that user by
/// whoever looks at the subject alone (RFC 9068 section 5).
bool may_have_tokens(const clients::client& registered) {
    return registered.type == clients::client_type::confidential &&
           !crypto::uuid::parse(registered.client_id);
}

}  // namespace

client_credentials_grant::client_credentials_grant(const tokens::token_service& t, const wall_clock& c,
                                                   settings s, audit::recorder& recorder)
    : tokens_(t), clock_(c), settings_(s), audit_(recorder) {}

task<result<token_response>> client_credentials_grant::operator()(token_request request, client from,
                                                                  request_context context) {
    if (!from.registration) co_return errc::invalid_client;
    if (!may_have_tokens(*from.registration) || !from.may_use(grant_type()))
        co_return errc::unauthorized_client;
    const auto asked = parse_scope(request.scope);
    if (!asked) co_return asked.error();
    const auto granted = grant_scope(*asked, from.registration->scopes, settings_.narrow_scope);
    if (!granted) co_return granted.error();

    const std::string scope = join_scope(*granted);
    audit::event issued("client_token_issued", context.by(from));
    issued.add("scope", scope);
    if (const auto kept = co_await audit_.record(std::move(issued)); !kept) co_return kept.error();

    auto token = tokens_.issue({.subject = from.id,
                                .username = {},
                                .scope = scope,
                                .client_id = from.id,
                                .session = {},
                                .authenticated_at = clock_.now(),
                                .lifetime = from.access_lifetime(),
                                .audience = from.audience()});
    log::debug("token issued", {{"grant", "client_credentials"}, {"subject", from.id}, {"jti", token.id}},
               context.ids);
    co_return token_response{.access_token = std::move(token.text),
                             .expires_in = token.lifetime,
                             .refresh_token = {},
                             .scope = scope,
                             .device_mark = {}};
}

}  // namespace latchkey::oauth
