#pragma once

#include <string>
#include <string_view>

#include "base/errc.hpp"

namespace latchkey::http {

/// The path and query of a request target, the path normalised once: only this form is routed on.
struct split_target {
    std::string_view path;
    std::string_view query; ///< without the `?`
};

/// Takes origin-form (`/a?b`), absolute-form (`http://host/a`, for proxies; RFC 9112 section 3.2.2) and `*`. Percent-encoded
/// unreserved characters are decoded, `.` and `..` resolved (RFC 3986 section 6.2.2), and the result lies in the target's
/// own bytes, or in `scratch` when it differs. errc::malformed_target: bad percent-encoding, an encoded slash, backslash
/// or control character, a path that climbs above the root, a fragment, bytes outside visible ASCII.
result<split_target> normalize_target(std::string_view target, std::string& scratch);

} // namespace latchkey::http
