#include "app/key_keeper.hpp"

#include <algorithm>

#include "crypto/base64url.hpp"
#include "crypto/hmac_sha256.hpp"

namespace latchkey::app {

using ring = std::shared_ptr<const tokens::key_ring>;

key_keeper::key_keeper(tokens::key_store& store, const wall_clock& clock, settings s, std::optional<secret> shared_secret)
    : store_(store), clock_(clock), settings_(std::move(s)), shared_secret_(std::move(shared_secret)) {}

task<result<ring>> key_keeper::load() {
    if (shared_secret_) co_return tokens::key_ring::make(shared_key(), settings_.typ);
    auto keys = co_await store_.list_keys();
    if (!keys) co_return keys.error();
    const auto signs = [&](const tokens::key_record& key) {
        return key.algorithm == settings_.algorithm && !key.retired_at;
    };
    if (std::ranges::none_of(*keys, signs)) {
        keys = co_await add_key(keys->empty());
        if (!keys) co_return keys.error();
    }
    // Keys of another algorithm, from before tokens.algorithm was changed, verify what they signed and sign no more.
    for (auto& key : *keys)
        if (key.algorithm != settings_.algorithm && !key.retired_at) key.retired_at = key.not_before;
    co_return tokens::key_ring::make(*keys, settings_.typ);
}

task<result<std::vector<tokens::key_record>>> key_keeper::add_key(bool first) {
    auto fresh = tokens::generate_key(settings_.algorithm, clock_.now());
    if (first) co_return co_await store_.ensure_key(std::move(fresh)); // another process may be starting as well
    if (auto put = co_await store_.put_key(std::move(fresh)); !put) co_return put.error();
    co_return co_await store_.list_keys();
}

/// The kid names the secret without giving it away, so that backends can tell one secret from the next.
std::vector<tokens::key_record> key_keeper::shared_key() const {
    const auto tag = crypto::hmac_sha256(shared_secret_->bytes()).mac("latchkey kid");
    std::vector<tokens::key_record> keys(1);
    keys[0].kid = crypto::base64url::encode(std::span(tag).first(12));
    keys[0].algorithm = tokens::algorithm::hs256;
    keys[0].material = shared_secret_->clone();
    return keys;
}

} // namespace latchkey::app
