#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "app/key_keeper.hpp"
#include "base/task.hpp"
#include "clients/recent_clients.hpp"
#include "storage/store.hpp"
#include "tokens/revocations.hpp"
#include "tokens/token_service.hpp"
#include "users/authenticator.hpp"

namespace latchkey::app {

/// Notices what other processes (`latchkey user disable`, `client secret`, `key new`) change in the store,
/// and whether it answers. Four times a second: a disabled user's tokens are dead well within the promised
/// second.
class store_watcher {
public:
    static constexpr std::chrono::milliseconds interval{250};
    /// Keys come and go with time too, not only when somebody changes the store.
    static constexpr std::chrono::minutes key_interval{1};
    /// How old the hashing lane's picture of the stored hashes may become; it changes with the days.
    static constexpr std::chrono::minutes sample_interval{10};
    /// How often sessions are counted for the metrics; less often where that takes long: never for more than
    /// a thousandth of the time.
    static constexpr std::chrono::minutes count_interval{1};

    store_watcher(storage::store&, key_keeper&, tokens::token_service&, tokens::revocations&,
                  clients::recent_clients&, users::authenticator&, const wall_clock&,
                  std::atomic<bool>& store_answers);

    /// Runs until stop(), on the strand it was spawned on. Call stop() there too.
    task<void> run(strand);
    void stop();

private:
    task<result<void>> look();
    task<result<void>> follow_hashes();
    task<result<void>> count_sessions();

    storage::store& store_;
    key_keeper& keys_;
    tokens::token_service& tokens_;
    tokens::revocations& revocations_;
    clients::recent_clients& clients_;
    users::authenticator& authenticator_;
    const wall_clock& clock_;
    std::atomic<bool>& store_answers_;
    std::uint64_t seen_ = 0;
    std::chrono::steady_clock::time_point keys_due_{};
    std::chrono::steady_clock::time_point sample_due_{};
    std::chrono::steady_clock::time_point count_due_{};
    bool stopped_ = false;
};

}  // namespace latchkey::app
