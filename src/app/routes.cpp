#include "app/routes.hpp"

#include "accounts/me.hpp"
#include "app/health.hpp"
#include "items/items.hpp"

namespace latchkey::app {

using http::request;
using http::response;
using http::verb;
using tokens::claims;

namespace {

void alive(const request&, response& r) { answer_alive(r); }

} // namespace

// The one route table of each port; nothing else names a path.

std::vector<route> public_routes(const services& s) {
    const open_task token = [&endpoint = s.token](const request& q, response& r) { return endpoint(q, r); };
    const guarded_endpoint items = items::read_items;
    const guarded_task me = [&users = s.users](const request& q, const claims& c, response& r) {
        return accounts::read_me(users, q, c, r);
    };
    return {
        {"/token", {{verb::post, token}}},
        {"/items/", {{verb::get, items}}},
        {"/items", {{verb::get, items}}}, // no redirect: a client would drop its Authorization on the way
        {"/users/me", {{verb::get, me}}},
        {"/users/me/", {{verb::get, me}}}, // the tutorial's own spelling
        {"/healthz", {{verb::get, open_endpoint(alive)}}},
    };
}

std::vector<route> management_routes(const services& s) {
    const open_endpoint readiness = [ready = s.ready](const request&, response& r) { answer_ready(ready(), r); };
    return {
        {"/livez", {{verb::get, open_endpoint(alive)}}},
        {"/healthz", {{verb::get, open_endpoint(alive)}}},
        {"/readyz", {{verb::get, readiness}}},
    };
}

} // namespace latchkey::app
