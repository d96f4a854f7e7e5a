#pragma once

#include "http/request.hpp"
#include "http/response.hpp"
#include "tokens/claims.hpp"

namespace latchkey::items {

/// GET /items/: answers `{"token":"<the token that was sent>"}`, as in the system this one grew from. The
/// claims are an argument, so that it cannot be reached without a verified token.
void read_items(const http::request&, const tokens::claims&, http::response&);

}  // namespace latchkey::items
