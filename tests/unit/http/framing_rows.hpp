#pragma once

#include <array>
#include <string_view>

#include "http/framing.hpp"

/// Header blocks that must be accepted. Kept apart, because two tests read them: how parse_header() delimits
/// them, and that Beast says the same.
namespace latchkey::http::test {

using namespace std::string_view_literals;

struct accepted_row {
    std::string_view what;
    std::string_view block;
    framing::kind body = framing::kind::none;
    std::uint64_t content_length = 0;
    bool expects_continue = false;
};

inline constexpr auto accepted_rows = std::to_array<accepted_row>({
    {"plain", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"1.0 needs no Host", "GET / HTTP/1.0\r\n\r\n"},
    {"1.0 may have one", "GET / HTTP/1.0\r\nHost: a\r\n\r\n"},
    {"host and port", "GET / HTTP/1.1\r\nHost: app.example.com:8080\r\n\r\n"},
    {"host with underscore", "GET / HTTP/1.1\r\nHost: auth_service:8080\r\n\r\n"},
    {"IPv6 host", "GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n"},
    {"IPv6 host and port", "GET / HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\r\n"},
    {"no blank behind the colon", "GET / HTTP/1.1\r\nHost:a\r\n\r\n"},
    {"blanks around a value", "GET / HTTP/1.1\r\nHost: \t a \t \r\n\r\n"},
    {"empty value", "GET / HTTP/1.1\r\nHost: a\r\nAccept:\r\nX-Y: \t\r\n\r\n"},
    {"tab inside a value", "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: one\ttwo, and so on\r\n\r\n"},
    {"obs-text in a value", "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: caf\xC3\xA9 \xFF\x80\r\n\r\n"},
    {"every token character", "GET / HTTP/1.1\r\nHost: a\r\n!#$%&'*+-.^_`|~09azAZ: x\r\n\r\n"},
    {"unknown method", "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"odd method", "M-SEARCH * HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"query", "GET /a?b=c&d=%20 HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"absolute form", "GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"absolute form, other case", "GET HTTP://A.example:80/b HTTP/1.1\r\nHost: a.EXAMPLE:80\r\n\r\n"},
    {"absolute form in 1.0", "GET http://a/b HTTP/1.0\r\n\r\n"},
    {"body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", framing::kind::content_length, 5},
    {"empty body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", framing::kind::content_length},
    {"leading zeros", "POST / HTTP/1.1\r\nHost: a\r\ncontent-length: 007\r\n\r\n",
     framing::kind::content_length, 7},
    {"largest length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551615\r\n\r\n",
     framing::kind::content_length, 18446744073709551615U},
    {"length in 1.0", "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\n", framing::kind::content_length, 5},
    {"chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", framing::kind::chunked},
    {"chunked, other case", "POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding:\tChunked \r\n\r\n",
     framing::kind::chunked},
    {"expectation", "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n",
     framing::kind::content_length, 1, true},
    {"1.0 cannot expect", "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n",
     framing::kind::content_length, 1, false},
    {"other names of those lengths",
     "GET / HTTP/1.1\r\nHost: a\r\nDate: 1\r\nAccept: b\r\nContent-Lengtj: x\r\n"
     "Transfer-Encodink: x\r\n\r\n"},
});

}  // namespace latchkey::http::test
