#pragma once

#include <string_view>

#include "base/errc.hpp"
#include "http/request.hpp"

namespace latchkey::http {

/// Fills `out` from a header block that check_framing() has accepted: only such a one is safe to take apart
/// here. The views refer to `header_block`. Path and query are not set here (http/path.hpp).
/// errc::malformed_request for a Connection field that is no list of tokens (RFC 9110 section 7.6.1). Does
/// not allocate.
result<void> parse_header(std::string_view header_block, request& out) noexcept;

}  // namespace latchkey::http
