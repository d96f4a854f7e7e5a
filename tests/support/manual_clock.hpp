#pragma once

#include <atomic>

#include "base/clock.hpp"

namespace latchkey::test {

/// A clock that stands still until it is moved. Thread-safe.
class manual_clock final : public wall_clock {
public:
    explicit manual_clock(unix_time start = unix_time{std::chrono::seconds{1'800'000'000}}) : now_(start) {}
    unix_time now() const override { return now_.load(); }
    void set(unix_time t) { now_ = t; }
    void advance(std::chrono::milliseconds by) { now_ = now_.load() + by; }

private:
    std::atomic<unix_time> now_;
};

}  // namespace latchkey::test
