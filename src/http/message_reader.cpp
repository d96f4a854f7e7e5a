#include "http/message_reader.hpp"

#include <algorithm>
#include <cstring>

#include "http/path.hpp"
#include "http/request_parser.hpp"

namespace latchkey::http {
namespace {

constexpr std::size_t first_buffer_size = 1536;      ///< holds nearly every request
constexpr std::size_t kept_buffer_size = 16 * 1024;  ///< a larger one is given back after its request

constexpr bool may_start_a_method(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// A line that ends without CR never becomes a header we accept: found early, the client need not wait for a
/// deadline.
bool has_bare_line_feed(std::string_view text) noexcept {
    for (auto at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1))
        if (at == 0 || text[at - 1] != '\r') return true;
    return false;
}

}  // namespace

message_reader::message_reader(const limits& l) : limits_(l) {}

message_reader::~message_reader() {
    wipe(std::span<char>(body_));
}

std::span<char> message_reader::prepare() {
    if (buffer_.empty()) buffer_ = secret::of_size(first_buffer_size);
    if (begin_ == end_ && state_ == state::header) begin_ = end_ = 0;
    const bool full = end_ == buffer_.size();
    const bool is_pipeline = filled_ && buffer_.size() * 2 <= kept_buffer_size;
    if (full || is_pipeline) {
        const auto unread = buffer_.bytes().subspan(begin_, end_ - begin_);
        if (is_pipeline || begin_ == 0) {
            secret larger = secret::of_size(buffer_.size() * 2);
            std::ranges::copy(unread, larger.bytes().begin());
            buffer_ = std::move(larger);
        } else {
            std::memmove(buffer_.bytes().data(), unread.data(), unread.size());
        }
        end_ -= begin_;
        begin_ = 0;
    }
    const auto room = buffer_.bytes().subspan(end_);
    return {reinterpret_cast<char*>(room.data()), room.size()};
}

void message_reader::give_back_room() noexcept {
    buffer_ = secret();
    begin_ = end_ = 0;
    filled_ = false;
}

void message_reader::commit(std::size_t bytes) noexcept {
    end_ += bytes;
    filled_ = end_ == buffer_.size();
}

message_reader::step message_reader::advance() {
    switch (state_) {
        case state::header:
            return read_header();
        case state::body:
            return read_body();
        case state::ready:
            return step::request_ready;
        case state::refused:
            break;
    }
    return step::refused;
}

message_reader::step message_reader::refuse(errc e) noexcept {
    state_ = state::refused;
    error_ = e;
    return step::refused;
}

message_reader::step message_reader::read_header() {
    // RFC 9112 section 2.2: one empty line before the request line is forgiven; old clients send it after a
    // body.
    if (!skipped_line_ && unread().starts_with("\r\n")) {
        begin_ += 2;
        skipped_line_ = true;
        scanned_ = 0;
    }
    const std::string_view text = unread();
    if (text.empty() || text == "\r") return step::need_more;
    if (!may_start_a_method(text.front()) && (text.front() != '\r' || skipped_line_))
        return refuse(errc::malformed_request);

    const auto end = text.find("\r\n\r\n", scanned_);
    const std::string_view allowed = text.substr(0, limits_.header_size);
    if (end == text.npos) {
        if (has_bare_line_feed(allowed.substr(scanned_))) return refuse(errc::malformed_request);
        if (text.size() >= limits_.header_size) return refuse(errc::header_too_large);
        scanned_ = text.size() > 3 ? text.size() - 3 : 0;
        while (scanned_ > 0 && text[scanned_] == '\n')
            --scanned_;  // keep the CR beside its LF
        return step::need_more;
    }
    header_size_ = end + 4;
    parsed_at_ = text.data();
    const auto framed = parse_header(text.substr(0, header_size_), limits_, request_);
    if (!framed) {
        // Byte by byte this would have been found before anything else, and the answer is not to depend on
        // how the bytes arrive.
        const bool bare = has_bare_line_feed(allowed.substr(0, header_size_));
        return refuse(bare ? errc::malformed_request : framed.error());
    }
    framing_ = *framed;
    if (framing_.body == framing::kind::none) return complete({});
    if (framing_.body == framing::kind::content_length && framing_.content_length > limits_.body_size)
        return refuse(errc::body_too_large);
    if (framing_.body == framing::kind::chunked) {
        chunks_.reset(limits_.body_size);
        body_.reserve(limits_.body_size);  // never grows afterwards: no copy of a password stays behind
    }
    state_ = state::body;
    const bool nothing_of_body_yet = text.size() == header_size_;
    if (framing_.expects_continue && nothing_of_body_yet) return step::send_continue;
    return read_body();
}

message_reader::step message_reader::read_body() {
    if (framing_.body == framing::kind::chunked) return read_chunks();
    const std::string_view rest = unread().substr(header_size_);
    if (rest.size() < framing_.content_length) return step::need_more;
    return complete(rest.substr(0, framing_.content_length));
}

message_reader::step message_reader::read_chunks() {
    const std::string_view rest = unread().substr(header_size_);
    const auto progress = chunks_.decode(rest, body_);
    if (!progress) return refuse(progress.error());
    // What was decoded leaves the buffer, so that a body of many tiny chunks takes no more room than its
    // limit.
    const auto raw = buffer_.bytes().subspan(begin_ + header_size_, rest.size());
    const auto left = raw.subspan(progress->consumed);
    std::memmove(raw.data(), left.data(), left.size());
    wipe(raw.subspan(left.size()));
    end_ -= progress->consumed;
    return progress->complete ? complete(body_) : step::need_more;
}

message_reader::step message_reader::complete(std::string_view body) {
    const bool in_buffer = framing_.body == framing::kind::content_length;
    message_size_ = header_size_ + (in_buffer ? body.size() : 0);
    if (const auto followed = follow_header(); !followed) return refuse(followed.error());
    const auto target = normalize_target(request_.target, path_);
    if (!target) return refuse(target.error());
    request_.path = target->path;
    request_.query = target->query;
    request_.body = body;
    state_ = state::ready;
    return step::request_ready;
}

/// The buffer may have moved while the body arrived, and the views not with it.
result<void> message_reader::follow_header() noexcept {
    const std::string_view header = unread().substr(0, header_size_);
    if (header.data() == parsed_at_) return {};
    parsed_at_ = header.data();
    if (const auto again = parse_header(header, limits_, request_); !again) return again.error();
    return {};
}

const request& message_reader::unfinished() noexcept {
    const bool has_header = header_size_ != 0;  // else they are those of the request before
    if (!has_header || !follow_header()) forget_header(request_);
    return request_;
}

void message_reader::consume() noexcept {
    wipe(buffer_.bytes().subspan(begin_, message_size_));
    wipe(std::span<char>(body_));
    body_.clear();
    begin_ += message_size_;
    message_size_ = header_size_ = scanned_ = 0;
    skipped_line_ = false;
    state_ = state::header;
    request_.body = {};
    if (begin_ == end_) {
        begin_ = end_ = 0;
        if (buffer_.size() > kept_buffer_size) buffer_ = secret();
        if (body_.capacity() > kept_buffer_size) std::string().swap(body_);
    }
}

}  // namespace latchkey::http
