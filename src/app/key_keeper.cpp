#include "app/key_keeper.hpp"

#include <algorithm>
#include <functional>

#include "base/log.hpp"
#include "crypto/base64url.hpp"
#include "crypto/hmac_sha256.hpp"

namespace latchkey::app {

using ring = std::shared_ptr<const tokens::key_ring>;

namespace {

/// A plan may leave something for the one that follows it, never for a third.
constexpr int rounds_to_rest = 2;

}  // namespace

key_keeper::key_keeper(tokens::key_store& store, const wall_clock& clock, settings s,
                       std::optional<secret> shared_secret, audit::recorder& recorder)
    : store_(store), clock_(clock), settings_(s), shared_secret_(std::move(shared_secret)), audit_(recorder) {
    rotation_.algorithm = settings_.algorithm;
    rotation_.key_lifetime = settings_.key_lifetime;
}

task<result<ring>> key_keeper::load() {
    if (shared_secret_) co_return tokens::key_ring::make(shared_key());
    auto keys = co_await stored_keys();
    if (!keys) co_return keys.error();
    if (auto rotated = co_await rotate(*keys); !rotated) {
        rotation_failures_.fetch_add(1, std::memory_order_relaxed);
        if (!any_signs(*keys)) co_return rotated.error();
        // A full disk must not stop the service from verifying, and from signing with what it has.
        log::warn("signing keys cannot be rotated", {{"reason", name(rotated.error())}});
    }
    // Keys of another algorithm, from before tokens.algorithm was changed, verify what they signed and sign
    // no more.
    for (auto& key : *keys)
        if (key.algorithm != settings_.algorithm && !key.retired_at) key.retired_at = key.not_before;
    co_return tokens::key_ring::make(*keys);
}

std::optional<std::chrono::milliseconds> key_keeper::key_lifetime() const noexcept {
    if (shared_secret_ || settings_.key_lifetime.count() == 0) return std::nullopt;
    return settings_.key_lifetime;
}

/// The first key is the store's own decision: another process may be starting as well.
task<result<std::vector<tokens::key_record>>> key_keeper::stored_keys() {
    auto keys = co_await store_.list_keys();
    if (!keys || !keys->empty()) co_return keys;
    auto fresh = tokens::generate_key(settings_.algorithm, clock_.now());
    co_return co_await store_.ensure_key(std::move(fresh));
}

task<result<void>> key_keeper::rotate(std::vector<tokens::key_record>& keys) {
    for (int round = 0; round < rounds_to_rest; ++round) {
        const auto now = clock_.now();
        const auto plan = tokens::plan_rotation(keys, rotation_, now);
        if (plan.empty()) break;
        auto done = co_await tokens::carry_out(store_, plan, rotation_.algorithm, now);
        if (!done) co_return done.error();
        log::info(
            "signing keys rotated",
            {{"added", plan.add.size()}, {"retired", plan.retire.size()}, {"removed", plan.remove.size()}});
        if (auto kept = co_await record(plan); !kept) co_return kept.error();
        auto listed = co_await store_.list_keys();
        if (!listed) co_return listed.error();
        keys = std::move(*listed);
    }
    co_return result<void>{};
}

task<result<void>> key_keeper::record(const tokens::rotation_plan& plan) {
    const auto words = [](const auto& all, const auto& kid_of) {
        std::string kids;
        for (const auto& each : all)
            kids.append(kids.empty() ? "" : " ").append(std::invoke(kid_of, each));
        return kids;
    };
    audit::event rotated("signing_keys_rotated");
    rotated.add("added", std::uint64_t{plan.add.size()})
        .add("retired", words(plan.retire, &tokens::key_retirement::kid))
        .add("removed", words(plan.remove, std::identity{}));
    return audit_.record(std::move(rotated));
}

bool key_keeper::any_signs(const std::vector<tokens::key_record>& keys) const {
    const auto now = clock_.now();
    return std::ranges::any_of(keys, [&](const tokens::key_record& k) {
        return k.algorithm == settings_.algorithm && k.not_before <= now &&
               (!k.retired_at || *k.retired_at > now);
    });
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

}  // namespace latchkey::app
