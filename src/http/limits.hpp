#pragma once

#include <chrono>
#include <cstddef>

namespace latchkey::http {

/// Every size and every wait of a connection, each with its reason. All are settings (`limits.*`).
struct limits {
    std::size_t header_size =
        16 * 1024;                   ///< bytes of request line and header block; browsers stay below 8 KiB
    std::size_t header_lines = 100;  ///< header lines in a request
    std::size_t target_size = 4 * 1024;  ///< bytes of the request target
    std::size_t body_size =
        64 * 1024;  ///< bytes of a body after chunk decoding; a login form has a few hundred
    std::size_t connections = 20'000;              ///< open at once; more wait in the listen queue
    std::chrono::milliseconds first_byte{10'000};  ///< from accept to the first byte
    std::chrono::milliseconds tls_handshake{10'000};
    std::chrono::milliseconds header{10'000};  ///< from the first byte of a request to the end of its header
    std::chrono::milliseconds body{20'000};    ///< from the end of the header to the end of the body
    std::chrono::milliseconds write{20'000};   ///< for the client to take a response
    std::chrono::milliseconds idle{75'000};    ///< between requests of a kept-alive connection
};

}  // namespace latchkey::http
