#pragma once

#include <array>
#include <csignal>

namespace latchkey::cli {

/// While one lives, SIGINT, SIGTERM and SIGHUP end nothing by themselves: a long command asks, tidies up what
/// it has begun, and then lets the signal do its work. One at a time.
class interruption {
public:
    interruption();
    interruption(const interruption&) = delete;
    interruption& operator=(const interruption&) = delete;
    ~interruption();

    /// The signal that has come; 0 for none.
    static int signal() noexcept;

private:
    static constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};
    std::array<struct ::sigaction, signals.size()> before_{};
};

}  // namespace latchkey::cli
