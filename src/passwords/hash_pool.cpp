#include "passwords/hash_pool.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include "crypto/random.hpp"
#include "passwords/hash_job.hpp"
#include "passwords/hash_lane.hpp"

namespace latchkey::passwords {
namespace {

/// Runs on the thread of the strand that waits, as does everything that emits on its slot. The lane may be
/// gone by then.
void drop_when_cancelled(asio::cancellation_slot slot, std::weak_ptr<hash_lane> lane, std::uint64_t id) {
    if (!slot.is_connected()) return;
    slot.assign([lane = std::move(lane), id](asio::cancellation_type) {
        if (const auto here = lane.lock()) here->abandon(id);
    });
}

template <class T>
task<result<T>> submit(std::shared_ptr<hash_lane> lane, secret password, stored_hash hash) {
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) co_return errc::overloaded;
    auto start = [&](completion<result<T>> done) {
        hash_job job{.id = lane->next_id(),
                     .arrived = {},
                     .cost = {},
                     .password = std::move(password),
                     .hash = std::move(hash),
                     .owed = std::move(done)};
        drop_when_cancelled(cancellation.slot(), lane, job.id);
        lane->submit(std::move(job));
    };
    co_return co_await await_completion<result<T>>(start);
}

}  // namespace

hash_pool::hash_pool(hash_pool_settings settings)
    : lane_(std::make_shared<hash_lane>(settings)),
      mix_(settings.parameters, settings.dummy_key.value_or(crypto::random_array<16>())) {}

hash_pool::~hash_pool() {
    stop();
}

task<result<verdict>> hash_pool::verify(secret password, std::string phc) {
    auto hash = parse_stored(phc);
    if (!hash) co_return hash.error();
    co_return co_await submit<verdict>(lane_, std::move(password), std::move(*hash));
}

task<result<std::string>> hash_pool::hash(secret password) {
    return submit<std::string>(lane_, std::move(password), fresh_hash(lane_->settings().parameters));
}

void hash_pool::stop() {
    lane_->stop();
}

const std::string& hash_pool::dummy_phc() const noexcept {
    return mix_.usual();
}

std::string hash_pool::dummy_for(std::string_view name) const {
    return mix_.dummy_for(name);
}

void hash_pool::follow(const std::vector<std::string>& sample) {
    mix_.follow(sample);
}

bool hash_pool::refuses_now() {
    return lane_->refuses_now();
}

std::chrono::seconds hash_pool::retry_after() const noexcept {
    const std::chrono::nanoseconds wait(metrics().expected_wait.load(std::memory_order_relaxed));
    return std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds(1));
}

std::size_t hash_pool::waiting() const noexcept {
    return metrics().waiting.load(std::memory_order_relaxed);
}

const lane_metrics& hash_pool::metrics() const noexcept {
    return lane_->metrics();
}

const hash_pool_settings& hash_pool::settings() const noexcept {
    return lane_->settings();
}

}  // namespace latchkey::passwords
