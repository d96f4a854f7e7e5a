#pragma once

#include <chrono>
#include <string>

#include "config/settings.hpp"

namespace latchkey::cli {

/// Where to ask, without TLS.
struct http_address {
    std::string host;
    std::string port;
    std::string path;
};

/// Where a service that listens there answers; a wildcard address is reached through loopback.
http_address address_of(config::endpoint listens, std::string path);

/// The beginning of the answer to a GET, at most 4 KiB, from its status line on. Throws std::runtime_error
/// with the reason when not even a status line comes in time.
std::string ask_http(const http_address&, std::chrono::milliseconds deadline);

}  // namespace latchkey::cli
