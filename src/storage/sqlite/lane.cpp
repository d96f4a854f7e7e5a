#include "storage/sqlite/lane.hpp"

namespace latchkey::storage::sqlite {

template <class Context>
lane<Context>::lane(std::size_t capacity, std::function<void(batch<Context>&)> work)
    : capacity_(capacity), work_(std::move(work)), thread_([this] { loop(); }) {}

template <class Context>
void lane<Context>::push(std::unique_ptr<job<Context>> added) {
    std::unique_lock lock(mutex_);
    if (stopping_ || queue_.size() >= capacity_) {
        const errc refusal = stopping_ ? errc::shutting_down : errc::store_unavailable;
        lock.unlock();
        return added->fail(refusal);
    }
    queue_.push_back(std::move(added));
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
void lane<Context>::loop() {
    batch<Context> taken;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            filled_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            taken.swap(queue_);
        }
        work_(taken);
        taken.clear();
    }
}

template class lane<write_context>;
template class lane<read_context>;

}  // namespace latchkey::storage::sqlite
