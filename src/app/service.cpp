#include <stdexcept>
#include <string>

#include "app/app.hpp"
#include "app/routes.hpp"
#include "base/run_task.hpp"
#include "oauth/grants/password.hpp"
#include "passwords/memory.hpp"

namespace latchkey::app {
namespace {

using config::settings;

std::unique_ptr<storage::store> open_store(const settings& s, const std::optional<secret>& master_key,
                                           tokens::revocations& revocations, const wall_clock& clock) {
    std::optional<crypto::master_key> sealing;
    if (master_key) sealing.emplace(*master_key);
    return storage::open({.url = config::store_url(s),
                          .master_key = std::move(sealing),
                          .create = true,
                          .revocations = revocations,
                          .clock = clock});
}

/// Refuses a lane whose memory does not fit the machine or the container: it would be killed in the middle of a storm.
passwords::hash_pool_settings hashing_settings(const settings& s) {
    passwords::hash_pool_settings lane;
    lane.threads = s.hashing.threads != 0 ? s.hashing.threads : passwords::usable_processors();
    lane.queue_limit = s.hashing.queue_limit;
    lane.parameters.memory_kib = static_cast<std::uint32_t>(s.hashing.memory.bytes / 1024);
    lane.parameters.passes = s.hashing.passes;
    const std::uint64_t available = passwords::available_memory();
    const std::uint64_t budget =
        s.hashing.memory_budget.bytes != 0 ? s.hashing.memory_budget.bytes : passwords::default_budget(available);
    if (const auto problem = passwords::check_budget(lane.threads, lane.parameters, budget, available))
        throw std::runtime_error(*problem);
    return lane;
}

key_keeper::settings key_settings(const settings& s) {
    return {.algorithm = tokens::parse_algorithm(s.tokens.algorithm).value(), // config/check refused all others
            .typ = s.tokens.audience.empty() ? "JWT" : "at+jwt"};
}

std::shared_ptr<const tokens::key_ring> first_ring(key_keeper& keys) {
    auto ring = run_task(keys.load());
    if (ring) return std::move(*ring);
    if (ring.error() == errc::unsealing_failed)
        throw std::runtime_error(
            "keys: the signing keys in the store are sealed, and the master key is missing or another one"
            "\n  try: LATCHKEY_MASTER_KEY or LATCHKEY_MASTER_KEY_FILE with the key this store was made with");
    throw std::runtime_error("keys: cannot load the signing keys: " + std::string(name(ring.error())));
}

} // namespace

service::service(const settings& s, config::secrets secrets, const wall_clock& clock)
    : clock_(clock),
      store_(open_store(s, secrets.master_key, revocations_, clock)),
      pool_(hashing_settings(s)),
      authenticator_(store_->users(), pool_, clock_),
      keys_(store_->keys(), clock_, key_settings(s), std::move(secrets.hmac_secret)) {
    const tokens::token_settings claims{
        .issuer = s.tokens.issuer, .audience = s.tokens.audience, .access_lifetime = s.tokens.access_lifetime};
    tokens_ = std::make_unique<tokens::token_service>(claims, first_ring(keys_), revocations_, clock_);

    std::vector<std::unique_ptr<oauth::grant>> grants;
    grants.push_back(std::make_unique<oauth::password_grant>(
        authenticator_, *tokens_,
        oauth::password_grant::settings{.enabled = s.tokens.password_grant, .narrow_scope = s.tokens.narrow_scope}));
    token_endpoint_ = std::make_unique<oauth::token_endpoint>(std::move(grants), authenticator_);

    const services routed{.token = *token_endpoint_,
                          .users = store_->users(),
                          .ready = [this] { return store_answers_ && !draining_; }};
    public_ = std::make_unique<router>(public_routes(routed), s.server.root_path, http::cors(s.cors.origins), tokens_.get());
    management_ = std::make_unique<router>(management_routes(routed), "", http::cors({}), nullptr);
    watcher_ = std::make_unique<store_watcher>(*store_, keys_, *tokens_, revocations_, clock_, store_answers_);
}

void service::stop() {
    pool_.stop();
    store_->stop();
}

} // namespace latchkey::app
