#include "app/watchdog.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <thread>

namespace latchkey::app {
namespace {

using namespace std::chrono_literals;

/// The reading end of NOTIFY_SOCKET, by an abstract name.
class listening_supervisor {
public:
    listening_supervisor() : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        ::sockaddr_un own{};
        own.sun_family = AF_UNIX;
        std::copy(name_.begin() + 1, name_.end(), own.sun_path + 1);
        ::bind(fd_, reinterpret_cast<::sockaddr*>(&own),
               static_cast<::socklen_t>(offsetof(::sockaddr_un, sun_path) + name_.size()));
    }
    ~listening_supervisor() { ::close(fd_); }
    const std::string& name() const noexcept { return name_; }

    /// The next message; empty when none comes in time.
    std::string hear(std::chrono::milliseconds patience) {
        ::pollfd waits{.fd = fd_, .events = POLLIN, .revents = 0};
        if (::poll(&waits, 1, static_cast<int>(patience.count())) != 1) return {};
        char text[256];
        const auto n = ::recv(fd_, text, sizeof text, 0);
        return {text, static_cast<std::size_t>(std::max<ssize_t>(n, 0))};
    }

private:
    std::string name_ = "@latchkey-watchdog-test-" + std::to_string(::getpid());
    int fd_;
};

struct Watchdog : testing::Test {
    listening_supervisor systemd;
    asio::io_context control;
    net::io_lane one, two;

    void feed(std::chrono::microseconds interval) {
        to_ = supervisor(systemd.name(), interval);
        const strand on{control.get_executor()};
        auto feeding = feed_watchdog(on, to_, {&one, &two});
        asio::co_spawn(on, std::move(feeding), asio::detached);
    }
    void TearDown() override {
        control.stop();
        for (auto* lane : {&one, &two})
            lane->stop();
        for (auto& each : threads)
            each.join();
    }
    void turn(net::io_lane& lane) {
        threads.emplace_back([&lane] { lane.run(); });
        threads.emplace_back([&lane] { lane.run_deferred(); });
    }
    void turn_control() {
        threads.emplace_back([this] { control.run(); });
    }
    supervisor to_;
    std::vector<std::thread> threads;
};

TEST_F(Watchdog, IsFedWhileEveryLaneTurns) {
    feed(2ms);
    turn_control();
    for (auto* lane : {&one, &two})
        turn(*lane);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(systemd.hear(30s), "WATCHDOG=1");
}

TEST_F(Watchdog, StarvesWhileOneThreadOfALaneIsStuck) {
    feed(2ms);
    turn_control();
    turn(one);
    EXPECT_EQ(systemd.hear(50ms), "");
    threads.emplace_back([this] { two.run(); });
    EXPECT_EQ(systemd.hear(50ms), "");
    threads.emplace_back([this] { two.run_deferred(); });
    EXPECT_EQ(systemd.hear(30s), "WATCHDOG=1");
}

TEST_F(Watchdog, IsNotFedWhereNobodyWaits) {
    for (const auto interval : {0us, -1us}) {
        EXPECT_FALSE(supervisor(systemd.name(), interval).alive_interval());
        feed(interval);
    }
    EXPECT_FALSE(supervisor("", 1s).alive_interval());
    control.poll();
    turn(one);
    turn(two);
    EXPECT_EQ(systemd.hear(0ms), "");
}

}  // namespace
}  // namespace latchkey::app
