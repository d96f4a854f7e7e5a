#pragma once

#include <boost/json/object.hpp>

#include "http/request.hpp"
#include "http/response.hpp"
#include "tokens/token_service.hpp"

namespace latchkey::oauth {

/// The JWK Set (RFC 7517 section 5) of a ring: its public keys, those that will sign and those that did
/// included. A symmetric key has no public half and is not in it.
boost::json::object jwks_document(const tokens::key_ring&);

/// GET /.well-known/jwks.json. May be kept for five minutes, less than a key is published before it signs.
void read_jwks(const tokens::token_service&, const http::request&, http::response&);

}  // namespace latchkey::oauth
