#pragma once

#include <atomic>
#include <cstdint>

#include "metrics/duration_counts.hpp"

namespace latchkey::storage {

/// What a lane of the store does and has done since the start. Written by it, read by anybody at any time
/// without a lock.
struct lane_metrics {
    std::atomic<std::uint64_t> waiting{0};     ///< operations in its queue now
    std::atomic<std::uint64_t> operations{0};  ///< operations taken on
    std::atomic<std::uint64_t> refused{0};     ///< operations its full queue had no room for
    metrics::duration_counts batches;  ///< of what it did at once; of writes a transaction with its sync
};

}  // namespace latchkey::storage
