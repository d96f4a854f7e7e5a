#pragma once

#include "app/key_keeper.hpp"
#include "app/router.hpp"
#include "audit/journal.hpp"
#include "http/response.hpp"
#include "metrics/exposition.hpp"
#include "net/server.hpp"
#include "oauth/introspection_endpoint.hpp"
#include "oauth/token_endpoint.hpp"
#include "passwords/hash_pool.hpp"
#include "storage/store.hpp"
#include "throttle/login_throttle.hpp"
#include "tokens/token_service.hpp"

namespace latchkey::app {

/// GET /metrics on the management port: what the parts have counted, in Prometheus text format. No user,
/// address or token is in it. Everything it reads outlives it.
class metrics_page {
public:
    struct sources {
        const router& requests;
        const oauth::token_endpoint& token_requests;
        const oauth::introspection_endpoint& introspections;
        const tokens::token_service& tokens;
        const key_keeper& keys;
        const passwords::hash_pool& hashing;
        const throttle::login_throttle* throttle;  ///< null: off
        const audit::journal* audit;               ///< null: there is none
        storage::store& store;
        const std::atomic<const net::server*>& clients;  ///< where they connect; null: not yet
        const std::atomic<bool>& store_answers;
        const std::atomic<bool>& draining;
        const wall_clock& clock;
    };
    explicit metrics_page(const sources& from) : from_(from) {}

    void operator()(const http::request&, http::response&) const;

private:
    sources from_;
};

}  // namespace latchkey::app
