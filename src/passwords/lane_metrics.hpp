#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace latchkey::passwords {

/// Counts durations by upper bound, as a metrics page shows them. Lock-free; a reader may see a count before
/// its sum.
class duration_histogram {
public:
    /// Upper bounds; the last bucket has none.
    static constexpr std::array bounds{
        std::chrono::milliseconds(1),     std::chrono::milliseconds(2),     std::chrono::milliseconds(5),
        std::chrono::milliseconds(10),    std::chrono::milliseconds(20),    std::chrono::milliseconds(50),
        std::chrono::milliseconds(100),   std::chrono::milliseconds(200),   std::chrono::milliseconds(500),
        std::chrono::milliseconds(1'000), std::chrono::milliseconds(2'000), std::chrono::milliseconds(5'000),
        std::chrono::milliseconds(10'000)};

    void add(std::chrono::nanoseconds duration) noexcept {
        std::size_t i = 0;
        while (i < bounds.size() && duration > bounds[i])
            ++i;
        counts_[i].fetch_add(1, std::memory_order_relaxed);
        sum_.fetch_add(duration.count(), std::memory_order_relaxed);
    }

    /// Durations of at most bounds[i] and above bounds[i - 1]; i == bounds.size(): above all.
    std::uint64_t count(std::size_t i) const noexcept { return counts_[i].load(std::memory_order_relaxed); }
    std::chrono::nanoseconds sum() const noexcept {
        return std::chrono::nanoseconds(sum_.load(std::memory_order_relaxed));
    }
    std::uint64_t total() const noexcept {
        std::uint64_t all = 0;
        for (const auto& n : counts_)
            all += n.load(std::memory_order_relaxed);
        return all;
    }

private:
    std::array<std::atomic<std::uint64_t>, bounds.size() + 1> counts_{};
    std::atomic<std::int64_t> sum_{0};
};

/// What the hashing lane does and has done since the start. Written by it, read by anybody at any time
/// without a lock.
struct lane_metrics {
    std::atomic<std::uint64_t> waiting{0};       ///< jobs in the queue now
    std::atomic<std::uint64_t> running{0};       ///< jobs being computed now
    std::atomic<std::int64_t> expected_wait{0};  ///< nanoseconds a job that comes now would wait

    std::atomic<std::uint64_t> verified{0};       ///< passwords checked, right or wrong
    std::atomic<std::uint64_t> hashed{0};         ///< passwords hashed
    std::atomic<std::uint64_t> paired{0};         ///< jobs of these that ran interleaved with another
    std::atomic<std::uint64_t> answer_groups{0};  ///< handed out (answer_group.hpp)

    std::atomic<std::uint64_t> refused_full{0};  ///< the queue was full
    std::atomic<std::uint64_t> refused_late{0};  ///< would have waited beyond its deadline
    std::atomic<std::uint64_t> expired{0};       ///< waited, and could no longer be answered in time
    std::atomic<std::uint64_t> abandoned{0};     ///< the client went away before its turn
    std::atomic<std::uint64_t> out_of_memory{0};

    duration_histogram wait;      ///< from arrival to the start of the computation
    duration_histogram duration;  ///< of the computation; of two that ran interleaved, each has the whole
};

}  // namespace latchkey::passwords
