// A client that goes away while its answer is being made.
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <boost/asio/this_coro.hpp>

#include "http/error_table.hpp"
#include "passwords/hash_pool.hpp"
#include "support/loopback.hpp"

namespace latchkey {
namespace {

using test::loopback_server;
using test::raw_client;
using testing::EndsWith;
using testing::StartsWith;

const std::string request = "GET /login HTTP/1.1\r\nHost: x\r\n\r\n";

/// Waits for what another thread does; the test's own timeout ends it when that never happens.
template <class Condition>
bool soon(Condition condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition() && std::chrono::steady_clock::now() < give_up)
        std::this_thread::yield();
    return condition();
}

/// Logins that wait in a lane without threads: nothing but a hang-up can end them.
class Hangup : public testing::Test {
protected:
    static passwords::hash_pool_settings no_threads() {
        passwords::hash_pool_settings s;
        s.threads = 0;
        s.parameters = {.memory_kib = 64, .passes = 1, .lanes = 1};
        return s;
    }
    std::optional<task<void>> answer(http::request& q, http::response& r) {
        if (q.path != "/login") return test::echo(q, r);
        return log_in(r);
    }
    task<void> log_in(http::response& r) {
        std::string phc = pool.dummy_phc();
        const auto verdict = co_await pool.verify(secret(std::string_view("x")), std::move(phc));
        if (!verdict) http::write_error(r, verdict.error());
    }
    bool abandoned(std::uint64_t n) {
        return soon([&] { return pool.metrics().abandoned == n && pool.waiting() == 0; });
    }
    bool waiting(std::size_t n) {
        return soon([&] { return pool.waiting() == n; });
    }

    passwords::hash_pool pool{no_threads()};
    loopback_server server{[this](http::request& q, http::response& r) { return answer(q, r); }};
};

TEST_F(Hangup, DropsTheLoginOfAClientThatClosed) {
    raw_client client(server.port), other(server.port);
    client.send(request);
    other.send(request);
    ASSERT_TRUE(waiting(2));
    client.socket().close();
    EXPECT_TRUE(soon([&] { return pool.metrics().abandoned == 1; }));
    EXPECT_EQ(pool.waiting(), 1U) << "the other one's";
    other.socket().close();
    EXPECT_TRUE(abandoned(2));
}

TEST_F(Hangup, DropsTheLoginOfAClientThatResets) {
    raw_client client(server.port);
    client.send(request);
    ASSERT_TRUE(waiting(1));
    client.socket().set_option(boost::asio::socket_base::linger(true, 0));
    client.socket().close();
    EXPECT_TRUE(abandoned(1));
}

TEST_F(Hangup, DropsLoginsOutOfTheMiddleOfTheQueue) {
    std::vector<std::unique_ptr<raw_client>> clients;
    for (std::size_t i = 0; i < 6; ++i) {
        clients.push_back(std::make_unique<raw_client>(server.port));
        clients.back()->send(request);
        ASSERT_TRUE(waiting(i + 1));
    }
    for (const std::size_t leaves : {1U, 2U, 4U})
        clients[leaves]->socket().close();
    EXPECT_TRUE(soon([&] { return pool.metrics().abandoned == 3; }));
    pool.stop();
    for (const std::size_t stays : {0U, 3U, 5U})
        EXPECT_THAT(clients[stays]->read_response(), StartsWith("HTTP/1.1 503 ")) << stays;
}

TEST_F(Hangup, SeesTheEndBehindRequestsThatNobodyHasRead) {
    raw_client client(server.port);
    client.send(request + request + request);
    ASSERT_TRUE(waiting(1));
    client.socket().close();
    EXPECT_TRUE(soon([&] { return pool.metrics().abandoned >= 1; }));
}

TEST_F(Hangup, AnswersAClientThatClosedItsSendingSideOnly) {
    raw_client client(server.port);
    client.send(request);
    ASSERT_TRUE(waiting(1));
    client.socket().shutdown(boost::asio::socket_base::shutdown_send);
    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 503 "));
    EXPECT_EQ(pool.metrics().abandoned, 1U);
}

TEST_F(Hangup, AnswersAHalfClosedClientWhatNeedsNoWaiting) {
    raw_client client(server.port);
    client.send("GET /now HTTP/1.1\r\nHost: x\r\n\r\n");
    client.socket().shutdown(boost::asio::socket_base::shutdown_send);
    const auto all = client.read_to_end();
    EXPECT_THAT(all, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(all, EndsWith("GET /now "));
}

/// An endpoint that takes no notice of the hang-up, as one that waits for the store does.
class Unmoved : public testing::Test {
protected:
    task<void> wait_for_test(http::response& r) {
        const auto state = co_await asio::this_coro::cancellation_state;
        auto slot = state.slot();
        auto start = [this, &slot](completion<int> done) {
            slot.assign([this](asio::cancellation_type) { told = true; });
            owed.emplace(std::move(done));
            asked = true;
        };
        const int first = co_await await_completion<int>(start);
        const int second = co_await come_back(first);
        r.body("text/plain").append(std::to_string(second));
    }
    /// Another wait after the cancellation must not throw.
    static task<int> come_back(int value) {
        co_await asio::post(co_await asio::this_coro::executor, use_task);
        co_return value + 1;
    }
    std::optional<completion<int>> owed;
    std::atomic<bool> asked{false}, told{false};
    loopback_server server{
        [this](http::request&, http::response& r) { return std::optional(wait_for_test(r)); }};
};

TEST_F(Unmoved, FinishesAndIsHeardByAHalfClosedClient) {
    raw_client client(server.port);
    client.send(request);
    ASSERT_TRUE(soon([&] { return asked.load(); }));
    client.socket().shutdown(boost::asio::socket_base::shutdown_send);
    EXPECT_TRUE(soon([&] { return told.load(); }));
    (*owed)(41);
    owed.reset();  // it holds on to the lane
    const auto all = client.read_to_end();
    EXPECT_THAT(all, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(all, EndsWith("42"));
}

}  // namespace
}  // namespace latchkey
