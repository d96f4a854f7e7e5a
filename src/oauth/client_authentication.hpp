#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/errc.hpp"
#include "base/task.hpp"
#include "clients/client_store.hpp"
#include "clients/recent_clients.hpp"
#include "http/request.hpp"
#include "oauth/client.hpp"

namespace latchkey::oauth {

/// `client_id` and `client_secret` of a form; empty when absent.
struct form_credentials {
    std::string_view id;
    std::string_view secret;
};

/// Whether a request must say which client it comes from. A refresh or a revocation need not: the token does.
enum class client_name { required, optional };

/// Client authentication (RFC 6749 sections 2.3.1 and 3.2.1) against the registry. Thread-safe; cheap to
/// copy.
class client_authentication {
public:
    /// Without a registry: no client is registered.
    client_authentication() = default;
    /// The store must outlive this.
    explicit client_authentication(clients::client_store& store) : store_(&store) {}
    /// With what it remembers, for knows().
    explicit client_authentication(clients::recent_clients& store) : store_(&store), recent_(&store) {}

    /// By Basic or by form. No credentials, Basic with empty id and secret (`Og==`, Swagger UI's default),
    /// and an id with an empty secret mean a public client. Of Basic's credentials the form-url-decoded ones
    /// are compared first, then the raw ones.
    ///
    /// A client that is not registered is accepted as a public one as long as none is registered at all and
    /// it sends no secret. errc::invalid_client_basic or errc::invalid_client, as it was sent, for a wrong,
    /// missing or superfluous secret and for an unknown or disabled client; errc::repeated_credentials when
    /// it was sent both ways, or under two names; errc::malformed_basic; errc::store_unavailable.
    task<result<client>> operator()(const http::request&, form_credentials, client_name) const;

    /// Whether these are the credentials of a confidential client, as far as that can be said without
    /// waiting. If not, ask again by the above: the client may have got its secret this moment, and a wrong
    /// one costs the same whether or not there is such a client.
    bool knows(const http::request&, form_credentials) const;

    /// The public client of that name, as if it had said so itself. errc::invalid_client when that one needs
    /// a secret, is disabled, or is unknown while others are registered; errc::store_unavailable.
    task<result<client>> public_client(std::string id) const;

private:
    task<result<std::optional<clients::client>>> find(std::string id) const;
    task<result<bool>> is_registry_empty() const;

    clients::client_store* store_ = nullptr;
    const clients::recent_clients* recent_ = nullptr;
};

}  // namespace latchkey::oauth
