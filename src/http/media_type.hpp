#pragma once

#include <string>
#include <string_view>

namespace latchkey::http {

/// A Content-Type value (RFC 9110 section 8.3.1). `type` is lower case, without parameters; empty when malformed.
struct media_type {
    std::string type;
    std::string boundary; ///< the `boundary` parameter, unquoted
};

media_type parse_media_type(std::string_view content_type);

} // namespace latchkey::http
