#pragma once

#include <atomic>
#include <cstdint>

namespace latchkey::passwords {

/// What the hashing threads may hold together, in bytes: a stored hash can ask for more than new ones do, and
/// several such at once must not exceed the budget either. Thread-safe, lock-free.
class memory_ledger {
public:
    explicit memory_ledger(std::uint64_t budget) noexcept : budget_(budget) {}

    /// False when it would exceed the budget; nothing is taken then.
    bool take(std::uint64_t bytes) noexcept {
        auto held = held_.load(std::memory_order_relaxed);
        do {
            if (bytes > budget_ - held) return false;
        } while (!held_.compare_exchange_weak(held, held + bytes, std::memory_order_relaxed));
        return true;
    }
    void give_back(std::uint64_t bytes) noexcept { held_.fetch_sub(bytes, std::memory_order_relaxed); }

    std::uint64_t held() const noexcept { return held_.load(std::memory_order_relaxed); }
    std::uint64_t budget() const noexcept { return budget_; }

private:
    const std::uint64_t budget_;
    std::atomic<std::uint64_t> held_{0};
};

}  // namespace latchkey::passwords
