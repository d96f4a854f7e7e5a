#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <memory>
#include <ostream>

#include "base/task.hpp"
#include "cli/command_error.hpp"
#include "cli/commands.hpp"
#include "config/values.hpp"

namespace latchkey::cli {

namespace {

using asio::ip::tcp;

// Below the time-out of the image's HEALTHCHECK, so that it is we who say why.
constexpr std::chrono::seconds deadline{2};

struct target {
    std::string host;
    std::string port;
    std::string path;
};

target parse_url(const std::string& text) {
    const auto url = boost::urls::parse_uri(text);
    if (!url || url->scheme() != "http" || url->host().empty())
        throw usage_error("healthcheck", "--url is not an http URL", "--url http://127.0.0.1:9090/readyz");
    return {url->host_address(), url->has_port() ? std::string(url->port()) : "80",
            url->encoded_path().empty() ? "/" : std::string(url->encoded_path())};
}

/// Where `serve` with the same configuration answers. A wildcard address is reached through loopback.
target configured_target(const context& c) {
    auto listen = load_settings(c).settings.server.management_listen;
    if (listen.address == "0.0.0.0") listen.address = "127.0.0.1";
    if (listen.address == "::") listen.address = "::1";
    return {listen.address, std::to_string(listen.port), "/readyz"};
}

/// The first bytes of the answer; empty when there is none in time.
asio::awaitable<std::string> ask(target at) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::resolver resolver(executor);
    const auto addresses = co_await resolver.async_resolve(at.host, at.port, asio::use_awaitable);
    tcp::socket socket(executor);
    co_await asio::async_connect(socket, addresses, asio::use_awaitable);
    const auto request = "GET " + at.path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
    std::string answer(std::string_view("HTTP/1.1 200").size(), '\0');
    co_await asio::async_read(socket, asio::buffer(answer), asio::use_awaitable);
    co_return answer;
}

std::string answer_of(const target& at) {
    asio::io_context context(1);
    std::string answer, failure = "no answer within " + std::to_string(deadline.count()) + " s";
    auto take = [&](std::exception_ptr e, std::string text) {
        answer = std::move(text);
        try {
            if (e) std::rethrow_exception(e);
        } catch (const std::exception& why) {
            failure = why.what();
        }
    };
    asio::co_spawn(context, ask(at), take);
    context.run_for(deadline);
    if (answer.empty())
        throw failed("healthcheck", at.host + ":" + at.port + at.path, failure, "latchkey config show");
    return answer;
}

int healthcheck(const context& c, const std::string& url) {
    const auto at = url.empty() ? configured_target(c) : parse_url(url);
    const auto status = answer_of(at).substr(std::string_view("HTTP/1.1 ").size());
    if (status != "200") throw failed("healthcheck", at.host + ":" + at.port + at.path, "status " + status);
    return 0;
}

}  // namespace

void add_healthcheck(CLI::App& app, context& c) {
    const auto url = std::make_shared<std::string>();
    add_command(app, "healthcheck", "Ask a running server whether it is ready", c, [&c, url] {
        return healthcheck(c, *url);
    }).add_option("--url", *url, "Default: /readyz at server.management_listen");
}

}  // namespace latchkey::cli
