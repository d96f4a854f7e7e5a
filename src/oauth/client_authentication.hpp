#pragma once

#include <string>

#include "base/errc.hpp"
#include "http/request.hpp"
#include "oauth/token_request.hpp"

namespace latchkey::oauth {

/// The client a request comes from. A public client has no secret; its id is what it says.
struct client {
    std::string id; ///< empty: none was named
};

/// Client authentication (RFC 6749 section 2.3.1) by Basic or by form. No credentials, Basic with empty id and secret (`Og==`,
/// Swagger UI's default), and an id with an empty secret mean a public client. No client is registered yet, so every secret is
/// a wrong one: errc::invalid_client_basic or errc::invalid_client, as it was sent; errc::repeated_credentials when it was
/// sent both ways; errc::malformed_basic.
result<client> authenticate_client(const http::request&, const token_request&);

} // namespace latchkey::oauth
