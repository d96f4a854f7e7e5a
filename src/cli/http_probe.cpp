#include "cli/http_probe.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

#include "base/task.hpp"

namespace latchkey::cli {

namespace {

using asio::ip::tcp;

constexpr std::size_t most = 4096;
constexpr std::size_t status_line = std::string_view("HTTP/1.1 200").size();

/// Reads into `answer` until the other side closes; what has come stays there when time is up.
asio::awaitable<void> ask(http_address at, std::string& answer) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::resolver resolver(executor);
    const auto addresses = co_await resolver.async_resolve(at.host, at.port, asio::use_awaitable);
    tcp::socket socket(executor);
    co_await asio::async_connect(socket, addresses, asio::use_awaitable);
    const auto request = "GET " + at.path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
    std::string part(most, '\0');
    boost::system::error_code ended;
    while (!ended && answer.size() < most) {
        const std::size_t got = co_await socket.async_read_some(
            asio::buffer(part), asio::redirect_error(asio::use_awaitable, ended));
        answer.append(part, 0, got);
    }
}

}  // namespace

http_address address_of(config::endpoint listens, std::string path) {
    if (listens.address == "0.0.0.0") listens.address = "127.0.0.1";
    if (listens.address == "::") listens.address = "::1";
    return {listens.address, std::to_string(listens.port), std::move(path)};
}

std::string ask_http(const http_address& at, std::chrono::milliseconds deadline) {
    asio::io_context context(1);
    std::string answer, failure = "no answer within " + std::to_string(deadline.count()) + " ms";
    auto note = [&](std::exception_ptr e) {
        try {
            if (e) std::rethrow_exception(e);
            failure = "the connection was closed without an answer";
        } catch (const boost::system::system_error& why) {  // its what() has Boost's source location
            failure = why.code() == asio::error::connection_refused
                          ? "nothing listens there (connection refused)"
                          : why.code().message();
        } catch (const std::exception& why) {
            failure = why.what();
        }
    };
    auto asking = ask(at, answer);
    asio::co_spawn(context, std::move(asking), note);
    context.run_for(deadline);
    if (answer.size() < status_line) throw std::runtime_error(failure);
    return answer;
}

}  // namespace latchkey::cli
