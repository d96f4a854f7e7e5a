#include "oauth/request_context.hpp"

#include "http/characters.hpp"

namespace latchkey::oauth {
namespace {

/// The value of the cookie in a Cookie field (RFC 6265 section 4.2.1); the first when there are several.
std::string_view find_cookie(std::string_view field, std::string_view name) noexcept {
    while (!field.empty()) {
        const auto end = field.find(';');
        const auto pair = http::characters::trim(field.substr(0, end));
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return pair.substr(name.size() + 1);
        field.remove_prefix(end == field.npos ? field.size() : end + 1);
    }
    return {};
}

}  // namespace

request_context describe_origin(const http::request& request, const http::trusted_proxies& trusted) {
    request_context context;
    context.ids = request.ids;
    context.address = http::find_origin(request, trusted).client.to_string();
    for (const char c : request[http::field::user_agent]) {
        if (context.user_agent.size() == max_user_agent_size) break;
        if (c == ' ' || http::characters::is(c, http::characters::visible)) context.user_agent += c;
    }
    context.device_mark = find_cookie(request[http::field::cookie], device_mark_cookie);
    return context;
}

}  // namespace latchkey::oauth
