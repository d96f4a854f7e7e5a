#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "net/io_lane.hpp"
#include "net/server.hpp"

namespace latchkey::test {

/// Answers what its function answers, and counts.
class function_handler final : public net::handler {
public:
    using function = std::function<std::optional<task<void>>(http::request&, http::response&)>;
    explicit function_handler(function f) : answer_(std::move(f)) {}
    std::optional<task<void>> handle(http::request& q, http::response& r) override {
        ++requests;
        return answer_(q, r);
    }
    std::atomic<int> requests{0};

private:
    function answer_;
};

/// Echoes method, path and body.
inline std::optional<task<void>> echo(http::request& q, http::response& r) {
    r.body("text/plain").append(q.method_text).append(" ").append(q.path).append(" ").append(q.body);
    return std::nullopt;
}

/// A server on a free port of the loopback interface, with lanes of its own.
class loopback_server {
public:
    explicit loopback_server(function_handler::function f = echo, http::limits l = {}, std::size_t lanes = 2)
        : handler(std::move(f)), limits(l), lanes_(lanes), server(handler, limits, pointers()) {
        port = server.listen("127.0.0.1", 0);
        for (auto& lane : lanes_) {
            threads_.emplace_back([&lane] { lane.run(); });
            threads_.emplace_back([&lane] { lane.run_deferred(); });
        }
    }
    ~loopback_server() {
        server.stop_accepting();
        for (auto& lane : lanes_)
            lane.abort_all();
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (server.open_connections() != 0 && std::chrono::steady_clock::now() < give_up)
            std::this_thread::yield();
        for (auto& lane : lanes_)
            lane.stop();
        for (auto& thread : threads_)
            thread.join();
    }

    void drain(std::chrono::milliseconds last_call) {
        server.stop_accepting();
        for (auto& lane : lanes_)
            lane.drain(std::chrono::steady_clock::now() + last_call);
    }

    /// The one that accepts.
    net::io_lane& first_lane() { return lanes_.front(); }

    function_handler handler;
    http::limits limits;

private:
    std::vector<net::io_lane*> pointers() {
        std::vector<net::io_lane*> all;
        for (auto& lane : lanes_)
            all.push_back(&lane);
        return all;
    }
    std::vector<net::io_lane> lanes_;

public:
    net::server server;
    std::uint16_t port = 0;

private:
    std::vector<std::thread> threads_;
};

/// A client that blocks: sends bytes, reads bytes.
class raw_client {
public:
    explicit raw_client(std::uint16_t port) : socket_(context_) {
        socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    }

    raw_client& send(std::string_view bytes) {
        boost::system::error_code ignored;  // the server may have refused and closed already
        boost::asio::write(socket_, boost::asio::buffer(bytes.data(), bytes.size()), ignored);
        return *this;
    }

    /// Reads one response with a Content-Length; empty when the connection ends first.
    std::string read_response() {
        while (rest_.find("\r\n\r\n") == std::string::npos)
            if (!read_more()) return {};
        const auto header = rest_.find("\r\n\r\n") + 4;
        std::size_t length = 0;
        if (const auto at = rest_.find("Content-Length: "); at < header)
            length = std::stoul(rest_.substr(at + 16));
        while (rest_.size() < header + length)
            if (!read_more()) return {};
        std::string response = rest_.substr(0, header + length);
        rest_.erase(0, header + length);
        return response;
    }

    /// Everything until the server closes.
    std::string read_to_end() {
        while (read_more()) {
        }
        return std::exchange(rest_, {});
    }

    boost::asio::ip::tcp::socket& socket() { return socket_; }

private:
    bool read_more() {
        char bytes[4096];
        boost::system::error_code error;
        const auto n = socket_.read_some(boost::asio::buffer(bytes), error);
        rest_.append(bytes, n);
        return !error;
    }

    boost::asio::io_context context_;
    boost::asio::ip::tcp::socket socket_;
    std::string rest_;
};

}  // namespace latchkey::test
