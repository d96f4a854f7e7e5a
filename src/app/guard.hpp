#pragma once

#include <string_view>

#include "http/request.hpp"
#include "http/response.hpp"
#include "tokens/token_service.hpp"

namespace latchkey::app {

/// Lets a request through that carries a good bearer token with `scope` (empty: any). True: `token` is
/// verified. False: `out` holds the refusal (RFC 6750 section 3).
bool admit(const tokens::token_service&, std::string_view scope, const http::request&,
           tokens::verified_token& token, http::response& out);

}  // namespace latchkey::app
