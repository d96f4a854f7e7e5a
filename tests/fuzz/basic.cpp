// The credential fields: what Basic yields encodes back to what was sent, and a bearer token stands in its
// line.
#include "http/basic.hpp"

#include <sodium.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/bearer.hpp"
#include "support/http_request.hpp"

namespace {

using latchkey::http::basic_credentials;

void require(bool fact) {
    if (!fact) std::abort();
}

std::string encode(const basic_credentials& credentials) {
    const std::string plain = std::string(credentials.id()) + ":" + std::string(credentials.password());
    constexpr int variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    std::string out(sodium_base64_encoded_len(plain.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(plain.data()),
                      plain.size(), variant);
    out.pop_back();  // its NUL
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view value(reinterpret_cast<const char*>(data), size);
    auto request = latchkey::test::http_request({{latchkey::http::field::authorization, value}});
    request.query = value;
    const auto basic = latchkey::http::basic_authorization(request);
    if (basic && *basic) {
        require((*basic)->id().find(':') == std::string_view::npos);
        require(value.find(encode(**basic)) != value.npos);
    }
    const auto token = latchkey::http::bearer_token(request);
    if (token) require(!token->empty() && value.find(*token) != value.npos);
    return 0;
}
