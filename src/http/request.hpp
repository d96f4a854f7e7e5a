#pragma once

#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/beast/http/verb.hpp>
#include <cstdint>
#include <string_view>

#include "base/request_ids.hpp"

namespace latchkey::http {

using boost::beast::http::verb;

/// The request header fields that anything here reads. Others are checked for syntax and forgotten.
enum class field : std::uint8_t {
    host,
    connection,
    content_length,
    transfer_encoding,
    expect,
    authorization,
    content_type,
    origin,
    access_control_request_method,
    access_control_request_headers,
    if_none_match,
    accept,
    accept_encoding,
    user_agent,
    cookie,
    forwarded,
    x_forwarded_for,
    x_forwarded_proto,
    x_forwarded_host,
    x_forwarded_prefix,
    x_request_id,
    traceparent,
    count_
};

/// One request, as views into the connection's buffers: valid until its response is complete, not longer.
struct request {
    struct slot {
        std::string_view value;   ///< of the last line with that name, without surrounding blanks
        std::uint16_t lines = 0;  ///< how many lines had that name
    };

    verb method = verb::unknown;
    std::string_view method_text;
    std::string_view target;     ///< as sent
    std::string_view path;       ///< normalised once (http/path.hpp); the only form that is routed on
    std::string_view query;      ///< behind the `?`, raw
    std::string_view parameter;  ///< what stood for `{…}` in the route's path; set by the router
    unsigned version = 11;       ///< 10 or 11
    bool keep_alive = true;
    bool secure = false;  ///< arrived over TLS
    std::string_view body;
    request_ids ids;                ///< set by the connection (http/trace_context.hpp)
    boost::asio::ip::address peer;  ///< of the socket; http/forwarded.hpp says whom it speaks for
    std::array<slot, static_cast<std::size_t>(field::count_)> fields{};

    std::string_view operator[](field f) const noexcept { return fields[static_cast<std::size_t>(f)].value; }
    std::uint16_t lines(field f) const noexcept { return fields[static_cast<std::size_t>(f)].lines; }
    bool has(field f) const noexcept { return lines(f) != 0; }
};

}  // namespace latchkey::http
