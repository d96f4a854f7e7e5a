#pragma once

#include <functional>
#include <vector>

#include "app/router.hpp"
#include "oauth/token_endpoint.hpp"
#include "users/user_store.hpp"

namespace latchkey::app {

/// Everything the routes delegate to.
struct services {
    const oauth::token_endpoint& token;
    users::user_store& users;
    std::function<bool()> ready; ///< are requests welcome?
};

/// The public paths, all of them.
std::vector<route> public_routes(const services&);
/// The management paths, all of them.
std::vector<route> management_routes(const services&);

} // namespace latchkey::app
