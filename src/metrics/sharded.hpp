#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace latchkey::metrics {

/// Threads that count at the same time count in different cache lines, as far as the shards go.
inline constexpr std::size_t shard_count = 8;

/// The calling thread's shard.
inline std::size_t my_shard() noexcept {
    static std::atomic<std::size_t> next{0};
    thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed) % shard_count;
    return mine;
}

/// `Size` numbers that any thread may add to without a lock or an allocation. A reader sees each number as it
/// was at some moment, not all of them as they were at the same one.
template <std::size_t Size>
class sharded_counters {
public:
    void add(std::size_t i, std::int64_t by = 1) noexcept {
        shards_[my_shard()].numbers[i].fetch_add(by, std::memory_order_relaxed);
    }
    std::int64_t value(std::size_t i) const noexcept {
        std::int64_t sum = 0;
        for (const auto& each : shards_)
            sum += each.numbers[i].load(std::memory_order_relaxed);
        return sum;
    }
    static constexpr std::size_t size() noexcept { return Size; }

private:
    struct alignas(64) shard {
        std::array<std::atomic<std::int64_t>, Size> numbers{};
    };
    std::array<shard, shard_count> shards_{};
};

}  // namespace latchkey::metrics
