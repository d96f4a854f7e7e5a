#include <gmock/gmock.h>

#include <boost/asio/steady_timer.hpp>
#include <future>

#include "support/loopback.hpp"

namespace latchkey {
namespace {

using test::loopback_server;
using test::raw_client;
using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const std::string get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

task<int> wait_for_another_lane() {
    return await_completion<int>(
        [](completion<int> done) { std::thread([d = std::move(done)]() mutable { d(1); }).detach(); });
}

TEST(Connection, KeepsAliveAndAnswersInOrder) {
    loopback_server server;
    raw_client client(server.port);
    for (int i = 0; i < 3; ++i)
        EXPECT_THAT(client.send(get).read_response(), EndsWith("GET /a "));
}

TEST(Connection, AnswersPipelinedRequestsInOrder) {
    loopback_server server;
    raw_client client(server.port);
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send(many);
    for (int i = 0; i < 100; ++i)
        ASSERT_THAT(client.read_response(), EndsWith("GET /" + std::to_string(i) + " "));
}

TEST(Connection, AnswersARequestThatArrivesByteByByte) {
    loopback_server server;
    raw_client client(server.port);
    for (const char c : get)
        client.send({&c, 1});
    EXPECT_THAT(client.read_response(), EndsWith("GET /a "));
}

TEST(Connection, NamesEveryAnswerAfterItsRequest) {
    loopback_server server;
    raw_client client(server.port);
    const auto first = client.send(get).read_response();
    EXPECT_THAT(first, ContainsRegex("X-Request-Id: [0-9a-f]{32}\r\n"));
    EXPECT_NE(client.send(get).read_response(), first);
    EXPECT_THAT(client.send("GET /a HTTP/1.1\r\nHost: x\r\nX-Request-Id: abc-1\r\n\r\n").read_response(),
                HasSubstr("X-Request-Id: abc-1\r\n"));
    EXPECT_THAT(client
                    .send("GET /a HTTP/1.1\r\nHost: x\r\ntraceparent: "
                          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n")
                    .read_response(),
                ContainsRegex("traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01\r\n"));
}

const std::string named =
    "POST /a HTTP/1.1\r\nHost: x\r\nX-Request-Id: abc-1\r\ntraceparent: "
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";

TEST(Connection, NamesARefusalAfterItsRequest) {
    loopback_server server;
    for (const std::string refused : {"Content-Length: 99999999\r\n\r\n", "Expect: a\r\n\r\n"}) {
        const auto answer = raw_client(server.port).send(named + refused).read_to_end();
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 41"));
        EXPECT_THAT(answer, HasSubstr("X-Request-Id: abc-1\r\n"));
        EXPECT_THAT(answer, HasSubstr("traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-"));
    }
}

/// The second lies in the buffer where the first lay, so that stale views would find well-formed names there.
TEST(Connection, NamesNoAnswerAfterTheRequestBefore) {
    loopback_server server;
    for (const std::string refused : {"nonsense\n", "A : b\r\n\r\n"}) {
        raw_client client(server.port);
        client.send(named + "\r\n");
        ASSERT_THAT(client.read_response(), HasSubstr("X-Request-Id: abc-1\r\n"));
        const auto answer = client.send(named + refused).read_to_end();
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 "));
        EXPECT_THAT(answer, ContainsRegex("X-Request-Id: [0-9a-f]{32}\r\n"));
        EXPECT_THAT(answer, testing::Not(HasSubstr("traceparent")));
    }
}

TEST(Connection, RefusesHeadWithoutABody) {
    loopback_server server;
    const std::string head = "HEAD /a HTTP/1.1\r\nHost: x\r\n";
    EXPECT_THAT(raw_client(server.port).send(head + "Expect: a\r\n\r\n").read_to_end(), EndsWith("\r\n\r\n"));
    // After a HEAD on the same connection, what is no request at all is told why.
    const std::string too_large = "GET /a HTTP/1.1\r\nHost: x\r\nA: " + std::string(20'000, 'a') + "\r\n\r\n";
    for (const std::string& next : {std::string("nonsense\n"), std::string("nonsense\r\n\r\n"), too_large})
        EXPECT_THAT(raw_client(server.port).send(head + "\r\n" + next).read_to_end(), EndsWith("}"))
            << next.substr(0, 10);
}

TEST(Connection, ClosesWhenTheRequestSaysSo) {
    loopback_server server;
    const auto all =
        raw_client(server.port).send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").read_to_end();
    EXPECT_THAT(all, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(raw_client(server.port).send("GET /a HTTP/1.0\r\n\r\n").read_to_end(),
                HasSubstr("Connection: close\r\n"));
}

TEST(Connection, KeepsHttp10AliveWhenAsked) {
    loopback_server server;
    raw_client client(server.port);
    const std::string request = "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    EXPECT_THAT(client.send(request).read_response(), HasSubstr("Connection: keep-alive\r\n"));
    EXPECT_THAT(client.send(request).read_response(), EndsWith("GET /a "));
}

TEST(Connection, LeavesTheBodyOutOfAnAnswerToHead) {
    loopback_server server;
    raw_client client(server.port);
    const auto all = client.send("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").read_to_end();
    EXPECT_THAT(all, HasSubstr("Content-Length: 8\r\n"));
    EXPECT_THAT(all, EndsWith("\r\n\r\n"));
}

TEST(Connection, RefusesAmbiguousFramingAndCloses) {
    loopback_server server;
    const auto all = raw_client(server.port)
                         .send(
                             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: "
                             "chunked\r\n\r\n0\r\n\r\n" +
                             get)
                         .read_to_end();
    EXPECT_THAT(all, StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(all, HasSubstr("Connection: close\r\n"));
    EXPECT_EQ(server.handler.requests, 0);
}

TEST(Connection, AsksForABodyThatWaitsForContinue) {
    loopback_server server;
    raw_client client(server.port);
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_response(), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_THAT(client.send("hi").read_response(), EndsWith("POST /a hi"));
}

TEST(Connection, RefusesABodyThatIsTooLargeBeforeItArrives) {
    http::limits limits;
    limits.body_size = 10;
    loopback_server server(test::echo, limits);
    EXPECT_THAT(raw_client(server.port)
                    .send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n")
                    .read_to_end(),
                StartsWith("HTTP/1.1 413 "));
}

TEST(Connection, AnswersAfterWaitingForAnotherLane) {
    loopback_server server([](http::request& q, http::response& r) -> std::optional<task<void>> {
        auto wait = [](http::request& request, http::response& response) -> task<void> {
            co_await wait_for_another_lane();
            test::echo(request, response);
        };
        return wait(q, r);
    });
    raw_client client(server.port);
    client.send(get + get);
    EXPECT_THAT(client.read_response(), EndsWith("GET /a "));
    EXPECT_THAT(client.read_response(), EndsWith("GET /a "));
}

TEST(Connection, AnswersAPipelineThatIsLargerThanItsBuffer) {
    loopback_server server;
    raw_client client(server.port);
    const std::string padding = "X-Padding: " + std::string(300, 'x') + "\r\n";
    std::string many;
    for (int i = 0; i < 300; ++i)
        many += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n" + padding +
                "\r\nabc";
    for (std::size_t at = 0; at < many.size(); at += 10'007)  // in pieces that are no whole requests
        client.send(std::string_view(many).substr(at, 10'007));
    for (int i = 0; i < 300; ++i)
        ASSERT_THAT(client.read_response(), EndsWith("POST /" + std::to_string(i) + " abc"));
}

TEST(Connection, AnswersWhatWasSentBeforeTheClientClosedItsSide) {
    loopback_server server;
    raw_client client(server.port);
    std::string many;
    for (int i = 0; i < 200; ++i)
        many += get;
    client.send(many);
    client.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send);
    for (int i = 0; i < 200; ++i)
        ASSERT_THAT(client.read_response(), EndsWith("GET /a "));
    EXPECT_EQ(client.read_to_end(), "");
}

TEST(Connection, StopsAtTheRequestOfAPipelineThatSaysSo) {
    loopback_server server;
    raw_client client(server.port);
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += i == 70 ? "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" : get;
    client.send(many);
    for (int i = 0; i < 70; ++i)
        ASSERT_THAT(client.read_response(), EndsWith("GET /a "));
    EXPECT_THAT(client.read_to_end(), EndsWith("GET /last "));
    EXPECT_EQ(server.handler.requests, 71);
}

TEST(Connection, SendsTheAnswersBeforeOneThatMustWait) {
    std::promise<void> release;
    auto released = release.get_future().share();
    std::atomic<bool> over{false};
    loopback_server server([&](http::request& q, http::response& r) -> std::optional<task<void>> {
        if (q.path != "/slow") return test::echo(q, r);
        auto wait = [](std::shared_future<void> until, std::atomic<bool>& is_over, http::request& request,
                       http::response& response) -> task<void> {
            co_await await_completion<int>([&](completion<int> done) {
                std::thread([until, d = std::move(done)]() mutable {
                    until.wait_for(std::chrono::seconds(10));
                    d(1);
                }).detach();
            });
            is_over = true;
            test::echo(request, response);
        };
        return wait(released, over, q, r);
    });
    raw_client client(server.port);
    client.send(get + get + "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + get);
    EXPECT_THAT(client.read_response(), EndsWith("GET /a "));
    EXPECT_THAT(client.read_response(), EndsWith("GET /a "));
    EXPECT_FALSE(over);
    release.set_value();
    EXPECT_THAT(client.read_response(), EndsWith("GET /slow "));
    EXPECT_THAT(client.read_response(), EndsWith("GET /a "));
    EXPECT_EQ(server.handler.requests, 4);
}

TEST(Connection, Answers500WhenAHandlerThrowsAndServesOn) {
    loopback_server server([](http::request& q, http::response& r) -> std::optional<task<void>> {
        if (q.path == "/throw") throw std::runtime_error("broken");
        return test::echo(q, r);
    });
    raw_client client(server.port);
    const auto broken = client.send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n").read_response();
    EXPECT_THAT(broken, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(broken, testing::Not(HasSubstr("broken")));
    EXPECT_THAT(client.send(get).read_response(), EndsWith("GET /a "));
}

TEST(Connection, Answers500WhenADeferredAnswerThrowsAndServesOn) {
    loopback_server server([](http::request& q, http::response& r) -> std::optional<task<void>> {
        auto broken = [](bool waits) -> task<void> {
            if (waits) co_await wait_for_another_lane();
            throw std::runtime_error("broken");
        };
        if (q.path == "/a") return test::echo(q, r);
        return broken(q.path == "/late");
    });
    raw_client client(server.port);
    for (const std::string_view request :
         {"GET /at-once HTTP/1.1\r\nHost: x\r\n\r\n", "GET /late HTTP/1.1\r\nHost: x\r\n\r\n"}) {
        EXPECT_THAT(client.send(request).read_response(), StartsWith("HTTP/1.1 500 "));
        EXPECT_THAT(client.send(get).read_response(), EndsWith("GET /a "));
    }
}

/// What a login takes of a processor is not to delay a verified request.
TEST(Connection, AnswersOthersWhileADeferredAnswerKeepsItsThread) {
    std::promise<void> begun, others_are_answered;
    const auto busy = [&](http::request& q, http::response& r) -> task<void> {
        begun.set_value();
        others_are_answered.get_future().wait();
        co_return void(test::echo(q, r));
    };
    loopback_server server(
        [&](http::request& q, http::response& r) {
            return q.path == "/busy" ? std::optional(busy(q, r)) : test::echo(q, r);
        },
        {}, 1);
    raw_client one(server.port), other(server.port);
    one.send("GET /busy HTTP/1.1\r\nHost: x\r\n\r\n");
    begun.get_future().wait();
    EXPECT_THAT(other.send(get).read_response(), EndsWith("GET /a "));
    others_are_answered.set_value();
    EXPECT_THAT(one.read_response(), EndsWith("GET /busy "));
}

TEST(Connection, ServesOnWhenAClientHangsUpInTheMiddle) {
    loopback_server server;
    for (std::size_t n = 1; n < get.size(); ++n)
        raw_client(server.port).send(get.substr(0, n));
    EXPECT_THAT(raw_client(server.port).send(get).read_response(), EndsWith("GET /a "));
}

TEST(Listener, AcceptsAgainOnceConnectionsHaveEnded) {
    http::limits limits;
    limits.connections = 2;
    loopback_server server(test::echo, limits);
    auto first = std::make_unique<raw_client>(server.port);
    raw_client second(server.port);
    EXPECT_THAT(first->send(get).read_response(), EndsWith("GET /a "));
    EXPECT_THAT(second.send(get).read_response(), EndsWith("GET /a "));
    raw_client third(server.port);  // waits in the listen queue
    third.send(get);
    first.reset();
    EXPECT_THAT(third.read_response(), EndsWith("GET /a "));
    EXPECT_EQ(server.server.accepted(), 3U);
}

TEST(Listener, CountsAPauseForWantOfConnectionsOnce) {
    http::limits limits;
    limits.connections = 1;
    loopback_server server(test::echo, limits);
    raw_client first(server.port), second(server.port);  // the second finds the acceptor waiting already
    EXPECT_THAT(first.send(get).read_response(), EndsWith("GET /a "));
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (server.server.pauses() == 0 && std::chrono::steady_clock::now() < give_up)
        std::this_thread::yield();
    EXPECT_EQ(server.server.pauses(), 1U);
}

}  // namespace
}  // namespace latchkey
