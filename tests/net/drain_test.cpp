#include <gmock/gmock.h>

#include <future>

#include "support/loopback.hpp"

namespace latchkey {
namespace {

using std::chrono::milliseconds;
using test::loopback_server;
using test::raw_client;
using testing::HasSubstr;

const std::string get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(Drain, AKeptAliveConnectionGetsOneMoreAnswerAndIsToldToClose) {
    loopback_server server;
    raw_client client(server.port);
    client.send(get).read_response();
    server.drain(milliseconds(20'000));
    EXPECT_THAT(client.send(get).read_to_end(), HasSubstr("Connection: close\r\n"));
}

TEST(Drain, AnIdleConnectionIsClosedAtTheLastCall) {
    loopback_server server;
    raw_client client(server.port);
    client.send(get).read_response();
    server.drain(milliseconds(60));
    EXPECT_EQ(client.read_to_end(), "");
}

/// Lets a request wait in its handler until the test says so.
struct gate {
    std::promise<void> begun;
    std::promise<void> go_on;
    std::shared_future<void> may_go_on = go_on.get_future().share();

    task<void> pass(http::request& q, http::response& r) {
        co_await await_completion<int>([this](completion<int> done) {
            std::thread([d = std::move(done), wait = may_go_on]() mutable {
                wait.wait();
                d(1);
            }).detach();
            begun.set_value();
        });
        test::echo(q, r);
    }
};

TEST(Drain, WhatIsUnderWayIsAnswered) {
    gate held;
    loopback_server server(
        [&](http::request& q, http::response& r) -> std::optional<task<void>> { return held.pass(q, r); });
    raw_client client(server.port);
    client.send(get);
    held.begun.get_future().wait();
    server.drain(milliseconds(0));
    held.go_on.set_value();
    EXPECT_THAT(client.read_to_end(), testing::EndsWith("GET /a "));
}

TEST(Drain, IsNotOverBeforeWhoHasConnectedIsAccepted) {
    loopback_server server;
    std::promise<void> go_on;
    server.first_lane().post([&] { go_on.get_future().wait(); });
    raw_client client(server.port);
    server.drain(milliseconds(20'000));
    EXPECT_EQ(server.server.accepted(), 0U);
    EXPECT_NE(server.server.open_connections(), 0U);
    go_on.set_value();
    EXPECT_THAT(client.send(get).read_to_end(), HasSubstr("Connection: close\r\n"));
}

TEST(Drain, NobodyIsAcceptedAfterwards) {
    loopback_server server;
    raw_client(server.port).send(get).read_response();
    server.drain(milliseconds(0));
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (bool refused = false; !refused;) {
        ASSERT_LT(std::chrono::steady_clock::now(), give_up);
        try {
            raw_client late(server.port);
        } catch (const boost::system::system_error&) {
            refused = true;
        }
    }
}

}  // namespace
}  // namespace latchkey
