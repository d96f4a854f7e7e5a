#include "http/basic.hpp"

#include "crypto/base64.hpp"
#include "http/characters.hpp"
#include "http/credentials.hpp"

namespace latchkey::http {
namespace {

std::optional<secret> decode_base64(std::string_view text) {
    secret out = secret::of_size(crypto::base64::decoded_capacity(text.size()));
    const auto size = crypto::base64::decode(text, out.bytes());
    if (!size) return std::nullopt;
    out.shorten(*size);
    return out;
}

}  // namespace

result<std::optional<basic_credentials>> basic_authorization(const request& request) {
    if (request.lines(field::authorization) > 1) return errc::repeated_credentials;
    const auto [scheme, encoded] = split_authorization(request[field::authorization]);
    if (!characters::equal_ignoring_case(scheme, "basic")) return std::optional<basic_credentials>{};
    auto decoded = decode_base64(encoded);
    if (!decoded) return errc::malformed_basic;
    const auto colon = decoded->view().find(':');
    if (colon == std::string_view::npos) return errc::malformed_basic;
    return std::optional(basic_credentials(std::move(*decoded), colon));
}

}  // namespace latchkey::http
