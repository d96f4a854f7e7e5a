#include "storage/sqlite/lane.hpp"

namespace latchkey::storage::sqlite {
namespace {

/// Jobs keep coming as long as one comes in each such moment.
constexpr std::chrono::microseconds moment{100};
/// A batch that waits for no more: the sync is shared by enough.
constexpr std::size_t enough = 64;

}  // namespace

template <class Context>
lane<Context>::lane(std::size_t capacity, std::function<void(batch<Context>&)> work,
                    std::chrono::microseconds patience)
    : capacity_(capacity), patience_(patience), work_(std::move(work)), thread_([this] { loop(); }) {}

template <class Context>
void lane<Context>::push(std::unique_ptr<job<Context>> added) {
    std::unique_lock lock(mutex_);
    if (stopping_ || queue_.size() >= capacity_) {
        const errc refusal = stopping_ ? errc::shutting_down : errc::store_unavailable;
        lock.unlock();
        metrics_.refused.fetch_add(1, std::memory_order_relaxed);
        return added->fail(refusal);
    }
    queue_.push_back(std::move(added));
    metrics_.operations.fetch_add(1, std::memory_order_relaxed);
    metrics_.waiting.store(queue_.size(), std::memory_order_relaxed);
    const bool wake = queue_.size() == 1;  // otherwise the thread is awake, or has been told already
    lock.unlock();
    if (wake) filled_.notify_one();
}

template <class Context>
void lane<Context>::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    filled_.notify_one();
    const std::lock_guard lock(joining_);
    if (thread_.joinable()) thread_.join();
}

template <class Context>
void lane<Context>::gather(std::unique_lock<std::mutex>& lock) {
    if (last_batch_ < 2 && queue_.size() < 2) return;
    const auto end = std::chrono::steady_clock::now() + patience_;
    std::size_t seen = 0;
    while (queue_.size() > seen && queue_.size() < enough && !stopping_ &&
           std::chrono::steady_clock::now() < end) {
        seen = queue_.size();
        filled_.wait_for(lock, moment);
    }
}

template <class Context>
void lane<Context>::loop() {
    batch<Context> taken;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            filled_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            gather(lock);
            taken.swap(queue_);
            last_batch_ = taken.size();
            metrics_.waiting.store(0, std::memory_order_relaxed);
        }
        const auto began = std::chrono::steady_clock::now();
        work_(taken);
        metrics_.batches.add(std::chrono::steady_clock::now() - began);
        taken.clear();
    }
}

template class lane<write_context>;
template class lane<read_context>;

}  // namespace latchkey::storage::sqlite
