#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "passwords/hash_job.hpp"
#include "passwords/semaphore.hpp"

namespace latchkey::passwords {

/// One job, or two that run interleaved; what came of them, and what it took.
struct computation {
    std::vector<hash_job> jobs;
    workload work;        ///< of each
    result<void> done{};  ///< the error of all of them, for the books; each job knows its own
    std::chrono::steady_clock::time_point begun;
    std::chrono::nanoseconds took{};
};

/// A hashing thread at the lowest priority, with an engine of its own. Computes what its owner gives it and
/// posts `finished` when it is done; its first computation is a warm-up without jobs, which says what a hash
/// costs here.
///
/// It shares no lock with anybody and answers nobody. At its priority it can be preempted anywhere and for
/// long: whoever waited for a lock that it holds would wait for every busy process of the machine.
///
/// All members are for one other thread, the owner.
class hash_worker {
public:
    hash_worker(memory_ledger&, const argon2_parameters& wanted, semaphore& finished);
    hash_worker(const hash_worker&) = delete;
    hash_worker& operator=(const hash_worker&) = delete;
    ~hash_worker();  ///< finishes what runs

    bool is_idle() const noexcept { return state_.load(std::memory_order_acquire) == state::idle; }
    bool interleaves(const argon2_hash& hash) const noexcept {
        return engine_->interleaves(hash.parameters, hash.variant);
    }
    /// Only when idle.
    void start(std::vector<hash_job> jobs);
    /// When that should be done, by what it is expected to cost; of the past when it takes longer, and before
    /// the first start.
    std::chrono::steady_clock::time_point expected_end() const noexcept { return expected_end_; }
    /// What was computed; the worker is idle then. Nothing while it computes, and when it was idle.
    std::optional<computation> collect();

private:
    enum class state { idle, computing, done };

    void work();
    void warm_up();
    void compute();
    template <class Work>
    void carry_out(Work);
    bool wait_for_jobs();

    const argon2_parameters wanted_;
    memory_ledger& ledger_;
    semaphore& finished_;
    const std::unique_ptr<engine> engine_;
    computation current_;                                 ///< the thread's while computing, else the owner's
    std::chrono::steady_clock::time_point expected_end_;  ///< the owner's
    std::atomic<state> state_{state::computing};
    semaphore started_;
    std::thread thread_;
};

}  // namespace latchkey::passwords
