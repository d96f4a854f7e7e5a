#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/errc.hpp"
#include "http/limits.hpp"

namespace latchkey::http {

/// How the message body is delimited (RFC 9112 section 6).
struct framing {
    enum class kind : std::uint8_t { none, content_length, chunked };
    kind body = kind::none;
    std::uint64_t content_length = 0;
    bool expects_continue = false;  ///< `Expect: 100-continue` on HTTP/1.1
};

/// Checks the raw bytes of a header block, from the first byte of the request line to the empty line
/// inclusive, before Beast parses them: whatever two parsers could read differently is
/// errc::malformed_request. Refused are: CR without LF, LF without CR, NUL and other control characters (HTAB
/// inside a value is allowed, and so are bytes above 0x7F); anything but `method SP target SP version`, the
/// target in visible ASCII; a version other than HTTP/1.0 and HTTP/1.1 (errc::unsupported_version); a folded
/// line; a blank before the colon; an empty or non-token field name; Transfer-Encoding together with
/// Content-Length, repeated, other than exactly `chunked` (in any case), or on HTTP/1.0; a repeated or
/// non-decimal Content-Length, or one that overflows; no Host in HTTP/1.1, more than one, one that is not
/// is_host(), or one that differs from the authority of an absolute-form target; more lines than the limit
/// (errc::header_too_large); Expect other than 100-continue (errc::unsupported_expectation); a target longer
/// than its limit (errc::target_too_long). The first that is met is reported, the expectation last.
///
/// The Beast of Boost 1.81 and 1.88 lets several of these through. Does not allocate.
result<framing> check_framing(std::string_view header_block, const limits&) noexcept;

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
