#pragma once

#include <array>
#include <chrono>
#include <span>

#include "metrics/exposition.hpp"
#include "metrics/sharded.hpp"

namespace latchkey::metrics {

/// Counts durations for a histogram. Thread-safe, lock-free, allocates nothing.
class duration_counts {
public:
    /// Seconds; from 50 us, where a verified request lies, to what a login in a full queue takes.
    static constexpr std::array bounds{0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                       0.05,    0.1,    0.25,    0.5,    1.0,   2.5,    5.0,   10.0};

    void add(std::chrono::nanoseconds) noexcept;
    /// As one histogram of the family that was begun.
    void write(exposition&, std::span<const label> = {}) const;

private:
    /// The buckets, and behind them the sum in nanoseconds.
    sharded_counters<bounds.size() + 2> numbers_;
};

}  // namespace latchkey::metrics
