#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/errc.hpp"
#include "http/request.hpp"

namespace latchkey::http {

/// How the message body is delimited (RFC 9112 section 6).
struct framing {
    enum class kind : std::uint8_t { none, content_length, chunked };
    kind body = kind::none;
    std::uint64_t content_length = 0;
    bool expects_continue = false;  ///< `Expect: 100-continue` on HTTP/1.1
};

/// What the fields of a request say of it, by RFC 9112 section 6.3, less its leniency: where it lets a server
/// repair a message, this refuses with errc::malformed_request. Refused are: Transfer-Encoding together with
/// Content-Length, repeated, other than exactly `chunked` (in any case), or on HTTP/1.0; a repeated or
/// non-decimal Content-Length, or one that overflows; no Host in HTTP/1.1, more than one, one that is not
/// is_host(), or one that differs from the authority of an absolute-form target; last, Expect other than one
/// 100-continue (errc::unsupported_expectation).
///
/// The Beast of Boost 1.81 and 1.88 lets several of these through. Does not allocate.
result<framing> delimit(const request&) noexcept;

/// `uri-host [":" port]` (RFC 9110 section 7.2), narrower than the grammar: a name of unreserved characters
/// (no percent-encoding, no `,` and its like, which list parsers split at) or an IPv6 literal in brackets,
/// never empty; a port of 1 to 65535, never empty.
bool is_host(std::string_view) noexcept;

/// The authority of an absolute-form target (`http://authority/path`), and where its path starts; empty for
/// the others.
struct target_authority {
    std::string_view text;
    std::size_t path_at = 0;
};
target_authority authority_of(std::string_view target) noexcept;

}  // namespace latchkey::http
