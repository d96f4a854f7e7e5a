#include <gmock/gmock.h>

#include "support/loopback.hpp"

// Bodies that lie elsewhere, such as the files of the documentation page: larger than any socket buffer.
namespace latchkey {
namespace {

using test::loopback_server;
using test::raw_client;
using testing::EndsWith;
using testing::StartsWith;

const std::string file = [] {
    std::string bytes;
    while (bytes.size() < 16 * 1024 * 1024)
        bytes += std::to_string(bytes.size()) + ' ';
    return bytes;
}();

std::optional<task<void>> serve_file(http::request& q, http::response& r) {
    if (q.path != "/file") return test::echo(q, r);
    r.stored_body("text/plain", file);
    return std::nullopt;
}

const std::string get_file = "GET /file HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(StoredBody, ArrivesWholeBetweenItsNeighbours) {
    loopback_server server(serve_file);
    raw_client client(server.port);
    client.send(get + get_file + get_file + get);
    EXPECT_THAT(client.read_response(), EndsWith("GET /a "));
    for (int i = 0; i < 2; ++i) {
        const auto response = client.read_response();
        EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\n"));
        EXPECT_TRUE(response.ends_with("\r\n\r\n" + file));
    }
    EXPECT_THAT(client.read_response(), EndsWith("GET /a "));
}

TEST(StoredBody, IsLeftOutOfAnAnswerToHead) {
    loopback_server server(serve_file);
    const auto all = raw_client(server.port)
                         .send("HEAD /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                         .read_to_end();
    EXPECT_THAT(all, testing::HasSubstr("Content-Length: " + std::to_string(file.size()) + "\r\n"));
    EXPECT_THAT(all, EndsWith("\r\n\r\n"));
}

TEST(StoredBody, IsGivenUpWhenTheClientTakesNothing) {
    http::limits limits;
    limits.write = std::chrono::milliseconds(100);
    loopback_server server(serve_file, limits);
    raw_client client(server.port);
    client.send(get_file);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while ((server.handler.requests == 0 || server.server.open_connections() != 0) &&
           std::chrono::steady_clock::now() < give_up)
        std::this_thread::yield();
    EXPECT_EQ(server.server.open_connections(), 0U);
    EXPECT_LT(client.read_to_end().size(), file.size());
}

TEST(StoredBody, IsSentToItsEndWhileDraining) {
    loopback_server server(serve_file, {}, 1);
    raw_client idle(server.port), client(server.port);
    EXPECT_THAT(idle.send(get).read_response(), EndsWith("GET /a "));
    client.send(get_file);
    while (server.handler.requests < 2)
        std::this_thread::yield();
    server.drain(std::chrono::milliseconds(0));
    EXPECT_EQ(idle.read_to_end(), "");  // the last call is over for those who wait for a request
    EXPECT_TRUE(client.read_response().ends_with(file));
}

}  // namespace
}  // namespace latchkey
