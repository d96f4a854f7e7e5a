#include "net/transport.hpp"

#include <linux/sockios.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>

namespace latchkey::net {
namespace {

/// What OpenSSL may read in one call. It reads on while records come that hold nothing for us, such as
/// requests for new keys (RFC 8446 section 4.6.3), which a client may send without end.
constexpr std::size_t read_budget = std::size_t{64} * 1024;

/// Whether SSL_free_buffers() leaves alone what a half-read record still needs (CVE-2024-4741).
bool frees_buffers_safely() noexcept {
    const unsigned major = OPENSSL_version_major(), minor = OPENSSL_version_minor(),
                   patch = OPENSSL_version_patch();
    if (major != 3 || minor > 3) return major >= 3;
    constexpr std::array<unsigned, 4> fixed_in{14, 6, 2, 1};  // 3.0.14, 3.1.6, 3.2.2, 3.3.1
    return patch >= fixed_in[minor];
}

/// Whether a call that failed would succeed later.
bool would_block() noexcept {
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

}  // namespace

// Not recv(2) and send(2): in a program of several threads libc makes them points of cancellation, which
// nobody here asks for, by two locked instructions a call.

std::ptrdiff_t transport::wire::receive(std::span<char> room) noexcept {
    const auto n = ::syscall(SYS_recvfrom, socket.get(), room.data(), room.size(), 0, nullptr, nullptr);
    drained = n < 0 ? would_block() : static_cast<std::size_t>(n) < room.size();
    return n;
}

transport::progress transport::wire::read(std::span<char> room) noexcept {
    const auto n = receive(room);
    if (n > 0) return {state::done, static_cast<std::size_t>(n)};
    return {n < 0 && would_block() ? state::wait_to_read : state::ended};
}

std::ptrdiff_t transport::wire::send(std::string_view bytes) noexcept {
    return ::syscall(SYS_sendto, socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL, nullptr, 0);
}

/// The functions of a BIO (bio(7ssl)) whose data is the wire.
struct transport::bio_calls {
    static wire& wire_of(BIO* bio) noexcept { return *static_cast<wire*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* out, int size) noexcept {
        BIO_clear_retry_flags(bio);
        wire& from = wire_of(bio);
        const auto room = std::min(static_cast<std::size_t>(size), from.budget);
        if (room == 0) {
            from.drained = false;
            BIO_set_retry_read(bio);
            return -1;
        }
        const auto n = from.receive({out, room});
        if (n > 0) from.budget -= static_cast<std::size_t>(n);
        if (n < 0 && would_block()) BIO_set_retry_read(bio);
        return static_cast<int>(n);
    }
    static int write(BIO* bio, const char* bytes, int size) noexcept {
        BIO_clear_retry_flags(bio);
        const auto n = wire_of(bio).send({bytes, static_cast<std::size_t>(size)});
        if (n < 0 && would_block()) BIO_set_retry_write(bio);
        return static_cast<int>(n);
    }
    static long control(BIO*, int what, long, void*) noexcept { return what == BIO_CTRL_FLUSH ? 1 : 0; }

    static const BIO_METHOD* method() {
        static const BIO_METHOD* const ours = [] {
            BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
            if (m == nullptr) throw std::bad_alloc();
            BIO_meth_set_read(m, read);
            BIO_meth_set_write(m, write);
            BIO_meth_set_ctrl(m, control);
            return m;
        }();
        return ours;
    }
};

void transport::ssl_free::operator()(SSL* ssl) const noexcept {
    SSL_free(ssl);
}

transport::transport(descriptor connected, SSL_CTX* tls) : wire_{std::move(connected)} {
    if (tls == nullptr) return;
    ssl_.reset(SSL_new(tls));
    BIO* const bio = ssl_ ? BIO_new(bio_calls::method()) : nullptr;
    if (bio == nullptr) throw std::bad_alloc();
    BIO_set_data(bio, &wire_);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_read_ahead(ssl_.get(), 1);  // a record in one read, not its header and then the rest
    // What is sent again may have moved, and a record that got out is told of.
    SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_set_accept_state(ssl_.get());
}

transport::~transport() = default;

/// Why a call of OpenSSL did nothing. Its queue of errors is not asked: it belongs to the thread, and may
/// hold what others left there.
transport::progress transport::obstacle() noexcept {
    SSL* const ssl = ssl_.get();
    if (SSL_want_read(ssl) && BIO_should_read(SSL_get_rbio(ssl)))
        return {wire_.budget == 0 ? state::again : state::wait_to_read};
    if (SSL_want_write(ssl) && BIO_should_write(SSL_get_wbio(ssl))) return {state::wait_to_write};
    ERR_clear_error();
    return {state::ended};
}

transport::progress transport::read_some(std::span<char> room) noexcept {
    if (ssl_) {
        std::size_t read = 0;
        wire_.budget = read_budget;
        if (SSL_read_ex(ssl_.get(), room.data(), room.size(), &read) == 1) return {state::done, read};
        return obstacle();
    }
    return wire_.read(room);
}

transport::progress transport::write_some(std::string_view bytes) noexcept {
    if (ssl_) {
        std::size_t written = 0;
        if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written) == 1)
            return {state::done, written};
        return obstacle();
    }
    const auto n = wire_.send(bytes);
    if (n >= 0) return {state::done, static_cast<std::size_t>(n)};
    return {would_block() ? state::wait_to_write : state::ended};
}

transport::progress transport::drop_some() noexcept {
    std::array<char, 4096> rest;  // NOLINT(cppcoreguidelines-pro-type-member-init): the kernel's
    return wire_.read(rest);
}

bool transport::has_more() const noexcept {
    return !wire_.drained || (ssl_ && SSL_has_pending(ssl_.get()) == 1);
}

transport::progress transport::shake_hands() noexcept {
    wire_.budget = read_budget;
    return SSL_do_handshake(ssl_.get()) == 1 ? progress{state::done} : obstacle();
}

transport::progress transport::say_goodbye() noexcept {
    wire_.budget = read_budget;
    int said = SSL_shutdown(ssl_.get());
    if (said == 0) said = SSL_shutdown(ssl_.get());  // ours is sent: now for theirs
    return said == 1 ? progress{state::done} : obstacle();
}

void transport::end_sending() noexcept {
    ::shutdown(socket(), SHUT_WR);
}

void transport::reset() noexcept {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket(), SOL_SOCKET, SO_LINGER, &at_once,
                 sizeof at_once);  // else the kernel keeps what it will
    wire_.socket = descriptor();
}

std::size_t transport::unsent() const noexcept {
    int bytes = 0;
    return ::ioctl(socket(), SIOCOUTQ, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

bool transport::free_record_buffers() noexcept {
    static const bool is_safe = frees_buffers_safely();
    return is_safe && SSL_free_buffers(ssl_.get()) == 1;
}

}  // namespace latchkey::net
