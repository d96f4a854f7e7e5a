#include "net/connection.hpp"

#include <linux/sockios.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/value.hpp>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/log.hpp"
#include "http/error_table.hpp"
#include "http/trace_context.hpp"

namespace latchkey::net {
namespace {

using asio::redirect_error;
using boost::system::error_code;
using step = http::message_reader::step;

constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
/// Pipelined answers are written together up to this many bytes.
constexpr std::size_t batch_size = 64 * 1024;
constexpr std::size_t kept_output_size = 16 * 1024;
/// After the last answer the client's leftover bytes are read for this long: closing with unread input would
/// reset the connection and could take the answer with it (RFC 9112 section 9.6).
constexpr std::chrono::milliseconds linger{2'000};
constexpr std::size_t linger_bytes = 256 * 1024;

/// Whether the peer will send nothing more: it has closed, or shut its sending side down. Also when data that
/// nobody has read lies in front of the end (a pipelined request, TLS's close_notify), which a read would
/// have to take away to find out.
bool has_hung_up(int socket) noexcept {
    pollfd watched{.fd = socket, .events = POLLRDHUP, .revents = 0};
    return ::poll(&watched, 1, 0) > 0;
}

/// A client that takes this much within limits.write is slow, and served; one that takes less is cut off.
constexpr std::size_t least_progress = 16 * 1024;
/// A read that was done in the very moment of its deadline goes on without one: it is looked at again.
constexpr std::chrono::milliseconds second_look{1'000};

/// What was written to the socket and the peer has not taken yet, in bytes.
std::size_t unsent_bytes(int socket) noexcept {
    int bytes = 0;
    return ::ioctl(socket, SIOCOUTQ, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

/// Cancellation tells those who wait for it, and throws nothing into the rest.
task<void> told_of_cancellation(task<void> answer) {
    co_await asio::this_coro::throw_if_cancelled(false);
    // clang 14 sees a coroutine's parameter twice: NOLINTNEXTLINE(bugprone-use-after-move)
    co_await std::move(answer);
}

template <class Stream>
class connection final : public lane_member {
public:
    connection(Stream stream, const tcp::endpoint& peer, io_lane& lane, connection_environment environment)
        : stream_(std::move(stream)), lane_(lane), environment_(environment), reader_(environment.limits) {
        reader_.message().peer = peer.address();
        reader_.message().secure = is_tls;
        ++environment_.open_connections;
        lane_.enrol(*this);
    }
    ~connection() override {
        if (expired_ && unsent_bytes(socket().native_handle()) > 0) reset();
        --environment_.open_connections;
    }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    /// The life of a connection, top to bottom.
    task<void> run() {
        const http::limits& limits = environment_.limits;
        error_code error;
        if constexpr (is_tls) {
            within(limits.tls_handshake);
            co_await stream_.async_handshake(asio::ssl::stream_base::server, redirect_error(use_task, error));
            if (error) co_return;
            keeps_buffers_ = true;
        }
        within(limits.first_byte);
        std::optional<task<void>> unfinished;  // the answer to the request in the reader, begun
        for (bool open = true; open;) {
            const bool was_in_body = reader_.in_body();
            const step next = reader_.advance();
            if (reader_.in_body() && !was_in_body) within(limits.body);
            if (next == step::need_more && !output_.empty() && reader_.expects_more() && read_now())
                continue;  // the rest of a pipeline, answered together with its beginning
            if (next == step::need_more && output_.empty()) {
                const auto room = reader_.prepare();
                const std::size_t n = co_await stream_.async_read_some(asio::buffer(room.data(), room.size()),
                                                                       redirect_error(use_task, error));
                if (!error) {
                    expired_ = false;
                    if (reader_.idle()) within(limits.header);
                    reader_.commit(n);
                    busy_ = keeps_buffers_ = true;
                    continue;
                }
                if (!expired_ || aborted_) co_return;
                if (reader_.idle()) {
                    // A request may have arrived in this very moment: it is served, not reset.
                    if (!read_now()) co_return;
                    continue;
                }
                refuse(errc::request_timeout);
                open = false;
            } else if (next == step::request_ready) {
                no_deadline();
                auto rest = unfinished ? std::exchange(unfinished, {}) : begin_answer();
                if (rest && !output_.empty()) {
                    unfinished = std::move(rest);  // first those answers that need not wait for it
                } else {
                    if (rest) co_await finish_answer(std::move(*rest));
                    open = append_answer();
                    reader_.consume();
                    if (open && output_.size() < batch_size && stored_.empty())
                        continue;  // a pipelined request may be there already
                }
            } else if (next == step::send_continue) {
                output_.append(continue_line);
            } else if (next == step::refused) {
                refuse(reader_.error());
                open = false;
            }

            // A first try without waiting: nearly always the socket takes the whole answer at once.
            within(limits.write);
            std::size_t written = 0;
            if constexpr (!is_tls) written = stream_.write_some(asio::buffer(output_), error);
            if (written < output_.size()) {
                if (error && error != asio::error::would_block) co_return;
                co_await asio::async_write(stream_, asio::buffer(output_) + written,
                                           redirect_error(use_task, error));
                if (error) co_return;
            }
            clear_output();
            while (!stored_.empty()) {  // in pieces, a deadline each: a file is not to be taken in one breath
                within(limits.write);
                const auto piece = stored_.substr(0, batch_size);
                co_await asio::async_write(stream_, asio::buffer(piece), redirect_error(use_task, error));
                if (error || aborted_) co_return;
                stored_.remove_prefix(piece.size());
            }
            if (reader_.in_body())
                within(limits.body);
            else
                within(reader_.idle() ? limits.idle : limits.header);
        }
        co_await end();
    }

    std::chrono::steady_clock::time_point deadline() const noexcept override {
        const bool waits_for_a_request = reader_.idle() && output_.empty() && stored_.empty();
        return draining_ && waits_for_a_request ? std::min(deadline_, last_call_) : deadline_;
    }

    void look_at_peer() override {
        if constexpr (is_tls) give_buffers_back();
        if (!answering_ || peer_left_ || !has_hung_up(socket().native_handle())) return;
        peer_left_ = true;
        leaving_.emit(asio::cancellation_type::terminal);
    }

    void expire() override {
        if (!aborted_ && is_taking()) return;
        expired_ = true;
        within(second_look);
        error_code ignored;  // a socket that cannot be cancelled has no operation to cancel
        socket().cancel(ignored);
    }

    void drain(std::chrono::steady_clock::time_point last_call) override {
        draining_ = true;
        last_call_ = last_call;
    }

    void abort() override {
        aborted_ = true;
        expire();
    }

private:
    static constexpr bool is_tls = std::is_same_v<Stream, tls_stream>;

    void within(std::chrono::milliseconds time) noexcept { deadline_ = lane_.now() + time; }
    void no_deadline() noexcept { deadline_ = std::chrono::steady_clock::time_point::max(); }

    /// OpenSSL keeps 34 KiB to read and write records with. A connection that has got nothing since the last
    /// look does without, unless part of a record is there; SSL_MODE_RELEASE_BUFFERS would do so after each.
    void give_buffers_back() noexcept {
        if (!std::exchange(busy_, false) && keeps_buffers_)
            keeps_buffers_ = SSL_free_buffers(stream_.native_handle()) != 1;
    }

    /// Takes what has arrived already; whether there was anything. Never by TLS, which would have to wait for
    /// the rest of a record.
    bool read_now() {
        if constexpr (is_tls)
            return false;
        else {
            const auto room = reader_.prepare();
            error_code error;
            const std::size_t n = stream_.read_some(asio::buffer(room.data(), room.size()), error);
            if (error) return false;
            expired_ = false;
            if (reader_.idle()) within(environment_.limits.header);
            reader_.commit(n);
            return true;
        }
    }

    /// Lets the handler answer; the task when it needs to wait for another lane.
    std::optional<task<void>> begin_answer() {
        response_.reset();
        reader_.message().ids = trace_.identify(reader_.message());
        try {
            return environment_.answers.handle(reader_.message(), response_);
        } catch (const std::exception& e) {
            fail(e);
            return std::nullopt;
        }
    }

    task<void> finish_answer(task<void> rest) {
        // A thread of coroutines of its own, for a cancellation slot of its own: the connection's other waits
        // must not end with the client.
        auto told = told_of_cancellation(std::move(rest));  // named: g++ 12 miscompiles a temporary here
        answering_ = true;
        peer_left_ = false;
        try {
            // clang 14 sees a coroutine's parameter twice: NOLINTNEXTLINE(bugprone-use-after-move)
            co_await asio::co_spawn(stream_.get_executor(), std::move(told),
                                    asio::bind_cancellation_slot(leaving_.slot(), use_task));
        } catch (const std::exception& e) {
            fail(e);
        }
        answering_ = false;
    }

    /// A broken machine: the client learns that, the log learns why.
    void fail(const std::exception& e) {
        log::error("a request failed", {{"reason", e.what()}}, reader_.message().ids);
        response_.reset();
        http::write_error(response_, errc::internal);
    }

    /// Serialises the response behind those still unwritten; whether the connection stays open.
    bool append_answer() {
        const http::request& request = reader_.message();
        trace_.write(response_);
        const bool keep_alive = request.keep_alive && !response_.closes() && !draining_ && !aborted_;
        stored_ = response_.append_to(output_, request.method == http::verb::head, keep_alive,
                                      request.version, lane_.date());
        return keep_alive;
    }

    void refuse(errc why) {
        response_.reset();
        http::write_error(response_, why);
        trace_.identify();
        trace_.write(response_);
        response_.append_to(output_, false, false, 11, lane_.date());
    }

    void clear_output() {
        wipe(std::span<char>(output_));  // it held a token
        if (output_.capacity() > kept_output_size) std::string().swap(output_);
        output_.clear();
    }

    /// Whether the peer takes what was written before, if slowly; it is then given more time.
    bool is_taking() noexcept {
        const auto left = unsent_bytes(socket().native_handle());
        const auto before = std::exchange(unsent_, left);
        const bool first_look = before == 0 || left > before;
        if (left == 0 || (!first_look && before - left < std::min(before, least_progress))) return false;
        within(draining_ ? linger : environment_.limits.write);
        last_call_ = std::max(last_call_, deadline_);
        return true;
    }

    /// Ends the connection and forgets what it was to send: a client that reads nothing must not make the
    /// kernel keep its answers for hours.
    void reset() noexcept {
        error_code ignored;  // then the kernel keeps what it will
        socket().set_option(asio::socket_base::linger(true, 0), ignored);
        socket().close(ignored);  // here: the destructor would take the option back
    }

    /// Says goodbye, then reads what the client still sends until it closes too.
    task<void> end() {
        within(linger);
        expired_ = false;
        error_code error;
        if constexpr (is_tls) co_await stream_.async_shutdown(redirect_error(use_task, error));
        if (expired_) co_return;  // TLS: the peer does not say goodbye
        socket().shutdown(tcp::socket::shutdown_send, error);
        std::array<char, 1024> rest;
        std::size_t total = 0;
        while (!error && total < linger_bytes)
            total += co_await socket().async_read_some(asio::buffer(rest), redirect_error(use_task, error));
    }

    tcp_socket& socket() noexcept {
        if constexpr (is_tls)
            return stream_.next_layer();
        else
            return stream_;
    }

    Stream stream_;
    io_lane& lane_;
    connection_environment environment_;
    http::message_reader reader_;
    http::response response_;
    http::trace_context trace_;
    std::string output_;
    std::string_view stored_;  ///< what is to be sent behind `output_`
    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
    std::chrono::steady_clock::time_point last_call_;
    asio::cancellation_signal leaving_;  ///< the peer has gone while its answer is being made
    std::size_t unsent_ = 0;             ///< when a deadline was over last
    bool busy_ = false;                  ///< has got something since the last look at the peer
    bool keeps_buffers_ = false;         ///< TLS: those of its records
    bool answering_ = false;
    bool peer_left_ = false;
    bool expired_ = false;
    bool draining_ = false;
    bool aborted_ = false;
};

}  // namespace

task<void> serve_connection(tcp_socket socket, tcp::endpoint peer, io_lane& lane,
                            connection_environment environment, std::shared_ptr<asio::ssl::context> tls) {
    try {
        error_code error;
        socket.set_option(tcp::no_delay(true), error);
        socket.non_blocking(true, error);
        if (tls) {
            connection<tls_stream> secured(tls_stream(std::move(socket), *tls), peer, lane, environment);
            co_await secured.run();
        } else {
            connection<tcp_socket> plain(std::move(socket), peer, lane, environment);
            co_await plain.run();
        }
    } catch (const std::exception& e) {
        log::error("a connection failed", {{"reason", e.what()}});
    }
}

}  // namespace latchkey::net
