#pragma once

#include "http/request.hpp"
#include "http/response.hpp"
#include "tokens/claims.hpp"

namespace latchkey::oauth {

/// GET /verify, for nginx auth_request, Traefik ForwardAuth and Caddy forward_auth: 204 with
/// `X-Auth-Subject`, `X-Auth-Username` and `X-Auth-Scope`, all three always, so that a proxy that copies them
/// overwrites what a client sent under these names. In the first two every byte outside visible ASCII, and
/// `%`, is percent-encoded.
///
/// `?scope=a+b` asks for all of these words, which may be repeated: errc::insufficient_scope names them. Any
/// other query is errc::malformed_target: a misspelt condition must not let everybody in. Does not allocate
/// on the way to a 204 but for the response.
void forward_auth(const http::request&, const tokens::claims&, http::response&);

}  // namespace latchkey::oauth
