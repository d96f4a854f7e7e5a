#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "app/key_keeper.hpp"
#include "app/metrics_page.hpp"
#include "app/router.hpp"
#include "app/routes.hpp"
#include "app/store_watcher.hpp"
#include "audit/journal.hpp"
#include "base/clock.hpp"
#include "clients/recent_clients.hpp"
#include "config/load.hpp"
#include "config/secrets.hpp"
#include "net/io_lane.hpp"
#include "net/server.hpp"
#include "oauth/session_opener.hpp"
#include "passwords/hash_pool.hpp"
#include "sessions/refresh_token.hpp"
#include "storage/store.hpp"
#include "throttle/login_throttle.hpp"
#include "tokens/revocations.hpp"
#include "tokens/token_service.hpp"
#include "users/authenticator.hpp"

/// The map of the program: OPEN FIRST.
///
///     listener ─ connection ─ router ─┬─ POST /token ── token_endpoint ─ password_grant ─ authenticator ─┬─
///     store (net)      (net)        (app)   │  (oauth)                          (users) ├─ hash_pool
///                                     │                                                    sessions ─────┘
///                                     ├─ POST /revoke, /introspect ── oauth ─ sessions ─ store
///                                     ├─ GET /items/, /verify ─ guard ─ token_service ─ items, oauth
///                                     └─ /users, /sessions, /clients ─ guard ─ accounts ─ store
///
/// Threads: two an io_lane, for connections and for the answers that wait (net/io_lane.hpp); a lane of its
/// own for the management port, so that probes are answered under any load; the hashing lane's; the store's
/// two; and the main thread, which runs an io_context for signals, the store watcher and the watchdog.
namespace latchkey::app {

/// What a start needs to know.
struct program {
    config::settings settings;
    config::secrets secrets;
    bool dev = false;
    std::function<config::load_result()> reload;  ///< reads the configuration again (SIGHUP); may be empty
};

/// The services that answer requests, in build order; no thread or socket of its own but the store's and the
/// hashing lane's. What cannot be built throws std::runtime_error with a text for the operator.
class service {
public:
    /// `dev`: with what only a development service has, the demo page.
    service(const config::settings&, config::secrets, const wall_clock&, bool dev = false);

    router& public_handler() noexcept { return *public_; }
    net::handler& management_handler() noexcept { return *management_; }
    users::user_store& users() noexcept { return store_->users(); }
    passwords::hash_pool& hashing() noexcept { return pool_; }
    tokens::token_service& tokens() noexcept { return *tokens_; }
    store_watcher& watcher() noexcept { return *watcher_; }
    /// Where what the process itself does is recorded.
    audit::recorder& audit() noexcept { return journal_ ? *journal_ : audit::unrecorded(); }
    /// Log rotation (SIGHUP): the audit log goes on in a new file.
    void reopen_files();
    std::atomic<bool>& draining() noexcept { return draining_; }
    /// Whose connections the metrics count; must not be asked to any more once it is gone.
    void count_connections_of(const net::server& clients) noexcept { clients_ = &clients; }

    /// Answers what waits for a hash or the store, and closes them. Idempotent.
    void stop();
    /// Writes what is still to be recorded; call it when nothing is answered any more. Idempotent.
    void close_audit();

private:
    std::vector<std::unique_ptr<oauth::grant>> make_grants(const config::settings&);
    std::unique_ptr<endpoints> make_endpoints(const config::settings&);

    const wall_clock& clock_;
    tokens::revocations revocations_;
    std::unique_ptr<storage::store> store_;
    clients::recent_clients recent_clients_;
    std::unique_ptr<audit::journal> journal_;  ///< null: audit.file is empty
    passwords::hash_pool pool_;
    std::unique_ptr<throttle::login_throttle> throttle_;  ///< null when it is switched off
    passwords::policy policy_;
    users::authenticator authenticator_;
    key_keeper keys_;
    std::unique_ptr<tokens::token_service> tokens_;
    std::unique_ptr<sessions::refresh_token_codec> refresh_tokens_;
    std::unique_ptr<oauth::session_opener> sessions_;
    std::unique_ptr<accounts::new_passwords> passwords_;
    std::unique_ptr<accounts::event_log> events_;
    std::unique_ptr<endpoints> endpoints_;
    std::atomic<const net::server*> clients_{nullptr};
    std::atomic<bool> store_answers_{true};
    std::atomic<bool> draining_{false};
    std::unique_ptr<router> public_;
    std::unique_ptr<router> management_;
    std::unique_ptr<store_watcher> watcher_;
};

/// Logs, serves until SIGTERM or SIGINT, drains, and returns the exit status.
int serve(program);

}  // namespace latchkey::app
