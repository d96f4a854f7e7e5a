#include "net/server.hpp"

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>

#include "base/log.hpp"
#include "net/tls.hpp"

namespace latchkey::net {
namespace {

using boost::system::error_code;
using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, strand>;

/// How long to wait before accepting again when descriptors or memory have run out.
constexpr std::chrono::milliseconds exhausted_pause{100};
constexpr int backlog = 4096;

bool is_exhausted(const error_code& e) {
    return e == asio::error::no_descriptors || e == boost::system::errc::too_many_files_open_in_system ||
           e == asio::error::no_buffer_space || e == asio::error::no_memory;
}

}  // namespace

server::server(handler& h, const http::limits& limits, std::vector<io_lane*> lanes)
    : handler_(h), limits_(limits), lanes_(std::move(lanes)), acceptor_(lanes_.front()->make_strand()) {}

std::uint16_t server::listen(const std::string& address, std::uint16_t port) {
    error_code e;
    const auto fail_on_error = [&](const char* what) {
        if (e)
            throw listen_error("cannot " + std::string(what) + " " + address + ":" + std::to_string(port) +
                               ": " + e.message() +
                               "\n  try: another address or port with --listen or --management-listen, or "
                               "end the program that uses it");
    };
    const tcp::endpoint endpoint(asio::ip::make_address(address, e), port);
    fail_on_error("use the address");
    acceptor_.open(endpoint.protocol(), e);
    fail_on_error("open a socket for");
    acceptor_.set_option(tcp::acceptor::reuse_address(true), e);
    fail_on_error("prepare a socket for");
    acceptor_.bind(endpoint, e);
    fail_on_error("bind to");
    acceptor_.listen(backlog, e);
    fail_on_error("listen on");
    begin_accepting();
    return acceptor_.local_endpoint().port();
}

tcp::endpoint server::adopt(int listening) {
    ::sockaddr_storage bound{};
    ::socklen_t size = sizeof bound;
    error_code e;
    if (::getsockname(listening, reinterpret_cast<::sockaddr*>(&bound), &size) != 0)
        e.assign(errno, boost::system::system_category());
    else
        acceptor_.assign(bound.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), listening, e);
    if (e)
        throw listen_error("cannot use descriptor " + std::to_string(listening) + ": " + e.message() +
                           "\n  try: a .socket unit with ListenStream=");
    begin_accepting();
    return acceptor_.local_endpoint();
}

void server::begin_accepting() {
    acceptor_.non_blocking(true);
    auto loop = accept_loop();  // named: g++ 12 miscompiles a temporary here
    asio::co_spawn(acceptor_.get_executor(), std::move(loop), asio::detached);
}

void server::use_tls(std::shared_ptr<asio::ssl::context> context) {
    const std::lock_guard lock(tls_mutex_);
    tls_ = std::move(context);
}

std::shared_ptr<asio::ssl::context> server::tls() const {
    const std::lock_guard lock(tls_mutex_);
    return tls_;
}

std::optional<std::chrono::sys_seconds> server::certificate_expiry() const {
    const auto context = tls();
    return context ? std::optional(expiry_of(*context)) : std::nullopt;
}

task<void> server::accept_loop() {
    timer pause(acceptor_.get_executor());
    bool reported = false;
    while (acceptor_.is_open()) {
        error_code e;
        const bool full = open_connections_ >= limits_.connections;
        if (!full) {
            io_lane& lane = next_lane();
            tcp_socket socket(lane.make_strand());
            tcp::endpoint peer;
            co_await acceptor_.async_accept(socket, peer, asio::redirect_error(use_task, e));
            if (!e) {
                start(std::move(socket), peer, lane);
                reported = false;
                continue;
            }
            if (!acceptor_.is_open()) break;
            // Anything else is about one connection that is gone already (ECONNABORTED, EPROTO …).
            if (!is_exhausted(e)) continue;
        }
        if (!reported) {
            pauses_.fetch_add(1, std::memory_order_relaxed);
            const std::string reason = full ? "limits.connections is reached" : e.message();
            log::warn("accepting is paused", {{"reason", reason}, {"open_connections", open_connections()}});
        }
        reported = true;
        pause.expires_after(exhausted_pause);
        co_await pause.async_wait(asio::redirect_error(use_task, e));
    }
}

void server::start(tcp_socket socket, tcp::endpoint peer, io_lane& lane) {
    accepted_.fetch_add(1, std::memory_order_relaxed);
    const auto on = socket.get_executor();
    auto life = serve_connection(std::move(socket), std::move(peer), lane,
                                 {handler_, limits_, open_connections_}, tls());
    asio::co_spawn(on, std::move(life), asio::detached);
}

/// A client whose connect() succeeded may have sent its request: closing the listener would reset it
/// unanswered.
void server::take_backlog() {
    for (;;) {
        io_lane& lane = next_lane();
        tcp_socket socket(lane.make_strand());
        tcp::endpoint peer;
        error_code e;
        acceptor_.accept(socket, peer, e);
        if (e) return;
        start(std::move(socket), peer, lane);
    }
}

void server::stop_accepting() {
    asio::post(acceptor_.get_executor(), [this] {
        if (!acceptor_.is_open()) return;
        take_backlog();
        error_code ignored;  // closing is all that is left to do with it
        acceptor_.close(ignored);
    });
}

}  // namespace latchkey::net
