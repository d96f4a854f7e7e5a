#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "clients/client.hpp"
#include "oauth/scope.hpp"

namespace latchkey::oauth {

/// The client a request comes from, as far as it has said and proved who it is (client_authentication.hpp).
struct client {
    std::string id;                               ///< empty: none was named
    std::optional<clients::client> registration;  ///< absent: a public client that nobody registered

    /// A client that is not registered may use every grant that needs no secret.
    bool may_use(std::string_view grant_type) const noexcept;
    /// What of a user's scopes its tokens may have.
    scope_set limit(const scope_set& of_user) const;
    /// Zero: the configured one.
    std::chrono::seconds access_lifetime() const noexcept;
    /// Empty: the configured one.
    std::string_view audience() const noexcept;
};

}  // namespace latchkey::oauth
