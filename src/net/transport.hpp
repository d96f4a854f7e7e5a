#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/descriptor.hpp"

namespace latchkey::net {

/// The bytes of one connection, over a non-blocking socket, with TLS or without. Never waits: says what to
/// wait for. Not thread-safe, and stays where it is made.
class transport {
public:
    enum class state {
        done,   ///< `bytes` were read or written, at least one; or what was asked for is complete
        again,  ///< TLS: nothing for us came of all that was read, and there is more; when others had a turn
        wait_to_read,   ///< again, when the socket can be read from
        wait_to_write,  ///< again, with the same bytes, when it can be written to
        ended           ///< nothing more will come (reading), nothing more can be sent (writing), or it broke
    };
    struct progress {
        state reached;
        std::size_t bytes = 0;
    };

    /// `tls` may be null: bytes as they are.
    transport(descriptor connected, SSL_CTX* tls);
    transport(const transport&) = delete;
    transport& operator=(const transport&) = delete;
    ~transport();

    bool is_secure() const noexcept { return ssl_ != nullptr; }
    int socket() const noexcept { return wire_.socket.get(); }

    progress read_some(std::span<char> room) noexcept;
    progress write_some(std::string_view bytes) noexcept;
    /// Reads from the socket itself what nobody is to see.
    progress drop_some() noexcept;
    /// After a read: it did not take all that there was, so epoll may have nothing more to tell.
    bool has_more() const noexcept;

    /// TLS only: the server's part of the handshake, to be called again until it is `done`.
    progress shake_hands() noexcept;
    /// TLS only: close_notify, then the peer's (RFC 8446 section 6.1).
    progress say_goodbye() noexcept;
    /// Nothing more will be sent; what was is still delivered.
    void end_sending() noexcept;
    /// Ends the connection by a reset, and forgets what was to be sent.
    void reset() noexcept;

    /// What was written and the peer has not taken yet, in bytes.
    std::size_t unsent() const noexcept;
    /// Lets OpenSSL free the 34 KiB that it keeps to read and write records with, until they are needed
    /// again; false when part of a record is in them.
    bool free_record_buffers() noexcept;

private:
    /// What OpenSSL reads from and writes to.
    struct wire {
        descriptor socket;
        bool drained = true;     ///< the last read took all that there was
        std::size_t budget = 0;  ///< bytes that OpenSSL may still read in this call

        std::ptrdiff_t receive(std::span<char> room) noexcept;
        progress read(std::span<char> room) noexcept;
        std::ptrdiff_t send(std::string_view bytes) noexcept;
    };
    struct ssl_free {
        void operator()(SSL*) const noexcept;
    };
    struct bio_calls;

    progress obstacle() noexcept;

    wire wire_;
    std::unique_ptr<SSL, ssl_free> ssl_;
};

}  // namespace latchkey::net
