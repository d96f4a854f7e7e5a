#pragma once

#include <atomic>
#include <cstdint>

namespace latchkey::throttle {

/// What the throttle has done since the start. Written by it, read by anybody at any time without a lock.
struct throttle_metrics {
    std::atomic<std::uint64_t> admitted{0};            ///< attempts let in
    std::atomic<std::uint64_t> refused_by_account{0};  ///< the account's budget was spent
    std::atomic<std::uint64_t> refused_by_address{0};  ///< the address's was, and lasts longer
    std::atomic<std::uint64_t> failures{0};            ///< wrong passwords that were charged for
    std::atomic<std::uint64_t> repeats{0};             ///< wrong passwords sent again at once: not charged
};

}  // namespace latchkey::throttle
