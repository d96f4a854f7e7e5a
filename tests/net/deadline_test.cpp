#include <gmock/gmock.h>

#include "support/loopback.hpp"

// Every wait of a connection ends. The client blocks until the server gives up: no test sleeps.
namespace latchkey {
namespace {

using std::chrono::milliseconds;
using test::loopback_server;
using test::raw_client;
using testing::StartsWith;

TEST(Deadlines, AConnectionThatSendsNothingIsClosed) {
    http::limits limits;
    limits.first_byte = milliseconds(60);
    loopback_server server(test::echo, limits);
    EXPECT_EQ(raw_client(server.port).read_to_end(), "");
}

TEST(Deadlines, AHeaderThatNeverEndsGets408) {
    http::limits limits;
    limits.header = milliseconds(60);
    loopback_server server(test::echo, limits);
    EXPECT_THAT(raw_client(server.port).send("GET / HTTP/1.1\r\nHost: x\r\n").read_to_end(),
                StartsWith("HTTP/1.1 408 "));
}

TEST(Deadlines, TricklingAHeaderDoesNotExtendItsTime) {
    http::limits limits;
    limits.header = milliseconds(100);
    loopback_server server(test::echo, limits);
    raw_client client(server.port);
    client.send("GET / HTTP/1.1\r\nHost: x\r\nX: ");
    // The client never stops sending; were each byte to extend the time, this would not end.
    std::thread trickle([&] {
        for (int i = 0; i < 2'000'000 && server.server.open_connections() != 0; ++i)
            client.send("a");
    });
    const auto all = client.read_to_end();
    trickle.join();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 408 ") || all.starts_with("HTTP/1.1 431 ") || all.empty()) << all;
}

TEST(Deadlines, ABodyThatNeverEndsGets408) {
    http::limits limits;
    limits.header = std::chrono::hours(1);  // not what ends it
    limits.body = milliseconds(60);
    loopback_server server(test::echo, limits);
    EXPECT_THAT(raw_client(server.port)
                    .send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
                    .read_to_end(),
                StartsWith("HTTP/1.1 408 "));
}

TEST(Deadlines, AnIdleConnectionIsClosedWithoutAWord) {
    http::limits limits;
    limits.idle = milliseconds(60);
    loopback_server server(test::echo, limits);
    raw_client client(server.port);
    EXPECT_THAT(client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").read_response(),
                StartsWith("HTTP/1.1 200 "));
    EXPECT_EQ(client.read_to_end(), "");
}

TEST(Deadlines, AClientThatDoesNotReadIsClosed) {
    http::limits limits;
    limits.write = milliseconds(60);
    loopback_server server(
        [](http::request&, http::response& r) -> std::optional<task<void>> {
            r.body("text/plain").append(std::string(64 << 20, 'x'));  // more than the kernel takes
            return std::nullopt;
        },
        limits);
    raw_client client(server.port);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (server.handler.requests == 0 || server.server.open_connections() != 0)
        ASSERT_LT(std::chrono::steady_clock::now(), give_up);
}

}  // namespace
}  // namespace latchkey
