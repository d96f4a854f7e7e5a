#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <string>

#include "base/task.hpp"
#include "http/limits.hpp"
#include "http/message_reader.hpp"
#include "http/response.hpp"
#include "net/handler.hpp"
#include "net/io_lane.hpp"

namespace latchkey::net {

using tcp = asio::ip::tcp;
using tcp_socket = asio::basic_stream_socket<tcp, strand>;
using tls_stream = asio::ssl::stream<tcp_socket>;

/// What a connection needs of the server it belongs to. Outlives every connection.
struct connection_environment {
    handler& answers;
    const http::limits& limits;
    std::atomic<std::size_t>& open_connections;
};

/// Serves one accepted socket until it ends: reads a request, has it answered, writes, again. Runs on the
/// socket's strand; never throws. With a context the client must speak TLS.
task<void> serve_connection(tcp_socket, tcp::endpoint peer, io_lane&, connection_environment,
                            std::shared_ptr<asio::ssl::context> tls);

}  // namespace latchkey::net
