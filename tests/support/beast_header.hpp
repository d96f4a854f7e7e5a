#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <initializer_list>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "http/request_parser.hpp"

namespace latchkey::test {

namespace beast_http = boost::beast::http;

inline std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

/// Beast's reading of a header block, to hold ours against.
class beast_header {
public:
    explicit beast_header(std::string_view block) {
        parser_.header_limit(1 << 20);
        parser_.body_limit(boost::none);
        parser_.skip(true);
        parser_.put(boost::asio::buffer(block.data(), block.size()), error_);
    }
    bool complete() const { return !error_ && parser_.is_header_done(); }
    /// Refused for its Connection field, as parse_header() refuses it, too.
    bool has_bad_list() const { return error_ == beast_http::error::bad_value; }
    const auto& message() const { return parser_.get(); }
    bool chunked() const { return parser_.chunked(); }
    auto content_length() const { return parser_.content_length(); }

    /// What differs from parse_header()'s reading; empty when nothing does.
    std::string difference(const http::request& ours) const {
        const auto& theirs = message();
        if (ours.method != theirs.method() || ours.method_text != view(theirs.method_string()))
            return "method";
        if (ours.target != view(theirs.target())) return "target";
        if (ours.version != theirs.version()) return "version";
        for (const auto& [known, name] : names) {
            const auto [first, end] = theirs.equal_range(name);
            if (std::distance(first, end) != ours.lines(known)) return std::string("number of ") + name;
            if (first != end && view(std::prev(end)->value()) != ours[known]) return name;
        }
        // Beast takes `close` of HTTP/1.0 for nothing, and Proxy-Connection for Connection.
        const bool reads_otherwise = theirs.version() == 10 || theirs.count("Proxy-Connection") != 0;
        if (ours.keep_alive != parser_.keep_alive() && !reads_otherwise) return "keep-alive";
        return {};
    }

private:
    using f = http::field;
    static constexpr std::initializer_list<std::pair<http::field, const char*>> names{
        {f::host, "host"},
        {f::connection, "connection"},
        {f::content_length, "content-length"},
        {f::transfer_encoding, "transfer-encoding"},
        {f::expect, "expect"},
        {f::authorization, "authorization"},
        {f::content_type, "content-type"},
        {f::origin, "origin"},
        {f::access_control_request_method, "access-control-request-method"},
        {f::access_control_request_headers, "access-control-request-headers"},
        {f::if_none_match, "if-none-match"},
        {f::accept, "accept"},
        {f::accept_encoding, "accept-encoding"},
        {f::user_agent, "user-agent"},
        {f::cookie, "cookie"},
        {f::forwarded, "forwarded"},
        {f::x_forwarded_for, "x-forwarded-for"},
        {f::x_forwarded_proto, "x-forwarded-proto"},
        {f::x_forwarded_host, "x-forwarded-host"},
        {f::x_forwarded_prefix, "x-forwarded-prefix"},
        {f::x_request_id, "x-request-id"},
        {f::traceparent, "traceparent"},
    };

    beast_http::request_parser<beast_http::empty_body> parser_;
    boost::beast::error_code error_;
};

}  // namespace latchkey::test
