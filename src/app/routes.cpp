#include "app/routes.hpp"

#include "accounts/me.hpp"
#include "app/health.hpp"
#include "items/items.hpp"
#include "oauth/forward_auth.hpp"
#include "oauth/jwks.hpp"

namespace latchkey::app {

using http::request;
using http::response;
using http::verb;
using tokens::claims;

namespace {

/// The scope that administration needs.
constexpr std::string_view admin = "admin";
/// It leaves an audit record.
constexpr bool recorded = true;

void alive(const request&, response& r) {
    answer_alive(r);
}

/// A member function of an endpoint as a route's endpoint.
template <class Endpoint>
guarded_task guarded(const Endpoint& endpoint,
                     task<void> (Endpoint::*answer)(const request&, const claims&, response&) const) {
    return [&endpoint, answer](const request& q, const claims& c, response& r) {
        return (endpoint.*answer)(q, c, r);
    };
}

template <class Endpoint>
open_task open(const Endpoint& endpoint) {
    return [&endpoint](const request& q, response& r) { return endpoint(q, r); };
}

void append(std::vector<route>& to, std::vector<route> more) {
    for (auto& each : more)
        to.push_back(std::move(each));
}

// The one route table of each port; nothing else names a path.

std::vector<route> token_routes(const endpoints& e, bool aliases) {
    const open_endpoint metadata = [&answer = e.metadata](const request& q, response& r) { answer(q, r); };
    const open_endpoint jwks = [&tokens = e.tokens](const request& q, response& r) {
        oauth::read_jwks(tokens, q, r);
    };
    std::vector<route> routes{
        {token_path, {{verb::post, open(e.token)}}},
        {revocation_path, {{verb::post, open(e.revoke), {}, recorded}}},
        {introspection_path, {{verb::post, open(e.introspect)}}},
        {"/verify", {{verb::get, guarded_endpoint(oauth::forward_auth)}}},
        {jwks_path, {{verb::get, jwks}}},
        {metadata_path, {{verb::get, metadata}}},
        {"/.well-known/openid-configuration", {{verb::get, metadata}}},  // where many clients look first
    };
    if (!e.issuer_metadata_path.empty()) append(routes, {{e.issuer_metadata_path, {{verb::get, metadata}}}});
    if (aliases)
        append(routes, {{"/oauth/token", {{verb::post, open(e.token)}}},
                        {"/oauth/revoke", {{verb::post, open(e.revoke), {}, recorded}}},
                        {"/oauth/introspect", {{verb::post, open(e.introspect)}}}});
    return routes;
}

std::vector<route> account_routes(const endpoints& e, bool registration) {
    using accounts::sessions_endpoint;
    const guarded_task me = [&users = e.users](const request& q, const claims& c, response& r) {
        return accounts::read_me(users, q, c, r);
    };
    const guarded_task change_password = [&answer = e.change_password](const request& q, const claims& c,
                                                                       response& r) {
        return answer(q, c, r);
    };
    const open_task sign_up = [&users = e.user_administration](const request& q, response& r) {
        return users.register_account(q, r);
    };
    std::vector<route> routes{
        {"/users/me", {{verb::get, me}}},
        {"/users/me/", {{verb::get, me}}},  // the tutorial's own spelling
        {"/users/me/password", {{verb::put, change_password}}},
        {"/sessions", {{verb::get, guarded(e.sessions, &sessions_endpoint::list)}}},
        {"/sessions/{id}", {{verb::delete_, guarded(e.sessions, &sessions_endpoint::remove)}}},
        {"/logout", {{verb::post, guarded(e.sessions, &sessions_endpoint::log_out)}}},
    };
    if (registration) append(routes, {{"/register", {{verb::post, sign_up, {}, recorded}}}});
    return routes;
}

std::vector<route> administration_routes(const endpoints& e) {
    using accounts::clients_endpoint;
    using accounts::users_endpoint;
    const auto& users = e.user_administration;
    const auto& clients = e.client_administration;
    return {
        {"/users",
         {{verb::get, guarded(users, &users_endpoint::list), admin},
          {verb::post, guarded(users, &users_endpoint::create), admin}}},
        {"/users/{id}",
         {{verb::get, guarded(users, &users_endpoint::read), admin},
          {verb::patch, guarded(users, &users_endpoint::update), admin},
          {verb::delete_, guarded(users, &users_endpoint::remove), admin}}},
        {"/users/{id}/password", {{verb::put, guarded(users, &users_endpoint::set_password), admin}}},
        {"/clients",
         {{verb::get, guarded(clients, &clients_endpoint::list), admin},
          {verb::post, guarded(clients, &clients_endpoint::create), admin}}},
        {"/clients/{id}",
         {{verb::get, guarded(clients, &clients_endpoint::read), admin},
          {verb::patch, guarded(clients, &clients_endpoint::update), admin},
          {verb::delete_, guarded(clients, &clients_endpoint::remove), admin}}},
        {"/clients/{id}/secret",
         {{verb::post, guarded(clients, &clients_endpoint::add_secret), admin},
          {verb::delete_, guarded(clients, &clients_endpoint::drop_old_secrets), admin}}},
    };
}

std::vector<route> documentation_routes(const docs::site& site) {
    const auto answered_by = [&site](void (docs::site::*answer)(const request&, response&) const) {
        return open_endpoint([&site, answer](const request& q, response& r) { (site.*answer)(q, r); });
    };
    std::vector<route> routes{
        {"/openapi.json", {{verb::get, answered_by(&docs::site::openapi)}}},
        {"/docs", {{verb::get, answered_by(&docs::site::page)}}},
        {"/docs/{file}", {{verb::get, answered_by(&docs::site::file)}}},
    };
    if (site.has_demo()) append(routes, {{"/demo", {{verb::get, answered_by(&docs::site::demo)}}}});
    return routes;
}

}  // namespace

std::vector<route> public_routes(const endpoints& e, route_options options) {
    const guarded_endpoint items = items::read_items;
    std::vector<route> routes{
        {"/items/", {{verb::get, items}}},
        {"/items", {{verb::get, items}}},  // no redirect: a client would drop its Authorization on the way
        {"/healthz", {{verb::get, open_endpoint(alive)}}},
    };
    append(routes, token_routes(e, options.oauth_aliases));
    append(routes, account_routes(e, options.registration));  // before /users/{id}: `me` is no id
    append(routes, administration_routes(e));
    if (e.documentation) append(routes, documentation_routes(*e.documentation));
    return routes;
}

std::vector<route> management_routes(const endpoints& e) {
    const open_endpoint readiness = [ready = e.ready](const request&, response& r) {
        answer_ready(ready(), r);
    };
    return {
        {"/livez", {{verb::get, open_endpoint(alive)}}},
        {"/healthz", {{verb::get, open_endpoint(alive)}}},
        {"/readyz", {{verb::get, readiness}}},
        {"/metrics", {{verb::get, e.metrics}}},
    };
}

}  // namespace latchkey::app
