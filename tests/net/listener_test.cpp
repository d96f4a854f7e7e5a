#include "net/listener.hpp"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "support/loopback.hpp"

namespace latchkey::net {
namespace {

/// On a free port of the loopback interface, as whoever passes sockets on opens it.
descriptor listening_socket() {
    descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const tcp::endpoint at(asio::ip::address_v4::loopback(), 0);
    EXPECT_EQ(::bind(socket.get(), at.data(), static_cast<::socklen_t>(at.size())), 0);
    EXPECT_EQ(::listen(socket.get(), 8), 0);
    return socket;
}

/// Until the lane has told of all that epoll had seen when this was called.
void wait_for_a_turn(io_lane& lane) {
    for (int i = 0; i < 2; ++i) {  // what was posted goes before what was seen
        std::promise<void> begun;
        lane.post([&begun] { begun.set_value(); });
        begun.get_future().wait();
    }
}

/// A supervisor keeps the sockets that it passes on, and epoll reports a socket for as long as anybody has
/// it.
TEST(Listener, HearsNoMoreOfASocketThatAnotherStillHas) {
    const descriptor of_another = listening_socket();
    test::function_handler handler(test::echo);
    const http::limits limits;
    io_lane lane;
    server ours(handler, limits, {&lane});
    const auto port = ours.adopt(::dup(of_another.get())).port();
    std::thread thread([&lane] { lane.run(); });

    ours.stop_accepting();
    wait_for_a_turn(lane);
    test::raw_client client(port);  // the other's
    wait_for_a_turn(lane);
    EXPECT_EQ(ours.accepted(), 0U);
    EXPECT_TRUE(descriptor(::accept(of_another.get(), nullptr, nullptr)));

    lane.stop();
    thread.join();
}

TEST(IoLane, RunsNothingOnceItWasStopped) {
    io_lane lane;
    lane.stop();
    lane.run();
    lane.run_deferred();
}

}  // namespace
}  // namespace latchkey::net
