#pragma once

#include <span>

#include "base/errc.hpp"
#include "metrics/exposition.hpp"
#include "metrics/sharded.hpp"

namespace latchkey::metrics {

/// Counts how something ended: well, or with which error. Thread-safe and lock-free.
class outcome_counts {
public:
    void succeeded() noexcept { counts_.add(0); }
    void failed(errc why) noexcept { counts_.add(static_cast<std::size_t>(why)); }

    /// Samples of the family that was begun, with the label `outcome` (`success`, or the error's name) before
    /// `more`. Errors that never occurred are left out.
    void write(exposition&, std::span<const label> more = {}) const;

private:
    /// 0 is no error; errc::internal is the last one.
    sharded_counters<static_cast<std::size_t>(errc::internal) + 1> counts_;
};

}  // namespace latchkey::metrics
