#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <memory>
#include <utility>

#include "base/descriptor.hpp"
#include "http/limits.hpp"
#include "net/handler.hpp"
#include "net/io_lane.hpp"

namespace latchkey::net {

using tcp = asio::ip::tcp;

/// A place among the connections that are open at once: counted from its making until it is destroyed.
class connection_slot {
public:
    explicit connection_slot(std::atomic<std::size_t>& open) noexcept : open_(&open) { ++*open_; }
    connection_slot(connection_slot&& other) noexcept : open_(std::exchange(other.open_, nullptr)) {}
    connection_slot& operator=(connection_slot&&) = delete;
    ~connection_slot() {
        if (open_ != nullptr) --*open_;
    }

private:
    std::atomic<std::size_t>* open_;
};

/// What a connection needs of the server it belongs to. Outlives every connection.
struct connection_environment {
    handler& answers;
    const http::limits& limits;
};

/// What was accepted.
struct new_connection {
    descriptor socket;  ///< non-blocking
    tcp::endpoint peer;
    connection_slot slot;
    std::shared_ptr<asio::ssl::context> tls;  ///< null: plain HTTP
};

/// Serves the connection on the lane until it ends: reads a request, has it answered, writes, again. Call it
/// on the lane's thread; never throws.
void serve_connection(new_connection, io_lane&, connection_environment) noexcept;

}  // namespace latchkey::net
