#include <algorithm>
#include <stdexcept>
#include <string>

#include "app/app.hpp"
#include "app/routes.hpp"
#include "base/log.hpp"
#include "base/run_task.hpp"
#include "crypto/random.hpp"
#include "oauth/grants/client_credentials.hpp"
#include "oauth/grants/password.hpp"
#include "oauth/grants/refresh_token.hpp"
#include "passwords/memory.hpp"

namespace latchkey::app {
namespace {

using config::settings;

sessions::session_settings session_settings(const settings& s) {
    return {.idle_lifetime = s.sessions.idle_lifetime,
            .absolute_lifetime = s.sessions.absolute_lifetime,
            .reuse_window = s.tokens.refresh_reuse_window};
}

std::unique_ptr<storage::store> open_store(const settings& s, const std::optional<secret>& master_key,
                                           tokens::revocations& revocations, const wall_clock& clock) {
    std::optional<crypto::master_key> sealing;
    if (master_key) sealing.emplace(*master_key);
    return storage::open({.url = config::store_url(s),
                          .master_key = std::move(sealing),
                          .create = true,
                          .revocations = revocations,
                          .clock = clock,
                          .sessions = session_settings(s)});
}

[[noreturn]] void fail_on_keys(errc why) {
    if (why == errc::unsealing_failed)
        throw std::runtime_error(
            "keys: the signing keys in the store are sealed, and the master key is missing or another one"
            "\n  try: LATCHKEY_MASTER_KEY or LATCHKEY_MASTER_KEY_FILE with the key this store was made with");
    throw std::runtime_error("keys: cannot load the keys in the store: " + std::string(name(why)));
}

/// One key of this name for every process that uses this store, made at the first start.
secret stored_secret(tokens::key_store& keys, std::string name, std::size_t size) {
    auto key = run_task(keys.ensure_secret(std::move(name), crypto::random_secret(size)));
    if (!key) fail_on_keys(key.error());
    return std::move(*key);
}

/// Which names that nobody has cost what must not change with a restart.
passwords::hash_mix::key dummy_key(tokens::key_store& keys) {
    passwords::hash_mix::key key{};
    const secret stored = stored_secret(keys, "dummy", key.size());
    if (stored.size() != key.size()) fail_on_keys(errc::internal);
    std::ranges::copy(stored.bytes(), key.begin());
    return key;
}

/// Refuses a lane whose memory does not fit the machine or the container: it would be killed in the middle of
/// a storm.
passwords::hash_pool_settings hashing_settings(const settings& s, tokens::key_store& keys) {
    passwords::hash_pool_settings lane;
    lane.dummy_key = dummy_key(keys);
    lane.threads = s.hashing.threads != 0 ? s.hashing.threads : passwords::usable_processors();
    lane.queue_limit = s.hashing.queue_limit;
    lane.parameters.memory_kib = static_cast<std::uint32_t>(s.hashing.memory.bytes / 1024);
    lane.parameters.passes = s.hashing.passes;
    const std::uint64_t available = passwords::available_memory();
    const std::uint64_t budget = s.hashing.memory_budget.bytes != 0 ? s.hashing.memory_budget.bytes
                                                                    : passwords::default_budget(available);
    if (const auto wrong = passwords::check_budget(lane.threads, lane.parameters, budget, available))
        throw std::runtime_error(wrong->why + "\n  try: " + wrong->remedy);
    lane.memory_budget = budget;
    lane.queue_deadline = s.hashing.queue_deadline;
    return lane;
}

std::unique_ptr<audit::journal> open_journal(const settings& s, tokens::key_store& keys,
                                             const wall_clock& clock) {
    if (s.audit.file.empty()) return nullptr;
    return std::make_unique<audit::journal>(s.audit.file,
                                            stored_secret(keys, audit::key_name, audit::key_size), clock);
}

std::unique_ptr<throttle::login_throttle> make_throttle(const settings& s, tokens::key_store& keys,
                                                        const wall_clock& clock) {
    if (!s.throttle.enabled) return nullptr;
    return std::make_unique<throttle::login_throttle>(
        throttle::throttle_settings{
            .account = {s.throttle.account_failures, s.throttle.account_interval},
            .address = {s.throttle.address_failures, s.throttle.address_interval},
            .device = {s.throttle.device_failures, s.throttle.device_interval},
            .device_marks = s.throttle.device_cookie,
            .proxies_known = !s.server.trusted_proxies.empty(),
        },
        stored_secret(keys, "device marks", 32), clock);
}

key_keeper::settings key_settings(const settings& s) {
    return {
        .algorithm = tokens::parse_algorithm(s.tokens.algorithm).value(),  // config/check refused all others
        .key_lifetime = s.tokens.key_lifetime};
}

oauth::server_description describe(const settings& s) {
    oauth::server_description described{.issuer = s.tokens.issuer,
                                        .root_path = s.server.root_path,
                                        .grant_types = {"client_credentials"},
                                        .token_path = std::string(token_path),
                                        .revocation_path = std::string(revocation_path),
                                        .introspection_path = std::string(introspection_path),
                                        .jwks_path = std::string(jwks_path)};
    if (s.tokens.password_grant) described.grant_types.emplace_back("password");
    if (s.sessions.refresh_tokens) described.grant_types.emplace_back("refresh_token");
    return described;
}

std::shared_ptr<const tokens::key_ring> first_ring(key_keeper& keys) {
    auto ring = run_task(keys.load());
    if (ring) return std::move(*ring);
    fail_on_keys(ring.error());
}

}  // namespace

service::service(const settings& s, config::secrets secrets, const wall_clock& clock, bool dev)
    : clock_(clock),
      store_(open_store(s, secrets.master_key, revocations_, clock)),
      recent_clients_(store_->clients()),
      journal_(open_journal(s, store_->keys(), clock)),
      pool_(hashing_settings(s, store_->keys())),
      throttle_(make_throttle(s, store_->keys(), clock_)),
      policy_(passwords::make_policy(s.passwords.min_length, s.passwords.blocklist, s.tokens.issuer)),
      authenticator_(store_->users(), pool_, clock_, throttle_.get(), &policy_, audit()),
      keys_(store_->keys(), clock_, key_settings(s), std::move(secrets.hmac_secret), audit()) {
    const tokens::token_settings claims{.issuer = s.tokens.issuer,
                                        .audience = s.tokens.audience,
                                        .access_lifetime = s.tokens.access_lifetime};
    tokens_ = std::make_unique<tokens::token_service>(claims, first_ring(keys_), revocations_, clock_);
    refresh_tokens_ =
        std::make_unique<sessions::refresh_token_codec>(stored_secret(store_->keys(), "refresh", 32));
    sessions_ = std::make_unique<oauth::session_opener>(store_->sessions(), *refresh_tokens_,
                                                        session_settings(s), clock_);
    endpoints_ = make_endpoints(s);
    if (s.docs.enabled)
        endpoints_->documentation = std::make_unique<docs::site>(
            docs::described_service{.root_path = s.server.root_path,
                                    .oauth_aliases = s.server.oauth_aliases,
                                    .registration = s.accounts.registration,
                                    .demo = dev,
                                    .issuer_metadata_path = endpoints_->issuer_metadata_path});

    const route_options options{.oauth_aliases = s.server.oauth_aliases,
                                .registration = s.accounts.registration};
    public_ = std::make_unique<router>(public_routes(*endpoints_, options), s.server.root_path,
                                       http::cors(s.cors.origins), tokens_.get(), audit());
    endpoints_->metrics = metrics_page({.requests = *public_,
                                        .token_requests = endpoints_->token,
                                        .introspections = endpoints_->introspect,
                                        .tokens = *tokens_,
                                        .keys = keys_,
                                        .hashing = pool_,
                                        .throttle = throttle_.get(),
                                        .audit = journal_.get(),
                                        .store = *store_,
                                        .clients = clients_,
                                        .store_answers = store_answers_,
                                        .draining = draining_,
                                        .clock = clock_});
    management_ = std::make_unique<router>(management_routes(*endpoints_), "", http::cors({}), nullptr);
    watcher_ = std::make_unique<store_watcher>(*store_, keys_, *tokens_, revocations_, recent_clients_,
                                               authenticator_, clock_, store_answers_);
    // Before the first login. A store that does not answer now is the watcher's business.
    if (auto followed = run_task(authenticator_.follow_stored_hashes()); !followed)
        log::warn("the stored hashes were not sampled", {{"reason", name(followed.error())}});
}

std::vector<std::unique_ptr<oauth::grant>> service::make_grants(const settings& s) {
    const oauth::client_authentication clients(recent_clients_);
    std::vector<std::unique_ptr<oauth::grant>> grants;
    grants.push_back(std::make_unique<oauth::password_grant>(
        authenticator_, *tokens_,
        oauth::password_grant::settings{.enabled = s.tokens.password_grant,
                                        .narrow_scope = s.tokens.narrow_scope},
        s.sessions.refresh_tokens ? sessions_.get() : nullptr, audit()));
    if (s.sessions.refresh_tokens)
        grants.push_back(std::make_unique<oauth::refresh_token_grant>(store_->sessions(), *refresh_tokens_,
                                                                      *tokens_, clients, audit()));
    grants.push_back(std::make_unique<oauth::client_credentials_grant>(
        *tokens_, clock_, oauth::client_credentials_grant::settings{.narrow_scope = s.tokens.narrow_scope},
        audit()));
    return grants;
}

std::unique_ptr<endpoints> service::make_endpoints(const settings& s) {
    const oauth::client_authentication clients(recent_clients_);
    const auto trusted =
        http::trusted_proxies::parse(s.server.trusted_proxies).value();  // config/check looked at each
    const oauth::introspection_endpoint::sources introspected{.tokens = *tokens_,
                                                              .sessions = store_->sessions(),
                                                              .refresh_tokens = *refresh_tokens_,
                                                              .session_settings = session_settings(s),
                                                              .clock = clock_};
    passwords_ = std::make_unique<accounts::new_passwords>(pool_, policy_);
    events_ = std::make_unique<accounts::event_log>(audit(), trusted);
    const auto issuer_path = oauth::path_of(s.tokens.issuer);
    return std::unique_ptr<endpoints>(new endpoints{
        .token = {make_grants(s), authenticator_, clients, trusted},
        .revoke = {clients, *tokens_, store_->sessions(), *refresh_tokens_, trusted, audit()},
        .introspect = {clients, introspected},
        .metadata = {describe(s), *tokens_, trusted},
        .tokens = *tokens_,
        .users = store_->users(),
        .user_administration = {store_->users(), *passwords_, clock_, *events_},
        .change_password = {store_->users(), authenticator_, *passwords_, *events_},
        .sessions = accounts::sessions_endpoint(store_->sessions(), *events_),
        .client_administration = {recent_clients_, clock_, *events_},
        .issuer_metadata_path =
            issuer_path.empty() ? std::string() : std::string(metadata_path).append(issuer_path),
        .ready = [this] { return store_answers_ && !draining_; },
    });
}

void service::stop() {
    pool_.stop();
    store_->stop();
}

void service::close_audit() {
    if (journal_) journal_->stop();
}

void service::reopen_files() {
    if (journal_) journal_->reopen();
}

}  // namespace latchkey::app
