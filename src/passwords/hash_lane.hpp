#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "passwords/answer_group.hpp"
#include "passwords/cost_book.hpp"
#include "passwords/hash_job.hpp"
#include "passwords/hash_worker.hpp"
#include "passwords/job_queue.hpp"
#include "passwords/lane_metrics.hpp"
#include "passwords/memory_ledger.hpp"

namespace latchkey::passwords {

/// What is behind hash_pool: the queue, the workers, and a dispatcher, a thread that goes before them and
/// deals the jobs out and answers those who wait, several together while others wait (answer_group.hpp). A
/// worker gets one job, or two that can run interleaved when no other worker is idle. Thread-safe.
///
/// The one lock is between the lanes' threads and the dispatcher, and is held for a few pointers' moves,
/// never while something is computed or answered. Workers do not know it (hash_worker.hpp says why).
class hash_lane {
public:
    explicit hash_lane(const hash_pool_settings&);
    hash_lane(const hash_lane&) = delete;
    hash_lane& operator=(const hash_lane&) = delete;
    ~hash_lane() { stop(); }

    /// Takes the job in, or refuses it at once. Fills in arrival and cost.
    void submit(hash_job);
    /// Whether a job of the usual cost would be refused; yes counts as one.
    bool refuses_now();
    std::uint64_t next_id() noexcept { return ++last_id_; }
    /// Drops a job whose client has gone. Nothing happens when it runs already.
    void abandon(std::uint64_t id);
    void stop();

    const lane_metrics& metrics() const noexcept { return metrics_; }
    const hash_pool_settings& settings() const noexcept { return settings_; }

private:
    using clock = std::chrono::steady_clock;
    using queue = job_queue<hash_job>;

    using batch = std::vector<hash_job>;

    std::optional<errc> admit(hash_job&, batch& expired, bool& wake);
    bool is_refused(std::chrono::nanoseconds cost, clock::time_point now, batch& expired);
    void drop(batch& expired);
    void dispatch();
    void wait_for_event() noexcept;
    bool serve(hash_worker&);
    batch next_for(const hash_worker&, batch& expired);
    clock::time_point next_end() const noexcept;
    void hold(computation, clock::duration wait);
    void keep_books(const computation&);
    void hand_out();
    void publish() noexcept;

    const hash_pool_settings settings_;
    const workload usual_;  ///< of a login
    memory_ledger ledger_;
    cost_book costs_;
    lane_metrics metrics_;
    std::atomic<std::uint64_t> last_id_{0};

    std::mutex mutex_;
    queue queue_;            ///< under mutex_
    std::size_t idle_ = 0;   ///< workers; under mutex_
    bool stopping_ = false;  ///< under mutex_
    std::mutex join_mutex_;  ///< stop() may be called twice
    semaphore event_;        ///< for the dispatcher: there is a job and an idle worker, or one is done
    answer_group<computation> held_;  ///< the dispatcher's
    std::vector<std::unique_ptr<hash_worker>> workers_;
    std::thread dispatcher_;
};

}  // namespace latchkey::passwords
