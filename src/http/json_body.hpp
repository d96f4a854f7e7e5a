#pragma once

#include <boost/json/object.hpp>

#include "base/errc.hpp"
#include "http/request.hpp"

namespace latchkey::http {

/// The request's body as a JSON object (RFC 8259). errc::unsupported_media_type unless its type is
/// application/json; errc::malformed_json for anything but one object, nested at most 8 deep; a member sent
/// twice is refused too.
result<boost::json::object> json_body(const request&);

}  // namespace latchkey::http
