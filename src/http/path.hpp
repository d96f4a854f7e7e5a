#pragma once

#include <string>
#include <string_view>

#include "base/errc.hpp"

namespace latchkey::http {

/// The path and query of a request target, the path normalised once: only this form is routed on.
struct split_target {
    std::string_view path;
    std::string_view query;  ///< without the `?`
};

/// Takes origin-form (`/a?b`), absolute-form (`http://host/a`, for proxies; RFC 9112 section 3.2.2) and `*`.
/// In the path percent-encoded unreserved characters are decoded, other escapes written in upper case, `.`
/// and `..` resolved (RFC 3986 section 6.2.2); empty segments stay. The result lies in the target's own
/// bytes, or in `scratch` when it differs; the query always lies in the target and is left as sent.
/// errc::malformed_target: bad percent-encoding in the path; a slash, backslash or control character encoded
/// there, or a bare backslash; a path that climbs above the root; an authority that is not is_host();
/// anywhere a fragment or bytes outside visible ASCII.
result<split_target> normalize_target(std::string_view target, std::string& scratch);

}  // namespace latchkey::http
