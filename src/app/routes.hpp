#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "accounts/clients_endpoint.hpp"
#include "accounts/self_service.hpp"
#include "accounts/sessions_endpoint.hpp"
#include "accounts/users_endpoint.hpp"
#include "app/router.hpp"
#include "docs/site.hpp"
#include "oauth/introspection_endpoint.hpp"
#include "oauth/metadata.hpp"
#include "oauth/revocation_endpoint.hpp"
#include "oauth/token_endpoint.hpp"
#include "tokens/token_service.hpp"
#include "users/user_store.hpp"

namespace latchkey::app {

/// Everything the routes delegate to; app::service owns it.
struct endpoints {
    oauth::token_endpoint token;
    oauth::revocation_endpoint revoke;
    oauth::introspection_endpoint introspect;
    oauth::metadata_endpoint metadata;
    const tokens::token_service& tokens;
    users::user_store& users;
    accounts::users_endpoint user_administration;
    accounts::change_password change_password;
    accounts::sessions_endpoint sessions;
    accounts::clients_endpoint client_administration;
    std::string issuer_metadata_path;  ///< for an issuer with a path (RFC 8414 section 3.1), or empty
    std::function<bool()> ready;       ///< are requests welcome?
    open_endpoint metrics = {};        ///< GET /metrics
    std::unique_ptr<docs::site> documentation = {};  ///< null: docs.enabled is off
};

/// Which of the optional routes there are.
struct route_options {
    bool oauth_aliases = false;  ///< server.oauth_aliases
    bool registration = false;   ///< accounts.registration
};

/// The public paths, all of them. The endpoints must outlive the routes.
std::vector<route> public_routes(const endpoints&, route_options);
/// The management paths, all of them.
std::vector<route> management_routes(const endpoints&);

/// The paths that RFC 8414 metadata names.
inline constexpr std::string_view token_path = "/token";
inline constexpr std::string_view revocation_path = "/revoke";
inline constexpr std::string_view introspection_path = "/introspect";
inline constexpr std::string_view jwks_path = "/.well-known/jwks.json";
inline constexpr std::string_view metadata_path = "/.well-known/oauth-authorization-server";

}  // namespace latchkey::app
