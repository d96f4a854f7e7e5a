#include "net/server.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <system_error>

#include "base/log.hpp"
#include "net/tls.hpp"

namespace latchkey::net {
namespace {

constexpr int backlog = 4096;

[[noreturn]] void refuse(const std::string& what, const std::string& why, const std::string& remedy) {
    throw listen_error("cannot " + what + ": " + why + "\n  try: " + remedy);
}

}  // namespace

server::server(handler& h, const http::limits& limits, std::vector<io_lane*> lanes)
    : handler_(h), limits_(limits), lanes_(std::move(lanes)) {}

std::uint16_t server::listen(const std::string& address, std::uint16_t port) {
    const std::string where = address + ":" + std::to_string(port);
    const auto must = [&](bool done, const char* what) {
        if (!done)
            refuse(std::string(what) + " " + where, std::system_category().message(errno),
                   "another address or port with --listen or --management-listen, or end the program that "
                   "uses it");
    };
    boost::system::error_code error;
    const tcp::endpoint at(asio::ip::make_address(address, error), port);
    errno = error.value();
    must(!error, "use the address");
    descriptor socket(::socket(at.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    must(static_cast<bool>(socket), "open a socket for");
    const int on = 1;
    must(::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0, "prepare a socket for");
    must(::bind(socket.get(), at.data(), static_cast<::socklen_t>(at.size())) == 0, "bind to");
    must(::listen(socket.get(), backlog) == 0, "listen on");
    return begin_accepting(std::move(socket), where).port();
}

tcp::endpoint server::adopt(int listening) {
    const std::string where = "descriptor " + std::to_string(listening);
    const int flags = ::fcntl(listening, F_GETFL);
    if (flags < 0 || ::fcntl(listening, F_SETFL, flags | O_NONBLOCK) < 0)
        refuse("use " + where, std::system_category().message(errno), "a .socket unit with ListenStream=");
    return begin_accepting(descriptor(listening), where);
}

tcp::endpoint server::begin_accepting(descriptor listening, const std::string& where) {
    try {
        listener::owner& self = *this;
        listener_ = std::make_unique<listener>(std::move(listening), *lanes_.front(), self);
        return listener_->address();
    } catch (const std::system_error& e) {
        refuse("accept from " + where, e.what(), "a TCP socket that listens (systemd: ListenStream=)");
    }
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

bool server::has_room() const noexcept {
    return open_connections_ < limits_.connections;
}

void server::paused(const std::string& reason) {
    pauses_.fetch_add(1, std::memory_order_relaxed);
    log::warn("accepting is paused", {{"reason", reason}, {"open_connections", open_connections()}});
}

/// What has no memory for it is closed, and the lane goes on.
void server::accepted(descriptor socket, const tcp::endpoint& peer) noexcept try {
    accepted_.fetch_add(1, std::memory_order_relaxed);
    new_connection fresh{std::move(socket), peer, connection_slot(open_connections_), tls()};
    io_lane& lane = next_lane();
    const connection_environment environment{handler_, limits_};
    if (&lane == lanes_.front()) return serve_connection(std::move(fresh), lane, environment);
    lane.post([&lane, environment, fresh = std::move(fresh)]() mutable {
        serve_connection(std::move(fresh), lane, environment);
    });
} catch (const std::exception& e) {
    log::error("a connection failed", {{"reason", e.what()}});
}

void server::stop_accepting() {
    // Counted: who waits for the last connection to end must not take the server for empty before.
    lanes_.front()->post([this, counted = connection_slot(open_connections_)] {
        if (!listener_) return;
        listener_->take_backlog();
        listener_.reset();
    });
}

}  // namespace latchkey::net
