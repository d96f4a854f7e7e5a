#include "http/bearer.hpp"

#include <algorithm>

#include "http/characters.hpp"
#include "http/credentials.hpp"

namespace latchkey::http {
namespace {

using characters::equal_ignoring_case;

/// Does the name, percent-encoded or not, read `access_token`? A proxy or an application that decodes it
/// would take it for the credential.
bool is_access_token(std::string_view name) noexcept {
    for (const char wanted : std::string_view("access_token")) {
        if (name.empty()) return false;
        char c = name.front();
        std::size_t used = 1;
        if (c == '%' && name.size() >= 3) {
            c = static_cast<char>(characters::hex_value(name[1]) * 16 + characters::hex_value(name[2]));
            used = 3;
        }
        if (c != wanted) return false;
        name.remove_prefix(used);
    }
    return name.empty();
}

bool has_access_token(std::string_view query) noexcept {
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        if (is_access_token(pair.substr(0, pair.find('=')))) return true;
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
    }
    return false;
}

}  // namespace

result<std::string_view> bearer_token(const request& request) noexcept {
    if (request.lines(field::authorization) > 1) return errc::repeated_credentials;
    const auto [scheme, token] = split_authorization(request[field::authorization]);
    if (!equal_ignoring_case(scheme, "bearer") || token.empty()) return errc::not_authenticated;
    if (has_access_token(request.query)) return errc::repeated_credentials;
    return token;
}

}  // namespace latchkey::http
