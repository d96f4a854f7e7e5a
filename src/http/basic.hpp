#pragma once

#include <optional>

#include "base/errc.hpp"
#include "crypto/secret.hpp"
#include "http/request.hpp"

namespace latchkey::http {

/// User-id and password of HTTP Basic (RFC 7617), still form-url-encoded if the client encoded them (RFC 6749
/// section 2.3.1).
struct basic_credentials {
    secret id;
    secret password;
};

/// Nothing without an Authorization line or with another scheme; errc::malformed_basic for bad base64 or no
/// colon; errc::repeated_credentials for more than one line. Padding may be missing, as some clients leave it
/// out; wrong padding, blanks inside and stray bits at the end are malformed. The id ends at the first colon;
/// both may be empty.
result<std::optional<basic_credentials>> basic_authorization(const request&);

}  // namespace latchkey::http
