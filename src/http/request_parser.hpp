#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <string_view>

#include "base/errc.hpp"
#include "http/request.hpp"

namespace latchkey::http {

/// Fills `out` from a header block that check_framing() has accepted. The views refer to `header_block`. Path
/// and query are not set here (http/path.hpp). errc::malformed_request. Does not allocate.
result<void> parse_header(std::string_view header_block, request& out);

/// The field a name stands for, compared without case; field::count_ for those that nothing reads.
field find_field(std::string_view name) noexcept;

}  // namespace latchkey::http
