#include "app/supervisor.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/log.hpp"

namespace latchkey::app {
namespace {

/// A supervisor that takes nothing must not hang the service.
constexpr ::timeval patience{.tv_sec = 2, .tv_usec = 0};

std::string_view variable(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr ? value : std::string_view();
}

std::int64_t number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

/// The time by which systemd tells this reload from one before.
std::int64_t monotonic_microseconds() {
    ::timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

/// 0, or errno.
int send_datagram(std::string_view address, std::string_view text) {
    ::sockaddr_un to{};
    to.sun_family = AF_UNIX;
    if (address.size() >= sizeof to.sun_path) return ENAMETOOLONG;
    if (address[0] != '/' && address[0] != '@') return EAFNOSUPPORT;
    std::memcpy(to.sun_path, address.data(), address.size());
    if (address[0] == '@') to.sun_path[0] = '\0';
    const auto size = static_cast<::socklen_t>(offsetof(::sockaddr_un, sun_path) + address.size());
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const auto sent =
        ::sendto(fd, text.data(), text.size(), MSG_NOSIGNAL, reinterpret_cast<const ::sockaddr*>(&to), size);
    const int error = sent < 0 ? errno : 0;
    ::close(fd);
    return error;
}

}  // namespace

supervisor::supervisor(std::string address, std::chrono::microseconds watchdog)
    : address_(std::move(address)), watchdog_(watchdog) {}

supervisor supervisor::from_environment() {
    const auto for_whom = variable("WATCHDOG_PID");
    const bool for_us = for_whom.empty() || number(for_whom) == ::getpid();
    const auto watchdog = for_us ? number(variable("WATCHDOG_USEC")) : 0;
    return supervisor(std::string(variable("NOTIFY_SOCKET")),
                      std::chrono::microseconds(std::max<std::int64_t>(watchdog, 0)));
}

void supervisor::ready(std::string_view status) const {
    say("READY=1\nSTATUS=" + std::string(status));
}

void supervisor::reloading() const {
    say("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds()) + "\nSTATUS=Reloading");
}

void supervisor::stopping(std::string_view status) const {
    say("STOPPING=1\nSTATUS=" + std::string(status));
}

void supervisor::alive() const {
    say("WATCHDOG=1");
}

std::optional<std::chrono::microseconds> supervisor::alive_interval() const noexcept {
    if (address_.empty() || watchdog_.count() <= 0) return std::nullopt;
    return watchdog_ / 2;  // as sd_watchdog_enabled(3) advises
}

void supervisor::say(std::string_view state) const {
    if (address_.empty()) return;
    if (const int error = send_datagram(address_, state))
        log::warn("NOTIFY_SOCKET takes no message", {{"reason", std::strerror(error)}});
}

}  // namespace latchkey::app
