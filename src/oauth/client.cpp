#include "oauth/client.hpp"

namespace latchkey::oauth {

bool client::may_use(std::string_view grant_type) const noexcept {
    return !registration || registration->may_use(grant_type);
}

scope_set client::limit(const scope_set& of_user) const {
    const bool unlimited = !registration || registration->scopes.empty();
    return unlimited ? of_user : intersect(of_user, registration->scopes);
}

std::chrono::seconds client::access_lifetime() const noexcept {
    return registration ? registration->access_lifetime.value_or(std::chrono::seconds{})
                        : std::chrono::seconds{};
}

std::string_view client::audience() const noexcept {
    return registration ? std::string_view(registration->audience) : std::string_view{};
}

}  // namespace latchkey::oauth
