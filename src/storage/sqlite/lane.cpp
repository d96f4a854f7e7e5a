#include "storage/sqlite/lane.hpp"

#include <algorithm>

#include "base/thread_duty.hpp"

namespace latchkey::storage::sqlite {
namespace {

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
        if (refusal == errc::store_unavailable) metrics_.refused.fetch_add(1, std::memory_order_relaxed);
        return added->fail(refusal);
    }
    queue_.push_back(std::move(added));
    metrics_.operations.fetch_add(1, std::memory_order_relaxed);
    metrics_.waiting.store(queue_.size(), std::memory_order_relaxed);
    const bool wake = queue_.size() == 1 || queue_.size() == expected_;  // what the thread may be waiting for
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
    if (patience_ == patience_.zero()) return;
    filled_.wait_for(lock, patience_, [this] { return stopping_ || queue_.size() >= expected_; });
}

template <class Context>
void lane<Context>::loop() {
    take_up(thread_duty::follows);
    batch<Context> taken;
    std::size_t last = 0;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            const std::size_t overlapped = queue_.empty() ? 0 : last;
            filled_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            gather(lock);
            taken.swap(queue_);
            expected_ = std::min(taken.size() + overlapped, enough);
            metrics_.waiting.store(0, std::memory_order_relaxed);
        }
        last = taken.size();
        const auto began = std::chrono::steady_clock::now();
        work_(taken);
        metrics_.batches.add(std::chrono::steady_clock::now() - began);
        taken.clear();
    }
}

template class lane<write_context>;
template class lane<read_context>;

}  // namespace latchkey::storage::sqlite
