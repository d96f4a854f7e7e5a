#include "http/basic.hpp"

#include "crypto/base64.hpp"
#include "http/characters.hpp"

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
    const std::string_view value = characters::trim(request[field::authorization]);
    const std::string_view scheme = value.substr(0, value.find_first_of(" \t"));
    if (!characters::equal_ignoring_case(scheme, "basic")) return std::optional<basic_credentials>{};
    auto decoded = decode_base64(characters::trim(value.substr(scheme.size())));
    if (!decoded) return errc::malformed_basic;
    const auto colon = decoded->view().find(':');
    if (colon == std::string_view::npos) return errc::malformed_basic;
    return std::optional(basic_credentials(std::move(*decoded), colon));
}

}  // namespace latchkey::http
