#include "net/connection.hpp"

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <optional>
#include <string_view>

#include "base/log.hpp"
#include "http/error_table.hpp"
#include "http/message_reader.hpp"
#include "http/trace_context.hpp"
#include "net/deferred_answer.hpp"
#include "net/life.hpp"
#include "net/transport.hpp"

namespace latchkey::net {
namespace {

using step = http::message_reader::step;
using state = transport::state;

constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
/// Pipelined answers are written together up to this many bytes.
constexpr std::size_t batch_size = 64 * 1024;
/// After the last answer the client's leftover bytes are read for this long: closing with unread input would
/// reset the connection and could take the answer with it (RFC 9112 section 9.6).
constexpr std::chrono::milliseconds linger_time{2'000};
constexpr std::size_t linger_bytes = 256 * 1024;

/// A client that takes this much within limits.write is slow, and served; one that takes less is cut off.
constexpr std::size_t least_progress = 16 * 1024;
/// What was done in the very moment of its deadline goes on without one: it is looked at again.
constexpr std::chrono::milliseconds second_look{1'000};

constexpr auto no_time = std::chrono::steady_clock::time_point::max();

class connection final : public watched, public lane_member {
public:
    connection(new_connection accepted, io_lane& lane, connection_environment environment)
        : slot_(std::move(accepted.slot)),
          tls_(std::move(accepted.tls)),
          transport_(std::move(accepted.socket), tls_ ? tls_->native_handle() : nullptr),
          lane_(lane),
          environment_(environment),
          reader_(environment.limits) {
        reader_.message().peer = accepted.peer.address();
        reader_.message().secure = transport_.is_secure();
        const int on = 1;  // an answer is written in one piece: nothing is gained by holding it back
        ::setsockopt(transport_.socket(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        lane_.watch(transport_.socket(), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, *this);
        lane_.enrol(*this);
    }
    ~connection() override {
        lane_.forget(*this);
        if (expired_ && transport_.unsent() > 0) transport_.reset();
    }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    static void begin(std::unique_ptr<connection> fresh) {
        connection& self = *fresh;
        const life begun = self.run(std::move(fresh));
        (void)begun;  // run() has noted its handle
    }

    void ready(std::uint32_t events) override {
        if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) readable_ = true;
        if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) writable_ = true;
        if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) leave();
        if (waits_for_ != nullptr && *waits_for_) go_on();
    }

    std::chrono::steady_clock::time_point deadline() const noexcept override {
        const bool awaits_the_last_call = draining_ && reader_.idle() && !draft_ && stored_.empty();
        return awaits_the_last_call ? std::min(deadline_, last_call_) : deadline_;
    }

    void look() override {
        give_buffers_back();
        if (deferred_ && peer_left_) deferred_->cancel();
    }

    void expire() override {
        if (!aborted_ && is_taking()) return;
        expired_ = true;
        within(second_look);
        if (waits_for_ != nullptr) go_on();
    }

    void drain(std::chrono::steady_clock::time_point last_call) override {
        draining_ = true;
        last_call_ = last_call;
    }

    void abort() override {
        aborted_ = true;
        expire();
    }

    void discard() noexcept override { frame_.destroy(); }

private:
    enum class arrival { something, nothing, the_end };

    /// The life of a connection, top to bottom. It owns the connection.
    life run([[maybe_unused]] std::unique_ptr<connection> self) {
        co_await noted_frame{*this};
        try {
            if (transport_.is_secure()) {
                const bool agreed = co_await shake_hands();
                if (!agreed) co_return;
            }
            within(environment_.limits.first_byte);
            std::optional<task<void>> unfinished;  // the answer to the request in the reader, begun
            for (bool open = true; open;) {
                const bool was_in_body = reader_.in_body();
                const step next = reader_.advance();
                if (reader_.in_body() && !was_in_body) within(environment_.limits.body);
                if (next == step::need_more && !draft_) {
                    if (draining_)
                        lane_.look_by(*this, deadline());  // nothing but an empty line may have come
                    if (!*reads_on_) co_await socket_wait{*this, reads_on_};
                    const arrival arrived = read_now();
                    if (arrived == arrival::the_end || aborted_) co_return;
                    if (arrived == arrival::nothing && *reads_on_) co_await lane_.turn();
                    // What arrived in the very moment of the deadline is served.
                    if (arrived == arrival::something || !expired_) continue;
                    if (reader_.idle()) co_return;
                    refuse(errc::request_timeout);
                    open = false;
                } else if (next == step::need_more) {
                    // The rest of a pipeline is answered together with its beginning.
                    if (reader_.expects_more() && *reads_on_ && read_now() == arrival::something) continue;
                } else if (next == step::request_ready) {
                    no_deadline();
                    auto rest = unfinished ? std::exchange(unfinished, {}) : begin_answer();
                    if (rest && !draft_->output.empty()) {
                        unfinished = std::move(rest);  // first those answers that need not wait for it
                    } else {
                        if (rest) co_await finish_answer(std::move(*rest));
                        open = append_answer();
                        reader_.consume();
                        if (open && draft_->output.size() < batch_size && stored_.empty())
                            continue;  // a pipelined request may be there already
                    }
                } else if (next == step::send_continue) {
                    own_draft().output.append(continue_line);
                } else if (next == step::refused) {
                    refuse(reader_.error());
                    open = false;
                }

                // A first try without waiting: nearly always the socket takes the whole answer at once.
                within(environment_.limits.write);
                std::string_view left = draft_->output;
                if (!write_now(left)) {  // what it could not take waits
                    const bool written = co_await write(left);
                    if (!written) co_return;
                }
                if (!stored_.empty()) {
                    const bool written = co_await write_stored();
                    if (!written) co_return;
                }
                if (unfinished)
                    draft_->wipe_output();  // its response is still being made
                else
                    lane_.give_back(std::move(draft_));
                if (reader_.in_body())
                    within(environment_.limits.body);
                else
                    within(reader_.idle() ? environment_.limits.idle : environment_.limits.header);
                if (open && readable_) co_await lane_.turn();
            }
            co_await end();
        } catch (const std::exception& e) {
            log::error("a connection failed", {{"reason", e.what()}});
        }
    }

    part<bool> shake_hands() {
        within(environment_.limits.tls_handshake);
        for (;;) {
            const auto shaken = transport_.shake_hands();
            if (shaken.reached == state::done) break;
            if (shaken.reached == state::ended) co_return false;
            if (shaken.reached == state::again)
                co_await lane_.turn();
            else
                co_await socket_wait{*this, used_up(shaken.reached)};
            if (expired_) co_return false;
        }
        readable_ = transport_.has_more() || peer_left_;
        keeps_buffers_ = true;
        co_return true;
    }

    /// Takes what has arrived, if anything has.
    arrival read_now() {
        const auto read = transport_.read_some(reader_.prepare());
        if (read.reached == state::ended) return arrival::the_end;
        if (read.reached != state::done) {
            if (read.reached != state::again) reads_on_ = used_up(read.reached);
            return arrival::nothing;
        }
        reads_on_ = &readable_;
        readable_ = transport_.has_more() || peer_left_;  // then the end is still to be read
        expired_ = false;
        if (reader_.idle()) within(environment_.limits.header);
        reader_.commit(read.bytes);
        busy_ = keeps_buffers_ = true;
        return arrival::something;
    }

    /// Writes what the socket takes at once, and cuts it off the front; whether that was all.
    bool write_now(std::string_view& left) {
        while (!left.empty()) {
            const auto written = transport_.write_some(left);
            if (written.reached != state::done) {
                writes_on_ = written.reached == state::ended ? nullptr : used_up(written.reached);
                return false;
            }
            left.remove_prefix(written.bytes);
        }
        return true;
    }

    /// Writes all of it; false when it cannot.
    part<bool> write(std::string_view left) {
        expired_ = false;
        unsent_ = 0;
        while (!write_now(left)) {
            if (writes_on_ == nullptr || aborted_) co_return false;
            co_await socket_wait{*this, writes_on_};
            if (expired_) co_return false;
        }
        co_return true;
    }

    /// In pieces, a deadline each: a file is not to be taken in one breath.
    part<bool> write_stored() {
        while (!stored_.empty()) {
            within(environment_.limits.write);
            const auto piece = stored_.substr(0, batch_size);
            const bool written = co_await write(piece);
            if (!written || aborted_) co_return false;
            stored_.remove_prefix(piece.size());
        }
        co_return true;
    }

    /// Lets the handler answer; the task when it needs to wait for another lane.
    std::optional<task<void>> begin_answer() {
        http::response& response = own_draft().response;
        response.reset();
        reader_.message().ids = trace_.identify(reader_.message());
        try {
            return environment_.answers.handle(reader_.message(), response);
        } catch (const std::exception& e) {
            fail(e);
            return std::nullopt;
        }
    }

    /// Has the rest of an answer made (deferred_answer.hpp). Until it is done nothing but that touches the
    /// request and the draft.
    part<void> finish_answer(task<void> rest) {
        try {
            deferred_.emplace(lane_);
            if (peer_left_) leave();
            // clang 14 sees a coroutine's parameter twice: NOLINTNEXTLINE(bugprone-use-after-move)
            auto made = deferred_->make(std::move(rest));
            co_await made;
        } catch (const std::exception& e) {
            fail(e);
        }
        deferred_.reset();
    }

    /// A broken machine: the client learns that, the log learns why.
    void fail(const std::exception& e) {
        log::error("a request failed", {{"reason", e.what()}}, reader_.message().ids);
        draft_->response.reset();
        http::write_error(draft_->response, errc::internal);
    }

    /// Serialises the response behind those still unwritten; whether the connection stays open.
    bool append_answer() {
        const http::request& request = reader_.message();
        http::response& response = draft_->response;
        trace_.write(response);
        const bool keep_alive = request.keep_alive && !response.closes() && !draining_ && !aborted_;
        stored_ = response.append_to(draft_->output, request.method == http::verb::head, keep_alive,
                                     request.version, lane_.date());
        return keep_alive;
    }

    void refuse(errc why) {
        http::response& response = own_draft().response;
        response.reset();
        http::write_error(response, why);
        const http::request& request = reader_.unfinished();
        trace_.identify(request);
        trace_.write(response);
        response.append_to(draft_->output, request.method == http::verb::head, false, 11, lane_.date());
    }

    draft& own_draft() {
        if (!draft_) draft_ = lane_.take_draft();
        return *draft_;
    }

    /// Says goodbye, then reads what the client still sends until it closes too.
    part<void> end() {
        if (aborted_) co_return;
        within(linger_time);
        last_call_ = std::max(last_call_, deadline_);
        expired_ = false;
        while (transport_.is_secure()) {
            const auto said = transport_.say_goodbye();
            if (said.reached != state::wait_to_read && said.reached != state::wait_to_write) break;
            co_await socket_wait{*this, used_up(said.reached)};
            if (expired_) co_return;  // the peer does not say goodbye
        }
        transport_.end_sending();
        for (std::size_t total = 0; total < linger_bytes && !expired_;) {
            const auto dropped = transport_.drop_some();
            if (dropped.reached == state::ended) break;
            total += dropped.bytes;
            if (dropped.reached != state::done) co_await socket_wait{*this, used_up(dropped.reached)};
        }
    }

    // Waits.

    void within(std::chrono::milliseconds time) noexcept {
        deadline_ = lane_.now() + time;
        lane_.look_by(*this, deadline());
    }
    void no_deadline() noexcept { deadline_ = no_time; }

    /// The flag of what `blocked` waits for, and that is over until epoll says otherwise.
    bool* used_up(state blocked) noexcept {
        bool* const flag = blocked == state::wait_to_write ? &writable_ : &readable_;
        *flag = false;
        return flag;
    }

    /// Until the flag is set, or the deadline is over.
    struct socket_wait {
        connection& c;
        bool* flag;
        bool await_ready() const noexcept { return *flag; }
        void await_suspend(std::coroutine_handle<> waits) const noexcept {
            c.waiting_ = waits;
            c.waits_for_ = flag;
        }
        void await_resume() const noexcept {}
    };

    /// The peer has closed its side. Who makes an answer learns that at the next beat, should it take so
    /// long.
    void leave() noexcept {
        peer_left_ = true;
        if (deferred_) lane_.look_by(*this, lane_.now());
    }

    void go_on() {
        waits_for_ = nullptr;
        std::exchange(waiting_, nullptr).resume();
    }

    struct noted_frame {
        connection& c;
        bool await_ready() const noexcept { return false; }
        bool await_suspend(std::coroutine_handle<> frame) const noexcept {
            c.frame_ = frame;
            return false;
        }
        void await_resume() const noexcept {}
    };

    /// Whether the peer takes what was written before, if slowly; it is then given more time.
    bool is_taking() noexcept {
        const auto left = transport_.unsent();
        const auto before = std::exchange(unsent_, left);
        const bool first_look = before == 0 || left > before;
        if (left == 0 || (!first_look && before - left < std::min(before, least_progress))) return false;
        within(draining_ ? linger_time : environment_.limits.write);
        last_call_ = std::max(last_call_, deadline_);
        return true;
    }

    /// A connection that has got nothing since the last look does without room to read into.
    void give_buffers_back() noexcept {
        if (std::exchange(busy_, false) || !keeps_buffers_ || !reader_.idle()) return;
        reader_.give_back_room();
        keeps_buffers_ = transport_.is_secure() && !transport_.free_record_buffers();
    }

    connection_slot slot_;
    std::shared_ptr<asio::ssl::context> tls_;
    transport transport_;
    io_lane& lane_;
    connection_environment environment_;
    http::message_reader reader_;
    http::trace_context trace_;
    std::unique_ptr<draft> draft_;  ///< while something is answered or not yet written
    std::string_view stored_;       ///< what is to be sent behind the draft
    std::chrono::steady_clock::time_point deadline_ = no_time;
    std::chrono::steady_clock::time_point last_call_;
    std::optional<deferred_answer> deferred_;  ///< while one is being made
    std::size_t unsent_ = 0;                   ///< when a deadline was over last
    std::coroutine_handle<> frame_;            ///< of run()
    std::coroutine_handle<> waiting_;          ///< for the socket
    bool* waits_for_ = nullptr;                ///< what it waits for; null: it does not wait for the socket
    bool* reads_on_ = &readable_;              ///< what a read needs: under TLS it may have to write first
    bool* writes_on_ = &writable_;             ///< the same of a write; null: it has failed
    bool readable_ = false;                    ///< as far as epoll has said
    bool writable_ = true;
    bool busy_ = false;           ///< has got something since the last look
    bool keeps_buffers_ = false;  ///< to read into
    bool peer_left_ = false;
    bool expired_ = false;
    bool draining_ = false;
    bool aborted_ = false;
};

}  // namespace

void serve_connection(new_connection accepted, io_lane& lane, connection_environment environment) noexcept {
    try {
        connection::begin(std::make_unique<connection>(std::move(accepted), lane, environment));
    } catch (const std::exception& e) {
        log::error("a connection failed", {{"reason", e.what()}});
    }
}

}  // namespace latchkey::net
