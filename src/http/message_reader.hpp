#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/errc.hpp"
#include "crypto/secret.hpp"
#include "http/chunked.hpp"
#include "http/framing.hpp"
#include "http/limits.hpp"
#include "http/request.hpp"

namespace latchkey::http {

/// Turns a stream of bytes into requests; does no I/O, so every split of the same bytes gives the same
/// requests.
///
///     loop: wait for the socket; read into prepare(); commit(n);
///           while ((step = reader.advance()) == request_ready) { answer reader.message(); reader.consume();
///           }
///
/// Every byte of a request is wiped once it is consumed: it held a password or a token.
class message_reader {
public:
    enum class step {
        need_more,      ///< read more bytes
        send_continue,  ///< the header is there and asks for 100 Continue; write it, then go on
        request_ready,  ///< message() is complete
        refused         ///< error() says why; answer it and close: the framing cannot be trusted any more
    };

    explicit message_reader(const limits&);  ///< the limits must outlive it
    explicit message_reader(limits&&) = delete;
    ~message_reader();

    /// Room for at least one byte to read into. It grows, up to a bound, while what was read fills it, so
    /// that a pipeline is soon read in one piece.
    std::span<char> prepare();
    void commit(std::size_t bytes) noexcept;
    /// Frees the room that prepare() gives; only while idle().
    void give_back_room() noexcept;
    /// The last read has filled its room: more is probably there already.
    bool expects_more() const noexcept { return filled_; }

    step advance();
    request& message() noexcept { return request_; }
    errc error() const noexcept { return error_; }
    /// The request that was refused, or that does not come to its end, with the method and the fields of its
    /// header: none unless the whole of that has come and is well-formed.
    const request& unfinished() noexcept;
    /// Forgets the current request and wipes its body.
    void consume() noexcept;

    /// Nothing of a request has been read yet.
    bool idle() const noexcept { return state_ == state::header && begin_ == end_; }
    /// The header of the current request is complete, its body is not.
    bool in_body() const noexcept { return state_ == state::body; }

private:
    enum class state { header, body, ready, refused };
    step refuse(errc) noexcept;
    step read_header();
    step read_body();
    step read_chunks();
    step complete(std::string_view body);
    result<void> follow_header() noexcept;
    std::string_view unread() const noexcept { return buffer_.view().substr(begin_, end_ - begin_); }

    const limits& limits_;
    secret buffer_;  ///< empty until the first prepare(); bytes [begin_, end_) are read and not yet consumed
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool filled_ = false;              ///< all the room that the last prepare() gave
    std::size_t scanned_ = 0;          ///< of unread(): the end of the header does not lie before this
    std::size_t header_size_ = 0;      ///< of the current request, once it is known
    const char* parsed_at_ = nullptr;  ///< where the header was when it was taken apart
    state state_ = state::header;
    bool skipped_line_ = false;
    errc error_{};
    framing framing_;
    std::size_t message_size_ = 0;  ///< bytes of the current request in the buffer, once it is complete
    chunked_decoder chunks_;
    std::string body_;  ///< a chunked body, decoded
    std::string path_;  ///< the normalised path, when it differs from the target's
    request request_;
};

}  // namespace latchkey::http
