#pragma once

#include "http/request.hpp"

namespace latchkey::http {

/// Whether the client asks for gzip in Accept-Encoding (RFC 9110 section 12.5.3): by name, or by `*` unless
/// it refuses gzip by name. Without the field any coding would do, and yet whoever sends none (curl, a
/// script) mostly cannot decode one: false. Also false when the field is repeated; a malformed element asks
/// for nothing.
bool asks_for_gzip(const request&);

}  // namespace latchkey::http
