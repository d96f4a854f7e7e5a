#pragma once

#include <string_view>

#include "base/errc.hpp"
#include "http/request.hpp"

namespace latchkey::http {

/// The bearer token of a request (RFC 6750 section 2.1): the scheme is compared without case, blanks around
/// the token are trimmed. errc::not_authenticated without credentials, with another scheme or with an empty
/// token; errc::repeated_credentials for more than one Authorization line, or an access_token in the query
/// beside it. A name in the query is compared decoded. Which characters a token may have is left to who
/// verifies it: a second look at each of some hundred would tell nothing new. Does not allocate.
result<std::string_view> bearer_token(const request&) noexcept;

}  // namespace latchkey::http
