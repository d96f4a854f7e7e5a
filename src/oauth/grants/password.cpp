#include "oauth/grants/password.hpp"

#include "base/log.hpp"
#include "oauth/scope.hpp"

namespace latchkey::oauth {

password_grant::password_grant(users::authenticator& a, const tokens::token_service& t, settings s)
    : authenticator_(a), tokens_(t), settings_(s) {}

task<result<token_response>> password_grant::operator()(token_request request, client from) {
    if (!settings_.enabled) co_return errc::password_grant_disabled;
    if (request.username.empty()) co_return errc::missing_username;
    if (request.password.empty()) co_return errc::missing_password;
    const auto asked = parse_scope(request.scope);
    if (!asked) co_return asked.error();

    const auto login = co_await authenticator_.authenticate(request.username, std::move(request.password));
    if (!login) co_return login.error();

    // After the password: whoever does not know it must not learn which scopes an account may have.
    const auto granted = grant_scope(*asked, login->user.scopes, settings_.narrow_scope);
    if (!granted) co_return granted.error();

    const std::string scope = join_scope(*granted);
    const std::string subject = login->user.id.value.text();
    auto token = tokens_.issue({.subject = subject,
                                .username = login->user.username,
                                .scope = scope,
                                .client_id = from.id,
                                .session = {},
                                .authenticated_at = login->authenticated_at,
                                .lifetime = {},
                                .audience = {}});
    log::debug("token issued", {{"grant", "password"}, {"subject", subject}, {"jti", token.id}});
    co_return token_response{
        .access_token = std::move(token.text), .expires_in = token.lifetime, .refresh_token = {}, .scope = scope};
}

} // namespace latchkey::oauth
