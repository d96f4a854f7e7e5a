#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "http/limits.hpp"
#include "net/connection.hpp"
#include "net/handler.hpp"
#include "net/io_lane.hpp"
#include "net/listener.hpp"

namespace latchkey::net {

/// Why an address cannot be listened on, and what to do; for the operator.
struct listen_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One listening address and the connections accepted there, on the first lane, dealt round-robin to all. The
/// handler, the limits and the lanes must outlive it.
class server final : private listener::owner {
public:
    server(handler&, const http::limits&, std::vector<io_lane*> lanes);
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    /// Binds, listens and begins to accept; returns the port (of interest when 0 was asked for). Before the
    /// lanes run. Throws listen_error.
    std::uint16_t listen(const std::string& address, std::uint16_t port);
    /// Begins to accept from a TCP socket that listens already (inherited_sockets.hpp) and is the server's
    /// from now on; returns where it listens. Throws listen_error.
    tcp::endpoint adopt(int listening);

    /// Every connection accepted from now on speaks TLS with this context. Thread-safe.
    void use_tls(std::shared_ptr<asio::ssl::context>);
    /// Until when its certificate is valid; nothing without TLS. Thread-safe.
    std::optional<std::chrono::sys_seconds> certificate_expiry() const;

    /// Accepts what the kernel has completed already, then no more; until that is done it counts as an open
    /// connection. Thread-safe. Connections are the lanes' business.
    void stop_accepting();

    std::size_t open_connections() const noexcept { return open_connections_.load(); }
    /// Since the start. Thread-safe, like the next.
    std::uint64_t accepted() const noexcept { return accepted_.load(std::memory_order_relaxed); }
    /// How often accepting paused: limits.connections was reached, or descriptors or memory had run out.
    std::uint64_t pauses() const noexcept { return pauses_.load(std::memory_order_relaxed); }

private:
    bool has_room() const noexcept override;
    void accepted(descriptor socket, const tcp::endpoint& peer) noexcept override;
    void paused(const std::string& reason) override;

    tcp::endpoint begin_accepting(descriptor listening, const std::string& where);
    io_lane& next_lane() noexcept { return *lanes_[next_++ % lanes_.size()]; }
    std::shared_ptr<asio::ssl::context> tls() const;

    handler& handler_;
    const http::limits& limits_;
    std::vector<io_lane*> lanes_;
    std::unique_ptr<listener> listener_;  ///< the first lane's; null: nobody is accepted (any more)
    std::size_t next_ = 0;
    mutable std::mutex tls_mutex_;
    std::shared_ptr<asio::ssl::context> tls_;
    std::atomic<std::size_t> open_connections_{0};
    std::atomic<std::uint64_t> accepted_{0};
    std::atomic<std::uint64_t> pauses_{0};
};

}  // namespace latchkey::net
