#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/clock.hpp"

namespace latchkey::throttle {

using std::chrono::milliseconds;

/// The generic cell rate algorithm (ITU-T I.371, annex A): `burst` at once, then one an `interval`. All that
/// is kept of the past is one moment, the theoretical arrival time (TAT): when everything charged so far will
/// have been paid for. It may run ahead of the burst: what was let in before it was known to fail is paid for
/// all the same. Time is a parameter.
struct gcra {
    std::uint32_t burst = 10;
    milliseconds interval = std::chrono::minutes(15);

    /// How long until `more` could be charged on top; zero: now.
    milliseconds wait(unix_time tat, unix_time now, std::uint32_t more = 1) const noexcept {
        const auto tolerated = now + burst * interval - more * interval;
        return std::max(std::max(tat, now) - tolerated, milliseconds::zero());
    }
};

}  // namespace latchkey::throttle
