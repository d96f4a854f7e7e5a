#pragma once

#include <atomic>
#include <cstdint>

namespace latchkey::sessions {

/// What this process has done with sessions since its start, counted once it was durable. Read by anybody at
/// any time without a lock.
struct session_metrics {
    std::atomic<std::uint64_t> opened{0};
    std::atomic<std::uint64_t> rotated{0};   ///< refreshes with the current token
    std::atomic<std::uint64_t> repeated{0};  ///< with the one before, inside the reuse window
    std::atomic<std::uint64_t> replayed{0};  ///< with an older one: reuse detected, the session ended
    std::atomic<std::uint64_t> expired{0};   ///< refreshes that came too late
    std::atomic<std::uint64_t> ended{0};     ///< by logout, revocation or an administrator
    std::atomic<std::int64_t> kept{-1};      ///< what count() answered last; -1: it was never asked
};

}  // namespace latchkey::sessions
