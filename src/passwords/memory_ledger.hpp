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

    bool has_room(std::uint64_t bytes) const noexcept { return bytes <= budget_ - held(); }
    std::uint64_t held() const noexcept { return held_.load(std::memory_order_relaxed); }
    std::uint64_t budget() const noexcept { return budget_; }

private:
    const std::uint64_t budget_;
    std::atomic<std::uint64_t> held_{0};
};

/// Memory of the ledger for one call; without a ledger it is always granted.
class memory_loan {
public:
    memory_loan(memory_ledger* ledger, std::uint64_t bytes) noexcept
        : ledger_(ledger), bytes_(bytes), granted_(ledger == nullptr || ledger->take(bytes)) {}
    memory_loan(const memory_loan&) = delete;
    memory_loan& operator=(const memory_loan&) = delete;
    ~memory_loan() {
        if (ledger_ != nullptr && granted_) ledger_->give_back(bytes_);
    }
    bool granted() const noexcept { return granted_; }

private:
    memory_ledger* ledger_;
    std::uint64_t bytes_;
    bool granted_;
};

}  // namespace latchkey::passwords
