#include "http/basic.hpp"

#include <sodium.h>

#include "http/characters.hpp"

namespace latchkey::http {
namespace {

/// Is every byte before the padding in the alphabet? libsodium 1.0.18 takes some above 0x7F for digits of it.
bool is_base64(std::string_view text) noexcept {
    return characters::all_are(text.substr(0, text.find_last_not_of('=') + 1), characters::base64);
}

/// libsodium's decoder: strict about padding and stray bits, and without tables that the cache could betray.
std::optional<secret> decode_base64(std::string_view text) {
    if (!is_base64(text)) return {};
    const bool padded = text.ends_with('=');
    secret out = secret::of_size(text.size() / 4 * 3 + 3);
    std::size_t size = 0;
    const int variant = padded ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    const int status = sodium_base642bin(out.bytes().data(), out.size(), text.data(), text.size(), nullptr,
                                         &size, nullptr, variant);
    if (status != 0) return {};
    return secret(out.view().substr(0, size));
}

}  // namespace

result<std::optional<basic_credentials>> basic_authorization(const request& request) {
    if (request.lines(field::authorization) > 1) return errc::repeated_credentials;
    const std::string_view value = characters::trim(request[field::authorization]);
    const std::string_view scheme = value.substr(0, value.find_first_of(" \t"));
    if (!characters::equal_ignoring_case(scheme, "basic")) return std::optional<basic_credentials>{};
    const auto decoded = decode_base64(characters::trim(value.substr(scheme.size())));
    if (!decoded) return errc::malformed_basic;
    const auto colon = decoded->view().find(':');
    if (colon == std::string_view::npos) return errc::malformed_basic;
    return std::optional(basic_credentials{secret(decoded->view().substr(0, colon)),
                                           secret(decoded->view().substr(colon + 1))});
}

}  // namespace latchkey::http
