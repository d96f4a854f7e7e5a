#include "items/items.hpp"

#include "base/append.hpp"
#include "http/bearer.hpp"

namespace latchkey::items {

void read_items(const http::request& request, const tokens::claims&, http::response& response) {
    response.add_lines("Cache-Control: no-store\r\n");
    response.sensitive();
    // A verified token has the characters of base64url and dots only: nothing in it needs JSON's escapes.
    append(response.body("application/json"), R"({"token":")", http::bearer_token(request).value(), R"("})");
}

}  // namespace latchkey::items
