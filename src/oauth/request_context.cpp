#include "oauth/request_context.hpp"

#include "http/characters.hpp"

namespace latchkey::oauth {

request_context describe_origin(const http::request& request, const http::trusted_proxies& trusted) {
    request_context context;
    context.address = http::find_origin(request, trusted).client.to_string();
    for (const char c : request[http::field::user_agent]) {
        if (context.user_agent.size() == max_user_agent_size) break;
        if (c == ' ' || http::characters::is(c, http::characters::visible)) context.user_agent += c;
    }
    return context;
}

}  // namespace latchkey::oauth
