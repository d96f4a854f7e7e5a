#include "oauth/grants/password.hpp"

#include "base/log.hpp"
#include "oauth/scope.hpp"

namespace latchkey::oauth {

namespace {

/// For people; frontends go by the member being there.
constexpr std::string_view common_password_warning =
    "This password is easy to guess. Please choose another one.";

/// What the audit log hears of a login whose password was right.
audit::event describe(std::string_view what, const audit::origin& by, const users::user& account) {
    audit::event e(what, by);
    e.add("account", account.id.value.text()).add("account_name", account.username);
    return e;
}

}  // namespace

password_grant::password_grant(users::authenticator& a, const tokens::token_service& t, settings s,
                               const session_opener* sessions, audit::recorder& recorder)
    : authenticator_(a), tokens_(t), settings_(s), sessions_(sessions), audit_(recorder) {}

/// What is wrong in itself is not a matter of room.
bool password_grant::refuses_now(const token_request& request) const {
    return settings_.enabled && !request.username.empty() && !request.password.empty() &&
           authenticator_.refuses_now();
}

task<result<token_response>> password_grant::operator()(token_request request, client from,
                                                        request_context context) {
    if (!settings_.enabled) co_return errc::password_grant_disabled;
    if (!from.may_use(grant_type())) co_return errc::unauthorized_client;
    if (request.username.empty()) co_return errc::missing_username;
    if (request.password.empty()) co_return errc::missing_password;
    const auto asked = parse_scope(request.scope);
    if (!asked) co_return asked.error();

    const auto by = context.by(from);
    const users::login_origin origin{.by = by,
                                     .device_mark = context.device_mark,
                                     .held_session = held_session(request),
                                     .retry_after = context.retry_after};
    const auto login =
        co_await authenticator_.authenticate(request.username, std::move(request.password), origin);
    if (!login) co_return login.error();

    // After the password: whoever does not know it must not learn which scopes an account may have.
    const auto granted = grant_scope(*asked, from.limit(login->user.scopes), settings_.narrow_scope);
    if (!granted) {
        auto refused = describe("login_failed", by, login->user);
        refused.add("reason", "scope_not_allowed");
        const auto kept = co_await audit_.record(std::move(refused));
        co_return kept ? granted.error() : kept.error();
    }

    const std::string scope = join_scope(*granted);
    std::string session;
    secret refresh_token;
    if (sessions_ != nullptr) {
        auto opened = co_await open_session(*login, scope, from, context);
        if (!opened) co_return opened.error();
        session = opened->id.value.text();
        if (from.may_use("refresh_token")) refresh_token = std::move(opened->refresh_token);
    }

    auto succeeded = describe("login_succeeded", by, login->user);
    succeeded.add("session", session).add("scope", scope);
    if (const auto kept = co_await audit_.record(std::move(succeeded)); !kept) co_return kept.error();

    const std::string subject = login->user.id.value.text();
    auto token = tokens_.issue({.subject = subject,
                                .username = login->user.username,
                                .scope = scope,
                                .client_id = from.id,
                                .session = session,
                                .authenticated_at = login->authenticated_at,
                                .lifetime = from.access_lifetime(),
                                .audience = from.audience()});
    log::debug("token issued", {{"grant", "password"}, {"subject", subject}, {"jti", token.id}}, context.ids);
    co_return token_response{
        .access_token = std::move(token.text),
        .expires_in = token.lifetime,
        .refresh_token = std::move(refresh_token),
        .scope = scope,
        .device_mark = login->device_mark,
        .password_warning = login->password_too_common ? common_password_warning : std::string_view()};
}

/// The refresh token of a login before, that a client which keeps no cookies sends along. It opens nothing
/// and is not used up.
std::optional<crypto::uuid> password_grant::held_session(const token_request& request) const noexcept {
    const auto held =
        sessions_ != nullptr ? sessions_->session_of(request.refresh_token.view()) : std::nullopt;
    return held ? std::optional(held->value) : std::nullopt;
}

/// A session that its client may not refresh is over when its access token is.
task<result<opened_session>> password_grant::open_session(const users::authenticated_user& login,
                                                          const std::string& scope, const client& from,
                                                          const request_context& context) const {
    sessions::session begun;
    begun.id = {login.session_id};
    begun.user = login.user.id;
    begun.client_id = from.id;
    begun.scope = scope;
    begun.user_agent = context.user_agent;
    begun.address = context.address;
    std::optional<std::chrono::seconds> lifetime;
    if (!from.may_use("refresh_token")) {
        const auto of_client = from.access_lifetime();
        lifetime = of_client.count() != 0 ? of_client : tokens_.settings().access_lifetime;
    }
    co_return co_await sessions_->open(std::move(begun), login.authenticated_at, lifetime);
}

}  // namespace latchkey::oauth
