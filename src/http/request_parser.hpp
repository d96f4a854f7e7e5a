#pragma once

#include <string_view>

#include "base/errc.hpp"
#include "http/framing.hpp"
#include "http/limits.hpp"
#include "http/request.hpp"

namespace latchkey::http {

/// Takes a header block apart, from the first byte of the request line to the empty line inclusive, and says
/// how its body is delimited. One walk over the raw bytes, without Beast: whatever two parsers could read
/// differently is errc::malformed_request. Refused are: CR without LF, LF without CR, NUL and other control
/// characters (HTAB inside a value is allowed, and so are bytes above 0x7F); anything but `method SP target
/// SP version`, the target in visible ASCII; a version other than HTTP/1.0 and HTTP/1.1
/// (errc::unsupported_version); a folded line; a blank before the colon; an empty or non-token field name; a
/// Connection field that is no list of tokens (RFC 9110 section 7.6.1); whatever delimit() refuses; more
/// lines than the limit (errc::header_too_large); a target longer than its limit (errc::target_too_long). The
/// first that is met is reported, the expectation last.
///
/// Fills `out` but for path and query (http/path.hpp), with views that refer to `header_block`. When it is
/// refused, there are method and fields only if delimit() alone refused it, and the rest is anything. Does
/// not allocate.
result<framing> parse_header(std::string_view header_block, const limits&, request& out) noexcept;

/// Leaves neither method nor fields: those of one request must not be taken for the next one's.
void forget_header(request& out) noexcept;

}  // namespace latchkey::http
