#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "crypto/secret.hpp"
#include "http/response.hpp"

namespace latchkey::net {

/// What an answer is written in: the response that the handler fills in, and the bytes for the socket. A
/// connection borrows one of its lane from its request until the answer is sent, so that those who wait for a
/// request need none, and the next answer finds it in the processor's cache.
struct draft {
    http::response response;
    std::string output;

    draft() = default;
    draft(const draft&) = delete;
    draft& operator=(const draft&) = delete;
    ~draft() { wipe(); }

    /// Forgets what was in them: it held a token.
    void wipe() noexcept {
        response.reset();
        wipe_output();
    }
    void wipe_output() noexcept {
        latchkey::wipe(std::span<char>(output));
        if (output.capacity() > kept_size) std::string().swap(output);
        output.clear();
    }

private:
    static constexpr std::size_t kept_size = std::size_t{16} * 1024;
};

}  // namespace latchkey::net
