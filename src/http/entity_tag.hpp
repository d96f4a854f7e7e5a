#pragma once

#include <string_view>

#include "http/request.hpp"

namespace latchkey::http {

/// Whether If-None-Match names `tag`, a strong entity tag with its quotes, or is `*`: then GET and HEAD get
/// 304 (RFC 9110 section 13.1.2, by the weak comparison of section 8.8.3.2). What stands behind a malformed
/// element, and a repeated field, names nothing.
bool has_current(const request&, std::string_view tag) noexcept;

}  // namespace latchkey::http
