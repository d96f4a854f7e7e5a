#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace latchkey {

/// Wall-clock time in milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted (RFC 7519
/// NumericDate, finer).
using unix_time = std::chrono::sys_time<std::chrono::milliseconds>;

/// Time as a parameter: what expires is handed a clock, so that tests need not wait. Thread-safe.
class wall_clock {
public:
    virtual ~wall_clock() = default;
    virtual unix_time now() const = 0;
};

/// The machine's clock.
class system_wall_clock final : public wall_clock {
public:
    unix_time now() const override {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
};

/// Whole seconds since the epoch, rounded down (RFC 7519 section 2, NumericDate).
constexpr std::int64_t numeric_date(unix_time t) noexcept {
    return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}

/// Such as `2026-11-23T15:04:05.678Z` (RFC 3339 section 5.6).
std::string rfc3339(unix_time);

}  // namespace latchkey
