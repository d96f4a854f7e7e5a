#pragma once

#include <string_view>

#include "http/request.hpp"
#include "http/response.hpp"
#include "tokens/token_service.hpp"

namespace latchkey::app {

/// Lets a request through that carries a good bearer token with `scope` (empty: any): `token` is verified. If
/// not, `out` holds the refusal (RFC 6750 section 3).
result<void> admit(const tokens::token_service&, std::string_view scope, const http::request&,
                   tokens::verified_token& token, http::response& out);

}  // namespace latchkey::app
