#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

namespace latchkey {

/// A value that is read by every request and replaced a few times a day (key ring, TLS context). Readers pay
/// one atomic load: each thread keeps its own reference and fetches a new one only after a publication.
/// Thread-safe.
///
/// std::atomic<std::shared_ptr> would do, but takes a lock for every load in libstdc++.
template <class T>
class snapshot {
public:
    explicit snapshot(std::shared_ptr<const T> first) { publish(std::move(first)); }
    snapshot(const snapshot&) = delete;
    snapshot& operator=(const snapshot&) = delete;

    void publish(std::shared_ptr<const T> next) {
        const std::lock_guard lock(mutex_);
        value_ = std::move(next);
        version_.store(next_version(), std::memory_order_release);
    }

    /// The current value. The reference holds until the calling thread's next call for the same T; copy it to
    /// keep it.
    const std::shared_ptr<const T>& get() const {
        thread_local cached mine;
        if (mine.version != version_.load(std::memory_order_acquire)) {
            const std::lock_guard lock(mutex_);
            mine.value = value_;
            mine.version = version_.load(std::memory_order_relaxed);
        }
        return mine.value;
    }

private:
    struct cached {
        std::uint64_t version = 0;
        std::shared_ptr<const T> value;
    };

    /// Versions are unique in the program, so one cache slot a thread serves several snapshots of the same
    /// type.
    static std::uint64_t next_version() {
        static std::atomic<std::uint64_t> last{0};
        return ++last;
    }

    mutable std::mutex mutex_;
    std::shared_ptr<const T> value_;
    std::atomic<std::uint64_t> version_{0};
};

}  // namespace latchkey
