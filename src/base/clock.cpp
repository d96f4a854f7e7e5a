#include "base/clock.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace latchkey {

std::string rfc3339(unix_time t) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(t);
    const std::time_t since_epoch = std::chrono::system_clock::to_time_t(seconds);
    std::tm utc{};
    gmtime_r(&since_epoch, &utc);
    std::array<char, 40> text{};
    const auto size = std::strftime(text.data(), text.size(), "%FT%T", &utc);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>((t - seconds).count()));
    return std::string(text.data(), size) + fraction.data();
}

}  // namespace latchkey
