#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "passwords/cost_book.hpp"
#include "passwords/hash_job.hpp"
#include "passwords/job_queue.hpp"
#include "passwords/lane_metrics.hpp"
#include "passwords/memory_ledger.hpp"

namespace latchkey::passwords {

/// The threads behind hash_pool, and their queue. Each thread has an engine of its own and takes one job, or
/// two that can run interleaved when no other thread is idle. Thread-safe.
///
/// The one lock is held for a few pointers' moves, never while something is computed or answered. Hashing
/// threads run at the lowest priority; one preempted inside the lock makes an I/O thread wait, which frees
/// the core it needs.
class hash_lane {
public:
    explicit hash_lane(const hash_pool_settings&);
    hash_lane(const hash_lane&) = delete;
    hash_lane& operator=(const hash_lane&) = delete;
    ~hash_lane() { stop(); }

    /// Takes the job in, or refuses it at once. Fills in arrival and cost.
    void submit(hash_job);
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

    std::optional<errc> admit(hash_job&, batch& expired);
    void drop(batch& expired);
    void work();
    void warm_up(engine&);
    bool wait_for_job(std::unique_lock<std::mutex>&, engine&);
    bool take(engine&, batch& jobs, batch& expired);
    void compute(batch&, engine&);
    void publish() noexcept;

    const hash_pool_settings settings_;
    memory_ledger ledger_;
    cost_book costs_;
    lane_metrics metrics_;
    std::atomic<std::uint64_t> last_id_{0};

    std::mutex mutex_;
    std::condition_variable ready_;
    queue queue_;            ///< under mutex_
    std::size_t idle_ = 0;   ///< under mutex_
    bool stopping_ = false;  ///< under mutex_
    std::mutex join_mutex_;  ///< stop() may be called twice
    std::vector<std::thread> threads_;
};

}  // namespace latchkey::passwords
