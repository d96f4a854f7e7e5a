#include "cli/opened_store.hpp"

#include "cli/blocking.hpp"

namespace latchkey::cli {

namespace {

std::optional<crypto::master_key> master_key_of(config::secrets& secrets) {
    std::optional<crypto::master_key> key;
    if (secrets.master_key) key.emplace(*secrets.master_key);
    secrets.master_key.reset();
    return key;
}

/// The store forgets sessions by the lifetimes it is told, also while a command has it open.
sessions::session_settings session_settings(const config::settings& s) {
    return {.idle_lifetime = s.sessions.idle_lifetime,
            .absolute_lifetime = s.sessions.absolute_lifetime,
            .reuse_window = s.tokens.refresh_reuse_window};
}

}  // namespace

opened_store::opened_store(const config::settings& settings, config::secrets& secrets, bool create)
    : store_(storage::open({.url = config::store_url(settings),
                            .master_key = master_key_of(secrets),
                            .create = create,
                            .revocations = revocations_,
                            .clock = clock_,
                            .sessions = session_settings(settings)})) {}

result<void> opened_store::refresh_revocations() {
    return run_to_end(store_->refresh_revocations());
}

opened_store::~opened_store() {
    store_->stop();
}

}  // namespace latchkey::cli
