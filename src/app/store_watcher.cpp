#include "app/store_watcher.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>

#include "base/log.hpp"

namespace latchkey::app {
namespace {

using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, strand>;

/// A revocation older than this speaks of no token that still lives: config allows lifetimes up to a day.
constexpr std::chrono::hours longest_lifetime{24};

}  // namespace

store_watcher::store_watcher(storage::store& store, key_keeper& keys, tokens::token_service& tokens,
                             tokens::revocations& revocations, clients::recent_clients& clients,
                             users::authenticator& authenticator, const wall_clock& clock,
                             std::atomic<bool>& store_answers)
    : store_(store),
      keys_(keys),
      tokens_(tokens),
      revocations_(revocations),
      clients_(clients),
      authenticator_(authenticator),
      clock_(clock),
      store_answers_(store_answers) {}

task<void> store_watcher::run(strand on) {
    timer pause(on);
    while (!stopped_) {
        const auto looked = co_await look();
        if (store_answers_.exchange(looked.has_value()) != looked.has_value()) {
            if (looked)
                log::info("the store answers again");
            else
                log::error("the store does not answer", {{"reason", name(looked.error())}});
        }
        pause.expires_after(interval);
        boost::system::error_code woken;  // a timer that nobody cancels has nothing to report
        co_await pause.async_wait(asio::redirect_error(use_task, woken));
    }
}

void store_watcher::stop() {
    stopped_ = true;
}

task<result<void>> store_watcher::look() {
    revocations_.forget_before(clock_.now() - longest_lifetime);
    const auto asked = std::chrono::steady_clock::now();
    const auto counter = co_await store_.change_counter();
    if (!counter) co_return counter.error();
    clients_.note_changes(*counter, asked);
    if (auto followed = co_await follow_hashes(); !followed) co_return followed.error();
    if (auto counted = co_await count_sessions(); !counted) co_return counted.error();
    const auto now = std::chrono::steady_clock::now();
    if (*counter == seen_ && now < keys_due_) co_return result<void>{};

    if (auto refreshed = co_await store_.refresh_revocations(); !refreshed) co_return refreshed.error();
    auto ring = co_await keys_.load();
    if (!ring) co_return ring.error();
    tokens_.replace_ring(std::move(*ring));
    seen_ = *counter;  // only now: what failed half-way is looked at again
    keys_due_ = now + key_interval;
    co_return result<void>{};
}

task<result<void>> store_watcher::follow_hashes() {
    const auto now = std::chrono::steady_clock::now();
    if (now < sample_due_) co_return result<void>{};
    auto followed = co_await authenticator_.follow_stored_hashes();
    if (followed) sample_due_ = now + sample_interval;
    co_return followed;
}

task<result<void>> store_watcher::count_sessions() {
    const auto began = std::chrono::steady_clock::now();
    if (began < count_due_) co_return result<void>{};
    const auto counted = co_await store_.sessions().count();
    if (!counted) co_return counted.error();
    const auto now = std::chrono::steady_clock::now();
    count_due_ = now + std::max<std::chrono::steady_clock::duration>(count_interval, 1'000 * (now - began));
    co_return result<void>{};
}

}  // namespace latchkey::app
