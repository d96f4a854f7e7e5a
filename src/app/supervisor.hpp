#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::app {

/// Tells whoever started the service how it is doing: datagrams to NOTIFY_SOCKET, the protocol of
/// sd_notify(3), as systemd's `Type=notify` wants it. Silent where nobody listens. What cannot be sent is
/// logged and costs nothing else. Not thread-safe.
class supervisor {
public:
    /// `address`: a path, or `@` and an abstract name; empty: nobody. `watchdog`: how long it waits for
    /// alive() before it takes the service for hung; zero: for ever.
    explicit supervisor(std::string address = {}, std::chrono::microseconds watchdog = {});
    /// From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    static supervisor from_environment();

    /// It serves: after the start, and after reloading(). `status` is one line for `systemctl status`.
    void ready(std::string_view status) const;
    void reloading() const;
    void stopping(std::string_view status) const;
    void alive() const;

    /// How often to call alive(); nothing when nobody waits for it.
    std::optional<std::chrono::microseconds> alive_interval() const noexcept;

private:
    void say(std::string_view state) const;

    std::string address_;
    std::chrono::microseconds watchdog_;
};

}  // namespace latchkey::app
