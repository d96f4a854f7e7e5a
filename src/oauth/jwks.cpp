#include "oauth/jwks.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace latchkey::oauth {

boost::json::object jwks_document(const tokens::key_ring& ring) {
    boost::json::array keys;
    for (const auto& entry : ring.entries())
        if (auto jwk = entry.key->public_jwk()) keys.emplace_back(std::move(*jwk));
    boost::json::object document;
    document["keys"] = std::move(keys);
    return document;
}

void read_jwks(const tokens::token_service& tokens, const http::request&, http::response& response) {
    response.add_lines("Cache-Control: public, max-age=300\r\n");
    response.body("application/json").append(boost::json::serialize(jwks_document(*tokens.ring())));
}

}  // namespace latchkey::oauth
